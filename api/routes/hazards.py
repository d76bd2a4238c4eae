"""Serve hazards: reports, steps, what is shown of them, and their photos."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Body, Path, Query, Response

from api.asked import CellCode, Limit, Offset
from api.bodies.field import FieldKit
from api.bodies.hazards import HazardDetail, HazardList, HazardStepRequest, NewHazard, Taken
from api.errors import problem_responses
from api.field.following import Field, InField
from api.field.kit import kit
from api.field.showing import detail, listed, urgency, utc
from api.field.stepping import hold, named, release, step
from api.moments import LOCAL_TIME
from gridgis.access import Action, demand
from gridgis.errors import NotKnown
from gridgis.hazards import DeviceStamp, Hazard, HazardCase, Origin, State
from gridgis.hazards.following import open_hazard
from gridgis.hazards.hazard import hazard_code
from gridgis.hazards.taking import report

if TYPE_CHECKING:
    from geodata.store import UnitOfWork

HazardId = Annotated[UUID, Path(alias="id")]
PhotoId = Annotated[UUID, Path(alias="id")]
HELD = 202


def list_hazards(
    at: InField,
    scope: Annotated[
        Literal["open", "mine", "all"],
        Query(description="未结案的、我上报的、全部 / open ones, those I reported, all"),
    ] = "open",
    cell: Annotated[CellCode, Query()] = "",
    limit: Limit = 200,
    offset: Offset = 0,
) -> HazardList:
    """Hazards that whoever asks sees: open ones with those that are due first, of the others the newest first."""
    with at.store.one_moment():
        found = at.store.hazards(open_only=scope == "open", reporter=at.who.name if scope == "mine" else None)
        seen = at.sight.seen(found)
        if cell:
            codes = at.sight.cells(seen)
            seen = [one for one, own in zip(seen, codes, strict=True) if any(code.startswith(cell) for code in own)]
        if scope == "open":  # when each is due is known only once its steps are read
            whole = sorted(listed(at, at.store.hazard_cases(seen)), key=urgency)
            items = whole[offset : offset + limit]
        else:
            newest = sorted(seen, key=lambda one: one.found_at, reverse=True)[offset : offset + limit]
            items = listed(at, at.store.hazard_cases(newest))
    return HazardList(items=items, total=len(seen), now=utc(at.asked.now))


def show_hazard(at: InField, hazard_id: HazardId) -> HazardDetail:
    """One hazard with its steps, its clocks, its photos, and what can be done next."""
    return detail(at, at.sight.case(at.store, hazard_id))


def report_hazard(at: InField, told: Annotated[NewHazard, Body()]) -> HazardDetail:
    """Report a hazard, wherever it lies: it is followed by whoever answers for its place, and stays the reporter's."""
    stamp = at.stamp(told.made_at)
    if told.origin == "inspection":
        demand(at.who, Action.INSPECTIONS_WRITE, cell_codes=_codes(at, told, stamp), departments=[""], at=at.asked.now)

    def run(work: UnitOfWork) -> HazardCase:
        made = report(_reported(at, told, stamp), stamp, told.step_id, photos=named(told.photos))
        held = open_hazard(work, made)
        at.sight.demand_seen(held.hazard)
        return held

    case = at.carry_out(told.step_id, Action.HAZARDS_REPORT, told, run)
    return detail(at, release(at, case, told.step_id))


def _reported(at: Field, told: NewHazard, stamp: DeviceStamp) -> Hazard:
    """The hazard of a report.

    Raises:
        NotKnown: ``enterprise.unknown``.
    """
    codes = _codes(at, told, stamp)
    enterprise = None if told.enterprise_id is None else at.asked.data.enterprise(told.enterprise_id)
    return Hazard(
        id=told.id,
        code=hazard_code(told.id, stamp.happened_at.astimezone(LOCAL_TIME)),
        state=State.REPORTED,
        origin=Origin(told.origin),
        kind=told.kind,
        text=told.text,
        found_at=stamp.happened_at,
        reporter=at.who.name,
        enterprise_id=told.enterprise_id,
        address=told.address,
        lon=told.lon,
        lat=told.lat,
        accuracy_m=told.accuracy_m,
        cell_code=codes[-1] if codes else "",
        department=enterprise.department if enterprise else "",
    )


def _codes(at: Field, told: NewHazard, stamp: DeviceStamp) -> list[str]:
    """Codes of the cells of a report's place, else of its enterprise's first site, in the plan in force then."""
    plan = at.asked.state.plan_at(stamp.happened_at)
    if plan is None:
        return []
    if told.lon is not None and told.lat is not None:
        return [cell.code for cell in plan.locate((told.lon, told.lat)).cells(0) if cell is not None]
    if told.enterprise_id is None:
        return []
    sites = at.asked.data.sites_of.get(told.enterprise_id, ())
    rows = [at.asked.data.site_row[site.id] for site in sites]
    return [code for code in at.asked.data.sites_in_cells(plan).codes[rows[0]] if code] if rows else []


def step_hazard(
    at: InField, answer: Response, hazard_id: HazardId, told: Annotated[HazardStepRequest, Body()]
) -> Taken:
    """Take one step of a hazard; one that came before the step that it follows waits for that one (202)."""
    held = hold(at, hazard_id, told)
    if held is not None:
        answer.status_code = HELD
        return Taken(held=True, waits_for=held.waits_for)
    at.sight.case(at.store, hazard_id)
    return Taken(hazard=detail(at, step(at, hazard_id, told)))


def show_photo(at: InField, photo_id: PhotoId) -> Response:
    """A photo of a hazard that whoever asks sees, or that he sent himself."""
    photo = at.store.photo(photo_id)
    if photo.actor != at.who.name:
        try:
            at.sight.case(at.store, photo.hazard_id)
        except NotKnown as error:
            raise NotKnown("photo.unknown", value=str(photo_id)) from error
    return Response(at.store.photo_content(photo), media_type=photo.media_type)


def take_along(at: InField, cell: Annotated[CellCode, Query()] = "") -> FieldKit:
    """What a telephone takes along: cells and neighbours with their people, enterprises, open hazards."""
    return kit(at, cell)


def router() -> APIRouter:
    """The routes of hazards."""
    routes = APIRouter(tags=["隐患 hazards"])
    refusals = problem_responses(400, 404, 409, 413)
    waits: dict[int | str, dict[str, Any]] = {
        HELD: {"model": Taken, "description": "等待前一步 / held until the step before comes"}
    }
    routes.add_api_route("/field", take_along, responses=problem_responses(404, 409))
    routes.add_api_route("/hazards", list_hazards, responses=problem_responses(409))
    routes.add_api_route("/hazards", report_hazard, methods=["POST"], responses=refusals)
    routes.add_api_route("/hazards/{id}", show_hazard, responses=problem_responses(404, 409))
    routes.add_api_route("/hazards/{id}/steps", step_hazard, methods=["POST"], responses={**refusals, **waits})
    routes.add_api_route(
        "/photos/{id}",
        show_photo,
        response_class=Response,
        responses={
            **problem_responses(404, 409),
            200: {"content": {"image/jpeg": {}, "image/png": {}, "image/webp": {}}, "description": "照片 / the photo"},
        },
    )
    return routes
