"""Make a store for tests, and look into its file by other means than the store's own."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Protocol

from geodata.store import Store, create_store, open_store
from geodata.store.changes import plain_rows
from geodata.store.sqlite import add_functions
from gridgis.cells import District
from gridgis.codes import record_id
from gridgis.supervision.enterprises import Enterprise, RiskColour, Site

if TYPE_CHECKING:
    import pytest

    from tests.fakes.postgis import Cluster

NOW = datetime(2020, 6, 30, 6, 0, tzinfo=UTC)
DISTRICT = District(id=record_id("321204", "district", "321204"), code="321204", name="泰州市姜堰区")
ROOT = Path(__file__).parents[2]


def new_store(folder: Path, district: District = DISTRICT) -> Store:
    """An empty store of a district in a folder."""
    path = folder / "district.gpkg"
    if district is not DISTRICT:
        return create_store(path, district, now=NOW)
    path.write_bytes(_empty_store())
    return open_store(path)


@cache
def _empty_store() -> bytes:
    """The file of an empty store of the test district, made once."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "district.gpkg"
        create_store(path, DISTRICT, now=NOW).close()
        return path.read_bytes()


def some_enterprises(count: int, *, name: str = "企业") -> list[Enterprise]:
    """So many enterprises with codes 00000, 00001 and so on."""
    return [
        Enterprise(
            id=record_id("321204", "enterprise", f"{at:05}"),
            code=f"{at:05}",
            name=f"{name}{at}",
            credit_code=None,
            no_credit_code_reason="个体工商户",
            risk=list(RiskColour)[at % 4],
            staff=at,
        )
        for at in range(count)
    ]


def some_sites(owners: list[Enterprise]) -> list[Site]:
    """A site for each enterprise, on a grid over the district; every tenth has no place."""
    return [
        Site(
            id=record_id("321204", "site", owner.code),
            enterprise_id=owner.id,
            code=owner.code,
            name=owner.name,
            address="姜堰大道",
            lon=None if at % 10 == 9 else 119.9 + 0.004 * (at % 100),
            lat=None if at % 10 == 9 else 32.35 + 0.003 * (at // 100 % 100),
        )
        for at, owner in enumerate(owners)
    ]


class Places(Protocol):
    """Where new stores of one kind of database are made."""

    def new_store(self) -> AbstractContextManager[Store]:
        """An empty store of the test district, which is gone afterwards."""
        ...

    def free(self) -> AbstractContextManager[str]:
        """Name of a place where no district is kept yet."""
        ...


class PlacesInFiles:
    """GeoPackages, each in a folder of its own."""

    def __init__(self, folders: pytest.TempPathFactory) -> None:
        self.folders = folders

    @contextmanager
    def new_store(self) -> Iterator[Store]:
        """A new file."""
        with new_store(self.folders.mktemp("store")) as made:
            yield made

    @contextmanager
    def free(self) -> Iterator[str]:
        """A path."""
        yield str(self.folders.mktemp("store") / "new.gpkg")


class PlacesOnServer:
    """Databases of a private PostgreSQL cluster."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster

    @contextmanager
    def new_store(self) -> Iterator[Store]:
        """A clone of a database that holds the test district."""
        address = self.cluster.empty_district()
        with open_store(address) as made:
            yield made
        self.cluster.drop(address)

    @contextmanager
    def free(self) -> Iterator[str]:
        """A new database."""
        address = self.cluster.new()
        yield address
        self.cluster.drop(address)


def look(store: Store, query: str, *values: Any) -> list[tuple[Any, ...]]:
    """What a query of the store's own connection answers, whichever kind of database it is."""
    with store._reading() as connection:
        return plain_rows(connection, query, values)


def rows(path: Path, query: str, *values: Any) -> list[tuple[Any, ...]]:
    """What a query of another SQLite connection (with GeoPackage's functions) answers."""
    connection = sqlite3.connect(path)
    try:
        add_functions(connection)
        return connection.execute(query, values).fetchall()
    finally:
        connection.close()


def in_child(program: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a Python program in its own process; GDAL may only open a live file there."""
    return subprocess.run(
        [sys.executable, "-c", program, *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        timeout=60,
    )
