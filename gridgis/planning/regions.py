"""Divide a problem into regions that share no cell, and say at once what no plan can satisfy.

A region is what lies in one parent and is in one part. Cells go to parents by largest remainder of their load unless
they are given; a parent's cells are even with its own mean.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor

import numpy as np
from numpy.typing import NDArray

from gridgis.errors import Fault, InputRejected
from gridgis.planning.problem import NO_CELL, Problem

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]

_SLACK = 1e-9


@dataclass(frozen=True, eq=False)
class Region:
    """Units that are planned by themselves.

    Attributes:
        units: Their places in the whole.
        problem: The problem of these units alone; its cells count from 0.
        first_cell: Number of its first cell in the whole.
        cell_numbers: Numbers in the whole of its cells.
    """

    units: NDArray[np.intp]
    problem: Problem
    cell_numbers: Ints


def shares(load: Floats, cells: int) -> Ints:
    """Cells of each parent by largest remainder of load, at least one each where there are enough."""
    exact = load / max(float(load.sum()), 1e-300) * cells
    given = np.maximum(np.floor(exact).astype(np.int64), 1)
    while given.sum() > cells and (given > 1).any():
        over = np.where(given > 1, given - exact, -np.inf)
        given[int(np.argmax(over))] -= 1
    while given.sum() < cells:
        given[int(np.argmax(exact - given))] += 1
    return given.astype(np.int32)


def counts_possible(load: Floats, units: Ints, least: float, most: float) -> tuple[Ints, Ints]:
    """Fewest and most cells into which each piece of so much load and so many units could go by load alone."""
    fewest = np.array([max(1, ceil(one / most - _SLACK)) if most > 0 else 1 for one in load], dtype=np.int32)
    greatest = np.array(
        [min(size, floor(one / least + _SLACK)) if least > 0 else size for one, size in zip(load, units, strict=True)],
        dtype=np.int32,
    )
    return fewest, greatest


def impossible(problem: Problem, *, name: str = "") -> list[Fault]:
    """What keeps every plan from being within limits, one fault each; empty does not promise that there is one.

    ``planning.more_cells_than_units``, ``planning.unit_too_heavy``, ``planning.total_outside``,
    ``planning.pieces_do_not_fit``, ``planning.locks_too_heavy``, ``planning.locks_apart``,
    ``planning.lock_clashes_with_apart``. Fields name the limits that clash and the nearest that could do.
    """
    faults: list[Fault] = []
    cells, load, most, least = problem.cells, problem.load, problem.most, problem.least
    where = {"region": name}
    if cells > problem.units:
        faults.append(Fault("planning.more_cells_than_units", {**where, "cells": cells, "units": problem.units}))
    for unit in np.flatnonzero(load > most * (1 + _SLACK)):
        faults.append(  # noqa: PERF401
            Fault(
                "planning.unit_too_heavy",
                {**where, "unit": int(unit), "load": float(load[unit]), "most": most},
                row=int(unit) + 1,
            )
        )
    total = float(load.sum())
    if not cells * least * (1 - _SLACK) <= total <= cells * most * (1 + _SLACK):
        fewest, greatest = ceil(total / most) if most else 0, floor(total / least) if least else problem.units
        faults.append(
            Fault(
                "planning.total_outside",
                {**where, "cells": cells, "mean": total / cells, "least": least, "most": most,
                 "fewest": fewest, "greatest": greatest},
            )
        )  # fmt: skip
    if faults:
        return faults
    piece = problem.graph.pieces()
    weights = np.bincount(piece, weights=load).astype(np.float64)
    sizes = np.bincount(piece).astype(np.int32)
    fewest_of, greatest_of = counts_possible(weights, sizes, least, most)
    for number in np.flatnonzero(fewest_of > greatest_of):
        members = np.flatnonzero(piece == number)
        best = max(1, round(float(weights[number]) / (total / cells)))
        faults.append(
            Fault(
                "planning.piece_does_not_fit",
                {**where, "units": [int(one) for one in members[:20]], "count": len(members),
                 "load": float(weights[number]), "least": least, "most": most,
                 "nearest": float(weights[number]) / best},
            )
        )  # fmt: skip
    if not faults and not fewest_of.sum() <= cells <= greatest_of.sum():
        faults.append(
            Fault(
                "planning.pieces_do_not_fit",
                {**where, "pieces": len(weights), "cells": cells,
                 "fewest": int(fewest_of.sum()), "greatest": int(greatest_of.sum())},
            )
        )  # fmt: skip
    return faults + _locks(problem, piece, where)


def _locks(problem: Problem, piece: Ints, where: dict[str, str]) -> list[Fault]:
    if problem.locked is None or problem.today is None or not problem.locked.any():
        return []
    faults: list[Fault] = []
    locked = np.flatnonzero(problem.locked & (problem.today != NO_CELL))
    cell = problem.today[locked]
    held = np.bincount(cell, weights=problem.load[locked], minlength=problem.cells)
    for number in np.flatnonzero(held > problem.most * (1 + _SLACK)):
        faults.append(  # noqa: PERF401
            Fault(
                "planning.locks_too_heavy",
                {**where, "cell": int(number), "load": float(held[number]), "most": problem.most},
            )
        )
    for number in np.unique(cell):
        mine = locked[cell == number]
        allowed = np.flatnonzero(~problem.locked | (problem.today == number))
        parts = problem.graph.among(allowed).pieces()[np.searchsorted(allowed, mine)]
        if len(np.unique(parts)) > 1:
            faults.append(
                Fault(
                    "planning.locks_apart",
                    {**where, "cell": int(number), "units": [int(one) for one in mine[:20]],
                     "pieces": len(np.unique(piece[mine]))},
                )
            )  # fmt: skip
    for first, second in problem.apart:
        if problem.locked[first] and problem.locked[second] and problem.today[first] == problem.today[second]:
            faults.append(
                Fault("planning.locks_clash_apart", {**where, "units": [int(first), int(second)],
                                                     "cell": int(problem.today[first])})
            )  # fmt: skip
    return faults


def split(problem: Problem) -> list[Region]:
    """The connected regions of a problem whose limits are one for all.

    Raises:
        InputRejected: ``planning.impossible`` with its faults, see `impossible`.
    """
    faults = impossible(problem)
    if faults:
        raise InputRejected("planning.impossible", faults, count=len(faults))
    piece = problem.graph.pieces()
    if piece.max() == 0:
        every = np.arange(problem.units)
        return [Region(every, problem, np.arange(problem.cells, dtype=np.int32))]
    weights = np.bincount(piece, weights=problem.load).astype(np.float64)
    sizes = np.bincount(piece).astype(np.int32)
    fewest, greatest = counts_possible(weights, sizes, problem.least, problem.most)
    exact = weights / max(float(weights.sum()), 1e-300) * problem.cells
    given = np.clip(np.round(exact), fewest, greatest).astype(np.int64)
    while given.sum() != problem.cells:
        up = given.sum() < problem.cells
        room = given < greatest if up else given > fewest
        miss = np.where(room, (exact - given) if up else (given - exact), -np.inf)
        given[int(np.argmax(miss))] += 1 if up else -1
    regions, first = [], 0
    for number, cells in enumerate(given.tolist()):
        units = np.flatnonzero(piece == number)
        numbers = np.arange(first, first + cells, dtype=np.int32)
        regions.append(Region(units, problem.among(units, cells=cells, today=None, locked=None), numbers))
        first += cells
    return regions
