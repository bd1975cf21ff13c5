"""The course's doors: the path, lessons, what was read, what comes next, cases."""

import re
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

import pytest
from flask import Blueprint, Flask

from tests.web.conftest import PASSWORD, QUICK, Browser, add_person
from trainer import paths
from trainer.app import create_app
from trainer.catalog.course import load_course
from trainer.config import Settings
from trainer.play.solution import play
from trainer.training.course import Course

Login = Callable[[str], Browser]


@pytest.fixture
def trainee(login_as: Login, newcomer: str) -> Browser:
    """Somebody who has done nothing yet."""
    return login_as(newcomer)


def course(app: Flask) -> Course:
    found: Course = app.extensions["course"]
    return found


def next_step(page: str) -> str:
    found = re.search(r'<section class="next-step".*?</section>', page, re.DOTALL)
    assert found
    return found.group()


def test_the_path_shows_every_chapter_and_row(app: Flask, trainee: Browser) -> None:
    page = trainee.get("/course").text
    for chapter in course(app).chapters:
        assert f'id="chapter-{chapter.id}"' in page
    for row in course(app).rows:
        assert f'id="row-{row}"' in page
    assert "Exercise: Your first order" in page
    assert "Short of stock: free practice" in page
    assert 'href="/cases"' in page


def test_the_first_page_says_what_comes_next_and_why(trainee: Browser) -> None:
    page = trainee.get("/").text
    assert "Lesson: What order management is" in next_step(page)
    assert "It comes next in the course" in next_step(page)
    assert 'href="/course/1.1"' in next_step(page)
    assert 'href="/course#chapter-1"' in page


def test_a_lesson_is_read_when_its_reader_says_so(trainee: Browser) -> None:
    assert trainee.get("/course/1.1").status_code == 200
    assert 'href="/course/1.1"' in next_step(trainee.get("/course").text)
    reply = trainee.send("/course/1.1/readings")
    assert (reply.status_code, reply.location) == (303, "/course/1.2")
    page = trainee.get("/course").text
    assert 'href="/course/1.2"' in next_step(page)
    assert page.count("data-done") == 1
    assert " read</p>" in trainee.get("/course/1.1").text
    assert " read</p>" not in trainee.get("/course/1.2").text


def test_after_a_lesson_with_an_exercise_comes_the_exercise(trainee: Browser) -> None:
    assert "explains what you will be asked to do" not in next_step(trainee.get("/").text)
    for row in ("1.1", "1.2"):
        trainee.send(f"/course/{row}/readings")
    assert "explains what you will be asked to do" in next_step(trainee.get("/").text)
    reply = trainee.send("/course/1.3/readings")
    assert reply.location == "/exercises/first-order"
    assert "You have read about it" in next_step(trainee.get("/").text)


def test_what_one_stopped_in_the_middle_of_comes_first(trainee: Browser) -> None:
    desk = trainee.send("/exercises/first-order/attempts").location
    page = trainee.get("/").text
    assert "You stopped in the middle" in next_step(page)
    assert f'href="{desk}"' in next_step(page)
    assert trainee.send("/course/1.3/readings").location == desk


def test_reading_twice_is_reading_once(trainee: Browser) -> None:
    for _ in range(2):
        assert trainee.send("/course/1.1/readings").status_code == 303
    assert trainee.get("/course").text.count("data-done") == 1


def test_the_last_lesson_leads_back_to_the_path(
    app: Flask, trainee: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = load_course(paths.SCENARIOS).plan
    assert plan
    short = Course(plan.part, [course(app).lessons["1.1"]])
    monkeypatch.setitem(app.extensions, "course", short)
    assert trainee.send("/course/1.1/readings").location == "/course"


def test_what_one_has_read_is_ones_own(trainee: Browser, login_as: Login) -> None:
    trainee.send("/course/1.1/readings")
    assert "data-done" not in login_as("ben").get("/course").text


def test_every_lesson_has_all_its_parts(app: Flask, trainee: Browser) -> None:
    for row, lesson in course(app).lessons.items():
        page = trainee.get(f"/course/{row}")
        assert page.status_code == 200
        for head in ("What it is", "Why it matters", "How it is done here", "A common mistake"):
            assert f"{head}</h2>" in page.text
        assert ("Think first" in page.text) == bool(lesson.question)
        assert ("<figure class=" in page.text) == bool(lesson.picture)
        assert page.text.count('class="word-card"') == len(lesson.terms)
        assert "**" not in page.text


def test_pictures_speak_the_language_of_each_reader(trainee: Browser) -> None:
    """Of the third one as well: a status is no constant, though it stands in quotes."""
    for language, stage, status in (
        ("en", "Receive", "Draft"),
        ("zh_Hans", "接收", "草稿"),
        ("zh_Hant", "接單", "待確認"),
    ):
        trainee.send("/settings", language=language)
        picture = re.search(
            r"<figure class=.picture.>.*?</figure>", trainee.get("/course/1.3").text, re.S
        )
        assert picture
        assert f"1 · {stage}<" in picture.group()
        assert f">{status}<" in picture.group()


def test_a_figure_is_that_of_the_sandbox_one_was_last_in(trainee: Browser) -> None:
    assert "once you have begun an exercise" in trainee.get("/course/1.2").text
    key = trainee.send("/exercises/first-order/attempts").location.split("/")[2]
    page = trainee.get("/course/1.2").text
    shown = re.search(r'live-figure-value">([\d.]+) %<', page)
    assert shown
    report = trainee.get(f"/attempts/{key}/reports/on_time_in_full").text
    assert f"{shown[1]} %" in report
    assert f'href="/attempts/{key}/"' in page


def test_an_exercise_says_what_comes_before_it_and_what_of_that_is_done(
    app: Flask, trainee: Browser
) -> None:
    def before(language: str = "en") -> str:
        page = trainee.get(
            "/exercises/cash-on-delivery", headers={"Accept-Language": language}
        ).text
        found = re.search(r'<ul class="row-tasks">.*?</ul>', page, re.DOTALL)
        assert found
        return found.group()

    assert 'href="/exercises/first-order"' in before()
    assert "not finished yet" in before()
    assert "尚未完成" in before("zh-Hans")
    key = trainee.send("/exercises/first-order/attempts").location.split("/")[2]
    desk = app.extensions["desk"]
    for place, done in enumerate(play(desk.course(desk.store.find(key)))):
        desk.perform(desk.store.find(key), done.command, actor="A", command_id=f"first-{place}")
    assert "data-done" in before()
    assert "not finished yet" not in before()
    assert "row-tasks" not in trainee.get("/exercises/one-minute").text


def test_an_exercise_leads_to_its_lesson(trainee: Browser) -> None:
    assert 'href="/course/1.3"' in trainee.get("/exercises/first-order").text


def test_cases_are_told_with_their_kind_and_rows(app: Flask, trainee: Browser) -> None:
    page = trainee.get("/cases").text
    for case in course(app).cases:
        assert f'id="{case.id}"' in page
        assert case.title.en in page
    assert page.count("case-success") == sum(it.kind == "success" for it in course(app).cases)
    assert 'href="/cases#the-helpful-shipment"' in trainee.get("/course/1.3").text


@pytest.mark.parametrize("path", ["/course/9.9", "/course/readings"])
def test_what_is_not_there_is_not_found(trainee: Browser, path: str) -> None:
    assert trainee.get(path).status_code == 404
    assert trainee.send(f"{path}/readings").status_code == 404


@pytest.mark.parametrize("path", ["/course", "/course/1.1", "/cases"])
def test_strangers_are_sent_to_the_door(app: Flask, path: str) -> None:
    reply = app.test_client().get(path)
    assert (reply.status_code, "/login" in reply.location) == (302, True)


def test_who_teaches_is_told_of_a_broken_file_and_trainees_are_not(
    app: Flask, login_as: Login, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.extensions, "course_problems", ("lessons.yaml:3:4 – wrong – cure",))
    assert "lessons.yaml:3:4" in login_as("ines").get("/course").text
    assert "lessons.yaml:3:4" not in login_as("ada").get("/course").text


def test_without_a_course_the_pages_still_stand(
    app: Flask, login_as: Login, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.extensions, "course", Course())
    ada = login_as("ada")
    assert "There is no course yet." in ada.get("/course").text
    assert "There is no case yet." in ada.get("/cases").text
    assert 'class="next-step"' not in ada.get("/").text


class Taken(NamedTuple):
    """A quiz as the path looks at it."""

    chapter: str
    share: Fraction
    finished: bool = True
    mode: str = "practice"
    key: str = "taken"
    answered: int = 0


class Quizzes:
    """Quizzes that everybody has taken."""

    def __init__(self, *taken: Taken) -> None:
        self.taken = taken

    def of_person(self, person_id: int) -> tuple[Taken, ...]:
        return self.taken


def test_a_chapters_quiz_stands_at_its_end_and_is_done_when_passed(tmp_path: Path) -> None:
    settings = Settings.from_env({"TRAINER_DATA": str(tmp_path), "TRAINER_WORKERS": "1"})
    app = create_app(settings, **QUICK)
    if "quiz.index" not in app.view_functions:
        door = Blueprint("quiz", __name__)
        door.add_url_rule("/quizzes", "index", lambda: "")
        app.register_blueprint(door)
    with app.app_context():
        add_person(app, "ada")
    ada = Browser(app)
    ada.send("/login", email="ada", password=PASSWORD)
    app.extensions["banks"] = {"01-overview": None}

    def path_with(*taken: Taken) -> str:
        app.extensions["quizzes"] = Quizzes(*taken)
        return ada.get("/course").text

    for row in ("1.1", "1.2", "1.3", "1.4"):
        ada.send(f"/course/{row}/readings")
    none = path_with()
    assert none.count('data-task="quiz"') == 1
    assert 'href="/quizzes#quiz-01-overview"' in none
    assert none.index('id="row-1.4"') < none.index('data-task="quiz"') < none.index('id="row-2.1"')
    assert 'data-task="quiz" data-done' not in path_with(Taken("01-overview", Fraction(3, 4)))
    assert 'data-task="quiz" data-done' not in path_with(Taken("01-overview", Fraction(1), False))
    assert 'data-task="quiz" data-done' in path_with(Taken("01-overview", Fraction(4, 5)))
    app.extensions["engine"].dispose()
