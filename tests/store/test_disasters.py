"""Disasters of real order systems in which two were at work at once, told over every store.

The number before each thread is its row in the engine's reference, §3; `tests.orders.
test_disasters` knows where each row is told.
"""

from typing import Any

import msgspec

from tests.builders import (
    ARMCHAIR,
    EAST,
    FIRST,
    SECOND,
    company,
    order_delivered,
    order_paid,
)  # fmt: skip
from tests.store import shop
from tests.store.conftest import ADA
from trainer.orders.engine import Command
from trainer.orders.holds import PlaceHold
from trainer.orders.invariants import violations
from trainer.orders.payment import IssueRefund, RefundExceedsCredit
from trainer.orders.refusals import Refusal, VersionConflict
from trainer.orders.remedies import CancelOrder
from trainer.orders.returns import RequestReturn
from trainer.orders.stock import Allocate, AllocationRow, InsufficientStock
from trainer.orders.world import Order, ReturnRow, World
from trainer.play.ports import Sandbox, Store
from trainer.play.preview import Effects
from trainer.play.sandbox import Desk, Outcome

CHAIRS = {ARMCHAIR: 10}


class Somebody:
    """One of two people who look at the same sandbox, each at a desk of their own."""

    def __init__(self, name: str, store: Store, sandbox: Sandbox) -> None:
        self.name, self.desk, self.sees, self.given = name, Desk(store), sandbox, 0

    def does(self, command: Command, command_id: str = "", seen: int = 0) -> Outcome:
        """A command on the picture they have; others may have written since."""
        self.given += 1
        return self.desk.perform(
            self.sees,
            command,
            actor=self.name,
            command_id=command_id or f"{self.name}-{self.given}",
            expected_version=seen,
            role="clerk" if "clerk" in command.roles else min(command.roles),
        )


class Two:
    """Ada and Ben, who opened the same page at the same moment."""

    def __init__(self, store: Store, *happened: Any) -> None:
        content = shop.content()
        opening = msgspec.structs.replace(shop.opening(content), world=company())
        number = store.put_opening(opening, shop.as_json(content), "disasters")
        self.store, self.sandbox = store, store.open(ADA, number)
        self._tell(Somebody("story", store, self.sandbox), happened)
        self.ada, self.ben = (Somebody(name, store, self.sandbox) for name in ("Ada", "Ben"))

    def _tell(self, teller: Somebody, happened: Any) -> None:
        for step in happened:
            if isinstance(step, Command):
                outcome = teller.does(step)
                assert outcome.refused is None, outcome.refused
                self.sandbox = teller.sees = outcome.sandbox
            elif isinstance(step, tuple):
                self._tell(teller, step)
            else:
                self._tell(teller, (step(self.world),))

    @property
    def world(self) -> World:
        """The world as it is stored, read by nobody before; sound by all rules."""
        world = Desk(self.store).run(self.store.find(self.sandbox.key)).world
        assert violations(world) == []
        return world

    def order(self, number: str = FIRST) -> Order:
        return self.world.orders[number]


def refused(outcome: Outcome) -> Refusal | None:
    return outcome.refused.refusal if outcome.refused else None


def sets_aside(order: str, units: int) -> Allocate:
    return Allocate(order, (AllocationRow(1, EAST, units),))


def both_paid(store: Store) -> Two:
    """Two orders for ten armchairs each are paid for; there are ten in the east."""
    return Two(store, order_paid(lines=CHAIRS), order_paid(SECOND, lines=CHAIRS))


def test_two_at_once_do_not_set_aside_more_than_there_is(store: Store) -> None:
    """1, saleor/saleor#543: two checkouts together allocate more than exists."""
    two = both_paid(store)
    assert two.ada.does(sets_aside(FIRST, 10)).refused is None
    assert refused(two.ben.does(sets_aside(SECOND, 10))) == InsufficientStock(
        sku=ARMCHAIR, warehouse=EAST, available=0, on_hand=10, allocated=10, requested=10
    )
    assert two.world.level(ARMCHAIR, EAST).allocated == 10


def test_two_at_once_lose_none_of_what_they_set_aside(store: Store) -> None:
    """2, django-oscar/django-oscar#2102, #1811: one of the updates is lost."""
    two = both_paid(store)
    assert two.ada.does(sets_aside(FIRST, 4)).refused is None
    assert two.ben.does(sets_aside(SECOND, 5)).refused is None
    assert two.world.level(ARMCHAIR, EAST).allocated == 9
    assert [two.order(number).lines[0].allocated for number in (FIRST, SECOND)] == [4, 5]


def test_what_was_there_when_one_looked_is_looked_at_again(store: Store) -> None:
    """3, vendurehq/vendure#1738, #3508, PR #4930: checked in one step, allocated in another."""
    two = both_paid(store)
    wanted = sets_aside(SECOND, 10)
    assert isinstance(two.ben.desk.preview(two.ben.sees, wanted, actor="Ben"), Effects)
    two.ada.does(sets_aside(FIRST, 1))
    assert isinstance(refused(two.ben.does(wanted)), InsufficientStock)
    # nothing of it was done silently, and all of it still waits
    line = two.order(SECOND).lines[0]
    assert (line.allocated, line.open) == (0, 10)


def test_two_refunds_at_once_have_one_limit(store: Store) -> None:
    """29, saleor/saleor#19645: checked one by one, not cumulatively, no row lock."""
    two = Two(store, order_paid(), CancelOrder(FIRST, "changed mind"))
    refund = IssueRefund(FIRST, 30_000, "cancelled")
    assert two.ada.does(refund).refused is None
    over = refused(two.ben.does(refund))
    assert isinstance(over, RefundExceedsCredit)
    assert (over.limit, over.refunded, over.requested) == (11_198, 30_000, 30_000)
    assert two.order().refunded == 30_000


def test_one_click_that_arrives_at_two_servers_refunds_once(store: Store) -> None:
    """32, openfoodfoundation/openfoodnetwork#6330; solidus PR #3989: refunds twice."""
    two = Two(store, order_paid(), CancelOrder(FIRST, "changed mind"))
    refund = IssueRefund(FIRST, 10_000, "a part")
    first, second = (each.does(refund, "one click") for each in (two.ada, two.ben))
    assert (first.repeated, second.repeated) == (False, True)
    assert second.entries == first.entries
    assert two.order().refunded == 10_000
    # a second click with an intent of its own is a second refund
    assert not two.ada.does(refund, "another click").repeated
    assert two.order().refunded == 20_000


def test_a_stale_screen_overwrites_nothing_and_is_told_what_changed(store: Store) -> None:
    """43, shopware PR #1474; VirtoCommerce PR #354; spree PR #4286: stale screen overwrites."""
    two = Two(store, order_paid())
    version = two.order().version
    two.ada.does(sets_aside(FIRST, 2), seen=version)
    conflict = refused(two.ben.does(CancelOrder(FIRST, "by mistake"), seen=version))
    assert isinstance(conflict, VersionConflict)
    assert (conflict.seen, conflict.current) == (version, version + 1)
    assert {(c.what, c.about): (c.before, c.after) for c in conflict.changes} == {
        ("allocated", ARMCHAIR): (0, 2),
    }
    assert two.order().status == "confirmed"


def test_the_answer_brings_the_version_to_go_on_with(store: Store) -> None:
    """44, open-mercato/open-mercato#4055: version shown stays stale after a return."""
    two = Two(store, order_delivered())
    version = two.order().version
    asked = RequestReturn(FIRST, (ReturnRow(1, 1),), "defective")
    outcome = two.ada.does(asked, seen=version)
    shown = outcome.run.world.orders[FIRST].version
    assert shown == version + 1 == two.order().version
    two.ada.sees = outcome.sandbox
    hold = PlaceHold(FIRST, "address", "they call again tomorrow")
    assert refused(two.ada.does(hold, seen=version)) is not None
    assert two.ada.does(hold, seen=shown).refused is None
