"""Write and read GeoPackage geometries: a small header with the envelope, then WKB; and turn them into PostGIS's.

A GeoPackage geometry (OGC 12-128r19, clause 2.1.3) is ``GP``, a version byte, a flag byte, the number of its coordinate
system, an optional envelope (min x, max x, min y, max y) and ISO WKB. Points carry no envelope, as their WKB is as
short; empty geometries carry the empty flag and none either. Everything is written little-endian and in two dimensions.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from shapely.geometry.base import BaseGeometry

from gridgis.errors import StoreFault
from gridgis.geometry import GEOGRAPHIC_EPSG

Geometries = NDArray[np.object_]
Envelope = tuple[float, float, float, float]

_MAGIC = b"GP\x00"
_ENVELOPE_BYTES = (0, 32, 48, 48, 64)
_HEAD_BYTES = 4
_FIXED_BYTES = 8
_LITTLE_ENDIAN = 0b0000_0001
_WITH_ENVELOPE = 0b0000_0010
_EMPTY = 0b0001_0000
_POINT = struct.Struct("<8sBIdd")
_LONLAT = struct.Struct("<dd")
_LONLAT_AT = 13
_POINT_HEX = 50
_SRID_HEX = "20" + struct.pack("<i", GEOGRAPHIC_EPSG).hex().upper()
_EWKB_POINT = "01010000" + _SRID_HEX
_NAN_HEX = "F87F"
_ENVELOPE = {1: struct.Struct("<4d"), 0: struct.Struct(">4d")}


def encode(
    geometries: ArrayLike | Sequence[BaseGeometry | None], *, srs_id: int = GEOGRAPHIC_EPSG
) -> list[bytes | None]:
    """GeoPackage blobs of n geometries (lon/lat), None where there is none; a third dimension is dropped."""
    flat = shapely.force_2d(np.atleast_1d(np.asarray(geometries, dtype=object)))
    wkb = shapely.to_wkb(flat, byte_order=1)
    bounds = np.ascontiguousarray(shapely.bounds(flat)[:, [0, 2, 1, 3]], dtype="<f8").tobytes()
    types = shapely.get_type_id(flat).tolist()
    empties = shapely.is_empty(flat).tolist()
    number = struct.pack("<i", srs_id)
    plain, enveloped, empty = (
        _MAGIC + bytes([flags]) + number
        for flags in (_LITTLE_ENDIAN, _LITTLE_ENDIAN | _WITH_ENVELOPE, _LITTLE_ENDIAN | _EMPTY)
    )
    blobs: list[bytes | None] = []
    for index, (body, kind, is_empty) in enumerate(zip(wkb, types, empties, strict=True)):
        if body is None:
            blobs.append(None)
        elif is_empty:
            blobs.append(empty + body)
        elif kind == shapely.GeometryType.POINT:
            blobs.append(plain + body)
        else:
            blobs.append(enveloped + bounds[32 * index : 32 * index + 32] + body)
    return blobs


def decode(blobs: Sequence[bytes | None]) -> Geometries:
    """Geometries of n GeoPackage blobs, None where there is none.

    Raises:
        StoreFault: ``store.geometry`` when a blob is not a GeoPackage geometry.
    """
    heads = {blob[:_HEAD_BYTES] for blob in blobs if blob is not None}
    ends = {head: _header_bytes(head) for head in heads}
    bodies = np.empty(len(blobs), dtype=object)
    bodies[:] = [None if blob is None else blob[ends[blob[:_HEAD_BYTES]] :] for blob in blobs]
    try:
        return np.atleast_1d(np.asarray(shapely.from_wkb(bodies), dtype=object))
    except shapely.errors.ShapelyError as error:
        raise StoreFault("store.geometry") from error


def encode_one(geometry: BaseGeometry | None, *, srs_id: int = GEOGRAPHIC_EPSG) -> bytes | None:
    """The GeoPackage blob of one geometry."""
    holder = np.empty(1, dtype=object)
    holder[0] = geometry
    return encode(holder, srs_id=srs_id)[0]


def decode_one(blob: bytes | None) -> Any:
    """The geometry of one GeoPackage blob."""
    return decode([blob])[0]


def encode_points(lons: Sequence[float | None], lats: Sequence[float | None]) -> list[bytes | None]:
    """GeoPackage blobs of n points, None where a coordinate is missing."""
    head = _MAGIC + bytes([_LITTLE_ENDIAN]) + struct.pack("<i", GEOGRAPHIC_EPSG)
    pack = _POINT.pack
    point = int(shapely.GeometryType.POINT) + 1
    return [
        None if lon is None or lat is None else pack(head, 1, point, lon, lat)
        for lon, lat in zip(lons, lats, strict=True)
    ]


def lonlat(blob: bytes | None) -> tuple[float | None, float | None]:
    """Longitude and latitude of a point written by `encode_points`, None where there is none."""
    if blob is None:
        return None, None
    lon, lat = _LONLAT.unpack_from(blob, _LONLAT_AT)
    return lon, lat


def envelope(blob: bytes | None) -> Envelope | None:
    """Min x, max x, min y, max y of a GeoPackage blob; None when it is missing or empty."""
    if blob is None or len(blob) <= _FIXED_BYTES or blob[:2] != b"GP":
        return None
    flags = blob[3]
    if flags & _EMPTY:
        return None
    if len(blob) == _POINT.size and flags == _LITTLE_ENDIAN:
        lon, lat = _LONLAT.unpack_from(blob, _LONLAT_AT)
        return lon, lon, lat, lat
    if (flags >> 1) & 0b111:
        least_x, most_x, least_y, most_y = _ENVELOPE[flags & 1].unpack_from(blob, _FIXED_BYTES)
        return least_x, most_x, least_y, most_y
    geometry = shapely.from_wkb(blob[_FIXED_BYTES:])
    if geometry is None or geometry.is_empty:
        return None
    least_x, least_y, most_x, most_y = geometry.bounds
    return least_x, most_x, least_y, most_y


def ewkb_of(blob: bytes | None) -> str | None:
    """What PostGIS reads as the geometry of a GeoPackage blob in EPSG:4326: its WKB with the system, in hexadecimal."""
    if blob is None:
        return None
    text = blob[_header_bytes(blob[:_HEAD_BYTES]) :].hex()
    return f"{text[:8]}{_SRID_HEX}{text[10:]}"


def blobs_of_ewkb(texts: Sequence[str | None]) -> list[bytes | None]:
    """GeoPackage blobs of what PostGIS answers with, the same that `encode` once made of these geometries."""
    if all(text is None or _is_place(text) for text in texts):
        head = _MAGIC + bytes([_LITTLE_ENDIAN]) + struct.pack("<iBI", GEOGRAPHIC_EPSG, 1, 1)
        return [None if text is None else head + bytes.fromhex(text[len(_EWKB_POINT) :]) for text in texts]
    bodies = [None if text is None else bytes.fromhex(text) for text in texts]  # twice as fast as GEOS reads digits
    return encode(shapely.from_wkb(np.array(bodies, dtype=object)))


def _is_place(text: str) -> bool:
    """Whether EWKB is that of a point with coordinates."""
    return len(text) == _POINT_HEX and text.startswith(_EWKB_POINT) and not text.endswith(_NAN_HEX)


def _header_bytes(head: bytes) -> int:
    """Length of a header that starts so."""
    indicator = (head[3] >> 1) & 0b111 if len(head) == _HEAD_BYTES else len(_ENVELOPE_BYTES)
    if head[:2] != b"GP" or indicator >= len(_ENVELOPE_BYTES):
        raise StoreFault("store.geometry")
    return _FIXED_BYTES + _ENVELOPE_BYTES[indicator]


def as_multipolygons(geometries: ArrayLike | Sequence[BaseGeometry]) -> Geometries:
    """Polygons as multipolygons of one part, so that a layer holds one type; others as they are."""
    shapes = np.array(geometries, dtype=object, ndmin=1)
    single = shapely.get_type_id(shapes) == shapely.GeometryType.POLYGON
    if single.any():
        shapes[single] = shapely.multipolygons(shapes[single].reshape(-1, 1))
    return shapes


def as_polygons(geometries: Geometries) -> Geometries:
    """Multipolygons of one part as polygons; others as they are."""
    shapes = geometries.copy()
    single = (shapely.get_type_id(shapes) == shapely.GeometryType.MULTIPOLYGON) & (
        shapely.get_num_geometries(shapes) == 1
    )
    shapes[single] = shapely.get_geometry(shapes[single], 0)
    return shapes
