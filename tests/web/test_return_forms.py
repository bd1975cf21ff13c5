"""The forms of a return: what stands on the order page at each of its stages, and what it asks."""

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.builders import ARMCHAIR, FIRST, LAMP, order_delivered, order_invoiced
from tests.story import Happening, given
from trainer.orders.returns import AuthoriseReturn, DeliverReturn, ReceiveReturn, RequestReturn
from trainer.orders.world import ReturnRow
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
