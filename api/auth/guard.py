"""Decide before any route is reached whether whoever asks may have it."""

from __future__ import annotations

from datetime import datetime
from hmac import compare_digest
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import Receive, Scope, Send

from api.auth.actions import BEFORE_PASSWORD, PROBES, Asked, asked_for, pages_for
from api.auth.cookies import secret_of
from api.auth.recognising import Recognition, Shown
from api.auth.who import Who
from api.errors import problem, refuse
from api.guards import Guard, is_loopback
from gridgis.access import Action, Binding, decide_anywhere
from gridgis.errors import GridGISError, NotAllowed

if TYPE_CHECKING:
    from api.routes.pages import Pages

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
CSRF_HEADER = "x-csrf-token"
BACKGROUND_HEADER = "x-gridgis-background"
FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip", "via")
BEARER = "bearer "
NOT_KEPT = {"Cache-Control": "no-store"}


class Authorise(Guard):
    """Find who asks, and refuse what is not listed or not allowed; ``request.state.who`` is who asks."""

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer why not."""
        request = Request(scope)
        wanted = asked_for(scope["method"], scope["path"])
        if not isinstance(wanted, Asked):
            await _unlisted(request, wanted)(scope, receive, send)
            return
        try:
            now = request.app.state.served.now()
            who = None if wanted.action is Action.SERVICE_READ else await self._recognised(request, now)
            request.state.who = who
            if who is not None and who.account is not None:
                request.state.account_id = who.account.id
            _check(request, wanted, who, now)
        except GridGISError as error:
            answer = await run_in_threadpool(_page_refused, request, error) if _for_people(wanted, error) else None
            await (answer or refuse(request, error))(scope, receive, send)
            return
        await self.app(scope, receive, send)

    @staticmethod
    async def _recognised(request: Request, now: datetime) -> Who | None:
        """Who asks."""
        recognition: Recognition = request.app.state.recognition
        shown = shown_by(request)
        known, who = recognition.recall(shown, now)
        if not known:
            who = await run_in_threadpool(recognition.look_up, shown, now)
        if who is not None and BACKGROUND_HEADER not in request.headers:
            recognition.see(who, now)
        return who


def shown_by(request: Request) -> Shown:
    """What the request shows of who sends it."""
    header = request.headers.get("authorization", "")
    if header[: len(BEARER)].lower() == BEARER:
        return Shown(token=header[len(BEARER) :].strip())
    return Shown(cookie=secret_of(request))


def _check(request: Request, wanted: Asked, who: Who | None, now: datetime) -> None:
    """Refuse what may not be.

    Raises:
        NotAllowed: ``request.origin``, ``request.csrf``, ``password.first``, or a reason of `gridgis.access`.
    """
    if request.method not in SAFE:
        _check_origin(request)
        if wanted.action is not Action.SESSION_OPEN:
            _check_page(request, who)
    if wanted.action.binding is Binding.ANYONE or _is_probe(request):
        return
    if who is not None and who.must_change and wanted.route not in BEFORE_PASSWORD:
        raise NotAllowed("password.first")
    decision = decide_anywhere(None if who is None else who.principal, wanted.action, at=now)
    if not decision.allowed:
        raise NotAllowed(decision.reason.value, action=wanted.action.value)


def _check_page(request: Request, who: Who | None) -> None:
    """Refuse a change in somebody's session that none of its pages asks for; signing in anew is one in no session.

    Raises:
        NotAllowed: ``request.csrf``.
    """
    shown = request.headers.get(CSRF_HEADER, "")
    if who is not None and who.session is not None and not compare_digest(shown.encode(), who.csrf.encode()):
        raise NotAllowed("request.csrf")


def _check_origin(request: Request) -> None:
    """Refuse a change that another site's page asks for.

    Raises:
        NotAllowed: ``request.origin``.
    """
    origin = request.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc.lower() != request.headers.get("host", "").lower():
        raise NotAllowed("request.origin", origin=origin)


def _is_probe(request: Request) -> bool:
    """Whether a watcher on this very machine asks, not one behind a proxy on it."""
    if request.url.path not in PROBES or request.client is None:
        return False
    return is_loopback(request.client.host) and not any(name in request.headers for name in FORWARDED)


def _unlisted(request: Request, methods: frozenset[str]) -> Response:
    """What is answered at an address that is not listed, or not with this method."""
    fields = {"path": request.url.path, "method": request.method}
    if not methods:
        return problem(request, 404, "page.unknown", fields)
    allowed = sorted(methods | ({"HEAD"} if "GET" in methods else set()))
    return problem(request, 405, "request.method", fields, headers={"Allow": ", ".join(allowed)})


def _for_people(wanted: Asked, error: GridGISError) -> bool:
    """Whether a refusal is to be told on a page."""
    return wanted.page and isinstance(error, NotAllowed)


def _page_refused(request: Request, error: GridGISError) -> Response:
    """The way to the page for signing in, or to where somebody begins; else a page that says that it is not for him."""
    if error.code in {"access.sign_in", "password.first"}:
        target = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return RedirectResponse(f"/sign-in?to={quote(target, safe='')}", 303, NOT_KEPT)
    who: Who | None = request.state.who
    begins = [] if who is None else pages_for(who.actions_at(request.app.state.served.now()))
    if request.url.path == "/" and begins:  # the bare address leads everybody to where he begins
        return RedirectResponse(begins[0], 303, NOT_KEPT)
    pages: Pages = request.app.state.pages
    answer = pages.file("/account").answer(request)
    answer.status_code = 403
    return answer
