"""Tell what one person sees of one version of the data at one moment: which records, and which of their fields."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

from api.auth.who import Who, areas_of
from gridgis.access import MASKS, Action, AreaFilter
from gridgis.dispatch.alarms import Alarm
from gridgis.dispatch.teams import Team
from gridgis.people.officers import Officer
from gridgis.supervision.enterprises import Enterprise

if TYPE_CHECKING:
    from api.snapshot import Snapshot

Record = TypeVar("Record", Alarm, Enterprise, Officer, Team)
NOUNS: Mapping[type, str] = MappingProxyType(
    {Alarm: "alarm", Enterprise: "enterprise", Officer: "officer", Team: "team"}
)
READ: Mapping[str, Action] = MappingProxyType(
    {
        "alarm": Action.ALARMS_READ,
        "enterprise": Action.ENTERPRISES_READ,
        "officer": Action.OFFICERS_READ,
        "team": Action.TEAMS_READ,
    }
)
"""What it takes to see a record of a noun."""
CONTACT: Mapping[str, Action] = MappingProxyType(
    {
        "alarm": Action.ALARMS_CONTACT,
        "enterprise": Action.ENTERPRISES_CONTACT,
        "officer": Action.OFFICERS_CONTACT,
        "team": Action.TEAMS_CONTACT,
    }
)
"""What it takes to find a record of a noun by whom to call."""


class Sight:
    """What somebody sees.

    Args:
        who: Who asks, None for nobody in particular.
        data: The data as they are now.
        now: The moment, aware.
    """

    def __init__(self, who: Who | None, data: Snapshot, now: datetime) -> None:
        self._who = who
        self._data = data
        self._now = now
        self._areas: dict[Action, AreaFilter] = {}

    def areas(self, action: Action) -> AreaFilter:
        """Where an action may be done."""
        found = self._areas.get(action)
        if found is None:
            found = self._areas[action] = areas_of(self._who, action, self._now)
        return found

    def may(self, action: Action, noun: str, record_id: UUID) -> bool:
        """Whether an action may be done to a record."""
        area = self.areas(action)
        if area.everything or not area:
            return area.everything
        row = self._data.row_of(noun, record_id)
        return bool(self._data.record_areas(self._now).seen(noun, area)[row])

    def sees(self, noun: str, record_id: UUID) -> bool:
        """Whether a record is seen; of other nouns than `READ` names all are."""
        return noun not in READ or self.may(READ[noun], noun, record_id)

    def calls(self, noun: str, record_id: UUID) -> bool:
        """Whether a record is found by whom to call."""
        return noun not in CONTACT or self.may(CONTACT[noun], noun, record_id)

    def chosen(self, noun: str, records: Sequence[Record]) -> Sequence[Record]:
        """Of all records of a noun, in the state's order, those that are seen."""
        area = self.areas(READ[noun])
        if area.everything or not area:
            return records if area.everything else ()
        seen = self._data.record_areas(self._now).seen(noun, area).tolist()
        return [record for record, is_seen in zip(records, seen, strict=True) if is_seen]

    def seen(self, records: Iterable[Record]) -> list[Record]:
        """Of some records, those that are seen."""
        return [record for record in records if self.sees(NOUNS[type(record)], record.id)]

    def masked(self, record: Record) -> Record:
        """A record with those fields masked that are not for whoever asks."""
        noun = NOUNS[type(record)]
        hidden: dict[str, Any] = {
            name: mask.hide(getattr(record, name))
            for name, mask in MASKS[noun].items()
            if hasattr(record, name) and not self.may(mask.action, noun, record.id)
        }
        return replace(record, **hidden) if hidden else record
