"""Serve vector tiles by a plain Starlette route: the base map from its file, live layers from memory."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.auth.asking import areas_asked
from api.files import Kept
from api.served import ServedDistrict
from gridgis.access import Action
from gridgis.errors import InvalidValue
from maps.tiles import Tile

MEDIA_TYPE = "application/vnd.mapbox-vector-tile"
FOR_EVER = "private, max-age=31536000, immutable"
NAMES = ("base", "cells", "enterprises", "teams")
MOST_DIGITS = 9


async def tile(request: Request, name: str) -> Response:
    """A tile: kept for ever where the address names the version, else asked for again each time; 204 where nothing is.

    Raises:
        InvalidValue: ``tile.address``.
        StoreFault: See `ServedDistrict.base_map`.
    """
    address = _address(request)
    version, body = await run_in_threadpool(_cut, request, name, address)
    named = request.query_params.get("v") == version
    kept = Kept(f"{version}-{address.z}-{address.x}-{address.y}", MEDIA_TYPE, None, body)
    return kept.answer(request, {"Cache-Control": FOR_EVER} if named else {})


def _address(request: Request) -> Tile:
    """The address asked for."""
    parts = {part: request.path_params[part] for part in ("z", "x", "y")}
    if any(not (text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS) for text in parts.values()):
        raise InvalidValue("tile.address", **parts)
    return Tile(**{part: int(text) for part, text in parts.items()})


def _cut(request: Request, name: str, address: Tile) -> tuple[str, bytes]:
    """The version of some tiles and one of them, gzipped; of enterprises those that whoever asks may see."""
    served: ServedDistrict = request.app.state.served
    if name != "base":
        live = served.live_tiles(name, areas_asked(request, Action.ENTERPRISES_READ))
        return live.version, live.tile(address)
    base = served.base_map()
    return ("none", b"") if base is None else (base.version, base.tile(address))


def routes() -> list[Route]:
    """A route for each name of tiles."""
    return [Route(f"/tiles/{name}/{{z}}/{{x}}/{{y}}.mvt", _named(name), name="tile") for name in NAMES]


def _named(name: str) -> Callable[[Request], Awaitable[Response]]:
    """What answers tiles of a name."""

    async def tile_of(request: Request) -> Response:
        return await tile(request, name)

    return tile_of
