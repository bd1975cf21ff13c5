"""Colleagues who were given a task: they say that it is done, or hand it back with the reason.

They answer within some hours, in working hours; what stands in their way they see when they are
asked. Only those who are there can be asked (`orders/tasks.owners`).
"""

from collections.abc import Iterator
from typing import Final

from trainer.orders.engine import Envelope, Recorded
from trainer.orders.letters import day_in_words
from trainer.orders.tasks import FinishTask, HandBackTask, TaskAssigned
from trainer.orders.values import MINUTE, day_of
from trainer.orders.world import World
from trainer.simulation.chance import between
from trainer.simulation.hours import in_hours
from trainer.simulation.words import words
from trainer.simulation.workmates import acts, paced

_DONE: Final = (3, 4)
"""Of so many tasks that nothing stands in the way of, so many are done; the others come back."""


def react(entry: Recorded, world: World, seed: int) -> Iterator[Envelope]:
    """The answer to a task that was given to somebody else."""
    task = entry.event
    if not isinstance(task, TaskAssigned) or task.owner == "trainee":
        return
    said = words(world.company.locale)
    supervisor = task.owner == "supervisor"
    wait = paced(between(30, 240, seed, entry.number, "task") * MINUTE, world, task.owner)
    at = in_hours(entry.at + wait)
    why = _in_the_way(task, world, late=day_of(at) > task.due)
    number = entry.number
    if not why and not acts(world, task.owner, seed, number, "does it", _DONE):
        why = f"task_back_{task.owner}"
    due = day_in_words(task.due, world.company.locale)
    note = f"task_done_{between(1, 3, seed, number, 'note')}"
    yield Envelope(
        command_id=f"{number}:task",
        actor=said["supervisor" if supervisor else f"name_{task.owner}"],
        role="supervisor" if supervisor else "clerk",
        at=at,
        command=HandBackTask(task.order_number, task.task_number, said[why].format(due=due))
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
