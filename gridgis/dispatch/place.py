"""Place an alarm: refuse what is nowhere or outside the district, and find its cells and their officers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from math import isfinite

import shapely
from shapely import Point

from gridgis.cells.cell import Cell
from gridgis.cells.plan import NoCell
from gridgis.dispatch.alarms import Alarm
from gridgis.dispatch.response import AlarmCell, CellOfficer
from gridgis.dispatch.state import LOCAL_TIME, DistrictState
from gridgis.errors import InvalidValue
from gridgis.geometry import to_metric

_LONGITUDE, _LATITUDE = 180, 90
_TOWN = 1


def cells_of(state: DistrictState, alarm: Alarm, when: datetime) -> tuple[Cell, ...]:
    """The alarm's cells from level 1 downwards in the plan in force; empty without a plan, or in a gap of it.

    Raises:
        InvalidValue: ``place.coordinates``; ``place.outside_district`` with ``nearest`` (town) and ``distance_m``. A
            district with neither outline nor cells has no outside.
    """
    if not (isfinite(alarm.lon) and isfinite(alarm.lat)):
        raise InvalidValue("place.coordinates", lon=alarm.lon, lat=alarm.lat)
    if abs(alarm.lon) > _LONGITUDE or abs(alarm.lat) > _LATITUDE:
        raise InvalidValue("place.coordinates", lon=alarm.lon, lat=alarm.lat)
    plan = state.plan_at(when)
    if plan is None or not plan.cells:
        _check_outline(state, alarm)
        return ()
    located = plan.locate((alarm.lon, alarm.lat))
    found = tuple(cell for cell in located.cells(0) if cell is not None)
    if not found and NoCell(int(located.reason[0])) is NoCell.OUTSIDE:
        raise _outside(state, alarm, plan.cells)
    return found


def with_officers(state: DistrictState, cells: Iterable[Cell], when: datetime) -> tuple[AlarmCell, ...]:
    """Cells with the people who hold posts in them on the local day."""
    day = when.astimezone(LOCAL_TIME).date()
    placed = []
    for cell in cells:
        officers = []
        for post in state.posts_in(cell.code, day):
            person = state.officer_by_id.get(post.officer_id)
            if person is not None:
                officers.append(CellOfficer(person.name, post.role, person.phone))
        placed.append(AlarmCell(cell, tuple(officers)))
    return tuple(placed)


def _check_outline(state: DistrictState, alarm: Alarm) -> None:
    outline = state.district.outline
    if outline is None or outline.covers(Point(alarm.lon, alarm.lat)):
        return
    metric = state.district.metric_epsg
    away_m = shapely.distance(to_metric(outline, metric), to_metric(Point(alarm.lon, alarm.lat), metric))
    if away_m > state.district.border_tolerance_m:
        raise _outside(state, alarm, ())


def _outside(state: DistrictState, alarm: Alarm, cells: Iterable[Cell]) -> InvalidValue:
    metric = state.district.metric_epsg
    point = to_metric(Point(alarm.lon, alarm.lat), metric)
    areas = [(cell.name, cell.geometry) for cell in cells if cell.level == _TOWN]
    if not areas and state.district.outline is not None:
        areas = [(state.district.name, state.district.outline)]
    away = sorted((float(shapely.distance(to_metric(area, metric), point)), name) for name, area in areas)
    distance_m, nearest = away[0] if away else (0.0, state.district.name)
    return InvalidValue(
        "place.outside_district",
        lon=alarm.lon,
        lat=alarm.lat,
        district=state.district.name,
        nearest=nearest,
        distance_m=round(distance_m),
        distance_km=round(distance_m / 1000, 1),
    )
