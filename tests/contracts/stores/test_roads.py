"""The road network comes back as it was put, in its order; the same again changes nothing; what was altered is said."""

from __future__ import annotations

from dataclasses import asdict, replace
from functools import cache
from uuid import UUID

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely import LineString, MultiPolygon, Point, Polygon, box
from shapely.geometry.base import BaseGeometry

from geodata.osm_file import BaseMapFeature
from geodata.osm_roads import OsmRoads, read_osm
from geodata.store import Changes, Store, open_store
from geodata.store.road_schema import BASE_MAP
from gridgis.dispatch.state import DistrictState
from gridgis.errors import InvalidValue, StoreFault
from gridgis.roads import RoadNetwork
from gridgis.roads.network import objects, same_network
from tests.fakes.osm_files import helsinki_file
from tests.fakes.road_networks import base_maps, road_networks, street_grid
from tests.fakes.stores import NOW, Places, look, some_enterprises
from tests.fakes.tiny_district import tiny_roads

FEW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
RIVER = LineString([(120.0, 32.4), (120.1, 32.5)])
LAKE = box(120.0, 32.4, 120.01, 32.41)


@cache
def helsinki() -> OsmRoads:
    return read_osm(helsinki_file())


def put(store: Store, network: RoadNetwork, *features: BaseMapFeature, quality: object = None) -> Changes:
    with store.unit_of_work(actor="test", now=NOW) as work:
        changes = work.put_roads(network, features, quality)  # type: ignore[arg-type]
        work.commit()
    return changes


def by_layer(features: list[BaseMapFeature]) -> tuple[BaseMapFeature, ...]:
    layers = list(BASE_MAP)
    return tuple(sorted(features, key=lambda feature: layers.index(feature.layer)))


@FEW
@given(road_networks(), base_maps())
def test_any_network_and_base_map_come_back_and_are_the_same_again(
    shared_store: Store, network: RoadNetwork, features: list[BaseMapFeature]
) -> None:
    with shared_store.unit_of_work(actor="test", now=NOW) as work:
        first = work.put_roads(network, features)
        stored = work.roads()
        assert stored is not None
        assert same_network(stored, network)
        assert work.base_map() == by_layer(features)
        for again in (network, stored):
            assert work.put_roads(again, work.base_map()) == Changes(unchanged=first.added)


@FEW
@given(road_networks(), road_networks())
def test_another_network_takes_the_place_of_the_first(
    shared_store: Store, first: RoadNetwork, other: RoadNetwork
) -> None:
    with shared_store.unit_of_work(actor="test", now=NOW) as work:
        work.put_roads(first)
        work.put_roads(other)
        stored = work.roads()
        assert stored is not None
        assert same_network(stored, other)


def test_the_order_of_keys_in_tags_does_not_matter(store: Store) -> None:
    network = tiny_roads()
    turned = replace(network, tags=objects(dict(reversed(one.items())) for one in network.tags))
    put(store, network)
    version = store.version()
    put(store, turned)
    assert store.version() == version


def test_helsinki_comes_back_with_its_base_map_and_report(store: Store) -> None:
    roads = helsinki()
    with store.unit_of_work(actor="test", now=NOW) as work:
        work.put_roads(roads.network, roads.base_map, asdict(roads.quality))
        work.commit()
    with open_store(store.database.name) as again:
        stored = again.roads()
        assert stored is not None
        assert same_network(stored, roads.network)
        assert again.base_map() == by_layer(list(roads.base_map))
        told = again.road_quality()
        assert told is not None
        assert told["ways"] == roads.quality.ways
        assert told["components"]["foot"]["nodes"] == roads.quality.components["foot"].nodes
        state = again.state().roads
        assert state is not None
        assert same_network(state, roads.network)


def test_the_same_roads_again_change_nothing(store: Store) -> None:
    roads = helsinki()
    first = put(store, roads.network, *roads.base_map, quality={"ways": 3})
    version = store.version()
    again = put(store, roads.network, *roads.base_map, quality={"ways": 3})
    assert again == Changes(unchanged=first.added)
    assert store.version() == version
    assert len(store.events(noun="roads")) == 1


def test_there_are_no_roads_before_some_were_put(store: Store) -> None:
    assert (store.roads(), store.road_quality(), store.base_map(), store.state().roads) == (None, None, (), None)


def test_a_network_without_roads_is_not_the_same_as_none(store: Store) -> None:
    empty = street_grid(1, 1)
    put(store, empty)
    stored = store.roads()
    assert stored is not None
    assert same_network(stored, empty)


def test_one_event_tells_of_the_file_and_the_counts(store: Store) -> None:
    network, smaller = street_grid(5, 4), street_grid(4, 4)
    put(store, network, BaseMapFeature("waterways", "river", "中干河", RIVER))
    put(store, replace(smaller, source=replace(network.source, name="新道路.osm.pbf", sha256="cd" * 32)))
    first, second = store.events(noun="roads")
    assert (first.what, second.what) == ("added", "updated")
    assert first.noun_id == second.noun_id == UUID(look(store, "SELECT id FROM road_sources")[0][0])
    assert (first.body["file"], first.body["sha256"]) == ("道路.osm.pbf", "ab" * 32)
    assert first.body["road_edges"] == {"added": 62, "updated": 0, "removed": 0, "unchanged": 0}
    assert first.body["waterways"]["added"] == 1
    assert second.body["file"] == "新道路.osm.pbf"
    assert second.body["road_nodes"] == {"added": 0, "updated": 12, "removed": 4, "unchanged": 4}
    assert second.body["waterways"]["removed"] == 1
    assert second.body["road_sources"]["updated"] == 1


def test_the_import_that_brings_the_roads_names_the_file_in_the_event(store: Store) -> None:
    with store.unit_of_work(actor="王芳", now=NOW, reason="年度更新") as work:
        changes = work.put_roads(tiny_roads())
        work.record_import(noun="roads", file="姜堰.osm.pbf", sha256="ef" * 32, changes=changes)
        work.commit()
    (event,) = store.events(noun="roads")
    assert (event.actor, event.reason, event.body["file"]) == ("王芳", "年度更新", "姜堰.osm.pbf")


def test_only_the_base_map_is_written_when_only_it_changed(store: Store) -> None:
    lake = BaseMapFeature("water", "lake", "溱湖", LAKE)
    put(store, tiny_roads(), lake)
    before = look(store, "SELECT fid FROM road_edges")
    changes = put(store, tiny_roads(), lake, BaseMapFeature("places", "town", "溱潼", Point(120.08, 32.65)))
    assert (changes.added, changes.updated) == (1, 0)
    assert look(store, "SELECT fid FROM road_edges") == before


def test_an_edge_and_a_feature_keep_their_identifiers_when_the_file_comes_again(store: Store) -> None:
    river = BaseMapFeature("waterways", "river", "中干河", RIVER)
    put(store, street_grid(5, 4), river)
    query = "SELECT id FROM road_edges WHERE tail = 1000 AND head = 1001 UNION ALL SELECT id FROM waterways"
    before = look(store, query)
    put(
        store,
        street_grid(5, 5, name="路"),
        BaseMapFeature("waterways", "canal", "新河", LineString(LAKE.exterior)),
        river,
    )
    assert set(before) < set(look(store, query))


def test_an_area_of_one_part_comes_back_as_the_polygon_it_is(store: Store) -> None:
    put(store, tiny_roads(), BaseMapFeature("water", "lake", "", MultiPolygon([LAKE])))
    assert store.base_map() == (BaseMapFeature("water", "lake", "", LAKE),)


@pytest.mark.parametrize(
    ("layer", "shape"),
    [
        ("water", RIVER),
        ("waterways", LAKE),
        ("railways", Point(120, 32)),
        ("places", LAKE),
        ("places", Point(500_000, 3_600_000)),
        ("water", Polygon()),
        ("waterways", LineString([(120, 32), (120, float("inf"))])),
    ],
)
def test_a_feature_that_its_layer_cannot_hold_is_refused(store: Store, layer: str, shape: BaseGeometry) -> None:
    with pytest.raises(InvalidValue, match=r"store\.shape") as error:
        put(store, tiny_roads(), BaseMapFeature(layer, "x", "", shape))
    assert error.value.fields["row"] == 1
    assert store.roads() is None


def test_a_feature_of_an_unknown_layer_is_refused(store: Store) -> None:
    with pytest.raises(InvalidValue, match=r"base_map\.layer"):
        put(store, tiny_roads(), BaseMapFeature("houses", "x", "", LAKE))


def test_roads_in_metres_are_refused(store: Store) -> None:
    network = tiny_roads()
    with pytest.raises(InvalidValue, match=r"store\.shape"):
        put(store, replace(network, x=network.x * 4000, y=network.y * 100_000))


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM road_edges WHERE fid = (SELECT max(fid) FROM road_edges)",
        "UPDATE road_edges SET oneway = NOT oneway WHERE fid = 7",
        """UPDATE road_edges SET tags = '{"maxweight":"99"}' WHERE fid = 1""",
        "UPDATE road_edges SET length_m = length_m + 0.001 WHERE fid = 3",
        "UPDATE road_nodes SET geom = (SELECT geom FROM road_nodes WHERE fid = 2) WHERE fid = 1",
        "DELETE FROM road_nodes",
        "UPDATE road_sources SET content_sha256 = ''",
    ],
)
def test_roads_that_are_not_what_was_written_are_not_answered_with(store: Store, statement: str) -> None:
    """Somebody who takes the guards away and puts them back is found out; the same file again mends it."""
    put(store, tiny_roads())
    with store.unit_of_work(actor="test", now=NOW) as work:
        work.put_enterprises(some_enterprises(1))
        work._connection.exec_driver_sql(statement)
        work.commit()
    for read in (store.roads, store.state):
        with pytest.raises(StoreFault, match=r"store\.roads_differ"):
            read()
    put(store, tiny_roads())
    stored = store.roads()
    assert stored is not None
    assert same_network(stored, tiny_roads())


class TestTheState:
    """What did not change is the same object, with all that was made of it; the rest is read anew."""

    def test_roads_and_plans_stay_when_something_else_changed(self, store: Store) -> None:
        put(store, tiny_roads())
        before = store.state()
        router = before.router
        with store.unit_of_work(actor="test", now=NOW) as work:
            work.put_enterprises(some_enterprises(2))
            work.commit()
        after = store.state()
        assert after.roads is before.roads
        assert after.router is router
        assert (len(before.enterprises), len(after.enterprises)) == (0, 2)

    @settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(steps=st.lists(st.sampled_from(("roads", "district", "enterprises", "settings", "import")), max_size=6))
    def test_it_is_what_a_new_reader_sees(self, places: Places, steps: list[str]) -> None:
        with places.new_store() as store:
            for at, step in enumerate(steps):
                with store.unit_of_work(actor="test", now=NOW) as work:
                    if step == "roads":
                        work.put_roads(street_grid(2, 2, name=str(at)))
                    elif step == "district":
                        work.put_district(replace(work.district(), name=str(at)))
                    elif step == "enterprises":
                        work.put_enterprises(some_enterprises(2, name=str(at)))
                    elif step == "settings":
                        work.put_settings({"detour_factor": 1.5 + at})
                    else:
                        work.record_import(noun="teams", file="a.csv", sha256="", changes=Changes())
                    work.commit()
                held, read = store.state(), self.read(store.database.name)
                assert replace(held, roads=None) == replace(read, roads=None)
                assert (held.roads is None) == (read.roads is None)
                if held.roads is not None and read.roads is not None:
                    assert same_network(held.roads, read.roads)

    @staticmethod
    def read(db: str) -> DistrictState:
        with open_store(db) as store:
            return store.state()


def test_the_nodes_stand_in_the_order_in_which_they_were_put(store: Store) -> None:
    network = street_grid(6, 5).in_space_order()
    put(store, network)
    stored = store.roads()
    assert stored is not None
    assert np.array_equal(stored.node_id, network.node_id)
    assert look(store, "SELECT node_id FROM road_nodes ORDER BY fid") == [(one,) for one in network.node_id.tolist()]
