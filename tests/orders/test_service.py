"""Talking with customers, and with colleagues."""

import pytest

from tests.builders import (
    FIRST,
    HERON,
    order_archived,
    order_confirmed,
    order_delivered,
    order_drafted,
    order_shipped,
    order_submitted,
)  # fmt: skip
from tests.story import given
from trainer.orders.engine import Command
from trainer.orders.refusals import ArchivedReadOnly, MissingField
from trainer.orders.service import (
    AddNote,
    AlreadyNotified,
    CustomerNotified,
    NoteAdded,
    NotifyCustomer,
    Template,
    TemplateFieldMissing,
)

Steps = tuple[Command, ...]


@pytest.mark.parametrize(
    ("before", "field", "after", "template"),
    [
        (order_drafted(), "order_total", order_submitted(), "order_received"),
        (order_submitted(), "promised_delivery_date", order_confirmed(), "order_confirmed"),
        (order_confirmed(), "tracking_number", order_shipped(), "order_shipped"),
        (order_shipped(), "delivery_date", order_delivered(), "order_delivered"),
    ],
    ids=["received", "confirmed", "shipped", "delivered"],
)
def test_a_message_is_sent_when_it_is_true(
    before: Steps, field: str, after: Steps, template: Template
) -> None:
    tell = NotifyCustomer(FIRST, template)
    assert given(before).when(tell).refusal == TemplateFieldMissing(
        order_number=FIRST, template=template, field=field
    )
    told = given(after).when(tell)
    assert told.events == (CustomerNotified(FIRST, template, "olive@otter.example"),)


def test_a_message_is_sent_once() -> None:
    tell = NotifyCustomer(FIRST, "order_received")
    assert given(order_submitted(), tell).when(tell).refusal == AlreadyNotified(
        order_number=FIRST, template="order_received"
    )


def test_who_has_no_mail_is_called() -> None:
    after = given(order_submitted(customer=HERON)).when(NotifyCustomer(FIRST, "order_received"))
    assert after.events == (CustomerNotified(FIRST, "order_received", "802-555-0199"),)


def test_a_note_is_pinned_to_the_order() -> None:
    after = given(order_drafted()).when(AddNote(FIRST, "calls back"))
    assert after.events == (NoteAdded(FIRST, "calls back"),)
    assert after.order.notes == ("calls back",)


def test_an_empty_note_says_nothing() -> None:
    assert given(order_drafted()).when(AddNote(FIRST, "  ")).refusal == MissingField(field="note")


def test_nothing_is_pinned_in_the_archive() -> None:
    after = given(order_archived()).when(AddNote(FIRST, "psst"))
    assert after.refusal == ArchivedReadOnly(order_number=FIRST)
