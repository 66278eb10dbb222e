"""Runs migrations on the connection it is given, all in one transaction."""

from alembic import context

from handrail.storage.tables import metadata

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    transactional_ddl=True,
    transaction_per_migration=False,
    render_as_batch=connection.dialect.name == "sqlite",
)
if connection.dialect.name == "sqlite":
    context.run_migrations()  # the caller began the transaction
else:
    with context.begin_transaction():
        context.run_migrations()
