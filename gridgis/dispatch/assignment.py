"""Give each need its teams, all needs together: most filled first, then the cheapest, exactly and repeatably.

One team serves one need. Slots are filled one after the other; each is added along the cheapest chain of moves (a
free team comes in, or a team moves over from another need that then finds itself another). This is the successive
shortest path method for minimum-cost flow on a graph whose nodes are the needs (Ahuja, Magnanti, Orlin: Network Flows,
1993, 9.7): at every step the assignment is of least cost for the slots filled so far, and a slot that can't be added
then can't be added later, so filling slots in the order of the card fills as many as any order could.

Costs are Python integers: several aims are packed into one number (`pack`), and none is rounded.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

_FLAG_BITS = 16  # sums of flags over at most 65,535 teams
_TIME_BITS = 56  # sums of milliseconds, weighted by the line of the card
_RANK_BITS = 40


def pack(flags: Sequence[bool], time_ms: int, rank: int, line_weight: int) -> int:
    """One cost from several aims, the first flag weighing most; sums of such costs compare aim by aim.

    Args:
        flags: What is to be avoided, worst first.
        time_ms: Milliseconds to arrival, 0 when not known.
        rank: Place of the team in the order that decides ties.
        line_weight: Weight of the need's line, larger for an earlier line: among plans with the same sum of
            arrivals the earlier line gets the earlier team.
    """
    cost = 0
    for flag in flags:
        cost = (cost << _FLAG_BITS) | int(flag)
    cost = (cost << _TIME_BITS) | time_ms
    cost = (cost << _TIME_BITS) | (time_ms * line_weight)
    return (cost << _RANK_BITS) | (rank * line_weight)


class Assignment:
    """Teams given to needs so far; grows by one slot at a time.

    Args:
        costs: For each need, the cost of every team that may serve it.
    """

    def __init__(self, costs: Sequence[Mapping[int, int]]) -> None:
        self._costs = costs
        self._cheapest = [sorted(cost, key=cost.__getitem__) for cost in costs]
        self._serves: dict[int, int] = {}
        self._teams: list[set[int]] = [set() for _ in costs]

    def teams_of(self, need: int) -> list[int]:
        """Teams given to a need, cheapest first."""
        return sorted(self._teams[need], key=self._costs[need].__getitem__)

    def fill(self, need: int) -> bool:
        """Give a need one team more at the least cost in all; False when no chain of moves can."""
        chain = self._cheapest_chain(need)
        if chain is None:
            return False
        for taker, team in chain:
            giver = self._serves.get(team)
            if giver is not None:
                self._teams[giver].discard(team)
            self._teams[taker].add(team)
            self._serves[team] = taker
        return True

    def _free_team(self, need: int) -> int | None:
        return next((team for team in self._cheapest[need] if team not in self._serves), None)

    def _cheapest_chain(self, start: int) -> list[tuple[int, int]] | None:
        """Moves (need that takes, team) from the last need of the cheapest chain back to ``start``."""
        reached: dict[int, int] = {start: 0}
        came_by: dict[int, tuple[int, int]] = {}
        for _ in range(len(self._costs)):
            if not self._relax(reached, came_by):
                break
        ends = [
            (cost + self._costs[need][team], need, team)
            for need, cost in reached.items()
            if (team := self._free_team(need)) is not None
        ]
        if not ends:
            return None
        _, need, team = min(ends)
        chain = [(need, team)]
        while need != start:
            need, team = came_by[need]
            chain.append((need, team))
        return chain

    def _relax(self, reached: dict[int, int], came_by: dict[int, tuple[int, int]]) -> bool:
        changed = False
        for taker in sorted(reached):
            costs = self._costs[taker]
            for giver, teams in enumerate(self._teams):
                if giver == taker:
                    continue
                for team in sorted(teams):
                    if team not in costs:
                        continue
                    cost = reached[taker] + costs[team] - self._costs[giver][team]
                    if giver not in reached or cost < reached[giver]:
                        reached[giver] = cost
                        came_by[giver] = (taker, team)
                        changed = True
        return changed
