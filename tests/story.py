"""Given, when, then: a story is told to the engine, and plain asserts say how it ends."""

from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from tests.builders import company
from trainer.orders.clock import AdvanceClock
from trainer.orders.engine import (
    Command,
    Envelope,
    Event,
    OrderCommand,
    Recorded,
    Role,
    handle,
    record,
)
from trainer.orders.holds import ReleaseHold
from trainer.orders.payment import IssueRefund
from trainer.orders.refunds import RetryRefund
from trainer.orders.refusals import Refusal
from trainer.orders.values import MINUTE, Moment
from trainer.orders.world import Hold, Order, World

Happening = Command | Event | Callable[[World], Any] | tuple[Any, ...]
"""A command that is done, an event that is believed, or either read off the world so far."""


class Result(msgspec.Struct, frozen=True):
    """What came of the last command of a story."""

    world: World
    entries: tuple[Recorded, ...] = ()
    refusal: Refusal | None = None
    about: str = ""

    @property
    def events(self) -> tuple[Event, ...]:
        """What happened, without its place in the history."""
        return tuple(entry.event for entry in self.entries)

    @property
    def order(self) -> Order:
        """The order the command was about, as it is now."""
        return self.world.orders[self.about]


class Story:
    """A world in which some things have happened."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.entries: list[Recorded] = []

    def when(
        self,
        command: Command | Callable[[World], Command],
        *,
        role: Role | None = None,
        seen: int = 0,
        at: Moment | None = None,
    ) -> Result:
        """The answer to one more command; `seen` is the order version it was decided on."""
        if not isinstance(command, Command):
            command = command(self.world)
        envelope = envelope_of(self.world, command, role=role, seen=seen, at=at)
        about = command.order_number if isinstance(command, OrderCommand) else ""
        answer = handle(self.world, envelope)
        if isinstance(answer, Refusal):
            return Result(world=self.world, refusal=answer, about=about)
        world, entries = answer
        return Result(world=world, entries=tuple(entries), about=about)

    def and_(self, *happened: Happening) -> "Story":
        """The story told on; a refusal in it is a mistake of the storyteller."""
        for step in happened:
            if isinstance(step, tuple):
                self.and_(*step)
            elif isinstance(step, Event):
                told = Envelope("told", "story", "system", self.world.now, None)
                self._on(*record(self.world, told, (step,)))
            elif isinstance(step, Command):
                result = self.when(step)
                assert result.refusal is None, f"{step} was refused: {result.refusal}"
                self._on(result.world, result.entries)
            else:
                self.and_(step(self.world))
        return self

    def _on(self, world: World, entries: Iterable[Recorded]) -> None:
        self.world = world
        self.entries.extend(entries)


def given(*happened: Happening, world: World | None = None) -> Story:
    """A story in the small company of `builders`, or in another world."""
    return Story(world or company()).and_(*happened)


def envelope_of(
    world: World,
    command: Command,
    *,
    role: Role | None = None,
    seen: int = 0,
    at: Moment | None = None,
) -> Envelope:
    """The command in the hands of somebody who may give it, two minutes from now."""
    if at is None:
        at = command.to if isinstance(command, AdvanceClock) else world.now + 2 * MINUTE
    role = role or _hands(world, command)
    return Envelope(
        command_id=f"told-{world.number}",
        actor=_whose(world, command) if role == "supervisor" else _clerk(world, command),
        role=role,
        at=at,
        command=command,
        expected_version=seen,
    )


def _owned(world: World, command: Command) -> Hold | None:
    """The supervisor's hold that a command would release."""
    if isinstance(command, ReleaseHold) and command.order_number in world.orders:
        for hold in world.orders[command.order_number].holds:
            if hold.open and hold.kind == command.kind and hold.owner == "supervisor":
                return hold
    return None


def _hands(world: World, command: Command) -> Role:
    """A clerk's where a clerk may; a supervisor's for what a supervisor owns."""
    if _owned(world, command):
        return "supervisor"
    return "clerk" if "clerk" in command.roles else min(command.roles)


def _clerk(world: World, command: Command) -> str:
    """Ada is the clerk; Bob pays out what she has approved herself."""
    order = world.orders.get(getattr(command, "order_number", ""))
    pays = isinstance(command, IssueRefund | RetryRefund)
    return "Bob" if pays and order and order.refund_approved_by == "Ada" else "Ada"


def _whose(world: World, command: Command) -> str:
    """Grace is the supervisor; Hugh looks at what she stopped herself."""
    hold = _owned(world, command)
    return "Hugh" if hold and hold.placed_by == "Grace" else "Grace"
