"""Tell the land: roads, water, railways and places."""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Sequence
from functools import partial

import numpy as np
import shapely

from api.ogc.collection import Collection, objects
from api.ogc.features import Records
from api.ogc.fields import Field, text
from api.snapshot import BaseMapFeature
from gridgis.access import Action
from gridgis.roads import RoadNetwork
from maps.base_map import drawn_edges

CENTIMETRES = 2
ROAD_FIELDS = (
    *text("class", "name", "ref"),
    *(Field(name, "boolean") for name in ("oneway", "bridge", "tunnel")),
    Field("length_m", "number"),
    *(Field(name, "number", nullable=True) for name in ("maxspeed_kmh", "maxweight_t", "maxheight_m", "maxwidth_m")),
)
LAND_FIELDS = text("kind", "name")


def road_records(network: RoadNetwork | None) -> Records:
    """The roads of a network between two junctions, each two-way road once; named by its ends and a number."""
    if network is None:
        return Records([], objects([]), [])
    edges = drawn_edges(network)
    columns = {
        "class": network.highway,
        "name": network.name,
        "ref": network.ref,
        "oneway": network.oneway,
        "bridge": network.bridge,
        "tunnel": network.tunnel,
        "length_m": np.round(network.length_m, CENTIMETRES),
        "maxspeed_kmh": network.maxspeed_kmh,
        "maxweight_t": network.maxweight_t,
        "maxheight_m": network.maxheight_m,
        "maxwidth_m": network.maxwidth_m,
    }
    told = zip(*(column[edges].tolist() for column in columns.values()), strict=True)
    return Records(
        ["-".join(map(str, network.edge_name(edge))) for edge in edges.tolist()],
        objects(network.geometry[edges]),
        [dict(zip(columns, map(_known, row), strict=True)) for row in told],
    )


def _known(value: object) -> object:
    """A value, None for a number that is not known or has no limit."""
    return None if isinstance(value, float) and not math.isfinite(value) else value


def land_records(layer: str, features: Sequence[BaseMapFeature]) -> Records:
    """The features of one layer of the base map, named by what they are, since they have no other names."""
    found = [one for one in features if one.layer == layer]
    shapes = objects(one.geometry for one in found)
    seen: Counter[str] = Counter()
    names = []
    for one, wkb in zip(found, shapely.to_wkb(shapes), strict=True):
        name = hashlib.blake2b(f"{one.kind}\0{one.name}\0".encode() + wkb, digest_size=8).hexdigest()
        names.append(f"{name}.{seen[name] + 1}" if seen[name] else name)
        seen[name] += 1
    return Records(names, shapes, [{"kind": one.kind, "name": one.name} for one in found])


def _land(layer: str, geometry: str) -> Collection:
    return Collection(
        layer,
        Action.MAP_READ,
        geometry,
        LAND_FIELDS,
        lambda snapshot, _: (snapshot.base_features,),
        partial(land_records, layer),
        tiles="base",
        layer=layer,
    )


ROADS = Collection(
    "roads",
    Action.MAP_READ,
    "geometry-linestring",
    ROAD_FIELDS,
    lambda snapshot, _: (snapshot.state.roads,),
    road_records,
    tiles="base",
    layer="roads",
)
LAND = (
    _land("water", "geometry-any"),
    _land("waterways", "geometry-any"),
    _land("railways", "geometry-any"),
    _land("places", "geometry-any"),
)
