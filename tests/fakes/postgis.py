"""Start a private PostgreSQL cluster with PostGIS for tests, or say loudly why not.

It listens on a Unix socket in its own folder only, and goes with the tests. Without PostGIS the tests that need it are
skipped with a reason; where ``CI`` is ``true`` that is a failure, because there they must run.
"""

from __future__ import annotations

import os
import pwd
import select
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import Any, NoReturn

import pytest

from geodata.store import create_store
from gridgis.cells import District
from gridgis.errors import StoreFault
from tests.fakes.stores import DISTRICT, NOW

VERSIONED = Path("/usr/lib/postgresql")
MEMORY = Path("/dev/shm")  # noqa: S108  files in it go with the tests
LEAST_ROOM = 4_000_000_000
EMPTY = "gridgis_empty"
OWNER = "gridgis"
SETTINGS = ("listen_addresses=''", "fsync=off", "full_page_writes=off", "max_connections=100", "shared_buffers=64MB")


def cannot(why: str) -> NoReturn:
    """Skip a test for want of PostGIS; fail it in CI."""
    message = f"no PostGIS here ({why}); `make system` installs it"
    if os.environ.get("CI") == "true":
        pytest.fail(message)
    pytest.skip(message)


def roomy_memory() -> str | None:
    """A folder in memory, where a database is cloned five times as fast, when there is one with room."""
    roomy = MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > LEAST_ROOM
    return str(MEMORY) if roomy else None


def server_folder() -> Path:
    """Where PostgreSQL's own programs lie, the newest version's where there are several."""
    versions = sorted(
        VERSIONED.glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]) if path.parts[-3].isdigit() else 0
    )
    found = versions[-1] if versions else shutil.which("initdb")
    return Path(found).parent if found else cannot("no initdb")


@dataclass
class Cluster:
    """A running server of our own."""

    programs: Path
    folder: Path
    _numbers: Iterator[int] = field(default_factory=count)

    def address(self, name: str) -> str:
        """Address of a database."""
        return f"postgresql://{OWNER}@/{name}?host={self.folder}"

    def run(self, program: str, *arguments: str) -> None:
        """Run one of PostgreSQL's programs, which refuse to run as root."""
        subprocess.run(
            [str(self.programs / program), "-D", str(self.folder / "data"), *arguments],
            check=True,
            cwd=self.folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            **_somebody(),
        )

    def start(self) -> None:
        """Start the server."""
        settings = " ".join(f"-c {setting}" for setting in SETTINGS)
        self.run("pg_ctl", "-w", "-l", str(self.folder / "log"), "-o", f"-k {self.folder} {settings}", "start")

    def stop(self, mode: str = "immediate") -> None:
        """Stop the server; ``immediate`` as a power cut would."""
        self.run("pg_ctl", "-w", "-m", mode, "stop")

    def kill(self) -> None:
        """Kill the server with all its processes, and wait until they are gone."""
        server = int((self.folder / "data" / "postmaster.pid").read_text().splitlines()[0])
        children = Path(f"/proc/{server}/task/{server}/children").read_text().split()
        for number in (server, *map(int, children)):
            with suppress(ProcessLookupError):
                process = os.pidfd_open(number)
                try:
                    signal.pidfd_send_signal(process, signal.SIGKILL)
                    select.select([process], [], [], 10)
                finally:
                    os.close(process)
        for left in (self.folder / "data" / "postmaster.pid", self.folder / ".s.PGSQL.5432.lock"):
            left.unlink()  # where nobody reaps the dead, they would pass for alive

    def execute(self, statement: str, database: str = "postgres") -> list[tuple[Any, ...]]:
        """Run a statement by other means than the store's own."""
        import psycopg

        with closing(psycopg.connect(self.address(database), autocommit=True)) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []

    def new(self, template: str = "template1") -> str:
        """Address of a new database."""
        name = f"test_{next(self._numbers)}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self.address(name)

    def empty_district(self, district: District = DISTRICT) -> str:
        """Address of a new database that holds a district and nothing else."""
        if district is DISTRICT:
            return self.new(EMPTY)
        address = self.new()
        create_store(address, district, now=NOW).close()
        return address

    def drop(self, address: str) -> None:
        """Drop a database, whoever is connected to it."""
        self.execute(f"DROP DATABASE IF EXISTS {address.partition('@/')[2].partition('?')[0]} WITH (FORCE)")


@contextmanager
def running_cluster() -> Iterator[Cluster]:
    """A cluster with a database to clone."""
    if find_spec("psycopg") is None:
        cannot("no psycopg")
    with tempfile.TemporaryDirectory(prefix="gridgis-", dir=roomy_memory()) as folder:
        made = Cluster(server_folder(), Path(folder))
        if "user" in (somebody := _somebody()):
            os.chown(folder, pwd.getpwnam(somebody["user"]).pw_uid, somebody["group"])
        made.run("initdb", "-A", "trust", "-U", OWNER, "--no-sync", "-E", "UTF8", "--locale=C")
        made.start()
        try:
            made.execute(f"CREATE DATABASE {EMPTY}")
            try:
                create_store(made.address(EMPTY), DISTRICT, now=NOW).close()
            except StoreFault as fault:
                if fault.code != "store.no_postgis":
                    raise
                cannot(str(fault.fields["cause"]))
            yield made
        finally:
            with suppress(subprocess.CalledProcessError):  # it was stopped by a test
                made.stop()


def _somebody() -> dict[str, Any]:
    """Whom a server runs as: ourselves, but never root."""
    if os.getuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            return {"user": name, "group": pwd.getpwnam(name).pw_gid, "extra_groups": []}
        except KeyError:
            continue
    cannot("root, and nobody to run a server as")


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A private cluster for all tests of this process, started for the first one that asks for it."""
    with running_cluster() as made:
        yield made
