"""Turn versions of run cards, readiness of teams, changed roads and lessons into rows and back."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Table

from geodata.store import readiness_schema as schema
from geodata.store.binary import lonlat
from geodata.store.codec import Codec, Row, columns_of, line_blobs, lines, point_blobs
from geodata.store.columns import day_or_none, day_text, json_text, moment, moment_or_none, moment_text
from geodata.store.run_cards import line_of, need_of
from gridgis.dispatch.alarms import ResponseLevel
from gridgis.dispatch.incidents.lessons import Lesson
from gridgis.dispatch.incidents.positions import Position
from gridgis.dispatch.readiness import Base, Certificate, Duty, KitItem, Member, MemberRole
from gridgis.dispatch.road_changes import ChangeKind, RoadChange
from gridgis.dispatch.run_cards import RunCard, RunCardVersion
from gridgis.supervision.entrances import Entrance

Record = TypeVar("Record")


def _codec(
    noun: str,
    table: Table,
    to_row: Callable[[Any], Row],
    from_row: Callable[..., Record],
    happened_at: str = "",
) -> Codec[Record]:
    """A codec whose records become rows one by one."""
    return Codec(
        noun,
        table,
        columns_of(table),
        lambda records: [to_row(one) for one in records],
        lambda rows: tuple(from_row(*row) for row in rows),
        happened_at,
    )


def _version_row(one: RunCardVersion) -> Row:
    card = one.card
    return (
        str(one.id),
        one.code,
        card.type,
        card.level.value,
        one.number,
        card.name,
        json_text([line_of(need) for need in card.needs]),
        moment_text(one.effective_from),
        moment_text(one.made_at),
        one.made_by,
        one.reason,
    )


def _version(  # noqa: PLR0917  the columns
    id_: str,
    code: str,
    type_: str,
    level: str,
    number: int,
    name: str,
    needs: str,
    effective: str,
    made: str,
    by: str,
    reason: str,
) -> RunCardVersion:
    lines_ = tuple(map(need_of, json.loads(needs)))
    card = RunCard(UUID(id_), type_, ResponseLevel(level), lines_, name)
    return RunCardVersion(UUID(id_), code, number, card, moment(effective), moment(made), by, reason)


def _member_row(one: Member) -> Row:
    return (
        str(one.id),
        one.code,
        str(one.team_id),
        one.name,
        one.phone,
        one.role.value,
        one.call_order,
        json_text(list(one.skills)),
        json_text([[held.capability, held.until.isoformat()] for held in one.certificates]),
        one.active,
    )


def _member(  # noqa: PLR0917  the columns
    id_: str,
    code: str,
    team: str,
    name: str,
    phone: str,
    role: str,
    order: int,
    skills: str,
    certificates: str,
    active: object,
) -> Member:
    return Member(
        UUID(id_),
        code,
        UUID(team),
        name or "—",  # erased
        phone,
        MemberRole(role),
        order,
        tuple(json.loads(skills)),
        tuple(Certificate(capability, date.fromisoformat(until)) for capability, until in json.loads(certificates)),
        bool(active),
    )


def _duty_row(one: Duty) -> Row:
    return (
        str(one.id),
        one.code,
        str(one.team_id),
        moment_text(one.since),
        moment_text(one.until),
        one.people,
        json_text([str(who) for who in one.members]),
        one.note,
        one.cancelled,
    )


def _duty(  # noqa: PLR0917  the columns
    id_: str, code: str, team: str, since: str, until: str, people: int, members: str, note: str, cancelled: object
) -> Duty:
    who = tuple(UUID(one) for one in json.loads(members))
    return Duty(UUID(id_), code, UUID(team), moment(since), moment(until), people, who, note, bool(cancelled))


def _kit_row(one: KitItem) -> Row:
    return (str(one.id), one.code, str(one.team_id), one.kind, one.quantity, one.unit, day_text(one.checked_on))


def _kit(  # noqa: PLR0917  the columns
    id_: str, code: str, team: str, kind: str, quantity: int, unit: str, checked: str | None
) -> KitItem:
    return KitItem(UUID(id_), code, UUID(team), kind, quantity, unit, day_or_none(checked))


def _base_rows(records: Sequence[Base]) -> list[Row]:
    return [
        (str(one.id), one.code, str(one.team_id), one.name, blob)
        for one, blob in zip(records, point_blobs("team_base", records), strict=True)
    ]


def _bases(rows: Sequence[Row]) -> tuple[Base, ...]:
    return tuple(Base(UUID(id_), code, UUID(team), name, *_lonlat(blob)) for id_, code, team, name, blob in rows)


def _position_rows(records: Sequence[Position]) -> list[Row]:
    return [
        (str(one.id), one.code, str(one.dispatch_id), one.accuracy_m, moment_text(one.taken_at), blob)
        for one, blob in zip(records, point_blobs("team_position", records), strict=True)
    ]


def _positions(rows: Sequence[Row]) -> tuple[Position, ...]:
    return tuple(
        Position(UUID(dispatch), *_lonlat(blob), moment(taken), accuracy)
        for _, _, dispatch, accuracy, taken, blob in rows
    )


def _entrance_rows(records: Sequence[Entrance]) -> list[Row]:
    return [
        (str(one.id), one.code, str(one.site_id), one.name, one.note, blob)
        for one, blob in zip(records, point_blobs("entrance", records), strict=True)
    ]


def _entrances(rows: Sequence[Row]) -> tuple[Entrance, ...]:
    return tuple(
        Entrance(UUID(id_), code, UUID(site), name, *_lonlat(blob), note) for id_, code, site, name, note, blob in rows
    )


def _change_rows(records: Sequence[RoadChange]) -> list[Row]:
    return [
        (
            str(one.id),
            one.code,
            one.kind.value,
            json_text([list(edge) for edge in one.edges]),
            one.road,
            one.factor,
            one.reason,
            moment_text(one.since),
            moment_text(one.until),
            one.made_by,
            moment_text(one.ended_at),
            one.ended_by,
            blob,
        )
        for one, blob in zip(records, line_blobs([one.geometry for one in records]), strict=True)
    ]


def _changes(rows: Sequence[Row]) -> tuple[RoadChange, ...]:
    return tuple(
        RoadChange(
            UUID(id_),
            code,
            ChangeKind(kind),
            tuple((tail, head, key) for tail, head, key in json.loads(edges)),
            lines([blob])[0],
            moment(since),
            by,
            road,
            reason,
            factor,
            moment_or_none(until),
            moment_or_none(ended),
            ended_by,
        )
        for id_, code, kind, edges, road, factor, reason, since, until, by, ended, ended_by, blob in rows
    )


def _lesson_row(one: Lesson) -> Row:
    return (
        str(one.id),
        one.code,
        str(one.incident_id),
        one.text,
        one.owner,
        day_text(one.due_on),
        moment_text(one.made_at),
        one.made_by,
        moment_text(one.done_at),
        one.done_by,
        one.outcome,
    )


def _lesson(  # noqa: PLR0917  the columns
    id_: str,
    code: str,
    incident: str,
    text: str,
    owner: str,
    due: str | None,
    made: str,
    by: str,
    done: str | None,
    done_by: str,
    outcome: str,
) -> Lesson:
    return Lesson(
        UUID(id_),
        code,
        UUID(incident),
        text,
        owner,
        day_or_none(due),
        moment(made),
        by,
        moment_or_none(done),
        done_by,
        outcome,
    )


def _lonlat(blob: bytes) -> tuple[float, float]:
    lon, lat = lonlat(blob)
    return lon, lat  # type: ignore[return-value]  # the column is never null


VERSIONS = _codec("run_card_version", schema.RUN_CARD_VERSIONS, _version_row, _version, "made_at")
MEMBERS = _codec("team_member", schema.TEAM_MEMBERS, _member_row, _member)
DUTIES = _codec("team_duty", schema.TEAM_DUTIES, _duty_row, _duty)
KIT = _codec("team_kit", schema.TEAM_KIT, _kit_row, _kit)
BASES = Codec("team_base", schema.TEAM_BASES, columns_of(schema.TEAM_BASES), _base_rows, _bases)
POSITIONS = Codec(
    "team_position", schema.TEAM_POSITIONS, columns_of(schema.TEAM_POSITIONS), _position_rows, _positions, "taken_at"
)
CHANGES = Codec("road_change", schema.ROAD_CHANGES, columns_of(schema.ROAD_CHANGES), _change_rows, _changes, "since")
ENTRANCES = Codec("entrance", schema.ENTRANCES, columns_of(schema.ENTRANCES), _entrance_rows, _entrances)
LESSONS = _codec("lesson", schema.LESSONS, _lesson_row, _lesson, "made_at")
