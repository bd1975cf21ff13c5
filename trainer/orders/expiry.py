"""An order that nobody has paid in time: called off, or first unpacked if it was packed already.

The system does not reach into parcels. Where some stand ready, whoever is at the desk gets the task
to put the goods back; the order is called off once the last parcel is unpacked, and kept if the
money comes after all.
"""

from typing import ClassVar

from trainer.orders import cards
from trainer.orders.engine import Answer, Envelope, OrderCommand, Role, decides, moment
from trainer.orders.refusals import IllegalState
from trainer.orders.remedies import OrderCancelled, StillPacked, UseReturn
from trainer.orders.status import payment_status
from trainer.orders.stock import not_confirmed
from trainer.orders.tasks import TaskAssigned, TaskFinished
from trainer.orders.values import day_of
from trainer.orders.world import Order, Task, World


class ExpireOrder(OrderCommand, frozen=True):
    """Call off what was not paid in time, or have it unpacked first."""

    roles: ClassVar[frozenset[Role]] = frozenset({"system"})
    reason: str
    task: str
    """What is to be done where parcels stand ready."""
    done: str
    """What the task says once it is."""


def unpacking(order: Order) -> Task | None:
    """The open task to put back what nobody has paid."""
    return next((task for task in order.tasks if task.open and task.unpaid), None)


def covered(world: World, order: Order) -> bool:
    """Nobody's order is cancelled while their money lies on the statement unbooked."""
    due = order.balance_due - order.authorised_open
    if due <= 0:
        return True
    return due <= sum(
        transfer.unmatched
        for transfer in world.transfers.values()
        if transfer.unmatched and transfer.remark.split()[:1] == [order.order_number]
    )


@decides(ExpireOrder)
def expire_order(world: World, order: Order, command: ExpireOrder, by: Envelope) -> Answer:
    """Prepaid, unpaid, nothing gone; with parcels ready it opens one task, and waits for it."""
    number = order.order_number
    refusal = not_confirmed(order)
    if refusal:
        return refusal
    if order.payment_terms != "prepay" or covered(world, order):
        status = payment_status(order)
        return IllegalState(order_number=number, status=status, wanted="unpaid")
    shipped = sum(line.shipped for line in order.lines)
    if shipped:
        return UseReturn(order_number=number, shipped=shipped)
    packed = sum(line.packed for line in order.lines)
    task = unpacking(order)
    if packed and task:
        return StillPacked(order_number=number, packed=packed)
    if packed:
        given = f"T-{world.next_number('task'):05d}"
        today = day_of(moment(world, by))
        return (TaskAssigned(number, given, command.task, "trainee", today, unpaid=True),)
    over = TaskFinished(number, task.task_number, "finished", command.done) if task else None
    return (
        *((over,) if over else ()),
        *cards.voided(order),
        OrderCancelled(order_number=number, reason=command.reason),
    )
