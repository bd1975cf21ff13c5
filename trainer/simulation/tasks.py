"""Colleagues who were given a task: they say that it is done, or hand it back with the reason.

They answer within some hours, in working hours; what stands in their way they see when they are
asked. Only those who are there can be asked (`orders/tasks.owners`).
"""

from collections.abc import Iterator
from typing import Final

from trainer.orders.engine import Envelope, Recorded
from trainer.orders.tasks import FinishTask, HandBackTask, TaskAssigned
from trainer.orders.values import MINUTE, day_of
from trainer.orders.world import World
from trainer.simulation.chance import between
from trainer.simulation.words import words
from trainer.simulation.workmates import in_hours

_HANDED_BACK: Final = 25
"""Of a hundred tasks that nothing stands in the way of, so many are handed back all the same."""


def react(entry: Recorded, world: World, seed: int) -> Iterator[Envelope]:
    """The answer to a task that was given to somebody else."""
    task = entry.event
    if not isinstance(task, TaskAssigned) or task.owner == "trainee":
        return
    said = words(world.company.locale)
    supervisor = task.owner == "supervisor"
    at = in_hours(entry.at + between(30, 240, seed, entry.number, "task") * MINUTE)
    why = _in_the_way(task, world, late=day_of(at) > task.due)
    number = entry.number
    if not why and between(1, 100, seed, number, "hands back") <= _HANDED_BACK:
        why = f"task_back_{task.owner}"
    note = f"task_done_{between(1, 3, seed, number, 'note')}"
    yield Envelope(
        command_id=f"{number}:task",
        actor=said["supervisor" if supervisor else f"name_{task.owner}"],
        role="supervisor" if supervisor else "clerk",
        at=at,
        command=HandBackTask(task.order_number, task.task_number, said[why].format(due=task.due))
        if why
        else FinishTask(task.order_number, task.task_number, "finished", said[note]),
    )


def _in_the_way(task: TaskAssigned, world: World, *, late: bool) -> str:
    """Why it cannot be done, as the facts are; empty if it can."""
    order = world.orders[task.order_number]
    if order.called_off:
        return "task_called_off"
    if task.owner == "warehouse" and order.on_hold:
        return "task_on_hold"
    return "task_too_late" if late else ""
