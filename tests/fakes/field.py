"""What a telephone sends: reports, steps and photos, for tests of the service."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

if TYPE_CHECKING:
    from httpx import Client, Response
    from starlette.testclient import TestClient

    Sender = TestClient | Client

HERE = (120.105, 32.505)
PART = "application/offset+octet-stream"


def a_report(**changed: Any) -> dict[str, Any]:
    """A report of the first town."""
    told = {
        "id": str(uuid4()),
        "step_id": str(uuid4()),
        "kind": "fire_exit",
        "text": "二楼安全出口被锁",
        "lon": HERE[0],
        "lat": HERE[1],
        "accuracy_m": 12.0,
    }
    return told | changed


def reported(client: TestClient, **changed: Any) -> dict[str, Any]:
    """A hazard that was reported."""
    answer = client.post("/api/v1/hazards", json=a_report(**changed))
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def take(client: TestClient, hazard: str, act: str, **said: Any) -> Response:
    """A step that is asked for."""
    headers = said.pop("headers", {})
    body = {"act": act, "id": str(uuid4()), **said}
    answer: Response = client.post(f"/api/v1/hazards/{hazard}/steps", json=body, headers=headers)
    return answer


def taken(client: TestClient, hazard: str, act: str, **said: Any) -> dict[str, Any]:
    """The hazard after a step."""
    answer = take(client, hazard, act, **said)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()["hazard"]
    return found


def named(content: bytes, photo_id: UUID | str | None = None) -> dict[str, str]:
    """A photo as a report names it."""
    return {"id": str(photo_id or uuid4()), "sha256": sha256(content).hexdigest()}


def begin(client: Sender, photo: dict[str, str], hazard: str, size: int) -> Response:
    """Begin a photo's way."""
    told = {"id": photo["id"], "hazard": hazard, "sha256": photo["sha256"]}
    metadata = ",".join(f"{name} {b64encode(value.encode()).decode()}" for name, value in told.items())
    headers = {"tus-resumable": "1.0.0", "upload-length": str(size), "upload-metadata": metadata}
    answer: Response = client.post("/api/v1/uploads", headers=headers)
    return answer


def add(client: Sender, photo_id: str, offset: int, part: bytes, **headers: str) -> Response:
    """Send a part of a photo."""
    told = {
        "tus-resumable": "1.0.0",
        "content-type": PART,
        "upload-offset": str(offset),
        "upload-checksum": f"sha256 {b64encode(sha256(part).digest()).decode()}",
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    answer: Response = client.patch(f"/api/v1/uploads/{photo_id}", content=part, headers=told)
    return answer


def send(client: Sender, photo: dict[str, str], hazard: str, content: bytes, *, part: int = 100_000) -> Response:
    """Send a whole photo in parts; the last answer."""
    answer = begin(client, photo, hazard, len(content))
    assert answer.status_code == 201, answer.text
    for offset in range(0, len(content), part):
        answer = add(client, photo["id"], offset, content[offset : offset + part])
        if answer.status_code != 204:
            break
    return answer
