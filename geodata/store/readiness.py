"""Read and write versions of run cards, readiness of teams, positions, changed roads and lessons."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from geodata.store import readiness_rows as rows
from geodata.store import schema
from geodata.store.cases import CaseReads
from geodata.store.codec import Codec
from geodata.store.desk_schema import INCIDENTS
from gridgis.dispatch.incidents.lessons import Lesson
from gridgis.dispatch.incidents.positions import Position
from gridgis.dispatch.readiness import Readiness
from gridgis.dispatch.road_changes import RoadChange
from gridgis.supervision.entrances import Entrance

READINESS_NOUNS = frozenset({"team_member", "team_duty", "team_kit", "team_base"})
OF_TEAM = {"team_id": ("team", schema.TEAMS)}
OF_INCIDENT = {"incident_id": ("incident", INCIDENTS)}
OF_DISPATCH = {"dispatch_id": ("dispatch", schema.DISPATCHES)}


class ReadinessReads(CaseReads):
    """The getters of readiness, changed roads, positions and lessons."""

    def readiness(self) -> Readiness:
        """People, duties, kit and bases of all teams."""
        with self._reading():
            return Readiness(
                self._every(rows.MEMBERS), self._every(rows.DUTIES), self._every(rows.KIT), self._every(rows.BASES)
            )

    def _every(self, codec: Codec[rows.Record]) -> tuple[rows.Record, ...]:
        return self._chosen(codec, "1 = 1")

    def road_changes(self) -> tuple[RoadChange, ...]:
        """Roads closed, slow or flooded for a while, now and before, in the order in which they were."""
        return self._every(rows.CHANGES)

    def positions(self, dispatch_ids: Iterable[UUID]) -> dict[UUID, Position]:
        """Where teams were last seen, by dispatch."""
        return {one.dispatch_id: one for one in self._of(rows.POSITIONS, "dispatch_id", dispatch_ids)}

    def entrances(self, site_ids: Iterable[UUID]) -> tuple[Entrance, ...]:
        """Entrances of some sites."""
        return self._of(rows.ENTRANCES, "site_id", site_ids)

    def lessons(self, *, incident_id: UUID | None = None, open_only: bool = False) -> tuple[Lesson, ...]:
        """Lessons, the oldest first."""
        where, values = ("1 = 1", ()) if incident_id is None else ("lessons.incident_id = ?", (str(incident_id),))
        if open_only:
            where += " AND lessons.done_at IS NULL"
        return self._chosen(rows.LESSONS, where, values)
