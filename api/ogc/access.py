"""Ask what whoever sends a request may see; the application says who decides."""

from __future__ import annotations

from starlette.requests import Request

from gridgis.access import Action, AreaFilter
from gridgis.access.areas import EVERYTHING
from gridgis.errors import NotAllowed


def whole_district(request: Request, action: Action) -> AreaFilter:  # noqa: ARG001  whoever decides is given both
    """What everybody may see until accounts exist: the service answers this machine only."""
    return EVERYTHING


def area_of(request: Request, action: Action) -> AreaFilter:
    """Where whoever sends a request may do something; false when it is nowhere.

    `app.state.area_of` decides, a function of the request and the action.
    """
    area: AreaFilter = request.app.state.area_of(request, action)
    return area


def demanded_area(request: Request, action: Action) -> AreaFilter:
    """Where whoever sends a request may do something.

    Raises:
        NotAllowed: ``access.role`` when it is nowhere.
    """
    area = area_of(request, action)
    if not area:
        raise NotAllowed("access.role", action=action.value)
    return area
