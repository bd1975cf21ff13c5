"""Classes: who belongs to them, who teaches them, and what they were asked to do."""

from collections.abc import Collection, Iterable, Iterator
from contextlib import nullcontext
from fractions import Fraction
from itertools import accumulate
from secrets import choice, token_urlsafe
from time import time
from typing import Any, Final

import msgspec
from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Date,
    Double,
    Engine,
    ForeignKey,
    Integer,
    Row,
    SmallInteger,
    String,
    Table,
    delete,
    false,
    func,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.exc import IntegrityError

from trainer.play.classroom import Assignment, Classroom, Member
from trainer.play.grades import Group
from trainer.play.ports import NotFound
from trainer.store import tables
from trainer.store.marking import score_override
from trainer.store.milestones import milestone
from trainer.store.records import User
from trainer.training.assignments import Kind, Mark, Terms, Try

ALPHABET: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Of a join code: without 0, O, 1 and I, which look alike on a whiteboard."""
CODE_LENGTH: Final = 8

classroom: Final = Table(
    "classroom",
    tables.metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String(32), nullable=False, unique=True),
    Column("name", String(120), nullable=False),
    Column("code", String(16), nullable=False, unique=True),
    Column("joinable", Boolean, nullable=False),
    Column("archived", Boolean, nullable=False),
    Column("created_at", Double, nullable=False),
    Column("starts_on", Date),
    Column("ends_on", Date),
    Column("registers", Boolean, nullable=False, server_default=false()),
    Column("zone", String(60), nullable=False, server_default=text("''")),
)

class_member: Final = Table(
    "class_member",
    tables.metadata,
    Column("classroom_id", ForeignKey("classroom.id", ondelete="CASCADE"), primary_key=True),
    Column(
        "person_id", Integer, ForeignKey("person.id", ondelete="CASCADE"), primary_key=True,
        index=True,
    ),
    Column("teaches", Boolean, nullable=False),
    Column("joined_at", Double, nullable=False),
    sqlite_with_rowid=False,
)  # fmt: skip

assignment: Final = Table(
    "assignment",
    tables.metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String(32), nullable=False, unique=True),
    Column(
        "classroom_id", ForeignKey("classroom.id", ondelete="CASCADE"), nullable=False, index=True
    ),
    Column("kind", String(10), nullable=False),
    Column("what", String(60), nullable=False),
    Column("opens_at", Double, nullable=False),
    Column("due_at", Double),
    Column("closes_at", Double),
    Column("tries", SmallInteger, nullable=False),
    Column("counts", String(10), nullable=False),
    Column("withdrawn", Boolean, nullable=False),
    Column("mode", String(10), nullable=False, server_default=text("''")),
)

extension: Final = Table(
    "extension",
    tables.metadata,
    Column("assignment_id", ForeignKey("assignment.id", ondelete="CASCADE"), primary_key=True),
    Column("person_id", Integer, ForeignKey("person.id", ondelete="CASCADE"), primary_key=True),
    Column("until", Double, nullable=False),
    sqlite_with_rowid=False,
)

_C: Final = classroom.c
_M: Final = class_member.c
_A: Final = assignment.c
_X: Final = extension.c
_S: Final = tables.sandbox.c
_Q: Final = tables.quiz.c
_G: Final = tables.answer.c
_L: Final = milestone.c


class Classes:
    """Keeps the promises of `trainer.play.classroom.ClassStore`; each question is one statement."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    # --- classes

    def create(self, name: str, teacher: int, zone: str = "") -> Classroom:
        """A new class, taught by one person, in a time zone; its join code is open."""
        for _ in range(20):
            values = {
                "key": token_urlsafe(12), "name": name, "code": new_code(), "joinable": True,
                "archived": False, "registers": False, "created_at": time(), "zone": zone,
            }  # fmt: skip
            try:
                with self._engine.begin() as connection:
                    row = connection.execute(
                        insert(classroom).values(values).returning(classroom)
                    ).one()
                    connection.execute(
                        insert(class_member).values(
                            classroom_id=row.id, person_id=teacher, teaches=True, joined_at=time()
                        )
                    )
                return _classroom(row)
            except IntegrityError as error:
                clash = error
        raise clash

    def find(self, key: str) -> Classroom:
        """The class of that key. Raises NotFound."""
        return self._one(_C.key == key, key)

    def by_code(self, code: str) -> Classroom:
        """The class one may join with that code, however it was typed. Raises NotFound."""
        typed = "".join(sign for sign in code.upper() if sign.isalnum())
        return self._one((_C.code == typed) & _C.joinable & ~_C.archived, typed)

    def _one(self, which: Any, typed: str) -> Classroom:
        if "\0" in typed:
            raise NotFound
        with self._engine.connect() as connection:
            row = connection.execute(select(classroom).where(which)).one_or_none()
        if row is None:
            raise NotFound
        return _classroom(row)

    def change(self, class_id: int, **values: Any) -> None:
        """Another name, other days, another zone, joinable or not, archived or not."""
        with self._engine.begin() as connection:
            connection.execute(update(classroom).where(_C.id == class_id).values(**values))

    def renew_code(self, class_id: int) -> None:
        """Another join code; the old one leads nowhere."""
        for _ in range(20):
            try:
                self.change(class_id, code=new_code())
                return
            except IntegrityError:
                continue

    def of_person(self, person_id: int, *, teaches: bool) -> list[Classroom]:
        """The classes somebody teaches, or belongs to, newest first."""
        statement = (
            select(classroom)
            .join(class_member)
            .where(_M.person_id == person_id, _M.teaches == teaches)
            .order_by(_C.id.desc())
        )
        with self._engine.connect() as connection:
            return [_classroom(row) for row in connection.execute(statement)]

    def all(self) -> list[Classroom]:
        """Every class, newest first."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(classroom).order_by(_C.id.desc()))
            return [_classroom(row) for row in rows]

    def sizes(self, classes: Collection[int]) -> dict[int, int]:
        """How many trainees each class has."""
        statement = (
            select(_M.classroom_id, func.count())
            .where(_M.classroom_id.in_(classes), ~_M.teaches)
            .group_by(_M.classroom_id)
        )
        with self._engine.connect() as connection:
            return {class_id: count for class_id, count in connection.execute(statement)}

    # --- members

    def members(self, class_id: int) -> list[Member]:
        """Trainees and teachers of a class, by name."""
        shown = func.coalesce(func.nullif(User.name, ""), User.username, User.email)
        statement = (
            select(
                *(_M.person_id, shown, User.username, User.email, _M.teaches, User.active),
                User.first_password,
            )
            .join_from(class_member, User)
            .where(_M.classroom_id == class_id)
            .order_by(shown, _M.person_id)
        )
        with self._engine.connect() as connection:
            return [Member(*row) for row in connection.execute(statement)]

    def belonging(self, people: Collection[int]) -> dict[tuple[int, bool], int]:
        """How many classes that are not put away each of them is in, by person and whether
        they teach there."""
        statement = (
            select(_M.person_id, _M.teaches, func.count())
            .join_from(class_member, classroom)
            .where(_M.person_id.in_(people), ~_C.archived)
            .group_by(_M.person_id, _M.teaches)
        )
        with self._engine.connect() as connection:
            return {(who, bool(it)): count for who, it, count in connection.execute(statement)}

    def teaches(self, class_id: int, person_id: int) -> bool:
        """Whether somebody is a teacher of a class."""
        statement = select(_M.teaches).where(_M.classroom_id == class_id, _M.person_id == person_id)
        with self._engine.connect() as connection:
            return bool(connection.scalar(statement))

    def reach(self, teacher: int, among: Collection[int] | None = None) -> frozenset[int]:
        """Whom a teacher may look at, of these people or of all: the trainees of their classes,
        and who is in no class."""
        mine = select(_M.classroom_id).where(_M.person_id == teacher, _M.teaches)
        trainees = select(_M.person_id).where(~_M.teaches)
        statement = select(User.id).where(
            User.id.not_in(trainees) | User.id.in_(trainees.where(_M.classroom_id.in_(mine)))
        )
        if among is not None:
            statement = statement.where(User.id.in_(among))
        with self._engine.connect() as connection:
            return frozenset(connection.scalars(statement))

    def groups(self, teacher: int | None) -> list[Group]:
        """The trainees of each class somebody teaches, or of every class; newest first."""
        trainees = (_M.classroom_id == _C.id) & ~_M.teaches
        statement = (
            select(_C.id, _C.key, _C.name, _M.person_id)
            .outerjoin_from(classroom, class_member, trainees)
            .order_by(_C.id.desc())
        )
        if teacher is not None:
            mine = select(_M.classroom_id).where(_M.person_id == teacher, _M.teaches)
            statement = statement.where(_C.id.in_(mine))
        names: dict[int, tuple[str, str]] = {}
        people: dict[int, set[int]] = {}
        with self._engine.connect() as connection:
            for class_id, key, name, person_id in connection.execute(statement):
                names[class_id] = (key, name)
                people.setdefault(class_id, set()).update({person_id} - {None})
        return [Group(*names[it], frozenset(found)) for it, found in people.items()]

    def add(
        self,
        class_id: int,
        people: Iterable[int],
        *,
        teaches: bool = False,
        within: Connection | None = None,
    ) -> int:
        """People join; who is there already stays as they are. How many came."""
        wanted = sorted(set(people))
        with nullcontext(within) if within else self._engine.begin() as connection:
            there = set(
                connection.scalars(
                    select(_M.person_id).where(
                        _M.classroom_id == class_id, _M.person_id.in_(wanted)
                    )
                )
            )
            rows = [
                {"classroom_id": class_id, "person_id": person, "teaches": teaches,
                 "joined_at": time()}
                for person in wanted if person not in there
            ]  # fmt: skip
            if rows:
                connection.execute(insert(class_member), rows)
        return len(rows)

    def remove(self, class_id: int, person_id: int) -> None:
        """Somebody leaves the class; what they did stays theirs."""
        with self._engine.begin() as connection:
            connection.execute(
                delete(class_member).where(_M.classroom_id == class_id, _M.person_id == person_id)
            )

    # --- assignments

    def assign(self, class_id: int, kind: Kind, what: str, terms: Terms) -> Assignment:
        """A new assignment."""
        values = {
            "key": token_urlsafe(12), "classroom_id": class_id, "kind": kind, "what": what,
            "withdrawn": False, **msgspec.structs.asdict(terms),
        }  # fmt: skip
        with self._engine.begin() as connection:
            row = connection.execute(insert(assignment).values(values).returning(assignment)).one()
        return _assignment(row)

    def change_assignment(self, assignment_id: int, terms: Terms, *, withdrawn: bool) -> None:
        """Other terms, or withdrawn; they are applied to what was done already."""
        values = msgspec.structs.asdict(terms) | {"withdrawn": withdrawn}
        with self._engine.begin() as connection:
            connection.execute(update(assignment).where(_A.id == assignment_id).values(values))

    def assignment(self, key: str) -> Assignment:
        """The assignment of that key. Raises NotFound."""
        if "\0" in key:
            raise NotFound
        with self._engine.connect() as connection:
            row = connection.execute(select(assignment).where(_A.key == key)).one_or_none()
        if row is None:
            raise NotFound
        return _assignment(row)

    def assignments(self, classes: Collection[int], *, withdrawn: bool = False) -> list[Assignment]:
        """What these classes were asked to do, by due date; or what was withdrawn of it."""
        statement = select(assignment).where(
            _A.classroom_id.in_(classes), _A.withdrawn == withdrawn
        )
        with self._engine.connect() as connection:
            found = [_assignment(row) for row in connection.execute(statement)]
        return sorted(found, key=lambda it: (it.terms.due_at or float("inf"), it.assignment_id))

    def extend(self, assignment_id: int, person_id: int, until: float | None) -> None:
        """Somebody has until then; None takes an extension back."""
        which = (_X.assignment_id == assignment_id) & (_X.person_id == person_id)
        with self._engine.begin() as connection:
            connection.execute(delete(extension).where(which))
            if until is not None:
                connection.execute(
                    insert(extension).values(
                        assignment_id=assignment_id, person_id=person_id, until=until
                    )
                )

    def extensions(self, assignments: Collection[int]) -> dict[tuple[int, int], float]:
        """Until when people have, by assignment and person."""
        statement = select(extension).where(_X.assignment_id.in_(assignments))
        with self._engine.connect() as connection:
            return {(a, person): until for a, person, until in connection.execute(statement)}

    # --- what was done

    def tries(
        self,
        people: Collection[int],
        scenarios: Collection[str],
        chapters: Collection[str],
        cut_off: float | None = None,
    ) -> dict[tuple[int, str], list[Try]]:
        """Attempts at these exercises and quizzes of these chapters, by person and which.

        A score that somebody has given in place of the earned one is the one that is told.
        """
        found: dict[tuple[int, str], list[Try]] = {}
        with self._engine.connect() as connection:
            for person, name, done in (
                *_attempts(connection, people, scenarios, cut_off),
                *_quizzes(connection, people, chapters, cut_off),
            ):
                found.setdefault((person, name), []).append(done)
            given = _overrides(connection, people)
        return {
            which: [_given(it, given[it.key]) if it.key in given else it for it in done]
            for which, done in found.items()
        }


def _overrides(connection: Connection, people: Collection[int]) -> dict[str, int]:
    """The scores that somebody has given in place of the earned ones, by key."""
    over, live = score_override.c, score_override.c.ended_at.is_(None)
    attempts = select(_S.key, over.score).join_from(score_override, tables.sandbox)
    quizzes = select(_Q.key, over.score).join_from(score_override, tables.quiz)
    return {
        key: score
        for wanted, person in ((attempts, _S.person_id), (quizzes, _Q.person_id))
        for key, score in connection.execute(wanted.where(live, person.in_(people)))
    }


def _given(done: Try, score: int) -> Try:
    """A try whose score is the one that was given, whenever one looks at it."""
    marks = tuple(msgspec.structs.replace(mark, points=score) for mark in done.marks)
    return msgspec.structs.replace(done, points=score, marks=marks)


def _attempts(
    connection: Connection,
    people: Collection[int],
    scenarios: Collection[str],
    cut_off: float | None,
) -> Iterator[tuple[int, str, Try]]:
    which = _S.person_id.in_(people) & _S.scenario_id.in_(scenarios) & (_S.kind == "attempt")
    wanted = _L.turned if cut_off is None else _L.turned | (_S.touched_at > cut_off)
    lines = (
        select(_L.sandbox_id, _L.at, _L.score, _L.finished)
        .join_from(tables.sandbox, milestone)
        .where(which, wanted)
        .order_by(_L.sandbox_id, _L.at, _L.id)
    )
    marks: dict[int, list[Mark]] = {}
    for sandbox_id, at, score, finished in connection.execute(lines):
        marks.setdefault(sandbox_id, []).append(Mark(at, score, finished))
    rows = select(
        *(_S.person_id, _S.scenario_id, _S.id, _S.key, _S.opened_at, _S.score, _S.finished)
    ).where(which)
    for person, name, sandbox_id, key, begun, score, finished in connection.execute(rows):
        yield person, name, Try(key, begun, score, finished, tuple(marks.get(sandbox_id, ())))


def _quizzes(
    connection: Connection,
    people: Collection[int],
    chapters: Collection[str],
    cut_off: float | None,
) -> Iterator[tuple[int, str, Try]]:
    which = _Q.person_id.in_(people) & _Q.chapter.in_(chapters)
    given: dict[int, list[tuple[float, Fraction]]] = {}
    if cut_off is not None:
        answers = (
            select(_G.quiz_id, _G.at, _G.share)
            .join_from(tables.quiz, tables.answer)
            .where(which, _Q.touched_at > cut_off)
            .order_by(_G.quiz_id, _G.number)
        )
        for quiz_id, at, share in connection.execute(answers):
            given.setdefault(quiz_id, []).append((at, Fraction(share)))
    rows = select(
        *(_Q.person_id, _Q.chapter, _Q.id, _Q.key, _Q.begun_at, _Q.touched_at, _Q.earned),
        *(_Q.answered, _Q.questions, _Q.mode),
    ).where(which)
    for (
        person,
        name,
        quiz_id,
        key,
        begun,
        touched,
        earned,
        answered,
        drawn,
        mode,
    ) in connection.execute(rows):
        asked = len(msgspec.json.decode(drawn))
        over = answered == asked
        points = _points(Fraction(earned), asked)
        marks = [Mark(touched, points, over)]
        if quiz_id in given:
            sums = accumulate(share for _at, share in given[quiz_id])
            marks = [
                Mark(at, _points(total, asked), number == asked)
                for number, ((at, _share), total) in enumerate(
                    zip(given[quiz_id], sums, strict=True), 1
                )
            ]
        yield (
            person,
            name,
            Try(key, begun, _points(Fraction(earned), asked), over, tuple(marks), mode),
        )


def _points(earned: Fraction, asked: int) -> float:
    return round(float(earned / asked * 100), 1) if asked else 0.0


def new_code() -> str:
    """A code that can be read out: 32⁸ of them, so nobody guesses one in a lifetime of tries."""
    return "".join(choice(ALPHABET) for _ in range(CODE_LENGTH))


def _classroom(row: Row[Any]) -> Classroom:
    return Classroom(
        *(row.id, row.key, row.name, row.code, row.joinable, row.archived, row.created_at),
        *(row.starts_on, row.ends_on, row.registers, row.zone),
    )


def _assignment(row: Row[Any]) -> Assignment:
    terms = Terms(row.opens_at, row.due_at, row.closes_at, row.tries, row.counts, row.mode)
    return Assignment(row.id, row.key, row.classroom_id, row.kind, row.what, terms, row.withdrawn)
