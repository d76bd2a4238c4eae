"""Divide a problem into regions that share no cell, and say at once what no plan can satisfy.

A region is what lies in one parent and is in one part. Cells go to parents by largest remainder of their load unless
they are given; a parent's cells are even with its own mean.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gridgis.errors import Fault, InputRejected
from gridgis.planning.contraction import contract, together_groups
from gridgis.planning.problem import NO_CELL, Problem

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]

Where = dict[str, Any]

_SLACK = 1e-9
_MOST_NAMED = 20


@dataclass(frozen=True, eq=False)
class Region:
    """Units that are planned by themselves.

    Attributes:
        units: Their places in the whole.
        problem: The problem of these units alone; its cells count from 0.
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

    Fields name the limits that clash and the nearest that could do.
    """
    where = {"region": name}
    faults = [*_loads(problem, where), *_groups(problem, where)]
    return faults or [*_pieces(problem, where), *_locks(problem, where)]


def _loads(problem: Problem, where: Where) -> list[Fault]:
    """``planning.more_cells_than_units``, ``planning.unit_too_heavy``, ``planning.total_outside``."""
    faults: list[Fault] = []
    cells, load, most, least = problem.cells, problem.load, problem.most, problem.least
    units = int(contract(problem).problem.units)
    if cells > units:
        faults.append(Fault("planning.more_cells_than_units", {**where, "cells": cells, "units": units}))
    faults += [
        Fault(
            "planning.unit_too_heavy",
            {**where, "unit": int(unit), "load": float(load[unit]), "most": most},
            row=int(unit) + 1,
        )
        for unit in np.flatnonzero(load > most * (1 + _SLACK))
    ]
    total = float(load.sum())
    if not cells * least * (1 - _SLACK) <= total <= cells * most * (1 + _SLACK):
        fewest, greatest = ceil(total / most) if most else 0, floor(total / least) if least else problem.units
        about = {"cells": cells, "mean": total / cells, "least": least, "most": most}
        faults.append(Fault("planning.total_outside", {**where, **about, "fewest": fewest, "greatest": greatest}))
    return faults


def _groups(problem: Problem, where: Where) -> list[Fault]:
    """``planning.together_too_heavy``, ``planning.together_clashes_apart``, ``planning.together_in_pieces``."""
    if not len(problem.together) and not len(problem.apart):
        return []
    group, piece = together_groups(problem), problem.graph.pieces()
    held = np.bincount(group, weights=problem.load)
    size = np.bincount(group)
    faults: list[Fault] = []
    for number in np.flatnonzero(size > 1):
        members = np.flatnonzero(group == number)
        about = {**where, "units": _named(members), "load": float(held[number]), "most": problem.most}
        heaviest = float(problem.load[members].max())
        if held[number] > problem.most * (1 + _SLACK) >= heaviest:
            faults.append(Fault("planning.together_too_heavy", about))
        if len(np.unique(piece[members])) > 1:
            faults.append(Fault("planning.together_in_pieces", {**where, "units": _named(members)}))
    faults += [
        Fault("planning.together_clashes_apart", {**where, "units": [int(one), int(two)]})
        for one, two in problem.apart
        if group[one] == group[two]
    ]
    return faults


def _pieces(problem: Problem, where: Where) -> list[Fault]:
    """``planning.piece_does_not_fit``, ``planning.pieces_do_not_fit``."""
    pieces = _Pieces.of(problem)
    faults: list[Fault] = []
    mean = float(problem.load.sum()) / problem.cells
    for number in np.flatnonzero(pieces.fewest > pieces.greatest):
        load = float(pieces.load[number])
        members = np.flatnonzero(pieces.piece == number)
        about = {"units": _named(members), "count": len(members), "load": load}
        nearest = load / max(1, round(load / mean)) if mean else 0.0
        limits = {"least": problem.least, "most": problem.most, "nearest": nearest}
        faults.append(Fault("planning.piece_does_not_fit", {**where, **about, **limits}))
    if not faults and not pieces.fewest.sum() <= problem.cells <= pieces.greatest.sum():
        about = {"pieces": len(pieces.load), "cells": problem.cells}
        reach = {"fewest": int(pieces.fewest.sum()), "greatest": int(pieces.greatest.sum())}
        faults.append(Fault("planning.pieces_do_not_fit", {**where, **about, **reach}))
    return faults


def _locks(problem: Problem, where: Where) -> list[Fault]:
    """``planning.locks_too_heavy``, ``planning.locks_apart``, ``planning.locks_clash_apart`` and ``…_together``."""
    if problem.locked is None or problem.today is None or not problem.locked.any():
        return []
    today, piece = problem.today, problem.graph.pieces()
    locked = np.flatnonzero(problem.locked)
    cell = today[locked]
    held = np.bincount(cell, weights=problem.load[locked], minlength=problem.cells)
    faults = [
        Fault(
            "planning.locks_too_heavy",
            {**where, "cell": int(number), "load": float(held[number]), "most": problem.most},
        )
        for number in np.flatnonzero(held > problem.most * (1 + _SLACK))
    ]
    for number in np.unique(cell):
        mine = locked[cell == number]
        allowed = np.flatnonzero(~problem.locked | (today == number))
        parts = problem.graph.among(allowed).pieces()[np.searchsorted(allowed, mine)]
        if len(np.unique(parts)) > 1:
            about = {"cell": int(number), "units": _named(mine), "pieces": len(np.unique(piece[mine]))}
            faults.append(Fault("planning.locks_apart", {**where, **about}))
    faults += [
        Fault("planning.locks_clash_apart", {**where, "units": [int(one), int(two)], "cell": int(today[one])})
        for one, two in problem.apart
        if problem.locked[one] and problem.locked[two] and today[one] == today[two]
    ]
    group = together_groups(problem)[locked]
    for number in np.unique(group):
        homes = np.unique(cell[group == number])
        if len(homes) > 1:
            about = {"units": _named(locked[group == number]), "cells": homes.tolist()}
            faults.append(Fault("planning.locks_clash_together", {**where, **about}))
    return faults


def _named(units: NDArray[np.integer]) -> list[int]:
    """The first few units, for a fault."""
    return [int(one) for one in units[:_MOST_NAMED]]


@dataclass(frozen=True, eq=False)
class _Pieces:
    """The connected pieces (p) of a problem.

    Attributes:
        piece: int32 (n), the piece of each unit.
        load: float64 (p).
        fewest, greatest: int32 (p), cells into which each could go by its load, units and locks.
        homes: For each cell of today that locks hold, the piece where they are.
    """

    piece: Ints
    load: Floats
    fewest: Ints
    greatest: Ints
    homes: dict[int, int]

    @classmethod
    def of(cls, problem: Problem) -> _Pieces:
        piece = problem.graph.pieces()
        load = np.bincount(piece, weights=problem.load).astype(np.float64)
        contracted = contract(problem)
        unit_piece = np.zeros(contracted.problem.units, dtype=np.int32)
        unit_piece[contracted.unit_of] = piece
        fewest, greatest = counts_possible(load, np.bincount(unit_piece).astype(np.int32), problem.least, problem.most)
        homes: dict[int, int] = {}
        if problem.locked is not None and problem.today is not None:
            homes = dict(zip(problem.today[problem.locked].tolist(), piece[problem.locked].tolist(), strict=True))
        held = np.bincount(np.array(list(homes.values()), dtype=np.int64), minlength=len(load))
        return cls(piece, load, np.maximum(fewest, held).astype(np.int32), greatest, homes)

    def counts(self, cells: int) -> Ints:
        """Cells of each piece, near its share of the load."""
        exact = self.load / max(float(self.load.sum()), 1e-300) * cells
        given = np.clip(np.round(exact), self.fewest, self.greatest).astype(np.int32)
        while given.sum() != cells:
            up = given.sum() < cells
            room = given < self.greatest if up else given > self.fewest
            miss = np.where(room, (exact - given) if up else (given - exact), -np.inf)
            given[int(np.argmax(miss))] += 1 if up else -1
        return given


def split(problem: Problem) -> list[Region]:
    """The connected regions of a problem whose limits are one for all.

    A cell of today goes to the piece that has its locked units, or else most of its load; what other pieces hold of it
    has no cell today there.

    Raises:
        InputRejected: ``planning.impossible`` with its faults, see `impossible`.
    """
    faults = impossible(problem)
    if faults:
        raise InputRejected("planning.impossible", faults, count=len(faults))
    pieces = _Pieces.of(problem)
    if len(pieces.load) == 1:
        every = np.arange(problem.units)
        return [Region(every, problem, np.arange(problem.cells, dtype=np.int32))]
    given = pieces.counts(problem.cells)
    owner = _owners(problem, pieces, given)
    regions = []
    for number, cells in enumerate(given.tolist()):
        units = np.flatnonzero(pieces.piece == number)
        mine = np.flatnonzero(owner == number).astype(np.int32)
        today = None
        if problem.today is not None:
            place = np.full(max(problem.cells, int(problem.today.max()) + 1) + 1, NO_CELL, dtype=np.int32)
            place[mine] = np.arange(cells, dtype=np.int32)
            today = place[problem.today[units]]  # NO_CELL reads the last place, which is NO_CELL
        regions.append(Region(units, problem.among(units, cells=cells, today=today), mine))
    return regions


def _owners(problem: Problem, pieces: _Pieces, given: Ints) -> Ints:
    """int32 (k), the piece to which each cell number goes."""
    from scipy.optimize import linear_sum_assignment

    place = np.repeat(np.arange(len(given)), given)
    held = np.zeros((problem.cells, len(given)))
    if problem.today is not None:
        known = (problem.today >= 0) & (problem.today < problem.cells)
        np.add.at(held, (problem.today[known], pieces.piece[known]), problem.load[known] + 1e-9)
        dear = 1e3 * (1.0 + float(held.sum()))
        for cell, piece in pieces.homes.items():
            held[cell, piece] += dear
    rows, slot = linear_sum_assignment(held[:, place], maximize=True)
    owner = np.zeros(problem.cells, dtype=np.int32)
    owner[rows] = place[slot]
    return owner
