"""Taking a quiz: begun on a draw of its own, answered question by question, readable for ever."""

from fractions import Fraction
from typing import NamedTuple, Protocol

import msgspec

from trainer.orders.world import World
from trainer.play.ports import NotFound
from trainer.training.measuring import Figure
from trainer.training.questions import Answer, Asked, Fact, Form, Question, Read, Verdict
from trainer.training.quiz import Bank, Mode, pick


class Moment(msgspec.Struct, frozen=True):
    """The moment of a sandbox that a quiz asks about, and its figures by question."""

    sandbox: str = ""
    at: int = 0
    figures: dict[str, Fact] = {}


class Quiz(msgspec.Struct, frozen=True):
    """One attempt of one person at a chapter's quiz."""

    quiz_id: int
    key: str
    """Names the quiz in addresses; cannot be guessed."""
    person_id: int
    chapter: str
    """The folder its bank stands in."""
    digest: str
    """Of the bank, as it was when the quiz began."""
    seed: int
    mode: Mode
    questions: tuple[str, ...]
    moment: Moment
    answered: int
    earned: Fraction
    begun_at: float
    """Seconds since 1970 of the real clock."""
    touched_at: float

    @property
    def finished(self) -> bool:
        """Whether every question is answered."""
        return self.answered == len(self.questions)

    @property
    def share(self) -> Fraction:
        """How much of it is right, of all questions."""
        return self.earned / len(self.questions)


class Answered(msgspec.Struct, frozen=True):
    """An answer as it was given; never changed."""

    number: int
    question: str
    answer: Answer
    share: Fraction
    at: float


def answered_by(quiz: Quiz, given: Answered) -> Quiz:
    """The quiz with one more answer."""
    return msgspec.structs.replace(
        quiz, answered=given.number, earned=quiz.earned + given.share, touched_at=given.at
    )


class NewQuiz(NamedTuple):
    """What a quiz begins with."""

    person_id: int
    chapter: str
    digest: str
    seed: int
    mode: Mode
    questions: tuple[str, ...]
    moment: Moment


class QuizStore(Protocol):
    """Banks, quizzes and their answers. Each writing call is one transaction."""

    def put_bank(self, digest: str, content: bytes) -> None:
        """Keep a bank as quizzes were begun on it; the same one is kept once."""
        ...

    def bank(self, digest: str) -> Bank:
        """A kept bank. Raises NotFound."""
        ...

    def begin(self, new: NewQuiz) -> Quiz:
        """A new quiz; earlier ones stay as they are."""
        ...

    def find(self, key: str) -> Quiz:
        """The quiz of that key as it is stored now. Raises NotFound."""
        ...

    def of_person(self, person_id: int) -> list[Quiz]:
        """A person's quizzes, newest first."""
        ...

    def answer(self, quiz: Quiz, answer: Answer, share: Fraction) -> Quiz:
        """Add the answer to the next question. Raises Conflict if the quiz has other answers by
        now than `quiz` says, or none left to give."""
        ...

    def answers(self, quiz_id: int) -> list[Answered]:
        """The answers of a quiz, in order."""
        ...


class Kept(Protocol):
    """A bank on the shelf, with the text that is pinned to quizzes, and that text's fingerprint."""

    @property
    def bank(self) -> Bank:
        """The questions."""
        ...

    @property
    def content(self) -> bytes:
        """The same as JSON."""
        ...

    @property
    def digest(self) -> str:
        """Its fingerprint."""
        ...


def moment_of(bank: Bank, key: str, at: int, world: World) -> Moment:
    """What a bank can ask about a sandbox as it stands."""
    facts = {q.id: q.fact(world) for q in bank.questions if isinstance(q, Figure)}
    return Moment(key, at, {name: fact for name, fact in facts.items() if fact})


def begin(
    store: QuizStore,
    shelved: Kept,
    *,
    person_id: int,
    chapter: str,
    mode: Mode,
    moment: Moment,
) -> Quiz:
    """A new quiz on another draw: other questions first than the time before.

    Questions about the trainee's own figures are asked only where there is such a figure.
    """
    earlier = [quiz for quiz in store.of_person(person_id) if quiz.chapter == chapter]
    seed = person_id * 1_000 + len(earlier)
    can_ask = [q for q in shelved.bank.questions if not q.own_figure or q.id in moment.figures]
    questions = pick(can_ask, seed, earlier[0].questions if earlier else ())
    figures = {name: moment.figures[name] for name in questions if name in moment.figures}
    store.put_bank(shelved.digest, shelved.content)
    return store.begin(
        NewQuiz(
            person_id=person_id,
            chapter=chapter,
            digest=shelved.digest,
            seed=seed,
            mode=mode,
            questions=questions,
            moment=msgspec.structs.replace(moment, figures=figures) if figures else Moment(),
        )
    )


def question_of(bank: Bank, quiz: Quiz, number: int) -> tuple[Question, Asked]:
    """A quiz's question by its number, from 1, as this person meets it. Raises NotFound."""
    if not 0 < number <= len(quiz.questions):
        raise NotFound
    question = bank.question(quiz.questions[number - 1])
    return question, question.draw(quiz.seed, quiz.moment.figures.get(question.id))


def answer(store: QuizStore, quiz: Quiz, form: Form | None) -> tuple[Quiz, Read]:
    """Answer the next question; None for who does not know. What cannot be read is not kept.

    Raises NotFound if all are answered, and Conflict if another page has answered this one.
    """
    question, asked = question_of(store.bank(quiz.digest), quiz, quiz.answered + 1)
    read = Read(None, {}) if form is None else question.read(asked, form)
    if read.errors:
        return quiz, read
    share = Fraction(0) if form is None else question.judge(asked, read.answer).share
    return store.answer(quiz, read.answer, share), read


class Reviewed(NamedTuple):
    """A question with the answer it was given."""

    number: int
    question: Question
    asked: Asked
    answer: Answer
    verdict: Verdict


def reviewed(bank: Bank, quiz: Quiz, answers: list[Answered]) -> list[Reviewed]:
    """All that was answered, as it was asked."""
    return [
        Reviewed(
            given.number,
            *question_of(bank, quiz, given.number),
            given.answer,
            Verdict(given.share),
        )
        for given in answers
    ]
