"""Read the browser libraries that `make setup` copied into ``maps/web/vendor``, ready to stand inside one page."""

from __future__ import annotations

import re
from base64 import b64encode
from importlib import resources
from types import MappingProxyType

from gridgis.errors import Unreadable

IMAGE_TYPES = MappingProxyType({"png": "image/png", "svg": "image/svg+xml", "gif": "image/gif"})
ADDRESS = re.compile(r"""url\(\s*["']?([^"')]+)["']?\s*\)""")
SOURCE_MAP = re.compile(r"^\s*(//|/\*)[#@] sourceMappingURL=.*$", re.MULTILINE)


def vendored(path: str) -> bytes:
    """A library's file by its path under ``maps/web/vendor``.

    Raises:
        Unreadable: ``vendor.missing`` when the browser libraries were not set up.
    """
    file = resources.files("maps").joinpath("web", "vendor", *path.split("/"))
    if not file.is_file():
        raise Unreadable("vendor.missing", file=path)
    return file.read_bytes()


def inline_script(path: str) -> str:
    """A library's script as it may stand between script tags, without its source map.

    Raises:
        Unreadable: ``vendor.missing``, or ``vendor.not_inline`` when it would end the tag.
    """
    script = SOURCE_MAP.sub("", vendored(path).decode())
    if "</script" in script.lower():
        raise Unreadable("vendor.not_inline", file=path)
    return script


def inline_style(path: str) -> str:
    """A library's style sheet with every image in it as a data address.

    Raises:
        Unreadable: ``vendor.missing``, or ``vendor.not_inline`` when it names something that is no image of its own.
    """
    folder = path.rpartition("/")[0]

    def embed(found: re.Match[str]) -> str:
        address = found[1]
        if address.startswith(("data:", "#")):
            return found[0]
        kind = IMAGE_TYPES.get(address.rpartition(".")[2].lower())
        if kind is None or ":" in address or address.startswith("/"):
            raise Unreadable("vendor.not_inline", file=path)
        return f"url(data:{kind};base64,{b64encode(vendored(f'{folder}/{address}')).decode()})"

    return ADDRESS.sub(embed, SOURCE_MAP.sub("", vendored(path).decode()))
