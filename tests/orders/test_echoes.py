"""What is said a second time from outside is noted, and changes nothing."""

import pytest

from tests.builders import FIRST, order_confirmed, order_delivered, order_shipped
from tests.orders.test_cards import ASKED as CARD_ASKED
from tests.orders.test_cards import NO, YES, by_card
from tests.orders.test_cards import NUMBER as CARD
from tests.orders.test_refunds import ASKED, FAILED, NUMBER, PAID, cancelled
from tests.story import Story, envelope_of, given
from trainer.orders.cards import AnswerAuthorisation
from trainer.orders.echoes import AnswerRepeated, ScanIgnored, echo
from trainer.orders.engine import Command, OrderEvent, Role, record
from trainer.orders.mishaps import WriteOffPackage
from trainer.orders.refunds import AnswerRefund, RetryRefund
from trainer.orders.shipping import ScanPackage

LOST = ScanPackage(FIRST, 1, "lost")


def noted(story: Story, command: Command, role: Role | None = None) -> OrderEvent | None:
    """What is noted of a command that is refused."""
    refusal = story.when(command, role=role).refusal
    assert refusal is not None
    return echo(story.world, envelope_of(story.world, command, role=role), refusal)


@pytest.mark.parametrize(
    ("story", "said", "line"),
    [
        (
            cancelled().and_(ASKED, PAID),
            PAID,
            AnswerRepeated(FIRST, NUMBER, "succeeded", "succeeded"),
        ),
        (
            cancelled().and_(ASKED, FAILED, RetryRefund(FIRST, NUMBER)),
            AnswerRefund(FIRST, NUMBER, "failed", tries=1),
            AnswerRepeated(FIRST, NUMBER, "failed", "pending"),
        ),
        (
            given(order_confirmed(), CARD_ASKED, YES, world=by_card()),
            NO,
            AnswerRepeated(FIRST, CARD, "card_declined", "card_authorised"),
        ),
        (
            given(order_delivered()),
            ScanPackage(FIRST, 1, "in_transit"),
            ScanIgnored(FIRST, 1, "in_transit", "delivered"),
        ),
        (
            given(order_shipped(), ScanPackage(FIRST, 1, "out_for_delivery")),
            ScanPackage(FIRST, 1, "in_transit"),
            ScanIgnored(FIRST, 1, "in_transit", "out_for_delivery"),
        ),
        (
            given(
                order_shipped(), ScanPackage(FIRST, 1, "lost"), WriteOffPackage(FIRST, 1, "gone")
            ),
            ScanPackage(FIRST, 1, "delivered"),
            ScanIgnored(FIRST, 1, "delivered", "lost"),
        ),
    ],
    ids=["refund", "earlier try", "card", "delivered", "overtaken", "written off"],
)
def test_a_repeated_answer_leaves_a_line(story: Story, said: Command, line: OrderEvent) -> None:
    assert noted(story, said) == line
    before = story.world.orders[FIRST]
    after, (entry,) = record(story.world, envelope_of(story.world, said), (line,))
    assert after.orders[FIRST] == before  # not even its version: nobody's picture is old by it
    assert (after.stock, after.transfers) == (story.world.stock, story.world.transfers)
    assert entry.number == story.world.number + 1


def test_silence_and_our_own_timers_leave_none() -> None:
    card = given(order_confirmed(), CARD_ASKED, YES, world=by_card())
    assert noted(card, AnswerAuthorisation(FIRST, CARD, "unanswered")) is None
    delivered = given(order_delivered())
    assert noted(delivered, ScanPackage(FIRST, 1, "delivered"), "system") is None


def test_a_refusal_that_says_something_else_leaves_none() -> None:
    unknown = AnswerRefund(FIRST, "RF-9", "succeeded")
    assert noted(cancelled(), unknown) is None
    assert noted(given(order_confirmed()), ScanPackage(FIRST, 7, "delivered")) is None
