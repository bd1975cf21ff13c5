"""A packed order that nobody pays: somebody sees it, and it ends, or it is paid after all."""

from collections.abc import Iterator
from functools import partial
from itertools import count

import msgspec

from tests.builders import (
    FIRST,
    OTTER,
    booking,
    exercise,
    goal,
    opening,
    order_confirmed,
    picking,
    step,
)  # fmt: skip
from tests.simulation.test_wishes import under
from trainer.orders.clock import AdvanceClock
from trainer.orders.engine import Command, Event
from trainer.orders.payment import ReceiveTransfer
from trainer.orders.shipping import VoidPackage
from trainer.orders.status import label_of, overlays
from trainer.orders.stock import Allocate, AllocationRow
from trainer.orders.values import DAY
from trainer.orders.world import Order
from trainer.play.memory import MemoryStore
from trainer.play.run import fingerprint
from trainer.play.sandbox import Desk

GOAL = goal("calm", 100, never_refused={})


class Packer:
    """A desk at which an order was packed before it was paid; its customer forgets to pay."""

    def __init__(self) -> None:
        self.store, self.given = MemoryStore(), count()
        self.desk = Desk(self.store)
        # a late customer: within three days nobody pays by themselves
        world = under(unpaid_expiry_hours=72, payment_after_hours=30 * 24)
        begun = msgspec.structs.replace(opening(exercise(step("pack", GOAL))), world=world)
        self.sandbox = self.store.open(1, self.store.put_opening(begun, b"unpaid", "digest"))
        self.does(*order_confirmed(), Allocate(FIRST, (AllocationRow(1, "EAST", 2),)))
        self.does(*picking(FIRST, self.desk.run(self.sandbox).world))
        self.does(AdvanceClock(self.now + 3 * DAY))

    @property
    def order(self) -> Order:
        """The order as it stands."""
        return self.desk.run(self.sandbox).world.orders[FIRST]

    @property
    def now(self) -> int:
        """What the clock shows."""
        return self.desk.run(self.sandbox).world.now

    def does(self, *commands: Command) -> list[Event]:
        """One thing after the other, and all that came of it."""
        return [event for command in commands for event in self._does(command)]

    def _does(self, command: Command) -> Iterator[Event]:
        if callable(command):
            command = command(self.desk.run(self.sandbox).world)
        done = self.desk.perform(
            self.sandbox,
            command,
            actor="Ada",
            command_id=f"ada-{next(self.given)}",
            role="clerk" if "clerk" in command.roles else min(command.roles),
        )
        assert done.refused is None
        self.sandbox = done.sandbox
        return (entry.event for entry in done.entries)


def test_the_deadline_leaves_a_task_that_somebody_sees() -> None:
    packer = Packer()
    (task,) = packer.order.tasks
    assert "unpack what is in parcels" in task.text
    assert overlays(packer.order, packer.now) == ("task_due",)
    assert label_of(packer.order) == "pending_payment"


def test_unpacked_it_is_cancelled_and_the_task_is_over() -> None:
    packer = Packer()
    packer.does(VoidPackage(FIRST, 1))
    assert label_of(packer.order) == "closed"
    assert [task.status for task in packer.order.tasks] == ["finished"]
    run = packer.desk.run(packer.sandbox)
    again = Desk(packer.store).run(packer.sandbox)
    assert fingerprint(again) == fingerprint(run)


def test_paid_after_all_it_goes_on() -> None:
    packer = Packer()
    packer.does(ReceiveTransfer(OTTER, 41_198, f"{FIRST} / x"))
    assert [task.status for task in packer.order.tasks] == ["dropped"]
    assert "come after all" in packer.order.tasks[0].note
    packer.does(VoidPackage(FIRST, 1))
    assert label_of(packer.order) == "pending_payment"
    packer.does(partial(booking, FIRST))
    assert label_of(packer.order) == "awaiting_shipment"
