"""What comes in a return in place of what was announced: apart, then sent back or accepted."""

from datetime import date

import pytest

from tests.builders import ARMCHAIR, DESK, EAST, FIRST, LAMP, order_delivered
from tests.story import Story, given
from trainer.orders.amendments import CreateExchange
from trainer.orders.invariants import violations
from trainer.orders.refusals import MissingField
from trainer.orders.returns import (
    AuthoriseReturn,
    CloseReturn,
    DeliverReturn,
    InspectReturn,
    ReceiveExceedsAuthorised,
    ReceiveReturn,
    RequestReturn,
    StillApart,
    UnexpectedItem,
)
from trainer.orders.status import after_sale_label
from trainer.orders.unexpected import (
    AcceptExceedsReturn,
    AnnouncedItem,
    NotInParcel,
    ReportUnexpectedItem,
    ResolveExceedsApart,
    ResolveUnexpectedItem,
    UnexpectedItemAccepted,
)
from trainer.orders.world import Content, Return, ReturnRow, StockLevel, UnexpectedDecision

RMA = "RMA-00001"
CHAIRS, LAMPS = 1, 2


def here(*contents: tuple[str, int]) -> Story:
    """Two armchairs were announced; this is what lies in the parcel at the dock."""
    return given(
        order_delivered(lines={ARMCHAIR: 3, LAMP: 6}),
        RequestReturn(FIRST, (ReturnRow(CHAIRS, 2),), "changed_mind"),
        AuthoriseReturn(FIRST, RMA, "customer"),
        DeliverReturn(FIRST, RMA, tuple(Content(*part) for part in contents)),
    )


def counts(line_number: int, quantity: int) -> ReceiveReturn:
    return ReceiveReturn(FIRST, RMA, (ReturnRow(line_number, quantity),))


def reports(sku: str, quantity: int, note: str = "in the same box") -> ReportUnexpectedItem:
    return ReportUnexpectedItem(FIRST, RMA, sku, quantity, note)


def resolves(decision: UnexpectedDecision, quantity: int, sku: str = LAMP) -> ResolveUnexpectedItem:
    return ResolveUnexpectedItem(FIRST, RMA, sku, quantity, decision)


def shelf(story: Story, sku: str = LAMP) -> StockLevel:
    assert violations(story.world) == []
    return story.world.level(sku, EAST)


def the_return(story: Story) -> Return:
    return story.world.orders[FIRST].returns[0]


def test_what_was_not_announced_is_not_counted_in() -> None:
    """By what the clerk names, though nobody knows what lies in the parcel."""
    assert here().when(counts(LAMPS, 2)).refusal == UnexpectedItem(
        rma_number=RMA, announced=f"2 × {ARMCHAIR}", found=f"2 × {LAMP}"
    )


def test_the_same_product_of_another_line_is_no_surprise() -> None:
    story = here().and_(CreateExchange(FIRST, RMA, ARMCHAIR, 1, date(2999, 1, 1)))
    assert story.when(counts(3, 1)).refusal == ReceiveExceedsAuthorised(
        rma_number=RMA, line_number=3, limit=0, authorised=0, received=0, requested=1
    )


def test_what_is_not_there_is_not_counted_in_as_announced() -> None:
    story = here((ARMCHAIR, 1), (LAMP, 1))
    assert story.when(counts(CHAIRS, 2)).refusal == UnexpectedItem(
        rma_number=RMA, announced=f"2 × {ARMCHAIR}", found=f"1 × {ARMCHAIR}, 1 × {LAMP}"
    )
    story.and_(counts(CHAIRS, 1))
    assert isinstance(story.when(counts(CHAIRS, 1)).refusal, UnexpectedItem)


def test_what_came_instead_lies_apart_and_is_none_of_our_stock() -> None:
    story = here((LAMP, 2))
    before = shelf(story)
    after = story.and_(reports(LAMP, 2))
    level = shelf(after)
    assert (level.apart, level.on_hand, level.quarantine) == (2, before.on_hand, 0)
    assert the_return(after).stage == "arrived"
    assert after.when(CloseReturn(FIRST, RMA)).refusal == StillApart(rma_number=RMA, units=2)


@pytest.mark.parametrize(
    ("told", "refusal"),
    [
        (reports("NO-SUCH-THING", 1), MissingField(field="sku")),
        (reports(LAMP, 0), MissingField(field="quantity")),
        (reports(LAMP, 1, " "), MissingField(field="note")),
        (reports(ARMCHAIR, 1), AnnouncedItem(rma_number=RMA, sku=ARMCHAIR)),
        (reports(LAMP, 3), NotInParcel(RMA, LAMP, limit=2, there=2, reported=0, requested=3)),
        (reports(DESK, 1), NotInParcel(RMA, DESK, limit=0, there=0, reported=0, requested=1)),
    ],
    ids=lambda part: type(part).__name__,
)
def test_a_report_says_what_is_there(told: ReportUnexpectedItem, refusal: object) -> None:
    assert here((LAMP, 2)).when(told).refusal == refusal


def test_the_same_thing_is_not_reported_twice() -> None:
    story = here((LAMP, 2)).and_(reports(LAMP, 2))
    assert story.when(reports(LAMP, 1)).refusal == NotInParcel(
        RMA, LAMP, limit=0, there=2, reported=2, requested=1
    )


def test_sent_back_the_return_waits_for_its_own_parcel() -> None:
    story = here((LAMP, 2)).and_(reports(LAMP, 2), resolves("send_back", 2))
    assert shelf(story).apart == 0
    assert the_return(story).stage == "authorised"
    story.and_(DeliverReturn(FIRST, RMA), counts(CHAIRS, 2))
    assert shelf(story, ARMCHAIR).quarantine == 2


def test_with_something_announced_in_the_same_parcel_it_goes_on() -> None:
    story = here((ARMCHAIR, 1), (LAMP, 1)).and_(counts(CHAIRS, 1), reports(LAMP, 1))
    story.and_(resolves("send_back", 1))
    assert the_return(story).stage == "partially_received"


def test_nothing_was_taken_at_all() -> None:
    story = here((LAMP, 2)).and_(reports(LAMP, 2), resolves("send_back", 2))
    assert after_sale_label(the_return(story)) == "to_send_back"
    story.and_(CloseReturn(FIRST, RMA))
    assert after_sale_label(the_return(story)) == "receipt_refused"


def test_accepted_it_is_a_return_of_its_own_line() -> None:
    story = here((LAMP, 2)).and_(reports(LAMP, 2))
    result = story.when(resolves("accept", 2))
    assert result.events == (
        UnexpectedItemAccepted(FIRST, RMA, LAMP, (ReturnRow(LAMPS, 2),), (ReturnRow(CHAIRS, 2),)),
    )
    story.and_(resolves("accept", 2))
    level = shelf(story)
    assert (level.apart, level.quarantine, level.returned) == (0, 2, 2)
    rows = [(row.line_number, row.quantity, row.received) for row in the_return(story).rows]
    assert rows == [(CHAIRS, 0, 0), (LAMPS, 2, 2)]
    story.and_(InspectReturn(FIRST, RMA, LAMPS, 2, "restock"), CloseReturn(FIRST, RMA))
    order = story.world.orders[FIRST]
    assert order.credit == order.lines[1].gross // 3
    # and the armchairs may still come another day
    chairs = RequestReturn(FIRST, (ReturnRow(CHAIRS, 3),), "changed_mind")
    assert story.when(chairs).refusal is None
    assert shelf(story).quarantine == 0


def test_only_what_they_had_of_us_and_only_so_many_as_announced() -> None:
    story = here((DESK, 1), (LAMP, 3)).and_(reports(DESK, 1), reports(LAMP, 3))
    assert story.when(resolves("accept", 1, DESK)).refusal == AcceptExceedsReturn(
        sku=DESK, returnable=0, to_come=2, requested=1
    )
    assert story.when(resolves("accept", 3)).refusal == AcceptExceedsReturn(
        sku=LAMP, returnable=6, to_come=2, requested=3
    )
    story.and_(resolves("accept", 2), resolves("send_back", 1), resolves("send_back", 1, DESK))
    assert (shelf(story).apart, shelf(story, DESK).apart) == (0, 0)


def test_each_unit_is_decided_once() -> None:
    story = here((LAMP, 2)).and_(reports(LAMP, 2), resolves("accept", 1))
    assert story.when(resolves("send_back", 2)).refusal == ResolveExceedsApart(
        rma_number=RMA, sku=LAMP, limit=1, reported=2, sent_back=0, accepted=1, requested=2
    )
    assert isinstance(story.when(resolves("accept", 1, DESK)).refusal, ResolveExceedsApart)


def test_what_is_replaced_is_not_waited_for() -> None:
    story = here().and_(reports(LAMP, 1), resolves("accept", 1))
    assert isinstance(story.when(counts(CHAIRS, 2)).refusal, ReceiveExceedsAuthorised)
    story.and_(counts(CHAIRS, 1))
    assert (shelf(story).quarantine, shelf(story, ARMCHAIR).quarantine) == (1, 1)
