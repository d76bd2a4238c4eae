"""The schema that the program reads is the one that migrations make, and released migrations never change."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy.dialects.sqlite import dialect
from sqlalchemy.schema import CreateTable

from geodata.store import Store, UnitOfWork
from geodata.store.migrating import MIGRATIONS
from geodata.store.reading import STATE_PARTS, Reads
from geodata.store.schema import REVISIONS, VIEWS
from geodata.store.tables import METADATA
from tests.fakes.stores import new_store, rows


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with new_store(tmp_path_factory.mktemp("schema")) as made:
        yield made


def test_the_versions_are_those_of_the_migrations_in_order() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    scripts = [script.revision for script in ScriptDirectory.from_config(config).walk_revisions()]
    assert tuple(reversed(scripts)) == REVISIONS


def test_tables_are_written_in_the_file_as_the_program_declares_them(store: Store) -> None:
    def words(text: str) -> list[str]:
        return text.replace("(", " ( ").replace(")", " ) ").replace(",", " , ").replace('"', "").split()

    for table in METADATA.sorted_tables:
        ((text,),) = rows(store.path, "SELECT sql FROM sqlite_master WHERE name = ? AND type = 'table'", table.name)
        assert words(text) == words(str(CreateTable(table).compile(dialect=dialect())))


def test_views_are_written_in_the_file_as_the_program_declares_them(store: Store) -> None:
    for view in VIEWS:
        ((text,),) = rows(store.path, "SELECT sql FROM sqlite_master WHERE name = ? AND type = 'view'", view.name)
        assert text == f"CREATE VIEW {view.name} AS {view.query}"


def test_a_store_and_a_unit_of_work_have_the_same_getters() -> None:
    getters = {name for name in vars(Reads) if not name.startswith("_")}
    assert getters >= {"district", "plans", "officers", "posts", "enterprises", "sites", "teams", "run_cards", "roads"}
    for kind in (Store, UnitOfWork):
        assert all(callable(getattr(kind, name)) for name in getters)


REFERENCE = Path(__file__).parents[2] / "docs" / "reference" / "store.md"


def test_every_table_is_drawn_in_the_reference() -> None:
    text = REFERENCE.read_text("utf-8")
    for name in (*METADATA.tables, *(view.name for view in VIEWS)):
        assert f"`{name}`" in text, name
        if name in METADATA.tables:
            assert f"    {name} {{" in text, name


def test_the_drawing_has_the_columns_of_each_table_in_their_order() -> None:
    text = REFERENCE.read_text("utf-8")
    for table in METADATA.sorted_tables:
        _, _, after = text.partition(f"    {table.name} {{\n")
        drawn = [line.split()[:2] for line in after.partition("    }")[0].splitlines()]
        columns = [(column.type.compile(dialect=dialect()), column.name) for column in table.columns]
        assert list(map(tuple, drawn)) == columns, table.name


def test_every_noun_of_an_event_is_explained_in_the_reference() -> None:
    text = REFERENCE.read_text("utf-8")
    nouns = {noun for parts in STATE_PARTS.values() for noun in parts} | {"setting", "import"}
    assert all(f"`{noun}`" in text for noun in nouns)
