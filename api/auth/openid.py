"""Let the office's own OpenID Connect provider prove who somebody is: the code flow with PKCE, and nothing more of it.

OpenID Connect Core 1.0, section 3.1, and RFC 7636 (S256). The provider says who it is; what that person may do stands
in the account of that name, which somebody here has made.
"""

from __future__ import annotations

import hmac
import logging
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from api.auth.secret import new_secret
from gridgis.errors import NotAllowed

if TYPE_CHECKING:
    import httpx
    from joserfc.jwk import KeySet

    from api.settings import Settings

LOG = logging.getLogger("gridgis.api")
WITHIN_S = 5.0
KEPT_S, LEAST_KEPT_S = 3600.0, 60.0
CLOCKS_APART_S = 60
MOST_BYTES = 200_000
ALGORITHMS = ("RS256", "PS256", "ES256", "ES384", "RS384", "RS512", "PS384", "PS512", "EdDSA")
SCOPE = "openid profile"


@dataclass(frozen=True, slots=True)
class Provider:
    """Whom the office trusts to know its people.

    Attributes:
        issuer: Its address.
        client_id: What it calls this service.
        client_secret: What this service proves itself with, '' where it need not.
        claim: The claim that holds the name of the account.
    """

    issuer: str
    client_id: str
    client_secret: str = field(default="", repr=False)
    claim: str = "preferred_username"

    @classmethod
    def of(cls, settings: Settings) -> Provider | None:
        """The provider that the settings name, None where they name none."""
        if not settings.oidc_issuer:
            return None
        secret = settings.oidc_client_secret.get_secret_value()
        return cls(settings.oidc_issuer, settings.oidc_client_id, secret, settings.oidc_claim)


@dataclass(frozen=True, slots=True)
class Begun:
    """A sign-in that was begun.

    Attributes:
        address: Where the browser goes.
        kept: What the browser keeps meanwhile.
    """

    address: str
    kept: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Proved:
    """Whom the provider proved.

    Attributes:
        name: Name of the account.
        to: The page that was asked for.
    """

    name: str
    to: str


class OpenId:
    """Sign-in by a provider. Safe among threads; what the provider says of itself is asked when it is first needed.

    Args:
        provider: The provider.
        client: Reaches it, within a time.
    """

    def __init__(self, provider: Provider, client: httpx.Client) -> None:
        self._provider = provider
        self._client = client
        self._about: tuple[float, dict[str, Any]] | None = None
        self._keys: tuple[float, KeySet] | None = None

    def begin(self, callback: str, to: str) -> Begun:
        """Begin a sign-in.

        Args:
            callback: Where the provider sends the browser back to.
            to: The page that was asked for.

        Raises:
            NotAllowed: ``openid.unreachable``.
        """
        secret = new_secret()
        asked = {
            "response_type": "code",
            "client_id": self._provider.client_id,
            "redirect_uri": callback,
            "scope": SCOPE,
            "state": _derived(secret, "state"),
            "nonce": _derived(secret, "nonce"),
            "code_challenge": _text(sha256(_derived(secret, "verifier").encode()).digest()),
            "code_challenge_method": "S256",
        }
        where = str(self._told()["authorization_endpoint"])
        address = f"{where}{'&' if '?' in where else '?'}{urlencode(asked)}"
        return Begun(address, f"{secret}.{_text(to.encode())}")

    def end(self, callback: str, kept: str, answer: dict[str, str], now: datetime) -> Proved:
        """End a sign-in by what the provider sent the browser back with.

        Args:
            callback: As at the beginning.
            kept: What the browser kept.
            answer: ``state``, with ``code`` or ``error``, and ``iss`` where the provider tells its name.
            now: The moment, aware.

        Raises:
            NotAllowed: ``openid.state`` when this browser did not begin it, ``openid.refused`` when the provider does
                not let that person in, ``openid.token`` when it proves nobody to us, ``openid.unreachable``.
        """
        secret, _, to = kept.partition(".")
        if not secret or not hmac.compare_digest(_derived(secret, "state").encode(), answer.get("state", "").encode()):
            raise NotAllowed("openid.state")
        if answer.get("iss", self._provider.issuer) != self._provider.issuer:  # RFC 9207
            raise NotAllowed("openid.state")
        if not answer.get("code"):
            raise NotAllowed("openid.refused")
        token = self._token(callback, answer["code"], _derived(secret, "verifier"))
        claims = self._claims(token, _derived(secret, "nonce"), now)
        name = claims.get(self._provider.claim)
        if not isinstance(name, str) or not name.strip():
            raise NotAllowed("openid.token")
        return Proved(name, urlsafe_b64decode(to + "=" * (-len(to) % 4)).decode("utf-8", "replace"))

    def _token(self, callback: str, code: str, verifier: str) -> str:
        """The ID token that a code is given for."""
        given = {"grant_type": "authorization_code", "code": code, "redirect_uri": callback, "code_verifier": verifier}
        told = self._told()
        ours, secret = self._provider.client_id, self._provider.client_secret
        ways = told.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        basic = bool(secret) and "client_secret_basic" in ways
        body = given if basic else {**given, "client_id": ours, **({"client_secret": secret} if secret else {})}
        found = self._json("POST", str(told["token_endpoint"]), data=body, auth=(ours, secret) if basic else None)
        token = found.get("id_token")
        if not isinstance(token, str):
            raise NotAllowed("openid.token")
        return token

    def _claims(self, token: str, nonce: str, now: datetime) -> dict[str, Any]:
        """What an ID token says, once it is known to be the provider's, for us, of now and of this sign-in."""
        from joserfc.errors import JoseError
        from joserfc.jwt import JWTClaimsRegistry, decode

        must = {"essential": True}
        wanted: dict[str, Any] = {
            "iss": {**must, "value": self._provider.issuer},
            "sub": must,
            "exp": must,
            "iat": must,
            "nonce": {**must, "value": nonce},
        }
        registry = JWTClaimsRegistry(now=round(now.timestamp()), leeway=CLOCKS_APART_S, **wanted)
        for renewed in (False, True):
            try:
                claims: dict[str, Any] = decode(
                    token, self._key_set(renewed=renewed), algorithms=list(ALGORITHMS)
                ).claims
                registry.validate(claims)
            except (JoseError, ValueError, TypeError, KeyError) as error:
                LOG.warning("an ID token was refused: %s", type(error).__name__)
                continue
            if self._is_ours(claims):
                return claims
            break
        raise NotAllowed("openid.token")

    def _is_ours(self, claims: dict[str, Any]) -> bool:
        """Whether a token was made for this service."""
        ours, audience = self._provider.client_id, claims.get("aud")
        listed = audience if isinstance(audience, list) else [audience]
        return ours in listed and claims.get("azp", ours if len(listed) == 1 else None) == ours

    def _told(self) -> dict[str, Any]:
        """What the provider says of itself; what it said before where it can't be reached."""
        if self._about is None or time.monotonic() - self._about[0] > KEPT_S:
            found = self._json("GET", f"{self._provider.issuer.rstrip('/')}/.well-known/openid-configuration")
            wanted = ("authorization_endpoint", "token_endpoint", "jwks_uri")
            if found.get("issuer") != self._provider.issuer or not all(
                isinstance(found.get(key), str) for key in wanted
            ):
                LOG.warning("the OpenID provider says that it is another one, or not enough")
                raise NotAllowed("openid.unreachable")
            self._about = (time.monotonic(), found)
        return self._about[1]

    def _key_set(self, *, renewed: bool) -> KeySet:
        """The provider's keys; anew when a signature was by none of them, at most once a minute."""
        from joserfc.jwk import KeySet

        kept_s = LEAST_KEPT_S if renewed else KEPT_S
        if self._keys is None or time.monotonic() - self._keys[0] > kept_s:
            found = self._json("GET", str(self._told()["jwks_uri"]))
            self._keys = (time.monotonic(), KeySet.import_key_set(found))  # type: ignore[arg-type]  # checked by it
        return self._keys[1]

    def _json(self, method: str, address: str, **sent: Any) -> dict[str, Any]:
        """An object that the provider answers.

        Raises:
            NotAllowed: ``openid.unreachable``; ``openid.token`` when it refuses what it is sent.
        """
        import httpx

        try:
            answer = self._client.request(method, address, **sent)
            found = answer.json() if len(answer.content) <= MOST_BYTES else None
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            LOG.warning("the OpenID provider does not answer: %s", type(error).__name__)
            raise NotAllowed("openid.unreachable") from error
        if answer.is_client_error and method == "POST":
            raise NotAllowed("openid.token")
        if not answer.is_success or not isinstance(found, dict):
            LOG.warning("the OpenID provider answers with status %s", answer.status_code)
            raise NotAllowed("openid.unreachable")
        return found


def _derived(secret: str, purpose: str) -> str:
    """A value of one sign-in, from which its secret can't be told."""
    return _text(hmac.new(secret.encode("utf-8", "replace"), purpose.encode(), sha256).digest())


def _text(content: bytes) -> str:
    return urlsafe_b64encode(content).rstrip(b"=").decode()
