"""Alembic's entry: runs the migrations on the connection that tasks.migrate hands over."""

from alembic import context

from models.tables import METADATA

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=METADATA,
    version_table=context.config.attributes["version_table"],
    render_as_batch=True,
    transaction_per_migration=False,
)
context.run_migrations()
