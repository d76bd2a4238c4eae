"""Keep a session's secret in the browser, where no script and no other site gets at it."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from api.guards import is_loopback
from gridgis.errors import NotAllowed

SECURE_NAME = "__Host-gridgis"
BEGUN_S = 600


def cookie_name(request: Request) -> str:
    """The cookie's name: bound to this host by HTTPS; on this machine without it one a port, as ports share cookies."""
    return SECURE_NAME if request.url.scheme == "https" else f"gridgis-{request.url.port or 80}"


def secret_of(request: Request) -> str:
    """The secret that a browser shows, empty where it shows none."""
    return request.cookies.get(cookie_name(request), "") if "cookie" in request.headers else ""


def check_private(request: Request) -> None:
    """Refuse to take a password over a line that others can read.

    Raises:
        NotAllowed: ``sign_in.plain`` over HTTP from another machine.
    """
    if request.url.scheme != "https" and not is_loopback(request.url.hostname or ""):
        raise NotAllowed("sign_in.plain")


def put_secret(request: Request, answer: Response, secret: str) -> None:
    """Give the browser its secret; it forgets it when it is closed, the service earlier."""
    secure = request.url.scheme == "https"
    answer.set_cookie(cookie_name(request), secret, path="/", secure=secure, httponly=True, samesite="strict")


def put_begun(request: Request, answer: Response, kept: str) -> None:
    """Let the browser keep what a sign-in by a provider needs until it comes back from there."""
    secure = request.url.scheme == "https"
    answer.set_cookie(
        _begun_name(request), kept, max_age=BEGUN_S, path="/", secure=secure, httponly=True, samesite="lax"
    )


def shown_begun(request: Request) -> str:
    """What the browser kept, empty where it keeps nothing."""
    return request.cookies.get(_begun_name(request), "")


def drop_begun(request: Request, answer: Response) -> None:
    """Let the browser forget it: it is good for one time."""
    secure = request.url.scheme == "https"
    answer.delete_cookie(_begun_name(request), path="/", secure=secure, httponly=True, samesite="lax")


def _begun_name(request: Request) -> str:
    return f"{cookie_name(request)}-openid"


def drop_secret(request: Request, answer: Response) -> None:
    """Let the browser forget its secret."""
    secure = request.url.scheme == "https"
    answer.delete_cookie(cookie_name(request), path="/", secure=secure, httponly=True, samesite="strict")
