"""Shape geometries for the API: GeoJSON in lon/lat, coordinates rounded to a centimetre."""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal

import numpy as np
import shapely
from pydantic import BaseModel, Field
from shapely.geometry.base import BaseGeometry

DIGITS = 7

Bbox = Annotated[list[float], Field(min_length=4, max_length=4, description="West, south, east, north in degrees")]

LonLat = Annotated[list[float], Field(min_length=2, max_length=2, description="Longitude, latitude in degrees")]


class Geometry(BaseModel):
    """A GeoJSON geometry (RFC 7946), lon/lat."""

    type: Literal["Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon"]
    coordinates: list[Any]


def geometry_of(shape: BaseGeometry) -> Geometry:
    """A shape in lon/lat as GeoJSON."""
    rounded = shapely.transform(shape, lambda xy: np.round(xy, DIGITS))
    return Geometry.model_validate(json.loads(shapely.to_geojson(rounded)))


def bbox_of(*shapes: BaseGeometry) -> list[float]:
    """West, south, east, north around one or more shapes."""
    west, south, east, north = zip(*(shape.bounds for shape in shapes), strict=True)
    return [round(value, DIGITS) for value in (min(west), min(south), max(east), max(north))]
