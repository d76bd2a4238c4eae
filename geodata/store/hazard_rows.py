"""Turn hazards, their steps and their photos into rows of the store's tables and back."""

from __future__ import annotations

import json
from collections.abc import Sequence
from uuid import UUID

from geodata.store.binary import lonlat
from geodata.store.codec import Codec, Row, columns_of, point_blobs
from geodata.store.columns import id_text, identifier, json_text, moment, moment_or_none, moment_text
from geodata.store.field_schema import HAZARD_STEPS, HAZARDS, PHOTOS
from gridgis.hazards import Act, Hazard, HazardStep, Origin, Severity, State
from gridgis.hazards.photos import Photo


def _hazard_rows(records: Sequence[Hazard]) -> list[Row]:
    return [
        (
            str(one.id),
            one.code,
            one.state.value,
            one.origin.value,
            one.kind,
            one.text,
            moment_text(one.found_at),
            one.reporter,
            None if one.severity is None else one.severity.value,
            id_text(one.enterprise_id),
            one.address,
            one.accuracy_m,
            one.cell_code,
            one.department,
            one.assignee,
            moment_text(one.closed_at),
            blob,
        )
        for one, blob in zip(records, point_blobs("hazard", records), strict=True)
    ]


def _hazard(row: Row) -> Hazard:
    id_, code, state, origin, kind, text, found, reporter, severity, enterprise, address, accuracy, *rest = row
    cell, department, assignee, closed, blob = rest
    lon, lat = (None, None) if blob is None else lonlat(blob)
    return Hazard(
        id=UUID(id_),
        code=code,
        state=State(state),
        origin=Origin(origin),
        kind=kind,
        text=text,
        found_at=moment(found),
        reporter=reporter,
        severity=None if severity is None else Severity(severity),
        enterprise_id=identifier(enterprise),
        address=address,
        lon=lon,
        lat=lat,
        accuracy_m=accuracy,
        cell_code=cell,
        department=department,
        assignee=assignee,
        closed_at=moment_or_none(closed),
    )


def _hazards(rows: Sequence[Row]) -> tuple[Hazard, ...]:
    return tuple(map(_hazard, rows))


def _step_rows(records: Sequence[HazardStep]) -> list[Row]:
    return [
        (
            str(one.id),
            one.code,
            str(one.hazard_id),
            one.number,
            one.act.value,
            moment_text(one.happened_at),
            moment_text(one.recorded_at),
            one.actor,
            moment_text(one.device_at),
            one.text,
            json_text(dict(one.facts)),
        )
        for one in records
    ]


def _steps(rows: Sequence[Row]) -> tuple[HazardStep, ...]:
    return tuple(
        HazardStep(
            id=UUID(id_),
            code=code,
            hazard_id=UUID(hazard),
            number=number,
            act=Act(act),
            happened_at=moment(happened),
            recorded_at=moment(recorded),
            actor=actor,
            device_at=moment_or_none(device),
            text=text,
            facts=json.loads(facts),
        )
        for id_, code, hazard, number, act, happened, recorded, actor, device, text, facts in rows
    )


def _photo_rows(records: Sequence[Photo]) -> list[Row]:
    return [
        (
            str(one.id),
            one.code,
            str(one.hazard_id),
            one.sha256,
            one.media_type,
            one.bytes,
            one.width,
            one.height,
            f"{one.look:016x}",
            moment_text(one.came_at),
            one.actor,
            moment_text(one.taken_at),
            blob,
        )
        for one, blob in zip(records, point_blobs("photo", records), strict=True)
    ]


def _photos(rows: Sequence[Row]) -> tuple[Photo, ...]:
    made = []
    for id_, _, hazard, sha256, kind, size, width, height, look, came, actor, taken, blob in rows:
        lon, lat = (None, None) if blob is None else lonlat(blob)
        made.append(
            Photo(
                id=UUID(id_),
                hazard_id=UUID(hazard),
                sha256=sha256,
                media_type=kind,
                bytes=size,
                width=width,
                height=height,
                look=int(look, 16),
                came_at=moment(came),
                actor=actor,
                taken_at=moment_or_none(taken),
                lon=lon,
                lat=lat,
            )
        )
    return tuple(made)


HAZARD_CODEC = Codec("hazard", HAZARDS, columns_of(HAZARDS), _hazard_rows, _hazards, "found_at")
STEP_CODEC = Codec("hazard_step", HAZARD_STEPS, columns_of(HAZARD_STEPS), _step_rows, _steps, "happened_at")
PHOTO_CODEC = Codec("photo", PHOTOS, columns_of(PHOTOS), _photo_rows, _photos, "came_at")
