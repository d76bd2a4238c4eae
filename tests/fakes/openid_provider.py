"""An OpenID Connect provider that lets one person in, and can be told to lie."""

from __future__ import annotations

import base64
import socket
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlencode, urlsplit
from uuid import uuid4

import uvicorn
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, RSAKey
from starlette.applications import Starlette
from starlette.exceptions import StarletteDeprecationWarning
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

if TYPE_CHECKING:
    from starlette.testclient import TestClient

CLIENT, SECRET = "gridgis", "the client's secret"


@cache
def signing_key(kind: str = "RS256", kid: str = "one") -> RSAKey | ECKey:
    """A key, made once."""
    told: Any = {"kid": kid, "alg": kind, "use": "sig"}
    return RSAKey.generate_key(2048, told) if kind == "RS256" else ECKey.generate_key("P-256", told)


@dataclass
class FakeProvider:
    """A provider.

    Attributes:
        issuer: Its address.
        now: What it puts into tokens.
        name: Whom it lets in; None for nobody.
        claims: What it puts into tokens instead of the truth; None leaves a claim out.
        key: What it signs with.
        published: Keys that it publishes.
        down: Whether it answers nothing but faults.
        asked: How often each of its addresses was asked for.
    """

    issuer: str
    now: Callable[[], datetime]
    name: str | None = "wangwu"
    claims: dict[str, Any] = field(default_factory=dict)
    key: RSAKey | ECKey = field(default_factory=signing_key)
    published: list[RSAKey | ECKey] = field(default_factory=lambda: [signing_key()])
    down: bool = False
    asked: dict[str, int] = field(default_factory=dict)
    _codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def app(self) -> Starlette:
        """What answers."""
        routes = {
            "/.well-known/openid-configuration": self._about,
            "/keys": self._keys,
            "/authorize": self._authorize,
            "/token": self._token,
        }
        return Starlette(
            routes=[Route(path, self._counted(path, way), methods=["GET", "POST"]) for path, way in routes.items()]
        )

    def client(self) -> TestClient:
        """What reaches it without a socket."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", StarletteDeprecationWarning)
            from starlette.testclient import TestClient
        return TestClient(self.app(), base_url=self.issuer, follow_redirects=False)

    @contextmanager
    def serving(self) -> Iterator[None]:
        """Answer browsers on a port of this machine."""
        with socket.create_server(("127.0.0.1", 0)) as listening:
            self.issuer = f"http://127.0.0.1:{listening.getsockname()[1]}"
            server = uvicorn.Server(uvicorn.Config(self.app(), log_config=None, ws="none", lifespan="off"))
            thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
            thread.start()
            try:
                yield
            finally:
                server.should_exit = True
                thread.join()

    def _counted(self, path: str, way: Callable[[Request, dict[str, str]], Response]) -> Callable[[Request], Any]:
        async def answer(request: Request) -> Response:
            self.asked[path] = self.asked.get(path, 0) + 1
            if self.down:
                return Response("<html>", 502)
            body = (await request.body()).decode()
            return way(request, {name: values[0] for name, values in parse_qs(body or request.url.query).items()})

        return answer

    def _about(self, _: Request, __: dict[str, str]) -> Response:
        return JSONResponse(
            {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/keys",
            }
        )

    def _keys(self, _: Request, __: dict[str, str]) -> Response:
        return JSONResponse(KeySet(list(self.published)).as_dict(private=False))

    def _authorize(self, _: Request, given: dict[str, str]) -> Response:
        assert (given["response_type"], given["client_id"], given["code_challenge_method"]) == ("code", CLIENT, "S256")
        assert "openid" in given["scope"].split()
        code = uuid4().hex
        self._codes[code] = given
        told = {"error": "access_denied"} if self.name is None else {"code": code}
        return RedirectResponse(f"{given['redirect_uri']}?{urlencode({**told, 'state': given['state']})}", 303)

    def _token(self, request: Request, given: dict[str, str]) -> Response:
        basic = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        began = self._codes.pop(given["code"], None)
        challenge = base64.urlsafe_b64encode(sha256(given["code_verifier"].encode()).digest()).rstrip(b"=").decode()
        right = began is not None and (challenge, given["redirect_uri"]) == (
            began["code_challenge"],
            began["redirect_uri"],
        )
        if began is None or not right or request.headers.get("authorization") != f"Basic {basic}":
            return JSONResponse({"error": "invalid_grant"}, 400)
        at = round(self.now().timestamp())
        claims = {
            "iss": self.issuer, "sub": "0001", "aud": CLIENT, "iat": at, "exp": at + 300, "nonce": began["nonce"],
            "preferred_username": self.name,
        } | self.claims  # fmt: skip
        told = {name: value for name, value in claims.items() if value is not None}
        head = {"alg": str(self.key.alg), "kid": str(self.key.kid)}
        return JSONResponse({"access_token": "x", "token_type": "Bearer", "id_token": jwt.encode(head, told, self.key)})


def path_of(address: str) -> str:
    """An address without its origin."""
    parts = urlsplit(address)
    return parts.path + (f"?{parts.query}" if parts.query else "")
