"""Ask a peer for items by boxes, in a Python of its own: ``python _ogc_peers.py PEER DATABASE ASKED.json``.

The enterprises are put into a table with a GiST index, which is dropped afterwards. Prints one line of JSON.
"""

from __future__ import annotations

import asyncio
import importlib
import json
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

TABLE = "gridgis_bench_sites"
COLUMNS = ("id", "code", "name", "enterprise", "industry", "department", "risk", "address")


def main(peer: str, database: str, asked: str) -> None:
    """Fill the table, ask the peer, print its figures, drop the table."""
    psycopg2: Any = importlib.import_module("psycopg2")
    wanted = json.loads(Path(asked).read_text("utf-8"))
    with psycopg2.connect(database) as connection, connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {TABLE}")
        columns = ", ".join(f"{name} text" for name in COLUMNS)
        cursor.execute(f"CREATE TABLE {TABLE} ({columns}, staff int, geom geometry(Point, 4326), PRIMARY KEY (id))")
        cursor.executemany(
            f"INSERT INTO {TABLE} VALUES ({', '.join(['%s'] * 9)}, ST_SetSRID(ST_MakePoint(%s, %s), 4326))",  # noqa: S608
            wanted["sites"],
        )
        cursor.execute(f"CREATE INDEX ON {TABLE} USING gist (geom)")
    try:
        app, address = {"tipg": _tipg, "pygeoapi": _pygeoapi}[peer](database)
        print(json.dumps(asyncio.run(_asked(app, address, wanted["boxes"]))))
    finally:
        with psycopg2.connect(database) as connection, connection.cursor() as cursor:
            cursor.execute(f"DROP TABLE {TABLE}")


def _tipg(database: str) -> tuple[Any, str]:
    os.environ["DATABASE_URL"] = database
    return importlib.import_module("tipg.main").app, f"/collections/public.{TABLE}/items?limit=1000&f=geojson"


def _pygeoapi(database: str) -> tuple[Any, str]:
    parts = urlsplit(database)
    host = parse_qs(parts.query).get("host", [parts.hostname])[0]
    provider = {
        "type": "feature",
        "name": "PostgreSQL",
        "data": {
            "host": host, "dbname": parts.path.strip("/"), "user": parts.username, "password": parts.password or "",
            "search_path": ["public"],
        },
        "id_field": "id", "table": TABLE, "geom_field": "geom",
    }  # fmt: skip
    config = {
        "server": {
            "bind": {"host": "127.0.0.1", "port": 5000}, "url": "http://127.0.0.1:5000", "mimetype": "application/json",
            "encoding": "utf-8", "language": "en-US", "map": {"url": "", "attribution": ""},
            "limits": {"default_items": 1000, "max_items": 1000},
        },
        "logging": {"level": "ERROR"},
        "metadata": {
            "identification": {
                "title": "t", "description": "d", "keywords": ["k"], "keywords_type": "theme", "terms_of_service": "t",
                "url": "http://127.0.0.1",
            },
            "license": {"name": "n", "url": "http://127.0.0.1"},
            "provider": {"name": "n", "url": "http://127.0.0.1"},
            "contact": {"name": "n"},
        },
        "resources": {
            "sites": {
                "type": "collection", "title": "t", "description": "d", "keywords": ["k"], "links": [],
                "extents": {"spatial": {"bbox": [-180, -90, 180, 90]}}, "providers": [provider],
            }
        },
    }  # fmt: skip
    folder = Path(tempfile.mkdtemp())
    (folder / "config.yml").write_text(json.dumps(config), "utf-8")
    os.environ["PYGEOAPI_CONFIG"] = str(folder / "config.yml")
    os.environ["PYGEOAPI_OPENAPI"] = str(folder / "openapi.yml")
    openapi: Any = importlib.import_module("pygeoapi.openapi")
    (folder / "openapi.yml").write_text(openapi.generate_openapi_document(folder / "config.yml", "yaml"), "utf-8")
    return importlib.import_module("pygeoapi.starlette_app").APP, "/collections/sites/items?limit=1000&f=json"


async def _asked(app: Any, address: str, boxes: Sequence[str]) -> dict[str, Any]:
    """Requests one after another, by the clock."""
    async with _Started(app):
        found = sum([len(json.loads(await _ask(app, address, box))["features"]) for box in boxes])
        began, sent = time.perf_counter(), 0
        for box in boxes:
            sent += len(await _ask(app, address, box))
        spent = time.perf_counter() - began
    return {
        "requests": len(boxes),
        "per_s": round(len(boxes) / spent, 1),
        "ms": round(1000 * spent / len(boxes), 2),
        "bytes": round(sent / len(boxes)),
        "features": found,
    }


class _Started:
    """An application between its startup and its shutdown."""

    def __init__(self, app: Any) -> None:
        self._app = app
        self._heard: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._said: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    async def __aenter__(self) -> None:
        scope = {"type": "lifespan", "asgi": {"version": "3.0"}, "state": {}}
        self._task = asyncio.create_task(self._app(scope, self._heard.get, self._said.put))
        await self._heard.put({"type": "lifespan.startup"})
        await self._said.get()

    async def __aexit__(self, *_: object) -> None:
        await self._heard.put({"type": "lifespan.shutdown"})
        await self._task


async def _ask(app: Any, address: str, box: str) -> bytes:
    """An answer."""
    path, _, query = address.partition("?")
    sent, statuses = bytearray(), set()

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        statuses.add(message.get("status", 200))
        sent.extend(message.get("body", b""))

    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http",
        "path": path, "raw_path": path.encode(), "query_string": f"{query}&bbox={box}".encode(),
        "root_path": "", "headers": [(b"host", b"127.0.0.1:5000")], "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 5000), "state": {},
    }  # fmt: skip
    await app(scope, receive, send)
    assert statuses == {200}, statuses
    return bytes(sent)


if __name__ == "__main__":
    main(*sys.argv[1:])
