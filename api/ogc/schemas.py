"""Answer the JSON Schemas of a collection: what its features are, and by which values they are found."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from api.languages import words_of
from api.ogc.access import demanded_area
from api.ogc.answers import answer
from api.ogc.collection import Collection
from api.ogc.collections import collection_named
from api.ogc.fields import Field
from api.ogc.links import SCHEMA_TYPE, root_of
from api.ogc.parameters import COMMON, given
from maps.words import Words

DIALECT = "https://json-schema.org/draft/2020-12/schema"


async def queryables(request: Request) -> Response:
    """The properties that items are found by: each is a parameter of them.

    Raises:
        NotKnown: ``ogc.collection_unknown``.
        NotAllowed: When whoever asks may see nothing of the collection.
    """
    return _answer(request, "queryables", queryables_schema)


async def schema(request: Request) -> Response:
    """The form of a feature of a collection.

    Raises:
        NotKnown: ``ogc.collection_unknown``.
        NotAllowed: When whoever asks may see nothing of the collection.
    """
    return _answer(request, "schema", feature_schema)


def _answer(request: Request, name: str, made: Any) -> Response:
    told, words = given(request, COMMON), words_of(request)
    one = collection_named(request.path_params["collection"])
    demanded_area(request, one.action)
    title = words.text(f"ogc.collection.{one.id}")
    document = {
        "$schema": DIALECT,
        "$id": f"{root_of(request)}/collections/{one.id}/{name}",
        "title": title,
        **made(one, words),
    }
    return answer(request, told, document, title, media_type=SCHEMA_TYPE)


def queryables_schema(one: Collection, words: Words) -> dict[str, Any]:
    """The queryables of a collection, its geometry among them, which `bbox` asks for."""
    fields = {field.name: field.schema(words) for field in one.queryables.values()}
    geometry = {"title": words.text("ogc.field.geometry"), "format": one.geometry, "x-ogc-role": "primary-geometry"}
    return {"type": "object", "properties": {"geometry": geometry, **fields}, "additionalProperties": False}


def feature_schema(one: Collection, words: Words) -> dict[str, Any]:
    """A feature of a collection as GeoJSON.

    A property that may have no value is ``nullable``; its type is that of its values alone, since GDAL reads one type.
    """
    return {
        "type": "object",
        "required": ["type", "id", "geometry", "properties"],
        "properties": {
            "type": {"const": "Feature"},
            "id": {"type": "string"},
            "geometry": {"title": words.text("ogc.field.geometry"), "type": ["object", "null"]},
            "properties": {
                "type": "object",
                "properties": {field.name: _value_schema(field, words) for field in one.fields},
            },
        },
    }


def _value_schema(field: Field, words: Words) -> dict[str, Any]:
    told = field.schema(words)
    return {**told, "nullable": True} if field.nullable else told
