"""What stands at the dock beyond what was bought is taken in or sent back; it waits for nobody."""

import pytest

from tests.builders import LAMP, WEST
from tests.orders.test_goods_receipt import PUR, SHORT, bought, here
from tests.story import Story
from trainer.orders.goods_receipt import (
    DeliverReplenishment,
    NothingAtTheDock,
    PostGoodsReceipt,
    uncounted,
)
from trainer.orders.invariants import violations
from trainer.orders.purchasing import UnknownReplenishment
from trainer.orders.refusals import MissingField, MissingReason
from trainer.orders.surplus import SendSurplusBack, SurplusExceeded, SurplusSentBack, beyond

MUCH = DeliverReplenishment(PUR, 12, 18, 1)
"""Twelve were bought; six more stand there, and one that is broken."""


def back(quantity: int, *, delivery: int = 1) -> SendSurplusBack:
    """So many go back because nobody ordered them."""
    return SendSurplusBack(PUR, delivery, quantity, "more_than_ordered")


def stuck() -> Story:
    """The company would take one more, and has taken in what it bought."""
    return here(PostGoodsReceipt(PUR, 1, 12), tolerance=10, brought=MUCH)


def test_what_nobody_sends_back_waits() -> None:
    story = stuck()
    assert bought(story.world).stage == "at_the_dock"
    assert (beyond(bought(story.world)), uncounted(story.world, LAMP)) == (6, 7)


def test_it_goes_back_with_a_letter_and_was_never_on_the_shelf() -> None:
    story = stuck()
    shelf = story.world.level(LAMP, WEST)
    story.and_(back(6))
    event = story.entries[-1].event
    assert isinstance(event, SurplusSentBack)
    assert f"6 × Squeaky lamp ({LAMP})" in event.text
    assert PUR in event.text
    assert "We have not ordered so many." in event.text
    assert story.world.level(LAMP, WEST) == shelf
    (gone,) = bought(story.world).deliveries[0].sent_back
    assert (gone.quantity, gone.reason_code, gone.text) == (6, "more_than_ordered", event.text)
    # what is broken is still to be counted
    assert uncounted(story.world, LAMP) == 1
    story.and_(PostGoodsReceipt(PUR, 1, 0, 1))
    assert (bought(story.world).stage, uncounted(story.world, LAMP)) == ("delivered", 0)
    assert violations(story.world) == []


def test_a_part_is_taken_in_and_the_rest_goes_back() -> None:
    story = stuck().and_(back(5))
    assert bought(story.world).deliveries[0].to_count == 1
    story.and_(PostGoodsReceipt(PUR, 1, 1, 1))
    assert story.world.level(LAMP, WEST).on_hand == 13
    assert bought(story.world).stage == "delivered"
    assert violations(story.world) == []


def test_what_was_bought_does_not_go_back() -> None:
    story = here(brought=MUCH)
    assert story.when(back(7)).refusal == SurplusExceeded(
        PUR, 1, most=6, there=18, left=12, here=18, requested=7
    )
    assert story.when(back(6)).refusal is None
    # of what is short nothing is too many
    short = here().when(back(1)).refusal
    assert short == SurplusExceeded(PUR, 1, most=0, there=8, left=12, here=8, requested=1)


def test_of_one_delivery_no_more_than_stands_there_of_it() -> None:
    story = here(SHORT.__class__(PUR, 12, 6), tolerance=10)
    story.and_(PostGoodsReceipt(PUR, 1, 8, 1), PostGoodsReceipt(PUR, 2, 4))
    assert beyond(bought(story.world)) == 2
    assert isinstance(story.when(back(1)).refusal, NothingAtTheDock)
    assert story.when(back(3, delivery=2)).refusal == SurplusExceeded(
        PUR, 2, most=2, there=2, left=0, here=2, requested=3
    )
    assert story.when(back(2, delivery=2)).refusal is None


@pytest.mark.parametrize("quantity", [0, -1])
def test_nothing_does_not_go_back(quantity: int) -> None:
    assert stuck().when(back(quantity)).refusal == MissingField(field="quantity")


def test_it_takes_a_delivery_and_a_reason() -> None:
    story = stuck()
    unknown = UnknownReplenishment(replenishment_number="PUR-0")
    assert story.when(SendSurplusBack("PUR-0", 1, 1, "no_room")).refusal == unknown
    assert story.when(SendSurplusBack(PUR, 1, 1)).refusal == MissingReason()
    (event,) = story.when(SendSurplusBack(PUR, 1, 1, reason="wrong colour")).events
    assert isinstance(event, SurplusSentBack)
    assert "wrong colour" in event.text
