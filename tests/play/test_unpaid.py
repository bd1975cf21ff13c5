"""A packed order that nobody pays: somebody sees it, and it ends, or it is paid after all."""

from functools import partial

import msgspec

from tests.builders import FIRST, OTTER, booking, order_confirmed, picking
from tests.play.hand import Hand
from tests.simulation.test_wishes import under
from trainer.orders.clock import AdvanceClock
from trainer.orders.payment import ReceiveTransfer
from trainer.orders.remedies import OrderCancelled
from trainer.orders.shipping import VoidPackage
from trainer.orders.status import label_of, overlays
from trainer.orders.stock import Allocate, AllocationRow
from trainer.orders.values import DAY, MINUTE
from trainer.play.run import fingerprint
from trainer.play.sandbox import Desk
from trainer.play.stops import running_out


def late() -> Hand:
    """The desk when the time to pay is over; the order was packed before it was paid."""
    # a slow customer: within three days nobody pays by themselves
    hand = Hand(under(unpaid_expiry_hours=72, payment_after_hours=30 * 24))
    aside = Allocate(FIRST, (AllocationRow(1, "EAST", 2),))
    hand.does(*order_confirmed(), aside, partial(picking, FIRST))
    hand.does(AdvanceClock(hand.now + 3 * DAY))
    return hand


def test_the_deadline_leaves_a_task_that_somebody_sees() -> None:
    hand = late()
    (task,) = hand.order.tasks
    assert "unpack what is in parcels" in task.text
    assert overlays(hand.order, hand.now) == ("task_due",)
    assert label_of(hand.order) == "pending_payment"


def test_unpacked_it_is_cancelled_and_the_task_is_over() -> None:
    hand = late()
    hand.does(VoidPackage(FIRST, 1))
    assert label_of(hand.order) == "closed"
    assert [task.status for task in hand.order.tasks] == ["finished"]
    assert fingerprint(Desk(hand.store).run(hand.sandbox)) == fingerprint(hand.run)


def test_paid_after_all_it_goes_on() -> None:
    hand = late()
    hand.does(ReceiveTransfer(OTTER, 41_198, f"{FIRST} / x"))
    assert [task.status for task in hand.order.tasks] == ["dropped"]
    assert "come after all" in hand.order.tasks[0].note
    hand.does(VoidPackage(FIRST, 1))
    assert label_of(hand.order) == "pending_payment"
    hand.does(partial(booking, FIRST))
    assert label_of(hand.order) == "awaiting_shipment"


def test_half_an_hour_is_half_an_hour_and_no_more() -> None:
    hand = Hand(under(unpaid_expiry_minutes=30, payment_after_hours=30 * 24))
    hand.does(*order_confirmed())
    promised = hand.order.confirmed_at
    hand.does(AdvanceClock(promised + 29 * MINUTE))
    assert label_of(hand.order) == "pending_payment"
    hand.does(AdvanceClock(promised + 30 * MINUTE))
    assert label_of(hand.order) == "closed"
    (last,) = (
        entry.event
        for entry in hand.store.events(hand.sandbox.sandbox_id)
        if isinstance(entry.event, OrderCancelled)
    )
    assert last.reason == "not paid within 30 minutes"


def test_who_pays_within_minutes_keeps_their_order() -> None:
    hand = Hand(under(unpaid_expiry_minutes=30, payment_after_minutes=20))
    hand.does(*order_confirmed())
    promised = hand.order.confirmed_at
    hand.does(AdvanceClock(promised + 21 * MINUTE))
    # one in ten forgets; this one does not, and the money lies on the statement, unbooked
    assert [transfer.unmatched for transfer in hand.run.world.transfers.values()] == [41_198]
    hand.does(AdvanceClock(promised + 2 * DAY))
    assert label_of(hand.order) == "pending_payment"


def test_hours_are_told_in_hours_as_they_were() -> None:
    hand = late()
    assert hand.order.tasks[0].text.startswith("Not paid within 72 hours: ")


def test_of_a_short_time_the_clock_stops_at_its_half() -> None:
    hand = Hand(under(unpaid_expiry_minutes=30, payment_after_hours=30 * 24))
    hand.does(*order_confirmed())
    before, agenda = hand.order.confirmed_at, hand.run.agenda

    def stops(minutes: int) -> bool:
        world = msgspec.structs.replace(hand.run.world, now=before + minutes * MINUTE)
        return running_out(world, agenda, before)

    assert not stops(14)
    assert stops(15)
