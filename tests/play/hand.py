"""Somebody at a desk in a small company of their own, who does one thing after the other."""

from itertools import count
from typing import Any

import msgspec

from tests.builders import FIRST, exercise, goal, opening, step
from trainer.orders.engine import Command, Recorded
from trainer.orders.world import Order, World
from trainer.play.memory import MemoryStore
from trainer.play.run import Run
from trainer.play.sandbox import Desk

CALM = exercise(step("calm", goal("calm", 100, never_refused={})))


class Hand:
    """One person, one sandbox; steps are commands, or read off the world when their turn comes."""

    def __init__(self, world: World) -> None:
        self.store = MemoryStore()
        self.desk = Desk(self.store)
        begun = msgspec.structs.replace(opening(CALM), world=world)
        self.sandbox = self.store.open(1, self.store.put_opening(begun, b"calm", "digest"))
        self._ids = count(1)

    @property
    def run(self) -> Run:
        """The run as it is now."""
        return self.desk.run(self.sandbox)

    @property
    def order(self) -> Order:
        """The first order as it is now."""
        return self.run.world.orders[FIRST]

    @property
    def now(self) -> int:
        """What the clock shows."""
        return self.run.world.now

    def does(self, *steps: Any) -> tuple[Recorded, ...]:
        """Each in turn; what came of the last one."""
        entries: tuple[Recorded, ...] = ()
        for happens in steps:
            if not isinstance(happens, Command):
                happens = happens(self.run.world)
            if isinstance(happens, tuple):
                entries = self.does(*happens)
                continue
            done = self.desk.perform(
                self.sandbox,
                happens,
                actor="Ada",
                command_id=f"ada-{next(self._ids)}",
                role="clerk" if "clerk" in happens.roles else min(happens.roles),
            )
            assert done.refused is None, done.refused
            self.sandbox, entries = done.sandbox, done.entries
        return entries
