"""Customers who ask by themselves, and the timers of the company's own system."""

from datetime import timedelta
from functools import partial

import msgspec

from tests.builders import (
    ARMCHAIR,
    ASKED,
    FIRST,
    OTTER,
    QUICK,
    company,
    order_confirmed,
    order_delivered,
    order_shipped,
    promise,
)
from tests.story import Happening, Story, given
from trainer.exchange.documents import attachment, read_document
from trainer.orders.changes import points
from trainer.orders.engine import Envelope, evolve
from trainer.orders.expiry import ExpireOrder
from trainer.orders.feedback import ReceiveComplaint
from trainer.orders.intake import CheckOrder, ImportOrder, ReceiveMessage, SubmitOrder
from trainer.orders.payment import ReceiveTransfer
from trainer.orders.remedies import CancelledRow, CancelLineQuantity, CancelOrder
from trainer.orders.returns import RejectReturn, RequestReturn
from trainer.orders.shipping import ScanPackage
from trainer.orders.values import DAY, HOUR
from trainer.orders.wishes import fulfilled
from trainer.orders.world import RequestLine, ReturnRow, Wish, World
from trainer.simulation import timers, wishes
from trainer.simulation.agenda import Agenda, follow

SEEDS = range(200)


def under(**rules: int) -> World:
    """The small company with these rules."""
    world = company()
    policies = msgspec.structs.replace(world.policies, **rules)
    return msgspec.structs.replace(
        world, company=msgspec.structs.replace(world.company, policies=policies)
    )


def asked(story: Story, seed: int = 7) -> list[Envelope]:
    """What customers ask for after the last event."""
    return list(wishes.react(story.entries[-1], story.world, seed))


def due(seed: int, world: World, *happened: Happening) -> list[Envelope]:
    """What is on the agenda after all of a story."""
    agenda, after = Agenda(), world
    for entry in given(*happened, world=world).entries:
        after = evolve(after, entry)
        agenda = follow(agenda, entry, after, seed)
    return list(agenda.due.values())


def test_so_many_of_a_hundred_ask_to_send_something_back() -> None:
    story = given(order_delivered(), world=under(returns_percent=15))
    found = [wish for seed in SEEDS for wish in asked(story, seed)]
    assert 15 <= len(found) <= 45
    assert {w.command.wish.reason for w in found} >= {"changed_mind", "defective"}
    assert all(w.command.wish.quantity == 1 for w in found)
    assert all(DAY < w.at - story.world.now < 3 * DAY for w in found)


def test_nobody_asks_where_no_policy_says_so() -> None:
    assert [wish for seed in SEEDS for wish in asked(given(order_delivered()), seed)] == []
    assert [wish for seed in SEEDS for wish in asked(given(order_confirmed()), seed)] == []


def test_a_return_stays_to_do_until_one_stands() -> None:
    story = given(order_delivered(), world=under(returns_percent=100))
    (asks,) = asked(story)
    wish = asks.command.wish
    story.and_(asks.command)
    assert story.world.messages[asks.command.message_id].wish == wish
    assert not fulfilled(wish, story.world.orders[FIRST])
    story.and_(RequestReturn(FIRST, (ReturnRow(1, 1),), wish.reason))
    assert fulfilled(wish, story.world.orders[FIRST])


def test_whoever_orders_by_document_changes_by_document() -> None:
    order = ImportOrder(
        "UBL", OTTER, f"PO-{FIRST}", ASKED, QUICK, lines=(RequestLine(ARMCHAIR, 4),)
    )
    story = given(
        order, SubmitOrder(FIRST), CheckOrder(FIRST), partial(promise, FIRST),
        world=under(changes_percent=100),
    )  # fmt: skip
    found = [wish.command for seed in SEEDS for wish in asked(story, seed)]
    assert {(said.wish, said.attached) for said in found} == {(None, "UBL")}
    kinds = {
        (
            [line.quantity for line in said.change.lines] == [4],
            bool(said.change.requested_delivery_date),
        )
        for said in found
    }
    assert kinds == {(False, False), (True, True)}
    for said in found[:20]:
        world = given(said, world=story.world).world
        reading = read_document(attachment(world, world.messages[said.message_id]), world)
        assert reading.change
        assert reading.change.change == said.change
        assert not all(point.met for point in points(world, world.orders[FIRST], said.change))
    [less] = [it for it in asked(story, 3)]
    assert not wishes.moot(less, story.world.orders[FIRST])
    gone = given(CancelOrder(FIRST, "closed"), world=story.world).world
    assert wishes.moot(less, gone.orders[FIRST])


def test_they_see_a_rejection_or_complain_about_it() -> None:
    story = given(
        order_delivered(),
        RequestReturn(FIRST, (ReturnRow(1, 1),), "changed_mind"),
        RejectReturn(FIRST, "RMA-00001", "Worn."),
        world=under(returns_percent=1),
    )
    kinds = {type(answer.command) for seed in SEEDS for answer in asked(story, seed)}
    assert kinds == {ReceiveMessage, ReceiveComplaint}


def test_before_it_leaves_they_want_less_or_another_day() -> None:
    story = given(order_confirmed(), world=under(changes_percent=100))
    order = story.world.orders[FIRST]
    found = {asked(story, seed)[0].command.wish.kind for seed in SEEDS}
    assert found == {"less", "day"}
    less, later = Wish("less", 1, 1), Wish("day", day=order.promised_delivery_date)
    assert not fulfilled(less, order)
    assert fulfilled(later, order)
    assert not fulfilled(Wish("day", day=later.day + timedelta(days=1)), order)
    story.and_(CancelLineQuantity(FIRST, (CancelledRow(1, 1),), "they asked"))
    assert fulfilled(less, story.world.orders[FIRST])


def test_what_has_left_is_not_asked_about_any_more() -> None:
    world = under(changes_percent=100)
    assert any(getattr(e.command, "wish", None) for e in due(7, world, order_confirmed()))
    assert not any(getattr(e.command, "wish", None) for e in due(7, world, order_shipped()))


def expiries(*happened: Happening) -> list[Envelope]:
    found = due(7, under(unpaid_expiry_hours=72), *happened)
    return [envelope for envelope in found if isinstance(envelope.command, ExpireOrder)]


def test_an_order_nobody_pays_expires() -> None:
    story = given(order_confirmed())
    (expiry,) = expiries(order_confirmed())
    assert expiry.at == story.world.now + 72 * HOUR
    assert isinstance(expiry.command, ExpireOrder)
    assert expiry.command.reason == "not paid within 72 hours"
    assert due(7, under(), order_confirmed()) != []


def test_money_that_came_stops_it_booked_or_not() -> None:
    for amount, left in ((41_198, 0), (41_197, 1)):
        paid = ReceiveTransfer(OTTER, amount, f"{FIRST} / x")
        assert len(expiries(order_confirmed(), paid)) == left


def test_one_in_ten_forgets_to_pay_where_orders_expire() -> None:
    story = given(order_confirmed(), world=under(unpaid_expiry_hours=72))
    forgot = sum(timers.forgets(story.entries[-1], story.world, seed) for seed in SEEDS)
    assert 8 <= forgot <= 35
    assert not any(timers.forgets(story.entries[-1], company(), seed) for seed in SEEDS)


def test_a_parcel_at_the_door_counts_as_signed_after_the_last_scan() -> None:
    world = under(auto_signoff_days=5)
    scanned = (ScanPackage(FIRST, 1, "exception"), ScanPackage(FIRST, 1, "out_for_delivery"))
    found = [e for e in due(7, world, order_shipped(), *scanned) if e.actor == "system"]
    assert [envelope.command.tracking for envelope in found] == ["delivered"]
    story = given(order_shipped(), *scanned)
    assert found[0].at == story.world.now + 5 * DAY
    assert not [e for e in due(7, company(), order_shipped(), *scanned) if e.actor == "system"]


def rough(percent: int) -> World:
    """The small company whose carriers break so many of a hundred parcels."""
    world = company()
    carriers = world.carriers
    for code, carrier in carriers.items():
        carriers = carriers.set(code, msgspec.structs.replace(carrier, damaged_percent=percent))
    return msgspec.structs.replace(world, carriers=carriers)


def test_what_arrives_broken_is_complained_about_with_photos() -> None:
    story = given(order_delivered(), world=rough(20))
    found = [wish for seed in SEEDS for wish in asked(story, seed)]
    assert 20 <= len(found) <= 60
    assert {w.command.wish.reason for w in found} == {"damaged_in_transit"}
    assert all("photos" in w.command.body for w in found)
    line = story.world.orders[FIRST].lines[0]
    assert {w.command.wish.quantity for w in found} == set(range(1, line.delivered + 1))


def test_one_parcel_is_asked_about_once() -> None:
    world = rough(100)
    policies = msgspec.structs.replace(world.policies, returns_percent=100)
    both = msgspec.structs.replace(
        world, company=msgspec.structs.replace(world.company, policies=policies)
    )
    (only,) = asked(given(order_delivered(), world=both))
    assert only.command.wish.reason == "damaged_in_transit"
