"""Answer with bytes that are kept: tagged, packed where the client takes it, not sent again when nothing changed."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from starlette.requests import Request
from starlette.responses import Response

MEDIA_TYPES: Mapping[str, str] = MappingProxyType(
    {
        ".html": "text/html; charset=utf-8",
        ".js": "text/javascript; charset=utf-8",
        ".mjs": "text/javascript; charset=utf-8",
        ".css": "text/css; charset=utf-8",
        ".json": "application/json",
        ".webmanifest": "application/manifest+json",
        ".svg": "image/svg+xml",
        ".png": "image/png",
        ".ico": "image/x-icon",
        ".woff2": "font/woff2",
        ".txt": "text/plain; charset=utf-8",
    }
)
"""Kinds of files served; nothing else is."""
PACKED = frozenset({".html", ".js", ".mjs", ".css", ".json", ".svg", ".webmanifest", ".txt"})


@dataclass(frozen=True, slots=True)
class Kept:
    """A body that is kept.

    Attributes:
        tag: Its entity tag, without quotes.
        media_type: What it is.
        plain: Its bytes, None where only the packed ones are kept.
        packed: The same gzipped, None for what does not shrink.
    """

    tag: str
    media_type: str
    plain: bytes | None
    packed: bytes | None = None

    @classmethod
    def file(cls, body: bytes, suffix: str) -> Kept:
        """A file's bytes, tagged by their hash."""
        tag = hashlib.blake2b(body, digest_size=10).hexdigest()
        packed = gzip.compress(body, 6, mtime=0) if suffix in PACKED else None
        return cls(tag, MEDIA_TYPES[suffix], body, packed)

    def answer(self, request: Request, headers: Mapping[str, str]) -> Response:
        """The body, or that it has not changed, or 204 where it is empty.

        Args:
            request: The request.
            headers: Headers beside those of the body.
        """
        headers = {"Cache-Control": "no-cache", "ETag": f'W/"{self.tag}"', "Vary": "Accept-Encoding", **headers}
        if f'"{self.tag}"' in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        if not (self.plain or self.packed):
            return Response(status_code=204, headers=headers)
        if self.packed and "gzip" in request.headers.get("accept-encoding", ""):
            return Response(self.packed, media_type=self.media_type, headers={**headers, "Content-Encoding": "gzip"})
        body = gzip.decompress(self.packed or b"") if self.plain is None else self.plain
        return Response(body, media_type=self.media_type, headers=headers)
