"""What waits on the way out and on the way back: parcels and returns by their next step."""

from collections.abc import Iterator
from datetime import date
from typing import Final, Literal, get_args

import msgspec

from trainer.orders.shipping import LabelPackage, PackPackage, PickPackage, ShipPackage
from trainer.orders.status import AfterSale, Label, after_sale_label
from trainer.orders.world import Order, Package, Return, World
from trainer.play.offers import Offer, offers

Stage = Literal["to_pick", "to_pack", "to_label", "to_hand_over", "on_the_way", "in_trouble"]
"""Where a parcel stands on its way out; what is to be picked is not a parcel yet."""
STAGES: Final[tuple[Stage, ...]] = get_args(Stage)
BACK: Final[tuple[AfterSale, ...]] = (
    "requested", "to_send_back", "to_inspect", "to_repair", "to_refund",
)  # fmt: skip
"""Where a return stands that somebody still has to do something about."""

_ON_THE_WAY_OUT: Final[tuple[Label, ...]] = (
    "pending_payment", "awaiting_shipment", "partly_shipped", "shipped", "in_transit",
)  # fmt: skip
_NEXT: Final[dict[str, Stage]] = {
    "picked": "to_pack", "packed": "to_label", "labelled": "to_hand_over",
}  # fmt: skip
_TROUBLE: Final = ("exception", "returned_to_sender", "lost")


class Parcel(msgspec.Struct, frozen=True):
    """One card of the shipping board."""

    stage: Stage
    order: Order
    package: Package | None
    warehouse: str
    offer: Offer | None = None
    """The next step, as a careful clerk would ask for it, and what is in its way."""

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
    """What can be done with it now."""


def on_the_way_out(world: World) -> dict[Stage, list[Parcel]]:
    """Every parcel that is not with its customer yet, by stage; what is due first stands first."""
    found: dict[Stage, list[Parcel]] = {stage: [] for stage in STAGES}
    places = 0
    for label in _ON_THE_WAY_OUT:
        places |= world.by_label.get(label, 0)
    for order in world.at_places(places):
        for parcel in _parcels(world, order):
            found[parcel.stage].append(parcel)
    for parcels in found.values():
        parcels.sort(key=lambda it: (it.due or date.max, it.order.sequence))
    return found


def _parcels(world: World, order: Order) -> Iterator[Parcel]:
    open_ = [it for it in order.packages if it.stage in _NEXT or it.stage == "shipped"]
    allocated = any(line.allocations for line in order.lines)
    if not open_ and not allocated:
        return
    can = offers(world, order) if allocated or any(it.stage in _NEXT for it in open_) else ()
    for offer in can:
        if isinstance(offer.command, PickPackage):
            yield Parcel("to_pick", order, None, offer.command.warehouse, offer)
    for package in open_:
        stage: Stage = _NEXT.get(package.stage, "on_the_way")
        if package.tracking in _TROUBLE:
            stage = "in_trouble"
        step = next((it for it in can if _is_next(it, package)), None)
        yield Parcel(stage, order, package, package.warehouse, step)


def _is_next(offer: Offer, package: Package) -> bool:
    wanted = {"picked": PackPackage, "packed": LabelPackage, "labelled": ShipPackage}
    kind = wanted.get(package.stage)
    return (
        kind is not None
        and isinstance(offer.command, kind)
        and offer.command.package_number == package.package_number
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
        if getattr(offer.command, "rma_number", "") == back.rma_number and not offer.refusal:
            yield offer
