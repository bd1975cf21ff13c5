"""What waits on the way out and on the way back: parcels and returns by their next step."""

from collections.abc import Iterator
from datetime import date
from typing import Final, Literal, get_args

import msgspec

from trainer.orders.engine import Command
from trainer.orders.shipping import (
    LabelPackage,
    PackPackage,
    PickPackage,
    ShipPackage,
    to_pick,
)
from trainer.orders.status import AfterSale, Label, after_sale_label
from trainer.orders.stock import Allocate
from trainer.orders.world import Order, Package, Return, World
from trainer.play.offers import Offer, offers

Stage = Literal[
    "to_allocate", "to_pick", "to_pack", "to_label", "to_hand_over", "on_the_way", "in_trouble"
]  # fmt: skip
"""Where a parcel stands on its way out; what is to be allocated or picked is not one yet."""
STAGES: Final[tuple[Stage, ...]] = get_args(Stage)
BACK: Final[tuple[AfterSale, ...]] = (
    "requested", "to_send_back", "to_inspect", "to_repair", "to_refund",
)  # fmt: skip
"""Where a return stands that somebody still has to do something about."""

_ON_THE_WAY_OUT: Final[tuple[Label, ...]] = (
    "pending_payment", "awaiting_shipment", "partly_shipped", "shipped", "in_transit",
)  # fmt: skip
_STAGE_OF: Final[dict[str, Stage]] = {
    "picked": "to_pack", "packed": "to_label", "labelled": "to_hand_over", "shipped": "on_the_way",
}  # fmt: skip
_STEPS: Final[dict[Stage, tuple[type[Command], str]]] = {
    "to_allocate": (Allocate, ""),
    "to_pick": (PickPackage, "warehouse"),
    "to_pack": (PackPackage, "package_number"),
    "to_label": (LabelPackage, "package_number"),
    "to_hand_over": (ShipPackage, "package_number"),
}
"""The command that brings a card on, and which of its fields says what it is about."""
_TROUBLE: Final = ("exception", "returned_to_sender", "lost")


class Parcel(msgspec.Struct, frozen=True):
    """One card of the shipping board."""

    stage: Stage
    order: Order
    package: Package | None
    warehouse: str

    @property
    def due(self) -> date | None:
        """The promised day, or the one asked for."""
        return self.order.promised_delivery_date or self.order.requested_delivery_date


class Back(msgspec.Struct, frozen=True):
    """One card of the returns board."""

    stage: AfterSale
    order: Order
    back: Return
    offers: tuple[Offer, ...] = ()
    """What is done with it next, and what is in the way."""


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
        if package.tracking in _TROUBLE and package.stage == "shipped":
            yield Parcel("in_trouble", order, package, package.warehouse)
        elif package.stage in _STAGE_OF:
            yield Parcel(_STAGE_OF[package.stage], order, package, package.warehouse)


def next_step(world: World, parcel: Parcel) -> Offer | None:
    """The next step of a card, as a careful clerk would ask for it, and what is in its way."""
    if parcel.stage not in _STEPS:
        return None
    kind, field = _STEPS[parcel.stage]
    about = parcel.package.package_number if parcel.package else parcel.warehouse
    return next(
        (
            offer
            for offer in offers(world, parcel.order)
            if isinstance(offer.command, kind)
            and (not field or getattr(offer.command, field) == about)
        ),
        None,
    )


def on_the_way_back(world: World) -> dict[AfterSale, list[Back]]:
    """Every return that is not over, by stage; the oldest order first."""
    found: dict[AfterSale, list[Back]] = {stage: [] for stage in BACK}
    for order in world.at_places(world.after_sales):
        returns = [back for back in order.returns if back.open]
        can = offers(world, order) if returns else ()
        for back in returns:
            stage = after_sale_label(back)
            if stage in found:
                found[stage].append(Back(stage, order, back, tuple(_about(can, back))))
    for cards in found.values():
        cards.reverse()
    return found


def _about(can: tuple[Offer, ...], back: Return) -> Iterator[Offer]:
    for offer in can:
        if getattr(offer.command, "rma_number", "") == back.rma_number:
            yield offer
