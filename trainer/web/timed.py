"""Time limits: real minutes from the beginning of an attempt, stretched for who needs it.

Nobody watches a clock: whoever comes back after the time is over finds the run handed in.
"""

from time import time
from typing import Final

from trainer.play.ports import Sandbox
from trainer.play.sandbox import Desk
from trainer.training.scenario import Scenario

TIME_IS_UP: Final = "time-is-up"
"""The command id under which the clock hands in, once."""
UNLIMITED: Final = -1


def until(scenario: Scenario, sandbox: Sandbox, extra: int) -> float | None:
    """When the time of an attempt is over, in seconds since 1970; None where there is no limit."""
    if scenario.time_limit is None or extra == UNLIMITED:
        return None
    return sandbox.opened_at + scenario.time_limit * 60 * (1 + extra / 100)


def kept(desk: Desk, sandbox: Sandbox, extra: int) -> Sandbox:
    """The sandbox, handed in if its time is over."""
    if sandbox.replaced or sandbox.standing.finished:
        return sandbox
    end = until(desk.course(sandbox).judge.scenario, sandbox, extra)
    if end is None or time() < end:
        return sandbox
    return desk.hand_in(sandbox, TIME_IS_UP).sandbox
