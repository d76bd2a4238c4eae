"""Serve vector tiles by a plain Starlette route: the base map from its file, live layers from memory."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.files import Kept
from api.served import ServedDistrict
from gridgis.errors import InvalidValue
from maps.tiles import Tile

MEDIA_TYPE = "application/vnd.mapbox-vector-tile"
FOR_EVER = "public, max-age=31536000, immutable"
LIVE = frozenset({"cells", "enterprises", "teams"})
MOST_DIGITS = 9


async def tile(request: Request) -> Response:
    """A tile: kept for ever where the address names the version, else asked for again each time; 204 where nothing is.

    Raises:
        HTTPException: 404 for tiles of another name.
        InvalidValue: ``tile.address``.
        StoreFault: See `ServedDistrict.base_map`.
    """
    name = request.path_params["name"]
    if name != "base" and name not in LIVE:
        raise HTTPException(404)
    address = _address(request)
    version, body = await run_in_threadpool(_cut, request.app.state.served, name, address)
    named = request.query_params.get("v") == version
    kept = Kept(f"{version}-{address.z}-{address.x}-{address.y}", MEDIA_TYPE, None, body)
    return kept.answer(request, {"Cache-Control": FOR_EVER} if named else {})


def _address(request: Request) -> Tile:
    """The address asked for."""
    parts = {part: request.path_params[part] for part in ("z", "x", "y")}
    if any(not (text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS) for text in parts.values()):
        raise InvalidValue("tile.address", **parts)
    return Tile(**{part: int(text) for part, text in parts.items()})


def _cut(served: ServedDistrict, name: str, address: Tile) -> tuple[str, bytes]:
    """The version of some tiles and one of them, gzipped."""
    if name in LIVE:
        live = served.live_tiles(name)
        return live.version, live.tile(address)
    base = served.base_map()
    return ("none", b"") if base is None else (base.version, base.tile(address))


def routes() -> list[Route]:
    """The route of tiles."""
    return [Route("/tiles/{name}/{z}/{x}/{y}.mvt", tile)]
