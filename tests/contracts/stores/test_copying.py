"""A district comes whole from any kind of database to any other, or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from shapely import LineString, box

from geodata.osm_file import BaseMapFeature
from geodata.store import Command, Copied, Store, copy_store, copying, open_store, rebuild, verify_store
from geodata.store.tables import METADATA
from gridgis.access import Grant, Role
from gridgis.accounts import Account
from gridgis.dispatch.closures import RoadClosure
from gridgis.dispatch.desk import take_call
from gridgis.dispatch.incidents import Call, Stamp
from gridgis.errors import Conflict, GridGISError, StoreFault
from gridgis.roads.network import objects
from tests.fakes.hazards import put_field
from tests.fakes.office import ROWS, Office
from tests.fakes.stores import NOW, Places, look, rows, some_enterprises
from tests.fakes.tiny_district import tiny_roads

LATER = NOW + timedelta(days=1)
NOT_FILLED = frozenset(
    {"turn_restrictions", "waterways", "railways", "places", "sessions", "api_tokens"}
    | {"run_card_versions", "team_members", "team_duties", "team_kit", "team_bases", "team_positions"}
    | {"road_changes", "lessons", "entrances"}
)
LAKE = box(120.0, 32.4, 120.01, 32.41)
ACCOUNT = Account(
    id=UUID(int=7),
    code="wangwu",
    title="王五",
    grants=(Grant(role=Role.SUPERVISOR, since=NOW),),
    must_change=True,
    password_changed_at=NOW,
)


BRIDGE_CLOSED = RoadClosure(
    id=UUID(int=8),
    code="1",
    edges=((3, 4, 0), (4, 3, 0)),
    road="南桥",
    geometry=LineString([(120.129, 32.502), (120.131, 32.502)]),
    reason="桥面塌陷",
    closed_at=NOW,
    closed_by="王芳",
)


@pytest.fixture
def full(store: Store, tmp_path: Path) -> Store:
    """A district with something in every table: imported, put, erased, set aside, asked for."""
    office = Office(tmp_path, store)
    office.usual()
    first, second, *_ = ROWS["enterprises"]()
    office.table("enterprises", [first, {**second, "统一社会信用代码": "9132"}], name="错.csv")
    network = replace(tiny_roads(), water=objects([LineString([(120.0, 32.4), (120.1, 32.5)]), LAKE]))
    with store.unit_of_work(actor="李强", now=LATER, reason="补充") as work:
        work.put_roads(network, [BaseMapFeature("water", "lake", "溱湖", LAKE)], {"ways": 3})
        work.put_settings({"detour_factor": 1.6, "说明": ["a", None]})
        work.put_enterprises([replace(work.enterprises()[0], name="改名的企业")])
        work.erase("officer", [work.officers()[0].id])
        work.add_account(ACCOUNT, "$argon2id$")
        work.note_guess("wangwu", "10.0.0.1", ACCOUNT.id)
        incident = UUID(int=2)
        work.put_closures([BRIDGE_CLOSED, replace(BRIDGE_CLOSED, id=UUID(int=9), code="2", opened_at=LATER)])
        put_field(work)
        take_call(work, incident, Call(UUID(int=3), "", incident, LATER, phone="110"), Stamp.of("王芳", LATER))
        work.commit()
    store.keep_road_order("ab" * 16, bytes(range(256)), now=LATER)
    store.once(Command(UUID(int=1), "王芳", "enterprises.register", "0" * 64), lambda _: {"found": 0}, now=LATER)
    return store


@pytest.fixture
def free(other_places: Places) -> Iterator[str]:
    """A place where no district is kept yet."""
    with other_places.free() as place:
        yield place


def everything(store: Store) -> dict[str, list[Any]]:
    """All rows of all tables."""
    return {
        name: look(store, f"SELECT {', '.join(f'{name}.{c.name}' for c in table.c)} FROM {name} ORDER BY {name}.fid")  # noqa: S608
        for name, table in METADATA.tables.items()
    }


def test_a_copy_holds_every_row_and_its_chain_is_the_same(full: Store, free: str) -> None:
    copied = copy_store(full.database.name, free, now=LATER)
    held = everything(full)
    assert copied.rows == {name: len(found) for name, found in held.items()}
    assert copied.head == verify_store(full, now=LATER).head
    empty = {name for name, count in copied.rows.items() if not count}
    assert empty <= NOT_FILLED
    with open_store(free) as copy:
        assert everything(copy) == held
        assert copy.state().enterprises == full.state().enterprises
        assert copy.state().closures == full.state().closures
        assert len(copy.state().closures) == len(held["closures"]) > 1
        assert copy.road_order("ab" * 16) == bytes(range(256))
        assert rebuild(copy) == ()


def test_a_copy_goes_on_where_the_original_was(full: Store, free: str) -> None:
    copy_store(full.database.name, free, now=LATER)
    with open_store(free) as copy:
        last = max(fid for (fid,) in look(copy, "SELECT fid FROM enterprises"))
        with copy.unit_of_work(actor="test", now=LATER) as work:
            work.put_enterprises(some_enterprises(3))
            work.commit()
        assert verify_store(copy, now=LATER).broken is None
        assert copy.version() == full.version() + 3
        assert [fid for (fid,) in look(copy, "SELECT fid FROM enterprises WHERE fid > ? ORDER BY fid", last)] == [
            last + 1,
            last + 2,
            last + 3,
        ]


def test_a_copy_of_a_copy_is_the_original(full: Store, free: str, places: Places) -> None:
    copy_store(full.database.name, free, now=LATER)
    with places.free() as back:
        copy_store(free, back, now=LATER)
        with open_store(back) as again:
            assert everything(again) == everything(full)


def test_nothing_is_ever_overwritten(store: Store, other_places: Places) -> None:
    with other_places.new_store() as held:
        before = everything(held)
        with pytest.raises(Conflict, match=r"store\.exists"):
            copy_store(store.database.name, held.database.name, now=LATER)
        assert everything(held) == before


def test_a_copy_that_fails_half_way_leaves_nothing(store: Store, free: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise StoreFault("store.full", db="x")

    monkeypatch.setattr("geodata.store.copying.verify_store", fail)
    with pytest.raises(StoreFault, match=r"store\.full"):
        copy_store(store.database.name, free, now=LATER)
    with pytest.raises(StoreFault, match=r"store\.missing"):
        open_store(free)
    monkeypatch.undo()
    assert isinstance(copy_store(store.database.name, free, now=LATER), Copied)


def test_a_row_that_did_not_arrive_as_it_was_is_noticed(
    store: Store, free: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy_rows = copying.copy_rows

    def copy_others(reading: Any, writing: Any, tables: Any, **options: Any) -> None:
        copy_rows(reading, writing, [table for table in tables if table.name != "district"], **options)

    monkeypatch.setattr(copying, "copy_rows", copy_others)
    with pytest.raises(StoreFault, match=r"copy\.differs") as error:
        copy_store(store.database.name, free, now=LATER)
    assert error.value.fields["table"] == "district"


def test_a_missing_original_is_said_and_nothing_made(free: str, other_places: Places) -> None:
    with other_places.free() as none:
        with pytest.raises(StoreFault, match=r"store\.missing"):
            copy_store(none, free, now=LATER)
        with suppress(GridGISError):
            open_store(free).close()
            pytest.fail("something was made")


def test_a_copy_for_reading_is_one_file_whatever_the_kind(full: Store, tmp_path: Path) -> None:
    path = full.copy_for_reading(tmp_path / "copy.gpkg")
    assert [one.name for one in tmp_path.iterdir() if "copy" in one.name] == ["copy.gpkg"]
    assert rows(path, "PRAGMA journal_mode") == [("delete",)]
    assert rows(path, "SELECT count(*) FROM rtree_cells_geom") == look(full, "SELECT count(*) FROM cells")
    with open_store(path) as copy:
        assert copy.enterprises() == full.enterprises()
        assert copy.plans() == full.plans()
