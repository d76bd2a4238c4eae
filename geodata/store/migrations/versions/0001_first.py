"""The first schema."""

from alembic import op

from geodata.store.geopackage import STANDARD_TABLES, Layer, append_only, guard, lay_out, permit, register
from geodata.store.schema import APPEND_ONLY, VIEWS
from geodata.store.tables import METADATA, geometry_column, is_private

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    connection = op.get_bind()
    lay_out(connection)
    permit(connection)
    METADATA.create_all(connection)
    for table in METADATA.sorted_tables:
        if is_private(table):
            continue
        kind = geometry_column(table)
        register(connection, Layer(table.name, table.comment or "", kind.kind if kind else ""))
    for view in VIEWS:
        connection.exec_driver_sql(f"CREATE VIEW {view.name} AS {view.query}")
        register(connection, Layer(view.name, view.said, view.geometry, indexed=False))
    guard(connection, (*STANDARD_TABLES, *(table.name for table in METADATA.sorted_tables), "alembic_version"))
    for name, emptied in APPEND_ONLY.items():
        append_only(connection, METADATA.tables[name], emptied)


def downgrade() -> None:
    raise NotImplementedError
