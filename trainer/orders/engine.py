"""The kernel: commands in, events or a refusal out; events in, the next world out.

`decide` and `evolve` are pure. Who, when and which order version was seen come in the command's
envelope. The rooms of the engine (intake, payment, shipping, …) register their deciders and
evolvers here; each room's file holds all of its part of an order's life.
"""

from collections.abc import Callable
from typing import Any, ClassVar, Final, Literal, TypeVar, Union

import msgspec

from trainer.orders.desks import seated, wrong_desk
from trainer.orders.refusals import (
    ArchivedReadOnly,
    Refusal,
    RoleRequired,
    UnknownOrder,
    VersionConflict,
    snake_case,
)
from trainer.orders.values import Moment
from trainer.orders.world import Order, World

Role = Literal["clerk", "supervisor", "customer", "carrier", "bank", "system"]


class Command(
    msgspec.Struct, frozen=True, tag=snake_case, tag_field="type", omit_defaults=True, gc=False
):
    """Something somebody wants done."""

    roles: ClassVar[frozenset[Role]] = frozenset({"clerk", "system"})
    """Who may ask for it."""


class OrderCommand(Command, frozen=True):
    """A command about one order."""

    on_any_version: ClassVar[bool] = False
    """Whether it is as right on an old picture of the order as on the newest.

    Only what neither reads nor overwrites anything that others may have changed is.
    """

    order_number: str


class Event(
    msgspec.Struct, frozen=True, tag=snake_case, tag_field="type", omit_defaults=True, gc=False
):
    """Something that happened. Events are believed, never checked again."""

    says: ClassVar[str] = ""
    """The sentence of the timeline, with the event's own fields in braces."""


class OrderEvent(Event, frozen=True):
    """Something that happened to one order."""

    order_number: str


class Envelope(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """A command with who wants it, when, and on which picture of the order they decided."""

    command_id: str
    actor: str
    role: Role
    at: Moment
    command: Any
    expected_version: int = 0


class Recorded(msgspec.Struct, frozen=True, gc=False):
    """An event in its place in the sandbox's history, with its cause."""

    number: int
    at: Moment
    actor: str
    role: Role
    command_id: str
    event: Any


Events = tuple[Event, ...]
Answer = Events | Refusal
C = TypeVar("C", bound=Callable[..., Answer])
E = TypeVar("E", bound=Callable[..., Any])

_DECIDERS: Final[dict[type[Command], Callable[..., Answer]]] = {}
_ORDER_EVOLVERS: Final[dict[type[Event], Callable[[World, Order, Any, Moment], World]]] = {}
_WORLD_EVOLVERS: Final[dict[type[Event], Callable[[World, Any, Moment], World]]] = {}
_FLAWED: Final[dict[tuple[str, type[Command]], Callable[..., Answer]]] = {}
_WATCHERS: Final[list[Callable[[World, World], World]]] = []


def decides(command: type[Command]) -> Callable[[C], C]:
    """Register who decides a command.

    An order command's decider takes (world, order, command, envelope), any other (world, command,
    envelope).
    """

    def register(decider: C) -> C:
        _DECIDERS[command] = decider
        return decider

    return register


def evolves(event: type[Event]) -> Callable[[E], E]:
    """Register what an event makes of the world.

    An order event's evolver takes (world, order, event, at), any other (world, event, at).
    """

    def register(evolver: E) -> E:
        table: dict[Any, Any] = (
            _ORDER_EVOLVERS if issubclass(event, OrderEvent) else _WORLD_EVOLVERS
        )
        table[event] = evolver
        return evolver

    return register


def flawed(flaw: str, command: type[Command]) -> Callable[[C], C]:
    """Register who decides a command where the system has a flaw; events are believed as ever."""

    def register(decider: C) -> C:
        _FLAWED[flaw, command] = decider
        return decider

    return register


def watches(watcher: Callable[[World, World], World]) -> Callable[[World, World], World]:
    """Register who looks at the world before and after each event, where a flaw is hunted for."""
    _WATCHERS.append(watcher)
    return watcher


def decide(world: World, envelope: Envelope) -> Answer:
    """What the command leads to in this world: events, or the refusal that says why not."""
    command = envelope.command
    if world.policies.desks:
        refusal = wrong_desk(world, envelope)
        if refusal:
            return refusal
        envelope = seated(world, envelope)
    if envelope.role not in command.roles:
        return RoleRequired(role=envelope.role, wanted=" / ".join(sorted(command.roles)))
    decider = _DECIDERS[type(command)]
    if world.hunt is not None:
        decider = _FLAWED.get((world.hunt.flaw, type(command)), decider)
    if not isinstance(command, OrderCommand):
        return decider(world, command, envelope)
    order = world.orders.get(command.order_number)
    if order is None:
        return UnknownOrder(order_number=command.order_number)
    seen = 0 if command.on_any_version else envelope.expected_version
    if seen and seen != order.version:
        return VersionConflict(order_number=order.order_number, seen=seen, current=order.version)
    if order.status == "archived":
        return ArchivedReadOnly(order_number=order.order_number)
    return decider(world, order, command, envelope)


def evolve(world: World, recorded: Recorded) -> World:
    """The world after an event. Numbers follow each other and time never runs back."""
    event, before = recorded.event, world
    kind = type(event)
    evolver = _ORDER_EVOLVERS.get(kind)
    if evolver is None:
        world = _WORLD_EVOLVERS[kind](world, event, recorded.at)
    else:
        world = evolver(world, world.orders[event.order_number], event, recorded.at)
    now = recorded.at if recorded.at > world.now else world.now
    after = msgspec.structs.replace(world, number=recorded.number, now=now)
    if after.hunt is not None:
        for watcher in _WATCHERS:
            after = watcher(before, after)
    return after


def moment(world: World, envelope: Envelope) -> Moment:
    """When a command takes effect: never before what has happened already."""
    return envelope.at if envelope.at > world.now else world.now


def record(world: World, envelope: Envelope, events: Events) -> tuple[World, list[Recorded]]:
    """Give events their numbers, and fold them into the world."""
    recorded = []
    for event in events:
        entry = numbered(world, envelope, event)
        world = evolve(world, entry)
        recorded.append(entry)
    return world, recorded


def numbered(world: World, envelope: Envelope, event: Event) -> Recorded:
    """An event in its place: the next number, and not before what has happened already."""
    by = seated(world, envelope) if world.policies.desks else envelope
    return Recorded(
        number=world.number + 1,
        at=moment(world, envelope),
        actor=envelope.actor,
        role=by.role,
        command_id=envelope.command_id,
        event=event,
    )


def handle(world: World, envelope: Envelope) -> tuple[World, list[Recorded]] | Refusal:
    """Decide and evolve in one go: the whole engine in one call."""
    answer = decide(world, envelope)
    if isinstance(answer, Refusal):
        return answer
    return record(world, envelope, answer)


def changed(order: Order, **changes: Any) -> Order:
    """The order with some facts changed and its version one higher."""
    return msgspec.structs.replace(order, version=order.version + 1, **changes)


def commands() -> dict[str, type[Command]]:
    """Every command of the engine by its tag."""
    return {snake_case(kind.__name__): kind for kind in _DECIDERS}


def events() -> dict[str, type[Event]]:
    """Every event of the engine by its tag."""
    return {snake_case(kind.__name__): kind for kind in (*_ORDER_EVOLVERS, *_WORLD_EVOLVERS)}


def refusals() -> dict[str, type[Refusal]]:
    """Every refusal of the engine by its tag."""
    return {snake_case(kind.__name__): kind for kind in Refusal.__subclasses__()}


def union(kinds: dict[str, Any]) -> Any:
    """A tagged union of all these kinds, for a decoder of stored JSON."""
    return Union[tuple(kinds.values())]  # noqa: UP007 - the members are known only at run time
