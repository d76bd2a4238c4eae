"""Laws of giving teams to the lines of a run card."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridgis.dispatch.assignment import Assignment, pack

Costs = list[dict[int, int]]

cost_tables = st.integers(1, 4).flatmap(
    lambda needs: st.lists(
        st.dictionaries(st.integers(0, 5), st.integers(0, 60), max_size=6), min_size=needs, max_size=needs
    )
)


def filled(costs: Costs, wanted: Sequence[int]) -> tuple[Assignment, list[int]]:
    assignment = Assignment(costs)
    slots = [need for turn in range(max(wanted)) for need in range(len(wanted)) if turn < wanted[need]]
    return assignment, [need for need in slots if assignment.fill(need)]


def total(costs: Costs, assignment: Assignment) -> int:
    return sum(costs[need][team] for need in range(len(costs)) for team in assignment.teams_of(need))


def every_plan(costs: Costs, wanted: Sequence[int]) -> list[list[int]]:
    """Every way to let each of the teams 0-5 serve one of its lines or none, within what the lines want."""
    open_to = [[need for need, cost in enumerate(costs) if team in cost] for team in range(6)]
    plans = [list(plan) for plan in product(*[[-1, *needs] for needs in open_to])]
    return [plan for plan in plans if all(plan.count(need) <= wanted[need] for need in range(len(costs)))]


@given(cost_tables, st.lists(st.integers(1, 2), min_size=4, max_size=4))
def test_as_many_slots_are_filled_as_any_plan_could_and_at_the_least_cost(costs: Costs, many: list[int]) -> None:
    wanted = many[: len(costs)]
    assignment, slots = filled(costs, wanted)
    counts = [len(assignment.teams_of(need)) for need in range(len(costs))]
    plans = every_plan(costs, wanted)
    assert len(slots) == max(sum(need >= 0 for need in plan) for plan in plans)
    same_lines = [plan for plan in plans if all(plan.count(need) == counts[need] for need in range(len(costs)))]
    least = min(sum(costs[need][team] for team, need in enumerate(plan) if need >= 0) for plan in same_lines)
    assert total(costs, assignment) == least


@given(cost_tables, st.lists(st.integers(1, 2), min_size=4, max_size=4))
def test_among_equally_many_the_earlier_slots_of_the_card_are_filled(costs: Costs, many: list[int]) -> None:
    wanted = many[: len(costs)]
    _, slots = filled(costs, wanted)
    order = [need for turn in range(max(wanted)) for need in range(len(wanted)) if turn < wanted[need]]
    plans = every_plan(costs, wanted)
    taken: list[int] = []
    for need in order:
        trial = [*taken, need]
        if any(all(plan.count(n) >= trial.count(n) for n in set(trial)) for plan in plans):
            taken = trial
    assert slots == taken


@given(cost_tables)
def test_no_team_serves_two_lines_and_every_team_serves_a_line_open_to_it(costs: Costs) -> None:
    assignment, _ = filled(costs, [2] * len(costs))
    given_out = [team for need in range(len(costs)) for team in assignment.teams_of(need)]
    assert len(given_out) == len(set(given_out))
    assert all(team in costs[need] for need in range(len(costs)) for team in assignment.teams_of(need))


@pytest.mark.parametrize("seed", range(5))
def test_a_large_assignment_costs_what_scipy_finds(seed: int) -> None:
    from scipy.optimize import linear_sum_assignment

    random = np.random.default_rng(seed)
    matrix = random.integers(0, 10_000, size=(12, 300))
    wanted = random.integers(1, 6, size=12)
    costs = [{team: int(cost) for team, cost in enumerate(row)} for row in matrix]
    assignment, _ = filled(costs, wanted.tolist())
    slots = np.repeat(matrix, wanted, axis=0)
    assert total(costs, assignment) == slots[linear_sum_assignment(slots)].sum()


@given(
    st.lists(
        st.tuples(st.booleans(), st.booleans(), st.integers(0, 10**9), st.integers(0, 4000)), min_size=1, max_size=50
    ),
    st.lists(
        st.tuples(st.booleans(), st.booleans(), st.integers(0, 10**9), st.integers(0, 4000)), min_size=1, max_size=50
    ),
)
def test_sums_of_packed_costs_compare_aim_by_aim(
    one: list[tuple[bool, bool, int, int]], other: list[tuple[bool, bool, int, int]]
) -> None:
    def packed(plan: list[tuple[bool, bool, int, int]]) -> int:
        return sum(pack((far, fallback), time_ms, rank, line_weight=7) for far, fallback, time_ms, rank in plan)

    def aims(plan: list[tuple[bool, bool, int, int]]) -> tuple[int, ...]:
        return tuple(sum(column) for column in zip(*plan, strict=True))

    assert (packed(one) < packed(other)) == (aims(one) < aims(other))


def test_among_equal_sums_the_earlier_line_gets_the_earlier_team() -> None:
    costs = [{team: pack((), 100 + team, team, line_weight=2 - line) for team in range(2)} for line in range(2)]
    assignment, _ = filled(costs, [1, 1])
    assert [assignment.teams_of(0), assignment.teams_of(1)] == [[0], [1]]
