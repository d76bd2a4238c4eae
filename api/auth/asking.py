"""What routes ask of accounts: who it is, and where that person may do something."""

from __future__ import annotations

from datetime import datetime

from starlette.requests import Request

from api.auth.who import Who, areas_of
from gridgis.access import Action, AreaFilter, Principal


def who_of(request: Request) -> Who | None:
    """Who asks, as `api.auth.guard` found; None for nobody in particular."""
    who: Who | None = getattr(request.state, "who", None)
    return who


def principal_of(request: Request) -> Principal | None:
    """With what was granted to whoever asks."""
    who = who_of(request)
    return None if who is None else who.principal


def areas_asked(request: Request, action: Action) -> AreaFilter:
    """Where whoever asks may do something now."""
    now: datetime = request.app.state.served.now()
    return areas_of(who_of(request), action, now)
