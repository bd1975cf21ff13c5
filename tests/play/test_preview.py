"""What if: the preview of a command is what it then does (P11), and does nothing itself."""

from collections.abc import Callable, Iterator
from datetime import date
from itertools import zip_longest
from typing import Final

import msgspec
import pytest
from immutables import Map

from tests.builders import (
    ARMCHAIR,
    EAST,
    FIRST,
    HERON,
    LAMP,
    allocation,
    order_allocated,
    order_confirmed,
    order_delivered,
    order_paid,
)  # fmt: skip
from tests.orders.walk import opening, walked
from tests.story import Story, envelope_of, given
from trainer.orders import codec
from trainer.orders.customers import SetCreditLimit
from trainer.orders.engine import decide, record
from trainer.orders.payment import IssueRefund
from trainer.orders.refusals import MissingReason, Refusal
from trainer.orders.remedies import CancelledRow, CancelLineQuantity, CancelOrder
from trainer.orders.settlement import IssueInvoice
from trainer.orders.status import label_of, payment_status
from trainer.orders.stock import CycleCount
from trainer.orders.world import Order, World
from trainer.play import pictures
from trainer.play import preview as preview_room
from trainer.play.preview import Change, Effects, preview


def changes(story: Story, command: object) -> dict[tuple[str, str], tuple[object, object]]:
    """What a command would change, by what and whose."""
    asked = preview(story.world, envelope_of(story.world, command))  # type: ignore[arg-type]
    assert isinstance(asked, Effects)
    return {
        (c.what, " · ".join(filter(None, (c.about, c.warehouse)))): (c.before, c.after)
        for c in asked.changes
    }


def test_allocating_moves_units_and_nothing_else() -> None:
    story = given(order_confirmed(lines={ARMCHAIR: 2}))
    assert changes(story, allocation(FIRST, story.world)) == {
        ("fulfilment", ""): ("open", "allocated"),
        ("open", f"1 · {ARMCHAIR}"): (2, 0),
        ("allocated", f"1 · {ARMCHAIR}"): (0, 2),
        ("set_aside", f"1 · {ARMCHAIR} · {EAST}"): (0, 2),
        ("allocated", f"{ARMCHAIR} · {EAST}"): (0, 2),
        ("available", f"{ARMCHAIR} · {EAST}"): (10, 8),
    }


def test_what_changes_of_one_thing_is_told_together() -> None:
    story = given(order_allocated(lines={ARMCHAIR: 2, LAMP: 6}))
    asked = preview(story.world, envelope_of(story.world, CancelOrder(FIRST, "no")))
    assert isinstance(asked, Effects)
    things = [about for about, _ in asked.by_thing]
    assert things[:3] == ["", f"1 · {ARMCHAIR}", f"2 · {LAMP}"]
    assert len(set(things)) == len(things)
    assert {it for _, changes in asked.by_thing for it in changes} == {*asked.changes}


def test_cancelling_some_shows_the_money_and_the_stock() -> None:
    story = given(order_allocated(lines={ARMCHAIR: 2, LAMP: 6}))
    order = story.world.orders[FIRST]
    half = order.lines[0].gross // 2
    found = changes(story, CancelLineQuantity(FIRST, (CancelledRow(1, 1),), "fewer"))
    assert found["credited", ""] == (0, half)
    assert found["due", ""] == (order.balance_due, order.balance_due - half)
    assert found["available", f"{ARMCHAIR} · {EAST}"] == (8, 9)


def test_an_invoice_is_named_before_it_is_issued() -> None:
    story = given(order_delivered())
    asked = preview(story.world, envelope_of(story.world, IssueInvoice(FIRST)))
    assert isinstance(asked, Effects)
    total = story.world.orders[FIRST].total
    year = date(1970, 1, 1).year + story.world.now // (365 * 86_400 + 21_600)
    paper = Change("document", "invoice", 0, total, f"INV-{year}-00001")
    assert paper in asked.changes


def test_a_count_shows_its_shelf_though_no_order_is_asked() -> None:
    story = given()
    level = story.world.stock[ARMCHAIR, EAST]
    count = CycleCount(ARMCHAIR, EAST, level.on_hand - 2, "two fell down")
    assert changes(story, count) == {
        ("on_hand", f"{ARMCHAIR} · {EAST}"): (level.on_hand, level.on_hand - 2),
        ("available", f"{ARMCHAIR} · {EAST}"): (level.available, level.available - 2),
    }


def test_a_customers_file_shows_what_money_it_changes() -> None:
    story = given()
    before = story.world.customers[HERON]
    assert changes(story, SetCreditLimit(HERON, 70_000, "pays late")) == {
        ("credit_limit", before.company): (before.credit_limit, 70_000)
    }


def test_a_refusal_is_the_one_that_would_come() -> None:
    story = given(order_paid())
    refused = preview(story.world, envelope_of(story.world, CancelOrder(FIRST, " ")))
    assert refused == MissingReason()
    over = IssueRefund(FIRST, 1, "please")
    assert preview(story.world, envelope_of(story.world, over)) == story.when(over).refusal


TOLD_AS = {
    "orders.lines.ordered": "ordered", "orders.lines.cancelled": "cancelled",
    "orders.lines.allocations.quantity": "set_aside", "orders.lines.packed": "packed",
    "orders.lines.shipped": "shipped", "orders.lines.delivered": "delivered",
    "orders.lines.invoiced": "invoiced", "orders.lines.in_repair": "in_repair",
    "orders.lines.returned": "returned", "orders.lines.inspected": "inspected",
    "orders.lines.claimed": "claimed", "orders.lines.credit_noted": "credit_noted",
    "orders.holds.reason": "on_hold", "orders.holds.released_at": "on_hold",
    "orders.holds.asked_at": "release_asked", "orders.priority": "priority",
    "orders.promised_delivery_date": "promised_delivery_date", "orders.status": "label",
    "orders.carrier_code": "carrier_code", "orders.ship_to.city": "ship_to",
    "orders.captured": "money_in", "orders.supply_credit": "credited",
    "orders.goodwill_asked": "goodwill_asked", "orders.packages.stage": "parcel",
    "orders.packages.tracking": "parcel_tracking", "orders.packages.weight": "weight",
    "orders.returns.status": "rma", "orders.returns.liability": "liability",
    "orders.returns.rows.received": "received", "orders.claims.status": "claim",
    "orders.complaints.remedy": "complaint", "orders.refunds.status": "refund",
    "orders.authorisations.status": "authorisation", "orders.tasks.owner": "task_owner",
    "orders.tasks.note": "task_note", "customers.credit_limit": "credit_limit",
    "customers.tax_id": "tax_id", "customers.notes": "note",
    "production.status": "production_order", "production.made": "made",
    "replenishments.status": "replenishment_order", "replenishments.received": "received",
    "transfers.matched": "not_booked", "payouts.claimed": "claimed", "rules.on": "rule_state",
    "messages.declined": "declined_request", "messages.questions.text": "question",
    "batches.total": "settlement_batch", "stock.on_hand": "on_hand",
    "stock.allocated": "allocated", "stock.quarantine": "quarantine",
    "stock.in_repair": "in_repair", "stock.written_off": "written_off", "stock.apart": "apart",
}  # fmt: skip
"""What a person sees, by where it stands in the world, and as what a preview tells it."""


def moved(before: object, after: object, place: str = "") -> Iterator[str]:
    """Where two worlds are not the same, by place; this looks at no list of what is told."""
    if before is after or before == after:
        return
    one = after if before is None else before
    if isinstance(one, msgspec.Struct):
        fields, defaults = one.__struct_fields__, one.__struct_defaults__
        blank = dict(zip(fields[len(fields) - len(defaults) :], defaults, strict=True))
        for name in one.__struct_fields__:
            was, is_ = (
                blank.get(name) if it is None else getattr(it, name) for it in (before, after)
            )
            yield from moved(was, is_, f"{place}.{name}".lstrip("."))
    elif isinstance(one, Map):
        for key in {*(before or ()), *(after or ())}:  # type: ignore[misc]
            yield from moved((before or Map()).get(key), (after or Map()).get(key), place)  # type: ignore[attr-defined]
    elif isinstance(one, tuple):
        for was, is_ in zip_longest(before or (), after or ()):  # type: ignore[call-overload]
            yield from moved(was, is_, place)
    else:
        yield place


def untold(seeds: range) -> tuple[set[str], int]:
    """What the commands of some walks really changed and their preview had not told."""
    found, seen = set(), 0
    for seed in seeds:
        world = opening(seed)
        for envelope in walked(seed, 200).tried:
            before = codec.encode_world(world)
            asked = preview(world, envelope)
            assert codec.encode_world(world) == before, "a preview changed the world"
            answer = decide(world, envelope)
            if isinstance(answer, Refusal):
                assert asked == answer
                continue
            assert isinstance(asked, Effects)
            after, entries = record(world, envelope, answer)
            assert asked.entries == tuple(entries)
            told = {change.what for change in asked.changes}
            for place in set(moved(world, after)) & TOLD_AS.keys():
                seen += 1
                if TOLD_AS[place] not in told:
                    found.add(place)
            for change in asked.changes:
                if change.what in _STANDS and not change.about:
                    numbers = (getattr(entry.event, "order_number", "") for entry in entries)
                    number = next(number for number in numbers if number in after.orders)
                    assert change.after == _STANDS[change.what](after.orders[number])
            world = after
    return found, seen


_STANDS: Final[dict[str, Callable[[Order], object]]] = {
    "label": label_of,
    "payment": payment_status,
    "due": lambda order: order.balance_due,
}


@pytest.mark.parametrize("seeds", [range(6), range(6, 12)], ids=["some", "others"])
def test_on_every_walk_a_preview_tells_what_the_command_then_did(seeds: range) -> None:
    found, seen = untold(seeds)
    assert found == set()
    assert seen > 500


@pytest.mark.parametrize("left_out", ["set_aside", "on_hold", "promised_delivery_date", "label"])
def test_a_kind_of_difference_that_is_left_out_is_found(
    left_out: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = pictures.order

    def partly(world: World, number: str) -> pictures.Picture:
        return {key: it for key, it in whole(world, number).items() if key.what != left_out}

    monkeypatch.setattr(preview_room, "PICTURES", {**pictures.PICTURES, "orders": partly})
    found, _ = untold(range(3))
    assert left_out in {TOLD_AS[place] for place in found}
