"""The rules a company lets its system follow: when this happens, and all of that is so, do this.

A rule is data. It is written switched off, so that it can be tried on the orders there are; a rule
that was changed is off again. What a rule does when its moment comes stands in `automation`.
"""

from typing import Final, Literal, get_args

import msgspec
from immutables import Map

from trainer.orders.engine import Answer, Command, Envelope, Event, decides, evolves
from trainer.orders.refusals import Refusal
from trainer.orders.service import Template
from trainer.orders.values import Minor, Moment
from trainer.orders.world import Fact, HoldKind, PaymentTerms, Priority, World

Trigger = Literal[
    "order_submitted", "order_checked", "order_confirmed", "hold_placed", "hold_released",
    "payment_booked", "stock_allocated", "backorder_fillable", "package_packed", "package_shipped",
    "package_delivered", "return_requested", "complaint_received", "order_cancelled",
]  # fmt: skip
TRIGGERS: Final[tuple[Trigger, ...]] = get_args(Trigger)
Act = Literal[
    "check_order", "confirm_order", "allocate", "prioritise_order", "place_hold", "release_hold",
    "ask_release", "notify_customer", "issue_invoice", "ask_approval", "complete_order", "add_note",
]  # fmt: skip
ACTS: Final[tuple[Act, ...]] = get_args(Act)
YesNo = Literal["yes", "no"]
Switch = Literal["on", "off"]

MOST_RULES: Final = 12
"""More than that nobody keeps in mind, and all of them are asked at every event."""
LONGEST_NAME: Final = 60
LAST_PLACE: Final = 99
NEEDS: Final[dict[str, str]] = {
    "prioritise_order": "priority",
    "place_hold": "words",
    "release_hold": "words",
    "ask_release": "words",
    "ask_approval": "words",
    "add_note": "words",
    "notify_customer": "template",
}
"""What an action cannot do without."""
_FEEDS: Final[dict[Act, Trigger]] = {
    "check_order": "order_checked",
    "confirm_order": "order_confirmed",
    "allocate": "stock_allocated",
    "place_hold": "hold_placed",
    "release_hold": "hold_released",
}
"""What an action makes happen: a rule that waits for its own doing has nothing left to do."""


class Conditions(Fact, frozen=True):
    """What must all be so; what is not named may be anything."""

    total_at_least: Minor | None = None
    total_at_most: Minor | None = None
    customer: Literal["new", "known"] | None = None
    """New is who was never promised an order before this one."""
    customer_id: str | None = None
    payment_terms: PaymentTerms | None = None
    country: str | None = None
    carrier_code: str | None = None
    sku: str | None = None
    in_stock: YesNo | None = None
    """Whether all that is still open could be set aside now."""
    hold: HoldKind | None = None
    """A hold of this kind is open."""
    on_hold: YesNo | None = None
    paid: YesNo | None = None
    priority: Priority | None = None

    def named(self) -> tuple[tuple[str, object], ...]:
        """The conditions that are asked for, by name."""
        every = ((name, getattr(self, name)) for name in self.__struct_fields__)
        return tuple((name, value) for name, value in every if value is not None)


class Action(Fact, frozen=True):
    """One command, as a careful clerk would give it."""

    act: Act
    template: Template | None = None
    priority: Priority | None = None
    words: str | None = None
    """A reason, or the note."""


class Rule(Fact, frozen=True):
    """When …, and …, then …; how often it has acted, and how often it was refused."""

    rule_number: str
    name: str
    trigger: Trigger
    action: Action
    conditions: Conditions = Conditions()
    place: int = 50
    """Of several rules for the same event the one with the lower place acts first."""
    on: bool = False
    acted: int = 0
    refused: int = 0

    @property
    def actor(self) -> str:
        """Who acts, as it stands in the record."""
        return f"{self.rule_number} · {self.name}"


class Trace(Fact, frozen=True):
    """What a rule has to do with an order: the last event that moved it, and how often it acted."""

    rule_number: str
    order_number: str
    cause: int
    acted: int = 0


# --- commands ---------------------------------------------------------------------------------


class WriteRule(Command, frozen=True):
    """Write a rule down; it does nothing before it is switched on."""

    name: str
    trigger: Trigger
    action: Action
    conditions: Conditions = Conditions()
    place: int = 50


class ChangeRule(Command, frozen=True):
    """Write it anew under its number; it is off until it is switched on again."""

    rule_number: str
    name: str
    trigger: Trigger
    action: Action
    conditions: Conditions = Conditions()
    place: int = 50


class SwitchRule(Command, frozen=True):
    """Let a rule act, or no longer."""

    rule_number: str
    state: Switch


class RemoveRule(Command, frozen=True):
    """Take a rule out of the book; what it did stays in the record."""

    rule_number: str


# --- events -----------------------------------------------------------------------------------


class RuleWritten(Event, frozen=True):
    """There is one rule more, and it is off."""

    says = "Rule {rule_number} “{name}” written; it is still switched off"
    rule_number: str
    name: str
    trigger: Trigger
    action: Action
    conditions: Conditions = Conditions()
    place: int = 50


class RuleChanged(Event, frozen=True):
    """The rule reads differently, and is off."""

    says = "Rule {rule_number} changed to “{name}”; it is switched off until somebody tries it"
    rule_number: str
    name: str
    trigger: Trigger
    action: Action
    conditions: Conditions = Conditions()
    place: int = 50


class RuleSwitched(Event, frozen=True):
    """From now on it acts, or not."""

    says = "Rule {rule_number} switched {state}"
    rule_number: str
    state: Switch


class RuleRemoved(Event, frozen=True):
    """It is no longer in the book."""

    says = "Rule {rule_number} removed"
    rule_number: str


# --- refusals ---------------------------------------------------------------------------------


class UnknownRule(Refusal, frozen=True):
    """There is no such rule, or no longer."""

    says = "There is no rule {rule_number}."
    cure = "Look at the list of rules; a removed one is written anew."
    rule_number: str


class TooManyRules(Refusal, frozen=True):
    """A rule nobody remembers surprises everybody."""

    says = "There are {rules} rules already."
    sums = "rules {rules} < {limit}"
    cure = "Remove one that is not needed, or change one."
    rules: int
    limit: int


class RuleNameUnfit(Refusal, frozen=True):
    """The name is what colleagues read in an order's history."""

    says = "A rule's name has 1 to {limit} characters; this one has {length}."
    cure = "Say in a few words what the rule does."
    name: str
    length: int
    limit: int


class RuleNameTaken(Refusal, frozen=True):
    """Two rules of one name cannot be told apart in an order's history."""

    says = "Another rule is called “{name}” already."
    cure = "Give each rule a name of its own, or change the rule that has this one."
    name: str


class PlaceOutOfRange(Refusal, frozen=True):
    """A place in a queue is a number people can count."""

    says = "{requested} is not a place among the rules."
    sums = "1 ≤ {requested} ≤ {limit}"
    cure = "Give the rule that is to act first the lowest place."
    requested: int
    limit: int


class ConditionNeverTrue(Refusal, frozen=True):
    """A rule that can never act only seems to help."""

    says = "No order can fulfil the condition “{field}”: {value}."
    cure = "Choose a value from the list."
    field: str
    value: str


class AmountsCrossed(Refusal, frozen=True):
    """Nothing lies between two amounts that stand the wrong way round."""

    says = "No total is both at least {least} and at most {most}."
    sums = "{least} ≤ total ≤ {most}"
    cure = "Enter the smaller amount first, or leave one of the two empty."
    least: Minor
    most: Minor


class ActionIncomplete(Refusal, frozen=True):
    """Half an order of the day cannot be carried out."""

    says = "This action needs something more: {field}."
    cure = "Choose the message or the priority, or say why, as you would by hand."
    field: str


class RuleFeedsItself(Refusal, frozen=True):
    """What it waits for is what it would do."""

    says = "This rule waits for what it would do itself."
    cure = "Choose the event that comes before the action."
    trigger: str


class SwitchedAlready(Refusal, frozen=True):
    """A switch has two positions."""

    says = "Rule {rule_number} is switched {state} already."
    cure = "Nothing more to do here."
    rule_number: str
    state: str


# --- deciding ---------------------------------------------------------------------------------


@decides(WriteRule)
def write_rule(world: World, command: WriteRule, by: Envelope) -> Answer:
    """One that can be carried out, under a name of its own."""
    if len(world.rules) >= MOST_RULES:
        return TooManyRules(rules=len(world.rules), limit=MOST_RULES)
    number = f"R-{world.next_number('rule')}"
    refusal = unfit(world, number, command)
    if refusal:
        return refusal
    return (
        RuleWritten(
            number,
            command.name.strip(),
            command.trigger,
            command.action,
            command.conditions,
            command.place,
        ),
    )


@decides(ChangeRule)
def change_rule(world: World, command: ChangeRule, by: Envelope) -> Answer:
    """As carefully as a new one."""
    if command.rule_number not in world.rules:
        return UnknownRule(command.rule_number)
    refusal = unfit(world, command.rule_number, command)
    if refusal:
        return refusal
    return (
        RuleChanged(
            command.rule_number,
            command.name.strip(),
            command.trigger,
            command.action,
            command.conditions,
            command.place,
        ),
    )


@decides(SwitchRule)
def switch_rule(world: World, command: SwitchRule, by: Envelope) -> Answer:
    """To the other position."""
    rule = world.rules.get(command.rule_number)
    if rule is None:
        return UnknownRule(command.rule_number)
    if rule.on == (command.state == "on"):
        return SwitchedAlready(rule.rule_number, command.state)
    return (RuleSwitched(rule.rule_number, command.state),)


@decides(RemoveRule)
def remove_rule(world: World, command: RemoveRule, by: Envelope) -> Answer:
    """On or off."""
    if command.rule_number not in world.rules:
        return UnknownRule(command.rule_number)
    return (RuleRemoved(command.rule_number),)


def unfit(world: World, number: str, wanted: WriteRule | ChangeRule) -> Refusal | None:
    """Why this cannot be a rule."""
    name = wanted.name.strip()
    names = {rule.name for rule in world.rules.values() if rule.rule_number != number}
    if not name or len(name) > LONGEST_NAME:
        return RuleNameUnfit(name, len(name), LONGEST_NAME)
    if name in names:
        return RuleNameTaken(name)
    if not 1 <= wanted.place <= LAST_PLACE:
        return PlaceOutOfRange(wanted.place, LAST_PLACE)
    action = wanted.action
    needed = NEEDS.get(action.act)
    if needed and not str(getattr(action, needed) or "").strip():
        return ActionIncomplete(needed)
    if _FEEDS.get(action.act) == wanted.trigger:
        return RuleFeedsItself(wanted.trigger)
    return _never_true(world, wanted.conditions)


def _never_true(world: World, asked: Conditions) -> Refusal | None:
    """What is there is asked for, and in the right order."""
    least, most = max(asked.total_at_least or 0, 0), asked.total_at_most
    if most is not None and least > most:
        return AmountsCrossed(least, most)
    known: tuple[tuple[str, Map[str, object]], ...] = (
        ("customer_id", world.customers),
        ("carrier_code", world.carriers),
        ("sku", world.products),
    )
    for name, there in known:
        value = getattr(asked, name)
        if value is not None and value not in there:
            return ConditionNeverTrue(name, value)
    if asked.on_hold == "no" and asked.hold is not None:
        return ConditionNeverTrue("on_hold", asked.hold)
    return None


# --- evolving ---------------------------------------------------------------------------------


@evolves(RuleWritten)
def rule_written(world: World, event: RuleWritten, at: Moment) -> World:
    """In the book, and off."""
    rule = Rule(
        event.rule_number, event.name, event.trigger, event.action, event.conditions, event.place
    )
    number = world.next_number("rule")
    return with_rules(
        msgspec.structs.replace(world, counters=world.counters.set("rule", number)),
        world.rules.set(rule.rule_number, rule),
    )


@evolves(RuleChanged)
def rule_changed(world: World, event: RuleChanged, at: Moment) -> World:
    """The same number, what it did until now, and other words; off."""
    rule = msgspec.structs.replace(
        world.rules[event.rule_number],
        name=event.name,
        trigger=event.trigger,
        action=event.action,
        conditions=event.conditions,
        place=event.place,
        on=False,
    )
    return with_rules(world, world.rules.set(rule.rule_number, rule))


@evolves(RuleSwitched)
def rule_switched(world: World, event: RuleSwitched, at: Moment) -> World:
    """On or off."""
    rule = msgspec.structs.replace(world.rules[event.rule_number], on=event.state == "on")
    return with_rules(world, world.rules.set(rule.rule_number, rule))


@evolves(RuleRemoved)
def rule_removed(world: World, event: RuleRemoved, at: Moment) -> World:
    """Gone; its number is not given again."""
    return with_rules(world, world.rules.delete(event.rule_number))


def with_rules(world: World, rules: Map[str, Rule]) -> World:
    """The world with these rules in it, and their index true again."""
    return msgspec.structs.replace(world, rules=rules, rules_on=by_trigger(rules))


def by_trigger(rules: Map[str, Rule]) -> Map[str, tuple[str, ...]]:
    """The rules that are switched on, by what they wait for, in the order in which they act."""
    found: dict[str, tuple[str, ...]] = {}
    for rule in sorted(rules.values(), key=order_of_acting):
        if rule.on:
            found[rule.trigger] = (*found.get(rule.trigger, ()), rule.rule_number)
    return Map(found)


def order_of_acting(rule: Rule) -> tuple[int, int]:
    """By place; the older one first where two have the same."""
    return rule.place, int(rule.rule_number.removeprefix("R-"))
