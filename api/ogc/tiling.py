"""Answer the one tiling scheme: Web Mercator tiles, as the pages' maps have them."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from api.languages import words_of
from api.ogc.answers import answer
from api.ogc.links import JSON_TYPE, both_forms, own_links, root_of
from api.ogc.negotiation import asked_form
from api.ogc.parameters import COMMON, given
from gridgis.errors import NotKnown
from maps.tiles import DEEPEST_ZOOM, HALF_WORLD_M

SCHEME = "WebMercatorQuad"
SCHEME_URI = f"http://www.opengis.net/def/tilematrixset/OGC/1.0/{SCHEME}"
SCHEME_CRS = "http://www.opengis.net/def/crs/EPSG/0/3857"
PIXELS = 256
PIXEL_M = 0.00028  # the standard's size of a pixel


def check_scheme(name: str) -> None:
    """Refuse a tiling scheme that there is not.

    Raises:
        NotKnown: ``ogc.tileset_unknown``.
    """
    if name != SCHEME:
        raise NotKnown("ogc.tileset_unknown", value=name, known=SCHEME)


async def schemes(request: Request) -> Response:
    """The list of tiling schemes."""
    told, words, here = given(request, COMMON), words_of(request), f"{root_of(request)}/tileMatrixSets"
    one = {
        "id": SCHEME,
        "title": SCHEME,
        "uri": SCHEME_URI,
        "crs": SCHEME_CRS,
        "links": both_forms(f"{here}/{SCHEME}", "self", JSON_TYPE, SCHEME),
    }
    links = own_links(here, told, asked_form(request, told), JSON_TYPE)
    return answer(request, told, {"tileMatrixSets": [one], "links": links}, words.text("ogc.page.tiling"))


async def scheme(request: Request) -> Response:
    """The tiling scheme: where its tiles lie at each zoom.

    Raises:
        NotKnown: ``ogc.tileset_unknown``.
    """
    told = given(request, COMMON)
    check_scheme(request.path_params["scheme"])
    here = f"{root_of(request)}/tileMatrixSets/{SCHEME}"
    document = {
        "id": SCHEME,
        "title": SCHEME,
        "uri": SCHEME_URI,
        "crs": SCHEME_CRS,
        "orderedAxes": ["X", "Y"],
        "wellKnownScaleSet": "http://www.opengis.net/def/wkss/OGC/1.0/GoogleMapsCompatible",
        "tileMatrices": [_matrix(zoom) for zoom in range(DEEPEST_ZOOM + 1)],
        "links": own_links(here, told, asked_form(request, told), JSON_TYPE),
    }
    return answer(request, told, document, SCHEME)


def _matrix(zoom: int) -> dict[str, Any]:
    """The tiles of a zoom."""
    tiles = 1 << zoom
    cell_m = 2 * HALF_WORLD_M / tiles / PIXELS
    return {
        "id": str(zoom),
        "scaleDenominator": cell_m / PIXEL_M,
        "cellSize": cell_m,
        "cornerOfOrigin": "topLeft",
        "pointOfOrigin": [-HALF_WORLD_M, HALF_WORLD_M],
        "tileWidth": PIXELS,
        "tileHeight": PIXELS,
        "matrixWidth": tiles,
        "matrixHeight": tiles,
    }
