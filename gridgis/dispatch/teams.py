"""Record rescue teams of five tiers, what each can do, and whether it can go now."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, time
from enum import StrEnum
from uuid import UUID

from gridgis.errors import InvalidValue

HOURS_A_DAY = 24


class Tier(StrEnum):
    """Tier of a team in 3 + 11 + N, and the requested services beside it."""

    DISTRICT = "district"  # 区级综合救援队
    TOWN = "town"  # 镇街综合救援队
    VILLAGE = "village"  # 村居自救小分队
    SPECIALIST = "specialist"  # 专业救援队
    VOLUNTEER = "volunteer"  # 社会力量


class Command(StrEnum):
    """Who commands a team (指挥关系)."""

    OWN = "own"
    REQUEST = "request"  # 119, 120, 110, power, gas: asked, never counted as own
    INVITE = "invite"  # volunteers: counted when they accept


@dataclass(frozen=True, slots=True)
class Turnout:
    """Seconds from the order to wheels rolling, for each hour of the local day (集结时间).

    Attributes:
        seconds_by_hour: 24 values; index is the local hour.
    """

    seconds_by_hour: tuple[int, ...]

    def __post_init__(self) -> None:
        if len(self.seconds_by_hour) != HOURS_A_DAY or min(self.seconds_by_hour) < 0:
            raise InvalidValue("turnout.form", value=str(self.seconds_by_hour))

    @classmethod
    def day_and_night(cls, day_s: int, night_s: int, *, day_from: int = 7, day_until: int = 19) -> Turnout:
        """One value from ``day_from`` up to ``day_until`` o'clock and another for the rest."""
        return cls(tuple(day_s if day_from <= hour < day_until else night_s for hour in range(HOURS_A_DAY)))

    def at(self, local_hour: int) -> int:
        """Seconds at a local hour 0-23."""
        return self.seconds_by_hour[local_hour]


@dataclass(frozen=True, slots=True)
class Shift:
    """The part of each day on which a team answers; ``start == end`` means all day, ``start > end`` spans midnight."""

    start: time = time(0, 0)
    end: time = time(0, 0)

    def covers(self, local_time: time) -> bool:
        """Whether a local time of day lies in the shift, the end not included."""
        if self.start == self.end:
            return True
        if self.start < self.end:
            return self.start <= local_time < self.end
        return local_time >= self.start or local_time < self.end


@dataclass(frozen=True, slots=True)
class Team:
    """A rescue team (救援队伍).

    Attributes:
        id: Stable identifier.
        code: Key in the register, unique in the district.
        name: Name as shown.
        tier: One of the five tiers; requested services are ``specialist`` with ``command=request``.
        command: Own, requested or invited.
        capabilities: Codes of what it can do, such as ``fire``, ``hazmat``, ``cordon``.
        people: People who go out.
        profile: Code of the vehicle profile it travels by (``fire_engine``, ``car``, ``foot`` …).
        lon: Longitude of its base.
        lat: Latitude of its base.
        turnout: Seconds to roll by hour of day.
        shift: When it answers.
        home_cell_code: Town or village cell whose own team it is, empty for district teams and squads.
        department: Body that leads it.
        leader: Leader's name.
        phone: Telephone.
        in_service: False while it is out of service, with the reason.
        out_of_service_reason: Why it is out of service.
        demo: Whether it is made up.
    """

    id: UUID
    code: str
    name: str
    tier: Tier
    command: Command
    capabilities: frozenset[str]
    people: int
    profile: str
    lon: float
    lat: float
    turnout: Turnout
    shift: Shift = Shift()
    home_cell_code: str = ""
    department: str = ""
    leader: str = ""
    phone: str = ""
    in_service: bool = True
    out_of_service_reason: str = ""
    demo: bool = False

    def waiting_at(self, lon: float, lat: float) -> Team:
        """The same, waiting at another place."""
        return replace(self, lon=lon, lat=lat)

    def serving(self, *, in_service: bool, reason: str = "") -> Team:
        """The same, in service or out of it.

        Raises:
            InvalidValue: ``team.why_out`` for one that is taken out of service without a reason.
        """
        if not in_service and not reason.strip():
            raise InvalidValue("team.why_out", value=self.name)
        return replace(self, in_service=in_service, out_of_service_reason="" if in_service else reason.strip())


class CommitmentKind(StrEnum):
    """Why a team that is in service and on shift can't be sent."""

    DISPATCHED = "dispatched"
    RESTING = "resting"


@dataclass(frozen=True, slots=True)
class Commitment:
    """A span of time for which a team is taken.

    Attributes:
        team_id: The team.
        kind: Dispatched or resting.
        since: From when.
        until: Until when, None while open.
        alarm_code: The alarm it serves, empty when resting.
    """

    team_id: UUID
    kind: CommitmentKind
    since: datetime
    until: datetime | None = None
    alarm_code: str = ""

    def holds_at(self, when: datetime) -> bool:
        """Whether the team is taken at that moment."""
        return self.since <= when and (self.until is None or when < self.until)
