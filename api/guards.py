"""Guard every request before it reaches a route: host, size of the body, headers that bind the browser."""

from __future__ import annotations

import ipaddress
from abc import ABC, abstractmethod
from collections.abc import Mapping
from types import MappingProxyType

from fastapi import HTTPException, Request
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import fault, refuse
from gridgis.errors import InvalidValue

MOST_BODY_BYTES = 64 * 1024
LARGER_BODIES: Mapping[str, int] = MappingProxyType({"/api/v1/uploads/": 1024 * 1024})
"""Addresses that take larger bodies, by what they begin with: parts of photos."""
MOST_DIGITS = 9
SECURITY_HEADERS: Mapping[str, str] = MappingProxyType(
    {
        "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "geolocation=(self), camera=(), microphone=(), payment=(), usb=()",
        "Cache-Control": "no-store",
    }
)
"""What stands on every answer that does not say it otherwise; pages bring their own content policy, and files that may
be kept say for how long. Everything else names people and is kept nowhere."""

_RAW_HEADERS = tuple((name.lower().encode(), value.encode()) for name, value in SECURITY_HEADERS.items())


def is_loopback(host: str) -> bool:
    """Whether a host name or address, without port, can only mean this machine."""
    name = host.strip("[]").rstrip(".").lower()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def host_without_port(header: str) -> str:
    """The host of a Host header; what is no host and port is given back whole."""
    host, colon, port = header.rpartition(":")
    return host if colon and (port.isdecimal() or not port) and not host.endswith(":") else header


class Guard(ABC):
    """What stands before the application for every HTTP request; anything else passes untouched."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle a request, let the beginning and the end of the service pass."""
        handle = self.handle if scope["type"] == "http" else self.app
        await handle(scope, receive, send)

    @abstractmethod
    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""


class HeadAsGet(Guard):
    """Answer HEAD as GET without the body, on every route that serves GET."""

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass HEAD on as GET and hold the body back."""
        if scope["method"] != "HEAD":
            await self.app(scope, receive, send)
            return

        async def send_without_body(message: Message) -> None:
            await send({**message, "body": b""} if message["type"] == "http.response.body" else message)

        await self.app({**scope, "method": "GET"}, receive, send_without_body)


class SecurityHeaders(Guard):
    """Put the security headers on every answer."""

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and add the headers to its answer."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                said = list(message.get("headers", ()))
                names = {name for name, _ in said}
                added = [header for header in _RAW_HEADERS if header[0] not in names]
                message = {**message, "headers": [*said, *added]}
            await send(message)

        await self.app(scope, receive, send_with_headers)


class KnownHosts(Guard):
    """Refuse requests that name another host than this machine and those that the settings name.

    A page elsewhere that makes its own name mean this address (DNS rebinding) is refused by this.

    Args:
        app: What is guarded.
        names: Names beside those of this machine, in small letters.
    """

    def __init__(self, app: ASGIApp, names: frozenset[str] = frozenset()) -> None:
        super().__init__(app)
        self._names = names

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on when its host is known."""
        host = Headers(scope=scope).get("host", "")
        name = host_without_port(host)
        if is_loopback(name) or name.lower() in self._names:
            await self.app(scope, receive, send)
        else:
            await refuse(Request(scope), InvalidValue("host.refused", host=host))(scope, receive, send)


class CatchFaults(Guard):
    """Answer a fault of ours as problem details, inside the other guards so that their headers stand on it too."""

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; a fault after the answer began can only end the connection."""
        began = False

        async def send_noting(message: Message) -> None:
            nonlocal began
            began = True
            await send(message)

        try:
            await self.app(scope, receive, send_noting)
        except Exception as error:
            if began:
                raise
            await fault(Request(scope), error)(scope, receive, send)


class BodyLimit(Guard):
    """Refuse a body that is larger than anything the API takes, before it is read whole."""

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with its body counted."""
        most = next((size for start, size in LARGER_BODIES.items() if scope["path"].startswith(start)), MOST_BODY_BYTES)
        declared = Headers(scope=scope).get("content-length", "0")
        if len(declared) > MOST_DIGITS or not declared.isdecimal() or int(declared) > most:
            await refuse(Request(scope), InvalidValue("body.too_large"))(scope, receive, send)
            return
        read = 0

        async def receive_some() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > most:
                raise HTTPException(413)
            return message

        await self.app(scope, receive_some, send)
