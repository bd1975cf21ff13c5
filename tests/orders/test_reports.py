"""Reports: by hand on small stories, and on every walk equal to a fold over its events."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from itertools import product
from statistics import median_low
from typing import Any, Final

import msgspec
import pytest

from tests.builders import (
    ARMCHAIR,
    DESK,
    EAST,
    FIRST,
    HERON,
    LAMP,
    OTTER,
    QUICK,
    SECOND,
    SLOW,
    TODAY,
    company,
    order_archived,
    order_confirmed,
    order_delivered,
    order_drafted,
    order_paid,
    order_shipped,
)
from tests.orders.retold import Parcel, Sums, Tale, added, asked, day, key, period, tales, within
from tests.orders.test_properties import walks
from tests.orders.walk import opening, sells_perishables
from tests.story import given
from trainer.orders import codec, costs, reports
from trainer.orders import satisfaction as opinions
from trainer.orders.b_grade import BGradeCleared
from trainer.orders.clock import AdvanceClock
from trainer.orders.costs import cost_of_service
from trainer.orders.feedback import AnswerComplaint, AnswerSurvey, ReceiveComplaint
from trainer.orders.mishaps import OpenClaim, ResolveClaim
from trainer.orders.remedies import (
    CancelledRow,
    CancelLineQuantity,
    CancelOrder,
    LineQuantityCancelled,
)
from trainer.orders.reports import (
    Ask,
    By,
    SoldOff,
    backorders,
    called_off,
    customers,
    lead_time,
    on_time_in_full,
    returns,
    sales,
    sold_off,
    volume,
)
from trainer.orders.returns import (
    AuthoriseReturn,
    DeliverReturn,
    InspectReturn,
    ReceiveReturn,
    RequestReturn,
)
from trainer.orders.satisfaction import satisfaction
from trainer.orders.stock import ReceiveStock
from trainer.orders.values import DAY, HOUR, moment_of
from trainer.orders.world import ClaimRow, Order, ReturnRow, World

# the walks are made once, in one process
pytestmark = [pytest.mark.xdist_group("walks"), pytest.mark.long]

MARCH: Final = date(2026, 3, 1)
CHAIRS: Final = 2 * 19_999

# --- by hand ------------------------------------------------------------------------------------


def test_sales_count_what_was_promised_and_what_became_of_it() -> None:
    world = (
        given(
            order_confirmed(FIRST, lines={ARMCHAIR: 2, LAMP: 6}),
            CancelLineQuantity(FIRST, (CancelledRow(2, 2),), "fewer"),
            order_confirmed(SECOND, customer=HERON),
            CancelOrder(SECOND, "changed mind"),
        )
        .and_(order_drafted("SO-10003"))
        .world
    )
    (row,) = sales(world, Ask()).rows
    assert (row.key, row.orders, row.units) == (MARCH, 2, 10)
    assert (row.gross, row.cancelled, row.returned) == (CHAIRS * 2 + 6 * 1995, CHAIRS + 3990, 0)
    assert row.net == CHAIRS + 4 * 1995
    by_product = sales(world, Ask(by="product"))
    assert [(row.key, row.orders, row.units) for row in by_product.rows] == [
        (ARMCHAIR, 2, 4),
        (LAMP, 1, 6),
    ]
    assert by_product.total.orders == 2, "an order with two products is one order"
    assert sales(world, Ask(sku=LAMP)).total.net == 4 * 1995
    assert sales(world, Ask(customer_id=HERON)).total.net == 0


def test_a_period_has_both_its_days() -> None:
    world = given(order_confirmed()).world
    for since, until, orders in (
        (TODAY, TODAY, 1),
        (TODAY + timedelta(days=1), None, 0),
        (None, TODAY - timedelta(days=1), 0),
    ):
        assert sales(world, Ask(since=since, until=until)).total.orders == orders


def test_months_without_orders_stand_between_those_with() -> None:
    world = given(order_confirmed(FIRST), order_confirmed(SECOND)).world
    later = msgspec.structs.replace(world.orders[SECOND], confirmed_at=moment_of(date(2026, 5, 20)))
    world = world.with_order(later)
    assert [(row.key.month, row.orders) for row in sales(world, Ask()).rows] == [  # type: ignore[union-attr]
        (3, 1), (4, 0), (5, 1),
    ]  # fmt: skip


def test_customers_are_graded_by_what_they_bring() -> None:
    world = given(
        order_confirmed(FIRST, lines={ARMCHAIR: 9}),
        order_confirmed(SECOND, customer=HERON, lines={ARMCHAIR: 1}),
    ).world
    found = customers(world, Ask())
    assert [(row.customer_id, row.grade) for row in found.rows] == [(OTTER, "A"), (HERON, "B")]
    assert [row.together for row in found.rows] == [9 * 19_999, 10 * 19_999]
    assert found.rows[0].last_on == TODAY


def opened_on(world: World, days: Iterable[date]) -> World:
    """One order opened on each of these days."""
    for place, when in enumerate(days, 1):
        at = moment_of(when, 9)
        world = world.with_order(Order(f"SO-{place}", place, OTTER, at, carrier_code=QUICK))
    return world


def test_a_week_stands_out_against_those_before_it() -> None:
    monday = date(2026, 1, 5)
    counts = (4, 5, 4, 5, 4, 12, 5)
    days = [monday + timedelta(weeks=week) for week, many in enumerate(counts) for _ in range(many)]
    world = opened_on(company(), days)  # today is the Monday of the ninth week
    rows = volume(world, Ask(by="week")).rows
    assert [row.orders for row in rows] == [*counts, 0, 0]
    assert [row.verdict for row in rows] == [
        *["too_early"] * 4, "usual", "high", "usual", "low", "under_way",
    ]  # fmt: skip
    assert (rows[5].usual, rows[5].compared) == (22, 5)
    shown = volume(world, Ask(by="week", since=monday + timedelta(days=36))).rows
    assert shown[0] == rows[5], "history before the period still counts"


def test_a_day_is_held_against_its_own_weekday() -> None:
    monday = date(2026, 1, 5)
    days = [monday + timedelta(weeks=week) for week in range(7) for _ in range(9)]
    rows = volume(opened_on(company(), days), Ask(by="day")).rows
    assert {row.verdict for row in rows if row.key.weekday() == 0 and row.orders} == {
        "too_early", "usual",
    }  # fmt: skip
    last = next(row for row in rows if row.key == date(2026, 2, 23))
    assert (last.orders, last.verdict) == (0, "low")


def test_a_stage_is_charged_with_what_it_adds() -> None:
    waited = AdvanceClock(moment_of(TODAY + timedelta(days=3), 9))
    arrived = AdvanceClock(moment_of(TODAY + timedelta(days=4), 9))
    world = given(order_paid(), waited).world
    story = given(order_shipped(SECOND, customer=HERON), arrived, world=world)
    story.and_(*order_delivered(SECOND, customer=HERON)[-1:])
    found = lead_time(story.world, Ask())
    assert found.orders == 1, "the first has not left"
    assert [row.stage for row in found.rows] == [
        "entry", "promise", "stock", "packing", "handover", "transit",
    ]  # fmt: skip
    assert found.bottleneck == "transit"
    assert sum(row.seconds for row in found.rows) == found.seconds == found.longest
    assert DAY - HOUR < found.rows[-1].median < DAY
    assert lead_time(story.world, Ask(until=TODAY)).orders == 0


def test_on_time_and_in_full_are_two_promises() -> None:
    late = AdvanceClock(moment_of(TODAY + timedelta(days=30), 9))
    fewer = CancelLineQuantity("SO-10003", (CancelledRow(1, 1),), "fewer")
    world = given(
        order_delivered(FIRST),
        order_shipped(SECOND, customer=HERON),
        order_confirmed("SO-10003", customer=HERON),
        fewer,
        *order_delivered("SO-10003", customer=HERON)[len(order_confirmed(customer=HERON)) :],
        order_confirmed("SO-10004"),
        CancelOrder("SO-10004", "changed mind"),
    ).world
    (row,) = on_time_in_full(world, Ask()).rows
    assert (row.due, row.on_time, row.in_full, row.both) == (2, 2, 1, 1)
    (row,) = on_time_in_full(given(late, world=world).world, Ask()).rows
    assert (row.due, row.on_time, row.in_full, row.both) == (3, 2, 1, 1)


def test_what_no_shelf_has_is_short_when_it_is_promised() -> None:
    world = given(order_confirmed(lines={DESK: 8, ARMCHAIR: 2})).world
    found = backorders(world, Ask(by="product"))
    assert [(row.key, row.promised, row.short, row.waiting) for row in found.rows] == [
        (DESK, 8, 2, 8),
        (ARMCHAIR, 2, 0, 2),
    ]
    after = given(ReceiveStock(DESK, EAST, 20), world=world).world
    assert backorders(after, Ask()).total.short == 2, "it was short, whatever comes in later"


def test_orders_are_called_off_for_a_reason() -> None:
    world = given(
        order_confirmed(),
        order_confirmed(SECOND),
        CancelOrder(FIRST, reason_code="price_error"),
    ).world
    found = called_off(world, Ask(by="reason"))
    assert [(row.key, row.entered, row.called_off) for row in found.rows] == [("price_error", 2, 1)]
    assert (found.total.entered, found.total.called_off) == (2, 1)


def test_a_part_is_called_off_for_its_own_reason_and_the_rest_for_another() -> None:
    """Units and value, to the cent; of one order each reason has its own."""
    some = CancelLineQuantity(SECOND, (CancelledRow(1, 1),), reason_code="no_stock_in_time")
    story = given(
        order_confirmed(lines={ARMCHAIR: 3, LAMP: 6}),
        CancelLineQuantity(
            FIRST, (CancelledRow(1, 1), CancelledRow(2, 2)), reason_code="price_error"
        ),
        CancelLineQuantity(FIRST, (CancelledRow(2, 1),), "they have too many"),
        order_confirmed(SECOND, lines={ARMCHAIR: 2}),
        some,
        CancelOrder(SECOND, reason_code="changed_mind"),
    )
    found = called_off(story.world, Ask(by="reason"))
    rows = {row.key: (row.called_off, row.in_part, row.lines, row.units) for row in found.rows}
    assert rows == {
        "price_error": (0, 1, 2, 3), "other": (0, 1, 1, 1),
        "no_stock_in_time": (0, 0, 1, 1), "changed_mind": (1, 0, 1, 1),
    }  # fmt: skip
    first, second = story.world.orders[FIRST], story.world.orders[SECOND]
    assert sum(row.value for row in found.rows) == first.supply_credit + sum(
        line.gross for line in second.lines
    )
    total = found.total
    assert (total.entered, total.called_off, total.in_part, total.lines) == (2, 1, 1, 3)
    assert total.value == sum(row.value for row in found.rows)
    # one product alone, and its lines alone
    lamps = called_off(story.world, Ask(by="month", sku=LAMP)).total
    assert (lamps.entered, lamps.lines, lamps.units) == (1, 1, 3)


def test_of_before_reasons_of_parts_were_kept_all_are_something_else() -> None:
    story = given(order_confirmed(lines={ARMCHAIR: 3}))
    credit = story.world.orders[FIRST].lines[0].gross // 3
    old = LineQuantityCancelled(FIRST, (CancelledRow(1, 1),), (), credit, "…", "price_error")
    story.and_(old)
    assert story.world.orders[FIRST].lines[0].called_off == ()
    (row,) = called_off(story.world, Ask(by="reason")).rows
    assert (row.key, row.in_part, row.units, row.value) == ("other", 1, 1, credit)


def test_returns_are_held_against_what_was_delivered() -> None:
    world = given(
        order_delivered(lines={ARMCHAIR: 3, LAMP: 6}),
        RequestReturn(FIRST, (ReturnRow(1, 2),), "defective"),
        AuthoriseReturn(FIRST, "RMA-00001", "seller"),
        DeliverReturn(FIRST, "RMA-00001"),
        ReceiveReturn(FIRST, "RMA-00001", (ReturnRow(1, 2),)),
        InspectReturn(FIRST, "RMA-00001", 1, 1, "scrap"),
    ).world
    found = returns(world, Ask(by="product"))
    assert [(row.key, row.delivered, row.returned, row.credited) for row in found.rows] == [
        (ARMCHAIR, 3, 2, 19_999),
        (LAMP, 6, 0, 0),
    ]
    (reason,) = returns(world, Ask(by="reason")).rows
    assert (reason.key, reason.delivered, reason.returned) == ("defective", 9, 2)
    assert cost_of_service(world, Ask()).total.faults == 19_999


def test_service_costs_freight_and_faults() -> None:
    world = given(order_delivered(FIRST), order_archived(SECOND)).world
    by_carrier = cost_of_service(world, Ask(by="carrier"))
    (row,) = by_carrier.rows
    # a pair of armchairs from one shelf: one parcel each, and the customer pays for one
    assert (row.key, row.orders, row.parcels) == (QUICK, 2, 2)
    assert row.cost == row.paid - row.charged
    assert cost_of_service(world, Ask(carrier_code=SLOW)).total.orders == 0


def test_what_comes_back_travels_at_the_cost_of_who_is_liable() -> None:
    def came_back(liability: str) -> World:
        return given(
            order_delivered(FIRST),
            RequestReturn(FIRST, (ReturnRow(1, 1),), "defective"),
            AuthoriseReturn(FIRST, "RMA-00001", liability),  # type: ignore[arg-type]
            DeliverReturn(FIRST, "RMA-00001"),
            ReceiveReturn(FIRST, "RMA-00001", (ReturnRow(1, 1),)),
        ).world

    ours = cost_of_service(came_back("seller"), Ask()).total
    theirs = cost_of_service(came_back("carrier"), Ask()).total
    assert (ours.back, ours.charged_on) == (1_200, 0)
    assert (theirs.back, theirs.charged_on) == (0, 1_200)
    assert ours.cost - theirs.cost == 1_200


def test_a_claim_at_the_customers_own_cost_is_goodwill() -> None:
    world = given(
        order_delivered(FIRST),
        OpenClaim(FIRST, (ClaimRow(1, 1),), "changed_mind", "a letter"),
        ResolveClaim(FIRST, "CLM-00001", "approved", "customer", "a good customer"),
    ).world
    (row,) = cost_of_service(world, Ask(by="order")).rows
    assert (row.key, row.goodwill, row.faults) == (FIRST, 19_999, 0)


def test_opinions_and_complaints_stand_on_their_own_days() -> None:
    story = given(
        order_delivered(FIRST),
        AnswerSurvey(FIRST, 2, "late"),
        order_delivered(SECOND, customer=HERON),
        AnswerSurvey(SECOND, 5),
        AdvanceClock(moment_of(date(2026, 4, 1), 9)),
        ReceiveComplaint(FIRST, "late_delivery", "Late", "Why?"),
    )
    march, april = satisfaction(story.world, Ask()).rows
    assert (march.delivered, march.rated, march.score, march.unhappy) == (2, 2, 3.5, 1)
    assert (april.rated, april.complaints, april.answered, april.late) == (0, 1, 0, 0)
    assert april.score is april.answer_time is None
    story.and_(AdvanceClock(moment_of(date(2026, 4, 3), 9)))
    assert satisfaction(story.world, Ask()).total.late == 1
    story.and_(AnswerComplaint(FIRST, "CMP-00001", "apology", "Sorry"))
    total = satisfaction(story.world, Ask()).total
    assert (total.answered, total.late) == (1, 1)
    assert total.answer_time
    assert 2 * DAY - HOUR < total.answer_time < 2 * DAY + HOUR
    why = satisfaction(story.world, Ask(by="reason"))
    assert [(row.key, row.rated, row.score) for row in why.rows] == [
        ("late_delivery", 1, 2), ("no_complaint", 1, 5),
    ]  # fmt: skip
    assert satisfaction(story.world, Ask(customer_id=HERON)).total.points == 5


def test_what_cannot_be_counted_so_is_said() -> None:
    world = given(order_confirmed()).world
    with pytest.raises(ValueError, match="reason"):
        sales(world, Ask(by="reason"))


def test_an_empty_world_has_empty_reports() -> None:
    for report in (sales, customers, volume, lead_time, on_time_in_full, backorders, called_off,
                   returns, cost_of_service, satisfaction):  # fmt: skip
        assert report(company(), Ask()).rows == ()  # type: ignore[operator]
    assert lead_time(company(), Ask()).bottleneck is None


# --- against the events ---------------------------------------------------------------------------


def asks(world: World, *bys: By) -> Iterator[Ask]:
    """All of it, and narrowed each way."""
    last = day(world.now)
    some = last - timedelta(days=20)
    for by in bys:
        yield Ask(by=by)
        yield Ask(by=by, since=some, until=last - timedelta(days=5))
        yield Ask(by=by, customer_id=HERON, since=some)
        yield Ask(by=by, sku=LAMP)
        yield Ask(by=by, carrier_code=QUICK, warehouse=EAST)
        yield Ask(by=by, currency="JPY")
        yield Ask(by=by, currency="KWD", since=some)


def each_walk(*bys: By) -> Iterator[tuple[World, dict[str, Tale], Ask]]:
    """Every walk with its orders told again, and everything one may ask about it."""
    for walk in walks():
        if sells_perishables(walk.seed):
            continue  # what has expired is not available, and no event says so
        told = tales(opening(walk.seed), walk.entries)
        for ask in asks(walk.world, *bys):
            yield walk.world, told, ask


def numbers_of(report: Any, *names: str) -> Sums:
    """The rows of a report that have anything in them."""
    rows = {row.key: tuple(getattr(row, name) for name in names) for row in report.rows}
    return {name: numbers for name, numbers in rows.items() if any(numbers)}


def ours(ask: Ask) -> Ask:
    """What a report that adds amounts is about if no currency is named."""
    return msgspec.structs.replace(ask, currency=ask.currency or "USD")


def confirmed(told: dict[str, Tale], ask: Ask) -> list[Tale]:
    """Orders promised in the period."""
    return [t for t in asked(told, ask) if t.confirmed and within(ask, day(t.confirmed))]


def items(tale: Tale, ask: Ask) -> list[Any]:
    """The lines that are asked about."""
    return [item for item in tale.items.values() if ask.sku in ("", item.sku)]


def agree(
    report: Callable[[World, Ask], Any],
    names: tuple[str, ...],
    rows: Callable[[World, dict[str, Tale], Ask], Iterable[tuple[Any, tuple[int, ...]]]],
    *bys: By,
) -> None:
    """A report says what its brute-force rows add up to, and meets something to say."""
    told_anything = False
    for world, told, ask in each_walk(*bys):
        wanted = added(rows(world, told, ask))
        assert numbers_of(report(world, ask), *names) == wanted, ask
        told_anything = told_anything or len(wanted) > 1
    assert told_anything


def test_sales_equal_the_fold() -> None:
    def rows(_: World, told: dict[str, Tale], ask: Ask) -> Iterator[Any]:
        for tale in confirmed(told, ours(ask)):
            counted = set()
            for item in items(tale, ask):
                name = key(ask, tale, day(tale.confirmed), item)
                first = name not in counted
                counted.add(name)
                yield (
                    name,
                    (int(first), item.ordered, item.gross, item.called_off, item.came_back),
                )

    names = ("orders", "units", "gross", "cancelled", "returned")
    agree(sales, names, rows, "month", "week", "day", "product", "customer", "carrier")


def test_customers_equal_the_fold() -> None:
    for world, told, ask in each_walk("customer"):
        mine = [(tale.customer, tale, items(tale, ask)) for tale in confirmed(told, ours(ask))]
        mine = [row for row in mine if row[2]]
        net: dict[str, int] = {}
        last: dict[str, date] = {}
        for who, tale, found in mine:
            worth = sum(item.gross - item.called_off - item.came_back for item in found)
            net[who] = net.get(who, 0) + worth
            last[who] = max(last.get(who, date.min), day(tale.confirmed))
        report = customers(world, ask)
        assert {row.customer_id: (row.net, row.last_on) for row in report.rows} == {
            who: (net[who], last[who]) for who in net
        }
        assert [row.net for row in report.rows] == sorted(net.values(), reverse=True)
        assert report.total.net == sum(net.values())
        for place, row in enumerate(report.rows):
            assert row.together == sum(sorted(net.values(), reverse=True)[: place + 1])


@pytest.mark.parametrize("by", ["day", "week", "month"])
def test_volume_equals_the_fold(by: By) -> None:
    for world, told, ask in each_walk(by):
        opened = [period(day(tale.created), by) for tale in asked(told, ask)]
        rows = volume(world, ask).rows
        today = period(day(world.now), by)
        since = period(ask.since, by) if ask.since else date.min
        starts = sorted(
            {
                period(min(opened) + timedelta(days=n), by)
                for n in range((max(*opened, today) - min(opened)).days + 1)
            }
            if opened
            else ()
        )
        counts = Counter(opened)
        shown = [s for s in starts if since <= s <= (ask.until or date.max)]
        assert [(row.key, row.orders) for row in rows] == [(s, counts[s]) for s in shown]
        places = {start: place for place, start in enumerate(starts)}
        for row in rows:
            step = 7 if by == "day" else 1
            before = starts[: places[row.key]][::-1][step - 1 :: step][:8]
            past = [counts[start] for start in before]
            assert (row.usual, row.compared) == (sum(past), len(past))
            if row.verdict in ("high", "low", "usual"):
                usual = sum(past) / len(past)
                spread = sum((n - usual) ** 2 for n in past) / len(past)
                off = (row.orders - usual) ** 2 > 4 * max(spread, usual, 1) + 1e-9
                assert (row.verdict != "usual") == off
                assert row.verdict != "high" or row.orders > usual
            else:
                assert row.key >= today or len(past) < 4


def test_lead_times_equal_the_fold() -> None:
    met = 0
    for world, told, ask in each_walk("month"):
        done = [
            tale
            for tale in asked(told, ask)
            if 0 < tale.wanted <= tale.arrived and within(ask, day(tale.delivered))
        ]
        spent: dict[str, list[int]] = {}
        for tale in done:
            gone = [parcel for parcel in tale.parcels.values() if parcel.delivered]
            ends = {
                "entry": tale.submitted,
                "promise": tale.confirmed,
                "payment": tale.paid if tale.terms == "prepay" else 0,
                "stock": tale.allocated,
                "packing": max(parcel.packed for parcel in gone),
                "handover": max(parcel.shipped for parcel in gone),
                "transit": tale.delivered,
            }
            for stage, end in ends.items():
                if end:
                    earlier = list(ends.values())[: list(ends).index(stage)]
                    began = min(max([tale.created, *earlier]), tale.delivered)
                    spent.setdefault(stage, []).append(max(min(end, tale.delivered) - began, 0))
        found = lead_time(world, ask)
        whole = [tale.delivered - tale.created for tale in done]
        assert (found.orders, found.seconds) == (len(whole), sum(whole))
        assert found.median == (median_low(whole) if whole else 0)
        assert {row.stage: (row.orders, row.seconds, row.median, row.longest)
                for row in found.rows} == {
            stage: (len(taken), sum(taken), median_low(taken), max(taken))
            for stage, taken in spent.items()
        }  # fmt: skip
        assert sum(row.seconds for row in found.rows) == found.seconds
        if found.bottleneck:
            most = max(map(sum, spent.values()))
            assert sum(spent[found.bottleneck]) == most
        met += len(done)
    assert met > 100


def test_promises_kept_equal_the_fold() -> None:
    def rows(world: World, told: dict[str, Tale], ask: Ask) -> Iterator[Any]:
        for tale in asked(told, ask):
            if not tale.promised or tale.called_off or not within(ask, tale.promised):
                continue
            there = tale.arrived == tale.wanted
            if there or tale.promised < day(world.now):
                ordered = sum(item.ordered for item in tale.items.values())
                kept = there and tale.kept
                full = tale.arrived == ordered
                yield key(ask, tale, tale.promised), (1, kept, full, kept and full)

    names = ("due", "on_time", "in_full", "both")
    agree(on_time_in_full, names, rows, "month", "week", "customer", "carrier")


def test_backorders_equal_the_fold() -> None:
    def rows(_: World, told: dict[str, Tale], ask: Ask) -> Iterator[Any]:
        for tale in confirmed(told, ask):
            for item in items(tale, ask):
                waiting = item.ordered - item.cancelled - item.allocated - item.shipped
                name = key(ask, tale, day(tale.confirmed), item)
                yield name, (item.ordered, item.short, waiting)

    names = ("promised", "short", "waiting")
    agree(backorders, names, rows, "product", "customer", "month")


def parts_off(tale: Tale, ask: Ask) -> list[tuple[int, str, int, int]]:
    """Line, reason, units and value of all that was called off, as the events tell it."""
    found = []
    for place, item in enumerate(items(tale, ask)):
        parts = list(item.parts)
        if tale.called_off:
            units = item.ordered - sum(units for _, units, _ in parts)
            worth = item.gross - sum(worth for _, _, worth in parts)
            parts += [(tale.why_off, units, worth)] if units else []
        found += [(place, *part) for part in parts]
    return found


def test_what_was_called_off_equals_the_fold() -> None:
    def summed(tale: Tale, parts: Any) -> tuple[int, ...]:
        reduced = int(bool(parts) and not tale.called_off)
        lines = len({line for line, _, _, _ in parts})
        return reduced, lines, sum(it[2] for it in parts), sum(it[3] for it in parts)

    def opened(told: dict[str, Tale], ask: Ask) -> list[Tale]:
        return [tale for tale in asked(told, ours(ask)) if within(ask, day(tale.created))]

    def rows(_: World, told: dict[str, Tale], ask: Ask) -> Iterator[Any]:
        for tale in opened(told, ask):
            numbers = summed(tale, parts_off(tale, ask))
            yield key(ask, tale, day(tale.created)), (1, int(tale.called_off), *numbers)

    def by_reason(_: World, told: dict[str, Tale], ask: Ask) -> Iterator[Any]:
        every = opened(told, ask)
        reasons = {tale.why_off for tale in every if tale.called_off}
        reasons |= {why for tale in every for _, why, _, _ in parts_off(tale, ask)}
        for why in reasons:
            yield why, (len(every), 0, 0, 0, 0, 0)
            for tale in every:
                mine = [part for part in parts_off(tale, ask) if part[1] == why]
                gone = tale.called_off and tale.why_off == why
                yield why, (0, int(gone), *summed(tale, mine))

    names = ("entered", "called_off", "in_part", "lines", "units", "value")
    agree(called_off, names, rows, "month", "customer")
    agree(called_off, names, by_reason, "reason")


def test_returns_equal_the_fold() -> None:
    def rows(_: World, told: dict[str, Tale], ask: Ask) -> Iterator[Any]:
        for tale in asked(told, ours(ask)):
            if tale.delivered and within(ask, day(tale.delivered)):
                for item in items(tale, ask):
                    name = key(ask, tale, day(tale.delivered), item)
                    yield name, (item.delivered, item.returned, item.came_back)

    names = ("delivered", "returned", "credited")
    agree(returns, names, rows, "product", "customer", "carrier", "month")


def test_reasons_equal_the_fold() -> None:
    def rows(_: World, told: dict[str, Tale], ask: Ask) -> Iterator[Any]:
        late = [t for t in asked(told, ours(ask)) if t.delivered and within(ask, day(t.delivered))]
        whole = sum(item.delivered for tale in late for item in items(tale, ask))
        met = set()
        for tale, back in ((t, back) for t in late for back in t.backs.values()):
            for number, received in back.received.items():
                if ask.sku in ("", tale.items[number].sku):
                    first = back.reason not in met
                    met.add(back.reason)
                    yield back.reason, (whole if first else 0, received, back.credit[number])

    agree(returns, ("delivered", "returned", "credited"), rows, "reason")


def test_what_was_sold_off_equals_the_fold() -> None:
    met = 0
    for walk in walks():
        sales = [e.event for e in walk.entries if isinstance(e.event, BGradeCleared)]
        for sku, warehouse in ({(x.sku, x.warehouse) for x in sales}) | {("", "")}:
            gone = [x for x in sales if sku in ("", x.sku) and warehouse in ("", x.warehouse)]
            units, proceeds = sum(x.quantity for x in gone), sum(x.quantity * x.price for x in gone)
            ask = Ask(by="product", sku=sku, warehouse=warehouse)
            assert sold_off(walk.world, ask) == SoldOff(units, proceeds)
            met += bool(sku)
    assert met


def test_what_was_sold_off_is_nobodys_order_any_more() -> None:
    walk = next(w for w in walks() if sold_off(w.world, Ask(by="product")).units)
    whole = sold_off(walk.world, Ask(by="product"))
    home = walk.world.company.currency
    assert sold_off(walk.world, Ask(by="product", currency=home)) == whole
    for narrowed in (
        Ask(by="product", customer_id=next(iter(walk.world.customers))),
        Ask(by="product", carrier_code=next(iter(walk.world.carriers))),
        Ask(by="product", currency="JPY"),
    ):
        assert sold_off(walk.world, narrowed) == SoldOff()


def test_satisfaction_equals_the_fold() -> None:
    def rows(world: World, told: dict[str, Tale], ask: Ask) -> Iterator[Any]:
        for tale in asked(told, ask):
            causes = {grievance.reason for grievance in tale.grievances.values()}
            if 0 < tale.wanted <= tale.arrived and within(ask, day(tale.delivered)):
                score = tale.score
                numbers = (1, int(score > 0), score, int(score in (4, 5)), int(score in (1, 2)))
                for name in named(ask, tale, tale.delivered, causes or {"no_complaint"}):
                    yield name, (*numbers, 0, 0, 0, 0)
            for complaint in tale.grievances.values():
                if within(ask, day(complaint.came)):
                    answered = complaint.answered
                    late = (answered or world.now) > complaint.deadline
                    waited = answered - complaint.came if answered else 0
                    for name in named(ask, tale, complaint.came, {complaint.reason}):
                        yield name, (0, 0, 0, 0, 0, 1, int(answered > 0), int(late), waited)

    def named(ask: Ask, tale: Tale, at: int, causes: set[str]) -> list[Any]:
        return sorted(causes) if ask.by == "reason" else [key(ask, tale, day(at))]

    names = ("delivered", "rated", "points", "content", "unhappy", "complaints", "answered",
             "late", "waited")  # fmt: skip
    agree(satisfaction, names, rows, "month", "week", "customer", "carrier", "reason")


def test_cost_of_service_equals_the_fold() -> None:
    tariff = {"USD": {QUICK: 1_200, SLOW: 400}, "JPY": {QUICK: 1_790, SLOW: 600},
              "KWD": {QUICK: 3_695, SLOW: 1_230}}  # fmt: skip

    def keeping(world: World) -> bool:
        return world.policies.card_fee_permille > 0

    def kept(paid: int, currency: str) -> int:
        # four thousandths of each capture, and ten cents or fifteen yen
        return min((paid * 4 + 500) // 1000 + {"USD": 10, "JPY": 15}.get(currency, 0), paid)

    def rows(world: World, told: dict[str, Tale], ask: Ask) -> Iterator[Any]:
        for tale in confirmed(told, ours(ask)):
            prices = tariff[tale.currency]
            gone = [parcel for parcel in tale.parcels.values() if parcel.shipped]
            faults = [b.credit.total() for b in tale.backs.values() if b.liability == "seller"]
            faults.append(tale.faults)
            came = [b.liability for b in tale.backs.values() if b.received.total()]
            mine = (came.count("seller") + came.count("undetermined")) * prices[tale.carrier]

            def freight(parcel: Parcel, prices: dict[str, int] = prices) -> int:
                # what the carrier that collects keeps: fifteen thousandths
                return prices[parcel.carrier] + (parcel.collected * 15 + 500) // 1000

            yield key(ask, tale, day(tale.confirmed)), (
                1, len(gone), len(gone[1:]), sum(map(freight, gone)),
                mine, len(came) * prices[tale.carrier] - mine, sum(faults), tale.kindness,
                0 if tale.called_off else tale.shipping - tale.not_charged,
                tale.rework, tale.events, tale.claimed_on, tale.recovered,
                sum(kept(it, tale.currency) for it in tale.by_card) if keeping(world) else 0,
            )  # fmt: skip

    names = ("orders", "parcels", "extra", "paid", "back", "charged_on", "faults", "goodwill",
             "charged", "rework", "events", "claimed_on", "recovered", "card_fees")  # fmt: skip
    agree(cost_of_service, names, rows, "carrier", "customer", "month", "week", "order")


def test_totals_are_the_sum_of_rows_that_share_nothing() -> None:
    for (report, name), walk in product(
        ((sales, "net"), (backorders, "short"), (returns, "returned"), (cost_of_service, "paid"),
         (on_time_in_full, "both")),
        walks()[:30],
    ):  # fmt: skip
        for by in ("month", "customer"):
            found: Any = report(walk.world, Ask(by=by))  # type: ignore[operator]
            assert sum(getattr(row, name) for row in found.rows) == getattr(found.total, name)


def test_a_report_is_the_same_over_a_world_that_was_put_away() -> None:
    for walk in walks()[:20]:
        stored = codec.decode_world(codec.encode_world(walk.world))
        for report in (sales, lead_time, backorders, returns, cost_of_service):
            ask = Ask()
            assert msgspec.to_builtins(report(stored, ask)) == msgspec.to_builtins(
                report(walk.world, ask)
            )


# --- reports that lie -----------------------------------------------------------------------------


def until_is_left_out(patch: pytest.MonkeyPatch) -> None:
    """The last day of the period is missing."""
    patch.setattr(
        Ask, "covers", lambda ask, when: not ask.until or (ask.since or when) <= when < ask.until
    )


def cancelled_by_the_unit(patch: pytest.MonkeyPatch) -> None:
    """What was called off is priced unit by unit, and cents get lost."""
    patch.setattr(reports, "_called_off", lambda line: line.gross // line.ordered * line.cancelled)


def announced_is_returned(patch: pytest.MonkeyPatch) -> None:
    """Whatever was delivered counts as credited once something came back."""
    patch.setattr(reports, "_came_back", lambda line: line.gross if line.inspected else 0)


def weeks_begin_on_sunday(patch: pytest.MonkeyPatch) -> None:
    """A week is cut where another country cuts it."""
    rightly = reports.period_of
    patch.setattr(
        reports,
        "period_of",
        lambda when, by: rightly(when + timedelta(days=by == "week"), by),
    )


def money_is_not_waited_for(patch: pytest.MonkeyPatch) -> None:
    """Nobody is charged with the time a prepaid order waits for its money."""
    rightly = reports._milestones
    patch.setattr(
        reports, "_milestones", lambda order: (*rightly(order)[:2], 0, *rightly(order)[3:])
    )


def unpacked_parcels_left(patch: pytest.MonkeyPatch) -> None:
    """A parcel that was unpacked again still says where the order left from."""
    patch.setattr(
        reports, "_left_from", lambda order: {parcel.warehouse for parcel in order.packages}
    )


def currencies_are_added_up(patch: pytest.MonkeyPatch) -> None:
    """A thousand yen and a thousand dollars are two thousand."""
    patch.setattr(reports, "in_one_currency", lambda world, ask: ask)


def every_return_is_on_us(patch: pytest.MonkeyPatch) -> None:
    """Whoever is liable, we are told to pay for the way back."""
    rightly = costs._way_back
    patch.setattr(costs, "_way_back", lambda world, order: (sum(rightly(world, order)), 0))


def only_what_was_answered_is_counted(patch: pytest.MonkeyPatch) -> None:
    """A complaint that nobody answered was never made."""
    rightly = opinions._complained
    patch.setattr(
        opinions,
        "_complained",
        lambda world, complaint: (0,) * 9 if complaint.open else rightly(world, complaint),
    )


@pytest.mark.parametrize(
    ("flaw", "found_by"),
    [
        (currencies_are_added_up, test_sales_equal_the_fold),
        (every_return_is_on_us, test_cost_of_service_equals_the_fold),
        (only_what_was_answered_is_counted, test_satisfaction_equals_the_fold),
        (until_is_left_out, test_sales_equal_the_fold),
        (cancelled_by_the_unit, test_sales_equal_the_fold),
        (announced_is_returned, test_returns_equal_the_fold),
        (weeks_begin_on_sunday, test_promises_kept_equal_the_fold),
        (money_is_not_waited_for, test_lead_times_equal_the_fold),
        (unpacked_parcels_left, test_cost_of_service_equals_the_fold),
    ],
    ids=lambda found: found.__name__,
)
def test_a_report_that_lies_is_found(
    flaw: Callable[[pytest.MonkeyPatch], None],
    found_by: Callable[[], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    flaw(monkeypatch)
    with pytest.raises(AssertionError):
        found_by()
