"""A service whose database fails says that it is not ready, answers from memory, and recovers; it ends in order."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from tests.fakes.served import fill, problem_of
from tests.fakes.served_process import ENDED_WITHIN_S, Running, running, whole_answer
from tests.fakes.tiny_district import tiny_district

QUESTION = json.dumps({"lon": 120.105, "lat": 32.505, "type": "fire", "level": "II"}).encode()


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "served" / "district.gpkg"
    path.parent.mkdir()
    fill(path, tiny_district())
    return path


def refused(service: Running, code: str) -> None:
    """Not ready, with words; what is in memory is answered all the same, and so is whether the process lives."""
    answer = service.get("/readyz")
    assert answer.status_code == 503
    assert problem_of(answer)["code"] == code
    assert answer.headers["Retry-After"]
    assert service.get("/healthz").status_code == 200
    assert service.get("/api/v1/teams").json()["total"] == len(tiny_district().teams)
    assert httpx.post(f"{service.origin}/api/v1/responses", json=json.loads(QUESTION)).status_code == 200


def ready(service: Running) -> None:
    assert service.get("/readyz").json()["status"] == "ready"


def test_a_database_that_is_lost_and_found_again(database: Path, tmp_path: Path) -> None:
    with running(database, reload_after_s=0) as service:
        ready(service)
        away = tmp_path / "away"
        database.parent.rename(away)
        refused(service, "store.missing")
        refused(service, "store.missing")
        away.rename(database.parent)
        ready(service)
        service.process.send_signal(signal.SIGTERM)
        assert service.process.wait(ENDED_WITHIN_S) == 0
        assert service.process.stderr is not None
        said = [json.loads(line) for line in service.process.stderr.read().splitlines()]
    events = [line["event"] for line in said if line["logger"] == "gridgis.api"]
    assert events == [
        "the database can't be read, answers come from memory: store.missing",
        "the database can be read again",
    ]


def test_a_database_that_another_program_keeps_locked(database: Path) -> None:
    with running(database) as service, closing(sqlite3.connect(database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        refused(service, "store.locked")
        other.execute("ROLLBACK")
        ready(service)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 8 MB, where one may be mounted."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(place)],  # noqa: S607  the system's own
        check=False,
        capture_output=True,
    )
    if mounted.returncode != 0:
        pytest.skip("file systems can't be mounted here")
    yield place
    subprocess.run(["umount", str(place)], check=True)  # noqa: S607


def test_a_disk_that_fills_up_and_is_cleared(small_disk: Path) -> None:
    database = small_disk / "district.gpkg"
    fill(database, tiny_district())
    with running(database, least_free_mb=1) as service:
        ready(service)
        filling = small_disk / "filling"
        with pytest.raises(OSError, match="No space"), filling.open("wb") as file:  # noqa: PT012
            while True:
                file.write(bytes(os.statvfs(small_disk).f_frsize))
                file.flush()
        refused(service, "store.nearly_full")
        filling.unlink()
        ready(service)


def refuses_connections(service: Running) -> bool:
    """Wait until a service takes no more requests."""
    try:
        while service.get("/healthz").status_code == 200:
            pass
    except httpx.TransportError:
        return True
    return False


def test_a_request_that_is_open_when_the_service_ends_is_answered_and_new_ones_are_not(database: Path) -> None:
    with running(database) as service, service.begin("/api/v1/responses", QUESTION, 10) as connection:
        ready(service)
        service.process.send_signal(signal.SIGTERM)
        assert refuses_connections(service)
        connection.sendall(QUESTION[10:])
        head, _, body = whole_answer(connection).partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200")
        assert json.loads(body)["chosen"]
        assert service.process.wait(ENDED_WITHIN_S) == 0


def test_a_request_that_never_ends_holds_the_service_only_so_long(database: Path) -> None:
    with running(database, stop_within_s=1) as service, service.begin("/api/v1/responses", QUESTION, 10):
        ready(service)
        service.process.send_signal(signal.SIGTERM)
        assert service.process.wait(15) == 0


def test_no_answer_that_began_is_cut_off_when_the_service_ends_under_load(database: Path) -> None:
    counted: list[int] = []
    ends: list[str] = []
    enough = threading.Event()

    def ask(service: Running) -> None:
        while True:
            try:
                answer = service.get("/api/v1/enterprises")
            except httpx.TransportError as error:
                ends.append(str(error))
                return
            assert answer.json()["total"] == len(tiny_district().enterprises)
            counted.append(answer.status_code)
            if len(counted) >= 40:
                enough.set()

    with running(database) as service:
        threads = [threading.Thread(target=ask, args=(service,)) for _ in range(4)]
        for thread in threads:
            thread.start()
        assert enough.wait(ENDED_WITHIN_S)
        service.process.send_signal(signal.SIGTERM)
        assert service.process.wait(ENDED_WITHIN_S) == 0
        for thread in threads:
            thread.join(ENDED_WITHIN_S)
            assert not thread.is_alive()
    assert set(counted) == {200}
    assert len(ends) == len(threads)
    before_an_answer = ("refused", "reset", "without sending a response")
    assert [end for end in ends if not any(text in end for text in before_an_answer)] == []


def test_a_service_that_was_killed_serves_again(database: Path) -> None:
    with running(database) as service:
        ready(service)
        service.process.kill()
        service.process.wait(ENDED_WITHIN_S)
    with running(database) as service:
        ready(service)
