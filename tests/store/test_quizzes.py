"""What taking a quiz may rely on, whichever store it has: memory, SQLite, PostgreSQL."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction

import pytest
from sqlalchemy import Engine

from tests.store.conftest import ADA, BEN, in_use
from tests.training.test_questions import question
from trainer.catalog.banks import Shelved
from trainer.play import quiz as taking
from trainer.play.memory import MemoryQuizzes
from trainer.play.ports import Conflict, NotFound
from trainer.play.quiz import Moment, Quiz, QuizStore
from trainer.store.quizzes import SqlQuizzes
from trainer.training.questions import Fact
from trainer.training.quiz import KINDS, Bank, Mode


def shelved(name: str = "first") -> Shelved:
    """A bank with a question of each kind, known by its name."""
    asked = [question(kind, id=f"{name}-{kind.replace('_', '-')}") for kind in KINDS]
    bank = Bank(format=1, questions=tuple(asked))
    return Shelved(bank=bank, content=bank.model_dump_json().encode(), digest=name)


@pytest.fixture(params=["memory", "sqlite", "postgres"])
def store(request: pytest.FixtureRequest) -> Iterator[QuizStore]:
    """Each store in turn; whatever one promises, all do."""
    if request.param == "memory":
        yield MemoryQuizzes()
        return
    with in_use(request.getfixturevalue(f"{request.param}_url")) as engine:
        yield SqlQuizzes(engine)


def moment(name: str = "first") -> Moment:
    return Moment("sandbox-key", 17, {f"{name}-figure": Fact("3", "TWD")})


def begin(store: QuizStore, person_id: int = ADA, mode: Mode = "practice", **more: object) -> Quiz:
    given = {"moment": moment(), "chapter": "01-overview"} | more
    return taking.begin(store, shelved(), person_id=person_id, mode=mode, **given)  # type: ignore[arg-type]


def right(store: QuizStore, quiz: Quiz) -> Quiz:
    """The quiz with its next question answered rightly."""
    asked = taking.question_of(store.bank(quiz.digest), quiz, quiz.answered + 1)
    moved, read = taking.answer(store, quiz, asked[0].samples(asked[1]).right)
    assert not read.errors
    return moved


def test_a_bank_comes_back_as_it_was_put(store: QuizStore) -> None:
    for _ in range(2):
        store.put_bank("first", shelved().content)
    assert store.bank("first") == shelved().bank
    with pytest.raises(NotFound):
        store.bank("second")


def test_a_quiz_comes_back_as_it_was_begun(store: QuizStore) -> None:
    quiz = begin(store, mode="exam")
    assert store.find(quiz.key) == quiz
    assert (quiz.answered, quiz.earned, quiz.mode, quiz.digest) == (0, 0, "exam", "first")
    assert len(quiz.questions) == 8
    assert quiz.moment == moment()
    assert store.answers(quiz.quiz_id) == []


@pytest.mark.parametrize("key", ["no-such", "", "a\0b"])
def test_what_is_not_there_is_not_found(store: QuizStore, key: str) -> None:
    with pytest.raises(NotFound):
        store.find(key)


def test_a_quiz_is_answered_to_its_end_and_read_back(store: QuizStore) -> None:
    quiz = begin(store)
    while not quiz.finished:
        quiz = right(store, quiz)
    assert quiz.share == 1
    assert store.find(quiz.key) == quiz
    answers = store.answers(quiz.quiz_id)
    assert [given.number for given in answers] == list(range(1, 9))
    assert tuple(given.question for given in answers) == quiz.questions
    again = taking.reviewed(store.bank(quiz.digest), quiz, answers)
    assert all(seen.question.judge(seen.asked, seen.answer) == seen.verdict for seen in again)
    with pytest.raises(NotFound):
        taking.answer(store, quiz, None)


def test_a_part_of_a_point_is_kept_exactly(store: QuizStore) -> None:
    quiz = begin(store)
    for share in (Fraction(1, 3), Fraction(2, 3), Fraction(1, 7)):
        quiz = store.answer(quiz, ["盏", 1], share)
    assert store.find(quiz.key).earned == Fraction(8, 7)
    assert [given.share for given in store.answers(quiz.quiz_id)][2] == Fraction(1, 7)
    assert store.answers(quiz.quiz_id)[0].answer == ["盏", 1]


def test_an_answer_is_given_once(store: QuizStore) -> None:
    seen = begin(store)
    moved = store.answer(seen, "yes", Fraction(1))
    with pytest.raises(Conflict):
        store.answer(seen, "no", Fraction(0))
    assert store.find(seen.key) == moved
    assert [given.answer for given in store.answers(seen.quiz_id)] == ["yes"]


def test_of_four_pages_that_answer_at_once_one_does(engine: Engine) -> None:
    store = SqlQuizzes(engine)
    seen = begin(store)

    def send(number: int) -> bool:
        try:
            store.answer(seen, number, Fraction(1))
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(send, range(4))) == [False, False, False, True]
    assert store.find(seen.key).answered == 1


def test_more_answers_than_questions_are_refused(store: QuizStore) -> None:
    quiz = begin(store)
    while not quiz.finished:
        quiz = store.answer(quiz, None, Fraction(0))
    with pytest.raises(Conflict):
        store.answer(quiz, None, Fraction(0))


def test_what_cannot_be_read_is_not_kept(store: QuizStore) -> None:
    quiz = begin(store)
    moved, read = taking.answer(store, quiz, {})
    assert read.errors
    assert moved == quiz == store.find(quiz.key)


def test_who_does_not_know_goes_on(store: QuizStore) -> None:
    moved, _ = taking.answer(store, begin(store), None)
    assert (moved.answered, moved.earned) == (1, 0)
    assert store.answers(moved.quiz_id)[0].answer is None


def test_a_retry_is_another_quiz_and_the_first_stays(store: QuizStore) -> None:
    first = right(store, begin(store))
    again, other = begin(store), begin(store, person_id=BEN)
    assert first.seed != again.seed != other.seed
    assert store.of_person(ADA) == [again, first]
    assert store.of_person(BEN) == [other]
    assert store.find(first.key) == first


def test_a_quiz_keeps_its_questions_though_the_file_changes(store: QuizStore) -> None:
    quiz = begin(store)
    later = taking.begin(
        store, shelved("second"), person_id=ADA, chapter="01-overview", mode="exam", moment=Moment()
    )
    question_before, _ = taking.question_of(store.bank(quiz.digest), quiz, 1)
    question_after, _ = taking.question_of(store.bank(later.digest), later, 1)
    assert question_before.id.startswith("first-")
    assert question_after.id.startswith("second-")


def test_without_a_sandbox_nobody_is_asked_about_one(store: QuizStore) -> None:
    quiz = begin(store, moment=Moment())
    assert "first-figure" not in quiz.questions
    assert len(quiz.questions) == 7
    assert quiz.moment == Moment()
