"""Roads on paper: travel times told, not searched, for tests of what is made of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from math import inf
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray
from shapely import LineString

from gridgis.dispatch.state import DistrictState
from gridgis.roads import Router

Point = tuple[float, float]


@dataclass(frozen=True)
class PaperRoute:
    """A straight line to the place, with the limits that were told to lie on it."""

    geometry: LineString | None
    distance_m: float
    edges: tuple[int, ...] = ()
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class PaperLimit:
    """A limit that a vehicle breaks."""

    edge: int
    kind: str
    limit: float
    own: float
    name: str


@dataclass(frozen=True)
class PaperArrivals:
    """Told times of some bases to one place."""

    travel_s: NDArray[np.float64]
    distance_m: NDArray[np.float64]
    origin_snap_m: NDArray[np.float64]
    walk_m: float
    walk_s: float
    lines: tuple[LineString, ...]

    def route(self, i: int) -> PaperRoute:
        """The straight line of one base."""
        return PaperRoute(self.lines[i], float(self.distance_m[i]))

    def edges(self, i: int) -> tuple[int, ...]:
        """The one edge of a way."""
        return (i,)


@dataclass(frozen=True)
class PaperRouter:
    """Answers as told.

    Attributes:
        travel_s: Seconds by base (lon, lat); a base that is not named is out of reach.
        unlimited_s: Seconds by base when no limit holds; those of ``travel_s`` where none are named.
        snap_m: Metres from a base to the nearest road, 0 unless named.
        walk_m: Metres to walk at the place; walked at 1 m/s.
        asked: Each search asked for: profile, number of bases, whether limits held.
    """

    travel_s: Mapping[Point, float]
    unlimited_s: Mapping[Point, float] = field(default_factory=dict)
    snap_m: Mapping[Point, float] = field(default_factory=dict)
    walk_m: float = 0.0
    asked: list[tuple[str, int, bool]] = field(default_factory=list)

    def arrivals(self, profile_code: str, origins_xy: Any, place_xy: Any, *, limits: bool = True) -> PaperArrivals:
        """The told times of the bases."""
        bases = [(float(lon), float(lat)) for lon, lat in origins_xy]
        self.asked.append((profile_code, len(bases), limits))
        told = self.travel_s if limits else {**self.travel_s, **self.unlimited_s}
        travel = np.array([told.get(base, inf) for base in bases])
        return PaperArrivals(
            travel_s=travel,
            distance_m=travel * 10,
            origin_snap_m=np.array([self.snap_m.get(base, 0.0) for base in bases]),
            walk_m=self.walk_m,
            walk_s=self.walk_m,
            lines=tuple(LineString([base, tuple(map(float, place_xy))]) for base in bases),
        )

    def limits_broken(self, profile_code: str, edges: Sequence[int]) -> list[PaperLimit]:
        """One bridge for the heavy, none for the others."""
        return [PaperLimit(0, "maxweight", 10.0, 18.0, "纸桥")] if profile_code == "fire_engine" and edges else []


@dataclass(frozen=True)
class PaperDistrict(DistrictState):
    """A district whose roads are told."""

    paper: PaperRouter = field(default_factory=lambda: PaperRouter({}))

    @cached_property
    def router(self) -> Router | None:
        """The told times."""
        return cast("Router", self.paper)

    def router_at(self, when: datetime) -> Router | None:  # noqa: ARG002  they are the same at every moment
        """The told times."""
        return cast("Router", self.paper)
