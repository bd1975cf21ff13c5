"""People, their roles, and the boards over their attempts, through the ORM.

Flask-Security gets a `SQLAlchemySessionUserDatastore(sessions(engine), User, Role)`: that way the
accounts and `SqlStore` share the one engine of `database.connect`, whereas Flask-SQLAlchemy-Lite
would build a second one from the app's config, without our SQLite settings. Call
`session.remove()` when a request ends (`app.teardown_appcontext`).

The models are our own over Flask-Security's mixins: its `sqla_v2` models carry a dozen columns for
features that are off, and a passkey relation that exists or not depending on what is installed.
"""

from collections.abc import Collection
from datetime import datetime
from fractions import Fraction
from typing import Any, Final

import msgspec
from flask_security.core import RoleMixin, UserMixin
from sqlalchemy import Column, Engine, ForeignKey, String, Table, false, func, select
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    Session,
    mapped_column,
    relationship,
    scoped_session,
    sessionmaker,
)

from trainer.store import marking as _marking  # noqa: F401 - part of the schema
from trainer.store import tables
from trainer.store.among import among


class Base(DeclarativeBase):
    """Base of the mapped classes; one metadata with the plain tables."""

    metadata = tables.metadata


person_role: Final = Table(
    "person_role",
    Base.metadata,
    Column("person_id", ForeignKey("person.id", ondelete="CASCADE"), primary_key=True),
    Column("role_id", ForeignKey("role.id", ondelete="CASCADE"), primary_key=True),
)


class Role(Base, RoleMixin):
    """What a person may do here: trainee, instructor or admin."""

    __tablename__ = "role"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80), unique=True)
    description: Mapped[str | None] = mapped_column(String(255))


class User(Base, UserMixin):
    """A person with an account, and how they like their screen."""

    __tablename__ = "person"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(255), unique=True)
    username: Mapped[str | None] = mapped_column(String(255), unique=True)
    password: Mapped[str | None] = mapped_column(String(255))
    active: Mapped[bool]
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True)
    """What a login cookie names the person by; a new one logs them out everywhere."""
    confirmed_at: Mapped[datetime | None]
    # Flask-Security types these as if everybody had logged in before
    last_login_at: Mapped[datetime | None]  # type: ignore[assignment]
    current_login_at: Mapped[datetime | None]  # type: ignore[assignment]
    last_login_ip: Mapped[str | None] = mapped_column(String(64))
    current_login_ip: Mapped[str | None] = mapped_column(String(64))
    login_count: Mapped[int | None]  # type: ignore[assignment]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())

    name: Mapped[str] = mapped_column(String(120), default="")
    """The name others see."""
    language: Mapped[str | None] = mapped_column(String(10))
    """en, zh_Hans or zh_Hant; None until chosen, then the browser's wish counts."""
    theme: Mapped[str] = mapped_column(String(10), default="system")
    """system, light or dark."""
    font_size: Mapped[int] = mapped_column(default=16)
    """Pixels of the root font: 16, 18, 20 or 24."""
    contrast: Mapped[str] = mapped_column(String(10), default="system", server_default="system")
    """system or more."""
    motion: Mapped[str] = mapped_column(String(10), default="system", server_default="system")
    """system or reduced."""
    shortcuts: Mapped[str] = mapped_column(String(10), default="on", server_default="on")
    """on or off: whether single keys press what they are printed on."""
    dialect: Mapped[str] = mapped_column(String(10), default="ours", server_default="ours")
    """ours, or the system in whose words the states of orders are shown."""

    extra_time: Mapped[int] = mapped_column(default=0, server_default="0")
    """Percent of a time limit that is added to it; -1 for no limit at all."""

    first_password: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether somebody else knows the password: a list on paper, say. Then it must be changed."""

    roles: Mapped[list[Role]] = relationship(secondary=person_role)  # type: ignore[assignment]


def sessions(engine: Engine) -> scoped_session[Session]:
    """The ORM's sessions, one per thread, for accounts and boards."""
    return scoped_session(sessionmaker(engine))


class Attempt(msgspec.Struct, frozen=True):
    """A line of an instructor's board: who is at what, and how they stand."""

    key: str
    person_id: int
    name: str
    scenario_id: str
    score: int
    step: int
    finished: bool
    replaced: bool
    opened_at: float
    touched_at: float


def name_of(session: Session | scoped_session[Session], person_id: int) -> str:
    """The name others see of a person."""
    shown = func.coalesce(func.nullif(User.name, ""), User.username, User.email)
    return session.scalar(select(shown).where(User.id == person_id)) or ""


def extra_time_of(session: Session | scoped_session[Session], person_id: int) -> int:
    """Percent of a time limit that a person has on top; -1 for no limit."""
    return session.scalar(select(User.extra_time).where(User.id == person_id)) or 0


def standings(
    session: Session | scoped_session[Session],
    *,
    scenario_id: str | None = None,
    person_id: int | None = None,
    people: Collection[int] | None = None,
    page: int = 1,
    size: int = 50,
) -> list[Attempt]:
    """A page of attempts, newest first: one statement, whatever happened in them."""
    row = tables.sandbox.c
    shown = func.coalesce(func.nullif(User.name, ""), User.username, User.email)
    columns: dict[str, Any] = {**row, "name": shown}
    statement = (
        select(*(columns[field] for field in Attempt.__struct_fields__))
        .join_from(tables.sandbox, User)
        .order_by(row.id.desc())
        .limit(size)
        .offset((page - 1) * size)
    )
    statement = statement.where(row.kind != "undone")
    if scenario_id is not None:
        statement = statement.where(row.scenario_id == scenario_id)
    if person_id is not None:
        statement = statement.where(row.person_id == person_id)
    if people is not None:
        statement = statement.where(among(row.person_id, people))
    return [Attempt(*line) for line in session.execute(statement)]


class QuizTaken(msgspec.Struct, frozen=True):
    """A line of an instructor's list of quizzes."""

    key: str
    person_id: int
    name: str
    chapter: str
    mode: str
    answered: int
    asked: int
    share: Fraction
    touched_at: float


def quiz_standings(
    session: Session | scoped_session[Session],
    *,
    person_id: int | None = None,
    people: Collection[int] | None = None,
    page: int = 1,
    size: int = 50,
) -> list[QuizTaken]:
    """A page of quizzes, newest first: one statement."""
    row = tables.quiz.c
    shown = func.coalesce(func.nullif(User.name, ""), User.username, User.email)
    statement = (
        select(
            *(row.key, row.person_id, shown, row.chapter, row.mode, row.answered),
            *(row.questions, row.earned, row.touched_at),
        )
        .join_from(tables.quiz, User)
        .order_by(row.id.desc())
        .limit(size)
        .offset((page - 1) * size)
    )
    if person_id is not None:
        statement = statement.where(row.person_id == person_id)
    if people is not None:
        statement = statement.where(among(row.person_id, people))
    found = []
    for key, person, name, chapter, mode, answered, questions, earned, at in session.execute(
        statement
    ):
        asked = len(msgspec.json.decode(questions))
        share = Fraction(earned) / asked
        found.append(QuizTaken(key, person, name, chapter, mode, answered, asked, share, at))
    return found
