"""A joint plan is the best there is where it says so: compared with every plan that could be made."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from gridgis.dispatch.joint import JointNeed, JointProblem, Score, score_of, solve
from gridgis.dispatch.joint.exchange import by_exchange
from gridgis.dispatch.joint.problem import LEVEL_WEIGHT


@st.composite
def problems(draw: st.DrawFn, *, most_teams: int = 5, most_needs: int = 4) -> JointProblem:
    """Small problems in which teams have several capabilities, people count, and some needs nobody can fill."""
    teams = draw(st.integers(1, most_teams))
    alarms = draw(st.integers(1, 3))
    weights = [draw(st.sampled_from(LEVEL_WEIGHT)) for _ in range(alarms)]
    needs = []
    for number in range(draw(st.integers(alarms, most_needs))):
        alarm = number if number < alarms else draw(st.integers(0, alarms - 1))
        able = draw(st.sets(st.integers(0, teams - 1)))
        needs.append(
            JointNeed(
                alarm,
                weights[alarm],
                draw(st.integers(1, 2)),
                draw(st.sampled_from([0, 0, 6, 12])),
                {team: draw(st.integers(60, 1800)) for team in sorted(able)},
            )
        )
    return JointProblem(tuple(needs), [draw(st.integers(2, 12)) for _ in range(teams)])


def every_plan(problem: JointProblem) -> Iterator[dict[int, int]]:
    """Each way to give teams to needs, or to none."""
    choices = [
        [None, *(number for number, need in enumerate(problem.needs) if team in need.eta_s)]
        for team in range(len(problem.people))
    ]
    for chosen in product(*choices):
        yield {team: need for team, need in enumerate(chosen) if need is not None}


@given(problems())
@settings(max_examples=60, deadline=None)
def test_a_proven_plan_is_the_best_of_all(problem: JointProblem) -> None:
    best = min(score_of(problem, plan) for plan in every_plan(problem))
    plan = solve(problem, seconds=20)
    assert plan.proven
    assert plan.score == best == score_of(problem, plan.serves)


@given(problems(most_teams=30, most_needs=12))
@settings(max_examples=30, deadline=None)
def test_a_plan_by_exchange_is_one_that_may_be_carried_out_and_the_same_each_time(problem: JointProblem) -> None:
    serves = by_exchange(problem, until=lambda: False)
    assert serves == by_exchange(problem, until=lambda: False)
    assert all(team in problem.needs[number].eta_s for team, number in serves.items())


@given(problems())
@settings(max_examples=40, deadline=None)
def test_when_the_time_is_over_there_is_a_plan_that_claims_nothing(problem: JointProblem) -> None:
    ticks = iter(range(10**9))
    plan = solve(problem, seconds=-1, now=lambda: float(next(ticks)))
    assert plan.score == score_of(problem, plan.serves)
    assert not plan.proven or not plan.serves


def test_a_squad_with_two_capabilities_goes_where_nobody_else_can() -> None:
    """The nearest squad could do either; alone it would leave the second need empty."""
    fire = JointNeed(0, 4, 1, 0, {0: 100, 1: 400})
    gas = JointNeed(0, 4, 1, 0, {0: 100})
    plan = solve(JointProblem((fire, gas), [10, 10]), seconds=5)
    assert plan.serves == {0: 1, 1: 0}
    assert plan.proven


def test_of_two_sets_that_are_there_as_soon_the_one_with_fewer_people_away_goes() -> None:
    need = JointNeed(0, 1, 1, 6, {0: 300, 1: 300, 2: 300})
    assert solve(JointProblem((need,), [20, 6, 7]), seconds=5).serves == {1: 0}


def test_the_urgent_alarm_is_answered_first_and_the_other_by_who_is_left() -> None:
    urgent = JointNeed(0, LEVEL_WEIGHT[0], 1, 0, {0: 300, 1: 900})
    other = JointNeed(1, LEVEL_WEIGHT[3], 1, 0, {0: 60})
    plan = solve(JointProblem((urgent, other), [5, 5]), seconds=5)
    assert plan.score.missing == 0
    assert plan.serves == {1: 0, 0: 1}
    scarce = JointProblem((JointNeed(0, LEVEL_WEIGHT[0], 1, 0, {0: 300}), other), [5])
    assert solve(scarce, seconds=5).serves == {0: 0}
    assert solve(JointProblem((), []), seconds=1).score == Score(0, 0, 0, 0)
