"""Lots and the rules of supply, as they look at the desk."""

from collections.abc import Iterator

import msgspec
import pytest
from flask import Flask

from tests.builders import ARMCHAIR, EAST, FIRST, company, order_confirmed
from tests.orders.walk import perishable
from tests.story import envelope_of, given
from trainer.orders.engine import decide
from trainer.orders.refusals import Refusal
from trainer.orders.stock import Allocate, AllocationRow, suggested_rows, with_lots
from trainer.orders.world import Policies
from trainer.play.offers import offers
from trainer.web.actions import form_for
from trainer.web.forms import FormErrors, read, written
from trainer.web.rules import proposal, rules


@pytest.fixture
def english(app: Flask) -> Iterator[None]:
    """A request of somebody who reads English."""
    with app.test_request_context("/", headers={"Accept-Language": "en"}):
        yield


def test_each_free_lot_is_a_row_of_its_own(english: None) -> None:
    world = perishable(company(), ARMCHAIR)
    world = given(order_confirmed(lines={ARMCHAIR: 4}), world=world).world
    order = world.orders[FIRST]
    (offer,) = [o for o in offers(world, order) if o.name == "allocate"]
    form = form_for(world, order, offer)
    lots = [dict(row.hidden).get(f"rows.{place}.lot_number") for place, row in enumerate(form.rows)]
    assert lots == ["L-OLD", "L-NEW", "L-OLD", "L-NEW"]
    assert "Mar 3, 2026" in str(form.rows[0].cells[1])
    typed = {name: value for row in form.rows for name, value in row.hidden} | dict(form.hidden)
    command = read("allocate", typed | {"rows.1.quantity": "4"}, "USD")
    assert isinstance(command, Allocate)
    assert [row for row in command.rows if row.quantity] == [AllocationRow(1, EAST, 4, "L-NEW")]


@pytest.mark.parametrize("lots", [True, False])
def test_the_boxes_hold_what_is_proposed(lots: bool, english: None) -> None:
    world = perishable(company(), ARMCHAIR) if lots else company()
    world = given(order_confirmed(lines={ARMCHAIR: 4}), world=world).world
    order = world.orders[FIRST]
    (offer,) = [o for o in offers(world, order) if o.name == "allocate"]
    form = form_for(world, order, offer)
    typed = {name: value for row in form.rows for name, value in row.hidden} | dict(form.hidden)
    typed |= {row.field.name: row.field.value for row in form.rows}
    sent = read("allocate", typed, "USD")
    assert isinstance(sent, Allocate)
    assert not isinstance(decide(world, envelope_of(world, sent)), Refusal)
    named = with_lots(world, order, suggested_rows(world, order))
    assert tuple(row for row in sent.rows if row.quantity) == named
    other = form_for(world, order, offer, typed={"rows.0.quantity": "1"})
    assert other.rows[0].field.value == "1"  # what was typed and refused comes back


def test_a_row_without_a_lot_says_nothing_of_lots() -> None:
    sent = Allocate(FIRST, (AllocationRow(1, EAST, 4),))
    typed = written(sent, "USD")
    assert not [name for name in typed if "lot" in name]
    again = read("allocate", typed, "USD")
    assert not isinstance(again, FormErrors)
    assert again == sent


def test_the_rules_are_told_in_words(english: None) -> None:
    told = {str(name): str(value) for name, value in rules(Policies())}
    assert told["Part of an order"] == "may leave before the rest"
    strict = Policies(
        sourcing="nearest", partial_shipment=False, backorder=False, over_delivery_tolerance=10
    )
    told = {str(name): str(value) for name, value in rules(strict)}
    assert told == {
        "Who is served first": "by priority, then by promised date, then by time of order",
        "From where": "the warehouse nearest to the customer",
        "Part of an order": "does not leave before the rest",
        "Promises": "only for goods that lie free on the shelf",
        "Over-delivery by suppliers": "up to 10 % is taken in",
    }


def test_a_proposal_says_why_from_there(english: None) -> None:
    world = given(order_confirmed(lines={ARMCHAIR: 4})).world
    assert str(proposal(world, world.orders[FIRST])) == (
        f"Proposed by the rule “the fullest shelf first”: 4 × {ARMCHAIR} · {EAST}"
    )
    policies = msgspec.structs.replace(world.policies, sourcing="one_parcel")
    world = msgspec.structs.replace(
        world, company=msgspec.structs.replace(world.company, policies=policies)
    )
    assert "one parcel" in str(proposal(world, world.orders[FIRST]))
