"""Shape what a page needs to know of the district before anything else."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field

from api.bodies.geometry import Bbox, Geometry


class LevelBody(BaseModel):
    """One level of the grid."""

    level: int
    name: str
    cells: int


class CountsBody(BaseModel):
    """How many records there are."""

    enterprises: int
    sites: int
    unplaced_sites: int
    officers: int
    teams: int
    run_cards: int
    alarms: int


class NamedCode(BaseModel):
    """A code and its words."""

    code: str
    name: str


class PlanBody(BaseModel):
    """The plan in force."""

    code: str
    name: str
    effective_from: datetime


class SourceBody(BaseModel):
    """Where something drawn comes from."""

    what: str
    attribution: str
    licence: str


class BasemapBody(BaseModel):
    """The base map: the district's own roads and water, or a WMTS service of the intranet."""

    kind: Literal["own", "wmts"]
    url: str = Field(description="Address of the WMTS service, or pattern of the own tiles")
    layer: str = ""
    matrix_set: str = ""
    attribution: str = ""


class TilesBody(BaseModel):
    """Some vector tiles: pattern of their address, zooms and layers."""

    url: str
    min_zoom: int
    max_zoom: int
    layers: list[str]


class AllTiles(BaseModel):
    """The vector tiles that whoever asks may see; None for the others."""

    base: TilesBody | None
    cells: TilesBody
    enterprises: TilesBody | None
    teams: TilesBody | None


class DistrictBody(BaseModel):
    """The district, its grid, its vocabulary and its map sources."""

    code: str
    name: str
    bbox: Bbox | None
    outline: Geometry | None
    levels: list[LevelBody]
    counts: CountsBody
    alarm_types: list[NamedCode]
    response_levels: list[NamedCode]
    plan: PlanBody | None = Field(description="None before the first plan takes effect")
    sources: list[SourceBody]
    map_approval: str = Field(description="审图号, empty where there is none")
    basemap: BasemapBody
    tiles: AllTiles
    now: datetime
    roads: bool = Field(description="Whether roads answer; without them times are estimates")
    demo: bool = Field(description="Whether made-up records are among the data")
    version: int = Field(description="Number that changes when the data change")
