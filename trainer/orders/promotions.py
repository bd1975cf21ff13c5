"""What the company gives on an order of so much, and what is charged where less of it is kept.

It is given when the order is handed over, and its shares are frozen there like those of any other
discount: no line that stays costs another price because one went. Where the customer gives up so
much that the rest alone would not have had it, what it gave on the rest is charged beside the
lines. Charge and rest are reckoned from what stands, so it is the same money in however many steps
somebody gets there, and what comes back above the threshold has its promotion again.
"""

from collections import Counter
from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Any, Final

import msgspec

from trainer.orders.engine import Answer, Envelope, OrderEvent, changed, evolves, record
from trainer.orders.refusals import Refusal
from trainer.orders.values import Minor, Moment, credited, half_up, split, telescoped
from trainer.orders.world import (
    CancelReason,
    Order,
    OrderLine,
    Promotion,
    PromotionGiven,
    World,
)

Decider = Callable[[World, Order, Any, Envelope], Answer]

OURS: Final[frozenset[CancelReason]] = frozenset({"no_stock_in_time", "price_error"})
"""Reasons that are ours: nobody loses a promotion by what we could not keep."""


# --- events -----------------------------------------------------------------------------------


class PromotionGranted(OrderEvent, frozen=True):
    """The order has a promotion, and each line its share of it."""

    says = (
        "Promotion {promotion_code} gives {amount} on {order_number}: {worth} of goods, "
        "from {threshold}"
    )
    promotion_code: str
    name: str
    threshold: Minor
    worth: Minor
    amount: Minor
    shares: tuple[Minor, ...]
    freight: Minor = 0
    kept: bool = False


class PromotionClawedBack(OrderEvent, frozen=True):
    """What is kept would not have had the promotion, and it is charged."""

    says = (
        "{amount} of promotion {promotion_code} charged on {order_number}: {worth} of goods "
        "kept, {threshold} needed"
    )
    promotion_code: str
    amount: Minor
    worth: Minor
    """What the customer keeps of what they ordered."""
    threshold: Minor


class ClawbackDropped(OrderEvent, frozen=True):
    """Less is kept that was given a promotion, or enough again to have it."""

    says = "{amount} less charged for promotion {promotion_code} on {order_number}: {worth} kept"
    promotion_code: str
    amount: Minor
    worth: Minor


# --- giving -----------------------------------------------------------------------------------


def offered(world: World, currency: str) -> tuple[Promotion, ...]:
    """What runs today for orders in that currency."""
    home = world.company.currency
    return tuple(it for it in world.promotions if (it.currency or home) == (currency or home))


def worth_of(promotion: Promotion, worth: Minor, freight: Minor) -> Minor:
    """What a promotion gives on goods of so much, and on their freight; nothing below it."""
    if worth < promotion.threshold:
        return 0
    if promotion.free_shipping:
        return freight
    return min(promotion.amount or half_up(worth * promotion.percent, 100), worth)


def granted(
    world: World, order: Order, left: list[Minor], freight: Minor, day: date
) -> PromotionGranted | None:
    """The promotion that gives most on lines which come to so much each, if there is one."""
    worth = sum(left)
    running = [it for it in offered(world, order.currency) if it.runs(day)]
    best = max(running, key=lambda it: worth_of(it, worth, freight), default=None)
    amount = worth_of(best, worth, freight) if best else 0
    if best is None or not amount:
        return None
    return PromotionGranted(
        order_number=order.order_number,
        promotion_code=best.code,
        name=best.name,
        threshold=best.threshold,
        worth=worth,
        amount=amount,
        shares=split(0 if best.free_shipping else amount, left),
        freight=amount if best.free_shipping else 0,
        kept=world.policies.promotion_clawback == "keep",
    )


def freight_after(order: Order, freight: Minor) -> tuple[Minor, Minor]:
    """What of another freight the customer pays, and what their promotion pays of it."""
    waived = min(freight, order.promotion.freight) if order.promotion else 0
    return freight - waived, waived


def waived_freight(order: Order) -> Minor:
    """What a promotion pays of its freight as it stands."""
    return order.promotion.given if order.promotion and order.promotion.freight else 0


# --- what is kept -----------------------------------------------------------------------------


def value(line: OrderLine) -> Minor:
    """What a line came to when it was ordered, before any promotion."""
    price = line.unit_price if line.first_price is None else line.first_price
    share = line.discount_share - line.promotion_share
    return price * line.ordered - line.discount - share


def worth_kept(order: Order) -> Minor:
    """What is left of its goods but for what the customer gave up: called off, or sent back.

    At first prices, and what we owe them or could not keep counts as kept: nobody loses a promotion
    by our doing.
    """
    worth, back = 0, _sent_back(order)
    for line in order.lines:
        called_off = line.cancelled - line.let_down
        worth += value(line) - credited(value(line), called_off, line.ordered)
        worth -= telescoped(value(line), back[line.line_number], line.ordered)
    return worth


def _sent_back(order: Order) -> Counter[int]:
    """Units of each line that came back by the customer's own choice.

    Who sends a replacement back gives up what it came for, which is what had a price.
    """
    units = Counter[int]()
    for back in order.returns:
        for row in back.rows if back.liability == "customer" else ():
            units[row.line_number] += row.inspected - row.in_repair - row.given_back
    for line in reversed(order.lines):  # a replacement stands below what it replaces
        claim = order.claim(line.exchange_for) if line.exchange_for else None
        for claimed in claim.rows if claim else ():
            old = order.line(claimed.line_number)
            if old and old.sku == line.sku:
                took_place = min(units[line.line_number], claimed.quantity)
                units[line.line_number] -= took_place
                units[old.line_number] += took_place
    return units


def given_on_rest(order: Order) -> Minor:
    """What the promotion gave on the units that are neither called off nor credited."""
    if order.promotion is None:
        return 0
    if order.promotion.freight:
        rest = any(line.ordered > line.cancelled + line.credited_back for line in order.lines)
        return order.promotion.given if rest else 0
    return sum(
        line.promotion_share
        - credited(line.promotion_share, line.cancelled, line.ordered)
        - telescoped(line.promotion_share, line.credited_back, line.ordered)
        for line in order.lines
    )


def owed_for(order: Order) -> Minor:
    """What has to be charged as the order stands."""
    terms = order.promotion
    if terms is None or terms.kept or worth_kept(order) >= terms.threshold:
        return 0
    return given_on_rest(order)


def clawing_back(decider: Decider) -> Decider:
    """What a command leads to, and with it what is then charged for a promotion, or dropped."""

    @wraps(decider)
    def decide(world: World, order: Order, command: Any, by: Envelope) -> Answer:
        answer = decider(world, order, command, by)
        if isinstance(answer, Refusal) or order.promotion is None:
            return answer
        after = record(world, by, answer)[0].orders[order.order_number]
        return (*answer, *_charged(after))

    return decide


def _charged(order: Order) -> tuple[OrderEvent, ...]:
    """What is charged by now for a promotion, against what has been so far."""
    terms, more = order.promotion, owed_for(order) - order.clawback
    if terms is None or not more:
        return ()
    about = order.order_number, terms.code, abs(more), worth_kept(order)
    if more < 0:
        return (ClawbackDropped(*about),)
    return (PromotionClawedBack(*about, terms.threshold),)


# --- evolving ---------------------------------------------------------------------------------


@evolves(PromotionGranted)
def promotion_granted(world: World, order: Order, event: PromotionGranted, at: Moment) -> World:
    """The terms stand from here; the lines cost less once the order is handed over."""
    given = PromotionGiven(
        code=event.promotion_code,
        name=event.name,
        threshold=event.threshold,
        worth=event.worth,
        given=event.amount,
        freight=event.freight,
        kept=event.kept,
    )
    lines = tuple(
        msgspec.structs.replace(line, promotion_share=share)
        for line, share in zip(order.lines, event.shares, strict=True)
    )
    return world.with_order(changed(order, promotion=given, lines=lines))


@evolves(PromotionClawedBack)
def promotion_clawed_back(
    world: World, order: Order, event: PromotionClawedBack, at: Moment
) -> World:
    """More to pay."""
    return world.with_order(changed(order, clawback=order.clawback + event.amount))


@evolves(ClawbackDropped)
def clawback_dropped(world: World, order: Order, event: ClawbackDropped, at: Moment) -> World:
    """Less to pay."""
    return world.with_order(changed(order, clawback=order.clawback - event.amount))


def withdrawn(order: Order) -> Order:
    """The order without its promotion: what is entered anew has what runs then."""
    if order.promotion is None:
        return order
    lines = tuple(msgspec.structs.replace(line, promotion_share=0) for line in order.lines)
    return msgspec.structs.replace(order, promotion=None, lines=lines)


def waiving(order: Order, waived: Minor) -> Order:
    """The order whose promotion pays so much of its freight."""
    if order.promotion is None or not order.promotion.freight:
        return order
    given = msgspec.structs.replace(order.promotion, given=waived)
    return msgspec.structs.replace(order, promotion=given)
