"""Serve roads that are changed for a while; close, slow or flood them from the desk, and end it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

from fastapi import APIRouter, Body, Path
from pydantic import BaseModel
from shapely import Polygon

from api.asked import Asked, Current
from api.bodies.road_changes import (
    EndRequest,
    ReroutedBody,
    RoadChangeAnswer,
    RoadChangeList,
    RoadChangeRequest,
    UntilRequest,
    road_change_body,
)
from api.bodies.run_cards import team_name
from api.desk.commanding import AtDesk, Desk
from api.desk.roads import change_roads, road_messages
from api.errors import problem_responses
from api.moments import LOCAL_TIME
from api.questions import whereabouts
from api.routes.closures import POINTED_WITHIN_M
from gridgis.access import Action
from gridgis.dispatch.road_changes import ChangeKind, RoadChange
from gridgis.dispatch.road_warnings import Rerouted
from gridgis.dispatch.scenario import edges_at
from gridgis.errors import Conflict, NotAllowed, NotKnown

if TYPE_CHECKING:
    from geodata.store import UnitOfWork

ChangeId = Annotated[UUID, Path(alias="id")]


def list_road_changes(asked: Current) -> RoadChangeList:
    """Roads that are closed, slow or flooded now, the newest first."""
    now = sorted((one for one in asked.state.road_changes if one.holds), key=lambda one: one.since, reverse=True)
    return RoadChangeList(items=[road_change_body(one) for one in now], total=len(now))


def add_road_change(at: AtDesk, told: Annotated[RoadChangeRequest, Body()]) -> RoadChangeAnswer:
    """Close or slow the road nearest to a place, or flood an area; teams under way whose way changes are warned."""
    made = _made(at, told)
    _check_area(at.asked, made)

    def run(work: UnitOfWork) -> RoadChange:
        del work
        return made

    return _carried_out(at, told, run)


def end_road_change(at: AtDesk, change_id: ChangeId, told: Annotated[EndRequest, Body()]) -> RoadChangeAnswer:
    """Say that a road can be driven as usual again."""

    def run(work: UnitOfWork) -> RoadChange:
        return _held(at, work, change_id).ended(at.asked.now, at.who.name)

    return _carried_out(at, told, run)


def set_until(at: AtDesk, change_id: ChangeId, told: Annotated[UntilRequest, Body()]) -> RoadChangeAnswer:
    """Say until when a change is expected to last; it ends by itself then."""

    def run(work: UnitOfWork) -> RoadChange:
        return _held(at, work, change_id).lasting(told.until)

    return _carried_out(at, told, run)


def _carried_out(at: Desk, told: BaseModel, run: Callable[[UnitOfWork], RoadChange]) -> RoadChangeAnswer:
    hit: list[Rerouted] = []

    def once(work: UnitOfWork) -> dict[str, str]:
        change = run(work)
        hit.extend(change_roads(work, at.asked.state, [change], at.stamp(None)))
        return {"id": str(change.id)}

    done = at.do(Action.CLOSURES_WRITE, told, once)
    at.asked.served.reach(at.store.version())
    change = next(one for one in at.store.road_changes() if str(one.id) == done["id"])
    at.messenger.send(road_messages(hit, at.asked.words, at.asked.state, at.asked.now, lambda: _said(at.asked, change)))
    codes = {one.id: one.code for one in at.store.incidents()}
    warned = [
        ReroutedBody(
            incident_id=one.incident_id,
            incident=codes.get(one.incident_id, ""),
            dispatch_id=one.dispatch.id,
            team=team_name(one.team),
            before_s=one.before_s,
            after_s=one.after_s,
        )
        for one in hit
    ]
    return RoadChangeAnswer(**road_change_body(change).model_dump(), warned=warned)


def _said(asked: Asked, change: RoadChange) -> str:
    """A change in words: which road, what is the matter, why."""
    kind = asked.words.text(f"road_change.{'open' if not change.holds else change.kind.value}")
    return asked.words.text("order.road_what", road=change.road, kind=kind, reason=change.reason).strip()


def _held(at: Desk, work: UnitOfWork, change_id: UUID) -> RoadChange:
    found = next((one for one in work.road_changes() if one.id == change_id), None)
    if found is None:
        raise NotKnown("road_change.unknown", value=str(change_id))
    _check_area(at.asked, found)
    return found


def _made(at: Desk, told: RoadChangeRequest) -> RoadChange:
    """The change that is told.

    Raises:
        Conflict: ``closure.no_roads`` before roads were imported.
        NotKnown: ``closure.no_road`` when none is near.
        InvalidValue: What `RoadChange` refuses.
    """
    state, now = at.asked.state, at.asked.now
    if state.roads is None:
        raise Conflict("closure.no_roads")
    code = f"{now.astimezone(LOCAL_TIME):%Y%m%d-%H%M%S}-{told.id.hex[:6]}"
    if told.area is not None:
        shape = Polygon([(lon, lat) for lon, lat in told.area])
        return RoadChange(
            told.id, code, told.kind, (), shape, now, at.who.name, reason=told.reason.strip(), until=told.until
        )
    place = (told.lon or 0.0, told.lat or 0.0)
    edges = edges_at(state, place, within_m=POINTED_WITHIN_M)
    edge = state.roads.edge_index(edges[0])
    return RoadChange(
        told.id,
        code,
        told.kind,
        edges,
        state.roads.geometry[edge],
        now,
        at.who.name,
        road=str(state.roads.name[edge] or state.roads.ref[edge]),
        reason=told.reason.strip(),
        factor=(told.factor or 2.0) if told.kind is ChangeKind.SLOW else None,
        until=told.until,
    )


def _check_area(asked: Asked, change: RoadChange) -> None:
    """Refuse whoever may not change roads there.

    Raises:
        NotAllowed: ``access.area``.
    """
    area = asked.sight.areas(Action.CLOSURES_WRITE)
    if area.everything:
        return
    if not area.covers([served.cell.code for served in whereabouts(asked.state, change.middle, asked.now).cells]):
        raise NotAllowed("access.area", action=Action.CLOSURES_WRITE.value)


def router() -> APIRouter:
    """The routes of changed roads."""
    routes = APIRouter(tags=["道路变化 road changes"])
    routes.add_api_route("/road-changes", list_road_changes, responses=problem_responses())
    changing = problem_responses(400, 401, 403, 404, 409, 413)
    routes.add_api_route("/road-changes", add_road_change, methods=["POST"], responses=changing)
    routes.add_api_route("/road-changes/{id}/end", end_road_change, methods=["POST"], responses=changing)
    routes.add_api_route("/road-changes/{id}/until", set_until, methods=["POST"], responses=changing)
    return routes
