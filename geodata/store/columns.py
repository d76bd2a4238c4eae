"""Name the column types of a GeoPackage and of PostGIS, and turn Python values into plain ones and back.

Plain values are the same whichever database keeps them: moments are UTC text to the millisecond
(``2020-01-01T00:00:00.000Z``, the one form GeoPackage allows), days ISO text, identifiers UUID text, structures JSON
text. SQLAlchemy applies these types to single statements; bulk reads and writes call the plain functions on whole
columns.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.engine import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.types import UserDefinedType

from geodata.store.binary import decode_one, encode_one
from gridgis.errors import InvalidValue
from gridgis.geometry import GEOGRAPHIC_EPSG

_to_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False, default=str).encode


def moment_text(moment: datetime | None) -> str | None:
    """An aware moment as UTC text, cut to the millisecond.

    Raises:
        InvalidValue: ``time.offset`` when the moment has no offset.
    """
    if moment is None:
        return None
    if moment.tzinfo is None:
        raise InvalidValue("time.offset", value=moment.isoformat())
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")[:-6] + "Z"


def moment(text: str) -> datetime:
    """The aware UTC moment of a stored text."""
    return datetime.fromisoformat(text)


def moment_or_none(text: str | None) -> datetime | None:
    """The moment of a stored text, None where there is none."""
    return None if text is None else datetime.fromisoformat(text)


def day_text(day: date | None) -> str | None:
    """A day as ISO text."""
    return None if day is None else day.isoformat()


def day(text: str) -> date:
    """The day of a stored text."""
    return date.fromisoformat(text)


def day_or_none(text: str | None) -> date | None:
    """The day of a stored text, None where there is none."""
    return None if text is None else date.fromisoformat(text)


def id_text(identifier: UUID | None) -> str | None:
    """An identifier as text."""
    return None if identifier is None else str(identifier)


def identifier(text: str | None) -> UUID | None:
    """The identifier of a stored text."""
    return None if text is None else UUID(text)


def json_text(value: Any) -> str:
    """A structure as compact JSON, Chinese kept as it is; what JSON does not know is written as its text."""
    return _to_json(value)


class _Column(UserDefinedType[Any]):
    """A column type with a declared name in each kind of database, one function in and one out."""

    cache_ok = True

    def __init__(self, declared: str, postgres: str, write: Callable[[Any], Any], read: Callable[[Any], Any]) -> None:
        self.declared = declared
        self.postgres = postgres
        self.write = write
        self.read = read

    def get_col_spec(self, **_: Any) -> str:
        """Name of the type in the table's definition."""
        return self.declared

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], Any]:  # noqa: ARG002  SQLAlchemy's signature
        """How a value is written."""
        return self.write

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any]:  # noqa: ARG002
        """How a value is read."""
        return self.read


@compiles(_Column, "postgresql")
def _on_postgres(column: _Column, *_: Any, **__: Any) -> str:
    return column.postgres


class Moment(_Column):
    """An aware moment, ``DATETIME``."""

    cache_ok = True

    def __init__(self) -> None:
        super().__init__("DATETIME", "TIMESTAMPTZ", moment_text, moment_or_none)


class Day(_Column):
    """A calendar day, ``DATE``."""

    cache_ok = True

    def __init__(self) -> None:
        super().__init__("DATE", "DATE", day_text, day_or_none)


class Identifier(_Column):
    """A UUID, ``TEXT``."""

    cache_ok = True

    def __init__(self) -> None:
        super().__init__("TEXT", "UUID", id_text, identifier)


class Json(_Column):
    """A structure, ``TEXT``."""

    cache_ok = True

    def __init__(self) -> None:
        super().__init__("TEXT", "TEXT", json_text, lambda text: None if text is None else json.loads(text))


class Geometry(_Column):
    """A shapely geometry in lon/lat as a GeoPackage blob.

    Args:
        kind: GeoPackage geometry type, such as ``POINT`` or ``MULTIPOLYGON``.
    """

    cache_ok = True

    def __init__(self, kind: str = "GEOMETRY") -> None:
        super().__init__(kind, f"geometry({kind},{GEOGRAPHIC_EPSG})", encode_one, decode_one)
        self.kind = kind
