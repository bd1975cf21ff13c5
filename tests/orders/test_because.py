"""A refusal tells the facts that made it so, and each is the very thing that is in the way."""

from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

import pytest

from tests.builders import (
    ARMCHAIR,
    EAST,
    FIRST,
    order_allocated,
    order_confirmed,
    order_delivered,
    order_packed,
    order_submitted,
)  # fmt: skip
from tests.orders.walk import opening, walked
from tests.story import Story, given
from trainer.orders.because import MOST, NAMED, Because, because
from trainer.orders.engine import Command, decide, record, refusals
from trainer.orders.holds import PlaceHold
from trainer.orders.refusals import Refusal
from trainer.orders.remedies import CancelOrder
from trainer.orders.returns import RequestReturn
from trainer.orders.shipping import PickPackage
from trainer.orders.stock import AdjustStock, Allocate, AllocationRow
from trainer.orders.world import PackageRow, Policies, ReturnRow, World

TYPED: Final = "it is about what was typed, and no fact is in the way"
ABSENT: Final = "there is nothing under that number"
WITHOUT: Final = {
    **dict.fromkeys(
        (
            "MISSING_FIELD", "MISSING_REASON", "DATE_IN_THE_PAST", "INVALID_PRICE",
            "INVALID_AMOUNT", "INVALID_LIMIT", "INVALID_DOCUMENT", "INVALID_WEIGHT",
            "INVALID_SCORE", "INVALID_CONTACT", "DUE_IN_THE_PAST", "PLACE_OUT_OF_RANGE",
            "AMOUNTS_CROSSED", "ACTION_INCOMPLETE", "RULE_NAME_UNFIT", "RULE_FEEDS_ITSELF",
            "CONDITION_NEVER_TRUE", "SERIAL_TWICE", "EVIDENCE_REQUIRED",
        ),
        TYPED,
    ),
    **dict.fromkeys(
        (
            "UNKNOWN_ORDER", "UNKNOWN_CUSTOMER", "UNKNOWN_PRODUCTION", "UNKNOWN_PAYOUT",
            "UNKNOWN_CARRIER", "UNKNOWN_OWNER", "UNKNOWN_RULE", "UNKNOWN_PRODUCT",
            "UNKNOWN_REPLENISHMENT", "UNKNOWN_SUPPLIER", "NO_SUCH_EVENT", "NO_SUCH_LAW",
        ),
        ABSENT,
    ),
    "ROLE_REQUIRED": "it is about who asks",
    "CLOCK_RUNS_FORWARD": "it is about the clock alone",
    "NOTHING_TO_HUNT": "it is about the sandbox as a whole",
    "ALREADY_REPORTED": "what was reported stands beside the form",
}  # fmt: skip
"""Refusals without facts, and why."""
NOBODYS: Final = ("-0", "-1", "NO-SUCH-THING", "NOBODY")
"""How a walk names what is not there."""


def facts(story: Story, command: Command) -> tuple[Because, ...]:
    """What made it so, where a command is refused."""
    refusal = story.when(command).refusal
    assert refusal is not None
    return because(story.world, refusal, command)


def things(found: tuple[Because, ...]) -> list[tuple[str, str]]:
    """Which things they are."""
    return [(fact.kind, fact.number) for fact in found]


def refused(seeds: range) -> Iterator[tuple[World, Refusal, Any]]:
    """Each refusal of some walks, with the world it met."""
    for seed in seeds:
        world = opening(seed)
        for envelope in walked(seed, 200).tried:
            answer = decide(world, envelope)
            if isinstance(answer, Refusal):
                yield world, answer, envelope.command
            else:
                world, _ = record(world, envelope, answer)


def unknown(refusal: Refusal, command: Any) -> bool:
    """Whether it stands on something that is not there."""
    named = (getattr(thing, name) for thing in (refusal, command)
             for name in thing.__struct_fields__ if name in NAMED)  # fmt: skip
    return any(isinstance(it, str) and it.endswith(NOBODYS) for it in named)


def test_every_refusal_of_the_walks_names_what_it_stands_on() -> None:
    met: Counter[str] = Counter()
    bare: dict[str, Any] = {}
    for world, refusal, command in refused(range(140)):
        met[refusal.code] += 1
        found = because(world, refusal, command)
        assert len(found) <= MOST
        for fact in found:
            assert not fact.order_number or fact.order_number in world.orders
        if not found and not unknown(refusal, command):
            bare.setdefault(refusal.code, (refusal, command))
        if found and refusal.code in WITHOUT:
            pytest.fail(f"{refusal.code} has facts after all: {found}")
    assert sorted(bare.keys() - WITHOUT.keys()) == []
    assert len(met) > 225


def test_exceptions_are_refusals_of_the_engine() -> None:
    assert WITHOUT.keys() <= {name.upper() for name in refusals()}


def test_what_a_refusal_rests_on_is_a_rule_or_can_be_found() -> None:
    of_file = {"one_delivery", "takes_store_credit", "tax_id", "tender", "store_credits"}
    for kind in refusals().values():
        for name in kind.rests_on:
            assert name in Policies.__struct_fields__ or name in NAMED or name in of_file, kind


def test_a_hold_is_named_with_its_reason() -> None:
    story = given(order_submitted(), PlaceHold(FIRST, "address", "no house number"))
    (order, hold) = facts(story, PlaceHold(FIRST, "address", "again"))
    assert (order.kind, order.number) == ("order", FIRST)
    assert (hold.kind, hold.number, hold.about) == ("hold", "address", "no house number")


def test_parcels_that_stand_in_the_way_are_named() -> None:
    found = facts(given(order_packed()), CancelOrder(FIRST, "they thought again"))
    assert ("parcel", "1") in things(found)


def test_a_term_names_what_it_adds_up() -> None:
    """A line's allocations; the delivery and the return that leave nothing to send back."""
    story = given(order_allocated(lines={ARMCHAIR: 2}))
    found = facts(story, PickPackage(FIRST, EAST, (PackageRow(1, 3),)))
    assert [(it.quantity, it.warehouse) for it in found if it.kind == "allocation"] == [(2, EAST)]
    story = given(order_delivered(lines={ARMCHAIR: 2}))
    asked = RequestReturn(FIRST, (ReturnRow(1, 2),), "changed_mind")
    story.and_(asked)
    found = facts(story, asked)
    assert {"parcel", "return", "line"} <= {kind for kind, _ in things(found)}


def test_a_shelf_names_whose_its_units_are() -> None:
    story = given(order_allocated(lines={ARMCHAIR: 2}))
    found = facts(story, AdjustStock(ARMCHAIR, EAST, -9, "water"))
    assert [(it.order_number, it.quantity) for it in found if it.kind == "allocation"] == [
        (FIRST, 2)
    ]
    assert ("stock", ARMCHAIR) in things(found)


def test_more_than_there_is_names_the_shelf() -> None:
    story = given(order_confirmed(lines={ARMCHAIR: 20}))
    found = facts(story, Allocate(FIRST, (AllocationRow(1, EAST, 20),)))
    assert ("stock", ARMCHAIR) in things(found)
