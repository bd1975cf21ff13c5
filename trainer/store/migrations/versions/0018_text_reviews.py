"""Words of drafts that somebody has reviewed beside the English ones."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """There."""
    op.create_table(
        "text_review",
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("words", sa.String(length=16), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("reviewed_at", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_text_review_person_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("language", "source", "words", name=op.f("pk_text_review")),
    )  # fmt: skip
    op.create_index(op.f("ix_text_review_source"), "text_review", ["source"])
    op.create_index(op.f("ix_text_review_words"), "text_review", ["words"])


def downgrade() -> None:
    """And back."""
    op.drop_table("text_review")
