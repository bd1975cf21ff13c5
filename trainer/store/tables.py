"""The tables of play, plain: openings, sandboxes, events, asides; banks, quizzes, their answers.
People are in records.py.

Whatever grows with use is keyed by its sandbox or quiz first, so it can be partitioned by it.
"""

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

metadata: Final = MetaData(
    naming_convention={  # migrations find constraints again by these names
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

opening: Final = Table(
    "opening",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("digest", String(80), nullable=False),  # of the scenario's text
    Column("scenario_id", String(60), nullable=False),
    Column("locale", String(10), nullable=False),
    Column("seed", Integer, nullable=False),
    Column("content", LargeBinary, nullable=False),  # the scenario as JSON, zlib
    Column("world", LargeBinary, nullable=False),  # trainer.orders.codec.encode_world, zlib
    Column("cast", Text, nullable=False),  # JSON
    Column("created_at", Double, nullable=False),
    UniqueConstraint("digest", "locale", "seed"),
)

sandbox: Final = Table(
    "sandbox",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String(32), nullable=False, unique=True),
    # its type is said here, as play does without the people's models
    Column("person_id", Integer, ForeignKey("person.id"), nullable=False, index=True),
    Column("opening_id", ForeignKey("opening.id"), nullable=False),
    Column("scenario_id", String(60), nullable=False),  # the opening's, for boards and for "again"
    Column("events", Integer, nullable=False),
    Column("asides", Integer, nullable=False),
    Column("opened_at", Double, nullable=False),
    Column("touched_at", Double, nullable=False),
    # when somebody last got further, and how many asides there were by then: whoever tries and
    # asks a lot since then may be stuck
    Column("progressed_at", Double, nullable=False, server_default="0"),
    Column("progressed_asides", Integer, nullable=False, server_default="0"),
    Column("score", Integer, nullable=False),
    Column("step", SmallInteger, nullable=False),
    Column("finished", Boolean, nullable=False),
    Column("now", BigInteger, nullable=False),
    Column("replaced", Boolean, nullable=False),
    Index("ix_sandbox_scenario_id_id", "scenario_id", "id"),
)

Index(  # two tabs that start over at once leave one live sandbox, not two
    "uq_sandbox_live",
    sandbox.c.person_id,
    sandbox.c.scenario_id,
    unique=True,
    sqlite_where=text("NOT replaced"),
    postgresql_where=text("NOT replaced"),
)

event: Final = Table(
    "event",
    metadata,
    Column("sandbox_id", ForeignKey("sandbox.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False),
    Column("actor", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("command_id", Text, nullable=False),
    Column("event", Text, nullable=False),  # trainer.orders.codec.encode
    sqlite_with_rowid=False,
)

aside: Final = Table(
    "aside",
    metadata,
    Column("sandbox_id", ForeignKey("sandbox.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("after", Integer, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("kind", Text, nullable=False),
    Column("command_id", Text, nullable=False),
    Column("body", Text, nullable=False),
    sqlite_with_rowid=False,
)

bank: Final = Table(
    "bank",
    metadata,
    Column("digest", String(80), primary_key=True),  # of the bank's text
    Column("content", LargeBinary, nullable=False),  # the bank as JSON, zlib
)

quiz: Final = Table(
    "quiz",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String(32), nullable=False, unique=True),
    Column("person_id", Integer, ForeignKey("person.id"), nullable=False, index=True),
    Column("chapter", String(60), nullable=False),
    Column("digest", ForeignKey("bank.digest"), nullable=False),
    Column("seed", Integer, nullable=False),
    Column("mode", String(10), nullable=False),
    Column("questions", Text, nullable=False),  # JSON: the ids that were drawn, in order
    Column("moment", Text, nullable=False),  # JSON: trainer.play.quiz.Moment
    Column("answered", Integer, nullable=False),
    Column("earned", String(80), nullable=False),  # a fraction: 17/3
    Column("begun_at", Double, nullable=False),
    Column("touched_at", Double, nullable=False),
)

answer: Final = Table(
    "answer",
    metadata,
    Column("quiz_id", ForeignKey("quiz.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("question", String(60), nullable=False),
    Column("answer", Text, nullable=False),  # JSON
    Column("share", String(80), nullable=False),
    Column("at", Double, nullable=False),
)

lesson_read: Final = Table(
    "lesson_read",
    metadata,
    Column("person_id", Integer, ForeignKey("person.id", ondelete="CASCADE"), primary_key=True),
    Column("row", String(10), primary_key=True),  # of the course
    Column("read_at", Double, nullable=False),
    sqlite_with_rowid=False,
)
