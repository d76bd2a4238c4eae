"""Serve the closed roads; close a road where somebody points at it, and open it again."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID, uuid4

from fastapi import APIRouter, Body, Depends, Path, Request

from api.asked import Asked, Current
from api.auth.asking import principal_of
from api.bodies.closures import ClosureBody, ClosureList, ClosureRequest, closure_body
from api.errors import problem_responses
from api.moments import LOCAL_TIME
from api.questions import whereabouts
from geodata.store import Store
from gridgis.access import Action
from gridgis.dispatch.closures import RoadClosure, close_road
from gridgis.dispatch.state import DistrictState
from gridgis.errors import Conflict, NotAllowed, NotKnown

POINTED_WITHIN_M = 60.0
NOBODY = "local"


def _store(request: Request) -> Store:
    """Where closures are kept; data that come from elsewhere can't be changed here."""
    found: Store | None = request.app.state.accounts
    if found is None:
        raise Conflict("closure.read_only")
    return found


def _actor(request: Request) -> str:
    """The account that asks; a service without accounts is one person's own."""
    found = principal_of(request)
    return NOBODY if found is None else found.name


ClosureId = Annotated[UUID, Path(alias="id")]
Kept = Annotated[Store, Depends(_store)]
Actor = Annotated[str, Depends(_actor)]


def list_closures(asked: Current) -> ClosureList:
    """Roads that are closed now, the newest first."""
    closed = sorted(
        (one for one in asked.state.closures if one.closed), key=lambda one: (one.closed_at, one.code), reverse=True
    )
    return ClosureList(items=[_body(asked.state, one) for one in closed], total=len(closed))


def add_closure(asked: Current, store: Kept, actor: Actor, wanted: Annotated[ClosureRequest, Body()]) -> ClosureBody:
    """Close the road nearest to a place, at most 60 m away, both directions, for everybody, until it is opened."""
    place = (wanted.lon, wanted.lat)
    _check_area(asked, place)
    made = closure_at(asked.state, place, reason=wanted.reason, by=actor, now=asked.now)
    with store.unit_of_work(actor=actor, now=asked.now, reason=wanted.reason) as work:
        work.put_closures([close_road(made, work.closures())])
        work.commit()
    return _body(asked.served.reach(store.version()).state, made)


def open_closure(asked: Current, store: Kept, actor: Actor, closure_id: ClosureId) -> ClosureBody:
    """Open a closed road again."""
    with store.unit_of_work(actor=actor, now=asked.now) as work:
        held = {one.id: one for one in work.closures()}.get(closure_id)
        if held is None:
            raise NotKnown("closure.unknown", value=str(closure_id))
        middle = held.geometry.interpolate(0.5, normalized=True)
        _check_area(asked, (middle.x, middle.y))
        opened = held.opened(asked.now)
        work.put_closures([opened])
        work.commit()
    return _body(asked.served.reach(store.version()).state, opened)


def closure_at(state: DistrictState, place: tuple[float, float], *, reason: str, by: str, now: datetime) -> RoadClosure:
    """The closure of the road nearest to a place.

    Raises:
        Conflict: ``closure.no_roads`` before roads were imported.
        NotKnown: ``closure.no_road`` when none is near.
    """
    if state.open_router is None or state.roads is None:
        raise Conflict("closure.no_roads")
    edges = state.open_router.street_near(place, within_m=POINTED_WITHIN_M)
    if not edges:
        raise NotKnown("closure.no_road", lon=place[0], lat=place[1], within_m=POINTED_WITHIN_M)
    edge, id_ = state.roads.edge_index(edges[0]), uuid4()
    return RoadClosure(
        id=id_,
        code=f"{now.astimezone(LOCAL_TIME):%Y%m%d-%H%M%S}-{id_.hex[:6]}",
        edges=tuple((int(tail), int(head), int(key)) for tail, head, key in edges),
        road=str(state.roads.name[edge] or state.roads.ref[edge]),
        geometry=state.roads.geometry[edge],
        reason=reason,
        closed_at=now,
        closed_by=by,
    )


def _check_area(asked: Asked, place: tuple[float, float]) -> None:
    """Refuse whoever may not close roads there.

    Raises:
        NotAllowed: ``access.area``.
    """
    area = asked.sight.areas(Action.CLOSURES_WRITE)
    if area.everything:
        return
    codes = [served.cell.code for served in whereabouts(asked.state, place, asked.now).cells]
    if not area.covers(codes):
        raise NotAllowed("access.area", action=Action.CLOSURES_WRITE.value)


def _body(state: DistrictState, closure: RoadClosure) -> ClosureBody:
    known = state.roads is not None and bool(state.roads.known_edges(closure.edges))
    return closure_body(closure, on_the_roads=known)


def router() -> APIRouter:
    """The routes of closed roads."""
    routes = APIRouter(tags=["封路 closures"])
    routes.add_api_route("/closures", list_closures, responses=problem_responses())
    changing = problem_responses(400, 401, 403, 404, 409, 413)
    routes.add_api_route("/closures", add_closure, methods=["POST"], responses=changing)
    routes.add_api_route("/closures/{id}/open", open_closure, methods=["POST"], responses=changing)
    return routes
