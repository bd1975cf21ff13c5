"""How much more time than others a person has where time is limited."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """There."""
    with op.batch_alter_table("person") as person:
        person.add_column(sa.Column("extra_time", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    """And back."""
    with op.batch_alter_table("person") as person:
        person.drop_column("extra_time")
