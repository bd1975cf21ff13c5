"""Alembic's entry: runs the migrations over the connection it is handed by `database.migrations`.

A new revision: change the models, then in a shell, on a database that is up to date,
`with migrations(engine) as config: command.revision(config, "what it does", autogenerate=True)`.
"""

from alembic import context

from trainer.store.records import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,  # SQLite alters a table by building it anew
)
context.run_migrations()
