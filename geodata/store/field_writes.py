"""Keep hazards with their steps and photos, and what is on its way, in a unit of work."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4, uuid5

from sqlalchemy import Table, delete

from geodata.store import schema
from geodata.store.changes import Changes, plain_rows, statements
from geodata.store.codec import Codec, Row
from geodata.store.columns import json_text, moment_text
from geodata.store.field_schema import HAZARDS, HELD_CHANGES, PHOTO_CONTENTS, UPLOAD_PARTS, UPLOADS
from geodata.store.hazard_rows import HAZARD_CODEC, PHOTO_CODEC, STEP_CODEC
from geodata.store.hazards import HazardReads, HeldChange, Upload
from gridgis.codes import NAMESPACE
from gridgis.errors import Conflict
from gridgis.hazards import HazardCase
from gridgis.hazards.photos import Photo

ON_ITS_WAY = timedelta(days=30)
"""How long what is on its way is kept; longer than a telephone stays offline."""


class FieldWrites(HazardReads):
    """What a unit of work does to hazards, photos, and what is on its way."""

    _now: datetime

    @abstractmethod
    def _touch(self, table: str) -> None:
        """Note that a table changes."""

    @abstractmethod
    def _insert(self, table: Table, made: Sequence[Row]) -> None:
        """Write rows that leave no event."""

    @abstractmethod
    def _put(
        self,
        codec: Codec[Any],
        records: Iterable[Any],
        references: Mapping[str, tuple[str, Table]] | None = None,
    ) -> Changes:
        """Keep records with an event for each that changes."""

    def put_hazard_case(self, case: HazardCase) -> Changes:
        """Keep a hazard with its steps.

        Raises:
            Conflict: ``store.reference`` when the enterprise is not stored; ``hazard.changed`` when somebody else has
                taken a step since it was read.
        """
        hazard = case.hazard
        text = f"{statements(STEP_CODEC.table, STEP_CODEC.columns).select} WHERE hazard_id = ? ORDER BY number"
        with self._reading() as connection:
            stored = [row[1:] for row in plain_rows(connection, text, (str(hazard.id),))]
        held = len(stored)
        if stored != STEP_CODEC.to_rows(case.steps[:held]):
            raise Conflict("hazard.changed", hazard=hazard.code, seen=case.revision, now=held)
        changes = self._put(HAZARD_CODEC, [hazard], {"enterprise_id": ("enterprise", schema.ENTERPRISES)})
        return changes + self._put(STEP_CODEC, case.steps[held:], {"hazard_id": ("hazard", HAZARDS)})

    def put_photo(self, photo: Photo, content: bytes) -> Changes:
        """Keep a photo that has come whole, and its bytes once however often they come."""
        with self._reading() as connection:
            query = "SELECT fid FROM photo_contents WHERE sha256 = ?"
            if not plain_rows(connection, query, (photo.sha256,)):
                made = (str(uuid5(NAMESPACE, f"photo/{photo.sha256}")), photo.sha256, content)
                self._insert(PHOTO_CONTENTS, [made])
        return self._put(PHOTO_CODEC, [photo])

    def begin_upload(self, upload: Upload) -> None:
        """Note a photo that is on its way, and forget those that have been for too long."""
        self.forget_uploads(before=self._now - ON_ITS_WAY)
        begun = moment_text(upload.begun_at)
        row = (str(upload.id), upload.actor, str(upload.hazard_id), upload.sha256, upload.bytes, begun)
        self._insert(UPLOADS, [row])

    def add_part(self, upload: Upload, content: bytes) -> Upload:
        """Keep what has come next of a photo on its way; the upload as it stands then."""
        self._insert(UPLOAD_PARTS, [(str(uuid4()), str(upload.id), upload.received, content)])
        return replace(upload, received=upload.received + len(content))

    def end_upload(self, upload_id: UUID) -> None:
        """Forget a photo's way, with what came of it."""
        with self._reading() as connection:
            self._touch(UPLOAD_PARTS.name)
            self._touch(UPLOADS.name)
            connection.execute(delete(UPLOAD_PARTS).where(UPLOAD_PARTS.c.upload_id == upload_id))
            connection.execute(delete(UPLOADS).where(UPLOADS.c.id == upload_id))

    def forget_uploads(self, *, before: datetime) -> None:
        """Forget photos whose way began before a moment and that never came."""
        with self._reading() as connection:
            query = "SELECT id FROM uploads WHERE begun_at < ?"
            old = [UUID(str(id_)) for (id_,) in plain_rows(connection, query, (moment_text(before),))]
        for upload_id in old:
            self.end_upload(upload_id)

    def hold_change(self, change: HeldChange) -> None:
        """Keep a change until the one that it follows comes, once however often it comes; forget those too old."""
        with self._reading() as connection:
            self._touch(HELD_CHANGES.name)
            connection.execute(delete(HELD_CHANGES).where(HELD_CHANGES.c.came_at < self._now - ON_ITS_WAY))
            connection.execute(delete(HELD_CHANGES).where(HELD_CHANGES.c.id == change.id))
        row = (
            str(change.id),
            change.actor,
            str(change.hazard_id),
            str(change.waits_for),
            json_text(dict(change.body)),
            moment_text(change.came_at),
        )
        self._insert(HELD_CHANGES, [row])

    def release_change(self, change_id: UUID) -> None:
        """Forget a change that waited."""
        with self._reading() as connection:
            self._touch(HELD_CHANGES.name)
            connection.execute(delete(HELD_CHANGES).where(HELD_CHANGES.c.id == change_id))
