"""List the collections served, in the order in which they are shown."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from api.ogc.collection import Collection
from api.ogc.grid import CELLS, DISTRICT, UNITS
from api.ogc.land import LAND, ROADS
from api.ogc.people import POSTS
from api.ogc.register import ENTERPRISES, UNPLACED
from api.ogc.rescue import ALARMS, DISPATCHES, TEAMS
from gridgis.errors import NotKnown

COLLECTIONS: Mapping[str, Collection] = MappingProxyType(
    {
        one.id: one
        for one in (
            DISTRICT,
            *CELLS,
            UNITS,
            POSTS,
            ENTERPRISES,
            UNPLACED,
            TEAMS,
            ALARMS,
            DISPATCHES,
            ROADS,
            *LAND,
        )
    }
)


def collection_named(name: str) -> Collection:
    """A collection by its name.

    Raises:
        NotKnown: ``ogc.collection_unknown``.
    """
    found = COLLECTIONS.get(name)
    if found is None:
        raise NotKnown("ogc.collection_unknown", value=name, known=", ".join(COLLECTIONS))
    return found
