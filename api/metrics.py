"""Count requests and tell how the process is, in the text form that Prometheus reads."""

from __future__ import annotations

import time
from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.guards import Guard

METHODS = frozenset({"GET", "POST", "PUT", "DELETE", "OPTIONS"})
MEDIA_TYPE = CONTENT_TYPE_LATEST
BUCKETS_S = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)


class Metrics:
    """The figures of one application, kept apart from those of any other in the process."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        self._requests = Counter(
            "gridgis_http_requests", "Requests answered", ("method", "endpoint", "status"), registry=self._registry
        )
        self._seconds = Histogram(
            "gridgis_http_request_seconds",
            "Seconds to answer",
            ("endpoint",),
            buckets=BUCKETS_S,
            registry=self._registry,
        )

    def gauge(self, name: str, said: str, read: Callable[[], float]) -> None:
        """Add a figure that is read when asked for."""
        Gauge(name, said, registry=self._registry).set_function(read)

    def note(self, method: str, endpoint: str, status: int, seconds: float) -> None:
        """Count one request."""
        self._requests.labels(method, endpoint, str(status)).inc()
        self._seconds.labels(endpoint).observe(seconds)

    def text(self) -> bytes:
        """All figures as Prometheus reads them."""
        return generate_latest(self._registry)


class CountRequests(Guard):
    """Count every request by the function that answers, never by its address, so that the figures stay few."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        super().__init__(app)
        self._metrics = metrics

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and count it."""
        started, status = time.perf_counter(), 500

        async def send_noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, send_noting)
        finally:
            method = scope["method"] if scope["method"] in METHODS else "other"
            endpoint = getattr(scope.get("endpoint"), "__name__", "none")
            self._metrics.note(method, endpoint, status, time.perf_counter() - started)
