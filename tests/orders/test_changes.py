"""A change document beside its order: what is asked, what is still possible, what we answer."""

from datetime import timedelta

import msgspec
import pytest

from tests.builders import (
    ARMCHAIR,
    DESK,
    FIRST,
    HOTEL,
    LAMP,
    OTTER,
    SECOND,
    order_confirmed,
    order_delivered,
    order_drafted,
    order_labelled,
    order_packed,
    order_shipped,
)
from tests.story import Story, given
from trainer.orders.amendments import ChangeDelivery
from trainer.orders.changes import (
    AnswerChange,
    AnswerNotTrue,
    ChangeAnswered,
    ChangeAnsweredAlready,
    Point,
    UnknownChange,
    fitting,
    open_change,
    order_of,
    points,
)
from trainer.orders.intake import ReceiveMessage
from trainer.orders.invariants import violations
from trainer.orders.refusals import MissingReason
from trainer.orders.remedies import CancelledRow, CancelLineQuantity, CancelOrder
from trainer.orders.world import AnsweredLine, ChangedLine, ChangeRequest

LINES = {ARMCHAIR: 3, LAMP: 6}
LESS = ChangeRequest(
    OTTER,
    f"PO-{FIRST}",
    "OC-1",
    lines=(ChangedLine(ARMCHAIR, 1), ChangedLine(LAMP, 6, "unchanged")),
)
OFF = ChangeRequest(OTTER, f"PO-{FIRST}", "CC-1", cancellation=True, note="The hotel is closed.")
DONE = CancelLineQuantity(FIRST, (CancelledRow(1, 2),), "as the document says")


def asked(change: ChangeRequest = LESS, *so_far: object) -> Story:
    """An order so far, and the customer's document about it."""
    said = ReceiveMessage(
        "M-OC", "email", "Olive", "A change", "See the document.", OTTER, change=change,
        attached="UBL",
    )  # fmt: skip
    return given(*(so_far or (order_confirmed(lines=LINES),)), said)  # type: ignore[arg-type]


def seen(story: Story, change: ChangeRequest = LESS) -> tuple[Point, ...]:
    return points(story.world, story.world.orders[FIRST], change)


def test_it_finds_its_order_by_the_customers_own_number() -> None:
    story = asked()
    assert order_of(story.world, LESS) is story.world.orders[FIRST]
    other = msgspec.structs.replace(LESS, customer_po_number="PO-0")
    assert order_of(story.world, other) is None
    assert open_change(story.world.messages["M-OC"], story.world)


def test_each_line_stands_beside_what_is_asked() -> None:
    chairs, lamps = seen(asked())
    assert (chairs.sku, chairs.stands, chairs.asked, chairs.nearest) == (ARMCHAIR, 3, 1, 1)
    assert lamps.met
    assert not chairs.out_of_reach


@pytest.mark.parametrize(
    ("so_far", "shipped", "packed", "labelled"),
    [(order_packed, 0, 3, 0), (order_labelled, 0, 0, 3), (order_shipped, 3, 0, 0)],
)
def test_what_is_in_a_parcel_or_gone_is_no_longer_possible(
    so_far: object, shipped: int, packed: int, labelled: int
) -> None:
    chairs, _lamps = seen(asked(LESS, so_far(lines=LINES)))  # type: ignore[operator]
    assert chairs.out_of_reach
    assert chairs.nearest == 3
    assert (chairs.shipped, chairs.packed, chairs.labelled) == (shipped, packed, labelled)


def test_where_and_when_cannot_change_once_it_says_so_on_the_parcel() -> None:
    story = asked(LESS, order_labelled(lines=LINES))
    promised = story.world.orders[FIRST].promised_delivery_date
    assert promised
    later = ChangeRequest(
        OTTER, f"PO-{FIRST}", "OC-1",
        requested_delivery_date=promised + timedelta(days=3), ship_to=HOTEL,
    )  # fmt: skip
    day, address = seen(story, later)
    assert day.out_of_reach
    assert (day.nearest, day.labelled) == (promised, 9)
    assert address.out_of_reach
    early = msgspec.structs.replace(
        later, requested_delivery_date=promised - timedelta(days=20), ship_to=None
    )
    [sooner] = seen(asked(), early)
    assert sooner.out_of_reach
    assert sooner.asked < sooner.nearest <= promised  # type: ignore[operator]


def test_the_answer_is_what_stands() -> None:
    story = asked()
    assert fitting(story.world, story.world.orders[FIRST], LESS) == "not_accepted"
    not_yet = AnswerNotTrue(order_number=FIRST, asked=1, met=0)
    assert story.when(AnswerChange(FIRST, "accepted", message_id="M-OC")).refusal == not_yet
    story.and_(DONE)
    done = AnswerNotTrue(order_number=FIRST, asked=1, met=1)
    for wrong in ("conditional", "not_accepted"):
        said = AnswerChange(FIRST, wrong, "why", "M-OC")  # type: ignore[arg-type]
        assert story.when(said).refusal == done
    story.and_(AnswerChange(FIRST, "accepted", message_id="M-OC"))
    event = story.entries[-1].event
    assert isinstance(event, ChangeAnswered)
    assert event.lines == (AnsweredLine(ARMCHAIR, 1, 1), AnsweredLine(LAMP, 6, 6))
    order = story.world.orders[FIRST]
    assert [told.answer for told in order.changes] == ["accepted"]
    assert not open_change(story.world.messages["M-OC"], story.world)
    assert violations(story.world) == []


def test_what_is_not_done_needs_a_reason_and_is_answered_once() -> None:
    story = asked()
    no = AnswerChange(FIRST, "not_accepted", "It is on the van.", "M-OC")
    assert story.when(msgspec.structs.replace(no, reason=" ")).refusal == MissingReason()
    again = ChangeAnsweredAlready(order_number=FIRST, document_number="OC-1")
    assert story.and_(no).when(no).refusal == again


def test_a_part_of_it_is_accepted_in_part() -> None:
    story = asked().and_(CancelLineQuantity(FIRST, (CancelledRow(1, 1),), "one chair less"))
    order = story.world.orders[FIRST]
    assert fitting(story.world, order, LESS) == "not_accepted"
    assert fitting(story.world, order, LESS, done=True) == "conditional"
    story.and_(AnswerChange(FIRST, "conditional", "One chair is packed.", "M-OC"))
    [told] = story.world.orders[FIRST].changes
    assert told.lines[0] == AnsweredLine(ARMCHAIR, 1, 2)


def test_nobody_answers_what_nobody_asked_of_this_order() -> None:
    story = asked().and_(order_confirmed(SECOND))
    unknown = UnknownChange(order_number=SECOND)
    assert story.when(AnswerChange(SECOND, "accepted", message_id="M-OC")).refusal == unknown
    none = UnknownChange(order_number=FIRST)
    assert story.when(AnswerChange(FIRST, "accepted", message_id="M-0")).refusal == none


def test_what_came_another_way_is_answered_too() -> None:
    story = given(order_confirmed(lines=LINES))
    story.and_(CancelOrder(FIRST, "they closed"), AnswerChange(FIRST, "accepted", change=OFF))
    [told] = story.world.orders[FIRST].changes
    assert told.change is OFF
    assert told.lines == (AnsweredLine(ARMCHAIR, 0, 0), AnsweredLine(LAMP, 0, 0))


def test_a_cancellation_asks_for_nothing_of_anything() -> None:
    found = seen(asked(OFF), OFF)
    assert [(point.sku, point.stands, point.asked) for point in found] == [
        (ARMCHAIR, 3, 0), (LAMP, 6, 0),
    ]  # fmt: skip
    gone = seen(asked(OFF, order_delivered(lines=LINES)), OFF)
    assert all(point.out_of_reach for point in gone)


def test_more_and_something_new_is_always_conceivable() -> None:
    more = msgspec.structs.replace(
        LESS, lines=(ChangedLine(ARMCHAIR, 5), ChangedLine(DESK, 2, "added"))
    )
    chairs, desks = seen(asked(more), more)
    assert (chairs.stands, chairs.nearest) == (3, 5)
    assert (desks.stands, desks.nearest) == (0, 2)


def test_a_draft_has_everything_open() -> None:
    moved = msgspec.structs.replace(LESS, ship_to=HOTEL)
    story = asked(moved, order_drafted(lines=LINES))
    assert not any(point.out_of_reach for point in seen(story, moved))


def test_an_address_that_was_changed_stands() -> None:
    moved = ChangeRequest(OTTER, f"PO-{FIRST}", "OC-2", ship_to=HOTEL)
    story = asked(moved)
    order = story.world.orders[FIRST]
    assert order.promised_delivery_date
    story.and_(
        ChangeDelivery(FIRST, order.carrier_code, HOTEL, order.promised_delivery_date, "moved")
    )
    assert all(point.met for point in seen(story, moved))
