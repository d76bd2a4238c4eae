"""Serve vector tiles by plain Starlette routes: the base map from its file, live layers from memory."""

from __future__ import annotations

import gzip

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.district import ServedDistrict
from maps.base_map import BaseMap
from maps.layers import LiveTiles
from maps.tiles import Tile

MEDIA_TYPE = "application/vnd.mapbox-vector-tile"
FOR_EVER = "public, max-age=31536000, immutable"
LIVE = ("cells", "enterprises", "teams")


def _tile(request: Request) -> Tile:
    """The address asked for.

    Raises:
        InvalidValue: ``tile.address``.
    """
    z, x, y = (int(request.path_params[part]) for part in ("z", "x", "y"))
    return Tile(z, x, y)


async def base_tile(request: Request) -> Response:
    """A tile of the base map; 204 where nothing lies or the district has no roads, water or places."""
    tile = _tile(request)
    served: ServedDistrict = request.app.state.served

    def cut() -> tuple[str, bytes]:
        opened: BaseMap | None = served.base_map()
        return ("none", b"") if opened is None else (opened.version, opened.tile(tile))

    version, body = await run_in_threadpool(cut)
    return _answer(request, tile, version, body)


async def live_tile(request: Request) -> Response:
    """A tile of cells, enterprises or teams; 204 where nothing lies."""
    tile = _tile(request)
    served: ServedDistrict = request.app.state.served
    name = request.url.path.split("/")[2]

    def cut() -> tuple[str, bytes]:
        tiles: LiveTiles = served.live_tiles(name)
        return tiles.version, tiles.tile(tile)

    version, body = await run_in_threadpool(cut)
    return _answer(request, tile, version, body)


def _answer(request: Request, tile: Tile, version: str, body: bytes) -> Response:
    """A tile with its tag: kept for ever where the address names the version, else asked again each time."""
    tag = f'"{version}-{tile.z}-{tile.x}-{tile.y}"'
    named = request.query_params.get("v") == version
    headers = {"ETag": tag, "Cache-Control": FOR_EVER if named else "no-cache", "Vary": "Accept-Encoding"}
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    if not body:
        return Response(status_code=204, headers=headers)
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Response(body, media_type=MEDIA_TYPE, headers={**headers, "Content-Encoding": "gzip"})
    return Response(gzip.decompress(body), media_type=MEDIA_TYPE, headers=headers)


def routes() -> list[Route]:
    """The routes of tiles."""
    address = "{z:int}/{x:int}/{y:int}.mvt"
    return [
        Route(f"/tiles/base/{address}", base_tile),
        *(Route(f"/tiles/{name}/{address}", live_tile) for name in LIVE),
    ]
