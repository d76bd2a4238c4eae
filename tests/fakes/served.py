"""Serve the tiny district from this process, for tests in a browser.

Import the fixture where it is used: ``from tests.fakes.served import served  # noqa: F401``.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from api.app import create_app
from api.settings import Settings
from geodata.store import create_store
from gridgis.dispatch.state import DistrictState
from tests.fakes.tiny_district import NOON, tiny_alarm, tiny_district

STARTED_WITHIN_S = 60


class _Announced(uvicorn.Server):
    """A server that says when it listens, so that nobody has to look again and again."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listening = threading.Event()

    async def startup(self, sockets: list[Any] | None = None) -> None:
        await super().startup(sockets)
        self.listening.set()


@dataclass(frozen=True)
class Served:
    """The tiny district behind a real server.

    Attributes:
        origin: Address of the server.
        state: What was put into its database.
    """

    origin: str
    state: DistrictState


def _fill(path: Path, state: DistrictState) -> None:
    """Write the tiny district into a new database."""
    store = create_store(path, state.district, now=NOON.astimezone(UTC))
    with store.unit_of_work(actor="test", now=NOON.astimezone(UTC)) as work:
        for plan in state.plans:
            work.put_plan(plan)
        work.put_officers(state.officers)
        work.put_posts(state.posts)
        work.put_enterprises(state.enterprises)
        work.put_sites(state.sites)
        work.put_teams(state.teams)
        work.put_run_cards(state.run_cards)
        work.put_alarms([tiny_alarm(120.105, 32.505, code="J001"), tiny_alarm(120.155, 32.515, code="J002")])
        assert state.roads is not None
        work.put_roads(state.roads, ())
        work.commit()
    store.close()


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The tiny district at noon on 2020-06-30, served from this process."""
    folder = tmp_path_factory.mktemp("served")
    state = tiny_district()
    _fill(folder / "district.gpkg", state)
    app = create_app(Settings(db=str(folder / "district.gpkg"), now=NOON))
    server = _Announced(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="error", ws="none"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    assert server.listening.wait(STARTED_WITHIN_S)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield Served(f"http://127.0.0.1:{port}", state)
    server.should_exit = True
    thread.join(STARTED_WITHIN_S)
