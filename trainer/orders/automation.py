"""A rule at work: it looks at the facts of its moment, and acts as a clerk would, or is refused.

A rule has a clerk's rights and no more. It acts at most once on an order for an event; what it did
may set off other rules, but never itself on the same order, and no chain is longer than `DEPTH`.
Whatever stood in its way is written down: nobody sees it happen, so the record has to tell.
"""

from typing import Any, ClassVar, Final, cast

import msgspec

from trainer.orders.approvals import AskApproval
from trainer.orders.backorders import PrioritiseOrder
from trainer.orders.engine import (
    Answer,
    Command,
    Envelope,
    Event,
    Recorded,
    Role,
    decide,
    decides,
    evolves,
)
from trainer.orders.holds import AskRelease, PlaceHold, ReleaseHold
from trainer.orders.intake import CheckOrder, ConfirmOrder, default_promise
from trainer.orders.payment import refundable
from trainer.orders.refusals import Refusal, UnknownOrder
from trainer.orders.rulebook import Conditions, Rule, Trace, Trigger, UnknownRule
from trainer.orders.service import AddNote, NotifyCustomer, channel_for
from trainer.orders.settlement import CompleteOrder, IssueInvoice
from trainer.orders.stock import Allocate, suggested_rows
from trainer.orders.values import Moment, day_of
from trainer.orders.world import HoldKind, Order, World

DEPTH: Final = 4
"""Rules that may follow one another from one event; more of them nobody foresees."""


class RunRule(Command, frozen=True):
    """An event has set a rule off for an order; before it, these rules led there."""

    roles: ClassVar[frozenset[Role]] = frozenset({"system"})
    rule_number: str
    order_number: str
    trigger: Trigger
    cause: int
    chain: tuple[str, ...] = ()


class RuleActed(Event, frozen=True):
    """A rule did its work; what came of it are the events right after this one."""

    says = "Rule {rule_number} “{name}” acted on {order_number}"
    rule_number: str
    name: str
    order_number: str
    trigger: Trigger
    cause: int
    chain: tuple[str, ...] = ()


class RuleRefused(Event, frozen=True):
    """A rule was set off and could do nothing; the refusal says why, as it would to a person."""

    says = "Rule {rule_number} “{name}” was refused on {order_number} ({code})"
    rule_number: str
    name: str
    order_number: str
    trigger: Trigger
    cause: int
    code: str
    refusal: dict[str, Any]
    chain: tuple[str, ...] = ()


class RuleIsOff(Refusal, frozen=True):
    """What is switched off does nothing."""

    says = "Rule {rule_number} is switched off."
    cure = "Try it on the orders there are, then switch it on."
    rule_number: str


class ActedAlready(Refusal, frozen=True):
    """One event sets a rule off once for an order."""

    says = "Rule {rule_number} has dealt with event {cause} on {order_number} already."
    sums = "event {cause} > last event {last}"
    cure = "Nothing more to do here."
    rule_number: str
    order_number: str
    cause: int
    last: int


class NoLongerFits(Refusal, frozen=True):
    """Another rule was first, and the order is not what it was."""

    says = "{order_number} does not fulfil rule {rule_number} any more: {field}."
    cure = "If this rule is to act first, give it the lower place."
    rule_number: str
    order_number: str
    field: str


class RuleWouldLoop(Refusal, frozen=True):
    """What a rule did has come back to it."""

    says = "Rule {rule_number} was stopped on {order_number}: its own doing set it off again."
    sums = "{path}"
    cure = "Look which rule undoes what this one does, and change or switch off one of the two."
    rule_number: str
    order_number: str
    path: str


class RulesTooDeep(Refusal, frozen=True):
    """A row of rules that nobody oversees is stopped."""

    says = "Rule {rule_number} was stopped on {order_number}: too many rules follow one another."
    sums = "{path}: rules before it {depth} < {limit}"
    cure = "Let fewer rules lead to one another, or do the last part by hand."
    rule_number: str
    order_number: str
    path: str
    depth: int
    limit: int


# --- where a rule comes from ------------------------------------------------------------------


def command_id(cause: Recorded, place: int, path: tuple[str, ...], about: int) -> str:
    """The id of a rule's command: its cause, whose turn it is, and the rules that led there.

    The leading noughts keep events of the same moment in their order.
    """
    return f"{cause.number:09}:rule-{place:02}-{about:04}/{'>'.join(path)}"


def path_of(recorded_under: str) -> tuple[str, ...]:
    """The rules that led to what was recorded under a command id; none for anybody else's."""
    cause, _, rest = recorded_under.partition(":")
    head, _, path = rest.partition("/")
    return tuple(path.split(">")) if cause and head.startswith("rule-") and path else ()


# --- what a rule looks at ---------------------------------------------------------------------


def unmet(world: World, order: Order, asked: Conditions) -> tuple[str, ...]:
    """The conditions that an order does not fulfil now; none if the rule may act."""
    return tuple(name for name, value in asked.named() if not _holds(world, order, name, value))


def _holds(world: World, order: Order, name: str, value: object) -> bool:
    match name:
        case "total_at_least":
            return order.total >= cast(int, value)
        case "total_at_most":
            return order.total <= cast(int, value)
        case "customer":
            return (value == "new") == is_new(world, order)
        case "customer_id":
            return world.standing(cast(str, value)) == order.customer_id
        case "country":
            return order.ship_to.country == cast(str, value)
        case "sku":
            return any(line.sku == value and line.live for line in order.lines)
        case "in_stock":
            return (value == "yes") == all_in_stock(world, order)
        case "hold":
            return any(hold.open and hold.kind == value for hold in order.holds)
        case "on_hold":
            return (value == "yes") == order.on_hold
        case "paid":
            return (value == "yes") == (order.balance_due <= 0)
    return bool(getattr(order, name) == value)


def is_new(world: World, order: Order) -> bool:
    """Whether this customer was never promised another order."""
    # the few rules that ask for it may look for an older one
    return not any(
        other.customer_id == order.customer_id
        and other.confirmed_at
        and other.order_number != order.order_number
        for other in world.newest()
    )


def all_in_stock(world: World, order: Order) -> bool:
    """Whether all that is still open could be set aside now."""
    wanted: dict[str, int] = {}
    for line in order.lines:
        wanted[line.sku] = wanted.get(line.sku, 0) + line.open
    return all(units <= world.available(sku) for sku, units in wanted.items() if units > 0)


# --- what a rule does -------------------------------------------------------------------------


def work(world: World, order: Order, rule: Rule) -> Command:
    """The command of a rule on an order, as a careful clerk would give it."""
    number, action = order.order_number, rule.action
    words = action.words or ""
    match action.act:
        case "check_order":
            return CheckOrder(number)
        case "confirm_order":
            # an order without lines is none that can be promised; the engine says so
            day = default_promise(world, order) if order.lines else day_of(world.now)
            return ConfirmOrder(number, day)
        case "allocate":
            return Allocate(number, suggested_rows(world, order))
        case "prioritise_order":
            return PrioritiseOrder(number, action.priority or "normal")
        case "place_hold":
            return PlaceHold(number, "manual", words)
        case "release_hold":
            return ReleaseHold(number, _hold_meant(order, rule), words)
        case "ask_release":
            return AskRelease(number, _hold_meant(order, rule), words)
        case "notify_customer":
            template = action.template or "order_received"
            channel = channel_for(world.customers[order.customer_id], template)
            return NotifyCustomer(number, template, channel)
        case "issue_invoice":
            return IssueInvoice(number)
        case "ask_approval":
            return AskApproval(number, refundable(order), words)
        case "complete_order":
            return CompleteOrder(number)
        case "add_note":
            return AddNote(number, words)


def _hold_meant(order: Order, rule: Rule) -> HoldKind:
    """The hold that a condition names; else the first that is open."""
    kinds = [hold.kind for hold in order.holds if hold.open]
    return rule.conditions.hold or (kinds[0] if kinds else "manual")


def own_hands(by: Envelope, rule: Rule, command: Command) -> Envelope:
    """The rule's command with the rights of a clerk, at whatever desk somebody sits."""
    return Envelope(f"{by.command_id}:{rule.rule_number}", rule.actor, "clerk", by.at, command)


@decides(RunRule)
def run_rule(world: World, command: RunRule, by: Envelope) -> Answer:
    """Once for an event, and never silently."""
    rule = world.rules.get(command.rule_number)
    if rule is None:
        return UnknownRule(command.rule_number)
    if not rule.on:
        return RuleIsOff(rule.rule_number)
    order = world.orders.get(command.order_number)
    if order is None:
        return UnknownOrder(command.order_number)
    last = last_cause(world, rule.rule_number, order.order_number)
    if command.cause <= last:
        return ActedAlready(rule.rule_number, order.order_number, command.cause, last)
    answer: Answer | None = stopped(rule, command) or _no_longer(world, order, rule)
    if answer is None:
        answer = decide(world, own_hands(by, rule, work(world, order, rule)))
    if isinstance(answer, Refusal):
        return (_refused(rule, command, answer),)
    return (_acted(rule, command), *answer)


def _refused(rule: Rule, command: RunRule, why: Refusal) -> RuleRefused:
    return RuleRefused(
        rule.rule_number,
        rule.name,
        command.order_number,
        command.trigger,
        command.cause,
        code=why.code,
        refusal=msgspec.json.decode(msgspec.json.encode(why)),
        chain=command.chain,
    )


def _acted(rule: Rule, command: RunRule) -> RuleActed:
    return RuleActed(
        rule.rule_number,
        rule.name,
        command.order_number,
        command.trigger,
        command.cause,
        command.chain,
    )


def last_cause(world: World, rule_number: str, order_number: str) -> int:
    """The last event that this rule dealt with on this order; events come in their order."""
    trace = world.rule_traces.get((rule_number, order_number))
    return trace.cause if trace else 0


def stopped(rule: Rule, command: RunRule) -> RuleWouldLoop | RulesTooDeep | None:
    """Why a chain of rules ends here."""
    path = " → ".join((*command.chain, rule.rule_number))
    if rule.rule_number in command.chain:
        return RuleWouldLoop(rule.rule_number, command.order_number, path)
    depth = len(command.chain)
    if depth >= DEPTH:
        return RulesTooDeep(rule.rule_number, command.order_number, path, depth, DEPTH)
    return None


def _no_longer(world: World, order: Order, rule: Rule) -> NoLongerFits | None:
    missed = unmet(world, order, rule.conditions)
    if not missed:
        return None
    return NoLongerFits(rule.rule_number, order.order_number, " / ".join(missed))


# --- evolving ---------------------------------------------------------------------------------


@evolves(RuleActed)
def rule_acted(world: World, event: RuleActed, at: Moment) -> World:
    """Once more."""
    return _counted(world, event, acted=1)


@evolves(RuleRefused)
def rule_refused(world: World, event: RuleRefused, at: Moment) -> World:
    """Set off, and stopped."""
    return _counted(world, event, acted=0)


def _counted(world: World, event: RuleActed | RuleRefused, acted: int) -> World:
    key = (event.rule_number, event.order_number)
    before = world.rule_traces.get(key) or Trace(*key, cause=0)
    trace = msgspec.structs.replace(before, cause=event.cause, acted=before.acted + acted)
    rule = world.rules[event.rule_number]
    rule = msgspec.structs.replace(rule, acted=rule.acted + acted, refused=rule.refused + 1 - acted)
    return msgspec.structs.replace(
        world,
        rules=world.rules.set(rule.rule_number, rule),
        rule_traces=world.rule_traces.set(key, trace),
    )
