"""Serve the proposal which teams go to an alarm; nothing is written and nobody is sent."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body

from api.asked import Current
from api.bodies.responses import ResponseBody, ResponseRequest
from api.errors import problem_responses
from api.questions import propose


def propose_response(asked: Current, wanted: Annotated[ResponseRequest, Body()]) -> ResponseBody:
    """Which teams go, by which roads, how soon and why; who was passed over and why; what is short."""
    when = wanted.when or asked.now
    response = propose(asked.state, (wanted.lon, wanted.lat), wanted.type, wanted.level, when)
    return ResponseBody.model_validate(response.to_json(asked.words.say))


def router() -> APIRouter:
    """The route of proposals."""
    routes = APIRouter(tags=["派遣 responses"])
    routes.add_api_route("/responses", propose_response, methods=["POST"], responses=problem_responses(400, 409, 413))
    return routes
