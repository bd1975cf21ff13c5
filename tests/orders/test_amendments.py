"""Orders that change after they were promised."""

from datetime import date, timedelta
from functools import partial
from typing import Any

import msgspec
import pytest

from tests.builders import (
    ARMCHAIR,
    ASKED,
    DESK,
    FIRST,
    HERON,
    HOME,
    HOTEL,
    LAMP,
    OTTER,
    QUICK,
    SLOW,
    WANTED,
    company,
    order_confirmed,
    order_drafted,
    order_invoiced,
    order_labelled,
    order_packed,
    order_paid,
    order_submitted,
    promise,
)  # fmt: skip
from tests.story import Story, given
from trainer.orders.amendments import (
    AddToOrder,
    ChangeDelivery,
    CorrectDelivery,
    DeliveryCorrected,
    FreightInvoiced,
    LabelledAlready,
    OrderAmended,
    ReopenOrder,
)
from trainer.orders.clock import AdvanceClock
from trainer.orders.holds import (
    CreditLimitExceeded,
    HoldReleased,
    OrderOnHold,
    PlaceHold,
    cause_gone,
)
from trainer.orders.intake import (
    ChangeHeader,
    ChangeLine,
    CheckOrder,
    GrantDiscount,
    InvalidQuantity,
    NotChecked,
    ReceiveMessage,
    SkuNotSellable,
    SubmitOrder,
    UnknownCarrier,
)
from trainer.orders.invariants import violations
from trainer.orders.payment import ReceiveTransfer
from trainer.orders.promises import PromiseBeforeAtp
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


# --- before anything was promised -----------------------------------------------------------------

OTHER = msgspec.structs.replace(HOTEL, street="10 Lake Lane")


def corrected(to: Address = HOME, carrier: str = QUICK, why: str = "misread") -> CorrectDelivery:
    """The address as the customer wrote it."""
    return CorrectDelivery(FIRST, carrier, to, why)


def wrongly_entered(*, four_eyes: bool) -> Story:
    """An order whose check found that the message names another address."""
    world = company()
    owners = ("address",) if four_eyes else ()
    policies = msgspec.structs.replace(world.policies, four_eyes=owners)
    world = msgspec.structs.replace(
        world, company=msgspec.structs.replace(world.company, policies=policies)
    )
    written = ReceiveMessage("M-1", "email", "Olive", "Order", "Two!", OTTER, request=WANTED)
    steps = order_submitted(message_id="M-1")
    wrong = ChangeHeader(FIRST, f"PO-{FIRST}", ASKED, QUICK, HOTEL)
    return given(written, *steps[:-1], wrong, steps[-1], CheckOrder(FIRST), world=world)


def test_a_wrong_address_is_put_right_and_its_hold_goes_with_it() -> None:
    story = wrongly_entered(four_eyes=False)
    assert [hold.kind for hold in story.world.orders[FIRST].holds if hold.open] == ["address"]
    after = story.when(corrected())
    assert after.events == (
        DeliveryCorrected(FIRST, QUICK, HOME, story.world.orders[FIRST].shipping_gross, "misread"),
        HoldReleased(FIRST, "address", "misread"),
    )
    story.and_(corrected())
    early = partial(promise, FIRST)
    assert isinstance(story.when(early).refusal, NotChecked)
    assert story.and_(CheckOrder(FIRST)).when(early).refusal is None


def test_another_wrong_address_leaves_the_hold() -> None:
    story = wrongly_entered(four_eyes=False)
    assert [type(event) for event in story.when(corrected(OTHER)).events] == [DeliveryCorrected]


def test_a_supervisors_hold_stays_until_they_have_looked() -> None:
    story = wrongly_entered(four_eyes=True).and_(corrected())
    (hold,) = story.world.orders[FIRST].holds
    assert hold.open
    assert cause_gone(story.world, story.world.orders[FIRST], hold)


def test_a_hold_for_something_else_is_left_alone() -> None:
    story = given(order_submitted(), PlaceHold(FIRST, "address", "I am asking them"))
    assert [type(event) for event in story.when(corrected()).events] == [DeliveryCorrected]


def test_another_way_before_the_promise_has_another_price() -> None:
    story = given(order_submitted(carrier=QUICK))
    after = story.when(corrected(carrier=SLOW))
    assert after.order.shipping_gross == story.world.carriers[SLOW].price
    assert after.order.amendments == 0
    assert violations(after.world) == []


@pytest.mark.parametrize(
    ("command", "refused"),
    [
        (corrected(why=" "), MissingReason),
        (corrected(to=Address()), MissingField),
        (corrected(carrier="NONE"), UnknownCarrier),
    ],
)
def test_a_correction_is_whole(command: CorrectDelivery, refused: type) -> None:
    assert isinstance(given(order_submitted()).when(command).refusal, refused)


@pytest.mark.parametrize("steps", [order_drafted(), order_confirmed()])
def test_only_what_is_not_promised_is_corrected(steps: tuple[Any, ...]) -> None:
    assert isinstance(given(steps).when(corrected()).refusal, IllegalState)


# --- a draft once more ----------------------------------------------------------------------------

REOPEN = ReopenOrder(FIRST, "40 was meant, not 4")


def test_what_nobody_promised_becomes_a_draft_again() -> None:
    story: Story = given(order_submitted(carrier=QUICK), CheckOrder(FIRST))
    before = story.world.orders[FIRST]
    after = story.and_(REOPEN)
    order = after.world.orders[FIRST]
    assert (order.status, order.checked_at, order.shipping_gross) == ("draft", 0, 0)
    assert {line.discount_share for line in order.lines} == {0}
    assert violations(after.world) == []
    assert isinstance(after.when(partial(promise, FIRST)).refusal, IllegalState)
    again = after.and_(SubmitOrder(FIRST)).world.orders[FIRST]
    assert (again.total, again.discount) == (before.total, before.discount)


def test_another_quantity_is_priced_anew_and_its_discount_shared_anew() -> None:
    story: Story = given(order_drafted(), GrantDiscount(FIRST, 1_000), SubmitOrder(FIRST), REOPEN)
    line = story.world.orders[FIRST].lines[0]
    story.and_(ChangeLine(FIRST, line.line_number, line.ordered * 2), SubmitOrder(FIRST))
    order = story.world.orders[FIRST]
    assert sum(line.discount_share for line in order.lines) == order.discount == 1_000
    assert order.lines[0].ordered == line.ordered * 2
    assert violations(story.world) == []


def test_nobody_gets_past_a_hold_by_way_of_a_draft() -> None:
    story: Story = given(order_submitted(), PlaceHold(FIRST, "fraud", "who is this?"), REOPEN)
    story.and_(SubmitOrder(FIRST), CheckOrder(FIRST))
    assert isinstance(story.when(partial(promise, FIRST)).refusal, OrderOnHold)


@pytest.mark.parametrize(
    ("steps", "command", "refused"),
    [
        (order_drafted(), REOPEN, IllegalState),
        (order_confirmed(), REOPEN, IllegalState),
        (order_submitted(), ReopenOrder(FIRST, " "), MissingReason),
    ],
)
def test_only_what_was_handed_over_and_not_promised_is_reopened(
    steps: tuple[Any, ...], command: ReopenOrder, refused: type
) -> None:
    assert isinstance(given(steps).when(command).refusal, refused)
