"""Answer with a document in the form that was asked for, tagged, so that what has not changed is not sent again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from api.files import Kept
from api.languages import words_of
from api.ogc.links import JSON_TYPE, ROOT, address, root_of
from api.ogc.negotiation import HTML, asked_form
from api.ogc.page import POLICY, other_language, page
from api.ogc.parameters import Given

HTML_TYPE = "text/html; charset=utf-8"
VARY = "Accept, Accept-Language, Accept-Encoding"
LANGUAGE_NAMES = {"zh": "中文", "en": "English"}


def tag_of(*parts: object) -> str:
    """A tag of what an answer depends on."""
    return hashlib.blake2b(repr(parts).encode(), digest_size=10).hexdigest()


def answer(
    request: Request, told: Given, document: Mapping[str, Any], title: str, *, media_type: str = JSON_TYPE
) -> Response:
    """A document.

    Args:
        request: The request.
        told: Its parameters.
        document: What the JSON form holds.
        title: Heading of the HTML form.
        media_type: Of the JSON form.
    """
    if asked_form(request, told) == HTML:
        return html_answer(request, told, document, title)
    body = json.dumps(document, ensure_ascii=False).encode()
    return kept_answer(request, tag_of(body), media_type, body)


def html_answer(
    request: Request,
    told: Given,
    document: Mapping[str, Any],
    title: str,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """A document as a page."""
    words, root = words_of(request), root_of(request)
    other = other_language(words)
    here = f"{root}{request.scope['path'].rpartition(ROOT)[2]}"
    ways = {
        words.text("ogc.page.landing"): address(root, {"f": HTML, "lang": words.language}),
        words.text("ogc.page.collections"): address(f"{root}/collections", {"f": HTML, "lang": words.language}),
        LANGUAGE_NAMES[other]: address(here, {**told, "f": HTML, "lang": other}),
    }
    body = page(title, document, words, ways=ways).encode()
    return kept_answer(request, tag_of(body), HTML_TYPE, body, {"Content-Security-Policy": POLICY, **(headers or {})})


def kept_answer(
    request: Request, tag: str, media_type: str, body: bytes, headers: Mapping[str, str] | None = None
) -> Response:
    """A body with its tag; whoever keeps it asks again each time, and nobody keeps it for others."""
    return Kept(tag, media_type, body).answer(
        request, {"Cache-Control": "private, no-cache", "Vary": VARY, **(headers or {})}
    )
