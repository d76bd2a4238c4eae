"""Keep contents as they came, each once under its SHA-256: files, areas, and rows that came by no file.

An event names contents by their hash instead of holding them, so that a plan of a thousand cells is one short event and
yet can be derived again.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import uuid5

from sqlalchemy import Connection

from geodata.store import schema
from geodata.store.changes import plain_rows
from geodata.store.codec import Row, columns_of
from geodata.store.database import database_of
from gridgis.codes import NAMESPACE
from gridgis.errors import StoreFault

GEOMETRY = "geom"
COLUMNS = columns_of(schema.SOURCES)


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file as it was imported, and how: all that is needed to import it again.

    Attributes:
        parts: Bytes by name; several of a Shapefile, names with their folder of a file geodatabase.
        mapping: The mapping file's bytes by its name, empty where there was none.
        crs: System of the coordinates, as told.
        layer: Sheet or layer, as told.
        effective: From when it was to be in force, as told.
    """

    parts: Mapping[str, bytes]
    mapping: Mapping[str, bytes]
    crs: str | None = None
    layer: str | None = None
    effective: datetime | None = None

    @property
    def sha256(self) -> str:
        """SHA-256 of its parts one after the other, hexadecimal."""
        digest = sha256()
        for part in self.parts.values():
            digest.update(part)
        return digest.hexdigest()

    def told(self) -> dict[str, Any]:
        """What an event says of it: its parts by their hashes, and how it was read."""
        return {
            "parts": {name: hash_of(content) for name, content in self.parts.items()},
            "mapping": {name: hash_of(content) for name, content in self.mapping.items()},
            "crs": self.crs,
            "layer": self.layer,
            "effective": None if self.effective is None else self.effective.isoformat(),
        }


def hash_of(content: bytes) -> str:
    """The name of a content: its SHA-256 in hexadecimal."""
    return sha256(content).hexdigest()


def keep(connection: Connection, contents: Mapping[str, bytes]) -> None:
    """Keep contents, given by their hashes, that are not kept yet; inside a transaction that may write."""
    for name, content in contents.items():
        if not plain_rows(connection, "SELECT fid FROM sources WHERE sha256 = ?", (name,)):
            row = (str(uuid5(NAMESPACE, f"source/{name}")), name, len(content), zlib.compress(content))
            database_of(connection).insert(connection, schema.SOURCES, COLUMNS, [row])


def kept(connection: Connection, name: str) -> bytes:
    """A kept content.

    Raises:
        StoreFault: ``store.source_missing``; ``store.source_differs`` when it is not what was kept.
    """
    found = plain_rows(connection, "SELECT content FROM sources WHERE sha256 = ?", (name,))
    if not found:
        raise StoreFault("store.source_missing", sha256=name)
    try:
        content = zlib.decompress(found[0][0])
    except zlib.error as error:
        raise StoreFault("store.source_differs", sha256=name) from error
    if hash_of(content) != name:
        raise StoreFault("store.source_differs", sha256=name)
    return content


def rows_content(columns: Sequence[str], rows: Iterable[Row]) -> bytes:
    """Rows as one content: JSON, geometries in hexadecimal."""
    told = {"columns": columns, "rows": list(rows)}
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"), default=bytes.hex).encode()


def rows_of(content: bytes) -> list[Row]:
    """The rows that a content holds."""
    told = json.loads(content)
    rows: list[list[Any]] = told["rows"]
    if GEOMETRY not in told["columns"]:
        return list(map(tuple, rows))
    at = told["columns"].index(GEOMETRY)
    return [(*row[:at], None if row[at] is None else bytes.fromhex(row[at]), *row[at + 1 :]) for row in rows]
