"""Memory does not grow with requests, nor with versions of the data that nobody pages through."""

from __future__ import annotations

import asyncio
import gc
import os
import random
import weakref
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from api.ogc.collections import COLLECTIONS
from api.ogc.editions import Editions
from api.snapshot import Snapshot
from tests.fakes.ogc_client import ROOT
from tests.fakes.ogc_district import LAND, ogc_district
from tests.fakes.served import FakeSource, client_of
from tests.fakes.tiny_district import NOON

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Scope

MOST_GROWN_KB = 2000


def resident_kb() -> int:
    """Size of this process in memory."""
    gc.collect()
    return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE") // 1024


def mixed_requests(count: int) -> list[tuple[str, str]]:
    """Items by boxes, times and values, pages, single features, documents in both forms, tiles, refusals."""
    chance = random.Random(7)
    made = []
    for number in range(count):
        west, south = chance.uniform(120.1, 120.15), chance.uniform(32.5, 32.515)
        box = f"bbox={west:.6f},{south:.6f},{west + 0.02:.6f},{south + 0.01:.6f}"
        name = chance.choice(["cells3", "units", "enterprises", "teams", "alarms", "roads"])
        made.append(
            [
                (f"/collections/{name}/items", box),
                (f"/collections/{name}/items", f"limit={number % 50 + 1}&f=html"),
                ("/collections/cells3/items", f"{box}&crs=http://www.opengis.net/def/crs/EPSG/0/4549"),
                ("/collections/enterprises/items", f"name=unknown{number}"),
                (f"/collections/{name}/items/unknown{number}", ""),
                ("/collections", "f=html" if number % 2 else ""),
                (f"/tiles/WebMercatorQuad/{number % 15}/0/0", ""),
                (f"/collections/cells2/tiles/WebMercatorQuad/14/6625/{13650 + number % 20}", ""),
                (f"/collections/{name}/items", f"unknown{number}=1"),
            ][number % 9]
        )
    return made


async def ask(app: ASGIApp, requests: list[tuple[str, str]]) -> None:
    """Put requests to an application without a client that remembers them."""

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        assert message.get("status", 200) < 500

    for path, query in requests:
        scope: Scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": "GET",
            "scheme": "http",
            "path": ROOT + path,
            "raw_path": (ROOT + path).encode(),
            "query_string": query.encode(),
            "root_path": "",
            "headers": [(b"host", b"127.0.0.1:8000")],
            "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 8000),
            "state": {},
        }
        await app(scope, receive, send)


@pytest.mark.parametrize(
    "count", [pytest.param(1_500, id="some"), pytest.param(100_000, id="many", marks=pytest.mark.long)]
)
def test_memory_is_flat_over_requests(tmp_path: Path, count: int) -> None:
    source = FakeSource(ogc_district(), LAND)
    app = client_of(source, db=str(tmp_path / "district.gpkg"), reload_after_s=3600).app
    requests = mixed_requests(3_000)
    asyncio.run(ask(app, requests))
    before = resident_kb()
    for _ in range(count // len(requests)):
        asyncio.run(ask(app, requests))
    assert resident_kb() - before < MOST_GROWN_KB


def test_versions_that_nobody_pages_through_are_not_kept() -> None:
    """Nor is anything made again whose records are the same."""
    editions, kept = Editions(), []
    for version in range(5):
        state = replace(ogc_district(), alarms=ogc_district().alarms[: 1 + version], dispatches=())
        snapshot = Snapshot(version, state, LAND)
        editions.warm(snapshot, NOON)
        plan = state.plan_at(NOON)
        kept.append([weakref.ref(editions.make(COLLECTIONS[name], snapshot, plan)) for name in ("alarms", "roads")])
    gc.collect()
    alarms, roads = zip(*kept, strict=True)
    assert [one() is None for one in alarms] == [True] * 4 + [False]
    assert len({one() for one in roads}) == 1
