"""Hazards of the field: their steps and photos, and what is on its way."""

from alembic import op

from geodata.store.database import database_of
from geodata.store.tables import METADATA, tables_since

revision = "0004_field"
down_revision = "0003_desk"
branch_labels = None
depends_on = None


def upgrade() -> None:
    connection = op.get_bind()
    METADATA.create_all(connection, tables_since(revision))
    for table in tables_since(revision):
        database_of(connection).adopt(connection, table)


def downgrade() -> None:
    raise NotImplementedError
