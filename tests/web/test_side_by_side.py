"""A colleague was faster: the page says who did what, keeps what was typed, and lets one go on."""

import re

import pytest
from flask import Flask

from tests.web.deskhand import HTMX, Deskhand
from trainer.orders.clock import AdvanceClock
from trainer.orders.values import MINUTE

THEO = "Theo Lindgren (order desk)"


@pytest.fixture(scope="module")
def app(demo: Flask) -> Flask:
    """The demo over a database of its own."""
    return demo


@pytest.fixture(scope="module")
def _ada(app: Flask) -> Deskhand:
    return Deskhand(app, "ada")


@pytest.fixture
def ada(_ada: Deskhand) -> Deskhand:
    """Ada at a fresh attempt, a minute before Theo sets stock aside for an order."""
    reply = _ada.client.post("/exercises/not-alone/attempts", data={"csrf_token": _ada.token})
    assert reply.status_code == 303
    _ada.key = reply.location.split("/attempts/")[1].split("/")[0]
    due = _ada.desk.run(_ada.sandbox).agenda.due.values()
    theirs = min((e for e in due if e.actor == THEO), key=lambda envelope: envelope.at)
    wait = AdvanceClock(theirs.at - MINUTE)
    _ada.desk.perform(_ada.sandbox, wait, actor="Ada", command_id="waits")
    return _ada


WHY = {"kind": "address", "reason": "no street <number>"}


def open_form(ada: Deskhand) -> tuple[str, dict[str, str]]:
    """The order Theo is about to change, and its hold form as Ada sees it."""
    due = ada.desk.run(ada.sandbox).agenda.due.values()
    theirs = min((e for e in due if e.actor == THEO), key=lambda envelope: envelope.at)
    number = theirs.command.order_number
    page = ada.get(f"orders/{number}").text
    form = page[page.index('data-command="place_hold"') :]
    hidden = dict(re.findall(r'name="(version|command_id)" value="([^"]+)"', form)[:2])
    assert set(hidden) == {"version", "command_id"}
    return number, hidden


def test_the_plain_page_says_who_came_first(ada: Deskhand) -> None:
    number, form = open_form(ada)
    reply = ada.send("place_hold", order_number=number, **WHY, **form)
    assert reply.status_code == 303
    page = ada.client.get(reply.location).text
    assert 'data-code="VERSION_CONFLICT"' in page
    assert "Meanwhile" in page
    assert page.count(THEO) >= 2  # beside the refusal, and in the order's history
    assert "Stock set aside" in page
    assert "no street &lt;number&gt;" in page  # what was typed is still there
    assert not ada.world.orders[number].on_hold


def test_the_same_form_sent_again_on_what_is_there_now(ada: Deskhand) -> None:
    number, form = open_form(ada)
    reply = ada.send("place_hold", HTMX, order_number=number, **WHY, **form)
    assert reply.status_code == 200
    assert "Meanwhile" in reply.text
    assert THEO in reply.text
    again = reply.text[reply.text.index('data-command="place_hold"') :]
    now = dict(re.findall(r'name="(version|command_id)" value="([^"]+)"', again)[:2])
    assert int(now["version"]) > int(form["version"])
    ada.send("place_hold", order_number=number, **WHY, **now)
    order = ada.world.orders[number]
    assert order.on_hold
    assert order.allocated_at  # and what Theo did stands too


def test_what_came_first_on_another_order_is_told_after_ones_own(ada: Deskhand) -> None:
    theirs, _ = open_form(ada)
    other = next(o for o in ada.world.newest("awaiting_shipment") if o.order_number != theirs)
    reply = ada.send("add_note", order_number=other.order_number, text="mine")
    assert "refused" not in reply.location
    done = ada.client.get(reply.location).text.split('id="notice"')[1].split("</div>")[0]
    assert done.index(THEO) < done.index("Note on")
    assert done.count(THEO) == 1  # Ada's own are not signed


def test_what_was_done_while_the_page_lay_open_is_told_too(ada: Deskhand) -> None:
    number, form = open_form(ada)
    now = ada.world.now
    ada.desk.perform(ada.sandbox, AdvanceClock(now + 5 * MINUTE), actor="Ada", command_id="runs on")
    reply = ada.send("place_hold", order_number=number, **WHY, **form)
    page = ada.client.get(reply.location).text
    told = page.split("Meanwhile")[1].split("</div>")[0]
    assert "Stock set aside" in told
    assert told.count(THEO) == 1
