"""Serve the pages and their files, each with its tag, under a content policy that allows nothing but this service.

An inline script of a page (its import map) is allowed by the SHA-256 of its text, computed from the page as served;
everything else inline is refused by the browser.
"""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from api.files import MEDIA_TYPES, Kept
from maps.shells import SHELLS, Shell, shell_text

INLINE_SCRIPT = re.compile(r"<script(?![^>]*\ssrc\s*=)[^>]*>(.*?)</script>", re.DOTALL | re.IGNORECASE)

FORM_OF_PAGES = "page.html"
WORKERS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "/js/field_worker.js": MappingProxyType(
            {
                "Service-Worker-Allowed": "/field",
                "Content-Security-Policy": "default-src 'none'; connect-src 'self'; script-src 'self'",
            }
        )
    }
)
"""Service workers: what they may reach, and which page they serve when there is no signal."""
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
        kept: Its bytes.
        headers: The content policy of a page or a worker, nothing for other files.
    """

    stamp: tuple[int, int]
    kept: Kept
    headers: Mapping[str, str]

    def answer(self, request: Request) -> Response:
        """The file for a request."""
        return self.kept.answer(request, self.headers)


def content_policy(page: str, basemap: str | None, *, styles: str = "'self'") -> str:
    """The content policy of a page: this service only, its own inline scripts by hash, images of the base map.

    Args:
        page: The page's text.
        basemap: Address of an intranet WMTS service whose images may be shown.
        styles: Where styles may come from.
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
            f"style-src {styles}",
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
    """Pages and files below one folder, each read once and again when it changes; their number bounds what is kept."""

    def __init__(self, root: Path, basemap: str | None) -> None:
        self._root = root.resolve()
        self._basemap = basemap
        self._kept: dict[str | Path, ServedFile] = {}

    def file(self, path: str) -> ServedFile:
        """A page of `SHELLS` or a file, by its address.

        Raises:
            HTTPException: 404 when there is no such file, or one that is not for serving.
        """
        shell = SHELLS.get(path)
        try:
            found = self._find(path) if shell is None else self._root / FORM_OF_PAGES
            status = found.stat()
        except (OSError, ValueError) as error:  # a name that no file system takes
            raise HTTPException(404) from error
        stamp = (status.st_mtime_ns, status.st_size)
        key = found if shell is None else path
        kept = self._kept.get(key)
        if kept is None or kept.stamp != stamp:
            made = (
                self._page(found, stamp, shell)
                if shell
                else ServedFile(stamp, Kept.file(found.read_bytes(), found.suffix), WORKERS.get(path, {}))
            )
            kept = self._kept[key] = made
        return kept

    def _find(self, path: str) -> Path:
        """The file that an address means, never one outside the folder, a hidden one or one of an unknown kind."""
        relative = PurePosixPath(path.lstrip("/"))
        hidden = any(part.startswith(".") for part in relative.parts)
        found = (self._root / relative).resolve()
        known = found.suffix in MEDIA_TYPES and found.suffix != ".html"
        if hidden or "\\" in path or not (known and found.is_relative_to(self._root) and found.is_file()):
            raise HTTPException(404)
        return found

    def _page(self, form: Path, stamp: tuple[int, int], shell: Shell) -> ServedFile:
        text = shell_text(form.read_text("utf-8"), shell)
        policy = content_policy(text, self._basemap)
        return ServedFile(stamp, Kept.file(text.encode(), ".html"), {"Content-Security-Policy": policy})


async def page(scope: Scope, receive: Receive, send: Send) -> None:
    """A page or one of its files, for every address that no route takes."""
    scope["endpoint"] = page
    request = Request(scope, receive)
    pages: Pages = request.app.state.pages
    served = await run_in_threadpool(pages.file, request.url.path)
    if request.method != "GET":
        raise HTTPException(405, headers={"Allow": "GET, HEAD"})
    await served.answer(request)(scope, receive, send)


def docs(request: Request) -> Response:
    """The API's documentation, drawn by Swagger UI from this service alone."""
    served: ServedFile = request.app.state.docs_page
    return served.answer(request)


def docs_page() -> ServedFile:
    """The documentation's page; Swagger UI sets styles on elements, so inline styles are allowed on this page only."""
    policy = content_policy(DOCS_PAGE, None, styles="'self' 'unsafe-inline'")
    return ServedFile((0, 0), Kept.file(DOCS_PAGE.encode(), ".html"), {"Content-Security-Policy": policy})


def routes() -> list[Route]:
    """The route of the documentation."""
    return [Route("/docs", docs)]
