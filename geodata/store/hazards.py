"""Read hazards with their steps and photos, and what is on its way, out of the store."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Connection, select

from geodata.store.changes import MOST_LOOKED_UP, plain_rows, statements
from geodata.store.codec import Codec
from geodata.store.columns import moment_text
from geodata.store.field_schema import HELD_CHANGES, UPLOAD_PARTS, UPLOADS
from geodata.store.hazard_rows import HAZARD_CODEC, PHOTO_CODEC, STEP_CODEC
from gridgis.errors import NotKnown
from gridgis.hazards import OPEN, Hazard, HazardCase
from gridgis.hazards.photos import Photo

Record = TypeVar("Record")
_OPEN = ", ".join(f"'{state.value}'" for state in sorted(OPEN))


@dataclass(frozen=True, slots=True)
class Upload:
    """A photo on its way.

    Attributes:
        id: The photo's identifier, made by the telephone.
        actor: Name of the account that sends it.
        hazard_id: The hazard it is of.
        sha256: SHA-256 that all its bytes are to have.
        bytes: How many there will be.
        begun_at: When its way began, aware.
        received: How many bytes have come.
    """

    id: UUID
    actor: str
    hazard_id: UUID
    sha256: str
    bytes: int
    begun_at: datetime
    received: int = 0


@dataclass(frozen=True, slots=True)
class HeldChange:
    """A change that came before the one that it follows.

    Attributes:
        id: The step's identifier, made by the telephone.
        actor: Name of the account that sent it.
        hazard_id: The hazard it is about.
        waits_for: The step that has to come first.
        body: What was sent, with what the telephone said of its clock.
        came_at: When it came, aware.
    """

    id: UUID
    actor: str
    hazard_id: UUID
    waits_for: UUID
    body: Mapping[str, Any]
    came_at: datetime


class HazardReads(ABC):
    """The getters of hazards."""

    @abstractmethod
    def _reading(self) -> AbstractContextManager[Connection]:
        """A connection inside a transaction."""

    def _picked(self, codec: Codec[Record], where: str, values: Sequence[Any] = ()) -> tuple[Record, ...]:
        """Records that fit a condition, in the order in which they were put."""
        name = codec.table.name
        text = f"{statements(codec.table, codec.columns).select} WHERE {where} ORDER BY {name}.fid"
        with self._reading() as connection:
            return codec.from_rows([row[1:] for row in plain_rows(connection, text, tuple(values))])

    def _belonging(self, codec: Codec[Record], column: str, ids: Iterable[UUID]) -> tuple[Record, ...]:
        """Records that refer to some others."""
        wanted = list(map(str, ids))
        found: list[Record] = []
        for start in range(0, len(wanted), MOST_LOOKED_UP):
            part = wanted[start : start + MOST_LOOKED_UP]
            found += self._picked(codec, f"{codec.table.name}.{column} IN ({','.join('?' * len(part))})", part)
        return tuple(found)

    def hazards(
        self, *, open_only: bool = False, since: datetime | None = None, reporter: str | None = None
    ) -> tuple[Hazard, ...]:
        """Hazards, in the order in which their reports came.

        Args:
            open_only: Only those that still have to be followed.
            since: Of those that are at an end only those found since a moment; all hazards since then without
                ``open_only``.
            reporter: Only those that one account reported.
        """
        tests, values = ["1 = 1"], list[Any]()
        if open_only:
            ended = "" if since is None else " OR hazards.closed_at >= ?"
            tests.append(f"(hazards.state IN ({_OPEN}){ended})")
        elif since is not None:
            tests.append("hazards.found_at >= ?")
        if since is not None:
            values.append(moment_text(since))
        if reporter is not None:
            tests.append("hazards.reporter = ?")
            values.append(reporter)
        return self._picked(HAZARD_CODEC, " AND ".join(tests), values)

    def hazards_like(self, hazard: Hazard, *, since: datetime) -> tuple[Hazard, ...]:
        """Others since a moment that may tell of the same: of its village or its enterprise."""
        tests, values = [], list[Any]()
        if hazard.cell_code:
            tests.append("hazards.cell_code LIKE ?")
            values.append(f"{hazard.cell_code[:-3]}%")
        if hazard.enterprise_id is not None:
            tests.append("hazards.enterprise_id = ?")
            values.append(str(hazard.enterprise_id))
        if not tests:
            return ()
        where = f"({' OR '.join(tests)}) AND hazards.found_at >= ? AND hazards.id <> ?"
        return self._picked(HAZARD_CODEC, where, (*values, moment_text(since), str(hazard.id)))

    def hazard_cases(self, hazards: Iterable[Hazard]) -> tuple[HazardCase, ...]:
        """Hazards with their steps, read together."""
        wanted = tuple(hazards)
        steps: dict[UUID, list[Any]] = {}
        for step in self._belonging(STEP_CODEC, "hazard_id", (one.id for one in wanted)):
            steps.setdefault(step.hazard_id, []).append(step)
        return tuple(
            HazardCase(one, tuple(sorted(steps.get(one.id, ()), key=lambda step: step.number))) for one in wanted
        )

    def hazard_case(self, hazard_id: UUID) -> HazardCase:
        """A hazard with its steps.

        Raises:
            NotKnown: ``hazard.unknown``.
        """
        with self._reading():
            found = self._belonging(HAZARD_CODEC, "id", [hazard_id])
            if not found:
                raise NotKnown("hazard.unknown", value=str(hazard_id))
            return self.hazard_cases(found)[0]

    def hazard_of_step(self, step_id: UUID) -> UUID | None:
        """The hazard to which a step belongs, None while no such step is recorded."""
        found = self._belonging(STEP_CODEC, "id", [step_id])
        return found[0].hazard_id if found else None

    def photos_of(self, hazard_ids: Iterable[UUID]) -> tuple[Photo, ...]:
        """Photos of hazards that have come, in the order in which they came."""
        return self._belonging(PHOTO_CODEC, "hazard_id", hazard_ids)

    def photo(self, photo_id: UUID) -> Photo:
        """A photo that has come.

        Raises:
            NotKnown: ``photo.unknown``.
        """
        found = self._belonging(PHOTO_CODEC, "id", [photo_id])
        if not found:
            raise NotKnown("photo.unknown", value=str(photo_id))
        return found[0]

    def photo_content(self, photo: Photo) -> bytes:
        """The bytes of a photo.

        Raises:
            NotKnown: ``photo.gone`` when they were taken away.
        """
        with self._reading() as connection:
            query = "SELECT content FROM photo_contents WHERE sha256 = ?"
            found = plain_rows(connection, query, (photo.sha256,))
        if not found:
            raise NotKnown("photo.gone", value=str(photo.id))
        return bytes(found[0][0])

    def photo_looks(self) -> dict[UUID, list[int]]:
        """How all photos look (difference hashes), by hazard."""
        with self._reading() as connection:
            found = plain_rows(connection, "SELECT hazard_id, look FROM photos ORDER BY fid")
        looks: dict[UUID, list[int]] = {}
        for hazard_id, look in found:
            looks.setdefault(UUID(str(hazard_id)), []).append(int(look, 16))
        return looks

    def upload(self, upload_id: UUID) -> Upload | None:
        """A photo on its way, None where there is none."""
        parts = select(UPLOAD_PARTS.c.starts_at, UPLOAD_PARTS.c.content)
        with self._reading() as connection:
            row = connection.execute(select(UPLOADS).where(UPLOADS.c.id == upload_id)).mappings().first()
            if row is None:
                return None
            last = connection.execute(
                parts.where(UPLOAD_PARTS.c.upload_id == upload_id).order_by(UPLOAD_PARTS.c.starts_at.desc()).limit(1)
            ).first()
        received = 0 if last is None else last.starts_at + len(last.content)
        told = {name: row[name] for name in ("id", "actor", "hazard_id", "sha256", "bytes", "begun_at")}
        return Upload(**told, received=received)

    def uploads_of(self, actor: str) -> int:
        """How many photos of an account are on their way."""
        with self._reading() as connection:
            found = plain_rows(connection, "SELECT count(*) FROM uploads WHERE actor = ?", (actor,))
        return int(found[0][0])

    def upload_content(self, upload_id: UUID) -> bytes:
        """What has come of a photo on its way, in order."""
        parts = select(UPLOAD_PARTS.c.content).where(UPLOAD_PARTS.c.upload_id == upload_id)
        with self._reading() as connection:
            found = connection.execute(parts.order_by(UPLOAD_PARTS.c.starts_at)).scalars().all()
        return b"".join(map(bytes, found))

    def held_for(self, step_id: UUID) -> tuple[HeldChange, ...]:
        """Changes that wait for a step, in the order in which they came."""
        waiting = select(HELD_CHANGES).where(HELD_CHANGES.c.waits_for == step_id).order_by(HELD_CHANGES.c.fid)
        with self._reading() as connection:
            found = connection.execute(waiting).mappings().all()
        names = ("id", "actor", "hazard_id", "waits_for", "body", "came_at")
        return tuple(HeldChange(**{name: row[name] for name in names}) for row in found)
