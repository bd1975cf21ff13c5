"""The world and its history as JSON."""

from datetime import date

import msgspec
import pytest

from tests.builders import (
    ASKED,
    FIRST,
    HERON,
    HOTEL,
    LAMP,
    OTTER,
    QUICK,
    SECOND,
    order_archived,
    order_confirmed,
    order_drafted,
    order_settled,
    order_shipped,
)  # fmt: skip
from tests.story import given
from trainer.orders import codec
from trainer.orders.engine import commands, events, refusals
from trainer.orders.intake import ChangeHeader, CreateDraft, DuplicateOrder, LineAdded
from trainer.orders.invariants import violations
from trainer.orders.refusals import UnknownOrder
from trainer.orders.remedies import CancelOrder
from trainer.orders.service import AddNote
from trainer.orders.settlement import ArchiveOrder


def test_an_event_is_its_own_json() -> None:
    event = LineAdded(FIRST, 1, LAMP, 6, 1_995)
    stored = codec.encode(event)
    assert msgspec.json.decode(stored) == {
        "type": "line_added", "order_number": FIRST, "line_number": 1, "sku": LAMP,
        "quantity": 6, "unit_price": 1_995,
    }  # fmt: skip
    assert codec.decode_event(stored) == event


def test_commands_and_refusals_are_too() -> None:
    command = CreateDraft(OTTER, "PO-1", date(2026, 3, 12), QUICK)
    assert codec.decode_command(codec.encode(command)) == command
    refusal = UnknownOrder(order_number=FIRST)
    assert codec.decode_refusal(codec.encode(refusal)) == refusal


def test_what_is_no_command_is_not_read_as_one() -> None:
    with pytest.raises(msgspec.ValidationError):
        codec.decode_command(b'{"type": "line_added"}')
    with pytest.raises(msgspec.ValidationError):
        codec.decode_command(b'{"type": "add_note", "order_number": "A", "text": 5}')


def test_every_kind_has_a_name_of_its_own() -> None:
    kinds = [*commands(), *events(), *refusals()]
    assert len(kinds) == len(set(kinds))


def test_a_world_comes_back_whole() -> None:
    world = given(
        order_archived(), order_confirmed(SECOND, customer=HERON), order_drafted("SO-10003")
    ).world
    stored = codec.encode_world(world)
    again = codec.decode_world(stored)
    assert codec.encode_world(again) == stored
    assert violations(again) == []
    assert dict(again.exposure) == {OTTER: 0, HERON: 41_198}
    assert again.count("archived") == again.count("awaiting_shipment") == 1


def test_the_same_world_has_the_same_bytes_whatever_was_done_first() -> None:
    one = given(order_shipped(), order_drafted(SECOND, customer=HERON))
    other = given(order_drafted(), order_drafted(SECOND, customer=HERON)).world
    assert codec.encode_world(one.world) != codec.encode_world(other)
    again = given(order_shipped(), order_drafted(SECOND, customer=HERON)).world
    assert codec.encode_world(one.world) == codec.encode_world(again)


def test_a_stored_world_knows_which_purchase_orders_are_taken() -> None:
    # the later order is cancelled, and the earlier one then takes its number
    story = given(
        order_drafted(),
        CreateDraft(OTTER, "PO-7", ASKED, QUICK),
        CancelOrder(SECOND, "typo"),
        ChangeHeader(FIRST, "PO-7", ASKED, QUICK, HOTEL),
    )
    stored = codec.decode_world(codec.encode_world(story.world))
    again = given(world=stored).when(CreateDraft(OTTER, "PO-7", ASKED, QUICK))
    assert again.refusal == DuplicateOrder(customer_po_number="PO-7", order_number=FIRST)


def test_a_stored_world_knows_which_purchase_orders_are_free() -> None:
    story = given(order_drafted(), CancelOrder(FIRST, "typo"), ArchiveOrder(FIRST, 10))
    stored = codec.decode_world(codec.encode_world(story.world))
    again = CreateDraft(OTTER, f"PO-{FIRST}", ASKED, QUICK)
    assert given(world=stored).when(again).refusal is None


def test_a_stored_world_knows_which_message_an_order_answers() -> None:
    story = given(order_drafted(message_id="M-1"), order_drafted(SECOND, message_id="M-1"))
    stored = codec.decode_world(codec.encode_world(story.world))
    assert stored.by_message["M-1"] == (FIRST, SECOND)


def test_a_stored_world_can_be_worked_in() -> None:
    stored = codec.decode_world(codec.encode_world(given(order_settled()).world))
    assert given(world=stored).when(AddNote(FIRST, "hello")).order.notes == ("hello",)
