"""Serve the people of the grid: the cells of each, what lies around them and the enterprises inside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query

from api.asked import Asked, CellCode, Current, Limit, Offset, SearchText
from api.bodies.cells import CellBody, RiskCounts, cell_body
from api.bodies.geometry import bbox_of, geometry_of
from api.bodies.officers import OfficerDetail, OfficerList, ServedCellBody, officer_body
from api.errors import problem_responses
from api.search import folded
from gridgis.cells import Cell, GridPlan
from gridgis.errors import NotKnown
from gridgis.people.officers import Officer, Post, PostRole


def list_officers(
    asked: Current,
    *,
    q: SearchText = "",
    role: Annotated[PostRole | None, Query(description="岗位 / role held today")] = None,
    cell: CellCode = "",
    limit: Limit = 50,
    offset: Offset = 0,
) -> OfficerList:
    """Officers whose name, number or telephone holds a text, who hold a role today, who serve a cell today."""
    fitting, cells = fitting_officers(asked, q=q, role=role, cell=cell), _cells(asked)
    items = [
        officer_body(asked.sight.masked(officer), posts, cells) for officer, posts in fitting[offset : offset + limit]
    ]
    return OfficerList(items=items, total=len(fitting), limit=limit, offset=offset)


def fitting_officers(asked: Asked, *, q: str, role: PostRole | None, cell: str) -> list[tuple[Officer, list[Post]]]:
    """Officers who are seen and fit a question, each with the posts held today.

    Raises:
        NotKnown: For a cell that is none.
        Conflict: ``plan.none``.
    """
    if cell:
        asked.plan.cell(cell)
    text = folded(q.strip())
    fitting: list[tuple[Officer, list[Post]]] = []
    for officer in asked.sight.chosen("officer", asked.state.officers):
        posts = _held(asked, officer)
        if role is not None and all(post.role is not role for post in posts):
            continue
        if cell and all(post.cell_code != cell for post in posts):
            continue
        phone = officer.phone if asked.sight.calls("officer", officer.id) else ""
        if not text or text in folded(f"{officer.name}\n{officer.code}\n{phone}"):
            fitting.append((officer, posts))
    return fitting


def show_officer(asked: Current, officer_id: Annotated[UUID, Path(alias="id")]) -> OfficerDetail:
    """An officer with the cells served today, their neighbours and the enterprises in them by risk colour."""
    officer = asked.data.officer(officer_id)
    if not asked.sight.sees("officer", officer.id):
        raise NotKnown("officer.unknown", value=str(officer_id))
    posts, cells = _held(asked, officer), _cells(asked)
    served = [cells[code] for code in sorted({post.cell_code for post in posts}) if code in cells]
    sites = asked.data.sites_in_cells(asked.plan_if_any)
    return OfficerDetail(
        **dict(officer_body(asked.sight.masked(officer), posts, cells)),
        professional=officer.professional,
        licence_until=officer.licence_until,
        in_service_since=officer.in_service_since,
        bbox=bbox_of(*(cell.geometry for cell in served)) if served else None,
        cells=[
            ServedCellBody(
                **dict(cell_body(cell)),
                geometry=geometry_of(cell.geometry),
                enterprises=RiskCounts(**sites.risk_counts([cell.code], asked.sight.seen)),
            )
            for cell in served
        ],
        neighbours=_neighbours(asked.plan_if_any, served),
        enterprises=RiskCounts(**sites.risk_counts((cell.code for cell in served), asked.sight.seen)),
    )


def _held(asked: Asked, officer: Officer) -> list[Post]:
    """The posts that an officer holds today."""
    return [post for post in asked.data.posts_of.get(officer.id, ()) if post.holds_on(asked.today)]


def _cells(asked: Asked) -> Mapping[str, Cell]:
    """Cells of the plan in force by code, none before the first plan."""
    return {} if asked.plan_if_any is None else asked.plan_if_any.cell_by_code


def _neighbours(plan: GridPlan | None, served: Sequence[Cell]) -> list[CellBody]:
    """Cells that touch those served and are not served themselves."""
    if plan is None:
        return []
    own = {cell.code for cell in served}
    around = {near.code: near for cell in served for near in plan.neighbours(cell.code) if near.code not in own}
    return [cell_body(around[code]) for code in sorted(around)]


def router() -> APIRouter:
    """The routes of officers."""
    routes = APIRouter(tags=["人员 officers"])
    routes.add_api_route("/officers", list_officers, responses=problem_responses(404, 409))
    routes.add_api_route("/officers/{id}", show_officer, responses=problem_responses(404))
    return routes
