"""Hold an incident (事件) with its calls, its teams and its log: the case file (案卷) that every step makes anew."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid5

from gridgis.dispatch.alarms import Alarm, AlarmNature, Dispatch, ResponseLevel
from gridgis.dispatch.incidents.stamp import Stamp
from gridgis.errors import InvalidValue, NotKnown


class Status(StrEnum):
    """Where an incident stands; how far its teams are is told by their milestones."""

    OPEN = "open"
    CLOSED = "closed"
    MERGED = "merged"  # told of an event that another incident leads; its calls stay with it


class Step(StrEnum):
    """What an entry of the log tells."""

    RECEIVED = "received"
    COMPLETED = "completed"  # type, place and the like became known or were put right
    CALLED = "called"  # somebody else called about it
    MERGED = "merged"  # folded into another incident
    TOOK_OVER = "took_over"  # another incident was folded into this one
    LINKED = "linked"  # has to do with another incident
    LEVEL = "level"  # escalated or de-escalated
    NATURE = "nature"  # real, drill, test or false
    ORDERED = "ordered"
    REQUESTED = "requested"
    INVITED = "invited"
    ACKNOWLEDGED = "acknowledged"
    DECLINED = "declined"
    EN_ROUTE = "en_route"
    ON_SCENE = "on_scene"
    WORKING = "working"
    RELEASED = "released"
    RECALLED = "recalled"
    HOME = "home"
    COMMAND = "command"  # who commands at the scene
    CASUALTIES = "casualties"  # dead, injured, loss, property saved
    REPORTED = "reported"  # to whom above
    ACCOUNTED = "accounted"  # the people of a team at the scene answered
    NOTIFIED = "notified"  # how far an order came on its way to people
    ROAD = "road"  # its road changed while it was under way
    NOTED = "noted"
    CORRECTED = "corrected"
    CLOSED = "closed"
    REOPENED = "reopened"


@dataclass(frozen=True, slots=True)
class Incident:
    """An event that one or more calls tell of. Whatever is not known yet is None or empty.

    Attributes:
        id: Stable identifier, made where the call is taken; the register's alarm has the same.
        code: Number of the day: ``20200630-001``.
        status: Where it stands.
        received_at: When the first call came in, aware.
        type: Code of the alarm type.
        level: Response level.
        lon: Longitude of the place.
        lat: Latitude of the place.
        address: Place in words.
        note: What is known.
        nature: Real, drill, test or false.
        enterprise_id: The enterprise at the place.
        merged_into: The incident that leads, of one that was merged.
        linked_to: Another incident that this one has to do with.
        commander: Who commands at the scene.
        closed_at: When it was closed, None while it is open.
    """

    id: UUID
    code: str
    status: Status
    received_at: datetime
    type: str = ""
    level: ResponseLevel | None = None
    lon: float | None = None
    lat: float | None = None
    address: str = ""
    note: str = ""
    nature: AlarmNature = AlarmNature.REAL
    enterprise_id: UUID | None = None
    merged_into: UUID | None = None
    linked_to: UUID | None = None
    commander: str = ""
    closed_at: datetime | None = None

    @property
    def place(self) -> tuple[float, float] | None:
        """Lon/lat, None while it is not known."""
        return None if self.lon is None or self.lat is None else (self.lon, self.lat)

    def question(self) -> Alarm:
        """What teams are chosen for: place, type and level.

        Raises:
            InvalidValue: ``incident.incomplete`` while one of them is not known.
        """
        if self.level is None or self.lon is None or self.lat is None or not self.type:
            raise InvalidValue("incident.incomplete", incident=self.code)
        return Alarm(
            self.id, self.code, self.type, self.level, self.lon, self.lat, self.received_at, address=self.address
        )

    @property
    def complete(self) -> bool:
        """Whether enough is known to send teams."""
        return bool(self.type) and self.level is not None and self.place is not None


@dataclass(frozen=True, slots=True)
class Call:
    """One call that tells of an incident.

    Attributes:
        id: Stable identifier.
        code: Number of the call: that of the incident it opened, and which one it is.
        incident_id: The incident it tells of.
        received_at: When it came in, aware.
        caller: Caller's name.
        phone: Caller's telephone.
        said: What was said.
        taken_by: Name of the account that took it.
    """

    id: UUID
    code: str
    incident_id: UUID
    received_at: datetime
    caller: str = ""
    phone: str = ""
    said: str = ""
    taken_by: str = ""


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One entry of the log; never changed, never taken away.

    Attributes:
        id: Stable identifier.
        code: Number of the entry: that of its incident, and its place in the log.
        incident_id: The incident.
        number: Place in the log, from 1.
        step: What it tells.
        happened_at: When that happened.
        recorded_at: When it was recorded.
        actor: Who recorded it.
        text: In somebody's own words.
        facts: What JSON can say of it: teams, levels, values before and after.
        corrects: The entry that it puts right.
    """

    id: UUID
    code: str
    incident_id: UUID
    number: int
    step: Step
    happened_at: datetime
    recorded_at: datetime
    actor: str
    text: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    corrects: UUID | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """An incident with everything that belongs to it.

    Attributes:
        incident: The incident.
        calls: Calls that tell of it, in order.
        dispatches: Teams sent or asked, in the order of the orders.
        log: Its log, in the order of recording.
    """

    incident: Incident
    calls: tuple[Call, ...] = ()
    dispatches: tuple[Dispatch, ...] = ()
    log: tuple[LogEntry, ...] = ()

    @property
    def revision(self) -> int:
        """Number of the last entry: what somebody saw who decides upon it."""
        return len(self.log)

    def dispatch(self, dispatch_id: UUID) -> Dispatch:
        """One of its dispatches.

        Raises:
            NotKnown: ``dispatch.unknown``.
        """
        for one in self.dispatches:
            if one.id == dispatch_id:
                return one
        raise NotKnown("dispatch.unknown", value=str(dispatch_id), incident=self.incident.code)

    def with_incident(self, **changed: Any) -> Case:
        """This case with other values of its incident."""
        return replace(self, incident=replace(self.incident, **changed))

    def with_dispatch(self, changed: Dispatch) -> Case:
        """This case with a dispatch instead of that of the same identifier, or one more."""
        if all(one.id != changed.id for one in self.dispatches):
            return replace(self, dispatches=(*self.dispatches, changed))
        return replace(self, dispatches=tuple(changed if one.id == changed.id else one for one in self.dispatches))

    def logged(
        self,
        step: Step,
        stamp: Stamp,
        *,
        text: str = "",
        facts: Mapping[str, Any] | None = None,
        corrects: UUID | None = None,
    ) -> Case:
        """This case with one more entry."""
        number = self.revision + 1
        entry = LogEntry(
            id=uuid5(self.incident.id, f"log/{number}"),
            code=f"{self.incident.code}/{number:04d}",
            incident_id=self.incident.id,
            number=number,
            step=step,
            happened_at=stamp.happened_at,
            recorded_at=stamp.recorded_at,
            actor=stamp.actor,
            text=text.strip(),
            facts=dict(facts or {}),
            corrects=corrects,
        )
        return replace(self, log=(*self.log, entry))

    def alarm(self) -> Alarm | None:
        """The entry of the register that counts in the figures; None while nobody was sent and it is not closed.

        An incident that was merged is no alarm of its own, and one whose place or type is not known is none yet.
        """
        incident = self.incident
        counts = bool(self.dispatches) or incident.status is Status.CLOSED
        if not counts or incident.status is Status.MERGED or not incident.complete:
            return None
        first = self.calls[0] if self.calls else None
        return replace(
            incident.question(),
            caller=first.caller if first else "",
            phone=first.phone if first else "",
            note=incident.note,
            nature=incident.nature,
        )
