"""Money that nobody can match goes back to whoever sent it: all that is left of a transfer, once.

The bank does it at once, or the gateway answers later, as with refunds: yes, no, or nothing at all.
"""

from typing import ClassVar

import msgspec

from trainer.orders.engine import Answer, Command, Envelope, Event, Role, decides, evolves
from trainer.orders.payment import GatewayTimeout
from trainer.orders.refunds import AnswerToEarlierTry, Outcome, RefundElsewhere
from trainer.orders.refusals import MissingReason, Refusal
from trainer.orders.values import Minor, Moment
from trainer.orders.world import BankTransfer, Refund, World


class ReturnTransfer(Command, frozen=True):
    """Send what nobody can match back to its sender."""

    roles: ClassVar[frozenset[Role]] = frozenset({"clerk", "supervisor", "system"})
    reference: str
    reason: str


class AnswerTransferReturn(Command, frozen=True):
    """The gateway says what became of money that was to go back."""

    roles: ClassVar[frozenset[Role]] = frozenset({"bank", "system"})
    reference: str
    outcome: Outcome
    moved: bool = False
    """What has become of it in truth, where there is no answer."""
    tries: int = 0
    """Which try it answers; 0 for the one that is pending."""


class QueryTransferReturn(Command, frozen=True):
    """Ask the gateway what became of a return that it has not answered."""

    reference: str


class TransferReturnRequested(Event, frozen=True):
    """The gateway has been asked to send money back; none has moved yet."""

    says = "{return_number}: the gateway was asked to send {amount} of {reference} back: {reason}"
    reference: str
    return_number: str
    amount: Minor
    reason: str
    tries: int = 1


class TransferReturned(Event, frozen=True):
    """The money is with its sender again."""

    says = "{return_number}: {amount} of {reference} sent back: {reason}"
    reference: str
    return_number: str
    amount: Minor
    reason: str


class TransferReturnFailed(Event, frozen=True):
    """The gateway could not send it; the money is still here."""

    says = "{return_number}: the gateway could not send {amount} of {reference} back"
    reference: str
    return_number: str
    amount: Minor


class TransferReturnUnanswered(Event, frozen=True):
    """The connection broke; whether money moved only the gateway knows."""

    says = "{return_number}: no answer from the gateway about {amount} of {reference}"
    reference: str
    return_number: str
    amount: Minor
    moved: bool = False


class NothingToReturn(Refusal, frozen=True):
    """What was booked, or has gone back already, is not there to be sent."""

    says = "The bank statement has nothing under “{reference}” that could be sent back."
    sums = "left {left} = received {amount} − booked {matched} − sent back {returned}; above 0"
    cure = "Look at what the transfer was booked to: money of an order goes back as its refund."
    reference: str
    left: Minor = 0
    amount: Minor = 0
    matched: Minor = 0
    returned: Minor = 0


class TransferPaysOrder(Refusal, frozen=True):
    """Who sends back what an order waits for has to ask for it again."""

    says = "Transfer {reference} names order {order_number}, which still owes {due}."
    cure = "Book it to {order_number}; send back what is left over."
    reference: str
    order_number: str
    due: Minor


class NothingSentBack(Refusal, frozen=True):
    """There is no such return."""

    says = "Nothing of “{reference}” is on its way back."
    cure = "Look at the transfers in the customer file."
    reference: str


@decides(ReturnTransfer)
def return_transfer(world: World, command: ReturnTransfer, by: Envelope) -> Answer:
    """All that is left of it, which no order it names waits for, and with a reason."""
    transfer = world.transfers.get(command.reference)
    if transfer is None:
        return NothingToReturn(reference=command.reference)
    before = transfer.refund
    if before and before.status == "unanswered":
        return GatewayTimeout(refund_number=before.refund_number)
    if transfer.unmatched <= 0:
        return NothingToReturn(
            reference=transfer.reference,
            left=transfer.unmatched,
            amount=transfer.amount,
            matched=transfer.matched,
            returned=transfer.returned,
        )
    refusal = _pays(world, transfer)
    if refusal:
        return refusal
    if not command.reason.strip():
        return MissingReason()
    # the same money is the same return, under the key that the gateway knows
    again = before is not None and before.amount == transfer.unmatched
    number = before.refund_number if before and again else next_return(world)
    sent = TransferReturned(
        reference=transfer.reference,
        return_number=number,
        amount=transfer.unmatched,
        reason=command.reason,
    )
    if world.policies.refunds == "instant":
        return (sent,)
    return (
        TransferReturnRequested(
            reference=transfer.reference,
            return_number=number,
            amount=sent.amount,
            reason=command.reason,
            tries=before.tries + 1 if before and again else 1,
        ),
    )


def next_return(world: World) -> str:
    """The number of the next return, which is the gateway's key for it too."""
    return f"RT-{world.next_number('transfer_return'):05d}"


def _pays(world: World, transfer: BankTransfer) -> TransferPaysOrder | None:
    """The order that a transfer names and that could take its money."""
    for word in transfer.remark.replace("/", " ").split():
        order = world.orders.get(word)
        if (
            order
            and order.status == "confirmed"
            and order.customer_id == transfer.customer_id
            and order.currency == transfer.currency
            and order.balance_due > 0
        ):
            return TransferPaysOrder(transfer.reference, order.order_number, order.balance_due)
    return None


@decides(AnswerTransferReturn)
def answer_transfer_return(world: World, command: AnswerTransferReturn, by: Envelope) -> Answer:
    """Only the first answer to each try counts."""
    refund = _refund(world, command.reference)
    if refund is None:
        return NothingSentBack(reference=command.reference)
    if refund.status != "pending":
        return RefundElsewhere(refund.refund_number, refund.status, "pending")
    if command.tries and command.tries != refund.tries:
        return AnswerToEarlierTry(refund.refund_number, command.tries, refund.tries)
    if command.outcome == "unanswered":
        return (
            TransferReturnUnanswered(
                command.reference, refund.refund_number, refund.amount, command.moved
            ),
        )
    return (_ended(command.reference, refund, paid=command.outcome == "succeeded"),)


@decides(QueryTransferReturn)
def query_transfer_return(world: World, command: QueryTransferReturn, by: Envelope) -> Answer:
    """What the gateway's own book says."""
    refund = _refund(world, command.reference)
    if refund is None:
        return NothingSentBack(reference=command.reference)
    if refund.status != "unanswered":
        return RefundElsewhere(refund.refund_number, refund.status, "unanswered")
    return (_ended(command.reference, refund, paid=refund.moved),)


def _refund(world: World, reference: str) -> Refund | None:
    transfer = world.transfers.get(reference)
    return transfer.refund if transfer else None


def _ended(reference: str, refund: Refund, *, paid: bool) -> Event:
    if paid:
        return TransferReturned(reference, refund.refund_number, refund.amount, refund.reason)
    return TransferReturnFailed(reference, refund.refund_number, refund.amount)


@evolves(TransferReturnRequested)
def transfer_return_requested(world: World, event: TransferReturnRequested, at: Moment) -> World:
    """Under way: nobody can book it any more."""
    refund = Refund(event.return_number, event.amount, event.reason, at, tries=event.tries)
    return _sent(world, event.reference, refund)


@evolves(TransferReturned)
def transfer_returned(world: World, event: TransferReturned, at: Moment) -> World:
    """Gone, by the bank at once or by the gateway in the end."""
    asked = world.transfers[event.reference].refund
    if asked is None or asked.refund_number != event.return_number:
        asked = Refund(event.return_number, event.amount, event.reason, at)
    return _sent(world, event.reference, msgspec.structs.replace(asked, status="succeeded"))


@evolves(TransferReturnFailed)
def transfer_return_failed(world: World, event: TransferReturnFailed, at: Moment) -> World:
    """Still here: to be booked, or to be sent once more."""
    return _changed(world, event.reference, status="failed")


@evolves(TransferReturnUnanswered)
def transfer_return_unanswered(world: World, event: TransferReturnUnanswered, at: Moment) -> World:
    """Perhaps gone: it goes on counting as gone."""
    return _changed(world, event.reference, status="unanswered", moved=event.moved)


def _changed(world: World, reference: str, **changes: object) -> World:
    refund = world.transfers[reference].refund
    assert refund is not None
    return _sent(world, reference, msgspec.structs.replace(refund, **changes))


def _sent(world: World, reference: str, refund: Refund) -> World:
    """With the transfer's refund as it is now; a new number is taken from its series."""
    transfer = world.transfers[reference]
    counters = world.counters
    if refund.refund_number == next_return(world):
        counters = counters.set("transfer_return", world.next_number("transfer_return"))
    transfers = world.transfers.set(reference, msgspec.structs.replace(transfer, refund=refund))
    return msgspec.structs.replace(world, transfers=transfers, counters=counters)
