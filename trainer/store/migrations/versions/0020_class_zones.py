"""Whose clocks a class's dates are told by; the server's where nobody said."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """There; for classes so far the server's, as it was."""
    with op.batch_alter_table("classroom") as table:
        table.add_column(
            sa.Column("zone", sa.String(length=60), nullable=False, server_default=sa.text("''"))
        )


def downgrade() -> None:
    """And back."""
    with op.batch_alter_table("classroom") as table:
        table.drop_column("zone")
