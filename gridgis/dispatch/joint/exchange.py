"""Find a good plan for many alarms in little time: fill the urgent needs first, then exchange teams while it helps."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from gridgis.dispatch.joint.problem import JointProblem, score_of

ROUNDS = 20


def by_exchange(problem: JointProblem, until: Callable[[], bool]) -> dict[int, int]:
    """The need that each team serves.

    The needs of the most urgent alarms take the soonest teams that nobody has; then teams are left out, brought in,
    moved and swapped as long as the score falls, need after need, in a fixed order, so that the same problem has the
    same answer while the time does not end it.

    Args:
        problem: Needs and teams.
        until: Whether the time is over.
    """
    serves = _filled(problem)
    best = score_of(problem, serves)
    for _ in range(ROUNDS):
        better = False
        for changed in _neighbours(problem, serves):
            if until():
                return serves
            score = score_of(problem, changed)
            if score < best:
                serves, best, better = changed, score, True
                break
        if not better:
            return serves
    return serves


def _filled(problem: JointProblem) -> dict[int, int]:
    """The soonest teams for each need, the most urgent needs and those with the fewest teams first."""
    serves: dict[int, int] = {}
    order = sorted(
        range(len(problem.needs)),
        key=lambda number: (-problem.needs[number].weight, len(problem.needs[number].eta_s), number),
    )
    for number in order:
        need = problem.needs[number]
        free = sorted((eta, team) for team, eta in need.eta_s.items() if team not in serves)
        teams = people = 0
        for _, team in free:
            if teams >= need.teams and people >= need.people:
                break
            serves[team] = number
            teams, people = teams + 1, people + problem.people[team]
    return serves


def _neighbours(problem: JointProblem, serves: dict[int, int]) -> Iterator[dict[int, int]]:
    """Plans that differ by one team left out, brought in instead of another, or by two that change places."""
    for team in sorted(serves):
        yield {one: need for one, need in serves.items() if one != team}
    idle = [team for need in problem.needs for team in need.eta_s if team not in serves]
    for team, number in sorted(serves.items(), key=lambda one: -problem.needs[one[1]].eta_s[one[0]]):
        need = problem.needs[number]
        rest = {one: held for one, held in serves.items() if one != team}
        for other in sorted(set(idle) & need.eta_s.keys(), key=lambda one: (need.eta_s[one], one)):
            if need.eta_s[other] >= need.eta_s[team] and problem.people[other] >= problem.people[team]:
                continue
            yield {**rest, other: number}
        for other, held in serves.items():
            if held != number and other in need.eta_s:
                if team in problem.needs[held].eta_s:
                    yield {**rest, other: number, team: held}
                for third in sorted(set(idle) & problem.needs[held].eta_s.keys()):
                    yield {**rest, other: number, third: held}
