"""Roads from surveyed lines: joined where they meet, with a report of what was joined and what hangs."""

from __future__ import annotations

from itertools import pairwise
from math import isfinite, isinf
from typing import Any

import geopandas as gpd
import networkx as nx
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, MultiLineString, Point

from geodata.line_noding import JoinKind, node_lines
from geodata.road_lines import LineRules, RoadColumns, read_road_lines
from gridgis.errors import InputRejected, InvalidValue, NotKnown
from gridgis.geometry import to_lonlat, to_metric
from gridgis.roads import RoadNetwork, Router
from gridgis.roads.network import objects

EAST, NORTH = 500_000, 3_600_000  # of EPSG:4549, near 120° E, 32.5° N
Points = list[tuple[float, float]]


def survey(*lines: Points, crs: str = "EPSG:4490", **columns: list[Any]) -> gpd.GeoDataFrame:
    """A layer of lines given in metres from a corner of the district."""
    shapes = [to_lonlat(LineString([(EAST + x, NORTH + y) for x, y in line])) for line in lines]
    return gpd.GeoDataFrame(columns, geometry=shapes, crs=crs)


def parts(network: RoadNetwork) -> int:
    return int(nx.number_weakly_connected_components(network.graph))


def here(x: float, y: float) -> tuple[float, float]:
    """Metres from the corner."""
    point = to_metric(Point(x, y))
    return round(point.x - EAST, 2), round(point.y - NORTH, 2)


def test_ends_within_the_tolerance_are_joined_and_told() -> None:
    layer = survey([(0, 0), (100, 0)], [(100.6, 0), (200, 0)], [(203, 0), (300, 0)], name=["a", "b", "c"])
    made = read_road_lines(layer, RoadColumns(name="name"))
    assert parts(made.network) == 2
    (join,) = made.report.joins
    assert (join.kind, join.lines) == (JoinKind.ENDS, (1, 2))
    assert join.moved_m == pytest.approx(0.6, abs=0.01)
    assert here(join.x, join.y) == (100, 0)


def test_what_hangs_is_told_with_the_gap_to_the_next_line() -> None:
    layer = survey([(0, 0), (100, 0)], [(103, 0), (200, 0)])
    hanging = read_road_lines(layer, RoadColumns()).report.hanging
    assert [(here(end.x, end.y), end.line, end.nearest) for end in hanging[:2]] == [
        ((100, 0), 1, 2),
        ((103, 0), 2, 1),
    ]
    assert [end.gap_m for end in hanging[:2]] == pytest.approx([3, 3], abs=0.01)
    assert all(isinf(end.gap_m) for end in hanging[2:])
    assert len(hanging) == 4


def test_an_end_near_a_line_is_put_into_it() -> None:
    layer = survey([(0, 0), (200, 0)], [(100, 0.7), (100, 90)])
    made = read_road_lines(layer, RoadColumns())
    assert made.network.nodes == 4
    assert parts(made.network) == 1
    (join,) = made.report.joins
    assert (join.kind, join.lines) == (JoinKind.END_TO_LINE, (2, 1))
    assert join.moved_m == pytest.approx(0.7, abs=0.01)
    assert len(made.report.hanging) == 3


def test_crossing_lines_meet_unless_a_bridge_or_tunnel_or_level_parts_them() -> None:
    lines: tuple[Points, Points] = ([(0, 0), (200, 0)], [(100, -90), (100, 90)])
    columns = RoadColumns(bridge="桥", tunnel="隧道", level="层")
    cases: tuple[tuple[dict[str, Any], bool], ...] = (
        ({"桥": ["", ""], "隧道": ["", ""], "层": [0, 0]}, True),
        ({"桥": ["", "是"], "隧道": ["", ""], "层": [0, 0]}, False),
        ({"桥": ["", ""], "隧道": ["1", "0"], "层": [0, 0]}, False),
        ({"桥": ["", ""], "隧道": ["", ""], "层": [0, 2]}, False),
        ({"桥": ["是", "是"], "隧道": ["", ""], "层": [0, 0]}, True),
    )
    for told, joined in cases:
        made = read_road_lines(survey(*lines, **told), columns)
        assert parts(made.network) == (1 if joined else 2), told
        assert len(made.report.passes) == (0 if joined else 1)
    apart = read_road_lines(survey(*lines), RoadColumns(), LineRules(join_crossings=False))
    assert parts(apart.network) == 2
    assert [one.lines for one in apart.report.passes] == [(1, 2)]


def test_a_motorway_is_never_joined_at_a_crossing() -> None:
    layer = survey([(0, 0), (200, 0)], [(100, -90), (100, 90)], 等级=["高速公路", "县道"])
    assert parts(read_road_lines(layer, RoadColumns(road_class="等级")).network) == 2


def test_a_road_that_ends_under_a_bridge_does_not_climb_it() -> None:
    layer = survey([(0, 0), (200, 0)], [(100, 0), (100, 90)], bridge=["yes", "no"])
    assert parts(read_road_lines(layer, RoadColumns(bridge="bridge")).network) == 2


def test_a_river_without_a_bridge_is_not_bridged_by_the_tolerance() -> None:
    """Banks 15 m apart stay apart, and the gap is told."""
    layer = survey([(0, 0), (100, 0)], [(115, 0), (200, 0)])
    made = read_road_lines(layer, RoadColumns())
    assert parts(made.network) == 2
    assert isfinite(made.report.hanging[0].gap_m)


def test_a_line_that_crosses_itself_meets_itself() -> None:
    layer = survey([(0, 0), (100, 0), (100, 100), (50, 100), (50, -50)])
    network = read_road_lines(layer, RoadColumns()).network
    assert sorted(network.street_count.tolist()) == [1, 1, 4]


def test_lines_that_share_a_stretch_share_it_once() -> None:
    layer = survey([(0, 0), (200, 0)], [(100, 0), (300, 0)])
    made = read_road_lines(layer, RoadColumns())
    assert made.report.duplicates == 1
    assert made.network.length_m[~made.network.reversed].sum() == pytest.approx(300, rel=0.003)


def test_a_two_way_road_drawn_as_two_lines_is_one_street() -> None:
    layer = survey([(0, 0), (100, 0)], [(100, 0), (0, 0)], [(100, 0), (200, 0)])
    made = read_road_lines(layer, RoadColumns(), LineRules(every_line_oneway=True))
    assert made.report.pairs == 1
    assert sorted(made.network.oneway.tolist()) == [False, False, True]


def test_columns_are_read_in_chinese_and_faults_are_told_by_feature_and_column() -> None:
    layer = survey(
        [(0, 0), (100, 0)],
        [(0, 50), (100, 50)],
        [(0, 90), (100, 90)],
        等级=["县道", "机耕路", "天路"],
        方向=["单向", "反向", "随便"],
        限重=[20, 0, "很重"],
        桥=["是", "否", None],
        路宽=[7.5, None, 3],
        限速=[60.0, float("nan"), 40.0],
        路名=["姜溱线", "", None],
    )
    columns = RoadColumns("等级", "路名", oneway="方向", maxweight="限重", bridge="桥", width="路宽", maxspeed="限速")
    made = read_road_lines(layer, columns)
    network = made.network
    by_way = {int(way): edge for edge, way in enumerate(network.osmid)}
    first, second, third = (by_way[way] for way in (1, 2, 3))
    assert (network.highway[first], network.name[first]) == ("secondary", "姜溱线")
    assert (network.maxweight_t[first], network.maxspeed_kmh[first], network.maxwidth_m[first]) == (20, 60, 7.5)
    assert network.bridge[first]
    assert network.highway[second] == "track"
    assert np.isnan(network.maxweight_t[second])
    assert here(*network.geometry[second].coords[0]) == (100, 50)
    assert network.highway[third] == "unclassified"
    told = [(fault.code, fault.row, fault.column, fault.value) for fault in made.report.faults]
    assert sorted(told) == [
        ("road_lines.class_unknown", 3, "等级", "天路"),
        ("road_lines.figure", 3, "限重", "很重"),
        ("road_lines.oneway", 3, "方向", "随便"),
    ]


def test_multilines_are_taken_apart_and_what_is_no_line_is_counted() -> None:
    layer = survey([(0, 0), (100, 0)], [(0, 50), (0, 50)], [(0, 0), (0, 9)], [(0, 0), (0, 9)], [(0, 0), (0, 9)])
    line = layer.geometry[0]
    lifted = MultiLineString([[(x, y, 5.0) for x, y in line.coords], [(120.1, 32.6, 1.0), (120.2, 32.6, 1.0)]])
    shapes: Any = [lifted, layer.geometry[1], None, LineString(), Point(120, 32)]
    made = read_road_lines(layer.set_geometry(gpd.GeoSeries(shapes, crs=layer.crs)), RoadColumns())
    assert made.network.nodes == 4
    assert {reason: count for reason, count in made.report.left_out.items() if count} == {
        "empty": 2,
        "no_line": 1,
        "no_length": 1,
    }


def test_a_search_runs_on_surveyed_lines() -> None:
    layer = survey([(0, 0), (1000, 0)], [(1000.5, 0), (1000.5, 800)], [(400, 0.3), (400, 500)])
    network = read_road_lines(layer, RoadColumns()).network
    base, place = (to_lonlat(Point(EAST + x, NORTH + y)).coords[0] for x, y in ((400, 480), (1000.5, 790)))
    arrivals = Router(network).arrivals("car", [base], place)
    assert arrivals.distance_m[0] == pytest.approx(480 + 600 + 790, rel=0.002)


@pytest.mark.parametrize(
    ("layer", "columns", "error", "code"),
    [
        (survey([(0, 0), (9, 0)]), RoadColumns(name="路名"), NotKnown, "road_lines.column"),
        (survey([(0, 0), (9, 0)]).to_crs(4549), RoadColumns(), InvalidValue, "road_lines.crs"),
        (survey([(0, 0), (9, 0)]).iloc[:0], RoadColumns(), InputRejected, "road_lines.none"),
        (survey([(0, 0), (0, 0)]), RoadColumns(), InputRejected, "road_lines.none"),
    ],
)
def test_layers_that_are_no_roads_are_refused(
    layer: gpd.GeoDataFrame, columns: RoadColumns, error: type[Exception], code: str
) -> None:
    with pytest.raises(error) as caught:
        read_road_lines(layer, columns)
    assert caught.value.code == code  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"tolerance_m": -1}, "road_lines.tolerance"),
        ({"tolerance_m": 50}, "road_lines.tolerance"),
        ({"other_class": "lane"}, "road_lines.class"),
        ({"classes": {"大路": "big"}}, "road_lines.class"),
    ],
)
def test_rules_out_of_range_are_refused(change: dict[str, Any], code: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        LineRules(**change)
    assert caught.value.code == code


corners = st.tuples(st.integers(0, 6), st.integers(0, 6)).map(lambda at: (at[0] * 10.0, at[1] * 10.0))


def _moves(line: Points) -> bool:
    """Whether no vertex follows itself."""
    return all(one != other for one, other in pairwise(line))


drawn_lines = st.lists(
    st.lists(corners, min_size=2, max_size=4).filter(_moves),
    min_size=1,
    max_size=7,
)


@given(drawn=drawn_lines)
@settings(max_examples=200, deadline=None)
def test_joined_lines_hang_together_as_their_union_does(drawn: list[Points]) -> None:
    """GEOS's noding of the union is the oracle: as many parts, as much length."""
    lines = objects(LineString(line) for line in drawn)
    flat = np.zeros(len(lines), dtype=np.int64)
    noded = node_lines(lines, flat, flat.astype(bool), tolerance_m=0.001, crossings=True, near_m=20)
    graph: nx.Graph[int] = nx.Graph()
    stretches = set()
    for nodes in noded.nodes:
        nx.add_path(graph, nodes)
        stretches |= {tuple(sorted(pair)) for pair in pairwise(nodes)}
    union = shapely.get_parts(shapely.node(shapely.union_all(lines)))
    wanted: nx.Graph[Any] = nx.Graph()
    wanted.add_edges_from((_rounded(piece.coords[0]), _rounded(piece.coords[-1])) for piece in union)
    assert nx.number_connected_components(graph) == nx.number_connected_components(wanted)
    drawn_m = shapely.length(objects(LineString([noded.positions[node] for node in pair]) for pair in stretches))
    assert drawn_m.sum() == pytest.approx(shapely.length(union).sum(), abs=0.1)


def _rounded(point: tuple[float, ...]) -> tuple[float, ...]:
    return tuple(round(value, 4) for value in point)


@given(drawn=drawn_lines, seed=st.integers(0, 2**32 - 1))
@settings(max_examples=100, deadline=None)
def test_small_errors_of_survey_do_not_part_what_meets(drawn: list[Points], seed: int) -> None:
    """Every vertex moved by up to 0.3 m: with a tolerance of 1 m the ends that met still meet."""
    rng = np.random.default_rng(seed)
    shaken = [[(x + rng.uniform(-0.3, 0.3), y + rng.uniform(-0.3, 0.3)) for x, y in line] for line in drawn]
    lines = objects(LineString(line) for line in shaken)
    flat = np.zeros(len(lines), dtype=np.int64)
    noded = node_lines(lines, flat, flat.astype(bool), tolerance_m=1.0, crossings=True, near_m=20)
    ends = [(line[at], noded.nodes[number][at]) for number, line in enumerate(drawn) for at in (0, -1)]
    for corner, node in ends:
        assert all(other == node for there, other in ends if there == corner)
