"""The factory: what was promised beyond the stock is there in time."""

import msgspec

from tests.builders import ARMCHAIR, EAST, FIRST, SECOND, company, order_confirmed
from tests.story import given
from trainer.orders.production import CreateProduction, ReleaseProduction, StartProduction
from trainer.orders.stock import ReceiveStock, made_on
from trainer.orders.values import day_of
from trainer.orders.world import World
from trainer.simulation import factory


def all_of(world: World) -> int:
    """Every armchair there is."""
    return world.available(ARMCHAIR)


def test_what_the_stock_can_serve_is_not_made() -> None:
    story = given(order_confirmed())
    assert list(factory.react(story.entries[-1], story.world, 7)) == []


def test_what_is_short_is_made_in_time_for_the_promise() -> None:
    have = all_of(given().world)
    story = given(order_confirmed(lines={ARMCHAIR: have + 3}))
    (making,) = factory.react(story.entries[-1], story.world, 7)
    assert isinstance(making.command, ReceiveStock)
    assert (making.command.sku, making.command.quantity) == (ARMCHAIR, 3)
    assert day_of(making.at) == made_on(story.world, ARMCHAIR, 3)
    promised = story.world.orders[FIRST].promised_delivery_date
    assert promised
    assert day_of(making.at) < promised


def under(**rules: int) -> World:
    """The small company with these rules."""
    world = company()
    policies = msgspec.structs.replace(world.policies, **rules)
    return msgspec.structs.replace(
        world, company=msgspec.structs.replace(world.company, policies=policies)
    )


def test_some_things_are_ready_early_and_some_late_where_a_scenario_says_so() -> None:
    world = under(factory_early_percent=20, factory_late_percent=15)
    have = all_of(world)
    story = given(order_confirmed(lines={ARMCHAIR: have + 3}), world=world)
    planned = made_on(story.world, ARMCHAIR, 3)
    off = []
    for seed in range(400):
        (making,) = factory.react(story.entries[-1], story.world, seed)
        off.append((day_of(making.at) - planned).days)
    assert set(off) == {-2, -1, 0, 1, 2, 3}
    assert 50 < sum(days < 0 for days in off) < 110
    assert 35 < sum(days > 0 for days in off) < 85


def test_what_was_begun_by_hand_can_be_early_or_late_too() -> None:
    for rules in ({"factory_early_percent": 100}, {}, {"factory_late_percent": 100}):
        world = under(**rules)  # type: ignore[arg-type]
        firm = msgspec.structs.replace(
            world.company,
            policies=msgspec.structs.replace(world.policies, production="manual"),
        )
        world = msgspec.structs.replace(world, company=firm)
        story = given(order_confirmed(lines={ARMCHAIR: 26}), world=world)
        due = made_on(world, ARMCHAIR, 5)
        story.and_(CreateProduction(ARMCHAIR, 5, EAST, due, FIRST, 1))
        story.and_(ReleaseProduction("MO-00001"), StartProduction("MO-00001"))
        (report,) = factory.react(story.entries[-1], story.world, 7)
        assert (day_of(report.at) < due) is ("factory_early_percent" in rules)
        assert (day_of(report.at) > due) is ("factory_late_percent" in rules)


def test_two_promises_on_the_same_stock_are_both_kept() -> None:
    have = all_of(given().world)
    story = given(
        order_confirmed(lines={ARMCHAIR: have}), order_confirmed(SECOND, lines={ARMCHAIR: have})
    )
    (making,) = factory.react(story.entries[-1], story.world, 7)
    assert making.command.quantity == have


def test_nothing_else_is_the_factorys_business() -> None:
    story = given(order_confirmed())
    assert [list(factory.react(entry, story.world, 7)) for entry in story.entries[:-1]] == [
        [] for _ in story.entries[:-1]
    ]
