"""The current tables are what the events add up to; where they are not, that is told."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.store import Deviation, RowDifference, Store, UnitOfWork, rebuild, verify_store
from geodata.store.sqlite import add_functions
from gridgis.cells import GridPlan, PlanStatus
from gridgis.errors import GridGISError, InputRejected, StoreFault
from tests import strategies
from tests.fakes import tiny_district as tiny
from tests.fakes.office import FEATURES, Office, write_layer
from tests.fakes.road_networks import base_maps, street_grid
from tests.fakes.stores import NOW, rows, some_enterprises

Draw = Callable[[st.SearchStrategy[Any]], Any]


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


def put_people(office: Office, draw: Draw, now: datetime) -> None:
    people = draw(st.lists(strategies.officers(), min_size=1, max_size=3))
    posts = draw(st.lists(strategies.posts(people), max_size=3))
    put(office.store, now, lambda work: work.put_officers(people), lambda work: work.put_posts(posts))


def put_register(office: Office, draw: Draw, now: datetime) -> None:
    owners = draw(st.lists(strategies.enterprises(), min_size=1, max_size=3))
    sites = draw(st.lists(strategies.sites(owners), max_size=3))
    put(office.store, now, lambda work: work.put_enterprises(owners), lambda work: work.put_sites(sites))


def put_calls(office: Office, draw: Draw, now: datetime) -> None:
    teams = draw(st.lists(strategies.teams(), min_size=1, max_size=2))
    alarms = draw(st.lists(strategies.alarms(), min_size=1, max_size=2))
    sent = draw(st.lists(strategies.dispatches(alarms, teams), max_size=2))
    put(
        office.store,
        now,
        lambda work: work.put_teams(teams),
        lambda work: work.put_alarms(alarms),
        lambda work: work.put_dispatches(sent),
    )


def put_rules(office: Office, draw: Draw, now: datetime) -> None:
    cards = draw(strategies.run_cards())
    told = draw(st.dictionaries(strategies.codes, st.floats(0, 9) | strategies.words | st.lists(st.booleans())))
    put(office.store, now, lambda work: work.put_run_cards(cards), lambda work: work.put_settings(told))


def put_district(office: Office, draw: Draw, now: datetime) -> None:
    district = replace(draw(strategies.districts()), id=office.store.district().id)
    put(office.store, now, lambda work: work.put_district(district))


def put_plan(office: Office, draw: Draw, now: datetime) -> None:
    """A plan that comes by no file: drawn, completed, superseded."""
    code = draw(st.sampled_from("PQ"))
    cells = draw(st.lists(st.sampled_from(tiny.tiny_district().plans[0].cells), unique_by=lambda cell: cell.code))
    plan = GridPlan(
        strategies.identity("plan", code),
        code,
        draw(strategies.names),
        tiny.district(),
        draw(st.sampled_from(PlanStatus)),
        NOW,
        tuple(replace(cell, id=strategies.identity("cell", f"{code}/{cell.code}")) for cell in cells),
        effective_to=draw(st.none() | st.just(NOW)),
    )
    put(office.store, now, lambda work: work.put_plan(plan))


def put_roads(office: Office, draw: Draw, now: datetime) -> None:
    network = street_grid(draw(st.integers(2, 4)), 3, name=draw(strategies.names))
    base_map = draw(base_maps())
    put(office.store, now, lambda work: work.put_roads(network, base_map, {"now": now.isoformat()}))


def erase(office: Office, draw: Draw, now: datetime) -> None:
    store = office.store
    noun, found = draw(st.sampled_from([("alarm", store.alarms()), ("officer", store.officers())]))
    put(store, now, lambda work: work.erase(noun, [one.id for one in found[:2]]))


def import_layer(office: Office, draw: Draw, now: datetime) -> None:
    """Features of a layer of the office, all but a few, some with another name."""
    noun = draw(st.sampled_from(sorted(FEATURES)))
    name = {"boundaries": "名称", "cells": "网格名称", "units": "单元名称"}[noun]
    told = FEATURES[noun]()
    left, renamed = (draw(st.sets(st.integers(0, len(told) - 1), max_size=2)) for _ in range(2))
    chosen = [
        ({**values, name: "新名"} if at in renamed else values, shape)
        for at, (values, shape) in enumerate(told)
        if at not in left
    ]
    effective = draw(st.none() | st.just(now))
    office.layer(noun, chosen, now=now, effective=effective, crs=draw(st.none() | st.just("EPSG:4326")))


RECORDS = (put_people, put_register, put_calls, put_rules, put_district, erase)
FILES = (put_plan, put_roads, import_layer, import_layer)


@given(st.data())
@settings(max_examples=30, deadline=None)
def test_any_history_adds_up_to_the_tables(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    office = Office.new(tmp_path_factory.mktemp("history"))
    with office.store:
        office.usual("boundaries", "cells")
        steps = st.lists(st.sampled_from(RECORDS) | st.sampled_from(FILES), min_size=1, max_size=8)
        for at, step in enumerate(data.draw(steps)):
            with suppress(GridGISError):
                step(office, data.draw, NOW + timedelta(hours=at))
        assert rebuild(office.store) == ()
        assert verify_store(office.store, now=NOW).broken is None


def test_the_files_of_an_office_add_up_to_the_tables(office: Office) -> None:
    office.usual()
    office.usual("cells", now=NOW + timedelta(days=3))
    assert rebuild(office.store) == ()


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
