"""The quizzes' door: begun, answered by plain forms, explained, looked at by those who teach."""

import html
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from tests.web.conftest import Browser
from trainer.play import quiz as taking
from trainer.play.quiz import Quiz, QuizStore
from trainer.web.quiz import banks

Login = Callable[..., Browser]
CHAPTER = "01-overview"


@pytest.fixture
def store(app: Flask) -> QuizStore:
    found: QuizStore = app.extensions["quizzes"]
    return found


@pytest.fixture
def somebody(login_as: Login, newcomer: str) -> Browser:
    """A person who has done nothing yet, signed in."""
    return login_as(newcomer)


def begin(browser: Browser, store: QuizStore, mode: str = "practice") -> Quiz:
    answer = browser.send(f"/quizzes/{CHAPTER}/attempts", mode=mode)
    assert answer.status_code == 303
    return store.find(answer.location.rsplit("/", 1)[1])


def at(quiz: Quiz, page: str = "") -> str:
    return f"/quizzes/attempts/{quiz.key}{page}"


def asked(store: QuizStore, quiz: Quiz) -> tuple[Any, Any]:
    return taking.question_of(store.bank(quiz.digest), quiz, quiz.answered + 1)


def send(browser: Browser, store: QuizStore, quiz: Quiz, which: str = "right") -> Any:
    """One of the question's own samples, as a form would send it."""
    question, what = asked(store, quiz)
    form = dict(getattr(question.samples(what), which))
    return browser.send(at(quiz, "/answers"), number=quiz.answered + 1, **form)


def walk(browser: Browser, store: QuizStore, quiz: Quiz, which: str = "right") -> Quiz:
    while not quiz.finished:
        assert send(browser, store, quiz, which).status_code == 303
        quiz = store.find(quiz.key)
    return quiz


def words_of(page: str) -> str:
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page)))


def test_every_chapter_with_a_bank_is_offered_at_home_and_on_its_page(somebody: Browser) -> None:
    for page in ("/", "/quizzes"):
        assert f'data-quiz="{CHAPTER}"' in somebody.get(page).text


def test_practice_explains_after_each_answer(somebody: Browser, store: QuizStore) -> None:
    quiz = begin(somebody, store)
    question, what = asked(store, quiz)
    page = words_of(somebody.get(at(quiz)).text)
    assert "Question 1 of 8" in page
    assert what.ask.en in page
    answer = send(somebody, store, quiz)
    assert answer.location == at(quiz, "/answers/1")
    told = somebody.get(answer.location).text
    assert 'data-verdict="right"' in told
    assert question.because(what).en in words_of(told)
    assert "Next question" in told
    assert "Question 2 of 8" in words_of(somebody.get(at(quiz)).text)


def test_a_wrong_answer_is_told_why_and_what_is_right(somebody: Browser, store: QuizStore) -> None:
    begun = (begin(somebody, store) for _ in range(60))  # a draw may hold none of that kind
    quiz = next(
        it for it in begun
        if any(store.bank(it.digest).question(name).kind == "choice" for name in it.questions)
    )  # fmt: skip
    while asked(store, quiz)[0].kind != "choice":
        send(somebody, store, quiz)
        quiz = store.find(quiz.key)
    question, _ = asked(store, quiz)
    told = somebody.get(send(somebody, store, quiz, "wrong").location).text
    assert 'data-verdict="wrong"' in told
    page = words_of(told)
    (right,) = [option.says.en for option in question.options if option.right]
    assert f"right would be: {right}" in page
    assert any(option.why.en in page for option in question.options if not option.right)


def test_an_exam_tells_nothing_before_its_end(somebody: Browser, store: QuizStore) -> None:
    quiz = begin(somebody, store, "exam")
    answer = send(somebody, store, quiz)
    assert answer.location == at(quiz)
    early = somebody.get(at(quiz, "/answers/1"))
    assert (early.status_code, early.location) == (303, at(quiz))
    assert "data-verdict" not in somebody.get(at(quiz)).text
    walk(somebody, store, store.find(quiz.key))
    assert somebody.get(at(quiz)).text.count('data-verdict="right"') == 8
    assert somebody.get(at(quiz, "/answers/1")).status_code == 200


@pytest.mark.parametrize("language", ["en", "zh_Hans", "zh_Hant"])
def test_a_quiz_is_walked_to_its_result_in_every_language(
    somebody: Browser, store: QuizStore, language: str
) -> None:
    somebody.send("/settings", language=language)
    quiz = walk(somebody, store, begin(somebody, store))
    page = somebody.get(at(quiz)).text
    assert f'lang="{language.replace("_", "-")}"' in page
    assert "100.0 %" in page
    bank = store.bank(quiz.digest)
    for name in quiz.questions:
        question = bank.question(name)
        assert f'data-skill="{question.skill}"' in page
    assert quiz.share == 1


def test_the_result_leads_back_to_the_lessons_in_the_courses_words(
    somebody: Browser, store: QuizStore
) -> None:
    quiz = walk(somebody, store, begin(somebody, store), "wrong")
    page = somebody.get(at(quiz)).text
    assert "Order management overview" in page
    assert "Take an order from receipt to archive" in page
    for row in {store.bank(quiz.digest).question(name).topic for name in quiz.questions}:
        assert f'href="/course/{row}"' in page
        assert somebody.get(f"/course/{row}").status_code == 200


def test_all_wrong_is_nothing_and_can_be_looked_at_later(
    somebody: Browser, store: QuizStore
) -> None:
    quiz = walk(somebody, store, begin(somebody, store), "wrong")
    assert quiz.share == 0
    assert somebody.get(at(quiz)).text.count('data-verdict="wrong"') == 8
    assert at(quiz) in somebody.get("/quizzes").text


def test_what_is_wrong_with_a_form_is_said_beside_the_field(
    somebody: Browser, store: QuizStore
) -> None:
    """Every kind of the bank, one after the other; what was typed stays."""
    kinds: set[str] = set()
    every = {question.kind for question in bank_of(somebody).questions} - {"figure"}
    while kinds != every:
        quiz = begin(somebody, store)
        while not quiz.finished:
            question, what = asked(store, quiz)
            samples = question.samples(what)
            answer = send(somebody, store, quiz, "invalid")
            assert answer.status_code == 422, question.id
            assert 'role="alert"' in answer.text
            assert "field-error" in answer.text
            assert re.search(r'aria-(invalid="true"|describedby="answer-error")', answer.text)
            for value in (v for sent in samples.invalid.values() for v in sent):
                if question.shape == "text":
                    assert f'value="{value}"' in answer.text
            assert store.find(quiz.key) == quiz
            kinds.add(question.kind)
            send(somebody, store, quiz)
            quiz = store.find(quiz.key)


def bank_of(browser: Browser) -> Any:
    with browser.application.app_context():
        return banks()[CHAPTER].bank


def test_who_does_not_know_is_told(somebody: Browser, store: QuizStore) -> None:
    quiz = begin(somebody, store)
    answer = somebody.send(at(quiz, "/answers"), number=1, skip="1")
    told = somebody.get(answer.location).text
    assert "You did not know." in told
    assert "right would be:" in told
    assert store.find(quiz.key).earned == 0


def test_a_form_that_is_sent_twice_answers_once(somebody: Browser, store: QuizStore) -> None:
    quiz = begin(somebody, store)
    send(somebody, store, quiz)
    again = somebody.send(at(quiz, "/answers"), number=1, skip="1")
    assert (again.status_code, again.location) == (303, at(quiz))
    assert store.find(quiz.key).answered == 1


@pytest.mark.parametrize("number", ["", "0", "9", "x", "9" * 30])
def test_only_the_next_question_can_be_answered(
    somebody: Browser, store: QuizStore, number: str
) -> None:
    quiz = begin(somebody, store)
    assert somebody.send(at(quiz, "/answers"), number=number, skip="1").status_code == 303
    assert store.find(quiz.key).answered == 0


def test_the_address_of_a_marked_form_leads_back(somebody: Browser, store: QuizStore) -> None:
    quiz = begin(somebody, store)
    again = somebody.get(at(quiz, "/answers"))
    assert (again.status_code, again.location) == (303, at(quiz))
    assert somebody.get("/quizzes/attempts/none/answers").status_code == 404


def test_a_retry_asks_other_questions_first(somebody: Browser, store: QuizStore) -> None:
    first, again = begin(somebody, store), begin(somebody, store)
    assert first.questions != again.questions
    assert len(set(first.questions) & set(again.questions)) <= 2
    assert store.find(first.key) == first


def test_a_figure_is_asked_of_those_who_have_one(somebody: Browser, store: QuizStore) -> None:
    assert "Begin any exercise" in somebody.get("/quizzes").text
    assert not begin(somebody, store).moment.figures
    somebody.send("/exercises/first-order/attempts")
    assert "Begin any exercise" not in somebody.get("/quizzes").text
    begun = (begin(somebody, store) for _ in range(60))
    quiz = next(it for it in begun if it.moment.figures)
    while asked(store, quiz)[0].kind != "figure":
        send(somebody, store, quiz)
        quiz = store.find(quiz.key)
    page = somebody.get(at(quiz)).text
    link = re.search(r'href="(/attempts/[^"]+at=\d+)"', page)
    assert link
    assert somebody.get(html.unescape(link[1])).status_code == 200
    told = somebody.get(send(somebody, store, quiz).location).text
    assert 'data-verdict="right"' in told


def test_a_figure_is_read_off_the_report_it_names(somebody: Browser, store: QuizStore) -> None:
    """What a trainee sees on the screen is the right answer."""
    somebody.send("/exercises/first-order/attempts")
    for _ in range(9):
        quiz = begin(somebody, store)
        if quiz.moment.figures:
            break
    report = somebody.get(f"/attempts/{quiz.moment.sandbox}/reports/on_time_in_full").text
    (shown,) = set(re.findall(r"on time and in full \((\d+\.\d) %\)", report))
    question = store.bank(quiz.digest).question("own-punctuality")
    what = question.draw(quiz.seed, quiz.moment.figures[question.id])
    assert question.judge(what, shown).share == 1


# --- who may look -----------------------------------------------------------------------------


def test_others_do_not_know_a_quiz(somebody: Browser, login_as: Login, store: QuizStore) -> None:
    quiz = begin(somebody, store)
    send(somebody, store, quiz)
    ben = login_as("ben")
    for path in (at(quiz), at(quiz, "/answers/1"), "/quizzes/attempts/no-such"):
        assert ben.get(path).status_code == 404
    assert ben.send(at(quiz, "/answers"), number=2, skip="1").status_code == 404
    assert store.find(quiz.key).answered == 1


@pytest.mark.parametrize("teacher", ["ines", "omar"])
def test_who_teaches_looks_and_answers_nothing(
    somebody: Browser, login_as: Login, store: QuizStore, teacher: str
) -> None:
    quiz = begin(somebody, store)
    send(somebody, store, quiz, "wrong")
    ines = login_as(teacher)
    page = ines.get(at(quiz)).text
    assert "You are looking at a quiz of" in page
    assert page.count("data-verdict") == 1
    assert 'name="number"' not in page
    assert ines.send(at(quiz, "/answers"), number=2, skip="1").status_code == 404
    board = ines.get(f"/class/quizzes?person={quiz.person_id}").text
    assert at(quiz) in board
    assert at(quiz) in ines.get("/class/quizzes").text
    assert at(quiz) not in ines.get(f"/class/quizzes?person={quiz.person_id + 999}").text
    assert "/class/quizzes" in ines.get("/class/").text


def test_trainees_do_not_see_the_class(somebody: Browser) -> None:
    assert somebody.get("/class/quizzes").status_code == 403


@pytest.mark.parametrize(
    "path", ["/quizzes", "/quizzes/attempts/x", "/quizzes/attempts/x/answers/1", "/class/quizzes"]
)
def test_strangers_are_sent_to_the_door(client: Browser, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 302
    assert "/login" in answer.location


@pytest.mark.parametrize("path", ["?person=x", "?person=0", f"?person={'9' * 30}", "?page=99"])
def test_addresses_that_make_no_sense_break_nothing(login_as: Login, path: str) -> None:
    assert login_as("ines").get(f"/class/quizzes{path}").status_code in (200, 404)


def test_there_is_no_quiz_of_a_chapter_without_a_bank(somebody: Browser) -> None:
    assert somebody.send("/quizzes/no-such-chapter/attempts", mode="exam").status_code == 404
    assert somebody.send(f"/quizzes/{CHAPTER}/attempts", mode="no-such").status_code == 303
