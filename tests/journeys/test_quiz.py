"""A quiz by keyboard alone, in a real browser: every kind of question, to the result."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.journeys.conftest import Served
from tests.journeys.test_every_page import fits
from tests.journeys.test_first_order import TAGS, begin, sign_in
from tests.support.browser import assert_accessible
from trainer.play import quiz as taking
from trainer.play.quiz import Quiz, QuizStore
from trainer.training.quiz import KINDS


def tab_to(page: Page, selector: str) -> None:
    """Tab on until the focus is there; who cannot get there by Tab cannot get there."""
    for _ in range(80):
        if page.evaluate("wanted => document.activeElement.matches(wanted)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{selector} cannot be reached by keyboard on {page.url}")


def press(page: Page, selector: str) -> None:
    tab_to(page, selector)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def answer(page: Page, question: Any, sent: dict[str, list[str]]) -> None:
    """Put an answer in by keys: arrows, blanks, letters."""
    match question.shape:
        case "one":
            # arrows move and choose; the first one is chosen with a blank
            tab_to(page, "input[type=radio]")
            page.keyboard.press("Space")
            for _ in range("abcdefgh".index(sent["answer"][0])):
                page.keyboard.press("ArrowDown")
        case "many":
            for key in sorted(sent["answer"]):
                tab_to(page, f"input[type=checkbox][value={key}]")
                page.keyboard.press("Space")
        case "places":
            for field, (key,) in sent.items():
                tab_to(page, f"#{field}")
                for _ in range("abcdefghijkl".index(key) + 1):
                    page.keyboard.press("ArrowDown")
        case "text":
            tab_to(page, "#answer")
            page.keyboard.type(sent["answer"][0])
    press(page, "main button:not([name])")


def open_quiz(page: Page, store: QuizStore) -> Quiz:
    return store.find(page.url.rsplit("/", 1)[1])


@pytest.mark.console("status of 422")
@pytest.mark.parametrize("language", ["zh-Hant"])
def test_every_kind_of_question_is_answered_by_keyboard_alone(
    served: Served, new_context: Callable[..., BrowserContext], language: str
) -> None:
    store: QuizStore = served.app.extensions["quizzes"]
    dark = language != "en"
    page = new_context(
        locale=TAGS[language],
        color_scheme="dark" if dark else "light",
        viewport={"width": 390 if dark else 1440, "height": 900},
    ).new_page()
    sign_in(page, served.url, "ada")
    begin(page)  # a sandbox whose figures can be asked for
    kinds: set[str] = set()
    page.goto(f"{served.url}/quizzes")
    assert_accessible(page)
    press(page, "[data-quiz='01-overview'] form button")
    while True:
        quiz = open_quiz(page, store)
        while not quiz.finished:
            question, asked = taking.question_of(store.bank(quiz.digest), quiz, quiz.answered + 1)
            samples, new = question.samples(asked), question.kind not in kinds
            expect(page.locator("[data-kind]")).to_have_attribute("data-kind", question.kind)
            if new:
                fits(page)
                assert_accessible(page)
                press(page, "main button:not([name])")  # nothing chosen yet
                expect(page.locator(".field-error").first).to_be_visible()
                assert_accessible(page)
                kinds.add(question.kind)
            answer(page, question, samples.right)
            expect(page.locator("[data-verdict=right]")).to_be_visible()
            if new:
                fits(page)
                assert_accessible(page)
            press(page, "main a.btn-primary")
            quiz = store.find(quiz.key)
        expect(page.locator(".quiz-share")).to_have_text("100.0 %")
        if kinds == set(KINDS):
            break
        press(page, "main form button")  # again, with other questions
    expect(page.locator("html")).to_have_attribute("lang", language)
    fits(page)
    assert_accessible(page)


def test_the_class_sees_quizzes(served: Served, new_context: Callable[..., BrowserContext]) -> None:
    page = new_context(locale="zh-TW", viewport={"width": 390, "height": 900}).new_page()
    sign_in(page, served.url, "ben")
    page.goto(f"{served.url}/quizzes")
    press(page, "[data-quiz='01-overview'] form button")
    key = page.url.rsplit("/", 1)[1]
    press(page, "main button[name=skip]")
    expect(page.locator("[data-verdict=wrong]")).to_be_visible()

    teacher = new_context(locale="en-US").new_page()
    sign_in(teacher, served.url, "ines")
    teacher.goto(f"{served.url}/class/quizzes")
    assert_accessible(teacher)
    teacher.locator(f"a[href$='{key}']").click()
    expect(teacher.locator("[data-verdict=wrong]")).to_have_count(1)
    assert_accessible(teacher)
    fits(teacher)
