"""Photos for tests: pictures of noise and shapes, with what a telephone writes into them."""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any

import numpy as np
from PIL import Image
from PIL.TiffImagePlugin import IFDRational

from gridgis.hazards.workdays import LOCAL_TIME


def picture(seed: int = 1, *, width: int = 320, height: int = 240) -> Image.Image:
    """A picture with large shapes, another one for each seed."""
    chance = np.random.default_rng(seed)
    coarse = chance.integers(0, 255, (6, 8, 3), dtype=np.uint8)
    return Image.fromarray(coarse).resize((width, height), Image.Resampling.BICUBIC)


def jpeg(
    seed: int = 1,
    *,
    taken_at: datetime | None = None,
    place: tuple[float, float] | None = None,
    quality: int = 85,
    width: int = 320,
    height: int = 240,
) -> bytes:
    """A JPEG, with its time and place where they are given."""
    image = picture(seed, width=width, height=height)
    exif = Image.Exif()
    if taken_at is not None:
        local = taken_at if taken_at.tzinfo is None else taken_at.astimezone(LOCAL_TIME)
        exif.get_ifd(0x8769)[0x9003] = f"{local:%Y:%m:%d %H:%M:%S}"
    if place is not None:
        gps = exif.get_ifd(0x8825)
        gps[1], gps[2] = ("N" if place[1] >= 0 else "S"), _sexagesimal(abs(place[1]))
        gps[3], gps[4] = ("E" if place[0] >= 0 else "W"), _sexagesimal(abs(place[0]))
    return encoded(image, "JPEG", quality=quality, exif=exif)


def encoded(image: Image.Image, kind: str, **options: Any) -> bytes:
    """The bytes of a picture."""
    made = io.BytesIO()
    image.save(made, kind, **options)
    return made.getvalue()


def _sexagesimal(degrees: float) -> tuple[IFDRational, IFDRational, IFDRational]:
    whole = int(degrees)
    minutes = int((degrees - whole) * 60)
    seconds = round((degrees - whole - minutes / 60) * 3600 * 1000)
    return IFDRational(whole, 1), IFDRational(minutes, 1), IFDRational(seconds, 1000)
