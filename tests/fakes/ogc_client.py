"""Ask the service as clients of the standards do: by its links alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from httpx import Response
    from starlette.testclient import TestClient

ROOT = "/ogc"
COLLECTIONS = (
    *("district", "cells1", "cells2", "cells3", "units", "posts", "enterprises", "unplaced", "teams", "alarms"),
    *("dispatches", "roads", "water", "waterways", "railways", "places"),
)


def read(client: TestClient, path: str, **parameters: Any) -> dict[str, Any]:
    """A JSON document below the root."""
    answer = client.get(f"{ROOT}{path}", params=parameters)
    assert answer.status_code == 200, answer.text
    document: dict[str, Any] = answer.json()
    return document


def status(client: TestClient, path: str, **parameters: Any) -> int:
    """How a request below the root is answered."""
    answer: Response = client.get(f"{ROOT}{path}", params=parameters)
    return int(answer.status_code)


def follow(client: TestClient, href: str, accept: str = "") -> Response:
    """What a link leads to."""
    parts = urlsplit(href)
    target = f"{parts.path}?{parts.query}" if parts.query else parts.path
    answer: Response = client.get(target, headers={"accept": accept} if accept else None)
    return answer


def links(document: dict[str, Any], rel: str) -> list[dict[str, Any]]:
    """Links of a relation."""
    return [one for one in document["links"] if one["rel"] == rel]


def one_link(document: dict[str, Any], rel: str, media_type: str | None = None) -> str:
    """The only link of a relation, of a media type if one is named."""
    (found,) = [one for one in links(document, rel) if media_type in {None, one["type"]}]
    href: str = found["href"]
    return href


def pages(client: TestClient, path: str, **parameters: Any) -> list[dict[str, Any]]:
    """All pages of a collection's items, by their next links."""
    found = [read(client, path, **parameters)]
    while onward := links(found[-1], "next"):
        found.append(follow(client, onward[0]["href"]).json())
    return found


def everything(client: TestClient, path: str, **parameters: Any) -> list[dict[str, Any]]:
    """All features of a collection."""
    return [feature for page in pages(client, path, **parameters) for feature in page["features"]]
