"""Money that nobody can match: sent back to its sender, once, at once or by the gateway."""

import msgspec
import pytest

from tests.builders import FIRST, KOI, NOW, OTTER, abroad, company, order_completed, order_confirmed
from tests.story import Story, given
from trainer.orders.engine import Command, Envelope, Recorded
from trainer.orders.invariants import violations
from trainer.orders.payment import (
    GatewayTimeout,
    ReceiveTransfer,
    RecordPayment,
    UnmatchedPayment,
)
from trainer.orders.refunds import AnswerToEarlierTry, RefundElsewhere
from trainer.orders.refusals import MissingReason, Refusal
from trainer.orders.sent_back import (
    AnswerTransferReturn,
    NothingSentBack,
    NothingToReturn,
    QueryTransferReturn,
    ReturnTransfer,
    TransferPaysOrder,
    TransferReturned,
    TransferReturnFailed,
    TransferReturnRequested,
    TransferReturnUnanswered,
)
from trainer.orders.settlement import SettleBatch
from trainer.orders.world import World
from trainer.simulation import gateway

T1, T2 = "TR-70001", "TR-70002"
DUE = 41_198
STRAY = ReceiveTransfer(OTTER, 5_000, "for the garden")
BACK = ReturnTransfer(T1, "nobody knows what it is for")


def by_gateway(**percent: int) -> World:
    """The company whose refunds go by the gateway."""
    world = company()
    policies = msgspec.structs.replace(world.policies, refunds="gateway", **percent)
    firm = msgspec.structs.replace(world.company, policies=policies)
    return msgspec.structs.replace(world, company=firm)


def asked(*happened: object) -> Story:
    """The gateway has been asked to send the stray money back."""
    return given(STRAY, BACK, *happened, world=by_gateway())


def test_stray_money_goes_back_once() -> None:
    story = given(STRAY)
    sent = TransferReturned(T1, "RT-00001", 5_000, "nobody knows what it is for")
    assert story.when(BACK).events == (sent,)
    after = story.and_(BACK).world
    assert after.transfers[T1].unmatched == 0
    assert violations(after) == []
    assert story.when(BACK).refusal == NothingToReturn(T1, 0, 5_000, 0, 5_000)


def test_money_in_a_currency_of_nobody_here_goes_back() -> None:
    story = given(ReceiveTransfer(KOI, 700, "?", "EUR"), BACK, world=abroad())
    assert story.world.transfers[T1].unmatched == 0
    assert violations(story.world) == []


def test_what_is_left_of_a_transfer_goes_back() -> None:
    story = given(order_confirmed(), ReceiveTransfer(OTTER, DUE + 300, FIRST))
    # first what the order waits for, then the rest
    assert story.when(BACK).refusal == TransferPaysOrder(T1, FIRST, DUE)
    story.and_(RecordPayment(FIRST, T1, DUE))
    assert story.when(BACK).events[0].amount == 300  # type: ignore[attr-defined]
    story.and_(BACK)
    assert violations(story.world) == []
    assert story.when(BACK).refusal == NothingToReturn(T1, 0, DUE + 300, DUE, 300)


@pytest.mark.parametrize(
    ("command", "refusal"),
    [
        (ReturnTransfer("TR-0", "why"), NothingToReturn("TR-0")),
        (ReturnTransfer(T1, " "), MissingReason()),
        (AnswerTransferReturn("TR-0", "succeeded"), NothingSentBack("TR-0")),
        (AnswerTransferReturn(T1, "succeeded"), NothingSentBack(T1)),
        (QueryTransferReturn(T1), NothingSentBack(T1)),
    ],
)
def test_what_is_not_there_does_not_go_back(command: Command, refusal: Refusal) -> None:
    assert given(STRAY).when(command).refusal == refusal


def test_what_is_on_its_way_back_pays_no_order() -> None:
    story = given(order_confirmed(), STRAY, BACK, world=by_gateway())
    assert story.entries[-1].event == TransferReturnRequested(
        T1, "RT-00001", 5_000, "nobody knows what it is for"
    )
    assert story.world.transfers[T1].unmatched == 0
    assert story.when(RecordPayment(FIRST, T1, 5_000)).refusal == UnmatchedPayment(T1, 0, 5_000)
    assert story.when(BACK).refusal == NothingToReturn(T1, 0, 5_000, 0, 5_000)


def test_what_the_gateway_could_not_send_is_sent_again_under_its_key() -> None:
    story = asked(AnswerTransferReturn(T1, "failed"))
    assert story.entries[-1].event == TransferReturnFailed(T1, "RT-00001", 5_000)
    assert story.world.transfers[T1].unmatched == 5_000
    again = story.when(ReturnTransfer(T1, "again"))
    assert again.events == (TransferReturnRequested(T1, "RT-00001", 5_000, "again", tries=2),)
    story.and_(ReturnTransfer(T1, "again"))
    late = story.when(AnswerTransferReturn(T1, "succeeded", tries=1))
    assert late.refusal == AnswerToEarlierTry("RT-00001", 1, 2)
    story.and_(AnswerTransferReturn(T1, "succeeded", tries=2))
    assert story.world.transfers[T1].refund.status == "succeeded"  # type: ignore[union-attr]
    twice = story.when(AnswerTransferReturn(T1, "succeeded", tries=2))
    assert twice.refusal == RefundElsewhere("RT-00001", "succeeded", "pending")
    assert violations(story.world) == []


def test_what_failed_and_was_booked_in_part_is_another_return() -> None:
    story = given(order_confirmed(), STRAY, BACK, world=by_gateway())
    story.and_(AnswerTransferReturn(T1, "failed"), RecordPayment(FIRST, T1, 1_000))
    assert story.when(BACK).events[0].return_number == "RT-00002"  # type: ignore[attr-defined]
    assert violations(story.and_(BACK).world) == []


@pytest.mark.parametrize("moved", [True, False])
def test_no_answer_is_asked_about_before_anything_else(moved: bool) -> None:
    story = asked(AnswerTransferReturn(T1, "unanswered", moved))
    assert story.entries[-1].event == TransferReturnUnanswered(T1, "RT-00001", 5_000, moved)
    assert story.world.transfers[T1].unmatched == 0
    assert story.when(BACK).refusal == GatewayTimeout("RT-00001")
    asks = QueryTransferReturn(T1)
    assert asked().when(asks).refusal == RefundElsewhere("RT-00001", "pending", "unanswered")
    (found,) = story.when(asks).events
    assert isinstance(found, TransferReturned if moved else TransferReturnFailed)
    assert story.and_(asks).world.transfers[T1].unmatched == (0 if moved else 5_000)


def test_a_settled_statement_has_nothing_unmatched() -> None:
    story = given(order_completed(), STRAY, ReturnTransfer(T2, "nobody knows"))
    assert sum(transfer.unmatched for transfer in story.world.transfers.values()) == 0
    assert story.when(SettleBatch((FIRST,), DUE)).events


@pytest.mark.parametrize(
    ("percent", "outcome"),
    [
        ({}, "succeeded"),
        ({"refund_failed_percent": 100}, "failed"),
        ({"refund_unanswered_percent": 100}, "unanswered"),
    ],
)
def test_the_gateway_answers(percent: dict[str, int], outcome: str) -> None:
    world = given(STRAY, BACK, world=by_gateway(**percent)).world
    event = TransferReturnRequested(T1, "RT-00001", 5_000, "why")
    entry = Recorded(world.number, NOW, "Ada", "clerk", "told", event)
    (answer,) = gateway.react(entry, world, 1)
    assert isinstance(answer, Envelope)
    assert (answer.command.reference, answer.command.outcome) == (T1, outcome)
    assert Story(world).when(answer.command, role="bank").events
