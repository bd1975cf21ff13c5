"""A rule at work: it has a clerk's rights, acts once for an event, and is refused like anybody."""

from typing import Any

import msgspec
import pytest

from tests.builders import (
    ARMCHAIR,
    FIRST,
    HERON,
    LAMP,
    OTTER,
    QUICK,
    SECOND,
    SLOW,
    order_allocated,
    order_archived,
    order_checked,
    order_confirmed,
    order_delivered,
    order_paid,
    order_shipped,
    order_submitted,
)
from tests.orders.test_refunds import CANCEL, ruled
from tests.orders.test_rulebook import ON, rule
from tests.story import Result, Story, given
from trainer.orders import codec
from trainer.orders.approvals import ApprovalAsked
from trainer.orders.automation import (
    DEPTH,
    ActedAlready,
    NoLongerFits,
    RuleActed,
    RuleIsOff,
    RuleRefused,
    RulesTooDeep,
    RuleWouldLoop,
    RunRule,
    path_of,
    unmet,
)
from trainer.orders.backorders import OrderPrioritised
from trainer.orders.holds import HoldPlaced, HoldReleased, PlaceHold, ReleaseAsked
from trainer.orders.intake import OrderChecked, OrderConfirmed
from trainer.orders.invariants import violations
from trainer.orders.refusals import UnknownOrder
from trainer.orders.remedies import CancelOrder
from trainer.orders.rulebook import Action, Conditions, RemoveRule, WriteRule
from trainer.orders.service import CustomerNotified, NoteAdded
from trainer.orders.settlement import InvoiceIssued, IssueInvoice, OrderCompleted
from trainer.orders.stock import StockAllocated
from trainer.orders.world import World


def run(number: str = "R-1", cause: int | None = None, chain: tuple[str, ...] = ()) -> Any:
    """A rule is set off by the last event, or by another."""
    return lambda world: RunRule(
        number, FIRST, "order_submitted", world.number if cause is None else cause, chain
    )


def acting(wanted: WriteRule, *before: Any) -> Result:
    """What a rule does in the world after these, switched on."""
    return given(*before, wanted, ON).when(run(), role="system")


def refused(result: Result) -> RuleRefused:
    """The one thing that happened: the refusal in the record."""
    (event,) = result.events
    assert isinstance(event, RuleRefused)
    return event


def test_a_rule_acts_and_what_came_of_it_follows() -> None:
    after = acting(rule(), order_submitted())
    first, then = after.events
    assert first == RuleActed("R-1", "Check what comes in", FIRST, "order_submitted", 5)
    assert isinstance(then, OrderChecked)
    assert (after.world.rules["R-1"].acted, after.world.rules["R-1"].refused) == (1, 0)
    assert after.world.rule_traces["R-1", FIRST].cause == 5
    assert violations(after.world) == []


def test_a_refusal_is_written_down_with_its_numbers() -> None:
    event = refused(acting(rule(action=Action("confirm_order")), order_submitted()))
    assert event.code == "NOT_CHECKED"
    why = codec.decode_refusal(msgspec.json.encode(event.refusal))
    assert why.code == "NOT_CHECKED"
    assert codec.decode_event(codec.encode(event)) == event


def test_a_refused_rule_leaves_the_order_as_it_was() -> None:
    story = given(order_submitted(), rule(action=Action("allocate")), ON)
    after = story.when(run(), role="system")
    refused(after)
    assert after.world.orders is story.world.orders
    assert after.world.rules["R-1"].refused == 1


def test_once_for_an_event_and_an_order() -> None:
    story = given(order_submitted(), rule(), ON)
    story.and_(run()(story.world))
    last = story.world.rule_traces["R-1", FIRST].cause
    again = story.when(run(cause=last), role="system")
    assert again.refusal == ActedAlready("R-1", FIRST, last, last)
    assert story.when(run(cause=last + 1), role="system").refusal is None


def test_what_is_off_or_not_there_does_nothing() -> None:
    story = given(order_submitted(), rule())
    assert story.when(run(), role="system").refusal == RuleIsOff("R-1")
    story.and_(ON)
    lost = RunRule("R-1", "SO-0", "order_submitted", 1)
    assert story.when(lost, role="system").refusal == UnknownOrder("SO-0")


def test_a_rule_that_would_set_itself_off_is_stopped() -> None:
    story = given(order_submitted(), rule(), ON)
    event = refused(story.when(run(chain=("R-1", "R-2")), role="system"))
    path = "R-1 → R-2 → R-1"
    wanted = RuleWouldLoop("R-1", FIRST, path)
    assert codec.decode_refusal(msgspec.json.encode(event.refusal)) == wanted


def test_no_chain_is_longer_than_one_can_oversee() -> None:
    story = given(order_submitted(), rule(), ON)
    others = tuple(f"R-{number}" for number in range(2, 2 + DEPTH))
    assert isinstance(story.when(run(chain=others[1:]), role="system").events[0], RuleActed)
    event = refused(story.when(run(chain=others), role="system"))
    path = " → ".join((*others, "R-1"))
    wanted = RulesTooDeep("R-1", FIRST, path, DEPTH, DEPTH)
    assert codec.decode_refusal(msgspec.json.encode(event.refusal)) == wanted


def test_what_no_longer_fits_is_left_alone() -> None:
    event = refused(acting(rule(priority="high", on_hold="yes"), order_submitted()))
    why = codec.decode_refusal(msgspec.json.encode(event.refusal))
    assert why == NoLongerFits("R-1", FIRST, "on_hold / priority")


@pytest.mark.parametrize(
    ("action", "before", "happens"),
    [
        (Action("confirm_order"), order_checked(), OrderConfirmed),
        (Action("allocate"), order_confirmed(), StockAllocated),
        (Action("prioritise_order", priority="high"), order_confirmed(), OrderPrioritised),
        (Action("place_hold", words="look"), order_confirmed(), HoldPlaced),
        (Action("notify_customer", template="order_confirmed"), order_confirmed(),
         CustomerNotified),
        (Action("issue_invoice"), order_delivered(), InvoiceIssued),
        (Action("complete_order"), (order_delivered(), IssueInvoice(FIRST)), OrderCompleted),
        (Action("ask_approval", words="all of it"), (order_paid(), CANCEL), ApprovalAsked),
        (Action("add_note", words="seen"), order_confirmed(), NoteAdded),
    ],
)  # fmt: skip
def test_it_does_what_a_careful_clerk_would(action: Action, before: Any, happens: type) -> None:
    story = given(before, rule(action=action), ON, world=ruled(refund_limit=100))
    events = story.when(run(), role="system").events
    assert [type(event) for event in events[:2]] == [RuleActed, happens]


def test_a_customer_without_mail_is_told_by_phone() -> None:
    action = Action("notify_customer", template="order_received")
    after = acting(rule(action=action), order_submitted(customer=HERON))
    assert isinstance(after.events[1], CustomerNotified)
    assert after.events[1].channel == "sms"


def test_it_has_a_clerks_rights_and_no_supervisors() -> None:
    stop = PlaceHold(FIRST, "fraud", "odd")
    release = rule(action=Action("release_hold", words="looks fine"))
    event = refused(acting(release, order_submitted(), stop))
    assert event.code == "ROLE_REQUIRED"
    ask = rule(action=Action("ask_release", words="I called them"))
    assert isinstance(acting(ask, order_submitted(), stop).events[1], ReleaseAsked)
    own = acting(release, order_submitted(), PlaceHold(FIRST, "manual", "wait"))
    assert isinstance(own.events[1], HoldReleased)


def test_the_hold_that_is_meant_is_the_one_that_is_asked_for() -> None:
    holds = PlaceHold(FIRST, "stock", "wait"), PlaceHold(FIRST, "payment", "wait")
    release = rule(action=Action("release_hold", words="paid"), hold="payment")
    event = acting(release, order_submitted(), *holds).events[1]
    assert isinstance(event, HoldReleased)
    assert event.kind == "payment"


def test_what_is_in_the_archive_stays_as_it_was() -> None:
    event = refused(acting(rule(action=Action("add_note", words="late")), order_archived()))
    assert event.code == "ARCHIVED_READ_ONLY"


# --- conditions -------------------------------------------------------------------------------


def fits(story: Story, number: str = FIRST, **asked: Any) -> bool:
    return not unmet(story.world, story.world.orders[number], Conditions(**asked))


def test_amounts_include_their_edge() -> None:
    story = given(order_submitted())
    total = story.world.orders[FIRST].total
    assert fits(story, total_at_least=total, total_at_most=total)
    assert not fits(story, total_at_least=total + 1)
    assert not fits(story, total_at_most=total - 1)


def test_all_conditions_must_hold_and_those_that_do_not_are_named() -> None:
    story = given(order_submitted())
    asked = Conditions(payment_terms="on_account", carrier_code=SLOW, priority="normal")
    missed = unmet(story.world, story.world.orders[FIRST], asked)
    assert missed == ("payment_terms", "carrier_code")
    assert fits(story, payment_terms="prepay", carrier_code=QUICK, country="US", sku=ARMCHAIR)
    assert not fits(story, sku=LAMP)
    assert not fits(story, country="CA")


def test_a_customer_is_new_until_something_else_was_promised() -> None:
    story = given(order_confirmed())
    assert fits(story, customer="new")
    story.and_(order_submitted(SECOND))
    assert fits(story, SECOND, customer="known")
    assert not fits(story, SECOND, customer="new")
    assert fits(story, customer_id=OTTER)
    assert not fits(story, customer_id=HERON)


def test_stock_is_asked_for_all_that_is_open() -> None:
    assert fits(given(order_submitted(lines={ARMCHAIR: 14})), in_stock="yes")
    assert fits(given(order_submitted(lines={ARMCHAIR: 15})), in_stock="no")
    # what is set aside for it needs no more stock
    assert fits(given(order_allocated(lines={ARMCHAIR: 14})), in_stock="yes")


def test_holds_and_money_are_read_as_they_are() -> None:
    story = given(order_confirmed(), PlaceHold(FIRST, "manual", "wait"))
    assert fits(story, on_hold="yes", hold="manual", paid="no")
    assert not fits(story, hold="credit")
    assert fits(given(order_paid()), paid="yes", on_hold="no")


def test_a_line_that_was_cancelled_is_not_on_the_order() -> None:
    story = given(order_confirmed(), CancelOrder(FIRST, "changed mind"))
    assert not fits(story, sku=ARMCHAIR)


# --- where a rule comes from ------------------------------------------------------------------


def test_a_rules_command_names_the_rules_that_led_there() -> None:
    assert path_of("000000057:rule-00-0000/R-1>R-2") == ("R-1", "R-2")
    for other in ("c-1", "57:fill-LAMP", "rule-1", "", "what-if/R-1"):
        assert path_of(other) == ()


def test_what_a_removed_rule_did_stays_on_record() -> None:
    story = given(order_submitted(), rule(), ON)
    story.and_(run()(story.world), RemoveRule("R-1"))
    assert story.world.rule_traces["R-1", FIRST].acted == 1
    assert violations(story.world) == []
    stored = codec.decode_world(codec.encode_world(story.world))
    assert codec.encode_world(stored) == codec.encode_world(story.world)


def test_a_world_without_rules_is_stored_as_before() -> None:
    world: World = given(order_shipped()).world
    assert b"rule" not in codec.encode_world(world)
