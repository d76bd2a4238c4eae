"""Shape roads that are changed for a while, and what is told to change one."""

from __future__ import annotations

from datetime import UTC
from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, Field, model_validator

from api.bodies.exact import Place
from api.bodies.geometry import Geometry, geometry_of
from api.bodies.incidents import Strict
from api.bodies.responses import Degrees, Moment, TeamName
from gridgis.dispatch.closures import LONGEST_REASON
from gridgis.dispatch.road_changes import MOST_AREA_POINTS, MOST_FACTOR, ChangeKind, RoadChange

Reason = Annotated[str, Field(max_length=LONGEST_REASON)]


class RoadChangeRequest(Strict):
    """Close or slow the road at a place, or flood an area."""

    id: UUID = Field(description="Of the change, made by the caller of the API")
    kind: ChangeKind
    lon: Annotated[Degrees, Field(ge=-180, le=180)] | None = None
    lat: Annotated[Degrees, Field(ge=-90, le=90)] | None = None
    area: list[Place] | None = Field(
        None, min_length=3, max_length=MOST_AREA_POINTS, description="Corners of the area, lon/lat"
    )
    factor: Annotated[Degrees, Field(gt=1, le=MOST_FACTOR)] | None = None
    reason: Reason = ""
    until: Moment | None = None

    @model_validator(mode="after")
    def _fits(self) -> Self:
        """A road has a place, an area its corners."""
        if self.kind is ChangeKind.FLOOD:
            fits = self.area is not None and self.lon is None and self.lat is None
        else:
            fits = self.area is None and self.lon is not None and self.lat is not None
        if not fits:
            raise ValueError("a road needs lon and lat, a flood its area")
        return self


class UntilRequest(Strict):
    """Another expected end."""

    until: Moment | None = None


class EndRequest(Strict):
    """The end of a change."""


class ReroutedBody(BaseModel):
    """A team under way that was warned."""

    incident_id: UUID
    incident: str
    dispatch_id: UUID
    team: TeamName
    before_s: float | None
    after_s: float | None = Field(description="null where no road leads there any more")


class RoadChangeBody(BaseModel):
    """A changed road."""

    id: UUID
    code: str
    kind: ChangeKind
    road: str
    geometry: Geometry
    factor: float | None
    reason: str
    since: Moment
    until: Moment | None
    made_by: str
    ended_at: Moment | None
    ended_by: str


class RoadChangeList(BaseModel):
    """Roads that are changed now, the newest first."""

    items: list[RoadChangeBody]
    total: int


class RoadChangeAnswer(RoadChangeBody):
    """A changed road, and whom it hit."""

    warned: list[ReroutedBody]


def road_change_body(one: RoadChange) -> RoadChangeBody:
    """A changed road as it is answered."""
    return RoadChangeBody(
        id=one.id,
        code=one.code,
        kind=one.kind,
        road=one.road,
        geometry=geometry_of(one.geometry),
        factor=one.factor,
        reason=one.reason,
        since=one.since.astimezone(UTC),
        until=None if one.until is None else one.until.astimezone(UTC),
        made_by=one.made_by,
        ended_at=None if one.ended_at is None else one.ended_at.astimezone(UTC),
        ended_by=one.ended_by,
    )
