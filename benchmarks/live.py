"""Time live messages: from a commit in another process to 500 listeners of one worker, without loss or doubling.

A service runs in a process of its own over a GeoPackage, the listeners in this one, each on a connection of its own
with a token. Teams are changed one after the other; each change has to reach every listener once and in order. A file
tells nobody that it changed, so that up to a quarter of a second of a delay is the service looking (`LOOK_EVERY_S`).
"""

from __future__ import annotations

import asyncio
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID, uuid4

from api.auth.secret import secret_hash
from benchmarks.writes import DISTRICT, TEAM
from geodata.store import Store, create_store
from gridgis.access import Action, Grant, Role
from gridgis.accounts import Account, ApiToken

NOW = datetime(2020, 6, 30, 4, tzinfo=UTC)
SECRET = "gridgis_bench"  # noqa: S105  of a database that goes with the benchmark
PAUSE_S = 0.05
ENDED_WITHIN_S = 30


@dataclass
class Listener:
    """One who listens.

    Attributes:
        heard: When each message came, by its number, in their order.
        twice: Messages that came more than once or out of order.
    """

    heard: dict[int, float] = field(default_factory=dict)
    twice: int = 0

    async def listen(self, port: int, ready: asyncio.Semaphore, upto: asyncio.Future[int]) -> None:
        """Read messages until the one that is the last."""
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(f"GET /api/v1/live HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {SECRET}\r\n\r\n".encode())
        number, last = 0, 0
        while not (upto.done() and last >= upto.result()):
            line = await reader.readline()
            if line.startswith(b"id: "):
                number = int(line[4:])
            elif line == b"event: ready\n":
                ready.release()
            elif line == b"event: change\n":
                self.twice += number <= last
                last = number
                self.heard[number] = time.monotonic()
        writer.close()


def run(peers: Sequence[str] | None = None, *, quick: bool = False) -> dict[str, Any]:  # noqa: ARG001  none to compare
    """Delays in milliseconds, CPU of the service for a message, its memory, and what was lost or came twice.

    Args:
        peers: None are known.
        quick: Fewer listeners and changes.
    """
    listeners, changes = (50, 20) if quick else (500, 200)
    with TemporaryDirectory() as folder, create_store(Path(folder) / "district.gpkg", DISTRICT, now=NOW) as store:
        _fill(store)
        environment = {**os.environ, "GRIDGIS_NOW": NOW.isoformat(), "GRIDGIS_TILES_DIR": folder}
        program = [sys.executable, "-m", "api.cli", "--lang", "en", "serve", str(store.path), "--port", "0"]
        with (
            (Path(folder) / "log").open("w") as log,
            subprocess.Popen(program, stdout=subprocess.PIPE, stderr=log, text=True, env=environment) as service,
        ):
            try:
                assert service.stdout is not None
                address = next(word for word in service.stdout.readline().split() if word.startswith("http://"))
                port = int(address.rstrip(";/").rpartition(":")[2])
                return asyncio.run(_heard(store, service.pid, port, listeners, changes))
            finally:
                service.kill()


def _fill(store: Store) -> None:
    """A team, and an account with a token that may see it."""
    grant = Grant(role=Role.SUPERVISOR, since=NOW - timedelta(days=1))
    account = Account(id=UUID(int=7), code="bench", title="bench", grants=(grant,), password_changed_at=NOW)
    token = ApiToken(
        id=uuid4(),
        account_id=account.id,
        title="bench",
        scopes=frozenset({Action.LIVE_LISTEN, Action.TEAMS_READ}),
        created_at=NOW,
        expires_at=NOW + timedelta(days=30),
    )
    with store.unit_of_work(actor="bench", now=NOW) as work:
        work.put_teams([TEAM])
        work.add_account(account, "no hash")
        work.add_token(token, secret_hash(SECRET))
        work.commit()


async def _heard(store: Store, service: int, port: int, listeners: int, changes: int) -> dict[str, Any]:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(most, 4096), most))
    ready, upto = asyncio.Semaphore(0), asyncio.get_running_loop().create_future()
    everybody = [Listener() for _ in range(listeners)]
    tasks = [asyncio.create_task(one.listen(port, ready, upto)) for one in everybody]
    for _ in everybody:
        await asyncio.wait_for(ready.acquire(), ENDED_WITHIN_S)
    cpu, told = _cpu_s(service), {}
    for number in range(changes):
        sequence = await asyncio.to_thread(_change, store, number)
        told[sequence] = time.monotonic()
        await asyncio.sleep(PAUSE_S)
    upto.set_result(max(told))
    with_end = asyncio.gather(*tasks)
    await asyncio.to_thread(_change, store, changes)  # wakes those who had the last one before it was called the last
    await asyncio.wait_for(with_end, ENDED_WITHIN_S)
    spent = _cpu_s(service) - cpu
    delays = sorted(
        1000 * (one.heard[at] - began) for one in everybody for at, began in told.items() if at in one.heard
    )
    return {
        "listeners": listeners,
        "changes": changes,
        "messages": len(delays),
        "lost": listeners * changes - len(delays),
        "twice": sum(one.twice for one in everybody),
        "p50_ms": round(statistics.median(delays)),
        "p99_ms": round(delays[len(delays) * 99 // 100]),
        "most_ms": round(delays[-1]),
        "cpu_us_a_message": round(1e6 * spent / len(delays), 1),
        "service_mb": round(_resident_mb(service)),
    }


def _change(store: Store, number: int) -> int:
    """Change the team; number of the event."""
    with store.unit_of_work(actor="bench", now=NOW) as work:
        work.put_teams([replace(TEAM, people=1 + number % 30)])
        work.commit()
    return store.version()


def _cpu_s(process: int) -> float:
    """CPU time that a process has spent."""
    told = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")


def _resident_mb(process: int) -> float:
    pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6
