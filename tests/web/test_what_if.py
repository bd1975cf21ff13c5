"""What if: wherever something can be done, it can be looked at first."""

import re
from pathlib import Path
from typing import Any, Final

import pytest
from flask import Flask

from tests.web.deskhand import Deskhand
from tests.web.test_queues import fields_of

TEMPLATES: Final = Path(__file__).parents[2] / "templates"
FORM: Final = re.compile(r"<form[^>]*\bdata-command=.*?</form>", re.S)
LOOKED_AT_ALREADY: Final = {
    "pages/change.html": "the whole page is a look ahead: what each part would do, before any does",
    "pages/document.html": "the page shows the order that would be entered, line by line",
}
"""Where a form of a command needs no button for it, and why."""


def test_every_form_of_a_command_can_be_looked_at_first() -> None:
    found = {
        (str(path.relative_to(TEMPLATES)), 'name="preview"' in form)
        for path in TEMPLATES.rglob("*.html")
        for form in FORM.findall(path.read_text("utf-8"))
    }
    assert {name for name, can in found if not can} == LOOKED_AT_ALREADY.keys()
    assert ("parts/command-form.html", True) in found


@pytest.fixture(scope="module")
def app(demo: Flask) -> Flask:
    """The demo over a database of its own."""
    return demo


@pytest.fixture(scope="module")
def _ada(app: Flask) -> Deskhand:
    return Deskhand(app, "ada")


@pytest.fixture
def ada(_ada: Deskhand) -> Deskhand:
    """Ada at a fresh attempt."""
    return _ada.begin()


def what_if(ada: Deskhand, path: str, command: str, **typed: Any) -> str:
    """What is told beside a form of a page when it is asked what it would do; nothing is done."""
    page = ada.get(path).text
    form = next(it for it in FORM.findall(page) if f'data-command="{command}"' in it)
    action = re.search(r'action="([^"]+)"', form)
    assert action
    typed = {name.replace("__", "."): value for name, value in typed.items()}
    before = ada.sandbox
    answer = ada.client.post(action[1], data=fields_of(form, command) | typed | {"preview": "1"})
    assert answer.status_code == 200, answer.text
    assert (ada.sandbox.events, ada.sandbox.asides) == (before.events, before.asides)
    assert answer.text.count('id="preview"') == 1
    return answer.text[answer.text.index('id="preview"') :]


DONE: Final = "It would do this. Nothing has happened yet."
REFUSED: Final = "It would be refused."


def test_a_draft_is_looked_at_line_by_line(ada: Deskhand) -> None:
    place = f"orders/{ada.draft()}"
    line = ada.request.lines[0]
    once, twice = line.quantity, 2 * line.quantity
    assert DONE in what_if(ada, place, "add_line", sku=line.sku, quantity=once)
    assert DONE in what_if(ada, place, "change_header", customer_po_number="PO 7")
    ada.send("add_line", order_number=place[7:], sku=line.sku, quantity=once)
    told = f'<td class="num">{once}</td><td class="num">%s</td>'
    assert told % twice in what_if(ada, place, "change_line", quantity=twice)
    assert REFUSED in what_if(ada, place, "add_line", sku="NONE-1", quantity=once)
    assert told % 0 in what_if(ada, place, "remove_line")


def test_what_is_written_back_is_looked_at_in_the_inbox(ada: Deskhand) -> None:
    assert DONE in what_if(ada, "inbox/msg-first", "ask_customer", about="quantity")
    said = what_if(ada, "inbox/msg-first", "decline_request", reason="We have none of it.")
    assert DONE in said
    assert re.search('class="preview-text preview-letter">[^<]*We have none of it.', said)
    ada.submitted()
    assert DONE in what_if(ada, "inbox/msg-first", "notify_customer")


def test_a_step_on_a_board_is_looked_at_on_its_card(ada: Deskhand) -> None:
    command = next(
        found[1]
        for form in FORM.findall(ada.get("shipping").text)
        if (found := re.search(r'data-command="(\w+)"', form)) and 'name="board"' in form
    )
    told = what_if(ada, "shipping", command)
    assert DONE in told
    assert 'id="queue-' in told  # the other columns are still there


def test_a_settlement_is_looked_at_before_it_is_booked(ada: Deskhand) -> None:
    orders = re.findall(
        r'name="orders" value="([^"]+)" data-amount="([^"]+)"', ada.get("invoices").text
    )
    number, amount = orders[0]
    assert DONE in what_if(ada, "invoices", "settle_batch", orders=number, received=amount)
    assert REFUSED in what_if(ada, "invoices", "settle_batch", orders=number, received="1")


RULE: Final = {
    "name": "Check what comes in", "place": "50", "trigger": "order_submitted",
    "action.act": "check_order",
}  # fmt: skip


def test_a_rule_is_looked_at_before_it_is_written_switched_or_removed(ada: Deskhand) -> None:
    assert "Check what comes in" in what_if(ada, "automation/", "write_rule", **RULE)
    typed = RULE | {"command": "write_rule", "command_id": "rule-1", "csrf_token": ada.token}
    ada.client.post(f"/attempts/{ada.key}/automation/", data=typed)
    (number,) = ada.world.rules
    for place in ("automation/", f"automation/{number}"):
        assert DONE in what_if(ada, place, "switch_rule")
    assert DONE in what_if(ada, f"automation/{number}", "change_rule", place="60")
    assert DONE in what_if(ada, f"automation/{number}", "remove_rule")


def test_a_customer_file_is_looked_at_before_it_is_opened(ada: Deskhand) -> None:
    fields = {"company": "Harbour House Ltd.", "contact": "Jo Reed", "email": "jo@harbour.example"}
    fields |= {"address.recipient": "Jo Reed", "address.street": "1 Quay", "address.city": "Leith",
               "address.postal_code": "12345", "address.phone": "555 0100"}  # fmt: skip
    assert "Harbour House Ltd." in what_if(ada, "customers/new", "open_customer", **fields)
