"""Money in and money back: transfers arrive at the bank, and are booked to the orders they pay."""

from typing import ClassVar

import msgspec

from trainer.orders.engine import (
    Answer,
    Command,
    Envelope,
    Event,
    OrderCommand,
    OrderEvent,
    Role,
    changed,
    decides,
    evolves,
)
from trainer.orders.refusals import IllegalState, MissingReason, Refusal
from trainer.orders.values import Minor, Moment
from trainer.orders.world import BankTransfer, Order, Payment, World


class ReceiveTransfer(Command, frozen=True):
    """A customer's money reaches the company's account."""

    roles: ClassVar[frozenset[Role]] = frozenset({"bank", "customer", "system"})
    customer_id: str
    amount: Minor
    remark: str


class RecordPayment(OrderCommand, frozen=True):
    """Book a transfer to the order it pays."""

    reference: str
    amount: Minor


class IssueRefund(OrderCommand, frozen=True):
    """Pay back what is owed to the customer."""

    amount: Minor
    reason: str


class TransferReceived(Event, frozen=True):
    """A new line on the bank statement."""

    says = "Bank: {amount} received, “{remark}” ({reference})"
    reference: str
    customer_id: str
    amount: Minor
    remark: str


class PaymentReceived(OrderEvent, frozen=True):
    """The order is paid, wholly or in part."""

    says = "{amount} booked to {order_number} ({reference})"
    reference: str
    amount: Minor


class RefundIssued(OrderEvent, frozen=True):
    """Money went back."""

    says = "{amount} paid back on {order_number}: {reason}"
    amount: Minor
    reason: str


class UnmatchedPayment(Refusal, frozen=True):
    """Only money that is on the bank statement can be booked, and only once."""

    says = "There is no free transfer “{reference}” on the bank statement."
    sums = "free on {reference}: {unmatched}; you asked {requested}"
    cure = "Read the bank's message in the inbox; if none is there, the money has not come yet."
    reference: str
    unmatched: Minor
    requested: Minor


class TransferOfAnother(Refusal, frozen=True):
    """Somebody else's money does not pay this order."""

    says = "Transfer {reference} came from {payer}, and order {order_number} is {customer_id}'s."
    cure = "Compare the remark of the transfer with the order's number."
    reference: str
    payer: str
    order_number: str
    customer_id: str


class AmountExceedsDue(Refusal, frozen=True):
    """Booking more than is owed hides somebody else's money."""

    says = "{requested} is more than order {order_number} still owes."
    sums = (
        "due {due} = total {total} − credit {credit} − received {received}; you asked {requested}"
    )
    cure = "Book at most {due}."
    order_number: str
    due: Minor
    total: Minor
    credit: Minor
    received: Minor
    requested: Minor


class InvalidAmount(Refusal, frozen=True):
    """An amount of money is more than nothing."""

    says = "{requested} is not an amount that can be booked."
    cure = "Enter an amount above zero."
    requested: Minor


class RefundExceedsCredit(Refusal, frozen=True):
    """Nothing is paid back that was not received and is not owed."""

    says = "At most {limit} can be paid back on order {order_number}."
    sums = (
        "refundable {limit} = min(received {received} − refunded {refunded} − price of what stays "
        "{stays}, credit {credit} − refunded {refunded}); you asked {requested}"
    )
    cure = "Pay back at most {limit}."
    order_number: str
    limit: Minor
    received: Minor
    refunded: Minor
    credit: Minor
    requested: Minor
    stays: Minor = 0


def refundable(order: Order) -> Minor:
    """What can be paid back: shown on the screen and asked by the guard, one function for both.

    A customer who has paid a part only is credited first: money goes back once more is here than
    what stays of the order costs.
    """
    return max(min(-order.balance_due, order.credit - order.refunded), 0)


@decides(ReceiveTransfer)
def receive_transfer(world: World, command: ReceiveTransfer, by: Envelope) -> Answer:
    """The bank numbers its transfers without gaps."""
    if command.amount <= 0:
        return InvalidAmount(requested=command.amount)
    return (
        TransferReceived(
            reference=f"TR-{world.next_number('transfer') + 70_000}",
            customer_id=world.standing(command.customer_id),
            amount=command.amount,
            remark=command.remark,
        ),
    )


@decides(RecordPayment)
def record_payment(world: World, order: Order, command: RecordPayment, by: Envelope) -> Answer:
    """A free transfer, and not more than is due."""
    if order.status != "confirmed":
        return IllegalState(
            order_number=order.order_number, status=order.status, wanted="confirmed"
        )
    if command.amount <= 0:
        return InvalidAmount(requested=command.amount)
    transfer = world.transfers.get(command.reference)
    unmatched = transfer.unmatched if transfer else 0
    if transfer is None or command.amount > unmatched:
        return UnmatchedPayment(
            reference=command.reference, unmatched=unmatched, requested=command.amount
        )
    if transfer.customer_id != order.customer_id:
        return TransferOfAnother(
            reference=transfer.reference,
            payer=transfer.customer_id,
            order_number=order.order_number,
            customer_id=order.customer_id,
        )
    due = order.balance_due
    if command.amount > due:
        return AmountExceedsDue(
            order_number=order.order_number,
            due=due,
            total=order.total,
            credit=order.credit,
            received=order.captured - order.refunded,
            requested=command.amount,
        )
    return (
        PaymentReceived(
            order_number=order.order_number,
            reference=command.reference,
            amount=command.amount,
        ),
    )


@decides(IssueRefund)
def issue_refund(world: World, order: Order, command: IssueRefund, by: Envelope) -> Answer:
    """At most what was received and is owed back."""
    limit = refundable(order)
    if command.amount <= 0:
        return InvalidAmount(requested=command.amount)
    if command.amount > limit:
        return RefundExceedsCredit(
            order_number=order.order_number,
            limit=limit,
            received=order.captured,
            refunded=order.refunded,
            credit=order.credit,
            requested=command.amount,
            stays=order.total - order.credit,
        )
    if not command.reason.strip():
        return MissingReason()
    return (
        RefundIssued(order_number=order.order_number, amount=command.amount, reason=command.reason),
    )


@evolves(TransferReceived)
def transfer_received(world: World, event: TransferReceived, at: Moment) -> World:
    """On the statement, not booked yet."""
    transfer = BankTransfer(
        reference=event.reference,
        customer_id=event.customer_id,
        amount=event.amount,
        remark=event.remark,
        received_at=at,
    )
    return msgspec.structs.replace(
        world,
        transfers=world.transfers.set(event.reference, transfer),
        counters=world.counters.set("transfer", world.next_number("transfer")),
    )


@evolves(PaymentReceived)
def payment_received(world: World, order: Order, event: PaymentReceived, at: Moment) -> World:
    """Less due on the order, less free on the transfer."""
    transfer = world.transfers[event.reference]
    matched = msgspec.structs.replace(transfer, matched=transfer.matched + event.amount)
    world = msgspec.structs.replace(world, transfers=world.transfers.set(event.reference, matched))
    payment = Payment(reference=event.reference, amount=event.amount, at=at)
    return world.with_order(
        changed(
            order,
            captured=order.captured + event.amount,
            payments=(*order.payments, payment),
        )
    )


@evolves(RefundIssued)
def refund_issued(world: World, order: Order, event: RefundIssued, at: Moment) -> World:
    """Less to give back."""
    return world.with_order(changed(order, refunded=order.refunded + event.amount))
