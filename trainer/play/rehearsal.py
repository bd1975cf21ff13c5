"""A rule tried before it is switched on: what it would do to the orders there are, and no more.

Orders at the stage that the rule waits for, and that fulfil its conditions now, one after the
other: what it would take for one, the next cannot have.
"""

from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

from trainer.orders.automation import unmet, work
from trainer.orders.engine import Envelope, evolve
from trainer.orders.refusals import Refusal
from trainer.orders.rulebook import Rule, Trigger
from trainer.orders.status import LABELS, Label
from trainer.orders.world import Order, World
from trainer.play.preview import Effects, preview

TRIED: Final = 200
"""Orders that are tried; a page shall not take longer than somebody waits."""
SHOWN: Final = 20
"""Orders that are shown, those first for which something would be done."""


class Tried(NamedTuple):
    """What a rule would do to one order, or why it would be refused."""

    order: Order
    result: Effects | Refusal


class Rehearsal(NamedTuple):
    """What would be done: for how many of those that were tried, and how many more there are."""

    rows: tuple[Tried, ...]
    acts: int
    tried: int
    more: int
    """Orders that fulfil the conditions and are not shown."""


def rehearsed(world: World, rule: Rule) -> Rehearsal:
    """Newest first; the world stays as it is."""
    fitting = [
        order for order in _at_stage(world, rule) if not unmet(world, order, rule.conditions)
    ]
    rows = []
    for order in fitting[:TRIED]:
        now = world.orders[order.order_number]
        at = world.now + world.policies.seconds_per_action
        envelope = Envelope("what-if:rule", rule.actor, "clerk", at, work(world, now, rule))
        result = preview(world, envelope)
        if isinstance(result, Effects):
            for entry in result.entries:
                world = evolve(world, entry)
        rows.append(Tried(order, result))
    rows.sort(key=lambda row: isinstance(row.result, Refusal))
    acts = sum(isinstance(row.result, Effects) for row in rows)
    more = max(len(fitting) - SHOWN, 0)
    return Rehearsal(tuple(rows[:SHOWN]), acts, len(rows), more)


def _at_stage(world: World, rule: Rule) -> Iterator[Order]:
    """The orders for which it is now as it is right after the event."""
    stage = _STAGES[rule.trigger]
    for label in _LABELS.get(rule.trigger, _ON_ITS_WAY):
        for order in world.newest(label):
            if stage(world, order):
                yield order


_DELIVERED: Final[tuple[Label, ...]] = ("signed", "completed", "settled")
_ON_ITS_WAY: Final = tuple(
    label for label in LABELS if label not in (*_DELIVERED, "archived", "closed")
)
"""Where orders are to which most events can still happen; what has been delivered has had them."""
_LABELS: Final[dict[Trigger, tuple[Label, ...]]] = {
    "package_delivered": (*_ON_ITS_WAY, *_DELIVERED),
    "return_requested": (*_ON_ITS_WAY, *_DELIVERED),
    "complaint_received": (*_ON_ITS_WAY, *_DELIVERED),
    "order_cancelled": ("closed",),
}


def _parcel(*stages: str) -> Callable[[World, Order], bool]:
    return lambda world, order: any(parcel.stage in stages for parcel in order.packages)


_STAGES: Final[dict[Trigger, Callable[[World, Order], bool]]] = {
    "order_submitted": lambda world, order: order.status == "submitted",
    "order_checked": lambda world, order: order.status == "submitted" and order.checked_at > 0,
    "order_confirmed": lambda world, order: order.status == "confirmed",
    "hold_placed": lambda world, order: order.on_hold,
    "hold_released": lambda world, order: any(hold.released_at for hold in order.holds),
    "payment_booked": lambda world, order: bool(order.payments),
    "stock_allocated": lambda world, order: any(line.allocated for line in order.lines),
    "backorder_fillable": lambda world, order: (
        order.status == "confirmed"
        and any(line.open and world.available(line.sku) > 0 for line in order.lines)
    ),
    "package_packed": _parcel("packed", "labelled"),
    "package_shipped": _parcel("shipped"),
    "package_delivered": _parcel("delivered"),
    "return_requested": lambda world, order: any(
        back.status == "requested" for back in order.returns
    ),
    "complaint_received": lambda world, order: any(x.open for x in order.complaints),
    "order_cancelled": lambda world, order: order.status == "cancelled",
}
