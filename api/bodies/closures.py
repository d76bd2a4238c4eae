"""Shape closed roads, and what is told to close one."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from api.bodies.geometry import Geometry, geometry_of
from gridgis.dispatch.closures import LONGEST_REASON, RoadClosure


class ClosureRequest(BaseModel):
    """Close the road at a place: the whole stretch between two junctions, both directions, for everybody."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    lon: Annotated[float, Field(strict=True, ge=-180, le=180, allow_inf_nan=False, description="经度 / longitude")]
    lat: Annotated[float, Field(strict=True, ge=-90, le=90, allow_inf_nan=False, description="纬度 / latitude")]
    reason: Annotated[str, Field(max_length=LONGEST_REASON, description="原因 / why")] = ""


class ClosureBody(BaseModel):
    """A closed road."""

    id: UUID
    code: str
    road: str = Field(description="Name or number of the road, empty where it has neither")
    geometry: Geometry
    reason: str
    closed_at: datetime
    closed_by: str
    opened_at: datetime | None = Field(description="null while it is closed")
    on_the_roads: bool = Field(description="false when the roads were imported anew and no longer hold it")


class ClosureList(BaseModel):
    """Closed roads, the newest first."""

    items: list[ClosureBody]
    total: int


def closure_body(closure: RoadClosure, *, on_the_roads: bool) -> ClosureBody:
    """A closed road as it is answered."""
    return ClosureBody(
        id=closure.id,
        code=closure.code,
        road=closure.road,
        geometry=geometry_of(closure.geometry),
        reason=closure.reason,
        closed_at=closure.closed_at.astimezone(UTC),
        closed_by=closure.closed_by,
        opened_at=None if closure.opened_at is None else closure.opened_at.astimezone(UTC),
        on_the_roads=on_the_roads,
    )
