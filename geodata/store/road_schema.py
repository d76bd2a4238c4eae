"""Define the tables of the road network and of what the base map draws beside it.

All of them hold what one file gave and are replaced as a whole. Rows stand in the network's own order (``fid`` grows
with it), which the searches rely on. An ``id`` is made from what a row names or shows, so that it stays when the file
comes again; ``tail`` and ``head`` hold the ``node_id`` of junctions, as in the file.
"""

from __future__ import annotations

from sqlalchemy import Boolean, Double, Integer, LargeBinary, Table, Text, UniqueConstraint

from geodata.store.columns import Geometry, Json
from geodata.store.tables import column, declare

ROAD_SOURCES = declare(
    "road_sources",
    column("file", Text),
    column("sha256", Text),
    column("licence", Text),
    column("attribution", Text),
    column("quality", Json(), null=True),
    column("content_sha256", Text),
    code=False,
    said="道路来源 Where the roads come from",
)
ROAD_NODES = declare(
    "road_nodes",
    column("node_id", Integer),
    column("street_count", Integer),
    column("tags", Json()),
    column("geom", Geometry("POINT")),
    code=False,
    said="道路节点 Road junctions",
)
ROAD_EDGES = declare(
    "road_edges",
    column("tail", Integer),
    column("head", Integer),
    column("key", Integer),
    column("way_ids", Json()),
    column("length_m", Double),
    column("highway", Text),
    column("name", Text),
    column("ref", Text),
    column("oneway", Boolean),
    column("reversed", Boolean),
    column("tags", Json()),
    column("geom", Geometry("LINESTRING")),
    code=False,
    said="道路 Roads",
)
TURN_RESTRICTIONS = declare(
    "turn_restrictions",
    column("osmid", Integer),
    column("kind", Text),
    column("from_ways", Json()),
    column("via_nodes", Json()),
    column("via_ways", Json()),
    column("to_ways", Json()),
    column("excepted", Json()),
    column("condition", Text),
    column("binding", Json()),
    code=False,
    said="转向限制 Turn restrictions",
)
ROAD_ORDERS = declare(
    "road_orders",
    column("topology_hash", Text),
    column("content", LargeBinary),
    UniqueConstraint("topology_hash"),
    code=False,
    private=True,
    said="道路预处理 Preparation of the roads",
)
WIDE_WATER = declare(
    "wide_water",
    column("geom", Geometry()),
    code=False,
    said="不可步行穿越的水面 Water that nobody walks through",
)


def _drawn(name: str, geometry: str, said: str) -> Table:
    """A layer of the base map."""
    shown = (column("kind", Text), column("name", Text), column("geom", Geometry(geometry)))
    return declare(name, *shown, code=False, said=said)


BASE_MAP = {
    "water": _drawn("water_areas", "MULTIPOLYGON", "水面 Water areas"),
    "waterways": _drawn("waterways", "LINESTRING", "河渠 Waterways"),
    "railways": _drawn("railways", "LINESTRING", "铁路 Railways"),
    "places": _drawn("places", "POINT", "地名 Places"),
}
"""Layers of the base map by the names that its features give."""
