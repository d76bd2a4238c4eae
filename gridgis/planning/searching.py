"""Search regions side by side, first for a plan of each, then for better ones, and prove what can be proven."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from gridgis.planning.bounds import MOST_VISITS, Bounded, bound_by_cells, list_cells
from gridgis.planning.centres import bound_by_centres
from gridgis.planning.exact import Settled, settle
from gridgis.planning.measures import measure, worth
from gridgis.planning.problem import NO_CELL
from gridgis.planning.regions import Region
from gridgis.planning.search import Found, search
from gridgis.planning.stopping import Stop

Ints = NDArray[np.int32]

CHAINS = 2
_FIRST_RUNS = 1
_SEARCH_SHARE = 0.75
_SAME = 1e-12
_READINESS = 0.97
_VISITS_A_SECOND = 500_000


@dataclass(frozen=True, eq=False)
class Outcome:
    """What a search of one region came to.

    Attributes:
        found: Values and labels of plans within limits, best first, no two with the same cells.
        nearest: Labels of the plan least far outside limits, where there is no other.
        nearest_outside: Load outside limits of that plan.
        bound: No plan is worth less, None where it was not worked out.
        proven: Whether the first plan is proven best.
        impossible: Whether it is proven that there is none.
        deviation: Where there is none: the greatest deviation from the mean that is proven least, as a share of it;
            ``nearest`` has it.
    """

    found: tuple[tuple[float, Ints], ...]
    nearest: Ints | None
    nearest_outside: float = float("inf")
    bound: float | None = None
    proven: bool = False
    impossible: bool = False
    deviation: float | None = None

    @classmethod
    def of_settled(cls, settled: Settled) -> Outcome:
        """What is proven about a small problem."""
        if settled.within:
            return cls(((settled.value, settled.labels),), None, bound=settled.value, proven=True)
        return cls((), settled.labels, impossible=True, deviation=settled.deviation)

    @classmethod
    def of_chains(cls, chains: Sequence[Found]) -> Outcome:
        """The best of several chains."""
        plans: list[tuple[float, Ints]] = []
        for value, labels in sorted((one for chain in chains for one in chain.plans), key=lambda one: one[0]):
            near = (known for other, known in plans if abs(value - other) <= _SAME * max(abs(value), 1.0))
            if not any(same_cells(labels, known) for known in near):
                plans.append((value, labels))
        nearest = min(chains, key=lambda chain: chain.nearest_outside)
        return cls(tuple(plans), nearest.nearest, nearest.nearest_outside)

    def with_bound(self, bounded: Bounded | None, value_of: Callable[[Ints], float]) -> Outcome:
        """The same with what was proven."""
        if bounded is None:
            return self
        found = self.found
        if bounded.labels is not None:
            found = ((value_of(bounded.labels), bounded.labels), *found)
        bound = None if bounded.impossible else bounded.bound
        return replace(self, found=found, bound=bound, proven=bounded.proven, impossible=bounded.impossible)


def same_cells(one: Ints, other: Ints) -> bool:
    """Whether two plans have the same cells, whatever their numbers."""
    pairs = np.unique(one.astype(np.int64) * (int(other.max()) + 1) + other)
    return len(pairs) == len(np.unique(one)) == len(np.unique(other))


def joined_labels(units: int, regions: Sequence[Region], outcomes: Sequence[Outcome], rank: int = 0) -> Ints:
    """Labels of the whole by the plans of its regions.

    Where a region has none, its nearest labels; `NO_CELL` without either.
    """
    labels = np.full(units, NO_CELL, dtype=np.int32)
    for region, outcome in zip(regions, outcomes, strict=True):
        mine = outcome.found[min(rank, len(outcome.found) - 1)][1] if outcome.found else outcome.nearest
        if mine is not None:
            labels[region.units] = region.cell_numbers[mine]
    return labels


def search_regions(
    regions: Sequence[Region],
    stop: Stop,
    *,
    seed: int,
    prove: bool = False,
    told: Callable[[float], None] | None = None,
) -> list[Outcome]:
    """The outcome of each region.

    Chains are each by themselves, so that with attempts the outcome depends on the seed alone, not on the machine.
    """
    if len(regions) == 1:
        return [_search_one(regions[0], stop, seed, told, prove=prove)]
    return _search_many(regions, stop, seed, prove=prove)


def _search_one(region: Region, stop: Stop, seed: int, told: Callable[[float], None] | None, *, prove: bool) -> Outcome:
    mine = stop
    if prove and stop.deadline_s is not None:
        mine = replace(stop, deadline_s=stop.clock() + stop.left_s() * _SEARCH_SHARE)
    outcome = Outcome.of_chains([search(region.problem, mine, seed=seed, chains=CHAINS, told=told)])
    return _proved(region, outcome, stop) if prove else outcome


def _proved(region: Region, outcome: Outcome, stop: Stop) -> Outcome:
    """The outcome with a bound, where there is one."""
    problem = region.problem
    if problem.cells == 1 and outcome.found:
        return replace(outcome, bound=outcome.found[0][0], proven=True)
    visits = MOST_VISITS if stop.deadline_s is None else int(max(stop.left_s(), 0.0) * _VISITS_A_SECOND)
    listed = list_cells(problem, most_visits=min(visits, MOST_VISITS))
    known = outcome.found[0] if outcome.found else None
    if listed is None:
        bound = bound_by_centres(problem, stop, None if known is None else known[0])
        return outcome if bound is None else replace(outcome, bound=bound)
    return outcome.with_bound(
        bound_by_cells(problem, listed, stop, known), lambda labels: worth(problem, measure(problem, labels))
    )


def _search_many(regions: Sequence[Region], stop: Stop, seed: int, *, prove: bool) -> list[Outcome]:
    """Regions one after another on each thread: a first plan for all before more time is spent on any."""
    first = replace(stop, attempts=_FIRST_RUNS if stop.attempts is None else stop.attempts)

    def begin(number: int) -> Outcome:
        region = regions[number]
        if prove and region.problem.cells > 1:
            settled = settle(region.problem, stop)
            if settled is not None:
                return Outcome.of_settled(settled)
        outcome = Outcome.of_chains([search(region.problem, first, seed=seed, stream=2 * number)])
        return _proved(region, outcome, stop) if region.problem.cells == 1 else outcome

    def go_on(number: int) -> Outcome:
        region, begun = regions[number], outcomes[number]
        waiting = float(open_sizes[number:].sum())
        share_s = max(stop.left_s(), 0.0) * min(CHAINS * float(open_sizes[number]) / waiting, 1.0) * _READINESS
        ends = stop.clock() + share_s
        mine = Stop(deadline_s=ends - share_s * (1 - _SEARCH_SHARE) * prove, cancelled=stop.cancelled, clock=stop.clock)
        found = search(region.problem, mine, seed=seed, stream=2 * number + 1)
        renewed = Outcome.of_chains([Found(begun.found, begun.nearest, begun.nearest_outside), found])
        return _proved(region, renewed, replace(mine, deadline_s=ends)) if prove else renewed

    with ThreadPoolExecutor(CHAINS) as pool:
        outcomes = list(pool.map(begin, range(len(regions))))
        open_sizes = np.array(
            [
                0.0 if outcome.proven or outcome.impossible or region.problem.cells == 1 else region.problem.units
                for region, outcome in zip(regions, outcomes, strict=True)
            ]
        )
        more = np.flatnonzero(open_sizes).tolist()
        if stop.attempts is not None:
            if prove:
                for number in more:
                    outcomes[number] = _proved(regions[number], outcomes[number], stop)
            return outcomes
        for number, outcome in zip(more, pool.map(go_on, more), strict=True):
            outcomes[number] = outcome
    return outcomes
