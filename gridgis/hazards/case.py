"""Hold a hazard with the record of its steps: the case that every step makes anew."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from gridgis.hazards.hazard import Act, Hazard
from gridgis.hazards.stamp import DeviceStamp


@dataclass(frozen=True, slots=True)
class PhotoNamed:
    """A photo that a step names; its bytes may come later.

    Attributes:
        id: Made by the telephone.
        sha256: SHA-256 of its bytes in hexadecimal.
    """

    id: UUID
    sha256: str

    def told(self) -> dict[str, str]:
        """As it stands in the facts of a step."""
        return {"id": str(self.id), "sha256": self.sha256}


@dataclass(frozen=True, slots=True)
class HazardStep:
    """One step; never changed, never taken away.

    Attributes:
        id: Made where it was taken, so that a retry is the same step.
        code: Number of the hazard, and its place in the record.
        hazard_id: The hazard.
        number: Place in the record, from 1.
        act: What was done.
        happened_at: When, by the service's clock.
        recorded_at: When it was recorded.
        device_at: What a telephone's clock showed where it was wrong.
        actor: Who did it.
        text: In somebody's own words: the reason, the answer; may name persons.
        facts: What JSON can say of it: grade, term, photos, values before and after.
    """

    id: UUID
    code: str
    hazard_id: UUID
    number: int
    act: Act
    happened_at: datetime
    recorded_at: datetime
    actor: str
    device_at: datetime | None = None
    text: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def photos(self) -> tuple[PhotoNamed, ...]:
        """Photos that it names."""
        return tuple(PhotoNamed(UUID(one["id"]), one["sha256"]) for one in self.facts.get("photos", ()))


@dataclass(frozen=True, slots=True)
class HazardCase:
    """A hazard with everything that was done about it.

    Attributes:
        hazard: As it stands.
        steps: In the order of recording.
    """

    hazard: Hazard
    steps: tuple[HazardStep, ...] = ()

    @property
    def revision(self) -> int:
        """Number of the last step."""
        return len(self.steps)

    def has(self, step_id: UUID) -> bool:
        """Whether a step is recorded."""
        return any(step.id == step_id for step in self.steps)

    def last(self, *acts: Act) -> HazardStep | None:
        """The last step that did one of some things, None where none did."""
        return next((step for step in reversed(self.steps) if step.act in acts), None)

    def since_last(self, *acts: Act) -> tuple[HazardStep, ...]:
        """Steps after the last one that did one of some things; all where none did."""
        last = self.last(*acts)
        return self.steps if last is None else self.steps[last.number :]

    def photos(self) -> Iterator[tuple[HazardStep, PhotoNamed]]:
        """Every photo that a step names, with that step."""
        return ((step, photo) for step in self.steps for photo in step.photos)

    def awaited(self, arrived: Collection[UUID]) -> list[PhotoNamed]:
        """Photos that are named and have not come."""
        return [photo for _, photo in self.photos() if photo.id not in arrived]

    def stepped(
        self,
        act: Act,
        stamp: DeviceStamp,
        step_id: UUID,
        *,
        text: str = "",
        facts: Mapping[str, Any] | None = None,
        changed: Mapping[str, Any] | None = None,
    ) -> HazardCase:
        """This case with one more step and other values of its hazard; whether that is legal is not asked here."""
        number = self.revision + 1
        step = HazardStep(
            id=step_id,
            code=f"{self.hazard.code}/{number:03d}",
            hazard_id=self.hazard.id,
            number=number,
            act=act,
            happened_at=stamp.happened_at,
            recorded_at=stamp.recorded_at,
            actor=stamp.actor,
            device_at=stamp.device_at,
            text=text.strip(),
            facts=dict(facts or {}),
        )
        return replace(self, hazard=replace(self.hazard, **(changed or {})), steps=(*self.steps, step))
