"""The report on purchasing: what was bought and then not wanted, or not brought, and why.

A purchase counts on the day it is expected. It belongs to no order: who asks about a customer, a
carrier or another currency asks about none.
"""

import msgspec

from trainer.orders.currencies import stored
from trainer.orders.reports import Ask, Key, Report, Tally, period_of, reported
from trainer.orders.world import World


class PurchasesRow(msgspec.Struct, frozen=True):
    """Purchases, how many of them were cancelled or closed short, and the units that never came."""

    key: Key
    placed: int = 0
    cancelled: int = 0
    short: int = 0
    units: int = 0


def purchases_called_off(world: World, ask: Ask) -> Report[PurchasesRow]:
    """By reason each is held against all purchases; by product and month against their own."""
    rows, total = Tally(4), Tally(4)
    for bought in world.replenishments.values():
        if not ask.covers(bought.expected) or ask.sku not in ("", bought.sku):
            continue
        if ask.warehouse not in ("", bought.warehouse) or _of_an_order(world, ask):
            continue
        over = bought.status == "cancelled"
        part = over and bought.received > 0
        units = bought.quantity - bought.received if over else 0
        numbers = (1, over - part, int(part), units)
        total.add("", *numbers)
        if ask.by != "reason":
            day = period_of(bought.expected, ask.by)
            rows.add(bought.sku if ask.by == "product" else day, *numbers)
        elif over:
            rows.add(bought.called_off_for, 0, *numbers[1:])
    for reason in tuple(rows.sums) if ask.by == "reason" else ():
        rows.add(reason, total.of("")[0], 0, 0, 0)
    return reported(PurchasesRow, ask, rows, total, largest=lambda row: (row.units, row.placed))


def _of_an_order(world: World, ask: Ask) -> bool:
    return bool(ask.customer_id or ask.carrier_code or stored(world, ask.currency))
