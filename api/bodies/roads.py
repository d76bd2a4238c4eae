"""Shape the answers about all teams and the whole district at once: matrix, reach, cover, parts, detours, bridges."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from api.bodies.geometry import Geometry, LonLat
from api.bodies.responses import Moment, TeamName
from gridgis.dispatch.place_kinds import PlaceKind
from gridgis.dispatch.teams import Tier

MOST_POINTS = 300
MOST_PAIRS = 40_000

Degrees = Annotated[float, Field(strict=True, allow_inf_nan=False)]
Longitude = Annotated[Degrees, Field(ge=-180, le=180, description="经度 / longitude")]
Latitude = Annotated[Degrees, Field(ge=-90, le=90, description="纬度 / latitude")]
Points = Annotated[list[tuple[Longitude, Latitude]], Field(min_length=1, max_length=MOST_POINTS)]
Seconds = Annotated[float | None, Field(description="Seconds from the order, null for never by road")]


class MatrixRequest(BaseModel):
    """Points between which ways are wanted; without origins, from each place to each other one (a round of visits)."""

    model_config = ConfigDict(extra="forbid")

    profile: str = Field(min_length=1, max_length=40, description="Vehicle", examples=["car"])
    places: Points = Field(examples=[[[120.15, 32.51], [120.13, 32.52]]])
    origins: Points | None = Field(None, description="The places themselves if absent")
    hour: int | None = Field(None, strict=True, ge=0, le=23, description="Of the local day; usual speeds if absent")
    when: Moment | None = Field(None, description="Whose closed roads are closed; now if absent")


class MatrixBody(BaseModel):
    """Ways from each origin (rows) to each place (columns)."""

    profile: str
    travel_s: list[list[float | None]] = Field(description="Seconds on the road, null for no way")
    distance_m: list[list[float | None]]
    walk_m: list[float | None] = Field(description="Metres from the end of the road to each place")
    no_way: int = Field(description="Pairs without a way")


class ReachItem(BaseModel):
    """The ground reached within a time."""

    within_s: float
    area_km2: float
    villages: int = Field(description="Villages whose seat lies in it")
    team: TeamName | None = Field(description="Whose it is; null for all together")
    geometry: Geometry


class ReachList(BaseModel):
    """Areas by time, the shortest first."""

    when: datetime
    teams: int
    villages: int = Field(description="All villages")
    by: int = Field(description="1 for what any team reaches, 2 for what a second one reaches too")
    items: list[ReachItem]


class Comer(BaseModel):
    """A team that comes to a place."""

    team: TeamName
    eta_s: float


class CoveredPlace(BaseModel):
    """A place and who comes there first and second."""

    code: str
    name: str
    lon: float
    lat: float
    first: Comer | None
    second: Comer | None


class WithinCount(BaseModel):
    """How many places are reached within a time."""

    within_s: float
    first: int = Field(description="By any team")
    second: int = Field(description="By two")


class CoverList(BaseModel):
    """Who covers what, the places that wait longest first."""

    when: datetime
    teams: int
    of: PlaceKind
    total: int
    limit: int
    offset: int
    within: list[WithinCount]
    items: list[CoveredPlace]


class PartItem(BaseModel):
    """The part of the district to which a team comes first."""

    team: TeamName
    tier: Tier
    base: LonLat
    area_km2: float
    geometry: Geometry


class PartList(BaseModel):
    """The district parted among the teams that come first."""

    when: datetime
    teams: int = Field(description="Teams asked about; those that come first nowhere have no part")
    items: list[PartItem]


class DetourRequest(BaseModel):
    """A road that would be closed, both directions, and who and what is asked about."""

    model_config = ConfigDict(extra="forbid")

    lon: Longitude
    lat: Latitude
    of: PlaceKind = PlaceKind.VILLAGES
    tiers: list[Tier] = Field(default_factory=list, max_length=len(Tier), description="All tiers if absent")
    capability: str = Field("", max_length=40)
    when: Moment | None = None


class DetourPlace(BaseModel):
    """A place to which the first team comes later."""

    code: str
    name: str
    before: Comer
    after: Comer | None = Field(description="null where nobody comes any more by road")
    later_s: Seconds


class TeamLater(BaseModel):
    """To how many places a team comes later or no more."""

    team: TeamName
    places: int


class DetourBody(BaseModel):
    """What a closed road would change, beside what is closed already."""

    when: datetime
    road: str
    geometry: Geometry
    of: PlaceKind
    places: int = Field(description="Places asked about")
    later: int = Field(description="Places to which the first team comes later")
    cut_off: int = Field(description="Places to which nobody comes any more by road")
    items: list[DetourPlace] = Field(description="Those places, the worst first, 500 at most")
    teams: list[TeamLater] = Field(description="Teams that come later anywhere, those with most places first")


class BridgeItem(BaseModel):
    """A bridge, and what it would cost if it were closed."""

    rank: int
    road: str
    geometry: Geometry
    risk_minutes: float = Field(
        description="Sum over places of their weight and the minutes by which the first is later"
    )
    cut_off_risk: float = Field(description="Sum of the weights of places that nobody reaches any more")
    later: int = Field(description="Places to which the first team comes later or no more")
    cut_off: int
    worst_s: float = Field(description="Seconds by which it is later at most, places cut off left out")


class BridgeList(BaseModel):
    """Bridges whose closure would cost anything, the worst first."""

    when: datetime
    of: PlaceKind
    places: int
    teams: int
    bridges: int = Field(description="All bridges")
    total: int = Field(description="Those that would cost anything")
    items: list[BridgeItem]
