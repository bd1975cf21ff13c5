"""The company's own rules, set off by what happens: each once for an event and an order.

A rule is put on the agenda where its conditions hold right after the event, and looks at them once
more when its turn has come: a rule before it may have changed the order.
"""

from collections.abc import Iterator
from typing import Final

from trainer.orders.automation import RunRule, command_id, path_of, unmet
from trainer.orders.backorders import served
from trainer.orders.engine import Envelope, Event, OrderEvent, Recorded
from trainer.orders.feedback import ComplaintReceived
from trainer.orders.holds import HoldPlaced, HoldReleased
from trainer.orders.intake import OrderChecked, OrderConfirmed, OrderSubmitted
from trainer.orders.payment import PaymentReceived
from trainer.orders.remedies import OrderCancelled
from trainer.orders.returns import ReturnRequested
from trainer.orders.rulebook import Trigger
from trainer.orders.shipping import PackageDelivered, PackagePacked, PackageShipped
from trainer.orders.stock import StockAllocated
from trainer.orders.world import World
from trainer.simulation.backlog import freed

_SETS_OFF: Final[dict[type[Event], Trigger]] = {
    OrderSubmitted: "order_submitted",
    OrderChecked: "order_checked",
    OrderConfirmed: "order_confirmed",
    HoldPlaced: "hold_placed",
    HoldReleased: "hold_released",
    PaymentReceived: "payment_booked",
    StockAllocated: "stock_allocated",
    PackagePacked: "package_packed",
    PackageShipped: "package_shipped",
    PackageDelivered: "package_delivered",
    ReturnRequested: "return_requested",
    ComplaintReceived: "complaint_received",
    OrderCancelled: "order_cancelled",
}


def react(entry: Recorded, world: World, seed: int) -> Iterator[Envelope]:
    """At once, in the order of the rules' places; nothing to look for where no rule is on."""
    if not world.rules_on:
        return
    trigger = _SETS_OFF.get(type(entry.event))
    if trigger and isinstance(entry.event, OrderEvent):
        yield from _set_off(entry, world, trigger, (entry.event.order_number,))
    if "backorder_fillable" in world.rules_on:
        yield from _set_off(entry, world, "backorder_fillable", _fillable(entry.event, world))


def _fillable(event: Event, world: World) -> tuple[str, ...]:
    """The orders that what has become free would go to, the first in the queue first."""
    skus = sorted({sku for sku in freed(event, world) if world.backorders.get(sku)})
    return tuple(dict.fromkeys(order.order_number for sku in skus for order in served(world, sku)))


def _yet_to_come(event: Event) -> frozenset[str]:
    """Conditions that the rest of the same command decides: a check places its holds last."""
    stops = isinstance(event, OrderChecked) and bool(set(event.findings) - {"late"})
    return frozenset({"hold", "on_hold"}) if stops else frozenset()


def _set_off(
    entry: Recorded, world: World, trigger: Trigger, numbers: tuple[str, ...]
) -> Iterator[Envelope]:
    chain = path_of(entry.command_id)
    for place, rule_number in enumerate(world.rules_on.get(trigger, ())):
        rule = world.rules[rule_number]
        for about, number in enumerate(numbers):
            missed = set(unmet(world, world.orders[number], rule.conditions))
            if missed - _yet_to_come(entry.event):
                continue
            yield Envelope(
                command_id=command_id(entry, place, (*chain, rule_number), about),
                actor=rule.actor,
                role="system",
                at=entry.at,
                command=RunRule(rule_number, number, trigger, entry.number, chain),
            )
