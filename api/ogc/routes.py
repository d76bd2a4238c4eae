"""Mount everything below ``/ogc``; plain routes, since the busy ones have no time for typed forms."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route, Router

from api.ogc.catalogue import collection, collections
from api.ogc.conformance import conformance
from api.ogc.definition import definition
from api.ogc.items import item, items
from api.ogc.landing import landing
from api.ogc.links import ROOT
from api.ogc.schemas import queryables, schema
from api.ogc.tiles import tile, tile_set, tile_sets
from api.ogc.tiling import scheme, schemes

TILE = "/{scheme}/{matrix}/{row}/{column}"
Resource = Callable[[Request], Awaitable[Response]]


def routes() -> list[BaseRoute]:
    """The routes of the standards, and the landing page without its slash."""
    resources: dict[str, Resource] = {
        "/collections/{collection}/items": items,
        "/collections/{collection}/items/{feature}": item,
        f"/collections/{{collection}}/tiles{TILE}": tile,
        f"/tiles{TILE}": tile,
        "/": landing,
        "/api": definition,
        "/conformance": conformance,
        "/collections": collections,
        "/collections/{collection}": collection,
        "/collections/{collection}/queryables": queryables,
        "/collections/{collection}/schema": schema,
        "/tiles": tile_sets,
        "/tiles/{scheme}": tile_set,
        "/collections/{collection}/tiles": tile_sets,
        "/collections/{collection}/tiles/{scheme}": tile_set,
        "/tileMatrixSets": schemes,
        "/tileMatrixSets/{scheme}": scheme,
    }
    below = Router([Route(path, resource) for path, resource in resources.items()], redirect_slashes=False)
    return [Mount(ROOT, app=below), Route(ROOT, landing)]
