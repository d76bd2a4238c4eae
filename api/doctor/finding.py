"""Say what one check of an installation found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from gridgis.errors import GridGISError
from maps.words import Words


class Verdict(StrEnum):
    """How a check ended, by the sign it is shown with."""

    GOOD = "✓"
    CAUTION = "!"
    BAD = "✗"


@dataclass(frozen=True, slots=True)
class Found:
    """What one check found.

    Attributes:
        check: What was looked at; ``doctor.<check>`` is its name.
        verdict: How it ended.
        said: What was found; ``doctor.<check>.<said>`` are its words, with what is to be mended.
        fields: Values that fill the words.
        error: A refusal that says it in its own words.
    """

    check: str
    verdict: Verdict
    said: str = ""
    fields: Mapping[str, Any] = field(default_factory=dict)
    error: GridGISError | None = None

    def text(self, words: Words) -> str:
        """What was found, in words."""
        return words.error(self.error) if self.error else words.text(f"doctor.{self.check}.{self.said}", **self.fields)


def good(check: str, said: str = "good", /, **fields: Any) -> Found:
    """All is well."""
    return Found(check, Verdict.GOOD, said, fields)


def caution(check: str, said: str, /, **fields: Any) -> Found:
    """It works, and should be mended."""
    return Found(check, Verdict.CAUTION, said, fields)


def bad(check: str, said: str, /, **fields: Any) -> Found:
    """It does not work, or must not stay so."""
    return Found(check, Verdict.BAD, said, fields)


def refused(check: str, error: GridGISError) -> Found:
    """It does not work, as the error says."""
    return Found(check, Verdict.BAD, error=error)
