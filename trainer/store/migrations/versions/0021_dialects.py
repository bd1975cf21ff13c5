"""In whose words a person sees the states of orders; ours where nobody said."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """There; for everybody so far ours."""
    with op.batch_alter_table("person") as person:
        person.add_column(
            sa.Column("dialect", sa.String(10), nullable=False, server_default="ours")
        )


def downgrade() -> None:
    """And back."""
    with op.batch_alter_table("person") as person:
        person.drop_column("dialect")
