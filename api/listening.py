"""Decide where the service may listen, and listen there."""

from __future__ import annotations

import socket
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

import uvicorn

from api.guards import is_loopback
from geodata.store import may_be_shared
from gridgis.errors import InvalidValue, StoreFault

if TYPE_CHECKING:
    from fastapi import FastAPI

    from api.settings import Settings

WAITING = 128
HEALTHY_WITHIN_S = 120
"""How long a process may be silent before it is replaced; it is while it loads and compiles."""


def check_binding(settings: Settings, workers: int, *, accounts: bool) -> None:
    """Refuse what can't be served safely.

    Args:
        settings: Of the process.
        workers: Processes wanted.
        accounts: Whether anybody can sign in.

    Raises:
        InvalidValue: ``host.not_loopback``: without accounts the service answers this machine only; ``host.unnamed``:
            whoever asks from elsewhere has to name a host that the settings know; ``serve.tls`` for a certificate
            without its key, or a key without its certificate; ``serve.workers``: a GeoPackage is served by one process.
    """
    if not is_loopback(settings.host) and not accounts:
        raise InvalidValue("host.not_loopback", host=settings.host)
    if not is_loopback(settings.host) and not settings.host_names:
        raise InvalidValue("host.unnamed", host=settings.host)
    if (settings.tls_certificate is None) != (settings.tls_key is None):
        raise InvalidValue("serve.tls")
    if workers != 1 and not may_be_shared(settings.db):
        raise InvalidValue("serve.workers", value=workers)


def bind(host: str, port: int) -> socket.socket:
    """A socket that listens; port 0 takes a free one.

    Raises:
        StoreFault: ``serve.address`` when the port is taken or may not be used.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM)[0]
        listening = socket.socket(family, kind, protocol)
    except OSError as error:
        raise StoreFault("serve.address", host=host, port=port, reason=error.strerror or "") from error
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(WAITING)
    except OSError as error:
        listening.close()
        raise StoreFault("serve.address", host=host, port=port, reason=error.strerror or "") from error
    return listening


def address_of(listening: socket.socket, *, secure: bool = False) -> str:
    """Where a browser finds a socket, by HTTPS where it is served so."""
    host, port = listening.getsockname()[:2]
    scheme = "https" if secure else "http"
    return f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"


def server_of(app: FastAPI, ready: Callable[[], None]) -> uvicorn.Server:
    """A server of an application.

    Args:
        app: The application.
        ready: Called when requests are answered.
    """

    class Announced(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            if self.started:
                ready()

    return Announced(config_of(app, app.state.settings))


def config_of(app: FastAPI | Callable[[], FastAPI], settings: Settings, *, workers: int = 1) -> uvicorn.Config:
    """How an application, or one that each process makes for itself, is served."""
    return uvicorn.Config(
        app,
        factory=not hasattr(app, "router"),
        workers=workers,
        log_config=None,
        log_level="warning",
        access_log=False,
        ws="none",
        proxy_headers=bool(settings.proxies),
        forwarded_allow_ips=settings.proxies or None,
        ssl_certfile=settings.tls_certificate,
        ssl_keyfile=None if settings.tls_key is None else str(settings.tls_key),
        server_header=False,
        timeout_graceful_shutdown=settings.stop_within_s,
        timeout_worker_healthcheck=HEALTHY_WITHIN_S,
    )


def listen(app: FastAPI, listening: socket.socket, ready: Callable[[], None]) -> None:
    """Serve an application on a socket until a signal ends it; requests that are open then are answered first."""
    with suppress(KeyboardInterrupt):
        server_of(app, ready).run(sockets=[listening])
