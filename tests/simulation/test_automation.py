"""Rules set off by what happens: in their order, through each other, and never in a circle."""

from typing import Any

from tests.builders import (
    ARMCHAIR,
    ASKED,
    EAST,
    FIRST,
    HERON,
    OTTER,
    QUICK,
    SECOND,
    exercise,
    opening,
    order_confirmed,
)
from tests.orders.test_rulebook import rule
from tests.play.test_living import Onlooker, lived_in
from tests.story import given
from trainer.orders.automation import RuleActed, RuleRefused, RunRule
from trainer.orders.clock import AdvanceClock
from trainer.orders.engine import Recorded
from trainer.orders.feedback import ComplaintReceived
from trainer.orders.holds import PlaceHold, ReleaseHold
from trainer.orders.intake import AddLine, CheckOrder, ConfirmOrder, CreateDraft, SubmitOrder
from trainer.orders.invariants import violations
from trainer.orders.rulebook import TRIGGERS, Action, SwitchRule, WriteRule
from trainer.orders.stock import AdjustStock, StockAllocated
from trainer.orders.values import DAY, day_of
from trainer.play.run import fingerprint
from trainer.play.sandbox import Desk, Outcome
from trainer.simulation import automation
from trainer.simulation.agenda import Agenda, follow

CONFIRM = Action("confirm_order")
TELL = Action("notify_customer", template="order_confirmed")


class Office(Onlooker):
    """A desk over the small company, in which rules are written and orders entered."""

    def __init__(self) -> None:
        super().__init__(opening(exercise()))

    def lets(self, *rules: WriteRule) -> "Office":
        """These rules, on, in this order: R-1, R-2, …"""
        for wanted in rules:
            self.does(wanted)
            self.does(SwitchRule(f"R-{len(self.run.world.rules)}", "on"))
        return self

    def enters(self, number: str = FIRST, units: int = 2, customer: str = OTTER) -> Outcome:
        """An order up to its submission."""
        self.does(CreateDraft(customer, f"PO-{number}", ASKED, QUICK))
        self.does(AddLine(number, ARMCHAIR, units))
        return self.does(SubmitOrder(number))


def by_rules(outcome: Outcome) -> list[tuple[str, str]]:
    """Which rules did something or were refused, in their order, and with which code."""
    return [
        (entry.event.rule_number, getattr(entry.event, "code", ""))
        for entry in outcome.entries
        if isinstance(entry.event, RuleActed | RuleRefused)
    ]


def actors(entries: tuple[Recorded, ...]) -> dict[str, str]:
    """Who did what."""
    return {type(entry.event).__name__: f"{entry.role}: {entry.actor}" for entry in entries}


def test_rules_lead_to_one_another_and_the_record_says_who_did_it() -> None:
    office = Office().lets(
        rule("Check"),
        rule("Promise", "order_checked", CONFIRM, on_hold="no"),
        rule("Tell", "order_confirmed", TELL),
    )
    done = office.enters()
    assert by_rules(done) == [("R-1", ""), ("R-2", ""), ("R-3", "")]
    assert actors(done.entries)["OrderSubmitted"] == "clerk: Ada"
    assert actors(done.entries)["CustomerNotified"] == "system: R-3 · Tell"
    told = next(e.event for e in done.entries if isinstance(e.event, RuleActed) and e.event.chain)
    assert told.chain == ("R-1",)
    order = office.run.world.orders[FIRST]
    assert (order.status, order.notices) == ("confirmed", ("order_confirmed",))
    assert violations(office.run.world) == []


def test_the_lower_place_acts_first_and_the_second_sees_what_it_did() -> None:
    stop = Action("place_hold", words="look first")
    office = Office().lets(
        rule("Promise", "order_checked", CONFIRM, place=60, on_hold="no"),
        rule("Stop", "order_checked", stop, place=5),
    )
    office.enters()
    done = office.does(CheckOrder(FIRST))
    assert by_rules(done) == [("R-2", ""), ("R-1", "NO_LONGER_FITS")]
    assert office.run.world.orders[FIRST].status == "submitted"


def test_two_rules_that_undo_each_other_end() -> None:
    office = Office().lets(
        rule("Let go", "hold_placed", Action("release_hold", words="no need")),
        rule("Stop", "hold_released", Action("place_hold", words="wait")),
    )
    office.enters()
    done = office.does(PlaceHold(FIRST, "manual", "by hand"))
    assert by_rules(done) == [("R-1", ""), ("R-2", ""), ("R-1", "RULE_WOULD_LOOP")]
    # the next event of a person sets them off anew
    done = office.does(ReleaseHold(FIRST, "manual", "by hand"))
    assert by_rules(done) == [("R-2", ""), ("R-1", ""), ("R-2", "RULE_WOULD_LOOP")]


def test_a_check_that_places_a_hold_decides_for_the_rule() -> None:
    office = Office().lets(
        rule("Promise", "order_checked", CONFIRM, on_hold="no"),
        rule("Note", "order_checked", Action("add_note", words="held"), hold="credit"),
    )
    office.enters(units=6, customer=HERON)  # above the limit of 1,000.00
    assert by_rules(office.does(CheckOrder(FIRST))) == [("R-1", "NO_LONGER_FITS"), ("R-2", "")]
    office.enters(SECOND, units=2, customer=HERON)
    assert by_rules(office.does(CheckOrder(SECOND))) == [("R-1", "")]


def test_what_does_not_fit_is_not_even_tried() -> None:
    office = Office().lets(rule("Check", total_at_least=10_000_000))
    assert by_rules(office.enters()) == []
    assert not office.run.agenda.due


def test_what_becomes_free_goes_to_those_it_reaches() -> None:
    office = Office().lets(rule("Fill", "backorder_fillable", Action("allocate")))
    for number, units in ((FIRST, 14), (SECOND, 2), ("SO-10003", 2)):
        office.enters(number, units)
        office.does(CheckOrder(number))
        day = office.run.world.now + 90 * DAY
        office.does(ConfirmOrder(number, day_of(day)))
    done = office.does(AdjustStock(ARMCHAIR, EAST, 1, "found one"))
    # there are fifteen: the first gets fourteen, the second one, and the third is not asked
    assert by_rules(done) == [("R-1", ""), ("R-1", "")]
    took = [e.event.order_number for e in done.entries if isinstance(e.event, StockAllocated)]
    assert took == [FIRST, SECOND]


def test_it_goes_the_same_way_wherever_the_run_is_folded() -> None:
    office = Office().lets(
        rule("Check"),
        rule("Promise", "order_checked", CONFIRM),
        rule("Tell", "order_confirmed", TELL, payment_terms="on_account"),
        rule("Set aside", "payment_booked", Action("allocate"), paid="yes"),
    )
    office.enters()
    office.does(AdvanceClock(office.run.world.now + 2 * DAY))
    again = Desk(office.store).run(office.sandbox)
    assert fingerprint(again) == fingerprint(office.run)
    assert again.agenda == office.run.agenda


def test_many_rules_in_a_living_world_are_folded_the_same_way_too() -> None:
    busy = Onlooker(lived_in(living=True))
    wanted = (
        rule("a", "package_delivered", Action("notify_customer", template="order_delivered")),
        rule("b", "complaint_received", Action("place_hold", words="look at it")),
        rule("c", "hold_placed", Action("prioritise_order", priority="high")),
        rule("d", "hold_placed", Action("release_hold", words="no need")),
        rule("e", "hold_released", Action("place_hold", words="wait")),
        rule("f", "package_delivered", Action("issue_invoice"), payment_terms="on_account"),
    )
    for number, one in enumerate(wanted, 1):
        busy.does(one)
        busy.does(SwitchRule(f"R-{number}", "on"))
    for days in (1, 2, 4):
        busy.waits(days)
        again = Desk(busy.store).run(busy.sandbox)
        assert fingerprint(again) == fingerprint(busy.run)
        assert again.agenda == busy.run.agenda
    assert violations(busy.run.world) == []
    acted = {number: rule.acted for number, rule in busy.run.world.rules.items()}
    assert min(acted[number] for number in ("R-1", "R-2", "R-3", "R-4", "R-5")) > 3


def test_without_rules_nothing_is_looked_for() -> None:
    story = given(order_confirmed(), rule())  # written, and off
    assert not list(automation.react(story.entries[-1], Explosive(story.world), 1))


class Explosive:
    """A world of which nothing but the index may be asked."""

    def __init__(self, world: Any) -> None:
        self.rules_on = world.rules_on

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"asked for {name}")


def test_every_trigger_is_set_off_by_something() -> None:
    assert {*automation._SETS_OFF.values(), "backorder_fillable"} == set(TRIGGERS)


def test_customers_set_rules_off_too() -> None:
    urgent = rule("Urgent", "complaint_received", Action("prioritise_order", priority="high"))
    story = given(order_confirmed(), urgent, SwitchRule("R-1", "on"))
    story.and_(ComplaintReceived(FIRST, "CMP-1", "late_delivery", "Where is it?", "…", 0))
    agenda = follow(Agenda(), story.entries[-1], story.world, 1)
    (due,) = agenda.due.values()
    assert due.command == RunRule("R-1", FIRST, "complaint_received", story.world.number)
    assert (due.role, due.at) == ("system", story.world.now)
