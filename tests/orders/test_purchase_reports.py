"""What was called off with suppliers, and why: the report says what the events add up to."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from tests.builders import ARMCHAIR, BADGER, EAST, HERON, LAMP, QUICK, WEST
from tests.orders.test_goods_receipt import SHORT
from tests.orders.walk import opening, walked
from tests.story import given
from trainer.orders.goods_receipt import PostGoodsReceipt
from trainer.orders.purchase_reports import PurchasesRow, purchases_called_off
from trainer.orders.purchasing import CancelReplenishment, PlaceReplenishment
from trainer.orders.reports import Ask, By

NAMES = ("placed", "cancelled", "short", "units")


def numbers(row: PurchasesRow) -> tuple[int, ...]:
    return tuple(getattr(row, name) for name in NAMES)


def test_what_was_cancelled_and_what_was_closed_short() -> None:
    story = given(
        PlaceReplenishment(BADGER, LAMP, 12, WEST),
        SHORT,
        PostGoodsReceipt("PUR-00001", 1, 8, 1),
        CancelReplenishment("PUR-00001", reason_code="supplier_cannot_deliver"),
        PlaceReplenishment(BADGER, ARMCHAIR, 5, EAST),
        CancelReplenishment("PUR-00002", reason_code="bought_by_mistake"),
        PlaceReplenishment(BADGER, LAMP, 6, WEST),
    )
    found = purchases_called_off(story.world, Ask(by="reason"))
    assert {row.key: numbers(row) for row in found.rows} == {
        "bought_by_mistake": (3, 1, 0, 5), "supplier_cannot_deliver": (3, 0, 1, 4)
    }  # fmt: skip
    assert numbers(found.total) == (3, 1, 1, 9)
    by_product = purchases_called_off(story.world, Ask(by="product"))
    assert {row.key: numbers(row) for row in by_product.rows} == {
        LAMP: (2, 0, 1, 4), ARMCHAIR: (1, 1, 0, 5)
    }  # fmt: skip


def bought(opened: Any, entries: Any) -> Iterator[dict[str, Any]]:
    """Each purchase as its events tell it."""
    told: dict[str, dict[str, Any]] = {
        number: {
            "sku": it.sku, "warehouse": it.warehouse, "expected": it.expected,
            "quantity": it.quantity, "received": it.received, "why": "",
        }
        for number, it in opened.replenishments.items()
    }  # fmt: skip
    for entry in entries:
        event = entry.event
        match type(event).__name__:
            case "ReplenishmentPlaced":
                told[event.replenishment_number] = {
                    "sku": event.sku, "warehouse": event.warehouse, "expected": event.expected,
                    "quantity": event.quantity, "received": 0, "why": "",
                }  # fmt: skip
            case "ReplenishmentReceived":
                told[event.replenishment_number]["received"] += event.quantity
            case "GoodsReceiptPosted":
                told[event.replenishment_number]["received"] += event.quantity
                if event.expected:
                    told[event.replenishment_number]["expected"] = event.expected
            case "ReplenishmentCancelled":
                told[event.replenishment_number]["why"] = event.reason_code
    yield from told.values()


def asks(now: date) -> Iterator[Ask]:
    bys: tuple[By, ...] = ("reason", "product", "month", "week")
    for by in bys:
        yield Ask(by=by)
        yield Ask(by=by, since=now - timedelta(days=20), until=now)
        yield Ask(by=by, sku=LAMP)
        yield Ask(by=by, warehouse=EAST)
        yield Ask(by=by, customer_id=HERON)
        yield Ask(by=by, carrier_code=QUICK)
        yield Ask(by=by, currency="JPY")


def key(ask: Ask, it: dict[str, Any]) -> Any:
    day = it["expected"]
    return {
        "reason": it["why"],
        "product": it["sku"],
        "month": day.replace(day=1),
        "week": day - timedelta(days=day.weekday()),
    }[ask.by]


def test_the_report_equals_the_fold() -> None:
    met: Counter[str] = Counter()
    for seed in range(13, 400, 32):
        walk = walked(seed, 300)
        told = list(bought(opening(seed), walk.entries))
        last = max((it["expected"] for it in told), default=date(2026, 3, 1))
        for ask in asks(last):
            mine = [
                it
                for it in told
                if ask.sku in ("", it["sku"])
                and ask.warehouse in ("", it["warehouse"])
                and (not ask.since or ask.since <= it["expected"])
                and (not ask.until or it["expected"] <= ask.until)
                and not (ask.customer_id or ask.carrier_code or ask.currency)
            ]
            wanted: dict[Any, list[int]] = {}
            for it in mine:
                left = it["quantity"] - it["received"] if it["why"] else 0
                part = bool(it["why"]) and it["received"] > 0
                row = (1, int(bool(it["why"]) and not part), int(part), left)
                if ask.by == "reason":
                    if not it["why"]:
                        continue
                    row = (0, *row[1:])
                sums = wanted.setdefault(key(ask, it), [0] * 4)
                for place, number in enumerate(row):
                    sums[place] += number
                met[it["why"]] += 1
            if ask.by == "reason":
                for sums in wanted.values():
                    sums[0] = len(mine)
            found = purchases_called_off(walk.world, ask)
            rows = {row.key: list(numbers(row)) for row in found.rows}
            assert {k: v for k, v in rows.items() if any(v)} == wanted, (seed, ask)
    assert len(met) >= 5
