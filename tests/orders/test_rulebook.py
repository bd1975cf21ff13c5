"""The rule book: written off, tried, switched on; nothing in it that could never act."""

import pytest

from tests.builders import FIRST, LAMP, OTTER, order_submitted
from tests.story import given
from trainer.orders.automation import RunRule
from trainer.orders.invariants import violations
from trainer.orders.rulebook import (
    MOST_RULES,
    Action,
    ActionIncomplete,
    AmountsCrossed,
    ChangeRule,
    ConditionNeverTrue,
    Conditions,
    PlaceOutOfRange,
    RemoveRule,
    RuleChanged,
    RuleFeedsItself,
    RuleNameTaken,
    RuleNameUnfit,
    RuleRemoved,
    RuleSwitched,
    RuleWritten,
    SwitchedAlready,
    SwitchRule,
    TooManyRules,
    Trigger,
    UnknownRule,
    WriteRule,
)

CHECK = Action("check_order")
TELL = Action("notify_customer", template="order_received")
ON = SwitchRule("R-1", "on")


def rule(
    name: str = "Check what comes in",
    trigger: Trigger = "order_submitted",
    action: Action = CHECK,
    place: int = 50,
    **conditions: object,
) -> WriteRule:
    """A rule, as somebody writes it."""
    return WriteRule(name, trigger, action, Conditions(**conditions), place)  # type: ignore[arg-type]


def test_a_rule_is_written_switched_off() -> None:
    after = given().when(rule(" Check what comes in ", total_at_least=5_000))
    assert after.events == (
        RuleWritten("R-1", "Check what comes in", "order_submitted", CHECK,
                    Conditions(total_at_least=5_000), 50),
    )  # fmt: skip
    assert not after.world.rules["R-1"].on
    assert not after.world.rules_on
    assert violations(after.world) == []


def test_what_is_switched_on_is_asked_in_the_order_of_places() -> None:
    story = given(rule("b", place=9), rule("a", place=9), rule("c", place=1))
    story.and_(*(SwitchRule(number, "on") for number in ("R-2", "R-3", "R-1")))
    assert story.world.rules_on["order_submitted"] == ("R-3", "R-1", "R-2")
    off = story.when(SwitchRule("R-3", "off"))
    assert off.events == (RuleSwitched("R-3", "off"),)
    assert off.world.rules_on["order_submitted"] == ("R-1", "R-2")
    assert story.when(ON).refusal == SwitchedAlready("R-1", "on")


def test_a_changed_rule_is_off_until_somebody_has_tried_it() -> None:
    change = ChangeRule("R-1", "Tell them", "order_submitted", TELL, place=3)
    after = given(rule(), ON).when(change)
    assert after.events == (RuleChanged("R-1", "Tell them", "order_submitted", TELL, place=3),)
    assert (after.world.rules["R-1"].on, after.world.rules["R-1"].place) == (False, 3)
    assert not after.world.rules_on
    # it may keep its own name, and take nobody else's
    story = given(rule(), rule("other"))
    same = ChangeRule("R-2", "Check what comes in", "order_submitted", TELL)
    assert story.when(same).refusal == RuleNameTaken("Check what comes in")


def test_a_removed_rule_is_gone_and_its_number_stays_taken() -> None:
    story = given(rule(), ON)
    assert story.when(RemoveRule("R-1")).events == (RuleRemoved("R-1"),)
    story.and_(RemoveRule("R-1"), rule())
    assert list(story.world.rules) == ["R-2"]
    for command in (RemoveRule("R-1"), ON, ChangeRule("R-1", "x", "order_checked", TELL)):
        assert story.when(command).refusal == UnknownRule("R-1")
    run = RunRule("R-1", FIRST, "order_submitted", 1)
    assert story.when(run, role="system").refusal == UnknownRule("R-1")


@pytest.mark.parametrize("name", ["", "  ", "x" * 61])
def test_colleagues_read_the_name(name: str) -> None:
    assert given().when(rule(name)).refusal == RuleNameUnfit(name.strip(), len(name.strip()), 60)


@pytest.mark.parametrize("place", [0, 100])
def test_a_place_is_counted_from_one(place: int) -> None:
    assert given().when(rule(place=place)).refusal == PlaceOutOfRange(place, 99)


def test_there_are_only_so_many_rules_as_one_keeps_in_mind() -> None:
    story = given(*(rule(f"rule {number}") for number in range(MOST_RULES)))
    assert story.when(rule("one more")).refusal == TooManyRules(MOST_RULES, MOST_RULES)


@pytest.mark.parametrize(
    ("action", "needed"),
    [
        (Action("notify_customer"), "template"),
        (Action("prioritise_order"), "priority"),
        (Action("place_hold", words=" "), "words"),
        (Action("release_hold"), "words"),
        (Action("ask_release"), "words"),
        (Action("ask_approval"), "words"),
        (Action("add_note"), "words"),
    ],
)
def test_an_action_says_all_that_a_clerk_would_say(action: Action, needed: str) -> None:
    assert given().when(rule(action=action)).refusal == ActionIncomplete(needed)


@pytest.mark.parametrize(
    ("conditions", "field", "value"),
    [
        ({"customer_id": "C-NOBODY"}, "customer_id", "C-NOBODY"),
        ({"carrier_code": "NONE"}, "carrier_code", "NONE"),
        ({"sku": "NO-SUCH-THING"}, "sku", "NO-SUCH-THING"),
        ({"on_hold": "no", "hold": "credit"}, "on_hold", "credit"),
    ],
)
def test_what_can_never_be_so_is_no_condition(
    conditions: dict[str, object], field: str, value: str
) -> None:
    assert given().when(rule(**conditions)).refusal == ConditionNeverTrue(field, value)


@pytest.mark.parametrize(("least", "most"), [(501, 500), (None, -1)])
def test_amounts_stand_the_right_way_round(least: int | None, most: int) -> None:
    after = given().when(rule(total_at_least=least, total_at_most=most))
    assert after.refusal == AmountsCrossed(least or 0, most)


def test_conditions_at_their_edge_are_fine() -> None:
    asked = {"total_at_least": 500, "total_at_most": 500, "customer_id": OTTER, "sku": LAMP}
    assert given().when(rule(**asked)).refusal is None


@pytest.mark.parametrize(
    ("act", "trigger"),
    [
        ("check_order", "order_checked"), ("confirm_order", "order_confirmed"),
        ("allocate", "stock_allocated"), ("place_hold", "hold_placed"),
        ("release_hold", "hold_released"),
    ],
)  # fmt: skip
def test_no_rule_waits_for_its_own_doing(act: str, trigger: Trigger) -> None:
    action = Action(act, words="why")  # type: ignore[arg-type]
    assert given().when(rule(trigger=trigger, action=action)).refusal == RuleFeedsItself(trigger)


def test_rules_are_for_clerks() -> None:
    after = given(order_submitted()).when(rule(), role="customer")
    assert after.refusal is not None
    assert after.refusal.code == "ROLE_REQUIRED"
