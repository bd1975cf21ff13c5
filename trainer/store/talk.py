"""Letters and questions in SQL."""

from collections.abc import Collection
from secrets import token_urlsafe
from time import time
from typing import Any, Final

from sqlalchemy import (
    Boolean,
    Column,
    Double,
    Engine,
    ForeignKey,
    Index,
    Integer,
    Select,
    String,
    Table,
    Text,
    func,
    insert,
    or_,
    select,
    update,
)

from trainer.play.grades import People
from trainer.play.ports import NotFound
from trainer.play.talk import ANSWERED, AskedQuestion, Letter, Sent
from trainer.store import tables
from trainer.store.among import among
from trainer.store.records import User

_shown: Final = func.coalesce(func.nullif(User.name, ""), User.username, User.email)

letter: Final = Table(
    "letter",
    tables.metadata,
    Column("id", Integer, primary_key=True),
    Column("sender_id", Integer, ForeignKey("person.id", ondelete="CASCADE"), nullable=False),
    Column("person_id", Integer, ForeignKey("person.id", ondelete="CASCADE"), nullable=False),
    Column("sandbox_key", String(32), nullable=False),
    Column("text", Text, nullable=False),
    Column("sent_at", Double, nullable=False),
    Column("read_at", Double),
)
Index("ix_letter_person_id", letter.c.person_id, letter.c.read_at)

asked: Final = Table(
    "asked",
    tables.metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String(32), nullable=False, unique=True),
    Column(
        "person_id", Integer, ForeignKey("person.id", ondelete="CASCADE"), nullable=False,
        index=True,
    ),
    Column("scenario_id", String(60), nullable=False),
    Column("sandbox_key", String(32), nullable=False),
    Column("at", Integer),
    Column("text", Text, nullable=False),
    Column("asked_at", Double, nullable=False),
    Column("answer", Text, nullable=False),
    Column("answered_by", Integer, ForeignKey("person.id", ondelete="SET NULL")),
    Column("answered_at", Double),
    Column("published", Boolean, nullable=False),
)  # fmt: skip
Index("ix_asked_scenario_id", asked.c.scenario_id, asked.c.published)

_L: Final = letter.c
_Q: Final = asked.c


class SqlMail:
    """Keeps the promises of `trainer.play.talk.Mail` over an engine of `database.connect`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def send(self, sender: int, people: Collection[int], text: str, keys: dict[int, str]) -> None:
        """A letter to each."""
        now = time()  # the same for all: by it they are one letter again
        rows = [
            {"sender_id": sender, "person_id": person, "text": text, "sent_at": now,
             "sandbox_key": keys.get(person, "")}
            for person in sorted(people)
        ]  # fmt: skip
        if rows:
            with self._engine.begin() as connection:
                connection.execute(insert(letter), rows)

    def unread(self, person_id: int) -> list[Letter]:
        """What waits for a person."""
        return self._letters(_letters(person_id).where(_L.read_at.is_(None)).order_by(_L.id))

    def letters(self, person_id: int, page: int, size: int) -> list[Letter]:
        """All of a person's."""
        statement = _letters(person_id).order_by(_L.id.desc())
        return self._letters(statement.limit(size).offset((page - 1) * size))

    def _letters(self, statement: Select[Any]) -> list[Letter]:
        with self._engine.connect() as connection:
            return [Letter(*row) for row in connection.execute(statement)]

    def sent(self, sender: int, page: int, size: int) -> list[Sent]:
        """What somebody wrote, and who has read it."""
        each = (
            select(_L.sent_at, _L.text)
            .where(_L.sender_id == sender)
            .distinct()
            .order_by(_L.sent_at.desc(), _L.text)
            .limit(size)
            .offset((page - 1) * size)
            .subquery()
        )
        statement = (
            select(each.c.text, each.c.sent_at, _shown, _L.read_at)
            .join_from(
                each,
                letter,
                (_L.sent_at == each.c.sent_at)
                & (_L.text == each.c.text)
                & (_L.sender_id == sender),
            )
            .join(User, _L.person_id == User.id)
            .order_by(each.c.sent_at.desc(), each.c.text, _shown)
        )
        found: dict[tuple[str, float], list[tuple[str, float | None]]] = {}
        with self._engine.connect() as connection:
            for text, at, name, read_at in connection.execute(statement):
                found.setdefault((text, at), []).append((name, read_at))
        return [Sent(text, at, tuple(to)) for (text, at), to in found.items()]

    def read(self, person_id: int, letter_id: int) -> None:
        """Put away."""
        mine = (_L.id == letter_id) & (_L.person_id == person_id) & _L.read_at.is_(None)
        with self._engine.begin() as connection:
            connection.execute(update(letter).where(mine).values(read_at=time()))

    def ask(
        self, person_id: int, scenario_id: str, sandbox_key: str, at: int | None, text: str
    ) -> str:
        """A new question."""
        key = token_urlsafe(12)
        values = {
            "key": key, "person_id": person_id, "scenario_id": scenario_id,
            "sandbox_key": sandbox_key, "at": at, "text": text, "asked_at": time(),
            "answer": "", "published": False,
        }  # fmt: skip
        with self._engine.begin() as connection:
            connection.execute(insert(asked).values(values))
        return key

    def answer(self, key: str, teacher: int, text: str, *, published: bool) -> None:
        """An answer, or a better one."""
        values = {"answer": text, "answered_by": teacher, "answered_at": time()}
        statement = update(asked).where(_Q.key == key).values(**values, published=published)
        with self._engine.begin() as connection:
            if connection.execute(statement).rowcount != 1:
                raise NotFound

    def question(self, key: str) -> AskedQuestion:
        """The question of that key."""
        found = [] if "\0" in key else self._all(_questions().where(_Q.key == key))
        if not found:
            raise NotFound
        return found[0]

    def questions(self, people: People, *, open_only: bool) -> list[AskedQuestion]:
        """Open ones, or the last that have an answer."""
        wanted = _within(_questions(), people)
        if open_only:
            return self._all(wanted.where(_Q.answered_at.is_(None)).order_by(_Q.id))
        wanted = wanted.where(_Q.answered_at.is_not(None)).order_by(_Q.answered_at.desc())
        return self._all(wanted.limit(ANSWERED))

    def of_person(self, person_id: int, page: int, size: int) -> list[AskedQuestion]:
        """What a person asked."""
        wanted = _questions().where(_Q.person_id == person_id).order_by(_Q.id.desc())
        return self._all(wanted.limit(size).offset((page - 1) * size))

    def beside(self, scenario_id: str, person_id: int) -> list[AskedQuestion]:
        """One's own, and what everybody may read."""
        mine = or_(_Q.person_id == person_id, _Q.published)
        statement = _questions().where(_Q.scenario_id == scenario_id, mine)
        return self._all(statement.order_by(_Q.id.desc()).limit(50))

    def count_open(self, people: People) -> int:
        """How many wait for an answer."""
        open_ = select(func.count()).select_from(asked).where(_Q.answered_at.is_(None))
        with self._engine.connect() as connection:
            return connection.scalar(_within(open_, people)) or 0

    def _all(self, statement: Select[Any]) -> list[AskedQuestion]:
        with self._engine.connect() as connection:
            return [AskedQuestion(*row) for row in connection.execute(statement)]


def _within(wanted: Select[Any], people: People) -> Select[Any]:
    return wanted if people is None else wanted.where(among(_Q.person_id, people))


def _letters(person_id: int) -> Select[Any]:
    return (
        select(_L.id, _shown, _L.text, _L.sent_at, _L.sandbox_key, _L.read_at)
        .join_from(letter, User, _L.sender_id == User.id)
        .where(_L.person_id == person_id)
    )


def _questions() -> Select[Any]:
    return select(
        *(_Q.key, _Q.person_id, _shown, _Q.scenario_id, _Q.sandbox_key, _Q.at, _Q.text),
        *(_Q.asked_at, _Q.answer, _Q.answered_at, _Q.published),
    ).join_from(asked, User, _Q.person_id == User.id)
