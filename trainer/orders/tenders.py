"""Which way money came, and which way it goes back: the way it came, or as store credit.

What was paid by several means goes back in the order it came, card by card; transfers are one.
"""

from typing import NamedTuple

from trainer.orders.values import Minor
from trainer.orders.world import Order, Refund, Tender, World


class Source(NamedTuple):
    """Money of an order that came one way, less what went back or may be going back."""

    tender: Tender
    reference: str
    """The authorisation, of which each has its own card; empty for everything else."""
    left: Minor


def sources(order: Order) -> list[Source]:
    """What can go back which way, oldest first; together all that is here and not under way."""
    came: dict[tuple[Tender, str], Minor] = {}
    for payment in order.payments:
        way = _way(payment.tender, payment.reference)
        came[way] = came.get(way, 0) + payment.amount
    gone = order.refunded + order.refund_pending
    for refund in order.refunds:
        if refund.stays:
            way = _way(refund.tender, refund.reference)
            came[way] = came.get(way, 0) - refund.amount
            gone -= refund.amount
    for disputed in order.chargebacks:
        if disputed.status != "won":
            came["card", disputed.reference] -= disputed.amount
    # refunds of before they had numbers know amounts alone, and transfers were all there was
    if gone:
        came["transfer", ""] = came.get(("transfer", ""), 0) - gone
    return [Source(tender, reference, left) for (tender, reference), left in came.items()]


def shared(order: Order, amount: Minor) -> list[Source]:
    """An amount that goes back, shared over the ways it came."""
    parts = []
    for source in sources(order):
        part = min(source.left, amount)
        if part > 0:
            parts.append(source._replace(left=part))
            amount -= part
    return parts


def left(order: Order, refund: Refund) -> Minor:
    """What can still go back the way a refund goes."""
    way = _way(refund.tender, refund.reference)
    return sum(s.left for s in sources(order) if (s.tender, s.reference) == way)


def takes_credit(world: World, order: Order) -> bool:
    """Whether this order's customer may be given credit in place of money."""
    agreed = world.customers[order.customer_id].takes_store_credit
    return agreed and world.policies.store_credit == "agreed"


def _way(tender: Tender, reference: str) -> tuple[Tender, str]:
    # what was paid in cash goes back by the bank: nobody brings banknotes
    return "transfer" if tender == "cash" else tender, reference if tender == "card" else ""
