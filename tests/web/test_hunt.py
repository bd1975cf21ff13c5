"""The hunt for a fault of the system, on its page: nothing tells it before it is found."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from tests.web.deskhand import Deskhand
from trainer.catalog.worlds import flaw_of
from trainer.orders.flaws import FLAWS
from trainer.orders.world import Hunt, World
from trainer.play import exercise
from trainer.training.scenario import Variant
from trainer.web import screens

DAYS = 2


@pytest.fixture(scope="module")
def app(demo: Flask) -> Flask:
    """The demo over a database of its own."""
    return demo


@pytest.fixture(scope="module")
def _ada(app: Flask) -> Deskhand:
    return Deskhand(app, "ada")


def begun(ada: Deskhand, exercise: str) -> Deskhand:
    """A fresh attempt at one of the hunts."""
    reply = ada.client.post(f"/exercises/{exercise}/attempts", data={"csrf_token": ada.token})
    assert reply.status_code == 303, reply.text
    ada.key = reply.location.split("/attempts/")[1].split("/")[0]
    return ada


def waited(ada: Deskhand) -> Deskhand:
    """Two days later."""
    for number in range(DAYS):
        ada.client.post(
            f"/attempts/{ada.key}/clock",
            data={"csrf_token": ada.token, "command_id": f"wait-{number}", "until": "morning"},
        )
    return ada


@pytest.fixture
def ada(_ada: Deskhand) -> Deskhand:
    """Ada, two days into the guided hunt."""
    return waited(begun(_ada, "count-that-cannot-be"))


def report(ada: Deskhand, number: int, rule: str, why: str = "the numbers") -> Any:
    """Her finding, by the page's form."""
    page = ada.get("fault").text
    command_id = re.search(r'name="command_id" value="([^"]+)"', page)
    assert command_id
    typed = {"event_number": number, "rule": rule, "why": why, "command_id": command_id[1]}
    return ada.client.post(f"/attempts/{ada.key}/fault", data={"csrf_token": ada.token, **typed})


def hunt(ada: Deskhand) -> Hunt:
    """What is so, and what was reported."""
    world: World = ada.world
    assert world.hunt
    return world.hunt


def test_the_page_is_there_only_where_somebody_hunts(ada: Deskhand) -> None:
    assert f'href="/attempts/{ada.key}/fault"' in ada.get("orders").text
    other = Deskhand(ada.app, "ada").begin()
    assert "/fault" not in other.get("orders").text
    assert other.get("fault").status_code == 404


def test_events_are_picked_from_the_history_of_an_order_or_of_goods(ada: Deskhand) -> None:
    (breach,) = hunt(ada).breaches
    sku = breach.about.split("'")[1]
    page = ada.get("fault", about=sku).text
    assert f'name="event_number" value="{breach.number}"' in page
    assert f"at={breach.number}" in page
    order = next(iter(ada.world.orders.values())).order_number
    assert 'name="event_number"' in ada.get("fault", about=order).text


def test_what_is_so_ends_the_hunt_with_full_marks(ada: Deskhand) -> None:
    (breach,) = hunt(ada).breaches
    assert report(ada, breach.number, breach.rule).status_code == 303
    assert ada.sandbox.standing.finished
    assert ada.sandbox.standing.score == 100
    page = ada.get("fault").text
    assert "Yes: this event breaks the rule." in page
    assert re.search(r"0 ≤ allocated (\d+) ≤ on hand (\d+)", page)
    told = ada.get("debrief").text
    assert FLAWS[hunt(ada).flaw].says in told
    assert f"?at={breach.number}" in told


def test_what_is_not_so_is_told_with_its_numbers_and_costs(ada: Deskhand) -> None:
    (breach,) = hunt(ada).breaches
    report(ada, breach.number, "I3")
    page = ada.get("fault").text
    assert "This event breaks a rule, but not this one." in page
    numbers = re.search(r"allocated (\d+) = allocated for orders (\d+)", page)
    assert numbers
    assert numbers[1] == numbers[2]
    report(ada, breach.number, breach.rule)
    assert ada.sandbox.standing.score == 95


def test_after_three_that_are_not_so_nothing_was_found(ada: Deskhand) -> None:
    number = hunt(ada).breaches[0].number
    for rule in ("I3", "I4", "I5"):
        report(ada, number - 1, rule)
    assert ada.sandbox.standing.finished
    assert ada.sandbox.standing.score == 0
    assert "Put the numbers into the rule" in ada.get("score").text  # what to try, line by line
    page = ada.get("fault").text
    assert 'name="rule"' not in page  # nothing is reported any more, so nothing asks for it
    assert 'name="event_number"' not in page


def test_from_a_moment_that_was_one_comes_back_to_the_hunt(ada: Deskhand) -> None:
    number = min(ada.world.orders)  # of the past: it was there then
    assert f"/fault?about={number}" in ada.get(f"orders/{number}", at=5).text


def test_what_is_missing_is_said_beside_its_field(ada: Deskhand) -> None:
    reply = report(ada, 3, "", why="")
    assert reply.status_code == 422
    assert reply.text.count("This is needed.") == 2
    assert 'value="3"' in reply.text
    assert ada.sandbox.asides == 0
    report(ada, 999, "I2")
    assert ada.sandbox.asides == 1


def test_a_finding_is_not_taken_back_and_not_tried_out_in_a_copy(ada: Deskhand) -> None:
    report(ada, 3, "I2")
    findings, key = hunt(ada).findings, ada.key
    assert len(findings) == 1
    for way in ("undo", "forks"):
        reply = ada.client.post(f"/attempts/{key}/{way}", data={"csrf_token": ada.token, "at": 1})
        assert reply.status_code in (303, 403)
        assert not ada.sandbox.replaced
    assert hunt(ada).findings == findings


def test_begun_again_something_else_is_hunted_for(ada: Deskhand) -> None:
    report(ada, 3, "I2")
    assert "Begin again on other numbers" in ada.get("score").text
    before = ada.sandbox.opening_id
    path = f"/attempts/{ada.key}/restarts"
    reply = ada.client.post(path, data={"csrf_token": ada.token})
    ada.key = reply.location.split("/attempts/")[1].split("/")[0]
    assert ada.sandbox.opening_id != before


def pages(ada: Deskhand) -> Iterator[str]:
    """Every page of the desk, and of all that somebody worked on."""
    yield from (
        "", "orders", "process", "shipping", "returns", "invoices", "customers", "inventory",
        "inventory/movements", "production", "automation", "rules", "reports", "questions",
        "score", "debrief", "fault", "inbox", "carriers",
    )  # fmt: skip
    world = ada.world
    entries = ada.desk.store.events(ada.sandbox.sandbox_id)
    broke = {breach.number for breach in hunt(ada).breaches}
    touched = dict.fromkeys(
        getattr(it.event, "order_number", "") for it in entries if it.number in broke
    )
    for number in filter(None, touched):
        yield f"orders/{number}"
        yield f"customers/{world.orders[number].customer_id}"
        yield f"fault?about={number}"
    yield from (f"debrief?at={breach.number}" for breach in hunt(ada).breaches)


@pytest.mark.long
@pytest.mark.parametrize("flaw", FLAWS)
def test_no_page_breaks_or_tells_the_flaw(
    ada: Deskhand, flaw: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    seed = next(
        it for it in range(1, 21) if flaw_of(tuple(FLAWS), Variant(locale="en_US", seed=it)) == flaw
    )
    monkeypatch.setattr(exercise, "next_seed", lambda *_: seed)
    waited(begun(ada, "which-rule-is-broken"))
    assert hunt(ada).flaw == flaw
    assert FLAWS[flaw].breaks[0] in {breach.rule for breach in hunt(ada).breaches}
    secret = (flaw, FLAWS[flaw].says, FLAWS[flaw].seen_in, "breaches")
    for path in dict.fromkeys(pages(ada)):
        reply = ada.client.get(f"/attempts/{ada.key}/{path}", follow_redirects=True)
        assert reply.status_code == 200, path
        assert not [word for word in secret if word in reply.text], path
        # a bar of fewer units than none is drawn by no browser
        assert not re.search(r'(width|height)="-|viewBox="0 0 -', reply.text), path
    assert ada.get("run.jsonl").status_code == 403
    for path in ("/exercises/which-rule-is-broken", f"/attempts/{ada.key}/reference"):
        told = ada.client.get(path).text
        assert not [word for word in secret if word in told], path


def test_an_exam_says_nothing_before_it_is_handed_in(
    ada: Deskhand, monkeypatch: pytest.MonkeyPatch
) -> None:
    (breach,) = hunt(ada).breaches
    report(ada, breach.number - 1, breach.rule)
    assert "The rule is broken, but not by this event." in ada.get("fault").text
    monkeypatch.setattr(screens, "_telling", lambda seen: False)
    page = ada.get("fault").text
    assert "Whether it is so is told once the exam is handed in." in page
    assert "The rule is broken, but not by this event." not in page
    assert not re.search(r"allocated \d+ ≤", page)


def test_what_was_wrong_is_told_once_it_is_over(ada: Deskhand) -> None:
    says = FLAWS[hunt(ada).flaw].says
    assert says not in ada.get("debrief").text
    (breach,) = hunt(ada).breaches
    report(ada, breach.number, breach.rule)
    assert says in ada.get("debrief").text
    # an attempt on the same numbers goes on: it would be told by this one
    again = ada.desk.store.open(ada.sandbox.person_id, ada.sandbox.opening_id)
    assert says not in ada.get("debrief").text
    ada.desk.hand_in(again, "given-up")
    assert says in ada.get("debrief").text
