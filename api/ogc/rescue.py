"""Tell rescue: teams, the alarms that were reported, and who was sent to them; no caller, telephone or note."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

import numpy as np
import shapely
from numpy.typing import NDArray

from api.ogc.collection import Collection, objects
from api.ogc.features import Records
from api.ogc.fields import Field, choice, moments, text
from api.ogc.grid import InForce, plans_in_force, times_of
from api.ogc.spans import between, instant, micros, moment_text
from gridgis.access import Action
from gridgis.cells import District, GridPlan
from gridgis.dispatch.alarms import Alarm, AlarmNature, Dispatch, ResponseLevel
from gridgis.dispatch.teams import Command, Team, Tier

MILESTONES = ("dispatched_at", "acknowledged_at", "en_route_at", "on_scene_at", "released_at", "home_at")
TEAM_FIELDS = (
    *text("code", "name"),
    choice("tier", Tier),
    choice("command", Command),
    Field("capabilities", "array", queryable=False),
    Field("people", "integer"),
    *text("profile", "home_cell_code", "department"),
    Field("in_service", "boolean"),
    Field("demo", "boolean"),
)
ALARM_FIELDS = (
    *text("code", "type"),
    choice("level", ResponseLevel),
    choice("nature", AlarmNature),
    *text("address", "town_code", "village_code", "cell_code"),
    Field("teams", "integer"),
    Field("people", "integer"),
    *moments("reported_at"),
)
DISPATCH_FIELDS = (
    *text("code", "alarm_code", "team_code", "team"),
    Field("people", "integer"),
    *text("task"),
    *moments(*MILESTONES),
)


def team_records(teams: Sequence[Team]) -> Records:
    """Teams at their bases, by code."""
    ordered = sorted(teams, key=lambda team: team.code)
    return Records(
        [str(team.id) for team in ordered],
        objects(shapely.Point(team.lon, team.lat) for team in ordered),
        [
            {
                "code": team.code,
                "name": team.name,
                "tier": team.tier.value,
                "command": team.command.value,
                "capabilities": sorted(team.capabilities),
                "people": team.people,
                "profile": team.profile,
                "home_cell_code": team.home_cell_code,
                "department": team.department,
                "in_service": team.in_service,
                "demo": team.demo,
            }
            for team in ordered
        ],
    )


def alarm_records(
    district: District, plans: Sequence[GridPlan], alarms: Sequence[Alarm], dispatches: Sequence[Dispatch]
) -> Records:
    """Alarms at their places, in the order in which they were reported, with their cells in the plan of that time."""
    ordered = sorted(alarms, key=lambda alarm: (alarm.reported_at, alarm.code))
    codes = _codes_then(plans_in_force(district, plans), ordered)
    sent: dict[UUID, list[Dispatch]] = {}
    for one in dispatches:
        sent.setdefault(one.alarm_id, []).append(one)
    return Records(
        [str(alarm.id) for alarm in ordered],
        objects(shapely.Point(alarm.lon, alarm.lat) for alarm in ordered),
        [
            {
                "code": alarm.code,
                "type": alarm.type,
                "level": alarm.level.value,
                "nature": alarm.nature.value,
                "address": alarm.address,
                "town_code": town,
                "village_code": village,
                "cell_code": cell,
                "teams": len(sent.get(alarm.id, ())),
                "people": sum(one.people for one in sent.get(alarm.id, ())),
                "reported_at": moment_text(micros(alarm.reported_at)),
            }
            for alarm, (town, village, cell) in zip(ordered, codes.tolist(), strict=True)
        ],
        times_of([instant(alarm.reported_at) for alarm in ordered]),
        [alarm.id for alarm in ordered],
    )


def _codes_then(plans: Iterable[InForce], alarms: Sequence[Alarm]) -> NDArray[np.object_]:
    """Codes of the cells of each alarm's place in the plan in force when it was reported, (n, 3), '' for none."""
    codes = np.full((len(alarms), 3), "", dtype=object)
    xy = np.array([(alarm.lon, alarm.lat) for alarm in alarms], dtype=np.float64).reshape(-1, 2)
    reported = np.array([micros(alarm.reported_at) for alarm in alarms], dtype=np.int64)
    for one in plans:
        rows = np.flatnonzero((one.since <= reported) & (reported <= one.until))
        codes[rows] = one.plan.locate(xy[rows]).codes()
    return codes


def dispatch_records(alarms: Sequence[Alarm], dispatches: Sequence[Dispatch], teams: Sequence[Team]) -> Records:
    """Dispatches at the places of their alarms, in the order in which teams were sent, until they were home."""
    alarm_of = {alarm.id: alarm for alarm in alarms}
    team_of = {team.id: team for team in teams}
    told = sorted(dispatches, key=lambda one: (one.dispatched_at, one.code))
    answered = [alarm_of[one.alarm_id] for one in told]
    sent = [team_of[one.team_id] for one in told]
    return Records(
        [str(one.id) for one in told],
        objects(shapely.Point(alarm.lon, alarm.lat) for alarm in answered),
        [
            {
                "code": one.code,
                "alarm_code": alarm.code,
                "team_code": team.code,
                "team": team.name,
                "people": one.people,
                "task": one.task,
                **{name: _moment(getattr(one, name)) for name in MILESTONES},
            }
            for one, alarm, team in zip(told, answered, sent, strict=True)
        ],
        times_of([between(one.dispatched_at, one.home_at) for one in told]),
        [alarm.id for alarm in answered],
    )


def _moment(when: datetime | None) -> str | None:
    return None if when is None else moment_text(micros(when))


TEAMS = Collection(
    "teams",
    Action.TEAMS_READ,
    "geometry-point",
    TEAM_FIELDS,
    lambda snapshot, _: (snapshot.state.teams,),
    team_records,
    tiles="teams",
    layer="teams",
)
ALARMS = Collection(
    "alarms",
    Action.ALARMS_READ,
    "geometry-point",
    ALARM_FIELDS,
    lambda snapshot, _: (
        snapshot.state.district,
        snapshot.state.plans,
        snapshot.state.alarms,
        snapshot.state.dispatches,
    ),
    alarm_records,
    noun="alarm",
    timed=True,
    personal=True,
)
DISPATCHES = Collection(
    "dispatches",
    Action.ALARMS_READ,
    "geometry-point",
    DISPATCH_FIELDS,
    lambda snapshot, _: (snapshot.state.alarms, snapshot.state.dispatches, snapshot.state.teams),
    dispatch_records,
    noun="alarm",
    timed=True,
    personal=True,
)
