"""Words over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from maps.words import LANGUAGES, Words
from tests.fakes.served import problem_of

if TYPE_CHECKING:
    from starlette.testclient import TestClient


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_words_of_a_language_are_its_catalogue(client: TestClient, language: str) -> None:
    answer = client.get(f"/api/v1/words/{language}.json")
    assert answer.json() == Words.load(language).catalogue
    assert (
        client.get(f"/api/v1/words/{language}.json", headers={"if-none-match": answer.headers["etag"]}).status_code
        == 304
    )


def test_there_are_no_words_of_other_languages(client: TestClient) -> None:
    assert problem_of(client.get("/api/v1/words/fr.json"))["code"] == "request.invalid"


def test_a_code_is_explained_in_the_language_asked_for(client: TestClient) -> None:
    chinese = client.get("/api/v1/problems/place.outside_district").json()
    english = client.get("/api/v1/problems/place.outside_district?lang=en").json()
    assert chinese["what"] != english["what"]
    assert "{nearest}" in english["what"]
    assert english["mend"]


def test_a_code_that_does_not_exist_is_not_found(client: TestClient) -> None:
    answer = client.get("/api/v1/problems/nothing")
    assert answer.status_code == 404
    assert problem_of(answer)["code"] == "problem.unknown"
