"""A return between the yes and the dock: with a carrier, called off, or counted in part."""

import pytest

from tests.builders import FIRST
from tests.orders.test_return_expiry import OVER, agreed, later
from tests.orders.test_returns import LINES, RMA, asks, counts, judged
from tests.simulation.test_agenda import agenda_of
from tests.story import Happening, Story
from trainer.orders.echoes import ParcelTurnedAway, echo
from trainer.orders.engine import Envelope
from trainer.orders.invariants import violations
from trainer.orders.refusals import MissingReason, RoleRequired
from trainer.orders.return_way import (
    CancelReturn,
    GoodsComing,
    HandOverReturn,
    ReturnCancelled,
    ReturnHandedOver,
)
from trainer.orders.returns import CloseReturn, DeliverReturn, ReturnStage
from trainer.orders.service import CustomerNotified, NotifyCustomer, TemplateFieldMissing
from trainer.orders.status import AfterSale, after_sale_label, return_status
from trainer.orders.unexpected import ReportUnexpectedItem, ResolveUnexpectedItem
from trainer.orders.world import Content

HANDED, HERE = HandOverReturn(FIRST, RMA), DeliverReturn(FIRST, RMA)
OFF = CancelReturn(FIRST, RMA, "seller", "We no longer take these back.")
WITHDRAWN = CancelReturn(FIRST, RMA, "customer", "they keep it")


def standing(story: Story) -> tuple[str, AfterSale]:
    """How far the return has come, and what the course calls that."""
    back = story.world.orders[FIRST].returns[0]
    assert return_status(story.world.orders[FIRST]) in (back.stage, "return_called_off", "none")
    return back.stage, after_sale_label(back)


@pytest.mark.parametrize(
    ("steps", "stage", "label"),
    [
        ((), "authorised", "to_send_back"),
        ((HANDED,), "in_transit", "to_inspect"),
        ((HANDED, HERE), "arrived", "to_inspect"),
        ((HERE, counts((1, 1))), "partially_received", "to_inspect"),
        ((HERE, counts((1, 1)), judged(1)), "inspected", "to_refund"),
        ((HERE, counts((1, 1)), counts((1, 2)), judged(1)), "received", "to_inspect"),
        ((OFF,), "cancelled", "return_called_off"),
    ],
)
def test_between_the_yes_and_the_count(
    steps: tuple[Happening, ...], stage: str, label: AfterSale
) -> None:
    assert standing(agreed().and_(*steps)) == (stage, label)


def test_the_customer_hands_it_over_once_and_nobody_else_says_so() -> None:
    assert agreed().when(HANDED).events == (ReturnHandedOver(FIRST, RMA),)
    again = agreed().and_(HANDED).when(HANDED).refusal
    assert again == ReturnStage(rma_number=RMA, status="in_transit", wanted="authorised")
    assert isinstance(agreed().when(HANDED, role="clerk").refusal, RoleRequired)


def test_what_is_with_the_carrier_in_time_is_in_time() -> None:
    story = later(agreed().and_(HANDED), 30)
    assert isinstance(story.when(OVER).refusal, ReturnStage)
    story.and_(HERE, counts((1, 3)), judged(3), CloseReturn(FIRST, RMA))
    assert violations(story.world) == []


def test_what_is_lost_on_its_way_to_us_is_closed() -> None:
    story = agreed().and_(HANDED, CloseReturn(FIRST, RMA))
    assert story.when(asks((1, 3))).refusal is None


@pytest.mark.parametrize("off", [OFF, WITHDRAWN])
def test_called_off_it_can_be_asked_for_again(off: CancelReturn) -> None:
    story = agreed()
    assert story.when(asks((1, 1))).refusal is not None
    assert story.when(off).events == (ReturnCancelled(FIRST, RMA, off.called_off_by, off.reason),)
    story.and_(off)
    assert standing(story)[1] == "return_called_off"
    assert return_status(story.world.orders[FIRST]) == "return_called_off"
    assert not story.world.orders[FIRST].after_sales_open
    assert story.when(asks((1, 3))).refusal is None
    assert violations(story.world) == []


@pytest.mark.parametrize(
    ("steps", "way", "dock", "received"),
    [((HANDED,), 3, 0, 0), ((HERE,), 0, 3, 0), ((HERE, counts((1, 2))), 0, 0, 2)],
)
def test_what_has_left_the_customer_is_not_called_off(
    steps: tuple[Happening, ...], way: int, dock: int, received: int
) -> None:
    found = agreed().and_(*steps).when(OFF).refusal
    assert found == GoodsComing(rma_number=RMA, under_way=way, at_dock=dock, received=received)


def test_nobody_calls_off_without_a_reason_or_twice() -> None:
    silent = CancelReturn(FIRST, RMA, "customer", " ")
    assert isinstance(agreed().when(silent).refusal, MissingReason)
    assert isinstance(agreed().and_(OFF).when(OFF).refusal, ReturnStage)


def test_only_our_own_change_of_mind_has_a_letter_and_it_says_why() -> None:
    letter = NotifyCustomer(FIRST, "return_cancelled")
    assert isinstance(agreed().and_(WITHDRAWN).when(letter).refusal, TemplateFieldMissing)
    (told,) = agreed().and_(OFF).when(letter).events
    assert isinstance(told, CustomerNotified)
    assert "please do not send the goods. We no longer take these back." in told.text


def test_nobody_sends_what_was_called_off_and_what_comes_all_the_same_is_turned_away() -> None:
    def coming(story: Story) -> list[type]:
        due = agenda_of(story.entries, story).due.values()
        kinds = (HandOverReturn, DeliverReturn)
        return [type(e.command) for e in sorted(due, key=lambda e: e.at)
                if isinstance(e.command, kinds)]  # fmt: skip

    assert coming(agreed()) == [HandOverReturn, DeliverReturn]
    story = agreed().and_(OFF)
    assert coming(story) == []
    refusal = story.when(HERE).refusal
    assert refusal is not None
    sent = Envelope("1", "Olive", "customer", story.world.now, HERE)
    assert echo(story.world, sent, refusal) == ParcelTurnedAway(FIRST, RMA, "cancelled")


def test_what_went_back_to_them_is_with_the_carrier_once_more() -> None:
    sku = next(sku for sku in LINES if sku != next(iter(LINES)))
    wrong = DeliverReturn(FIRST, RMA, (Content(sku, 1),))
    story = agreed().and_(HANDED, wrong, ReportUnexpectedItem(FIRST, RMA, sku, 1, "a lamp"))
    story.and_(ResolveUnexpectedItem(FIRST, RMA, sku, 1, "send_back"))
    assert standing(story) == ("authorised", "to_send_back")
    assert standing(story.and_(HANDED)) == ("in_transit", "to_inspect")
