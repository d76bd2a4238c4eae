"""A database that is missing, foreign, of another version, locked, read-only or full says so, and stays as it was."""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from geodata.store import Store, UnitOfWork, create_store, migrate, open_store
from geodata.store.schema import REVISIONS
from gridgis.errors import Conflict, GridGISError, StoreFault
from gridgis.roads.network import same_network
from maps.words import LANGUAGES, Words
from tests.fakes.road_networks import street_grid
from tests.fakes.stores import DISTRICT, NOW, ROOT, new_store, rows, some_enterprises

CODES = (
    "store.missing",
    "store.foreign",
    "store.damaged",
    "store.locked",
    "store.read_only",
    "store.full",
    "store.cannot_open",
    "store.disk",
    "store.refused",
    "store.version",
    "store.newer",
    "store.altered",
    "store.exists",
    "store.unreachable",
    "store.no_driver",
    "store.no_postgis",
    "copy.differs",
    "copy.chain",
    "store.no_district",
    "store.other_district",
    "store.committed",
    "store.geometry",
    "store.code_missing",
    "store.code_twice",
    "store.reference",
    "store.roads_differ",
    "store.shape",
    "store.failed",
    "plan.published",
    "base_map.layer",
    "plan.in_force",
    "officer.unknown",
    "time.offset",
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with new_store(tmp_path) as made:
        yield made


def refused(code: str, error: GridGISError) -> None:
    assert error.code == code
    assert error.fields["db"]


def change(store: Store, count: int = 1) -> None:
    with store.unit_of_work(actor="test", now=NOW) as work:
        work.put_enterprises(some_enterprises(count))
        work.commit()


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_fault_of_the_store_has_words(code: str, language: str) -> None:
    words = Words.load(language)
    assert f"errors.{code}.what" in words
    assert f"errors.{code}.mend" in words


def test_a_missing_file_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(StoreFault) as error:
        open_store(tmp_path / "none.gpkg")
    refused("store.missing", error.value)
    assert list(tmp_path.iterdir()) == []


def test_an_empty_store_is_made_when_asked(tmp_path: Path) -> None:
    with open_store(tmp_path / "new.gpkg", create=True) as store:
        with pytest.raises(StoreFault, match=r"store\.no_district"):
            store.district()
        assert store.version() == 0


def test_an_existing_file_is_never_overwritten(tmp_path: Path) -> None:
    target = tmp_path / "district.gpkg"
    target.write_text("important")
    with pytest.raises(Conflict) as error:
        create_store(target, DISTRICT, now=NOW)
    refused("store.exists", error.value)
    assert target.read_text() == "important"


def test_a_database_is_made_where_the_file_system_knows_no_links(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_links(*_: object) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr("os.link", no_links)
    with new_store(tmp_path) as store:
        assert store.district() == DISTRICT
        with pytest.raises(Conflict, match=r"store\.exists"):
            create_store(store.path, DISTRICT, now=NOW)
    assert [one.name for one in tmp_path.iterdir()] == ["district.gpkg"]


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(StoreFault) as error:
        create_store(tmp_path / "no" / "district.gpkg", DISTRICT, now=NOW)
    refused("store.cannot_open", error.value)


def test_a_database_that_fails_half_way_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(GridGISError):
        create_store(tmp_path / "district.gpkg", replace(DISTRICT, code=""), now=NOW)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", [b"", b"hello", b"PK\3\4" + bytes(5000), b"SQLite format 3\0" + bytes(5000)])
def test_what_is_no_database_is_foreign_and_left_alone(tmp_path: Path, content: bytes) -> None:
    target = tmp_path / "district.gpkg"
    target.write_bytes(content)
    with pytest.raises(StoreFault) as error:
        open_store(target)
    refused("store.foreign", error.value)
    assert target.read_bytes() == content


def test_a_folder_is_foreign(tmp_path: Path) -> None:
    with pytest.raises(StoreFault, match=r"store\.foreign"):
        open_store(tmp_path)


def test_another_programs_database_is_foreign_and_left_alone(tmp_path: Path) -> None:
    target = tmp_path / "other.gpkg"
    with closing(sqlite3.connect(target)) as connection:
        connection.execute("PRAGMA application_id = 1196444487")
        connection.execute("CREATE TABLE parcels (fid INTEGER PRIMARY KEY)")
        connection.commit()
    before = target.read_bytes()
    with pytest.raises(StoreFault, match=r"store\.foreign"):
        open_store(target)
    with pytest.raises(StoreFault, match=r"store\.foreign"):
        migrate(target)
    assert target.read_bytes() == before


def test_a_newer_schema_is_refused_and_not_migrated(store: Store) -> None:
    store.close()
    with closing(sqlite3.connect(store.path)) as connection:
        connection.execute("DROP TRIGGER alembic_version_guard_update")
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    for opening in (open_store, migrate):
        with pytest.raises(StoreFault) as error:
            opening(store.path)
        refused("store.newer", error.value)
        assert error.value.fields["found"] == "9999"


def test_an_older_schema_asks_for_migration(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("geodata.store.database.REVISIONS", (*REVISIONS, "9998"))
    with pytest.raises(StoreFault) as error:
        open_store(store.path)
    refused("store.version", error.value)
    assert error.value.fields["wanted"] == "9998"


def test_a_store_of_this_version_needs_no_migration(store: Store) -> None:
    version = store.version()
    assert migrate(store.path) == REVISIONS[-1]
    assert store.version() == version


def test_a_file_whose_triggers_were_taken_away_is_refused(store: Store) -> None:
    store.close()
    with closing(sqlite3.connect(store.path)) as connection:
        connection.execute("DROP TRIGGER rtree_sites_geom_insert")
        connection.commit()
    with pytest.raises(StoreFault) as error:
        open_store(store.path)
    refused("store.altered", error.value)
    assert "rtree_sites_geom_insert" in error.value.fields["missing"]


def test_a_second_writer_is_told_that_the_database_is_locked(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(sqlite3.connect(store.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        monkeypatch.setattr("geodata.store.sqlite.BUSY_TIMEOUT_S", 0.01)
        with open_store(store.path) as hurried:
            with pytest.raises(StoreFault) as error:
                change(hurried)
            refused("store.locked", error.value)
            assert hurried.enterprises() == ()
        other.execute("ROLLBACK")
    change(store)


def test_a_writer_that_does_not_end_holds_others_only_so_long(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("geodata.store.store.LONGEST_WAIT_S", 0.01)
    with store.unit_of_work(actor="test", now=NOW), pytest.raises(StoreFault, match=r"store\.locked"):
        change(store)
    change(store)


def test_a_full_disk_leaves_the_old_state(store: Store) -> None:
    change(store, 10)
    with store.unit_of_work(actor="test", now=NOW) as work:
        pages = work._connection.exec_driver_sql("PRAGMA page_count").scalar()
        work._connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(StoreFault) as error:
            work.put_enterprises(some_enterprises(5000))
        work._connection.exec_driver_sql("PRAGMA max_page_count = 1073741823")
    refused("store.full", error.value)
    assert len(store.enterprises()) == 10
    change(store, 20)
    assert len(store.enterprises()) == 20


def test_a_disk_that_fills_up_while_roads_are_put_leaves_the_old_roads(store: Store) -> None:
    old = street_grid(5, 5)
    with store.unit_of_work(actor="test", now=NOW) as work:
        work.put_roads(old)
        work.commit()
    with store.unit_of_work(actor="test", now=NOW) as work:
        pages = work._connection.exec_driver_sql("PRAGMA page_count").scalar()
        work._connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(StoreFault) as error:
            work.put_roads(street_grid(60, 60))
        work._connection.exec_driver_sql("PRAGMA max_page_count = 1073741823")
    refused("store.full", error.value)
    kept = store.roads()
    assert kept is not None
    assert same_network(kept, old)


LIMITED = """
import resource, sys
from geodata.store import open_store
from gridgis.errors import StoreFault
from tests.fakes.stores import NOW, some_enterprises

with open_store(sys.argv[1]) as store:
    resource.setrlimit(resource.RLIMIT_FSIZE, (2_000_000, 2_000_000))
    try:
        with store.unit_of_work(actor="test", now=NOW) as work:
            work.put_enterprises(some_enterprises(20_000))
            work.commit()
    except StoreFault as error:
        print(error.code)
"""


def test_a_disk_that_takes_no_more_leaves_the_old_state(store: Store) -> None:
    change(store, 10)
    store.close()
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, str(store.path)], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert done.stdout.strip() in {"store.disk", "store.full"}, done.stderr
    with open_store(store.path) as again:
        assert len(again.enterprises()) == 10
        assert rows(store.path, "PRAGMA integrity_check") == [("ok",)]


UNPRIVILEGED = """
import os, sys
from geodata.store import open_store
from gridgis.errors import StoreFault
from tests.fakes.stores import NOW, some_enterprises

if os.getuid() == 0:
    os.setgroups([]), os.setgid(65534), os.setuid(65534)
with open_store(sys.argv[1]) as store:
    print(len(store.enterprises()))
    try:
        with store.unit_of_work(actor="test", now=NOW) as work:
            work.put_enterprises(some_enterprises(20))
    except StoreFault as error:
        print(error.code)
"""


def test_a_read_only_copy_is_read_and_refuses_writes(store: Store) -> None:
    change(store, 10)
    with tempfile.TemporaryDirectory() as archive:
        Path(archive).chmod(0o755)
        copy = store.copy_for_reading(Path(archive) / "copy.gpkg")
        copy.chmod(0o444)
        done = subprocess.run(
            [sys.executable, "-c", UNPRIVILEGED, str(copy)], capture_output=True, text=True, check=False, cwd=ROOT
        )
    assert done.stdout.split() == ["10", "store.read_only"], done.stderr


def test_a_damaged_file_is_said_to_be_damaged(store: Store) -> None:
    change(store, 2000)
    store.close()
    size = store.path.stat().st_size
    with store.path.open("r+b") as file:
        file.seek(8192)
        file.write(os.urandom(size - 8192))
    with pytest.raises(StoreFault) as error, open_store(store.path) as again:
        again.enterprises()
    assert error.value.code in {"store.damaged", "store.foreign"}


OGR2OGR = shutil.which("ogr2ogr")


@pytest.mark.skipif(OGR2OGR is None, reason="needs GDAL's command line")
class TestForeignWrites:
    """Other programs read; what they write is refused with words and the file stays right."""

    POINT = (
        '{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"code": "9"},'
        ' "geometry": {"type": "Point", "coordinates": [120, 32]}}]}'
    )

    @pytest.fixture
    def before(self, store: Store) -> list[tuple[object, ...]]:
        change(store, 10)
        return self.content(store)

    @staticmethod
    def content(store: Store) -> list[tuple[object, ...]]:
        return [
            *rows(store.path, "SELECT name, sql FROM sqlite_master ORDER BY name"),
            *rows(store.path, "SELECT * FROM gpkg_contents"),
            *rows(store.path, "SELECT * FROM enterprises"),
        ]

    @pytest.mark.parametrize(
        "options", [["-append", "-nln", "sites"], ["-nln", "newlayer"], ["-overwrite", "-nln", "teams"]]
    )
    def test_by_ogr2ogr(
        self, store: Store, before: list[tuple[object, ...]], tmp_path: Path, options: list[str]
    ) -> None:
        source = tmp_path / "point.geojson"
        source.write_text(self.POINT)
        done = subprocess.run(
            [str(OGR2OGR), "-update", *options, str(store.path), str(source)],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode != 0
        assert "gridgis import" in done.stderr
        assert self.content(store) == before
        change(store, 11)

    def test_by_pyogrio(self, store: Store, before: list[tuple[object, ...]]) -> None:
        program = (
            "import sys, geopandas, shapely\n"
            "frame = geopandas.GeoDataFrame({'code': ['9']}, geometry=[shapely.Point(120, 32)], crs=4326)\n"
            "frame.to_file(sys.argv[1], layer='alarms', driver='GPKG', mode='a', engine='pyogrio')"
        )
        done = subprocess.run(
            [sys.executable, "-c", program, str(store.path)], capture_output=True, text=True, check=False
        )
        assert "gridgis import" in done.stderr
        assert self.content(store) == before

    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE enterprises SET name = 'x'",
            "INSERT INTO settings SELECT 1, 2, 3, 4, 5",
            "DELETE FROM gpkg_contents",
            "UPDATE alembic_version SET version_num = '2'",
        ],
    )
    def test_by_sql(self, store: Store, before: list[tuple[object, ...]], statement: str) -> None:
        with closing(sqlite3.connect(store.path)) as connection:
            with pytest.raises(sqlite3.IntegrityError, match="gridgis import"):
                connection.execute(statement)
            with pytest.raises(sqlite3.OperationalError, match="gridgis_write"):
                connection.execute("INSERT INTO gridgis_write_permit VALUES (1)")
        assert self.content(store) == before


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE events SET actor = 'x'",
        "DELETE FROM events",
        "INSERT OR REPLACE INTO events SELECT * FROM events",
        "DELETE FROM imports",
    ],
)
def test_what_happened_is_never_changed_even_by_a_unit_of_work(store: Store, statement: str) -> None:
    with store.unit_of_work(actor="test", now=NOW) as work:
        work.record_import(noun="teams", file="a.csv", sha256="", changes=work.put_enterprises(some_enterprises(1)))
        work.commit()
    with store.unit_of_work(actor="test", now=NOW) as work:
        work.put_enterprises(some_enterprises(2))
        with pytest.raises(StoreFault, match="only be added"):
            run(work, statement)
    assert len(store.events(noun="enterprise")) == 1


def run(work: UnitOfWork, statement: str) -> None:
    with work._reading() as connection:
        connection.exec_driver_sql(statement)
