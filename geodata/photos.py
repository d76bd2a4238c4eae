"""Look into a photo that a telephone sent: what it really is, how it looks, when and where it was taken.

Nothing is believed of its name: what it is, its first bytes tell, and it is decoded whole before it counts.
"""

from __future__ import annotations

import io
import struct
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from gridgis.errors import InvalidValue, Unreadable
from gridgis.hazards.workdays import LOCAL_TIME

if TYPE_CHECKING:
    from PIL.Image import Exif, Image

MOST_BYTES = 12_000_000
MOST_PIXELS = 80_000_000
ACROSS, DOWN = 9, 8
MEDIA_TYPES: Mapping[str, str] = MappingProxyType({"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"})
"""What is taken, by Pillow's name of it."""

_HEIC = (b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1", b"avif")
_OTHERS: Mapping[bytes, str] = MappingProxyType(
    {
        b"MZ": "program",
        b"\x7fELF": "program",
        b"#!": "program",
        b"PK\x03\x04": "archive",
        b"%PDF": "document",
        b"GIF8": "animation",
        b"<": "text",
    }
)
BROKEN = (OSError, ValueError, SyntaxError, LookupError, TypeError, OverflowError, struct.error)
"""What Pillow raises for damaged bytes."""
_EXIF_IFD, _GPS_IFD = 0x8769, 0x8825
_TAKEN, _OFFSET, _PLAIN_TAKEN = 0x9003, 0x9011, 0x0132
_GPS_LAT_SIDE, _GPS_LAT, _GPS_LON_SIDE, _GPS_LON = 1, 2, 3, 4


@dataclass(frozen=True, slots=True)
class Seen:
    """What a photo tells by itself.

    Attributes:
        sha256: SHA-256 of its bytes in hexadecimal.
        media_type: What it is.
        bytes: How many.
        width: Pixels, as it is held.
        height: Pixels.
        look: Its difference hash (`difference_hash`).
        taken_at: When it was taken, aware; local time where it names no offset.
        lon: Longitude of where it was taken, as its receiver said (WGS84).
        lat: Latitude of it.
    """

    sha256: str
    media_type: str
    bytes: int
    width: int
    height: int
    look: int
    taken_at: datetime | None
    lon: float | None
    lat: float | None


def look_into(content: bytes) -> Seen:
    """What a photo tells by itself.

    Raises:
        InvalidValue: ``photo.too_large``, ``photo.heic``, ``photo.not_a_photo`` with what it is instead.
        Unreadable: ``photo.broken`` for a photo that is cut off or can't be decoded.
    """
    from PIL import Image, UnidentifiedImageError

    check_size(len(content))
    check_kind(content[:16])
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what stands beside the picture; itself it has to be whole
            image = Image.open(io.BytesIO(content), formats=list(MEDIA_TYPES))
            if image.width * image.height > MOST_PIXELS:
                raise InvalidValue("photo.too_large", size=f"{image.width} × {image.height}", most=f"{MOST_PIXELS:,}")
            kind = MEDIA_TYPES[str(image.format)]
            image.load()
            taken_at, place, upright = _told(image)
    except UnidentifiedImageError as error:
        raise InvalidValue("photo.not_a_photo", kind="unknown") from error
    except (*BROKEN, Image.DecompressionBombError) as error:
        raise Unreadable("photo.broken", cause=str(error)) from error
    return Seen(
        sha256=sha256(content).hexdigest(),
        media_type=kind,
        bytes=len(content),
        width=upright.width,
        height=upright.height,
        look=difference_hash(upright),
        taken_at=taken_at,
        lon=place[0],
        lat=place[1],
    )


def _told(image: Image) -> tuple[datetime | None, tuple[float | None, float | None], Image]:
    """When and where it says it was taken, and the picture upright; what stands there damaged says nothing."""
    from PIL import ImageOps

    try:
        exif = image.getexif()
        return _taken(exif), _place(exif), ImageOps.exif_transpose(image)
    except BROKEN:
        return None, (None, None), image


def check_size(size: int) -> None:
    """Refuse what is larger than any photo that a telephone should send.

    Raises:
        InvalidValue: ``photo.too_large``.
    """
    if size > MOST_BYTES:
        raise InvalidValue("photo.too_large", size=f"{size / 1e6:.1f} MB", most=f"{MOST_BYTES / 1e6:.0f} MB")


def check_kind(head: bytes) -> None:
    """Refuse by its first bytes what is no photo that can be shown everywhere.

    Raises:
        InvalidValue: ``photo.heic``; ``photo.not_a_photo``.
    """
    if head[4:8] == b"ftyp":
        if head[8:12] in _HEIC:
            raise InvalidValue("photo.heic")
        raise InvalidValue("photo.not_a_photo", kind="video")
    for beginning, kind in _OTHERS.items():
        if head.startswith(beginning):
            raise InvalidValue("photo.not_a_photo", kind=kind)


def difference_hash(image: Image) -> int:
    """How a picture looks, in 64 bits: of 8 rows of 9 grey points, whether each is brighter than the one to its left.

    It stays nearly the same when the picture is shrunk, re-saved or made a little brighter (dHash, N. Krawetz 2013).
    """
    from PIL.Image import Resampling

    grey = image.convert("L").resize((ACROSS, DOWN), Resampling.LANCZOS)
    points = grey.tobytes()
    bits = 0
    for row in range(DOWN):
        for column in range(ACROSS - 1):
            at = row * ACROSS + column
            bits = bits << 1 | (points[at + 1] > points[at])
    return bits


def _taken(exif: Exif) -> datetime | None:
    inside = exif.get_ifd(_EXIF_IFD)
    text = inside.get(_TAKEN) or exif.get(_PLAIN_TAKEN)
    try:
        moment = datetime.strptime(str(text).strip("\0 "), "%Y:%m:%d %H:%M:%S").replace(tzinfo=LOCAL_TIME)
    except ValueError:
        return None
    offset = str(inside.get(_OFFSET, "")).strip("\0 ")
    try:
        return moment.replace(tzinfo=datetime.strptime(offset, "%z").tzinfo) if offset else moment.astimezone(UTC)
    except ValueError:
        return moment.astimezone(UTC)


def _place(exif: Exif) -> tuple[float | None, float | None]:
    told = exif.get_ifd(_GPS_IFD)
    lat, lon = _degrees(told.get(_GPS_LAT)), _degrees(told.get(_GPS_LON))
    if lat is None or lon is None or (lat, lon) == (0.0, 0.0):
        return None, None
    south, west = str(told.get(_GPS_LAT_SIDE, "N"))[:1] == "S", str(told.get(_GPS_LON_SIDE, "E"))[:1] == "W"
    lat, lon = -lat if south else lat, -lon if west else lon
    return (lon, lat) if abs(lat) <= 90 and abs(lon) <= 180 else (None, None)  # noqa: PLR2004  the globe


def _degrees(parts: Any) -> float | None:
    try:
        degrees, minutes, seconds = (float(part) for part in parts)
    except (TypeError, ValueError, ZeroDivisionError):
        return None
    found = degrees + minutes / 60 + seconds / 3600
    return found if found == found else None  # noqa: PLR0124  NaN, of a fraction over 0
