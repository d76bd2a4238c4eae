"""Solve a joint problem: by mixed-integer programming where the time is enough, by exchange where it is not.

Each part of the score is one program, the parts before being kept as they were found (lexicographic optimisation):
teams are given to needs by variables of 0 and 1, what is missing and when all are there by bounds on their sums. The
programs are HiGHS's (Huangfu and Hall: Parallelizing the dual revised simplex method, 2018). A plan that is found by
exchange is there at once and bounds the programs from above.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from gridgis.dispatch.joint.exchange import by_exchange
from gridgis.dispatch.joint.problem import MISSING_TEAM, JointPlan, JointProblem, Score, score_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LARGEST_PROGRAM = 3000
"""Pairs of team and need for which the programs are tried."""
OPTIMAL = 0
TOLERANCE = 0.5  # every part of the score is a whole number


def solve(problem: JointProblem, *, seconds: float = 1.0, now: Callable[[], float] = time.perf_counter) -> JointPlan:
    """The best plan that is found within a time; it says whether it is proven to be the best.

    Args:
        problem: Needs and teams.
        seconds: How long it may take at most.
        now: A clock in seconds.
    """
    ends = now() + seconds
    serves = by_exchange(problem, until=lambda: now() > ends)
    plan = JointPlan(serves, score_of(problem, serves), proven=False)
    pairs = sum(len(need.eta_s) for need in problem.needs)
    if not pairs:
        return JointPlan({}, score_of(problem, {}), proven=True)
    if pairs > LARGEST_PROGRAM:
        return plan
    program = _Program.of(problem)
    bounds: list[float] = []
    proven = True
    for part in range(len(Score._fields)):
        left = ends - now()
        if left <= 0:
            return plan
        found = program.minimise(part, bounds, seconds=left)
        if found is None:
            return plan
        solved, serves = found
        proven &= solved
        score = score_of(problem, serves)
        if score < plan.score:
            plan = JointPlan(serves, score, proven=False)
        if not solved:
            return plan
        bounds.append(score[part] + TOLERANCE)
    return JointPlan(plan.serves, plan.score, proven=proven)


@dataclass
class _Program:
    """The rows and columns that all parts of the score share.

    Columns: one for each pair of team and need, then for each need its missing teams and missing people, then for each
    alarm when all are there.
    """

    problem: JointProblem
    pairs: list[tuple[int, int]]
    costs: list[NDArray[np.float64]]
    rows: Any
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]
    most: NDArray[np.float64]
    whole: NDArray[np.int8] = field(repr=False)

    @classmethod
    def of(cls, problem: JointProblem) -> _Program:
        """The program of a problem."""
        import numpy as np
        from scipy.sparse import csr_array

        pairs = [(number, team) for number, need in enumerate(problem.needs) for team in sorted(need.eta_s)]
        needs, alarms = len(problem.needs), problem.alarms
        teams_at, people_at, ready_at = len(pairs), len(pairs) + needs, len(pairs) + 2 * needs
        columns = ready_at + alarms
        entries: list[tuple[int, int, float]] = []
        lower: list[float] = []
        upper: list[float] = []

        def row(parts: list[tuple[int, float]], low: float, high: float) -> None:
            entries.extend((len(lower), column, value) for column, value in parts)
            lower.append(low)
            upper.append(high)

        by_team: dict[int, list[int]] = {}
        by_need: list[list[int]] = [[] for _ in problem.needs]
        for column, (number, team) in enumerate(pairs):
            by_team.setdefault(team, []).append(column)
            by_need[number].append(column)
        for served in by_team.values():
            row([(column, 1.0) for column in served], 0.0, 1.0)
        for number, need in enumerate(problem.needs):
            mine = by_need[number]
            row([*((column, 1.0) for column in mine), (teams_at + number, 1.0)], need.teams, np.inf)
            if need.people:
                heads = [(column, float(problem.people[pairs[column][1]])) for column in mine]
                row([*heads, (people_at + number, 1.0)], need.people, np.inf)
            for column in mine:
                eta = float(need.eta_s[pairs[column][1]])
                row([(column, eta), (ready_at + need.alarm, -1.0)], -np.inf, 0.0)
        costs = [np.zeros(columns) for _ in Score._fields]
        for number, need in enumerate(problem.needs):
            costs[0][teams_at + number] = need.weight * MISSING_TEAM
            costs[0][people_at + number] = need.weight
            costs[1][ready_at + need.alarm] = need.weight
        for column, (number, team) in enumerate(pairs):
            costs[2][column] = problem.people[team]
            costs[3][column] = problem.needs[number].eta_s[team]
        most = np.full(columns, np.inf)
        most[: len(pairs)] = 1.0
        whole = np.ones(columns, dtype=np.int8)
        whole[ready_at:] = 0
        places, at, values = zip(*entries, strict=True)
        rows = csr_array((values, (places, at)), shape=(len(lower), columns))
        return cls(problem, pairs, costs, rows, np.array(lower), np.array(upper), most, whole)

    def minimise(self, part: int, bounds: list[float], *, seconds: float) -> tuple[bool, dict[int, int]] | None:
        """The best plan for one part of the score, earlier parts within bounds: whether it is proven, and who serves.

        None when nothing was found in the time.
        """
        import numpy as np
        from scipy.optimize import Bounds, LinearConstraint, milp

        kept = [LinearConstraint(self.rows, self.lower, self.upper)]
        kept += [
            LinearConstraint(cost[np.newaxis, :], -np.inf, bound)
            for cost, bound in zip(self.costs, bounds, strict=False)
        ]
        found = milp(
            self.costs[part],
            constraints=kept,
            bounds=Bounds(np.zeros(len(self.most)), self.most),
            integrality=self.whole,
            options={"time_limit": seconds, "mip_rel_gap": 0.0},
        )
        if found.x is None:
            return None
        chosen = np.flatnonzero(found.x[: len(self.pairs)] > TOLERANCE)
        serves = {self.pairs[column][1]: self.pairs[column][0] for column in chosen.tolist()}
        return found.status == OPTIMAL, serves
