"""Change roads for a while: closed, slow or flooded, until a moment or until somebody ends it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any
from uuid import UUID

import shapely
from shapely import LineString, MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from gridgis.dispatch.closures import LONGEST_REASON, Edge
from gridgis.errors import Conflict, InvalidValue

if TYPE_CHECKING:
    from gridgis.roads import RoadNetwork, Router

MOST_FACTOR = 20.0
MOST_AREA_POINTS = 2000


class ChangeKind(StrEnum):
    """What is the matter with a road."""

    CLOSED = "closed"  # nobody may drive it
    SLOW = "slow"  # it takes so many times as long
    FLOOD = "flood"  # an area stands under water: roads in it are closed, bridges are not


@dataclass(frozen=True, slots=True)
class RoadChange:
    """A road or an area that can't be driven as usual.

    Attributes:
        id: Stable identifier.
        code: Number by which people name it.
        kind: What is the matter.
        edges: The road's edges, both directions; none of an area.
        geometry: Line of the road, or the area, lon/lat.
        since: Since when, aware.
        made_by: Account of whoever said so.
        road: Name or number of the road.
        reason: Why.
        factor: How many times as long a slow road takes, None for others.
        until: Until when it is expected to last, None for as long as nobody ends it.
        ended_at: When it ended, None while it holds.
        ended_by: Who ended it; the clock when its time was over.

    Raises:
        InvalidValue: ``road_change.form`` for a form that does not fit its kind, ``road_change.reason`` for a reason
            too long, ``road_change.factor`` for one not above 1 and at most 20, ``road_change.until`` for an end before
            the begin, ``roads.flooded`` for what is no valid area.
    """

    id: UUID
    code: str
    kind: ChangeKind
    edges: tuple[Edge, ...]
    geometry: BaseGeometry
    since: datetime
    made_by: str
    road: str = ""
    reason: str = ""
    factor: float | None = None
    until: datetime | None = None
    ended_at: datetime | None = None
    ended_by: str = ""

    def __post_init__(self) -> None:
        if len(self.reason) > LONGEST_REASON:
            raise InvalidValue("road_change.reason", most=LONGEST_REASON)
        area = isinstance(self.geometry, Polygon | MultiPolygon)
        if area is not (self.kind is ChangeKind.FLOOD) or bool(self.edges) is area:
            raise InvalidValue("road_change.form", kind=self.kind.value)
        if area and not (self.geometry.is_valid and shapely.get_num_coordinates(self.geometry) <= MOST_AREA_POINTS):
            raise InvalidValue("roads.flooded")
        if (self.factor is not None) is not (self.kind is ChangeKind.SLOW):
            raise InvalidValue("road_change.form", kind=self.kind.value)
        if self.factor is not None and not 1 < self.factor <= MOST_FACTOR:
            raise InvalidValue("road_change.factor", value=self.factor, most=MOST_FACTOR)
        if self.until is not None and self.until <= self.since:
            raise InvalidValue("road_change.until", value=self.until.isoformat())

    @property
    def holds(self) -> bool:
        """Whether nobody ended it yet."""
        return self.ended_at is None

    def holds_at(self, when: datetime) -> bool:
        """Whether it held or holds at a moment."""
        return self.since <= when and (self.ended_at is None or when < self.ended_at)

    def over_at(self, now: datetime) -> bool:
        """Whether its time is over and nobody has ended it yet."""
        return self.holds and self.until is not None and self.until <= now

    def ended(self, at: datetime, by: str) -> RoadChange:
        """The same, ended.

        Raises:
            Conflict: ``road_change.ended`` when it was ended before.
        """
        if not self.holds:
            raise Conflict("road_change.ended", value=self.code)
        return replace(self, ended_at=max(at, self.since), ended_by=by)

    def lasting(self, until: datetime | None) -> RoadChange:
        """The same with another expected end.

        Raises:
            Conflict: ``road_change.ended``.
        """
        if not self.holds:
            raise Conflict("road_change.ended", value=self.code)
        return replace(self, until=until)

    @property
    def middle(self) -> tuple[float, float]:
        """A place on it, lon/lat."""
        line = isinstance(self.geometry, LineString)
        point = self.geometry.interpolate(0.5, normalized=True) if line else self.geometry.representative_point()
        return (point.x, point.y)


def changed_router(
    router: Router, roads: RoadNetwork, closed: frozenset[Edge], changes: Iterable[RoadChange]
) -> Router:
    """A router in which some changes are considered; the same one where there are none.

    Args:
        router: Of the roads as if nothing were the matter.
        roads: The roads; edges that they no longer have are left out.
        closed: Edges that are closed beside the changes.
        changes: What holds beside them.
    """
    now = list(changes)
    shut = roads.known_edges({*closed, *(edge for one in now if one.kind is ChangeKind.CLOSED for edge in one.edges)})
    slow: dict[Edge, float] = {}
    for one in now:
        if one.factor is not None:
            for edge in roads.known_edges(one.edges):
                slow[edge] = max(slow.get(edge, 1.0), one.factor)
    areas = [one.geometry for one in now if one.kind is ChangeKind.FLOOD]
    water: Any = shapely.union_all(areas) if areas else None
    if not shut and not slow and water is None:
        return router
    return router.with_changes(closed=shut, slowed=slow, flooded=water)
