"""Answer which collections there are, and what each holds."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from api.languages import words_of
from api.ogc.access import demanded_area
from api.ogc.answers import answer
from api.ogc.collection import Collection
from api.ogc.collections import collection_named
from api.ogc.crs import CRS84_URI, served_systems
from api.ogc.features import View
from api.ogc.links import (
    GEOJSON_TYPE,
    HTML_TYPE,
    JSON_TYPE,
    QUERYABLES_REL,
    SCHEMA_TYPE,
    TILESETS_REL,
    Link,
    both_forms,
    link,
    own_links,
    root_of,
)
from api.ogc.negotiation import asked_form
from api.ogc.parameters import COMMON, given
from api.ogc.present import Present, present_of
from api.ogc.spans import moment_text
from maps.words import Words


async def collections(request: Request) -> Response:
    """Every collection of which whoever asks may see something."""
    told, words, root = given(request, COMMON), words_of(request), root_of(request)
    present = await present_of(request)
    title = words.text("ogc.page.collections")
    document = {
        "title": title,
        "links": own_links(f"{root}/collections", told, asked_form(request, told), JSON_TYPE),
        "collections": [await _entry(present, one, words, root) for one in present.visible_collections()],
    }
    return answer(request, told, document, title)


async def collection(request: Request) -> Response:
    """One collection.

    Raises:
        NotKnown: ``ogc.collection_unknown``.
        NotAllowed: When whoever asks may see nothing of it.
    """
    told, words, root = given(request, COMMON), words_of(request), root_of(request)
    asked = collection_named(request.path_params["collection"])
    demanded_area(request, asked.action)
    document = await _entry(await present_of(request), asked, words, root)
    own = own_links(f"{root}/collections/{asked.id}", told, asked_form(request, told), JSON_TYPE)
    document["links"] = [*own, *document["links"][len(own) :]]
    return answer(request, told, document, document["title"])


async def _entry(present: Present, one: Collection, words: Words, root: str) -> dict[str, Any]:
    """What is told of a collection, in the list of all and by itself."""
    features = await present.features(one)
    view = features.view(present.seen(one))
    systems = served_systems(present.data.state.district.metric_epsg)
    return {
        "id": one.id,
        "title": words.text(f"ogc.collection.{one.id}"),
        "description": words.text(f"ogc.collection.{one.id}.description"),
        "links": _links(one, words, f"{root}/collections/{one.id}"),
        "extent": _extent(view),
        "itemType": "feature",
        "crs": [system.uri for system in systems],
        "storageCrs": CRS84_URI,
    }


def _links(one: Collection, words: Words, here: str) -> list[Link]:
    tiles = both_forms(f"{here}/tiles", TILESETS_REL, JSON_TYPE, words.text("ogc.page.tiles")) if one.tiles else []
    return [
        link(here, "self", JSON_TYPE),
        link(f"{here}?f=html", "alternate", HTML_TYPE),
        *both_forms(f"{here}/items", "items", GEOJSON_TYPE, words.text("ogc.page.items")),
        *both_forms(f"{here}/queryables", QUERYABLES_REL, SCHEMA_TYPE, words.text("ogc.page.queryables")),
        *both_forms(f"{here}/schema", "describedby", SCHEMA_TYPE, words.text("ogc.page.schema")),
        *tiles,
    ]


def _extent(view: View) -> dict[str, Any]:
    """Where and when the features lie, as far as they have places and times."""
    told: dict[str, Any] = {}
    if view.bounds is not None:
        told["spatial"] = {"bbox": [list(view.bounds)], "crs": CRS84_URI}
    if view.span is not None:
        told["temporal"] = {"interval": [[moment_text(view.span.since), moment_text(view.span.until)]]}
    return told
