"""Compare photos: with each other by how they look, and with what is claimed of their time and place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from gridgis.geometry import metres_between

MOST_BITS_APART = 8
"""Of the 64 bits of how a photo looks (its difference hash) so many may differ in the same photo, shrunk or re-saved;
two photos of different things differ in about 32."""

MOST_APART = timedelta(hours=12)
MOST_AWAY_M = 500.0
"""How far a photo's own time and place may lie from what is claimed; practice (待核)."""


class Doubt(StrEnum):
    """Why a photo may not show what is claimed; shown beside it, never a refusal."""

    TAKEN_EARLIER = "taken_earlier"
    TAKEN_LATER = "taken_later"
    TAKEN_ELSEWHERE = "taken_elsewhere"
    SEEN_BEFORE = "seen_before"  # looks like a photo of another hazard
    BEFORE_IS_AFTER = "before_is_after"  # the answer's photo looks like the report's


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo that has come.

    Attributes:
        id: Made by the telephone.
        hazard_id: The hazard it is of.
        sha256: SHA-256 of its bytes in hexadecimal.
        media_type: ``image/jpeg`` …
        bytes: How many.
        width: Pixels.
        height: Pixels.
        look: Its difference hash, 64 bits.
        came_at: When it came, aware.
        actor: Name of the account that sent it.
        taken_at: When it was taken by its own account, aware; None where it does not say.
        lon: Longitude of where it was taken by its own account.
        lat: Latitude of it.
    """

    id: UUID
    hazard_id: UUID
    sha256: str
    media_type: str
    bytes: int
    width: int
    height: int
    look: int
    came_at: datetime
    actor: str
    taken_at: datetime | None = None
    lon: float | None = None
    lat: float | None = None

    @property
    def code(self) -> str:
        """What names it in the store."""
        return self.id.hex


def alike(one: int, other: int) -> bool:
    """Whether two photos look the same, by their difference hashes; a picture without any difference is like none."""
    if not one or not other:
        return False
    return (one ^ other).bit_count() <= MOST_BITS_APART


def doubts(
    photo: Photo,
    *,
    claimed_at: datetime,
    claimed_place: tuple[float, float] | None,
    accuracy_m: float = 0.0,
) -> tuple[Doubt, ...]:
    """What speaks against a photo's being taken when and where it is claimed.

    Args:
        photo: The photo.
        claimed_at: When it is said to be taken, aware.
        claimed_place: Where, lon/lat.
        accuracy_m: How far off that place may be.
    """
    found = []
    if photo.taken_at is not None:
        if photo.taken_at < claimed_at - MOST_APART:
            found.append(Doubt.TAKEN_EARLIER)
        elif photo.taken_at > claimed_at + MOST_APART:
            found.append(Doubt.TAKEN_LATER)
    if claimed_place is not None and photo.lon is not None and photo.lat is not None:
        away_m = metres_between((photo.lon, photo.lat), claimed_place)
        if away_m > MOST_AWAY_M + accuracy_m:
            found.append(Doubt.TAKEN_ELSEWHERE)
    return tuple(found)
