"""An imported history goes on: what was open on its last day is not frozen there."""

from pathlib import Path

from tests.exchange.test_history import folder, order
from trainer.catalog.library import practice, shelve
from trainer.exchange.history import read_history
from trainer.orders.clock import AdvanceClock
from trainer.orders.shipping import ScanPackage
from trainer.orders.status import label_of
from trainer.orders.values import DAY
from trainer.play.memory import MemoryStore
from trainer.play.sandbox import Desk
from trainer.simulation.background import under_way


def test_what_is_on_its_way_is_scanned_on(tmp_path: Path) -> None:
    imported = read_history(folder(tmp_path))
    number = order(imported, "11").order_number
    due = under_way(imported.world, 1).due.values()
    scans = [
        envelope.command.tracking
        for envelope in sorted(due, key=lambda envelope: envelope.at)
        if isinstance(envelope.command, ScanPackage) and envelope.command.order_number == number
    ]
    assert scans[-1] == "delivered"


def test_free_practice_on_a_history_lives(tmp_path: Path) -> None:
    imported = read_history(folder(tmp_path))
    store = MemoryStore()
    assert shelve(store, imported.world, "Northwind").world.living
    (opening_id,) = store.imported()
    desk = Desk(store)
    sandbox = store.open(1, opening_id)
    wait = AdvanceClock(imported.world.now + 9 * DAY)
    after = desk.perform(sandbox, wait, actor="Ada", command_id="wait").run.world
    assert label_of(after.orders[order(imported, "11").order_number]) == "signed"


def test_the_same_history_under_other_rules_is_another_opening(tmp_path: Path) -> None:
    world = read_history(folder(tmp_path)).world
    store = MemoryStore()
    shelve(store, world, "Northwind")
    shelve(store, world, "Northwind")
    assert len(store.imported()) == 1
    shelve(store, world, "The other desk")
    assert len(store.imported()) == 2
    assert practice(world, "Northwind").world.living
