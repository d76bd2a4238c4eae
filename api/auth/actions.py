"""Name what each address does: the one list from routes to actions. What does not stand here is answered by nobody.

``METHOD /path`` as the route is written. A collection's action opens it where it may be done anywhere; which of its
records are shown, the route decides by the areas of the same action.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import NamedTuple

from starlette.routing import compile_path

from gridgis.access import Action as Act

ROUTES: Mapping[str, Act] = MappingProxyType(
    {
        "GET /healthz": Act.SERVICE_READ,
        "GET /readyz": Act.SERVICE_OBSERVE,
        "GET /metrics": Act.SERVICE_OBSERVE,
        "GET /docs": Act.SERVICE_READ,
        "GET /openapi.json": Act.SERVICE_READ,
        "GET /api/v1/words/{language}.json": Act.SERVICE_READ,
        "GET /api/v1/problems/{code}": Act.SERVICE_READ,
        "GET /api/v1/session": Act.SESSION_OPEN,
        "POST /api/v1/session": Act.SESSION_OPEN,
        "GET /api/v1/session/openid": Act.SESSION_OPEN,
        "GET /api/v1/session/openid/done": Act.SESSION_OPEN,
        "DELETE /api/v1/session": Act.SESSION_OWN,
        "POST /api/v1/session/password": Act.SESSION_OWN,
        "GET /api/v1/sessions": Act.SESSION_OWN,
        "DELETE /api/v1/sessions/{id}": Act.SESSION_OWN,
        "GET /api/v1/tokens": Act.SESSION_OWN,
        "POST /api/v1/tokens": Act.SESSION_OWN,
        "DELETE /api/v1/tokens/{id}": Act.SESSION_OWN,
        "GET /api/v1/live": Act.LIVE_LISTEN,
        "GET /api/v1/district": Act.CELLS_READ,
        "GET /api/v1/cells": Act.CELLS_READ,
        "GET /api/v1/cells/{code}": Act.CELLS_READ,
        "GET /api/v1/locate": Act.CELLS_READ,
        "GET /api/v1/search": Act.CELLS_READ,
        "POST /api/v1/responses": Act.ALARMS_PROPOSE,
        "GET /api/v1/enterprises": Act.ENTERPRISES_READ,
        "GET /api/v1/enterprises/{id}": Act.ENTERPRISES_READ,
        "GET /api/v1/officers": Act.OFFICERS_READ,
        "GET /api/v1/officers/{id}": Act.OFFICERS_READ,
        "GET /api/v1/teams": Act.TEAMS_READ,
        "GET /api/v1/teams/{id}": Act.TEAMS_READ,
        "GET /api/v1/teams/{id}/file": Act.TEAMS_READ,
        "POST /api/v1/teams/{id}/members": Act.TEAMS_WRITE,
        "POST /api/v1/teams/{id}/duties": Act.TEAMS_WRITE,
        "POST /api/v1/teams/{id}/kit": Act.TEAMS_WRITE,
        "POST /api/v1/teams/{id}/bases": Act.TEAMS_WRITE,
        "POST /api/v1/teams/{id}/move": Act.TEAMS_WRITE,
        "POST /api/v1/teams/{id}/service": Act.TEAMS_WRITE,
        "GET /api/v1/run-cards": Act.RUN_CARDS_READ,
        "GET /api/v1/run-cards/versions": Act.RUN_CARDS_READ,
        "POST /api/v1/run-cards/versions": Act.RUN_CARDS_WRITE,
        "POST /api/v1/run-cards/try": Act.RUN_CARDS_WRITE,
        "GET /api/v1/alarms": Act.ALARMS_READ,
        "GET /api/v1/incidents": Act.ALARMS_READ,
        "GET /api/v1/incidents/{id}/record": Act.ALARMS_READ,
        "GET /api/v1/incidents/{id}/reports/{report}.docx": Act.ALARMS_READ,
        "GET /api/v1/incidents/{id}/cap.xml": Act.ALARMS_READ,
        "GET /api/v1/hand-over": Act.ALARMS_READ,
        "GET /api/v1/wave": Act.ALARMS_PROPOSE,
        "GET /api/v1/cover": Act.ALARMS_PROPOSE,
        "GET /api/v1/typed": Act.ALARMS_WRITE,
        "POST /api/v1/incidents": Act.ALARMS_WRITE,
        "GET /api/v1/my-orders": Act.DISPATCHES_ANSWER,
        "GET /api/v1/incidents/{id}": Act.ALARMS_READ,
        "POST /api/v1/incidents/{id}/steps": Act.ALARMS_WRITE,
        "GET /api/v1/incidents/{id}/proposal": Act.ALARMS_PROPOSE,
        "GET /api/v1/incidents/{id}/routes": Act.ALARMS_READ,
        "GET /api/v1/place-file": Act.ALARMS_WRITE,
        "POST /api/v1/incidents/{id}/orders": Act.DISPATCHES_WRITE,
        "POST /api/v1/dispatches/{id}/steps": Act.DISPATCHES_ANSWER,
        "GET /api/v1/incidents/{id}/dial-list": Act.ALARMS_READ,
        "POST /api/v1/dispatches/{id}/receipts": Act.DISPATCHES_ANSWER,
        "POST /api/v1/dispatches/{id}/position": Act.DISPATCHES_ANSWER,
        "POST /api/v1/dispatches/{id}/recall": Act.DISPATCHES_WRITE,
        "GET /api/v1/field": Act.HAZARDS_REPORT,
        "GET /api/v1/hazards": Act.HAZARDS_READ,
        "POST /api/v1/hazards": Act.HAZARDS_REPORT,
        "GET /api/v1/hazards/{id}": Act.HAZARDS_READ,
        "POST /api/v1/hazards/{id}/steps": Act.HAZARDS_READ,
        "GET /api/v1/photos/{id}": Act.HAZARDS_READ,
        "POST /api/v1/uploads": Act.HAZARDS_REPORT,
        "GET /api/v1/uploads/{id}": Act.HAZARDS_REPORT,
        "PATCH /api/v1/uploads/{id}": Act.HAZARDS_REPORT,
        "DELETE /api/v1/uploads/{id}": Act.HAZARDS_REPORT,
        "GET /api/v1/closures": Act.MAP_READ,
        "POST /api/v1/closures": Act.CLOSURES_WRITE,
        "POST /api/v1/closures/{id}/open": Act.CLOSURES_WRITE,
        "POST /api/v1/explanations": Act.ALARMS_PROPOSE,
        "POST /api/v1/roads/matrix": Act.MAP_READ,
        "GET /api/v1/roads/reach": Act.TEAMS_READ,
        "GET /api/v1/roads/cover": Act.TEAMS_READ,
        "GET /api/v1/roads/parts": Act.TEAMS_READ,
        "POST /api/v1/roads/detours": Act.ALARMS_PROPOSE,
        "GET /api/v1/roads/bridges": Act.TEAMS_READ,
        "POST /api/v1/replays": Act.ALARMS_PROPOSE,
        "GET /api/v1/learning": Act.FIGURES_READ,
        "POST /api/v1/learning": Act.RUN_CARDS_WRITE,
        "GET /api/v1/lessons": Act.ALARMS_READ,
        "POST /api/v1/incidents/{id}/lessons": Act.ALARMS_WRITE,
        "POST /api/v1/lessons/{id}/done": Act.ALARMS_WRITE,
        "GET /api/v1/road-changes": Act.MAP_READ,
        "POST /api/v1/road-changes": Act.CLOSURES_WRITE,
        "POST /api/v1/road-changes/{id}/end": Act.CLOSURES_WRITE,
        "POST /api/v1/road-changes/{id}/until": Act.CLOSURES_WRITE,
        "GET /api/v1/accounts": Act.ACCOUNTS_MANAGE,
        "POST /api/v1/accounts": Act.ACCOUNTS_MANAGE,
        "PUT /api/v1/accounts/{id}/grants": Act.ACCOUNTS_MANAGE,
        "POST /api/v1/accounts/{id}/password": Act.ACCOUNTS_MANAGE,
        "POST /api/v1/accounts/{id}/disable": Act.ACCOUNTS_MANAGE,
        "POST /api/v1/accounts/{id}/enable": Act.ACCOUNTS_MANAGE,
        "GET /api/v1/sign-ins": Act.AUDIT_READ,
        "GET /api/v1/events": Act.AUDIT_READ,
        "GET /api/v1/trail": Act.AUDIT_READ,
        "GET /api/v1/exports/enterprises.{form}": Act.EXPORTS_RUN,
        "GET /api/v1/exports/officers.{form}": Act.EXPORTS_RUN,
        "GET /api/v1/exports/teams.{form}": Act.EXPORTS_RUN,
        "GET /api/v1/exports/alarms.{form}": Act.EXPORTS_RUN,
        "GET /ogc": Act.CELLS_READ,
        "GET /ogc/{path:path}": Act.CELLS_READ,
        "GET /tiles/base/{z}/{x}/{y}.mvt": Act.MAP_READ,
        "GET /tiles/cells/{z}/{x}/{y}.mvt": Act.CELLS_READ,
        "GET /tiles/enterprises/{z}/{x}/{y}.mvt": Act.ENTERPRISES_READ,
        "GET /tiles/teams/{z}/{x}/{y}.mvt": Act.TEAMS_READ,
    }
)

PAGES: Mapping[str, Act] = MappingProxyType(
    {
        "/": Act.CELLS_READ,
        "/desk": Act.ALARMS_WRITE,
        "/wall": Act.ALARMS_READ,
        "/sheet": Act.ALARMS_READ,
        "/team": Act.DISPATCHES_ANSWER,
        "/run-cards": Act.RUN_CARDS_READ,
        "/teams": Act.TEAMS_READ,
        "/learning": Act.FIGURES_READ,
        "/replay": Act.ALARMS_PROPOSE,
        "/field": Act.HAZARDS_REPORT,
        "/sign-in": Act.SESSION_OPEN,
        "/account": Act.SESSION_OWN,
        "/admin": Act.ACCOUNTS_MANAGE,
        "/audit": Act.AUDIT_READ,
    }
)
"""Pages for people; whoever may not open one is sent to sign in, or told so on a page."""

FIRST_PAGES = ("/audit", "/admin", "/")
"""Where somebody begins, the first one that may be opened: administrators have little to do on the map."""


def pages_for(actions: Collection[Act]) -> list[str]:
    """Pages that may be opened by whoever may do something, where to begin first.

    Whoever may read the map begins there, though he be an administrator as well.
    """
    allowed = [path for path, action in PAGES.items() if action in actions and action is not Act.SESSION_OPEN]
    order = ("/", *FIRST_PAGES) if Act.MAP_READ in actions else FIRST_PAGES
    first = next((path for path in order if path in allowed), None)
    return sorted(allowed, key=lambda path: path != first)


FILES = ("/js/", "/css/", "/icons/", "/vendor/", "/words/")
"""Folders of what pages are made of: no records, for everybody, since the page for signing in needs them."""

BEFORE_PASSWORD = frozenset(
    {"GET /api/v1/session", "DELETE /api/v1/session", "POST /api/v1/session/password", "GET /sign-in"}
)
"""What somebody may do whose password was made by somebody else, beside what anybody may."""

PROBES = frozenset({"/readyz", "/metrics"})
"""What a watcher on this very machine may ask without a token."""


class Asked(NamedTuple):
    """What a request is for.

    Attributes:
        route: ``METHOD /path`` as listed.
        action: What it takes.
        page: Whether it is a page for people.
    """

    route: str
    action: Act
    page: bool = False


def _alternatives() -> tuple[Mapping[str, Mapping[str, str]], tuple[tuple[re.Pattern[str], Mapping[str, str]], ...]]:
    """Listed routes by path: those without parameters, then the others as patterns; each by method."""
    by_path: dict[str, dict[str, str]] = {}
    for route in ROUTES:
        method, path = route.split(" ", 1)
        by_path.setdefault(path, {})[method] = route
    plain = {path: methods for path, methods in by_path.items() if "{" not in path}
    patterns = tuple((compile_path(path)[0], methods) for path, methods in by_path.items() if "{" in path)
    return plain, patterns


_PLAIN, _PATTERNS = _alternatives()


def asked_for(method: str, path: str) -> Asked | frozenset[str]:
    """What a request is for; the methods that the address takes where this one is not among them, none without any."""
    if method == "GET" and path in PAGES:
        return Asked(f"GET {path}", PAGES[path], page=True)
    methods = _PLAIN.get(path) or next((found for pattern, found in _PATTERNS if pattern.match(path)), None)
    if methods is None:
        if path not in PAGES and not path.startswith(FILES):
            return frozenset()
        return Asked("GET file", Act.SERVICE_READ) if method == "GET" else frozenset({"GET"})
    route = methods.get(method)
    return frozenset(methods) if route is None else Asked(route, ROUTES[route])
