"""Pieces of writing and their marks in SQL."""

from collections.abc import Collection, Sequence
from contextlib import suppress
from time import time
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, Engine, Select, and_, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from trainer.play.grades import People
from trainer.play.pieces import Given, Line, Marks, Piece, Words, drawn
from trainer.play.ports import Conflict, Sandbox
from trainer.play.regrading import Who
from trainer.store.among import among
from trainer.store.changes import note
from trainer.store.events import _SANDBOXES
from trainer.store.marking import looked_through, names_shown, piece, piece_mark
from trainer.store.rows import sandbox_from
from trainer.store.tables import sandbox

_P: Final = piece.c
_M: Final = piece_mark.c
_S: Final = sandbox.c
_N: Final = names_shown.c
_LIVE: Final = and_(_M.piece_id == _P.id, _M.ended_at.is_(None))
_MARKS: Final = msgspec.json.Decoder(Marks)


class SqlPieces:
    """Keeps the promises of `trainer.play.pieces.PieceStore` over an engine of
    `database.connect`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    # --- handing over

    def unread(self, scenarios: Collection[str], limit: int) -> list[Sandbox]:
        """Finished attempts that nobody has looked through."""
        wanted: Any = (
            _SANDBOXES.outerjoin(looked_through, looked_through.c.sandbox_id == _S.id)
            .where(_S.scenario_id.in_(scenarios), _S.finished, _S.kind == "attempt")
            .where(looked_through.c.sandbox_id.is_(None))
            .order_by(_S.id)
            .limit(limit)
        )
        with self._engine.connect() as connection:
            return [sandbox_from(*row) for row in connection.execute(wanted)]

    def hand_over(self, sandbox: Sandbox, subject: str, written: Sequence[Words]) -> None:
        """Keep what was written; of two who look through the same run, one hands it over."""
        with suppress(IntegrityError), self._engine.begin() as connection:
            known = looked_through.c.sandbox_id == sandbox.sandbox_id
            if connection.scalar(select(looked_through).where(known)) is None:
                connection.execute(insert(looked_through).values(sandbox_id=sandbox.sandbox_id))
            mine = select(_P.judged).where(_P.sandbox_id == sandbox.sandbox_id)
            there = set(connection.scalars(mine))
            new = [it for it in written if it.judged not in there]
            if not new:
                return
            taken = set(connection.scalars(select(_P.number).where(_P.scenario_id == subject)))
            for it in new:
                number = drawn(taken)
                taken.add(number)
                connection.execute(
                    insert(piece).values(
                        sandbox_id=sandbox.sandbox_id, scenario_id=subject, judged=it.judged,
                        number=number, at=it.at, text=it.text, made_at=time(),
                    )
                )  # fmt: skip

    # --- reading

    def lines(self, people: People = None) -> list[Line]:
        """Every piece of these people."""
        columns = (_P.scenario_id, _P.number, _S.person_id, _P.made_at, _M.id.is_not(None))
        wanted = _of(select(*columns), people)
        with self._engine.connect() as connection:
            return [
                Line(subject, number, person, made, bool(marked))
                for subject, number, person, made, marked in connection.execute(wanted)
            ]

    def pieces(
        self,
        people: People = None,
        subject: str | None = None,
        *,
        number: int | None = None,
        sandbox_id: int | None = None,
    ) -> list[Piece]:
        """Pieces with the marks that count."""
        columns = (
            *(_P.id, _P.number, _P.scenario_id, _P.judged, _S.person_id, _S.id, _S.key, _P.at),
            *(_P.text, _P.made_at, _M.id, _M.body, _M.by_name, _M.at, _M.ended_at),
        )
        wanted = _of(select(*columns), people)
        for column, value in (
            (_P.scenario_id, subject),
            (_P.number, number),
            (_P.sandbox_id, sandbox_id),
        ):
            if value is not None:
                wanted = wanted.where(column == value)
        with self._engine.connect() as connection:
            return [_piece(row) for row in connection.execute(wanted)]

    # --- marks

    def mark(self, piece: Piece, marks: Marks, seen: int, who: Who) -> None:
        """Give marks in place of those that were seen."""
        now = time()
        try:
            with self._engine.begin() as connection:
                before = self._end(connection, piece, seen, now)
                connection.execute(
                    insert(piece_mark).values(
                        piece_id=piece.piece_id, body=msgspec.json.encode(marks).decode(),
                        by_id=who.person_id or 0, by_name=who.name[:255], at=now,
                    )
                )  # fmt: skip
                note(
                    connection, who, "marks_changed" if before else "marked", _about(piece),
                    old=str(before or ""), new=str(marks), reason=marks.comment,
                )  # fmt: skip
        except IntegrityError:  # it had none, and somebody else gives some at this moment
            raise Conflict from None

    def _end(self, connection: Connection, piece: Piece, seen: int, now: float) -> Marks | None:
        live = (
            update(piece_mark)
            .where(_M.piece_id == piece.piece_id, _M.ended_at.is_(None), _M.id == seen)
            .values(ended_at=now)
            .returning(_M.body)
        )
        body = connection.scalar(live)
        if body is None and seen:
            raise Conflict
        return _MARKS.decode(body) if body else None

    def history(self, piece_id: int) -> list[Given]:
        """All marks a piece was given."""
        wanted = (
            select(_M.id, _M.body, _M.by_name, _M.at, _M.ended_at)
            .where(_M.piece_id == piece_id)
            .order_by(_M.id.desc())
        )
        with self._engine.connect() as connection:
            return [_given(*row) for row in connection.execute(wanted)]

    # --- names

    def show_names(self, person_id: int, room: str, subject: str, about: str, who: Who) -> None:
        """Somebody looks at the names."""
        with self._engine.begin() as connection:
            connection.execute(
                insert(names_shown).values(
                    person_id=person_id, room=room, scenario_id=subject, at=time()
                )
            )
            note(connection, who, "names_shown", about)

    def names_shown(self, person_id: int) -> dict[tuple[str, str], float]:
        """When somebody last did so."""
        wanted = (
            select(_N.room, _N.scenario_id, func.max(_N.at))
            .where(_N.person_id == person_id)
            .group_by(_N.room, _N.scenario_id)
        )
        with self._engine.connect() as connection:
            return {(room, subject): at for room, subject, at in connection.execute(wanted)}


def _of(columns: Select[Any], people: People) -> Select[Any]:
    wanted = (
        columns.select_from(piece)
        .join(sandbox, _S.id == _P.sandbox_id)
        .outerjoin(piece_mark, _LIVE)
        # what was taken back, and copies, are nobody's attempts
        .where(_S.kind == "attempt")
        .order_by(_P.scenario_id, _P.number)
    )
    return wanted if people is None else wanted.where(among(_S.person_id, people))


def _piece(row: Any) -> Piece:
    *facts, number, body, by_name, at, ended_at = row
    given = _given(number, body, by_name, at, ended_at) if number is not None else None
    values: list[Any] = [*facts, given]
    return Piece(*values)


def _given(number: int, body: str, by_name: str, at: float, ended_at: float | None) -> Given:
    return Given(number, _MARKS.decode(body), by_name, at, ended_at)


def _about(piece: Piece) -> str:
    """As the trail says it: without the name, for who marks may read the trail as well."""
    return f"{piece.subject} · {piece.judged} · piece {piece.number}"
