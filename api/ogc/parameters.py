"""Read the parameters of a request's address: those that the resource knows, each once, in their forms."""

from __future__ import annotations

import re
from collections.abc import Collection as Container
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from types import MappingProxyType
from urllib.parse import parse_qsl

import shapely
from starlette.requests import Request

from api.ogc.collection import Collection
from api.ogc.crs import CRS84, Crs, system_named
from api.ogc.fields import NUMBER, Value
from api.ogc.spans import Span, parse_span
from gridgis.errors import InvalidValue
from maps.words import LANGUAGES

DEFAULT_LIMIT, MOST_FEATURES = 100, 10_000
MOST_PARAMETERS = 50
LIMIT = re.compile(r"\d{1,18}", re.ASCII)
BBOX = re.compile(rf"{NUMBER}(,{NUMBER}){{3}}((,{NUMBER}){{2}})?", re.ASCII)
FLAT = 4  # numbers of a box without heights
CURSOR = re.compile(r"([0-9a-f]{16})\.(\d{1,9})", re.ASCII)
COMMON = ("f", "lang")
OF_ITEM = (*COMMON, "crs")
OF_ITEMS = (*OF_ITEM, "bbox", "bbox-crs", "datetime", "limit", "cursor")
Given = Mapping[str, str]


def given(request: Request, known: Container[str]) -> Given:
    """The parameters of a request by name.

    Raises:
        InvalidValue: ``ogc.parameter_unknown``, ``ogc.parameter_twice``, ``ogc.parameters_many``; ``ogc.choice`` for
            a language that is not spoken.
    """
    query = request.scope["query_string"]
    if not query:
        return MappingProxyType({})
    try:
        pairs = parse_qsl(query.decode("latin-1"), keep_blank_values=True, max_num_fields=MOST_PARAMETERS)
    except ValueError as error:
        raise InvalidValue("ogc.parameters_many", most=MOST_PARAMETERS) from error
    found: dict[str, str] = {}
    for name, value in pairs:
        if name not in known:
            raise InvalidValue("ogc.parameter_unknown", name=name, known=", ".join(known))
        if name in found:
            raise InvalidValue("ogc.parameter_twice", name=name)
        found[name] = value
    if found.get("lang", LANGUAGES[0]) not in LANGUAGES:
        raise InvalidValue("ogc.choice", name="lang", value=found["lang"], known=", ".join(LANGUAGES))
    return found


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page begins.

    Attributes:
        tag: Tag of the features that are paged through.
        row: First row that the page may have.
    """

    tag: str
    row: int

    def __str__(self) -> str:
        return f"{self.tag}.{self.row}"


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request asks a collection's items for.

    Attributes:
        given: The parameters as they were given.
        windows: Areas in lon/lat, None for anywhere.
        span: When, None for any time.
        values: Properties with the value of each.
        crs: The system to answer in.
        limit: Features on a page.
        cursor: Where the page begins, None for the first.
    """

    given: Given
    windows: tuple[shapely.Geometry, ...] | None
    span: Span | None
    values: tuple[tuple[str, Value], ...]
    crs: Crs
    limit: int
    cursor: Cursor | None


def asked_items(request: Request, collection: Collection, systems: Sequence[Crs]) -> Asked:
    """What a request asks a collection's items for.

    Raises:
        InvalidValue: As `given`, and ``ogc.bbox``, ``ogc.crs``, ``ogc.crs_alone``, ``ogc.datetime``, ``ogc.value``,
            ``ogc.choice``, ``ogc.limit``, ``ogc.cursor``.
    """
    fields = collection.queryables
    told = given(request, (*OF_ITEMS, *fields))
    return Asked(
        told,
        _windows(told, systems),
        parse_span(told["datetime"]) if "datetime" in told else None,
        tuple((name, fields[name].read(value)) for name, value in told.items() if name in fields),
        asked_crs(told, systems),
        _limit(told.get("limit")),
        _cursor(told.get("cursor")),
    )


def asked_crs(told: Given, systems: Sequence[Crs]) -> Crs:
    """The system to answer in.

    Raises:
        InvalidValue: ``ogc.crs``.
    """
    return system_named(told["crs"], systems, "crs") if "crs" in told else CRS84


def _windows(told: Given, systems: Sequence[Crs]) -> tuple[shapely.Geometry, ...] | None:
    """Where; heights are read and passed over, since nothing served has one."""
    crs = system_named(told["bbox-crs"], systems, "bbox-crs") if "bbox-crs" in told else CRS84
    text = told.get("bbox")
    if text is None:
        return None
    numbers = tuple(map(float, text.split(","))) if BBOX.fullmatch(text) else ()
    if not numbers or not all(map(isfinite, numbers)):
        raise InvalidValue("ogc.bbox", value=text)
    if len(numbers) == FLAT:
        return crs.windows(numbers)
    first, second, lowest, third, fourth, highest = numbers
    if lowest > highest:
        raise InvalidValue("ogc.bbox", value=text)
    return crs.windows((first, second, third, fourth))


def _limit(text: str | None) -> int:
    """How many features a page may have; more than the most are the most, as the standard has it."""
    if text is None:
        return DEFAULT_LIMIT
    if not LIMIT.fullmatch(text) or int(text) == 0:
        raise InvalidValue("ogc.limit", value=text)
    return min(int(text), MOST_FEATURES)


def _cursor(text: str | None) -> Cursor | None:
    if text is None:
        return None
    found = CURSOR.fullmatch(text)
    if found is None:
        raise InvalidValue("ogc.cursor", value=text)
    return Cursor(found[1], int(found[2]))
