"""Coordinates are understood as people dictate and paste them, whichever system they are in."""

from __future__ import annotations

import numpy as np
import pytest

from api.desk.coordinates import coordinates_typed
from geodata.crs import wgs84_to_bd09, wgs84_to_gcj02
from gridgis.errors import InvalidValue

HERE = (120.15, 32.51)


@pytest.mark.parametrize(
    "text",
    [
        "120.15,32.51",
        "120.15 32.51",
        "32.51，120.15",
        "(120.15, 32.51)",
        "WGS84 120.15 32.51",
        "120.15, 32.51 CGCS2000",
        "东经120.15 北纬32.51",
        "N32.51 E120.15",
        "32.51N, 120.15E",
        "北纬32°30′36″ 东经120°9′0″",
        "120°09'00\" 32°30'36\"",
        "经度:120.15 纬度:32.51",
        "lat 32.51 lon 120.15",
    ],
)
def test_one_place_is_understood_however_it_is_written(text: str) -> None:
    found = coordinates_typed(text)
    assert found is not None
    assert found[:2] == pytest.approx(HERE, abs=1e-6)


@pytest.mark.parametrize(
    ("move", "names"),
    [(wgs84_to_gcj02, ("GCJ-02", "gcj02", "高德", "火星坐标")), (wgs84_to_bd09, ("BD-09", "bd09", "百度坐标"))],
)
def test_shifted_systems_are_shifted_back(move: object, names: tuple[str, ...]) -> None:
    assert callable(move)
    ((x, y),) = move(np.array([HERE])).tolist()
    for name in names:
        for text in (f"{name} {x},{y}", f"{x},{y} {name}"):
            found = coordinates_typed(text)
            assert found is not None, text
            assert found[:2] == pytest.approx(HERE, abs=1e-6)


@pytest.mark.parametrize("text", ["", "白米镇昌桥村", "120.15", "1号楼 2单元 303", "120.15 32.51 7", "328国道 12公里"])
def test_what_is_no_pair_is_left_to_the_search(text: str) -> None:
    assert coordinates_typed(text) is None


def test_a_pair_that_is_nowhere_is_refused() -> None:
    with pytest.raises(InvalidValue, match=r"place\.coordinates"):
        coordinates_typed("120.15 320.51")
