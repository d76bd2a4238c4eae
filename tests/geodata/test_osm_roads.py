"""Roads from OpenStreetMap files: streets between junctions, what is kept, what is reported, what is refused."""

from __future__ import annotations

import bz2
import gzip
from dataclasses import replace
from math import inf, isinf
from pathlib import Path

import numpy as np
import pytest

from geodata.osm_roads import read_osm
from gridgis.errors import Unreadable
from gridgis.roads import RoadNetwork, Router
from gridgis.roads.network import same_network
from tests.fakes.osm_files import SOUTH, STEP, WEST, OsmFile, helsinki_file

WAY_WITHOUT_NODES = (
    b'<?xml version="1.0"?><osm version="0.6"><way id="1"><nd ref="1"/><nd ref="2"/>'
    b'<tag k="highway" v="service"/></way></osm>'
)


def streets(network: RoadNetwork) -> set[tuple[int, int]]:
    """Ends of the edges that run as drawn."""
    drawn = np.flatnonzero(~network.reversed)
    return {network.edge_name(edge)[:2] for edge in drawn.tolist()}


def test_streets_run_between_junctions_and_keep_their_shape(tmp_path: Path) -> None:
    osm = OsmFile()
    osm.way((0, 0), (1, 0), (2, 1), (3, 0))
    osm.way((2, 1), (2, 3))
    network = read_osm(osm.write(tmp_path / "a.osm")).network
    assert streets(network) == {(0, 201), (201, 300), (201, 203)}
    first = network.edge_index((0, 201, 0))
    assert len(network.geometry[first].coords) == 3
    assert network.length_m[first] == pytest.approx(94 + 146, abs=2)
    assert dict(zip(network.node_id.tolist(), network.street_count.tolist(), strict=True))[201] == 3


def test_ways_that_carry_on_with_the_same_tags_are_one_street(tmp_path: Path) -> None:
    osm = OsmFile()
    osm.way((0, 0), (1, 0))
    osm.way((2, 0), (1, 0))
    osm.way((2, 0), (3, 0), name="新路")
    network = read_osm(osm.write(tmp_path / "a.osm")).network
    assert streets(network) == {(0, 200), (200, 300)}
    assert network.way_ids[network.edge_index((0, 200, 0))] == (1, 2)
    assert network.name[network.edge_index((200, 300, 0))] == "新路"


@pytest.mark.parametrize(
    "tags", [{"maxweight": "10"}, {"bridge": "yes"}, {"highway": "service"}, {"oneway": "yes"}, {"access": "private"}]
)
def test_streets_end_where_a_tag_that_matters_changes(tmp_path: Path, tags: dict[str, str]) -> None:
    osm = OsmFile()
    osm.way((0, 0), (1, 0))
    osm.way((1, 0), (2, 0), tags={"highway": "residential", **tags})
    assert streets(read_osm(osm.write(tmp_path / "a.osm")).network) == {(0, 100), (100, 200)}


def test_tags_that_do_not_matter_do_not_split(tmp_path: Path) -> None:
    osm = OsmFile()
    osm.way((0, 0), (1, 0), note="west")
    osm.way((1, 0), (2, 0), note="east", source="survey")
    assert streets(read_osm(osm.write(tmp_path / "a.osm")).network) == {(0, 200)}


def test_streets_end_at_barriers_and_barriers_are_counted(tmp_path: Path) -> None:
    osm = OsmFile()
    osm.way((0, 0), (1, 0), (2, 0), (3, 0))
    osm.node((1, 0), barrier="bollard")
    osm.node((2, 0), highway="crossing")
    roads = read_osm(osm.write(tmp_path / "a.osm"))
    assert streets(roads.network) == {(0, 100), (100, 300)}
    assert roads.quality.barriers == {"bollard": 1}
    router = Router(roads.network, least_component_m=0)
    ends = (WEST, SOUTH), (WEST + 3 * STEP, SOUTH)
    assert isinf(router.arrivals("car", [ends[0]], ends[1]).travel_s[0])
    assert router.arrivals("foot", [ends[0]], ends[1]).travel_s[0] < 300


@pytest.mark.parametrize(
    ("tags", "there", "back"),
    [
        ({}, True, True),
        ({"oneway": "yes"}, True, False),
        ({"oneway": "-1"}, False, True),
        ({"oneway": "no"}, True, True),
        ({"highway": "motorway"}, True, False),
        ({"highway": "motorway", "oneway": "no"}, True, True),
        ({"junction": "roundabout"}, True, False),
        ({"oneway": "reversible"}, True, True),
        ({"oneway": "perhaps"}, True, True),
    ],
)
def test_oneways_are_told_or_implied(tmp_path: Path, tags: dict[str, str], *, there: bool, back: bool) -> None:
    osm = OsmFile()
    osm.way((0, 0), (1, 0), tags={"highway": "residential", **tags})
    network = read_osm(osm.write(tmp_path / "a.osm")).network
    names = {network.edge_name(edge)[:2] for edge in range(network.edges)}
    assert names == _both(there=there, back=back)
    assert network.oneway.all() == (there != back)


def _both(*, there: bool, back: bool) -> set[tuple[int, int]]:
    return ({(0, 100)} if there else set()) | ({(100, 0)} if back else set())


def test_a_way_against_its_drawing_turns_its_directed_tags(tmp_path: Path) -> None:
    osm = OsmFile()
    osm.way(
        (0, 0), (1, 0), tags={"highway": "residential", "oneway": "-1", "maxspeed:backward": "40", "maxspeed": "60"}
    )
    network = read_osm(osm.write(tmp_path / "a.osm")).network
    assert network.maxspeed_kmh.tolist() == [40]


def test_a_river_is_crossed_by_its_bridge_only(tmp_path: Path) -> None:
    """Two roads end at the banks, a third crosses by a bridge far away, a fourth is drawn over the river untold."""
    osm = OsmFile()
    osm.way((5, -5), (5, 50), tags={"waterway": "river", "name": "泰州河"})
    osm.way((0, 0), (4.9, 0))
    osm.way((5.1, 0), (9, 0))
    osm.way((0, 0), (0, 40))
    osm.way((9, 0), (9, 40))
    osm.way((0, 40), (4.8, 40))
    osm.way((4.8, 40), (5.2, 40), bridge="yes")
    osm.way((5.2, 40), (9, 40))
    roads = read_osm(osm.write(tmp_path / "a.osm"))
    west, east = (WEST + 4.9 * STEP, SOUTH), (WEST + 5.1 * STEP, SOUTH)
    arrivals = Router(roads.network).arrivals("car", [west], east)
    assert arrivals.distance_m[0] > 8000
    assert roads.quality.untagged_crossings == ()
    assert len(roads.network.water) == 1
    drawn = osm.way((4.9, 20), (5.1, 20))
    assert read_osm(osm.write(tmp_path / "b.osm")).quality.untagged_crossings == (drawn,)


def test_a_walk_at_the_end_of_the_road_does_not_cross_the_river(tmp_path: Path) -> None:
    osm = OsmFile()
    osm.way((5, -5), (5, 50), tags={"waterway": "canal"})
    osm.way((4.5, 0), (4.5, 9))
    osm.way((7, 0), (7, 9))
    osm.way((4.5, 9), (7, 9), bridge="yes")
    network = read_osm(osm.write(tmp_path / "a.osm")).network
    place = (WEST + 5.5 * STEP, SOUTH + 4 * STEP)
    assert Router(network).arrivals("car", [(WEST + 4.5 * STEP, SOUTH)], place).walk_m == pytest.approx(141, abs=2)


def test_what_is_no_road_is_left_out_and_counted(tmp_path: Path) -> None:
    osm = OsmFile()
    osm.way((0, 0), (1, 0))
    osm.way((1, 0), (2, 0), tags={"highway": "construction"})
    osm.way((1, 0), (1, 1), (2, 1), (1, 0), tags={"highway": "pedestrian", "area": "yes"})
    osm.way((1, 0), (9, 0), tags={"route": "ferry"})
    osm.way((0, 0), (0, 5), tags={"highway": "hoverway"})
    roads = read_osm(osm.write(tmp_path / "a.osm"))
    assert roads.quality.left_out == {"construction": 1, "area": 1, "ferry": 1}
    assert [(bad.key, bad.value, bad.count) for bad in roads.quality.bad_tags] == [("highway", "hoverway", 1)]
    assert set(roads.network.highway) == {"residential", "path"}


def test_values_without_sense_are_counted_and_dropped(tmp_path: Path) -> None:
    osm = OsmFile()
    osm.way((0, 0), (1, 0), maxspeed="fast", maxweight="heavy", oneway="maybe")
    osm.way((1, 0), (2, 0), maxspeed="fast", maxheight="default")
    roads = read_osm(osm.write(tmp_path / "a.osm"))
    told = [(bad.key, bad.value, bad.count, bad.ways) for bad in roads.quality.bad_tags]
    assert told == [
        ("maxspeed", "fast", 2, (1, 2)),
        ("maxweight", "heavy", 1, (1,)),
        ("oneway", "maybe", 1, (1,)),
    ]
    assert all("maxspeed" not in tags for tags in roads.network.tags)


def test_faults_of_shape_are_counted(tmp_path: Path) -> None:
    osm = OsmFile()
    osm.way((0, 0), (1, 0))
    osm.way((0, 0), (1, 0))
    osm.way((1, 0), (2, 0), (2, 1), (1, 0))
    osm.nodes[999] = (WEST + STEP, SOUTH, {})
    osm.ways.append((9, [100, 999], {"highway": "residential"}))
    osm.ways.append((10, [100, 100], {"highway": "residential"}))
    roads = read_osm(osm.write(tmp_path / "a.osm"))
    assert (roads.quality.duplicates, roads.quality.loops, roads.quality.zero_length) == (1, 1, 1)
    assert roads.quality.lost_ways == 1
    assert len(streets(roads.network)) == 3


def test_nodes_missing_from_the_extract_cut_roads_and_are_counted(tmp_path: Path) -> None:
    osm = OsmFile()
    osm.way((0, 0), (1, 0), (2, 0), (3, 0), (4, 0))
    del osm.nodes[200]
    quality = read_osm(osm.write(tmp_path / "a.osm")).quality
    assert (quality.missing_nodes, quality.cut_ways, quality.lost_ways) == (1, 1, 0)
    assert quality.edges == 4


def test_turn_restrictions_are_stored_counted_and_kept_to(tmp_path: Path) -> None:
    osm = OsmFile()
    first, second = osm.way((0, 0), (1, 0)), osm.way((1, 0), (1, 1), name="北街")
    via = osm.node((1, 0))
    members = [("way", first, "from"), ("node", via, "via"), ("way", second, "to")]
    osm.relation(members, type="restriction", restriction="no_left_turn", **{"except": "bus;emergency"})
    osm.relation(members, type="restriction", **{"restriction:conditional": "no_left_turn @ (07:00-09:00)"})
    osm.relation(members[:1], type="restriction", restriction="no_u_turn")
    roads = read_osm(osm.write(tmp_path / "a.osm"))
    assert roads.quality.restrictions == {"no_left_turn": 2}
    assert roads.quality.broken_restrictions == 1
    one, other = roads.network.turn_restrictions
    assert (one.from_ways, one.via_nodes, one.to_ways) == ((first,), (via,), (second,))
    assert one.excepted == ("bus", "emergency")
    assert other.condition == "(07:00-09:00)"
    router = Router(roads.network)
    car, engine, walker = (
        router.arrivals(code, [(WEST, SOUTH)], (WEST + STEP, SOUTH + STEP)).travel_s[0]
        for code in ("car", "fire_engine", "foot")
    )
    assert car == inf
    assert engine < 60
    assert walker < inf


@pytest.mark.parametrize(
    ("tags", "bound"),
    [
        ({"type": "restriction", "restriction": "no_right_turn"}, {"car", "fire_engine"}),
        ({"type": "restriction", "restriction:hgv": "no_right_turn"}, {"fire_engine"}),
        ({"type": "restriction:hgv", "restriction": "no_right_turn"}, {"fire_engine"}),
        ({"type": "restriction", "restriction:motorcar": "no_right_turn"}, {"car", "fire_engine"}),
        ({"type": "restriction", "restriction:bicycle": "no_right_turn"}, set()),
        ({"type": "restriction:bus", "restriction": "no_right_turn"}, set()),
        ({"type": "restriction", "restriction": "no_right_turn", "except": "emergency"}, {"car"}),
        ({"type": "restriction", "restriction:hgv": "no_right_turn", "except": "emergency"}, set()),
        ({"type": "restriction", "restriction:hgv:conditional": "no_right_turn @ (07:00-09:00)"}, set()),
        (
            {
                "type": "restriction",
                "restriction": "no_right_turn",
                "restriction:conditional": "none @ (Mo-Fr 07:00-09:00; Sa 08:00-12:00)",
            },
            {"car", "fire_engine"},
        ),
    ],
)
def test_rules_about_turning_bind_the_kinds_of_vehicles_that_they_name(
    tmp_path: Path, tags: dict[str, str], bound: set[str]
) -> None:
    osm = OsmFile()
    first, second = osm.way((0, 0), (1, 0)), osm.way((1, 0), (1, 1), name="北街")
    osm.way((1, 0), (2, 0), name="东街")
    members = [("way", first, "from"), ("node", osm.node((1, 0)), "via"), ("way", second, "to")]
    osm.relation(members, **tags)
    router = Router(read_osm(osm.write(tmp_path / "a.osm")).network)
    start, ends = [(WEST, SOUTH)], (WEST + STEP, SOUTH + STEP)
    straight = 3 * STEP * 111_195
    assert {
        code for code in ("car", "fire_engine", "foot") if router.arrivals(code, start, ends).distance_m[0] > straight
    } == bound


def test_water_railways_and_places_are_read_for_the_base_map(tmp_path: Path) -> None:
    osm = OsmFile()
    osm.way((0, 0), (1, 0))
    osm.way((0, 5), (9, 5), tags={"waterway": "canal", "name": "运河"})
    osm.way((0, 6), (9, 6), tags={"waterway": "stream", "tunnel": "culvert"})
    osm.way((0, 7), (9, 7), tags={"railway": "rail"})
    osm.way((3, 3), (4, 3), (4, 4), (3, 3), tags={"natural": "water", "water": "lake", "name": "溱湖"})
    osm.way((6, 3), (6.1, 3), (6.1, 3.1), (6, 3), tags={"natural": "water"})
    osm.way((1, 8), (3, 8), (3, 9), (1, 8), tags={})
    osm.relation([("way", 7, "outer")], type="multipolygon", natural="water", water="river")
    osm.node((2, 2), place="village", name="白米村")
    roads = read_osm(osm.write(tmp_path / "a.osm"))
    told = sorted((one.layer, one.kind, one.name, one.geometry.geom_type) for one in roads.base_map)
    assert told == [
        ("places", "village", "白米村", "Point"),
        ("railways", "rail", "", "LineString"),
        ("water", "lake", "溱湖", "Polygon"),
        ("water", "river", "", "Polygon"),
        ("water", "water", "", "Polygon"),
        ("waterways", "canal", "运河", "LineString"),
    ]
    assert len(roads.network.water) == 3


def test_the_format_is_told_by_the_content_not_the_name(tmp_path: Path) -> None:
    osm = OsmFile()
    osm.way((0, 0), (1, 0))
    text = osm.text().encode()
    plain = read_osm(osm.write(tmp_path / "roads.txt")).network
    for name, content in (("a.gz", gzip.compress(text)), ("b.bz2", bz2.compress(text))):
        (tmp_path / name).write_bytes(content)
        network = read_osm(tmp_path / name).network
        assert same_network(replace(network, source=plain.source), plain)


def test_ways_may_stand_before_their_nodes(tmp_path: Path) -> None:
    osm = OsmFile()
    osm.way((0, 0), (1, 0), (2, 0))
    path = tmp_path / "a.osm"
    path.write_text(osm.text(("way", "relation", "node")), encoding="utf-8")
    assert streets(read_osm(path).network) == {(0, 200)}


def test_the_source_is_named_and_made_up_data_is_not_said_to_be_openstreetmaps(tmp_path: Path) -> None:
    osm = OsmFile()
    osm.way((0, 0), (1, 0))
    source = read_osm(osm.write(tmp_path / "a.osm")).network.source
    assert (source.name, source.attribution) == ("a.osm", "© OpenStreetMap contributors")
    assert len(source.sha256) == 64
    osm.generator = "GridGIS demo"
    assert "OpenStreetMap" not in read_osm(osm.write(tmp_path / "b.osm")).network.source.attribution


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "osm.empty"),
        (b"  \n", "osm.empty"),
        (b"hello, this is no map\n" * 50, "osm.not_osm"),
        (b"PK\x03\x04 a workbook", "osm.not_osm"),
        (b'<?xml version="1.0"?><osm version="0.6"><node id="1" lat="1" lon="1"/>', "osm.truncated"),
        (b'<?xml version="1.0"?><osm version="0.6"><node id="1" </osm>', "osm.damaged"),
        (b'<?xml version="1.0"?><gpx version="1.1"></gpx>', "osm.damaged"),
        (b'<?xml version="1.0"?><osm version="0.6"><node id="1" lat="1" lon="1"/></osm>', "osm.no_roads"),
        (WAY_WITHOUT_NODES, "osm.no_nodes"),
    ],
)
def test_files_that_are_no_roads_are_refused_each_in_its_own_words(tmp_path: Path, content: bytes, code: str) -> None:
    path = tmp_path / "roads.osm.pbf"
    path.write_bytes(content)
    with pytest.raises(Unreadable) as caught:
        read_osm(path)
    assert caught.value.code == code
    assert caught.value.fields["file"] == "roads.osm.pbf"


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    for path in (tmp_path / "nothing.pbf", tmp_path):
        with pytest.raises(Unreadable) as caught:
            read_osm(path)
        assert caught.value.code == "osm.missing"


@pytest.mark.parametrize("share", [0.001, 0.1, 0.5, 0.9, 0.99999])
def test_a_truncated_pbf_is_refused_wherever_it_breaks_off(tmp_path: Path, share: float) -> None:
    content = helsinki_file().read_bytes()
    path = tmp_path / "cut.osm.pbf"
    path.write_bytes(content[: int(len(content) * share)])
    with pytest.raises(Unreadable) as caught:
        read_osm(path)
    assert caught.value.code == "osm.truncated"


def test_a_damaged_pbf_is_refused(tmp_path: Path) -> None:
    content = bytearray(helsinki_file().read_bytes())
    middle = len(content) // 2
    content[middle : middle + 4000] = bytes(4000)
    path = tmp_path / "damaged.osm.pbf"
    path.write_bytes(content)
    with pytest.raises(Unreadable) as caught:
        read_osm(path)
    assert caught.value.code in {"osm.damaged", "osm.truncated"}


class Steps:
    """Progress that is written down."""

    def __init__(self) -> None:
        self.told: list[tuple[str, int | None]] = []

    def start(self, task: str, total: int | None) -> None:
        self.told.append((task, total))

    def advance(self, done: int) -> None:
        self.told.append(("+", done))

    def finish(self) -> None:
        self.told.append(("done", None))


def test_progress_is_told_and_every_task_ends(tmp_path: Path) -> None:
    osm = OsmFile()
    osm.way((0, 0), (1, 0))
    steps = Steps()
    read_osm(osm.write(tmp_path / "a.osm"), progress=steps)
    tasks = [task for task, _ in steps.told if task.startswith("progress.")]
    assert tasks == ["progress.roads.ways", "progress.roads.nodes", "progress.roads.water", "progress.roads.join"]
    assert [task for task, _ in steps.told].count("done") == len(tasks)
