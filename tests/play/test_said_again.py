"""What the gateway says twice stands in the order's time line, and costs nobody anything."""

from tests.builders import FIRST, order_paid
from tests.play.hand import Hand
from tests.simulation.test_wishes import under
from trainer.orders.clock import AdvanceClock
from trainer.orders.echoes import AnswerRepeated
from trainer.orders.payment import IssueRefund
from trainer.orders.refunds import RefundSucceeded
from trainer.orders.remedies import CancelOrder
from trainer.orders.values import DAY
from trainer.play.run import fingerprint
from trainer.play.sandbox import Desk


def test_an_answer_that_comes_twice_is_seen_and_books_once() -> None:
    hand = Hand(under(refunds="gateway", refund_repeated_percent=100))
    paid_back = IssueRefund(FIRST, 41_198, "cancelled")
    hand.does(*order_paid(), CancelOrder(FIRST, "changed mind"), paid_back)
    seen = hand.order.version
    hand.does(AdvanceClock(hand.now + DAY))
    events = [entry.event for entry in hand.store.events(hand.sandbox.sandbox_id)]
    assert sum(isinstance(event, RefundSucceeded) for event in events) == 1
    (line,) = [event for event in events if isinstance(event, AnswerRepeated)]
    assert (line.outcome, line.status) == ("succeeded", "succeeded")
    assert (hand.order.refunded, hand.order.version) == (41_198, seen + 1)  # the first alone
    assert hand.run.asides == 0  # nobody was refused anything
    assert fingerprint(Desk(hand.store).run(hand.sandbox)) == fingerprint(hand.run)
