"""Answer the features of a collection, page by page, and single ones.

This is the busy part: a page is put together out of bytes that were written once. A page's ``next`` link names the
features that it is a page of by their tag, so that who follows the links reads one version, each feature once,
whatever is written meanwhile.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import numpy as np
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from api.languages import words_of
from api.ogc.answers import html_answer, kept_answer, tag_of
from api.ogc.collection import Collection
from api.ogc.collections import collection_named
from api.ogc.crs import CRS84, served_systems
from api.ogc.features import Features, Rows, Wanted
from api.ogc.links import GEOJSON_TYPE, JSON_TYPE, Link, address, link, own_links, root_of
from api.ogc.negotiation import HTML, asked_form
from api.ogc.parameters import OF_ITEM, Asked, Given, asked_crs, asked_items, given
from api.ogc.present import Present, present_of
from api.ogc.spans import instant, moment_text
from gridgis.errors import NotKnown

MANY_FEATURES = 1000  # so many are put together in a thread, so that others need not wait
MOST_ON_HTML = 100
ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class Page:
    """One page of what was asked for.

    Attributes:
        collection: The collection.
        asked: What was asked.
        features: The features that it is a page of.
        rows: Those on it.
        matched: How many were found in all.
        onward: Parameters of the next page, none on the last one.
        answered_at: When, RFC 3339.
    """

    collection: Collection
    asked: Asked
    features: Features
    rows: Rows
    matched: int
    onward: Given
    answered_at: str

    def links(self, here: str, form: str) -> list[Link]:
        """Links to itself, to its other form, to the next page and to the collection."""
        told = own_links(here, self.asked.given, form, GEOJSON_TYPE)
        if self.onward:
            told.append(link(address(here, self.onward), "next", told[0]["type"]))
        told.append(link(here.removesuffix("/items"), "collection", JSON_TYPE))
        return told

    def head(self, links: list[Link]) -> dict[str, Any]:
        """What is told beside the features."""
        return {
            "type": "FeatureCollection",
            "numberMatched": self.matched,
            "numberReturned": len(self.rows),
            "timeStamp": self.answered_at,
            "links": links,
        }

    def body(self, links: list[Link]) -> bytes:
        """The page as GeoJSON."""
        head = ENCODER.encode(self.head(links))[:-1].encode()
        return b'%b,"features":[\n%b\n]}' % (head, b",\n".join(self.features.written(self.rows, self.asked.crs)))

    def tag(self) -> str:
        """What tells it from other pages, the moment of the answer aside."""
        told = (*self.asked.given.items(), self.asked.crs.uri)
        return tag_of(self.features.tag, self.rows.tobytes(), self.matched, told)


async def items(request: Request) -> Response:
    """A page of features.

    Raises:
        NotKnown: ``ogc.collection_unknown``.
        NotAllowed: When whoever asks may see nothing of the collection.
        InvalidValue: As `asked_items`.
        Conflict: ``ogc.page_gone``.
    """
    collection = collection_named(request.path_params["collection"])
    present = await present_of(request)
    asked = asked_items(request, collection, served_systems(present.data.state.district.metric_epsg))
    form = asked_form(request, asked.given)
    page = await _page(present, collection, asked, min(asked.limit, MOST_ON_HTML) if form == HTML else asked.limit)
    here = f"{root_of(request)}/collections/{collection.id}/items"
    links = page.links(here, form)
    if form == HTML:
        return _page_of_html(request, page, here, links)
    heavy = asked.crs is not CRS84 or len(page.rows) > MANY_FEATURES
    body = await run_in_threadpool(page.body, links) if heavy else page.body(links)
    return kept_answer(request, page.tag(), GEOJSON_TYPE, body, _headers(collection, asked.crs.uri))


async def _page(present: Present, collection: Collection, asked: Asked, limit: int) -> Page:
    """The page asked for, out of the features that it names, or the newest."""
    seen = present.seen(collection)
    features = await present.features(collection)
    first = 0
    if asked.cursor is not None:
        features, first = present.editions.tagged(collection, features, asked.cursor.tag), asked.cursor.row
    onward = dict(asked.given)
    spans = present.spans(collection)
    if asked.span is not None:
        spans = (asked.span, *spans)
    elif collection.now_only is not None:
        now = instant(present.now)
        spans, onward["datetime"] = (now,), moment_text(now.since) or ""
    found = features.rows(Wanted(seen, asked.windows, spans, asked.values))
    rows = features.page(found, first, limit)
    if len(rows) and rows[-1] < found[-1]:
        onward["cursor"] = f"{features.tag}.{rows[-1] + 1}"
        present.editions.hand_out(collection, features)
    else:
        onward.clear()
    answered_at = moment_text(instant(present.now).since) or ""
    return Page(collection, asked, features, rows, len(found), onward, answered_at)


def _page_of_html(request: Request, page: Page, here: str, links: list[Link]) -> Response:
    features = [json.loads(one) for one in page.features.written(page.rows, page.asked.crs)]
    for one in features:
        one["links"] = [link(address(f"{here}/{one['id']}", {"f": HTML}), "self", GEOJSON_TYPE)]
    document = {**page.head(links), "features": features}
    title = words_of(request).text(f"ogc.collection.{page.collection.id}")
    return html_answer(request, page.asked.given, document, title, _headers(page.collection, page.asked.crs.uri))


async def item(request: Request) -> Response:
    """One feature.

    Raises:
        NotKnown: ``ogc.collection_unknown``, ``ogc.feature_unknown``.
        NotAllowed: When whoever asks may see nothing of the collection.
        InvalidValue: As `given`, and ``ogc.crs``.
    """
    collection, identifier = collection_named(request.path_params["collection"]), request.path_params["feature"]
    present = await present_of(request)
    told = given(request, OF_ITEM)
    crs = asked_crs(told, served_systems(present.data.state.district.metric_epsg))
    form = asked_form(request, told)
    seen = present.seen(collection)
    features = await present.features(collection)
    row = features.row(identifier, Wanted(seen, spans=present.spans(collection)))
    if row is None:
        raise NotKnown("ogc.feature_unknown", value=identifier, collection=collection.id)
    above = f"{root_of(request)}/collections/{collection.id}"
    links = own_links(f"{above}/items/{identifier}", told, form, GEOJSON_TYPE)
    links.append(link(above, "collection", JSON_TYPE))
    body = features.written(np.array([row]), crs)[0]
    headers = _headers(collection, crs.uri)
    if form == HTML:
        document = {**json.loads(body), "links": links}
        return html_answer(request, told, document, words_of(request).text(f"ogc.collection.{collection.id}"), headers)
    whole = b'%b,"links":%b}' % (body[:-1], json.dumps(links).encode())
    return kept_answer(request, tag_of(whole), GEOJSON_TYPE, whole, headers)


def _headers(collection: Collection, crs_uri: str) -> dict[str, str]:
    """The system of the coordinates, and that nobody keeps what names people."""
    told = {"Content-Crs": f"<{crs_uri}>"}
    return {**told, "Cache-Control": "no-store"} if collection.personal else told
