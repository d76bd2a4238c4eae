"""Serve cells, and the answer in which cells a place lies and who answers for it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query

from api.asked import Asked, CellCode, Current, Latitude, Longitude
from api.bodies.cells import CellDetail, CellList, LocatedBody, cell_body, cell_detail, located_cell
from api.errors import problem_responses
from api.questions import ServedCell, serving, whereabouts
from gridgis.cells import NoCell


def list_cells(
    asked: Current,
    level: Annotated[int | None, Query(ge=1, le=3, description="层级 / level")] = None,
    parent: CellCode = "",
) -> CellList:
    """Cells of the plan in force, of one level or under one parent when asked."""
    plan = asked.plan
    cells = plan.children(parent) if parent else plan.cells
    items = [cell_body(cell) for cell in cells if level is None or cell.level == level]
    return CellList(items=items, total=len(items))


def show_cell(asked: Current, code: Annotated[str, Path(max_length=40, examples=["321204101"])]) -> CellDetail:
    """A cell with its area, people, neighbours and enterprises by risk colour."""
    plan = asked.plan
    return cell_detail(
        _as_seen(asked, serving(asked.state, plan.cell(code), asked.now)),
        ancestors=plan.ancestors(code),
        children=plan.children(code),
        neighbours=plan.neighbours(code),
        risk_counts=asked.data.sites_in_cells(plan).risk_counts([code], asked.sight.seen),
    )


def locate(asked: Current, lon: Longitude, lat: Latitude) -> LocatedBody:
    """The cells of a place from level 1 to 3 with the people who serve them today."""
    found = whereabouts(asked.state, (lon, lat), asked.now)
    reason = found.reason.name.lower()
    return LocatedBody(
        lon=lon,
        lat=lat,
        cells=[located_cell(_as_seen(asked, cell)) for cell in found.cells],
        on_border=found.on_border,
        reason=reason,
        detail="" if found.reason is NoCell.FOUND else asked.words.text(f"no_cell.{reason}"),
    )


def _as_seen(asked: Asked, served: ServedCell) -> ServedCell:
    """A cell with those of its people who are seen, as they are seen."""
    people = [
        (asked.sight.masked(officer), post)
        for officer, post in served.people
        if asked.sight.sees("officer", officer.id)
    ]
    return ServedCell(served.cell, people)


def router() -> APIRouter:
    """The routes of cells."""
    routes = APIRouter(tags=["网格 cells"])
    routes.add_api_route("/cells", list_cells, responses=problem_responses(404, 409))
    routes.add_api_route("/cells/{code}", show_cell, responses=problem_responses(404, 409))
    routes.add_api_route("/locate", locate, responses=problem_responses(409))
    return routes
