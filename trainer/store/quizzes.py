"""The store of quizzes in SQL: banks as they were, who took which quiz, and what was answered."""

import zlib
from fractions import Fraction
from secrets import token_urlsafe
from time import time
from typing import Any, Final

import msgspec
from sqlalchemy import Engine, Row, insert, select, update
from sqlalchemy.exc import IntegrityError

from trainer.play.ports import Conflict, NotFound
from trainer.play.quiz import Answered, Moment, NewQuiz, Quiz, answered_by
from trainer.store import tables
from trainer.training.questions import Answer
from trainer.training.quiz import Bank

_B: Final = tables.bank.c
_Q: Final = tables.quiz.c
_A: Final = tables.answer.c
_QUESTIONS: Final = msgspec.json.Decoder(tuple[str, ...])
_MOMENT: Final = msgspec.json.Decoder(Moment)


class SqlQuizzes:
    """Keeps the promises of `trainer.play.quiz.QuizStore` over an engine of `database.connect`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        # to check a bank takes longer than a page may; there are few, and none ever changes
        self._banks: dict[str, Bank] = {}

    def put_bank(self, digest: str, content: bytes) -> None:
        """Keep a bank; of two who begin at once on a new one, one does."""
        statement = insert(tables.bank).values(digest=digest, content=zlib.compress(content, 9))
        with self._engine.connect() as connection:
            if connection.scalar(select(_B.digest).where(_B.digest == digest)):
                return
        try:
            with self._engine.begin() as connection:
                connection.execute(statement)
        except IntegrityError:
            self.bank(digest)  # it is there by now, or something else is wrong

    def bank(self, digest: str) -> Bank:
        """A kept bank."""
        if digest not in self._banks:
            with self._engine.connect() as connection:
                content = connection.scalar(select(_B.content).where(_B.digest == digest))
            if content is None:
                raise NotFound
            self._banks[digest] = Bank.model_validate_json(zlib.decompress(content))
        return self._banks[digest]

    def begin(self, new: NewQuiz) -> Quiz:
        """A new quiz."""
        now, key = time(), token_urlsafe(12)
        values = new._asdict() | {
            "questions": msgspec.json.encode(new.questions).decode(),
            "moment": msgspec.json.encode(new.moment).decode(),
            **{"key": key, "answered": 0, "earned": "0", "begun_at": now, "touched_at": now},
        }
        with self._engine.begin() as connection:
            row = connection.execute(insert(tables.quiz).values(values).returning(tables.quiz))
            return _quiz(row.one())

    def find(self, key: str) -> Quiz:
        """The quiz of that key."""
        # an address can hold a NUL; PostgreSQL will not even be asked about one
        if "\0" in key:
            raise NotFound
        statement = select(tables.quiz).where(_Q.key == key)
        with self._engine.connect() as connection:
            row = connection.execute(statement).one_or_none()
        if row is None:
            raise NotFound
        return _quiz(row)

    def of_person(self, person_id: int) -> list[Quiz]:
        """A person's quizzes, newest first."""
        statement = select(tables.quiz).where(_Q.person_id == person_id).order_by(_Q.id.desc())
        with self._engine.connect() as connection:
            return [_quiz(row) for row in connection.execute(statement)]

    def answer(self, quiz: Quiz, answer: Answer, share: Fraction) -> Quiz:
        """Add an answer; the quiz moves on only from where it was seen."""
        if quiz.finished:
            raise Conflict
        given = Answered(quiz.answered + 1, quiz.questions[quiz.answered], answer, share, time())
        moved = answered_by(quiz, given)
        move = (
            update(tables.quiz)
            .where(_Q.id == quiz.quiz_id, _Q.answered == quiz.answered)
            .values(answered=moved.answered, earned=str(moved.earned), touched_at=moved.touched_at)
        )
        row = {
            "quiz_id": quiz.quiz_id,
            "number": given.number,
            "question": given.question,
            "answer": msgspec.json.encode(answer).decode(),
            "share": str(share),
            "at": given.at,
        }
        with self._engine.begin() as connection:
            if connection.execute(move).rowcount != 1:
                raise Conflict
            connection.execute(insert(tables.answer).values(row))
        return moved

    def answers(self, quiz_id: int) -> list[Answered]:
        """The answers of a quiz."""
        statement = select(_A.number, _A.question, _A.answer, _A.share, _A.at)
        ordered = statement.where(_A.quiz_id == quiz_id).order_by(_A.number)
        with self._engine.connect() as connection:
            return [
                Answered(number, question, msgspec.json.decode(answer), Fraction(share), at)
                for number, question, answer, share, at in connection.execute(ordered)
            ]


def _quiz(row: Row[Any]) -> Quiz:
    facts: dict[str, Any] = dict(row._mapping)
    return Quiz(
        quiz_id=facts.pop("id"),
        questions=_QUESTIONS.decode(facts.pop("questions")),
        moment=_MOMENT.decode(facts.pop("moment")),
        earned=Fraction(facts.pop("earned")),
        **facts,
    )
