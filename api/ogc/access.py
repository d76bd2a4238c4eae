"""Ask what whoever sends a request may see."""

from __future__ import annotations

from starlette.requests import Request

from api.auth.asking import areas_asked, principal_of
from gridgis.access import Action, AreaFilter, decide_anywhere
from gridgis.errors import NotAllowed


def area_of(request: Request, action: Action) -> AreaFilter:
    """Where whoever sends a request may do something; false when it is nowhere."""
    return areas_asked(request, action)


def demanded_area(request: Request, action: Action) -> AreaFilter:
    """Where whoever sends a request may do something.

    Raises:
        NotAllowed: When it is nowhere, with the reason of `gridgis.access`.
    """
    area = area_of(request, action)
    if not area:
        decision = decide_anywhere(principal_of(request), action, at=request.app.state.served.now())
        raise NotAllowed(decision.reason.value, action=action.value)
    return area
