"""What stands before every request."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from api.guards import MOST_BODY_BYTES, SECURITY_HEADERS, host_without_port, is_loopback
from tests.fakes.served import FakeSource, client_of, problem_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from httpx import Response
    from starlette.testclient import TestClient

JSON = {"content-type": "application/json"}


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.0.0.1:8000",
        "127.8.9.10",
        "localhost",
        "LOCALHOST:1",
        "localhost.",
        "desk.localhost:8000",
        "[::1]",
        "[::1]:8000",
        "127.0.0.1:",
    ],
)
def test_this_machine_is_answered_by_any_of_its_names(client: TestClient, host: str) -> None:
    assert client.get("/healthz", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        "",
        "example.com",
        "example.com:8000",
        "192.168.1.5",
        "0.0.0.0",  # noqa: S104  asked for, not bound
        "localhost.example.com",
        "127.0.0.1.example.com",
        "localhost:80@example.com",
        "[::1]example.com",
        "[::1]:80.example.com",
        "127.1",
        "2130706433",
        "[::ffff:8.8.8.8]",
        "localhost:80:80",
    ],
)
def test_any_other_host_is_refused_in_words(client: TestClient, host: str) -> None:
    """A page elsewhere whose name was made to mean 127.0.0.1 (DNS rebinding) gets nothing."""
    for path in ("/", "/healthz", "/api/v1/officers", "/tiles/cells/1/1/1.mvt", "/nothing"):
        answer = client.get(path, headers={"host": host})
        assert answer.status_code == 421
        assert problem_of(answer)["code"] == "host.refused"


def test_a_host_is_split_from_its_port_and_from_nothing_else() -> None:
    assert host_without_port("localhost:8000") == "localhost"
    assert host_without_port("[::1]:8000") == "[::1]"
    assert host_without_port("[::1]") == "[::1]"
    assert host_without_port("::1") == "::1"
    assert host_without_port("a:b") == "a:b"
    assert not is_loopback("")


@pytest.mark.parametrize(
    "path", ["/", "/docs", "/api/v1/district", "/nothing", "/tiles/cells/12/3414/1656.mvt", "/api/v1/teams/x"]
)
def test_every_answer_binds_the_browser(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert {name.lower() for name in SECURITY_HEADERS} <= set(answer.headers)
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] in {"no-store", "no-cache"}
    assert "server" not in answer.headers


def test_what_names_people_is_kept_nowhere(client: TestClient) -> None:
    for path in ("/api/v1/officers", "/api/v1/enterprises", "/api/v1/alarms", "/api/v1/district"):
        assert client.get(path).headers["cache-control"] == "no-store"


@pytest.mark.parametrize("path", ["/", "/api/v1/district", "/healthz", "/openapi.json", "/docs", "/nothing"])
def test_head_is_get_without_the_body(client: TestClient, path: str) -> None:
    got, head = client.get(path), client.head(path)
    assert head.status_code == got.status_code
    assert head.content == b""
    assert head.headers["content-type"] == got.headers["content-type"]


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW"])
@pytest.mark.parametrize("path", ["/", "/api/v1/district", "/api/v1/enterprises", "/tiles/cells/1/1/1.mvt"])
def test_a_method_that_is_not_served_is_refused_with_those_that_are(client: TestClient, path: str, method: str) -> None:
    answer = client.request(method, path)
    assert answer.status_code == 405
    assert "GET" in answer.headers["allow"]
    assert problem_of(answer)["code"] == "request.method"


def test_a_body_is_refused_by_its_declared_size(client: TestClient) -> None:
    assert (
        problem_of(client.post("/api/v1/responses", content=b"x" * (MOST_BODY_BYTES + 1)))["code"] == "body.too_large"
    )


@pytest.mark.parametrize("declared", ["-1", "1e3", "9" * 5000, "\N{SUPERSCRIPT TWO}", "0x10", "1 1"])
def test_a_declared_size_that_is_no_number_is_refused(client: TestClient, declared: str) -> None:
    answer = client.post("/api/v1/responses", content=b"{}", headers={"content-length": declared.encode("latin-1")})
    assert answer.status_code == 413
    problem_of(answer)


def test_a_body_of_undeclared_size_is_counted_while_it_comes(client: TestClient) -> None:
    def pieces() -> Iterator[bytes]:
        for _ in range(MOST_BODY_BYTES // 1000 + 1):
            yield b"x" * 1000

    answer = client.post("/api/v1/responses", content=pieces(), headers=JSON)
    assert answer.status_code == 413
    assert problem_of(answer)["code"] == "body.too_large"


def test_a_body_of_the_largest_size_reaches_its_route(client: TestClient) -> None:
    assert client.post("/api/v1/responses", content=b" " * MOST_BODY_BYTES, headers=JSON).status_code == 422


def faulty(client: TestClient, path: str) -> Response:
    """An answer while a part of the service is broken in a way that nobody foresaw."""
    app = client.app
    whole, app.state.served = app.state.served, None  # type: ignore[attr-defined]
    try:
        answer: Response = client.get(path)
        return answer
    finally:
        app.state.served = whole  # type: ignore[attr-defined]


@pytest.mark.parametrize("path", ["/api/v1/district", "/tiles/cells/1/1/1.mvt", "/readyz"])
def test_a_fault_of_ours_is_told_without_its_inside(path: str, caplog: pytest.LogCaptureFixture) -> None:
    answer = faulty(client_of(FakeSource()), path)
    assert answer.status_code == 500
    problem = problem_of(answer)
    assert problem["code"] == "server.fault"
    assert "NoneType" not in answer.text
    assert "Traceback" not in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "content-security-policy" in answer.headers
    assert "AttributeError" in caplog.text


def test_large_answers_are_packed_for_who_takes_it(client: TestClient) -> None:
    packed = client.get("/api/v1/run-cards", headers={"accept-encoding": "gzip"})
    plain = client.get("/api/v1/run-cards", headers={"accept-encoding": "identity"})
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert packed.json() == plain.json()
