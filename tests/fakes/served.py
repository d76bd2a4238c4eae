"""Serve the tiny district: to a test client without a socket, and to a browser from this process.

Import the fixture where it is used: ``from tests.fakes.served import served  # noqa: F401``.
"""

from __future__ import annotations

import re
import threading
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from starlette.exceptions import StarletteDeprecationWarning

from api.app import create_app
from api.listening import address_of, bind, server_of
from api.settings import Settings
from geodata.store import create_store
from gridgis.dispatch.state import DistrictState
from gridgis.errors import StoreFault
from tests.fakes.tiny_district import NOON, tiny_alarm, tiny_district

if TYPE_CHECKING:
    from fastapi import FastAPI
    from httpx import Response
    from starlette.testclient import TestClient

    from api.snapshot import BaseMapFeature

STARTED_WITHIN_S = 60
HERE = "http://127.0.0.1:8000"


class FakeSource:
    """A district that a test changes by hand where the service expects a database.

    Attributes:
        fault: Raised instead of an answer while it is set.
        reads: How often everything was read.
        orders: Preparations of roads that were kept.
    """

    def __init__(self, state: DistrictState | None = None, features: Sequence[BaseMapFeature] = ()) -> None:
        self._state = tiny_district() if state is None else state
        self._features = features
        self._version = 1
        self.orders: dict[str, bytes] = {}
        self.fault: StoreFault | None = None
        self.reads = 0

    def version(self) -> int:
        """A number that changes when the data change."""
        if self.fault is not None:
            raise self.fault
        return self._version

    def check_ready(self, *, least_free_bytes: int) -> int:
        """That number, once it is sure that the data can be read and written now."""
        del least_free_bytes
        return self.version()

    def state(self) -> DistrictState:
        """Everything, read at one moment."""
        self.reads += 1
        return self._state

    def road_order(self, topology_hash: str) -> bytes | None:
        """What was kept."""
        return self.orders.get(topology_hash)

    def keep_road_order(self, topology_hash: str, content: bytes, *, now: datetime) -> None:  # noqa: ARG002
        """Keep it."""
        self.orders[topology_hash] = content

    def base_map(self) -> Sequence[BaseMapFeature]:
        """Water, railways and places of the base map."""
        return self._features

    def change(self, state: DistrictState) -> None:
        """Put other data in its place."""
        self._state = state
        self._version += 1


def client_of(source: FakeSource | None, **settings: Any) -> TestClient:
    """A client of the service at noon on 2020-06-30, of its database where no source is given.

    Use it as a context where the service should start and end.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", StarletteDeprecationWarning)  # it would rather have another client library
        from starlette.testclient import TestClient
    given = {"db": "district.gpkg", "now": NOON, "reload_after_s": 0.0, **settings}
    return TestClient(create_app(Settings(**given), source=source), base_url=HERE, raise_server_exceptions=False)


def problem_of(response: Response) -> dict[str, Any]:
    """The problem details of a refusal, after a look at their form (RFC 9457)."""
    assert response.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = response.json()
    assert {"type", "title", "status", "detail", "instance", "code", "fields"} <= body.keys()
    assert body["status"] == response.status_code >= 400
    assert body["type"] == f"/api/v1/problems/{body['code']}"
    assert response.headers["content-language"] in {"zh", "en"}
    said = body["title"] + body["detail"]
    assert not re.search(r"errors\.|problem\.|\{\w+\}", said), said
    return body


@dataclass(frozen=True)
class Served:
    """The tiny district behind a real server.

    Attributes:
        origin: Address of the server.
        state: What was put into its database.
    """

    origin: str
    state: DistrictState


def fill(path: Path, state: DistrictState) -> None:
    """Write a district and two alarms into a new database."""
    now = NOON.astimezone(UTC)
    with create_store(path, state.district, now=now) as store, store.unit_of_work(actor="test", now=now) as work:
        for plan in state.plans:
            work.put_plan(plan)
        work.put_officers(state.officers)
        work.put_posts(state.posts)
        work.put_enterprises(state.enterprises)
        work.put_sites(state.sites)
        work.put_teams(state.teams)
        work.put_run_cards(state.run_cards)
        work.put_alarms([tiny_alarm(120.105, 32.505, code="J001"), tiny_alarm(120.155, 32.515, code="J002")])
        if state.roads is not None:
            work.put_roads(state.roads)
        work.commit()


@contextmanager
def serving(app: FastAPI) -> Iterator[str]:
    """Serve an application from this process; its address."""
    ready = threading.Event()
    with bind("127.0.0.1", 0) as listening:
        server = server_of(app, ready.set)
        thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
        thread.start()
        assert ready.wait(STARTED_WITHIN_S)
        yield address_of(listening)
        server.should_exit = True
        app.state.live.close()
        thread.join(STARTED_WITHIN_S)
        assert not thread.is_alive()


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The tiny district at noon on 2020-06-30, served from this process."""
    database = tmp_path_factory.mktemp("served") / "district.gpkg"
    state = tiny_district()
    fill(database, state)
    with serving(create_app(Settings(db=str(database), now=NOON))) as origin:
        yield Served(origin, state)
