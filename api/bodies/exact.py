"""Name the values of requests that are taken exactly as the document says: no text for a number, no 0 for false."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import BeforeValidator, Field

from api.bodies.responses import Degrees
from api.moments import day

Day = Annotated[date, Field(strict=True), BeforeValidator(day)]
Place = Annotated[list[Degrees], Field(min_length=2, max_length=2, description="Longitude, latitude in degrees")]
Truth = Annotated[bool, Field(strict=True)]
Whole = Annotated[int, Field(strict=True)]
