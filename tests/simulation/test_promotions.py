"""Who lost a promotion pays what is due by it, if something is."""

from tests.builders import order_confirmed
from tests.orders.test_promotions import GOODS, less, paid, running
from tests.story import given
from trainer.orders.payment import ReceiveTransfer
from trainer.orders.world import Promotion
from trainer.simulation import customers


def test_what_the_credit_does_not_cover_is_sent() -> None:
    off = Promotion("OFF", "300.00 off", 70_000, amount=30_000)
    story = paid(running(off)).and_(less((2, 6)))
    (sent,) = customers.react(story.entries[-1], story.world, 7)
    assert isinstance(sent.command, ReceiveTransfer)
    assert sent.command.amount == story.world.orders["SO-10001"].balance_due > 0


def test_nothing_is_sent_where_something_goes_back() -> None:
    story = paid().and_(less((1, 1)))
    assert list(customers.react(story.entries[-1], story.world, 7)) == []


def test_whose_money_is_on_its_way_sends_only_what_it_does_not_cover() -> None:
    unpaid = order_confirmed(lines=GOODS)
    story = given(unpaid, world=running()).and_(less((1, 2)))
    order = story.world.orders["SO-10001"]
    assert order.balance_due > order.clawback > 0
    assert list(customers.react(story.entries[-1], story.world, 7)) == []
    off = Promotion("OFF", "300.00 off", 70_000, amount=30_000)
    story = given(unpaid, world=running(off)).and_(less((2, 6)))
    (sent,) = customers.react(story.entries[-1], story.world, 7)
    order = story.world.orders["SO-10001"]
    assert isinstance(sent.command, ReceiveTransfer)
    assert sent.command.amount == order.clawback - order.credit > 0
