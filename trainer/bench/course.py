"""What is measured with: the first exercise's order, from its message to the archive."""

from itertools import zip_longest
from typing import Final

import msgspec
from immutables import Map

from trainer import paths
from trainer.catalog.loader import Loaded, load_scenario
from trainer.catalog.worlds import make_opening
from trainer.orders.clock import AdvanceClock
from trainer.orders.engine import Command, Envelope
from trainer.orders.intake import CheckOrder, ConfirmOrder, SubmitOrder
from trainer.orders.payment import RecordPayment
from trainer.orders.refusals import Refusal
from trainer.orders.shipping import PickPackage, ScanPackage, ShipPackage
from trainer.orders.stock import Allocate, ReleaseAllocation
from trainer.orders.world import World
from trainer.play import solution
from trainer.play.run import Course, Opening, Run
from trainer.training.scenario import Variant

_EXERCISE: Final = paths.SCENARIOS / "01-overview" / "first-order.yaml"
_VARIANT: Final = Variant(locale="en_US", seed=1)
PEERS_LIFE: Final[tuple[type[Command], ...]] = (
    SubmitOrder, CheckOrder, ConfirmOrder, RecordPayment, Allocate, PickPackage, ShipPackage,
    ScanPackage,
)  # fmt: skip
"""What an order's life has in other order engines too; the last scan is the delivery."""
_OF_ORDERS: Final = (
    "orders", "sequence", "labels", "by_label", "exposure", "by_po", "by_message", "backorders",
)  # fmt: skip


def exercise() -> Loaded:
    """The course's first exercise."""
    return load_scenario(_EXERCISE)


def course_of(orders: int = 0) -> Course:
    """The exercise in its own world, or in one that was grown to so many orders."""
    opening = make_opening(exercise().scenario, _VARIANT)
    if orders:
        opening = msgspec.structs.replace(opening, world=grown(opening.world, orders))
    return Course(opening=opening, judge=opening.judge())


def living(orders: int) -> Opening:
    """A world in which so many orders of the last forty days go on by themselves."""
    scenario = exercise().scenario
    world = scenario.world.model_copy(update={"orders": orders, "days": 40, "living": True})
    return make_opening(scenario.model_copy(update={"world": world}), _VARIANT)


def grown(world: World, orders: int) -> World:
    """The world with so many orders: its own over and over, in every state they are in."""
    originals = list(world.newest())
    world = msgspec.structs.replace(
        world,
        counters=world.counters.set("order", orders),
        **{index: Map() for index in _OF_ORDERS},
    )
    for place in range(1, orders + 1):
        copy = msgspec.structs.replace(
            originals[(place - 1) % len(originals)],
            order_number=f"SO-{10_000 + place}",
            sequence=place,
            customer_po_number=f"PO-{place}",
        )
        world = world.with_order(copy)
    return world


def commands_of(course: Course) -> tuple[Command, ...]:
    """The clerk's commands of the exercise's own solution."""
    every = (played.command for played in solution.play(course))
    return tuple(command for command in every if isinstance(command, Command))


def envelopes_of(course: Course) -> tuple[Envelope, ...]:
    """All commands of that life in their order, the customer's, bank's and carrier's too."""
    known: dict[str, Envelope] = {}
    causes: dict[str, None] = {}
    for played in solution.play(course):
        assert not isinstance(played.answer, Refusal), played.answer
        known.update(played.run.agenda.due)
        for entry in played.answer:
            causes[entry.command_id] = None
            if entry.role == "clerk":
                known[entry.command_id] = Envelope(
                    entry.command_id, entry.actor, entry.role, entry.at, played.command
                )
    return tuple(known[cause] for cause in causes)


def long_life(course: Course, events: int) -> tuple[Command, ...]:
    """The same life, but the clerk changes their mind about the stock until there are so many."""
    run = course.start()
    done: list[Command] = []
    more = (events - len(envelopes_of(course)) - 1) // 2
    every = commands_of(course)
    for command, following in zip_longest(every, every[1:]):
        assert command
        again: tuple[Command, ...] = (command,)
        if isinstance(command, AdvanceClock):
            again = (_waited(course, run, following),)
        elif isinstance(command, Allocate):
            back = ReleaseAllocation(order_number=command.order_number, rows=command.rows)
            again = (command, *((back, command) * more))
        for wanted in again:
            run, _ = solution.tried(run, course, wanted)
        done += again
    return tuple(done)


def _waited(course: Course, run: Run, following: Command | None) -> AdvanceClock:
    """The clock moved on, happening by happening, until what follows can be done."""
    while True:
        due = run.agenda.next()
        assert due
        run, _ = solution.tried(run, course, AdvanceClock(to=due.at))
        if not (following and isinstance(solution.tried(run, course, following)[1], Refusal)):
            return AdvanceClock(to=run.world.now)
