"""Shared experiences and the comments on them, in SQL."""

from collections.abc import Collection
from secrets import token_urlsafe
from time import time
from typing import Any, Final

import msgspec
from sqlalchemy import (
    Boolean,
    Column,
    Double,
    Engine,
    ForeignKey,
    Integer,
    Row,
    Select,
    String,
    Table,
    Text,
    and_,
    func,
    insert,
    or_,
    select,
    true,
    update,
)

from trainer.play.experiences import LONGEST_TITLE, Experience, Reader, Told
from trainer.play.grades import People
from trainer.play.ports import NotFound
from trainer.play.regrading import Who
from trainer.store import tables
from trainer.store.among import among
from trainer.store.changes import note
from trainer.store.classes import class_member
from trainer.store.grades import SHOWN_NAME
from trainer.store.records import User

experience: Final = Table(
    "experience",
    tables.metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String(32), nullable=False, unique=True),
    Column("on_key", String(32), nullable=False, index=True),  # empty, unless it is a comment
    Column(
        "person_id", Integer, ForeignKey("person.id", ondelete="CASCADE"), nullable=False,
        index=True,
    ),
    Column("text", Text, nullable=False),
    Column("title", String(LONGEST_TITLE), nullable=False),
    Column("scenario_id", String(60), nullable=False),
    Column("sandbox_key", String(32), nullable=False),
    Column("at", Integer),
    Column("happened", Text, nullable=False),
    Column("told_at", Double, nullable=False),
    Column("changed_at", Double),
    Column("withdrawn", Boolean, nullable=False),
    # the name as it was, as in the audit trail
    Column("hidden_by", String(255), nullable=False),
    Column("hidden_why", Text, nullable=False),
)  # fmt: skip

_E: Final = experience.c
_M: Final = class_member.c
_TOLD: Final = tuple(_E[field] for field in Told.__struct_fields__)


class SqlExperiences:
    """Keeps the promises of `trainer.play.experiences.Experiences`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def tell(self, person_id: int, told: Told, on: str = "") -> str:
        """A new one."""
        key = token_urlsafe(12)
        values = {
            "key": key, "on_key": on, "person_id": person_id, "told_at": time(),
            "withdrawn": False, "hidden_by": "", "hidden_why": "",
        } | msgspec.structs.asdict(told)  # fmt: skip
        with self._engine.begin() as connection:
            connection.execute(insert(experience).values(values))
        return key

    def change(self, key: str, told: Told) -> None:
        """Other words."""
        self._set(key, msgspec.structs.asdict(told) | {"changed_at": time()})

    def withdraw(self, key: str, *, withdrawn: bool) -> None:
        """Out of sight, or back."""
        self._set(key, {"withdrawn": withdrawn})

    def _set(self, key: str, values: dict[str, Any]) -> None:
        with self._engine.begin() as connection:
            connection.execute(update(experience).where(_E.key == key).values(values))

    def hide(self, key: str, who: Who, about: str, why: str) -> None:
        """Hidden, or shown again; the trail says so."""
        values = {"hidden_by": who.name[:255] if why else "", "hidden_why": why}
        statement = update(experience).where(_E.key == key).values(values).returning(_E.person_id)
        with self._engine.begin() as connection:
            author = connection.execute(statement).scalar_one()
            action = "experience_hidden" if why else "experience_shown"
            note(connection, who, action, about, person_id=author, reason=why)

    def find(self, key: str, reader: Reader) -> Experience:
        """What has that key, if the reader sees it."""
        found = [] if "\0" in key else self._all(_seen(reader).where(_E.key == key))
        if not found:
            raise NotFound
        if found[0].on:  # a comment is read by whoever reads what it is about
            self.find(found[0].on, reader)
        elif not self._all(_seen(reader).where(_E.key == key, _near(reader))):
            raise NotFound
        return found[0]

    def page(
        self,
        reader: Reader,
        page: int,
        size: int,
        *,
        about: Collection[str] | None = None,
        people: People = None,
    ) -> list[Experience]:
        """A page, newest first, and one more if there is one."""
        statement = _seen(reader).where(_E.on_key == "", _near(reader))
        if about is not None:
            statement = statement.where(_E.scenario_id.in_(about))
        if people is not None:
            statement = statement.where(among(_E.person_id, people))
        rows = statement.order_by(_E.id.desc()).limit(size + 1).offset((page - 1) * size)
        return self._all(rows)

    def comments(self, key: str, reader: Reader) -> list[Experience]:
        """The comments, oldest first."""
        return self._all(_seen(reader).where(_E.on_key == key).order_by(_E.id))

    def subjects(self, reader: Reader) -> set[str]:
        """Exercises that are told of."""
        statement = _seen(reader).where(_E.on_key == "", _near(reader), _E.scenario_id != "")
        with self._engine.connect() as connection:
            return set(connection.scalars(statement.with_only_columns(_E.scenario_id).distinct()))

    def _all(self, statement: Select[Any]) -> list[Experience]:
        with self._engine.connect() as connection:
            return [_experience(row) for row in connection.execute(statement)]


def _experience(row: Row[Any]) -> Experience:
    words = Told(*row[: len(_TOLD)])
    key, on, person_id, name, *rest = row[len(_TOLD) :]
    return Experience(key, on, person_id, name, words, *rest)


def _seen(reader: Reader) -> Select[Any]:
    """Those that are neither withdrawn nor hidden; one's own either way."""
    other = experience.alias()
    comments = (
        select(func.count())
        .where(other.c.on_key == _E.key, ~other.c.withdrawn, other.c.hidden_by == "")
        .scalar_subquery()
    )
    shown = true() if reader.teaches else _E.hidden_by == ""
    return (
        select(
            *_TOLD,
            *(_E.key, _E.on_key, _E.person_id, SHOWN_NAME),
            *(_E.told_at, _E.changed_at, _E.withdrawn, _E.hidden_by, _E.hidden_why, comments),
        )
        .join_from(experience, User, _E.person_id == User.id)
        .where(or_(_E.person_id == reader.person_id, and_(~_E.withdrawn, shown)))
    )


def _near(reader: Reader) -> Any:
    """Those of the people one learns with, or teaches; who is in no class is with those in none."""
    if reader.everywhere:
        return true()
    mine = select(_M.classroom_id).where(_M.person_id == reader.person_id)
    others = select(_M.person_id).where(_M.classroom_id.in_(mine))
    alone = and_(~mine.exists(), _E.person_id.not_in(select(_M.person_id)))
    return or_(_E.person_id == reader.person_id, _E.person_id.in_(others), alone)
