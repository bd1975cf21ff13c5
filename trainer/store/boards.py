"""Lines of boards in SQL: one statement, however many people and however long their runs."""

from collections.abc import Collection
from typing import Any, Final

from sqlalchemy import Engine, Select, case, func, select

from trainer.play.board import Attending
from trainer.store import tables
from trainer.store.among import among
from trainer.store.records import User

_S: Final = tables.sandbox.c
_A: Final = tables.aside.c
SINCE: Final = ("refused", "hint", "answer")
"""The kinds of asides that are counted since the last progress."""


class SqlBoards:
    """Keeps the promises of `trainer.play.board.Boards` over an engine of `database.connect`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def attending(
        self, people: Collection[int] | None, scenario_id: str | None, most: int | None = None
    ) -> list[Attending]:
        """Who is at what."""
        shown = func.coalesce(func.nullif(User.name, ""), User.username, User.email)
        latest = func.row_number().over(
            partition_by=_S.person_id, order_by=(_S.touched_at.desc(), _S.id.desc())
        )
        inner = _of(select(_S.id, latest.label("place")), people, scenario_id)
        first = inner.subquery()
        chosen = (
            select(tables.sandbox, shown.label("name"))
            .join_from(tables.sandbox, first, _S.id == first.c.id)
            .join(User, User.id == _S.person_id)
            .where(first.c.place == 1)
            .order_by(_S.touched_at.desc())
            .limit(most)
            .cte("chosen")
        )
        counted = (
            select(
                chosen.c.id,
                *(_many(kind, chosen.c.progressed_asides).label(kind) for kind in SINCE),
                _many("hint", 0).label("aided"),
            )
            .join_from(chosen, tables.aside, _A.sandbox_id == chosen.c.id)
            .where(_A.kind.in_(SINCE))
            .group_by(chosen.c.id)
            .subquery()
        )
        statement = (
            select(chosen, *(counted.c[name] for name in (*SINCE, "aided")))
            .join_from(chosen, counted, counted.c.id == chosen.c.id, isouter=True)
            .order_by(chosen.c.touched_at.desc())
        )
        with self._engine.connect() as connection:
            return [_attending(row) for row in connection.execute(statement)]

    def begun(self, people: Collection[int] | None, scenario_id: str | None) -> int:
        """How many people have begun something."""
        each = func.count(_S.person_id.distinct())
        with self._engine.connect() as connection:
            return connection.scalar(_of(select(each), people, scenario_id)) or 0


def _of(
    statement: Select[Any], people: Collection[int] | None, scenario_id: str | None
) -> Select[Any]:
    """Of attempts that go on, those of these people at this exercise."""
    statement = statement.where(~_S.replaced, _S.kind == "attempt")
    if people is not None:
        statement = statement.where(among(_S.person_id, people))
    if scenario_id is not None:
        statement = statement.where(_S.scenario_id == scenario_id)
    return statement


def _many(kind: str, above: Any) -> Any:
    """How many asides of a kind there are above a number."""
    return func.sum(case(((_A.kind == kind) & (_A.number > above), 1), else_=0))


def _attending(row: Any) -> Attending:
    return Attending(
        person_id=row.person_id,
        name=row.name,
        key=row.key,
        scenario_id=row.scenario_id,
        step=row.step,
        score=row.score,
        finished=bool(row.finished),
        touched_at=row.touched_at,
        progressed_at=row.progressed_at,
        refused=row.refused or 0,
        hints=row.hint or 0,
        answers=row.answer or 0,
        aided=bool(row.aided),
        events=row.events,
        asides=row.asides,
    )
