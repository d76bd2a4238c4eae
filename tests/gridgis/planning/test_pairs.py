from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from gridgis.errors import InputRejected
from gridgis.planning import NoPlanFound
from gridgis.planning.arrays import redraw
from gridgis.planning.contraction import contract
from gridgis.planning.graph import UnitGraph
from gridgis.planning.measures import measure, worth
from gridgis.planning.problem import NO_CELL, Problem
from gridgis.planning.regions import impossible, split
from gridgis.planning.repair import repair
from gridgis.planning.stopping import Stop
from tests.fakes.unit_grids import all_plans, grid_edges, grid_problem, grid_xy

Ints = NDArray[np.int32]
unit = st.integers(0, 8)
pairs = st.lists(st.tuples(unit, unit).filter(lambda pair: pair[0] != pair[1]), max_size=2)


def as_pairs(given_pairs: list[tuple[int, int]]) -> Ints:
    return np.array(given_pairs, dtype=np.int32).reshape(-1, 2)


def nine(seed: int, objective: str = "cut_edges", tolerance: float = 0.4) -> Problem:
    load = np.random.default_rng(seed).integers(2, 6, 9).astype(np.float64)
    return grid_problem(3, 3, 3, load, tolerance, objective=objective)


@settings(max_examples=15, deadline=None)
@given(
    seed=st.integers(0, 50),
    together=pairs,
    apart=pairs,
    objective=st.sampled_from(["cut_edges", "moment", "inertia"]),
)
def test_with_pairs_the_plan_is_the_best_of_all_that_keep_them_or_it_is_said_that_there_is_none(
    seed: int, together: list[tuple[int, int]], apart: list[tuple[int, int]], objective: str
) -> None:
    problem = replace(nine(seed, objective), together=as_pairs(together), apart=as_pairs(apart))
    plans = all_plans(problem)
    try:
        found = redraw(problem, Stop(attempts=2), prove=True)
    except (InputRejected, NoPlanFound):
        assert not plans
        return
    best = min(worth(problem, measure(problem, labels)) for labels in plans)
    assert all(plan.measures.feasible for plan in found)
    assert found[0].value == pytest.approx(best)
    assert found[0].bound is not None
    assert found[0].bound <= best + 1e-9


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 50), together=pairs, apart=pairs, locked=st.sets(unit, max_size=2))
def test_a_repair_keeps_pairs_and_locks_with_the_least_moves_of_all(
    seed: int, together: list[tuple[int, int]], apart: list[tuple[int, int]], locked: set[int]
) -> None:
    today = np.array([0, 0, 0, 1, 1, 1, 2, 2, 2], dtype=np.int32)
    held = np.isin(np.arange(9), sorted(locked))
    problem = replace(
        nine(seed, tolerance=0.3), together=as_pairs(together), apart=as_pairs(apart), today=today, locked=held
    )
    assume(not impossible(problem))
    plans = all_plans(problem)
    made = repair(problem, Stop(attempts=1))
    assert (made.labels is not None) == bool(plans)
    if made.labels is not None:
        assert measure(problem, made.labels).feasible
        assert int((made.labels != today).sum()) == min(int((labels != today).sum()) for labels in plans)


def test_what_stands_together_is_one_unit_and_parts_of_it_that_do_not_touch_are_a_pair() -> None:
    problem = replace(nine(0), together=as_pairs([(0, 1), (1, 8), (4, 5)]))
    made = contract(problem)
    assert made.problem.units == 7
    assert made.unit_of[0] == made.unit_of[1] != made.unit_of[8]
    assert made.problem.load.sum() == pytest.approx(problem.load.sum())
    assert made.problem.together.tolist() == [sorted([int(made.unit_of[0]), int(made.unit_of[8])])]
    labels = np.arange(7, dtype=np.int32)
    assert made.expanded(labels)[0] == made.expanded(labels)[1]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"together": [(0, 1), (1, 2), (2, 3), (3, 4)], "most": 4.0}, "planning.together_too_heavy"),
        ({"together": [(0, 1), (1, 2)], "apart": [(0, 2)]}, "planning.together_clashes_apart"),
        (
            {"today": [0, 0, 0, 1, 1, 1, 2, 2, 2], "locked": [0, 3], "together": [(0, 3)]},
            "planning.locks_clash_together",
        ),
    ],
)
def test_pairs_that_clash_are_named(changed: dict[str, list[tuple[int, int]]], code: str) -> None:
    problem = grid_problem(3, 3, 3, np.ones(9), 0.4)
    held = np.isin(np.arange(9), changed.get("locked", []))
    asked = replace(
        problem,
        together=as_pairs(changed.get("together", [])),
        apart=as_pairs(changed.get("apart", [])),
        today=np.array(changed["today"], dtype=np.int32) if "today" in changed else None,
        locked=held if held.any() else None,
    )
    assert [fault.code for fault in impossible(asked)] == [code]


def two_pieces(today: list[int], locked: list[int], cells: int = 4) -> Problem:
    """Two rows of four units that do not touch."""
    edges = np.array([[0, 1], [1, 2], [2, 3], [4, 5], [5, 6], [6, 7]])
    return Problem(
        load=np.ones(8),
        graph=UnitGraph.of_edges(8, edges),
        xy=grid_xy(2, 4),
        cells=cells,
        least=1.0,
        most=3.0,
        objective=grid_problem(2, 2, 2, np.ones(4), 0.1).objective,
        today=np.array(today, dtype=np.int32),
        locked=np.isin(np.arange(8), locked) if locked else None,
    )


def test_units_that_must_be_together_in_pieces_that_do_not_touch_are_named() -> None:
    problem = replace(two_pieces([0, 0, 1, 1, 2, 2, 3, 3], []), together=as_pairs([(0, 7)]))
    assert [fault.code for fault in impossible(problem)] == ["planning.together_in_pieces"]


@settings(max_examples=12, deadline=None)
@given(
    today=st.lists(st.integers(NO_CELL, 3), min_size=8, max_size=8),
    locked=st.sets(st.integers(0, 7), max_size=3),
)
def test_pieces_keep_todays_cells_and_locks(today: list[int], locked: set[int]) -> None:
    problem = two_pieces(today, sorted(one for one in locked if today[one] != NO_CELL))
    if impossible(problem):
        with pytest.raises(InputRejected):
            split(problem)
        return
    regions = split(problem)
    assert sorted(int(one) for region in regions for one in region.cell_numbers) == [0, 1, 2, 3]
    for region in regions:
        assert region.problem.today is not None
        for place, unit_of_whole in enumerate(region.units.tolist()):
            cell = int(region.problem.today[place])
            assert cell == NO_CELL or region.cell_numbers[cell] == today[unit_of_whole]
            if problem.locked is not None and problem.locked[unit_of_whole]:
                assert region.problem.locked is not None
                assert region.problem.locked[place]
                assert cell != NO_CELL
    try:
        found = redraw(problem, Stop(attempts=2))
    except NoPlanFound:
        assert not all_plans(problem)
        return
    for plan in found:
        assert plan.measures.feasible
        if problem.locked is not None:
            assert (plan.labels[problem.locked] == np.array(today)[problem.locked]).all()


def test_a_cell_of_today_in_two_pieces_stays_where_most_of_its_load_is() -> None:
    problem = two_pieces([0, 0, 0, 1, 1, 2, 3, 3], [])
    regions = split(problem)
    assert [sorted(region.cell_numbers.tolist()) for region in regions] == [[0, 1], [2, 3]]
    assert regions[1].problem.today is not None
    assert regions[1].problem.today.tolist() == [NO_CELL, 0, 1, 1]


def test_two_locked_cells_go_to_a_piece_that_its_load_alone_would_give_one() -> None:
    load = np.array([4.0, 4.0, 4.0, 4.0, 2.0, 2.0])
    problem = Problem(
        load=load,
        graph=UnitGraph.of_edges(6, np.array([[0, 1], [1, 2], [2, 3], [4, 5]])),
        xy=grid_xy(2, 3),
        cells=4,
        least=2.0,
        most=10.0,
        objective=grid_problem(2, 2, 2, np.ones(4), 0.1).objective,
        today=np.array([0, 0, 1, 1, 2, 3], dtype=np.int32),
        locked=np.array([False, False, False, False, True, True]),
    )
    assert redraw(problem, Stop(attempts=2))[0].labels.tolist()[4:] == [2, 3]


def test_edges_of_the_smaller_problem_count_as_many_as_they_stand_for() -> None:
    problem = replace(grid_problem(2, 2, 2, np.ones(4), 0.9), together=as_pairs([(0, 1), (2, 3)]))
    graph = contract(problem).problem.graph
    assert graph.borders.tolist() == [2.0, 2.0]
    assert len(grid_edges(2, 2)) == 4


def test_locked_units_that_a_free_one_must_join_are_joined() -> None:
    problem = grid_problem(1, 4, 2, np.ones(4), 0.5)
    asked = replace(
        problem,
        today=np.array([0, 1, 0, 1], dtype=np.int32),
        locked=np.array([True, False, True, False]),
    )
    assert [plan.labels.tolist() for plan in redraw(asked, Stop(attempts=1))] == [[0, 0, 0, 1]]
