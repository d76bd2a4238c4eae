"""Serve why a nearer team comes later: two ways compared, and what is in between; nothing is written."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body

from api.asked import Current
from api.bodies.explanations import ExplanationList, ExplanationRequest, explanation_body
from api.errors import problem_responses
from api.questions import propose
from gridgis.access import Action
from gridgis.dispatch.why_later import explain_answer


def explain(asked: Current, wanted: Annotated[ExplanationRequest, Body()]) -> ExplanationList:
    """Why nearer teams come later, or one team that is named: the river, the closed road, the limit, the turnout."""
    when, place = wanted.when or asked.now, (wanted.lon, wanted.lat)
    asked.demand(Action.ALARMS_PROPOSE, place, when)
    answer = propose(asked.state, place, wanted.type, wanted.level, when)
    found = explain_answer(asked.state, answer, wanted.team)
    return ExplanationList(when=answer.when, items=[explanation_body(one, asked.words.say) for one in found])


def router() -> APIRouter:
    """The route of explanations."""
    routes = APIRouter(tags=["派遣 responses"])
    routes.add_api_route("/explanations", explain, methods=["POST"], responses=problem_responses(400, 404, 409, 413))
    return routes
