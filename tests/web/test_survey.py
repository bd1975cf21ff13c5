"""The survey by plain requests: asked, answered, changed; told without names, and from three on."""

import csv
import io
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from openpyxl import load_workbook

from tests.web.conftest import Browser, add_person
from trainer.play.classroom import Classroom, ClassStore
from trainer.play.survey import Reply
from trainer.play.talk import LONGEST
from trainer.training.course import Course

Login = Callable[[str], Browser]
ANSWER = {"clear": "4", "useful": "5", "pace": "3", "difficulty": "2"}


@pytest.fixture
def trainee(login_as: Login, newcomer: str) -> Browser:
    return login_as(newcomer)


def people(app: Flask, room: Classroom, newcomer: str, many: int) -> list[str]:
    """So many who answered about chapter 1, each with words of their own."""
    names = [f"voice{at}{newcomer}"[:60] for at in range(many)]
    store: ClassStore = app.extensions["classes"]
    with app.app_context():
        for at, name in enumerate(names):
            person = add_person(app, name)
            store.add(room.class_id, [person])
            words = ("=helped", f"change <{at}>")
            app.extensions["surveys"].reply(person, "1", Reply(1 + at % 5, 4, 3, 2, *words))
    return names


def test_who_is_taken_out_of_a_class_is_not_told_by_it(
    app: Flask, login_as: Login, room: Classroom, newcomer: str
) -> None:
    names = people(app, room, newcomer, 4)
    ines, file = login_as("ines"), f"/class/survey/survey.csv?group={room.key}"
    before = ines.get(file).data
    store: ClassStore = app.extensions["classes"]
    gone = next(it for it in store.members(room.class_id) if it.username == names[0])
    ines.send(f"/classes/{room.key}/members/{gone.person_id}/removal")
    assert gone.person_id not in {it.person_id for it in store.members(room.class_id)}
    assert ines.get(file).data == before
    assert b"change <0>" in before


def chosen(page: str) -> dict[str, str]:
    found = re.findall(r'type="radio" name="(\w+)" value="(\d)" required checked', page)
    return dict(found)


def test_one_answers_and_changes_it(trainee: Browser) -> None:
    assert chosen(trainee.get("/survey/1").text) == {}
    assert "Say what you think of this chapter" in trainee.get("/course").text
    reply = trainee.send("/survey/1", **ANSWER, helped="the <coach>", change="")
    assert (reply.status_code, reply.location) == (303, "/course#survey-1")
    page = trainee.get("/survey/1").text
    assert chosen(page) == ANSWER
    assert "the &lt;coach&gt;" in page
    assert "What you send now takes its place" in page
    trainee.send("/survey/1", **ANSWER | {"pace": "5"}, helped="", change="")
    page = trainee.get("/survey/1").text
    assert chosen(page)["pace"] == "5"
    assert "coach&gt;" not in page
    assert trainee.get("/course").text.count("Your answer to the survey") == 1


def test_who_sees_it_is_said_before_it_is_sent(trainee: Browser) -> None:
    page = trainee.get("/survey/course").text
    assert "without names" in page
    assert "once 3 people of a class have answered" in page


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"clear": ""}, "Choose one of the five."),
        ({"pace": "6"}, "Choose one of the five."),
        ({"difficulty": "x"}, "Choose one of the five."),
        ({"helped": "x" * (LONGEST + 1)}, "At most 2000 characters; these are 2001."),
    ],
    ids=["none", "six", "letter", "long"],
)
def test_a_wrong_answer_says_where_and_keeps_the_rest(
    trainee: Browser, fields: dict[str, str], says: str
) -> None:
    sent = ANSWER | {"helped": "kept", "change": "kept as well"} | fields
    reply = trainee.send("/survey/2", **sent)
    assert reply.status_code == 422
    assert reply.text.count("field-error") == 1
    assert says in reply.text
    assert "kept as well" in reply.text
    right = {it for it in ANSWER if it not in fields}
    assert {it: step for it, step in chosen(reply.text).items() if it in right} == {
        it: ANSWER[it] for it in right
    }
    assert "What you send now" not in trainee.get("/survey/2").text


def test_there_is_no_survey_about_what_is_not_there(trainee: Browser) -> None:
    for about in ("8", "0", "1.1", "nothing"):
        assert trainee.get(f"/survey/{about}").status_code == 404
        assert trainee.send(f"/survey/{about}", **ANSWER).status_code == 404


def test_a_chapter_that_is_done_is_asked_about_on_the_first_page(
    app: Flask, trainee: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A course of two lessons, for somebody who reads both."""
    whole: Course = app.extensions["course"]
    short = Course(None, [whole.lessons["1.1"], whole.lessons["2.1"]])
    rows = {chapter.id: chapter.rows[:1] for chapter in whole.chapters[:2]}
    short.chapters = tuple(
        it.model_copy(update={"rows": rows[it.id], "folder": f"none-{it.id}"})
        for it in whole.chapters[:2]
    )
    short.skills = whole.skills
    short.rows = {row.id: row for rows_ in rows.values() for row in rows_}
    monkeypatch.setitem(app.extensions, "course", short)
    monkeypatch.setattr("trainer.web.course.tasks", _lessons_alone)
    assert "survey-asked-title" not in trainee.get("/").text
    trainee.send("/course/1.1/readings")
    for path in ("/", "/course"):
        asked = _asked(trainee.get(path).text)
        assert asked == ["1"]
    trainee.send("/course/2.1/readings")
    assert _asked(trainee.get("/").text) == ["1", "2", "course"]
    trainee.send("/survey/1", **ANSWER)
    assert _asked(trainee.get("/").text) == ["2", "course"]
    for about in ("2", "course"):
        trainee.send(f"/survey/{about}", **ANSWER)
    assert "survey-asked-title" not in trainee.get("/").text


def _lessons_alone(course: Any, row: str, exercises: Any, done: Any) -> Iterator[Any]:
    from trainer.training.course import tasks

    return (task for task in tasks(course, row, exercises, done) if task.kind == "lesson")


def _asked(page: str) -> list[str]:
    found = re.search(r'id="survey-asked".*?</section>', page, re.DOTALL)
    assert found
    return re.findall(r'href="/survey/(\w+)"', found[0])


# --- those who teach ------------------------------------------------------------------------------


def shown(browser: Browser, room: Classroom, about: str = "1") -> str:
    page = browser.get(f"/class/survey?group={room.key}").text
    found = re.search(rf'<tr data-about="{about}">.*?</tr>', page, re.DOTALL)
    assert found
    return page


def table(browser: Browser, room: Classroom) -> list[dict[str, str]]:
    reply = browser.get(f"/class/survey/survey.csv?group={room.key}")
    return list(csv.DictReader(io.StringIO(reply.data.decode("utf-8-sig"), newline="")))


def test_two_answers_are_kept_back(
    app: Flask, login_as: Login, room: Classroom, newcomer: str
) -> None:
    people(app, room, newcomer, 2)
    page = shown(login_as("ines"), room)
    assert "2 more kept back" in page
    assert "change &lt;" not in page
    assert 'id="about-1"' not in page
    assert table(login_as("ines"), room) == []


def test_three_are_told_without_a_name_and_five_with_a_mean(
    app: Flask, login_as: Login, room: Classroom, newcomer: str
) -> None:
    names = people(app, room, newcomer, 3)
    ines = login_as("ines")
    page = shown(ines, room)
    assert "change &lt;2&gt;" in page
    assert "too few" in page
    assert {line["mean step"] for line in table(ines, room)} == {""}
    names += people(app, room, newcomer + "b", 2)
    page, lines = shown(ines, room), table(ines, room)
    clear = lines[0]
    assert (clear["Chapter"], clear["n"]) == ("Chapter 1: Order management overview", "5")
    assert [clear[str(step)] for step in range(1, 6)] == ["2", "2", "1", "0", "0"]
    assert clear["mean step"] == "1.80"
    assert float(clear["mean from"]) < 1.8 < float(clear["mean to"])
    assert "<strong>1.8</strong>" in page
    files = page + str(lines)
    for name in names:
        assert name not in files.lower()


def test_what_was_written_is_no_formula_in_a_file(
    app: Flask, login_as: Login, room: Classroom, newcomer: str
) -> None:
    people(app, room, newcomer, 3)
    omar = login_as("omar")
    words = [line["Free words"] for line in table(omar, room)]
    assert words == [""] * 4 + ["'=helped"] * 3 + ["change <0>", "change <1>", "change <2>"]
    reply = omar.get(f"/class/survey/survey.xlsx?group={room.key}")
    sheet = load_workbook(io.BytesIO(reply.data)).worksheets[0]
    found = [cell for row in sheet.iter_rows() for cell in row if cell.value == "=helped"]
    assert {cell.data_type for cell in found} == {"s"}
    assert len(found) == 3


def test_everybody_together_keeps_back_the_class_with_too_few(
    app: Flask, login_as: Login, room: Classroom, newcomer: str
) -> None:
    ines = login_as("ines")

    def kept_back() -> int:  # classes of other tests with too few are kept back, too
        found = re.search(r"(\d+) more kept back", ines.get("/class/survey").text)
        return int(found[1]) if found else 0

    before = kept_back()
    people(app, room, newcomer, 2)
    assert kept_back() == before + 2


def test_each_sees_their_own_classes(
    app: Flask, login_as: Login, room: Classroom, newcomer: str
) -> None:
    people(app, room, newcomer, 3)
    name = f"teacher{newcomer}"[:60]
    with app.app_context():
        add_person(app, name, "instructor")
    teacher = login_as(name)
    for path in ("/class/survey", f"/class/survey?group={room.key}"):
        page = teacher.get(path).text
        assert "change &lt;" not in page
        assert room.name not in page
    assert table(teacher, room) == []


def test_who_may(trainee: Browser, login_as: Login, room: Classroom) -> None:
    for path in ("/class/survey", "/class/survey/survey.csv", "/class/survey/survey.xlsx"):
        assert trainee.get(path).status_code == 403
    ines = login_as("ines")
    assert f"/class/survey?group={room.key}" in ines.get(f"/classes/{room.key}").text
    assert "Trainees answer this" in ines.get("/survey/1").text
    assert ines.send("/survey/1", **ANSWER).status_code == 403
