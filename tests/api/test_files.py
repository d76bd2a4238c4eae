"""How kept bytes are answered."""

from __future__ import annotations

import gzip

import pytest
from starlette.requests import Request

from api.files import MEDIA_TYPES, PACKED, Kept

BODY = ("let a = 1;\n" * 200).encode()


def request(**headers: str) -> Request:
    listed = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return Request({"type": "http", "method": "GET", "path": "/", "headers": listed, "query_string": b""})


def test_a_file_is_packed_for_who_takes_it_and_plain_for_others() -> None:
    kept = Kept.file(BODY, ".js")
    packed = kept.answer(request(accept_encoding="br, gzip"), {})
    plain = kept.answer(request(), {})
    assert packed.headers["content-encoding"] == "gzip"
    assert gzip.decompress(packed.body) == plain.body == BODY
    assert "content-encoding" not in plain.headers
    assert packed.headers["vary"] == plain.headers["vary"] == "Accept-Encoding"


def test_what_has_not_changed_is_not_sent_again() -> None:
    kept = Kept.file(BODY, ".js")
    tag = kept.answer(request(), {}).headers["etag"]
    again = kept.answer(request(if_none_match=f'"other", {tag}'), {})
    assert again.status_code == 304
    assert again.body == b""
    assert again.headers["etag"] == tag
    assert Kept.file(BODY + b" ", ".js").answer(request(if_none_match=tag), {}).status_code == 200


def test_packed_bytes_alone_are_unpacked_for_who_can_not_take_them() -> None:
    kept = Kept("1", "application/x", None, gzip.compress(BODY))
    assert kept.answer(request(), {}).body == BODY


def test_nothing_is_answered_as_no_content() -> None:
    answer = Kept("1", "application/x", None, b"").answer(request(accept_encoding="gzip"), {})
    assert answer.status_code == 204
    assert answer.body == b""


def test_headers_of_the_caller_win() -> None:
    answer = Kept.file(BODY, ".js").answer(request(), {"Cache-Control": "immutable"})
    assert answer.headers["cache-control"] == "immutable"


@pytest.mark.parametrize("suffix", sorted(MEDIA_TYPES))
def test_every_kind_of_file_says_what_it_is(suffix: str) -> None:
    answer = Kept.file(BODY, suffix).answer(request(accept_encoding="gzip"), {})
    assert answer.headers["content-type"] == MEDIA_TYPES[suffix]
    assert ("content-encoding" in answer.headers) is (suffix in PACKED)
