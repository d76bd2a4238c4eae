"""Keep one version of the whole grid and say in which cells points lie."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from gridgis.cells.cell import Cell, District, Unit


class PlanStatus(StrEnum):
    """Life of a plan; one in force is never edited."""

    DRAFT = "draft"
    PUBLISHED = "published"
    SUPERSEDED = "superseded"


@dataclass(frozen=True)
class GridPlan:
    """One version of all cells (网格方案)."""

    id: UUID
    code: str
    name: str
    district: District
    status: PlanStatus
    effective_from: datetime
    cells: tuple[Cell, ...]
    units: tuple[Unit, ...] = ()
    effective_to: datetime | None = None
    reason: str = ""
    paper: str = ""

    def locate(self, xy: Sequence[Sequence[float]]) -> Located: ...


@dataclass(frozen=True)
class Located: ...
