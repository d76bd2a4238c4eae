"""Run every test of this folder on each kind of database."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from geodata.store import Store
from tests.fakes.postgis import cluster  # noqa: F401  a fixture
from tests.fakes.stores import Places, PlacesInFiles, PlacesOnServer


@pytest.fixture(scope="session", params=["geopackage", "postgis"])
def places(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Places:
    """Where new stores of one kind are made."""
    if request.param == "postgis":
        return PlacesOnServer(request.getfixturevalue("cluster"))
    return PlacesInFiles(tmp_path_factory)


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
