"""Serve what watches the service: alive, ready, figures."""

from __future__ import annotations

from fastapi import APIRouter, Request
from pydantic import BaseModel
from starlette.responses import Response

from api.errors import problem_responses
from api.metrics import MEDIA_TYPE, Metrics
from api.served import ServedDistrict


class Alive(BaseModel):
    """The process answers."""

    status: str


class Ready(Alive):
    """The data can be read."""

    version: int
    loaded: int
    loaded_s: float


def healthz() -> Alive:
    """Whether the process answers."""
    return Alive(status="ok")


def readyz(request: Request) -> Ready:
    """Whether the database can be read now, its version and the version served."""
    served: ServedDistrict = request.app.state.served
    return Ready(
        status="ready", version=served.look(), loaded=served.current().version, loaded_s=round(served.loaded_s, 3)
    )


def metrics(request: Request) -> Response:
    """Figures in the text form that Prometheus reads."""
    figures: Metrics = request.app.state.metrics
    return Response(figures.text(), media_type=MEDIA_TYPE)


def router() -> APIRouter:
    """The routes that watch the service."""
    routes = APIRouter(tags=["运行 service"])
    routes.add_api_route("/healthz", healthz, responses=problem_responses())
    routes.add_api_route("/readyz", readyz, responses=problem_responses())
    routes.add_api_route(
        "/metrics",
        metrics,
        response_class=Response,
        responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}, **problem_responses()},
    )
    return routes
