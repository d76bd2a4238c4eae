"""Serve the words of a language, and what a problem's code means."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Path, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from api.asked import Current
from api.errors import problem_responses
from api.routes.pages import Pages
from gridgis.errors import NotKnown


class ProblemKind(BaseModel):
    """What a problem's code means; braces stand for its fields."""

    code: str
    what: str
    mend: str = Field(description="How to mend it, empty where nobody wrote it")


def show_words(request: Request, language: Annotated[Literal["zh", "en"], Path()]) -> Response:
    """All words of a language: dotted key to text with braces for its fields."""
    pages: Pages = request.app.state.pages
    return pages.file(f"words/{language}.json").answer(request)


def show_problem(asked: Current, code: Annotated[str, Path(max_length=100, examples=["plan.none"])]) -> ProblemKind:
    """What a problem's code means and how to mend it."""
    what = asked.words.catalogue.get(f"errors.{code}.what")
    if what is None:
        raise NotKnown("problem.unknown", value=code)
    return ProblemKind(code=code, what=what, mend=asked.words.catalogue.get(f"errors.{code}.mend", ""))


def router() -> APIRouter:
    """The routes of words."""
    routes = APIRouter(tags=["文字 words"])
    routes.add_api_route(
        "/words/{language}.json",
        show_words,
        response_class=Response,
        responses={
            200: {"content": {"application/json": {"schema": {"type": "object"}}}, "description": "Key to text"},
            304: {"description": "Not changed"},
            **problem_responses(),
        },
    )
    routes.add_api_route("/problems/{code}", show_problem, responses=problem_responses(404))
    return routes
