"""The first schema."""

from alembic import op

from geodata.store.database import database_of
from geodata.store.schema import VIEWS
from geodata.store.tables import METADATA, tables_since

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    connection = op.get_bind()
    database = database_of(connection)
    database.lay_out(connection)
    METADATA.create_all(connection, tables_since(revision))
    for table in tables_since(revision):
        database.adopt(connection, table)
    for view in VIEWS:
        database.show(connection, view)


def downgrade() -> None:
    raise NotImplementedError
