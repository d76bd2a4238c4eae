"""Turn incidents, their calls and their log into rows of the store's tables and back."""

from __future__ import annotations

import json
from collections.abc import Sequence
from uuid import UUID

from geodata.store.binary import lonlat
from geodata.store.codec import Codec, Row, columns_of, point_blobs
from geodata.store.columns import id_text, identifier, json_text, moment, moment_or_none, moment_text
from geodata.store.desk_schema import CALLS, INCIDENT_LOG, INCIDENTS
from gridgis.dispatch.alarms import AlarmNature, ResponseLevel
from gridgis.dispatch.incidents.case import Call, Incident, LogEntry, Status, Step


def _incident_rows(records: Sequence[Incident]) -> list[Row]:
    return [
        (
            str(one.id),
            one.code,
            one.status.value,
            moment_text(one.received_at),
            one.type,
            None if one.level is None else one.level.value,
            one.address,
            one.note,
            one.nature.value,
            id_text(one.enterprise_id),
            id_text(one.merged_into),
            id_text(one.linked_to),
            one.commander,
            moment_text(one.closed_at),
            blob,
        )
        for one, blob in zip(records, point_blobs("incident", records), strict=True)
    ]


def _incidents(rows: Sequence[Row]) -> tuple[Incident, ...]:
    return tuple(_incident(row) for row in rows)


def _incident(row: Row) -> Incident:
    id_, code, status, received, type_, level, address, note, nature, enterprise, merged, linked, who, closed, blob = (
        row
    )
    lon, lat = (None, None) if blob is None else lonlat(blob)
    return Incident(
        id=UUID(id_),
        code=code,
        status=Status(status),
        received_at=moment(received),
        type=type_,
        level=None if level is None else ResponseLevel(level),
        lon=lon,
        lat=lat,
        address=address,
        note=note,
        nature=AlarmNature(nature),
        enterprise_id=identifier(enterprise),
        merged_into=identifier(merged),
        linked_to=identifier(linked),
        commander=who,
        closed_at=moment_or_none(closed),
    )


def _call_rows(records: Sequence[Call]) -> list[Row]:
    return [
        (
            str(one.id),
            one.code,
            str(one.incident_id),
            moment_text(one.received_at),
            one.caller,
            one.phone,
            one.said,
            one.taken_by,
        )
        for one in records
    ]


def _calls(rows: Sequence[Row]) -> tuple[Call, ...]:
    return tuple(
        Call(UUID(id_), code, UUID(incident), moment(received), caller, phone, said, taken_by)
        for id_, code, incident, received, caller, phone, said, taken_by in rows
    )


def _entry_rows(records: Sequence[LogEntry]) -> list[Row]:
    return [
        (
            str(one.id),
            one.code,
            str(one.incident_id),
            one.number,
            one.step.value,
            moment_text(one.happened_at),
            moment_text(one.recorded_at),
            one.actor,
            one.text,
            json_text(dict(one.facts)),
            id_text(one.corrects),
        )
        for one in records
    ]


def _entries(rows: Sequence[Row]) -> tuple[LogEntry, ...]:
    return tuple(
        LogEntry(
            UUID(id_),
            code,
            UUID(incident),
            number,
            Step(step),
            moment(happened),
            moment(recorded),
            actor,
            text,
            json.loads(facts),
            identifier(corrects),
        )
        for id_, code, incident, number, step, happened, recorded, actor, text, facts, corrects in rows
    )


INCIDENT_CODEC = Codec("incident", INCIDENTS, columns_of(INCIDENTS), _incident_rows, _incidents, "received_at")
CALL_CODEC = Codec("call", CALLS, columns_of(CALLS), _call_rows, _calls, "received_at")
ENTRY_CODEC = Codec("log_entry", INCIDENT_LOG, columns_of(INCIDENT_LOG), _entry_rows, _entries, "happened_at")
