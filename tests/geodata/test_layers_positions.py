"""Coordinates in another system than they are said to be in are refused; other countries' right places never are."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.crs import parse_crs, to_wgs84, wgs84_to_gcj02
from geodata.positions import check_positions
from geodata.sources import read_source
from gridgis.errors import Unreadable
from gridgis.geometry import xy_to_metric
from tests.fakes.office_files import in_degrees, in_metres, point, polygon, write_geojson

WEST = st.tuples(st.floats(73.7, 90.0), st.floats(27.0, 49.5))
EAST = st.tuples(st.floats(90.1, 134.7), st.floats(18.2, 53.5))


def verdict(crs: str, *places: tuple[float, float]) -> str:
    """The code of the refusal of some places, '' when they are taken."""
    xy, system = np.array(places, dtype=float).reshape(-1, 2), parse_crs(crs)
    try:
        check_positions(xy, to_wgs84(xy, system), system, file="a", layer="a")
    except Unreadable as refused:
        return refused.code
    return ""


@pytest.mark.parametrize(
    ("crs", "place", "code"),
    [
        ("EPSG:4326", (120.15, 32.51), ""),
        ("EPSG:4490", (120.15, 32.51), ""),
        ("EPSG:4549", (500_000, 3_600_000), ""),
        ("EPSG:4528", (40_500_000, 3_600_000), ""),
        ("EPSG:3857", (13_358_338, 3_832_340), ""),
        ("GCJ02", (120.15, 32.51), ""),
        ("EPSG:4549", (120.15, 32.51), "layer.degrees_in_metric"),
        ("EPSG:3857", (120.15, 32.51), "layer.degrees_in_metric"),
        ("EPSG:4326", (500_000, 3_600_000), "layer.metres_in_degrees"),
        ("EPSG:4490", (40_500_000, 3_600_000), "layer.metres_in_degrees"),
        ("GCJ02", (13_358_338, 3_832_340), "layer.metres_in_degrees"),
        ("EPSG:4326", (32.51, 120.15), "layer.swapped"),
        ("EPSG:4490", (32.51, 120.15), "layer.swapped"),
        ("GCJ02", (32.51, 120.15), "layer.swapped"),
        ("EPSG:4549", (3_600_000, 500_000), "layer.swapped"),
        ("EPSG:4549", (40_500_000, 3_600_000), "layer.outside_crs"),
        ("EPSG:4528", (500_000, 3_600_000), "layer.outside_crs"),
        ("EPSG:4326", (240.0, 45.0), "layer.outside_crs"),
    ],
)
def test_a_district_in_the_wrong_system_is_refused(crs: str, place: tuple[float, float], code: str) -> None:
    assert verdict(crs, place) == code


@pytest.mark.parametrize(
    "place",
    [
        (24.94, 60.17),  # Helsinki
        (1.52, 42.51),  # Andorra
        (174.76, -36.85),  # Auckland
        (-122.42, 37.77),  # San Francisco
        (15.63, 78.22),  # Longyearbyen
        (-68.3, -54.8),  # Ushuaia
        (45.0, 2.0),  # Mogadishu
        (36.8, -1.3),  # Nairobi
        (0.0, 51.5),  # Greenwich
    ],
)
def test_other_countries_are_never_refused(place: tuple[float, float]) -> None:
    assert verdict("EPSG:4326", place) == ""


@pytest.mark.parametrize(("crs", "lon"), [("EPSG:4167", 174.7), ("EPSG:3851", 174.7), ("EPSG:3851", -176.5)])
def test_a_system_used_over_the_180th_meridian_is_used_on_both_sides(crs: str, lon: float) -> None:
    """New Zealand and its Chatham Islands."""
    (xy,) = [(lon, -41.3)] if crs == "EPSG:4167" else xy_to_metric([(lon, -41.3)], 3851).tolist()
    assert verdict(crs, (xy[0], xy[1])) == ""


@pytest.mark.parametrize(("crs", "place"), [("EPSG:4490", (43.8, 87.6)), ("EPSG:4258", (60.17, 24.94))])
def test_a_system_of_one_country_shows_an_exchange_that_the_globe_allows(crs: str, place: tuple[float, float]) -> None:
    """Ürümqi and Helsinki with the latitude first."""
    assert verdict(crs, place) == "layer.swapped"
    assert verdict(crs, place[::-1]) == ""


def test_western_china_exchanged_would_lie_in_ice_where_nobody_lives() -> None:
    assert verdict("EPSG:4326", (43.8, 87.6)) == "layer.swapped"
    assert verdict("EPSG:4326", (37.1, 79.9)) == "layer.swapped"


@given(WEST | EAST)
def test_all_of_china_is_taken_as_it_is_and_told_when_exchanged(place: tuple[float, float]) -> None:
    lon, lat = place
    assert verdict("EPSG:4490", (lon, lat)) == ""
    assert verdict("EPSG:4326", (lon, lat)) == ""
    assert verdict("EPSG:4326", (lat, lon)) == "layer.swapped"
    assert verdict("GCJ02", *wgs84_to_gcj02(np.array([[lon, lat]])).tolist()) == ""


@given(st.floats(-180, 180), st.floats(-90, 72.9))
def test_no_inhabited_place_of_the_globe_is_refused_as_wgs84(lon: float, lat: float) -> None:
    assert verdict("EPSG:4326", (lon, lat)) == ""


@settings(deadline=None)
@given(st.floats(117, 123), st.floats(25, 50))
def test_every_place_near_a_zone_is_taken_in_metres(lon: float, lat: float) -> None:
    """Offices use one zone for all of a district that reaches into the next."""
    (xy,) = xy_to_metric([(lon, lat)], 4549)
    assert verdict("EPSG:4549", (xy[0], xy[1])) == ""
    assert to_wgs84(np.array([xy]), parse_crs("EPSG:4549"))[0] == pytest.approx([lon, lat], abs=1e-8)


def test_a_few_wrong_places_do_not_refuse_a_layer() -> None:
    good = [(120.15, 32.51)] * 9
    assert verdict("EPSG:4326", *good, (32.51, 120.15)) == ""
    assert verdict("EPSG:4549", *[(500_000.0, 3_600_000.0)] * 9, (120.15, 32.51)) == ""


def test_no_places_are_no_fault() -> None:
    assert verdict("EPSG:4549") == ""


def test_the_refusal_shows_the_coordinates_and_where_the_system_is_used(tmp_path: Path) -> None:
    path = write_geojson(tmp_path / "a.geojson", [polygon(in_degrees())], crs="EPSG:4549")
    with pytest.raises(Unreadable) as refused:
        read_source(path)
    shown = {name: refused.value.fields[name] for name in ("file", "layer", "crs", "area")}
    assert refused.value.code == "layer.degrees_in_metric"
    assert shown == {"file": "a.geojson", "layer": "a", "crs": "EPSG:4549", "area": "118.5…121.5, 24.43…53.33"}
    assert float(refused.value.fields["x"]) == pytest.approx(120, abs=0.01)


def test_single_features_in_another_system_are_set_aside(tmp_path: Path) -> None:
    degrees = write_geojson(tmp_path / "a.geojson", [point(120, 32.5)] * 3 + [point(32.5, 120), point(500_000, 3.6e6)])
    (table,) = read_source(degrees)
    assert [(fault.code, fault.row, fault.fields["place"]) for fault in table.faults] == [
        ("geometry.out_of_range", 4, "32.5, 120"),
        ("geometry.out_of_range", 5, "500000, 3600000"),
    ]
    metres = write_geojson(tmp_path / "b.geojson", [polygon(in_metres())] * 3 + [point(120, 32.5)], crs="EPSG:4549")
    (table,) = read_source(metres)
    assert [(fault.code, fault.row) for fault in table.faults] == [("geometry.outside_crs", 4)]
    assert len(table.rows) == 3
