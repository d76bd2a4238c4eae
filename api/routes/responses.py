"""Serve the proposal which teams go to an alarm; nothing is written and nobody is sent."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Body

from api.asked import Asked, Current
from api.bodies.responses import ResponseBody, ResponseRequest
from api.errors import problem_responses
from api.questions import propose, whereabouts
from gridgis.access import MASKS, Action
from gridgis.dispatch.response import AlarmCell, CellOfficer
from gridgis.errors import NotAllowed

if TYPE_CHECKING:
    from gridgis.dispatch import Response


def propose_response(asked: Current, wanted: Annotated[ResponseRequest, Body()]) -> ResponseBody:
    """Which teams go, by which roads, how soon and why; who was passed over and why; what is short."""
    when, sight = wanted.when or asked.now, asked.sight
    place = (wanted.lon, wanted.lat)
    area = sight.areas(Action.ALARMS_PROPOSE)
    if not area.everything:
        codes = [served.cell.code for served in whereabouts(asked.state, place, when).cells]
        if not area.covers(codes):
            raise NotAllowed("access.area", action=Action.ALARMS_PROPOSE.value)
    response = propose(asked.state, place, wanted.type, wanted.level, when)
    return ResponseBody.model_validate(as_seen(asked, response).to_json(asked.words.say))


def as_seen(asked: Asked, response: Response) -> Response:
    """A proposal as whoever asks may see it: telephones and people that are not for him masked or left out."""
    return replace(
        response,
        chosen=tuple(replace(one, team=asked.sight.masked(one.team)) for one in response.chosen),
        cells=tuple(replace(one, officers=_people(asked, one)) for one in response.cells),
    )


def _people(asked: Asked, located: AlarmCell) -> tuple[CellOfficer, ...]:
    """The people of a cell as they are seen: those of a cell that is not one's own area are not."""
    codes = asked.data.record_areas(asked.now).chain(located.cell.code)
    if not asked.sight.areas(Action.OFFICERS_READ).covers(codes):
        return ()
    hide = MASKS["officer"]["phone"]
    if asked.sight.areas(hide.action).covers(codes):
        return located.officers
    return tuple(replace(one, phone=hide.hide(one.phone)) for one in located.officers)


def router() -> APIRouter:
    """The route of proposals."""
    routes = APIRouter(tags=["派遣 responses"])
    routes.add_api_route("/responses", propose_response, methods=["POST"], responses=problem_responses(400, 409, 413))
    return routes
