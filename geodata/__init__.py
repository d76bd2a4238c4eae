"""Bring a district's files and databases in and out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from geodata.district import open_district

__all__ = ["open_district"]


def __getattr__(name: str) -> Any:
    """Load `open_district` when it is first asked for: the database's libraries take a moment."""
    if name == "open_district":
        from geodata.district import open_district

        return open_district
    raise AttributeError(name)
