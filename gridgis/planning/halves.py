"""Search a large area half by half on two threads, the line between the halves turned each round."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from gridgis.planning.board import BY_PAIR
from gridgis.planning.chains import Annealing, Chain
from gridgis.planning.problem import NO_CELL, Problem
from gridgis.planning.stopping import Stop
from gridgis.planning.todays import todays_labels

Ints = NDArray[np.int32]

_LEAST_UNITS, _LEAST_CELLS = 4_000, 64
_ROUNDS, _FINISHED = 10, 3
_HOT, _COLD = 0.7, 0.03
_TREES = 0.01
_TURN = 2.399963  # the golden angle, so that no line comes back near an earlier one soon
_STEPS_A_UNIT = 200
_STREAMS = 1_000


def is_large(problem: Problem) -> bool:
    """Whether a problem is worth searching half by half."""
    return problem.units >= _LEAST_UNITS and problem.cells >= _LEAST_CELLS


@dataclass(frozen=True, eq=False)
class _Half:
    """The cells on one side of a line: their units, their numbers in the whole, and a chain on them alone."""

    units: NDArray[np.intp]
    numbers: Ints
    chain: Chain


def search_by_halves(chain: Chain, stop: Stop, *, seed: int, told: Callable[[float], None] | None = None) -> None:
    """Anneal once from hot to cold over the whole time, each round in two halves at once; the chain keeps the plans.

    Args:
        chain: One of the whole problem.
        stop: When to stop; with attempts, so many annealings one after another.
        seed: Seed of the random numbers.
        told: Called with the best value after each round.
    """
    labels = todays_labels(chain.problem) if chain.problem.today is not None else chain.fresh_labels(0.1)
    chain.begin(labels)
    chain.note()
    chain.learn_scale()
    cooling = (_COLD / _HOT) ** (1 / _ROUNDS)
    rounds = _ROUNDS * (stop.attempts or 1)
    begun, given = stop.clock(), stop.left_s()
    for number in range(rounds):
        at = number % _ROUNDS
        mine = stop if not np.isfinite(given) else replace(stop, deadline_s=begun + given * (number + 1) / rounds)
        hot = _HOT * cooling**at
        kind = Annealing(hot=hot, cold=hot * cooling, trees=_TREES)
        halves = _halves(chain, labels, number, seed)
        with ThreadPoolExecutor(len(halves)) as pool:
            made = list(pool.map(partial(_run, kind=kind, stop=mine, at=at), halves))
        for half, part in zip(halves, made, strict=True):
            labels[half.units] = half.numbers[part]
        chain.begin(labels)
        chain.note()
        if told is not None and chain.found:
            told(chain.found[0][0])
        if stop.reached():
            return


def _run(half: _Half, kind: Annealing, stop: Stop, at: int) -> Ints:
    steps = _STEPS_A_UNIT * len(half.units) // _ROUNDS
    if np.isfinite(stop.left_s()):
        steps = int(half.chain.speed * max(stop.left_s(), 0.0))
    half.chain.run(max(steps, 1), kind, stop, finish=at >= _ROUNDS - _FINISHED)
    return half.chain.board.label


def _halves(chain: Chain, labels: Ints, number: int, seed: int) -> list[_Half]:
    """The cells on either side of a line through the middle of the area."""
    problem = chain.problem
    along = problem.xy @ np.array([np.cos(_TURN * number), np.sin(_TURN * number)])
    size = np.bincount(labels, minlength=problem.cells)
    place = np.bincount(labels, weights=along, minlength=problem.cells) / np.maximum(size, 1)
    second = place > np.median(place)
    made = []
    for side, mine in enumerate((~second, second)):
        numbers = np.flatnonzero(mine).astype(np.int32)
        local = np.full(problem.cells, NO_CELL, dtype=np.int32)
        local[numbers] = np.arange(len(numbers), dtype=np.int32)
        units = np.flatnonzero(mine[labels])
        today = problem.today
        if today is not None:
            known = (today >= 0) & (today < problem.cells)
            today = np.where(known, local[np.where(known, today, 0)], NO_CELL).astype(np.int32)[units]
        part = problem.among(units, cells=len(numbers), today=today)
        half = Chain.of(part, seed, _STREAMS + 2 * number + side)
        half.scale, half.speed = chain.scale, chain.speed
        half.board.weights[BY_PAIR] = chain.board.weights[BY_PAIR]
        half.begin(local[labels[units]])
        made.append(_Half(units, numbers, half))
    return made
