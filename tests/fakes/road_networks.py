"""Whole road networks and base maps as a file may give them, for tests of keeping them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import shapely
from hypothesis import strategies as st
from shapely import LineString, MultiPolygon, Point, Polygon

from geodata.osm_file import BaseMapFeature
from gridgis.roads import RoadNetwork, RoadSource, TurnRestriction
from gridgis.roads.network import objects
from tests import strategies
from tests.fakes.road_graphs import road_graphs

OF_EDGES = (
    "tail",
    "head",
    "key",
    "way_ids",
    "length_m",
    "highway",
    "name",
    "ref",
    "oneway",
    "reversed",
    "tags",
    "geometry",
)
numbers = st.integers(-(2**62), 2**62)
tags = st.dictionaries(
    st.sampled_from(("maxspeed", "bridge", "surface", "name:zh", "车道")), strategies.words, max_size=3
)
numbered = st.lists(numbers, max_size=3).map(tuple)


@st.composite
def lines(draw: st.DrawFn) -> LineString:
    """A line of two to four points; it may have no length."""
    points = st.tuples(strategies.longitudes, strategies.latitudes)
    return LineString(draw(st.lists(points, min_size=2, max_size=4)))


def restrictions() -> st.SearchStrategy[TurnRestriction]:
    """Turn restrictions, at times with the same number."""
    return st.builds(
        TurnRestriction,
        osmid=st.integers(0, 3),
        kind=strategies.words,
        from_ways=numbered,
        via_nodes=numbered,
        via_ways=numbered,
        to_ways=numbered,
        excepted=st.lists(strategies.words, max_size=2).map(tuple),
        condition=strategies.words,
    )


@st.composite
def road_networks(draw: st.DrawFn) -> RoadNetwork:
    """Small networks with everything a network can hold, in any order, with odd words and node numbers."""
    network = RoadNetwork.from_graph(draw(road_graphs()))
    size = {"node": network.nodes, "edge": network.edges}

    def column(values: st.SearchStrategy[object], of: str) -> list[object]:
        return draw(st.lists(values, min_size=size[of], max_size=size[of]))

    told = replace(
        network,
        node_id=np.array(draw(st.lists(numbers, min_size=size["node"], max_size=size["node"], unique=True))),
        node_tags=objects(column(tags, "node")),
        way_ids=objects(column(numbered, "edge")),
        name=objects(column(strategies.words, "edge")),
        ref=objects(column(strategies.words, "edge")),
        tags=objects(column(tags, "edge")),
        turn_restrictions=tuple(draw(st.lists(restrictions(), max_size=3))),
        source=draw(st.builds(RoadSource, *[strategies.words] * 4)),
        water=objects(draw(st.lists(lines() | strategies.areas(), max_size=3))),
    )
    return in_order(told, draw(st.permutations(range(size["edge"]))))


def in_order(network: RoadNetwork, edges: list[int]) -> RoadNetwork:
    """A network with its edges in another order."""
    return replace(network, **{name: getattr(network, name)[edges] for name in OF_EDGES})


def base_maps() -> st.SearchStrategy[list[BaseMapFeature]]:
    """Features of the four layers in any order, some of them twice."""
    points = st.builds(Point, strategies.longitudes, strategies.latitudes)
    shapes: dict[str, st.SearchStrategy[Point | LineString | Polygon | MultiPolygon]] = {
        "water": strategies.areas(),
        "waterways": lines(),
        "railways": lines(),
        "places": points,
    }
    features = st.one_of(
        *(
            st.builds(BaseMapFeature, st.just(layer), st.sampled_from(("river", "rail", "")), strategies.words, shape)
            for layer, shape in shapes.items()
        )
    )
    return st.lists(features, max_size=6).flatmap(lambda made: st.just(made + made[:1]))


def street_grid(columns: int, rows: int, *, name: str = "街") -> RoadNetwork:
    """Streets along a grid, two-way, so many nodes wide and high."""
    at = np.arange(columns * rows)
    x, y = (119.9 + 0.001 * (at % columns)).astype(float), (32.4 + 0.001 * (at // columns)).astype(float)
    east, north = at[at % columns < columns - 1], at[at < columns * (rows - 1)]
    one, other = np.concatenate([east, north]), np.concatenate([east + 1, north + columns])
    tail, head = np.concatenate([one, other]), np.concatenate([other, one])
    ends = np.stack([np.column_stack([x[end], y[end]]) for end in (tail, head)], axis=1)
    count = len(tail)
    return RoadNetwork(
        node_id=1000 + at,
        x=x,
        y=y,
        street_count=np.full(len(at), 4, dtype=np.int32),
        node_tags=objects({} for _ in at),
        tail=tail,
        head=head,
        key=np.zeros(count, dtype=np.int32),
        way_ids=objects((int(way),) for way in np.tile(np.arange(len(one)) + 1, 2)),
        length_m=np.full(count, 100.0),
        highway=objects(["residential"] * count),
        name=objects(f"{name}{edge % 50}" for edge in range(count)),
        ref=objects([""] * count),
        oneway=np.zeros(count, dtype=bool),
        reversed=np.arange(count) >= len(one),
        tags=objects({"surface": "asphalt"} for _ in range(count)),
        geometry=objects(shapely.linestrings(ends)),
        source=RoadSource("道路.osm.pbf", "ab" * 32, "ODbL-1.0", "© OpenStreetMap contributors"),
    )
