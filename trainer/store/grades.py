"""Reading scores: attempts at exercises and quizzes with what counts, in few statements."""

from collections.abc import Collection, Iterator
from contextlib import suppress
from fractions import Fraction
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, Engine, and_, delete, func, insert, or_, select
from sqlalchemy.exc import IntegrityError

from trainer.play.grades import WHOLE, Attempt, Given, People, Person
from trainer.play.ports import Sandbox
from trainer.play.tally import Tally
from trainer.store.among import among
from trainer.store.events import _SANDBOXES
from trainer.store.marking import score_override, tally
from trainer.store.records import Role, User, person_role
from trainer.store.rows import sandbox_from
from trainer.store.tables import answer, quiz, sandbox

_S: Final = sandbox.c
_T: Final = tally.c
_Q: Final = quiz.c
_TALLY: Final = msgspec.json.Decoder(Tally)
_LIVE: Final = score_override.c.ended_at.is_(None)
_CURRENT: Final = and_(
    _T.sandbox_id == _S.id,
    _T.events == _S.events,
    _T.asides == _S.asides,
    _T.opening_id == _S.opening_id,
)
SHOWN_NAME: Final = func.coalesce(func.nullif(User.name, ""), User.username, User.email)


class SqlGrades:
    """Scores over an engine of `database.connect`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    # --- people

    def people(
        self, within: People, words: str = "", page: int = 1, size: int = 50
    ) -> tuple[list[Person], int]:
        """A page of the trainees, by name, and how many there are."""
        wanted: Any = select(User.id, SHOWN_NAME).order_by(User.name, User.id)
        wanted = wanted.where(
            User.id.in_(select(person_role.c.person_id).join(Role).where(Role.name == "trainee"))
        )
        if within is not None:
            wanted = wanted.where(among(User.id, within))
        if words:
            fields = (User.name, User.username, User.email)
            wanted = wanted.where(or_(*(f.icontains(words, autoescape=True) for f in fields)))
        with self._engine.connect() as connection:
            total = connection.scalar(
                select(func.count()).select_from(wanted.order_by(None).subquery())
            )
            rows = connection.execute(wanted.limit(size).offset((page - 1) * size))
            return [Person(*row) for row in rows], total or 0

    def person(self, person_id: int) -> Person | None:
        """Somebody with an account."""
        with self._engine.connect() as connection:
            row = connection.execute(
                select(User.id, SHOWN_NAME).where(User.id == person_id)
            ).one_or_none()
        return Person(*row) if row else None

    def names(self, people: Collection[int]) -> dict[int, str]:
        """What these people are called."""
        found: dict[int, str] = {}
        with self._engine.connect() as connection:
            for some in _in_parts(set(people)):
                rows = connection.execute(select(User.id, SHOWN_NAME).where(User.id.in_(some)))
                found |= {person_id: name for person_id, name in rows}
        return found

    # --- attempts

    def attempts(
        self, people: People = None, subject: str | None = None, key: str | None = None
    ) -> list[Attempt]:
        """Attempts at exercises, oldest first: one statement. Untouched ones are none yet."""
        over = score_override.c
        wanted: Any = (
            select(
                *(_S.id, _S.key, _S.person_id, _S.scenario_id, _S.score, _S.finished),
                *(_S.opened_at, _S.touched_at, over.score, _T.hints, _T.refused),
            )
            .select_from(sandbox)
            .outerjoin(score_override, and_(over.sandbox_id == _S.id, _LIVE))
            .outerjoin(tally, _CURRENT)
            .order_by(_S.id)
        )
        wanted = _narrowed(wanted, _S, people, key)
        if key is None:
            # copies of runs, and what was taken back, are nobody's attempts
            wanted = wanted.where(_S.kind == "attempt")
            wanted = wanted.where(or_(_S.events + _S.asides > 0, over.score.is_not(None)))
        if subject is not None:
            wanted = wanted.where(_S.scenario_id == subject)
        with self._engine.connect() as connection:
            return [
                Attempt(
                    "exercise", row_id, name, person, of, Fraction(score), bool(finished),
                    *(begun, touched, override, hints, refused),
                )
                for row_id, name, person, of, score, finished, begun, touched, override, hints,
                refused in connection.execute(wanted)
            ]  # fmt: skip

    def quizzes(
        self, people: People = None, subject: str | None = None, key: str | None = None
    ) -> list[Attempt]:
        """Attempts at quizzes, oldest first: one statement. Its points are percent."""
        over = score_override.c
        wanted: Any = (
            select(
                *(_Q.id, _Q.key, _Q.person_id, _Q.chapter, _Q.earned, _Q.answered, _Q.questions),
                *(_Q.begun_at, _Q.touched_at, over.score),
            )
            .select_from(quiz)
            .outerjoin(score_override, and_(over.quiz_id == _Q.id, _LIVE))
            .order_by(_Q.id)
        )
        wanted = _narrowed(wanted, _Q, people, key)
        if subject is not None:
            wanted = wanted.where(_Q.chapter == subject)
        found = []
        with self._engine.connect() as connection:
            for row in connection.execute(wanted):
                row_id, name, person, of, earned, answered, asked, begun, touched, override = row
                count = len(msgspec.json.decode(asked))
                found.append(
                    Attempt(
                        "quiz", row_id, name, person, of, Fraction(earned) / count * WHOLE,
                        answered == count, begun, touched, override,
                    )
                )  # fmt: skip
        return found

    def answers(self, chapter: str, people: People = None) -> list[Given]:
        """Every answer in the quizzes of a chapter, quiz by quiz: one statement."""
        wanted: Any = (
            select(
                *(answer.c.quiz_id, answer.c.number, answer.c.question, answer.c.answer),
                *(answer.c.share, answer.c.at, _Q.begun_at, _Q.digest),
            )
            .join_from(answer, quiz)
            .where(_Q.chapter == chapter)
            .order_by(answer.c.quiz_id, answer.c.number)
        )
        if people is not None:
            wanted = wanted.where(among(_Q.person_id, people))
        found: list[Given] = []
        last_quiz, last_at = 0, 0.0
        with self._engine.connect() as connection:
            for row in connection.execute(wanted):
                quiz_id, number, question, body, share, at, begun, digest = row
                before = last_at if quiz_id == last_quiz else begun
                found.append(
                    Given(quiz_id, number, question, body, Fraction(share), at - before, digest)
                )
                last_quiz, last_at = quiz_id, at
        return found

    # --- tallies

    def tallies(self, sandboxes: Collection[int]) -> dict[int, Tally]:
        """What these attempts came to, as far as it is counted and current."""
        found: dict[int, Tally] = {}
        with self._engine.connect() as connection:
            for some in _in_parts(sandboxes):
                wanted = (
                    select(_T.sandbox_id, _T.body)
                    .join_from(tally, sandbox, _CURRENT)
                    .where(_S.id.in_(some))
                )
                found |= {
                    row_id: _TALLY.decode(body) for row_id, body in connection.execute(wanted)
                }
        return found

    def uncounted(
        self, limit: int, people: People = None, subject: str | None = None, *, again: bool = False
    ) -> list[Sandbox]:
        """Attempts whose tally is missing or old, the newest first; with `again` all of them."""
        wanted: Any = _SANDBOXES.outerjoin(tally, _CURRENT).where(
            _S.events + _S.asides > 0, _S.kind == "attempt"
        )
        if not again:
            wanted = wanted.where(_T.sandbox_id.is_(None))
        wanted = _narrowed(wanted, _S, people).order_by(_S.id.desc()).limit(limit)
        if subject is not None:
            wanted = wanted.where(_S.scenario_id == subject)
        with self._engine.connect() as connection:
            return [sandbox_from(*row) for row in connection.execute(wanted)]

    def keep(self, counted: Collection[tuple[Sandbox, Tally]]) -> None:
        """Write tallies down; what was there of the same attempts is replaced."""
        if not counted:
            return
        rows = [
            {
                "sandbox_id": of.sandbox_id,
                "opening_id": of.opening_id,
                "events": of.events,
                "asides": of.asides,
                "hints": it.hints,
                "refused": it.refused,
                "body": msgspec.json.encode(it).decode(),
            }
            for of, it in counted
        ]
        # of two who count the same, one writes it down
        with suppress(IntegrityError), self._engine.begin() as connection:
            forget(connection, [of.sandbox_id for of, _ in counted])
            connection.execute(insert(tally), rows)


def forget(connection: Connection, sandboxes: Collection[int]) -> None:
    """Take tallies away; they are counted again when somebody asks."""
    connection.execute(delete(tally).where(_T.sandbox_id.in_(sandboxes)))


def _narrowed(wanted: Any, of: Any, people: People, key: str | None = None) -> Any:
    if people is not None:
        wanted = wanted.where(among(of.person_id, people))
    return wanted if key is None else wanted.where(of.key == key)


def _in_parts(numbers: Collection[int], size: int = 500) -> Iterator[list[int]]:
    """A database takes only so many values in one statement."""
    every = list(numbers)
    for at in range(0, len(every), size):
        yield every[at : at + size]
