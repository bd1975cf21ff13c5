"""A working day of colleagues in which every rule of the books is leant on, and none is broken.

Where a flaw of the system is hunted for, colleagues work two days by a plan: a pure function of the
opening world and the seed. It is played in a sound world as it is made, so all of it is right; at
the edges somebody tries one step too many, which a sound system refuses without a trace. What a
system with a flaw lets through is the only thing that is wrong, and whichever flaw it has is met.
"""

from heapq import heapify, heappop, heappush
from random import Random
from typing import Final

import msgspec
from immutables import Map

from trainer.orders.clock import ClockAdvanced
from trainer.orders.engine import Command, Envelope, Recorded, Role, decide, handle
from trainer.orders.hunting import FindingReported
from trainer.orders.refusals import Refusal
from trainer.orders.values import MINUTE, Moment
from trainer.orders.world import World
from trainer.simulation.hours import in_hours
from trainer.simulation.stories import Act, Story, stories
from trainer.simulation.words import words

DAY_OF_WORK: Final = "day:"
"""How the command ids of what colleagues do on these days begin."""


def planned(world: World, seed: int) -> dict[str, Envelope]:
    """What colleagues do on these two days, in the order of the clock."""
    sound, chance = msgspec.structs.replace(world, hunt=None), Random(f"workday/{seed}")
    due: dict[str, Envelope] = {}
    waiting: list[tuple[Moment, int, Act, Story]] = []
    every = list(stories(sound, chance))
    chance.shuffle(every)
    for place, story in enumerate(every):
        begins = in_hours(world.now + chance.randint(5, 330) * MINUTE)
        waiting.append((begins, place, next(story), story))
    heapify(waiting)
    last = world.now
    while waiting:
        at, place, act, story = heappop(waiting)
        at = max(at, last + 1)  # no two at once, or their order would be that of their names
        command = act.command(sound)
        if command is None:
            continue
        name = f"{DAY_OF_WORK}{world.number}-{place}-{len(due)}"
        envelope = _envelope(sound, command, act, at, name)
        if act.beyond:
            if not isinstance(decide(sound, envelope), Refusal):
                continue  # nothing to lean on here
        else:
            answer = handle(sound, envelope)
            if isinstance(answer, Refusal):
                continue
            sound, _ = answer
        due[envelope.command_id], last = envelope, at
        for then in story:
            later = in_hours(at + then.minutes * MINUTE + chance.randint(0, 9) * MINUTE)
            heappush(waiting, (later, place, then, story))
            break
    return due


def disturbs(entry: Recorded, world: World) -> bool:
    """Whether somebody has changed what the plan counts on, as the numbers that come next."""
    theirs = ":" in entry.command_id or isinstance(entry.event, ClockAdvanced | FindingReported)
    return world.hunt is not None and not theirs


def anew(due: Map[str, Envelope], world: World, seed: int) -> Map[str, Envelope]:
    """Another plan in place of one that is not over: whichever flaw there is shall still be met."""
    left = [name for name in due if name.startswith(DAY_OF_WORK)]
    if not left:
        return due
    for name in left:
        due = due.delete(name)
    return due.update(planned(world, seed))


def _envelope(world: World, command: Command, act: Act, at: Moment, name: str) -> Envelope:
    role: Role = "clerk" if act.who else "customer"
    order = world.orders.get(getattr(command, "order_number", ""))
    theirs = world.customers[order.customer_id].contact if order else ""
    actor = words(world.company.locale)[f"name_{act.who}"] if act.who else theirs
    return Envelope(command_id=name, actor=actor, role=role, at=at, command=command)
