"""Taking from another order, as it looks on the order's page."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask

from tests.builders import ARMCHAIR, EAST, FIRST, HERON, SECOND, order_allocated, order_confirmed
from tests.story import given
from trainer.orders.engine import Envelope
from trainer.orders.reallocation import Reallocate, TakenRow
from trainer.orders.world import World
from trainer.play.offers import offers
from trainer.play.preview import Change, Effects, preview
from trainer.web.actions import form_for
from trainer.web.forms import FormErrors, read, written


@pytest.fixture
def english(app: Flask) -> Iterator[None]:
    """A request of somebody who reads English."""
    with app.test_request_context("/", headers={"Accept-Language": "en"}):
        yield


@pytest.fixture
def world() -> World:
    """All armchairs are set aside for the first order; the second waits for four."""
    return given(
        order_allocated(lines={ARMCHAIR: 14}),
        order_confirmed(SECOND, customer=HERON, lines={ARMCHAIR: 4}),
    ).world


def test_an_order_that_lacks_stock_may_take_from_another(world: World, english: None) -> None:
    order = world.orders[SECOND]
    (offer,) = [o for o in offers(world, order) if o.name == "reallocate"]
    assert not offer.aside
    assert offer.refusal is None
    form = form_for(world, order, offer)
    first = form.rows[0]
    told = " ".join(str(cell) for cell in first.cells)
    assert re.findall(r"[^<>]+(?![^<]*>)", told.replace("<br>", "")) == [
        FIRST, ARMCHAIR, " Mar 12, 2026", "normal", " 10", "East warehouse",
    ]  # fmt: skip
    assert [field.name for field in form.fields] == ["reason"]
    typed = {name: value for row in form.rows for name, value in row.hidden}
    typed |= dict(form.hidden) | {"rows.0.quantity": "3", "rows.1.quantity": "", "reason": "urgent"}
    command = read("reallocate", typed, "USD")
    assert isinstance(command, Reallocate)
    assert [row for row in command.rows if row.quantity] == [TakenRow(FIRST, 1, 1, EAST, 3)]
    assert given(command, world=world).world.orders[SECOND].lines[0].allocated == 3


def test_who_has_enough_takes_from_nobody(world: World) -> None:
    assert not [o for o in offers(world, world.orders[FIRST]) if o.name == "reallocate"]


def test_what_comes_back_into_the_form_is_what_was_sent(world: World) -> None:
    sent = Reallocate(SECOND, (TakenRow(FIRST, 1, 1, EAST, 3),), "urgent")
    again = read("reallocate", written(sent, "USD"), "USD")
    assert not isinstance(again, FormErrors)
    assert again == sent


def test_a_look_ahead_tells_of_both_orders(world: World) -> None:
    command = Reallocate(SECOND, (TakenRow(FIRST, 1, 1, EAST, 3),), "urgent")
    asked = preview(world, Envelope("x", "Ada", "clerk", world.now, command))
    assert isinstance(asked, Effects)
    assert set(asked.changes) >= {
        Change("count", "allocated", 14, 11, f"{FIRST} · 1 · {ARMCHAIR}"),
        Change("count", "allocated", 0, 3, f"{SECOND} · 1 · {ARMCHAIR}"),
        Change("status", "fulfilment", "allocated", "backordered", FIRST),
    }
    # the shelf itself stays as it is
    shelf = [it for it in asked.changes if it.warehouse and it.what != "set_aside"]
    assert not shelf
