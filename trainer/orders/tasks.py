"""What somebody is to do about an order, by when: given, done or dropped, or handed back.

A task is a promise inside the company. It never stops goods or money, but an order with an open one
is not put away.
"""

from datetime import date
from typing import ClassVar

import msgspec

from trainer.orders.engine import (
    Answer,
    Envelope,
    OrderCommand,
    OrderEvent,
    Role,
    changed,
    decides,
    evolves,
    moment,
)
from trainer.orders.refusals import MissingField, MissingReason, Refusal
from trainer.orders.values import Moment, day_of
from trainer.orders.world import Order, Task, TaskOutcome, TaskOwner, TaskStatus, World

# --- commands ---------------------------------------------------------------------------------


class AssignTask(OrderCommand, frozen=True):
    """Have something done about an order: by oneself or by a colleague, by a day."""

    text: str
    owner: TaskOwner
    due: date


class FinishTask(OrderCommand, frozen=True):
    """It is done, or it will not be; the note says how it went, or why not."""

    roles: ClassVar[frozenset[Role]] = frozenset({"clerk", "supervisor", "system"})
    task_number: str
    outcome: TaskOutcome
    note: str


class HandBackTask(OrderCommand, frozen=True):
    """Whoever was asked cannot do it; it is the trainee's again."""

    roles: ClassVar[frozenset[Role]] = frozenset({"clerk", "supervisor", "system"})
    task_number: str
    reason: str


# --- events -----------------------------------------------------------------------------------


class TaskAssigned(OrderEvent, frozen=True):
    """Somebody has something to do."""

    says = "Task {task_number} on {order_number} ({owner}, due {due}): {text}"
    task_number: str
    text: str
    owner: TaskOwner
    due: date
    unpaid: bool = False
    """Given by the system: nobody has paid in time, and the goods are to be put back."""


class TaskFinished(OrderEvent, frozen=True):
    """Nobody has it to do any more."""

    says = "Task {task_number} on {order_number} is {outcome}: {note}"
    task_number: str
    outcome: TaskOutcome
    note: str


class TaskHandedBack(OrderEvent, frozen=True):
    """It is open still, and the trainee's."""

    says = "Task {task_number} on {order_number} was handed back: {reason}"
    task_number: str
    reason: str


# --- refusals ---------------------------------------------------------------------------------


class UnknownOwner(Refusal, frozen=True):
    """A task for nobody is done by nobody."""

    says = "Nobody works here as {owner}."
    cure = "Do it yourself, or give it to somebody who works here."
    owner: TaskOwner


class DueInThePast(Refusal, frozen=True):
    """Nobody can do yesterday what they are asked today."""

    says = "A task cannot be due on {requested}: that day is over."
    sums = "due ≥ today {today}; you entered {requested}"
    cure = "Choose today or a later day."
    requested: date
    today: date


class UnknownTask(Refusal, frozen=True):
    """There is no such task on this order."""

    says = "Order {order_number} has no task {task_number}."
    cure = "Look at the tasks of the order."
    order_number: str
    task_number: str


class TaskOver(Refusal, frozen=True):
    """What is done cannot be done again."""

    says = "Task {task_number} is {status} already."
    cure = "Assign a new task if there is more to do."
    task_number: str
    status: TaskStatus


class TaskNotGivenAway(Refusal, frozen=True):
    """What one has to do oneself cannot be handed back to oneself."""

    says = "Task {task_number} is the trainee's already."
    cure = "Do it, or drop it and say why."
    task_number: str


class TaskOpen(Refusal, frozen=True):
    """In the archive nobody could do it any more."""

    says = "Task {task_number} on order {order_number} is open."
    cure = "Do it first, or drop it and say why."
    order_number: str
    task_number: str


# --- deciding ---------------------------------------------------------------------------------


def owners(world: World) -> tuple[TaskOwner, ...]:
    """Who can be given a task here: the trainee, the colleagues who are there, the supervisor."""
    return ("trainee", *world.policies.colleagues, "supervisor")


def task_open(order: Order) -> TaskOpen | None:
    """The refusal while somebody has something to do."""
    for task in order.tasks:
        if task.open:
            return TaskOpen(order_number=order.order_number, task_number=task.task_number)
    return None


@decides(AssignTask)
def assign_task(world: World, order: Order, command: AssignTask, by: Envelope) -> Answer:
    """In words, to somebody who is there, for a day that is not over."""
    if not command.text.strip():
        return MissingField(field="task")
    if command.owner not in owners(world):
        return UnknownOwner(owner=command.owner)
    today = day_of(moment(world, by))
    if command.due < today:
        return DueInThePast(requested=command.due, today=today)
    return (
        TaskAssigned(
            order_number=order.order_number,
            task_number=f"T-{world.next_number('task'):05d}",
            text=command.text.strip(),
            owner=command.owner,
            due=command.due,
        ),
    )


def _open_task(order: Order, task_number: str) -> Task | Refusal:
    task = order.task(task_number)
    if task is None:
        return UnknownTask(order_number=order.order_number, task_number=task_number)
    return task if task.open else TaskOver(task_number=task_number, status=task.status)


@decides(FinishTask)
def finish_task(world: World, order: Order, command: FinishTask, by: Envelope) -> Answer:
    """Once, and with a note."""
    task = _open_task(order, command.task_number)
    if isinstance(task, Refusal):
        return task
    if not command.note.strip():
        return MissingField(field="note")
    return (
        TaskFinished(
            order_number=order.order_number,
            task_number=task.task_number,
            outcome=command.outcome,
            note=command.note.strip(),
        ),
    )


@decides(HandBackTask)
def hand_back_task(world: World, order: Order, command: HandBackTask, by: Envelope) -> Answer:
    """Only what a colleague was given, and with a reason."""
    task = _open_task(order, command.task_number)
    if isinstance(task, Refusal):
        return task
    if task.owner == "trainee":
        return TaskNotGivenAway(task_number=task.task_number)
    if not command.reason.strip():
        return MissingReason()
    return (
        TaskHandedBack(
            order_number=order.order_number,
            task_number=task.task_number,
            reason=command.reason.strip(),
        ),
    )


# --- evolving ---------------------------------------------------------------------------------


@evolves(TaskAssigned)
def task_assigned(world: World, order: Order, event: TaskAssigned, at: Moment) -> World:
    """One more thing to do."""
    given = (event.task_number, event.text, event.owner, event.due)
    task = Task(*given, unpaid=event.unpaid)
    counters = world.counters.set("task", world.next_number("task"))
    world = msgspec.structs.replace(world, counters=counters)
    return world.with_order(changed(order, tasks=(*order.tasks, task)))


@evolves(TaskFinished)
def task_finished(world: World, order: Order, event: TaskFinished, at: Moment) -> World:
    """One thing less to do; the note says how it went."""
    return _with(world, order, event.task_number, status=event.outcome, note=event.note)


@evolves(TaskHandedBack)
def task_handed_back(world: World, order: Order, event: TaskHandedBack, at: Moment) -> World:
    """It lies on the trainee's desk, with the reason."""
    return _with(world, order, event.task_number, owner="trainee", note=event.reason)


def _with(world: World, order: Order, task_number: str, **changes: str) -> World:
    tasks = tuple(
        msgspec.structs.replace(task, **changes) if task.task_number == task_number else task
        for task in order.tasks
    )
    return world.with_order(changed(order, tasks=tasks))
