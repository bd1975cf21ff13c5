"""What can be demanded of the trainee's own rules: that they stand, and that they have worked."""

from typing import Any

import pytest
from pydantic import ValidationError

from tests.builders import FIRST, HERON, MESSAGE, SECOND, Steps, order_submitted
from tests.orders.test_rulebook import rule
from tests.training.judging import seen
from trainer.orders.automation import RunRule
from trainer.orders.remedies import CancelOrder
from trainer.orders.rulebook import Action, ChangeRule, RemoveRule, SwitchRule
from trainer.orders.world import World
from trainer.training.checks import OPEN, ActedByRule, RuleStands, Seen

RECEIVED = Action("notify_customer", template="order_received")
ON = SwitchRule("R-1", "on")
WANTED: dict[str, Any] = {"when": "order_submitted", "then": "notify_customer"}
TELLS: dict[str, Any] = {"then": "notify_customer"}


def rush() -> Steps:
    """The order of the message, submitted."""
    return order_submitted(message_id=MESSAGE)


def runs(number: str, order: str) -> Any:
    """A rule is set off for an order by the last event."""
    return lambda world: _run(world, number, order)


def _run(world: World, number: str, order: str) -> RunRule:
    return RunRule(number, order, "order_submitted", world.number)


def test_a_rule_stands_once_it_is_written() -> None:
    found, run = seen(rule(action=RECEIVED), rule_stands=WANTED)
    assert found == Seen(state="reached", events=(run.world.number,))
    assert seen(rule(), rule_stands=WANTED)[0] == OPEN
    assert seen(rule(trigger="order_checked", action=RECEIVED), rule_stands=WANTED)[0] == OPEN


def test_it_may_have_to_be_switched_on() -> None:
    on = {**WANTED, "on": True}
    assert seen(rule(action=RECEIVED), rule_stands=on)[0] == OPEN
    found, run = seen(rule(action=RECEIVED), ON, rule_stands=on)
    assert found == Seen(state="reached", events=(run.world.number,))


@pytest.mark.parametrize(
    ("where", "state"),
    [
        ({"template": "order_received", "payment_terms": "prepay"}, "reached"),
        ({"template": "order_shipped"}, "open"),
        ({"payment_terms": "on_account"}, "open"),
        ({"total_at_least": 5_000}, "reached"),
        ({"total_at_least": 5_001}, "open"),
        ({"in_stock": "yes"}, "open"),
    ],
)
def test_conditions_and_the_action_can_be_asked_for(where: dict[str, Any], state: str) -> None:
    written = rule(action=RECEIVED, payment_terms="prepay", total_at_least=5_000)
    assert seen(written, rule_stands={**WANTED, "where": where})[0].state == state


def test_a_priority_is_the_one_that_is_set() -> None:
    urgent = rule(action=Action("prioritise_order", priority="high"), priority="low")
    asked = {"when": "order_submitted", "then": "prioritise_order"}
    assert seen(urgent, rule_stands={**asked, "where": {"priority": "high"}})[0].state == "reached"
    assert seen(urgent, rule_stands={**asked, "where": {"priority": "low"}})[0] == OPEN


def test_a_rule_that_is_put_right_stands() -> None:
    right = ChangeRule("R-1", "Tell", "order_submitted", RECEIVED)
    found, run = seen(rule(), right, rule_stands=WANTED)
    assert found.events == (run.world.number,)


def test_what_no_rule_has_cannot_be_asked_for() -> None:
    with pytest.raises(ValidationError, match="a rule has no colour"):
        RuleStands(when="order_submitted", then="add_note", where={"colour": "red"})
    with pytest.raises(ValidationError):
        RuleStands.model_validate({"when": "sunrise", "then": "add_note"})
    with pytest.raises(ValidationError):
        ActedByRule(then="add_note", orders=0)


def test_the_order_of_the_cast_was_told_by_a_rule() -> None:
    asked = {**TELLS, "order": "rush"}
    story = (rule(action=RECEIVED), ON, rush(), runs("R-1", FIRST))
    found, run = seen(*story, acted_by_rule=asked)
    assert found == Seen(state="reached", events=(run.world.number - 1,), order=FIRST)
    # what took its place has yet to be told
    assert seen(*story, CancelOrder(FIRST, "typo"), acted_by_rule=asked)[0] == OPEN
    other = (rule(action=RECEIVED), ON, order_submitted(customer=HERON), runs("R-1", FIRST))
    assert seen(*other, acted_by_rule=asked)[0] == OPEN


def test_a_refused_rule_has_done_nothing() -> None:
    shipped = Action("notify_customer", template="order_shipped")
    found, run = seen(rule(action=shipped), ON, rush(), runs("R-1", FIRST), acted_by_rule=TELLS)
    assert found == OPEN
    assert run.world.rules["R-1"].refused == 1


def test_another_action_is_another_thing() -> None:
    found, _ = seen(rule(), ON, rush(), runs("R-1", FIRST), acted_by_rule=TELLS)
    assert found == OPEN


def test_each_order_counts_once_by_whichever_rule() -> None:
    note = Action("add_note", words="seen")
    twice = {"then": "add_note", "orders": 2}
    story = (
        rule("a", action=note), rule("b", action=note), ON, SwitchRule("R-2", "on"), rush(),
        runs("R-1", FIRST), runs("R-2", FIRST),
    )  # fmt: skip
    found, run = seen(*story, acted_by_rule=twice)
    assert (found.state, len(found.events)) == ("open", 2)
    more = (order_submitted(SECOND), runs("R-1", SECOND))
    found, run = seen(*story, *more, acted_by_rule=twice)
    assert found.state == "reached"
    assert found.events[-1] == run.world.number - 1
    # a rule that is gone is nobody's work any more, what was reached stays reached
    assert seen(*story, *more, RemoveRule("R-1"), acted_by_rule=twice)[0].state == "reached"
