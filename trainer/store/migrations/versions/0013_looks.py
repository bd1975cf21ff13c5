"""What else a person chooses about their screen: contrast, motion, keys."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

CHOICES = {"contrast": "system", "motion": "system", "shortcuts": "on"}


def upgrade() -> None:
    """There."""
    with op.batch_alter_table("person") as person:
        for name, usual in CHOICES.items():
            person.add_column(sa.Column(name, sa.String(10), nullable=False, server_default=usual))


def downgrade() -> None:
    """And back."""
    with op.batch_alter_table("person") as person:
        for name in CHOICES:
            person.drop_column(name)
