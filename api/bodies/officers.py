"""Shape officers: their postings, the cells they serve, what lies around and inside."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from uuid import UUID

from pydantic import BaseModel, Field

from api.bodies.cells import CellBody, RiskCounts
from api.bodies.geometry import Bbox, Geometry
from gridgis.cells import Cell
from gridgis.people.officers import Officer, Post, PostRole


class PostBody(BaseModel):
    """A posting held today."""

    role: PostRole
    cell_code: str
    cell_name: str
    since: date
    until: date | None
    acting_for: UUID | None


class OfficerBody(BaseModel):
    """An officer as a list shows it."""

    id: UUID
    code: str
    name: str
    phone: str
    posts: list[PostBody] = Field(description="Postings held today")


class OfficerList(BaseModel):
    """Officers that fit the question."""

    items: list[OfficerBody]
    total: int
    limit: int
    offset: int


class ServedCellBody(CellBody):
    """A cell that an officer serves, with its area and enterprises."""

    geometry: Geometry
    enterprises: RiskCounts


class OfficerDetail(OfficerBody):
    """An officer with the cells served today, their neighbours and the enterprises in them."""

    professional: bool
    licence_until: date | None
    in_service_since: date | None
    bbox: Bbox | None = Field(description="Of all cells served")
    cells: list[ServedCellBody]
    neighbours: list[CellBody] = Field(description="Cells of the same levels that touch those served")
    enterprises: RiskCounts = Field(description="In all cells served, each enterprise once")


def officer_body(officer: Officer, posts: Iterable[Post], cells: Mapping[str, Cell]) -> OfficerBody:
    """An officer as a list shows it.

    Args:
        officer: The officer.
        posts: Postings held today.
        cells: Cells of the plan in force by code.
    """
    return OfficerBody(
        id=officer.id,
        code=officer.code,
        name=officer.name,
        phone=officer.phone,
        posts=[
            PostBody(
                role=post.role,
                cell_code=post.cell_code,
                cell_name=cells[post.cell_code].name if post.cell_code in cells else "",
                since=post.since,
                until=post.until,
                acting_for=post.acting_for,
            )
            for post in posts
        ],
    )
