"""Serve what is found in the words of a caller while they are typed: the type of the alarm, and places."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from api.asked import Asked, Current
from api.bodies.incidents import PlaceHit, TypedBody
from api.desk.coordinates import coordinates_typed
from api.errors import problem_responses
from api.search import Hit
from gridgis.dispatch.incidents.type_words import types_said

MOST_PLACES = 8


def find_typed(
    asked: Current,
    text: Annotated[str, Query(max_length=2000, description="报警人所述 / what the caller says")] = "",
    place: Annotated[
        str, Query(max_length=200, description="地址、企业、村、地标或坐标 / address, enterprise, village, coordinates")
    ] = "",
) -> TypedBody:
    """Alarm types that the words tell of, and places that fit, coordinates of any system turned into WGS84."""
    return TypedBody(types=types_said(text), places=_places(asked, place) if place.strip() else [])


def _places(asked: Asked, text: str) -> list[PlaceHit]:
    typed = coordinates_typed(text)
    if typed is not None:
        lon, lat, system = typed
        plan = asked.plan_if_any
        cells = () if plan is None else plan.locate((lon, lat)).cells(0)
        detail = " › ".join(cell.name for cell in cells if cell is not None)
        name = f"{lon:.6f}, {lat:.6f}"
        return [PlaceHit(kind="coordinates", id=system, name=name, detail=detail, lon=lon, lat=lat, enterprise_id=None)]
    found = asked.data.search_index(asked.now).find(text, MOST_PLACES * 2, asked.sight)
    return [
        _hit(hit, hit.lon, hit.lat)
        for hit in found
        if hit.lon is not None and hit.lat is not None and hit.kind != "officer"
    ][:MOST_PLACES]


def _hit(hit: Hit, lon: float, lat: float) -> PlaceHit:
    return PlaceHit(
        kind=hit.kind,
        id=hit.id,
        name=hit.name,
        detail=hit.detail,
        lon=lon,
        lat=lat,
        enterprise_id=UUID(hit.id) if hit.kind == "enterprise" else None,
    )


def router() -> APIRouter:
    """The route of what is typed."""
    routes = APIRouter(tags=["指挥 desk"])
    routes.add_api_route("/typed", find_typed, responses=problem_responses())
    return routes
