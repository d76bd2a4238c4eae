"""Several processes serve one PostGIS database as one: they see the same, and one that dies is replaced."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from geodata.store import Store, open_store
from tests.fakes.office import Office
from tests.fakes.postgis import Cluster
from tests.fakes.served_process import ENDED_WITHIN_S, Running, running
from tests.fakes.stores import NOW, ROOT, some_enterprises

TRIES = 400


@pytest.fixture
def store(cluster: Cluster, tmp_path: Path) -> Iterator[Store]:
    """The tiny district on a server."""
    address = cluster.empty_district()
    with open_store(address) as made:
        Office(tmp_path, made).usual()
        yield made
    cluster.drop(address)


@pytest.fixture
def service(store: Store, tmp_path: Path) -> Iterator[Running]:
    """Two processes that serve it."""
    with running(store.database.name, "--workers", "2", reload_after_s=0, tiles_dir=tmp_path) as made:
        yield made


def enterprises(service: Running) -> int:
    return int(service.get("/api/v1/enterprises?limit=1").json()["total"])


def children(service: Running) -> set[int]:
    """Processes that the service started and that live, without Python's own helper."""
    number = service.process.pid
    listed = Path(f"/proc/{number}/task/{number}/children").read_text().split()
    return {int(one) for one in listed if b"spawn_main" in Path(f"/proc/{one}/cmdline").read_bytes()}


def test_every_process_sees_a_change_and_one_that_dies_is_replaced(store: Store, service: Running) -> None:
    before = enterprises(service)
    with store.unit_of_work(actor="test", now=NOW) as work:
        work.put_enterprises(some_enterprises(5))
        work.commit()
    assert {enterprises(service) for _ in range(20)} == {before + 5}

    first = children(service)
    assert len(first) == 2
    os.kill(min(first), signal.SIGKILL)
    for _ in range(TRIES):
        assert httpx.get(f"{service.origin}/healthz", timeout=ENDED_WITHIN_S).status_code == 200
        if len(children(service)) == 2 and children(service) != first:
            break
    assert len(children(service) - first) == 1
    assert enterprises(service) == before + 5

    service.process.send_signal(signal.SIGTERM)
    assert service.process.wait(ENDED_WITHIN_S) == 0


def test_no_process_serves_on_when_the_one_that_watches_them_was_killed(service: Running) -> None:
    handles = [os.pidfd_open(number) for number in children(service)]
    service.process.kill()
    for handle in handles:
        assert select.select([handle], [], [], ENDED_WITHIN_S)[0] == [handle]
        os.close(handle)


def test_a_database_that_can_not_be_served_is_told_at_once(cluster: Cluster) -> None:
    program = [sys.executable, "-m", "api.cli", "--lang", "en", "serve", cluster.address("none"), "--workers", "2"]
    done = subprocess.run(program, capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 3
    assert "can't be reached" in done.stderr
