"""Which lessons a person has read."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """There."""
    op.create_table(
        "lesson_read",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("row", sa.String(length=10), nullable=False),
        sa.Column("read_at", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_lesson_read_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", "row", name=op.f("pk_lesson_read")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """And back."""
    op.drop_table("lesson_read")
