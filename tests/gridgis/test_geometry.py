"""Degrees and metres."""

from __future__ import annotations

import math

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod
from shapely import LineString, MultiPolygon, Point, Polygon, box

from gridgis.geometry import (
    LocalPlane,
    metric_epsg_for,
    to_lonlat,
    to_metric,
    xy_to_lonlat,
    xy_to_metric,
)

GEOD = Geod(ellps="WGS84")
longitudes, latitudes = st.floats(118.5, 121.5), st.floats(20, 50)


@given(longitudes, latitudes)
def test_points_go_to_metres_and_back_to_a_millimetre(lon: float, lat: float) -> None:
    metres = xy_to_metric((lon, lat))
    assert metres.shape == (1, 2)
    assert xy_to_lonlat(metres)[0] == pytest.approx((lon, lat), abs=1e-8)


@given(longitudes, latitudes)
def test_geometries_go_the_same_way_as_points(lon: float, lat: float) -> None:
    moved = to_metric(Point(lon, lat))
    assert (moved.x, moved.y) == pytest.approx(tuple(xy_to_metric((lon, lat))[0]))
    back = to_lonlat(moved)
    assert (back.x, back.y) == pytest.approx((lon, lat), abs=1e-8)


def test_the_central_meridian_lies_at_half_a_million_metres() -> None:
    assert xy_to_metric((120.0, 32.5))[0, 0] == pytest.approx(500_000, abs=1e-3)


def test_metres_are_metres_near_the_central_meridian() -> None:
    west, east = xy_to_metric([(120.10, 32.5), (120.11, 32.5)])
    _, _, wanted = GEOD.inv(120.10, 32.5, 120.11, 32.5)
    assert math.dist(west, east) == pytest.approx(wanted, rel=1e-4)


def test_arrays_of_geometries_are_moved_at_once_and_keep_their_parts() -> None:
    areas = np.array([box(120, 32, 120.1, 32.1), MultiPolygon([box(120, 32, 120.1, 32.1), box(121, 32, 121.1, 32.1)])])
    back = to_lonlat(to_metric(areas))
    assert shapely.get_num_geometries(back).tolist() == [1, 2]
    assert shapely.equals_exact(back, areas, tolerance=1e-8).all()


@pytest.mark.parametrize("empty", [np.zeros((0, 2)), []])
def test_no_points_stay_no_points(empty: list[float]) -> None:
    assert xy_to_metric(empty).shape == (0, 2)
    assert xy_to_lonlat(empty).shape == (0, 2)


@pytest.mark.parametrize(
    ("longitude", "epsg"), [(120.0, 4549), (120.3, 4549), (119.9, 4549), (121.6, 4550), (117.0, 4548), (75.0, 4534)]
)
def test_a_place_in_china_has_the_three_degree_zone_of_its_longitude(longitude: float, epsg: int) -> None:
    assert metric_epsg_for(longitude) == epsg


@pytest.mark.parametrize(
    ("longitude", "epsg"), [(24.9, 32635), (1.5, 32631), (-179.9, 32601), (180.0, 32601), (174.8, 32660)]
)
def test_other_countries_have_their_utm_zone(longitude: float, epsg: int) -> None:
    assert metric_epsg_for(longitude) == epsg


@given(lon=st.floats(-180, 180), lat=st.floats(-70, 70), east=st.floats(-0.01, 0.01), north=st.floats(-0.01, 0.01))
def test_the_local_plane_measures_as_the_ellipsoid_does(lon: float, lat: float, east: float, north: float) -> None:
    """About 1 km around its place, to one part in a thousand."""
    plane = LocalPlane(lon, lat)
    moved_m = math.hypot(*plane.xy_to_metres(np.array([[lon + east, lat + north]]))[0])
    _, _, wanted = GEOD.inv(lon, lat, lon + east, lat + north)
    assert moved_m == pytest.approx(wanted, rel=1e-3, abs=1e-3)


@given(longitudes, latitudes, st.floats(0, 1))
def test_the_local_plane_keeps_straight_borders_straight(lon: float, lat: float, share: float) -> None:
    """A point between two others stays between them, though they lie 50 km apart."""
    plane = LocalPlane(120, lat)
    ends = np.array([[lon, lat], [lon + 0.5, lat + 0.2]])
    between = ends[0] * (1 - share) + ends[1] * share
    line = LineString(plane.xy_to_metres(ends))
    assert line.distance(Point(plane.xy_to_metres(between[None])[0])) < 1e-6


@given(longitudes, latitudes)
def test_shapes_come_back_from_the_local_plane(lon: float, lat: float) -> None:
    plane = LocalPlane(120, 32)
    area = box(lon, lat, lon + 0.1, lat + 0.1)
    assert plane.to_lonlat(plane.to_metres(area)).equals_exact(area, 1e-9)


def test_the_local_plane_lies_around_what_it_is_made_for() -> None:
    assert LocalPlane.around([box(120, 32, 121, 33), Polygon(), Point(119, 34)]) == LocalPlane(120, 33)
    assert LocalPlane.around([]) == LocalPlane(0, 0)
