"""Islands and suspicious ends on small maps drawn for them, and on the real extract of Helsinki."""

from __future__ import annotations

from math import isinf
from pathlib import Path

import pytest

from geodata.osm_roads import read_osm
from gridgis.roads import Router
from gridgis.roads.road_faults import EndKind, find_islands, find_suspicious_ends
from maps.road_report import road_report
from maps.words import Words
from tests.fakes.osm_files import OsmFile, helsinki_file


def drawn() -> OsmFile:
    """A town of two kilometres whose outline keeps what is inside away from the edge of the file."""
    osm = OsmFile()
    osm.way((0, 0), (20, 0), (20, 20), (0, 20), (0, 0), name="环路")
    osm.way((0, 10), (20, 10), name="中路")
    for node in ((0, 0), (0, 10)):
        osm.node(node)
    osm.way((0, 0), (0, 10), name="西路")
    osm.way((20, 0), (20, 10), name="东路")
    return osm


def router_of(osm: OsmFile, tmp_path: Path) -> Router:
    return Router(read_osm(osm.write(tmp_path / "a.osm")).network)


def test_roads_that_hang_on_nothing_are_islands_the_longest_first(tmp_path: Path) -> None:
    osm = drawn()
    osm.way((5, 5), (5, 6), name="短岛")
    osm.way((8, 5), (8, 8), name="长岛")
    found = find_islands(router_of(osm, tmp_path), "fire_engine")
    assert [one.names for one in found] == [("长岛",), ("短岛",)]
    assert found[0].length_m == pytest.approx(333.6, rel=0.01)


def test_an_end_near_a_road_that_it_does_not_meet_is_a_gap(tmp_path: Path) -> None:
    osm = drawn()
    osm.way((10, 0), (10, 9.9), name="差一点")
    osm.way((20, 0), (10, 0), name="接头")
    osm.way((12, 0), (12, 5), name="到此为止")
    osm.way((10, 0), (12, 0), name="接头")
    (found,) = find_suspicious_ends(router_of(osm, tmp_path))
    assert (found.kind, found.name) == (EndKind.GAP, "差一点")
    assert found.gap_m == pytest.approx(11.1, rel=0.02)


def test_a_main_road_that_ends_is_told_and_one_at_the_edge_of_the_file_is_not(tmp_path: Path) -> None:
    osm = drawn()
    osm.way((0, 0), (5, 5), tags={"highway": "primary"}, name="断国道")
    osm.way((20, 10), (21, 10), tags={"highway": "primary"}, name="出境国道")
    (found,) = find_suspicious_ends(router_of(osm, tmp_path))
    assert (found.kind, found.name, isinf(found.gap_m)) == (EndKind.MAIN_ROAD, "断国道", True)


def test_helsinki_has_islands_and_its_report_opens_without_a_network() -> None:
    roads = read_osm(helsinki_file())
    router = Router(roads.network)
    islands = find_islands(router, "fire_engine")
    assert len(islands) > 10
    assert roads.quality.level_crossings == 6
    for language in ("zh", "en"):
        page = road_report(
            router,
            router.streets.metric_epsg,
            Words.load(language),
            name="Helsinki",
            profile_code="fire_engine",
            quality=None,
        )
        assert "https://" not in page.split("Content-Security-Policy")[0]
        assert "default-src 'none'" in page
