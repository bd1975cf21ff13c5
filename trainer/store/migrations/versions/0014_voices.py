"""What trainees tell each other, and what they think of the course."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """There."""
    op.create_table(
        "experience",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("on_key", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("scenario_id", sa.String(length=60), nullable=False),
        sa.Column("sandbox_key", sa.String(length=32), nullable=False),
        sa.Column("at", sa.Integer()),
        sa.Column("happened", sa.Text(), nullable=False),
        sa.Column("told_at", sa.Double(), nullable=False),
        sa.Column("changed_at", sa.Double()),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("hidden_by", sa.String(length=255), nullable=False),
        sa.Column("hidden_why", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_experience_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_experience")),
        sa.UniqueConstraint("key", name=op.f("uq_experience_key")),
    )
    op.create_index(op.f("ix_experience_on_key"), "experience", ["on_key"])
    op.create_index(op.f("ix_experience_person_id"), "experience", ["person_id"])
    op.create_table(
        "survey_reply",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("about", sa.String(length=10), nullable=False),
        sa.Column("clear", sa.SmallInteger(), nullable=False),
        sa.Column("useful", sa.SmallInteger(), nullable=False),
        sa.Column("pace", sa.SmallInteger(), nullable=False),
        sa.Column("difficulty", sa.SmallInteger(), nullable=False),
        sa.Column("helped", sa.Text(), nullable=False),
        sa.Column("change", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_survey_reply_person_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("person_id", "about", name=op.f("pk_survey_reply")),
    )  # fmt: skip


def downgrade() -> None:
    """And back."""
    op.drop_table("survey_reply")
    op.drop_table("experience")
