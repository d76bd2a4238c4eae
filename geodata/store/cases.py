"""Read incidents with everything that belongs to them, and who is out, out of the store."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Connection

from geodata.store.case_rows import CALL_CODEC, ENTRY_CODEC, INCIDENT_CODEC
from geodata.store.changes import MOST_LOOKED_UP, plain_rows, statements
from geodata.store.codec import Codec
from geodata.store.columns import moment_text
from geodata.store.rows import DISPATCHES
from gridgis.dispatch.alarms import Dispatch
from gridgis.dispatch.incidents import Case, Incident
from gridgis.errors import NotKnown

Record = TypeVar("Record")


class CaseReads(ABC):
    """The getters of incidents."""

    @abstractmethod
    def _reading(self) -> AbstractContextManager[Connection]:
        """A connection inside a transaction."""

    def _chosen(self, codec: Codec[Record], where: str, values: Sequence[Any] = ()) -> tuple[Record, ...]:
        """Records that fit a condition, in the order in which they were put."""
        name = codec.table.name
        text = f"{statements(codec.table, codec.columns).select} WHERE {where} ORDER BY {name}.fid"
        with self._reading() as connection:
            return codec.from_rows([row[1:] for row in plain_rows(connection, text, tuple(values))])

    def _of(self, codec: Codec[Record], column: str, ids: Iterable[UUID]) -> tuple[Record, ...]:
        """Records that refer to some others."""
        wanted = [str(one) for one in ids]
        found: list[Record] = []
        for start in range(0, len(wanted), MOST_LOOKED_UP):
            part = wanted[start : start + MOST_LOOKED_UP]
            found += self._chosen(codec, f"{codec.table.name}.{column} IN ({','.join('?' * len(part))})", part)
        return tuple(found)

    def incidents(self, *, since: datetime | None = None) -> tuple[Incident, ...]:
        """Incidents that are open, and those received since a moment, whatever became of them."""
        if since is None:
            return self._chosen(INCIDENT_CODEC, "incidents.status = 'open'")
        where = "incidents.status = 'open' OR incidents.received_at >= ?"
        return self._chosen(INCIDENT_CODEC, where, (moment_text(since),))

    def all_incidents(self) -> tuple[Incident, ...]:
        """Every incident, in the order of reception."""
        return self._chosen(INCIDENT_CODEC, "1 = 1")

    def incident(self, incident_id: UUID) -> Incident:
        """One incident.

        Raises:
            NotKnown: ``incident.unknown``.
        """
        found = self._of(INCIDENT_CODEC, "id", [incident_id])
        if not found:
            raise NotKnown("incident.unknown", value=str(incident_id))
        return found[0]

    def cases(self, incidents: Iterable[Incident]) -> tuple[Case, ...]:
        """Incidents with everything that belongs to them, read together."""
        wanted = tuple(incidents)
        ids = [one.id for one in wanted]
        with self._reading():
            calls = self._of(CALL_CODEC, "incident_id", ids)
            sent = self._of(DISPATCHES, "alarm_id", ids)
            log = self._of(ENTRY_CODEC, "incident_id", ids)
        return tuple(
            Case(
                one,
                tuple(
                    sorted((call for call in calls if call.incident_id == one.id), key=lambda call: call.received_at)
                ),
                tuple(sorted((each for each in sent if each.alarm_id == one.id), key=lambda each: each.code)),
                tuple(sorted((entry for entry in log if entry.incident_id == one.id), key=lambda entry: entry.number)),
            )
            for one in wanted
        )

    def case(self, incident_id: UUID) -> Case:
        """An incident with everything that belongs to it.

        Raises:
            NotKnown: ``incident.unknown``.
        """
        with self._reading():
            return self.cases([self.incident(incident_id)])[0]

    def case_of_dispatch(self, dispatch_id: UUID) -> Case:
        """The incident to which a team was sent.

        Raises:
            NotKnown: ``dispatch.unknown``, also for one that came by import and is led by no desk.
        """
        with self._reading():
            found = self._of(DISPATCHES, "id", [dispatch_id])
            led = self._of(INCIDENT_CODEC, "id", [one.alarm_id for one in found])
            if not led:
                raise NotKnown("dispatch.unknown", value=str(dispatch_id), incident="")
            return self.cases(led)[0]

    def incident_codes(self, day: str) -> set[str]:
        """Numbers of incidents and alarms that begin with those of a day."""
        found: set[str] = set()
        with self._reading() as connection:
            for table in ("incidents", "alarms"):
                text = f"SELECT code FROM {table} WHERE code LIKE ?"  # noqa: S608  our own tables
                found |= {code for (code,) in plain_rows(connection, text, (f"{day}-%",))}
        return found

    def dispatches_out(self, *, home_since: datetime | None = None) -> tuple[tuple[Dispatch, str], ...]:
        """Dispatches without a return, or with one since a moment, each with the number of its alarm."""
        where, values = "dispatches.home_at IS NULL", tuple[Any, ...]()
        if home_since is not None:
            where, values = f"{where} OR dispatches.home_at >= ?", (moment_text(home_since),)
        with self._reading() as connection:
            found = self._chosen(DISPATCHES, where, values)
            wanted = [str(one.alarm_id) for one in found]
            codes: dict[str, str] = {}
            for start in range(0, len(wanted), MOST_LOOKED_UP):
                part = wanted[start : start + MOST_LOOKED_UP]
                text = f"SELECT id, code FROM alarms WHERE id IN ({','.join('?' * len(part))})"  # noqa: S608
                codes |= dict(plain_rows(connection, text, tuple(part)))
        return tuple((one, codes.get(str(one.alarm_id), "")) for one in found)

    def calls_from(self, phone: str) -> tuple[Incident, ...]:
        """Incidents about which somebody called from a number before."""
        with self._reading():
            calls = self._chosen(CALL_CODEC, "calls.phone = ? AND calls.phone <> ''", (phone,))
            return self._of(INCIDENT_CODEC, "id", {one.incident_id for one in calls})
