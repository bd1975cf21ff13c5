"""Credit for which nothing comes back: what shipping was charged, and goodwill.

A customer who waited is not asked to pay for the wait; and now and then somebody is kind. Neither
touches a line: its units stay ordered, delivered and invoiced. Goodwill never makes an order cost
less than nothing: what is credited of the goods later takes its place.
"""

from typing import ClassVar

from trainer.orders.engine import (
    Answer,
    Envelope,
    OrderCommand,
    OrderEvent,
    Role,
    changed,
    decides,
    evolves,
)
from trainer.orders.holds import OwnRequest
from trainer.orders.payment import InvalidAmount
from trainer.orders.refusals import MissingReason, Refusal
from trainer.orders.stock import not_carried_out
from trainer.orders.values import Minor, Moment
from trainer.orders.world import Order, World

# --- commands ---------------------------------------------------------------------------------


class CreditShipping(OrderCommand, frozen=True):
    """Credit the charge for shipping, wholly or in part; the goods stay where they are."""

    amount: Minor
    reason: str


class GiveGoodwill(OrderCommand, frozen=True):
    """Credit something that the customer has no right to, and say why."""

    roles: ClassVar[frozenset[Role]] = frozenset({"clerk", "supervisor", "system"})
    amount: Minor
    reason: str


class AskGoodwill(OrderCommand, frozen=True):
    """Ask a supervisor for goodwill beyond the limit."""

    amount: Minor
    reason: str


class AnswerGoodwill(OrderCommand, frozen=True):
    """Answer somebody who asked; the words for a no come along, the facts decide."""

    roles: ClassVar[frozenset[Role]] = frozenset({"supervisor"})
    granting: str
    declining: str


# --- events -----------------------------------------------------------------------------------


class ShippingCredited(OrderEvent, frozen=True):
    """The customer pays less for shipping, or nothing."""

    says = "{amount} of the charge for shipping credited on {order_number}: {reason}"
    amount: Minor
    reason: str


class GoodwillGiven(OrderEvent, frozen=True):
    """The customer pays less than they owed."""

    says = "Goodwill of {amount} on {order_number}: {reason}"
    amount: Minor
    reason: str


class GoodwillAsked(OrderEvent, frozen=True):
    """The supervisor has a question to answer."""

    says = "A supervisor was asked for goodwill of {amount} on {order_number}: {reason}"
    amount: Minor
    reason: str
    asked_by: str = ""


class GoodwillDeclined(OrderEvent, frozen=True):
    """It stays at what a clerk may give."""

    says = "No goodwill of {amount} on {order_number}: {reason}"
    amount: Minor
    reason: str


# --- refusals ---------------------------------------------------------------------------------


class ShippingCreditExceeded(Refusal, frozen=True):
    """Nobody gets back more for shipping than they were charged."""

    says = "Of the shipping of order {order_number} at most {limit} can be credited."
    sums = "creditable {limit} = shipping {shipping} − credited {credited}; you asked {requested}"
    cure = "Credit at most {limit}; what is beyond it is goodwill."
    order_number: str
    limit: Minor
    shipping: Minor
    credited: Minor
    requested: Minor


class GoodwillExceedsOrder(Refusal, frozen=True):
    """A gift is not larger than what it is given on."""

    says = "Order {order_number} costs the customer {limit} by now."
    sums = "limit {limit} = total {total} − credit {credit}; you asked {requested}"
    cure = "Give at most {limit}."
    order_number: str
    limit: Minor
    total: Minor
    credit: Minor
    requested: Minor


class GoodwillNeedsApproval(Refusal, frozen=True):
    """Kindness beyond the budget is a supervisor's."""

    says = "Goodwill on order {order_number} may be {limit} in all without a supervisor."
    sums = "given {given} + {requested} ≤ limit {limit}"
    cure = "Give less, or ask the supervisor."
    rests_on = ("goodwill_limit",)
    order_number: str
    given: Minor
    requested: Minor
    limit: Minor


class NoGoodwillAsked(Refusal, frozen=True):
    """A supervisor is asked once, for what nobody else may give."""

    says = "There is nothing about goodwill of {requested} to ask or answer on {order_number}."
    sums = "a clerk may give {alone}; asked already: {asked}"
    cure = "Give what is within the limit; wait for an answer that is on its way."
    rests_on = ("goodwill_limit",)
    order_number: str
    requested: Minor
    alone: Minor
    asked: Minor


# --- deciding ---------------------------------------------------------------------------------


def _can_be_credited(order: Order, amount: Minor, reason: str) -> Refusal | None:
    refusal = not_carried_out(order)
    if refusal:
        return refusal
    if amount <= 0:
        return InvalidAmount(requested=amount, currency=order.currency)
    if not reason.strip():
        return MissingReason()
    return None


def shipping_left(order: Order) -> Minor:
    """What of the charge for shipping can still be credited."""
    return order.shipping_gross - order.shipping_credited


def given(order: Order) -> Minor:
    """All that counts against the limit: goodwill, and claims only the customer was liable for."""
    return order.goodwill + sum(x.worth for x in order.claims if x.liability == "customer")


def room(order: Order) -> Minor:
    """What the customer still pays for it: more than that is nobody's to give away."""
    return order.total - order.credit


def alone(world: World, order: Order) -> Minor:
    """What a clerk may give without asking."""
    limit = world.policies.goodwill_limit
    return min(room(order), max(limit - given(order), 0)) if limit else room(order)


@decides(CreditShipping)
def credit_shipping(world: World, order: Order, command: CreditShipping, by: Envelope) -> Answer:
    """At most what was charged and is not credited, with a reason."""
    refusal = _can_be_credited(order, command.amount, command.reason)
    if refusal:
        return refusal
    left = shipping_left(order)
    if command.amount > left:
        return ShippingCreditExceeded(
            order_number=order.order_number,
            limit=left,
            shipping=order.shipping_gross,
            credited=order.shipping_credited,
            requested=command.amount,
        )
    return (ShippingCredited(order.order_number, command.amount, command.reason),)


def _beyond_order(order: Order, amount: Minor) -> GoodwillExceedsOrder | None:
    if amount <= room(order):
        return None
    return GoodwillExceedsOrder(
        order.order_number, room(order), order.total, order.credit, requested=amount
    )


@decides(GiveGoodwill)
def give_goodwill(world: World, order: Order, command: GiveGoodwill, by: Envelope) -> Answer:
    """Not more than the order costs; a clerk within the company's limit."""
    refusal = _can_be_credited(order, command.amount, command.reason) or _beyond_order(
        order, command.amount
    )
    if refusal:
        return refusal
    if command.amount > alone(world, order):
        if by.role != "supervisor":
            return GoodwillNeedsApproval(
                order_number=order.order_number,
                given=given(order),
                requested=command.amount,
                limit=world.policies.goodwill_limit,
            )
        if order.goodwill_asked and by.actor == order.goodwill_asked_by:
            return OwnRequest(order.order_number, by.actor)
    return (GoodwillGiven(order.order_number, command.amount, command.reason),)


@decides(AskGoodwill)
def ask_goodwill(world: World, order: Order, command: AskGoodwill, by: Envelope) -> Answer:
    """Beyond the limit, within what the order costs, and not while a question is open."""
    refusal = _can_be_credited(order, command.amount, command.reason) or _beyond_order(
        order, command.amount
    )
    if refusal:
        return refusal
    if order.goodwill_asked or command.amount <= alone(world, order):
        return _nothing_asked(world, order, command.amount)
    return (GoodwillAsked(order.order_number, command.amount, command.reason, by.actor),)


def _nothing_asked(world: World, order: Order, amount: Minor) -> NoGoodwillAsked:
    return NoGoodwillAsked(order.order_number, amount, alone(world, order), order.goodwill_asked)


@decides(AnswerGoodwill)
def answer_goodwill(world: World, order: Order, command: AnswerGoodwill, by: Envelope) -> Answer:
    """Never by whoever asked; twice the limit at most, and only where something went wrong."""
    asked = order.goodwill_asked
    if not asked:
        return _nothing_asked(world, order, asked)
    refusal = _can_be_credited(order, asked, command.granting)
    if refusal:
        return refusal
    if by.actor == order.goodwill_asked_by:
        return OwnRequest(order.order_number, by.actor)
    within = given(order) + asked <= 2 * world.policies.goodwill_limit and asked <= room(order)
    # a complaint, or another day than the one they were promised first
    moved = any(
        order.promise_of(line) != (line.first_promise or order.first_promise)
        for line in order.lines
    )
    if within and (order.complaints or order.claims or moved):
        return (GoodwillGiven(order.order_number, asked, command.granting),)
    return (GoodwillDeclined(order.order_number, asked, command.declining),)


# --- evolving ---------------------------------------------------------------------------------


@evolves(ShippingCredited)
def shipping_credited(world: World, order: Order, event: ShippingCredited, at: Moment) -> World:
    """Less to pay; the order is worked on again."""
    return world.with_order(
        changed(
            order,
            status="confirmed",
            shipping_credit=order.shipping_credit + event.amount,
            allowances=order.allowances + 1,
            supply_credit=order.supply_credit + event.amount,
        )
    )


@evolves(GoodwillGiven)
def goodwill_given(world: World, order: Order, event: GoodwillGiven, at: Moment) -> World:
    """Less to pay; the order is worked on again, and no question is open."""
    return world.with_order(
        changed(
            order,
            status="confirmed",
            goodwill=order.goodwill + event.amount,
            allowances=order.allowances + 1,
            goodwill_asked=0,
        )
    )


@evolves(GoodwillAsked)
def goodwill_asked(world: World, order: Order, event: GoodwillAsked, at: Moment) -> World:
    """Waiting for an answer."""
    return world.with_order(
        changed(order, goodwill_asked=event.amount, goodwill_asked_by=event.asked_by)
    )


@evolves(GoodwillDeclined)
def goodwill_declined(world: World, order: Order, event: GoodwillDeclined, at: Moment) -> World:
    """Answered."""
    return world.with_order(changed(order, goodwill_asked=0))
