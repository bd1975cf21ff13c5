"""What a sandbox is: an attempt, a copy to try something else, or what was taken back."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0006"
branch_labels = None
depends_on = None


def _live(*columns: str) -> None:
    """One live sandbox for each of these."""
    live = sa.text("NOT replaced")
    op.create_index(
        "uq_sandbox_live", "sandbox", columns, unique=True, sqlite_where=live, postgresql_where=live
    )


def upgrade() -> None:
    """There."""
    with op.batch_alter_table("sandbox") as sandbox:
        sandbox.add_column(
            sa.Column("kind", sa.String(length=10), nullable=False, server_default="attempt")
        )
    op.drop_index("uq_sandbox_live", table_name="sandbox")
    _live("person_id", "scenario_id", "kind")


def downgrade() -> None:
    """And back; forks have no place there."""
    op.execute("DELETE FROM sandbox WHERE kind = 'fork'")
    op.drop_index("uq_sandbox_live", table_name="sandbox")
    _live("person_id", "scenario_id")
    with op.batch_alter_table("sandbox") as sandbox:
        sandbox.drop_column("kind")
