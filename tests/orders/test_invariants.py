"""Each rule of states bites: a world broken by hand is reported under the rule's own number.

A rule that nothing can break is no rule. What needs a before and an after (I26, I20) is seen
by the rules of the walks.
"""

from collections.abc import Callable
from functools import cache
from typing import Any, Final

import msgspec
import pytest
from immutables import Map

from tests.builders import (
    ARMCHAIR,
    DESK,
    EAST,
    FIRST,
    HERON,
    LAMP,
    SECOND,
    order_allocated,
    order_archived,
    order_confirmed,
    order_invoiced,
    order_labelled,
    order_paid,
    order_settled,
)  # fmt: skip
from tests.orders.rules import broken_by
from tests.orders.test_refunds import ruled
from tests.orders.test_store_credit import KEEP, agreed
from tests.orders.walk import perishable
from tests.story import envelope_of, given
from trainer.orders.engine import record
from trainer.orders.holds import PlaceHold
from trainer.orders.invariants import violations
from trainer.orders.mishaps import OpenClaim, ResolveClaim
from trainer.orders.payment import IssueRefund, ReceiveTransfer
from trainer.orders.production import CreateProduction
from trainer.orders.refunds import AnswerRefund
from trainer.orders.remedies import CancelOrder
from trainer.orders.returns import (
    AuthoriseReturn,
    DeliverReturn,
    InspectReturn,
    ReceiveReturn,
    RequestReturn,
)
from trainer.orders.settlement import IssueCreditNote
from trainer.orders.shipping import PackageShipped
from trainer.orders.values import day_of
from trainer.orders.world import (
    CalledOff,
    ClaimRow,
    Contact,
    Document,
    Hold,
    Order,
    Refund,
    ReturnRow,
    World,
)

ELSEWHERE: Final = {
    "I6": "a company of its own, below, whose goods go bad",
    "I19": "a customer of their own, below, who takes store credit",
}
"""What no state of this company can tell, and why."""

THIRD, RMA = "SO-10003", "RMA-00001"
replace = msgspec.structs.replace
Break = Callable[[World], World]


@cache
def busy() -> World:
    """A world in which most things have happened, to three orders, a cancelled and a put-away."""
    story = given(
        order_invoiced(lines={ARMCHAIR: 3, LAMP: 6}, discount=1_000),
        RequestReturn(FIRST, (ReturnRow(1, 2),), "changed_mind"),
        AuthoriseReturn(FIRST, RMA, "customer"),
        DeliverReturn(FIRST, RMA),
        ReceiveReturn(FIRST, RMA, (ReturnRow(1, 2),)),
        InspectReturn(FIRST, RMA, 1, 1, "restock"),
        OpenClaim(FIRST, (ClaimRow(2, 1),), "defective", "a photo"),
        ResolveClaim(FIRST, "CLM-00001", "approved", "supplier", "seen"),
        IssueCreditNote(FIRST),
        IssueRefund(FIRST, 10_000, "a first part"),
        AnswerRefund(FIRST, "RF-1-1", "succeeded"),
        IssueRefund(FIRST, 1_000, "another"),
        order_labelled(SECOND, customer=HERON, lines={LAMP: 12, DESK: 1}),
        order_confirmed(THIRD, customer=HERON, lines={LAMP: 6}),
        CreateProduction(LAMP, 6, EAST, day_of(ruled().now).replace(month=6), THIRD, 1),
        order_paid("SO-10004"),
        CancelOrder("SO-10004", "changed mind"),
        order_archived("SO-10005"),
        order_settled("SO-10006"),
        world=ruled(),
    )
    assert violations(story.world) == []
    return story.world


def stock(**changes: int) -> Break:
    """Other counts of armchairs in the east."""

    def broken(world: World) -> World:
        level = world.level(ARMCHAIR, EAST)
        more = {name: getattr(level, name) + n for name, n in changes.items()}
        return world.with_level(replace(level, **more))

    return broken


def order(number: str, **changes: Any) -> Break:
    """An order with other facts."""
    return lambda world: world.with_order(replace(world.orders[number], **changes))


def line(number: str, place: int, **more: int) -> Break:
    """A line with other counts."""

    def broken(world: World) -> World:
        found = world.orders[number]
        counts = {name: getattr(found.lines[place], name) + n for name, n in more.items()}
        lines = list(found.lines)
        lines[place] = replace(lines[place], **counts)
        return world.with_order(replace(found, lines=tuple(lines)))

    return broken


def with_line(world: World, number: str, **changes: Any) -> World:
    """The first line of an order with other facts."""
    found = world.orders[number]
    first, *rest = found.lines
    return world.with_order(replace(found, lines=(replace(first, **changes), *rest)))


def part(number: str, name: str, **changes: Any) -> Break:
    """The first of an order's returns, papers, payments … with other facts."""

    def broken(world: World) -> World:
        found = world.orders[number]
        first, *rest = getattr(found, name)
        return world.with_order(replace(found, **{name: (replace(first, **changes), *rest)}))

    return broken


def again(number: str, name: str) -> Break:
    """The first of an order's returns, papers … twice."""

    def broken(world: World) -> World:
        found = world.orders[number]
        several = getattr(found, name)
        return world.with_order(replace(found, **{name: (*several, several[0])}))

    return broken


def _more_refunds(amount: int) -> Break:
    refund = Refund("RF-1-9", amount, "out of nowhere", 0, status="pending")
    return lambda world: order(FIRST, refunds=(*world.orders[FIRST].refunds, refund))(world)


BROKEN: Final[tuple[tuple[str, str, Break], ...]] = (
    ("I1", "less than nothing is there", stock(on_hand=-20, adjusted=-20)),
    ("I2", "more is set aside than there is", stock(allocated=99)),
    ("I3", "somebody set aside what no order has", stock(allocated=1)),
    ("I4", "one more is there, from nowhere", stock(on_hand=1)),
    ("I4", "one has left, and no order shipped it", stock(shipped=1, on_hand=-1)),
    ("I5", "one vanished from quarantine", stock(quarantine=-1)),
    ("I5", "one vanished from the bench", stock(in_rework=-1)),
    ("I5", "a B-grade unit came from nowhere", stock(b_grade=1)),
    ("I4", "one is in quarantine that no return is about", stock(quarantine=1, written_off=-1)),
    ("I5", "used goods brought in more than new ones", stock(proceeds=1)),
    ("I5", "one more came back than any line says", stock(returned=1, quarantine=1)),
    ("I7", "a unit more is cancelled than was ordered", line(SECOND, 0, cancelled=1)),
    ("I7", "shipped less than nothing", line(SECOND, 0, shipped=-1)),
    ("I7", "more is called off in part than is cancelled",
     lambda world: with_line(world, SECOND, called_off=(CalledOff("other", 1, 0),))),
    ("I16", "a part called off for nothing", lambda world: with_line(
        world, SECOND, cancelled=1, called_off=(CalledOff("other", 1, 0),))),
    ("I42", "one number for two people", lambda world: replace(
        world, customers=world.customers.set(HERON, replace(
            world.customers[HERON], contacts=2 * (Contact("CT-1", "Pia", "buyer", "p@p.x"),))))),
    ("I8", "packed, and in no parcel", line(THIRD, 0, packed=1)),
    ("I8", "delivered, and never shipped", line(SECOND, 0, delivered=1)),
    ("I8", "in a parcel that left, and not shipped", part(SECOND, "packages", stage="shipped")),
    ("I9", "returned and claimed beyond what was delivered", line(FIRST, 0, returned=2)),
    ("I9", "claimed, and no claim says so", line(FIRST, 1, claimed=1)),
    ("I10", "inspected more than was received",
     part(FIRST, "returns", rows=(ReturnRow(1, 2, received=1, inspected=2),))),
    ("I10", "more wait for a decision than came",
     part(FIRST, "returns", rows=(ReturnRow(1, 2, received=1, waiting=2),))),
    ("I10", "received more than was agreed",
     part(FIRST, "returns", rows=(ReturnRow(1, 1, received=2, inspected=1),))),
    ("I11", "credited and cancelled beyond what was ordered", line(FIRST, 1, claimed=6)),
    ("I12", "invoiced, and never shipped", line(SECOND, 0, invoiced=1)),
    ("I12", "a credit note for what was on no invoice", line(SECOND, 0, credit_noted=1)),
    ("I12", "the papers name other units", line(FIRST, 0, invoiced=-1)),
    ("I13", "more is on its way back than came in", _more_refunds(99_000)),
    ("I13", "paid back, and no refund says so", order(FIRST, refunded=20_000)),
    ("I13", "a payment that was not booked", part(FIRST, "payments", amount=1)),
    ("I14", "a discount nobody was given", order(FIRST, discount=2_000)),
    ("I14", "a line that costs less than nothing", line(FIRST, 0, discount=99_000)),
    ("I15", "an invoice a cent too high", part(FIRST, "documents", amount=72_969)),
    ("I16", "a credit a cent too high",
     lambda world: order(FIRST, supply_credit=world.orders[FIRST].supply_credit + 1)(world)),
    ("I17", "more goes back than is owed", _more_refunds(30_000)),
    ("I18", "money is here that no payment brought",
     lambda world: order(FIRST, captured=world.orders[FIRST].captured + 1)(world)),
    ("I20", "more tax is taken back than was charged", line(FIRST, 1, credit_noted=6)),
    ("I21", "half a cent", part(FIRST, "documents", amount=72_968.5)),
    ("I22", "an order stands under another label",
     lambda world: replace(world, labels=world.labels.set(FIRST, "draft"))),
    ("I22", "what a customer owes is not what the index says",
     lambda world: replace(world, exposure=world.exposure.set(HERON, 1))),
    ("I22", "an order waits, and nobody knows", lambda world: replace(world, backorders=Map())),
    ("I23", "it left while it was on hold", order(FIRST, holds=(Hold("manual", "wait", 1),))),
    ("I24", "cancelled, and something has left",
     line("SO-10004", 0, shipped=1, cancelled=-1)),
    ("I24", "cancelled, and still set aside",
     lambda world: line("SO-10004", 0, cancelled=-1)(world)),
    ("I25", "completed, and somebody owes somebody", order(FIRST, status="completed")),
    ("I25", "settled in no batch", order("SO-10006", batch_number="")),
    ("I25", "put away, and not all delivered", line("SO-10005", 0, delivered=-1)),
    ("I25", "settled, and a paper of it is in no batch",
     lambda world: order("SO-10006", documents=(
         *world.orders["SO-10006"].documents, Document("INV-2026-00099", "invoice", 0, 0)))(world)),
    ("I26", "a number issued twice", again(FIRST, "documents")),
    ("I26", "a number left out", part(FIRST, "documents", document_number="INV-2026-00077")),
    ("I26", "a return's number twice", again(FIRST, "returns")),
    ("I26", "a tracking number twice", again(SECOND, "packages")),
    ("I27", "made more than was planned", lambda world: world.with_production(
        replace(next(iter(world.production.values())), made=99))),
    ("I28", "a batch that is not the sum of its papers", lambda world: replace(
        world, batches=Map({n: replace(b, total=b.total + 1) for n, b in world.batches.items()}))),
    ("I28", "a paper in two batches", lambda world: replace(
        world, batches=world.batches.set("SET-X", next(iter(world.batches.values()))))),
    ("I29", "an order under a file that was merged", lambda world: replace(
        world, customers=world.customers.set(
            HERON, replace(world.customers[HERON], merged_into="C-TWIN")))),
    ("I30", "a score of nine", order(FIRST, satisfaction=9)),
)  # fmt: skip


@pytest.mark.parametrize(("rule", "what", "broken"), BROKEN, ids=[f"{r} {w}" for r, w, _ in BROKEN])
def test_a_world_broken_by_hand_is_reported(rule: str, what: str, broken: Break) -> None:
    found = violations(broken(busy()))
    assert rule in {each.split()[0].rstrip(":") for each in found}, what
    assert violations(broken(busy()), since=busy()) == found


def test_every_rule_of_the_reference_can_be_broken() -> None:
    assert {rule for rule, _, _ in BROKEN} | set(ELSEWHERE) >= {f"I{n}" for n in range(1, 29)}


def test_a_lot_that_is_more_than_its_part_of_the_shelf_is_reported() -> None:
    """I6: what is on the shelf is what its lots hold, and no more is set aside of one than is."""
    world = perishable(ruled())
    assert violations(world) == []
    level = world.level(ARMCHAIR, EAST)
    for change in ({"on_hand": 99}, {"allocated": 1}):
        lots = (replace(level.lots[0], **change), *level.lots[1:])
        broken = world.with_level(replace(level, lots=lots))
        assert "I6" in {each.split()[0] for each in violations(broken)}


def test_store_credit_that_is_spent_twice_is_reported() -> None:
    """I19: issued − redeemed − expired is never below nothing, and each payment took its part."""
    world = agreed().and_(KEEP).world
    assert violations(world) == []
    (who,) = [c for c in world.customers.values() if c.store_credits]
    (credit,) = who.store_credits
    for change in ({"redeemed": credit.amount + 1}, {"redeemed": 1}, {"amount": credit.amount - 1}):
        file = replace(who, store_credits=(replace(credit, **change),))
        broken = replace(world, customers=world.customers.set(who.customer_id, file))
        assert "I19" in {each.split()[0] for each in violations(broken)}, change


def test_what_happens_against_a_hold_is_reported() -> None:
    """I23 at the very moment: the rules look at each event, whatever its time says."""
    story = given(order_labelled(), PlaceHold(FIRST, "fraud", "odd"))
    left = PackageShipped(FIRST, 1, "QX")
    envelope = envelope_of(story.world, PlaceHold(FIRST, "manual", "x"))
    world, (entry,) = record(story.world, envelope, (left,))
    assert [each.split()[0] for each in broken_by(story.world, entry, world)] == ["I23"]


@pytest.mark.parametrize(
    ("rule", "change"),
    [
        ("I26", lambda o: replace(o, documents=(replace(o.documents[0], amount=1),))),
        ("I20", lambda o: replace(o, lines=(replace(o.lines[0], tax_rate=700),))),
        ("I7", lambda o: replace(o, lines=(replace(o.lines[0], ordered=9),))),
        ("P5", lambda o: replace(o, lines=(replace(o.lines[0], delivered=0),))),
    ],
    ids=["a paper", "a tax rate", "what was ordered", "a delivery"],
)
def test_what_was_written_down_stays(rule: str, change: Callable[[Order], Order]) -> None:
    story = given(order_invoiced(), order_allocated(SECOND))
    envelope = envelope_of(story.world, ReceiveTransfer(HERON, 1, "x"))
    after = given(order_invoiced(), order_allocated(SECOND), PlaceHold(FIRST, "manual", "x"))
    entry = replace(after.entries[-1], number=story.world.number + 1, at=envelope.at)
    world = after.world.with_order(change(after.world.orders[FIRST]))
    assert rule in {each.split()[0] for each in broken_by(story.world, entry, world)}
