"""Money in and money back: transfers arrive at the bank, and are booked to the orders they pay."""

from collections.abc import Iterator
from typing import ClassVar, Literal

import msgspec

from trainer.orders import tenders
from trainer.orders.currencies import limit_in, mismatch, stored
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
    moment,
)
from trainer.orders.refusals import IllegalState, MissingReason, Refusal
from trainer.orders.values import DAY, Minor, Moment
from trainer.orders.world import BankTransfer, Order, Payment, Refund, StoreCredit, Tender, World


class ReceiveTransfer(Command, frozen=True):
    """A customer's money reaches the company's account."""

    roles: ClassVar[frozenset[Role]] = frozenset({"bank", "customer", "system"})
    customer_id: str
    amount: Minor
    remark: str
    currency: str = ""
    """What they paid in, ISO 4217; empty for the company's own."""


class RecordPayment(OrderCommand, frozen=True):
    """Book a transfer to the order it pays."""

    reference: str
    amount: Minor


class IssueRefund(OrderCommand, frozen=True):
    """Pay back what is owed to the customer."""

    roles: ClassVar[frozenset[Role]] = frozenset({"clerk", "supervisor", "system"})
    amount: Minor
    reason: str
    way: Literal["original", "store_credit"] = "original"
    """The way the money came; or credit with us, for those who agreed to it."""
    currency: str = ""
    """Of the amount, where whoever asks has named one; empty for the order's own."""


class TransferReceived(Event, frozen=True):
    """A new line on the bank statement."""

    says = "Bank: {amount} received, “{remark}” ({reference})"
    reference: str
    customer_id: str
    amount: Minor
    remark: str
    currency: str = ""


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
    refund_number: str = ""
    """Empty where it was written down before refunds had numbers; such a one leaves no record."""


class StoreCreditIssued(OrderEvent, frozen=True):
    """Instead of money the customer has credit with us."""

    says = "{credit_number}: {amount} of {order_number} given as store credit: {reason}"
    refund_number: str
    credit_number: str
    amount: Minor
    reason: str
    expires_at: Moment
    tender: Tender = "transfer"
    """By what the money had come that stays here."""
    reference: str = ""


class RefundRequested(OrderEvent, frozen=True):
    """The gateway has been asked to pay money back; none has moved yet."""

    says = "{refund_number}: the gateway was asked to pay back {amount} on {order_number}: {reason}"
    refund_number: str
    amount: Minor
    reason: str
    tender: Tender = "transfer"
    reference: str = ""
    """The authorisation that the money was captured from."""


class UnmatchedPayment(Refusal, frozen=True):
    """Only money that is on the bank statement can be booked, and only once."""

    says = "The bank statement has no {requested} free under “{reference}”."
    sums = "free on {reference}: {unmatched}; you asked {requested}"
    cure = (
        "Book at most what is free there. If nothing is, read the inbox: without a message of the "
        "bank, the money has not come yet."
    )
    reference: str
    unmatched: Minor
    requested: Minor
    currency: str = ""


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
        "due {due} = total {total} − credit {credit} − received {received} − authorised "
        "{authorised}; you asked {requested}"
    )
    cure = "Ask for at most {due}."
    order_number: str
    due: Minor
    total: Minor
    credit: Minor
    received: Minor
    requested: Minor
    authorised: Minor = 0
    """What cards have promised already, where another promise is asked for."""


class InvalidAmount(Refusal, frozen=True):
    """An amount of money is more than nothing."""

    says = "{requested} is not an amount that can be booked."
    cure = "Enter an amount above zero."
    requested: Minor
    currency: str = ""


class RefundExceedsCredit(Refusal, frozen=True):
    """Nothing is paid back that was not received and is not owed."""

    says = "At most {limit} can be paid back on order {order_number}."
    sums = (
        "refundable {limit} = min(received {received} − refunded {refunded} − price of what stays "
        "{stays}, credit {credit} + overpaid {overpaid} − refunded {refunded}) "
        "− pending {pending}; you asked {requested}"
    )
    cure = "Pay back at most {limit}."
    order_number: str
    limit: Minor
    received: Minor
    refunded: Minor
    credit: Minor
    requested: Minor
    stays: Minor = 0
    pending: Minor = 0
    overpaid: Minor = 0


class RefundExceedsCaptured(Refusal, frozen=True):
    """What is on its way back already is not there a second time."""

    says = "Order {order_number} has only {limit} left that is not on its way back."
    sums = (
        "left {limit} = received {received} − refunded {refunded} − pending {pending}; "
        "you asked {requested}"
    )
    cure = "Wait for the gateway's answer to the refund that is pending."
    order_number: str
    limit: Minor
    received: Minor
    refunded: Minor
    pending: Minor
    requested: Minor


class GatewayTimeout(Refusal, frozen=True):
    """No answer is neither yes nor no: who pays again blindly may pay twice."""

    says = "The gateway has not answered {refund_number}; nobody knows whether it went through."
    cure = "Ask the gateway what became of {refund_number} before you try again."
    refund_number: str
    """Of a refund, or of an authorisation."""


class TenderMismatch(Refusal, frozen=True):
    """Money goes back the way it came, or a card thief is paid out in cash."""

    says = "{requested} of order {order_number} cannot go back this way: {tender}."
    sums = "this way at most {limit}; you asked {requested}"
    cure = "Pay back the way the money came; store credit needs the customer's consent in the file."
    rests_on = ("store_credit", "takes_store_credit")
    order_number: str
    tender: str
    limit: Minor
    requested: Minor


def overpaid(order: Order) -> Minor:
    """What came in beyond what the order costs: it was dearer when it was paid."""
    return max(order.captured - order.charged_back - order.total, 0)


def refundable(order: Order) -> Minor:
    """What can be paid back: shown on the screen and asked by the guard, one function for both.

    A customer who has paid a part only is credited first: money goes back once more is here than
    what stays of the order costs. What is pending counts as gone: it may have left.
    """
    owed = min(-order.balance_due, order.credit + overpaid(order) - order.refunded)
    return max(owed - order.refund_pending, 0)


class ApprovalRequired(Refusal, frozen=True):
    """Two pairs of eyes for much money; small steps do not go round it."""

    says = (
        "Beyond {limit} in all, money goes back on order {order_number} only with a supervisor's "
        "approval."
    )
    sums = "refunded {refunded} + pending {pending} + {requested} ≤ limit {limit}"
    cure = "Ask for approval, and pay back once it has been given."
    rests_on = ("refund_limit",)
    order_number: str
    refunded: Minor
    pending: Minor
    requested: Minor
    limit: Minor


def approval_required(
    world: World, order: Order, amount: Minor, by: Envelope | None = None
) -> ApprovalRequired | None:
    """What stands in the way of that much more going back: the limit, or what was approved."""
    policies = world.policies
    limit = limit_in(policies.refund_limit, policies.refund_limits, order.currency)
    # what cannot be compared with a limit counts as above it
    most = max(limit or 0, order.refund_approved)
    so_far = order.refunded + order.refund_pending
    if not (policies.refund_limit or limit) or so_far + amount <= most:
        return None
    if by is not None and by.role == "supervisor":
        return None
    return ApprovalRequired(
        order_number=order.order_number,
        refunded=order.refunded,
        pending=order.refund_pending,
        requested=amount,
        limit=most,
    )


class OwnApproval(Refusal, frozen=True):
    """Who let it go does not send it, whatever desk they have moved to."""

    says = "{actor} approved this on order {order_number} and cannot pay it out as well."
    cure = "Let somebody else pay it out who may."
    rests_on = ("refund_limit", "desks")
    order_number: str
    actor: str


def own_approval(world: World, order: Order, amount: Minor, by: Envelope) -> OwnApproval | None:
    """Whether that much may go back only by what the same person has approved.

    Nobody is named there unless work is divided among desks; else another one's asking will do.
    """
    if not order.refund_approved_by or order.refund_approved_by != by.actor:
        return None
    before_it = msgspec.structs.replace(order, refund_approved=0)
    needed = approval_required(world, before_it, amount)
    return OwnApproval(order.order_number, by.actor) if needed else None


def next_refund(order: Order, place: int = 0) -> str:
    """The number of an order's next refund, which is the gateway's key for it too."""
    return f"RF-{order.sequence}-{len(order.refunds) + 1 + place}"


@decides(ReceiveTransfer)
def receive_transfer(world: World, command: ReceiveTransfer, by: Envelope) -> Answer:
    """The bank numbers its transfers without gaps."""
    if command.amount <= 0:
        return InvalidAmount(requested=command.amount, currency=command.currency)
    return (
        TransferReceived(
            reference=f"TR-{world.next_number('transfer') + 70_000}",
            customer_id=world.standing(command.customer_id),
            amount=command.amount,
            remark=command.remark,
            currency=stored(world, command.currency),
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
        return InvalidAmount(requested=command.amount, currency=order.currency)
    transfer = world.transfers.get(command.reference)
    foreign = mismatch(world, transfer.reference, transfer.currency, order) if transfer else None
    if foreign:
        return foreign
    unmatched = transfer.unmatched if transfer else 0
    if transfer is None or command.amount > unmatched:
        return UnmatchedPayment(
            reference=command.reference,
            unmatched=unmatched,
            requested=command.amount,
            currency=order.currency,
        )
    if transfer.customer_id != order.customer_id:
        return TransferOfAnother(
            reference=transfer.reference,
            payer=transfer.customer_id,
            order_number=order.order_number,
            customer_id=order.customer_id,
        )
    due = order.payable
    if command.amount > due:
        return AmountExceedsDue(
            order_number=order.order_number,
            due=due,
            total=order.total,
            credit=order.credit,
            received=order.covered,
            requested=command.amount,
        )
    return (
        PaymentReceived(
            order_number=order.order_number,
            reference=command.reference,
            amount=command.amount,
        ),
    )


def _meant(world: World, order: Order, currency: str) -> str:
    return stored(world, currency) if currency else order.currency


@decides(IssueRefund)
def issue_refund(world: World, order: Order, command: IssueRefund, by: Envelope) -> Answer:
    """At most what was received and is owed back."""
    limit = refundable(order)
    foreign = mismatch(world, "refund", _meant(world, order, command.currency), order)
    if foreign:
        return foreign
    if command.amount <= 0:
        return InvalidAmount(requested=command.amount, currency=order.currency)
    unanswered = next((r for r in order.refunds if r.status == "unanswered"), None)
    if unanswered:
        return GatewayTimeout(refund_number=unanswered.refund_number)
    left = order.received - order.refund_pending
    if order.refund_pending and command.amount > left:
        return RefundExceedsCaptured(
            order_number=order.order_number,
            limit=left,
            received=order.captured - order.charged_back,
            refunded=order.refunded,
            pending=order.refund_pending,
            requested=command.amount,
        )
    if command.amount > limit:
        return RefundExceedsCredit(
            order_number=order.order_number,
            limit=limit,
            received=order.captured - order.charged_back,
            refunded=order.refunded,
            credit=order.credit,
            requested=command.amount,
            stays=order.total - order.credit,
            pending=order.refund_pending,
            overpaid=overpaid(order),
        )
    if not command.reason.strip():
        return MissingReason()
    refusal: Refusal | None = approval_required(world, order, command.amount, by)
    refusal = refusal or own_approval(world, order, command.amount, by)
    if refusal:
        return refusal
    credited = command.way == "store_credit"
    if credited and not tenders.takes_credit(world, order):
        return TenderMismatch(order.order_number, "store_credit", 0, command.amount)
    return tuple(_back(world, order, command, moment(world, by)))


def _back(world: World, order: Order, command: IssueRefund, now: Moment) -> Iterator[OrderEvent]:
    """A refund for each way the money came; numbers go on from one to the next."""
    credit = world.next_number("store_credit")
    for place, part in enumerate(tenders.shared(order, command.amount)):
        number = next_refund(order, place)
        if command.way == "store_credit" or part.tender == "store_credit":
            yield StoreCreditIssued(
                order_number=order.order_number,
                refund_number=number,
                credit_number=f"SC-{credit:05d}",
                amount=part.left,
                reason=command.reason,
                expires_at=now + world.policies.store_credit_days * DAY,
                tender=part.tender,
                reference=part.reference,
            )
            credit += 1
        elif part.tender == "card" or world.policies.refunds == "gateway":
            yield RefundRequested(
                order_number=order.order_number,
                refund_number=number,
                amount=part.left,
                reason=command.reason,
                tender=part.tender,
                reference=part.reference,
            )
        else:
            yield RefundIssued(
                order_number=order.order_number,
                amount=part.left,
                reason=command.reason,
                refund_number=number,
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
        currency=event.currency,
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
    order = msgspec.structs.replace(order, refunded=order.refunded + event.amount)
    if not event.refund_number:
        return world.with_order(changed(order))
    refund = Refund(
        refund_number=event.refund_number,
        amount=event.amount,
        reason=event.reason,
        requested_at=at,
        status="succeeded",
    )
    return world.with_order(changed(order, refunds=(*order.refunds, refund)))


@evolves(RefundRequested)
def refund_requested(world: World, order: Order, event: RefundRequested, at: Moment) -> World:
    """Under way; what has been refunded is the same as before."""
    refund = Refund(
        refund_number=event.refund_number,
        amount=event.amount,
        reason=event.reason,
        requested_at=at,
        tender=event.tender,
        reference=event.reference,
    )
    return world.with_order(changed(order, refunds=(*order.refunds, refund)))


@evolves(StoreCreditIssued)
def store_credit_issued(world: World, order: Order, event: StoreCreditIssued, at: Moment) -> World:
    """Refunded without money moving; the customer can pay with it from now on."""
    refund = Refund(
        refund_number=event.refund_number,
        amount=event.amount,
        reason=event.reason,
        requested_at=at,
        status="succeeded",
        tender=event.tender,
        reference=event.reference,
        credit_number=event.credit_number,
    )
    credit = StoreCredit(
        credit_number=event.credit_number,
        order_number=order.order_number,
        refund_number=event.refund_number,
        amount=event.amount,
        issued_at=at,
        expires_at=event.expires_at,
    )
    customer = world.customers[order.customer_id]
    customer = msgspec.structs.replace(customer, store_credits=(*customer.store_credits, credit))
    world = msgspec.structs.replace(
        world,
        customers=world.customers.set(customer.customer_id, customer),
        counters=world.counters.set("store_credit", world.next_number("store_credit")),
    )
    order = msgspec.structs.replace(order, refunded=order.refunded + event.amount)
    return world.with_order(changed(order, refunds=(*order.refunds, refund)))
