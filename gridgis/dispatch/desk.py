"""Lead incidents in the store: each use case reads the case, takes one step, and keeps what it changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Protocol
from uuid import UUID

from gridgis.dispatch.alarms import Alarm, AlarmNature, Dispatch, ResponseLevel
from gridgis.dispatch.incidents import Call, Case, Incident, Stamp
from gridgis.dispatch.incidents.ordering import Order, order
from gridgis.dispatch.incidents.receiving import day_code, merge, receive
from gridgis.dispatch.reach import Estimate, Reach
from gridgis.dispatch.run_cards import Task
from gridgis.dispatch.state import LOCAL_TIME, DistrictState
from gridgis.dispatch.teams import Commitment, Team
from gridgis.errors import NotKnown
from gridgis.ports import UnitOfWork


class DeskWork(UnitOfWork, Protocol):
    """What the desk asks of a unit of work."""

    def case(self, incident_id: UUID) -> Case:
        """An incident with everything that belongs to it.

        Raises:
            NotKnown: ``incident.unknown``.
        """
        ...

    def case_of_dispatch(self, dispatch_id: UUID) -> Case:
        """The incident to which a team was sent.

        Raises:
            NotKnown: ``dispatch.unknown``.
        """
        ...

    def put_case(self, case: Case) -> object:
        """Keep an incident with everything that belongs to it."""
        ...

    def incident_codes(self, day: str) -> set[str]:
        """Numbers of incidents and alarms that begin with those of a day."""
        ...

    def dispatches_out(self, *, home_since: datetime | None = None) -> tuple[tuple[Dispatch, str], ...]:
        """Dispatches without a return, or with one since a moment, each with the number of its alarm."""
        ...


@dataclass(frozen=True, slots=True)
class Wanted:
    """One team that somebody wants to send.

    Attributes:
        dispatch_id: Made where the order is given.
        team_id: The team.
        task: What it is sent to do.
        people: People who go, None for all of the team.
        safe_distance_m: Distance to keep, 0 for none.
        override: Why it goes although it is not free.
    """

    dispatch_id: UUID
    team_id: UUID
    task: Task
    people: int | None = None
    safe_distance_m: int = 0
    override: str = ""


def take_call(
    work: DeskWork, incident_id: UUID, call: Call, stamp: Stamp, *, nature: AlarmNature = AlarmNature.REAL
) -> Case:
    """Open an incident by a call, under the next number of the local day; the same again when it comes again."""
    try:
        return work.case(incident_id)
    except NotKnown:
        local = stamp.happened_at.astimezone(LOCAL_TIME)
        code = day_code(local, work.incident_codes(f"{local:%Y%m%d}"))
    case = receive(incident_id, code, replace(call, received_at=stamp.happened_at), stamp, nature=nature)
    work.put_case(case)
    return case


def take_step(work: DeskWork, incident_id: UUID, step: Callable[[Case], Case]) -> Case:
    """Take one step of an incident and keep what it changed.

    Raises:
        NotKnown: ``incident.unknown``.
        GridGISError: What the step refuses.
    """
    return _kept(work, work.case(incident_id), step)


def take_team_step(work: DeskWork, dispatch_id: UUID, step: Callable[[Case], Case]) -> Case:
    """Take one step of the incident to which a team was sent.

    Raises:
        NotKnown: ``dispatch.unknown``.
        GridGISError: What the step refuses.
    """
    return _kept(work, work.case_of_dispatch(dispatch_id), step)


def _kept(work: DeskWork, before: Case, step: Callable[[Case], Case]) -> Case:
    after = step(before)
    if after is not before:
        work.put_case(after)
    return after


def merge_incidents(work: DeskWork, leading_id: UUID, other_id: UUID, stamp: Stamp) -> Case:
    """Fold an incident into another one; the one that leads.

    Raises:
        NotKnown: ``incident.unknown``.
        Conflict: What `merge` refuses.
    """
    leading, folded = merge(work.case(leading_id), work.case(other_id), stamp)
    work.put_case(replace(folded, calls=()))
    work.put_case(leading)
    return leading


def give_orders(
    work: DeskWork, state: DistrictState, incident_id: UUID, wanted: Sequence[Wanted], stamp: Stamp
) -> Case:
    """Send teams to an incident, unless somebody else has sent one of them meanwhile: all of them, or none.

    Args:
        work: A unit of work; writers wait for one another, so nobody sends a team between its look and its commit.
        state: The district: teams, shifts, rests.
        incident_id: The incident.
        wanted: The teams.
        stamp: Who orders, when.

    Raises:
        NotKnown: ``incident.unknown``, ``team.unknown``.
        Conflict: What `order` refuses.
        InvalidValue: What `order` refuses.
    """
    teams = {team.id: team for team in state.teams}
    called = [_team(teams, one.team_id) for one in wanted]
    commitments = commitments_now(state, work.dispatches_out(home_since=resting_since(state, stamp)), stamp.happened_at)

    def step(case: Case) -> Case:
        estimates = _estimates(state, called, case.incident, stamp.happened_at)
        orders = [
            Order(
                one.dispatch_id,
                team,
                one.task,
                one.people,
                one.safe_distance_m,
                one.override,
                None if estimate is None else estimate.turnout_s,
                None if estimate is None or estimate.travel_s is None else estimate.travel_s + estimate.walk_s,
                _lapsed(state, team, case.incident, stamp.happened_at),
            )
            for one, team, estimate in zip(wanted, called, estimates, strict=True)
        ]
        return order(case, orders, commitments, stamp, state.readiness)

    return take_step(work, incident_id, step)


def _lapsed(state: DistrictState, team: Team, incident: Incident, when: datetime) -> str:
    """A capability that the incident's card calls for and for which nobody of a team is certified, empty for none."""
    lapsed = state.readiness.lapsed(team, when.astimezone(LOCAL_TIME).date())
    if not lapsed or incident.level is None:
        return ""
    try:
        card = state.run_cards.find(incident.type, incident.level, when)
    except NotKnown:
        return ""
    return next((need.capability for need in card.needs if need.capability in lapsed), "")


def _estimates(
    state: DistrictState, teams: Sequence[Team], incident: Incident, when: datetime
) -> Sequence[Estimate | None]:
    """How soon teams would be at the place of an incident, None while that is not known."""
    if incident.place is None:
        return [None] * len(teams)
    return Reach(state, teams, incident.place, when).estimates


def resting_since(state: DistrictState, stamp: Stamp) -> datetime:
    """Since when a team may have come home that rests still."""
    return stamp.happened_at - timedelta(hours=state.rest_h)


def commitments_now(
    state: DistrictState, out: Iterable[tuple[Dispatch, str]], when: datetime
) -> Mapping[UUID, Commitment]:
    """What each team is taken by at a moment, dispatches being those that the store holds now.

    Args:
        state: The district; its own dispatches may be older than the store's.
        out: Dispatches without a return, each with the number of its alarm.
        when: The moment, aware.
    """
    return commitments_state(state, out).commitments_at(when)


def commitments_state(state: DistrictState, out: Iterable[tuple[Dispatch, str]]) -> DistrictState:
    """The district with the dispatches that the store holds now; its router is the same.

    Args:
        state: The district; its own dispatches may be older than the store's.
        out: Dispatches without a return, each with the number of its alarm.
    """
    sent = tuple(out)
    named = {one.alarm_id: code for one, code in sent}
    alarms = tuple(
        Alarm(alarm_id, code, "", ResponseLevel.IV, 0.0, 0.0, datetime(1, 1, 1, tzinfo=UTC))
        for alarm_id, code in named.items()
    )
    return replace(state, dispatches=tuple(one for one, _ in sent), alarms=alarms).after(state)


def _team(teams: Mapping[UUID, Team], team_id: UUID) -> Team:
    if team_id not in teams:
        raise NotKnown("team.unknown", value=str(team_id))
    return teams[team_id]


def open_incidents(incidents: Iterable[Incident]) -> list[Incident]:
    """Incidents by urgency: the highest level first, then the oldest; those whose level is not known lead."""
    levels = {"I": 1, "II": 2, "III": 3, "IV": 4}
    return sorted(incidents, key=lambda one: (levels[one.level.value] if one.level else 0, one.received_at, one.code))
