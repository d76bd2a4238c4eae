"""Say which roads are closed to everybody until somebody opens them again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from shapely import LineString

from gridgis.errors import Conflict, InvalidValue

Edge = tuple[int, int, int]
LONGEST_REASON = 200


@dataclass(frozen=True, slots=True)
class RoadClosure:
    """One stretch of road between junctions that nobody may drive, or that could not be driven once.

    Attributes:
        id: Stable identifier.
        code: Number by which people name it.
        edges: The road's edges, both directions, by the OSM ids of their ends and a number (`gridgis.roads.EdgeName`).
        road: Name or number of the road, '' where it has neither.
        geometry: Its line, lon/lat.
        reason: Why, in the words of whoever closed it.
        closed_at: Since when, aware.
        closed_by: Account of whoever closed it.
        opened_at: Until when, None while it is closed.

    Raises:
        InvalidValue: ``closure.reason`` for a reason of more than 200 characters, ``closure.edges`` without edges.
    """

    id: UUID
    code: str
    edges: tuple[Edge, ...]
    road: str
    geometry: LineString
    reason: str
    closed_at: datetime
    closed_by: str
    opened_at: datetime | None = None

    def __post_init__(self) -> None:
        if len(self.reason) > LONGEST_REASON:
            raise InvalidValue("closure.reason", most=LONGEST_REASON)
        if not self.edges:
            raise InvalidValue("closure.edges", value=self.code)

    @property
    def closed(self) -> bool:
        """Whether nobody has opened the road yet."""
        return self.opened_at is None

    def opened(self, at: datetime) -> RoadClosure:
        """The same, opened again.

        Raises:
            Conflict: ``closure.open`` when it was opened before.
        """
        if not self.closed:
            raise Conflict("closure.open", value=self.code)
        return replace(self, opened_at=max(at, self.closed_at))


def closed_edges(closures: Iterable[RoadClosure]) -> frozenset[Edge]:
    """Edges that are closed now."""
    return frozenset(edge for closure in closures if closure.closed for edge in closure.edges)


def close_road(closure: RoadClosure, held: Iterable[RoadClosure]) -> RoadClosure:
    """A closure beside those that there are.

    Raises:
        Conflict: ``closure.closed`` when all of it is closed already.
    """
    if set(closure.edges) <= closed_edges(held):
        raise Conflict("closure.closed", road=closure.road or closure.code)
    return closure
