"""What waits on the way out and on the way back: parcels and returns by their next step."""

from collections.abc import Iterator
from datetime import date
from typing import Final, Literal, get_args

import msgspec

from trainer.orders.arrivals import ConfirmDelivery
from trainer.orders.engine import Command
from trainer.orders.mishaps import ReceiveBack, WriteOffPackage
from trainer.orders.search import due_of
from trainer.orders.shipping import (
    LabelPackage,
    PackPackage,
    PickPackage,
    ShipPackage,
    to_pick,
)
from trainer.orders.status import ASTRAY, AfterSale, Label, after_sale_label
from trainer.orders.stock import Allocate
from trainer.orders.world import Order, OrderLine, Package, Return, World
from trainer.play.offers import Offer, offers

Stage = Literal[
    "to_allocate", "to_pick", "to_pack", "to_label", "to_hand_over", "on_the_way", "in_trouble"
]  # fmt: skip
"""Where a parcel stands on its way out; what is to be allocated or picked is not one yet."""
STAGES: Final[tuple[Stage, ...]] = get_args(Stage)
BACK: Final[tuple[AfterSale, ...]] = (
    "requested", "came_late", "to_send_back", "to_inspect", "to_repair", "to_refund",
)  # fmt: skip
"""Where a return stands that somebody still has to do something about."""

_ON_THE_WAY_OUT: Final[tuple[Label, ...]] = (
    "pending_payment", "awaiting_shipment", "partly_shipped", "shipped", "in_transit",
)  # fmt: skip
_STAGE_OF: Final[dict[str, Stage]] = {
    "picked": "to_pack", "packed": "to_label", "labelled": "to_hand_over", "shipped": "on_the_way",
}  # fmt: skip
_STEPS: Final[dict[Stage, tuple[tuple[type[Command], ...], str]]] = {
    "to_allocate": ((Allocate,), ""),
    "to_pick": ((PickPackage,), "warehouse"),
    "to_pack": ((PackPackage,), "package_number"),
    "to_label": ((LabelPackage,), "package_number"),
    "to_hand_over": ((ShipPackage,), "package_number"),
    "on_the_way": ((ConfirmDelivery,), "package_number"),
    "in_trouble": ((ReceiveBack, WriteOffPackage, ConfirmDelivery), "package_number"),
}
"""The commands that bring a card on, and which of their fields says what they are about."""


class Parcel(msgspec.Struct, frozen=True):
    """One card of the shipping board."""

    stage: Stage
    order: Order
    package: Package | None
    warehouse: str

    @property
    def due(self) -> date | None:
        """The day that its own lines were promised for, where the lines have different ones."""
        if not self.order.split_dates:
            return due_of(self.order)
        inside = {row.line_number for row in self.package.rows} if self.package else set()
        days = (
            self.order.promise_of(line)
            for line in self.order.lines
            if line.line_number in inside or (not self.package and self._waits(line))
        )
        return min(filter(None, days), default=due_of(self.order))

    def _waits(self, line: OrderLine) -> bool:
        if not self.warehouse:
            return line.open > 0
        return any(row.warehouse == self.warehouse for row in line.allocations)


class Back(msgspec.Struct, frozen=True):
    """One card of the returns board."""

    stage: AfterSale
    order: Order
    back: Return


def on_the_way_out(world: World) -> dict[Stage, list[Parcel]]:
    """Every parcel that is not with its customer yet, by stage; what is due first stands first."""
    found: dict[Stage, list[Parcel]] = {stage: [] for stage in STAGES}
    places = 0
    for label in _ON_THE_WAY_OUT:
        places |= world.by_label.get(label, 0)
    for order in world.at_places(places):
        for parcel in _parcels(order):
            found[parcel.stage].append(parcel)
    for parcels in found.values():
        parcels.sort(key=lambda it: (it.due or date.max, it.order.sequence))
    return found


def _parcels(order: Order) -> Iterator[Parcel]:
    if any(line.open for line in order.lines):
        yield Parcel("to_allocate", order, None, "")
    for warehouse in sorted({row.warehouse for line in order.lines for row in line.allocations}):
        if to_pick(order, warehouse):
            yield Parcel("to_pick", order, None, warehouse)
    for package in order.packages:
        if package.tracking in ASTRAY and package.stage == "shipped":
            yield Parcel("in_trouble", order, package, package.warehouse)
        elif package.stage in _STAGE_OF:
            yield Parcel(_STAGE_OF[package.stage], order, package, package.warehouse)


def steps(world: World, card: Parcel | Back) -> tuple[Offer, ...]:
    """What brings a card on, as a careful clerk would ask for it, and what is in its way."""
    if isinstance(card, Parcel) and card.stage not in _STEPS:
        return ()
    return tuple(offer for offer in offers(world, card.order) if _brings_on(card, offer.command))


def _brings_on(card: Parcel | Back, command: Command) -> bool:
    if isinstance(card, Back):
        return getattr(command, "rma_number", "") == card.back.rma_number
    kinds, field = _STEPS[card.stage]
    about = card.package.package_number if card.package else card.warehouse
    return isinstance(command, kinds) and (not field or getattr(command, field) == about)


def on_the_way_back(world: World) -> dict[AfterSale, list[Back]]:
    """Every return that is not over, by stage; the oldest order first."""
    found: dict[AfterSale, list[Back]] = {stage: [] for stage in BACK}
    for order in world.at_places(world.after_sales):
        for back in order.returns:
            stage = after_sale_label(back)
            if back.open and stage in found:
                found[stage].append(Back(stage, order, back))
    for cards in found.values():
        cards.reverse()
    return found
