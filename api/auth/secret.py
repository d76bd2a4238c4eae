"""Make secrets that nobody can guess, and what is stored of them."""

from __future__ import annotations

import hashlib
import hmac
import secrets

SECRET_BYTES = 32
TOKEN_PREFIX = "gridgis_"  # noqa: S105  tells people and scanners what they have found, and is no secret
PLAIN_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
PROVED_PREFIX = "proved_"
"""Of secrets of sessions that a provider proved: the store knows their hash only, so that nobody can put it there."""
GROUPS, GROUP_LETTERS = 4, 4


def new_secret() -> str:
    """256 random bits as text that cookies and headers can hold."""
    return secrets.token_urlsafe(SECRET_BYTES)


def secret_hash(secret: str) -> str:
    """What is stored of a secret: its SHA-256. Nothing slower is needed, 256 random bits are not guessed."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def csrf_token(secret: str) -> str:
    """What a page has to show beside its session's cookie; only this service and its pages learn it."""
    return hmac.new(secret.encode("utf-8", "replace"), b"csrf", hashlib.sha256).hexdigest()


def one_time_password() -> str:
    """A password to be read out and typed once: 79 random bits, without letters that look alike."""
    letters = (secrets.choice(PLAIN_LETTERS) for _ in range(GROUPS * GROUP_LETTERS))
    return "-".join("".join(next(letters) for _ in range(GROUP_LETTERS)) for _ in range(GROUPS))
