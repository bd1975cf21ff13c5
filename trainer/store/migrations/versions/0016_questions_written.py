"""Questions are written here, too: drafts and versions say what they are of."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """There."""
    with op.batch_alter_table("draft") as draft:
        draft.alter_column("scenario_id", new_column_name="name")
        draft.add_column(_kind())
    with op.batch_alter_table("version") as version:
        version.drop_constraint(op.f("uq_version_scenario_id_number"), type_="unique")
        version.alter_column("scenario_id", new_column_name="name")
        version.add_column(_kind())
    with op.batch_alter_table("version") as version:
        version.create_unique_constraint(
            op.f("uq_version_kind_name_number"), ["kind", "name", "number"]
        )


def _kind() -> sa.Column:
    return sa.Column("kind", sa.String(length=10), nullable=False, server_default="scenario")


def downgrade() -> None:
    """And back; only scenarios stay, as before."""
    for table in ("draft", "version"):
        op.execute(f"DELETE FROM {table} WHERE kind <> 'scenario'")
    with op.batch_alter_table("version") as version:
        version.drop_constraint(op.f("uq_version_kind_name_number"), type_="unique")
        version.drop_column("kind")
        version.alter_column("name", new_column_name="scenario_id")
    with op.batch_alter_table("version") as version:
        version.create_unique_constraint(
            op.f("uq_version_scenario_id_number"), ["scenario_id", "number"]
        )
    with op.batch_alter_table("draft") as draft:
        draft.drop_column("kind")
        draft.alter_column("name", new_column_name="scenario_id")
