"""Sign in by the office's OpenID Connect provider: to it, and back."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Query, Request
from starlette.responses import RedirectResponse

from api.auth.cookies import check_private, drop_begun, put_begun, put_secret, secret_of, shown_begun
from api.auth.openid import OpenId
from api.auth.signing_in import SigningIn, place_of
from api.errors import problem_responses
from api.served import ServedDistrict
from gridgis.errors import NotAllowed, NotKnown

CALLBACK = "/api/v1/session/openid/done"
Target = Annotated[str, Query(max_length=2000, description="之后打开的页面 / the page to open then")]
Answer = Annotated[str, Query(max_length=4000, description="认证中心带回的 / what the provider sends back with")]


def begin(request: Request, to: Target = "/") -> RedirectResponse:
    """Go to the provider; to the page for signing in where it can't be reached."""
    openid = _openid(request)
    check_private(request)
    try:
        begun = openid.begin(_callback(request), _own(to))
    except NotAllowed as refused:
        return _back(to, refused)
    answer = _going(begun.address)
    put_begun(request, answer, begun.kept)
    return answer


def end(
    request: Request, state: Answer = "", code: Answer = "", error: Answer = "", iss: Answer = ""
) -> RedirectResponse:
    """Come back from the provider: with a session, or to the page for signing in with the reason why not."""
    openid = _openid(request)
    check_private(request)
    served: ServedDistrict = request.app.state.served
    signing_in: SigningIn = request.app.state.signing_in
    to = "/"
    try:
        given = {"state": state, "code": "" if error else code} | ({"iss": iss} if iss else {})
        proved = openid.end(_callback(request), shown_begun(request), given, served.now())
        to = _own(proved.to)
        opened = signing_in.sign_in_proved(proved.name, place_of(request), served.now(), instead_of=secret_of(request))
    except NotAllowed as refused:
        answer = _back(to, refused)
    else:
        answer = _back(to)
        put_secret(request, answer, opened.secret)
    drop_begun(request, answer)
    return answer


def _openid(request: Request) -> OpenId:
    found: OpenId | None = request.app.state.openid
    if found is None or request.app.state.signing_in is None:
        raise NotKnown("openid.none")
    return found


def _callback(request: Request) -> str:
    return f"{request.url.scheme}://{request.url.netloc}{CALLBACK}"


def _own(to: str) -> str:
    """A page of ours: the one asked for, else the first one."""
    return to if to.startswith("/") and not to.startswith(("//", "/\\")) else "/"


def _back(to: str, refused: NotAllowed | None = None) -> RedirectResponse:
    """To the page for signing in, which goes on by itself: a browser that comes from elsewhere shows no cookie yet."""
    asked = {"to": _own(to)} if refused is None else {"to": _own(to), "problem": refused.code}
    return _going(f"/sign-in?{urlencode(asked, quote_via=quote)}")


def _going(address: str) -> RedirectResponse:
    return RedirectResponse(address, 303, {"Cache-Control": "no-store"})


def router() -> APIRouter:
    """The two routes of signing in by a provider."""
    routes = APIRouter(tags=["登录 session"])
    told = {**problem_responses(403, 404), 303: {"description": "To the provider, or back to the pages"}}
    for path, route in (("/session/openid", begin), ("/session/openid/done", end)):
        routes.add_api_route(path, route, status_code=303, response_class=RedirectResponse, responses=told)
    return routes
