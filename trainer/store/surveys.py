"""Answers to the survey on the course."""

from typing import Final

import msgspec
from sqlalchemy import (
    Column,
    Engine,
    ForeignKey,
    Integer,
    SmallInteger,
    String,
    Table,
    Text,
    literal,
    select,
)
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from trainer.play.survey import QUESTIONS, Reply
from trainer.store.classes import class_member, classroom
from trainer.store.tables import metadata

survey_reply: Final = Table(
    "survey_reply",
    metadata,
    # whose it is, so that it can be changed; when it was said would only tell who said it
    Column("person_id", Integer, ForeignKey("person.id", ondelete="CASCADE"), primary_key=True),
    Column("about", String(10), primary_key=True),
    *(Column(question, SmallInteger, nullable=False) for question in QUESTIONS),
    Column("helped", Text, nullable=False),
    Column("change", Text, nullable=False),
)

survey_class: Final = Table(
    "survey_class",
    metadata,
    Column("person_id", Integer, ForeignKey("person.id", ondelete="CASCADE"), primary_key=True),
    Column("about", String(10), primary_key=True),
    Column("classroom_id", ForeignKey("classroom.id", ondelete="CASCADE"), primary_key=True),
)

_R: Final = survey_reply.c
_K: Final = survey_class.c
_KEY: Final = (_R.person_id, _R.about)
_REPLY: Final = tuple(_R[field] for field in Reply.__struct_fields__)


class SqlSurveys:
    """Keeps the promises of `trainer.play.survey.Surveys`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._insert = sqlite_insert if engine.dialect.name == "sqlite" else postgres_insert

    def reply(self, person_id: int, about: str, reply: Reply) -> None:
        """An answer, or another one in its place."""
        said = msgspec.structs.asdict(reply)
        statement = self._insert(survey_reply).values(person_id=person_id, about=about, **said)
        earlier = select(_R.person_id).where(_R.person_id == person_id, _R.about == about)
        mine = select(literal(person_id), literal(about), class_member.c.classroom_id).where(
            class_member.c.person_id == person_id, ~class_member.c.teaches
        )
        with self._engine.begin() as connection:
            first = connection.execute(earlier).first() is None
            connection.execute(statement.on_conflict_do_update(index_elements=_KEY, set_=said))
            if first:
                columns = ["person_id", "about", "classroom_id"]
                told = self._insert(survey_class).from_select(columns, mine)
                connection.execute(told.on_conflict_do_nothing())

    def of_person(self, person_id: int) -> dict[str, Reply]:
        """One's own."""
        statement = select(_R.about, *_REPLY).where(_R.person_id == person_id)
        with self._engine.connect() as connection:
            return {about: Reply(*said) for about, *said in connection.execute(statement)}

    def classes(self) -> dict[str, dict[str, set[int]]]:
        """By what they are about and by class."""
        found: dict[str, dict[str, set[int]]] = {}
        asked = select(_K.about, classroom.c.key, _K.person_id).join(classroom)
        with self._engine.connect() as connection:
            for about, key, person in connection.execute(asked):
                found.setdefault(about, {}).setdefault(key, set()).add(person)
        return found

    def replies(self) -> dict[str, dict[int, Reply]]:
        """All of them."""
        found: dict[str, dict[int, Reply]] = {}
        with self._engine.connect() as connection:
            for about, person, *said in connection.execute(select(_R.about, _R.person_id, *_REPLY)):
                found.setdefault(about, {})[person] = Reply(*said)
        return found
