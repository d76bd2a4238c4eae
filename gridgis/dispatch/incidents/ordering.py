"""Order teams to an incident, follow them from acknowledgement to the way home, recall them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any
from uuid import UUID

from gridgis.dispatch.alarms import Dispatch
from gridgis.dispatch.eligibility import not_free
from gridgis.dispatch.incidents.case import Case, Step
from gridgis.dispatch.incidents.receiving import check_leads, check_open, check_said
from gridgis.dispatch.incidents.stamp import Stamp
from gridgis.dispatch.readiness import Readiness
from gridgis.dispatch.reasons import Reason
from gridgis.dispatch.run_cards import NO_UNTRAINED_RESCUE, UNTRAINED_TIERS, Task
from gridgis.dispatch.state import LOCAL_TIME
from gridgis.dispatch.teams import Command, Commitment, Team
from gridgis.errors import Conflict, InvalidValue


class Milestone(StrEnum):
    """How far a team is; in this order."""

    ACKNOWLEDGED = "acknowledged"
    EN_ROUTE = "en_route"
    ON_SCENE = "on_scene"
    RELEASED = "released"
    HOME = "home"


COLUMN: Mapping[Milestone, str] = MappingProxyType({one: f"{one.value}_at" for one in Milestone})
STEP: Mapping[Milestone, Step] = MappingProxyType({one: Step(one.value) for one in Milestone})
_ASKED_STEP: Mapping[Command, Step] = MappingProxyType(
    {Command.OWN: Step.ORDERED, Command.REQUEST: Step.REQUESTED, Command.INVITE: Step.INVITED}
)


@dataclass(frozen=True, slots=True)
class Order:
    """One team to be sent or asked.

    Attributes:
        dispatch_id: Made where the order is given, so that a retry is the same order.
        team: The team.
        task: What it is sent to do; part of the order.
        people: People who go; all of the team's by default.
        safe_distance_m: Distance to keep, 0 for none.
        override: Why it goes although it is busy, resting, off shift or out of service; empty where it is free.
        turnout_s: Seconds to wheels rolling as estimated now, None where nothing is known.
        travel_s: Seconds from there to the place.
        lapsed: Capability that the alarm calls for and for which nobody of the team is certified, empty for none.
    """

    dispatch_id: UUID
    team: Team
    task: Task
    people: int | None = None
    safe_distance_m: int = 0
    override: str = ""
    turnout_s: float | None = None
    travel_s: float | None = None
    lapsed: str = ""


def order(
    case: Case,
    orders: Sequence[Order],
    commitments: Mapping[UUID, Commitment],
    stamp: Stamp,
    readiness: Readiness | None = None,
) -> Case:
    """Send teams and ask services, all of them or none.

    Args:
        case: The case.
        orders: The teams.
        commitments: What teams are taken by at this very moment.
        stamp: Who orders, when.
        readiness: The teams' rosters.

    Raises:
        Conflict: ``incident.closed``, ``incident.merged``; ``dispatch.team_busy`` when a team serves another alarm,
            ``dispatch.team_resting``, ``dispatch.team_off_shift``, ``dispatch.team_off_duty``,
            ``dispatch.team_out_of_service``, ``dispatch.team_unqualified``, each unless overridden with a reason;
            ``dispatch.twice`` when it is sent to this one already.
        InvalidValue: ``incident.incomplete`` while type, level or place is not known; ``dispatch.untrained`` for an
            untrained team that would be sent into a chemical, gas or confined-space rescue, which nobody can
            override; ``dispatch.people`` for fewer than one.
    """
    check_open(case)
    if not case.incident.complete:
        raise InvalidValue("incident.incomplete", incident=case.incident.code)
    for one in orders:
        case = _ordered(case, one, commitments, stamp, readiness)
    return case


def _ordered(
    case: Case,
    one: Order,
    commitments: Mapping[UUID, Commitment],
    stamp: Stamp,
    readiness: Readiness | None,
) -> Case:
    team = one.team
    if any(held.id == one.dispatch_id for held in case.dispatches):
        return case
    if any(held.team_id == team.id and held.home_at is None for held in case.dispatches):
        raise Conflict("dispatch.twice", team=team.name, incident=case.incident.code)
    people = team.people if one.people is None else one.people
    if people < 1:
        raise InvalidValue("dispatch.people", team=team.name, value=people)
    if one.task is Task.RESCUE and case.incident.type in NO_UNTRAINED_RESCUE and is_untrained(team):
        raise InvalidValue("dispatch.untrained", team=team.name, type=case.incident.type)
    reason = None
    if team.command is not Command.REQUEST:
        reason = not_free(team, commitments, stamp.happened_at.astimezone(LOCAL_TIME), readiness)
        if reason is None and one.lapsed and one.task is Task.RESCUE:
            reason = Reason("passed.unqualified", {"capability": one.lapsed})
        if reason is not None and not one.override.strip():
            raise _refused(team, reason)
    number = len(case.dispatches) + 1
    sent = Dispatch(
        id=one.dispatch_id,
        code=f"{case.incident.code}/D{number:02d}",
        alarm_id=case.incident.id,
        team_id=team.id,
        people=people,
        task=one.task.value,
        dispatched_at=stamp.happened_at,
    )
    facts = {
        "dispatch": str(sent.id),
        "team": team.name,
        "team_id": str(team.id),
        "people": people,
        "task": one.task.value,
        "safe_distance_m": one.safe_distance_m,
        "turnout_s": one.turnout_s,
        "travel_s": one.travel_s,
    }
    if reason is not None:
        facts |= {"overridden": reason.code}
    return case.with_dispatch(sent).logged(_ASKED_STEP[team.command], stamp, text=one.override, facts=facts)


def is_untrained(team: Team) -> bool:
    """Whether a team is no trained rescue team (villagers, volunteers, whoever is invited)."""
    return team.tier in UNTRAINED_TIERS or team.command is Command.INVITE


def _refused(team: Team, reason: Reason) -> Conflict:
    told = {"team": team.name, **reason.fields}
    match reason.code:
        case "passed.out_of_service":
            return Conflict("dispatch.team_out_of_service", **told)
        case "passed.off_shift":
            return Conflict("dispatch.team_off_shift", **told)
        case "passed.off_duty":
            return Conflict("dispatch.team_off_duty", **told)
        case "passed.unqualified":
            return Conflict("dispatch.team_unqualified", **told)
        case "passed.resting":
            return Conflict("dispatch.team_resting", **told)
    return Conflict("dispatch.team_busy", **told)


def reach_milestone(
    case: Case,
    dispatch_id: UUID,
    milestone: Milestone,
    stamp: Stamp,
    *,
    answered_by: str = "",
    reference: str = "",
    team: str = "",
) -> Case:
    """Note how far a team is. Earlier milestones may be missing, and can be noted later, in their order.

    Args:
        case: The case.
        dispatch_id: Which team.
        milestone: What it reached.
        stamp: Who notes it; when it was reached.
        answered_by: Who answered a request.
        reference: Reference number of the requested service.
        team: The team's name, for the log.

    Raises:
        NotKnown: ``dispatch.unknown``.
        Conflict: ``incident.merged``; ``dispatch.reached`` when it is noted already: what is wrong is corrected by a
            new entry; ``dispatch.over`` when the team is home.
        InvalidValue: ``dispatch.out_of_order`` when it would come before an earlier milestone or after a later one.
    """
    check_leads(case)
    held = case.dispatch(dispatch_id)
    if getattr(held, COLUMN[milestone]) is not None:
        raise Conflict("dispatch.reached", milestone=milestone.value)
    if held.home_at is not None and milestone is not Milestone.HOME and stamp.happened_at >= held.home_at:
        raise Conflict("dispatch.over", milestone=milestone.value)
    _check_in_order(held, milestone, stamp.happened_at)
    changed: dict[str, Any] = {COLUMN[milestone]: stamp.happened_at}
    if answered_by.strip() or reference.strip():
        changed |= {"answered_by": answered_by.strip(), "reference": reference.strip()}
    if milestone is Milestone.HOME and held.released_at is None:
        changed["released_at"] = stamp.happened_at
    facts = {"dispatch": str(held.id), "team_id": str(held.team_id), "team": team}
    if reference.strip():
        facts |= {"reference": reference.strip()}
    return case.with_dispatch(replace(held, **changed)).logged(STEP[milestone], stamp, facts=facts)


def _check_in_order(held: Dispatch, milestone: Milestone, at: datetime) -> None:
    """Refuse a milestone out of order."""
    order_of = list(Milestone)
    place = order_of.index(milestone)
    moments = [held.dispatched_at, *(getattr(held, COLUMN[one]) for one in order_of)]
    before = [moment for moment in moments[: place + 1] if moment is not None]
    after = [moment for moment in moments[place + 2 :] if moment is not None]
    if at < max(before) or any(at > moment for moment in after):
        raise InvalidValue("dispatch.out_of_order", milestone=milestone.value, value=at.isoformat())


def begin_work(case: Case, dispatch_id: UUID, stamp: Stamp, *, team: str = "") -> Case:
    """Note that a team at the scene began to work.

    Raises:
        NotKnown: ``dispatch.unknown``.
        Conflict: ``incident.merged``; ``dispatch.not_there`` for a team that is not at the scene.
    """
    check_leads(case)
    held = case.dispatch(dispatch_id)
    if held.on_scene_at is None or held.released_at is not None or stamp.happened_at < held.on_scene_at:
        raise Conflict("dispatch.not_there")
    facts = {"dispatch": str(held.id), "team_id": str(held.team_id), "team": team}
    return case.logged(Step.WORKING, stamp, facts=facts)


def decline(case: Case, dispatch_id: UUID, why: str, stamp: Stamp, *, team: str = "") -> Case:
    """Note that a team can't go, and why; nobody of it went.

    Raises:
        NotKnown: ``dispatch.unknown``.
        Conflict: ``incident.merged``; ``dispatch.under_way`` when it went already: recall it then.
        InvalidValue: ``incident.why``.
    """
    check_leads(case)
    check_said(why, "decline")
    held = case.dispatch(dispatch_id)
    if held.en_route_at is not None or held.on_scene_at is not None or held.home_at is not None:
        raise Conflict("dispatch.under_way")
    ended = replace(held, people=0, released_at=stamp.happened_at, home_at=stamp.happened_at)
    facts = {"dispatch": str(held.id), "team_id": str(held.team_id), "team": team, "people": held.people}
    return case.with_dispatch(ended).logged(Step.DECLINED, stamp, text=why, facts=facts)


def recall(case: Case, dispatch_id: UUID, why: str, stamp: Stamp, *, team: str = "") -> Case:
    """Call a team back. One that did not roll is free at once and counts nobody sent; one under way still drives home.

    Raises:
        NotKnown: ``dispatch.unknown``.
        Conflict: ``incident.merged``; ``dispatch.released`` when it is on its way home or home already.
        InvalidValue: ``incident.why``; ``dispatch.out_of_order`` for a moment before the order or what followed it.
    """
    check_leads(case)
    check_said(why, "recall")
    held = case.dispatch(dispatch_id)
    if held.released_at is not None:
        raise Conflict("dispatch.released")
    _check_in_order(held, Milestone.RELEASED, stamp.happened_at)
    rolled = held.en_route_at is not None or held.on_scene_at is not None
    ended = replace(held, released_at=stamp.happened_at)
    if not rolled:
        ended = replace(ended, people=0, home_at=stamp.happened_at)
    facts = {
        "dispatch": str(held.id),
        "team_id": str(held.team_id),
        "team": team,
        "rolled": rolled,
        "people": held.people,
    }
    return case.with_dispatch(ended).logged(Step.RECALLED, stamp, text=why, facts=facts)
