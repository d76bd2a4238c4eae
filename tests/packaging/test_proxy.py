"""The proxies let through what they are there for, and phones nothing but their pages."""

from __future__ import annotations

import http.server
import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

PACKAGING = Path(__file__).parents[2] / "packaging"
NGINX, OPENSSL = shutil.which("nginx"), shutil.which("openssl")
STARTED_WITHIN_S = 10
pytestmark = pytest.mark.skipif(NGINX is None or OPENSSL is None, reason="needs nginx and openssl")


class Telling(http.server.BaseHTTPRequestHandler):
    """A service that tells which request reached it."""

    def do_GET(self) -> None:
        told = [self.path, *(self.headers.get(f"X-Forwarded-{name}", "") for name in ("For", "Proto"))]
        body = "\n".join([*told, self.headers["Host"], self.headers.get("X-Request-Id", "")]).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET  # noqa: N815  names that the library asks for

    def log_message(self, *_: object) -> None: ...


@dataclass(frozen=True)
class Entrances:
    """Clients of both entrances, each by its own name."""

    office: httpx.Client
    phones: httpx.Client


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


@contextmanager
def service() -> Iterator[int]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Telling) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


def wait_for(port: int) -> None:
    ends = time.monotonic() + STARTED_WITHIN_S
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except ConnectionRefusedError:
            assert time.monotonic() < ends
        else:
            return


@pytest.fixture(scope="module")
def entrances(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Entrances]:
    """Both files as they stand, in one nginx, with other ports and certificates of a CA of our own."""
    folder = tmp_path_factory.mktemp("nginx")
    tls = folder / "tls"
    hosts = ("grid.jiangyan.internal", "field.jiangyan.example")
    for _ in range(2):  # the second run renews the certificate and keeps the CA
        subprocess.run([str(PACKAGING / "proxy" / "internal-ca.sh"), str(tls), *hosts], check=True, capture_output=True)
    office_port, phones_port = free_port(), free_port()
    with service() as behind:
        office = (PACKAGING / "proxy" / "office.conf").read_text("utf-8")
        office = office.replace("listen 80;", f"listen 127.0.0.1:{free_port()};")
        office = office.replace("listen 443 ssl;", f"listen 127.0.0.1:{office_port} ssl;")
        office = office.replace("127.0.0.1:8000", f"127.0.0.1:{behind}").replace(
            "# set_real_ip_from 10.9.8.7", "set_real_ip_from 127.0.0.1"
        )
        office = office.replace("# real_ip_header", "real_ip_header")
        office = office.replace(
            "server_name grid.jiangyan.internal;     ", "server_name grid.jiangyan.internal field.jiangyan.example; "
        )
        phones = (PACKAGING / "proxy" / "phones.conf").read_text("utf-8")
        phones = phones.replace("listen 443 ssl;", f"listen 127.0.0.1:{phones_port} ssl;").replace(
            "10.1.2.3:443", f"127.0.0.1:{office_port}"
        )
        for name, made in {"public-chain": "chain", "public-key": "key", "internal-ca": "ca"}.items():
            phones = phones.replace(f"{name}.pem", f"{made}.pem")
        parts = (folder / "office.conf", office), (folder / "phones.conf", phones)
        for path, text in parts:
            path.write_text(text.replace("/etc/gridgis/tls", str(tls)), "utf-8")
        (folder / "nginx.conf").write_text(
            f"daemon off; pid {folder}/pid; error_log {folder}/errors; events {{}}\n"
            f"http {{ client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;\n"
            f"fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;\n"
            f"include {folder}/office.conf; include {folder}/phones.conf; }}\n"
        )
        known = ssl.create_default_context(cafile=str(tls / "ca.pem"))
        with subprocess.Popen([str(NGINX), "-p", str(folder), "-c", str(folder / "nginx.conf")]) as running:
            try:
                wait_for(phones_port)
                with client(hosts[0], office_port, known) as inside, client(hosts[1], phones_port, known) as outside:
                    yield Entrances(inside, outside)
            finally:
                running.terminate()


def client(host: str, port: int, known: ssl.SSLContext) -> httpx.Client:
    """A client that asks a host of a port here, and looks at the certificate under that host's name."""

    def name(request: httpx.Request) -> None:
        request.headers["Host"] = host
        request.extensions["sni_hostname"] = host

    return httpx.Client(base_url=f"https://127.0.0.1:{port}", verify=known, event_hooks={"request": [name]})


@pytest.mark.parametrize("path", ["/", "/admin", "/ogc/collections", "/api/v1/accounts"])
def test_the_office_reaches_everything_and_is_told_apart(entrances: Entrances, path: str) -> None:
    answer = entrances.office.get(path, headers={"X-Forwarded-Proto": "http"})
    asked, client_address, scheme, host, identifier = answer.text.split("\n")
    assert (asked, client_address, scheme, host) == (path, "127.0.0.1", "https", "grid.jiangyan.internal")
    assert len(identifier) == 32
    assert answer.headers["Strict-Transport-Security"]


@pytest.mark.parametrize(
    "path",
    [
        "/field",
        "/field/visit/1",
        "/team",
        "/sign-in",
        "/js/main.js",
        "/tiles/cells/1/1/1.mvt?v=2",
        "/service-worker.js",
        "/api/v1/session",
        "/api/v1/live",
        "/api/v1/enterprises?q=%E5%B7%A5",
    ],
)
def test_phones_reach_their_pages(entrances: Entrances, path: str) -> None:
    asked, client_address, scheme, host, _ = entrances.phones.get(path).text.split("\n")
    assert (asked, client_address, scheme, host) == (path, "127.0.0.1", "https", "field.jiangyan.example")


@pytest.mark.parametrize(
    "path",
    [
        *("/", "/admin", "/desk", "/plan", "/oversight", "/docs", "/openapi.json", "/metrics", "/readyz", "/healthz"),
        *("/ogc", "/ogc/collections", "/api/v1/accounts", "/api/v1/accounts/1/grants", "/api/v1/sign-ins"),
        *("/api/v1/tokens", "/fields", "/teams", "/field/../admin", "/js/../admin", "/js/%2e%2e/admin", "//admin"),
        *("/api/v1/../../admin", "/api/v1/x/../accounts", "/api/v1/%61ccounts", "/API/v1/accounts", "/tiles"),
    ],
)
def test_phones_reach_nothing_else(entrances: Entrances, path: str) -> None:
    url = entrances.phones.base_url.copy_with(raw_path=path.encode())
    assert entrances.phones.get(url).status_code == 404


def test_guessing_passwords_from_outside_is_slowed_down(entrances: Entrances) -> None:
    answers = [entrances.phones.post("/api/v1/session").status_code for _ in range(20)]
    assert answers.count(429) >= 5
    assert entrances.phones.get("/field").status_code == 200


def test_a_large_body_is_refused(entrances: Entrances) -> None:
    for entrance in (entrances.office, entrances.phones):
        assert entrance.post("/api/v1/responses", content=bytes(70_000)).status_code == 413
