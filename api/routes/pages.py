"""Serve the pages and their files, each with its tag, under a content policy that allows nothing but this service.

An inline script of a page (its import map) is allowed by the SHA-256 of its text, computed from the page as served;
everything else inline is refused by the browser.
"""

from __future__ import annotations

import gzip
import hashlib
import re
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from urllib.parse import urlsplit

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

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
INLINE_SCRIPT = re.compile(r"<script(?![^>]*\ssrc\s*=)[^>]*>(.*?)</script>", re.DOTALL | re.IGNORECASE)

DOCS_PAGE = """<!DOCTYPE html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>GridGIS API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/vendor/swagger/swagger-ui.css">
</head>
<body>
<div id="docs"></div>
<script src="/vendor/swagger/swagger-ui-bundle.js"></script>
<script>
SwaggerUIBundle({ url: "/openapi.json", dom_id: "#docs", deepLinking: true, validatorUrl: null });
</script>
</body>
</html>
"""


@dataclass(frozen=True, slots=True)
class ServedFile:
    """A file as it is sent.

    Attributes:
        stamp: Time of change and size, by which a changed file is noticed.
        body: Its bytes.
        packed: The same gzipped, None for what is packed already.
        headers: Tag, kind and content policy.
    """

    stamp: tuple[int, int]
    body: bytes
    packed: bytes | None
    headers: Mapping[str, str]


def content_policy(page: str, basemap: str | None) -> str:
    """The content policy of a page: this service only, its own inline scripts by hash, images of the base map.

    Args:
        page: The page's text.
        basemap: Address of an intranet WMTS service whose images may be shown.
    """
    digests = [hashlib.sha256(found[1].encode()).digest() for found in INLINE_SCRIPT.finditer(page)]
    scripts = " ".join(["'self'", *(f"'sha256-{b64encode(digest).decode()}'" for digest in digests)])
    images = "'self' data: blob:"
    connections = "'self'"
    if basemap:
        parts = urlsplit(basemap)
        origin = f"{parts.scheme}://{parts.netloc}"
        images, connections = f"{images} {origin}", f"{connections} {origin}"
    return "; ".join(
        [
            "default-src 'self'",
            f"script-src {scripts}",
            "style-src 'self'",
            f"img-src {images}",
            f"connect-src {connections}",
            "worker-src 'self' blob:",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        ]
    )


class Pages:
    """Files below one folder, each read once and again when it changes; their number bounds what is kept."""

    def __init__(self, root: Path, basemap: str | None) -> None:
        self._root = root.resolve()
        self._basemap = basemap
        self._kept: dict[Path, ServedFile] = {}

    def file(self, path: str) -> ServedFile:
        """A file by its address: ``/`` is ``index.html``, ``/desk`` is ``desk.html``.

        Raises:
            HTTPException: 404 when there is no such file, or one that is not for serving.
        """
        relative = PurePosixPath(path.lstrip("/") or "index.html")
        hidden = any(part.startswith(".") for part in relative.parts)
        if hidden or "\x00" in path or "\\" in path:
            raise HTTPException(404)
        candidate = self._root / relative
        if not relative.suffix:
            candidate = candidate.with_name(candidate.name + ".html")
        found = candidate.resolve()
        try:
            if found.suffix not in MEDIA_TYPES or not found.is_relative_to(self._root) or not found.is_file():
                raise HTTPException(404)
            status = found.stat()
        except OSError as error:  # a name longer than the file system takes
            raise HTTPException(404) from error
        stamp = (status.st_mtime_ns, status.st_size)
        kept = self._kept.get(found)
        if kept is None or kept.stamp != stamp:
            kept = self._kept[found] = served_file(found.read_bytes(), found.suffix, self._basemap, stamp)
        return kept


def served_file(body: bytes, suffix: str, basemap: str | None = None, stamp: tuple[int, int] = (0, 0)) -> ServedFile:
    """Bytes with the headers and the packed form in which they are sent."""
    headers = {
        "ETag": f'"{hashlib.blake2b(body, digest_size=10).hexdigest()}"',
        "Content-Type": MEDIA_TYPES[suffix],
        "Cache-Control": "no-cache",
        "Vary": "Accept-Encoding",
    }
    if suffix == ".html":
        headers["Content-Security-Policy"] = content_policy(body.decode("utf-8", "replace"), basemap)
    packed = gzip.compress(body, 6, mtime=0) if suffix in PACKED else None
    return ServedFile(stamp, body, packed, headers)


def answer(request: Request, file: ServedFile) -> Response:
    """A file, packed where the browser takes it, or that it has not changed."""
    if file.headers["ETag"] in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=file.headers)
    if file.packed is not None and "gzip" in request.headers.get("accept-encoding", ""):
        return Response(file.packed, headers={**file.headers, "Content-Encoding": "gzip"})
    return Response(file.body, headers=file.headers)


def page(request: Request) -> Response:
    """A page or one of its files."""
    pages: Pages = request.app.state.pages
    return answer(request, pages.file(request.path_params.get("path", "")))


def docs(request: Request) -> Response:
    """The API's documentation, drawn by Swagger UI from this service alone."""
    file: ServedFile = request.app.state.docs_page
    return answer(request, file)


def docs_page() -> ServedFile:
    """The documentation's page; Swagger UI sets styles on elements, so inline styles are allowed on this page only."""
    made = served_file(DOCS_PAGE.encode(), ".html")
    policy = made.headers["Content-Security-Policy"].replace("style-src 'self'", "style-src 'self' 'unsafe-inline'")
    return ServedFile(made.stamp, made.body, made.packed, {**made.headers, "Content-Security-Policy": policy})


def routes() -> list[Route]:
    """The routes of the documentation and, last, of everything in the folder of pages."""
    return [Route("/docs", docs), Route("/{path:path}", page)]
