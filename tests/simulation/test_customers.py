"""Customers and their bank: who pays what when, and who says thank you."""

from datetime import date, timedelta
from functools import partial

import msgspec
import pytest

from tests.builders import (
    ARMCHAIR,
    DESK,
    FIRST,
    HERON,
    HOME,
    LAMP,
    OTTER,
    QUICK,
    allocation,
    arriving,
    company,
    labelling,
    leaving,
    order_checked,
    order_confirmed,
    order_delivered,
    order_paid,
    order_shipped,
    packing,
    picking,
)  # fmt: skip
from tests.orders.test_promises import CHAIRS, DESKS, arrives, on, sent
from tests.story import Happening, Story, given
from trainer.orders.amendments import ChangeDelivery
from trainer.orders.clock import AdvanceClock
from trainer.orders.engine import Envelope, evolve
from trainer.orders.feedback import AnswerSurvey, ReceiveComplaint
from trainer.orders.intake import ConfirmOrder, ReceiveMessage
from trainer.orders.letters import amount_in_words, day_in_words
from trainer.orders.payment import ReceiveTransfer
from trainer.orders.promises import LineDate
from trainer.orders.remedies import CancelledRow, CancelLineQuantity, CancelOrder
from trainer.orders.returns import RequestReturn
from trainer.orders.service import NotifyCustomer
from trainer.orders.settlement import IssueInvoice
from trainer.orders.stock import Allocate, AllocationRow
from trainer.orders.values import DAY, HOUR, MINUTE, day_of, moment_of
from trainer.orders.world import Complaint, ReturnRow, World
from trainer.simulation import customers
from trainer.simulation.agenda import Agenda, follow
from trainer.simulation.customers import satisfaction
from trainer.simulation.words import words

DUE = 41_198
PARCEL = tuple(partial(step, FIRST) for step in (picking, packing, labelling, leaving))


def reactions(story: Story, seed: int = 7) -> list[Envelope]:
    """What customers and bank do about the last event."""
    return list(customers.react(story.entries[-1], story.world, seed))


@pytest.mark.parametrize("seed", range(10))
def test_a_promise_on_prepaid_terms_is_paid_in_some_hours(seed: int) -> None:
    story = given(order_confirmed())
    (pays,) = reactions(story, seed)
    assert pays.command == ReceiveTransfer(OTTER, DUE, f"{FIRST} / PO-{FIRST}")
    assert 2 * HOUR <= pays.at - story.world.now <= 2 * HOUR + 50 * MINUTE
    assert (pays.role, pays.actor) == ("bank", "Otter & Sons")


def test_a_promise_on_account_is_not() -> None:
    assert reactions(given(order_confirmed(customer=HERON))) == []


def test_an_invoice_on_account_is_paid_when_it_is_due() -> None:
    story = given(order_shipped(customer=HERON), IssueInvoice(FIRST))
    (pays,) = reactions(story)
    assert pays.command == ReceiveTransfer(HERON, DUE, f"{FIRST} / PO-{FIRST}")
    assert pays.at == story.world.now + 14 * DAY


def test_each_invoice_is_paid_by_itself() -> None:
    one = Allocate(FIRST, (AllocationRow(1, "EAST", 1),))
    story = given(order_confirmed(customer=HERON), one, PARCEL, IssueInvoice(FIRST))
    first = reactions(story)
    story.and_(partial(allocation, FIRST), PARCEL, IssueInvoice(FIRST))
    amounts = [envelope.command.amount for envelope in (*first, *reactions(story))]
    assert amounts == [21_199, 19_999]
    assert sum(amounts) == DUE


def test_what_is_paid_already_is_not_paid_again() -> None:
    assert reactions(given(order_shipped(), IssueInvoice(FIRST))) == []


def test_the_bank_tells_of_each_transfer_a_minute_later() -> None:
    story = given(order_confirmed(), ReceiveTransfer(OTTER, DUE, "order"))
    (notice,) = reactions(story)
    assert notice.at == story.world.now + MINUTE
    assert isinstance(notice.command, ReceiveMessage)
    assert notice.command.subject == "Credit advice TR-70001: USD 411.98"
    assert "Otter & Sons" in notice.command.body
    assert notice.command.message_id == "bank-TR-70001"


def test_a_customer_says_thank_you_once_all_is_there() -> None:
    rest = (partial(allocation, FIRST), PARCEL, partial(arriving, FIRST))
    one = Allocate(FIRST, (AllocationRow(1, "EAST", 1),))
    story = given(order_paid(), one, PARCEL, partial(arriving, FIRST))
    assert reactions(story) == []
    (thanks,) = reactions(story.and_(rest))
    assert (thanks.role, thanks.actor) == ("customer", "Olive Otter")
    assert thanks.command.order_number == FIRST
    assert 20 * MINUTE <= thanks.at - story.world.now <= 90 * MINUTE


def test_they_speak_the_language_of_their_world() -> None:
    story = given(order_delivered())
    for locale, said in (("zh_CN", "已收到"), ("zh_TW", "已收到"), ("fr_FR", "has arrived")):
        company = msgspec.structs.replace(story.world.company, locale=locale)
        world = msgspec.structs.replace(story.world, company=company)
        (thanks,) = customers.react(story.entries[-1], world, 7)
        assert said in thanks.command.subject


def test_every_language_says_the_same_things() -> None:
    for locale in ("zh_CN", "zh_TW"):
        assert words(locale).keys() == words("en_US").keys()


@pytest.mark.parametrize(
    ("amount", "currency", "said"),
    [(123_456, "CNY", "CNY 1,234.56"), (1_234, "JPY", "JPY 1,234"), (1_500, "KWD", "KWD 1.500")],
)
def test_banks_write_amounts_the_same_everywhere(amount: int, currency: str, said: str) -> None:
    assert amount_in_words(amount, currency) == said


def test_nobody_pays_for_what_was_called_off() -> None:
    paying = given(order_confirmed())
    agenda = follow(Agenda(), paying.entries[-1], paying.world, 7)
    assert agenda.next() is not None
    gone = given(order_confirmed(), CancelOrder(FIRST, "changed mind"))
    assert follow(agenda, gone.entries[-1], gone.world, 7).next() is None


def test_who_wants_less_pays_less() -> None:
    paying = given(order_confirmed())
    agenda = follow(Agenda(), paying.entries[-1], paying.world, 7)
    less = paying.and_(CancelLineQuantity(FIRST, (CancelledRow(1, 1),), "one is enough"))
    pays = follow(agenda, less.entries[-1], less.world, 7).next()
    assert pays is not None
    assert pays.command.amount == less.world.orders[FIRST].balance_due < DUE


# --- what they think, where a scenario asks for it ----------------------------------------------


def asking(**rules: bool) -> World:
    """The small company, in which customers say what they think."""
    world = company()
    policies = msgspec.structs.replace(world.policies, **rules)
    return msgspec.structs.replace(
        world, company=msgspec.structs.replace(world.company, policies=policies)
    )


def due(story: Story, kind: type) -> list[Envelope]:
    """Who means to say something of this kind, after all that happened in a story."""
    agenda, world = Agenda(), None
    for entry in story.entries:
        world = evolve(world or asking(customers_complain=True, customers_rate=True), entry)
        agenda = follow(agenda, entry, world, 7)
    found = [e for e in agenda.due.values() if isinstance(e.command, kind)]
    return sorted(found, key=lambda e: e.command_id)


def told(*happened: Happening) -> Story:
    """A story in which customers may complain and are asked."""
    return given(*happened, world=asking(customers_complain=True, customers_rate=True))


TELL = NotifyCustomer(FIRST, "order_shipped")


def test_nobody_is_asked_and_nobody_complains_unless_a_policy_says_so() -> None:
    for story in (given(order_confirmed()), given(order_delivered())):
        commands = [envelope.command for envelope in reactions(story)]
        assert not any(isinstance(c, ReceiveComplaint | AnswerSurvey) for c in commands)


def test_who_waits_and_hears_nothing_complains_on_the_next_morning() -> None:
    (complains,) = due(told(order_confirmed()), ReceiveComplaint)
    order = told(order_confirmed()).world.orders[FIRST]
    assert order.promised_delivery_date is not None
    assert day_of(complains.at) == order.promised_delivery_date + timedelta(days=1)
    assert complains.role == "customer"
    assert "promised our order PO-SO-10001" in complains.command.text


def test_who_has_it_was_told_or_wants_it_no_more_does_not_complain() -> None:
    assert due(told(order_delivered()), ReceiveComplaint) == []
    assert due(told(order_confirmed(), CancelOrder(FIRST, "no")), ReceiveComplaint) == []
    eve = AdvanceClock(moment_of(date(2026, 3, 11), hour=9))
    late = NotifyCustomer(FIRST, "order_delayed")
    assert due(told(order_confirmed(), eve), ReceiveComplaint) != []
    assert due(told(order_confirmed(), eve, late), ReceiveComplaint) == []


DELAYED = NotifyCustomer(FIRST, "order_delayed")


def put_off() -> Story:
    """A late order whose customer was told so, and agreed to another day ten days on."""
    (promised,) = mornings(told(order_paid()))
    eve, later = AdvanceClock(moment_of(promised, hour=9)), promised + timedelta(days=10)
    return told(order_paid(), eve, DELAYED, ChangeDelivery(FIRST, QUICK, HOME, later, "agreed"))


def test_a_second_delay_that_nobody_told_is_complained_about_too() -> None:
    (first,) = mornings(told(order_paid()))
    assert mornings(put_off()) == [first + timedelta(days=10)]
    eve = AdvanceClock(moment_of(first + timedelta(days=10), hour=8))
    assert mornings(put_off().and_(eve)) == [first + timedelta(days=10)]
    assert mornings(put_off().and_(eve, DELAYED)) == []


def test_who_was_told_of_one_delay_minds_the_one_they_were_not_told_of() -> None:
    order = put_off().world.orders[FIRST]
    missed = order.promised_delivery_date
    assert missed is not None
    one = msgspec.structs.replace(order, notices=("order_shipped", *order.notices))
    both = msgspec.structs.replace(
        one,
        notices=(*one.notices, "order_delayed"),
        told=(*one.told, ("order_delayed", missed.isoformat())),
    )
    at = moment_of(missed + timedelta(days=1), hour=9)
    assert (satisfaction(one, at), satisfaction(both, at)) == (3, 4)


PARTS = {ARMCHAIR: 2, LAMP: 6}


def in_parts() -> Story:
    """Chairs and lamps, promised for two days; both lie on the shelf, and all is paid."""
    *_, paid, booked = order_paid(lines=PARTS)
    confirm = ConfirmOrder(FIRST, DESKS, (LineDate(1, CHAIRS),))
    return told(order_checked(lines=PARTS), confirm, paid, booked)


def mornings(story: Story) -> list[date]:
    """On which days somebody means to complain."""
    return sorted(day_of(it.at) - timedelta(days=1) for it in due(story, ReceiveComplaint))


def test_what_was_promised_for_two_days_is_missed_on_two_mornings() -> None:
    assert mornings(in_parts()) == [CHAIRS, DESKS]
    texts = [it.command.text for it in due(in_parts(), ReceiveComplaint)]
    days = [day_in_words(day, "en_US") for day in (CHAIRS, DESKS)]
    assert sum(day in text for day in days for text in texts) == 2


def test_lines_of_one_day_are_missed_once() -> None:
    lines = {ARMCHAIR: 2, LAMP: 6, DESK: 10}
    confirm = ConfirmOrder(FIRST, DESKS, (LineDate(1, CHAIRS), LineDate(2, CHAIRS)))
    assert mornings(told(order_checked(lines=lines), confirm)) == [CHAIRS, DESKS]


def test_what_has_come_on_its_day_is_missed_by_nobody() -> None:
    story = in_parts().and_(sent(1, 2), on(CHAIRS), arrives)
    assert mornings(story) == [DESKS]
    assert mornings(story.and_(sent(2, 6), on(DESKS), arrives)) == []


def test_a_line_that_came_late_costs_its_customers_patience() -> None:
    for late, score in ((0, 5), (1, 3)):
        story = in_parts().and_(sent(1, 2), TELL, on(CHAIRS + timedelta(days=late)), arrives)
        story.and_(sent(2, 6), on(DESKS), arrives)
        assert satisfaction(story.world.orders[FIRST], story.world.now) == score


def test_a_score_follows_what_happens_until_it_is_given() -> None:
    (survey,) = due(told(order_shipped(), TELL, partial(arriving, FIRST)), AnswerSurvey)
    assert survey.command == AnswerSurvey(FIRST, 5, "We gladly order again.")
    assert DAY <= survey.at - told(order_delivered()).world.now <= DAY + 9 * HOUR
    broken = RequestReturn(FIRST, (ReturnRow(1, 1),), "defective")
    (survey,) = due(told(order_delivered(), broken), AnswerSurvey)
    assert survey.command.score == 3


def test_the_score_comes_from_facts() -> None:
    order = told(order_shipped(), TELL, partial(arriving, FIRST)).world.orders[FIRST]
    at = order.delivered_at
    late = msgspec.structs.replace(order, promised_delivery_date=day_of(at) - timedelta(days=1))
    moan = Complaint("CMP-1", "late_delivery", at, at + HOUR)
    answered = msgspec.structs.replace(moan, answered_at=at + 1, remedy="apology")
    silent = msgspec.structs.replace(order, notices=())
    for found, later, score in (
        (order, 0, 5),
        (silent, 0, 4),
        (late, 0, 3),
        (msgspec.structs.replace(late, notices=("order_shipped", "order_delayed")), 0, 4),
        (msgspec.structs.replace(order, complaints=(moan,)), HOUR, 5),
        (msgspec.structs.replace(order, complaints=(moan,)), HOUR + 1, 3),
        (msgspec.structs.replace(order, complaints=(answered,)), DAY, 5),
        (msgspec.structs.replace(late, notices=(), complaints=(moan,)), DAY, 1),
    ):
        assert satisfaction(found, at + later) == score


def test_their_own_change_of_mind_is_nobodys_fault() -> None:
    story = told(order_shipped(), TELL, partial(arriving, FIRST))
    back = RequestReturn(FIRST, (ReturnRow(1, 1),), "changed_mind")
    story.and_(back)
    assert satisfaction(story.world.orders[FIRST], story.world.now) == 5
