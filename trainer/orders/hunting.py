"""The hunt for a flaw of the system itself: what it breaks is noted, and somebody reports it.

A world that is hunted in remembers which event broke which rule first, for everything it can be
broken for; so what is reported is compared with what is so, and not with a list.
"""

from typing import ClassVar

import msgspec

from trainer.orders.engine import (
    Answer,
    Command,
    Envelope,
    Event,
    Role,
    decides,
    evolves,
    watches,
)
from trainer.orders.invariants import goods_and_money
from trainer.orders.laws import LAWS
from trainer.orders.refusals import MissingReason, Refusal
from trainer.orders.values import Moment
from trainer.orders.world import Breach, Finding, Verdict, World


class ReportFinding(Command, frozen=True):
    """Say which event broke which rule, and why you think so."""

    roles: ClassVar[frozenset[Role]] = frozenset({"clerk", "supervisor"})
    event_number: int
    rule: str
    """Of `LAWS`, by its number."""
    why: str


class FindingReported(Event, frozen=True):
    """Somebody says that the system is at fault, and where."""

    says = "Reported: event {event_number} breaks {rule}. {why}"
    event_number: int
    rule: str
    why: str
    verdict: Verdict


class NothingToHunt(Refusal, frozen=True):
    """In this sandbox nobody doubts the system."""

    says = "There is no search for a fault of the system in this sandbox."
    cure = "Tell the order's history what you have found, by a note."


class NoSuchEvent(Refusal, frozen=True):
    """What is said to be wrong has to have happened."""

    says = "Event {requested} has not happened; the last one is {last}."
    cure = "Read the event's number in the history of the order or of the shelf."
    requested: int
    last: int


class NoSuchLaw(Refusal, frozen=True):
    """A fault is a rule that was broken."""

    says = "There is no rule {requested} of the books."
    cure = "Choose one of the list."
    requested: str


class AlreadyReported(Refusal, frozen=True):
    """Saying it again makes it no truer."""

    says = "Event {event_number} was reported with {rule} before."
    cure = "Read what was said to it, and look for something else."
    event_number: int
    rule: str


@decides(ReportFinding)
def report_finding(world: World, command: ReportFinding, by: Envelope) -> Answer:
    """An event that has happened, a rule of the list, and a word why; each pair once."""
    if world.hunt is None:
        return NothingToHunt()
    if not 1 <= command.event_number <= world.number:
        return NoSuchEvent(requested=command.event_number, last=world.number)
    if command.rule not in LAWS:
        return NoSuchLaw(requested=command.rule)
    if not command.why.strip():
        return MissingReason()
    number, rule = command.event_number, command.rule
    if any((found.number, found.rule) == (number, rule) for found in world.hunt.findings):
        return AlreadyReported(event_number=number, rule=rule)
    return (FindingReported(number, rule, command.why.strip(), world.hunt.verdict(number, rule)),)


@evolves(FindingReported)
def finding_reported(world: World, event: FindingReported, at: Moment) -> World:
    """One more finding, and what was true of it."""
    assert world.hunt is not None
    found = Finding(event.event_number, event.rule, event.why, event.verdict)
    hunt = msgspec.structs.replace(world.hunt, findings=(*world.hunt.findings, found))
    return msgspec.structs.replace(world, hunt=hunt)


@watches
def noted(before: World, after: World) -> World:
    """The world with each rule that the last event has broken, for everything it is broken for."""
    assert after.hunt is not None
    known = {(breach.rule, breach.about) for breach in after.hunt.breaches}
    # orders that an event did not touch are as sound as they were, or known not to be
    found = dict.fromkeys(broken(after, before))
    new = [Breach(*what, number=after.number) for what in found if what not in known]
    if not new:
        return after
    hunt = msgspec.structs.replace(after.hunt, breaches=(*after.hunt.breaches, *new))
    return msgspec.structs.replace(after, hunt=hunt)


def broken(world: World, since: World | None = None) -> list[tuple[str, str]]:
    """What of the books' rules does not hold: each rule with what it does not hold for."""
    told = []
    for line in goods_and_money(world, since):
        rule, _, rest = line.partition(" ")
        told.append((rule.rstrip(":"), rest.partition(":")[0]))
    return [what for what in told if what[0] in LAWS]
