"""Two pictures of an order: where the units of each line are, and where its money is.

Each is a partition, so that the invariant can be seen before a command meets it: the parts of a
line are what was ordered (I7, I9), the parts of the money are what was asked for (I18).
"""

from typing import Literal

import msgspec

from trainer.orders.returns import announced, disputed, returnable
from trainer.orders.values import Minor
from trainer.orders.world import Order, OrderLine

Place = Literal[
    "cancelled", "open", "allocated", "in_parcels", "shipped", "delivered", "coming_back",
    "returned", "credited", "disputed", "claimed", "in_repair",
]  # fmt: skip
Purse = Literal[
    "credited", "shipping_credited", "goodwill",
    "written_off", "money_in", "redeemed", "on_card", "charged_back", "due", "to_pay_back",
    "pending", "paid_back",
]  # fmt: skip


class Part(msgspec.Struct, frozen=True):
    """Some of the whole: units, or an amount in minor units, and where it begins."""

    name: Place | Purse
    size: int
    start: int


def line_ledger(order: Order, line: OrderLine) -> tuple[Part, ...]:
    """Where each ordered unit of a line is; the sizes add up to `line.ordered`.

    What came back is returned until somebody has looked at it, and credited from then on.
    """
    back = announced(order, line)
    sizes: tuple[tuple[Place, int], ...] = (
        ("cancelled", line.cancelled),
        ("open", line.open),
        ("allocated", line.allocated - line.packed),
        ("in_parcels", line.packed),
        ("shipped", line.shipped - line.delivered),
        ("delivered", returnable(order, line)),
        ("disputed", disputed(order, line)),
        ("claimed", line.claimed + line.replaced),
        ("coming_back", back),
        ("in_repair", line.in_repair),
        ("returned", line.returned - line.given_back - line.in_repair - line.inspected),
        ("credited", line.inspected),
    )
    return _placed(sizes)


def money_ledger(order: Order) -> tuple[Part, ...]:
    """What was asked for, by what became of it; the sizes add up to the total.

    Shipping that was credited although the goods stay, and goodwill, stand beside the credit of
    goods. Paid with store credit stands beside what came as money; what a card has promised is a
    part of what is due, as is what banks took back. What was paid beyond that, by a credit that
    came later, stands behind it: paid back, on its way back, or to be paid back.
    """
    shipping = 0 if order.called_off else order.shipping_credit
    stays: Minor = min(order.received, order.total - order.credit)
    redeemed = min(_redeemed(order), stays)
    due = order.balance_due
    taken = min(order.charged_back, max(due, 0))
    promised = min(order.authorised_open, max(due - taken, 0))
    pending = min(order.refund_pending, max(-due, 0))
    sizes: tuple[tuple[Purse, int], ...] = (
        ("credited", order.supply_credit - shipping),
        ("shipping_credited", shipping),
        ("goodwill", order.goodwill_standing),
        ("written_off", order.written_off_standing),
        ("money_in", stays - redeemed),
        ("redeemed", redeemed),
        ("on_card", promised),
        ("charged_back", taken),
        ("due", max(due - promised - taken, 0)),
        ("pending", pending),
        ("to_pay_back", max(-due - pending, 0)),
        ("paid_back", order.refunded),
    )
    return _placed(sizes)


def _redeemed(order: Order) -> Minor:
    """What was paid with store credit and has not become store credit again."""
    paid = sum(payment.amount for payment in order.payments if payment.tender == "store_credit")
    return paid - sum(
        refund.amount
        for refund in order.refunds
        if refund.tender == "store_credit" and refund.status == "succeeded"
    )


def _placed(sizes: tuple[tuple[Place | Purse, int], ...]) -> tuple[Part, ...]:
    parts = []
    start = 0
    for name, size in sizes:
        if size:
            parts.append(Part(name=name, size=size, start=start))
            start += size
    return tuple(parts)
