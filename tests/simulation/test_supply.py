"""Where goods come from: a factory that reports day by day, suppliers with a temper, a queue."""

from datetime import timedelta

import msgspec
import pytest

from tests.builders import (
    ARMCHAIR,
    BADGER,
    EAST,
    FIRST,
    LAMP,
    MAGPIE,
    SECOND,
    TODAY,
    company,
    order_allocated,
    order_confirmed,
    order_shipped,
)
from tests.story import Story, given
from trainer.orders.backorders import FillBackorders
from trainer.orders.engine import Envelope, record
from trainer.orders.goods_receipt import DeliverReplenishment, PostGoodsReceipt
from trainer.orders.invariants import violations
from trainer.orders.mishaps import ReceiveBack
from trainer.orders.production import CreateProduction, ReleaseProduction, StartProduction
from trainer.orders.purchasing import PlaceReplenishment
from trainer.orders.remedies import CancelOrder
from trainer.orders.shipping import ScanPackage
from trainer.orders.stock import ReceiveStock, TransferStock, made_on
from trainer.orders.values import DAY, day_of
from trainer.orders.world import Policies, World
from trainer.simulation import backlog, factory, suppliers
from trainer.simulation.agenda import Agenda, follow

MO = "MO-00001"


def under(**rules: str) -> World:
    """The company with other rules."""
    world = company()
    policies = msgspec.structs.replace(Policies(), **rules)
    return msgspec.structs.replace(
        world, company=msgspec.structs.replace(world.company, policies=policies)
    )


BY_HAND = under(production="manual")
AT_ONCE = under(backorder_fill="automatic")


def lived_on(story: Story, days: int) -> list[Envelope]:
    """What others did until that day, in the world of the story."""
    agenda, done, until = Agenda(), [], story.world.now + days * DAY
    for entry in story.entries:
        agenda = follow(agenda, entry, story.world, 7)
    while envelope := agenda.ripe(until):
        agenda = agenda.without(envelope)
        result = story.when(envelope.command, role=envelope.role, at=envelope.at)
        if result.refusal is None:
            done.append(envelope)
            for entry in result.entries:
                story.world, _ = record(story.world, envelope, (entry.event,))
                agenda = follow(agenda, entry, story.world, 7)
    return done


def made(done: list[Envelope]) -> list[Envelope]:
    """What the factory did of it."""
    return [envelope for envelope in done if envelope.actor == "factory"]


def scheduled(start_after: int = 0) -> Story:
    """Twelve armchairs for an order of twenty-six, started so many days after the plan."""
    story = given(order_confirmed(lines={ARMCHAIR: 26}), world=BY_HAND)
    story.and_(CreateProduction(ARMCHAIR, 12, EAST, made_on(BY_HAND, ARMCHAIR, 12), FIRST, 1))
    story.and_(ReleaseProduction(MO))
    story.world = msgspec.structs.replace(story.world, now=story.world.now + start_after * DAY)
    return story.and_(StartProduction(MO))


def test_by_hand_nothing_is_made_that_nobody_started() -> None:
    story = given(order_confirmed(lines={ARMCHAIR: 26}), world=BY_HAND)
    assert list(factory.react(story.entries[-1], story.world, 7)) == []


def test_a_started_order_is_reported_day_by_day_and_ready_on_its_day() -> None:
    story = scheduled()
    reports = made(lived_on(story, 30))
    assert [e.command.quantity for e in reports] == [5, 5, 2]
    assert [day_of(e.at) for e in reports] == [TODAY + timedelta(days=n) for n in (8, 9, 10)]
    assert story.world.production[MO].status == "done"
    assert story.world.orders[FIRST].lines[0].allocated == 12
    assert violations(story.world) == []


def test_who_starts_late_is_ready_late() -> None:
    reports = made(lived_on(scheduled(start_after=3), 30))
    assert day_of(reports[-1].at) == TODAY + timedelta(days=13)


def test_what_was_bought_is_not_made_by_itself_too() -> None:
    story = given(
        PlaceReplenishment(BADGER, ARMCHAIR, 8, EAST), order_confirmed(lines={ARMCHAIR: 26})
    )
    (making,) = factory.react(story.entries[-1], story.world, 7)
    assert making.command.quantity == 26 - 14 - 8


# --- suppliers ----------------------------------------------------------------------------------


def test_a_reliable_supplier_delivers_on_the_day() -> None:
    story = given(PlaceReplenishment(BADGER, LAMP, 12, EAST))
    (delivery,) = suppliers.react(story.entries[-1], story.world, 7)
    assert day_of(delivery.at) == story.world.replenishments["PUR-00001"].expected
    assert lived_on(story, 10) == [delivery]
    assert story.world.level(LAMP, EAST).on_hand == 72


def test_another_is_early_or_late_as_often_as_it_is_known_for() -> None:
    magpie = company().suppliers[MAGPIE]
    days = [suppliers.off_by(magpie, 7, number) for number in range(1000)]
    assert set(days) == {-2, -1, 0, 1, 2}
    assert 440 < days.count(0) < 560
    assert days == [suppliers.off_by(magpie, 7, number) for number in range(1000)]


def known_for(world: World, **habits: int) -> World:
    """A world in which the first supplier is known for something."""
    badger = msgspec.structs.replace(world.suppliers[BADGER], **habits)
    return msgspec.structs.replace(world, suppliers=world.suppliers.set(BADGER, badger))


def test_where_somebody_counts_the_lorry_waits_at_the_dock() -> None:
    story = given(PlaceReplenishment(BADGER, LAMP, 12, EAST), world=under(goods_receipt="manual"))
    (delivery,) = lived_on(story, 10)
    assert delivery.command == DeliverReplenishment("PUR-00001", 12, 12)
    assert story.world.level(LAMP, EAST).on_hand == 60
    assert story.world.replenishments["PUR-00001"].stage == "at_the_dock"


@pytest.mark.parametrize(
    "habits",
    [
        {"short_percent": 100},
        {"damaged_percent": 100},
        {"over_percent": 100},
        {"parts": 2},
        {"parts": 3, "short_percent": 100, "damaged_percent": 100},
    ],
)
def test_whatever_a_supplier_is_known_for_all_of_it_is_there_in_the_end(
    habits: dict[str, int],
) -> None:
    story = given(PlaceReplenishment(BADGER, LAMP, 24, EAST), world=known_for(company(), **habits))
    expected = story.world.replenishments["PUR-00001"].expected
    brought = [e for e in lived_on(story, 40) if isinstance(e.command, DeliverReplenishment)]
    first = [e for e in brought if not e.command_id.endswith("again")]
    assert all(day_of(e.at) <= expected for e in first)
    assert len(first) == habits.get("parts", 1)
    assert sum(e.command.announced for e in first) == 24
    came = sum(e.command.sound for e in first)
    assert (came < 24) == ("short_percent" in habits or "damaged_percent" in habits)
    assert (came > 24) == ("over_percent" in habits)
    # what is brought again is whole
    assert sum(e.command.sound for e in brought) == max(came, 24)
    assert story.world.level(LAMP, EAST).on_hand == 60 + 24
    assert story.world.replenishments["PUR-00001"].stage == "delivered"
    assert violations(story.world) == []


@pytest.mark.parametrize("packs", range(3, 14))
def test_too_much_and_too_little_in_parts_come_to_what_was_bought(packs: int) -> None:
    habits = {"parts": 3, "short_percent": 50, "over_percent": 60, "damaged_percent": 50}
    world = known_for(company(), **habits, reliability=50, spread_days=6)
    story = given(PlaceReplenishment(BADGER, LAMP, 6 * packs, EAST), world=world)
    lived_on(story, 150)
    assert story.world.replenishments["PUR-00001"].stage == "delivered"
    assert story.world.level(LAMP, EAST).on_hand == 60 + 6 * packs
    assert violations(story.world) == []


def test_parts_are_whole_packs_and_the_last_comes_on_the_day() -> None:
    assert suppliers.in_parts(30, 6, 2) == [18, 12]
    assert suppliers.in_parts(6, 6, 3) == [6]
    story = given(PlaceReplenishment(BADGER, LAMP, 30, EAST), world=known_for(company(), parts=2))
    first, last = suppliers.react(story.entries[-1], story.world, 7)
    assert (first.command.announced, last.command.announced) == (18, 12)
    assert (day_of(first.at), day_of(last.at)) == (
        TODAY + timedelta(days=2), TODAY + timedelta(days=5),
    )  # fmt: skip


def test_what_is_counted_at_the_dock_is_offered_to_the_queue() -> None:
    story = waiting(AT_ONCE)
    story.and_(PlaceReplenishment(BADGER, ARMCHAIR, 6, EAST))
    story.entries.clear()
    story.and_(DeliverReplenishment("PUR-00001", 6, 4), PostGoodsReceipt("PUR-00001", 1, 4))
    fills = [fill for e in story.entries for fill in backlog.react(e, story.world, 7)]
    assert [fill.command for fill in fills] == [FillBackorders(ARMCHAIR)]


# --- the queue ----------------------------------------------------------------------------------


def waiting(world: World) -> Story:
    """Everything is set aside for one order, and another waits for six."""
    return given(
        order_allocated(lines={ARMCHAIR: 14}),
        order_confirmed(SECOND, lines={ARMCHAIR: 6}),
        world=world,
    )


@pytest.mark.parametrize("freed", [ReceiveStock(ARMCHAIR, EAST, 6), CancelOrder(FIRST, "no")])
def test_what_becomes_free_is_set_aside_where_the_policy_says_so(freed: object) -> None:
    story = waiting(AT_ONCE)
    story.entries.clear()
    story.and_(freed)  # type: ignore[arg-type]
    fills = [fill for e in story.entries for fill in backlog.react(e, story.world, 7)]
    assert [fill.command for fill in fills] == [FillBackorders(ARMCHAIR)]
    assert FillBackorders(ARMCHAIR) in [e.command for e in lived_on(story, 0)]
    assert story.world.orders[SECOND].lines[0].open == 0


def test_what_comes_back_unopened_is_offered_to_the_queue() -> None:
    story = given(
        order_shipped(lines={ARMCHAIR: 14}),
        order_confirmed(SECOND, lines={ARMCHAIR: 6}),
        *(ScanPackage(FIRST, 1, seen) for seen in ("exception", "returned_to_sender")),
        world=AT_ONCE,
    )
    story.entries.clear()
    story.and_(ReceiveBack(FIRST, 1))
    fills = [fill for e in story.entries for fill in backlog.react(e, story.world, 7)]
    assert [fill.command for fill in fills] == [FillBackorders(ARMCHAIR)]


def test_where_it_does_not_nothing_happens_by_itself() -> None:
    story = waiting(company()).and_(ReceiveStock(ARMCHAIR, EAST, 6))
    assert list(backlog.react(story.entries[-1], story.world, 7)) == []


def test_nobody_is_asked_when_nobody_waits() -> None:
    story = given(ReceiveStock(LAMP, EAST, 6), TransferStock(LAMP, EAST, "WEST", 6), world=AT_ONCE)
    assert [f for e in story.entries for f in backlog.react(e, story.world, 7)] == []
