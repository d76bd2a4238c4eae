"""Serve the register of enterprises."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query

from api.asked import Asked, CellCode, Current, Limit, Offset, SearchText
from api.bodies.enterprises import (
    EnterpriseDetail,
    EnterpriseList,
    enterprise_body,
    enterprise_detail,
)
from api.errors import problem_responses
from api.search import folded
from gridgis.errors import NotKnown
from gridgis.supervision.enterprises import Enterprise, RiskColour


def list_enterprises(
    asked: Current,
    *,
    q: SearchText = "",
    risk: Annotated[RiskColour | None, Query(description="风险颜色 / risk colour")] = None,
    cell: CellCode = "",
    limit: Limit = 50,
    offset: Offset = 0,
) -> EnterpriseList:
    """Enterprises whose name, code, department or industry holds a text, of a risk colour, with a site in a cell."""
    data = asked.data
    fitting = fitting_enterprises(asked, q=q, risk=risk, cell=cell)
    page = fitting[offset : offset + limit]
    items = [enterprise_body(enterprise, data.sites_of.get(enterprise.id, ())) for enterprise in page]
    return EnterpriseList(items=items, total=len(fitting), limit=limit, offset=offset)


def fitting_enterprises(asked: Asked, *, q: str, risk: RiskColour | None, cell: str) -> list[Enterprise]:
    """Enterprises that are seen and fit a question, in the register's order.

    Raises:
        NotKnown: For a cell that is none.
        Conflict: ``plan.none``.
    """
    text = folded(q.strip())
    return [
        enterprise
        for enterprise in _in_cell(asked, cell)
        if (risk is None or enterprise.risk is risk) and (not text or text in asked.data.enterprise_text[enterprise.id])
    ]


def _in_cell(asked: Asked, code: str) -> Sequence[Enterprise]:
    """Enterprises that are seen and have a site in a cell; in any or none when none is named."""
    if not code:
        return asked.sight.chosen("enterprise", asked.state.enterprises)
    plan = asked.plan
    return asked.sight.seen(asked.data.sites_in_cells(plan).enterprises_in.get(plan.cell(code).code, ()))


def show_enterprise(asked: Current, enterprise_id: Annotated[UUID, Path(alias="id")]) -> EnterpriseDetail:
    """An enterprise with its contact, its sites and their cells."""
    data = asked.data
    enterprise = data.enterprise(enterprise_id)
    if not asked.sight.sees("enterprise", enterprise.id):
        raise NotKnown("enterprise.unknown", value=str(enterprise_id))
    sites = data.sites_of.get(enterprise.id, ())
    codes = data.sites_in_cells(asked.plan_if_any).codes
    return enterprise_detail(asked.sight.masked(enterprise), sites, [codes[data.site_row[site.id]] for site in sites])


def router() -> APIRouter:
    """The routes of enterprises."""
    routes = APIRouter(tags=["企业 enterprises"])
    routes.add_api_route("/enterprises", list_enterprises, responses=problem_responses(404, 409))
    routes.add_api_route("/enterprises/{id}", show_enterprise, responses=problem_responses(404))
    return routes
