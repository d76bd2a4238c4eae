from __future__ import annotations

from typing import Any

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from gridgis.errors import InputRejected, InvalidValue
from gridgis.planning import NoPlanFound, rebalance_arrays
from gridgis.planning.bounds import bound_by_cells, list_cells
from gridgis.planning.measures import measure, worth
from gridgis.planning.problem import Problem
from gridgis.planning.repair import repair
from gridgis.planning.stopping import Stop
from tests.fakes.unit_grids import all_plans, grid_edges, grid_problem, grid_xy

Ints = NDArray[np.int32]


@pytest.mark.parametrize("objective", ["cut_edges", "moment", "inertia", "evenness"])
@pytest.mark.parametrize("seed", range(2))
def test_small_graphs_get_the_best_of_all_plans_and_the_bound_is_never_above_it(objective: str, seed: int) -> None:
    load = np.random.default_rng(seed).integers(2, 9, 9).astype(np.float64)
    problem = grid_problem(3, 3, 3, load, 0.35, objective=objective)
    plans = all_plans(problem)
    if not plans:
        pytest.skip("no plan at all")
    best = min(worth(problem, measure(problem, labels)) for labels in plans)
    found = rebalance_arrays(
        workload=load,
        edges=grid_edges(3, 3),
        xy=grid_xy(3, 3),
        cells=3,
        least=problem.least,
        most=problem.most,
        objective=objective,
        attempts=3,
    )
    assert found[0].value == pytest.approx(best)
    cells = list_cells(problem)
    assert cells is not None
    bounded = bound_by_cells(problem, cells, Stop(attempts=1))
    assert bounded is not None
    assert bounded.bound <= best + 1e-9
    assert bounded.labels is not None
    assert worth(problem, measure(problem, bounded.labels)) == pytest.approx(best)


def test_the_cells_listed_are_all_connected_sets_within_limits_each_once() -> None:
    problem = grid_problem(3, 4, 4, np.arange(1.0, 13.0), 0.4)
    listed = list_cells(problem)
    assert listed is not None
    made = [frozenset(listed.held[a:b].tolist()) for a, b in zip(listed.begins, listed.begins[1:], strict=False)]
    graph: nx.Graph[int] = nx.Graph(grid_edges(3, 4).tolist())
    expected = set()
    for chosen in range(1, 1 << 12):
        units = [unit for unit in range(12) if chosen >> unit & 1]
        if problem.least <= problem.load[units].sum() <= problem.most and nx.is_connected(graph.subgraph(units)):
            expected.add(frozenset(units))
    assert len(made) == len(set(made))
    assert set(made) == expected


@settings(max_examples=12, deadline=None)
@given(
    rows=st.integers(2, 6),
    columns=st.integers(2, 6),
    cells=st.integers(1, 6),
    seed=st.integers(0, 1000),
    objective=st.sampled_from(["cut_edges", "moment", "inertia", "border", "evenness", "roundness"]),
)
def test_every_plan_is_whole_contiguous_within_limits_and_the_same_for_the_same_seed(
    rows: int, columns: int, cells: int, seed: int, objective: str
) -> None:
    load = np.random.default_rng(seed).uniform(1, 3, rows * columns)
    mean = float(load.sum()) / cells

    def made() -> list[tuple[list[int], float]]:
        plans = rebalance_arrays(
            workload=load,
            edges=grid_edges(rows, columns),
            xy=grid_xy(rows, columns),
            cells=cells,
            least=mean * 0.6,
            most=mean * 1.4,
            objective=objective,
            area=np.ones(rows * columns),
            attempts=1,
            seed=seed,
        )
        graph: nx.Graph[int] = nx.Graph(grid_edges(rows, columns).tolist())
        for plan in plans:
            assert sorted(set(plan.labels.tolist())) == list(range(cells))
            for cell in range(cells):
                members = np.flatnonzero(plan.labels == cell)
                assert nx.is_connected(graph.subgraph(members.tolist()))
                assert mean * 0.6 - 1e-6 <= load[members].sum() <= mean * 1.4 + 1e-6
        assert [plan.value for plan in plans] == sorted(plan.value for plan in plans)
        return [(plan.labels.tolist(), plan.value) for plan in plans]

    try:
        assert made() == made()
    except (InputRejected, NoPlanFound) as error:
        said = error.code
    else:
        said = "planning.none_found"
    assert said in {"planning.impossible", "planning.none_found"}


def test_a_repair_moves_no_more_than_the_least_of_all_plans() -> None:
    load = np.array([3.0, 1, 1, 1, 2, 1, 1, 1, 4])
    problem = grid_problem(3, 3, 3, load, 0.25)
    today = np.array([0, 0, 0, 1, 1, 1, 2, 2, 2], dtype=np.int32)
    asked = Problem(
        load=load,
        graph=problem.graph,
        xy=problem.xy,
        cells=3,
        least=problem.least,
        most=problem.most,
        objective=problem.objective,
        today=today,
    )
    best = min(int((labels != today).sum()) for labels in all_plans(asked))
    made = repair(asked, Stop(attempts=1))
    assert made.labels is not None
    assert made.proven
    assert measure(asked, made.labels).feasible
    assert measure(asked, made.labels).moved_units == best


def asked(**changed: object) -> list[str]:
    given = {
        "workload": np.ones(9),
        "edges": grid_edges(3, 3),
        "xy": grid_xy(3, 3),
        "cells": 3,
        "least": 3,
        "most": 3,
        "attempts": 1,
    } | changed
    with pytest.raises((InvalidValue, InputRejected, NoPlanFound)) as caught:
        rebalance_arrays(**given)  # type: ignore[arg-type]
    return [caught.value.code, *(fault.code for fault in getattr(caught.value, "faults", ()))]


@pytest.mark.parametrize(
    ("changed", "codes"),
    [
        ({"workload": [1, 1, 1, 1, -1, 1, 1, 1, 1]}, ["planning.units", "planning.workload"]),
        ({"workload": [np.nan] + [1.0] * 8}, ["planning.units", "planning.workload"]),
        ({"edges": [[0, 9]]}, ["planning.edges", "planning.edge_unknown"]),
        ({"edges": [[0, 0]]}, ["planning.edges", "planning.edge_loop"]),
        ({"cells": 10}, ["planning.impossible", "planning.more_cells_than_units", "planning.total_outside"]),
        ({"cells": 0}, ["planning.cells"]),
        ({"least": 5, "most": 4}, ["planning.limits"]),
        ({"least": 1, "most": 2}, ["planning.impossible", "planning.total_outside"]),
        (
            {"workload": [9.0] + [1.0] * 8, "least": 4, "most": 8},
            ["planning.impossible", "planning.unit_too_heavy"],
        ),
        (
            {"edges": [[0, 1], [2, 3], [3, 4], [4, 5], [5, 6], [6, 7], [7, 8]]},
            ["planning.impossible", "planning.piece_does_not_fit", "planning.piece_does_not_fit"],
        ),
        ({"objective": "beauty"}, ["planning.objective"]),
        ({"locked": [True] * 9}, ["planning.locks_without_plan"]),
        ({"workload": np.ones(8)}, ["planning.lengths"]),
        ({"workload": []}, ["planning.lengths"]),
        ({"attempts": 0}, ["planning.attempts"]),
        (
            {"today": [0, 1, 0, 1, 1, 1, 2, 2, 2], "locked": [True] * 9, "least": 2, "most": 4},
            ["planning.impossible", "planning.locks_apart"],
        ),
        (
            {"today": [0, 0, 0, 0, 1, 1, 2, 2, 2], "locked": [True] * 4 + [False] * 5},
            ["planning.impossible", "planning.locks_too_heavy"],
        ),
    ],
)
def test_what_makes_no_sense_or_cannot_be_is_said_at_once(changed: dict[str, object], codes: list[str]) -> None:
    assert asked(**changed) == codes


def test_tolerance_0_is_met_where_it_can_be_and_else_the_nearest_plan_is_told() -> None:
    given: dict[str, Any] = {
        "edges": grid_edges(3, 3),
        "xy": grid_xy(3, 3),
        "cells": 3,
        "least": 3,
        "most": 3,
        "attempts": 1,
    }
    assert rebalance_arrays(workload=np.ones(9), **given)[0].measures.most_deviation == 0
    with pytest.raises(NoPlanFound) as caught:
        rebalance_arrays(
            workload=np.array([1.5, 0.5, 0.9, 1.1, 1, 1, 1, 1.3, 0.7]) * 1.0001**2, **given | {"most": 3.001}
        )
    assert caught.value.nearest is not None


def test_zero_workload_units_and_islands_get_cells_of_their_own_piece() -> None:
    edges = [[0, 1], [1, 2], [3, 4], [4, 5]]
    found = rebalance_arrays(
        workload=[1, 0, 1, 1, 0, 1], edges=edges, xy=grid_xy(2, 3), cells=4, least=1, most=1, attempts=1
    )
    assert found[0].measures.feasible


def test_locked_units_keep_todays_cell_and_pairs_apart_stay_apart() -> None:
    today = [0, 0, 0, 1, 1, 1, 2, 2, 2]
    found = rebalance_arrays(
        workload=np.ones(9),
        edges=grid_edges(3, 3),
        xy=grid_xy(3, 3),
        cells=3,
        least=2,
        most=4,
        attempts=2,
        today=today,
        locked=[True, False, False, True, False, False, True, False, False],
        apart=[[1, 2]],
    )
    for plan in found:
        assert [plan.labels[unit] for unit in (0, 3, 6)] == [0, 1, 2]
        assert plan.labels[1] != plan.labels[2]


def test_a_search_that_is_cancelled_gives_the_best_so_far() -> None:
    said: list[float] = []
    found = rebalance_arrays(
        workload=np.ones(36),
        edges=grid_edges(6, 6),
        xy=grid_xy(6, 6),
        cells=4,
        least=8,
        most=10,
        seconds=60,
        told=said.append,
        cancelled=lambda: bool(said),
    )
    assert found[0].value <= said[0]
