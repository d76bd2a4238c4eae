"""Give records out as files: what the lists show, chosen as they choose, and each time an event of the trail."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response

from api.asked import Asked, CellCode, Current, SearchText
from api.auth.asking import principal_of
from api.errors import problem_responses
from api.export_tables import alarm_table, enterprise_table, officer_table, team_table
from api.exporting import XLSX_TYPE, Form, Table, disposition
from api.routes.alarms import Day, fitting_alarms
from api.routes.enterprises import fitting_enterprises
from api.routes.officers import fitting_officers
from api.routes.teams import fitting_teams
from api.sight import READ
from geodata.store import Store
from gridgis.access import decide_anywhere, mask_text
from gridgis.dispatch.teams import Command, Tier
from gridgis.errors import Conflict, NotAllowed
from gridgis.people.officers import PostRole
from gridgis.supervision.enterprises import RiskColour

FormOf = Annotated[Form, Path(description="文件格式 / form of the file")]


def export_enterprises(
    request: Request,
    asked: Current,
    form: FormOf,
    *,
    q: SearchText = "",
    risk: Annotated[RiskColour | None, Query(description="风险颜色 / risk colour")] = None,
    cell: CellCode = "",
) -> Response:
    """The enterprises that `/enterprises` lists, as a file; the export is noted in the trail."""
    check_reading(request, asked, "enterprise")
    table = enterprise_table(asked, fitting_enterprises(asked, q=q, risk=risk, cell=cell))
    return given_out(request, asked, "enterprise", form, table=table, chosen={"q": q, "risk": risk, "cell": cell})


def export_officers(
    request: Request,
    asked: Current,
    form: FormOf,
    *,
    q: SearchText = "",
    role: Annotated[PostRole | None, Query(description="岗位 / role held today")] = None,
    cell: CellCode = "",
) -> Response:
    """The officers that `/officers` lists, as a file; the export is noted in the trail."""
    check_reading(request, asked, "officer")
    table = officer_table(asked, fitting_officers(asked, q=q, role=role, cell=cell))
    return given_out(request, asked, "officer", form, table=table, chosen={"q": q, "role": role, "cell": cell})


def export_teams(
    request: Request,
    asked: Current,
    form: FormOf,
    tier: Annotated[Tier | None, Query(description="类别 / tier")] = None,
    command: Annotated[Command | None, Query(description="指挥关系 / command")] = None,
) -> Response:
    """The teams that `/teams` lists, as a file; the export is noted in the trail."""
    check_reading(request, asked, "team")
    table = team_table(asked, fitting_teams(asked, tier=tier, command=command))
    return given_out(request, asked, "team", form, table=table, chosen={"tier": tier, "command": command})


def export_alarms(
    request: Request,
    asked: Current,
    form: FormOf,
    first: Annotated[Day | None, Query(alias="from", description="起始日（含） / first local day")] = None,
    last: Annotated[Day | None, Query(alias="to", description="截止日（含） / last local day")] = None,
) -> Response:
    """The alarms that `/alarms` lists, as a file; the export is noted in the trail."""
    check_reading(request, asked, "alarm")
    table = alarm_table(asked, fitting_alarms(asked, first, last))
    return given_out(request, asked, "alarm", form, table=table, chosen={"from": first, "to": last})


def check_reading(request: Request, asked: Asked, noun: str) -> None:
    """Refuse whoever may export and may not read these records at all.

    Raises:
        NotAllowed: A reason of `gridgis.access`.
    """
    decision = decide_anywhere(principal_of(request), READ[noun], at=asked.now)
    if not decision.allowed:
        raise NotAllowed(decision.reason.value, action=READ[noun].value)


def given_out(
    request: Request, asked: Asked, noun: str, form: Form, *, table: Table, chosen: Mapping[str, Any]
) -> Response:
    """A table as a file, after its event is in the trail.

    Raises:
        Conflict: ``account.none`` where nothing is stored.
        InvalidValue: ``export.too_many``.
        StoreFault: When the event can't be written; then nothing is given out.
    """
    table.check()
    store: Store | None = request.app.state.accounts
    principal = principal_of(request)
    if store is None or principal is None:
        raise Conflict("account.none")
    content = table.write(form)
    told = {name: _told(value) for name, value in chosen.items() if value not in {None, ""}}
    with store.unit_of_work(actor=principal.name, now=asked.now) as work:
        work.record_export(noun=noun, form=form.value, asked=told, rows=len(table.rows))
        work.commit()
    named = disposition(table.title, f"{noun}s", form, asked.now)
    return Response(content, media_type=form.media_type, headers={"Content-Disposition": named})


def _told(value: object) -> str:
    """By what records were chosen, as the trail keeps it for ever: without telephone numbers."""
    return value.isoformat() if isinstance(value, date) else mask_text(str(value))


def router() -> APIRouter:
    """The routes of exports."""
    routes = APIRouter(tags=["导出 exports"])
    file = {"schema": {"type": "string", "format": "binary"}}
    answers = {
        **problem_responses(401, 403, 404, 409),
        200: {"description": "表格文件 / the file", "content": {XLSX_TYPE: file, "text/csv": file}},
    }
    for name, export in (
        ("enterprises", export_enterprises),
        ("officers", export_officers),
        ("teams", export_teams),
        ("alarms", export_alarms),
    ):
        routes.add_api_route(f"/exports/{name}.{{form}}", export, responses=answers, response_class=Response)
    return routes
