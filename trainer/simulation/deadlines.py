"""What runs out by itself on an order: the time to pay, a silent parcel, a change of mind.

Read off the agenda and the rules; nothing of it is stored, so what is shown is what will happen.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Literal

import msgspec

from trainer.orders.expiry import ExpireOrder
from trainer.orders.return_expiry import ExpireReturn
from trainer.orders.shipping import ScanPackage
from trainer.orders.stock import CARRIED_OUT
from trainer.orders.values import Moment, day_of, moment_of
from trainer.orders.world import Order, World
from trainer.simulation.agenda import Agenda
from trainer.simulation.timers import SYSTEM

Kind = Literal["pay", "sign_off", "send_back", "goods_back", "contest"]


class Deadline(msgspec.Struct, frozen=True):
    """A moment after which something is no longer the same."""

    kind: Kind
    at: Moment
    package_number: int = 0
    rma_number: str = ""
    chargeback_number: str = ""

    def over(self, now: Moment) -> bool:
        """Whether that moment has passed."""
        return now >= self.at


def deadlines(order: Order, world: World, agenda: Agenda) -> tuple[Deadline, ...]:
    """All that runs on this order, soonest first."""
    found = (*_timers(order, agenda), *_return_window(order, world), *_disputes(order))
    return tuple(sorted(found, key=lambda deadline: deadline.at))


def _timers(order: Order, agenda: Agenda) -> Iterator[Deadline]:
    for envelope in agenda.due.values():
        if envelope.actor != SYSTEM:
            continue
        match envelope.command:
            case ExpireOrder(order_number=number) if number == order.order_number:
                yield Deadline("pay", envelope.at)
            case ExpireReturn(order_number=number, rma_number=rma):
                back = order.returned(rma) if number == order.order_number else None
                if back and back.stage == "authorised":
                    yield Deadline("goods_back", envelope.at, rma_number=rma)
            case ScanPackage(order_number=number, package_number=parcel):
                if number == order.order_number:
                    yield Deadline("sign_off", envelope.at, parcel)


def _disputes(order: Order) -> Iterator[Deadline]:
    """After that a card's bank takes silence for a yes."""
    for disputed in order.chargebacks:
        if disputed.status == "open":
            number = disputed.chargeback_number
            yield Deadline("contest", disputed.respond_by, chargeback_number=number)


def _return_window(order: Order, world: World) -> Iterator[Deadline]:
    """Until the end of its last day, as the guard counts; our own faults have no such end."""
    if order.delivered_at and order.status in CARRIED_OUT:
        window = world.policies.return_window_days
        after = day_of(order.delivered_at) + timedelta(days=window + 1)
        yield Deadline("send_back", moment_of(after, hour=0))
