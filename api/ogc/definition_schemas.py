"""Write down the forms of the answers for the API definition, in the JSON Schema of OpenAPI 3.0."""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]
TEXT: Schema = {"type": "string"}
URI: Schema = {"type": "string", "format": "uri"}


def ref(name: str) -> Schema:
    """A reference to one of these forms."""
    return {"$ref": f"#/components/schemas/{name}"}


def form(required: str, **properties: Schema) -> Schema:
    """An object with properties, those required named with blanks between."""
    return {"type": "object", "properties": properties, **({"required": required.split()} if required else {})}


def listed(items: Schema, **rest: Any) -> Schema:
    """An array."""
    return {"type": "array", "items": items, **rest}


def schemas() -> dict[str, Schema]:
    """The forms by name."""
    links = listed(ref("link"))
    moment = {"type": "string", "format": "date-time", "nullable": True}
    count = {"type": "integer", "minimum": 0}
    geometry = {**form("type", type=TEXT, coordinates=listed({})), "nullable": True}
    feature = form(
        "type id geometry properties",
        type={"type": "string", "enum": ["Feature"]},
        id=TEXT,
        geometry=geometry,
        properties={"type": "object"},
        links=links,
    )
    return {
        "link": form("href rel type", href=TEXT, rel=TEXT, type=TEXT, title=TEXT, templated={"type": "boolean"}),
        "landingPage": form("links", title=TEXT, description=TEXT, links=links),
        "confClasses": form("conformsTo", conformsTo=listed(URI), links=links),
        "extent": form(
            "",
            spatial=form("bbox crs", bbox=listed(listed({"type": "number"}, minItems=4, maxItems=4)), crs=URI),
            temporal=form("interval", interval=listed(listed(moment, minItems=2, maxItems=2))),
        ),
        "collection": form(
            "id title links crs",
            id=TEXT,
            title=TEXT,
            description=TEXT,
            links=links,
            extent=ref("extent"),
            itemType={"type": "string", "enum": ["feature"]},
            crs=listed(URI),
            storageCrs=URI,
        ),
        "collections": form("links collections", title=TEXT, links=links, collections=listed(ref("collection"))),
        "featureGeoJSON": feature,
        "featureCollectionGeoJSON": form(
            "type features",
            type={"type": "string", "enum": ["FeatureCollection"]},
            numberMatched=count,
            numberReturned=count,
            timeStamp={"type": "string", "format": "date-time"},
            links=links,
            features=listed(ref("featureGeoJSON")),
        ),
        "jsonSchema": {"type": "object"},
        "tileSet": form(
            "dataType crs links",
            title=TEXT,
            dataType={"type": "string", "enum": ["vector"]},
            crs=URI,
            tileMatrixSetURI=URI,
            tileMatrixSetLimits=listed({"type": "object"}),
            layers=listed({"type": "object"}),
            links=links,
        ),
        "tileSets": form("tilesets", title=TEXT, links=links, tilesets=listed(ref("tileSet"))),
        "tileMatrixSets": form("tileMatrixSets", links=links, tileMatrixSets=listed({"type": "object"})),
        "tileMatrixSet": form(
            "id crs tileMatrices", id=TEXT, title=TEXT, uri=URI, crs=URI, tileMatrices=listed({"type": "object"})
        ),
        "openapi": form("openapi info paths", openapi=TEXT, info={"type": "object"}, paths={"type": "object"}),
        "exception": form(
            "type title status detail",
            type={"type": "string", "format": "uri-reference"},
            title=TEXT,
            status={"type": "integer"},
            detail=TEXT,
            instance={"type": "string", "format": "uri-reference"},
            code=TEXT,
            fields={"type": "object"},
        ),
    }
