"""Write what happens as one line each, with the request it belongs to, and nothing that is personal or secret.

A line of a request names the route by its template, the account by its identifier, never the address as it was called:
that may hold a name or a telephone number. Of an error a line tells the kind, our code and where it was raised, not its
message, which may quote what somebody typed. What still looks like a telephone, identity number or token is masked.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import time
import traceback
from collections.abc import Iterator, Mapping
from contextvars import ContextVar
from datetime import datetime
from typing import Any, TextIO
from uuid import uuid4

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.guards import Guard
from api.moments import LOCAL_TIME
from gridgis.errors import GridGISError

REQUEST_ID = "X-Request-Id"
NO_ROUTE = "-"
PROBES = frozenset({"/healthz", "/readyz", "/metrics"})

_LOG = logging.getLogger("gridgis.requests")
_WELL_FORMED = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,63}")
_CURRENT: ContextVar[str] = ContextVar("request_id", default="")
_MASKED = re.compile(
    r"(?<![0-9A-Za-z])(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)"  # telephones
    r"|(?<![0-9A-Za-z])[1-8]\d{5}(?:19|20)\d\d[01]\d[0-3]\d{4}[\dXx](?![0-9A-Za-z])"  # identity numbers
    r"|(?i:\b(?:bearer|basic)\s+\S+)"
    r"|(?i:\b(?:password|passwd|secret|token|cookie)\b[\"']?\s*[=:]\s*\S+)"
    r"|(?<=://)[^/\s:@]+:[^/\s@]+(?=@)"  # user and password of an address
)


def write_logs(form: str, stream: TextIO | None = None) -> None:
    """Send the logs of this process to a stream, one line each.

    Args:
        form: ``json``, ``plain``, or ``auto``: plain on a terminal, JSON elsewhere.
        stream: Where to, by default standard error.
    """
    stream = stream or sys.stderr
    handler = logging.StreamHandler(stream)
    plain = form == "plain" or (form == "auto" and stream.isatty())
    handler.setFormatter(PlainLines() if plain else JsonLines())
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("gridgis").setLevel(logging.INFO)
    logging.captureWarnings(capture=True)


class JsonLines(logging.Formatter):
    """A record as one JSON object."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        return json.dumps({name: _harmless(value) for name, value in _told(record)}, ensure_ascii=False)


class PlainLines(logging.Formatter):
    """A record as a person reads it."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, and lines below it where it tells of an error."""
        told = {name: _harmless(value) for name, value in _told(record) if name != "logger"}
        at, level, event, trace = (told.pop(name, "") for name in ("at", "level", "event", "trace"))
        shown = " ".join(f"{name}={value}" for name, value in told.items())
        return "\n    ".join([f"{at[11:19]} {level} {event} {shown}".rstrip(), *trace])


def masked(text: str) -> str:
    """A text in one line, without what looks like a telephone, an identity number or a secret."""
    return _MASKED.sub("***", "".join(letter if letter.isprintable() else " " for letter in text))


def _harmless(value: Any) -> Any:
    """A value that JSON can hold, its texts masked."""
    if value is None or isinstance(value, bool | int | float):
        return value
    return [_harmless(one) for one in value] if isinstance(value, list) else masked(str(value))


def _told(record: logging.LogRecord) -> Iterator[tuple[str, Any]]:
    """What a record tells, by name."""
    yield "at", datetime.fromtimestamp(record.created, LOCAL_TIME).isoformat(timespec="milliseconds")
    yield "level", record.levelname.lower()
    yield "logger", record.name
    yield "event", record.getMessage()
    told: Mapping[str, Any] = getattr(record, "told", {})
    if "request" not in told and _CURRENT.get():
        yield "request", _CURRENT.get()
    yield from told.items()
    error = record.exc_info[1] if record.exc_info else None
    if error is not None:
        yield "error", kind_of(error)
        yield "trace", list(_trace(error))


def kind_of(error: BaseException) -> str:
    """What an error is, without what it quotes."""
    kind = type(error).__name__
    if isinstance(error, GridGISError):
        return f"{kind} {error.code}"
    if isinstance(error, OSError) and error.strerror:
        return f"{kind} {error.strerror}"
    return kind


def _trace(error: BaseException) -> Iterator[str]:
    """Where an error was raised, the innermost place last, and where the one that led to it was."""
    for frame in traceback.extract_tb(error.__traceback__):
        yield f"{frame.filename}:{frame.lineno} {frame.name}"
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before is not None:
        yield f"← {kind_of(before)}"
        yield from _trace(before)


class LogRequests(Guard):
    """Give every request an identifier, its own where it brings a well-formed one, and write a line when it ended.

    Whoever signs a request in puts ``account_id`` into its state (``request.state.account_id``).
    """

    def __init__(self, app: ASGIApp) -> None:
        super().__init__(app)

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on under its identifier."""
        brought = Headers(scope=scope).get(REQUEST_ID, "")
        identifier = brought if _WELL_FORMED.fullmatch(brought) else uuid4().hex
        scope.setdefault("state", {})["request_id"] = identifier
        started, status = time.perf_counter(), 0

        async def send_noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)[REQUEST_ID] = identifier
            await send(message)

        before = _CURRENT.set(identifier)
        try:
            await self.app(scope, receive, send_noting)
        finally:
            _CURRENT.reset(before)
            self._write(scope, identifier, status, time.perf_counter() - started)

    @staticmethod
    def _write(scope: Scope, identifier: str, status: int, seconds: float) -> None:
        """Write the line of a request; status 0 is one that was never answered."""
        route = template_of(scope)
        quiet = route in PROBES and status == 200  # noqa: PLR2004  they come every few seconds
        told = {"request": identifier, "method": scope["method"], "route": route, "status": status}
        account = scope["state"].get("account_id")
        if account is not None:
            told["account"] = str(account)
        told["ms"] = round(seconds * 1000, 1)
        _LOG.log(logging.DEBUG if quiet else logging.INFO, "request", extra={"told": told})


def template_of(scope: Scope) -> str:
    """The route that answered: its path with names for what varies; the function's name where that can't be told."""
    endpoint = getattr(scope.get("endpoint"), "__name__", NO_ROUTE)
    named = scope.get("path_params")
    if named is None or endpoint == NO_ROUTE:
        return endpoint
    waiting = list(named.items())
    parts = []
    for part in scope["path"].split("/"):
        value, dot, end = part.partition(".") if waiting and str(waiting[0][1]) != part else (part, "", "")
        if waiting and str(waiting[0][1]) == value:
            parts.append(f"{{{waiting.pop(0)[0]}}}{dot}{end}")
        else:
            parts.append(part)
    return endpoint if waiting else "/".join(parts)
