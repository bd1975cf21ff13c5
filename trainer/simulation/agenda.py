"""What is due when: every event may make somebody outside do something later.

The agenda is a fold over the events, like the world; it is never stored. What is due carries a
command id made from its cause, so a replay makes the same agenda and nothing is done twice; its
colon keeps it apart from the ids of people's own commands.
"""

from typing import Final

import msgspec
from immutables import Map

from trainer.orders.cards import PaymentAuthorised, PaymentCaptured
from trainer.orders.clock import ClockAdvanced
from trainer.orders.engine import Envelope, OrderEvent, Recorded
from trainer.orders.intake import MessageReceived, OrderRejected
from trainer.orders.mishaps import InterceptRequested
from trainer.orders.payment import PaymentReceived, TransferReceived
from trainer.orders.price_changes import PriceChanged
from trainer.orders.remedies import LineQuantityCancelled, OrderCancelled
from trainer.orders.return_way import ReturnCancelled
from trainer.orders.returns import RepairChargeDropped
from trainer.orders.shipping import PackageScanned
from trainer.orders.store_credit import StoreCreditRedeemed
from trainer.orders.values import Moment
from trainer.orders.world import Order, World
from trainer.simulation import (
    automation,
    backlog,
    cards,
    carriers,
    colleagues,
    consents,
    customers,
    desks,
    factory,
    gateway,
    hanging,
    insistence,
    payouts,
    recourse,
    replies,
    suppliers,
    tasks,
    timers,
    wishes,
    workday,
    workmates,
)
from trainer.simulation.hours import not_at_night


class Agenda(msgspec.Struct, frozen=True, gc=False):
    """Commands of others, waiting for their moment."""

    due: Map[str, Envelope] = Map()

    def next(self) -> Envelope | None:
        """What is due first."""
        return min(self.due.values(), key=lambda e: (e.at, e.command_id), default=None)

    def ripe(self, until: Moment) -> Envelope | None:
        """What is due first, if it is due by then."""
        first = self.next()
        return first if first and first.at <= until else None

    def with_(self, envelope: Envelope) -> "Agenda":
        """One more thing that waits for its moment."""
        return Agenda(due=self.due.set(envelope.command_id, envelope))

    def without(self, envelope: Envelope) -> "Agenda":
        """It has been done, or was refused; either way its moment is over."""
        if envelope.command_id not in self.due:
            return self
        return Agenda(due=self.due.delete(envelope.command_id))


def follow(agenda: Agenda, entry: Recorded, world: World, seed: int) -> Agenda:
    """The agenda after an event, in the world after it."""
    due = agenda.due
    if entry.command_id in due:
        due = due.delete(entry.command_id)
    if due and isinstance(entry.event, ClockAdvanced):
        due = Map((key, envelope) for key, envelope in due.items() if envelope.at > entry.at)
    if due and isinstance(entry.event, OrderCancelled | OrderRejected):
        number = entry.event.order_number
        due = Map((key, e) for key, e in due.items() if not customers.pays_for(e, number))
    if due and isinstance(entry.event, ReturnCancelled):
        due = Map((key, e) for key, e in due.items() if not customers.sends_back(e, entry.event))
    if due and isinstance(entry.event, InterceptRequested):
        turned = entry.event
        parcel = turned.order_number, turned.package_number
        due = Map((key, e) for key, e in due.items() if not carriers.brings(e, turned))
        due = Map((key, e) for key, e in due.items() if not hanging.turned_round(e, *parcel))
    if due and world.policies.scans_missing_percent and isinstance(entry.event, MessageReceived):
        due = Map((key, e) for key, e in due.items() if not hanging.content(e, entry.event, world))
    if due and isinstance(entry.event, _LESS_TO_PAY):
        due = _paid_less(due, world.orders[entry.event.order_number])
    if due and isinstance(entry.event, OrderEvent):
        due = _rethought(due, world.orders[entry.event.order_number], world)
    if due and workday.disturbs(entry, world):
        due = workday.anew(due, world, seed)
    if due and _timed(world) and isinstance(entry.event, TIMED):
        due = _stopped(due, entry, world)
    for actor in (
        carriers,
        customers,
        factory,
        suppliers,
        automation,
        backlog,
        gateway,
        cards,
        hanging,
        colleagues,
        workmates,
        tasks,
        wishes,
        insistence,
        timers,
        replies,
        consents,
        payouts,
        recourse,
        desks,
    ):
        for envelope in map(not_at_night, actor.react(entry, world, seed)):
            due = due.set(envelope.command_id, envelope)
    return agenda if due is agenda.due else Agenda(due=due)


_LESS_TO_PAY: Final = (
    LineQuantityCancelled, PaymentAuthorised, PaymentCaptured, StoreCreditRedeemed, PriceChanged,
    RepairChargeDropped,
)  # fmt: skip
"""Events after which a customer means to transfer less than before."""
TIMED: Final = (
    TransferReceived, PaymentReceived, LineQuantityCancelled, PackageScanned, PaymentAuthorised,
    PaymentCaptured, StoreCreditRedeemed,
)  # fmt: skip
"""Events that may stop a timer."""


def _timed(world: World) -> bool:
    return bool(world.policies.unpaid_expiry or world.policies.auto_signoff_days)


def _stopped(due: Map[str, Envelope], entry: Recorded, world: World) -> Map[str, Envelope]:
    for key, envelope in due.items():
        if timers.stopped(envelope, entry, world):
            due = due.delete(key)
    return due


def _rethought(due: Map[str, Envelope], order: Order, world: World) -> Map[str, Envelope]:
    """Customers change their minds about what they mean to say; only where they say anything."""
    policies = world.policies
    speak = policies.customers_complain or policies.customers_rate
    if not (speak or policies.returns_percent or policies.changes_percent):
        return due
    for key, envelope in due.items():
        if wishes.moot(envelope, order):
            due = due.delete(key)
            continue
        after = customers.rethought(envelope, order, world)
        if after is None:
            due = due.delete(key)
        elif after is not envelope:
            due = due.set(key, after)
    return due


def _paid_less(due: Map[str, Envelope], order: Order) -> Map[str, Envelope]:
    """Customers who were told that less will come pay at most what is due and on no card."""
    most = order.balance_due - order.authorised_open
    for key, envelope in due.items():
        if customers.pays_for(envelope, order.order_number):
            if most <= 0:
                due = due.delete(key)
            elif envelope.command.amount > most:
                less = msgspec.structs.replace(envelope.command, amount=most)
                due = due.set(key, msgspec.structs.replace(envelope, command=less))
    return due
