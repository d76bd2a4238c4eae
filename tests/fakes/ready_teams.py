"""People, duties, kit, bases, changed roads, lessons of the tiny district."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from shapely import box

from gridgis.dispatch.incidents.lessons import Lesson
from gridgis.dispatch.incidents.positions import Position
from gridgis.dispatch.readiness import Base, Certificate, Duty, KitItem, Member, MemberRole, Readiness
from gridgis.dispatch.road_changes import ChangeKind, RoadChange
from tests.fakes.tiny_district import NOON, identify, road_graph

SQUAD = identify("team", "S1")
LEADER, DEPUTY = identify("team_member", "S1/01"), identify("team_member", "S1/02")
AT = NOON.astimezone(UTC)


def members(*, until: date = date(2021, 1, 1)) -> tuple[Member, ...]:
    """Two people of the chemical squad; the leader's certificate holds until a day."""
    certificates = tuple(Certificate(one, until) for one in ("hazmat", "gas", "confined_space"))
    return (
        Member(LEADER, "S1/01", SQUAD, "周一", "13600000001", MemberRole.LEADER, 1, ("drive",), certificates),
        Member(DEPUTY, "S1/02", SQUAD, "吴二", "13600000002", MemberRole.DEPUTY, 2),
    )


def duty(since: datetime = AT, hours: float = 8) -> Duty:
    """A duty of the squad's deputy."""
    code = f"S1/{since:%Y%m%d%H%M}"
    until = since + timedelta(hours=hours)
    return Duty(identify("team_duty", code), code, SQUAD, since, until, 4, (DEPUTY,), "夜班")


def suits(quantity: int = 3) -> KitItem:
    """Protective suits of the squad."""
    return KitItem(identify("team_kit", "S1/防化服"), "S1/防化服", SQUAD, "防化服", quantity, "套", date(2020, 6, 1))


def base() -> Base:
    """Another place where the squad may wait."""
    return Base(identify("team_base", "S1/2"), "S1/2", SQUAD, "东岸备勤点", 120.1551, 32.5099)


def readiness() -> Readiness:
    """All of it."""
    return Readiness(members(), (duty(),), (suits(),), (base(),))


def slow_road() -> RoadChange:
    """The first road takes three times as long."""
    tail, head, key, data = next(iter(road_graph().edges(keys=True, data=True)))
    return RoadChange(
        UUID(int=31),
        "20200630-1",
        ChangeKind.SLOW,
        ((tail, head, key),),
        data["geometry"],
        AT,
        "王芳",
        road=str(data["name"]),
        reason="施工",
        factor=3.0,
        until=AT + timedelta(hours=2),
    )


def flood(west: float = 120.1405, east: float = 120.1495) -> RoadChange:
    """An area under water between two roads from north to south."""
    area = box(west, 32.495, east, 32.525)
    return RoadChange(UUID(int=32), "20200630-2", ChangeKind.FLOOD, (), area, AT, "王芳", reason="积水")


def lesson(incident: UUID) -> Lesson:
    """A task that an incident left."""
    return Lesson(UUID(int=33), "20200630-001/1", incident, "补配防化服", "危化队", date(2020, 7, 30), AT, "王芳")


def position(dispatch: UUID, *, after_s: float = 0, lon: float = 120.11) -> Position:
    """Where a team was seen."""
    return Position(dispatch, lon, 32.5101, AT + timedelta(seconds=after_s), 12.0)
