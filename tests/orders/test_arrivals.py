"""The customer says that a parcel is there, before its carrier does."""

from datetime import timedelta

import msgspec
import pytest

from tests.builders import FIRST, HERON, OTTER, order_delivered, order_labelled, order_shipped
from tests.orders.test_cash import DUE, at_the_door
from tests.story import Story, envelope_of, given
from trainer.orders import codec
from trainer.orders.arrivals import (
    AnotherDaySaid,
    ConfirmDelivery,
    DeliveryConfirmed,
    NobodySaysSo,
)
from trainer.orders.cash import CashCollected
from trainer.orders.clock import AdvanceClock
from trainer.orders.echoes import DeliveryContradicted, ScanIgnored, echo
from trainer.orders.engine import OrderEvent
from trainer.orders.intake import ReceiveMessage
from trainer.orders.invariants import violations
from trainer.orders.mishaps import WriteOffPackage
from trainer.orders.refusals import MissingField, MissingReason, Refusal
from trainer.orders.returns import window_ends
from trainer.orders.shipping import NotShipped, NotUnderWay, PackageDelivered, ScanPackage
from trainer.orders.status import fulfilment_status, label_of
from trainer.orders.values import DAY, day_of, moment_of
from trainer.orders.world import Arrival, Tracking


def seen(tracking: Tracking) -> ScanPackage:
    """What the carrier says of the parcel."""
    return ScanPackage(FIRST, 1, tracking)


def under_way(*, days: int = 3) -> Story:
    """A parcel that its carrier saw on its way, and that left so many days ago."""
    story = given(order_shipped(), seen("in_transit"))
    return story.and_(lambda world: AdvanceClock(world.now + days * DAY))


def left(story: Story) -> int:
    """The moment at which it left."""
    package = story.world.orders[FIRST].package(1)
    assert package is not None
    return package.shipped_at


def written(story: Story, after: int = 1) -> ReceiveMessage:
    """Their message: it was there so many days after it had left."""
    day = day_of(left(story)) + timedelta(days=after)
    there = Arrival(1, "Olive Otter", day)
    return ReceiveMessage(
        "M-there", "email", "Olive Otter", "It is here", "…", OTTER, FIRST, arrival=there
    )


def says(story: Story, after: int = 1, **other: object) -> ConfirmDelivery:
    """What a clerk writes down of it."""
    day = day_of(left(story)) + timedelta(days=after)
    command = ConfirmDelivery(FIRST, 1, "Olive Otter", day, "customer_wrote")
    return msgspec.structs.replace(command, **other)


def heard(*, days: int = 3, after: int = 1) -> Story:
    """The customer has written that it is there."""
    story = under_way(days=days)
    return story.and_(written(story, after))


def noted(story: Story, command: ScanPackage) -> OrderEvent | None:
    """The line that a carrier's scan leaves when it is refused."""
    refusal = story.when(command).refusal
    assert isinstance(refusal, Refusal)
    return echo(story.world, envelope_of(story.world, command), refusal)


def test_their_word_counts_as_the_carriers_scan() -> None:
    story = heard()
    said = says(story)
    story.and_(said)
    confirmed, delivered = (entry.event for entry in story.entries[-2:])
    noon = moment_of(said.delivered_on, hour=12)
    assert confirmed == DeliveryConfirmed(
        FIRST, 1, "Olive Otter", said.delivered_on, "customer_wrote"
    )
    assert delivered == PackageDelivered(FIRST, 1, delivered_at=noon)
    order = story.world.orders[FIRST]
    assert (label_of(order), fulfilment_status(order, story.world)) == ("signed", "delivered")
    assert order.delivered_at == noon
    # the window counts from the day on which they had it, not from that on which they said so
    days = story.world.policies.return_window_days
    assert window_ends(story.world, order) == said.delivered_on + timedelta(days=days)
    assert violations(story.world) == []


def test_a_later_parcel_stays_the_last() -> None:
    """What arrived later is when all of it was there, whoever said so first."""
    story = heard()
    later = story.world.now
    order = msgspec.structs.replace(story.world.orders[FIRST], delivered_at=later)
    story = given(says(story), world=story.world.with_order(order))
    assert story.world.orders[FIRST].delivered_at == later


def test_on_the_day_it_left_it_was_there_after_it_left() -> None:
    story = heard(days=0, after=0)
    story.and_(says(story, 0))
    assert left(story) <= story.world.orders[FIRST].delivered_at <= story.world.now


def test_a_guess_is_no_proof() -> None:
    story = under_way()
    assert story.when(says(story)).refusal == NobodySaysSo(FIRST, 1)
    # nor is any other letter of theirs, nor one about another parcel
    other = msgspec.structs.replace(written(story), arrival=None)
    another = msgspec.structs.replace(
        written(story), message_id="M-2", arrival=Arrival(2, "Olive", day_of(left(story)))
    )
    story.and_(other, another)
    assert story.when(says(story)).refusal == NobodySaysSo(FIRST, 1)


def test_what_they_say_changes_nothing_by_itself() -> None:
    story = under_way()
    before = story.world.orders[FIRST]
    after = story.and_(written(story)).world.orders[FIRST]
    assert after.version == before.version
    assert label_of(after) == "in_transit"
    stored = codec.decode_world(codec.encode_world(story.world))
    assert stored.orders[FIRST] == after


def test_what_has_not_left_is_not_there() -> None:
    story = given(order_labelled())
    order, today = story.world.orders[FIRST], day_of(story.world.now)
    live = sum(line.live for line in order.lines)
    for number in (1, 9):
        refusal = story.when(ConfirmDelivery(FIRST, number, "Olive", today)).refusal
        assert refusal == NotShipped(FIRST, number, 0, live)
    assert live > 0


@pytest.mark.parametrize(
    ("story", "how"),
    [
        (given(order_delivered()), "delivered"),
        (given(order_shipped(), seen("lost")), "lost"),
        (given(order_shipped(), seen("lost"), WriteOffPackage(FIRST, 1, "gone")), "lost"),
        (given(order_shipped(), seen("returned_to_sender")), "returned_to_sender"),
    ],
    ids=["there", "lost", "given up", "back"],
)
def test_what_is_there_lost_or_back_is_not_confirmed(story: Story, how: str) -> None:
    assert story.when(says(story, 0)).refusal == NotUnderWay(FIRST, 1, how)


def test_it_takes_a_name_a_reason_and_the_day_that_they_say() -> None:
    story = heard()
    said = says(story).delivered_on
    assert story.when(says(story, signed_by=" ")).refusal == MissingField(field="signed_by")
    assert story.when(says(story, reason_code="other")).refusal == MissingReason()
    assert story.when(says(story, reason_code="other", reason="a fax")).refusal is None
    for days in (0, 2):
        refusal = story.when(says(story, days)).refusal
        assert refusal == AnotherDaySaid(1, said, said + timedelta(days=days - 1))


def test_what_was_to_be_paid_at_the_door_was_paid() -> None:
    story = given(order_shipped(customer=HERON), world=at_the_door())
    story.and_(written(story, 0), says(story, 0))
    assert story.entries[-1].event == CashCollected(FIRST, 1, DUE)
    assert violations(story.world) == []


def test_the_carriers_own_word_later_is_an_echo() -> None:
    story = heard()
    story.and_(says(story))
    assert noted(story, seen("delivered")) == ScanIgnored(FIRST, 1, "delivered", "delivered")
    assert noted(story, seen("in_transit")) == ScanIgnored(FIRST, 1, "in_transit", "delivered")


@pytest.mark.parametrize("tracking", ["out_for_delivery", "exception", "lost"])
def test_a_carrier_that_says_otherwise_leaves_a_line(tracking: Tracking) -> None:
    story = heard()
    said = says(story)
    story.and_(said)
    line = noted(story, seen(tracking))
    assert line == DeliveryContradicted(FIRST, 1, tracking, "Olive Otter", said.delivered_on)
    before = story.world.orders[FIRST]
    story.and_(line)
    assert story.world.orders[FIRST] == before


def test_of_a_parcel_the_carrier_brought_nothing_is_contradicted() -> None:
    story = given(order_delivered())
    assert noted(story, seen("lost")) == ScanIgnored(FIRST, 1, "lost", "delivered")
