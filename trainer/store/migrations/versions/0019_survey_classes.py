"""Of which classes somebody was when they answered: who is in them today would tell who."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """There; for answers so far, the classes of today."""
    op.create_table(
        "survey_class",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("about", sa.String(length=10), nullable=False),
        sa.Column("classroom_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_survey_class_person_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["classroom_id"], ["classroom.id"], name=op.f("fk_survey_class_classroom_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "person_id", "about", "classroom_id", name=op.f("pk_survey_class")
        ),
    )  # fmt: skip
    op.execute(
        "INSERT INTO survey_class (person_id, about, classroom_id) "
        "SELECT r.person_id, r.about, m.classroom_id FROM survey_reply r "
        "JOIN class_member m ON m.person_id = r.person_id WHERE NOT m.teaches"
    )


def downgrade() -> None:
    """And back."""
    op.drop_table("survey_class")
