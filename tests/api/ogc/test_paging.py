"""Who follows the next links reads one version, each feature once, whatever is written meanwhile."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from api.ogc import editions as kept
from api.ogc.editions import Editions
from gridgis.dispatch.state import DistrictState
from gridgis.dispatch.teams import Tier
from tests.fakes.ogc_client import follow, links, one_link, pages, read
from tests.fakes.ogc_district import LAND, ogc_district
from tests.fakes.served import FakeSource, client_of, problem_of
from tests.fakes.tiny_district import team

if TYPE_CHECKING:
    from starlette.testclient import TestClient

STATE = ogc_district()
JOINED_WITHIN_S = 60
TEAMS = "/collections/teams/items"


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        """Seconds since the test began."""
        return self.seconds


@pytest.fixture
def source() -> FakeSource:
    return FakeSource(STATE, LAND)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def client(source: FakeSource, clock: Clock) -> TestClient:
    made = client_of(source)
    made.app.state.editions = Editions(clock)  # type: ignore[attr-defined]  # an application of ours
    return made


def with_teams(version: int, count: int) -> DistrictState:
    """The district with so many teams, all named after a version."""
    named = tuple(
        team(f"{number:04d}", Tier.VOLUNTEER, (), 120.11, 32.51, name=f"v{version}")
        for number in reversed(range(count))
    )
    return replace(STATE, teams=named, alarms=(), dispatches=())


def names(page: dict[str, Any]) -> list[str]:
    return [one["properties"]["name"] for one in page["features"]]


def onward(client: TestClient, page: dict[str, Any]) -> dict[str, Any]:
    answer = follow(client, one_link(page, "next"))
    assert answer.status_code == 200, answer.text
    document: dict[str, Any] = answer.json()
    return document


def test_pages_go_on_as_they_began_while_data_change(client: TestClient, source: FakeSource) -> None:
    source.change(with_teams(1, 7))
    first = read(client, TEAMS, limit=3)
    source.change(with_teams(2, 5))
    second = onward(client, first)
    source.change(with_teams(3, 9))
    third = onward(client, second)
    assert names(first) + names(second) + names(third) == ["v1"] * 7
    assert [page["numberMatched"] for page in (first, second, third)] == [7] * 3
    codes = [one["properties"]["code"] for page in (first, second, third) for one in page["features"]]
    assert codes == sorted(set(codes))
    assert not links(third, "next")
    assert set(names(read(client, TEAMS))) == {"v3"}


def test_records_go_and_come_while_one_reads_and_each_pass_is_of_one_version(source: FakeSource) -> None:
    """A writer never stops; every pass of the reader is whole, without a double."""
    client = client_of(source)
    ended, versions = threading.Event(), iter(range(2, 1_000_000))

    def write() -> None:
        while not ended.wait(0.001):
            version = next(versions)
            source.change(with_teams(version, 20 + version % 13))

    source.change(with_teams(1, 21))
    writing = threading.Thread(target=write)
    writing.start()
    try:
        seen = set()
        for _ in range(25):
            found = pages(client, TEAMS, limit=4)
            told = {name for page in found for name in names(page)}
            assert len(told) == 1
            version = int(told.pop().removeprefix("v"))
            codes = [one["properties"]["code"] for page in found for one in page["features"]]
            assert codes == [f"{number:04d}" for number in range(20 + version % 13)]
            seen.add(version)
    finally:
        ended.set()
        writing.join(JOINED_WITHIN_S)
    assert len(seen) > 1


def test_pages_of_what_did_not_change_go_on_for_ever(client: TestClient, source: FakeSource, clock: Clock) -> None:
    first = read(client, "/collections/roads/items", limit=3)
    source.change(with_teams(1, 3))
    clock.seconds += 10 * kept.KEPT_S
    second = onward(client, first)
    assert [one["id"] for one in second["features"]] == [
        one["id"] for one in read(client, "/collections/roads/items", limit=6)["features"][3:]
    ]


def test_features_whose_records_are_the_same_are_made_once(client: TestClient, source: FakeSource) -> None:
    """A change of teams leaves the tag of every other collection as it was."""

    def tags() -> dict[str, str]:
        found = {}
        for name in ("teams", "cells3", "roads", "alarms", "places"):
            page = read(client, f"/collections/{name}/items", limit=1)
            found[name] = one_link(page, "next").rpartition("cursor=")[2].partition(".")[0]
        return found

    before = tags()
    source.change(replace(STATE, teams=STATE.teams[:3]))
    after = tags()
    assert [name for name in before if before[name] != after[name]] == ["teams"]


def test_pages_that_are_kept_no_more_are_gone_with_words(client: TestClient, source: FakeSource, clock: Clock) -> None:
    """Ten minutes after the last page was given, not after the first."""
    source.change(with_teams(1, 7))
    first = read(client, TEAMS, limit=2)
    source.change(with_teams(2, 7))
    clock.seconds += kept.KEPT_S - 1
    second = onward(client, first)
    clock.seconds += kept.KEPT_S - 1
    third = onward(client, second)
    assert names(third) == ["v1", "v1"]
    clock.seconds += kept.KEPT_S + 1
    problem = problem_of(follow(client, one_link(third, "next")))
    assert (problem["status"], problem["code"]) == (410, "ogc.page_gone")


def test_older_features_are_kept_within_a_bound_of_bytes(
    client: TestClient, source: FakeSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "MOST_KEPT_BYTES", 30_000)
    handed = []
    for version in range(1, 30):
        source.change(with_teams(version, 10))
        handed.append(read(client, TEAMS, limit=3))
    answers = [follow(client, one_link(page, "next")).status_code for page in handed]
    assert answers == sorted(answers, reverse=True)
    assert set(answers) == {200, 410}


def test_a_place_of_features_that_never_were_is_gone(client: TestClient) -> None:
    problem = problem_of(client.get(f"/ogc{TEAMS}?cursor=0123456789abcdef.3"))
    assert problem["code"] == "ogc.page_gone"


def test_cells_are_paged_through_as_they_were_when_the_first_page_was_asked_for(client: TestClient) -> None:
    """A plan that takes effect in between changes nothing: the next link says which moment is meant."""
    first = read(client, "/collections/cells3/items", limit=2)
    assert "datetime=2020-06-30T04:00:" in one_link(first, "next")
    found = pages(client, "/collections/cells3/items", limit=2)
    assert {one["properties"]["plan"] for page in found for one in page["features"]} == {"1"}


def test_a_page_ends_where_it_would_be_too_large(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """However large features are, a page has at least one, and the next link leads on."""
    monkeypatch.setattr("api.ogc.features.MOST_PAGE_BYTES", 1)
    assert [len(page["features"]) for page in pages(client, "/collections/cells1/items")] == [1, 1]
    monkeypatch.setattr("api.ogc.features.MOST_PAGE_BYTES", 1500)
    assert len(pages(client, TEAMS)) > 1


def test_an_answer_that_has_not_changed_is_not_sent_again_and_one_that_has_is(
    client: TestClient, source: FakeSource
) -> None:
    source.change(with_teams(1, 3))
    path = f"/ogc{TEAMS}?limit=2"
    tag = client.get(path).headers["etag"]
    assert client.get(path, headers={"if-none-match": tag}).status_code == 304
    source.change(with_teams(2, 3))
    again = client.get(path, headers={"if-none-match": tag})
    assert again.status_code == 200
    assert again.headers["etag"] != tag


@pytest.mark.parametrize(
    ("name", "kept_by"), [("teams", "private, no-cache"), ("posts", "no-store"), ("alarms", "no-store")]
)
def test_what_names_people_is_kept_nowhere(client: TestClient, name: str, kept_by: str) -> None:
    for form in ("json", "html"):
        assert client.get(f"/ogc/collections/{name}/items", params={"f": form}).headers["cache-control"] == kept_by
