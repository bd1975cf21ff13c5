"""Checks of state, conduct, answers and figures; checks made of checks; runs that are handed in."""

from datetime import timedelta
from functools import partial
from typing import Any

import msgspec
import pytest
from pydantic import ValidationError

from tests.builders import (
    ARMCHAIR,
    DESK,
    FIRST,
    LAMP,
    MESSAGE,
    SLOW,
    WANTED,
    exercise,
    goal,
    order_allocated,
    order_confirmed,
    order_delivered,
    order_packed,
    order_paid,
    order_shipped,
    order_submitted,
    step,
)  # fmt: skip
from tests.story import given
from tests.training.judging import course_of, refused, run_of, seen
from trainer.orders.amendments import ChangeDelivery
from trainer.orders.clock import AdvanceClock
from trainer.orders.remedies import CancelledRow, CancelLineQuantity, CancelOrder
from trainer.orders.service import AddNote, NotifyCustomer
from trainer.orders.shipping import LabelPackage, ShipPackage
from trainer.orders.values import DAY
from trainer.orders.world import RequestLine, World
from trainer.play.run import aside_of
from trainer.training.checks import OPEN, Answered, CastMember, Happened, entered
from trainer.training.conduct import alignment
from trainer.training.deeds import HandIn
from trainer.training.scenario import Scenario
from trainer.training.scoring import ledger, left_of, total
from trainer.training.state import OrderHas

RUSH: dict[str, Any] = {"order": "rush"}
NOTE = AddNote(FIRST, "rang back")


def mine(until: Any, **draft: Any) -> Any:
    return until(**{"message_id": MESSAGE, **draft})


# --- state --------------------------------------------------------------------------------------


def test_facts_of_an_order_hold_at_one_moment() -> None:
    paid = {**RUSH, "where": {"captured": "total", "shipped": 0}}
    assert seen(mine(order_confirmed), order_has=paid)[0] == OPEN
    found, run = seen(mine(order_paid), order_has=paid)
    assert (found.state, found.order) == ("reached", FIRST)
    assert found.events == (run.world.number,)


def test_what_was_so_once_stays_reached_but_not_at_the_end() -> None:
    nothing_out = {**RUSH, "where": {"allocated": {"at_least": 1}}}
    assert seen(mine(order_shipped), order_has=nothing_out)[0].state == "reached"
    last = goal("last", 50, happened={**RUSH, "what": {"event": "order_settled"}})
    scenario = exercise(step("x", goal("set", 50, at_end={"order_has": nothing_out}), last))
    assert run_of(scenario, mine(order_allocated)).progress.seen[0].state == "reached"
    assert run_of(scenario, mine(order_shipped)).progress.seen[0] == OPEN


def test_goods_on_the_shelf_are_counted_over_all_warehouses() -> None:
    two = {**RUSH, "line": 1, "where": {"allocated": {"at_least": 2}}}
    assert seen(mine(order_paid), stock_has=two)[0] == OPEN
    assert seen(mine(order_allocated), stock_has=two)[0].state == "reached"


TWO = CastMember(
    MESSAGE,
    msgspec.structs.replace(WANTED, lines=(RequestLine(ARMCHAIR, 2), RequestLine(LAMP, 6))),
)


def world_after(*happened: Any) -> World:
    return run_of(exercise(step("x", goal("x", 100, never_refused={}))), *happened).world


def test_products_are_counted_as_the_message_lists_them() -> None:
    """In whichever order they were entered; what nobody asked for stands for what is missing."""
    turned = world_after(mine(order_submitted, lines={LAMP: 6, ARMCHAIR: 4}))
    assert entered(turned, {"rush": TWO}, "rush").lines == (
        RequestLine(ARMCHAIR, 4), RequestLine(LAMP, 6),
    )  # fmt: skip
    wrong = world_after(mine(order_submitted, lines={LAMP: 6, DESK: 1}))
    assert entered(wrong, {"rush": TWO}, "rush").lines == (
        RequestLine(DESK, 1), RequestLine(LAMP, 6),
    )  # fmt: skip


def test_parcels_go_with_the_carrier_of_their_order_or_with_another() -> None:
    theirs = {**RUSH, "where": {"shipped": "ordered", "carrier_kept": "yes"}}
    assert seen(mine(order_shipped), order_has=theirs)[0].state == "reached"
    sent = (LabelPackage(FIRST, 1, SLOW), ShipPackage(FIRST, 1))
    assert seen(mine(order_packed), *sent, order_has=theirs)[0] == OPEN


def test_units_of_one_product_alone() -> None:
    begun = mine(order_confirmed, lines={LAMP: 6, ARMCHAIR: 2})
    cut = CancelLineQuantity(FIRST, (CancelledRow(1, 6),), "too many")
    after, cast = world_after(begun, cut), {"rush": TWO}

    def holds(line: int) -> bool | None:
        gone = OrderHas(order="rush", line=line, where={"cancelled": "ordered"})
        return gone.holds(after, cast)

    assert holds(2), "the lamps, which were entered first"
    assert not holds(1)
    with pytest.raises(ValidationError, match="one product of an order has no label"):
        OrderHas(order="rush", line=1, where={"label": "shipped"})


def test_days_by_which_a_promise_was_moved() -> None:
    def later(world: World, days: int) -> ChangeDelivery:
        order = world.orders[FIRST]
        assert order.promised_delivery_date
        day = order.promised_delivery_date + timedelta(days=days)
        return ChangeDelivery(FIRST, order.carrier_code, order.ship_to, day, "stocktaking")

    moved = {**RUSH, "where": {"promise_moved": 3}}
    assert seen(mine(order_confirmed), order_has=moved)[0] == OPEN
    assert seen(mine(order_confirmed), partial(later, days=2), order_has=moved)[0] == OPEN
    late = seen(mine(order_confirmed), partial(later, days=3), order_has=moved)[0]
    assert late.state == "reached"


def test_an_order_has_no_colour() -> None:
    with pytest.raises(ValidationError, match="an order has no colour; known are allocated"):
        exercise(step("only", goal("only", 100, order_has={**RUSH, "where": {"colour": "red"}})))


# --- events -------------------------------------------------------------------------------------


def test_what_happened_adds_up_in_one_go_or_in_several() -> None:
    six = {**RUSH, "what": {"event": "line_quantity_cancelled"}, "adds_up": {"rows.0.quantity": 6}}

    def cut(units: int) -> CancelLineQuantity:
        return CancelLineQuantity(FIRST, (CancelledRow(1, units),), "less")

    begun = mine(order_confirmed, lines={LAMP: 12})
    assert seen(begun, cut(6), happened=six)[0].state == "reached"
    some = seen(begun, cut(2), happened=six)[0]
    assert (some.state, some.trace) == ("open", ("2",))
    both = seen(begun, cut(2), cut(4), happened=six)[0]
    assert (both.state, len(both.events)) == ("reached", 2)
    assert seen(begun, cut(7), happened=six)[0].state == "open", "too many is not enough"


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"adds_up": {"weight": 3}}, "line_quantity_cancelled has no weight"),
        ({"adds_up": {"rows.0.quantity": 3}, "times": 2}, "either times or adds_up"),
    ],
)
def test_what_adds_up_is_a_number_of_the_event(wrong: dict[str, Any], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        Happened.model_validate({"what": {"event": "line_quantity_cancelled"}, **wrong})


def test_an_event_may_be_wanted_more_than_once() -> None:
    twice = {**RUSH, "what": {"event": "note_added"}, "times": 2}
    once = seen(mine(order_submitted), NOTE, happened=twice)[0]
    assert (once.state, len(once.events)) == ("open", 1)
    found = seen(mine(order_submitted), NOTE, NOTE, happened=twice)[0]
    assert (found.state, len(found.events)) == ("reached", 2)


def test_a_value_of_an_event_may_be_the_customers_own() -> None:
    entered = {"event": "draft_created", "where": {"customer_id": "$rush.customer_id"}}
    assert seen(mine(order_submitted), happened={"what": entered})[0].state == "reached"
    entered = {"event": "draft_created", "where": {"customer_id": "$rush.customer_po_number"}}
    assert seen(mine(order_submitted), happened={"what": entered})[0] == OPEN


def test_in_time_counts_from_the_message_or_from_another_event() -> None:
    told = {**RUSH, "what": {"event": "customer_notified"}, "hours": 24}
    tell, wait = NotifyCustomer(FIRST, "order_received"), AdvanceClock
    story = mine(order_submitted)
    assert seen(story, tell, happened_within=told)[0].state == "reached"
    began = given(story, world=course_of(exercise()).opening.world).world.now
    late = (story, wait(began + 2 * DAY), tell)
    assert seen(*late, happened_within=told)[0].state == "broken"
    after = {**told, "after": {"event": "note_added"}}
    assert seen(*late[:2], NOTE, tell, happened_within=after)[0].state == "reached"
    assert seen(*late, happened_within=after)[0].state == "open"


# --- conduct ------------------------------------------------------------------------------------


def standing(**check: Any) -> Scenario:
    """A run over the whole of an order's life with one standing goal of 10 points."""
    signed = goal("signed", 90, order_is={**RUSH, "label": "signed"})
    return exercise(step("deliver", signed), standing=(goal("calm", 10, **check),))


def left(scenario: Scenario, *happened: Any) -> int:
    """What the standing goal is worth when the run is over."""
    run = run_of(scenario, *happened)
    return left_of(scenario.standing[0], run.progress.seen[-1], over=True)


def test_what_must_never_happen_costs_each_time() -> None:
    no_notes = {**RUSH, "what": {"event": "note_added"}, "each": 4, "by_clerk": True}
    scenario = standing(never_happened=no_notes)
    assert left(scenario, mine(order_submitted)) == 10
    assert left(scenario, mine(order_submitted), NOTE) == 6
    assert left(scenario, mine(order_submitted), NOTE, NOTE, NOTE) == 0


def test_what_must_always_be_so_is_lost_at_once_and_for_good() -> None:
    never_out_unpaid = {"order_has": {**RUSH, "where": {"shipped": 0}}}
    scenario = standing(always=never_out_unpaid)
    assert left(scenario) == left(scenario, mine(order_paid)) == 10
    assert left(scenario, mine(order_shipped)) == 0


PROCESS = ["order_submitted", "order_confirmed", ["payment_received", "stock_allocated"],
           "package_shipped"]  # fmt: skip


def test_the_order_of_independent_events_costs_nothing() -> None:
    stages = (("a",), ("b", "c"), ("d",))
    assert alignment(stages, ("a", "b", "c", "d"), whole=True) == 0
    assert alignment(stages, ("a", "c", "b", "d"), whole=True) == 0
    assert alignment(stages, ("a", "c"), whole=False) == 0
    assert alignment(stages, ("a", "c"), whole=True) == 2
    assert alignment(stages, ("c", "a", "b", "d"), whole=True) == 2
    assert alignment(stages, ("a", "a", "b", "c", "d"), whole=True) == 1
    assert alignment(stages, (), whole=True) == 4


def test_a_run_is_held_against_the_reference_process() -> None:
    scenario = standing(follows={**RUSH, "process": PROCESS, "each": 3})
    assert left(scenario, mine(order_shipped)) == 10
    assert left(scenario, mine(order_paid)) == 10 - 2 * 3


def test_acts_beyond_par_cost_and_notes_are_free() -> None:
    for par, lost in ((30, 0), (1, 10)):
        scenario = standing(efficient={"par": par, "spare": 0, "each": 5})
        assert left(scenario, mine(order_paid), NOTE, NOTE, NOTE) == 10 - lost


# --- several in one -----------------------------------------------------------------------------


SUBMITTED = {"order_is": {**RUSH, "label": "awaiting_confirmation"}}
SIGNED = {"order_is": {**RUSH, "label": "signed"}}
NOTED = {"happened": {**RUSH, "what": {"event": "note_added"}}}


@pytest.mark.parametrize(
    ("check", "after_entry", "with_note", "delivered"),
    [
        ({"all_of": {"checks": [SUBMITTED, NOTED]}}, "open", "reached", "open"),
        ({"any_of": {"checks": [SIGNED, NOTED]}}, "open", "reached", "reached"),
        ({"some_of": {"number": 2, "checks": [SUBMITTED, SIGNED, NOTED]}},
         "open", "reached", "reached"),
    ],
)  # fmt: skip
def test_checks_made_of_checks(
    check: dict[str, Any], after_entry: str, with_note: str, delivered: str
) -> None:
    assert seen(mine(order_submitted), **check)[0].state == after_entry
    assert seen(mine(order_submitted), NOTE, **check)[0].state == with_note
    assert seen(mine(order_delivered), **check)[0].state == delivered


def test_all_of_it_cites_every_event() -> None:
    found, run = seen(mine(order_submitted), NOTE, all_of={"checks": [SUBMITTED, NOTED]})
    assert found.events[-1] == run.world.number
    assert len(found.events) == 2


def test_none_of_it_costs_once_one_is_so() -> None:
    scenario = standing(none_of={"checks": [NOTED]})
    assert left(scenario, mine(order_submitted)) == 10
    assert left(scenario, mine(order_submitted), NOTE) == 0


# --- tries and answers --------------------------------------------------------------------------


def test_a_refusal_can_be_what_is_to_be_met() -> None:
    scenario = exercise(step("x", goal("x", 100, refused_with={"code": "MISSING_REASON"})))
    course = course_of(scenario)
    run = course.replay((), [("t", refused(1, 0))])
    assert course.judge.finished(run.progress)
    assert ledger(course.judge, run.progress)[0].tries == (1,)


ASK = {"figure": {"name": "order_total", "order": "rush"}, "tries": 2}


def answered(*texts: str) -> Any:
    """The run after the order is entered and these answers were given."""
    scenario = exercise(step("x", goal("x", 100, answer_is=ASK)))
    course = course_of(scenario)
    run = course.replay(given(mine(order_submitted), world=course.opening.world).entries)
    for number, text in enumerate(texts, 1):
        run = course.after_aside(run, Answered(number, run.world.number, 0, "x", text))
    return run


def test_an_answer_is_right_when_it_is_what_the_sandbox_shows() -> None:
    right = f"{answered().world.orders[FIRST].total / 100:,.2f}"
    assert answered(right).progress.seen[0].state == "reached"
    assert answered("1", right).progress.seen[0].state == "reached"
    assert answered("1").progress.seen[0].state == "open"
    assert answered("1", "2", right).progress.seen[0].state == "broken"
    assert answered("many").progress.seen[0].tries == (1,)


# --- handing in ---------------------------------------------------------------------------------


def exam() -> Scenario:
    """Two goals and a figure that wait for the hand-in."""
    return exercise(
        step(
            "x",
            goal("entered", 40, **SUBMITTED),
            goal("signed", 40, **SIGNED),
            goal("open", 20, figure_is={"figure": {"name": "orders_open"}, "at_least": "1"}),
        ),
    ).model_copy(update={"mode": "exam"})


def test_what_is_open_when_it_is_handed_in_is_lost() -> None:
    course = course_of(exam())
    run = course.replay(given(mine(order_submitted), world=course.opening.world).entries)
    assert not course.judge.finished(run.progress)
    over = course.after_aside(run, aside_of(run, HandIn()))
    assert course.judge.finished(over.progress)
    assert [at.state for at in over.progress.seen] == ["reached", "broken", "reached"]
    assert total(ledger(course.judge, over.progress)) == 60


def test_nothing_is_won_after_the_hand_in() -> None:
    course = course_of(exam())
    story = given(mine(order_delivered), world=course.opening.world).entries
    run = course.start()
    over = course.after_aside(run, aside_of(run, HandIn()))
    later = course.replay(story, run=over)
    assert total(ledger(course.judge, later.progress)) == 0
    cancelled = course.replay(
        given(
            mine(order_submitted), CancelOrder(FIRST, "typo"), world=course.opening.world
        ).entries,
        run=over,
    )
    assert course.judge.finished(cancelled.progress)


def test_an_exam_does_not_say_that_all_is_right() -> None:
    scenario = exercise(step("x", goal("x", 100, **SUBMITTED)))
    assert run_of(scenario, mine(order_submitted)).progress.over
    examined = scenario.model_copy(update={"mode": "exam"})
    assert not run_of(examined, mine(order_submitted)).progress.over
