"""Choose between the two forms of every answer: JSON for programs, HTML for people."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from starlette.requests import Request

from api.ogc.parameters import Given
from gridgis.errors import InvalidValue

JSON, HTML = "json", "html"
LONGEST_HEADER = 500
HTML_TYPES = frozenset({"text/html", "application/xhtml+xml", "text/*"})
JSON_TYPES = frozenset(
    {
        "application/json",
        "application/geo+json",
        "application/schema+json",
        "application/vnd.oai.openapi+json",
        "application/*",
        "*/*",
    }
)


def asked_form(request: Request, told: Given) -> str:
    """The form of an answer: by ``f``, else by the Accept header, else JSON.

    Raises:
        InvalidValue: ``ogc.form``.
    """
    form = told.get("f")
    if form is None:
        return _accepted(request.headers.get("accept", "")[:LONGEST_HEADER])
    if form not in {JSON, HTML}:
        raise InvalidValue("ogc.form", value=form, known=f"{JSON}, {HTML}")
    return form


@lru_cache(maxsize=256)
def _accepted(header: str) -> str:
    """The form that an Accept header likes best, the first of those that it likes alike; JSON where it likes none."""
    return max(_weighed(header), key=lambda found: found[0], default=(1.0, JSON))[1]


def _weighed(header: str) -> Iterator[tuple[float, str]]:
    for item in header.split(","):
        media_type, *parameters = (part.strip().lower() for part in item.split(";"))
        form = HTML if media_type in HTML_TYPES else JSON if media_type in JSON_TYPES else None
        try:
            weight = float(next((part[2:] for part in parameters if part.startswith("q=")), "1"))
        except ValueError:
            continue
        if form is not None and weight > 0:
            yield weight, form
