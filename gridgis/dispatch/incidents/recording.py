"""Keep in the log what reports are made of: casualties, reports made, head counts, how far orders came."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from gridgis.dispatch.incidents.case import Case, Step
from gridgis.dispatch.incidents.receiving import check_said
from gridgis.dispatch.incidents.stamp import Stamp
from gridgis.errors import Conflict, InvalidValue


class Report(StrEnum):
    """What is reported upwards."""

    PHONE = "phone"  # 电话报告
    FIRST = "first"  # 快报
    FOLLOW_UP = "follow_up"  # 续报
    FINAL = "final"  # 终报


@dataclass(frozen=True, slots=True)
class Casualties:
    """What an incident cost, as known so far.

    Attributes:
        deaths: People dead or missing.
        serious_injuries: People seriously injured, acute poisoning among them.
        slight_injuries: People slightly injured.
        trapped: People still trapped.
        loss_yuan: Direct economic loss.
        saved_yuan: Property saved.
        production: Whether it is an accident of production (生产安全事故); others are not graded.

    Raises:
        InvalidValue: ``casualties.negative``.
    """

    deaths: int = 0
    serious_injuries: int = 0
    slight_injuries: int = 0
    trapped: int = 0
    loss_yuan: int = 0
    saved_yuan: int = 0
    production: bool = False

    def __post_init__(self) -> None:
        counts = (self.deaths, self.serious_injuries, self.slight_injuries, self.trapped)
        if min(*counts, self.loss_yuan, self.saved_yuan) < 0:
            raise InvalidValue("casualties.negative")

    def told(self) -> dict[str, Any]:
        """As the log keeps it."""
        return {name: getattr(self, name) for name in self.__slots__}


def count_casualties(case: Case, casualties: Casualties, stamp: Stamp, *, text: str = "") -> Case:
    """Note what the incident cost, as known now; the entry before is not changed. After the end, too."""
    return case.logged(Step.CASUALTIES, stamp, text=text, facts=casualties.told())


def casualties_of(case: Case, *, at: datetime | None = None) -> Casualties | None:
    """The newest count, or the newest that was true at a moment; None where nobody counted."""
    counted = [entry for entry in case.log if entry.step is Step.CASUALTIES and (at is None or entry.happened_at <= at)]
    if not counted:
        return None
    last = max(counted, key=lambda entry: (entry.happened_at, entry.number))
    return Casualties(**last.facts)


def note_report(case: Case, report: Report, to: str, stamp: Stamp, *, text: str = "") -> Case:
    """Note that a report was made, to whom, when.

    Raises:
        InvalidValue: ``incident.why`` when nobody is named.
    """
    check_said(to, "report")
    return case.logged(Step.REPORTED, stamp, text=text, facts={"report": report.value, "to": to.strip()})


def count_heads(case: Case, dispatch_id: UUID, people: int, stamp: Stamp, *, team: str = "") -> Case:
    """Note that all people of a team at the scene answered; their clock begins anew.

    Raises:
        NotKnown: ``dispatch.unknown``.
        Conflict: ``dispatch.not_there``.
        InvalidValue: ``dispatch.people``.
    """
    held = case.dispatch(dispatch_id)
    if held.on_scene_at is None or held.released_at is not None:
        raise Conflict("dispatch.not_there")
    if people < 0:
        raise InvalidValue("dispatch.people", team=team, value=people)
    facts = {"dispatch": str(held.id), "team_id": str(held.team_id), "team": team, "people": people, "of": held.people}
    return case.logged(Step.ACCOUNTED, stamp, facts=facts)


def note_delivery(
    case: Case,
    dispatch_id: UUID,
    stamp: Stamp,
    *,
    team: str,
    channel: str,
    state: str,
    person: str = "",
    place: int = 1,
    about: str = "order",
) -> Case:
    """Note what became of an order on its way to people: to whom, by which channel, how far it is proven to have come.

    Args:
        case: The case.
        dispatch_id: Which team.
        stamp: Who notes it, when.
        team: The team's name.
        channel: By what it went.
        state: How far it came.
        person: Who was called; a text, so that it can be erased.
        place: Which attempt of the order it was, from 1.
        about: ``order``, or ``road`` for news on the way, which is no attempt of the order.

    Raises:
        NotKnown: ``dispatch.unknown``.
    """
    held = case.dispatch(dispatch_id)
    facts: dict[str, Any] = {"dispatch": str(held.id), "team_id": str(held.team_id), "team": team}
    facts |= {"channel": channel, "state": state, "place": place, "about": about}
    return case.logged(Step.NOTIFIED, stamp, text=person, facts=facts)
