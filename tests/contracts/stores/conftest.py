"""Run every test of this folder on each kind of database."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from geodata.store import Store
from tests.fakes.stores import Places, PlacesInFiles, PlacesOnServer

KINDS = ("geopackage", "postgis")


def places_of(kind: str, request: pytest.FixtureRequest) -> Places:
    """Where new stores of a kind are made; a server is started for the first one only."""
    if kind == "postgis":
        return PlacesOnServer(request.getfixturevalue("cluster"))
    return PlacesInFiles(request.getfixturevalue("tmp_path_factory"))


@pytest.fixture(scope="session", params=KINDS)
def places(request: pytest.FixtureRequest) -> Places:
    """Where new stores of one kind are made."""
    return places_of(request.param, request)


@pytest.fixture(scope="session", params=KINDS)
def other_places(request: pytest.FixtureRequest) -> Places:
    """Where new stores of the same or the other kind are made."""
    return places_of(request.param, request)


@pytest.fixture
def store(places: Places) -> Iterator[Store]:
    """An empty store of a district."""
    with places.new_store() as made:
        yield made


@pytest.fixture(scope="module")
def shared_store(places: Places) -> Iterator[Store]:
    """An empty store for tests that never commit."""
    with places.new_store() as made:
        yield made
