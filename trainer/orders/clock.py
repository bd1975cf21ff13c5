"""The simulated clock: time passes when somebody says so."""

import msgspec

from trainer.orders.engine import Answer, Command, Envelope, Event, decides, evolves
from trainer.orders.refusals import Refusal
from trainer.orders.values import DAY, Moment
from trainer.orders.world import World


class AdvanceClock(Command, frozen=True):
    """Wait until a moment; whatever is due before it happens on the way."""

    to: Moment


class ClockAdvanced(Event, frozen=True):
    """Time has passed."""

    says = "The clock was moved on"
    to: Moment


class ClockRunsForward(Refusal, frozen=True):
    """Time does not run back, and nobody waits longer than a quarter at once."""

    says = "The clock can only be moved forward, by {limit_days} days at most."
    cure = "Choose one of the steps beside the clock."
    limit_days: int = 92


@decides(AdvanceClock)
def advance_clock(world: World, command: AdvanceClock, by: Envelope) -> Answer:
    """Forward, within reason."""
    if not world.now <= command.to <= world.now + 92 * DAY:
        return ClockRunsForward()
    return (ClockAdvanced(to=command.to),)


@evolves(ClockAdvanced)
def clock_advanced(world: World, event: ClockAdvanced, at: Moment) -> World:
    """Later: the moment waited for, whenever the waiting was written down."""
    return msgspec.structs.replace(world, now=event.to)
