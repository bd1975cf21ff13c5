"""What a customer says of a parcel: the form that records it, and the line that tells it later."""

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.builders import FIRST, order_delivered, order_labelled, order_shipped
from tests.orders.test_arrivals import heard, says
from tests.story import Happening, given
from trainer.orders.arrivals import ConfirmDelivery
from trainer.orders.echoes import DeliveryContradicted
from trainer.orders.world import World
from trainer.play.offers import offers
from trainer.web.actions import Form, form_for
from trainer.web.forms import FormErrors, read
from trainer.web.words import says as spoken


@pytest.fixture(autouse=True)
def english(app: Flask) -> Iterator[None]:
    """A request of somebody who reads English."""
    with app.test_request_context("/", headers={"Accept-Language": "en"}):
        yield


def form_of(world: World) -> Form | None:
    """The form that records it, if the order page has one that can be sent."""
    order = world.orders[FIRST]
    for offer in offers(world, order):
        if offer.name == "confirm_delivery" and offer.refusal is None:
            return form_for(world, order, offer)
    return None


def test_the_form_asks_who_when_and_how_we_know() -> None:
    story = heard()
    form = form_of(story.world)
    assert form is not None
    assert not form.aside  # they have said so: it is the next step
    assert str(form.says) == "Parcel 1"
    assert [(field.name, field.value) for field in form.fields] == [
        (name, "") for name in ("signed_by", "delivered_on", "reason_code", "reason")
    ]
    typed = dict(form.hidden) | {
        "signed_by": "Olive", "delivered_on": "2026-03-04", "reason_code": "customer_wrote",
        "reason": "",
    }  # fmt: skip
    assert isinstance(read("confirm_delivery", typed, "USD"), ConfirmDelivery)
    without = read("confirm_delivery", typed | {"signed_by": ""}, "USD")
    assert isinstance(without, FormErrors)
    assert set(without.errors) == {"signed_by"}


@pytest.mark.parametrize(
    "happened",
    [order_labelled(), order_shipped(), order_delivered()],
    ids=["here", "nobody has said so", "there"],
)
def test_it_stands_only_where_it_can_be_said(happened: tuple[Happening, ...]) -> None:
    assert form_of(given(happened).world) is None


def test_the_time_line_says_whose_word_it_was() -> None:
    story = heard()
    day = says(story).delivered_on
    story.and_(ConfirmDelivery(FIRST, 1, "Olive Otter", day, "other", "a fax"))
    told = spoken(story.entries[-2].event, story.world)
    assert told.startswith(f"Parcel 1 of {FIRST} is there, the customer says: signed for by Olive")
    assert told.endswith("; a fax")
    line = spoken(DeliveryContradicted(FIRST, 1, "exception", "Olive Otter", day), story.world)
    assert line.endswith("as the customer says; it stays delivered")
