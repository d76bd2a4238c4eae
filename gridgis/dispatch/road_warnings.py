"""Find the teams under way whose road changed, and note in each incident's log that they were warned."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from gridgis.dispatch.alarms import Dispatch
from gridgis.dispatch.incidents.case import Case, Status, Step
from gridgis.dispatch.incidents.positions import Position
from gridgis.dispatch.incidents.stamp import Stamp
from gridgis.dispatch.reach import Estimate, Ground, Reach
from gridgis.dispatch.state import DistrictState
from gridgis.dispatch.teams import Team

LEAST_S = 15.0
"""Seconds by which a way has to become longer or shorter before anybody is told."""


@dataclass(frozen=True, slots=True)
class Rerouted:
    """A team under way whose way changed.

    Attributes:
        incident_id: Where it goes.
        dispatch: Its dispatch.
        team: The team.
        before_s: Seconds of its way before, None where there was none.
        after_s: Seconds of its way now, None where there is none any more.
        eta_at: When it should arrive now, None where no road leads there.
    """

    incident_id: UUID
    dispatch: Dispatch
    team: Team
    before_s: float | None
    after_s: float | None
    eta_at: datetime | None


def under_way(case: Case) -> tuple[Dispatch, ...]:
    """Teams that were sent and are not there yet, those that have not rolled among them."""
    return tuple(
        one for one in case.dispatches if one.on_scene_at is None and one.released_at is None and one.home_at is None
    )


def rerouted(
    before: DistrictState,
    after: DistrictState,
    cases: Iterable[Case],
    now: datetime,
    positions: Mapping[UUID, Position] | None = None,
) -> tuple[Rerouted, ...]:
    """Teams under way that come later, sooner or no more.

    Args:
        before: The district before the change.
        after: The district with it.
        cases: Incidents; those that are closed or have no place are left out.
        now: The moment, aware.
        positions: Where teams were last seen; those that are fresh are asked from there, others from their base.
    """
    seen = {one: at for one, at in (positions or {}).items() if not at.stale_at(now)}
    teams = {team.id: team for team in after.teams}
    found: list[Rerouted] = []
    for case in cases:
        place, sent = case.incident.place, [one for one in under_way(case) if one.team_id in teams]
        if case.incident.status is not Status.OPEN or place is None or not sent:
            continue
        asked = [_where(teams[one.team_id], seen.get(one.id)) for one in sent]
        old, new = (Reach(state, asked, place, now).estimates for state in (before, after))
        for one, was, now_is in zip(sent, old, new, strict=True):
            before_s, after_s = _way_s(was), _way_s(now_is)
            if before_s != after_s and (before_s is None or after_s is None or abs(after_s - before_s) >= LEAST_S):
                start = _start(one, seen.get(one.id), now_is, now)
                eta = None if after_s is None else start + timedelta(seconds=after_s)
                found.append(Rerouted(case.incident.id, one, teams[one.team_id], before_s, after_s, eta))
    return tuple(found)


def _where(team: Team, position: Position | None) -> Team:
    return team if position is None else team.waiting_at(position.lon, position.lat)


def _way_s(estimate: Estimate) -> float | None:
    """Seconds of a way by road, None where no road leads there."""
    known = estimate.ground is Ground.ROAD and estimate.travel_s is not None
    return estimate.travel_s + estimate.walk_s if known and estimate.travel_s is not None else None


def _start(dispatch: Dispatch, position: Position | None, estimate: Estimate, now: datetime) -> datetime:
    """From when a way counts: from where the team was seen, else from its wheels, else from when it should roll."""
    if position is not None:
        return position.taken_at
    if dispatch.en_route_at is not None:
        return dispatch.en_route_at
    return max(now, dispatch.dispatched_at + timedelta(seconds=estimate.turnout_s))


def eta_from(state: DistrictState, case: Case, team: Team, position: Position, now: datetime) -> datetime | None:
    """When a team should arrive from where it was seen; None where no road leads from there to the place."""
    place = case.incident.place
    if place is None:
        return None
    reach = Reach(state, [_where(team, position)], place, now)
    way_s = _way_s(reach.estimates[0])
    return None if way_s is None else position.taken_at + timedelta(seconds=way_s)


def warn(case: Case, one: Rerouted, change: str, stamp: Stamp) -> Case:
    """Note that a team was told of its changed road.

    Args:
        case: The incident.
        one: The team and its ways.
        change: Number of the change.
        stamp: Who, when.
    """
    facts = {
        "dispatch": str(one.dispatch.id),
        "team_id": str(one.team.id),
        "team": one.team.name,
        "change": change,
        "before_s": one.before_s,
        "after_s": one.after_s,
        "eta_at": None if one.eta_at is None else one.eta_at.isoformat(),
    }
    return case.logged(Step.ROAD, stamp, facts=facts)
