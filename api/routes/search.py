"""Serve the search of everything that has a name."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from api.asked import Current
from api.bodies.found import HitBody, HitList
from api.errors import problem_responses


def search(
    asked: Current,
    q: Annotated[
        str,
        Query(
            max_length=100, description="名称、编码、地址、电话，或“120.15,32.51” / or coordinates", examples=["罗塘"]
        ),
    ],
    limit: Annotated[int, Query(ge=1, le=50, description="最多几项 / at most so many")] = 12,
) -> HitList:
    """Cells, teams, officers, enterprises, roads and places that fit a text, best first; coordinates make a place."""
    index = asked.data.search_index(asked.now)
    items = [
        HitBody(
            kind=hit.kind,
            id=hit.id,
            code=hit.code,
            name=hit.name,
            detail=hit.detail,
            lon=hit.lon,
            lat=hit.lat,
            bbox=None if hit.bbox is None else list(hit.bbox),
        )
        for hit in index.find(q, limit, asked.sight)
    ]
    return HitList(items=items, query=q)


def router() -> APIRouter:
    """The route of the search."""
    routes = APIRouter(tags=["搜索 search"])
    routes.add_api_route("/search", search, responses=problem_responses())
    return routes
