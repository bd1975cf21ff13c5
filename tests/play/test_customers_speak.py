"""Customers who complain and rate, in a sandbox whose company asks for it: the whole way."""

from itertools import count

import msgspec
import pytest

from tests.builders import FIRST, exercise, goal, opening, order_confirmed, step
from tests.orders.way import next_step
from trainer.orders.clock import AdvanceClock
from trainer.orders.engine import Command
from trainer.orders.feedback import AnswerComplaint
from trainer.orders.invariants import violations
from trainer.orders.service import NotifyCustomer
from trainer.orders.values import DAY, day_of
from trainer.orders.world import Order, World
from trainer.play.memory import MemoryStore
from trainer.play.run import fingerprint
from trainer.play.sandbox import Desk
from trainer.training.scenario import Rules

ASKED = Rules(customers_complain=True, customers_rate=True, complaint_answer_hours=8)


class Clerk:
    """Somebody at the desk of a company with these rules."""

    def __init__(self, rules: Rules) -> None:
        begun = opening(exercise(step("ship", goal("shipped", 100, order_is={
            "order": "rush", "label": "shipped"}))))  # fmt: skip
        company = begun.world.company
        policies = rules.over(company.policies)
        world = msgspec.structs.replace(
            begun.world, company=msgspec.structs.replace(company, policies=policies)
        )
        store = MemoryStore()
        begun = msgspec.structs.replace(begun, world=world)
        self.desk = Desk(store)
        self.sandbox = store.open(1, store.put_opening(begun, b"rush", "digest"))
        self.ids = count()
        for happening in order_confirmed():
            self.does(happening if isinstance(happening, Command) else happening(self.world))

    @property
    def world(self) -> World:
        return self.desk.run(self.sandbox).world

    @property
    def order(self) -> Order:
        return self.world.orders[FIRST]

    def does(self, command: Command) -> None:
        role = "clerk" if "clerk" in command.roles else min(command.roles)
        outcome = self.desk.perform(
            self.sandbox, command, actor="Ada", command_id=f"c-{next(self.ids)}", role=role
        )
        assert outcome.refused is None, outcome.refused
        self.sandbox = outcome.sandbox

    def waits(self, days: int) -> None:
        self.does(AdvanceClock(self.world.now + days * DAY))

    def delivers(self) -> None:
        """All the way to the door, the customer told that it is on its way."""
        while not self.order.delivered_at:
            command = next_step(self.world, self.order)
            assert command is not None
            self.does(command)
        self.does(NotifyCustomer(FIRST, "order_shipped"))


def test_silence_brings_a_complaint_and_a_poor_score() -> None:
    clerk = Clerk(ASKED)
    clerk.waits(20)
    (complaint,) = clerk.order.complaints
    promised = clerk.order.promised_delivery_date
    assert promised is not None
    assert (day_of(complaint.received_at) - promised).days == 1
    assert complaint.respond_by - complaint.received_at == 8 * 3600
    assert f"complaint-{complaint.complaint_number}" in clerk.world.messages
    clerk.does(AnswerComplaint(FIRST, complaint.complaint_number, "apology", "It leaves today."))
    clerk.delivers()
    clerk.waits(3)
    # late and not told takes two, an answer after the deadline two more
    assert clerk.order.satisfaction == 1
    assert violations(clerk.world) == []


def test_an_order_in_time_is_praised() -> None:
    clerk = Clerk(ASKED)
    clerk.delivers()
    clerk.waits(3)
    assert clerk.order.satisfaction == 5
    assert clerk.order.complaints == ()


@pytest.mark.parametrize("rules", [Rules(), Rules(customers_rate=False)])
def test_nobody_says_anything_unasked(rules: Rules) -> None:
    clerk = Clerk(rules)
    clerk.waits(20)
    clerk.delivers()
    clerk.waits(3)
    assert clerk.order.complaints == ()
    assert clerk.order.satisfaction == 0


def test_what_they_say_is_the_same_wherever_the_run_is_folded() -> None:
    clerk = Clerk(ASKED)
    clerk.waits(20)
    again = Desk(clerk.desk.store)
    assert fingerprint(again.run(clerk.sandbox)) == fingerprint(clerk.desk.run(clerk.sandbox))
