"""The coach's other doors: a goal's question is answered, a run is handed in."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from time import time

import pytest
import yaml
from flask import Flask
from werkzeug.test import TestResponse

from tests.web.conftest import Browser
from trainer import paths
from trainer.catalog.library import Library
from trainer.catalog.loader import load_scenario

FIGURES = paths.SCENARIOS / "05-analysis" / "read-the-figures.yaml"


@pytest.fixture
def examined(app: Flask, tmp_path: Path) -> Iterator[None]:
    """The same questions as an exam, for as long as a test runs."""
    content = {
        **yaml.safe_load(FIGURES.read_text("utf-8")),
        "id": "examined",
        "mode": "exam",
        "time_limit": 30,
    }
    (tmp_path / "examined.yaml").write_text(yaml.safe_dump(content, allow_unicode=True), "utf-8")
    library: Library = app.extensions["library"]
    library._loaded["examined"] = load_scenario(tmp_path / "examined.yaml")
    yield
    del library._loaded["examined"]


@pytest.fixture
def ada(login_as: Callable[[str], Browser], newcomer: str) -> Browser:
    """A trainee of this test alone."""
    return login_as(newcomer)


def begin(ada: Browser, scenario: str) -> str:
    """A new attempt; the address of its desk."""
    return ada.send(f"/exercises/{scenario}/attempts").location.rstrip("/")


def answer(
    ada: Browser, desk: str, goal: str, text: str, command_id: str, htmx: bool = True
) -> TestResponse:
    """Answer a goal's question from the reports page."""
    fields = {"goal": goal, "text": text, "command_id": command_id, "back": f"{desk}/reports/sales"}
    return ada.send(f"{desk}/answers", htmx=htmx, **fields)


def right_share(ada: Browser, desk: str) -> str:
    """The rate of promises kept, as the sentence of the report says it."""
    page = ada.get(f"{desk}/reports/on_time_in_full").text
    said = re.search(r"on time and in full \(([0-9.]+) %\)", page)
    assert said or "Every promise was kept" in page
    return said[1] if said else "100"


def test_the_figure_that_the_report_shows_is_right(ada: Browser) -> None:
    desk = begin(ada, "read-the-figures")
    assert 'id="answer-on-time-in-full"' in ada.get(f"{desk}/reports/sales").text
    shown = answer(ada, desk, "on-time-in-full", right_share(ada, desk), "a1").text
    assert 'data-goal="on-time-in-full" data-state="reached"' not in shown  # the step is over
    assert 'id="bar"' in shown
    assert "<strong>25</strong>" in shown
    assert 'id="answer-bottleneck"' in shown


def test_a_wrong_answer_takes_a_try_and_stands_in_the_ledger(ada: Browser) -> None:
    desk = begin(ada, "read-the-figures")
    assert "2 tries left" in answer(ada, desk, "on-time-in-full", "0.5", "a1").text
    assert "2 tries left" in answer(ada, desk, "on-time-in-full", "0.5", "a1").text  # sent twice
    for number in (2, 3):
        answer(ada, desk, "on-time-in-full", "0.5", f"a{number}")
    ledger = ada.get(f"{desk}/score").text
    assert "answered: 0.5" in ledger
    assert "+0" in ledger


def test_a_step_back_gives_no_try_of_a_question_back(ada: Browser) -> None:
    desk = begin(ada, "read-the-figures")
    order = re.search(r"SO-\d+", ada.get(f"{desk}/orders").text)
    assert order
    note = {"command": "add_note", "order_number": order[0], "text": "x"}

    def taken_back(command_id: str) -> str:
        ada.send(f"{desk}/commands", **note, command_id=command_id)
        answer(ada, desk, "on-time-in-full", "0.5", f"{command_id}-wrong")
        answer(ada, desk, "on-time-in-full", right_share(ada, desk), f"{command_id}-right")
        return "/".join(ada.send(f"{desk}/undo").location.split("/")[:3])

    desk = taken_back("n1")
    assert "2 tries left" in ada.get(f"{desk}/reports/sales").text  # the wrong one is known
    desk = taken_back("n2")
    assert "1 try left" in ada.get(f"{desk}/reports/sales").text
    answer(ada, desk, "on-time-in-full", "0.5", "a9")
    assert "answered: 0.5" in ada.get(f"{desk}/score").text  # and now it is missed


def test_what_cannot_be_read_costs_no_try_and_is_kept(ada: Browser) -> None:
    desk = begin(ada, "read-the-figures")
    said = answer(ada, desk, "on-time-in-full", "many", "a1")
    assert said.status_code == 422
    assert "“many” is not a number; write digits." in said.text
    assert 'value="many"' in said.text
    assert "3 tries left" in said.text
    plain = answer(ada, desk, "on-time-in-full", "", "a2", htmx=False)
    assert plain.status_code == 422
    assert "Choose or write an answer first." in plain.text
    assert "<h1" in plain.text


def test_without_scripts_an_answer_leads_back_to_the_page(ada: Browser) -> None:
    desk = begin(ada, "read-the-figures")
    said = answer(ada, desk, "on-time-in-full", "1", "a1", htmx=False)
    assert (said.status_code, said.location) == (303, f"{desk}/reports/sales")


@pytest.mark.parametrize("door", ["answers", "hand-ins"])
def test_a_forms_address_opened_anew_leads_back_to_the_desk(ada: Browser, door: str) -> None:
    desk = begin(ada, "read-the-figures")
    assert ada.get(f"{desk}/{door}").location == f"{desk}/"


@pytest.mark.usefixtures("examined")
def test_an_exam_tells_nothing_before_it_is_handed_in(ada: Browser) -> None:
    desk = begin(ada, "examined")
    shown = answer(ada, desk, "on-time-in-full", right_share(ada, desk), "a1").text
    assert "That is not it" not in answer(ada, desk, "bottleneck", "entry", "a2").text
    assert "<strong>25</strong>" not in shown
    assert 'data-state="reached"' not in shown
    assert "Hint" not in shown
    assert "the score is told once you hand in" in ada.get(f"{desk}/score").text
    for page in ("score?at=0", "debrief", "debrief?at=0", "inbox?at=0", "reports/sales?at=0"):
        text = ada.get(f"{desk}/{page}").text  # nor does looking back tell
        assert "<strong>25</strong>" not in text, page
        assert 'data-state="reached"' not in text, page
        assert "+25" not in text, page
        assert "<progress" not in text.split('id="bar"')[1].split("bar-clock")[0], page
    over = ada.send(f"{desk}/hand-ins", command_id="end")
    assert (over.status_code, over.location) == (303, f"{desk}/score")
    ledger = ada.get(over.location).text
    assert "+25" in ledger
    assert "the run is not finished" not in ledger
    assert "Hand in now" not in ledger


def test_nobody_answers_for_another(ada: Browser, login_as: Callable[[str], Browser]) -> None:
    desk = begin(ada, "read-the-figures")
    ines = login_as("ines")
    assert answer(ines, desk, "on-time-in-full", "1", "a1").status_code == 403
    assert ines.send(f"{desk}/hand-ins", command_id="end").status_code == 403
    assert login_as("ben").send(f"{desk}/hand-ins", command_id="end").status_code == 404


@pytest.mark.usefixtures("examined")
def test_when_time_is_up_it_is_handed_in_as_it_stands(
    ada: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "Time: 30 minutes" in ada.get("/exercises/examined").text
    desk = begin(ada, "examined")
    answer(ada, desk, "on-time-in-full", right_share(ada, desk), "a1")
    shown = ada.get(f"{desk}/reports/sales").text
    assert "data-left" in shown
    assert "30 minutes left</strong>" in shown
    assert "30 minutes left (until" in ada.get("/exercises/examined").text
    began = time()
    monkeypatch.setattr("trainer.web.timed.time", lambda: began + 29 * 60)
    assert "the score is told once you hand in" in ada.get(f"{desk}/score").text
    monkeypatch.setattr("trainer.web.timed.time", lambda: began + 31 * 60)
    score = ada.get(f"{desk}/score").text
    assert "+25" in score
    assert "Your time was over at" in score
    answer(ada, desk, "bottleneck", "transit", "a2")
    score = ada.get(f"{desk}/score").text
    assert "+25" in score
    assert "Your time was over at" not in score  # said once
    assert "data-left" not in ada.get(f"{desk}/reports/sales").text


@pytest.mark.usefixtures("examined")
@pytest.mark.parametrize("htmx", [True, False])
def test_what_comes_after_the_time_is_not_done_and_says_so(
    ada: Browser, monkeypatch: pytest.MonkeyPatch, htmx: bool
) -> None:
    desk = begin(ada, "examined")
    monkeypatch.setattr("trainer.web.timed.time", lambda: time() + 31 * 60)
    late = answer(ada, desk, "bottleneck", "transit", "a1", htmx)
    assert late.status_code == 409
    assert "Your time was over at" in late.text
    assert ("transit" in late.text) is not htmx  # it still stands in its own page
    assert "+25" not in ada.get(f"{desk}/score").text
    order = re.search(r"SO-\d+", ada.get(f"{desk}/orders").text)
    assert order
    fields = {"command": "add_note", "order_number": order[0], "text": "x", "command_id": "n1"}
    done = ada.get(ada.send(f"{desk}/commands", **fields).location).text
    assert "this counts for nothing any more" in done


@pytest.mark.usefixtures("examined")
@pytest.mark.parametrize(("extra", "minutes"), [("50", "45"), ("-1", "no time limit")])
def test_who_needs_more_time_has_it(
    app: Flask,
    login_as: Callable[[str], Browser],
    newcomer: str,
    monkeypatch: pytest.MonkeyPatch,
    extra: str,
    minutes: str,
) -> None:
    with app.app_context():
        person = app.extensions["security"].datastore.find_user(username=newcomer).id
    omar = login_as("omar")
    assert omar.send(f"/people/{person}/time", extra_time="7").status_code == 400
    assert omar.send(f"/people/{person}/time", extra_time=extra).status_code == 303
    assert login_as("ben").send(f"/people/{person}/time", extra_time=extra).status_code == 403
    ada = login_as(newcomer)
    assert minutes in ada.get("/exercises/examined").text
    desk = begin(ada, "examined")
    began = time()
    monkeypatch.setattr("trainer.web.timed.time", lambda: began + 40 * 60)
    assert "the score is told once you hand in" in ada.get(f"{desk}/score").text
