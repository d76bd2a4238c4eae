"""Sign in and out, change the own password, see the own sessions, make and take back the own tokens."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID, uuid4

from fastapi import APIRouter, Body, Depends, Path, Request, Response

from api.auth.actions import pages_for
from api.auth.asking import who_of
from api.auth.cookies import check_private, drop_secret, put_secret, secret_of
from api.auth.recognising import Recognition
from api.auth.secret import TOKEN_PREFIX, csrf_token, new_secret, secret_hash
from api.auth.signing_in import Opened, SigningIn, place_of
from api.auth.who import LOCAL, Who
from api.bodies.accounts import (
    NewToken,
    OwnSessions,
    PasswordRequest,
    SessionBody,
    SignInRequest,
    TokenList,
    TokenMade,
    account_body,
    own_session,
    token_body,
)
from api.errors import problem_responses
from api.served import ServedDistrict
from geodata.store import Store
from gridgis.accounts import Account, ApiToken, Session, check_token
from gridgis.errors import Conflict, NotAllowed, NotKnown


class Own:
    """Whoever is signed in, with what is done to the own account."""

    def __init__(self, request: Request) -> None:
        served: ServedDistrict = request.app.state.served
        who, store = who_of(request), request.app.state.accounts
        if who is None or who.account is None or store is None:
            raise Conflict("account.none")
        self.who: Who = who
        self.account: Account = who.account
        self.store: Store = store
        self.now: datetime = served.now()

    @property
    def session(self) -> Session:
        """The session of this browser.

        Raises:
            NotAllowed: ``access.scope`` for a program with a token.
        """
        if self.who.session is None:
            raise NotAllowed("access.scope", action="session.own")
        return self.who.session


Mine = Annotated[Own, Depends(Own)]


def show_session(request: Request) -> SessionBody:
    """Who is signed in here, and what may be done; also for nobody."""
    return _told(request, who_of(request))


def sign_in(request: Request, response: Response, wanted: Annotated[SignInRequest, Body()]) -> SessionBody:
    """Sign in with name and password; the browser gets a cookie that lasts as long as the session."""
    check_private(request)
    signing_in = _signing_in(request)
    served: ServedDistrict = request.app.state.served
    opened = signing_in.sign_in(
        wanted.name, wanted.password, place_of(request), served.now(), instead_of=secret_of(request)
    )
    put_secret(request, response, opened.secret)
    return _told(request, _who(opened))


def sign_out(request: Request, response: Response, own: Mine) -> SessionBody:
    """Sign out here."""
    _signing_in(request).sign_out(own.session, own.now, actor=own.account.code)
    drop_secret(request, response)
    return _told(request, None)


def change_password(
    request: Request, response: Response, own: Mine, wanted: Annotated[PasswordRequest, Body()]
) -> SessionBody:
    """Change the own password; every other browser is signed out."""
    _ = own.session
    opened = _signing_in(request).change_password(own.account, wanted.old, wanted.new, place_of(request), own.now)
    put_secret(request, response, opened.secret)
    return _told(request, _who(opened))


def list_sessions(request: Request, own: Mine) -> OwnSessions:
    """The own sessions that go on, the newest first."""
    recognition: Recognition = request.app.state.recognition
    here = own.session.id
    items = [
        own_session(one, here=one.id == here)
        for one in own.store.sessions(own.account.id)
        if one.holds_at(own.now, recognition.span)
    ]
    return OwnSessions(items=items, total=len(items))


def end_session(request: Request, own: Mine, session_id: Annotated[UUID, Path(alias="id")]) -> OwnSessions:
    """Sign out one of the own sessions."""
    found = next((one for one in own.store.sessions(own.account.id) if one.id == session_id), None)
    if found is None:
        raise NotKnown("session.unknown", value=str(session_id))
    _signing_in(request).sign_out(found, own.now, actor=own.account.code)
    return list_sessions(request, own)


def list_tokens(own: Mine) -> TokenList:
    """The own tokens, the newest first."""
    items = list(map(token_body, own.store.tokens(own.account.id)))
    return TokenList(items=items, total=len(items))


def add_token(own: Mine, wanted: Annotated[NewToken, Body()]) -> TokenMade:
    """Make a token for a program; its secret is shown this once."""
    _ = own.session
    token = ApiToken(
        id=uuid4(),
        account_id=own.account.id,
        title=wanted.title,
        scopes=frozenset(wanted.scopes),
        created_at=own.now,
        expires_at=wanted.expires_at,
    )
    check_token(token, own.account.grants)
    secret = TOKEN_PREFIX + new_secret()
    with own.store.unit_of_work(actor=own.account.code, now=own.now) as work:
        work.add_token(token, secret_hash(secret))
        work.commit()
    return TokenMade(token=token_body(token), secret=secret)


def revoke_token(request: Request, own: Mine, token_id: Annotated[UUID, Path(alias="id")]) -> TokenList:
    """Take one of the own tokens back."""
    with own.store.unit_of_work(actor=own.account.code, now=own.now) as work:
        work.revoke_token(own.account.id, token_id)
        work.commit()
    recognition: Recognition = request.app.state.recognition
    recognition.forget(own.account.id)
    return list_tokens(own)


def _signing_in(request: Request) -> SigningIn:
    """The use cases; nobody can sign in where no accounts are kept."""
    found: SigningIn | None = request.app.state.signing_in
    if found is None:
        raise Conflict("account.none")
    return found


def _who(opened: Opened) -> Who:
    return Who(opened.account.principal(), opened.account, opened.session, csrf_token(opened.secret))


def _told(request: Request, who: Who | None) -> SessionBody:
    """Who is signed in, as the page is told."""
    served: ServedDistrict = request.app.state.served
    recognition: Recognition = request.app.state.recognition
    session, now = None if who is None else who.session, served.now()
    actions = [] if who is None else who.actions_at(now)
    return SessionBody(
        signed_in=who is not None and who.account is not None,
        needed=who is not LOCAL,
        account=None
        if who is None or who.account is None
        else account_body(who.account).model_copy(update={"must_change": who.must_change}),
        actions=actions,
        pages=pages_for(actions),
        csrf="" if who is None else who.csrf,
        provider=request.app.state.settings.oidc_title if request.app.state.openid else "",
        ends_at=None if session is None else session.ends_at(recognition.span),
        now=now,
    )


def router() -> APIRouter:
    """The routes of somebody's own account."""
    routes = APIRouter(tags=["登录 session"])
    routes.add_api_route("/session", show_session, responses=problem_responses())
    routes.add_api_route(
        "/session", sign_in, methods=["POST"], responses=problem_responses(400, 401, 403, 409, 413, 429)
    )
    routes.add_api_route("/session", sign_out, methods=["DELETE"], responses=problem_responses(401, 403, 409, 413))
    routes.add_api_route(
        "/session/password",
        change_password,
        methods=["POST"],
        responses=problem_responses(400, 401, 403, 409, 413, 429),
    )
    routes.add_api_route("/sessions", list_sessions, responses=problem_responses(401, 403, 409))
    routes.add_api_route(
        "/sessions/{id}", end_session, methods=["DELETE"], responses=problem_responses(401, 403, 404, 409, 413)
    )
    routes.add_api_route("/tokens", list_tokens, responses=problem_responses(401, 403, 409))
    routes.add_api_route("/tokens", add_token, methods=["POST"], responses=problem_responses(400, 401, 403, 409, 413))
    routes.add_api_route(
        "/tokens/{id}", revoke_token, methods=["DELETE"], responses=problem_responses(401, 403, 404, 409, 413)
    )
    return routes
