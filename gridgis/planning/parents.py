"""Divide a plan by parents: the limits that hold for all, how many cells each has, and the problem of each alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from gridgis.errors import Fault, InputRejected
from gridgis.planning.problem import NO_CELL, Objective, Problem
from gridgis.planning.regions import shares
from gridgis.planning.units import UnitSet

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Limits:
    """What a plan must keep to, beside every cell in one part.

    Attributes:
        tolerance: How far a cell may be from the mean load of its parent, as a share of it.
        cells_of_parent: Cells of each parent by its code; the others share what is left by load.
        locked: Codes of units that keep today's cell.
        apart: Pairs of unit codes that may not be in one cell.
        together: Groups of unit codes that must be in one cell.
        barred: Pairs of unit codes whose border no cell may reach across (river, railway, expressway without a bridge).
    """

    tolerance: float = 0.1
    cells_of_parent: Mapping[str, int] = field(default_factory=dict)
    locked: frozenset[str] = frozenset()
    apart: tuple[tuple[str, str], ...] = ()
    together: tuple[tuple[str, ...], ...] = ()
    barred: tuple[tuple[str, str], ...] = ()


NO_LIMITS = Limits()


def check_names(units: UnitSet, limits: Limits) -> None:
    """Every unit and parent that the limits name is there, and groups lie in one parent each."""
    known = dict(zip(units.codes, units.parent, strict=True))
    named = [
        *limits.locked,
        *(code for pair in (*limits.apart, *limits.barred) for code in pair),
        *(code for group in limits.together for code in group),
    ]
    missing = sorted({code for code in named if code not in known})
    missing += sorted(set(limits.cells_of_parent) - set(units.parent))
    if missing:
        faults = [Fault("planning.code_unknown", {"value": code}) for code in missing]
        raise InputRejected("planning.unit_unknown", faults, count=len(faults))
    across = [group for group in limits.together if len({known[code] for code in group}) > 1]
    if across:
        faults = [Fault("planning.together_in_parents", {"units": list(group)}) for group in across]
        raise InputRejected("planning.impossible", faults, count=len(faults))


@dataclass(frozen=True, eq=False)
class Parent:
    """A parent's part of the whole."""

    parent: str
    units: NDArray[np.intp]
    problem: Problem
    first_cell: int = 0


def cells_of_parents(units: UnitSet, cells: int, limits: Limits) -> dict[str, int]:
    """How many cells each parent has: as many as are named, the others what is left by largest remainder of load.

    Raises:
        InputRejected: ``planning.impossible`` where there are too few or too many cells for that.
    """
    parents, number = np.unique(np.array(units.parent, dtype=object).astype(str), return_inverse=True)
    load = np.bincount(number, weights=units.load, minlength=len(parents)).astype(np.float64)
    size = np.bincount(number, minlength=len(parents)).astype(np.int32)
    named = np.array([limits.cells_of_parent.get(str(parent), 0) for parent in parents], dtype=np.int32)
    free = named == 0
    left = cells - int(named.sum())
    if cells < 1 or cells > len(units.load) or left < int(free.sum()) or (not free.any() and left):
        raise InputRejected(
            "planning.impossible",
            [
                Fault(
                    "planning.cells_and_parents",
                    {"cells": cells, "parents": len(parents), "units": len(units.load), "named": int(named.sum())},
                )
            ],
            count=1,
        )
    counts = named.copy()
    if free.any():
        counts[free] = shares(load[free], left)
        counts = _no_more_than_units(counts, size, load, free)
    return {str(parent): int(count) for parent, count in zip(parents, counts, strict=True)}


def _no_more_than_units(counts: Ints, size: Ints, load: Floats, free: NDArray[np.bool_]) -> Ints:
    """Cells that a parent has no units for go where the mean load is greatest."""
    counts = counts.copy()
    spare = int(np.maximum(counts - size, 0)[free].sum())
    counts[free] = np.minimum(counts, size)[free]
    while spare:
        room = free & (counts < size)
        counts[int(np.argmax(np.where(room, load / (counts + 1), -1.0)))] += 1
        spare -= 1
    return counts


def parent_of(units: UnitSet, parent: str, count: int, limits: Limits, objective: Objective) -> Parent:
    """The units of one parent as a problem, its limits around its own mean."""
    mine = np.flatnonzero(np.array(units.parent, dtype=object).astype(str) == parent)
    place = {units.codes[one]: at for at, one in enumerate(mine.tolist())}
    load = units.load[mine]
    mean = float(load.sum()) / count
    codes = sorted({units.today[one] for one in mine.tolist()} - {""})
    today = None
    if len(codes) == count:
        number = {code: at for at, code in enumerate(codes)}
        today = np.array([number.get(units.today[one], NO_CELL) for one in mine.tolist()], dtype=np.int32)
    locked = np.array([units.codes[one] in limits.locked for one in mine.tolist()], dtype=np.bool_)
    graph = units.graph.among(mine)
    for one, two in limits.barred:
        if one in place and two in place:
            graph = graph.without(place[one], place[two])
    apart = [[place[one], place[two]] for one, two in limits.apart if one in place and two in place]
    groups = [group for group in limits.together if group and group[0] in place]
    together = [[place[group[0]], place[one]] for group in groups for one in group[1:]]
    problem = Problem(
        load=load,
        graph=graph,
        xy=units.xy[mine],
        cells=count,
        least=mean * (1 - limits.tolerance),
        most=mean * (1 + limits.tolerance),
        objective=objective,
        area=units.area_m2[mine],
        outer=units.outer_m[mine],
        today=today,
        locked=locked if today is not None and locked.any() else None,
        apart=np.array(apart, dtype=np.int32).reshape(-1, 2),
        together=np.array(together, dtype=np.int32).reshape(-1, 2),
        whole_distances=False,
    )
    return Parent(parent, mine, problem)
