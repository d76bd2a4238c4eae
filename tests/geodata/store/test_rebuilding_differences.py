"""Where the current tables are not what the events and the kept files add up to, that is told."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from threading import Thread

import pytest

from geodata.store import Deviation, RowDifference, Store, UnitOfWork, rebuild
from geodata.store.sqlite import add_functions
from gridgis.errors import InputRejected, StoreFault, Unreadable
from tests.fakes.office import FEATURES, Office, write_layer
from tests.fakes.road_networks import street_grid
from tests.fakes.stores import NOW, rows, some_enterprises


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = Office.new(tmp_path)
    with made.store:
        yield made


def put(store: Store, now: datetime, *changes: Callable[[UnitOfWork], object]) -> None:
    with store.unit_of_work(actor="test", now=now) as work:
        for change in changes:
            change(work)
        work.commit()


def test_a_plan_that_follows_another_one_is_derived_with_both(office: Office) -> None:
    office.usual()
    later = NOW + timedelta(days=30)
    (values, shape), *rest = FEATURES["cells"]()
    office.layer("cells", [({**values, "网格名称": "新名"}, shape), *rest], effective=later, now=NOW)
    assert len(office.store.plans()) == 2
    assert rebuild(office.store) == ()


def test_a_file_is_derived_with_the_mapping_and_the_layer_it_was_imported_with(office: Office, tmp_path: Path) -> None:
    mapping = tmp_path / "对应.toml"
    mapping.write_text('[columns]\ncode = "甲"\nname = "乙"\n', "utf-8")
    renamed = [({"甲": told["区划代码"], "乙": told["名称"]}, shape) for told, shape in FEATURES["boundaries"]()]
    path = write_layer(tmp_path / "boundaries.geojson", renamed)
    office.file(path, "boundaries", mapping=mapping, layer="boundaries", crs="4326")
    mapping.unlink()
    path.unlink()
    assert rebuild(office.store) == ()


def test_a_file_of_several_parts_is_kept_with_all_of_them(office: Office, tmp_path: Path) -> None:
    import geopandas as gpd

    told = FEATURES["boundaries"]()
    frame = gpd.GeoDataFrame(
        {name: [values[name] for values, _ in told] for name in ("区划代码", "名称")},
        geometry=[shape for _, shape in told],
        crs=4326,
    )
    frame.to_file(tmp_path / "区划.shp", encoding="GB18030")
    office.file(tmp_path / "区划.dbf", "boundaries")
    event = office.store.events(noun="import")[-1]
    assert {Path(name).suffix for name in event.body["source"]["parts"]} == {".shp", ".shx", ".dbf", ".prj", ".cpg"}
    assert rebuild(office.store) == ()


def test_the_same_file_is_kept_once(office: Office) -> None:
    boundaries = FEATURES["boundaries"]()
    office.layer("boundaries", boundaries)
    office.layer("boundaries", boundaries[:3], effective=NOW + timedelta(days=1))
    office.layer("boundaries", boundaries, effective=NOW + timedelta(days=2))
    events = office.store.events(noun="import")
    kept = {sha for event in events if event.body["source"] for sha in event.body["source"]["parts"].values()}
    assert len(kept) < len(events)
    assert rows(office.store.path, "SELECT count(DISTINCT sha256) = count(*) FROM sources") == [(1,)]


class Rewriting:
    """Progress of an import during which another program writes its file anew."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def start(self, task: str, total: int | None) -> None:
        assert total is None or total >= 0
        if task == "progress.import.write":
            self.path.write_text(self.path.read_text("utf-8") + "\n", "utf-8")

    def advance(self, done: int) -> None: ...

    def finish(self) -> None: ...


def test_a_file_that_changes_while_it_is_imported_is_refused(office: Office, tmp_path: Path) -> None:
    path = write_layer(tmp_path / "boundaries.geojson", FEATURES["boundaries"]())
    with pytest.raises(Unreadable, match=r"file\.changed"):
        office.file(path, "boundaries", progress=Rewriting(path))
    assert office.store.plans() == ()


def test_nothing_is_kept_of_files_that_tell_of_persons(office: Office) -> None:
    office.usual()
    told = {event.body["noun"] for event in office.store.events(noun="import") if event.body["source"]}
    assert told == {"boundaries", "cells", "units"}


def tamper(path: Path, *statements: str) -> None:
    """Change rows as somebody does who knows of the permit."""
    with closing(sqlite3.connect(path)) as connection:
        add_functions(connection)
        for statement in (
            "INSERT INTO gridgis_write_permit VALUES (1)",
            *statements,
            "DELETE FROM gridgis_write_permit",
        ):
            connection.execute(statement)
        connection.commit()


@pytest.mark.parametrize(
    ("statement", "wanted"),
    [
        ("UPDATE officers SET professional = NOT professional", (Deviation.DIFFERENT, "officers", ("professional",))),
        ("UPDATE alarms SET phone = '1'", (Deviation.DIFFERENT, "alarms", ("phone",))),
        ("UPDATE sites SET geom = (SELECT geom FROM teams)", (Deviation.DIFFERENT, "sites", ("lonlat",))),
        ("UPDATE district SET geom = NULL", (Deviation.DIFFERENT, "district", ("geom_sha256",))),
        (
            "UPDATE cells SET name = 'x', governed = 0 WHERE level = 1",
            (Deviation.DIFFERENT, "cells", ("governed", "name")),
        ),
        ("UPDATE plans SET updated_at = '2020-01-01T00:00:00.000Z'", (Deviation.DIFFERENT, "plans", ("updated_at",))),
        ("DELETE FROM units", (Deviation.MISSING, "units", ())),
        ("DELETE FROM dispatches", (Deviation.MISSING, "dispatches", ())),
        ("DELETE FROM road_edges WHERE reversed = 1", (Deviation.MISSING, "road_edges", ())),
        ("UPDATE road_nodes SET fid = 9999 WHERE fid = 1", (Deviation.REORDERED, "road_nodes", ())),
        ("INSERT INTO settings SELECT 1, 'x', 'code', '1', ''", (Deviation.UNTOLD, "settings", ())),
    ],
)
def test_a_row_that_was_changed_by_other_means_is_told(
    office: Office, statement: str, wanted: tuple[Deviation, str, tuple[str, ...]]
) -> None:
    office.usual()
    put(office.store, NOW, lambda work: work.put_roads(street_grid(3, 3)))
    tamper(office.store.path, statement)
    found = rebuild(office.store)
    assert {(one.deviation, one.table, one.columns) for one in found} == {wanted}


def test_a_content_that_is_gone_or_is_another_one_is_told(office: Office) -> None:
    office.usual("boundaries")
    for statement, code in (
        ("UPDATE sources SET content = x'00'", "store.source_differs"),
        ("DELETE FROM sources", "store.source_missing"),
    ):
        with closing(sqlite3.connect(office.store.path)) as connection:
            for change in ("update", "delete"):
                connection.execute(f"DROP TRIGGER IF EXISTS sources_kept_{change}")
            connection.commit()
        tamper(office.store.path, statement)
        with pytest.raises(StoreFault) as error:
            rebuild(office.store)
        assert error.value.code == code


def test_a_file_that_the_program_no_longer_takes_is_told(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    office.usual("boundaries")

    def refuse(*_: object, **__: object) -> None:
        raise InputRejected("import.no_areas")

    monkeypatch.setattr("geodata.importing.import_file", refuse)
    found = rebuild(office.store)
    event = office.store.events(noun="import")[-1]
    assert RowDifference(Deviation.UNDERIVED, "imports", str(event.noun_id), ("import.no_areas",)) in found
    assert {one.table for one in found} == {"imports", "plans", "cells"}


def test_parts_with_names_that_lead_elsewhere_are_not_written(office: Office, tmp_path: Path) -> None:
    office.usual("boundaries")
    with closing(sqlite3.connect(office.store.path)) as connection:
        connection.execute("DROP TRIGGER events_kept_update")
        connection.commit()
    tamper(office.store.path, "UPDATE events SET body = replace(body, '\"boundaries.geojson\":', '\"../../x\":')")
    with pytest.raises(StoreFault, match=r"store\.source_differs"):
        rebuild(office.store)
    assert not (tmp_path.parent / "x").exists()


class Interfering:
    """Progress of a walk while somebody else writes."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def start(self, task: str, total: int | None) -> None:
        assert (task, total) == ("progress.verify.replay", self.store.version())
        writer = Thread(target=put, args=(self.store, NOW, lambda work: work.put_enterprises(some_enterprises(3))))
        writer.start()
        writer.join()

    def advance(self, done: int) -> None: ...

    def finish(self) -> None: ...


def test_a_rebuild_reads_one_moment_while_others_write(office: Office) -> None:
    office.usual("boundaries")
    before = office.store.version()
    assert rebuild(office.store, progress=Interfering(office.store)) == ()
    assert office.store.version() == before + 3
