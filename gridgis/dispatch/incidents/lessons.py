"""Turn what an incident taught into tasks that somebody has until a day."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from gridgis.errors import Conflict, InvalidValue


@dataclass(frozen=True, slots=True)
class Lesson:
    """What an incident taught, and what is done about it.

    Attributes:
        id: Stable identifier, made where it is written down.
        code: Number of the incident and which lesson of it.
        incident_id: The incident.
        text: What was learned, what is to be done.
        owner: Who does it, empty while nobody was named.
        due_on: Until which local day, None for no day.
        made_at: When it was written down, aware.
        made_by: By whom.
        done_at: When it was done, None while it is open.
        done_by: Who said so.
        outcome: What became of it.

    Raises:
        InvalidValue: ``lesson.text`` without a word.
    """

    id: UUID
    code: str
    incident_id: UUID
    text: str
    owner: str
    due_on: date | None
    made_at: datetime
    made_by: str
    done_at: datetime | None = None
    done_by: str = ""
    outcome: str = ""

    def __post_init__(self) -> None:
        if not self.text.strip():
            raise InvalidValue("lesson.text")

    def done(self, outcome: str, by: str, at: datetime) -> Lesson:
        """The same, done.

        Raises:
            Conflict: ``lesson.done`` when it was done before.
            InvalidValue: ``lesson.outcome`` when nobody says what became of it.
        """
        if self.done_at is not None:
            raise Conflict("lesson.done", value=self.code)
        if not outcome.strip():
            raise InvalidValue("lesson.outcome")
        return replace(self, done_at=at, done_by=by, outcome=outcome.strip())

    def late_on(self, day: date) -> bool:
        """Whether it is open after its day."""
        return self.done_at is None and self.due_on is not None and self.due_on < day
