"""Lines of boards in SQL: two statements, however many people and however long their runs."""

from collections.abc import Collection
from typing import Any, Final

from sqlalchemy import Engine, Select, case, func, select

from trainer.play.board import Attending
from trainer.store import tables
from trainer.store.among import among
from trainer.store.records import User

_S: Final = tables.sandbox.c
_A: Final = tables.aside.c


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
        statement = (
            select(
                *(
                    _S.id,
                    _S.person_id,
                    shown.label("name"),
                    _S.key,
                    _S.scenario_id,
                    _S.step,
                    _S.score,
                ),
                *(_S.finished, _S.touched_at, _S.progressed_at),
            )
            .join_from(tables.sandbox, first, _S.id == first.c.id)
            .join(User, User.id == _S.person_id)
            .where(first.c.place == 1)
            .order_by(_S.touched_at.desc())
            .limit(most)
        )
        with self._engine.connect() as connection:
            rows = connection.execute(statement).all()
            since = case((_A.number > _S.progressed_asides, 1), else_=0)
            counted: dict[tuple[int, str], tuple[int, int]] = {
                (sandbox, kind): (new, every)
                for sandbox, kind, new, every in connection.execute(
                    select(_A.sandbox_id, _A.kind, func.sum(since), func.count())
                    .join_from(tables.aside, tables.sandbox, _A.sandbox_id == _S.id)
                    .where(
                        _A.sandbox_id.in_([row.id for row in rows]),
                        _A.kind.in_(("refused", "hint", "answer")),
                    )
                    .group_by(_A.sandbox_id, _A.kind)
                )
            }
        return [_attending(row, counted) for row in rows]

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


def _attending(row: Any, counted: dict[tuple[int, str], tuple[int, int]]) -> Attending:
    def new(kind: str) -> int:
        return int(counted.get((row.id, kind), (0, 0))[0])

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
        refused=new("refused"),
        hints=new("hint"),
        answers=new("answer"),
        aided=(row.id, "hint") in counted,
    )
