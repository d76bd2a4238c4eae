"""Read where the records of a file are: coordinates in columns or points of a layer, checked and in lon/lat."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import shapely
from numpy.typing import NDArray

from geodata.crs import Crs, to_wgs84
from geodata.headings import Column, shifted_system
from geodata.registers.batch import Batch, Row
from geodata.registers.plans import published_plans
from geodata.store.reading import Reads
from geodata.values import coordinate, coordinate_pair
from gridgis.cells import GridPlan, PlanStatus
from gridgis.checks.scope import Scope
from gridgis.checks.sites import find_shift
from gridgis.codes import record_id
from gridgis.dispatch.state import DistrictState
from gridgis.errors import InputRejected
from gridgis.norms import Norms

PLACE = (
    Column(
        "lon",
        "经度 东经 lng long longitude x x坐标 坐标x point_x 经度坐标 地理经度",
        coordinate,
        blank=None,
    ),
    Column(
        "lat",
        "纬度 北纬 latitude y y坐标 坐标y point_y 纬度坐标 地理纬度",
        coordinate,
        blank=None,
    ),
    Column("lonlat", "经纬度 坐标 经纬度坐标 地理坐标 位置坐标 坐标位置", coordinate_pair, blank=None),
)
_NOWHERE = 0.01
_GLOBE = (-180.0, -90.0, 180.0, 90.0)
_AROUND = 3.0
_HALF, _LEAST_ASTRAY = 0.5, 5


@dataclass(frozen=True)
class Ground:
    """The district as far as it is known where it lies.

    Attributes:
        scope: The district with its latest plan.
        cells: Codes of the cells of every plan that is or was in force.
    """

    scope: Scope
    cells: frozenset[str]

    @classmethod
    def of(cls, store: Reads, now: datetime, *, roads: bool = True) -> Ground:
        """The district of a store in its latest plan, with its roads where they are asked for."""
        district, plans = store.district(), published_plans(store)
        none_yet = GridPlan(record_id(district.code, "plan", "0"), "0", "", district, PlanStatus.PUBLISHED, now, ())
        plan = plans[-1] if plans else none_yet
        state = DistrictState(district, plans=(plan,), roads=store.roads() if roads else None)
        cells = frozenset(cell.code for one in plans for cell in one.cells)
        return cls(Scope(state, plan, now, Norms()), cells)

    @property
    def known(self) -> bool:
        """Whether it is known what lies outside."""
        return self.scope.has_ground

    def covers(self, xy: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Whether lon/lat points (n, 2) lie in the district; none does while it is not known where it lies."""
        return self.scope.covers(xy) if self.known else np.zeros(len(xy), dtype=np.bool_)


def place_rows(batch: Batch, crs: Crs | None, ground: Ground) -> None:
    """Give every good row its ``xy``: lon/lat, or None where it tells no place; rows with an impossible one go aside.

    Args:
        batch: The rows, with `PLACE` among their columns.
        crs: System of coordinates in columns; longitude and latitude (WGS84, CGCS2000) where none is named.
        ground: The district.

    Raises:
        InputRejected: ``place.system_told`` when a heading names a shifted system and ``crs`` does not.
    """
    _refuse_shifted_headings(batch, crs)
    for row in batch.good:
        row.values["xy"] = _told_place(row)
    told = [row for row in batch.good if row.values["xy"] is not None]
    nowhere = [row for row in told if max(map(abs, row.values["xy"])) < _NOWHERE]
    for row in nowhere:
        row.values["xy"] = None
    if nowhere:
        batch.warn("place.nowhere", nowhere)
    placed = [row for row in told if row.values["xy"] is not None]
    in_columns = [row for row in placed if row.source.geometry is None]
    _place([row for row in placed if row.source.geometry is not None], None, ground)
    _place(in_columns, crs, ground)
    if in_columns and crs is not None and not crs.exact:
        batch.warn("layer.crs_inexact", crs=crs.name)


def _refuse_shifted_headings(batch: Batch, crs: Crs | None) -> None:
    if crs is not None:
        return
    for heading, name in batch.headings.items():
        if name in {"lon", "lat", "lonlat"} and (system := shifted_system(heading)):
            raise InputRejected("place.system_told", value=heading, system=system)


def _told_place(row: Row) -> tuple[float, float] | None:
    """The place as it is told, not converted yet."""
    shape = row.source.geometry
    if shape is not None:
        points = shapely.get_parts(shape)
        if len(points) != 1 or points[0].geom_type != "Point" or points[0].is_empty:
            row.refuse("geometry.not_point", kind=shape.geom_type)
            return None
        return float(points[0].x), float(points[0].y)
    lon, lat = row.get("lon"), row.get("lat")
    if lon is None and lat is None:
        pair: tuple[float, float] | None = row.get("lonlat")
        return pair
    if lon is None or lat is None:
        row.refuse("place.half", "lon" if lon is None else "lat")
        return None
    return lon, lat


def _place(rows: Sequence[Row], crs: Crs | None, ground: Ground) -> None:
    """Bring told coordinates to lon/lat; those that can't be meant set their row aside."""
    told = np.array([row.values["xy"] for row in rows], dtype=np.float64).reshape(-1, 2)
    in_metres = crs is not None and not crs.in_degrees
    xy, turned_xy = _to_lonlat(told, crs), _to_lonlat(told[:, ::-1], crs)
    possible = _possible(xy, crs)
    swapped = (~ground.covers(xy) & ground.covers(turned_xy)) | (~possible & _possible(turned_xy, crs))
    codes = np.select(
        [in_metres & _possible(told, None), swapped, possible],
        ["place.degrees_for_metres", "place.swapped", ""],
        "place.outside_system" if in_metres else "place.metres_for_degrees",
    )
    for row, code, (x, y), lonlat in zip(rows, codes.tolist(), told.tolist(), xy.tolist(), strict=True):
        row.values["xy"] = tuple(lonlat)
        if code:
            name = "lon" if row.get("lon") is not None else "lonlat"
            row.refuse(code, name, x=_plain(x), y=_plain(y), crs=crs.name if crs else "")


def _to_lonlat(told: NDArray[np.float64], crs: Crs | None) -> NDArray[np.float64]:
    """Coordinates of a system in lon/lat, to a tenth of a millimetre: the way there and back changes nothing."""
    return told if crs is None else np.round(to_wgs84(told, crs), 9)


def _possible(xy: NDArray[np.float64], crs: Crs | None) -> NDArray[np.bool_]:
    """Whether lon/lat points (n, 2) are on the globe, and not far from where a system in metres is used."""
    west, south, east, north = _GLOBE
    if crs is not None and not crs.in_degrees:
        west, south, east, north = np.add(crs.area, (-_AROUND, -_AROUND, _AROUND, _AROUND)).tolist()
    lon, lat = xy.T
    return np.asarray((lon >= west) & (lon <= east) & (lat >= south) & (lat <= north), dtype=np.bool_)


def _plain(number: float) -> str:
    return f"{number:.9f}".rstrip("0").rstrip(".")


def warn_of_places(batch: Batch, xy: NDArray[np.float64], ground: Ground, crs: Crs | None) -> None:
    """Warn when the points of a file look shifted, or when most of them lie outside the district.

    Args:
        batch: Where warnings go.
        xy: Lon/lat of what was placed, shape (n, 2).
        ground: The district.
        crs: System that was named, None for none.
    """
    if not ground.known or len(xy) < _LEAST_ASTRAY:
        return
    outside = int((~ground.covers(xy)).sum())
    shift = find_shift(ground.scope, xy)
    if shift is not None:
        batch.warn(
            "places.shifted",
            system=shift.shift.value,
            places=len(xy),
            outside=shift.outside,
            outside_after=shift.outside_after,
            away_m=round(shift.away_m),
            crs=shift.shift.name,
        )
    elif outside > _HALF * len(xy):
        batch.warn("places.mostly_outside", places=len(xy), outside=outside, crs=crs.name if crs else "WGS84")
    elif outside:
        batch.warn("places.outside", places=len(xy), outside=outside)
