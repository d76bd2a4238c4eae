"""Write the links between resources."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from starlette.requests import Request

from api.ogc.negotiation import HTML, JSON

ROOT = "/ogc"
JSON_TYPE, HTML_TYPE = "application/json", "text/html"
GEOJSON_TYPE = "application/geo+json"
SCHEMA_TYPE = "application/schema+json"
OPENAPI_TYPE = "application/vnd.oai.openapi+json;version=3.0"
TILE_TYPE = "application/vnd.mapbox-vector-tile"
OGC_REL = "http://www.opengis.net/def/rel/ogc/1.0"
QUERYABLES_REL = f"{OGC_REL}/queryables"
TILESETS_REL = f"{OGC_REL}/tilesets-vector"
TILING_REL = f"{OGC_REL}/tiling-scheme"

PLAIN = re.compile(r"[\w.,:/~-]*", re.ASCII)
Link = dict[str, Any]


def root_of(request: Request) -> str:
    """Address of the landing page, without a slash at its end."""
    scope = request.scope
    above = scope.get("app_root_path", scope.get("root_path", ""))
    return f"{scope['scheme']}://{request.headers.get('host', '')}{above}{ROOT}"


def link(href: str, rel: str, media_type: str, title: str = "") -> Link:
    """One link."""
    told = {"href": href, "rel": rel, "type": media_type}
    return {**told, "title": title} if title else told


def address(path: str, parameters: Mapping[str, str]) -> str:
    """An address with parameters."""
    if not parameters:
        return path
    return f"{path}?{'&'.join(f'{_quoted(name)}={_quoted(value)}' for name, value in parameters.items())}"


def _quoted(text: str) -> str:
    """A name or value of a parameter; most have nothing to quote, which is soon seen."""
    return text if PLAIN.fullmatch(text) else quote(text, safe=",:/")


def own_links(path: str, parameters: Mapping[str, str], form: str, media_type: str) -> list[Link]:
    """Links of an answer to itself and to its other form.

    Args:
        path: Its address.
        parameters: Parameters of the request.
        form: Its own form.
        media_type: Of its JSON form.
    """
    other = HTML if form == JSON else JSON
    types = {JSON: media_type, HTML: HTML_TYPE}
    return [
        link(address(path, parameters), "self", types[form]),
        link(address(path, {**parameters, "f": other}), "alternate", types[other]),
    ]


def both_forms(path: str, rel: str, media_type: str, title: str) -> list[Link]:
    """Links to another resource in its two forms."""
    return [
        link(address(path, {"f": JSON}), rel, media_type, title),
        link(address(path, {"f": HTML}), rel, HTML_TYPE, title),
    ]
