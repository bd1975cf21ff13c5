"""Evidence of skills, and the cards of spaced review, in SQL; both by person first."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, Final

import msgspec
from sqlalchemy import (
    Boolean,
    Column,
    Double,
    Engine,
    ForeignKey,
    Integer,
    SmallInteger,
    String,
    Table,
    Text,
    delete,
    insert,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from trainer.play.mastery import Card
from trainer.store import tables
from trainer.training.mastery import Evidence
from trainer.training.review import Memory


def _person() -> Column[int]:
    return Column(
        "person_id", Integer, ForeignKey("person.id", ondelete="CASCADE"), primary_key=True
    )


evidence: Final = Table(
    "evidence",
    tables.metadata,
    _person(),
    Column("key", String(32), primary_key=True),  # of the attempt or the quiz
    Column("what", String(60), primary_key=True),  # the goal or the question
    Column("skill", String(60), primary_key=True),
    Column("source", String(10), nullable=False),
    Column("place", String(60), nullable=False),
    Column("event", Integer, nullable=False),
    Column("unaided", Boolean, nullable=False),
    Column("right", Boolean, nullable=False),
    Column("at", Double, nullable=False),
    sqlite_with_rowid=False,
)

evidence_read: Final = Table(
    "evidence_read",
    tables.metadata,
    _person(),
    Column("key", String(32), primary_key=True),
    Column("size", Integer, nullable=False),  # entries or answers there were by then
    sqlite_with_rowid=False,
)

card: Final = Table(
    "card",
    tables.metadata,
    _person(),
    Column("question", String(60), primary_key=True),
    Column("chapter", String(60), nullable=False),
    Column("state", SmallInteger, nullable=False),
    Column("step", SmallInteger),
    Column("stability", Double, nullable=False),
    Column("difficulty", Double, nullable=False),
    Column("due", Double, nullable=False),
    Column("reviewed_at", Double, nullable=False),
    Column("reviews", Integer, nullable=False),
    Column("seed", Integer, nullable=False),
    Column("answer", Text, nullable=False),  # JSON
    Column("share", String(80), nullable=False),
    sqlite_with_rowid=False,
)

_E: Final = evidence.c
_C: Final = card.c
_FIELDS: Final = Memory.__struct_fields__


class SqlMastery:
    """Keeps the promises of `trainer.play.mastery.MasteryStore`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._insert: Any = sqlite_insert if engine.dialect.name == "sqlite" else postgres_insert

    def read_so_far(self, person_id: int) -> Mapping[str, int]:
        """How far each was read."""
        row = evidence_read.c
        statement = select(row.key, row.size).where(row.person_id == person_id)
        with self._engine.connect() as connection:
            return {key: size for key, size in connection.execute(statement)}

    def keep(
        self, person_id: int, key: str, size: int, rows: Sequence[Evidence], cards: Sequence[Card]
    ) -> None:
        """The mark first: of two pages that read the same at once, the second waits for it."""
        mark = self._insert(evidence_read).values(person_id=person_id, key=key, size=size)
        columns = [evidence_read.c.person_id, evidence_read.c.key]
        values = [{"person_id": person_id, **msgspec.structs.asdict(row)} for row in rows]
        with self._engine.begin() as connection:
            connection.execute(
                mark.on_conflict_do_update(index_elements=columns, set_={"size": size})
            )
            connection.execute(delete(evidence).where(_E.person_id == person_id, _E.key == key))
            if values:
                connection.execute(insert(evidence), values)
            for it in cards:
                new = _row(person_id, it)
                kept = self._insert(card).values(new)
                # what was reviewed later than this was answered stands
                later = kept.on_conflict_do_update(
                    index_elements=[_C.person_id, _C.question],
                    set_=new,
                    where=_C.reviewed_at < it.memory.reviewed_at,
                )
                connection.execute(later)

    def evidence(self, person_id: int) -> list[Evidence]:
        """All of a person."""
        statement = (
            select(*(_E[name] for name in Evidence.__struct_fields__))
            .where(_E.person_id == person_id)
            .order_by(_E.at, _E.key, _E.event, _E.what)
        )
        with self._engine.connect() as connection:
            return [Evidence(*row) for row in connection.execute(statement)]

    def cards(self, person_id: int) -> dict[str, Card]:
        """A person's cards."""
        statement = select(card).where(_C.person_id == person_id)
        with self._engine.connect() as connection:
            return {
                row.question: _card(dict(row._mapping)) for row in connection.execute(statement)
            }

    def answered(self, person_id: int, it: Card) -> bool:
        """Moves on only from where it was seen."""
        statement = (
            update(card)
            .where(_C.person_id == person_id, _C.question == it.question)
            .where(_C.reviews == it.reviews - 1)
            .values(_row(person_id, it))
        )
        with self._engine.begin() as connection:
            return connection.execute(statement).rowcount == 1


def _row(person_id: int, it: Card) -> dict[str, Any]:
    return {
        "person_id": person_id,
        "question": it.question,
        "chapter": it.chapter,
        **msgspec.structs.asdict(it.memory),
        "reviews": it.reviews,
        "seed": it.seed,
        "answer": msgspec.json.encode(it.answer).decode(),
        "share": str(it.share),
    }


def _card(row: Mapping[str, Any]) -> Card:
    return Card(
        question=row["question"],
        chapter=row["chapter"],
        memory=Memory(**{name: row[name] for name in _FIELDS}),
        reviews=row["reviews"],
        seed=row["seed"],
        answer=msgspec.json.decode(row["answer"]),
        share=Fraction(row["share"]),
    )
