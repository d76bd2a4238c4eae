"""Bring a database to the schema of this program, in one transaction."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection

from geodata.store.geopackage import permit, revoke
from geodata.store.schema import REVISIONS
from geodata.store.sqlite import WRITE, check_file, engine_for, faults, revision_of
from gridgis.errors import StoreFault

MIGRATIONS = Path(__file__).parent / "migrations"


def migrate(db: str | Path) -> str:
    """Bring a database to this program's schema version, which is returned; nothing changes when it is there already.

    Raises:
        StoreFault: ``store.missing``, ``store.foreign``, ``store.newer`` or what the file system refuses.
    """
    path = Path(db)
    check_file(path)
    engine = engine_for(path)
    try:
        with faults(db), engine.connect().execution_options(**WRITE) as connection, connection.begin():
            if revision_of(connection, db) != REVISIONS[-1]:
                permit(connection)
                upgrade(connection)
                revoke(connection)
            return revision_of(connection, db)
    finally:
        engine.dispose()


def upgrade(connection: Connection, revision: str = REVISIONS[-1]) -> None:
    """Run every migration up to a revision inside the open transaction of a connection."""
    from alembic import command
    from alembic.config import Config

    if revision not in REVISIONS:
        raise StoreFault("store.newer", found=revision, wanted=REVISIONS[-1])
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, revision)
