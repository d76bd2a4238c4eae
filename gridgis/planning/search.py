"""Search the plans of one problem: chains of runs side by side, whose cells are joined, until told to stop."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from gridgis.planning.chains import KEPT_EACH_STEP, Annealing, Chain
from gridgis.planning.contraction import Contracted, contract
from gridgis.planning.halves import is_large, search_by_halves
from gridgis.planning.joining import join_cells, pool_for
from gridgis.planning.measures import measure, worth
from gridgis.planning.problem import Problem
from gridgis.planning.stopping import Stop
from gridgis.planning.todays import todays_labels

Ints = NDArray[np.int32]

_FEWEST_STEPS = 20_000
_LEAST_JOINED_S = 8.0
_PARTS = (0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 0.9, 1.0)
_JOINING = 0.08

_RUNS = (
    Annealing(hot=2.0, cold=0.02, trees=0.02),
    Annealing(hot=2.0, cold=0.1, trees=0.3),
    Annealing(hot=0.4, cold=0.01, trees=0.02, fresh=False),
    Annealing(hot=1.0, cold=0.02, trees=0.1, firm=300.0),
    Annealing(hot=2.0, cold=0.02, trees=0.02),
    Annealing(hot=2.0, cold=0.1, trees=0.1),
    Annealing(hot=0.7, cold=0.02, trees=0.1, fresh=False),
    Annealing(hot=1.0, cold=0.02, trees=0.1, firm=1000.0),
)


@dataclass(frozen=True, eq=False)
class Found:
    """What a search came to.

    Attributes:
        plans: Values and labels of plans within limits, best first.
        nearest: Labels of the plan least far outside limits, where one was met.
        nearest_outside: Load outside limits of that plan.
    """

    plans: tuple[tuple[float, Ints], ...]
    nearest: Ints | None
    nearest_outside: float


def search(
    problem: Problem,
    stop: Stop,
    *,
    seed: int,
    chains: int = 1,
    stream: int = 0,
    told: Callable[[float], None] | None = None,
) -> Found:
    """Run chains side by side until the stop rule, and now and then join the cells that they passed through.

    Args:
        problem: Units in one part that may be divided into so many cells.
        stop: When to stop; with attempts, each chain makes so many runs, and the seed alone decides the outcome.
        seed: Seed of the random numbers.
        chains: How many chains.
        stream: Number of the first chain; chains of one seed differ.
        told: Called with the best value after each run.
    """
    contracted = contract(problem)
    smaller = contracted.problem
    if problem.cells == 1:
        only = Chain.of(smaller, seed, stream)
        only.begin(np.zeros(smaller.units, dtype=np.int32))
        only.note()
        return _found(problem, contracted, [only])
    if chains > 1 and is_large(smaller):
        whole = Chain.of(smaller, seed, stream)
        search_by_halves(whole, stop, seed=seed, told=told)
        return _found(problem, contracted, [whole])
    running = [replace(Chain.of(smaller, seed, stream + one), pool=pool_for(smaller)) for one in range(chains)]
    once = stop.attempts is not None or stop.left_s() < _LEAST_JOINED_S
    parts = (1.0,) if once else _PARTS
    begun, given = stop.clock(), stop.left_s()
    with ThreadPoolExecutor(chains) as pool:
        for part in parts:
            mine = stop if len(parts) == 1 else replace(stop, deadline_s=begun + part * given)
            list(pool.map(partial(_run_until, stop=mine, told=told), running))
            if stop.reached() or not len(running[0].pool.sign):
                continue
            _join(running, stop, _JOINING * given if np.isfinite(given) else np.inf)
            if told is not None and running[0].found:
                told(running[0].found[0][0])
    return _found(problem, contracted, running)


def _join(running: Sequence[Chain], stop: Stop, most_s: float) -> None:
    """Let every chain know the best plan of the cells of all."""
    plans = sorted((one for chain in running for one in chain.found), key=lambda one: one[0])
    ends = stop if not np.isfinite(most_s) else replace(stop, deadline_s=stop.clock() + min(stop.left_s(), most_s))
    best = join_cells(running[0].problem, [chain.pool for chain in running], plans[0] if plans else None, ends)
    for chain in running:
        if best is not None:
            chain.keep(*best)


def _found(problem: Problem, contracted: Contracted, chains: Sequence[Chain]) -> Found:
    """What chains on the smaller problem found, said of the whole one."""
    nearest = min(chains, key=lambda chain: chain.nearest_outside)
    known = tuple(sorted((one for chain in chains for one in chain.found), key=lambda one: one[0]))
    plans = []
    for value_there, labels in known:
        whole = contracted.expanded(labels)
        measures = measure(problem, whole)
        if measures.feasible:
            plans.append((value_there if contracted.problem is problem else worth(problem, measures), whole))
    near = None if nearest.nearest is None else contracted.expanded(nearest.nearest)
    return Found(tuple(sorted(plans, key=lambda one: one[0])), near, nearest.nearest_outside)


def _run_until(chain: Chain, stop: Stop, told: Callable[[float], None] | None) -> None:
    """Run after run from fresh starts and from the best plan, each four longer than those before."""
    problem = chain.problem
    base = min(max(10_000, min(1_000 * problem.units, 100_000), 100 * problem.units), 8_000_000)
    until = None if stop.attempts is None else chain.runs + stop.attempts
    while True:
        run = chain.runs
        kind = _RUNS[(run + chain.stream) % len(_RUNS)] if run else _RUNS[chain.stream and 1]
        if problem.today is not None and run == 0 and chain.stream == 0:
            chain.begin(todays_labels(problem))
            chain.note()
        elif chain.found and (not kind.fresh or problem.units > 20 * KEPT_EACH_STEP):
            chain.begin(chain.found[0][1])
        else:
            chain.begin(chain.fresh_labels(kind.slant if run else 0.1))
        if run == 0:
            chain.learn_scale()
        steps = base * 2 ** min(run // 8, 12)
        if stop.attempts is None and chain.speed:
            steps = int(min(steps, max(chain.speed * stop.left_s() * 0.95, _FEWEST_STEPS)))
        chain.run(steps, kind, stop)
        chain.runs += 1
        if told is not None and chain.found:
            told(chain.found[0][0])
        if chain.runs == until or stop.reached():
            return
