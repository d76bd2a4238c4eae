"""Say what a team is ready for at a moment: who is on duty, whose certificates are valid, what kit it has."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cached_property
from uuid import UUID

from gridgis.dispatch.reasons import Reason
from gridgis.dispatch.teams import Team
from gridgis.errors import InvalidValue

CERTIFIED = frozenset({"hazmat", "gas", "confined_space", "special_equipment", "electric", "water_rescue", "medical"})
"""Capabilities that take people with a valid certificate (待核: which ones is each department's own rule)."""
ROSTER_DAYS = 1
"""A team whose roster says anything within so many days is on duty only when the roster says so."""


class MemberRole(StrEnum):
    """What somebody is in a team."""

    LEADER = "leader"
    DEPUTY = "deputy"
    MEMBER = "member"


@dataclass(frozen=True, slots=True)
class Certificate:
    """What somebody is certified for, until when."""

    capability: str
    until: date

    def valid_on(self, day: date) -> bool:
        """Whether it is valid on a local day, the last one included."""
        return day <= self.until


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody of a team.

    Attributes:
        id: Stable identifier.
        code: Team's code and the person's number in it: ``S1/03``.
        team_id: The team.
        name: Name.
        phone: Telephone.
        role: Leader, deputy or member.
        call_order: Who is called first; equal ones by code.
        skills: Codes of what somebody can do.
        certificates: What somebody is certified for.
        active: False once somebody left.
    """

    id: UUID
    code: str
    team_id: UUID
    name: str
    phone: str = ""
    role: MemberRole = MemberRole.MEMBER
    call_order: int = 9
    skills: tuple[str, ...] = ()
    certificates: tuple[Certificate, ...] = ()
    active: bool = True

    def __post_init__(self) -> None:
        if not self.name.strip():
            raise InvalidValue("member.name", value=self.code)


@dataclass(frozen=True, slots=True)
class Duty:
    """A span for which people of a team are on duty.

    Attributes:
        id: Stable identifier.
        code: Team's code and its begin.
        team_id: The team.
        since: From when, aware.
        until: Until when, not included, aware.
        people: How many, 0 for all of the team.
        members: Who, where that is known.
        note: Whatever is to be known.
        cancelled: Whether it was taken back.

    Raises:
        InvalidValue: ``duty.span`` for one that ends before it begins or takes longer than 7 days.
    """

    id: UUID
    code: str
    team_id: UUID
    since: datetime
    until: datetime
    people: int = 0
    members: tuple[UUID, ...] = ()
    note: str = ""
    cancelled: bool = False

    def __post_init__(self) -> None:
        if not timedelta(0) < self.until - self.since <= timedelta(days=7):
            raise InvalidValue("duty.span", since=self.since.isoformat(), until=self.until.isoformat())

    def holds_at(self, when: datetime) -> bool:
        """Whether somebody is on duty by it at a moment."""
        return not self.cancelled and self.since <= when < self.until

    def near(self, when: datetime) -> bool:
        """Whether it says anything about the days around a moment."""
        day = timedelta(days=ROSTER_DAYS)
        return not self.cancelled and self.since - day <= when < self.until + day


@dataclass(frozen=True, slots=True)
class KitItem:
    """So many usable things of a kind that a team has."""

    id: UUID
    code: str
    team_id: UUID
    kind: str
    quantity: int
    unit: str = ""
    checked_on: date | None = None

    def __post_init__(self) -> None:
        if self.quantity < 0 or not self.kind.strip():
            raise InvalidValue("kit.form", value=self.code)


@dataclass(frozen=True, slots=True)
class Base:
    """A place where a team may wait."""

    id: UUID
    code: str
    team_id: UUID
    name: str
    lon: float
    lat: float


@dataclass(frozen=True)
class Readiness:
    """What is known of the people, duties and kit of all teams.

    Attributes:
        members: People of teams.
        duties: Their roster.
        kit: Their kit.
        bases: Where they may wait.
        certified: Capabilities that take certified people.
    """

    members: tuple[Member, ...] = ()
    duties: tuple[Duty, ...] = ()
    kit: tuple[KitItem, ...] = ()
    bases: tuple[Base, ...] = ()
    certified: frozenset[str] = field(default=CERTIFIED)

    @cached_property
    def members_of(self) -> Mapping[UUID, tuple[Member, ...]]:
        """Active people of each team, in the order in which they are called."""
        found: dict[UUID, list[Member]] = {}
        for one in sorted(self.members, key=lambda one: (one.call_order, one.code)):
            if one.active:
                found.setdefault(one.team_id, []).append(one)
        return {team: tuple(people) for team, people in found.items()}

    @cached_property
    def duties_of(self) -> Mapping[UUID, tuple[Duty, ...]]:
        """Duties of each team, the earliest first, those taken back left out."""
        found: dict[UUID, list[Duty]] = {}
        for one in sorted(self.duties, key=lambda one: (one.since, one.code)):
            if not one.cancelled:
                found.setdefault(one.team_id, []).append(one)
        return {team: tuple(duties) for team, duties in found.items()}

    @cached_property
    def kit_of(self) -> Mapping[UUID, Mapping[str, int]]:
        """Quantities of each kind that each team has."""
        found: dict[UUID, dict[str, int]] = {}
        for one in self.kit:
            held = found.setdefault(one.team_id, {})
            held[one.kind] = held.get(one.kind, 0) + one.quantity
        return found

    def off_duty(self, team: Team, when: datetime) -> Reason | None:
        """Why nobody of a team is on duty by its roster; None for one on duty, or whose roster says nothing."""
        near = [one for one in self.duties_of.get(team.id, ()) if one.near(when)]
        if not near or any(one.holds_at(when) for one in near):
            return None
        later = [one.since for one in near if one.since > when]
        return Reason("passed.off_duty", {"next": min(later).isoformat() if later else ""})

    def lapsed(self, team: Team, day: date) -> Mapping[str, int]:
        """Capabilities that a team has by the register and nobody is certified for any more, with how many were.

        A team whose people are not known is taken at its register's word.
        """
        people = self.members_of.get(team.id, ())
        if not people:
            return {}
        held: dict[str, list[Certificate]] = {}
        for person in people:
            for one in person.certificates:
                held.setdefault(one.capability, []).append(one)
        return {
            capability: len(held.get(capability, ()))
            for capability in sorted(team.capabilities & self.certified)
            if not any(one.valid_on(day) for one in held.get(capability, ()))
        }

    def on_duty(self, team: Team, when: datetime) -> tuple[Member, ...]:
        """People to be called at a moment, in order: those on duty, all where the roster names nobody."""
        people = self.members_of.get(team.id, ())
        named = {who for one in self.duties_of.get(team.id, ()) if one.holds_at(when) for who in one.members}
        return tuple(one for one in people if one.id in named) if named else people


def missing_kit(wanted: Iterable[tuple[str, int]], held: Iterable[Mapping[str, int]]) -> dict[str, int]:
    """What is missing of each kind when some teams come together."""
    come: dict[str, int] = {}
    for kit in held:
        for kind, quantity in kit.items():
            come[kind] = come.get(kind, 0) + quantity
    return {kind: quantity - come.get(kind, 0) for kind, quantity in wanted if come.get(kind, 0) < quantity}
