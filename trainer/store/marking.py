"""The tables about scores: what attempts came to, what people changed about them, and the trail;
what was written in them, and the marks of who read it.

The trail is append-only: triggers of the migration refuse to change or delete a row of it.
"""

from typing import Final

from sqlalchemy import (
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from trainer.store.tables import metadata

tally: Final = Table(
    "tally",
    metadata,
    Column(
        "sandbox_id", Integer, ForeignKey("sandbox.id", ondelete="CASCADE"), primary_key=True,
        autoincrement=False,
    ),
    # from what it was made; it is current while the sandbox still has these
    Column("opening_id", Integer, nullable=False),
    Column("events", Integer, nullable=False),
    Column("asides", Integer, nullable=False),
    Column("hints", Integer, nullable=False),
    Column("refused", Integer, nullable=False),
    Column("body", Text, nullable=False),  # JSON: trainer.play.tally.Tally
)  # fmt: skip

score_override: Final = Table(
    "score_override",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("sandbox_id", Integer, ForeignKey("sandbox.id", ondelete="CASCADE"), nullable=True),
    Column("quiz_id", Integer, ForeignKey("quiz.id", ondelete="CASCADE"), nullable=True),
    Column("score", Integer, nullable=False),  # points of 100
    Column("reason", Text, nullable=False),
    Column("by_id", Integer, nullable=False),
    Column("by_name", String(255), nullable=False),
    Column("at", Double, nullable=False),
    Column("ended_at", Double, nullable=True),  # withdrawn, or another one took its place
    Column("ended_by", String(255), nullable=True),
    Index("ix_score_override_sandbox_id", "sandbox_id"),
    Index("ix_score_override_quiz_id", "quiz_id"),
)

for _about in ("sandbox_id", "quiz_id"):
    Index(  # of two who override at once, the second is told
        f"uq_score_override_live_{_about}",
        score_override.c[_about],
        unique=True,
        sqlite_where=text("ended_at IS NULL"),
        postgresql_where=text("ended_at IS NULL"),
    )

regraded: Final = Table(
    "regraded",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("sandbox_id", Integer, ForeignKey("sandbox.id", ondelete="CASCADE"), nullable=False),
    Column("at", Double, nullable=False),
    Column("by_name", String(255), nullable=False),
    Column("was_opening_id", ForeignKey("opening.id"), nullable=False),
    Column("was_score", Integer, nullable=False),
    Column("score", Integer, nullable=False),
    Index("ix_regraded_sandbox_id", "sandbox_id"),
)

audit: Final = Table(
    "audit",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", Double, nullable=False),
    # no reference, and the names as they were: the trail outlives whom it tells of
    Column("by_id", Integer, nullable=True),
    Column("by_name", String(255), nullable=False),
    Column("action", String(40), nullable=False),
    Column("person_id", Integer, nullable=True),
    Column("about", String(500), nullable=False),
    Column("old", Text, nullable=False),
    Column("new", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Index("ix_audit_action_id", "action", "id"),
    Index("ix_audit_person_id_id", "person_id", "id"),
)

invitation: Final = Table(
    "invitation",
    metadata,
    Column("digest", String(64), primary_key=True),  # of the word in the link, which nobody keeps
    Column(
        "person_id", Integer, ForeignKey("person.id", ondelete="CASCADE"), nullable=False,
        index=True,
    ),
    Column("made_at", Double, nullable=False),
    Column("expires_at", Double, nullable=False),
    Column("used_at", Double, nullable=True),
)  # fmt: skip

piece: Final = Table(
    "piece",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("sandbox_id", Integer, ForeignKey("sandbox.id", ondelete="CASCADE"), nullable=False),
    Column("scenario_id", String(60), nullable=False),
    Column("judged", String(60), nullable=False),
    Column("number", Integer, nullable=False),
    Column("at", Integer, nullable=True),  # the event; none for a reflection
    Column("text", Text, nullable=False),
    Column("made_at", Double, nullable=False),
    UniqueConstraint("sandbox_id", "judged"),
    UniqueConstraint("scenario_id", "number"),
)

looked_through: Final = Table(
    "looked_through",
    metadata,
    Column(
        "sandbox_id", Integer, ForeignKey("sandbox.id", ondelete="CASCADE"), primary_key=True,
        autoincrement=False,
    ),
)  # fmt: skip

piece_mark: Final = Table(
    "piece_mark",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("piece_id", Integer, ForeignKey("piece.id", ondelete="CASCADE"), nullable=False),
    Column("body", Text, nullable=False),  # JSON: trainer.play.pieces.Marks
    Column("by_id", Integer, nullable=False),
    Column("by_name", String(255), nullable=False),
    Column("at", Double, nullable=False),
    Column("ended_at", Double, nullable=True),  # others took their place
    Index("ix_piece_mark_piece_id", "piece_id"),
)

Index(  # of two who mark at once, the second is told
    "uq_piece_mark_live",
    piece_mark.c.piece_id,
    unique=True,
    sqlite_where=text("ended_at IS NULL"),
    postgresql_where=text("ended_at IS NULL"),
)

names_shown: Final = Table(
    "names_shown",
    metadata,
    Column("id", Integer, primary_key=True),
    Column(
        "person_id", Integer, ForeignKey("person.id", ondelete="CASCADE"), nullable=False,
        index=True,
    ),
    Column("room", String(32), nullable=False),
    Column("scenario_id", String(60), nullable=False),
    Column("at", Double, nullable=False),
)  # fmt: skip
