"""When somebody last got further; what those who teach write to trainees; questions and answers."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """There."""
    with op.batch_alter_table("sandbox") as sandbox:
        for name, kind in (("progressed_at", sa.Double()), ("progressed_asides", sa.Integer())):
            sandbox.add_column(sa.Column(name, kind, nullable=False, server_default="0"))
    op.execute("UPDATE sandbox SET progressed_at = touched_at, progressed_asides = asides")
    op.create_table(
        "letter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sender_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("sandbox_key", sa.String(length=32), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("sent_at", sa.Double(), nullable=False),
        sa.Column("read_at", sa.Double()),
        sa.ForeignKeyConstraint(
            ["sender_id"], ["person.id"], name=op.f("fk_letter_sender_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_letter_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter")),
    )
    op.create_index(op.f("ix_letter_person_id"), "letter", ["person_id", "read_at"])
    op.create_table(
        "asked",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("scenario_id", sa.String(length=60), nullable=False),
        sa.Column("sandbox_key", sa.String(length=32), nullable=False),
        sa.Column("at", sa.Integer()),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.Double(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_by", sa.Integer()),
        sa.Column("answered_at", sa.Double()),
        sa.Column("published", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_asked_person_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["answered_by"], ["person.id"], name=op.f("fk_asked_answered_by"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asked")),
        sa.UniqueConstraint("key", name=op.f("uq_asked_key")),
    )
    op.create_index(op.f("ix_asked_person_id"), "asked", ["person_id"])
    op.create_index(op.f("ix_asked_scenario_id"), "asked", ["scenario_id", "published"])


def downgrade() -> None:
    """And back."""
    op.drop_table("asked")
    op.drop_table("letter")
    with op.batch_alter_table("sandbox") as sandbox:
        sandbox.drop_column("progressed_asides")
        sandbox.drop_column("progressed_at")
