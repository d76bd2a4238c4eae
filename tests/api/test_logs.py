"""One line an event, with its request; nothing personal, nothing secret."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from api.logs import JsonLines, LogRequests, PlainLines, masked, template_of, write_logs
from api.moments import parse_moment
from gridgis.errors import InvalidValue
from tests.fakes.served import FakeSource, client_of

if TYPE_CHECKING:
    from starlette.testclient import TestClient

PLANTED = ("13912345678", "321204199001011234", "s3cr3t-passw0rd", "王小明", "eyJhbGciOi")


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """The logs of this process as JSON lines, put back afterwards."""
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    written = io.StringIO()
    write_logs("json", written)
    yield written
    root.handlers, root.level = handlers, level
    logging.captureWarnings(capture=False)


def told(lines: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in lines.getvalue().splitlines()]


@pytest.fixture
def quiet_client() -> TestClient:
    return client_of(FakeSource())


def test_a_request_is_one_line(lines: io.StringIO, quiet_client: TestClient) -> None:
    answer = quiet_client.get("/api/v1/teams")
    (line,) = told(lines)
    assert line.pop("at").endswith("+08:00")
    assert line.pop("ms") >= 0
    assert line == {
        "level": "info",
        "logger": "gridgis.requests",
        "event": "request",
        "request": answer.headers["X-Request-Id"],
        "method": "GET",
        "route": "/api/v1/teams",
        "status": 200,
    }


@pytest.mark.parametrize("identifier", ["0123abcd", "a" * 64, "3f2b.9c-7_d1", "6ba7b810-9dad-11d1-80b4-00c04fd430c8"])
def test_a_well_formed_identifier_is_kept(lines: io.StringIO, quiet_client: TestClient, identifier: str) -> None:
    answer = quiet_client.get("/api/v1/teams", headers={"X-Request-Id": identifier})
    assert answer.headers["X-Request-Id"] == identifier == told(lines)[0]["request"]


@pytest.mark.parametrize("identifier", ["", "short", "a" * 65, "has blanks in it", '"},{"status":200', "-leading-dash"])
def test_any_other_is_replaced(lines: io.StringIO, quiet_client: TestClient, identifier: str) -> None:
    answer = quiet_client.get("/api/v1/teams", headers={"X-Request-Id": identifier})
    assert answer.headers["X-Request-Id"] == told(lines)[0]["request"] != identifier
    assert len(answer.headers["X-Request-Id"]) == 32


@pytest.mark.parametrize(
    ("path", "route"),
    [
        ("/api/v1/enterprises/13912345678", "/api/v1/enterprises/{id}"),
        ("/tiles/cells/1/1/1.mvt", "/tiles/cells/{z}/{x}/{y}.mvt"),
        ("/somewhere/else", "-"),
        ("/js/main.js", "page"),
    ],
)
def test_the_route_is_told_by_its_template(lines: io.StringIO, quiet_client: TestClient, path: str, route: str) -> None:
    quiet_client.get(path)
    assert told(lines)[-1]["route"] == route


def test_a_route_that_turns_its_parts_into_numbers_is_told_by_its_name() -> None:
    def show() -> None: ...

    scope = {"path": "/teams/007", "path_params": {"number": 7}, "endpoint": show}
    assert template_of(scope) == "show"


def test_probes_that_are_answered_well_leave_no_line(lines: io.StringIO, quiet_client: TestClient) -> None:
    for path in ("/healthz", "/readyz", "/metrics"):
        assert quiet_client.get(path).status_code == 200
    assert told(lines) == []


def test_the_account_is_told_when_it_is_known(lines: io.StringIO) -> None:
    async def signed_in(scope: Scope, receive: Receive, send: Send) -> None:
        scope["state"]["account_id"] = "0190-account"
        await Response(status_code=204)(scope, receive, send)

    async def gone() -> Message:
        return {"type": "http.disconnect"}

    async def ignore(_: Message) -> None: ...

    scope = {"type": "http", "method": "GET", "path": "/x", "headers": []}
    asyncio.run(LogRequests(signed_in)(scope, gone, ignore))
    (line,) = told(lines)
    assert (line["account"], line["route"], line["status"]) == ("0190-account", "-", 204)


def test_nothing_that_was_planted_is_written(lines: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the address, its query, a header, a body, and in an error that quotes them."""
    client = client_of(FakeSource())

    def broken(*_: object, **__: object) -> None:
        message = f"can't insert {' '.join(PLANTED)}"
        raise RuntimeError(message) from InvalidValue("phone.form", value=PLANTED[0])

    monkeypatch.setattr("api.served.ServedDistrict.current", broken)
    for planted in PLANTED:
        text = planted.encode()
        client.get(f"/api/v1/search?q={planted}&token={planted}", headers={"Authorization": b"Bearer " + text})
        client.get(f"/api/v1/enterprises/{planted}", headers={"Cookie": b"session=" + text})
        client.get(f"/{planted}", headers={"X-Request-Id": text + b" " + text})
        client.post("/api/v1/responses", json={"caller": planted, "phone": planted, "lon": planted})
        client.post("/api/v1/responses", content=planted)
    faults = [line for line in told(lines) if line["event"] == "fault"]
    assert faults
    assert all(line["error"] == "RuntimeError" for line in faults)
    assert all("← InvalidValue phone.form" in line["trace"] for line in faults)
    assert all(line["request"] for line in faults)
    for planted in PLANTED:
        assert planted not in lines.getvalue()


def test_what_looks_secret_is_masked_wherever_it_stands(lines: io.StringIO) -> None:
    logging.getLogger("gridgis.x").warning(
        "call %s, id %s, Authorization: Bearer %s, password=%s", *PLANTED[:2], PLANTED[4], PLANTED[2]
    )
    for planted in (*PLANTED[:3], PLANTED[4]):
        assert planted not in lines.getvalue()


@pytest.mark.parametrize(
    "text",
    ["913212047558664256", "2020-06-30T14:00:00+08:00", "fid 13800", "0190a7b810139123456781190", "EPSG:4549"],
)
def test_what_is_no_secret_stays(text: str) -> None:
    assert masked(f"{text} x") == f"{text} x"


def test_an_address_of_a_database_loses_its_password() -> None:
    assert masked("postgresql://gridgis:hunter2@db/gridgis") == "postgresql://***@db/gridgis"


def record(message: str, error: BaseException | None = None) -> logging.LogRecord:
    found = None if error is None else (type(error), error, error.__traceback__)
    return logging.LogRecord("gridgis.x", logging.WARNING, "x.py", 1, message, (), found)


def test_a_line_stays_one_line() -> None:
    forged = 'read\n{"event": "request", "status": 200}\r\x1b[2J'
    assert len(JsonLines().format(record(forged)).splitlines()) == 1
    plain = PlainLines().format(record(forged))
    assert len(plain.splitlines()) == 1
    assert "\x1b" not in plain


def test_a_person_reads_where_an_error_was_raised() -> None:
    with pytest.raises(InvalidValue) as refused:
        parse_moment("13912345678")
    plain = PlainLines().format(record("fault", refused.value))
    first, *below = plain.splitlines()
    assert first.endswith("warning fault error=InvalidValue time.form")
    assert any("moments.py:" in line and line.endswith("parse_moment") for line in below)
    assert "139" not in plain


@pytest.mark.usefixtures("lines")
@pytest.mark.parametrize(("form", "kind"), [("json", JsonLines), ("plain", PlainLines), ("auto", JsonLines)])
def test_the_form_follows_the_setting(form: str, kind: type[logging.Formatter]) -> None:
    write_logs(form, io.StringIO())
    assert isinstance(logging.getLogger().handlers[0].formatter, kind)


@pytest.mark.usefixtures("lines")
def test_a_terminal_shows_plain_lines() -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    write_logs("auto", Terminal())
    assert isinstance(logging.getLogger().handlers[0].formatter, PlainLines)
    write_logs("auto")
    handler = logging.getLogger().handlers[0]
    assert isinstance(handler, logging.StreamHandler)
    assert handler.stream is sys.stderr
