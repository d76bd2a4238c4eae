"""Read the tables and texts that come with the package."""

from __future__ import annotations

import csv
from importlib import resources


def text(name: str) -> str:
    """The text of a file in ``data``."""
    return resources.files("geodata.demo").joinpath("data", name).read_text(encoding="utf-8")


def records(name: str) -> list[dict[str, str]]:
    """The rows of a table in ``data``, by heading."""
    return list(csv.DictReader(text(name).splitlines()))


def course(told: str) -> list[tuple[float, float]]:
    """Lon/lat points written as ``lon lat / lon lat``."""
    pairs = (point.split() for point in told.split("/"))
    return [(float(lon), float(lat)) for lon, lat in pairs]
