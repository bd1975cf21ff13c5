"""Where a clock that is let run stops because of us: promised days, and time running out."""

from collections.abc import Iterable, Iterator
from typing import Final

from trainer.orders.engine import Recorded
from trainer.orders.remedies import OrderCancelled
from trainer.orders.status import Label
from trainer.orders.values import DAY, HOUR, Moment, day_of, moment_of
from trainer.orders.world import Order, World
from trainer.simulation.agenda import Agenda
from trainer.simulation.deadlines import deadlines
from trainer.simulation.timers import SYSTEM

HERE: Final[tuple[Label, ...]] = ("pending_payment", "awaiting_shipment", "partly_shipped")
"""Orders of which something is still with us; what is on the road is the carrier's to bring."""
OPENS: Final = 9
AHEAD: Final = 4 * HOUR
"""So long before an order expires somebody may still look for the money."""


def promised(world: World, before: Moment) -> Iterator[Order]:
    """Orders with a promised day that has come to the desk since then, and that are still here."""
    if not _opened(world, before):
        return
    for label in HERE:
        for order in world.newest(label):
            here = (line for line in order.lines if line.shipped < line.live)
            if any(order.promise_of(line) == day_of(world.now) for line in here):
                yield order


def tasks_due(world: World, before: Moment) -> Iterator[Order]:
    """Orders with a task of the trainee's whose day has come to the desk since then."""
    if _opened(world, before):
        for order in world.with_tasks():
            if any(
                task.open and task.owner == "trainee" and task.due == day_of(world.now)
                for task in order.tasks
            ):
                yield order


def _opened(world: World, before: Moment) -> bool:
    """Whether the desk has opened since then."""
    return before < moment_of(day_of(world.now), hour=OPENS) <= world.now


def running_out(world: World, agenda: Agenda, before: Moment) -> bool:
    """Whether the last hours have begun in which an order can be paid, or half of a short time."""
    ahead = min(AHEAD, world.policies.unpaid_expiry // 2)
    return any(
        deadline.kind == "pay" and before < deadline.at - ahead <= world.now
        for order in world.newest("pending_payment")
        for deadline in deadlines(order, world, agenda)
    )


def expired(entries: Iterable[Recorded]) -> bool:
    """Whether the company's own system has cancelled an order."""
    return any(
        isinstance(entry.event, OrderCancelled) and entry.actor == SYSTEM for entry in entries
    )


def next_morning(now: Moment) -> Moment:
    """When the desk opens next; a second of the clock does not leap over it."""
    today = moment_of(day_of(now), hour=OPENS)
    return today if now < today else today + DAY
