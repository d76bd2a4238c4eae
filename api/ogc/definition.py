"""Answer the API definition, OpenAPI 3.0, with a path for each resource of each collection."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from api.auth.asking import who_of
from api.auth.cookies import cookie_name
from api.errors import MEDIA_TYPE as PROBLEM_TYPE
from api.languages import words_of
from api.ogc.answers import answer
from api.ogc.collection import Collection
from api.ogc.crs import CRS84_URI, served_systems
from api.ogc.definition_schemas import ref, schemas
from api.ogc.fields import Field
from api.ogc.links import GEOJSON_TYPE, HTML_TYPE, JSON_TYPE, OPENAPI_TYPE, SCHEMA_TYPE, TILE_TYPE, root_of
from api.ogc.negotiation import HTML, JSON, asked_form
from api.ogc.parameters import COMMON, DEFAULT_LIMIT, MOST_FEATURES, OF_ITEM, OF_ITEMS, given
from api.ogc.present import present_of
from api.ogc.tiling import SCHEME
from gridgis import __version__
from maps.words import LANGUAGES, Words

Part = dict[str, Any]
REFUSALS = (400, 401, 403, 404, 421, 500, 503)
TILE_PARAMETERS = ("tileMatrix", "tileRow", "tileCol")


async def definition(request: Request) -> Response:
    """The definition, of the collections of which whoever asks may see something."""
    told, words = given(request, COMMON), words_of(request)
    present = await present_of(request)
    district = present.data.state.district
    systems = [one.uri for one in served_systems(district.metric_epsg)]
    document = {
        "openapi": "3.0.3",
        "info": {
            "title": words.text("ogc.title", district=district.name),
            "version": __version__,
            "description": words.text("ogc.description"),
        },
        "servers": [{"url": root_of(request)}],
        **_security(request),
        "paths": _paths(present.visible_collections(), words),
        "components": {
            "schemas": schemas(),
            "parameters": _parameters(words, systems),
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer", "description": words.text("ogc.parameter.token")},
                "session": {"type": "apiKey", "in": "cookie", "name": cookie_name(request)},
            },
            "responses": {str(status): _refusal(status, words) for status in (*REFUSALS, 410)},
        },
    }
    title = words.text("ogc.page.definition")
    shown = _in_short(document) if asked_form(request, told) == HTML else document
    return answer(request, told, shown, title, media_type=OPENAPI_TYPE)


def _security(request: Request) -> Part:
    """How to sign in, where anybody has to: by an API token, as a browser by its session."""
    who = who_of(request)
    return {} if who is None or who.account is None else {"security": [{"token": []}, {"session": []}]}


def _in_short(document: Part) -> Part:
    """The definition for people: what each path is and takes."""
    return {
        "info": document["info"],
        "servers": document["servers"],
        "paths": {
            path: {
                "summary": one["get"]["summary"],
                "parameters": [
                    each.get("name") or each["$ref"].rpartition("/")[2] for each in one["get"]["parameters"]
                ],
                "responses": list(one["get"]["responses"]),
            }
            for path, one in document["paths"].items()
        },
    }


def _name_of(parameter: Part) -> str:
    name: str = parameter.get("name") or parameter["$ref"].rpartition("/")[2]
    return name


def _paths(collections: Sequence[Collection], words: Words) -> dict[str, Part]:
    text = words.text
    paths = {
        "/": _operation("getLandingPage", text("ogc.page.landing"), "landingPage"),
        "/api": _operation("getApi", text("ogc.page.definition"), "openapi", OPENAPI_TYPE),
        "/conformance": _operation("getConformance", text("ogc.page.conformance"), "confClasses"),
        "/collections": _operation("getCollections", text("ogc.page.collections"), "collections"),
        "/tileMatrixSets": _operation("getTileMatrixSetsList", text("ogc.page.tiling"), "tileMatrixSets"),
        f"/tileMatrixSets/{SCHEME}": _operation("getTileMatrixSet", SCHEME, "tileMatrixSet"),
        **_tile_paths("", "all.dataset", text("ogc.page.tiles"), words),
    }
    for one in collections:
        paths |= _collection_paths(one, words)
    return paths


def _collection_paths(one: Collection, words: Words) -> dict[str, Part]:
    here, title, text = f"/collections/{one.id}", words.text(f"ogc.collection.{one.id}"), words.text
    fields = [_field_parameter(field, words) for field in one.queryables.values()]
    paged = _operation(
        f"{one.id}.getFeatures", title, "featureCollectionGeoJSON", GEOJSON_TYPE, [*map(_named, OF_ITEMS), *fields]
    )
    paged["get"]["responses"]["410"] = {"$ref": "#/components/responses/410"}
    item = [_path_parameter("featureId", text("ogc.parameter.featureId"), {"type": "string"}), *map(_named, OF_ITEM)]
    paths = {
        here: _operation(f"{one.id}.describeCollection", title, "collection"),
        f"{here}/items": paged,
        f"{here}/items/{{featureId}}": _operation(f"{one.id}.getFeature", title, "featureGeoJSON", GEOJSON_TYPE, item),
        f"{here}/queryables": _operation(
            f"{one.id}.getQueryables", text("ogc.page.queryables"), "jsonSchema", SCHEMA_TYPE
        ),
        f"{here}/schema": _operation(f"{one.id}.getSchema", text("ogc.page.schema"), "jsonSchema", SCHEMA_TYPE),
    }
    return {**paths, **_tile_paths(here, f"{one.id}.collection", title, words)} if one.tiles else paths


def _tile_paths(above: str, prefix: str, title: str, words: Words) -> dict[str, Part]:
    """Paths of the tiles below a path; the ends of the operations' names are the standard's."""
    template = "/".join(f"{{{name}}}" for name in TILE_PARAMETERS)
    tile = _operation(f"{prefix}.vector.getTile", title, "", TILE_TYPE, _tile_parameters(words))
    tile["get"]["responses"]["204"] = {"description": words.text("ogc.answer.204")}
    return {
        f"{above}/tiles": _operation(f"{prefix}.vector.getTileSetsList", title, "tileSets"),
        f"{above}/tiles/{SCHEME}": _operation(f"{prefix}.vector.getTileSet", title, "tileSet"),
        f"{above}/tiles/{SCHEME}/{template}": tile,
    }


def _operation(
    name: str,
    summary: str,
    schema: str,
    media_type: str = JSON_TYPE,
    parameters: Sequence[Part] | None = None,
) -> Part:
    """One path that is read; without a schema its answer is bytes and has one form."""
    content = {media_type: {"schema": ref(schema) if schema else {"type": "string", "format": "binary"}}}
    if schema:
        content[HTML_TYPE] = {"schema": {"type": "string"}}
    return {
        "get": {
            "operationId": name,
            "summary": summary,
            "parameters": [*map(_named, COMMON)] if parameters is None else list(parameters),
            "responses": {
                "200": {"description": summary, "content": content},
                "304": {"description": "Not Modified"},
                **{str(status): {"$ref": f"#/components/responses/{status}"} for status in REFUSALS},
            },
        }
    }


def _refusal(status: int, words: Words) -> Part:
    return {
        "description": words.text(f"problem.{status}"),
        "content": {PROBLEM_TYPE: {"schema": ref("exception")}},
    }


def _named(name: str) -> Part:
    return {"$ref": f"#/components/parameters/{name}"}


def _parameters(words: Words, systems: Sequence[str]) -> dict[str, Part]:
    """Parameters that several paths take."""
    system = {"type": "string", "format": "uri", "enum": list(systems), "default": CRS84_URI}
    box = {
        "type": "array",
        "oneOf": [{"minItems": 4, "maxItems": 4}, {"minItems": 6, "maxItems": 6}],
        "items": {"type": "number"},
    }
    kinds: dict[str, Part] = {
        "f": {"type": "string", "enum": [JSON, HTML]},
        "lang": {"type": "string", "example": LANGUAGES[0]},
        "crs": system,
        "bbox": box,
        "bbox-crs": system,
        "datetime": {"type": "string"},
        "limit": {"type": "integer", "minimum": 1, "maximum": MOST_FEATURES, "default": DEFAULT_LIMIT},
        "cursor": {"type": "string"},
    }
    return {name: _query_parameter(name, words.text(f"ogc.parameter.{name}"), kind) for name, kind in kinds.items()}


def _field_parameter(field: Field, words: Words) -> Part:
    schema = field.schema(words)
    return _query_parameter(field.name, schema.pop("title"), schema)


def _query_parameter(name: str, description: str, schema: Part) -> Part:
    return {
        "name": name,
        "in": "query",
        "required": False,
        "description": description,
        "schema": schema,
        "style": "form",
        "explode": False,
    }


def _path_parameter(name: str, description: str, schema: Part) -> Part:
    return {"name": name, "in": "path", "required": True, "description": description, "schema": schema}


def _tile_parameters(words: Words) -> list[Part]:
    kinds: dict[str, Part] = {
        "tileMatrix": {"type": "string"},
        "tileRow": {"type": "integer", "minimum": 0},
        "tileCol": {"type": "integer", "minimum": 0},
    }
    return [_path_parameter(name, words.text(f"ogc.parameter.{name}"), kind) for name, kind in kinds.items()]
