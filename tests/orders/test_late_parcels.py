"""A parcel whose return is over is seen, and somebody decides about it."""

import pytest

from tests.builders import DESK, FIRST
from tests.orders.test_return_expiry import OVER, agreed, later
from tests.orders.test_returns import RMA, asks, counts, judged
from tests.story import Story, envelope_of
from trainer.orders.echoes import ParcelTurnedAway, echo
from trainer.orders.engine import record
from trainer.orders.invariants import violations
from trainer.orders.late_parcels import (
    DecideLateParcel,
    LateParcelSentBack,
    LateParcelTaken,
)
from trainer.orders.letters import day_in_words
from trainer.orders.mishaps import OpenClaim
from trainer.orders.refusals import MissingReason
from trainer.orders.return_expiry import StillAwaited
from trainer.orders.returns import (
    AuthoriseReturn,
    CloseReturn,
    DeliverReturn,
    ReturnCameLate,
    ReturnExceedsReturnable,
    ReturnStage,
)
from trainer.orders.service import AlreadyNotified, NotifyCustomer, TemplateFieldMissing
from trainer.orders.settlement import CompleteOrder, IssueInvoice, OpenReturn
from trainer.orders.status import after_sale_label, return_status
from trainer.orders.unexpected import ReportUnexpectedItem, ResolveUnexpectedItem
from trainer.orders.world import ClaimRow, Content, Return
from trainer.play.offers import offers
from trainer.play.queues import on_the_way_back

CAME = DeliverReturn(FIRST, RMA)
TAKE = DecideLateParcel(FIRST, RMA, "take", "it was two days on the road")
SEND_BACK = DecideLateParcel(FIRST, RMA, "send_back", "you had ten days.")
TELL = NotifyCustomer(FIRST, "parcel_sent_back")


def over() -> Story:
    """What was agreed has not come, and its return is over."""
    return later(agreed(), 11).and_(OVER)


def the_return(story: Story) -> Return:
    """The first of the first order."""
    return story.world.orders[FIRST].returns[0]


def noted(story: Story) -> object:
    """What is noted of a parcel that is refused."""
    refusal = story.when(CAME).refusal
    assert isinstance(refusal, ReturnStage)
    return echo(story.world, envelope_of(story.world, CAME), refusal)


def test_a_parcel_that_comes_late_waits_where_it_can_be_seen() -> None:
    story = over()
    send_by = the_return(story).send_by
    assert send_by is not None
    assert story.when(CAME).events == (ReturnCameLate(FIRST, RMA, send_by),)
    story.and_(CAME)
    order = story.world.orders[FIRST]
    assert order.after_sales_open
    assert return_status(order) == after_sale_label(order.returns[0]) == "came_late"
    (card,) = on_the_way_back(story.world)["came_late"]
    assert card.back == order.returns[0]
    offered = [offer for offer in offers(story.world, order) if offer.name == "decide_late_parcel"]
    assert [offer.refusal for offer in offered] == [None]
    assert violations(story.world) == []


def test_until_somebody_decides_nothing_of_it_is_counted_or_asked_for_again() -> None:
    story = over().and_(CAME)
    assert isinstance(story.when(counts((1, 3))).refusal, ReturnStage)
    assert isinstance(story.when(CloseReturn(FIRST, RMA)).refusal, ReturnStage)
    assert isinstance(story.when(CAME).refusal, ReturnStage)
    assert isinstance(story.when(asks((1, 1))).refusal, ReturnExceedsReturnable)
    claim = OpenClaim(FIRST, (ClaimRow(1, 1),), "wrong_item")
    assert story.when(claim).refusal is not None


def test_taken_all_the_same_it_goes_on_as_if_it_had_come_in_time() -> None:
    story = over().and_(CAME)
    assert story.when(TAKE).events == (LateParcelTaken(FIRST, RMA, TAKE.reason),)
    story.and_(TAKE, counts((1, 3)), judged(3), CloseReturn(FIRST, RMA))
    back = the_return(story)
    assert (back.status, back.late_parcel) == ("closed", "taken")
    assert story.world.orders[FIRST].credit > 0
    assert isinstance(story.when(TELL).refusal, TemplateFieldMissing)
    assert violations(story.world) == []


def test_what_is_missing_of_a_parcel_that_was_taken_does_not_expire_again() -> None:
    strange = DeliverReturn(FIRST, RMA, (Content(DESK, 1),))
    story = over().and_(
        strange,
        TAKE,
        ReportUnexpectedItem(FIRST, RMA, DESK, 1, "a desk"),
        ResolveUnexpectedItem(FIRST, RMA, DESK, 1, "send_back"),
    )
    assert the_return(story).status == "authorised"
    assert isinstance(story.when(OVER).refusal, StillAwaited)
    assert violations(story.world) == []


def test_sent_back_it_is_over_and_the_customer_can_be_told_why() -> None:
    story = over().and_(CAME)
    assert story.when(SEND_BACK).events == (LateParcelSentBack(FIRST, RMA, SEND_BACK.reason),)
    story.and_(SEND_BACK)
    order = story.world.orders[FIRST]
    assert not order.after_sales_open
    assert after_sale_label(order.returns[0]) == "receipt_refused"
    (told,) = story.when(TELL).events
    assert SEND_BACK.reason in told.text  # type: ignore[attr-defined]
    last = order.returns[0].send_by
    assert last is not None
    assert day_in_words(last, "en_US") in told.text  # type: ignore[attr-defined]
    assert isinstance(story.and_(TELL).when(TELL).refusal, AlreadyNotified)
    assert violations(story.world) == []


@pytest.mark.parametrize("decision", ["take", "send_back"])
def test_either_answer_needs_a_reason_and_is_given_once(decision: str) -> None:
    story = over().and_(CAME)
    silent = DecideLateParcel(FIRST, RMA, decision, " ")  # type: ignore[arg-type]
    assert story.when(silent).refusal == MissingReason()
    story.and_(TAKE if decision == "take" else SEND_BACK)
    assert isinstance(story.when(TAKE).refusal, ReturnStage)


def test_there_is_nothing_to_decide_before_it_is_there() -> None:
    for story in (agreed(), over(), agreed().and_(CAME)):
        assert isinstance(story.when(TAKE).refusal, ReturnStage)


def test_a_completed_order_is_worked_on_again() -> None:
    story = over().and_(IssueInvoice(FIRST))
    done = story.and_(CompleteOrder(FIRST)).world.orders[FIRST]
    assert done.status == "completed"
    story.and_(CAME)
    assert story.world.orders[FIRST].status == "confirmed"
    assert isinstance(story.when(CompleteOrder(FIRST)).refusal, OpenReturn)
    assert violations(story.world) == []


def test_what_was_asked_for_anew_is_not_taken_under_the_old_number() -> None:
    story = over().and_(asks((1, 3)))
    assert noted(story) == ParcelTurnedAway(FIRST, RMA, "expired")
    before = story.world.orders[FIRST]
    line = ParcelTurnedAway(FIRST, RMA, "expired")
    after, _ = record(story.world, envelope_of(story.world, CAME), (line,))
    assert after.orders[FIRST] == before


def test_what_somebody_closed_by_hand_leaves_a_line_too() -> None:
    closed = agreed().and_(CloseReturn(FIRST, RMA))
    assert noted(closed) == ParcelTurnedAway(FIRST, RMA, "closed")
    counted = agreed().and_(CAME, counts((1, 1)), judged(1), CloseReturn(FIRST, RMA))
    assert noted(counted) is None  # it has come already
    asked = over().and_(asks((1, 3)), AuthoriseReturn(FIRST, "RMA-00002", "seller"))
    assert isinstance(asked.when(DeliverReturn(FIRST, "RMA-00002")).events, tuple)
