"""Run migrations over the connection that the program hands in."""

from alembic import context

from geodata.store.tables import METADATA

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=METADATA, transactional_ddl=True, render_as_batch=True)
context.run_migrations()
