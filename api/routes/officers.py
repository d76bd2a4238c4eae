"""Serve the people of the grid: the cells of each, what lies around them and the enterprises inside."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Query

from api.asked import Asked, CellCode, Current, Limit, Offset, SearchText
from api.bodies.cells import CellBody, RiskCounts, cell_body
from api.bodies.geometry import geometry_of
from api.bodies.officers import OfficerBody, OfficerDetail, OfficerList, ServedCell, officer_body
from api.errors import problem_responses
from api.search import folded
from gridgis.cells import Cell, GridPlan
from gridgis.people.officers import Officer, Post, PostRole
from gridgis.supervision.enterprises import RiskColour


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
    names = _cell_names(asked)
    if cell:
        asked.plan.cell(cell)
    text = folded(q.strip())
    fitting: list[tuple[Officer, list[Post]]] = []
    for officer in asked.data.state.officers:
        posts = _held(asked, officer)
        if role is not None and all(post.role is not role for post in posts):
            continue
        if cell and all(post.cell_code != cell for post in posts):
            continue
        if not text or text in folded(f"{officer.name}\n{officer.code}\n{officer.phone}"):
            fitting.append((officer, posts))
    items = [officer_body(officer, posts, names) for officer, posts in fitting[offset : offset + limit]]
    return OfficerList(items=items, total=len(fitting), limit=limit, offset=offset)


def show_officer(asked: Current, officer_id: Annotated[UUID, Path(alias="id")]) -> OfficerDetail:
    """An officer with the cells served today, their neighbours and the enterprises in them by risk colour."""
    officer = asked.data.officer(officer_id)
    posts = _held(asked, officer)
    body = officer_body(officer, posts, _cell_names(asked))
    plan = asked.data.state.plan_at(asked.now)
    cells = [] if plan is None else _served(plan, posts)
    return OfficerDetail(
        **_parts(body),
        professional=officer.professional,
        licence_until=officer.licence_until,
        in_service_since=officer.in_service_since,
        bbox=_bbox(cells),
        cells=[] if plan is None else [_served_cell(asked, plan, cell) for cell in cells],
        neighbours=[] if plan is None else _neighbours(plan, cells),
        enterprises=RiskCounts(red=0, orange=0, yellow=0, blue=0) if plan is None else _counts(asked, plan, cells),
    )


def _parts(body: OfficerBody) -> dict[str, Any]:
    return {name: getattr(body, name) for name in OfficerBody.model_fields}


def _held(asked: Asked, officer: Officer) -> list[Post]:
    """The posts that an officer holds today."""
    return [post for post in asked.data.posts_of.get(officer.id, ()) if post.holds_on(asked.today)]


def _cell_names(asked: Asked) -> dict[str, str]:
    plan = asked.data.state.plan_at(asked.now)
    return {} if plan is None else {cell.code: cell.name for cell in plan.cells}


def _served(plan: GridPlan, posts: list[Post]) -> list[Cell]:
    """The cells of posts, each once, as far as the plan has them."""
    codes = {post.cell_code for post in posts}
    return [cell for cell in plan.cells if cell.code in codes]


def _bbox(cells: list[Cell]) -> list[float] | None:
    if not cells:
        return None
    boxes = [cell.geometry.bounds for cell in cells]
    return [
        *(min(box[side] for box in boxes) for side in (0, 1)),
        *(max(box[side] for box in boxes) for side in (2, 3)),
    ]


def _served_cell(asked: Asked, plan: GridPlan, cell: Cell) -> ServedCell:
    counts = asked.data.sites_in_cells(plan).risk_counts(cell.code)
    body = cell_body(cell)
    return ServedCell(
        **{name: getattr(body, name) for name in CellBody.model_fields},
        geometry=geometry_of(cell.geometry),
        enterprises=RiskCounts(**counts),
    )


def _neighbours(plan: GridPlan, cells: list[Cell]) -> list[CellBody]:
    """Cells that touch those served and are not served themselves."""
    own = {cell.code for cell in cells}
    around = {near.code: near for cell in cells for near in plan.neighbours(cell.code) if near.code not in own}
    return [cell_body(around[code]) for code in sorted(around)]


def _counts(asked: Asked, plan: GridPlan, cells: list[Cell]) -> RiskCounts:
    """Enterprises in all cells served, each once."""
    inside = asked.data.sites_in_cells(plan).enterprises_in
    found = {enterprise.id: enterprise for cell in cells for enterprise in inside.get(cell.code, ())}
    counts = dict.fromkeys((risk.value for risk in RiskColour), 0)
    for enterprise in found.values():
        counts[enterprise.risk.value] += 1
    return RiskCounts(**counts)


def router() -> APIRouter:
    """The routes of officers."""
    routes = APIRouter(tags=["人员 officers"])
    routes.add_api_route("/officers", list_officers, responses=problem_responses(404, 409))
    routes.add_api_route("/officers/{id}", show_officer, responses=problem_responses(404))
    return routes
