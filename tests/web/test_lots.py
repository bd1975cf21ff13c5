"""Lots and the rules of supply, as they look at the desk."""

from collections.abc import Iterator

import msgspec
import pytest
from flask import Flask

from tests.builders import ARMCHAIR, EAST, FIRST, company, order_confirmed, order_delivered
from tests.orders.walk import perishable
from tests.story import Story, envelope_of, given
from trainer.orders.engine import decide
from trainer.orders.refusals import Refusal
from trainer.orders.returns import AuthoriseReturn, DeliverReturn, ReceiveReturn, RequestReturn
from trainer.orders.stock import Allocate, AllocationRow, CycleCount, suggested_rows, with_lots
from trainer.orders.world import Policies, ReturnRow
from trainer.play.offers import offers
from trainer.web.actions import Form, form_for
from trainer.web.forms import FormErrors, read, written
from trainer.web.rules import proposal, rules
from trainer.web.supply import lot_field

RMA = "RMA-00001"


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
    told = {str(name): str(value) for _, name, value in rules(Policies())}
    assert told["Part of an order"] == "may leave before the rest"
    strict = Policies(
        sourcing="nearest", partial_shipment=False, backorder=False, over_delivery_tolerance=10
    )
    told = {str(name): str(value) for _, name, value in rules(strict)}
    assert told == {
        "Who is served first": "by priority, then by promised date, then by time of order",
        "From where": "the warehouse nearest to the customer",
        "Part of an order": "does not leave before the rest",
        "Promises": "only for goods that lie free on the shelf",
        "Over-delivery by suppliers": "up to 10 % is taken in",
        "What suppliers bring": "is taken in by itself",
    }


def test_a_proposal_says_why_from_there(english: None) -> None:
    world = given(order_confirmed(lines={ARMCHAIR: 4})).world
    assert str(proposal(world, world.orders[FIRST])) == (
        f"Proposed by the rule “the fullest shelf first”: 4 × {ARMCHAIR} · East warehouse"
    )
    policies = msgspec.structs.replace(world.policies, sourcing="one_parcel")
    world = msgspec.structs.replace(
        world, company=msgspec.structs.replace(world.company, policies=policies)
    )
    assert "one parcel" in str(proposal(world, world.orders[FIRST]))


def test_the_earliest_lot_is_proposed_from_wherever_it_lies(english: None) -> None:
    world = perishable(company(), ARMCHAIR)
    policies = msgspec.structs.replace(world.policies, sourcing="by_expiry")
    world = msgspec.structs.replace(
        world, company=msgspec.structs.replace(world.company, policies=policies)
    )
    world = given(order_confirmed(lines={ARMCHAIR: 2}), world=world).world
    assert str(proposal(world, world.orders[FIRST])) == (
        "Proposed by the rule “the lot that expires first, wherever it lies”: "
        f"2 × {ARMCHAIR} · East warehouse · L-NEW"
    )


def test_a_return_is_counted_and_inspected_lot_by_lot(english: None) -> None:
    story = given(
        order_delivered(lines={ARMCHAIR: 6}),
        RequestReturn(FIRST, (ReturnRow(1, 4),), "changed_mind"),
        AuthoriseReturn(FIRST, RMA, "customer"),
        DeliverReturn(FIRST, RMA),
        world=perishable(company(), ARMCHAIR),
    )
    form = offered(story, "receive_return")[0]
    assert [str(row.cells[0]) for row in form.rows] == [
        f"{ARMCHAIR}<br><small>{lot}</small>" for lot in ("L-OLD", "L-NEW")
    ]
    typed = {name: value for row in form.rows for name, value in row.hidden} | dict(form.hidden)
    command = read("receive_return", typed | {"rows.1.quantity": "3"}, "USD")
    assert isinstance(command, ReceiveReturn)
    assert [row for row in command.rows if row.quantity] == [ReturnRow(1, 3, lot_number="L-NEW")]
    story.and_(command)
    (form,) = offered(story, "inspect_return")
    assert str(form.says) == f"{RMA}, line 1, lot L-NEW"
    assert ("lot_number", "L-NEW") in form.hidden


def offered(story: Story, name: str) -> list[Form]:
    """The forms of a command on the first order."""
    order = story.world.orders[FIRST]
    found = [offer for offer in offers(story.world, order) if offer.name == name]
    return [form_for(story.world, order, offer) for offer in found]


def test_a_count_asks_for_the_lot_where_there_are_lots(english: None) -> None:
    (field,) = lot_field(perishable(company(), ARMCHAIR))
    assert [value for value, _ in field.choices] == ["", "L-NEW", "L-OLD"]
    assert lot_field(company()) == ()
    typed = {"sku": ARMCHAIR, "warehouse": EAST, "counted": "4", "reason": "mould"}
    for lot_number in ("", "L-OLD"):
        command = read("cycle_count", typed | {"lot_number": lot_number}, "USD")
        assert command == CycleCount(ARMCHAIR, EAST, 4, "mould", lot_number=lot_number)
