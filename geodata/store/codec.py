"""Say how records of one noun become rows of a table, and how places and areas stand in them.

A row is a tuple of plain SQLite values in the order of `Codec.columns`; ``fid`` and ``updated_at`` are the store's own.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import numpy as np
from sqlalchemy import Table

from geodata.store.binary import as_multipolygons, as_polygons, decode, encode, encode_points
from gridgis.errors import InvalidValue

Record = TypeVar("Record")
Row = tuple[Any, ...]

MOST_LONGITUDE, MOST_LATITUDE = 180.0, 90.0


@dataclass(frozen=True)
class Codec(Generic[Record]):
    """How records of one noun are written and read.

    Attributes:
        noun: Name in events.
        table: Where they are kept.
        columns: Columns of a row, ``id`` and ``code`` first.
        to_rows: Records to rows.
        from_rows: Rows to records.
        happened_at: Column that says when a new record happened, empty where that is when it is recorded.
    """

    noun: str
    table: Table
    columns: tuple[str, ...]
    to_rows: Callable[[Sequence[Record]], list[Row]]
    from_rows: Callable[[Sequence[Row]], tuple[Record, ...]]
    happened_at: str = ""


def columns_of(table: Table, *leave: str) -> tuple[str, ...]:
    """Columns of a table's rows in their order, without the store's own and those named."""
    return tuple(column.name for column in table.columns if column.name not in {"fid", "updated_at", *leave})


def point_blobs(noun: str, records: Iterable[Any]) -> list[bytes | None]:
    """Geometry of records with ``lon`` and ``lat``.

    Raises:
        InvalidValue: ``place.coordinates`` when one is not on the globe.
    """
    lons, lats = [], []
    for record in records:
        lon, lat = record.lon, record.lat
        if lon is not None and lat is not None and not _on_globe(lon, lat):
            raise InvalidValue("place.coordinates", lon=lon, lat=lat, noun=noun, record=record.code)
        lons.append(lon)
        lats.append(lat)
    return encode_points(lons, lats)


def _on_globe(lon: float, lat: float) -> bool:
    return math.isfinite(lon + lat) and abs(lon) <= MOST_LONGITUDE and abs(lat) <= MOST_LATITUDE


def area_blobs(shapes: Iterable[Any]) -> list[bytes | None]:
    """Geometry of areas, each as a multipolygon."""
    listed = list(shapes)
    holder = np.empty(len(listed), dtype=object)
    holder[:] = listed
    return encode(as_multipolygons(holder)) if listed else []


def areas(blobs: Sequence[bytes | None]) -> list[Any]:
    """Areas of stored blobs: polygons where they have one part."""
    return list(as_polygons(decode(blobs))) if blobs else []


def line_blobs(shapes: Sequence[Any]) -> list[bytes | None]:
    """Geometry of lines."""
    holder = np.empty(len(shapes), dtype=object)
    holder[:] = shapes
    return encode(holder) if len(shapes) else []


def lines(blobs: Sequence[bytes | None]) -> list[Any]:
    """Lines of stored blobs."""
    return list(decode(blobs)) if blobs else []
