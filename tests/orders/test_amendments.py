"""Orders that change after they were promised."""

from datetime import date, timedelta
from typing import Any

import pytest

from tests.builders import (
    ARMCHAIR,
    DESK,
    FIRST,
    HERON,
    HOME,
    HOTEL,
    LAMP,
    QUICK,
    SLOW,
    order_confirmed,
    order_invoiced,
    order_labelled,
    order_packed,
    order_paid,
    order_submitted,
)  # fmt: skip
from tests.story import Story, given
from trainer.orders.amendments import (
    AddToOrder,
    ChangeDelivery,
    FreightInvoiced,
    LabelledAlready,
    OrderAmended,
)
from trainer.orders.clock import AdvanceClock
from trainer.orders.holds import CreditLimitExceeded, OrderOnHold, PlaceHold
from trainer.orders.intake import InvalidQuantity, PromiseBeforeAtp, SkuNotSellable
from trainer.orders.invariants import violations
from trainer.orders.payment import ReceiveTransfer
from trainer.orders.refusals import IllegalState, MissingField, MissingReason
from trainer.orders.stock import earliest_delivery_date, suggested_rows
from trainer.orders.values import DAY, Address
from trainer.simulation import customers

FAR = date(2999, 1, 1)


def more(sku: str = ARMCHAIR, quantity: int = 2, day: date = FAR, why: str = "asked") -> AddToOrder:
    """So many more."""
    return AddToOrder(FIRST, sku, quantity, day, why)


def another(carrier: str = QUICK, to: Address = HOTEL, day: date = FAR) -> ChangeDelivery:
    """Another way to the customer."""
    return ChangeDelivery(FIRST, carrier, to, day, "moved")


def test_more_goods_are_a_line_of_their_own() -> None:
    story = given(order_confirmed(lines={ARMCHAIR: 2}))
    before = story.world.orders[FIRST]
    after = story.when(more())
    (event,) = after.events
    assert isinstance(event, OrderAmended)
    assert [(line.sku, line.ordered, line.amendment) for line in after.order.lines] == [
        (ARMCHAIR, 2, 0),
        (ARMCHAIR, 2, 1),
    ]
    assert after.order.total - before.total == event.delta == after.order.lines[1].gross
    assert (after.order.first_promise, after.order.promised_delivery_date) == (
        before.promised_delivery_date,
        FAR,
    )
    assert violations(after.world) == []


def test_frozen_discount_shares_stay_where_they_are() -> None:
    story = given(order_confirmed(lines={ARMCHAIR: 1, LAMP: 6}, discount=500))
    shares = [line.discount_share for line in story.world.orders[FIRST].lines]
    after = story.when(more(DESK, 1))
    assert [line.discount_share for line in after.order.lines] == [*shares, 0]
    assert violations(after.world) == []


def test_the_same_stock_is_not_promised_to_two_lines() -> None:
    story = given(order_confirmed(lines={ARMCHAIR: 8}), more(quantity=8))
    order = story.world.orders[FIRST]
    assert sum(row.quantity for row in suggested_rows(story.world, order)) == 14
    soon = given(order_confirmed(lines={ARMCHAIR: 8}))
    alone = earliest_delivery_date(soon.world, soon.world.orders[FIRST])
    assert isinstance(soon.when(more(quantity=8, day=alone)).refusal, PromiseBeforeAtp)


def test_who_pays_first_pays_the_difference_too() -> None:
    story = given(order_paid(lines={ARMCHAIR: 2}), more())
    delta = story.entries[-1].event.delta
    (pays,) = customers.react(story.entries[-1], story.world, 7)
    assert isinstance(pays.command, ReceiveTransfer)
    assert pays.command.amount == delta == story.world.orders[FIRST].balance_due


def test_the_credit_limit_counts_for_amendments() -> None:
    story = given(order_confirmed(customer=HERON, lines={ARMCHAIR: 2}))
    limit = story.world.customers[HERON].credit_limit
    packs = limit // story.world.products[ARMCHAIR].unit_price + 1
    assert isinstance(story.when(more(quantity=packs)).refusal, CreditLimitExceeded)


@pytest.mark.parametrize(
    ("command", "refused"),
    [
        (more("NO-SUCH-THING"), SkuNotSellable),
        (more(LAMP, 5), InvalidQuantity),
        (more(why=" "), MissingReason),
        (more(day=date(2020, 1, 1)), PromiseBeforeAtp),
        (another(to=Address()), MissingField),
        (another(day=date(2020, 1, 1)), PromiseBeforeAtp),
    ],
)
def test_what_cannot_be_kept_is_not_promised(command: object, refused: type) -> None:
    story = given(order_confirmed())
    assert isinstance(story.when(command).refusal, refused)  # type: ignore[arg-type]


def test_only_what_was_promised_is_amended() -> None:
    assert isinstance(given(order_submitted()).when(more()).refusal, IllegalState)
    held = given(order_confirmed(), PlaceHold(FIRST, "manual", "wait"))
    assert isinstance(held.when(more()).refusal, OrderOnHold)


def a_month_later(**draft: Any) -> Story:
    """An order whose day has come while it stands there packed: nothing could be there in time."""
    story = given(order_packed(**draft))
    return story.and_(AdvanceClock(story.world.now + 30 * DAY))


def test_another_street_is_no_other_day() -> None:
    story = a_month_later()
    promised = story.world.orders[FIRST].promised_delivery_date
    assert promised is not None
    assert promised < earliest_delivery_date(story.world, story.world.orders[FIRST])
    after = story.when(another(day=promised))
    assert after.refusal is None
    assert (after.order.ship_to, after.order.promised_delivery_date) == (HOTEL, promised)


@pytest.mark.parametrize(
    ("booked", "carrier", "later", "refused"),
    [
        (QUICK, QUICK, 1, True),  # a day that is named is promised anew
        (QUICK, SLOW, 0, True),  # the boat takes longer
        (SLOW, QUICK, 0, False),  # the courier endangers no day that the boat was to keep
    ],
)
def test_a_day_that_is_touched_must_be_kept(
    booked: str, carrier: str, later: int, refused: bool
) -> None:
    story = a_month_later(carrier=booked)
    promised = story.world.orders[FIRST].promised_delivery_date
    assert promised is not None
    answer = story.when(another(carrier, day=promised + timedelta(days=later))).refusal
    assert isinstance(answer, PromiseBeforeAtp) == refused


def test_another_carrier_has_another_price() -> None:
    story = given(order_confirmed(carrier=QUICK))
    prices = story.world.carriers
    after = story.when(another(SLOW))
    assert after.order.shipping_gross == prices[SLOW].price
    assert (after.order.ship_to, after.order.amendments) == (HOTEL, 1)
    assert violations(after.world) == []


def test_labels_are_torn_off_first() -> None:
    story = given(order_labelled())
    assert story.when(another()).refusal == LabelledAlready(order_number=FIRST, package_number=1)


def test_freight_on_an_invoice_stays() -> None:
    story: Story = given(order_invoiced(carrier=QUICK))
    assert story.when(another(SLOW)).refusal == FreightInvoiced(order_number=FIRST)
    later = story.world.orders[FIRST].promised_delivery_date + timedelta(days=900)
    assert story.when(another(QUICK, HOME, later)).refusal is None
