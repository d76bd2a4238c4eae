"""Shape alarms of the register."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from pydantic import BaseModel, Field

from gridgis.dispatch.alarms import Alarm, AlarmNature, Dispatch, ResponseLevel


class AlarmBody(BaseModel):
    """An alarm of the register; caller and telephone are not told until accounts exist."""

    id: UUID
    code: str
    type: str
    level: ResponseLevel
    lon: float
    lat: float
    reported_at: datetime
    address: str
    note: str
    nature: AlarmNature
    dispatches: int = Field(description="Teams sent or asked")
    people: int = Field(description="People of those teams")


class AlarmList(BaseModel):
    """Alarms, the newest first."""

    items: list[AlarmBody]
    total: int
    limit: int
    offset: int


def alarm_body(alarm: Alarm, dispatches: tuple[Dispatch, ...]) -> AlarmBody:
    """An alarm of the register with what was sent."""
    return AlarmBody(
        id=alarm.id,
        code=alarm.code,
        type=alarm.type,
        level=alarm.level,
        lon=alarm.lon,
        lat=alarm.lat,
        reported_at=alarm.reported_at.astimezone(UTC),
        address=alarm.address,
        note=alarm.note,
        nature=alarm.nature,
        dispatches=len(dispatches),
        people=sum(dispatch.people for dispatch in dispatches),
    )
