"""Decide in which language a request is answered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from fastapi import Request

from maps.words import LANGUAGES, Words

LONGEST_HEADER = 200


def language_of(request: Request, default: str) -> str:
    """The language of an answer: ``?lang=``, else the best of Accept-Language, else the default."""
    asked = request.query_params.get("lang", "").lower()
    if asked in LANGUAGES:
        return asked
    accepted = list(_accepted(request.headers.get("accept-language", "")[:LONGEST_HEADER]))
    return max(accepted, key=lambda found: found[0])[1] if accepted else default


def words_of(request: Request) -> Words:
    """The words of the language that a request asks for."""
    catalogues: Mapping[str, Words] = request.app.state.words
    return catalogues[language_of(request, request.app.state.settings.lang)]


def _accepted(header: str) -> Iterator[tuple[float, str]]:
    """Weight and language of each tag that we speak, in the order given."""
    for item in header.split(","):
        tag, _, parameter = item.partition(";")
        language = tag.strip().split("-")[0].lower()
        try:
            weight = float(parameter.strip().removeprefix("q=") or 1)
        except ValueError:
            continue
        if language in LANGUAGES and weight > 0:
            yield weight, language
