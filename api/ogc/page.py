"""Draw any document as a page of plain HTML: no script, all that the JSON form tells, every link a link."""

from __future__ import annotations

import hashlib
import json
from base64 import b64encode
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from maps.words import LANGUAGES, Words

STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;margin:0 auto;max-width:80rem;padding:1rem}"
    "table{border-collapse:collapse;display:block;overflow-x:auto}"
    "th,td{border:1px solid #8a939c;padding:.25rem .5rem;text-align:left;vertical-align:top}"
    "dt{font-weight:600}dd{margin:0 0 .25rem 1rem}nav a{margin-right:1rem}code{overflow-wrap:anywhere}"
)
POLICY = (
    f"default-src 'none'; style-src 'sha256-{b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()}'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HTML_LANGUAGE = {"zh": "zh-CN", "en": "en"}


def page(title: str, document: Mapping[str, Any], words: Words, *, ways: Mapping[str, str]) -> str:
    """A whole page.

    Args:
        title: Title and heading.
        document: What the JSON form holds.
        words: The language of what is said around it.
        ways: Addresses of the resources above this one, by what they are called.
    """
    above = "".join(f'<a href="{escape(href)}">{escape(name)}</a>' for name, href in ways.items())
    return (
        f'<!DOCTYPE html>\n<html lang="{HTML_LANGUAGE[words.language]}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n"
        f'<nav aria-label="{escape(words.text("ogc.page.above"))}">{above}</nav>\n'
        f"<main>\n<h1>{escape(title)}</h1>\n{_value(document, words)}\n</main>\n</body>\n</html>\n"
    )


def _value(value: Any, words: Words) -> str:
    """Any value of a document."""
    if isinstance(value, Mapping):
        return _mapping(value, words)
    if isinstance(value, str):
        return _link(value, value) if value.startswith(("http://", "https://")) else escape(value)
    if not isinstance(value, Sequence):
        return escape(json.dumps(value))
    if value and isinstance(value[0], Mapping):
        return _mappings(value, words)
    return ", ".join(_value(one, words) for one in value)


def _mapping(value: Mapping[str, Any], words: Words) -> str:
    if value.get("type") == "Feature":
        return _table([value], words) + _links(value.get("links", ()))
    if "href" in value:
        return _link(value["href"], value.get("title") or value["href"], value)
    told = "".join(f"<dt>{escape(name)}</dt><dd>{_value(one, words)}</dd>" for name, one in value.items())
    return f"<dl>{told}</dl>"


def _mappings(value: Sequence[Mapping[str, Any]], words: Words) -> str:
    if value[0].get("type") == "Feature":
        return _table(value, words)
    if all("href" in one for one in value):
        return _links(value)
    return "<ol>" + "".join(f"<li>{_mapping(one, words)}</li>" for one in value) + "</ol>"


def _links(links: Sequence[Mapping[str, Any]]) -> str:
    listed = "".join(f"<li>{_link(one['href'], one.get('title') or one['href'], one)}</li>" for one in links)
    return f"<ul>{listed}</ul>"


def _link(href: str, shown: str, told: Mapping[str, Any] | None = None) -> str:
    if told is None:
        return f'<a href="{escape(href)}">{escape(shown)}</a>'
    rel, media_type = escape(str(told.get("rel", ""))), escape(str(told.get("type", "")))
    return f'<a href="{escape(href)}" rel="{rel}" type="{media_type}">{escape(shown)}</a> ({rel}, {media_type})'


def _table(features: Sequence[Mapping[str, Any]], words: Words) -> str:
    """Features as a table, one a row."""
    names = list(features[0]["properties"])
    heads = ["id", *(words.text(f"ogc.field.{name}") for name in names), "geometry"]
    head = "".join(f'<th scope="col">{escape(one)}</th>' for one in heads)
    rows = "".join(_row(one, names) for one in features)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _row(feature: Mapping[str, Any], names: Sequence[str]) -> str:
    identifier, shape = escape(str(feature["id"])), feature["geometry"]
    href = next((one["href"] for one in feature.get("links", ()) if one["rel"] == "self"), "")
    first = f'<a href="{escape(href)}">{identifier}</a>' if href else identifier
    cells = "".join(f"<td>{_cell(feature['properties'][name])}</td>" for name in names)
    coordinates = escape(json.dumps(shape, separators=(",", ":")))
    drawn = f"<details><summary>{escape(shape['type'])}</summary><code>{coordinates}</code></details>" if shape else ""
    return f'<tr><th scope="row">{first}</th>{cells}<td>{drawn}</td></tr>'


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return ", ".join(map(_cell, value))
    return escape(value if isinstance(value, str) else json.dumps(value))


def other_language(words: Words) -> str:
    """The language that is not spoken here."""
    return next(one for one in LANGUAGES if one != words.language)
