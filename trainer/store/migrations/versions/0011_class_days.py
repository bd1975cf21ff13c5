"""When runs changed their score; a class's days and door; who still has a first password."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """There."""
    op.create_table(
        "milestone",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sandbox_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("score", sa.SmallInteger(), nullable=False),
        sa.Column("finished", sa.Boolean(), nullable=False),
        sa.Column("turned", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["sandbox_id"],
            ["sandbox.id"],
            name=op.f("fk_milestone_sandbox_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_milestone")),
    )
    op.create_index(op.f("ix_milestone_sandbox_id"), "milestone", ["sandbox_id"])
    # of runs from before it is only known when they were last worked on
    op.execute(
        "INSERT INTO milestone (sandbox_id, at, score, finished, turned) "
        "SELECT id, touched_at, score, finished, finished FROM sandbox "
        "WHERE finished OR score > 0"
    )
    with op.batch_alter_table("classroom") as classroom:
        classroom.add_column(sa.Column("starts_on", sa.Date()))
        classroom.add_column(sa.Column("ends_on", sa.Date()))
        classroom.add_column(
            sa.Column("registers", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    with op.batch_alter_table("assignment") as assignment:
        assignment.add_column(
            sa.Column("mode", sa.String(length=10), nullable=False, server_default=sa.text("''"))
        )
    with op.batch_alter_table("person") as person:
        person.add_column(
            sa.Column("first_password", sa.Boolean(), nullable=False, server_default=sa.false())
        )


def downgrade() -> None:
    """And back."""
    with op.batch_alter_table("person") as person:
        person.drop_column("first_password")
    with op.batch_alter_table("assignment") as assignment:
        assignment.drop_column("mode")
    with op.batch_alter_table("classroom") as classroom:
        for name in ("registers", "ends_on", "starts_on"):
            classroom.drop_column(name)
    op.drop_table("milestone")
