from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod

from geodata.crs import (
    bd09_to_wgs84,
    gcj02_to_wgs84,
    parse_crs,
    to_wgs84,
    wgs84_to_bd09,
    wgs84_to_gcj02,
)
from gridgis.errors import InvalidValue

IN_CHINA = st.lists(st.tuples(st.floats(73, 135.5), st.floats(3, 54)), min_size=1, max_size=20)
ABROAD = st.tuples(st.floats(-180, 71.9) | st.floats(137.9, 180), st.floats(-90, 90))
ESRI_4549 = (
    'PROJCS["CGCS2000_3_Degree_GK_CM_120E",GEOGCS["GCS_China_Geodetic_Coordinate_System_2000",DATUM["D_China_2000",'
    'SPHEROID["CGCS2000",6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],'
    'PROJECTION["Gauss_Kruger"],PARAMETER["False_Easting",500000.0],PARAMETER["False_Northing",0.0],'
    'PARAMETER["Central_Meridian",120.0],PARAMETER["Scale_Factor",1.0],PARAMETER["Latitude_Of_Origin",0.0],'
    'UNIT["Meter",1.0]]'
)


def metres_apart(one: np.ndarray, other: np.ndarray) -> float:
    return float(Geod(ellps="WGS84").inv(*one.T, *other.T)[2].max())


@given(IN_CHINA)
def test_the_way_back_from_gcj02_ends_within_a_millimetre(points: list[tuple[float, float]]) -> None:
    places = np.array(points)
    assert metres_apart(gcj02_to_wgs84(wgs84_to_gcj02(places)), places) < 0.001


@given(IN_CHINA)
def test_the_way_back_from_bd09_ends_within_a_millimetre(points: list[tuple[float, float]]) -> None:
    places = np.array(points)
    assert metres_apart(bd09_to_wgs84(wgs84_to_bd09(places)), places) < 0.001


def test_the_way_back_ends_on_the_meridian_where_the_formula_has_a_kink() -> None:
    places = np.column_stack((105 + np.geomspace(1e-12, 1e-3, 50), np.full(50, 35.0)))
    assert metres_apart(gcj02_to_wgs84(wgs84_to_gcj02(places)), places) < 0.001


@given(ABROAD)
def test_outside_china_nothing_is_shifted(place: tuple[float, float]) -> None:
    places = np.array([place])
    for move in (wgs84_to_gcj02, gcj02_to_wgs84, wgs84_to_bd09, bd09_to_wgs84):
        assert move(places).tolist() == places.tolist()


def test_the_shifts_are_the_published_ones() -> None:
    """Tian'anmen Square, as published with the formulas."""
    place = np.array([[116.404, 39.915]])
    assert wgs84_to_gcj02(place)[0] == pytest.approx([116.41024449916938, 39.91640428150164], abs=1e-9)
    assert wgs84_to_bd09(place)[0] == pytest.approx([116.41662724378733, 39.922699552216216], abs=1e-9)


def test_the_shift_in_the_district_is_hundreds_of_metres() -> None:
    place = np.array([[120.15, 32.51]])
    assert 300 < metres_apart(wgs84_to_gcj02(place), place) < 700
    assert 800 < metres_apart(wgs84_to_bd09(place), place) < 1500


def test_moving_points_leaves_the_given_array_as_it_is() -> None:
    places = np.array([[120.15, 32.51]])
    wgs84_to_gcj02(places)
    assert places.tolist() == [[120.15, 32.51]]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("EPSG:4549", "EPSG:4549"),
        ("epsg:4549", "EPSG:4549"),
        ("4490", "EPSG:4490"),
        (" GCJ-02 ", "GCJ02"),
        ("gcj02", "GCJ02"),
        ("火星坐标系", "GCJ02"),
        ("BD-09", "BD09"),
        ("百度坐标", "BD09"),
        ("CGCS2000", "EPSG:4490"),
        ("WGS 84", "EPSG:4326"),
        ("urn:ogc:def:crs:OGC:1.3:CRS84", "EPSG:4326"),
        ("urn:ogc:def:crs:EPSG::4528", "EPSG:4528"),
        (ESRI_4549, "EPSG:4549"),
    ],
)
def test_systems_are_known_by_what_people_write(text: str, name: str) -> None:
    assert parse_crs(text).name == name


@pytest.mark.parametrize("text", ["", "EPSG:999999", "姜堰坐标", "99999999999999999999", "-5"])
def test_an_unknown_system_is_refused(text: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        parse_crs(text)
    assert refused.value.code == "crs.unknown"


@pytest.mark.parametrize("text", ["EPSG:4978", "EPSG:5773"])
def test_a_system_without_east_and_north_is_refused(text: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        parse_crs(text)
    assert refused.value.code == "crs.unusable"


@pytest.mark.parametrize(
    ("crs", "xy"),
    [
        ("EPSG:4326", (120.0, 32.524364918)),
        ("EPSG:4490", (120.0, 32.524364918)),
        ("EPSG:4549", (500_000, 3_600_000)),
        ("EPSG:4528", (40_500_000, 3_600_000)),
        ("EPSG:3857", (13_358_338.895, 3832340.206)),
        (ESRI_4549, (500_000, 3_600_000)),
        ("+proj=tmerc +lon_0=120 +x_0=500000 +ellps=GRS80", (500_000, 3_600_000)),
    ],
)
def test_east_comes_first_in_every_system_and_longitude_in_what_is_made_of_it(
    crs: str, xy: tuple[float, float]
) -> None:
    """Though EPSG:4490 and 4549 name north first."""
    assert to_wgs84(np.array([xy]), parse_crs(crs))[0] == pytest.approx([120.0, 32.524364918], abs=2e-6)


def test_shifted_systems_are_moved_back() -> None:
    place = np.array([[120.15, 32.51]])
    assert to_wgs84(wgs84_to_gcj02(place), parse_crs("GCJ02")) == pytest.approx(place, abs=1e-9)
    assert to_wgs84(wgs84_to_bd09(place), parse_crs("BD09")) == pytest.approx(place, abs=1e-9)


def test_no_points_are_moved_to_no_points() -> None:
    for crs in ("EPSG:4326", "EPSG:4549", "GCJ02", "BD09"):
        assert to_wgs84(np.empty((0, 2)), parse_crs(crs)).shape == (0, 2)


def test_it_is_known_which_systems_lie_exactly() -> None:
    exact = {name: parse_crs(name).exact for name in ("EPSG:4549", "EPSG:3857", "GCJ02", "EPSG:2437", "EPSG:4610")}
    assert exact == {"EPSG:4549": True, "EPSG:3857": True, "GCJ02": True, "EPSG:2437": False, "EPSG:4610": False}
