"""Serve the stream of changes, as server-sent events."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Header, Request
from starlette.responses import StreamingResponse

from api.auth.asking import who_of
from api.auth.guard import shown_by
from api.auth.recognising import Recognition
from api.errors import problem_responses
from api.live import LiveHub
from gridgis.errors import Conflict, NotAllowed

MOST_DIGITS = 18
UNKNOWN = -1


async def listen(
    request: Request,
    last_event_id: Annotated[
        str, Header(max_length=40, description="最后收到的消息的 id / id of the last message that was received")
    ] = "",
) -> StreamingResponse:
    """Every change that whoever asks may see, from the last message on that he had."""
    hub: LiveHub | None = request.app.state.live
    recognition: Recognition = request.app.state.recognition
    who = who_of(request)
    if hub is None:
        raise Conflict("live.none")
    if who is None:
        raise NotAllowed("access.sign_in", action="live.listen")
    hub.check_room()
    again = partial(recognition.find, shown_by(request), request.app.state.served.now)
    stream = hub.listen(who, _number(last_event_id), again)
    return StreamingResponse(stream, media_type="text/event-stream", headers={"X-Accel-Buffering": "no"})


def _number(text: str) -> int | None:
    """The number of a message, None where none is named; one that can't be is before all others."""
    if not text:
        return None
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS else UNKNOWN


def router() -> APIRouter:
    """The route of live messages."""
    routes = APIRouter(tags=["实时 live"])
    routes.add_api_route(
        "/live",
        listen,
        response_class=StreamingResponse,
        responses={
            200: {"content": {"text/event-stream": {"schema": {"type": "string"}}}, "description": "Changes"},
            **problem_responses(409),
        },
    )
    return routes
