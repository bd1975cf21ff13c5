"""The script of a scenario: what others do when something happens, or so long after the opening.

Each part of it happens once. It is found anew from the events, like all that is on the agenda; a
part whose words mean nothing at its moment, as no order is there yet, stays undone.
"""

from typing import Final

from trainer.orders.engine import Envelope, Recorded
from trainer.orders.values import HOUR, MINUTE
from trainer.orders.world import World
from trainer.play.reading import SolutionError, converted, read_at
from trainer.simulation.agenda import Agenda
from trainer.simulation.words import words
from trainer.training.checks import Cast, about
from trainer.training.scenario import Happening, Scenario

SCRIPT: Final = "script:"
"""How the command ids of what stands in a script begin."""


def at_the_opening(scenario: Scenario, agenda: Agenda, world: World, cast: Cast) -> Agenda:
    """The agenda with what happens so long after the opening. Raises SolutionError."""
    for place, part in enumerate(scenario.script):
        if part.when is None and not part.before_the_opening:
            at = world.now + (part.after_hours or 0) * HOUR + part.after_minutes * MINUTE
            agenda = agenda.with_(_envelope(part, place, at, world, agenda, cast))
    return agenda


def set_going(
    scenario: Scenario, agenda: Agenda, entry: Recorded, world: World, cast: Cast, done: int
) -> tuple[Agenda, int]:
    """The agenda after an event, and which parts have been set going: bit n stands for part n."""
    for place, part in enumerate(scenario.script):
        if part.when is None or done >> place & 1 or not _met(part, entry, world, cast):
            continue
        wait = (part.after_hours or 0) * HOUR + part.after_minutes * MINUTE
        try:
            envelope = _envelope(part, place, entry.at + wait, world, agenda, cast)
        except SolutionError:
            continue
        agenda, done = agenda.with_(envelope), done | 1 << place
    return agenda, done


def _met(part: Happening, entry: Recorded, world: World, cast: Cast) -> bool:
    return (
        part.when is not None
        and part.when.fits(entry.event, world, cast)
        and about(entry.event, world, cast, part.order)
    )


def _envelope(
    part: Happening, place: int, at: int, world: World, agenda: Agenda, cast: Cast
) -> Envelope:
    wanted = converted(*read_at(world, agenda, cast, part.do))
    return Envelope(
        command_id=f"{SCRIPT}{place}",
        actor=actor(part, world),
        role=part.role,
        at=at,
        command=wanted,
    )


def actor(part: Happening, world: World) -> str:
    """Whose name stands in the history: a colleague has one in each language."""
    return words(world.company.locale).get(f"name_{part.actor}") or part.actor or part.role
