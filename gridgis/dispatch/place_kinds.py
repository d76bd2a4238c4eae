"""Name the kinds of places that a question about the whole district is asked for."""

from __future__ import annotations

from enum import StrEnum


class PlaceKind(StrEnum):
    """What a question about the whole district is asked for."""

    TOWNS = "towns"
    VILLAGES = "villages"
    CELLS = "cells"
    ENTERPRISES = "enterprises"
