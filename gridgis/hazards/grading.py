"""Propose how bad a hazard is by a published list of cases (判定标准): the list is data, a person decides."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Self

from gridgis.errors import Fault, InputRejected
from gridgis.hazards.hazard import KINDS

_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Clause:
    """One case of a list.

    A hazard matches when it is of one of the kinds (any where none is named), its enterprise of one of the industries
    (likewise), and its words hold one of the phrases of every group.

    Attributes:
        code: What the list calls it.
        text: Its text, shown to whoever decides.
        phrases: Groups of phrases; one of each has to stand in the words. Without any the kind alone proposes nothing.
        kinds: Codes of kinds.
        industries: Words that the enterprise's industry may hold.
    """

    code: str
    text: str
    phrases: tuple[tuple[str, ...], ...]
    kinds: frozenset[str] = frozenset()
    industries: tuple[str, ...] = ()

    def matched(self, kind: str, words: str, industry: str) -> tuple[str, ...]:
        """The phrases by which it matches, nothing where it does not."""
        if not self.phrases or (self.kinds and kind not in self.kinds):
            return ()
        if self.industries and not any(word in industry for word in self.industries):
            return ()
        said = _SPACE.sub("", words)
        found = [next((phrase for phrase in group if phrase in said), "") for group in self.phrases]
        return tuple(found) if all(found) else ()


@dataclass(frozen=True, slots=True)
class Proposal:
    """A clause that may hold, with what speaks for it.

    Attributes:
        clause: The clause.
        rules: The list and its version.
        phrases: Phrases of the report by which it matches.
        example: Whether the list is only an example.
    """

    clause: Clause
    rules: str
    phrases: tuple[str, ...]
    example: bool


@dataclass(frozen=True, slots=True)
class GradingRules:
    """A list of cases that make a hazard a major one.

    Attributes:
        name: Name of the list.
        version: Which version of it.
        source: Paper that it is taken from.
        example: Whether it only shows the form, and has no force.
        clauses: Its cases.
    """

    name: str
    version: str
    source: str
    example: bool
    clauses: tuple[Clause, ...]

    @classmethod
    def from_mapping(cls, told: Mapping[str, Any]) -> Self:
        """A list as it stands in a file or in a district's settings.

        Raises:
            InputRejected: ``grading.refused`` with a fault for each clause that is wrong: ``grading.clause`` without a
                code, text or phrases; ``grading.twice``; ``hazard.kind``.
        """
        faults, clauses, codes = [], [], set()
        for number, one in enumerate(told.get("clauses", ()), start=1):
            code = str(one.get("code", "")).strip()
            phrases = tuple(tuple(map(str, group)) for group in one.get("phrases", ()))
            unknown = sorted(set(one.get("kinds", ())) - set(KINDS))
            if not code or not str(one.get("text", "")).strip() or not phrases or not all(map(any, phrases)):
                faults.append(Fault("grading.clause", {"number": number}, row=number, value=code))
            elif code in codes:
                faults.append(Fault("grading.twice", {"number": number, "value": code}, row=number, value=code))
            elif unknown:
                faults.append(Fault("hazard.kind", {"value": unknown[0], "known": ", ".join(KINDS)}, row=number))
            codes.add(code)
            clauses.append(
                Clause(
                    code,
                    str(one.get("text", "")).strip(),
                    phrases,
                    frozenset(one.get("kinds", ())),
                    tuple(one.get("industries", ())),
                )
            )
        name, version, source = (str(told.get(part, "")).strip() for part in ("name", "version", "source"))
        if not (name and version and source):
            faults.append(Fault("grading.nameless", {}))
        if faults:
            raise InputRejected("grading.refused", faults, count=len(faults))
        return cls(name, version, source, bool(told.get("example", False)), tuple(clauses))

    @property
    def label(self) -> str:
        """What names it in a decision: name and version."""
        return f"{self.name} {self.version}"


def propose(lists: Iterable[GradingRules], kind: str, words: str, *, industry: str = "") -> list[Proposal]:
    """Clauses of lists that may hold for a hazard; those of lists in force first, then by how much speaks for them.

    Args:
        lists: The district's lists.
        kind: Code of the kind.
        words: What the report says.
        industry: The enterprise's industry.
    """
    found = [
        Proposal(clause, one.label, phrases, one.example)
        for one in lists
        for clause in one.clauses
        if (phrases := clause.matched(kind, words, industry))
    ]
    return sorted(found, key=lambda each: (each.example, -sum(map(len, each.phrases)), each.clause.code))
