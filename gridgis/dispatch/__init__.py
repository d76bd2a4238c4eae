"""Choosing teams: alarms, teams, run cards and the choice that joins them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gridgis.dispatch.response import Response
    from gridgis.dispatch.selection import choose_response

__all__ = ["Response", "choose_response"]


def __getattr__(name: str) -> Any:
    """What is exported is read when first asked for, so that the records load without the search."""
    if name == "choose_response":
        from gridgis.dispatch.selection import choose_response

        return choose_response
    if name == "Response":
        from gridgis.dispatch.response import Response

        return Response
    raise AttributeError(name)
