"""What can be demanded of a run: each check reached, still open, or broken, and what it cites."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from pydantic import ValidationError

from tests.builders import (
    ARMCHAIR,
    ASKED,
    CAST,
    DESK,
    FIRST,
    HERON,
    HOME,
    HOTEL,
    LAMP,
    MESSAGE,
    OTTER,
    QUICK,
    SECOND,
    SLOW,
    TODAY,
    WANTED,
    Steps,
    arriving,
    exercise,
    goal,
    order_checked,
    order_confirmed,
    order_delivered,
    order_drafted,
    order_invoiced,
    order_paid,
    order_shipped,
    order_submitted,
    step,
)  # fmt: skip
from tests.story import Happening, given
from tests.training.judging import course_of, refused, seen
from trainer.orders.amendments import AddToOrder, CorrectDelivery
from trainer.orders.clock import AdvanceClock
from trainer.orders.intake import (
    AddLine,
    ChangeHeader,
    ChangeLine,
    ConfirmOrder,
    CreateDraft,
    SubmitOrder,
)  # fmt: skip
from trainer.orders.payment import InvalidAmount
from trainer.orders.promises import LineDate
from trainer.orders.refusals import VersionConflict
from trainer.orders.remedies import CancelledRow, CancelLineQuantity, CancelOrder
from trainer.orders.service import AddNote, NotifyCustomer
from trainer.orders.settlement import ArchiveOrder
from trainer.orders.shipping import ScanPackage
from trainer.orders.values import DAY, moment_of
from trainer.training.checks import (
    CHECKS,
    OPEN,
    Seen,
    differences,
    order_of,
    orders_of,
)  # fmt: skip
from trainer.training.conduct import NeverRefused

RUSH: dict[str, Any] = {"order": "rush"}
CANCEL = CancelOrder(FIRST, "typo")
RIGHT = f"PO-{FIRST}"


def mine(until: Callable[..., Steps], **draft: Any) -> Steps:
    """The rush order at a stage, entered from its message."""
    return until(**{"message_id": MESSAGE, **draft})


# --- entered exactly ----------------------------------------------------------------------------


def test_an_order_that_says_what_the_message_says_is_entered() -> None:
    found, run = seen(mine(order_submitted), entered_exactly=RUSH)
    assert found == Seen(state="reached", events=(run.world.number,), order=FIRST)


def test_a_draft_is_not_entered_yet() -> None:
    assert seen(mine(order_drafted), entered_exactly=RUSH)[0] == OPEN


def test_an_order_that_differs_is_cited_and_can_still_be_entered() -> None:
    wrong = mine(order_submitted, lines={ARMCHAIR: 3})
    found, run = seen(wrong, entered_exactly=RUSH)
    assert found == Seen(state="open", events=(run.world.number,), order=FIRST)
    again = (
        CancelOrder(FIRST, "typo"), CreateDraft(OTTER, RIGHT, ASKED, QUICK, MESSAGE),
        AddLine(SECOND, ARMCHAIR, 2), SubmitOrder(SECOND),
    )  # fmt: skip
    found, run = seen(wrong, again, entered_exactly=RUSH)
    assert found == Seen(state="reached", events=(run.world.number,), order=SECOND)


def test_an_order_that_is_corrected_before_the_promise_is_entered_after_all() -> None:
    wrong = (*mine(order_drafted), ChangeHeader(FIRST, RIGHT, ASKED, QUICK, HOTEL))
    wrong = (*wrong, SubmitOrder(FIRST))
    assert seen(wrong, entered_exactly=RUSH)[0].state == "open"
    right = CorrectDelivery(FIRST, QUICK, HOME, "misread")
    found, run = seen(wrong, right, entered_exactly=RUSH)
    assert found == Seen(state="reached", events=(run.world.number,), order=FIRST)


def test_a_discount_that_nobody_asked_for_is_not_what_the_message_says() -> None:
    assert seen(mine(order_submitted, discount=1), entered_exactly=RUSH)[0].state == "open"


def test_a_stale_screen_is_nobodys_mistake() -> None:
    conflict = VersionConflict(order_number=FIRST, seen=1, current=2)
    assert NeverRefused().see_try(OPEN, refused(1, after=4, refusal=conflict)) == OPEN
    named = NeverRefused(codes=("VERSION_CONFLICT",))
    assert named.see_try(OPEN, refused(1, after=4, refusal=conflict)).state == "broken"


def test_an_order_is_the_messages_by_its_purchase_order_too() -> None:
    assert seen(order_submitted(), entered_exactly=RUSH)[0].state == "reached"


def test_a_wrong_entry_stays_wrong_once_the_goods_have_left() -> None:
    found, _ = seen(mine(order_shipped, lines={ARMCHAIR: 3}), entered_exactly=RUSH)
    assert found.state == "broken"


def test_an_order_from_nobodys_message_is_not_the_rush_order() -> None:
    assert seen(order_submitted(customer=HERON), entered_exactly=RUSH)[0] == OPEN


def test_the_wrong_customer_costs_at_the_entry_alone() -> None:
    wrong = order_submitted(customer=HERON, message_id=MESSAGE)
    assert seen(wrong, entered_exactly=RUSH)[0].state == "open"
    assert seen(wrong, order_is={**RUSH, "label": "draft"})[0].state == "reached"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (ChangeHeader(FIRST, "PO-1", ASKED, QUICK, WANTED.ship_to), "customer_po_number"),
        (ChangeHeader(FIRST, RIGHT, ASKED + timedelta(1), QUICK, WANTED.ship_to),
         "requested_delivery_date"),
        (ChangeHeader(FIRST, RIGHT, ASKED, SLOW, WANTED.ship_to), "carrier_code"),
        (ChangeHeader(FIRST, RIGHT, ASKED, QUICK, HOTEL), "ship_to"),
        (ChangeLine(FIRST, 1, 3), "lines"),
        (AddLine(FIRST, LAMP, 6), "lines"),
    ],
)  # fmt: skip
def test_a_difference_is_named(change: Happening, field: str) -> None:
    order = given(mine(order_drafted), change).world.orders[FIRST]
    assert differences(order, WANTED) == (field,)


def test_the_wrong_customer_is_a_difference() -> None:
    order = given(order_drafted(customer=HERON)).world.orders[FIRST]
    assert "customer" in differences(order, WANTED)


# --- order is -----------------------------------------------------------------------------------


def test_an_order_has_come_as_far_as_a_label() -> None:
    check = {**RUSH, "label": "signed"}
    assert seen(mine(order_shipped), order_is=check)[0] == OPEN
    found, run = seen(mine(order_delivered), order_is=check)
    assert found == Seen(state="reached", events=(run.world.number,), order=FIRST)


def test_further_than_asked_is_far_enough() -> None:
    found, run = seen(mine(order_delivered), order_is={**RUSH, "label": "in_transit"})
    assert found == Seen(state="reached", events=(run.world.number,), order=FIRST)


def test_what_was_reached_stays_reached() -> None:
    check = {**RUSH, "label": "pending_payment"}
    found, run = seen(mine(order_confirmed), AddNote(FIRST, "and?"), order_is=check)
    assert found == Seen(state="reached", events=(run.world.number - 1,), order=FIRST)


@pytest.mark.parametrize("label", ["draft", "awaiting_shipment"])
def test_what_an_order_decided_is_open_again_when_it_is_called_off(label: str) -> None:
    assert seen(mine(order_paid), CANCEL, order_is={**RUSH, "label": label})[0] == OPEN
    assert seen(mine(order_paid), CANCEL, entered_exactly=RUSH)[0] == OPEN


def test_calling_off_a_spare_draft_costs_nothing() -> None:
    spare = (CreateDraft(OTTER, "PO-SPARE", ASKED, QUICK, MESSAGE), CancelOrder(SECOND, "spare"))
    found, _ = seen(mine(order_confirmed), spare, entered_exactly=RUSH)
    assert (found.state, found.order) == ("reached", FIRST)


def test_a_cancelled_order_is_nowhere() -> None:
    check = {**RUSH, "label": "settled"}
    assert seen(mine(order_drafted), CANCEL, order_is=check)[0] == OPEN


def test_of_two_orders_for_one_message_either_counts() -> None:
    twice = (CreateDraft(OTTER, "PO-2", ASKED, QUICK, MESSAGE), CancelOrder(FIRST, "double"))
    second = order_drafted(SECOND, message_id=MESSAGE)[1:]
    steps = (mine(order_drafted), *twice, *second, SubmitOrder(SECOND))
    found, _ = seen(*steps, order_is={**RUSH, "label": "awaiting_confirmation"})
    assert found.state == "reached"


# --- as it was entered ---------------------------------------------------------------------------

ALL_CUT = {**RUSH, "where": {"cancelled": "$rush.lines.0.quantity"}}


def cut(units: int) -> CancelLineQuantity:
    return CancelLineQuantity(FIRST, (CancelledRow(1, units),), "fewer")


@pytest.mark.parametrize(("entered", "cancelled", "reached"), [(2, 2, 1), (3, 3, 1), (3, 2, 0)])
def test_what_was_entered_is_what_is_judged_afterwards(
    entered: int, cancelled: int, reached: int
) -> None:
    ordered = mine(order_confirmed, lines={ARMCHAIR: entered})
    assert (seen(ordered, cut(cancelled), order_has=ALL_CUT)[0].state == "reached") == reached


def test_what_came_to_the_order_later_is_not_what_was_entered() -> None:
    more = AddToOrder(FIRST, LAMP, 6, TODAY + timedelta(days=30), "wants more")
    ordered = mine(order_confirmed)
    second = {**RUSH, "where": {"ordered": "$rush.lines.1.quantity"}}
    assert seen(ordered, more, order_has=second)[0] == OPEN


# --- happened -----------------------------------------------------------------------------------

NOTICE = {"event": "customer_notified", "where": {"template": "order_confirmed"}}


def test_a_thing_happened_once_it_has() -> None:
    happened = {**RUSH, "what": NOTICE}
    assert seen(mine(order_confirmed), happened=happened)[0] == OPEN
    tell = NotifyCustomer(FIRST, "order_confirmed")
    found, run = seen(mine(order_confirmed), tell, AddNote(FIRST, "ok"), happened=happened)
    assert found == Seen(state="reached", events=(run.world.number - 1,), order=FIRST)


def test_the_same_thing_with_other_words_is_another() -> None:
    tell = NotifyCustomer(FIRST, "order_received")
    assert seen(mine(order_confirmed), tell, happened={**RUSH, "what": NOTICE})[0] == OPEN


def test_the_same_thing_to_another_order_is_another() -> None:
    tell = NotifyCustomer(FIRST, "order_confirmed", "sms")
    other = order_confirmed(customer=HERON)
    assert seen(other, tell, happened={**RUSH, "what": NOTICE})[0] == OPEN


# --- happened before ----------------------------------------------------------------------------

TOLD_FIRST = {
    **RUSH,
    "first": {"event": "customer_notified"},
    "then": {"event": "stock_allocated"},
}


def test_whichever_comes_first_decides() -> None:
    tell = NotifyCustomer(FIRST, "order_confirmed")
    found, run = seen(mine(order_confirmed), tell, AddNote(FIRST, "ok"), happened_before=TOLD_FIRST)
    assert found == Seen(state="reached", events=(run.world.number - 1,), order=FIRST)


def test_too_late_is_too_late() -> None:
    tell = NotifyCustomer(FIRST, "order_confirmed")
    found, run = seen(mine(order_shipped), tell, happened_before=TOLD_FIRST)
    assert (found.state, len(found.events)) == ("broken", 1)
    assert found.events[0] < run.world.number


def test_before_either_happened_nothing_is_known() -> None:
    assert seen(mine(order_confirmed), happened_before=TOLD_FIRST)[0] == OPEN


# --- promises -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("until", "promised", "state"),
    [
        (order_checked, ASKED, "reached"),
        (order_checked, ASKED - timedelta(days=1), "reached"),
        (order_checked, ASKED + timedelta(days=1), "broken"),
        # by sea nothing arrives before the 23rd
        (partial(order_checked, carrier=SLOW), TODAY + timedelta(days=21), "reached"),
        (partial(order_checked, carrier=SLOW), TODAY + timedelta(days=22), "broken"),
    ],
)
def test_a_promise_is_the_day_asked_or_the_first_possible(
    until: Any, promised: Any, state: str
) -> None:
    found, run = seen(mine(until), ConfirmOrder(FIRST, promised), promised_as_asked=RUSH)
    assert found == Seen(state=state, events=(run.world.number,), order=FIRST)  # type: ignore[arg-type]


def test_without_a_promise_nothing_is_judged() -> None:
    assert seen(mine(order_checked), promised_as_asked=RUSH)[0] == OPEN
    assert seen(mine(order_shipped), promise_kept=RUSH)[0] == OPEN


def test_a_promise_against_the_numbers_is_none_that_was_asked_for() -> None:
    confirm = ConfirmOrder(FIRST, ASKED, override_reason="they insist")
    found, _ = seen(mine(order_checked, carrier=SLOW), confirm, promised_as_asked=RUSH)
    assert found.state == "broken"


@pytest.mark.parametrize(
    ("day", "chairs", "why", "state"),
    [
        ("asked", ASKED, "", "reached"),
        ("asked", ASKED + timedelta(days=1), "", "open"),
        ("asked", None, "", "open"),
        ("first", ASKED, "", "open"),
        ("first", TODAY + timedelta(days=3), "", "reached"),
        ("first", TODAY + timedelta(days=2), "they insist", "open"),
    ],
)
def test_a_line_is_promised_for_the_day_it_can_come_by_itself(
    day: str, chairs: Any, why: str, state: str
) -> None:
    # two armchairs are there; of ten desks four have to be made
    several = mine(order_checked, lines={ARMCHAIR: 2, DESK: 10})
    rows = (LineDate(1, chairs),)
    late = ConfirmOrder(FIRST, TODAY + timedelta(days=20), rows, why)
    check = {"order": "rush", "sku": ARMCHAIR, "day": day}
    assert seen(several, late, line_promised=check)[0].state == state


def test_a_line_that_comes_with_all_the_others_is_promised_with_them() -> None:
    check = {"order": "rush", "sku": ARMCHAIR}
    confirm = ConfirmOrder(FIRST, ASKED)
    found, run = seen(mine(order_checked), confirm, line_promised=check)
    assert found == Seen(state="reached", events=(run.world.number,), order=FIRST)
    assert seen(mine(order_checked), line_promised=check)[0] == OPEN


@pytest.mark.parametrize(("days", "state"), [(0, "reached"), (1, "broken")])
def test_a_promise_is_kept_until_the_end_of_its_day(days: int, state: str) -> None:
    eve = moment_of(ASKED, 23, 50) + days * DAY
    steps = (mine(order_shipped), AdvanceClock(eve), partial(arriving, FIRST))
    found, run = seen(*steps, promise_kept=RUSH)
    assert found == Seen(state=state, events=(run.world.number,), order=FIRST)  # type: ignore[arg-type]


def test_a_promise_is_about_the_last_parcel() -> None:
    two = mine(order_shipped, lines={DESK: 4}, carrier=SLOW)
    one = ScanPackage(FIRST, 1, "delivered")
    assert seen(two, one, promise_kept=RUSH)[0] == OPEN
    assert seen(two, one, partial(arriving, FIRST), promise_kept=RUSH)[0].state == "reached"


# --- never refused ------------------------------------------------------------------------------


def test_each_refused_try_is_cited() -> None:
    check = NeverRefused()
    once = check.see_try(OPEN, refused(1, after=4))
    assert once == Seen(state="broken", tries=(1,))
    assert check.see_try(once, refused(2, after=4)) == Seen(state="broken", tries=(1, 2))


def test_only_the_codes_that_count_are_cited() -> None:
    check = NeverRefused(codes=("MISSING_REASON",))
    assert check.see_try(OPEN, refused(1, 0, InvalidAmount(requested=0))) == OPEN
    assert check.see_try(OPEN, refused(2, 0)).tries == (2,)


def test_what_is_to_be_met_does_not_count() -> None:
    check = NeverRefused(but=("MISSING_REASON",))
    assert check.see_try(OPEN, refused(1, 0)) == OPEN
    other = check.see_try(OPEN, refused(2, 0, InvalidAmount(requested=0)))
    assert other == Seen(state="broken", tries=(2,))


# --- the shape ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "check",
    [
        {"never_refused": {"codes": ["NO_SUCH_CODE"]}},
        {"never_refused": {"but": ["NO_SUCH_CODE"]}},
        {"happened": {**RUSH, "what": {"event": "order_eaten"}}},
        {"order_is": {**RUSH, "label": "lost"}},
        {"no_such_check": {}},
        {"entered_exactly": {**RUSH, "more": 1}},
    ],
)
def test_a_check_that_cannot_be_meant_is_not_read(check: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        exercise(step("only", goal("only", 100, **check)))


def test_a_check_does_not_look_at_what_it_does_not_watch() -> None:
    check = goal("only", 100, order_is={**RUSH, "label": "signed"})
    course = course_of(exercise(step("only", check)))
    start = course.start()
    waited = given(AdvanceClock(start.world.now + DAY), world=start.world).entries
    assert course.after(start, waited[0]).progress is start.progress


# --- whose order is it --------------------------------------------------------------------------


def test_the_order_of_the_cast_is_the_first_that_was_not_called_off() -> None:
    story = given(mine(order_drafted))
    world = story.world
    assert orders_of(world, CAST, "rush") == (FIRST,)
    story.and_(CANCEL)
    only = order_of(story.world, CAST, "rush")
    assert only is not None
    assert only.order_number == FIRST
    story.and_(ArchiveOrder(FIRST, 10), order_drafted(SECOND, message_id=MESSAGE))
    second = order_of(story.world, CAST, "rush")
    assert second is not None
    assert second.order_number == SECOND


def test_before_anything_is_entered_there_is_no_order() -> None:
    assert order_of(given(order_invoiced()).world, CAST, "rush") is None


@pytest.mark.parametrize(
    "written",
    [
        {},
        {"happened": {"what": {"event": "replenishment_placed"}}},
        {
            "happened": {"what": {"event": "note_added"}, "adds_up": {"at": 1}},
            "order_has": {"order": "rush", "where": {"open": 0}},
        },
    ],
)
def test_what_happens_in_all_is_asked_for_with_how_many(written: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        CHECKS["at_end"].model_validate(written)
