"""What people change about people and scores, each with its line in the audit trail.

The line is written in the transaction of the change: there is none without the other.
"""

from collections.abc import Collection, Iterator
from time import time
from typing import Any, Final

from sqlalchemy import Connection, Engine, Select, insert, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, scoped_session

from trainer.play.changes import Change, Mended, Override, Wanted, points
from trainer.play.grades import Attempt
from trainer.play.ports import Conflict, NotFound
from trainer.play.regrading import Regraded, Who
from trainer.store.grades import forget
from trainer.store.marking import audit, regraded, score_override
from trainer.store.tables import sandbox

_A: Final = audit.c
_O: Final = score_override.c


def note(
    where: Connection | Session | scoped_session[Session],
    who: Who,
    action: str,
    about: str,
    *,
    person_id: int | None = None,
    old: str = "",
    new: str = "",
    reason: str = "",
) -> None:
    """Write a line, in the transaction that is open there."""
    where.execute(
        insert(audit).values(
            at=time(), by_id=who.person_id, by_name=who.name[:255], action=action,
            person_id=person_id, about=about[:500], old=old, new=new, reason=reason,
        )
    )  # fmt: skip


class SqlChanges:
    """Overrides, regrades and the trail over an engine of `database.connect`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    # --- overrides

    def overrides(self, attempt: Attempt) -> list[Override]:
        """Those of an attempt, newest first; at most one of them has not ended."""
        with self._engine.connect() as connection:
            return self._overrides(connection, _of(attempt))

    def overrides_of(self, kind: str, row_id: int) -> list[Override]:
        """The same, by what it is and its number."""
        with self._engine.connect() as connection:
            return self._overrides(connection, _named(kind, row_id))

    def _overrides(self, connection: Connection, where: Any) -> list[Override]:
        columns = (_O.id, _O.score, _O.reason, _O.by_name, _O.at, _O.ended_at, _O.ended_by)
        rows = connection.execute(select(*columns).where(where).order_by(_O.id.desc()))
        return [Override(*row) for row in rows]

    def override(self, attempt: Attempt, about: str, score: int, reason: str, who: Who) -> None:
        """Give an attempt a score. Raises Conflict if somebody else does so at this moment."""
        now = time()
        try:
            with self._engine.begin() as connection:
                before = self._end(connection, attempt, now, who)
                key = "sandbox_id" if attempt.kind == "exercise" else "quiz_id"
                connection.execute(
                    insert(score_override).values(
                        {
                            key: attempt.row_id, "score": score, "reason": reason, "at": now,
                            "by_id": who.person_id or 0, "by_name": who.name,
                        }
                    )
                )  # fmt: skip
                note(
                    connection, who, "score_overridden", about, person_id=attempt.person_id,
                    old=points(attempt.earned) if before is None else str(before),
                    new=str(score), reason=reason,
                )  # fmt: skip
        except IntegrityError:
            raise Conflict from None

    def withdraw(self, attempt: Attempt, about: str, reason: str, who: Who) -> None:
        """Take an override back; what was earned counts again. Raises NotFound if there is none."""
        with self._engine.begin() as connection:
            before = self._end(connection, attempt, time(), who)
            if before is None:
                raise NotFound
            note(
                connection, who, "override_withdrawn", about, person_id=attempt.person_id,
                old=str(before), new=points(attempt.earned), reason=reason,
            )  # fmt: skip

    def _end(self, connection: Connection, attempt: Attempt, now: float, who: Who) -> int | None:
        live = (
            update(score_override)
            .where(_of(attempt), _O.ended_at.is_(None))
            .values(ended_at=now, ended_by=who.name)
            .returning(_O.score)
        )
        return connection.scalar(live)

    # --- regrading

    def regrade(
        self, moved: Regraded, opening_id: int, about: str, who: Who, reason: str = ""
    ) -> None:
        """Judge a run by another opening's rubric from now on. Raises Conflict if somebody has
        gone on in it since it was folded."""
        seen, now = moved.sandbox, moved.standing
        row = sandbox.c
        with self._engine.begin() as connection:
            changed = connection.execute(
                update(sandbox)
                .where(
                    row.id == seen.sandbox_id,
                    row.opening_id == seen.opening_id,
                    row.events == seen.events,
                    row.asides == seen.asides,
                )
                .values(
                    opening_id=opening_id, score=now.score, step=now.step, finished=now.finished
                )
            )
            if changed.rowcount != 1:
                raise Conflict
            forget(connection, [seen.sandbox_id])
            connection.execute(
                insert(regraded).values(
                    sandbox_id=seen.sandbox_id, at=time(), by_name=who.name,
                    was_opening_id=seen.opening_id, was_score=seen.standing.score,
                    score=now.score,
                )
            )  # fmt: skip
            note(
                connection, who, "regraded", about, person_id=seen.person_id,
                old=str(seen.standing.score), new=str(now.score), reason=reason,
            )  # fmt: skip

    def regrades(self, sandbox_id: int) -> list[Mended]:
        """The regrades of a run, newest first."""
        row = regraded.c
        wanted = (
            select(row.at, row.by_name, row.was_score, row.score)
            .where(row.sandbox_id == sandbox_id)
            .order_by(row.id.desc())
        )
        with self._engine.connect() as connection:
            return [Mended(*found) for found in connection.execute(wanted)]

    # --- the trail

    def page(self, wanted: Wanted, page: int, size: int) -> list[Change]:
        """A page of the trail, newest first, and one line more if there is one."""
        rows = _trail(wanted).limit(size + 1).offset((page - 1) * size)
        with self._engine.connect() as connection:
            return [Change(*row) for row in connection.execute(rows)]

    def stream(self, wanted: Wanted) -> Iterator[Change]:
        """All of it, newest first, some rows at a time."""
        with self._engine.connect() as connection:
            for row in connection.execution_options(yield_per=500).execute(_trail(wanted)):
                yield Change(*row)

    def note(self, session: Any, who: Who, action: str, about: str, **more: Any) -> None:
        """A line in the transaction of an ORM session."""
        note(session, who, action, about, **more)

    def add(self, who: Who, action: str, about: str, **more: Any) -> None:
        """A line on its own, for a change that was made elsewhere."""
        with self._engine.begin() as connection:
            note(connection, who, action, about, **more)


def _trail(wanted: Wanted) -> Select[Any]:
    columns = (
        *(_A.id, _A.at, _A.by_id, _A.by_name, _A.action, _A.person_id),
        *(_A.about, _A.old, _A.new, _A.reason),
    )
    rows = select(*columns).order_by(_A.id.desc())
    if wanted.action:
        rows = rows.where(_A.action == wanted.action)
    if wanted.words:
        fields: Collection[Any] = (_A.about, _A.by_name, _A.reason)
        rows = rows.where(or_(*(f.icontains(wanted.words, autoescape=True) for f in fields)))
    if wanted.since:
        rows = rows.where(_A.at >= wanted.since)
    return rows.where(_A.at < wanted.until) if wanted.until else rows


def _of(attempt: Attempt) -> Any:
    return _named(attempt.kind, attempt.row_id)


def _named(kind: str, row_id: int) -> Any:
    return (_O.sandbox_id if kind == "exercise" else _O.quiz_id) == row_id
