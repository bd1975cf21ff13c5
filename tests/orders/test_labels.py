"""What the course calls an order: sub-labels, badges and after-sale labels, one row per name."""

from typing import Any

import pytest

from tests.builders import (
    ARMCHAIR,
    EAST,
    FIRST,
    LAMP,
    order_allocated,
    order_confirmed,
    order_delivered,
    order_packed,
    order_paid,
    order_picked,
    order_shipped,
)
from tests.orders.test_production import MO, RELEASED, STARTED, WANTED
from tests.orders.test_refunds import ASKED, CANCEL, ruled
from tests.orders.test_status import HALF
from tests.story import given
from trainer.orders.holds import PlaceHold
from trainer.orders.mishaps import WriteOffPackage
from trainer.orders.production import ReportProduction
from trainer.orders.remedies import CancelledRow, CancelLineQuantity
from trainer.orders.returns import (
    AuthoriseReturn,
    CloseReturn,
    DeliverReturn,
    FinishRepair,
    InspectReturn,
    ReceiveReturn,
    RejectReturn,
    RequestReturn,
)
from trainer.orders.shipping import ScanPackage
from trainer.orders.status import (
    AfterSale,
    FulfilmentStatus,
    Overlay,
    SubLabel,
    after_sale_label,
    fulfilment_status,
    label_of,
    overlays,
    shipped_of,
    sub_label,
)
from trainer.orders.stock import Allocate, AllocationRow
from trainer.orders.values import DAY
from trainer.orders.world import ReturnRow

Steps = tuple[Any, ...]
BIG: Steps = order_paid(lines={ARMCHAIR: 20})
"""Six armchairs more than the two shelves hold."""


@pytest.mark.parametrize(
    ("steps", "status", "waits_for"),
    [
        pytest.param(BIG, "backordered", "out_of_stock", id="缺货"),
        pytest.param((*BIG, WANTED), "in_production", "being_made", id="生产中: planned"),
        pytest.param((*BIG, WANTED, RELEASED, STARTED), "in_production", "being_made", id="生产中"),
        pytest.param(
            (*BIG, WANTED, RELEASED, STARTED, ReportProduction(MO, 20)),
            "allocated", "being_prepared", id="备货: made",
        ),
        pytest.param(order_paid(), "open", "being_prepared", id="备货: on the shelf"),
        pytest.param(order_allocated(), "allocated", "being_prepared", id="备货: set aside"),
        pytest.param(order_picked(), "picked", "being_prepared", id="备货: picked"),
        pytest.param(order_packed(), "packed", "packed", id="已打包"),
    ],
)  # fmt: skip
def test_what_an_order_that_awaits_shipment_waits_for(
    steps: Steps, status: FulfilmentStatus, waits_for: SubLabel
) -> None:
    world = given(*steps).world
    order = world.orders[FIRST]
    assert label_of(order) == "awaiting_shipment"
    assert fulfilment_status(order, world) == status
    assert sub_label(order, world) == waits_for


def test_one_line_nobody_makes_is_enough_to_lack_goods() -> None:
    both = order_paid(lines={ARMCHAIR: 20, LAMP: 66})
    world = given(*both, WANTED).world
    assert sub_label(world.orders[FIRST], world) == "out_of_stock"


def test_goods_that_somebody_else_took_are_lacking() -> None:
    story = given(order_paid(), order_paid("SO-10002", lines={ARMCHAIR: 14}))
    assert sub_label(story.world.orders[FIRST], story.world) == "being_prepared"
    rows = (AllocationRow(1, EAST, 10), AllocationRow(1, "WEST", 4))
    world = story.and_(Allocate("SO-10002", rows)).world
    assert sub_label(world.orders[FIRST], world) == "out_of_stock"


@pytest.mark.parametrize("steps", [order_confirmed(), HALF, order_shipped(), order_delivered()])
def test_other_labels_have_no_sub_label(steps: Steps) -> None:
    world = given(*steps).world
    assert sub_label(world.orders[FIRST], world) is None


def test_a_partly_shipped_order_says_how_much_has_left() -> None:
    assert shipped_of(given(*HALF).world.orders[FIRST]) == (1, 2)
    assert shipped_of(given(order_shipped()).world.orders[FIRST]) is None


@pytest.mark.parametrize(
    ("steps", "days", "badge"),
    [
        pytest.param((order_paid(), PlaceHold(FIRST, "manual", "wait")), 0, "on_hold", id="挂起"),
        pytest.param((order_paid(),), 30, "late", id="逾期"),
        pytest.param(
            (order_delivered(), RequestReturn(FIRST, (ReturnRow(1, 1),), "defective")), 0,
            "after_sales_open", id="售后中",
        ),
        pytest.param((order_paid(), CANCEL, ASKED), 0, "refund_pending", id="退款中"),
        pytest.param((order_shipped(), ScanPackage(FIRST, 1, "exception")), 0, "exception",
                     id="异常"),
    ],
)  # fmt: skip
def test_badges_stand_beside_the_label(steps: Steps, days: int, badge: Overlay) -> None:
    world = given(*steps, world=ruled()).world
    assert overlays(world.orders[FIRST], world.now + days * DAY) == (badge,)


RMA = "RMA-00001"
ASKS = (*order_delivered(), RequestReturn(FIRST, (ReturnRow(1, 1),), "defective"))
AUTHORISED = (*ASKS, AuthoriseReturn(FIRST, RMA, "seller"))
ARRIVED = (*AUTHORISED, DeliverReturn(FIRST, RMA))
COUNTED = (*ARRIVED, ReceiveReturn(FIRST, RMA, (ReturnRow(1, 1),)))
SCRAPPED = (*COUNTED, InspectReturn(FIRST, RMA, 1, 1, "scrap"))
SENT_BACK = (*COUNTED, InspectReturn(FIRST, RMA, 1, 1, "return_to_customer"))
IN_REPAIR = (*COUNTED, InspectReturn(FIRST, RMA, 1, 1, "repair"))
REPAIRED = (*IN_REPAIR, FinishRepair(FIRST, RMA, 1, 1, "repaired"))
CLOSE = CloseReturn(FIRST, RMA)


@pytest.mark.parametrize(
    ("steps", "label"),
    [
        pytest.param(ASKS, "requested", id="申请中"),
        pytest.param(AUTHORISED, "to_send_back", id="待退货"),
        pytest.param(ARRIVED, "to_inspect", id="待收货验货: at the dock"),
        pytest.param(COUNTED, "to_inspect", id="待收货验货: counted"),
        pytest.param(IN_REPAIR, "to_repair", id="待维修"),
        pytest.param(SCRAPPED, "to_refund", id="待退款"),
        pytest.param((*SCRAPPED, CLOSE), "after_sale_over", id="已完成"),
        pytest.param((*REPAIRED, CLOSE), "after_sale_over", id="已完成: repaired"),
        pytest.param((*ASKS, RejectReturn(FIRST, RMA, "worn")), "rejected", id="商家拒绝"),
        pytest.param((*SENT_BACK, CLOSE), "receipt_refused", id="拒绝收货"),
    ],
)
def test_what_the_course_calls_a_return(steps: Steps, label: AfterSale) -> None:
    assert after_sale_label(given(*steps).world.orders[FIRST].returns[0]) == label


def test_a_unit_lost_and_credited_counts_as_delivered() -> None:
    story = given(
        HALF,
        ScanPackage(FIRST, 1, "lost"),
        WriteOffPackage(FIRST, 1, "gone"),
        Allocate(FIRST, (AllocationRow(1, EAST, 1),)),
    )
    assert label_of(story.world.orders[FIRST]) == "awaiting_shipment"
    story.and_(CancelLineQuantity(FIRST, (CancelledRow(1, 1),), "the lost one is credited"))
    for step in order_delivered()[len(order_allocated()) :]:
        story.and_(step)
    assert label_of(story.world.orders[FIRST]) == "signed"
