"""The factory: it makes what was promised, by itself or when somebody has scheduled it."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from trainer.orders.engine import Command, Envelope, Recorded
from trainer.orders.intake import OrderConfirmed
from trainer.orders.production import ProductionReported, ProductionStarted, ReportProduction
from trainer.orders.stock import ReceiveStock, made_on
from trainer.orders.values import day_of, moment_of
from trainer.orders.world import ProductionOrder, World
from trainer.simulation.chance import between

_EARLIEST: Final = 2
_LATEST: Final = 3
"""Days before and after the day that was planned."""


def react(entry: Recorded, world: World, seed: int) -> Iterator[Envelope]:
    """What the factory does about an event.

    Where production is automatic, a confirmed order that the stock cannot serve brings what is
    missing, on the day promised. What was started by hand is reported day by day. Either is ready
    early or late as often as the policies say.
    """
    match entry.event:
        case OrderConfirmed(order_number=number) if world.policies.production == "automatic":
            yield from _by_itself(entry, world, number, seed)
        case ProductionStarted(production_number=number):
            made = world.production[number]
            off = off_by(world, seed, 100 * entry.number)
            yield _report(entry, world, made, _first_day(entry, world, made) + off)
        case ProductionReported(production_number=number) if world.production[number].left:
            made = world.production[number]
            yield _report(entry, world, made, day_of(entry.at) + timedelta(days=1))


def _by_itself(entry: Recorded, world: World, number: str, seed: int) -> Iterator[Envelope]:
    for line in world.orders[number].lines:
        short = min(line.open, missing(world, line.sku))
        if short > 0:
            arrival = ReceiveStock(sku=line.sku, warehouse=min(world.warehouses), quantity=short)
            cause = 100 * entry.number + line.line_number
            day = made_on(world, line.sku, short) + off_by(world, seed, cause)
            yield _done(entry, f"made-{line.line_number}", day, arrival)


def off_by(world: World, seed: int, number: int) -> timedelta:
    """By how much what is made is ready before its day (below 0) or after it."""
    policies = world.policies
    drawn = between(1, 100, seed, number, "factory")
    if drawn <= policies.factory_early_percent:
        return -timedelta(days=between(1, _EARLIEST, seed, number, "early"))
    if drawn <= policies.factory_early_percent + policies.factory_late_percent:
        return timedelta(days=between(1, _LATEST, seed, number, "late"))
    return timedelta()


def missing(world: World, sku: str) -> int:
    """Units that confirmed orders wait for and nobody has, makes or buys."""
    return _wanted(world, sku) - world.available(sku) - _coming(world, sku)


def _first_day(entry: Recorded, world: World, made: ProductionOrder) -> date:
    """The last units are ready on the day planned, or later if begun too late; the first before."""
    product = world.products[made.sku]
    days = -(-made.left // product.daily_capacity)
    last = max(made.due, day_of(entry.at) + timedelta(days=product.lead_time + days))
    return last - timedelta(days=days - 1)


def _report(entry: Recorded, world: World, made: ProductionOrder, day: date) -> Envelope:
    some = min(made.left, world.products[made.sku].daily_capacity)
    return _done(entry, "report", day, ReportProduction(made.production_number, some))


def _done(entry: Recorded, what: str, day: date, command: Command) -> Envelope:
    return Envelope(
        command_id=f"{entry.number}:{what}",
        actor="factory",
        role="system",
        at=max(moment_of(day, hour=7), entry.at),
        command=command,
    )


def _wanted(world: World, sku: str) -> int:
    """What confirmed orders still wait for."""
    return sum(line.open for order in world.waiting(sku) for line in order.lines if line.sku == sku)


def _coming(world: World, sku: str) -> int:
    """What is scheduled or bought already."""
    return sum(made.left for made in world.in_production(sku)) + sum(
        bought.left for bought in world.on_order(sku)
    )
