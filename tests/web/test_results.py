"""Results: figures over a class, the runs behind each, the same as files; who may see what."""

import csv
import io
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from markupsafe import escape
from openpyxl import load_workbook

from tests.web.conftest import Browser, add_person
from tests.web.pupils import answer, work
from trainer.play.grades import Group
from trainer.web.scores import coefficient, percent, points
from trainer.web.words import refusal_sentence

Login = Callable[..., Browser]
PAGES = (
    "",
    "/exercises/first-order",
    "/exercises/first-order/runs",
    "/quizzes/01-overview",
    "/quizzes/01-overview/what-order-management-is",
)
FILES = (
    "/results",
    "/exercises/first-order",
    "/exercises/first-order/runs",
    "/quizzes/01-overview",
    "/quizzes/01-overview/what-order-management-is",
)
SIZE = 12


@pytest.fixture(autouse=True)
def no_classes(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """While there are none, those who teach see everybody."""
    monkeypatch.setitem(app.extensions, "groups", lambda _person_id: ())


@pytest.fixture(scope="module")
def pupils(app: Flask) -> list[int]:
    """A class: the odd ones slip and forget; one never finishes."""
    with app.app_context():
        people = [add_person(app, f"pupil{number}") for number in range(SIZE)]
        for number, person_id in enumerate(people):
            steps = 3 if number == SIZE - 1 else 99
            work(app, person_id, skill=0.4 if number % 2 else 1.0, seed=number, steps=steps)
            for seed in range(3):
                answer(app, person_id, "01-overview", skill=0.9 - 0.5 * (number % 2), seed=seed)
        work(app, people[1], seed=99)
    return people


@pytest.fixture
def group(app: Flask, pupils: list[int]) -> Iterator[str]:
    """The same as a class that Ines teaches."""
    taught = (Group("c1", "Class one", frozenset(pupils)),)
    before = app.extensions["groups"]
    app.extensions["groups"] = lambda _person_id: taught
    yield "c1"
    app.extensions["groups"] = before


def read(data: bytes) -> list[dict[str, str]]:
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize(("name", "status"), [("ada", 403), ("ines", 200), ("omar", 200)])
def test_who_may_see_results(
    login_as: Login, pupils: list[int], path: str, name: str, status: int
) -> None:
    browser = login_as(name)
    assert browser.get(f"/class/results{path}").status_code == status
    for ending in ("csv", "xlsx"):
        file = f"/class/results{FILES[PAGES.index(path)]}.{ending}"
        assert browser.get(file).status_code == status


@pytest.mark.parametrize("path", PAGES)
def test_nobody_else_gets_past_the_door(client: Browser, path: str) -> None:
    assert client.get(f"/class/results{path}").status_code == 302


def test_what_is_not_there_is_not_found(login_as: Login, pupils: list[int]) -> None:
    ines = login_as("ines")
    for path in (
        "exercises/nothing", "exercises/nothing/runs", "quizzes/nothing",
        "quizzes/01-overview/nothing",
    ):  # fmt: skip
        assert ines.get(f"/class/results/{path}").status_code == 404


def test_a_class_in_a_line(login_as: Login, group: str) -> None:
    (line,) = [
        row
        for row in read(login_as("ines").get(f"/class/results/results.csv?group={group}").data)
        if row["Exercise or quiz"] == "Your first order"
    ]
    assert (line["people"], line["Attempts"], line["n"], line["not finished"]) == (
        str(SIZE), str(SIZE + 1), str(SIZE - 1), "1",
    )  # fmt: skip
    assert float(line["points, median"]) > 80
    counted = read(
        login_as("ines").get(f"/class/results/results.csv?group={group}&basis=counted").data
    )
    assert counted[0]["refusals"] != line["refusals"]  # the second try of one was without a slip


def test_goals_refusals_and_the_runs_behind_them(
    app: Flask, login_as: Login, group: str, pupils: list[int]
) -> None:
    ines = login_as("ines")
    address = f"/class/results/exercises/first-order?group={group}"
    page = ines.get(address).text
    assert "UNKNOWN_ORDER" in page
    assert "There is no order …" in page
    lines = read(ines.get(address.replace("?", ".csv?")).data)
    by_code = {line["Code"]: line for line in lines}
    told = by_code["no-refusals"]
    assert told["n"] == str(SIZE - 1)
    assert int(told["attempts that lost points"]) == SIZE - 1 - int(told["with all points"])
    assert float(told["p from (%)"]) < float(told["difficulty p (%)"]) < float(told["p to (%)"])
    assert float(told["discrimination r"]) > 0.3
    runs = ines.get(f"/class/results/exercises/first-order/runs.csv?group={group}&goal=no-refusals")
    assert len(read(runs.data)) == int(told["attempts that lost points"])
    assert all(int(run["refusals"]) for run in read(runs.data))
    refused = by_code["UNKNOWN_ORDER"]
    behind = ines.get(
        f"/class/results/exercises/first-order/runs.csv?group={group}&refusal=UNKNOWN_ORDER"
    )
    assert len(read(behind.data)) == int(refused["attempts with this refusal"]) > 0
    shown = ines.get(f"/class/results/exercises/first-order/runs?group={group}&all=1").text
    keys = set(re.findall(r"/attempts/([\w-]+)/score", shown))
    assert len(keys) == SIZE + 1


def test_questions_and_their_wrong_answers(login_as: Login, group: str) -> None:
    ines = login_as("ines")
    lines = read(ines.get(f"/class/results/quizzes/01-overview.csv?group={group}").data)
    (line,) = [it for it in lines if it["Code"] == "what-order-management-is"]
    answers = read(
        ines.get(
            f"/class/results/quizzes/01-overview/what-order-management-is.csv?group={group}"
        ).data
    )
    assert sum(int(it["given"]) for it in answers) == int(line["n"]) > 0
    assert {it["right (%)"] for it in answers} <= {"100.00", "0.00"}
    page = ines.get(
        f"/class/results/quizzes/01-overview/what-order-management-is?group={group}"
    ).text
    assert escape(answers[0]["Answer"]) in page
    assert "/quizzes/attempts/" in page


def test_from_few_attempts_there_are_no_figures(
    app: Flask, login_as: Login, pupils: list[int]
) -> None:
    before = app.extensions["groups"]
    app.extensions["groups"] = lambda _person_id: (Group("few", "Few", frozenset(pupils[:3])),)
    try:
        lines = read(
            login_as("ines").get("/class/results/exercises/first-order.csv?group=few").data
        )
    finally:
        app.extensions["groups"] = before
    assert {line["note"] for line in lines if line["What"] == "Goal"} == {"too few"}
    assert {line["difficulty p (%)"] for line in lines} == {""}


def test_an_instructor_sees_their_own_classes_alone(
    login_as: Login, pupils: list[int], teach: Callable[..., None]
) -> None:
    mine, theirs = frozenset(pupils[:2]), frozenset(pupils[2:])
    teach(Group("a", "A", mine), Group("b", "B", theirs))
    ines, omar = login_as("ines"), login_as("omar")
    address = "/class/results/exercises/first-order/runs.csv"
    assert len(read(ines.get(address).data)) == 2
    assert len(read(ines.get(f"{address}?group=b").data)) == 2  # not hers: not chosen
    assert len(read(omar.get(address).data)) > SIZE - 2
    assert len(read(omar.get(f"{address}?group=a").data)) == 2
    assert ines.get(f"/class/grades/people/{pupils[5]}").status_code == 404
    assert ines.get(f"/class/grades/people/{pupils[0]}").status_code == 200


def test_a_workbook_has_real_numbers(login_as: Login, group: str) -> None:
    reply = login_as("ines").get(f"/class/results/exercises/first-order.xlsx?group={group}")
    assert re.search(
        r"results-first-order-first-c1-\d{4}-\d\d-\d\d\.xlsx",
        reply.headers["Content-Disposition"],
    )
    book = load_workbook(io.BytesIO(reply.data))
    table, about = book.worksheets
    assert isinstance(table["F2"].value, int | float)
    assert [cell.value for cell in about["A"]][1:] == ["Class: Class one", "First attempts"]


def test_words_of_figures() -> None:
    assert (percent(None), percent(0.384), points(None), points(7), points(7.25)) == (
        "–", "38 %", "–", "7", "7.2",
    )  # fmt: skip
    assert (coefficient(None), coefficient(-0.164)) == ("–", "−0.16")


def test_a_refusal_that_is_gone_keeps_its_code(app: Flask) -> None:
    with app.test_request_context():
        assert refusal_sentence("LONG_GONE") == "LONG_GONE"
        assert "…" in refusal_sentence("UNKNOWN_ORDER")


def test_a_page_counts_only_so_long(
    app: Flask, login_as: Login, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nothing(*_: Any, **__: Any) -> None:
        return None

    monkeypatch.setattr("trainer.web.scores.PATIENCE", -1)
    monkeypatch.setattr(app.extensions["grades"], "keep", nothing)
    with app.app_context():
        # of people of its own: others count what the class has done
        for number in (5, 6):
            work(app, add_person(app, f"latecomer{number}"), seed=number, steps=2)
    assert "Some attempts are not counted yet" in login_as("ines").get("/class/results").text
