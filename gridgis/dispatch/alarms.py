"""Record alarms (警情) and the teams that were sent to them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

ALARM_TYPES = (
    "fire",
    "hazmat",
    "gas",
    "flood",
    "collapse",
    "traffic",
    "confined_space",
    "work_injury",
    "special_equipment",
    "other",
)


class ResponseLevel(StrEnum):
    """Four-step response level; I is the highest. Never a bare numeral on a screen: Ⅰ级响应."""

    I = "I"  # noqa: E741  the level's own name
    II = "II"
    III = "III"
    IV = "IV"


class AlarmNature(StrEnum):
    """What a call turned out to be; only real ones count in figures."""

    REAL = "real"
    DRILL = "drill"
    TEST = "test"
    FALSE = "false"


@dataclass(frozen=True, slots=True)
class Alarm:
    """A call that tells of an event at a place.

    Attributes:
        id: Stable identifier, made where the call is taken.
        code: Number in the register, unique in the district; empty for one that is only tried out.
        type: Code of the alarm type, one of `ALARM_TYPES` or one added by settings.
        level: Response level.
        lon: Longitude of the place.
        lat: Latitude of the place.
        reported_at: When it was reported, aware.
        address: Place in words.
        caller: Caller's name.
        phone: Caller's telephone.
        note: What was said.
        nature: Real, drill, test or false.
    """

    id: UUID
    code: str
    type: str
    level: ResponseLevel
    lon: float
    lat: float
    reported_at: datetime
    address: str = ""
    caller: str = ""
    phone: str = ""
    note: str = ""
    nature: AlarmNature = AlarmNature.REAL


@dataclass(frozen=True, slots=True)
class Dispatch:
    """One team sent to one alarm, with its milestones.

    Attributes:
        id: Stable identifier.
        code: Key in the register, unique in the district.
        alarm_id: The alarm.
        team_id: The team.
        people: People sent; for an own team these are counted as 出动人次.
        task: Task of the run card.
        dispatched_at: Order given (requested, for a requested service).
        acknowledged_at: Order taken; a volunteer team counts from here.
        en_route_at: Wheels rolling.
        on_scene_at: Arrived.
        released_at: Left the place.
        home_at: Back and free.
        answered_by: Who answered a request.
        reference: Reference number of the requested service.
    """

    id: UUID
    code: str
    alarm_id: UUID
    team_id: UUID
    people: int
    task: str
    dispatched_at: datetime
    acknowledged_at: datetime | None = None
    en_route_at: datetime | None = None
    on_scene_at: datetime | None = None
    released_at: datetime | None = None
    home_at: datetime | None = None
    answered_by: str = ""
    reference: str = ""
