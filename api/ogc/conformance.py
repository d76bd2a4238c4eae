"""List the classes of the standards that the service conforms to."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from api.languages import words_of
from api.ogc.answers import answer
from api.ogc.links import JSON_TYPE, own_links, root_of
from api.ogc.negotiation import asked_form
from api.ogc.parameters import COMMON, given

FEATURES = "http://www.opengis.net/spec/ogcapi-features"
TILES = "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf"
FEATURES_CLASSES = ("core", "geojson", "html", "oas30")
TILES_CLASSES = ("core", "tileset", "tilesets-list", "dataset-tilesets", "geodata-tilesets", "mvt", "oas30")
CLASSES = (
    *(
        f"{FEATURES}-1/{version}/conf/{one}"
        for version in ("1.0", "1.1")
        for one in ("core", "geojson", "html", "oas30")
    ),
    f"{FEATURES}-2/1.0/conf/crs",
    f"{FEATURES}-3/1.0/conf/queryables",
    f"{FEATURES}-3/1.0/conf/queryables-query-parameters",
    *(f"{TILES}/{one}" for one in TILES_CLASSES),
)


async def conformance(request: Request) -> Response:
    """The classes."""
    told = given(request, COMMON)
    links = own_links(f"{root_of(request)}/conformance", told, asked_form(request, told), JSON_TYPE)
    document = {"conformsTo": list(CLASSES), "links": links}
    return answer(request, told, document, words_of(request).text("ogc.page.conformance"))
