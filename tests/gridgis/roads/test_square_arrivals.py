"""Who comes first to each square of the ground, and how an area is parted among those who do."""

from __future__ import annotations

from typing import Any

import networkx as nx
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import box

from gridgis.geometry import to_metric, xy_to_metric
from gridgis.roads import RoadNetwork, Router
from gridgis.roads.reach_areas import by_a_second, halves, runs
from gridgis.roads.square_arrivals import part_ground
from tests.fakes.road_graphs import SOUTH, STEP, WEST, road_graphs
from tests.fakes.tiny_district import tiny_roads

points = st.tuples(
    st.floats(-1, 11).map(lambda cells: WEST + cells * STEP), st.floats(-1, 11).map(lambda cells: SOUTH + cells * STEP)
)
GROUND = box(120.10, 32.50, 120.16, 32.52)


@given(graph=road_graphs(), code=st.sampled_from(("car", "foot")), data=st.data())
@settings(max_examples=60, deadline=None)
def test_nobody_comes_sooner_to_a_point_than_the_first_to_its_square(
    graph: nx.MultiDiGraph[int], code: str, data: Any
) -> None:
    """The first to a square is as soon at one of its points as nobody else; at the others he may be later."""
    router = Router(RoadNetwork.from_graph(graph), least_component_m=0)
    origins = data.draw(st.lists(points, min_size=1, max_size=3))
    start_s = [data.draw(st.sampled_from((0.0, 5.0))) for _ in origins]
    found = router.first_in_squares(code, origins, start_s=start_s)
    assert ((found.arrival_ms < 0) == (found.origin < 0)).all()
    squares, network = found.squares, router.network
    for line in network.geometry:
        for share in (0.0, 1.0):
            point = line.interpolate(share, normalized=True)
            arrivals = router.arrivals(code, origins, point.coords[0])
            if arrivals.walk_m > 0.001 or not np.isfinite(arrivals.travel_s).any():
                continue
            soonest_ms = (arrivals.travel_s + start_s).min() * 1000
            square = int(squares.of_points(xy_to_metric(point.coords, squares.metric_epsg))[0])
            there = found.arrival_ms.ravel()[square]
            if there >= 0:
                assert there <= soonest_ms + 1


def test_the_ground_is_parted_without_gap_and_overlap_and_each_part_holds_its_base() -> None:
    router = Router(tiny_roads())
    bases = [(120.105, 32.5101), (120.1285, 32.5101), (120.1551, 32.5101)]
    parts = part_ground(router.first_in_squares("car", bases), GROUND)
    assert sorted(parts) == [0, 1, 2]
    metric = [to_metric(part, router.network.metric_epsg) for part in parts.values()]
    whole = to_metric(GROUND, router.network.metric_epsg)
    assert sum(part.area for part in metric) == pytest.approx(whole.area, rel=1e-4)
    assert shapely.union_all(metric).area == pytest.approx(whole.area, rel=1e-4)
    for number, base in enumerate(bases):
        assert parts[number].buffer(0.0005).contains(shapely.Point(base))


def test_who_starts_much_later_has_no_part_but_where_he_is_alone() -> None:
    router = Router(tiny_roads())
    bases = [(120.105, 32.5101), (120.106, 32.5101)]
    parts = part_ground(router.first_in_squares("car", bases, start_s=[0, 3600]), GROUND)
    assert list(parts) == [0]


def test_of_two_vehicles_the_sooner_has_the_square() -> None:
    router = Router(tiny_roads())
    walker = router.first_in_squares("foot", [(120.105, 32.5101)]).renumbered(np.array([7], dtype=np.int32))
    driver = router.first_in_squares("car", [(120.155, 32.5101)]).renumbered(np.array([3], dtype=np.int32))
    both = walker.or_sooner(driver)
    assert set(np.unique(both.origin)) == {-1, 3, 7}
    came = both.arrival_ms >= 0
    sooner = np.minimum(*(np.where(one.arrival_ms < 0, 10**12, one.arrival_ms) for one in (walker, driver)))
    assert (both.arrival_ms[came] == sooner[came]).all()


def test_nobody_parts_nothing() -> None:
    assert part_ground(Router(tiny_roads()).first_in_squares("car", np.zeros((0, 2))), GROUND) == {}


@given(origins=st.integers(0, 40), seed=st.integers(0, 1000))
def test_what_two_reach_is_found_by_halves_as_by_counting(origins: int, seed: int) -> None:
    reached = np.random.default_rng(seed).random((origins, 1, 4, 5)) < 0.2
    groups = [reached[group].any(axis=0) for group in halves(origins)]
    assert (by_a_second(np.array(groups)) == (reached.sum(axis=0) >= 2)).all()


@given(st.lists(st.lists(st.integers(0, 2), min_size=6, max_size=6), min_size=1, max_size=4))
def test_runs_cover_what_is_marked_once_and_never_two_kinds(rows: list[list[int]]) -> None:
    raster = np.array(rows)
    seen = np.zeros_like(raster)
    for row, first, behind in runs(raster):
        assert len(set(raster[row, first:behind].tolist())) == 1
        seen[row, first:behind] += raster[row, first:behind]
    assert (seen == raster).all()
