"""The forms of a return: what stands on the order page at each of its stages, and what it asks."""

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.builders import ARMCHAIR, FIRST, LAMP, order_delivered, order_invoiced
from tests.story import Happening, given
from trainer.orders.returns import (
    AuthoriseReturn,
    DeliverReturn,
    ReceiveReturn,
    RequestReturn,
    UnexpectedItem,
)
from trainer.orders.unexpected import ReportUnexpectedItem
from trainer.orders.world import Content, ReturnRow
from trainer.play.offers import offers
from trainer.web.actions import Form, form_for
from trainer.web.forms import FormErrors, read, written

RMA = "RMA-00001"
LINES = {ARMCHAIR: 3, LAMP: 6}
ASKED = RequestReturn(FIRST, (ReturnRow(1, 2),), "defective")
AGREED = AuthoriseReturn(FIRST, RMA, "carrier")
HERE = DeliverReturn(FIRST, RMA)
COUNTED = ReceiveReturn(FIRST, RMA, (ReturnRow(1, 2),))


@pytest.fixture
def english(app: Flask) -> Iterator[None]:
    """A request of somebody who reads English."""
    with app.test_request_context("/", headers={"Accept-Language": "en"}):
        yield


def forms_after(*happened: Happening) -> dict[str, Form]:
    """The forms of the order page that can be sent, by command."""
    world = given(*happened).world
    order = world.orders[FIRST]
    made = {}
    for offer in offers(world, order):
        form = form_for(world, order, offer)
        # what the form fills in and asks for is a command again
        command = read(offer.name, written(offer.command, "USD"), "USD")
        assert not isinstance(command, FormErrors), command
        if form.refusal is None:
            made[form.command] = form
    return made


@pytest.mark.usefixtures("english")
def test_each_stage_offers_its_own_step() -> None:
    story: tuple[Happening, ...] = (order_invoiced(lines=LINES),)
    wanted = ("request_return", "authorise_return", "", "receive_return", "inspect_return")
    for step, name in zip((ASKED, AGREED, HERE, COUNTED, None), wanted, strict=True):
        forms = forms_after(*story)
        assert not name or name in forms
        if step:
            story = (*story, step)


@pytest.mark.usefixtures("english")
def test_what_a_trainee_must_find_out_is_asked() -> None:
    asked = forms_after(order_delivered(lines=LINES))["request_return"]
    assert [field.name for field in asked.fields] == ["reason"]
    assert [(row.cells[0], row.cells[2], row.field.value) for row in asked.rows] == [
        (ARMCHAIR, 3, ""),
        (LAMP, 6, ""),
    ]
    inspected = forms_after(order_delivered(lines=LINES), ASKED, AGREED, HERE, COUNTED)
    fields = {field.name: field for field in inspected["inspect_return"].fields}
    assert set(fields) == {"quantity", "disposition"}
    assert not fields["disposition"].value
    assert ("rma_number", RMA) in inspected["inspect_return"].hidden


@pytest.mark.usefixtures("english")
def test_what_lies_in_the_parcel_is_seen_and_something_else_is_reported() -> None:
    wrong = DeliverReturn(FIRST, RMA, (Content(LAMP, 2),))
    story = (order_invoiced(lines=LINES), ASKED, AGREED, wrong)
    forms = forms_after(*story)
    assert "receive_return" not in forms
    form = forms["report_unexpected_item"]
    assert str(form.note) == f"In the parcel lies: 2 × {LAMP}"
    assert [field.name for field in form.fields] == ["sku", "quantity", "note"]
    assert not form.aside
    told = ReportUnexpectedItem(FIRST, RMA, LAMP, 2, "two lamps")
    form = forms_after(*story, told)["resolve_unexpected_item"]
    assert {("rma_number", RMA), ("sku", LAMP)} <= set(form.hidden)
    assert [field.name for field in form.fields] == ["quantity", "decision"]


@pytest.mark.usefixtures("english")
def test_a_count_has_room_for_what_else_they_had() -> None:
    form = forms_after(order_invoiced(lines=LINES), ASKED, AGREED, HERE)["receive_return"]
    assert [row.cells for row in form.rows] == [(ARMCHAIR, 3, 2), (LAMP, 6, 0)]
    typed = dict(form.hidden) | {name: value for row in form.rows for name, value in row.hidden}
    command = read("receive_return", typed | {"rows.1.quantity": "2"}, "USD")
    assert isinstance(command, ReceiveReturn)
    told = given(order_invoiced(lines=LINES), ASKED, AGREED, HERE).when(command).refusal
    assert isinstance(told, UnexpectedItem)


@pytest.mark.usefixtures("english")
def test_a_surprise_can_be_reported_though_nobody_foresaw_it() -> None:
    forms = forms_after(order_invoiced(lines=LINES), ASKED, AGREED, HERE)
    assert forms["report_unexpected_item"].aside
