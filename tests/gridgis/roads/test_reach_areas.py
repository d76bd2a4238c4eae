"""Areas that are reached within some minutes: they hold what is reached and follow roads, starts and closures."""

from __future__ import annotations

from typing import Any

import networkx as nx
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gridgis.errors import InvalidValue
from gridgis.geometry import to_metric
from gridgis.roads import RoadNetwork, Router
from gridgis.roads.reach_areas import CLOSED_SQUARES, SAMPLE_M, SQUARE_M
from tests.fakes.road_graphs import SOUTH, STEP, WEST, road_graphs
from tests.fakes.tiny_district import tiny_roads
from tests.gridgis.roads.test_router import line_graph

points = st.tuples(
    st.floats(-1, 11).map(lambda cells: WEST + cells * STEP), st.floats(-1, 11).map(lambda cells: SOUTH + cells * STEP)
)


@given(graph=road_graphs(), code=st.sampled_from(("car", "foot")), data=st.data())
@settings(max_examples=50, deadline=None)
def test_what_is_reached_lies_in_the_area_or_no_farther_off_than_roads_are_looked_at(
    graph: nx.MultiDiGraph[int], code: str, data: Any
) -> None:
    network = RoadNetwork.from_graph(graph)
    router = Router(network, least_component_m=0)
    origins = data.draw(st.lists(points, min_size=1, max_size=3))
    within = data.draw(st.sampled_from((0.0, 3.0, 10.0, 40.0)))
    (area,) = router.reach_areas(code, origins, [within])
    metric = to_metric(area.area, network.metric_epsg)
    assert area.area_km2 == pytest.approx(metric.area / 1e6, abs=1e-3)
    reached = []
    for line in network.geometry:
        for share in (0.0, 0.31, 0.5, 1.0):
            point = line.interpolate(share, normalized=True)
            arrivals = router.arrivals(code, origins, point.coords[0])
            if arrivals.walk_m > 0.001:
                continue
            if arrivals.travel_s.min() <= within:
                reached.append(point)
    here = to_metric(np.array(reached, dtype=object), network.metric_epsg)
    assert (shapely.distance(here, metric) <= SAMPLE_M + 0.1).all() if len(here) else True


def line(tags: dict[str, Any] | None = None) -> RoadNetwork:
    """Ten kilometres of road from west to east, in pieces of about a kilometre."""
    return RoadNetwork.from_graph(line_graph(([(120.0 + 0.01 * piece, 32.5) for piece in range(11)], tags or {})))


def test_the_area_of_one_team_grows_with_the_time_and_follows_the_road() -> None:
    router, base = Router(line()), (120.053, 32.5)
    areas = router.reach_areas("car", [base], [0, 60, 300])
    kmh = 30
    for one in areas:
        west, south, east, north = to_metric(one.area, router.network.metric_epsg).bounds
        assert east - west == pytest.approx(2 * kmh / 3.6 * one.within_s + SQUARE_M, abs=2 * SQUARE_M)
        assert north - south <= 2 * SQUARE_M + 0.1
    assert areas[2].area.buffer(1e-5).covers(areas[1].area)
    assert [one.within_s for one in areas] == [0, 60, 300]


def test_a_team_that_starts_later_reaches_less_and_a_one_way_road_is_reached_ahead_only() -> None:
    router, base = Router(line()), (120.053, 32.5)
    late = router.reach_areas("car", [base], [300], start_s=[240])[0]
    soon = router.reach_areas("car", [base], [60])[0]
    assert late.area.equals(soon.area)
    never = router.reach_areas("car", [base], [300], start_s=[301])[0]
    assert never.area.is_empty
    assert never.area_km2 == 0
    ahead = Router(line({"oneway": True}), least_component_m=0).reach_areas("car", [base], [60])[0]
    assert ahead.area.bounds[0] == pytest.approx(base[0], abs=0.0012)
    assert ahead.area.bounds[2] > base[0] + 0.004


def test_what_two_teams_reach_is_what_both_reach() -> None:
    router, bases = Router(line()), [(120.02, 32.5), (120.05, 32.5), (120.09, 32.5)]
    single = [router.reach_areas("car", [base], [200])[0].area for base in bases]
    anyone, two, three = (router.reach_areas("car", bases, [200], by=by)[0].area for by in (1, 2, 3))
    few_squares = 1e-5  # square degrees; closing fills a gap between two areas
    assert anyone.symmetric_difference(shapely.union_all(single)).area < few_squares
    both = shapely.union_all([single[0] & single[1], single[1] & single[2], single[0] & single[2]])
    assert two.symmetric_difference(both).area < few_squares
    assert not two.is_empty
    assert three.is_empty


def test_blocks_between_reached_roads_are_filled_and_wide_gaps_are_not() -> None:
    def ring(side: float) -> Router:
        corners = [
            (120.0, 32.5),
            (120.0 + side, 32.5),
            (120.0 + side, 32.5 + side),
            (120.0, 32.5 + side),
            (120.0, 32.5),
        ]
        return Router(RoadNetwork.from_graph(line_graph((corners, {}))), least_component_m=0)

    small, large = (ring(side).reach_areas("car", [(120.0, 32.5)], [3600])[0].area for side in (0.003, 0.03))
    assert sum(len(part.interiors) for part in small.geoms) == 0
    assert sum(len(part.interiors) for part in large.geoms) == 1
    assert CLOSED_SQUARES == 2


def test_a_closed_bridge_leaves_the_other_bank_out() -> None:
    router = Router(tiny_roads())
    bridge = [router.network.edge_name(edge) for edge in np.flatnonzero(router.network.bridge).tolist()]
    west, east = (120.1285, 32.5101), shapely.Point(120.1352, 32.5101)
    whole, half = (one.reach_areas("car", [west], [900])[0].area for one in (router, router.without(bridge)))
    assert whole.distance(east) < 0.002
    assert half.area < whole.area
    assert half.distance(east) > whole.distance(east) or half.distance(east) == 0


def test_no_origins_reach_nothing_and_wrong_questions_are_refused() -> None:
    router = Router(line())
    assert router.reach_areas("car", [], [60])[0].area.is_empty
    assert router.reach_areas("car", [], [60], by=2)[0].area.is_empty
    assert router.reach_areas("car", [(120.0, 32.5)], []) == ()
    for wrong in ({"within_s": [-1.0]}, {"within_s": [float("nan")]}, {"within_s": [60.0], "by": 0}):
        with pytest.raises(InvalidValue) as caught:
            router.reach_areas("car", [(120.0, 32.5)], **wrong)
        assert caught.value.code == "roads.within"
