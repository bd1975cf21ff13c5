"""A return that was agreed to and never sent is over after the company's own time."""

from datetime import timedelta

from tests.builders import FIRST, order_delivered
from tests.orders.test_return_rules import ruled
from tests.orders.test_returns import LINES, RMA, asks, counts, judged
from tests.simulation.test_agenda import agenda_of
from tests.story import Story, given
from trainer.orders.clock import AdvanceClock
from trainer.orders.invariants import violations
from trainer.orders.letters import day_in_words
from trainer.orders.return_expiry import ExpireReturn, ReturnExpired, StillAwaited
from trainer.orders.returns import AuthoriseReturn, CloseReturn, DeliverReturn, ReturnStage
from trainer.orders.service import AlreadyNotified, CustomerNotified, NotifyCustomer
from trainer.orders.status import after_sale_label, return_status
from trainer.orders.values import DAY, day_of
from trainer.simulation.deadlines import deadlines

OVER = ExpireReturn(FIRST, RMA)


def agreed(days: int = 10) -> Story:
    """All three armchairs may come back, within so many days; 0 for whenever they like."""
    return given(
        order_delivered(lines=LINES),
        asks((1, 3)),
        AuthoriseReturn(FIRST, RMA, "seller"),
        world=ruled(return_expiry_days=days),
    )


def later(story: Story, days: int) -> Story:
    """Nothing happens for so many days."""
    return story.and_(AdvanceClock(story.world.now + days * DAY))


def test_after_its_last_day_a_return_is_over_and_the_customer_is_told() -> None:
    story = later(agreed(), 11)
    expired, told = story.when(OVER).events
    last = story.world.orders[FIRST].returns[0].send_by
    assert expired == ReturnExpired(FIRST, RMA, last)  # type: ignore[arg-type]
    assert isinstance(told, CustomerNotified)
    assert (told.template, told.recipient) == ("return_expired", "olive@otter.example")
    assert last is not None
    assert f"nothing has come by {day_in_words(last, 'en_US')}" in told.text
    again = NotifyCustomer(FIRST, "return_expired")
    assert isinstance(story.and_(OVER).when(again).refusal, AlreadyNotified)
    assert violations(story.world) == []


def test_what_was_kept_free_for_it_can_be_asked_for_again() -> None:
    story = later(agreed(), 11)
    assert story.when(asks((1, 1))).refusal is not None
    story.and_(OVER, asks((1, 3)))
    order = story.world.orders[FIRST]
    assert [back.status for back in order.returns] == ["expired", "requested"]
    assert after_sale_label(order.returns[0]) == "return_over"


def test_on_its_last_day_it_is_still_awaited() -> None:
    story = later(agreed(), 10)
    today = day_of(story.world.now).isoformat()
    assert story.when(OVER).refusal == StillAwaited(RMA, today, today)


def test_a_company_without_such_a_rule_waits() -> None:
    story = later(agreed(days=0), 90)
    assert story.world.orders[FIRST].returns[0].send_by is None
    assert isinstance(story.when(OVER).refusal, StillAwaited)
    due = agenda_of(story.entries, story).due.values()
    assert not [e for e in due if isinstance(e.command, ExpireReturn)]


def test_what_has_arrived_does_not_expire_and_what_is_over_is_not_closed() -> None:
    here = later(agreed().and_(DeliverReturn(FIRST, RMA)), 11)
    assert isinstance(here.when(OVER).refusal, ReturnStage)
    story = later(agreed(), 11).and_(OVER)
    assert isinstance(story.when(CloseReturn(FIRST, RMA)).refusal, ReturnStage)
    assert return_status(story.world.orders[FIRST]) == "return_over"


def test_the_system_does_it_the_morning_after_and_the_page_says_when() -> None:
    story = agreed()
    order = story.world.orders[FIRST]
    agenda = agenda_of(story.entries, story)
    (due,) = [e for e in agenda.due.values() if isinstance(e.command, ExpireReturn)]
    assert due.role == "system"
    assert order.returns[0].send_by is not None
    assert day_of(due.at) == order.returns[0].send_by + timedelta(days=1)
    shown = [d for d in deadlines(order, story.world, agenda) if d.kind == "goods_back"]
    assert [(d.at, d.rma_number) for d in shown] == [(due.at, RMA)]
    story.and_(DeliverReturn(FIRST, RMA), counts((1, 3)), judged(3))
    order = story.world.orders[FIRST]
    assert "goods_back" not in [d.kind for d in deadlines(order, story.world, agenda)]
