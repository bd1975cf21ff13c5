"""The backlog: where the policy says so, what becomes free is set aside for those who wait."""

from collections.abc import Iterable, Iterator

from trainer.orders.b_grade import ReworkFinished
from trainer.orders.backorders import FillBackorders
from trainer.orders.engine import Envelope, Event, Recorded
from trainer.orders.goods_receipt import GoodsReceiptPosted
from trainer.orders.mishaps import PackageCameBack
from trainer.orders.production import ProductionReported
from trainer.orders.purchasing import ReplenishmentReceived
from trainer.orders.reallocation import AllocationGivenUp
from trainer.orders.remedies import LineQuantityCancelled, OrderCancelled
from trainer.orders.returns import ReturnInspected
from trainer.orders.stock import AllocationReleased, StockAdjusted, StockCounted, StockReceived
from trainer.orders.world import World


def react(entry: Recorded, world: World, seed: int) -> Iterator[Envelope]:
    """Whatever may have become free is offered to the queue at once."""
    if world.policies.backorder_fill != "automatic":
        return
    for sku in sorted(set(freed(entry.event, world))):
        if world.backorders.get(sku) and world.available(sku) > 0:
            yield Envelope(
                command_id=f"{entry.number}:fill-{sku}",
                actor="warehouse",
                role="system",
                at=entry.at,
                command=FillBackorders(sku=sku),
            )


def freed(event: Event, world: World) -> Iterable[str]:
    """The SKUs of which an event may leave more to set aside."""
    match event:
        case (
            StockReceived(sku=sku)
            | StockAdjusted(sku=sku)
            | StockCounted(sku=sku)
            | ReplenishmentReceived(sku=sku)
            | GoodsReceiptPosted(sku=sku)
            | ProductionReported(sku=sku)
            | ReworkFinished(sku=sku)
        ):
            return (sku,)
        case (
            AllocationReleased(order_number=number)
            | AllocationGivenUp(order_number=number)
            | OrderCancelled(order_number=number)
            | LineQuantityCancelled(order_number=number)
            | ReturnInspected(order_number=number)
            | PackageCameBack(order_number=number)
        ):
            return (line.sku for line in world.orders[number].lines)
    return ()
