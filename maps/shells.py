"""Put together the shell of each page: what differs is its name, its script and its styles."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from string import Template
from types import MappingProxyType
from typing import NamedTuple

FORM = ("forms",)
MAP = ("map", "panel", "question", "today", "answer", "why", "records")
DESK = (*MAP, "desk", "desk_intake", "desk_side", "desk_foot", "wall", "desk_record", "desk_roads")
OPEN_LAYERS = '<link rel="stylesheet" href="/vendor/ol/ol.css" />'
PRELOADED = '<link rel="modulepreload" href="/vendor/ol/ol.js" />'
PRINTED = '<link rel="stylesheet" href="/css/print.css" media="print" />'


class Shell(NamedTuple):
    """What is a page's own before its script runs.

    Attributes:
        title: Its name, until the script says it in the reader's language.
        script: Name of its module in ``/js``.
        styles: Names of its files in ``/css`` beside those of all pages.
        manifest: Its web app manifest in ``/icons`` where it can be installed.
    """

    title: str
    script: str
    styles: tuple[str, ...] = FORM
    manifest: str = ""

    @property
    def draws(self) -> bool:
        """Whether it shows a map."""
        return "map" in self.styles


SHELLS: Mapping[str, Shell] = MappingProxyType(
    {
        "/": Shell("今日", "main", MAP),
        "/desk": Shell("指挥", "desk", DESK),
        "/wall": Shell("大屏", "wall", DESK),
        "/sheet": Shell("记录", "sheet", (*FORM, "sheet")),
        "/team": Shell("队伍", "team", (*FORM, "team")),
        "/run-cards": Shell("预案", "run_cards", (*FORM, "work")),
        "/teams": Shell("队伍", "teams", (*FORM, "work")),
        "/learning": Shell("复盘", "learning", (*FORM, "work")),
        "/replay": Shell("重演", "replay", ("map", "panel", *FORM, "work")),
        "/field": Shell("一线", "field", (*FORM, "field"), "field.webmanifest"),
        "/sign-in": Shell("登录", "sign_in"),
        "/account": Shell("账号", "account"),
        "/admin": Shell("账号管理", "admin"),
        "/audit": Shell("审计", "audit", (*FORM, "audit")),
    }
)
"""Every page by its address."""


def shell_text(form: str, shell: Shell) -> str:
    """The HTML of a page.

    Args:
        form: What all pages have, ``maps/web/page.html``.
        shell: What is this page's own.
    """
    styles = [f'<link rel="stylesheet" href="/css/{name}.css" />' for name in shell.styles]
    if shell.manifest:
        styles.append(f'<link rel="manifest" href="/icons/{shell.manifest}" crossorigin="use-credentials" />')
    return Template(form).substitute(
        title=escape(shell.title),
        script=shell.script,
        styles="\n    ".join([*([OPEN_LAYERS] if shell.draws else []), *styles, *([PRINTED] if shell.draws else [])]),
        preloaded=PRELOADED if shell.draws else "",
    )
