"""Serve vector tiles by a plain Starlette route: the base map from its file, live layers from memory."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.auth.asking import areas_asked
from api.files import Kept
from api.served import ServedDistrict
from api.tile_sets import TileSets, Wanted, cut
from gridgis.access import Action
from gridgis.access.areas import EVERYTHING
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
    served: ServedDistrict = request.app.state.served
    sets: TileSets = request.app.state.tile_sets
    data = await served.newest()
    area = areas_asked(request, Action.ENTERPRISES_READ) if name == "enterprises" else EVERYTHING
    tiles = await sets.get(Wanted((name,), area=area), data, data.state.plan_at(served.now()))
    body = await cut(tiles, address)
    named = request.query_params.get("v") == tiles.version
    kept = Kept(f"{tiles.version}-{address.z}-{address.x}-{address.y}", MEDIA_TYPE, None, body)
    return kept.answer(request, {"Cache-Control": FOR_EVER} if named else {})


def _address(request: Request) -> Tile:
    """The address asked for."""
    parts = {part: request.path_params[part] for part in ("z", "x", "y")}
    if any(not (text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS) for text in parts.values()):
        raise InvalidValue("tile.address", **parts)
    return Tile(**{part: int(text) for part, text in parts.items()})


def routes() -> list[Route]:
    """A route for each name of tiles."""
    return [Route(f"/tiles/{name}/{{z}}/{{x}}/{{y}}.mvt", _named(name), name="tile") for name in NAMES]


def _named(name: str) -> Callable[[Request], Awaitable[Response]]:
    """What answers tiles of a name."""

    async def tile_of(request: Request) -> Response:
        return await tile(request, name)

    return tile_of
