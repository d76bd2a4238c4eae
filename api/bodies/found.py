"""Shape what a search finds."""

from __future__ import annotations

from pydantic import BaseModel, Field

from api.bodies.geometry import Bbox
from api.search import Kind


class HitBody(BaseModel):
    """Something found, with where to show it."""

    kind: Kind
    id: str
    code: str
    name: str
    detail: str
    lon: float | None
    lat: float | None
    bbox: Bbox | None


class HitList(BaseModel):
    """What was found, best first."""

    items: list[HitBody]
    query: str = Field(description="The question as it was asked")
