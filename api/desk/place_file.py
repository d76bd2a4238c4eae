"""Open the file of a place: people, enterprises, past alarms, water, earlier calls."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING
from uuid import UUID

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from api.asked import Asked
from api.bodies.place_file import EarlierCall, NearAlarm, NearEnterprise, NearEntrance, NearWater, PersonBody
from api.questions import serving
from gridgis.access import MASKS, Action
from gridgis.geometry import to_metric, xy_to_metric

if TYPE_CHECKING:
    from geodata.store import Store

NEAR_M = 500.0
WATER_M = 800.0
MOST = 8
METRES_A_DEGREE = 111_320.0
_WATER = frozenset({"water", "waterways"})

Place = tuple[float, float]


def people_of(asked: Asked, place: Place) -> list[PersonBody]:
    """Who answers for the cells of a place, the smallest cell first; telephones as they may be seen."""
    plan = asked.plan_if_any
    if plan is None:
        return []
    hide, found = MASKS["officer"]["phone"], []
    for cell in reversed([cell for cell in plan.locate(place).cells(0) if cell is not None]):
        codes = asked.data.record_areas(asked.now).chain(cell.code)
        if not asked.sight.areas(Action.OFFICERS_READ).covers(codes):
            continue
        full = asked.sight.areas(hide.action).covers(codes)
        for person, post in serving(asked.state, cell, asked.now).people:
            phone = person.phone if full else hide.hide(person.phone)
            found.append(PersonBody(name=person.name, role=post.role, cell=cell.name, phone=phone))
    return found


def enterprises_near(asked: Asked, place: Place, chosen: UUID | None) -> list[NearEnterprise]:
    """Enterprises with a site near a place, the one named first, then the nearest."""
    sites = [site for site in asked.state.sites if site.lon is not None and site.lat is not None]
    away_m = _away_m(asked, np.array([(site.lon, site.lat) for site in sites], np.float64).reshape(-1, 2), place)
    near = sorted(
        (float(away), number)
        for number, away in enumerate(away_m.tolist())
        if away <= NEAR_M or sites[number].enterprise_id == chosen
    )
    found: dict[UUID, NearEnterprise] = {}
    for away, number in near:
        site = sites[number]
        if site.enterprise_id in found or not asked.sight.sees("enterprise", site.enterprise_id):
            continue
        shown = asked.sight.masked(asked.data.enterprise(site.enterprise_id))
        found[shown.id] = NearEnterprise(
            id=shown.id,
            name=shown.name,
            site=site.name,
            risk=shown.risk,
            industry=shown.industry,
            chemicals=shown.chemicals,
            staff=shown.staff,
            contact=shown.contact,
            phone=shown.phone,
            address=site.address,
            away_m=away,
        )
    return sorted(found.values(), key=lambda one: (one.id != chosen, one.away_m))[:MOST]


def entrances_near(asked: Asked, store: Store, place: Place) -> list[NearEntrance]:
    """Gates of the sites near a place, the nearest first."""
    sites = {
        site.id: site
        for site in asked.state.sites
        if site.lon is not None and site.lat is not None and asked.sight.sees("enterprise", site.enterprise_id)
    }
    listed = list(sites.values())
    away_m = _away_m(asked, np.array([(site.lon, site.lat) for site in listed], np.float64).reshape(-1, 2), place)
    near = [site.id for site, away in zip(listed, away_m.tolist(), strict=True) if away <= NEAR_M]
    gates = store.entrances(near)
    from_here = _away_m(asked, np.array([(one.lon, one.lat) for one in gates], np.float64).reshape(-1, 2), place)
    found = [
        NearEntrance(
            site=sites[one.site_id].name, name=one.name, note=one.note, lon=one.lon, lat=one.lat, away_m=float(away)
        )
        for one, away in zip(gates, from_here.tolist(), strict=True)
    ]
    return sorted(found, key=lambda one: one.away_m)[:MOST]


def alarms_near(asked: Asked, place: Place) -> list[NearAlarm]:
    """Alarms of before near a place, the newest first."""
    alarms = asked.sight.chosen("alarm", asked.state.alarms)
    away_m = _away_m(asked, np.array([(one.lon, one.lat) for one in alarms], np.float64).reshape(-1, 2), place)
    near = [
        NearAlarm(
            id=one.id,
            code=one.code,
            type=one.type,
            level=one.level,
            reported_at=one.reported_at.astimezone(UTC),
            address=one.address,
            away_m=float(away),
            people=sum(sent.people for sent in asked.data.dispatches_of.get(one.id, ())),
        )
        for one, away in zip(alarms, away_m.tolist(), strict=True)
        if away <= NEAR_M
    ]
    return sorted(near, key=lambda one: one.reported_at, reverse=True)[:MOST]


def water_near(asked: Asked, place: Place) -> list[NearWater]:
    """Water near a place, the nearest first: where engines may draw, and what lies between."""
    metric = asked.state.district.metric_epsg
    point = to_metric(shapely.Point(place), metric)
    box = shapely.box(*_around(place, WATER_M))
    found: dict[tuple[str, str], float] = {}
    for feature in asked.data.base_features:
        shape = feature.geometry
        if feature.layer not in _WATER or not isinstance(shape, BaseGeometry) or not shape.intersects(box):
            continue
        away = float(to_metric(shape, metric).distance(point))
        key = (feature.kind, feature.name)
        if away <= WATER_M:
            found[key] = min(away, found.get(key, away))
    ordered = sorted(found.items(), key=lambda one: one[1])
    return [NearWater(kind=kind, name=name, away_m=away) for (kind, name), away in ordered[:MOST]]


def calls_from(store: Store, phone: str) -> list[EarlierCall]:
    """Incidents about which somebody called from a number before, the newest first."""
    found = sorted(store.calls_from(phone.strip()), key=lambda one: one.received_at, reverse=True)
    return [
        EarlierCall(
            id=one.id,
            code=one.code,
            type=one.type,
            address=one.address,
            received_at=one.received_at.astimezone(UTC),
        )
        for one in found[:MOST]
    ]


def _around(place: Place, metres: float) -> tuple[float, float, float, float]:
    """West, south, east, north of a box around a place."""
    lon, lat = place
    up = metres / METRES_A_DEGREE
    side = up / max(0.1, float(np.cos(np.radians(lat))))
    return lon - side, lat - up, lon + side, lat + up


def _away_m(asked: Asked, lonlat: NDArray[np.float64], place: Place) -> NDArray[np.float64]:
    """Metres from points (n, 2) to a place on the district's plane."""
    points = xy_to_metric(lonlat, asked.state.district.metric_epsg)
    here = xy_to_metric([place], asked.state.district.metric_epsg)
    return np.asarray(np.hypot(*(points - here).T), dtype=np.float64)
