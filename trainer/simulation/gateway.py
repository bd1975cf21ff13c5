"""The payment gateway answers a refund, late, twice, or not at all; a supervisor lets much go.

Always the same way for the same refund of the same variant.
"""

from collections.abc import Iterator

from trainer.orders.approvals import ApprovalAsked, ApproveRefund
from trainer.orders.desks import own
from trainer.orders.engine import Command, Envelope, Recorded
from trainer.orders.payment import RefundIssued, RefundRequested
from trainer.orders.refunds import (
    AnswerRefund,
    Outcome,
    RefundRetried,
    RefundSucceeded,
    ReverseRefund,
)
from trainer.orders.sent_back import AnswerTransferReturn, TransferReturnRequested
from trainer.orders.values import DAY, MINUTE, day_of, moment_of
from trainer.orders.world import Policies, World
from trainer.simulation.chance import between


def react(entry: Recorded, world: World, seed: int) -> Iterator[Envelope]:
    """What becomes of money that is to go back."""
    event = entry.event
    # where work is divided among desks, whoever sits at the supervisor's answers their colleagues
    theirs = world.policies.desks and not own(entry.command_id)
    if isinstance(event, ApprovalAsked) and not theirs:
        yield Envelope(
            command_id=f"{entry.number}:approval",
            actor="supervisor",
            role="supervisor",
            at=entry.at + between(20, 90, seed, entry.number, "approval") * MINUTE,
            command=ApproveRefund(event.order_number, event.amount),
        )
    if isinstance(event, RefundSucceeded | RefundIssued):
        yield from _sent_back(entry, world, seed)
    if not isinstance(event, RefundRequested | RefundRetried | TransferReturnRequested):
        return
    policies = world.policies
    outcome = fate(policies, entry.number, seed)
    moved = outcome == "unanswered" and between(0, 1, seed, entry.number, "moved") == 1
    at = entry.at + between(10, 40, seed, entry.number, "answer") * MINUTE
    command: AnswerRefund | AnswerTransferReturn
    if isinstance(event, TransferReturnRequested):
        command = AnswerTransferReturn(event.reference, outcome, moved, tries=event.tries)
    else:
        refund = world.orders[event.order_number].refund(event.refund_number)
        assert refund is not None
        command = AnswerRefund(
            event.order_number, event.refund_number, outcome, moved, tries=refund.tries
        )
    yield _answer(entry, command, "refund", at)
    twice = between(1, 100, seed, entry.number, "twice") <= policies.refund_repeated_percent
    if twice and outcome != "unanswered":
        yield _answer(entry, command, "refund-again", at + MINUTE)


def _sent_back(entry: Recorded, world: World, seed: int) -> Iterator[Envelope]:
    """After some days, where a scenario asks for it; once, for the next try is to an account."""
    percent, number = world.policies.refund_reversed_percent, entry.event.refund_number
    if not percent or between(1, 100, seed, entry.number, "reversed") > percent:
        return
    refund = world.orders[entry.event.order_number].refund(number)
    if refund is None or refund.tries > 1 or refund.credit_number:
        return
    days = between(3, 5, seed, entry.number, "reversed days")
    at = moment_of(day_of(entry.at), hour=9) + days * DAY
    back = ReverseRefund(entry.event.order_number, number)
    yield Envelope(f"{entry.number}:reversed", "bank", "bank", at, back)


def _answer(entry: Recorded, command: Command, name: str, at: int) -> Envelope:
    return Envelope(
        command_id=f"{entry.number}:{name}", actor="gateway", role="bank", at=at, command=command
    )


def fate(policies: Policies, number: int, seed: int) -> Outcome:
    """What the gateway says to the refund that was asked for in event `number`."""
    drawn = between(1, 100, seed, number, "refund")
    if drawn <= policies.refund_unanswered_percent:
        return "unanswered"
    drawn -= policies.refund_unanswered_percent
    return "failed" if drawn <= policies.refund_failed_percent else "succeeded"
