from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridgis.planning.arrays import redraw
from gridgis.planning.bounds import best_of_cells, list_cells
from gridgis.planning.centres import bound_by_centres
from gridgis.planning.chains import Chain
from gridgis.planning.covering import as_bits, cover_with
from gridgis.planning.exact import nearest_plan, settle
from gridgis.planning.halves import search_by_halves
from gridgis.planning.joining import pool_for, pooled_cells
from gridgis.planning.measures import measure, worth
from gridgis.planning.stopping import Stop
from tests.fakes.unit_grids import all_plans, grid_problem


def load_of(seed: int) -> np.ndarray:
    return np.random.default_rng(seed).uniform(1, 6, 9)


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 200), cells=st.integers(2, 3), objective=st.sampled_from(["cut_edges", "moment", "inertia"]))
def test_a_small_problem_is_settled_with_the_best_plan_or_the_nearest_of_all(
    seed: int, cells: int, objective: str
) -> None:
    problem = grid_problem(3, 3, cells, load_of(seed), 0.05, objective=objective)
    settled = settle(problem, Stop(attempts=1))
    assert settled is not None
    plans = all_plans(problem)
    assert settled.within == bool(plans)
    if plans:
        best = min(worth(problem, measure(problem, labels)) for labels in plans)
        assert settled.value == pytest.approx(best)
        assert measure(problem, settled.labels).feasible
        return
    opened = replace(problem, least=0.0, most=float(problem.load.sum()))
    loads = np.array([np.bincount(labels, problem.load) for labels in all_plans(opened)])
    nearest = float(np.abs(loads / loads.mean() - 1).max(axis=1).min())
    assert settled.deviation == pytest.approx(nearest)
    assert measure(problem, settled.labels).most_deviation == pytest.approx(nearest)
    assert measure(problem, settled.labels).pieces_apart == 0


def test_the_nearest_plan_of_a_unit_above_the_cap_leaves_it_alone() -> None:
    load = np.array([1.0, 1, 1, 1, 9, 1, 1, 1, 1])
    settled = nearest_plan(grid_problem(3, 3, 3, load, 0.1), Stop(attempts=1))
    assert settled is not None
    assert settled.deviation == pytest.approx(9 / (17 / 3) - 1)
    assert (settled.labels == settled.labels[4]).sum() == 1


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 200), cells=st.integers(1, 4))
def test_the_bound_by_centres_is_never_above_the_best_plan(seed: int, cells: int) -> None:
    problem = grid_problem(3, 3, cells, load_of(seed), 0.4, objective="moment")
    bound = bound_by_centres(problem, Stop(attempts=1), None)
    plans = all_plans(problem)
    if plans:
        assert bound is not None
        assert bound <= min(worth(problem, measure(problem, labels)) for labels in plans) + 1e-9


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 500), count=st.integers(2, 3))
def test_the_cover_is_the_cheapest_of_all_choices(seed: int, count: int) -> None:
    chance = np.random.default_rng(seed)
    sets = [np.flatnonzero(chance.random(6) < 0.5) for _ in range(24)]
    sets = [one for one in sets if len(one)] + [np.array([0, 1, 2]), np.array([3, 4, 5])]
    excess = np.sort(chance.random(len(sets)))
    begins = np.concatenate([[0], np.cumsum([len(one) for one in sets])]).astype(np.int64)
    bits = as_bits(begins, np.concatenate(sets).astype(np.int32), 6)
    chosen, worth_of_it, left = cover_with(bits, excess, count, np.arange(6, dtype=np.int32), np.inf, 1_000_000)
    every = [
        float(excess[list(some)].sum())
        for some in combinations(range(len(sets)), count)
        if sorted(np.concatenate([sets[one] for one in some]).tolist()) == list(range(6))
    ]
    assert left > 0
    assert worth_of_it == pytest.approx(min(every, default=np.inf))
    if every:
        assert excess[chosen].sum() == pytest.approx(min(every))


def test_a_pool_holds_cells_within_limits_each_once_and_joining_all_cells_finds_the_best_plan() -> None:
    problem = grid_problem(4, 4, 4, np.random.default_rng(3).uniform(1, 2, 16), 0.3, objective="inertia")
    chain = replace(Chain.of(problem, 0, 0), pool=pool_for(problem))
    chain.begin(chain.fresh_labels(0.1))
    chain.learn_scale()
    pooled = pooled_cells(problem, [chain.pool])
    listed = list_cells(problem)
    assert listed is not None
    known = {tuple(sorted(listed.held[a:b])) for a, b in zip(listed.begins, listed.begins[1:], strict=False)}
    made = [tuple(sorted(pooled.held[a:b])) for a, b in zip(pooled.begins, pooled.begins[1:], strict=False)]
    assert made
    assert len(set(made)) == len(made)
    assert set(made) <= known
    joined = best_of_cells(problem, listed, Stop(attempts=1), None)
    assert joined is not None
    proven = redraw(problem, Stop(attempts=1), prove=True)[0]
    assert joined[0] == pytest.approx(proven.value)
    assert proven.bound == pytest.approx(proven.value)


def test_a_search_by_halves_keeps_cells_whole_locks_and_pairs_and_the_seed_decides() -> None:
    load = np.random.default_rng(1).uniform(1, 2, 144)
    today = (np.arange(144) // 12 // 4 * 4 + np.arange(144) % 12 // 3).astype(np.int32)
    problem = replace(
        grid_problem(12, 12, 12, load, 0.2, objective="inertia"),
        today=today,
        locked=np.isin(np.arange(144), [0, 143]),
        apart=np.array([[5, 6]], dtype=np.int32),
    )

    def made() -> Chain:
        chain = Chain.of(problem, 7, 0)
        search_by_halves(chain, Stop(attempts=1), seed=7)
        return chain

    one, other = made(), made()
    assert one.found
    assert [value for value, _ in one.found] == [value for value, _ in other.found]
    assert all(measure(problem, labels).feasible for _, labels in one.found)
    assert one.found[0][0] == pytest.approx(worth(problem, measure(problem, one.found[0][1])))
