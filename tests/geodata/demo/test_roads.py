"""The roads have the size and form of a county's, hang together, and cross water by bridges only."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
import shapely

from geodata.demo.files import Country
from geodata.demo.growth import in_parts
from geodata.demo.waters import lines_of
from geodata.osm_roads import OsmRoads
from gridgis.cells import GridPlan
from gridgis.dispatch.state import DistrictState
from gridgis.geometry import LocalPlane


def test_there_are_as_many_junctions_as_in_a_county(roads: OsmRoads) -> None:
    assert 25_000 <= roads.network.nodes <= 34_000
    assert 4_000 < roads.quality.length_km < 6_000


def test_all_classes_of_road_are_there(roads: OsmRoads) -> None:
    classes = Counter(roads.network.highway)
    wanted = "motorway motorway_link trunk primary secondary tertiary unclassified residential service track"
    assert classes.keys() >= set(wanted.split())
    assert classes["residential"] > classes["tertiary"] > classes["primary"] > classes["motorway"]


def test_the_network_hangs_together_for_every_vehicle(roads: OsmRoads) -> None:
    parts = dict(roads.quality.components)
    assert parts.pop("boat").nodes == 0
    for profile, one in parts.items():
        assert one.largest_share >= 0.995, profile


def test_nothing_in_the_file_is_misunderstood(roads: OsmRoads) -> None:
    quality = roads.quality
    assert quality.bad_tags == ()
    assert (quality.zero_length, quality.missing_nodes, quality.lost_ways, quality.broken_restrictions) == (0, 0, 0, 0)
    assert quality.left_out == {}


def test_no_road_crosses_water_without_a_bridge(roads: OsmRoads) -> None:
    assert roads.quality.untagged_crossings == ()


def test_some_bridges_bear_less_than_a_fire_engine(roads: OsmRoads) -> None:
    limits = Counter(tags.get("maxweight", "") for tags in roads.network.tags if "bridge" in tags)
    assert min(limits["10"], limits["15"], limits["20"]) > 40
    assert limits[""] > 200


def test_towns_have_one_ways_gates_and_forbidden_turns(roads: OsmRoads) -> None:
    oneway = roads.network.highway[roads.network.oneway]
    assert Counter(oneway.tolist())["residential"] > 50
    assert {"lift_gate", "gate", "height_restrictor"} <= roads.quality.barriers.keys()
    assert sum(roads.quality.restrictions.values()) > 40


def test_names_and_numbers_are_signed(roads: OsmRoads) -> None:
    assert {"S28", "G328", "S229"} <= set(roads.network.ref.tolist())
    assert {"启扬高速", "人民路"} <= set(roads.network.name.tolist())


def test_the_base_map_shows_waters_railway_and_places(roads: OsmRoads, plan: GridPlan) -> None:
    layers = Counter((one.layer, one.kind) for one in roads.base_map)
    assert layers["water", "lake"] >= 4
    assert layers["water", "fishpond"] > 300
    assert layers["waterways", "canal"] > 30
    assert layers["waterways", "ditch"] > 100
    assert layers["railways", "rail"] == 1
    assert layers["places", "village"] == len(plan.of_level(2))
    assert "溱湖" in {one.name for one in roads.base_map}


def test_the_north_has_the_water(other_country: Country) -> None:
    ground = other_country.land.ground
    lines = lines_of(other_country.land.waters)
    middle = ground.metres(ground.plane.to_lonlat(ground.area.centroid).coords[0])[0, 1]
    north = shapely.box(-50_000, middle, 50_000, 50_000)
    wet = [shapely.length(shapely.intersection(lines, half)).sum() for half in (north, ground.area.envelope - north)]
    assert wet[0] > 2 * wet[1]


def test_every_village_and_every_team_stands_beside_a_road_of_its_vehicle(state: DistrictState, plan: GridPlan) -> None:
    router = state.router
    assert router is not None
    town = plan.of_level(1)[0].seat
    assert town is not None
    seats = np.array([village.seat for village in plan.of_level(2)])
    assert router.arrivals("car", seats, np.array(town)).origin_snap_m.max() < 60
    for profile in sorted({team.profile for team in state.teams}):
        bases = np.array([(team.lon, team.lat) for team in state.teams if team.profile == profile])
        arrivals = router.arrivals(profile, bases, np.array(town), limits=False)
        assert arrivals.origin_snap_m.max() < 60
        assert np.isfinite(arrivals.travel_s).all()


def test_water_decides_who_comes_first(state: DistrictState, plan: GridPlan) -> None:
    """In lake and canal land the village team nearest as the crow flies is often not the first."""
    router = state.router
    assert router is not None
    teams = [team for team in state.teams if team.home_cell_code in plan.cell_by_code and team.profile == "car"]
    bases = np.array([(team.lon, team.lat) for team in teams])
    plane = LocalPlane(float(bases[:, 0].mean()), float(bases[:, 1].mean()))
    chance = np.random.default_rng(1)
    places = [unit.geometry.representative_point().coords[0] for unit in chance.permutation(np.array(plan.units))[:200]]
    other = 0
    for place in np.array(places):
        away_m = np.hypot(*(plane.xy_to_metres(bases) - plane.xy_to_metres(place.reshape(1, 2))).T)
        other += int(router.arrivals("car", bases, place).travel_s.argmin() != away_m.argmin())
    assert 0.1 < other / len(places) < 0.5


def test_another_seed_hangs_together_too(other_country: Country) -> None:
    strands = other_country.strands
    pieces = strands.pieces
    ends = np.stack((strands.node[pieces], strands.node[pieces + 1]), axis=1)
    used, numbered = np.unique(ends, return_inverse=True)
    parts = in_parts(len(used), numbered.reshape(ends.shape), np.zeros(len(used), dtype=np.intp))
    assert parts.max() == 0
    home = shapely.points(other_country.links.home)
    away_m = shapely.STRtree(np.asarray(shapely.points(strands.xy[used]), dtype=np.object_)).query_nearest(
        home, return_distance=True
    )[1]
    assert np.percentile(away_m, 99) < 150


@pytest.mark.parametrize("highway", ["motorway", "trunk"])
def test_the_carriageways_run_on_the_right(roads: OsmRoads, highway: str) -> None:
    """The eastward carriageway lies south of the westward one."""
    network = roads.network
    chosen = network.highway == highway
    east = np.array([line.coords[-1][0] > line.coords[0][0] for line in network.geometry[chosen]])
    lat = np.array([line.centroid.y for line in network.geometry[chosen]])
    lon = np.array([line.centroid.x for line in network.geometry[chosen]])
    for at in np.percentile(lon, (30, 50, 70)):
        near = np.abs(lon - at) < 0.02
        assert lat[near & east].mean() < lat[near & ~east].mean() + 0.0005
    assert network.oneway[chosen].all()
