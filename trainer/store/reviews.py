"""Which words were reviewed beside which English ones, in SQL."""

from collections.abc import Iterable, Iterator, Sequence
from time import time
from typing import Final

from sqlalchemy import (
    Column,
    Double,
    Engine,
    ForeignKey,
    Integer,
    String,
    Table,
    delete,
    func,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from trainer.play.reviewing import Mark, Pair
from trainer.store.records import User
from trainer.store.tables import metadata

_REVIEW: Final = Table(
    "text_review",
    metadata,
    Column("language", String(10), primary_key=True),
    Column("source", String(16), primary_key=True, index=True),
    Column("words", String(16), primary_key=True, index=True),
    Column("person_id", Integer, ForeignKey("person.id", ondelete="SET NULL")),
    Column("reviewed_at", Double, nullable=False),
)
_C: Final = _REVIEW.c
_AT_ONCE: Final = 400
"""Digests that are asked for in one statement: databases have a limit."""
_shown: Final = func.coalesce(func.nullif(User.name, ""), User.username, User.email, "")


class SqlReviews:
    """Keeps the promises of `trainer.play.reviewing.Reviews`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._insert = sqlite_insert if engine.dialect.name == "sqlite" else postgres_insert

    def about(self, pairs: Iterable[Pair]) -> Sequence[Mark]:
        """Marks of these pairs, and of those that share one side."""
        every = sorted(set(pairs))
        found = {
            mark.pair: mark
            for first in range(0, len(every), _AT_ONCE)
            for mark in self._of(every[first : first + _AT_ONCE])
        }
        return list(found.values())

    def _of(self, pairs: Sequence[Pair]) -> Iterator[Mark]:
        statement = (
            select(_C.language, _C.source, _C.words, _shown, _C.reviewed_at)
            .join_from(_REVIEW, User, _C.person_id == User.id, isouter=True)
            .where(
                or_(
                    _C.source.in_({it.source for it in pairs}),
                    _C.words.in_({it.words for it in pairs}),
                )
            )
        )
        with self._engine.connect() as connection:
            for language, source, words, who, at in connection.execute(statement):
                yield Mark(Pair(language, source, words), who, at)

    def review(self, pairs: Iterable[Pair], person_id: int) -> None:
        """Marked."""
        now = time()
        rows = [it._asdict() | {"person_id": person_id, "reviewed_at": now} for it in set(pairs)]
        if rows:
            with self._engine.begin() as connection:
                connection.execute(self._insert(_REVIEW).on_conflict_do_nothing(), rows)

    def withdraw(self, pair: Pair) -> None:
        """Not any more."""
        same = (_C.language == pair.language, _C.source == pair.source, _C.words == pair.words)
        with self._engine.begin() as connection:
            connection.execute(delete(_REVIEW).where(*same))
