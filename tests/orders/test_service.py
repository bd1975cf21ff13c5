"""Talking with customers, and with colleagues."""

from datetime import date, timedelta

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
    SLOW,
    order_archived,
    order_confirmed,
    order_delivered,
    order_drafted,
    order_paid,
    order_shipped,
    order_submitted,
)  # fmt: skip
from tests.story import Happening, given
from trainer.orders.amendments import AddToOrder, ChangeDelivery
from trainer.orders.clock import AdvanceClock
from trainer.orders.customers import UpdateCustomer
from trainer.orders.engine import Command
from trainer.orders.intake import OrderRejected, RejectOrder
from trainer.orders.letters import letter
from trainer.orders.mishaps import ReceiveBack, RequestIntercept, WriteOffPackage
from trainer.orders.payment import IssueRefund
from trainer.orders.refusals import ArchivedReadOnly, MissingField
from trainer.orders.remedies import CancelledRow, CancelLineQuantity, CancelOrder
from trainer.orders.returns import AuthoriseReturn, RejectReturn, RequestReturn
from trainer.orders.service import (
    TEMPLATES,
    AddNote,
    AlreadyNotified,
    CustomerNotified,
    NoteAdded,
    NotifyCustomer,
    Template,
    TemplateFieldMissing,
)
from trainer.orders.shipping import ScanPackage
from trainer.orders.values import DAY, moment_of
from trainer.orders.world import NoticeChannel, ReturnRow, Tracking
from trainer.play.offers import offers

Steps = tuple[Command, ...]
MORE = AddToOrder(FIRST, LAMP, 6, date(2026, 12, 1), "they asked")
CANCEL = CancelOrder(FIRST, "they asked")
REJECT = RejectOrder(FIRST, "We no longer make it.")


@pytest.mark.parametrize(
    ("before", "field", "after", "template"),
    [
        (order_drafted(), "order_total", order_submitted(), "order_received"),
        (order_submitted(), "promised_delivery_date", order_confirmed(), "order_confirmed"),
        (order_confirmed(), "tracking_number", order_shipped(), "order_shipped"),
        (order_shipped(), "delivery_date", order_delivered(), "order_delivered"),
        (order_confirmed(), "amendment", (*order_confirmed(), MORE), "order_amended"),
        (order_confirmed(), "cancellation", (*order_confirmed(), CANCEL), "order_cancelled"),
        (order_submitted(), "rejection", (*order_submitted(), REJECT), "order_rejected"),
    ],
    ids=["received", "confirmed", "shipped", "delivered", "amended", "cancelled", "rejected"],
)
def test_a_message_is_sent_when_it_is_true(
    before: Steps, field: str, after: Steps, template: Template
) -> None:
    tell = NotifyCustomer(FIRST, template)
    assert given(before).when(tell).refusal == TemplateFieldMissing(
        order_number=FIRST, template=template, field=field
    )
    told = given(after).when(tell)
    (event,) = told.events
    assert isinstance(event, CustomerNotified)
    assert (event.template, event.recipient, event.channel) == (
        template, "olive@otter.example", "email",
    )  # fmt: skip
    assert FIRST in event.text
    assert "{" not in event.text


def test_a_message_is_sent_once() -> None:
    tell = NotifyCustomer(FIRST, "order_received")
    assert given(order_submitted(), tell).when(tell).refusal == AlreadyNotified(
        order_number=FIRST, template="order_received"
    )


def test_each_amendment_is_told_once() -> None:
    tell = NotifyCustomer(FIRST, "order_amended")
    story = given(order_confirmed(), MORE, tell)
    assert isinstance(story.when(tell).refusal, AlreadyNotified)
    desk = AddToOrder(FIRST, DESK, 1, date(2026, 12, 1), "one more thing")
    assert story.and_(desk).when(tell).refusal is None


def test_a_cancellation_says_what_becomes_of_the_money() -> None:
    tell = NotifyCustomer(FIRST, "order_cancelled")
    (told,) = given(order_confirmed(), CANCEL).when(tell).events
    assert "nothing left to pay" in told.text
    (told,) = given(order_paid(), CANCEL).when(tell).events
    assert "We pay USD 411.98 back to you." in told.text


def test_a_no_is_told_in_the_words_it_was_given() -> None:
    story = given(order_submitted(), REJECT)
    (told,) = story.when(NotifyCustomer(FIRST, "order_rejected")).events
    assert "We no longer make it." in told.text
    refusal = story.when(NotifyCustomer(FIRST, "order_cancelled")).refusal
    assert isinstance(refusal, TemplateFieldMissing)


def test_nobody_hears_of_a_draft_that_was_thrown_away() -> None:
    tell = NotifyCustomer(FIRST, "order_cancelled")
    refusal = given(order_drafted(), CANCEL).when(tell).refusal
    assert isinstance(refusal, TemplateFieldMissing)


def test_what_was_declined_before_reads_as_it_did() -> None:
    story = given(order_submitted(), OrderRejected(FIRST, "too small"))
    assert story.world.orders[FIRST].why_not == ""
    assert story.when(NotifyCustomer(FIRST, "order_rejected")).refusal is not None


def test_of_an_order_that_is_over_only_its_end_is_offered() -> None:
    def told(*happened: Happening) -> list[str]:
        world = given(*happened).world
        found = [offer.command for offer in offers(world, world.orders[FIRST])]
        return [told.template for told in found if isinstance(told, NotifyCustomer)]

    assert told(order_paid(), CANCEL) == ["order_cancelled"]
    paid_back = IssueRefund(FIRST, 41_198, "cancelled")
    assert told(order_paid(), CANCEL, paid_back) == ["refund_sent", "order_cancelled"]
    assert told(order_submitted(), REJECT) == ["order_rejected"]
    assert told(order_submitted(), REJECT, NotifyCustomer(FIRST, "order_rejected")) == []
    assert "order_amended" in told(order_confirmed(), MORE)


def test_who_has_no_mail_is_called() -> None:
    story = given(order_submitted(customer=HERON))
    assert story.when(NotifyCustomer(FIRST, "order_received")).refusal == TemplateFieldMissing(
        order_number=FIRST, template="order_received", field="email"
    )
    (event,) = story.when(NotifyCustomer(FIRST, "order_received", "sms")).events
    assert isinstance(event, CustomerNotified)
    assert (event.recipient, event.channel) == ("802-555-0199", "sms")
    assert event.text.startswith("Crunchy Furniture: Thank you")


def test_who_has_no_phone_gets_no_text_message() -> None:
    tell = NotifyCustomer(FIRST, "order_received", "sms")
    assert given(order_submitted()).when(tell).refusal == TemplateFieldMissing(
        order_number=FIRST, template="order_received", field="phone"
    )


def test_one_message_whatever_the_way() -> None:
    both = UpdateCustomer(OTTER, "Otter", "Olive", "olive@otter.example", "603-555-0101", HOME)
    story = given(both, order_submitted(), NotifyCustomer(FIRST, "order_received"))
    again = story.when(NotifyCustomer(FIRST, "order_received", "sms"))
    assert again.refusal == AlreadyNotified(order_number=FIRST, template="order_received")


@pytest.mark.parametrize("template", TEMPLATES)
@pytest.mark.parametrize("channel", ["email", "sms"])
def test_every_message_is_written_in_every_language(
    template: Template, channel: NoticeChannel
) -> None:
    world = given(order_delivered()).world
    order, customer = world.orders[FIRST], world.customers[OTTER]
    written = set()
    for locale in ("en_US", "zh_CN", "zh_TW"):
        there = msgspec.structs.replace(
            world, company=msgspec.structs.replace(world.company, locale=locale)
        )
        written.add(letter(there, order, customer, template, channel))
    assert len(written) == 3
    assert all(FIRST in text and "Crunchy Furniture" in text for text in written)


def test_what_was_sent_names_what_it_is_about() -> None:
    (event,) = given(order_shipped()).when(NotifyCustomer(FIRST, "order_shipped")).events
    assert isinstance(event, CustomerNotified)
    parcel = given(order_shipped()).world.orders[FIRST].packages[0]
    assert parcel.tracking_number in event.text


def test_a_delay_is_told_once_it_is_certain() -> None:
    tell = NotifyCustomer(FIRST, "order_delayed")
    promised = given(order_paid()).world.orders[FIRST].promised_delivery_date
    assert promised is not None
    # the courier takes two days: on the day before the promised one it can no longer be kept
    for days, late in ((2, False), (1, True)):
        morning = moment_of(promised - timedelta(days=days), hour=9)
        after = given(order_paid(), AdvanceClock(morning)).when(tell)
        assert bool(after.events) is late
    assert given(order_delivered(), AdvanceClock(moment_of(promised) + 9 * DAY)).when(tell).refusal
    # what is on its way may still come until the day is over
    for days, late in ((0, False), (1, True)):
        morning = moment_of(promised + timedelta(days=days), hour=9)
        assert bool(given(order_shipped(), AdvanceClock(morning)).when(tell).events) is late


def test_a_note_is_pinned_to_the_order() -> None:
    after = given(order_drafted()).when(AddNote(FIRST, "calls back"))
    assert after.events == (NoteAdded(FIRST, "calls back"),)
    assert after.order.notes == ("calls back",)


def test_an_empty_note_says_nothing() -> None:
    assert given(order_drafted()).when(AddNote(FIRST, "  ")).refusal == MissingField(field="note")


def test_nothing_is_pinned_in_the_archive() -> None:
    after = given(order_archived()).when(AddNote(FIRST, "psst"))
    assert after.refusal == ArchivedReadOnly(order_number=FIRST)


def test_each_return_has_a_message_of_its_own() -> None:
    asked = RequestReturn(FIRST, (ReturnRow(1, 1),), "defective")
    agreed = AuthoriseReturn(FIRST, "RMA-00001", "seller")
    tell = NotifyCustomer(FIRST, "return_authorised")
    story = given(order_delivered(), asked)
    assert story.when(tell).refusal == TemplateFieldMissing(
        order_number=FIRST, template="return_authorised", field="authorised_return"
    )
    told = given(order_delivered(), asked, agreed, tell)
    assert told.when(tell).refusal == AlreadyNotified(FIRST, "return_authorised")
    second = AuthoriseReturn(FIRST, "RMA-00002", "seller")
    (event,) = told.and_(asked, second).when(tell).events
    assert isinstance(event, CustomerNotified)
    assert "RMA-00002" in event.text


def test_who_cannot_send_back_is_told_and_who_gets_money_back_how_much() -> None:
    asked = RequestReturn(FIRST, (ReturnRow(1, 1),), "changed_mind")
    no = RejectReturn(FIRST, "RMA-00001", "worn")
    story = given(order_delivered(), asked)
    tell = NotifyCustomer(FIRST, "return_rejected")
    assert story.when(tell).refusal == TemplateFieldMissing(
        order_number=FIRST, template="return_rejected", field="rejected_return"
    )
    (event,) = story.and_(no).when(tell).events
    assert isinstance(event, CustomerNotified)
    assert "RMA-00001" in event.text
    assert "cannot take it back. worn" in event.text
    paid = NotifyCustomer(FIRST, "refund_sent")
    assert given(order_delivered()).when(paid).refusal == TemplateFieldMissing(
        order_number=FIRST, template="refund_sent", field="sent_refund"
    )


IN_TWO = order_shipped(lines={ARMCHAIR: 12}, carrier=SLOW)
SHIPPED = NotifyCustomer(FIRST, "order_shipped")


def test_each_parcel_has_its_own_letter() -> None:
    story = given(IN_TWO)
    one, two = story.world.orders[FIRST].packages
    (first,) = story.when(SHIPPED).events
    (second,) = story.and_(SHIPPED).when(SHIPPED).events
    assert isinstance(first, CustomerNotified)
    assert isinstance(second, CustomerNotified)
    assert (first.about, second.about) == ("1", "2")
    assert one.tracking_number in first.text
    assert two.tracking_number not in first.text
    assert two.tracking_number in second.text
    assert story.and_(SHIPPED).when(SHIPPED).refusal == AlreadyNotified(FIRST, "order_shipped")


def test_each_arrival_has_its_own_letter() -> None:
    tell = NotifyCustomer(FIRST, "order_delivered")
    story = given(IN_TWO, ScanPackage(FIRST, 2, "delivered"))
    (event,) = story.when(tell).events
    assert isinstance(event, CustomerNotified)
    assert event.about == "2"
    assert "parcel 2 of your order" in event.text
    assert story.and_(tell).when(tell).refusal == AlreadyNotified(FIRST, "order_delivered")
    (event,) = story.and_(ScanPackage(FIRST, 1, "delivered")).when(tell).events
    assert isinstance(event, CustomerNotified)
    assert event.about == "1"


@pytest.mark.parametrize(
    ("template", "trouble", "over", "words"),
    [
        ("order_lost", "lost", WriteOffPackage(FIRST, 2, "gone"), "cannot find parcel 2"),
        ("order_came_back", "returned_to_sender", ReceiveBack(FIRST, 2), "parcel 2 of your order"),
    ],
)
def test_a_parcel_that_will_not_come_has_a_letter_of_its_own(
    template: Template, trouble: Tracking, over: Happening, words: str
) -> None:
    tell = NotifyCustomer(FIRST, template)
    story = given(IN_TWO)
    refusal = story.when(tell).refusal
    assert isinstance(refusal, TemplateFieldMissing)
    story.and_(ScanPackage(FIRST, 2, trouble))
    (event,) = story.when(tell).events
    assert isinstance(event, CustomerNotified)
    assert event.about == "2"
    assert words in event.text
    one, two = story.world.orders[FIRST].packages
    assert two.tracking_number in event.text
    assert one.tracking_number not in event.text
    # whether they hear of it before we act on it or after, it is told once
    assert story.and_(tell, over).when(tell).refusal == AlreadyNotified(FIRST, template)
    late = given(IN_TWO, ScanPackage(FIRST, 2, trouble), over)
    assert late.when(tell).refusal is None
    (event,) = story.and_(ScanPackage(FIRST, 1, trouble)).when(tell).events
    assert isinstance(event, CustomerNotified)
    assert event.about == "1"


def test_a_whole_order_that_is_lost_is_told_as_one() -> None:
    story = given(order_shipped(), ScanPackage(FIRST, 1, "lost"))
    (event,) = story.when(NotifyCustomer(FIRST, "order_lost")).events
    assert isinstance(event, CustomerNotified)
    assert "cannot find the parcel of your order" in event.text
    found = [offer.command for offer in offers(story.world, story.world.orders[FIRST])]
    assert NotifyCustomer(FIRST, "order_lost") in found


def test_what_we_had_turned_round_ourselves_is_no_news() -> None:
    turned = RequestIntercept(FIRST, 1, "wrong address")
    story = given(order_shipped(), turned, ScanPackage(FIRST, 1, "returned_to_sender"))
    refusal = story.when(NotifyCustomer(FIRST, "order_came_back")).refusal
    assert isinstance(refusal, TemplateFieldMissing)


def test_a_second_delay_is_told_too_and_the_same_one_never_twice() -> None:
    tell = NotifyCustomer(FIRST, "order_delayed")
    promised = given(order_paid()).world.orders[FIRST].promised_delivery_date
    assert promised is not None
    late = given(order_paid(), AdvanceClock(moment_of(promised, hour=9)), tell)
    assert late.when(tell).refusal == AlreadyNotified(FIRST, "order_delayed")
    later = promised + timedelta(days=10)
    again = late.and_(ChangeDelivery(FIRST, QUICK, HOME, later, "agreed"))
    assert isinstance(again.when(tell).refusal, TemplateFieldMissing)
    again = again.and_(AdvanceClock(moment_of(later, hour=9)))
    (event,) = again.when(tell).events
    assert isinstance(event, CustomerNotified)
    assert event.about == later.isoformat()


def test_a_second_change_is_told_too() -> None:
    tell = NotifyCustomer(FIRST, "order_changed")
    less = CancelLineQuantity(FIRST, (CancelledRow(1, 1),), "they asked")
    story = given(order_confirmed(lines={ARMCHAIR: 4}), less, tell)
    assert story.when(tell).refusal == AlreadyNotified(FIRST, "order_changed")
    (event,) = story.and_(less).when(tell).events
    assert isinstance(event, CustomerNotified)
    assert event.about == "2"


def test_a_letter_of_before_told_all_there_was() -> None:
    before = CustomerNotified(FIRST, "order_shipped", "olive@otter.example")
    story = given(IN_TWO, before)
    assert story.world.orders[FIRST].told == ()
    assert story.when(SHIPPED).refusal == AlreadyNotified(FIRST, "order_shipped")


def test_what_is_offered_is_what_is_not_told_yet() -> None:
    def offered(*done: Command) -> bool:
        world = given(IN_TWO, *done).world
        return SHIPPED in [offer.command for offer in offers(world, world.orders[FIRST])]

    assert offered()
    assert offered(SHIPPED)
    assert not offered(SHIPPED, SHIPPED)
