"""Serve the proposal which teams go to an alarm; nothing is written and nobody is sent."""

from __future__ import annotations

from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, Body

from api.asked import Current
from api.bodies.alarms import ResponseBody, ResponseRequest
from api.errors import problem_responses
from gridgis.dispatch.alarms import Alarm
from gridgis.errors import InvalidValue


def propose_response(asked: Current, wanted: Annotated[ResponseRequest, Body()]) -> ResponseBody:
    """Which teams go, by which roads, how soon and why; who was passed over and why; what is short."""
    from gridgis.dispatch import choose_response

    if wanted.type not in asked.data.alarm_types:
        raise InvalidValue("alarm.type_unknown", value=wanted.type, known=", ".join(asked.data.alarm_types))
    when = wanted.when or asked.now
    alarm = Alarm(
        id=uuid4(),
        code="",
        type=wanted.type,
        level=wanted.level,
        lon=wanted.lon,
        lat=wanted.lat,
        reported_at=when,
    )
    response = choose_response(asked.data.state, alarm, when=when)
    return ResponseBody.model_validate(response.to_json(lambda code, fields: asked.words.text(code, **fields)))


def router() -> APIRouter:
    """The route of proposals."""
    routes = APIRouter(tags=["派遣 responses"])
    routes.add_api_route("/responses", propose_response, methods=["POST"], responses=problem_responses(400, 409, 413))
    return routes
