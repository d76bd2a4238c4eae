"""Time OGC API items by a box and cached tiles: requests a second of one core, through the whole application.

A seeded county of 3,000 cells and 6,500 enterprises is served from memory to an account that may see what lies in its
cells, by a token: every guard, who asks and what that account may see are part of each request. Requests are put to the
application in this process, without a socket, and the CPU time of the process counts; the best of three rounds is told.
Then memory is watched over 100,000 requests.

Peers read the same enterprises from PostGIS, one request after another, in a child process of another Python in which
they are installed: ``GRIDGIS_BENCH_PYTHON``; ``GRIDGIS_BENCH_POSTGRES`` is the address of a database with PostGIS, in
which a table is made and dropped. Their time is the clock's, since the database works in other processes. A peer that
finds other features is not timed.
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any
from uuid import UUID

import numpy as np
from starlette.types import ASGIApp, Message

from api.app import create_app
from api.auth.recognising import Recognition
from api.settings import Settings
from benchmarks.locate import DISTRICT, EAST, NORTH, SOUTH, WEST, county
from gridgis.access import TABLE, Grant, Role
from gridgis.accounts import Account, ApiToken, Session
from gridgis.codes import record_id
from gridgis.dispatch.state import DistrictState
from gridgis.supervision.enterprises import Enterprise, RiskColour, Site

if TYPE_CHECKING:
    from geodata.store import UnitOfWork

PEERS = ("tipg", "pygeoapi")
NOW = datetime(2020, 6, 30, 4, tzinfo=UTC)
WANTED_BYTES = 25_000
SETTLED_S = 3.0
ROUNDS = 3
HOST = (b"host", b"127.0.0.1:8000")
ITEMS = "/ogc/collections/enterprises/items"
CHILD = Path(__file__).with_name("_ogc_peers.py")


@dataclass
class Source:
    """A district in memory."""

    given: DistrictState

    def version(self) -> int:
        """It never changes."""
        return 1

    def check_ready(self, *, least_free_bytes: int) -> int:  # noqa: ARG002  nothing is stored
        """It is always there."""
        return 1

    def state(self) -> DistrictState:
        """Everything."""
        return self.given

    def road_order(self, topology_hash: str) -> bytes | None:  # noqa: ARG002  nothing is stored
        """Nothing is kept."""
        return None

    def keep_road_order(self, topology_hash: str, content: bytes, *, now: datetime) -> None:
        """Keep nothing."""

    def base_map(self) -> tuple[()]:
        """Nothing."""
        return ()


@dataclass
class Accounts:
    """One account with one token."""

    known: Account
    token_known: ApiToken = field(init=False)

    def __post_init__(self) -> None:
        self.token_known = ApiToken(
            id=UUID(int=1),
            account_id=self.known.id,
            title="bench",
            scopes=TABLE[self.known.grants[0].role],
            created_at=NOW,
            expires_at=NOW + timedelta(days=300),
        )

    def has_accounts(self) -> bool:
        """There is one."""
        return True

    def session(self, secret_hash: str) -> Session | None:  # noqa: ARG002  nobody has one
        """No browser is signed in."""
        return None

    def token(self, secret_hash: str) -> ApiToken | None:  # noqa: ARG002  whatever is shown
        """The one token."""
        return self.token_known

    def account(self, account_id: UUID) -> Account:  # noqa: ARG002  there is no other
        """The one account."""
        return self.known

    def unit_of_work(self, *, actor: str, now: datetime, reason: str = "") -> AbstractContextManager[UnitOfWork]:
        """Nothing is written."""
        raise NotImplementedError


def run(peers: Sequence[str] | None = None, *, quick: bool = False) -> dict[str, Any]:
    """Requests a second of one core, bytes of their answers, memory, and how many times slower each peer is.

    Args:
        peers: ``tipg``, ``pygeoapi``; those that the environment allows by default.
        quick: Fewer requests, a tenth of the cells and enterprises.
    """
    with TemporaryDirectory() as folder:
        figures, boxes, state = asyncio.run(_own(Path(folder), quick=quick))
        told, skipped = {}, {}
        for peer in PEERS if peers is None else peers:
            why = _why_not()
            if why:
                skipped[peer] = why
            else:
                told[peer] = _peer(peer, state, boxes[: 50 if quick else 300], Path(folder))
    own_ms = figures["items_by_box"]["ms"]
    ratios = {f"{peer}_vs_gridgis": round(one["ms"] / own_ms, 1) for peer, one in told.items()}
    return {**figures, "peers": told, "skipped": skipped, "ratios": ratios}


async def _own(folder: Path, *, quick: bool) -> tuple[dict[str, Any], list[str], DistrictState]:
    count = 650 if quick else 6500
    state = district(30 if quick else 300, count)
    grant = Grant(role=Role.DISPATCHER, area=DISTRICT, since=NOW)
    account = Account(id=UUID(int=7), code="bench", title="bench", grants=(grant,), password_changed_at=NOW)
    app = create_app(Settings(db=str(folder / "none.gpkg"), now=NOW, reload_after_s=1.0), source=Source(state))
    app.state.recognition = Recognition(Accounts(account), Settings(db="none").session_span)
    service = Service(app)
    await service.wait_until_quiet()
    boxes = await _boxes(service, state, 500 if quick else 5000)
    everything = [f"bbox={box}&limit=1000" for box in boxes]
    tile = "/ogc/collections/cells3/tiles/WebMercatorQuad/13/3309/6829"
    rounds = 2000 if quick else 20_000
    figures = {
        "enterprises": len(state.sites),
        "cells": len(state.plans[0].cells),
        "items_by_box": await service.timed(ITEMS, everything),
        "items_by_box_packed": await service.timed(ITEMS, everything, packed=True),
        "tile_cached": await service.timed(tile, [""] * rounds, packed=True),
        "page_of_1000": await service.timed(ITEMS, ["limit=1000"] * (20 if quick else 200)),
        "memory": await service.watched(ITEMS, everything, 2000 if quick else 100_000),
    }
    return figures, boxes, state


def district(villages: int, count: int) -> DistrictState:
    """A county with enterprises of one site each, even over it."""
    plan = county(villages)
    seed = np.random.default_rng(20200101)
    xy = seed.uniform((WEST, SOUTH), (EAST, NORTH), (2 * count, 2)).round(7)
    inside = xy[plan.locate(xy).index[:, 2] >= 0][:count]
    risks = list(RiskColour)
    made, sites = [], []
    for number, (lon, lat) in enumerate(inside.tolist()):
        code = f"91321204BEN{number:06d}X"
        one = Enterprise(
            record_id(DISTRICT, "enterprise", code), code, f"姜堰基准机械有限公司{number:04d}", code,
            industry="通用设备制造业", department="区工业和信息化局", risk=risks[number % 4], staff=number % 90,
        )  # fmt: skip
        made.append(one)
        key = f"{code}-1"
        place = f"天目山街道通扬{number}号"
        sites.append(Site(record_id(DISTRICT, "site", key), one.id, key, one.name, place, lon, lat))
    return DistrictState(plan.district, plans=(plan,), enterprises=tuple(made), sites=tuple(sites))


async def _boxes(service: Service, state: DistrictState, count: int) -> list[str]:
    """Boxes around enterprises, of a size that answers have the bytes wanted on average."""
    seed = np.random.default_rng(7)
    middles = np.array([(site.lon, site.lat) for site in state.sites])[seed.integers(0, len(state.sites), count)]
    half = 0.02
    for _ in range(6):
        boxes = [f"{x - half:.6f},{y - half:.6f},{x + half:.6f},{y + half:.6f}" for x, y in middles.tolist()]
        told = await service.timed(ITEMS, [f"bbox={box}&limit=1000" for box in boxes[:200]])
        half *= (WANTED_BYTES / told["bytes"]) ** 0.5
    return boxes


class Service:
    """An application that is asked in this process.

    Args:
        app: The application.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._bytes = 0
        self._statuses: set[int] = set()

    async def wait_until_quiet(self) -> None:
        """Ask once for what is made when it is first asked for, and wait."""
        for path in ("/ogc/collections", ITEMS, "/ogc/collections/cells3/tiles/WebMercatorQuad/13/3309/6829"):
            await self._ask(path, "", packed=False)
        await asyncio.sleep(SETTLED_S)

    async def _ask(self, path: str, query: str, *, packed: bool) -> None:
        headers = [HOST, (b"authorization", b"Bearer token")]
        scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http",
            "path": path, "raw_path": path.encode(), "query_string": query.encode(), "root_path": "",
            "headers": [*headers, (b"accept-encoding", b"gzip")] if packed else headers,
            "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 8000), "state": {},
        }  # fmt: skip
        await self._app(scope, self._receive, self._send)

    @staticmethod
    async def _receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def _send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._statuses.add(message["status"])
        self._bytes += len(message.get("body", b""))

    async def timed(self, path: str, queries: Sequence[str], *, packed: bool = False) -> dict[str, Any]:
        """Requests one after another: how many a second of one core, and the bytes of an answer."""
        rounds = []
        for _ in range(ROUNDS):
            self._bytes = 0
            began, clock = time.process_time(), time.perf_counter()
            for query in queries:
                await self._ask(path, query, packed=packed)
            rounds.append((time.process_time() - began, time.perf_counter() - clock))
        assert self._statuses == {200}, self._statuses
        spent, clock = map(min, zip(*rounds, strict=True))
        return {
            "requests": len(queries),
            "per_core_s": round(len(queries) / spent),
            "ms": round(1000 * clock / len(queries), 3),
            "bytes": round(self._bytes / len(queries)),
        }

    async def watched(self, path: str, queries: Sequence[str], count: int) -> dict[str, Any]:
        """How much larger the process is after many requests than after a tenth of them."""
        sizes = []
        for tenth in range(10):
            for number in range(count // 10):
                await self._ask(path, queries[(tenth + number) % len(queries)], packed=False)
            gc.collect()
            sizes.append(_resident_kb())
        return {"requests": count, "resident_mb": round(sizes[-1] / 1000), "grown_kb": sizes[-1] - sizes[0]}


def _resident_kb() -> int:
    """Size of this process in memory."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") // 1024


def _why_not() -> str:
    """Why no peer can be asked; empty when it can."""
    missing = [name for name in ("GRIDGIS_BENCH_PYTHON", "GRIDGIS_BENCH_POSTGRES") if not os.environ.get(name)]
    return f"set {' and '.join(missing)}" if missing else ""


def _peer(peer: str, state: DistrictState, boxes: Sequence[str], folder: Path) -> dict[str, Any]:
    """What a peer takes for the same requests."""
    asked = folder / "peer.json"
    asked.write_text(json.dumps({"sites": list(_rows(state)), "boxes": boxes}), "utf-8")
    done = subprocess.run(
        [os.environ["GRIDGIS_BENCH_PYTHON"], str(CHILD), peer, os.environ["GRIDGIS_BENCH_POSTGRES"], str(asked)],
        capture_output=True, text=True, check=False, cwd=folder,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    xy = np.array([(site.lon, site.lat) for site in state.sites])
    corners = np.array([[float(number) for number in box.split(",")] for box in boxes])
    within = (xy >= corners[:, None, :2]).all(axis=2) & (xy <= corners[:, None, 2:]).all(axis=2)
    if told.pop("features") != int(within.sum()):
        sys.exit(f"{peer} answers differently")
    return told


def _rows(state: DistrictState) -> Iterator[list[Any]]:
    owners = {one.id: one for one in state.enterprises}
    for site in state.sites:
        one = owners[site.enterprise_id]
        properties = [site.code, site.name, one.name, one.industry, one.department, one.risk.value, site.address]
        yield [str(site.id), *properties, one.staff, site.lon, site.lat]
