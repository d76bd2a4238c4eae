"""Say whom to call next when nobody acknowledges an order: number after number, by one channel after the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from gridgis.dispatch.alarms import Dispatch
from gridgis.dispatch.incidents.case import Case, LogEntry, Step
from gridgis.errors import InvalidValue

if TYPE_CHECKING:
    from gridgis.dispatch.readiness import Readiness
    from gridgis.dispatch.teams import Team

EXHAUSTED = "exhausted"
"""State of an order for which every number was tried and nobody acknowledged."""
TRIED = frozenset({"sent", "failed"})


@dataclass(frozen=True, slots=True)
class CallRule:
    """When the next number is tried.

    Attributes:
        next_after_s: Seconds without an acknowledgement after which the next one is; 0 for never.
        most: Numbers that are tried at most.

    Raises:
        InvalidValue: ``setting.calling``.
    """

    next_after_s: float = 60.0
    most: int = 6

    def __post_init__(self) -> None:
        if self.next_after_s < 0 or self.most < 1:
            raise InvalidValue("setting.calling", value=self.next_after_s)


@dataclass(frozen=True, slots=True)
class Number:
    """Somebody of a team who can be called.

    Attributes:
        name: Who it is.
        phone: The number.
        person_id: The member, None for the team's own number.
    """

    name: str
    phone: str
    person_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Attempt:
    """One number by one channel.

    Attributes:
        place: Which attempt of the order, from 1.
        number: Whom.
        channel: By what.
    """

    place: int
    number: Number
    channel: str


def numbers_of(team: Team, readiness: Readiness, when: datetime) -> tuple[Number, ...]:
    """Whom to call of a team, in order: its own number, then those on duty, each number once."""
    own = [Number(team.leader or team.name, team.phone)] if team.phone else []
    people = [Number(one.name, one.phone, one.id) for one in readiness.on_duty(team, when) if one.phone]
    found: dict[str, Number] = {}
    for one in (*own, *people):
        found.setdefault(one.phone, one)
    return tuple(found.values())


def attempts(numbers: Sequence[Number], channels: Sequence[str], rule: CallRule) -> tuple[Attempt, ...]:
    """Every attempt in order: each number by each channel before the next number."""
    pairs = [(number, channel) for number in numbers[: rule.most] for channel in channels]
    return tuple(Attempt(place, number, channel) for place, (number, channel) in enumerate(pairs, start=1))


def notices(case: Case, dispatch_id: UUID) -> list[LogEntry]:
    """What is noted of an order's way to people."""
    return [
        one
        for one in case.log
        if one.step is Step.NOTIFIED
        and one.facts.get("dispatch") == str(dispatch_id)
        and one.facts.get("about", "order") == "order"
    ]


def silent(dispatch: Dispatch) -> bool:
    """Whether nobody has answered an order yet."""
    moments = (dispatch.acknowledged_at, dispatch.en_route_at, dispatch.on_scene_at, dispatch.released_at)
    return all(one is None for one in moments) and dispatch.home_at is None


def next_attempt(
    case: Case, dispatch: Dispatch, planned: Sequence[Attempt], rule: CallRule, now: datetime
) -> Attempt | None:
    """The attempt that is due now; None while it is too early, once somebody answered, or when none is left.

    Args:
        case: The incident.
        dispatch: The team's dispatch.
        planned: Every attempt in order.
        rule: When the next one is due.
        now: The moment, aware.
    """
    noted = notices(case, dispatch.id)
    tried = [one for one in noted if one.facts.get("state") in TRIED]
    if not silent(dispatch) or not tried or len(tried) >= len(planned) or rule.next_after_s <= 0:
        return None
    last = tried[-1]
    waited = now - last.recorded_at >= timedelta(seconds=rule.next_after_s)
    return planned[len(tried)] if waited or last.facts.get("state") == "failed" else None


def exhausted(case: Case, dispatch: Dispatch, planned: Sequence[Attempt], rule: CallRule, now: datetime) -> bool:
    """Whether every number was tried, nobody answered in time, and that is not noted yet."""
    noted = notices(case, dispatch.id)
    tried = [one for one in noted if one.facts.get("state") in TRIED]
    told = any(one.facts.get("state") == EXHAUSTED for one in noted)
    if told or not silent(dispatch) or not tried or len(tried) < len(planned) or rule.next_after_s <= 0:
        return False
    return now - tried[-1].recorded_at >= timedelta(seconds=rule.next_after_s)
