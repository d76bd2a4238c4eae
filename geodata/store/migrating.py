"""Bring a database to the schema of this program, in one transaction."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection

from geodata.store.opening import database_at
from geodata.store.schema import REVISIONS
from gridgis.errors import StoreFault

MIGRATIONS = Path(__file__).parent / "migrations"


def migrate(db: str | Path) -> str:
    """Bring a database to this program's schema version, which is returned; nothing changes when it is there already.

    Raises:
        StoreFault: ``store.missing``, ``store.foreign``, ``store.newer`` or what the file system refuses.
    """
    database = database_at(db)
    with database.faults():
        engine = database.engine()
    try:
        with (
            database.faults(),
            engine.connect().execution_options(**database.writing) as connection,
            connection.begin(),
        ):
            if database.check_revision(connection) != REVISIONS[-1]:
                database.permit(connection)
                upgrade(connection)
                database.revoke(connection)
            return database.check_revision(connection)
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
