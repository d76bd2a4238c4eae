"""Say what breaks an invariant as a code with fields; the words live in the catalogues under ``findings``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import Any

import shapely

from gridgis.dispatch.reasons import Say, word

_WORDS_OF_FIELD = {
    "alarm_type": "alarm_type",
    "capability": "capability",
    "command": "command",
    "level": "level",
    "cell_level": "cell_level",
    "levels": "level_short",
    "profile": "profile",
    "profiles": "profile",
    "role": "role",
    "tier": "tier",
    "tiers": "tier",
}
MOST_LISTED = 8


class Severity(StrEnum):
    """How much a finding matters."""

    ERROR = "error"  # an invariant is broken
    WARNING = "warning"  # a norm is missed, or something is most likely wrong
    NOTE = "note"  # to know; nothing is wrong


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that breaks an invariant, or is worth knowing.

    Attributes:
        code: Dotted name; ``findings.<code>.what`` and ``.mend`` are its words.
        severity: How much it matters.
        fields: Values that fill the words: text, numbers, codes of the domain, tuples of codes.
        geometry: Where it is, in lon/lat, when it can be drawn.
        noun: Kind of the record it is about: ``district``, ``plan``, ``cell``, ``unit``, ``officer``, ``post``,
            ``enterprise``, ``site``, ``team``, ``run_card``, ``alarm``, ``dispatch`` or ``road``.
        subject_code: Code of that record.
    """

    code: str
    severity: Severity
    fields: Mapping[str, Any]
    geometry: shapely.Geometry | None
    noun: str
    subject_code: str

    def what(self, say: Say) -> str:
        """What is wrong, in words."""
        return say(f"findings.{self.code}.what", self._spoken(say))

    def mend(self, say: Say) -> str:
        """How to mend it, in words."""
        return say(f"findings.{self.code}.mend", self._spoken(say))

    def _spoken(self, say: Say) -> dict[str, Any]:
        return {name: _spoken(name, value, say) for name, value in self.fields.items()}


def _spoken(name: str, value: Any, say: Say) -> Any:
    kind = _WORDS_OF_FIELD.get(name)
    if isinstance(value, tuple):
        shown = [word(kind, str(one), say) if kind else str(one) for one in value[:MOST_LISTED]]
        more = say("findings.and_more", {"count": len(value)}) if len(value) > MOST_LISTED else ""
        return say("reasons.comma", {}).join(shown) + more
    if kind and value != "":
        return word(kind, str(value), say)
    return say("reasons.any", {}) if value == "" else value


def _find(
    severity: Severity,
    code: str,
    noun: str,
    subject_code: str,
    geometry: shapely.Geometry | None = None,
    /,
    **fields: Any,
) -> Finding:
    return Finding(code, severity, fields, geometry, noun, subject_code)


error = partial(_find, Severity.ERROR)
warning = partial(_find, Severity.WARNING)
note = partial(_find, Severity.NOTE)


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """Errors first, then warnings, then notes; otherwise as they were found."""
    order = list(Severity)
    return sorted(findings, key=lambda finding: order.index(finding.severity))
