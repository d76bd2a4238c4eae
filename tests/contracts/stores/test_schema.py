"""Each kind of database has the schema that the program declares, and views that say the same."""

from __future__ import annotations

from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from geodata.store import Store, migrate, schema
from geodata.store.tables import METADATA
from gridgis.errors import StoreFault
from tests.fakes.stores import NOW, look, some_enterprises, some_sites
from tests.fakes.tiny_district import run_cards


@pytest.mark.filterwarnings("ignore:Did not recognize type 'geometry'")
def test_migrations_make_the_schema_that_the_program_reads(store: Store) -> None:
    def ours(_: Any, name: str | None, kind: str, *__: Any) -> bool:
        return kind != "table" or name in METADATA.tables

    with store._reading() as connection:
        options = {"include_object": ours, "compare_type": False}
        context = MigrationContext.configure(connection, opts=options)
        spatial = {f"ix_{table.name}_geom" for table in METADATA.sorted_tables}
        found = [one for one in compare_metadata(context, METADATA) if getattr(one[1], "name", "") not in spatial]
        assert found == []


def test_a_store_of_this_version_needs_no_migration(store: Store) -> None:
    version = store.version()
    assert migrate(store.database.name) == schema.REVISIONS[-1]
    assert store.version() == version


def test_another_schema_is_refused_and_a_newer_one_not_migrated(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("geodata.store.database.REVISIONS", (*schema.REVISIONS, "9998"))
    with pytest.raises(StoreFault, match=r"store\.version"):
        store.check_ready()
    monkeypatch.setattr("geodata.store.database.REVISIONS", ("0000",))
    with pytest.raises(StoreFault, match=r"store\.newer"):
        migrate(store.database.name)


@pytest.mark.parametrize("statement", ["UPDATE events SET actor = 'x'", "DELETE FROM events", "DELETE FROM imports"])
def test_what_happened_is_never_changed_even_by_a_unit_of_work(store: Store, statement: str) -> None:
    with store.unit_of_work(actor="test", now=NOW) as work:
        changes = work.put_enterprises(some_enterprises(2))
        work.record_import(noun="enterprises", file="x.csv", sha256="", changes=changes)
        work.commit()
    with store.unit_of_work(actor="test", now=NOW) as work:
        work.put_enterprises(some_enterprises(3))
        with pytest.raises(StoreFault, match="only be added"), work._reading() as connection:
            connection.exec_driver_sql(statement)
        with pytest.raises(StoreFault, match=r"store\.failed"):
            work.commit()
    assert len(store.events()) == 4


def test_views_show_the_same_in_every_kind(store: Store) -> None:
    owners = some_enterprises(20)
    with store.unit_of_work(actor="test", now=NOW) as work:
        work.put_enterprises(owners)
        work.put_sites(some_sites(owners))
        work.put_run_cards(run_cards())
        work.commit()
    placed = [site for site in some_sites(owners) if site.placed]
    assert [(code,) for code in sorted(site.code for site in placed)] == look(
        store, "SELECT site_code FROM enterprise_sites ORDER BY site_code"
    )
    assert look(store, "SELECT count(*), min(phone) FROM unplaced_sites") == [(2, "")]
    expected = [
        (
            *(card.type, card.level.value, need.code, need.tier, need.capability, need.command),
            *(need.teams, need.people, need.task, need.safe_distance_m, need.fallback, int(need.local)),
        )
        for card in store.run_cards().cards
        for need in card.needs
    ]
    columns = "type, level, line, tier, capability, command, teams, people, task, safe_distance_m, fallback, local"
    found = look(store, f"SELECT {columns} FROM run_card_needs")  # noqa: S608  our own view
    assert sorted(found, key=repr) == sorted(expected, key=repr)
    keys = look(store, "SELECT fid FROM run_card_needs")
    assert len(set(keys)) == len(keys)
