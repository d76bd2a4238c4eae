"""Shape what a telephone takes along: the officer's cells and their neighbours, people, enterprises, open hazards."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pydantic import BaseModel, Field

from api.bodies.cells import ServingOfficer
from api.bodies.geometry import Bbox, Geometry
from api.bodies.hazards import HazardBody
from api.bodies.responses import Moment
from gridgis.supervision.enterprises import RiskColour


class FieldCell(BaseModel):
    """A basic cell, one's own or one beside it."""

    code: str
    name: str
    above: str = Field(description="Names of the cells above it, from level 1")
    mine: bool
    geometry: Geometry
    officers: list[ServingOfficer]


class FieldSite(BaseModel):
    """A place where an enterprise works."""

    id: UUID
    name: str
    address: str
    lon: float | None
    lat: float | None
    cell_code: str


class FieldEnterprise(BaseModel):
    """An enterprise of the cells."""

    id: UUID
    name: str
    risk: RiskColour
    industry: str
    department: str
    chemicals: str
    contact: str
    phone: str
    sites: list[FieldSite]
    open_hazards: int
    visited_on: date | None = Field(description="Local day of the last visit that counts")
    due_on: date | None = Field(
        description="Until when the next one is due by its risk colour; None when never visited"
    )


class FieldChoice(BaseModel):
    """A cell that somebody with a wide area may take along."""

    code: str
    name: str
    level: int


class FieldKit(BaseModel):
    """Everything that a telephone needs without a signal."""

    account: str
    now: Moment
    clock_set: bool = Field(
        description="Whether the service's clock is set by hand, as in a demo: a telephone's differs then"
    )
    version: int
    plan: str
    cell: str = Field(description="The cell that was taken along, empty for all of one's area")
    choices: list[FieldChoice] = Field(description="To be chosen from where one's area is too wide to take along")
    cells: list[FieldCell]
    enterprises: list[FieldEnterprise]
    hazards: list[HazardBody] = Field(description="Open ones of the cells, and those one reported")
    kinds: list[str]
    intervals: dict[RiskColour, int] = Field(description="Days between visits by risk colour")
    bbox: Bbox | None = Field(description="Of the cells and their surroundings, for which tiles are kept")
