"""Record the entrances of sites: by which gate rescuers get in, and what is to be known of it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Entrance:
    """A gate of a site.

    Attributes:
        id: Stable identifier.
        code: Site's code and the gate's number in it.
        site_id: The site.
        name: Name as people say it: 东门, 消防通道.
        lon: Longitude.
        lat: Latitude.
        note: Width, height, whether it is locked, who has the key.
    """

    id: UUID
    code: str
    site_id: UUID
    name: str
    lon: float
    lat: float
    note: str = ""
