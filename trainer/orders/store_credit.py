"""Store credit: what a customer took in place of money, and pays other orders with.

An account per customer. It is filled by refunds alone (`payment`), one credit for each; what is
redeemed is taken from what lapses first.
"""

from collections.abc import Iterator
from typing import ClassVar

import msgspec

from trainer.orders.cards import StillValid
from trainer.orders.customers import NothingChanged, not_standing
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
from trainer.orders.payment import AmountExceedsDue, InvalidAmount
from trainer.orders.refusals import MissingField, Refusal
from trainer.orders.stock import not_confirmed
from trainer.orders.values import Minor, Moment
from trainer.orders.world import Customer, Fact, Order, Payment, StoreCredit, World


class AgreeStoreCredit(Command, frozen=True):
    """Write down that a customer takes credit in place of money, and where they said so."""

    customer_id: str
    evidence: str


class RedeemStoreCredit(OrderCommand, frozen=True):
    """Pay an order with what its customer has with us."""

    amount: Minor


class ExpireStoreCredit(Command, frozen=True):
    """The day has come after which a credit pays nothing."""

    roles: ClassVar[frozenset[Role]] = frozenset({"system"})
    customer_id: str
    credit_number: str


class RedeemedRow(Fact, frozen=True):
    """What was taken from one credit."""

    credit_number: str
    amount: Minor


class StoreCreditAgreed(Event, frozen=True):
    """From here on refunds may stay with us as credit."""

    says = "{customer_id} takes store credit in place of money: {evidence}"
    customer_id: str
    evidence: str


class StoreCreditRedeemed(OrderEvent, frozen=True):
    """The order is paid, wholly or in part, and no money moved."""

    says = "{amount} of store credit redeemed for {order_number}"
    amount: Minor
    rows: tuple[RedeemedRow, ...]


class StoreCreditLapsed(Event, frozen=True):
    """It was not redeemed in time."""

    says = "{credit_number}: {amount} of {customer_id}'s store credit lapsed"
    customer_id: str
    credit_number: str
    amount: Minor


class StoreCreditExceeded(Refusal, frozen=True):
    """Nobody pays with more than they have."""

    says = "The customer of order {order_number} has only {balance} of store credit."
    sums = (
        "balance {balance} = issued {issued} − redeemed {redeemed} − expired {expired}; "
        "you asked {requested}"
    )
    cure = "Redeem at most {balance}; the rest is paid another way."
    rests_on = ("store_credits",)
    order_number: str
    balance: Minor
    issued: Minor
    redeemed: Minor
    expired: Minor
    requested: Minor


class UnknownCredit(Refusal, frozen=True):
    """There is no such store credit, or nothing is left of it."""

    says = "{customer_id} has nothing left of a store credit {credit_number}."
    cure = "Read the numbers in the customer's file."
    customer_id: str
    credit_number: str


def usable(customer: Customer, now: Moment) -> list[StoreCredit]:
    """The credits that still pay something, what lapses first at the front."""
    found = [x for x in customer.store_credits if x.left > 0 and now < x.expires_at]
    return sorted(found, key=lambda x: (x.expires_at, x.credit_number))


def balance(customer: Customer, now: Moment) -> Minor:
    """What a customer can pay with now: shown on the screen and asked by the guard."""
    return sum(credit.left for credit in usable(customer, now))


@decides(AgreeStoreCredit)
def agree_store_credit(world: World, command: AgreeStoreCredit, by: Envelope) -> Answer:
    """Once, and with the place where they said so."""
    refusal = not_standing(world, command.customer_id)
    if refusal:
        return refusal
    if not command.evidence.strip():
        return MissingField(field="evidence")
    if world.customers[command.customer_id].takes_store_credit:
        return NothingChanged(customer_id=command.customer_id)
    return (StoreCreditAgreed(command.customer_id, command.evidence.strip()),)


@decides(RedeemStoreCredit)
def redeem_store_credit(
    world: World, order: Order, command: RedeemStoreCredit, by: Envelope
) -> Answer:
    """Not more than they have, and not more than is due."""
    refusal = not_confirmed(order)
    if refusal:
        return refusal
    if command.amount <= 0:
        return InvalidAmount(requested=command.amount)
    customer, now = world.customers[order.customer_id], moment(world, by)
    most = balance(customer, now)
    if command.amount > most:
        issued = sum(credit.amount for credit in customer.store_credits)
        redeemed = sum(credit.redeemed for credit in customer.store_credits)
        return StoreCreditExceeded(
            order_number=order.order_number,
            balance=most,
            issued=issued,
            redeemed=redeemed,
            # what has lapsed counts before anybody notices
            expired=issued - redeemed - most,
            requested=command.amount,
        )
    if command.amount > order.payable:
        return AmountExceedsDue(
            order_number=order.order_number,
            due=order.payable,
            total=order.total,
            credit=order.credit,
            received=order.covered,
            requested=command.amount,
        )
    rows = tuple(_taken(usable(customer, now), command.amount))
    return (StoreCreditRedeemed(order.order_number, command.amount, rows),)


def _taken(credits: list[StoreCredit], amount: Minor) -> Iterator[RedeemedRow]:
    for credit in credits:
        part = min(credit.left, amount)
        if part:
            yield RedeemedRow(credit.credit_number, part)
            amount -= part


@decides(ExpireStoreCredit)
def expire_store_credit(world: World, command: ExpireStoreCredit, by: Envelope) -> Answer:
    """Only what is left, and not before its time."""
    customer_id = world.standing(command.customer_id)
    customer = world.customers.get(customer_id)
    held = customer.store_credits if customer else ()
    credit = next((x for x in held if x.credit_number == command.credit_number), None)
    if credit is None or not credit.left:
        return UnknownCredit(customer_id, command.credit_number)
    if moment(world, by) < credit.expires_at:
        return StillValid(credit.credit_number)
    return (StoreCreditLapsed(customer_id, credit.credit_number, credit.left),)


def _less(
    world: World, customer_id: str, number: str, *, redeemed: Minor = 0, expired: Minor = 0
) -> World:
    customer = world.customers[customer_id]
    credits = tuple(
        msgspec.structs.replace(x, redeemed=x.redeemed + redeemed, expired=x.expired + expired)
        if x.credit_number == number
        else x
        for x in customer.store_credits
    )
    customer = msgspec.structs.replace(customer, store_credits=credits)
    return msgspec.structs.replace(world, customers=world.customers.set(customer_id, customer))


@evolves(StoreCreditAgreed)
def store_credit_agreed(world: World, event: StoreCreditAgreed, at: Moment) -> World:
    """It stands in their file."""
    customer = msgspec.structs.replace(world.customers[event.customer_id], takes_store_credit=True)
    customers = world.customers.set(event.customer_id, customer)
    return msgspec.structs.replace(world, customers=customers)


@evolves(StoreCreditRedeemed)
def store_credit_redeemed(
    world: World, order: Order, event: StoreCreditRedeemed, at: Moment
) -> World:
    """Less due on the order, less left of the credits."""
    for row in event.rows:
        world = _less(world, order.customer_id, row.credit_number, redeemed=row.amount)
    paid = tuple(Payment(r.credit_number, r.amount, at, "store_credit") for r in event.rows)
    return world.with_order(
        changed(order, captured=order.captured + event.amount, payments=(*order.payments, *paid))
    )


@evolves(StoreCreditLapsed)
def store_credit_lapsed(world: World, event: StoreCreditLapsed, at: Moment) -> World:
    """Nothing more is paid with it."""
    return _less(world, event.customer_id, event.credit_number, expired=event.amount)
