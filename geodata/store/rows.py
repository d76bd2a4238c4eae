"""Turn the domain's records into rows of the store's tables and back, one pair of functions a noun."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import time
from functools import partial
from typing import Any
from uuid import UUID

from geodata.store import schema
from geodata.store.binary import lonlat
from geodata.store.codec import Codec, Row, area_blobs, areas, columns_of, line_blobs, lines, point_blobs
from geodata.store.columns import (
    day,
    day_or_none,
    day_text,
    id_text,
    identifier,
    json_text,
    moment,
    moment_or_none,
    moment_text,
)
from gridgis.cells import District
from gridgis.codes import CodeScheme
from gridgis.dispatch.alarms import Alarm, AlarmNature, Dispatch, ResponseLevel
from gridgis.dispatch.closures import RoadClosure
from gridgis.dispatch.teams import Command, Shift, Team, Tier, Turnout
from gridgis.errors import NotKnown
from gridgis.people.officers import Officer, Post, PostRole
from gridgis.supervision.enterprises import Enterprise, RiskColour, Site


def _district_rows(records: Sequence[District]) -> list[Row]:
    return [
        (
            str(district.id),
            district.code,
            district.name,
            district.metric_epsg,
            json_text(district.scheme.lengths),
            district.border_tolerance_m,
            district.map_approval,
            area_blobs([district.outline])[0],
        )
        for district in records
    ]


def _districts(rows: Sequence[Row]) -> tuple[District, ...]:
    return tuple(
        District(UUID(id_), code, name, areas([blob])[0], epsg, CodeScheme(tuple(json.loads(lengths))), tolerance, map_)
        for id_, code, name, epsg, lengths, tolerance, map_, blob in rows
    )


def _officer_rows(records: Sequence[Officer]) -> list[Row]:
    return [
        (
            str(officer.id),
            officer.code,
            officer.name,
            officer.phone,
            officer.professional,
            officer.licence,
            day_text(officer.licence_until),
            day_text(officer.in_service_since),
        )
        for officer in records
    ]


def _officers(rows: Sequence[Row]) -> tuple[Officer, ...]:
    return tuple(
        Officer(UUID(id_), code, name, phone, bool(professional), licence, day_or_none(until), day_or_none(since))
        for id_, code, name, phone, professional, licence, until, since in rows
    )


def _post_rows(officer_codes: Mapping[UUID, str], records: Sequence[Post]) -> list[Row]:
    return [
        (
            str(post.id),
            post_code(post, officer_codes),
            str(post.officer_id),
            post.cell_code,
            post.role.value,
            day_text(post.since),
            day_text(post.until),
            id_text(post.acting_for),
        )
        for post in records
    ]


def post_code(post: Post, officer_codes: Mapping[UUID, str]) -> str:
    """What names a post: staff number, cell, role, first day and the staff number of who is covered for.

    Raises:
        NotKnown: ``officer.unknown`` when the person is not stored.
    """
    officer = officer_codes.get(post.officer_id)
    if officer is None:
        raise NotKnown("officer.unknown", value=str(post.officer_id))
    own = f"{officer}|{post.cell_code}|{post.role.value}|{post.since.isoformat()}"
    return own if post.acting_for is None else f"{own}|{officer_codes.get(post.acting_for, '')}"


def _posts(rows: Sequence[Row]) -> tuple[Post, ...]:
    return tuple(
        Post(UUID(id_), UUID(officer), cell, PostRole(role), day(since), day_or_none(until), identifier(acting))
        for id_, _, officer, cell, role, since, until, acting in rows
    )


def _enterprise_rows(records: Sequence[Enterprise]) -> list[Row]:
    return [
        (
            str(one.id),
            one.code,
            one.name,
            one.credit_code,
            one.no_credit_code_reason,
            one.industry,
            one.department,
            one.risk.value,
            one.staff,
            one.chemicals,
            one.contact,
            one.phone,
        )
        for one in records
    ]


def _enterprises(rows: Sequence[Row]) -> tuple[Enterprise, ...]:
    return tuple(
        Enterprise(UUID(id_), code, name, credit, reason, industry, department, RiskColour(risk), *rest)
        for id_, code, name, credit, reason, industry, department, risk, *rest in rows
    )


def _site_rows(records: Sequence[Site]) -> list[Row]:
    return [
        (
            str(site.id),
            site.code,
            str(site.enterprise_id),
            site.name,
            site.address,
            site.cell_code,
            site.cell_reason,
            blob,
        )
        for site, blob in zip(records, point_blobs("site", records), strict=True)
    ]


def _sites(rows: Sequence[Row]) -> tuple[Site, ...]:
    return tuple(
        Site(UUID(id_), UUID(enterprise), code, name, address, *lonlat(blob), cell, reason)
        for id_, code, enterprise, name, address, cell, reason, blob in rows
    )


def _team_rows(records: Sequence[Team]) -> list[Row]:
    return [
        (
            str(team.id),
            team.code,
            team.name,
            team.tier.value,
            team.command.value,
            json_text(sorted(team.capabilities)),
            team.people,
            team.profile,
            json_text(team.turnout.seconds_by_hour),
            team.shift.start.isoformat(),
            team.shift.end.isoformat(),
            team.home_cell_code,
            team.department,
            team.leader,
            team.phone,
            team.in_service,
            team.out_of_service_reason,
            team.demo,
            blob,
        )
        for team, blob in zip(records, point_blobs("team", records), strict=True)
    ]


def _teams(rows: Sequence[Row]) -> tuple[Team, ...]:
    return tuple(_team(dict(zip(TEAMS.columns, row, strict=True))) for row in rows)


def _team(row: dict[str, Any]) -> Team:
    lon, lat = _lonlat(row.pop("geom"))
    return Team(
        id=UUID(row.pop("id")),
        tier=Tier(row.pop("tier")),
        command=Command(row.pop("command")),
        capabilities=frozenset(json.loads(row.pop("capabilities"))),
        turnout=Turnout(tuple(json.loads(row.pop("turnout_s")))),
        shift=Shift(time.fromisoformat(row.pop("shift_start")), time.fromisoformat(row.pop("shift_end"))),
        in_service=bool(row.pop("in_service")),
        demo=bool(row.pop("demo")),
        lon=lon,
        lat=lat,
        **row,
    )


def _alarm_rows(records: Sequence[Alarm]) -> list[Row]:
    return [
        (
            str(alarm.id),
            alarm.code,
            alarm.type,
            alarm.level.value,
            moment_text(alarm.reported_at),
            alarm.address,
            alarm.caller,
            alarm.phone,
            alarm.note,
            alarm.nature.value,
            blob,
        )
        for alarm, blob in zip(records, point_blobs("alarm", records), strict=True)
    ]


def _alarms(rows: Sequence[Row]) -> tuple[Alarm, ...]:
    return tuple(
        Alarm(
            UUID(id_),
            code,
            type_,
            ResponseLevel(level),
            *_lonlat(blob),
            moment(reported_at),
            address,
            caller,
            phone,
            note,
            AlarmNature(nature),
        )
        for id_, code, type_, level, reported_at, address, caller, phone, note, nature, blob in rows
    )


def _dispatch_rows(records: Sequence[Dispatch]) -> list[Row]:
    return [
        (
            str(dispatch.id),
            dispatch.code,
            str(dispatch.alarm_id),
            str(dispatch.team_id),
            dispatch.people,
            dispatch.task,
            *map(
                moment_text,
                (
                    dispatch.dispatched_at,
                    dispatch.acknowledged_at,
                    dispatch.en_route_at,
                    dispatch.on_scene_at,
                    dispatch.released_at,
                    dispatch.home_at,
                ),
            ),
            dispatch.answered_by,
            dispatch.reference,
        )
        for dispatch in records
    ]


def _dispatches(rows: Sequence[Row]) -> tuple[Dispatch, ...]:
    return tuple(
        Dispatch(
            UUID(id_),
            code,
            UUID(alarm),
            UUID(team),
            people,
            task,
            moment(dispatched_at),
            moment_or_none(acknowledged_at),
            moment_or_none(en_route_at),
            moment_or_none(on_scene_at),
            moment_or_none(released_at),
            moment_or_none(home_at),
            answered_by,
            reference,
        )
        for (
            id_,
            code,
            alarm,
            team,
            people,
            task,
            dispatched_at,
            acknowledged_at,
            en_route_at,
            on_scene_at,
            released_at,
            home_at,
            answered_by,
            reference,
        ) in rows
    )


def _closure_rows(records: Sequence[RoadClosure]) -> list[Row]:
    return [
        (
            str(one.id),
            one.code,
            json_text([list(edge) for edge in one.edges]),
            one.road,
            one.reason,
            moment_text(one.closed_at),
            one.closed_by,
            moment_text(one.opened_at),
            blob,
        )
        for one, blob in zip(records, line_blobs([one.geometry for one in records]), strict=True)
    ]


def _closures(rows: Sequence[Row]) -> tuple[RoadClosure, ...]:
    return tuple(
        RoadClosure(
            UUID(id_),
            code,
            tuple((tail, head, key) for tail, head, key in json.loads(edges)),
            road,
            lines([blob])[0],
            reason,
            moment(closed_at),
            closed_by,
            moment_or_none(opened_at),
        )
        for id_, code, edges, road, reason, closed_at, closed_by, opened_at, blob in rows
    )


def _lonlat(blob: bytes) -> tuple[float, float]:
    lon, lat = lonlat(blob)
    return lon, lat  # type: ignore[return-value]  # the column is never null


DISTRICTS = Codec("district", schema.DISTRICT, columns_of(schema.DISTRICT), _district_rows, _districts)
OFFICERS = Codec("officer", schema.OFFICERS, columns_of(schema.OFFICERS), _officer_rows, _officers)
ENTERPRISES = Codec("enterprise", schema.ENTERPRISES, columns_of(schema.ENTERPRISES), _enterprise_rows, _enterprises)
SITES = Codec("site", schema.SITES, columns_of(schema.SITES), _site_rows, _sites)
TEAMS = Codec("team", schema.TEAMS, columns_of(schema.TEAMS), _team_rows, _teams)
ALARMS = Codec("alarm", schema.ALARMS, columns_of(schema.ALARMS), _alarm_rows, _alarms, "reported_at")
DISPATCHES = Codec(
    "dispatch",
    schema.DISPATCHES,
    columns_of(schema.DISPATCHES),
    _dispatch_rows,
    _dispatches,
    "dispatched_at",
)

CLOSURES = Codec("closure", schema.CLOSURES, columns_of(schema.CLOSURES), _closure_rows, _closures, "closed_at")


def posts_of(officer_codes: Mapping[UUID, str]) -> Codec[Post]:
    """The codec of posts, given the staff numbers of the people they name."""
    return Codec("post", schema.POSTS, columns_of(schema.POSTS), partial(_post_rows, officer_codes), _posts)
