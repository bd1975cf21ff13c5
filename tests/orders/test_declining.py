"""A customer's wish that cannot be done is declined once, in a letter."""

import pytest

from tests.builders import FIRST, SECOND, company, order_confirmed
from tests.story import Story, given
from trainer.orders.intake import ReceiveMessage
from trainer.orders.invariants import violations
from trainer.orders.refusals import MissingReason
from trainer.orders.remedies import CancelledRow, CancelLineQuantity
from trainer.orders.wishes import (
    AlreadyDeclined,
    DeclineWish,
    UnknownWish,
    WishDeclined,
    WishFulfilled,
    open_wish,
)
from trainer.orders.world import Wish

LESS = Wish("less", 1, 1)
NO = DeclineWish(FIRST, "M-LESS", "It is packed already.")


def asked(wish: Wish = LESS) -> Story:
    """A confirmed order, and the customer's second thought."""
    said = ReceiveMessage("M-LESS", "email", "Olive", "Less", "Less.", "", FIRST, wish=wish)
    return given(order_confirmed(), said)


def test_they_get_a_letter_with_the_reason_and_the_order_stays() -> None:
    story = asked()
    before = story.world.orders[FIRST]
    story.and_(NO)
    after, letter = story.world.orders[FIRST], story.world.messages["M-LESS"].declined
    assert letter.startswith("Hello Olive Otter,\n\nthank you for your message")
    assert "It is packed already." in letter
    assert letter.endswith(company().company.name)
    assert (after.lines, after.version) == (before.lines, before.version + 1)
    assert not open_wish(story.world.messages["M-LESS"], story.world)
    assert violations(story.world) == []
    assert isinstance(story.entries[-1].event, WishDeclined)


def test_no_is_said_once() -> None:
    assert asked().and_(NO).when(NO).refusal == AlreadyDeclined(message_id="M-LESS")


def test_what_was_done_is_not_declined() -> None:
    story = asked().and_(CancelLineQuantity(FIRST, (CancelledRow(1, 1),), "as they wish"))
    assert story.when(NO).refusal == WishFulfilled(order_number=FIRST, message_id="M-LESS")


@pytest.mark.parametrize("wish", [None, Wish("return", 1, 1, "defective")])
def test_only_changes_are_declined_here(wish: Wish | None) -> None:
    unknown = UnknownWish(order_number=FIRST, message_id="M-LESS")
    assert asked(wish).when(NO).refusal == unknown  # type: ignore[arg-type]


def test_nobody_elses_wish_and_not_without_a_reason() -> None:
    story = asked().and_(*order_confirmed(SECOND))
    other = DeclineWish(SECOND, "M-LESS", "no")
    assert story.when(other).refusal == UnknownWish(order_number=SECOND, message_id="M-LESS")
    assert story.when(DeclineWish(FIRST, "M-LESS", " ")).refusal == MissingReason()
