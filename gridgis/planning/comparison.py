"""Compare two plans of the same units: lineage of the cells, who gets what, figures before and after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Lineage(StrEnum):
    """What became of a cell."""

    KEPT = "kept"  # the same units under the same name
    RENAMED = "renamed"  # the same units under another name or code
    MOVED = "moved"  # half of the units kept or more, some came or went
    SPLIT = "split"  # its units are divided among cells, each of which comes from it alone
    MERGED = "merged"  # it lies wholly in a cell that others lie in too
    NEW = "new"  # no cell before gave it most of its units
    ENDED = "ended"  # no cell after took most of its units


@dataclass(frozen=True, slots=True)
class CellLine:
    """One cell's line from before to after.

    Attributes:
        lineage: What became of it.
        before: Codes before, empty for a new cell.
        after: Codes after, empty for one that ended.
        units: How many units the line carries.
    """

    lineage: Lineage
    before: tuple[str, ...]
    after: tuple[str, ...]
    units: int


@dataclass(frozen=True, slots=True)
class Moved:
    """One unit that changes cells.

    Attributes:
        unit: Its code.
        before: Code of the cell before, empty for none.
        after: Code of the cell after.
        load: Its workload.
        population: People living there.
        enterprises: Enterprises there.
    """

    unit: str
    before: str
    after: str
    load: float
    population: int
    enterprises: int


def lineages(
    before: Mapping[str, str], after: Mapping[str, str], names: tuple[Mapping[str, str], Mapping[str, str]] = ({}, {})
) -> list[CellLine]:
    """What became of each cell, by code before, then new ones.

    Args:
        before: Cell code of each unit before.
        after: Cell code of each unit after.
        names: Names of the cells before and after, by code.
    """
    old, new = _members(before), _members(after)
    shared: dict[tuple[str, str], int] = {}
    for unit, code in before.items():
        if unit in after:
            shared[code, after[unit]] = shared.get((code, after[unit]), 0) + 1
    lines: list[CellLine] = []
    told: set[str] = set()
    for code in sorted(old):
        takers = sorted(one for one in new if shared.get((code, one)))
        whole_takers = [one for one in takers if new[one] <= old[code]]
        if len(takers) == 1 and new[takers[0]] == old[code]:
            same = takers[0] == code and names[0].get(code, "") == names[1].get(code, "")
            lines.append(CellLine(Lineage.KEPT if same else Lineage.RENAMED, (code,), (takers[0],), len(old[code])))
            told.add(takers[0])
        elif len(takers) > 1 and len(whole_takers) == len(takers):
            lines.append(CellLine(Lineage.SPLIT, (code,), tuple(takers), len(old[code])))
            told.update(takers)
        elif len(takers) == 1 and all(old[one] <= new[takers[0]] for one in old if shared.get((one, takers[0]))):
            lines.append(CellLine(Lineage.MERGED, (code,), (takers[0],), len(old[code])))
            told.add(takers[0])
        else:
            heir = max(takers, key=lambda one: (shared[code, one], one == code, one), default="")
            if heir and 2 * shared[code, heir] >= len(old[code]):
                lines.append(CellLine(Lineage.MOVED, (code,), (heir,), shared[code, heir]))
                told.add(heir)
            else:
                lines.append(CellLine(Lineage.ENDED, (code,), tuple(takers), len(old[code])))
    lines.extend(CellLine(Lineage.NEW, (), (code,), len(new[code])) for code in sorted(set(new) - told))
    return lines


def moved_units(
    before: Mapping[str, str], after: Mapping[str, str], about: Mapping[str, tuple[float, int, int]]
) -> Sequence[Moved]:
    """Units that change cells, by code; ``about`` gives load, people and enterprises of each."""
    return tuple(
        Moved(unit, before.get(unit, ""), after[unit], *about.get(unit, (0.0, 0, 0)))
        for unit in sorted(after)
        if before.get(unit, "") != after[unit]
    )


def _members(cell_of: Mapping[str, str]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for unit, code in cell_of.items():
        found.setdefault(code, set()).add(unit)
    return found
