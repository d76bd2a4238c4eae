"""What only PostGIS can do or refuse: layers for other programs, roles, a server that goes and comes back."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from shutil import which

import psycopg
import pytest

from geodata.store import Store, backups, copy_store, create_store, open_store, shown, verify_store
from geodata.store.postgis_database import expected_triggers
from geodata.store.tables import METADATA, geometry_column
from gridgis.errors import Conflict, StoreFault
from tests.fakes.postgis import Cluster, running_cluster
from tests.fakes.stores import DISTRICT, NOW, PlacesOnServer, look, some_enterprises, some_sites

OGRINFO = which("ogrinfo")


@pytest.fixture
def store(cluster: Cluster) -> Iterator[Store]:
    """A store with some sites."""
    with PlacesOnServer(cluster).new_store() as made:
        put(made, 20)
        yield made


def put(store: Store, count: int) -> None:
    owners = some_enterprises(count)
    with store.unit_of_work(actor="test", now=NOW) as work:
        work.put_enterprises(owners)
        work.put_sites(some_sites(owners))
        work.commit()


def as_another_program(store: Store, *statements: str) -> None:
    """Run statements over a connection that is not the program's."""
    with closing(psycopg.connect(store.database.name, autocommit=True)) as connection:
        for statement in statements:
            connection.execute(statement)


def tamper(store: Store, statement: str) -> None:
    """Change the trail as somebody does who may switch its guards off and on."""
    guards = "ALTER TABLE events {} TRIGGER USER"
    as_another_program(store, guards.format("DISABLE"), statement, guards.format("ENABLE"))


class TestForeignWrites:
    """Other programs read; what they write is refused with words."""

    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE enterprises SET name = 'x'",
            "UPDATE enterprises SET name = 'x' WHERE false",
            "INSERT INTO settings (id, code, value, updated_at) VALUES (gen_random_uuid(), 'a', '1', now())",
            "DELETE FROM sites",
            "TRUNCATE teams CASCADE",
            "UPDATE alembic_version SET version_num = '2'",
        ],
    )
    def test_by_sql(self, store: Store, statement: str) -> None:
        with pytest.raises(psycopg.errors.RaiseException, match="gridgis import"):
            as_another_program(store, statement)

    def test_the_trail_is_not_even_emptied_by_who_has_the_permit(self, store: Store) -> None:
        for statement in ("TRUNCATE events", "TRUNCATE sources", "DELETE FROM events WHERE fid = 1"):
            with pytest.raises(psycopg.errors.RaiseException, match="only be added"):
                as_another_program(store, "SET gridgis.writing = 'on'", statement)

    @pytest.mark.parametrize(
        "statement", ["DROP TRIGGER sites_guard ON sites", "ALTER TABLE events DISABLE TRIGGER events_kept_delete"]
    )
    def test_a_database_from_which_triggers_were_taken_is_refused(self, store: Store, statement: str) -> None:
        as_another_program(store, statement)
        for look_at in (store.check_ready, lambda: open_store(store.database.name)):
            with pytest.raises(StoreFault) as error:
                look_at()
            assert error.value.code == "store.altered"
            assert error.value.fields["missing"] in {"sites_guard", "events_kept_delete"}

    def test_every_table_has_its_triggers(self) -> None:
        assert {f"{name}_guard" for name in METADATA.tables} < expected_triggers()

    @pytest.mark.parametrize(
        ("statement", "place"),
        [
            ("UPDATE events SET actor = '李强' WHERE fid = 7", 7),
            ("UPDATE events SET recorded_at = recorded_at + interval '1 microsecond' WHERE fid = 7", 7),
            ("UPDATE events SET happened_at = 'infinity' WHERE fid = 7", 7),
            ("DELETE FROM events WHERE fid = 4", 4),
        ],
    )
    def test_who_changes_the_trail_all_the_same_is_found_out(self, store: Store, statement: str, place: int) -> None:
        tamper(store, statement)
        broken = verify_store(store, now=NOW).broken
        assert broken is not None
        assert broken.sequence == place

    def test_a_broken_chain_is_backed_up_as_evidence_and_not_copied_as_a_district(
        self, store: Store, tmp_path: Path
    ) -> None:
        tamper(store, "DELETE FROM events WHERE fid = 4")
        _, found = backups.back_up(store.database.name, tmp_path, now=NOW)
        assert found.broken is not None
        assert found.broken.sequence == 4
        with pytest.raises(StoreFault, match=r"copy\.chain"):
            copy_store(store.database.name, tmp_path / "copy.gpkg", now=NOW)
        assert len(list(tmp_path.iterdir())) == 1


class TestReaders:
    """QGIS and others read the layers as they are."""

    def test_a_role_that_may_only_read_is_enough(self, store: Store, cluster: Cluster) -> None:
        cluster.execute("DROP ROLE IF EXISTS reader")
        cluster.execute("CREATE ROLE reader LOGIN")
        as_another_program(store, "GRANT SELECT ON enterprise_sites, sites, enterprises TO reader")
        address = store.database.name.replace("//gridgis@", "//reader@")
        with closing(psycopg.connect(address)) as connection:
            found = connection.execute(
                "SELECT count(*), ST_SRID(min(geom)) FROM enterprise_sites GROUP BY ST_SRID(geom)"
            )
            assert found.fetchall() == [(18, 4326)]
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute("SELECT * FROM accounts")
        as_another_program(store, "DROP OWNED BY reader")

    def test_every_layer_has_its_type_and_a_spatial_index(self, store: Store) -> None:
        layers = {table.name: kind.kind for table in METADATA.sorted_tables if (kind := geometry_column(table))}
        query = (
            "SELECT f_table_name, type FROM geometry_columns WHERE srid = 4326 AND f_table_name <> 'enterprise_sites'"
        )
        assert dict(look(store, query)) == layers
        indexed = look(store, "SELECT tablename FROM pg_indexes WHERE indexdef LIKE '%USING gist (geom)'")
        assert sorted(name for (name,) in indexed) == sorted(layers)

    @pytest.mark.skipif(OGRINFO is None, reason="needs GDAL's command line")
    def test_gdal_reads_a_layer_with_its_description(self, store: Store, cluster: Cluster) -> None:
        name = store.database.name.partition("@/")[2].partition("?")[0]
        source = f"PG:host={cluster.folder} user=gridgis dbname={name}"
        done = subprocess.run(
            [str(OGRINFO), "-ro", "-so", source, "sites"], capture_output=True, text=True, check=False
        )
        assert "Feature Count: 20" in done.stdout, done.stderr
        assert "生产经营场所 Sites" in done.stdout


class TestReaching:
    """A server that can't be reached is told in words, and never the password."""

    def test_a_password_is_shown_to_nobody(self, cluster: Cluster) -> None:
        address = f"postgresql://gridgis:hunter2@/none?host={cluster.folder}&sslpassword=hunter3"
        assert "hunter" not in shown(address)
        with pytest.raises(StoreFault) as error:
            open_store(address)
        assert error.value.code == "store.unreachable"
        assert "none" in error.value.fields["cause"]
        assert "hunter" not in str(error.value.fields)

    def test_a_database_without_a_district_is_missing_and_one_of_another_program_foreign(
        self, cluster: Cluster
    ) -> None:
        address = cluster.new()
        with pytest.raises(StoreFault, match=r"store\.missing"):
            open_store(address)
        name = address.partition("@/")[2].partition("?")[0]
        cluster.execute("CREATE TABLE alembic_version (version_num TEXT)", name)
        with pytest.raises(StoreFault, match=r"store\.foreign"):
            open_store(address)
        cluster.drop(address)

    def test_of_two_that_make_a_district_at_once_one_is_refused(self, cluster: Cluster) -> None:
        address = cluster.new()

        def make(_: int) -> str:
            try:
                create_store(address, DISTRICT, now=NOW).close()
            except Conflict as refusal:
                return refusal.code
            return "made"

        with ThreadPoolExecutor(2) as pool:
            assert sorted(pool.map(make, range(2))) == ["made", "store.exists"]
        with open_store(address) as made:
            assert made.district() == DISTRICT
        cluster.drop(address)

    def test_who_may_not_switch_postgis_on_is_told(self, cluster: Cluster) -> None:
        cluster.execute("DROP ROLE IF EXISTS clerk")
        cluster.execute("CREATE ROLE clerk LOGIN")
        address = cluster.new()
        name = address.partition("@/")[2].partition("?")[0]
        cluster.execute(f"ALTER DATABASE {name} OWNER TO clerk")
        as_clerk = address.replace("//gridgis@", "//clerk@")
        with pytest.raises(StoreFault, match=r"store\.no_postgis"):
            create_store(as_clerk, DISTRICT, now=NOW)
        cluster.execute("CREATE EXTENSION postgis", name)
        cluster.execute("GRANT CREATE ON SCHEMA public TO clerk", name)
        with create_store(as_clerk, DISTRICT, now=NOW) as made:
            put(made, 3)
        cluster.drop(address)

    def test_who_may_not_write_is_told(self, store: Store, cluster: Cluster) -> None:
        cluster.execute("DROP ROLE IF EXISTS guest")
        cluster.execute("CREATE ROLE guest LOGIN")
        as_another_program(store, "GRANT SELECT ON ALL TABLES IN SCHEMA public TO guest")
        with open_store(store.database.name.replace("//gridgis@", "//guest@")) as guest:
            assert len(guest.enterprises()) == 20
            with pytest.raises(StoreFault, match=r"store\.read_only"):
                put(guest, 30)
        as_another_program(store, "DROP OWNED BY guest")

    def test_a_server_that_takes_no_changes_is_not_ready(self, store: Store, cluster: Cluster) -> None:
        name = store.database.name.partition("@/")[2].partition("?")[0]
        cluster.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
        with open_store(store.database.name) as again, pytest.raises(StoreFault, match=r"store\.read_only"):
            again.check_ready()

    def test_without_the_driver_it_is_named(self) -> None:
        program = (
            "import sys\n"
            "sys.modules['psycopg'] = None\n"
            "from geodata.store import open_store\n"
            "try:\n"
            "    open_store('postgresql://localhost/district')\n"
            "except Exception as error:\n"
            "    print(error.code)"
        )
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
        assert done.stdout.strip() == "store.no_driver"


class TestAServerThatGoes:
    """The program says so, loses nothing that it acknowledged, and goes on by itself when the server is back."""

    @pytest.fixture
    def own(self) -> Iterator[Cluster]:
        """A cluster that may be stopped."""
        with running_cluster() as made:
            yield made

    @pytest.mark.parametrize("how", ["stopped", "killed"])
    def test_and_comes_back(self, own: Cluster, how: str) -> None:
        with open_store(own.empty_district()) as store:
            put(store, 5)
            with store.unit_of_work(actor="test", now=NOW) as work:
                work.put_enterprises(some_enterprises(9))
                own.kill() if how == "killed" else own.stop()
                with pytest.raises(StoreFault, match=r"store\.unreachable"):
                    work.commit()
            for ask in (store.version, store.check_ready, lambda: put(store, 7), lambda: store.changed(1, timeout_s=5)):
                with pytest.raises(StoreFault, match=r"store\.unreachable"):
                    ask()
            own.start()
            assert len(store.enterprises()) == 5
            put(store, 7)
            assert len(store.state().enterprises) == 7
            assert verify_store(store, now=NOW).broken is None
            assert store.check_ready() == store.changed(0, timeout_s=5) == store.version()
