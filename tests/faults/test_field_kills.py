"""The service is killed while a telephone sends: what it had taken is there, and the telephone goes on where it was."""

from __future__ import annotations

import socket
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from api.auth.secret import csrf_token
from geodata.store import open_store, rebuild, verify_store
from gridgis.access import Role
from tests.fakes.field import PART, a_report, add, begin, named
from tests.fakes.photos import jpeg
from tests.fakes.served_process import running
from tests.fakes.signed_in import NOW, Office

PHOTO = jpeg(4, width=1600, height=1200)
SECRET = f"secret of {Role.GRID_OFFICER.value}"


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """A district with an officer who is signed in."""
    office = Office(tmp_path)
    office.as_role(Role.GRID_OFFICER)
    office.close()
    return office.path


@contextmanager
def telephone(database: Path) -> Iterator[tuple[Any, httpx.Client]]:
    """A service of its own process, and a telephone that talks to it; the process is killed at the end."""
    with running(database) as service:
        cookie = {f"gridgis-{service.origin.rsplit(':', 1)[1]}": SECRET}
        headers = {"x-csrf-token": csrf_token(SECRET)}
        with httpx.Client(base_url=service.origin, cookies=cookie, headers=headers, timeout=60) as client:
            yield service, client


def begin_a_part(origin: str, photo: dict[str, str], offset: int) -> socket.socket:
    """A part of a photo of which only a half has been sent."""
    host, port = origin.removeprefix("http://").rsplit(":", 1)
    part = PHOTO[offset:]
    head = (
        f"PATCH /api/v1/uploads/{photo['id']} HTTP/1.1\r\nHost: {host}\r\n"
        f"Cookie: gridgis-{port}={SECRET}\r\nX-CSRF-Token: {csrf_token(SECRET)}\r\n"
        f"Content-Type: {PART}\r\nUpload-Offset: {offset}\r\nTus-Resumable: 1.0.0\r\n"
        f"Upload-Checksum: sha256 {b64encode(sha256(part).digest()).decode()}\r\nContent-Length: {len(part)}\r\n\r\n"
    )
    connection = socket.create_connection((host, int(port)))
    connection.sendall(head.encode() + part[: len(part) // 2])
    return connection


def test_killed_in_the_middle_of_a_photo_everything_answered_is_there_and_the_rest_goes_on(database: Path) -> None:
    """A report and a part are answered, a step waits for its predecessor, half a part is on the line: then the kill."""
    report, late, photo = a_report(), a_report(), named(PHOTO)
    report["photos"] = [photo]
    step = {"act": "note", "id": str(uuid4()), "after": late["step_id"], "text": "先到"}
    with telephone(database) as (service, client):
        assert client.post("/api/v1/hazards", json=report).status_code == 200
        assert begin(client, photo, report["id"], len(PHOTO)).status_code == 201
        assert add(client, photo["id"], 0, PHOTO[:20_000]).status_code == 204
        assert client.post(f"/api/v1/hazards/{late['id']}/steps", json=step).status_code == 202
        with begin_a_part(service.origin, photo, 20_000):
            service.process.kill()
            service.process.wait()
    with telephone(database) as (_, client):
        assert client.head(f"/api/v1/uploads/{photo['id']}").headers["upload-offset"] == "20000"
        assert add(client, photo["id"], 20_000, PHOTO[20_000:]).status_code == 204
        again = client.post("/api/v1/hazards", json=report).json()
        assert (len(again["steps"]), again["awaited"]) == (1, 0)
        assert [one["text"] for one in client.post("/api/v1/hazards", json=late).json()["steps"]] == ["", "先到"]
    with open_store(database) as store:
        (held,) = store.photos_of([UUID(report["id"])])
        assert sha256(store.photo_content(held)).hexdigest() == photo["sha256"]
        assert verify_store(store, now=NOW).broken is None
        assert rebuild(store) == ()
