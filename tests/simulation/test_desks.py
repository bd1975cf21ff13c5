"""Colleagues at the other desks: they ask back, and begin with what was handed over to them."""

import msgspec
import pytest

from tests.builders import FIRST, order_allocated, order_submitted
from tests.orders.test_desks import as_, at_desks, much_owed
from tests.simulation.test_agenda import agenda_of
from tests.story import Story
from trainer.orders.approvals import ApproveRefund
from trainer.orders.hand_overs import HandOver
from trainer.orders.holds import AnswerRelease, AskRelease, HoldPlaced
from trainer.orders.intake import ReceiveMessage
from trainer.orders.shipping import PickPackage
from trainer.orders.values import MINUTE
from trainer.orders.world import Colleague
from trainer.simulation import colleagues, desks, gateway, workmates

ALL: tuple[Colleague, ...] = ("warehouse", "clerk", "finance")


def handed(note: str, *there: Colleague) -> Story:
    """An order that is set aside is handed over to the warehouse."""
    story = at_desks(order_allocated(), colleagues=there)
    return story.and_(HandOver("warehouse", (FIRST,), note))


def test_who_gets_too_little_asks_for_all_of_it_in_one_message() -> None:
    story = handed("please", *ALL)
    (asks,) = desks.react(story.entries[-1], story.world, 7)
    assert isinstance(asks.command, ReceiveMessage)
    assert asks.command.order_number == FIRST
    assert asks.command.sender.startswith("Marta")
    assert "how many pieces" in asks.command.body
    assert "by when" in asks.command.body
    assert 10 <= (asks.at - story.world.now) // MINUTE <= 50
    assert agenda_of(story.entries, story).next() is not None


def test_who_gets_what_they_need_asks_nothing() -> None:
    story = at_desks(order_allocated(), colleagues=ALL)
    day = story.world.orders[FIRST].promised_delivery_date
    story.and_(HandOver("warehouse", (FIRST,), f"2 by {day}"))
    assert list(desks.react(story.entries[-1], story.world, 7)) == []


def test_nobody_asks_where_nobody_sits() -> None:
    story = handed("please", "finance")
    assert list(desks.react(story.entries[-1], story.world, 7)) == []


def test_the_supervisor_always_sits_there() -> None:
    story = at_desks(order_submitted(), HoldPlaced(FIRST, "fraud", "odd", "Bob", "supervisor"))
    as_(story, "Ada", AskRelease(FIRST, "fraud", "I rang"))
    story.and_(HandOver("supervision", (FIRST,), "look"))
    (asks,) = desks.react(story.entries[-1], story.world, 7)
    assert asks.actor == "Grace Marlow"


@pytest.mark.parametrize("locale", ["zh_CN", "zh_TW"])
def test_they_ask_in_the_language_of_the_company(locale: str) -> None:
    story = handed("please", *ALL)
    firm = msgspec.structs.replace(story.world.company, locale=locale)
    world = msgspec.structs.replace(story.world, company=firm)
    (asks,) = desks.react(story.entries[-1], world, 7)
    assert "多少件" in asks.command.body


def test_the_warehouse_begins_with_what_was_handed_over() -> None:
    allocated = at_desks(order_allocated(), colleagues=("warehouse",))
    aside = next(it for it in allocated.entries if type(it.event).__name__ == "StockAllocated")
    assert list(workmates.react(aside, allocated.world, 7)) == []
    allocated.and_(HandOver("warehouse", (FIRST,), "2"))
    (pick,) = workmates.react(allocated.entries[-1], allocated.world, 7)
    assert isinstance(pick.command, PickPackage)


def test_what_colleagues_ask_waits_for_whoever_sits_at_the_supervisors_desk() -> None:
    story = at_desks(order_submitted(), HoldPlaced(FIRST, "fraud", "odd", "Bob", "supervisor"))
    (asked,) = as_(story, "Ada", AskRelease(FIRST, "fraud", "I rang"))
    (answer,) = colleagues.react(asked, story.world, 7)
    assert isinstance(answer.command, AnswerRelease)
    theirs = msgspec.structs.replace(asked, command_id="3:theirs")
    assert list(colleagues.react(theirs, story.world, 7)) == []


def test_so_does_money_that_they_want_to_pay_back() -> None:
    story = much_owed()
    asked = story.entries[-1]
    (answer,) = gateway.react(asked, story.world, 7)
    assert isinstance(answer.command, ApproveRefund)
    theirs = msgspec.structs.replace(asked, command_id="3:theirs")
    assert list(gateway.react(theirs, story.world, 7)) == []
