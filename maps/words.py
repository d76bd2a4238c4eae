"""Say codes in words: one flat catalogue per language, read by command line, API and pages."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any

from gridgis.errors import Fault, GridGISError, NotKnown

LANGUAGES = ("zh", "en")
FULL_STOPS = ("。", "！", "？")


@dataclass(frozen=True)
class Words:
    """The words of one language.

    Attributes:
        language: ``zh`` or ``en``.
        catalogue: Dotted key to text with ``{field}`` braces.
    """

    language: str
    catalogue: Mapping[str, str]

    @classmethod
    def load(cls, language: str) -> Words:
        """The catalogue of a language.

        Raises:
            NotKnown: ``language.unknown``.
        """
        if language not in LANGUAGES:
            raise NotKnown("language.unknown", value=language, known=", ".join(LANGUAGES))
        text = resources.files("maps").joinpath(f"web/words/{language}.json").read_text("utf-8")
        return cls(language, json.loads(text))

    def __contains__(self, key: str) -> bool:
        return key in self.catalogue

    def text(self, key: str, /, **fields: Any) -> str:
        """The words of a key, its braces filled; the key itself when nobody wrote words for it."""
        words = self.catalogue.get(key)
        return key if words is None else words.format_map(_Shown(fields))

    def say(self, key: str, fields: Mapping[str, Any]) -> str:
        """The words of a key, as `gridgis.dispatch.reasons.Say` asks for them."""
        return self.text(key, **fields)

    def error(self, error: GridGISError) -> str:
        """What is wrong and how to mend it, in one or two sentences."""
        return self._what_and_mend(f"errors.{error.code}", error.fields)

    def fault(self, fault: Fault) -> str:
        """One fault of an input in words, without its place."""
        fields = {"value": fault.value, "column": fault.column, "row": fault.row, "sheet": fault.sheet, **fault.fields}
        return self._what_and_mend(f"errors.{fault.code}", fields)

    def _what_and_mend(self, key: str, fields: Mapping[str, Any]) -> str:
        what = self.text(f"{key}.what", **fields)
        mend = self.text(f"{key}.mend", **fields) if f"{key}.mend" in self else ""
        gap = "" if what.endswith(FULL_STOPS) else " "
        return f"{what}{gap}{mend}".strip()


class _Shown(dict[str, Any]):
    """Fields for `str.format_map`; one that is missing stays visible in braces."""

    def __missing__(self, key: str) -> str:
        return "{" + key + "}"
