"""Make the demo district once for all its tests: its files, its database, its state."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from geodata.demo import DemoFiles, import_demo, write_demo
from geodata.demo.files import Country, lay_country
from geodata.importing import ImportReport
from geodata.osm_roads import OsmRoads, read_osm
from geodata.store import Store, open_store
from gridgis.cells import GridPlan
from gridgis.dispatch.state import DistrictState

NOW = datetime(2020, 6, 30, 4, tzinfo=UTC)
OTHER_SEED = 7


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory) -> DemoFiles:
    """The files of the default seed."""
    return write_demo(tmp_path_factory.mktemp("demo"))


@pytest.fixture(scope="session")
def reports(files: DemoFiles) -> tuple[ImportReport, ...]:
    """What the importers said."""
    return tuple(import_demo(files, files.directory / "demo.gpkg", now=NOW))


@pytest.fixture(scope="session")
def store(files: DemoFiles, reports: tuple[ImportReport, ...]) -> Iterator[Store]:
    """The database, imported."""
    assert reports
    with open_store(files.directory / "demo.gpkg") as opened:
        yield opened


@pytest.fixture(scope="session")
def state(store: Store) -> DistrictState:
    """The district as it stands in the database."""
    return store.state()


@pytest.fixture(scope="session")
def plan(state: DistrictState) -> GridPlan:
    """Its one plan."""
    (only,) = state.plans
    return only


@pytest.fixture(scope="session")
def roads(files: DemoFiles) -> OsmRoads:
    """Its roads as read from their file."""
    return read_osm(files.directory / "道路.osm.pbf")


@pytest.fixture(scope="session")
def other_country() -> Country:
    """The land of another seed."""
    return lay_country(OTHER_SEED)
