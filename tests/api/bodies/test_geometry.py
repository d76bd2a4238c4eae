"""How geometries are told."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from shapely import LineString, MultiPolygon, Point, box
from shapely.geometry import shape

from api.bodies.geometry import bbox_of, geometry_of

lons = st.floats(-180, 180)
lats = st.floats(-90, 90)


@given(lons, lats)
def test_a_point_comes_back_to_within_a_centimetre(lon: float, lat: float) -> None:
    told = geometry_of(Point(lon, lat))
    assert told.type == "Point"
    assert abs(told.coordinates[0] - lon) < 1e-7
    assert abs(told.coordinates[1] - lat) < 1e-7


def test_lines_and_areas_are_geojson() -> None:
    area = MultiPolygon([box(120.1, 32.5, 120.2, 32.6), box(120.3, 32.5, 120.4, 32.6)])
    line = LineString([(120.123456789, 32.5), (120.2, 32.6)])
    assert shape(geometry_of(area).model_dump()).equals(area)
    assert geometry_of(line).coordinates[0] == [120.1234568, 32.5]


def test_a_box_is_drawn_around_everything() -> None:
    assert bbox_of(box(120.1, 32.5, 120.2, 32.6)) == [120.1, 32.5, 120.2, 32.6]
    assert bbox_of(box(120.1, 32.5, 120.2, 32.6), Point(120.5, 32.4)) == [120.1, 32.4, 120.5, 32.6]
    assert all(type(value) is float for value in bbox_of(Point(1, 2)))
