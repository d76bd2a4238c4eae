"""A photo is what its bytes say, looks as it looks however it is saved, and what is none is refused in words."""

from __future__ import annotations

import struct
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from PIL import Image

from geodata.photos import MOST_BYTES, check_size, look_into
from gridgis.errors import GridGISError, InvalidValue, Unreadable
from gridgis.hazards.photos import MOST_BITS_APART, alike
from tests.fakes.photos import encoded, jpeg, picture

TAKEN = datetime(2020, 6, 30, 9, 15, 0)  # noqa: DTZ001  what a telephone writes names no offset


def test_a_photo_tells_its_time_and_place() -> None:
    seen = look_into(jpeg(taken_at=TAKEN, place=(120.1534, 32.5121)))
    assert seen.taken_at == datetime(2020, 6, 30, 1, 15, tzinfo=UTC)
    assert (seen.lon, seen.lat) == pytest.approx((120.1534, 32.5121), abs=1e-5)
    assert (seen.media_type, seen.width, seen.height) == ("image/jpeg", 320, 240)


def test_the_southern_and_western_halves_are_told_apart() -> None:
    seen = look_into(jpeg(place=(-70.5, -33.25)))
    assert (seen.lon, seen.lat) == pytest.approx((-70.5, -33.25), abs=1e-5)


def test_a_photo_that_says_nothing_has_no_time_and_no_place() -> None:
    for content in (jpeg(), encoded(picture(), "PNG"), encoded(picture(), "WEBP")):
        seen = look_into(content)
        assert (seen.taken_at, seen.lon, seen.lat) == (None, None, None)


@pytest.mark.parametrize("seed", range(8))
def test_it_looks_the_same_shrunk_saved_again_or_as_another_kind(seed: int) -> None:
    first = look_into(jpeg(seed, width=640, height=480)).look
    for again in (jpeg(seed, quality=30, width=320, height=240), encoded(picture(seed), "PNG")):
        assert alike(first, look_into(again).look)


def test_different_pictures_look_different() -> None:
    looks = [look_into(jpeg(seed)).look for seed in range(30)]
    apart = [(one ^ other).bit_count() for at, one in enumerate(looks) for other in looks[:at]]
    assert min(apart) > MOST_BITS_APART


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00", "photo.heic"),
        (b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00", "photo.not_a_photo"),
        (b"MZ\x90\x00\x03\x00\x00\x00renamed.jpg", "photo.not_a_photo"),
        (b"\x7fELF\x02\x01\x01", "photo.not_a_photo"),
        (b"#!/bin/sh\nexit", "photo.not_a_photo"),
        (b"PK\x03\x04 a workbook", "photo.not_a_photo"),
        (b"<svg onload=alert(1)>", "photo.not_a_photo"),
        (b"GIF89a", "photo.not_a_photo"),
        (b"", "photo.not_a_photo"),
        (b"just words", "photo.not_a_photo"),
    ],
)
def test_what_is_no_photo_is_known_by_its_bytes_whatever_its_name(content: bytes, code: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        look_into(content)
    assert refused.value.code == code


def test_a_photo_of_40_mb_is_refused_before_it_is_looked_into() -> None:
    with pytest.raises(InvalidValue, match=r"photo\.too_large") as refused:
        check_size(40_000_000)
    assert refused.value.fields == {"size": "40.0 MB", "most": "12 MB"}
    check_size(MOST_BYTES)


def test_a_picture_that_would_fill_the_memory_is_refused() -> None:
    bomb = bytearray(encoded(Image.new("L", (8, 8)), "PNG"))
    bomb[16:24] = struct.pack(">II", 60_000, 60_000)
    with pytest.raises(GridGISError, match=r"photo\."):
        look_into(bytes(bomb))


@pytest.mark.parametrize("share", [0.1, 0.5, 0.95])
def test_a_photo_that_is_cut_off_is_told_broken(share: float) -> None:
    whole = jpeg(width=640, height=480)
    with pytest.raises(Unreadable, match=r"photo\.broken"):
        look_into(whole[: int(len(whole) * share)])


@settings(max_examples=150)
@given(at=some.integers(0, 20_000), garbage=some.binary(min_size=1, max_size=40))
def test_whatever_is_damaged_is_seen_or_refused_and_never_a_crash(at: int, garbage: bytes) -> None:
    content = bytearray(jpeg(taken_at=TAKEN, place=(120.1, 32.5)))
    at %= len(content)
    content[at : at + len(garbage)] = garbage
    with suppress(InvalidValue, Unreadable):
        seen = look_into(bytes(content))
        assert seen.lon is None or abs(seen.lon) <= 180
