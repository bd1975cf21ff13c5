"""The factory: what was promised beyond the stock is there in time."""

from tests.builders import ARMCHAIR, FIRST, SECOND, order_confirmed
from tests.story import given
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
