"""What people said before they saw the reference, and which exercises they watched being done."""

import sqlalchemy as sa
from alembic import op

revision = "0008b"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """There."""
    op.create_table(
        "reflection",
        sa.Column("sandbox_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("said_at", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["sandbox_id"],
            ["sandbox.id"],
            name=op.f("fk_reflection_sandbox_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("sandbox_id", name=op.f("pk_reflection")),
    )
    op.create_table(
        "watched",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("scenario_id", sa.String(length=60), nullable=False),
        sa.Column("watched_at", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_watched_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", "scenario_id", name=op.f("pk_watched")),
    )


def downgrade() -> None:
    """And back."""
    op.drop_table("watched")
    op.drop_table("reflection")
