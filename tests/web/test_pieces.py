"""Marking words: without a name, with levels and comments, told to who wrote them."""

import csv
import io
import re
from collections.abc import Callable

import pytest
from flask import Flask

from tests.web.conftest import Browser, add_person, number
from tests.web.pupils import write
from trainer.play.changes import Change, Wanted
from trainer.play.classroom import Classroom
from trainer.play.exercise import start
from trainer.play.ports import Sandbox

LoginAs = Callable[[str], Browser]
ANSWER = "Your event waits for our goods, and we are sorry. They are there within three days."
BEST = {"level.sorry": "0", "level.facts": "1", "level.tone": "0"}
"""Two of two, two of four, two of two."""


@pytest.fixture
def room(app: Flask, newcomer: str) -> Classroom:
    """A class of an instructor whom only this test knows, with the newcomer in it."""
    with app.app_context():
        teacher = add_person(app, f"t{newcomer}", "instructor")
    made: Classroom = app.extensions["classes"].create(f"Class of {newcomer}", teacher)
    app.extensions["classes"].add(made.class_id, [number(app, newcomer)])
    return made


@pytest.fixture
def teacher(room: Classroom, newcomer: str, login_as: LoginAs) -> Browser:
    return login_as(f"t{newcomer}")


@pytest.fixture
def written(app: Flask, room: Classroom, newcomer: str) -> Sandbox:
    """The newcomer's run, signed with their name."""
    return write(app, number(app, newcomer), f"{ANSWER}\n\n{newcomer.title()}")


def place(room: Classroom) -> str:
    return f"/marking/{room.key}/keep-them-posted"


def piece_of(app: Flask, sandbox: Sandbox) -> int:
    (found,) = app.extensions["pieces"].pieces(sandbox_id=sandbox.sandbox_id)
    return int(found.number)


def first(teacher: Browser, room: Classroom) -> str:
    """The address of a piece that waits."""
    found = re.search(rf'href="({place(room)}/\d+)"', teacher.get(place(room)).text)
    assert found
    return found[1]


def trail(app: Flask, action: str) -> list[Change]:
    lines: list[Change] = app.extensions["changes"].page(Wanted(action=action), 1, 9)
    return lines


def test_what_is_written_waits_for_who_teaches_the_class(
    app: Flask, room: Classroom, teacher: Browser, newcomer: str, login_as: LoginAs
) -> None:
    def waiting() -> int:
        """Who teaches sees people without a class too, and other tests know some."""
        found = re.search(
            r'To mark\s*<span class="count">(\d+)</span>', teacher.get("/classes").text
        )
        return int(found[1]) if found else 0

    before = waiting()
    write(app, number(app, newcomer), ANSWER)
    assert waiting() == before + 1
    assert re.search(rf"\b{before + 1} pieces? of writing waits? to be", teacher.get("/").text)
    listed = teacher.get("/marking").text
    assert room.name in listed
    assert f'href="{place(room)}"' in listed
    stranger = login_as("ines")
    assert place(room) not in stranger.get("/marking").text
    assert stranger.get(place(room)).status_code == 404
    assert place(room) in login_as("omar").get("/marking").text
    assert login_as("ben").get("/marking").status_code == 403


def test_a_piece_says_what_was_written_and_not_by_whom(
    app: Flask, room: Classroom, teacher: Browser, written: Sandbox, newcomer: str
) -> None:
    for address in ("/marking", place(room), path := first(teacher, room)):
        page = teacher.get(address).text.replace(room.name, "")  # named after them by this test
        main = page[page.index("<main") :]
        assert newcomer not in main.lower()
        assert written.key not in main
    page = teacher.get(path).text
    assert "They are there within three days." in page
    assert "▒▒▒" in page
    world = app.extensions["desk"].run(written).world
    (asked,) = (it for it in world.messages.values() if it.message_id.startswith("complaint-"))
    assert asked.subject in page
    assert asked.order_number in page
    assert page.count('type="radio"') == 3 + 4 + 3


def test_marks_are_told_to_who_wrote_and_leave_the_score_alone(
    app: Flask,
    room: Classroom,
    teacher: Browser,
    written: Sandbox,
    newcomer: str,
    login_as: LoginAs,
) -> None:
    mine = login_as(newcomer)
    assert (
        "It waits for a person; 8 points can be had."
        in mine.get(f"/attempts/{written.key}/debrief").text
    )
    comments = {"comment.facts": "which day is that?", "comment": "read it aloud once"}
    saved = teacher.send(first(teacher, room), seen="0", **BEST, **comments)
    assert (saved.status_code, saved.location) == (303, place(room))
    for page in ("debrief", "score"):
        told = mine.get(f"/attempts/{written.key}/{page}").text
        assert "6 of 8" in told
        assert "Where or when, but not both, or nothing of what you do next." in told
        assert "which day is that?" in told
        assert "read it aloud once" in told
    record = mine.get("/record").text
    assert "The answer to the complaint" in record
    assert "6 of 8" in record
    assert app.extensions["desk"].store.find(written.key).standing.score == 100
    (line,) = (it for it in trail(app, "marked") if it.by_name == f"T{newcomer}".title())
    assert (line.new, line.reason) == ("6/8 (sorry 2, facts 2, tone 2)", "read it aloud once")
    assert newcomer not in line.about.lower()


def test_a_criterion_without_a_level_is_asked_for_and_the_rest_is_kept(
    room: Classroom, teacher: Browser, written: Sandbox
) -> None:
    path = first(teacher, room)
    reply = teacher.send(
        path, seen="0", **{"level.sorry": "1", "comment": "typed", "level.tone": "7"}
    )
    assert reply.status_code == 422
    assert reply.text.count("Choose one of the levels.") == 2
    assert re.search(r'name="level.sorry" value="1" checked', reply.text)
    assert "typed</textarea>" in reply.text
    long = teacher.send(path, seen="0", **BEST, comment="x" * 1001)
    assert long.status_code == 422
    assert "A comment has at most 1000 characters." in long.text


def test_of_two_who_mark_the_second_is_told_and_loses_nothing(
    app: Flask, room: Classroom, teacher: Browser, written: Sandbox, login_as: LoginAs
) -> None:
    path, other = first(teacher, room), login_as("omar")
    assert other.send(path, seen="0", **BEST, comment="kind").status_code == 303
    typed = BEST | {"level.facts": "3", "comment.facts": "no fact in it"}
    late = teacher.send(path, seen="0", **typed)
    assert late.status_code == 409
    assert "Omar has marked this piece meanwhile: 6 of 8." in late.text
    assert "no fact in it" in late.text
    assert re.search(r'name="level.facts" value="3" checked', late.text)
    seen = re.search(r'name="seen" value="(\d+)"', late.text)
    assert seen
    assert teacher.send(path, seen=seen[1], **typed).status_code == 303
    page = teacher.get(path).text
    assert "no longer since" in page
    (found,) = app.extensions["pieces"].pieces(sandbox_id=written.sandbox_id)
    assert found.given.marks.points == 4
    assert trail(app, "marks_changed")[0].old == "6/8 (sorry 2, facts 2, tone 2)"
    teacher.send(path, seen=str(found.given.number), **typed)  # the same again is no change
    assert len(app.extensions["pieces"].history(found.piece_id)) == 2


def test_saving_leads_to_the_next_one_that_waits(
    app: Flask, room: Classroom, teacher: Browser, written: Sandbox, newcomer: str
) -> None:
    write(app, number(app, newcomer), "Soon.")
    teacher.get("/marking")
    numbers = sorted(it.number for it in app.extensions["pieces"].pieces({number(app, newcomer)}))
    at = f"{place(room)}/{numbers[1]}"
    assert teacher.send(at, seen="0", **BEST).location == f"{place(room)}/{numbers[0]}"
    last = teacher.send(f"{place(room)}/{numbers[0]}", seen="0", **BEST)
    assert last.location == place(room)


def test_names_are_told_once_all_is_marked_or_by_an_act_that_is_written_down(
    app: Flask, room: Classroom, teacher: Browser, written: Sandbox, newcomer: str
) -> None:
    name, grade = newcomer.title(), f"/class/grades/exercise/{written.key}"
    later = write(app, number(app, newcomer), "Soon.")
    teacher.get("/marking")
    assert teacher.send(f"{place(room)}/{piece_of(app, written)}", **BEST).status_code == 303
    hidden = teacher.get(place(room)).text.replace(room.name, "")
    assert name not in hidden
    assert "Beside the name it is told once" in teacher.get(grade).text
    assert teacher.send(f"{place(room)}/names").location == place(room)
    assert name in teacher.get(place(room)).text.replace(room.name, "")
    assert "6 of 8" in teacher.get(grade).text
    (line,) = (it for it in trail(app, "names_shown") if it.about.startswith(room.name))
    assert line.by_name == f"T{newcomer}".title()
    # what comes in afterwards is without a name again
    again = write(app, number(app, newcomer), "And later still.")
    teacher.get("/marking")
    page = teacher.get(place(room)).text.replace(room.name, "")
    assert page.count(f">{name}<") == 2
    for sandbox in (later, again):
        teacher.send(f"{place(room)}/{piece_of(app, sandbox)}", **BEST)
    assert teacher.get(place(room)).text.replace(room.name, "").count(f">{name}<") == 3


def test_the_book_has_the_marks_in_columns_of_their_own(
    room: Classroom, teacher: Browser, written: Sandbox, newcomer: str
) -> None:
    def line(view: str) -> dict[str, str]:
        file = teacher.get(f"/class/grades/grades.csv?view={view}&group={room.key}").text
        (found,) = csv.DictReader(io.StringIO(file.lstrip("\ufeff")))
        return found

    title = "Keep them posted"
    before = line("03-supply")
    assert (before[title], before[f"{title} – judged by a person"]) == ("100.00", "")
    teacher.send(first(teacher, room), seen="0", **BEST)
    after = line("03-supply")
    assert (after[title], after[f"{title} – judged by a person"]) == ("100.00", "6")
    assert after[f"{title} – judged, points possible"] == "8"
    (head,) = (it for it in line("") if it.startswith("3 ") and "by a person" in it)
    assert line("")[head] == "6"


def test_a_look_back_is_handed_over_when_it_is_said(
    app: Flask, room: Classroom, teacher: Browser, newcomer: str, login_as: LoginAs
) -> None:
    sandbox = write(app, number(app, newcomer), "Lost, and sent anew.", "lost-on-the-way")
    teacher.get("/marking")
    mine = login_as(newcomer)
    assert (
        "Write it now, before you see the reference"
        in mine.get(f"/attempts/{sandbox.key}/debrief").text
    )
    asked = mine.get(f"/attempts/{sandbox.key}/reference").text
    assert "reads it without your name and marks it" in asked
    mine.send(f"/attempts/{sandbox.key}/reflections", text="I would write before they complain.")
    found = {it.judged: it for it in app.extensions["pieces"].pieces(sandbox_id=sandbox.sandbox_id)}
    assert found["looking-back"].text == "I would write before they complain."
    where = f"/marking/{room.key}/lost-on-the-way/{found['looking-back'].number}"
    page = teacher.get(where).text
    assert "What it looks back on" in page
    assert teacher.send(where, seen="0", **{"level.cause": "0"}).status_code == 303


def test_where_nothing_was_written_there_is_nothing_to_mark(
    app: Flask, room: Classroom, teacher: Browser, newcomer: str, login_as: LoginAs
) -> None:
    desk = app.extensions["desk"]
    sandbox = start(
        desk.store, app.extensions["library"], person_id=number(app, newcomer),
        scenario_id="keep-them-posted-exam", language="en",
    )  # fmt: skip
    mine = login_as(newcomer)
    assert (
        "somebody who teaches judges your words:"
        in mine.get("/exercises/keep-them-posted-exam").text
    )
    page = mine.get(f"/attempts/{sandbox.key}/debrief").text
    assert "Once the run is finished, somebody who teaches reads it" in page
    desk.hand_in(sandbox, "over")
    page = mine.get(f"/attempts/{sandbox.key}/debrief").text
    assert "Nothing was written: there is nothing to mark." in page
    assert f"{room.key}/keep-them-posted-exam" not in teacher.get("/marking").text


def test_who_is_in_no_class_is_marked_by_anybody_who_teaches(
    app: Flask, newcomer: str, login_as: LoginAs
) -> None:
    sandbox = write(app, number(app, newcomer), "We are sorry.")
    omar = login_as("omar")
    assert 'href="/marking/-/keep-them-posted"' in omar.get("/marking").text
    path = f"/marking/-/keep-them-posted/{piece_of(app, sandbox)}"
    assert omar.get(path).status_code == 200
    assert login_as("ines").get(path).status_code == 200
