"""In which language a request is answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from starlette.testclient import TestClient


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "zh"),
        ("en", "en"),
        ("en-GB,en;q=0.9", "en"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("en; q=0.2, zh; q=0.8", "zh"),
        ("fr-FR, en;q=0.3", "en"),
        ("fr, de", "zh"),
        ("en;q=0, *", "zh"),
        ("en;q=nonsense, zh;q=0.1", "zh"),
        ("en;q=nan", "zh"),
        ("en,zh", "en"),
        (",,;;=,", "zh"),
        ("en" * 5000, "zh"),
    ],
)
def test_the_best_language_of_the_header_answers(client: TestClient, header: str, language: str) -> None:
    answer = client.get("/nothing", headers={"accept-language": header})
    assert answer.headers["content-language"] == language
    assert "Accept-Language" in answer.headers["vary"]


def test_the_address_goes_before_the_header(client: TestClient) -> None:
    answer = client.get("/nothing?lang=en", headers={"accept-language": "zh"})
    assert answer.headers["content-language"] == "en"


def test_another_language_in_the_address_is_refused(client: TestClient) -> None:
    answer = client.get("/api/v1/district?lang=fr")
    assert answer.status_code == 422
    assert answer.json()["fields"]["where"] == "lang"
