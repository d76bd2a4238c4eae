"""Answer vector tiles of a collection, and of all of them together, and what these tiles are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from api.files import Kept
from api.languages import words_of
from api.ogc.access import area_of, demanded_area
from api.ogc.answers import answer
from api.ogc.collection import Collection
from api.ogc.collections import COLLECTIONS, collection_named
from api.ogc.crs import CRS84_URI
from api.ogc.links import JSON_TYPE, TILE_TYPE, TILING_REL, Link, link, own_links, root_of
from api.ogc.negotiation import asked_form
from api.ogc.parameters import COMMON, given
from api.ogc.present import Present, present_of
from api.ogc.tiling import SCHEME, SCHEME_CRS, SCHEME_URI, check_scheme
from api.tile_sets import Tiles, TileSets, Wanted, cut
from gridgis.access.areas import EVERYTHING
from gridgis.errors import InvalidValue, NotKnown
from maps.tiles import Tile

MOST_DIGITS = 9
DIMENSIONS = {"geometry-point": 0, "geometry-linestring": 1, "geometry-polygon-or-multipolygon": 2}


def _asked(request: Request) -> list[Collection]:
    """The collection that the address names, or all that have tiles and that whoever asks may see.

    Raises:
        NotKnown: ``ogc.collection_unknown``, also for a collection without tiles.
        NotAllowed: When whoever asks may see nothing of the collection.
    """
    name = request.path_params.get("collection")
    if name is None:
        return [one for one in COLLECTIONS.values() if one.tiles and area_of(request, one.action)]
    one = collection_named(name)
    if not one.tiles:
        known = ", ".join(other.id for other in COLLECTIONS.values() if other.tiles)
        raise NotKnown("ogc.collection_unknown", value=name, known=known)
    demanded_area(request, one.action)
    return [one]


async def _tiles(request: Request, present: Present, asked: Sequence[Collection]) -> Tiles:
    """The tiles of a collection, or of several together."""
    sets: TileSets = request.app.state.tile_sets
    names = tuple(dict.fromkeys(one.tiles for one in asked))
    single = asked[0] if len(asked) == 1 and "collection" in request.path_params else None
    layer = single.layer if single is not None and single.layer != single.tiles else ""
    bound = next((one for one in asked if one.tiles == "enterprises"), None)
    area = EVERYTHING if bound is None else area_of(request, bound.action)
    return await sets.get(Wanted(names, layer, area), present.data, present.plan)


async def tile(request: Request) -> Response:
    """A tile; 204 where nothing lies.

    Raises:
        NotKnown: ``ogc.collection_unknown``, ``ogc.tileset_unknown``, ``ogc.tile_unknown``.
        NotAllowed: When whoever asks may see nothing of the collection.
        StoreFault: See `ServedDistrict.base_map`.
    """
    asked = _asked(request)
    check_scheme(request.path_params["scheme"])
    given(request, ())
    tiles = await _tiles(request, await present_of(request), asked)
    address = _address(request, tiles.max_zoom)
    body = await cut(tiles, address)
    tag = f"{tiles.version}-{address.z}-{address.x}-{address.y}"
    return Kept(tag, TILE_TYPE, None, body).answer(request, {"Cache-Control": "private, no-cache"})


def _address(request: Request, max_zoom: int) -> Tile:
    parts = {part: request.path_params[name] for part, name in (("z", "matrix"), ("y", "row"), ("x", "column"))}
    if all(text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS for text in parts.values()):
        numbers = {part: int(text) for part, text in parts.items()}
        if numbers["z"] <= max_zoom:
            try:
                return Tile(**numbers)
            except InvalidValue as error:
                raise NotKnown("ogc.tile_unknown", **parts) from error
    raise NotKnown("ogc.tile_unknown", **parts)


async def tile_sets(request: Request) -> Response:
    """The list of tile sets: one.

    Raises:
        NotKnown: ``ogc.collection_unknown``.
        NotAllowed: When whoever asks may see nothing of the collection.
    """
    asked, told, here = _asked(request), given(request, COMMON), _here(request)
    title = _title(request, asked)
    one = {
        "title": title,
        "dataType": "vector",
        "crs": SCHEME_CRS,
        "tileMatrixSetURI": SCHEME_URI,
        "links": [link(f"{here}/{SCHEME}", "self", JSON_TYPE, title), _scheme_link(request), _item_link(here)],
    }
    links = own_links(here, told, asked_form(request, told), JSON_TYPE)
    return answer(request, told, {"title": title, "links": links, "tilesets": [one]}, title)


async def tile_set(request: Request) -> Response:
    """What a set of tiles is: its layers, its zooms, the form of its addresses.

    Raises:
        NotKnown: ``ogc.collection_unknown``, ``ogc.tileset_unknown``.
        NotAllowed: When whoever asks may see nothing of the collection.
        StoreFault: See `ServedDistrict.base_map`.
    """
    asked, told, here = _asked(request), given(request, COMMON), _here(request)
    check_scheme(request.path_params["scheme"])
    present = await present_of(request)
    deepest = (await _tiles(request, present, asked)).max_zoom
    title = _title(request, asked)
    document = {
        "title": title,
        "dataType": "vector",
        "crs": SCHEME_CRS,
        "tileMatrixSetURI": SCHEME_URI,
        "tileMatrixSetLimits": [_limits(zoom) for zoom in range(deepest + 1)],
        "layers": [await _layer(present, one, deepest) for one in asked],
        "links": [
            *own_links(f"{here}/{SCHEME}", told, asked_form(request, told), JSON_TYPE),
            _scheme_link(request),
            _item_link(here),
        ],
    }
    return answer(request, told, document, title)


def _here(request: Request) -> str:
    name = request.path_params.get("collection")
    return f"{root_of(request)}/tiles" if name is None else f"{root_of(request)}/collections/{name}/tiles"


def _title(request: Request, asked: Sequence[Collection]) -> str:
    words = words_of(request)
    named = "collection" in request.path_params
    return words.text(f"ogc.collection.{asked[0].id}") if named else words.text("ogc.page.tiles")


def _scheme_link(request: Request) -> Link:
    return link(f"{root_of(request)}/tileMatrixSets/{SCHEME}", TILING_REL, JSON_TYPE, SCHEME)


def _item_link(here: str) -> Link:
    title = "{tileMatrix}/{tileRow}/{tileCol}"
    return {**link(f"{here}/{SCHEME}/{title}", "item", TILE_TYPE, title), "templated": True}


def _limits(zoom: int) -> dict[str, Any]:
    last = (1 << zoom) - 1
    return {"tileMatrix": str(zoom), "minTileRow": 0, "maxTileRow": last, "minTileCol": 0, "maxTileCol": last}


async def _layer(present: Present, one: Collection, deepest: int) -> dict[str, Any]:
    """One layer, with the box in which its features lie."""
    words = words_of(present.request)
    view = (await present.features(one)).view(present.seen(one))
    told: dict[str, Any] = {
        "id": one.layer,
        "title": words.text(f"ogc.collection.{one.id}"),
        "dataType": "vector",
        "minTileMatrix": "0",
        "maxTileMatrix": str(deepest),
        "links": [link(f"{root_of(present.request)}/collections/{one.id}", "geodata", JSON_TYPE)],
    }
    if one.geometry in DIMENSIONS:
        told["geometryDimension"] = DIMENSIONS[one.geometry]
    if view.bounds is not None:
        west, south, east, north = view.bounds
        told["boundingBox"] = {"lowerLeft": [west, south], "upperRight": [east, north], "crs": CRS84_URI}
    return told
