"""Search regions side by side, first for a plan of each, then for better ones, and prove what can be proven."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from gridgis.planning.bounds import Bounded, bound_by_cells, list_cells
from gridgis.planning.problem import NO_CELL
from gridgis.planning.regions import Region
from gridgis.planning.search import Chain, search
from gridgis.planning.stopping import Stop

Ints = NDArray[np.int32]

CHAINS = 2
_FIRST_RUNS = 1
_FEW_UNITS = 40
_FEW_CELLS = 20_000
_SEARCH_SHARE = 0.75
_SAME = 1e-12


@dataclass(frozen=True, eq=False)
class Outcome:
    """What a search of one region came to.

    Attributes:
        found: Values and labels of plans within limits, best first, no two with the same cells.
        nearest: Labels of the plan least far outside limits, where there is no other.
        bound: No plan is worth less, None where it was not worked out.
        proven: Whether the first plan is proven best.
        impossible: Whether it is proven that there is none.
    """

    found: tuple[tuple[float, Ints], ...]
    nearest: Ints | None
    bound: float | None = None
    proven: bool = False
    impossible: bool = False

    @classmethod
    def of_chains(cls, chains: Sequence[Chain]) -> Outcome:
        """The best of several chains."""
        plans: list[tuple[float, Ints]] = []
        for value, labels in sorted((one for chain in chains for one in chain.found), key=lambda one: one[0]):
            near = (known for other, known in plans if abs(value - other) <= _SAME * max(abs(value), 1.0))
            if not any(same_cells(labels, known) for known in near):
                plans.append((value, labels))
        nearest = min(chains, key=lambda chain: chain.nearest_outside).nearest
        return cls(tuple(plans), nearest)

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
    """Labels of the whole by the plans of its regions, the nearest ones where there is none; `NO_CELL` without either."""  # noqa: E501
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
    chains = CHAINS if region.problem.cells > 1 else 1
    with ThreadPoolExecutor(chains) as pool:
        running = [
            pool.submit(search, region.problem, mine, seed=seed, stream=stream, told=told) for stream in range(chains)
        ]
        outcome = Outcome.of_chains([one.result() for one in running])
    return _proved(region, outcome, stop, few=False) if prove else outcome


def _proved(region: Region, outcome: Outcome, stop: Stop, *, few: bool) -> Outcome:
    """The outcome with a bound, where the region's cells can be listed."""
    from gridgis.planning.measures import measure, worth

    problem = region.problem
    if problem.cells == 1 and outcome.found:
        return replace(outcome, bound=outcome.found[0][0], proven=True)
    listed = list_cells(problem, _FEW_CELLS, 20 * _FEW_CELLS) if few else list_cells(problem)
    if listed is None:
        return outcome
    known = outcome.found[0] if outcome.found else None
    return outcome.with_bound(
        bound_by_cells(problem, listed, stop, known), lambda labels: worth(problem, measure(problem, labels))
    )


def _search_many(regions: Sequence[Region], stop: Stop, seed: int, *, prove: bool) -> list[Outcome]:
    """Regions one after another on each thread: a first plan for all before more time is spent on any."""
    first = replace(stop, attempts=_FIRST_RUNS if stop.attempts is None else stop.attempts)
    short = [region.problem.units <= _FEW_UNITS for region in regions]

    def begin(number: int) -> tuple[list[Chain], Outcome]:
        region = regions[number]
        if prove and short[number] and region.problem.cells > 1:
            proved = _proved(region, Outcome((), None), stop, few=True)
            if proved.proven:
                return [], proved
        chain = search(region.problem, first, seed=seed, stream=2 * number, grace=False)
        outcome = Outcome.of_chains([chain])
        if prove and region.problem.cells == 1:
            outcome = _proved(region, outcome, stop, few=True)
        elif prove and short[number]:
            outcome = replace(outcome, bound=proved.bound, impossible=proved.impossible)
        return [chain], outcome

    def go_on(number: int, share_s: float) -> Chain:
        mine = Stop(deadline_s=stop.clock() + share_s, cancelled=stop.cancelled, clock=stop.clock)
        return search(regions[number].problem, mine, seed=seed, stream=2 * number + 1, grace=False)

    with ThreadPoolExecutor(CHAINS) as pool:
        begun = list(pool.map(begin, range(len(regions))))
        outcomes = [outcome for _, outcome in begun]
        if stop.attempts is not None or stop.left_s() <= 0:
            return outcomes
        open_sizes = np.array(
            [
                0.0 if outcome.proven or outcome.impossible or region.problem.cells == 1 else region.problem.units
                for region, outcome in zip(regions, outcomes, strict=True)
            ]
        )
        share_s = open_sizes / max(float(open_sizes.sum()), 1.0) * stop.left_s() * CHAINS * 0.95
        more = np.flatnonzero(share_s > 0).tolist()
        for number, chain in zip(more, pool.map(lambda one: go_on(one, float(share_s[one])), more), strict=True):
            renewed = Outcome.of_chains([*begun[number][0], chain])
            outcomes[number] = replace(renewed, bound=outcomes[number].bound)
    return outcomes
