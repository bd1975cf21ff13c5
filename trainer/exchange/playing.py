"""A history played through the engine: every order along its own dates, in one schedule."""

import heapq
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from itertools import count
from statistics import median_low
from typing import Final

import msgspec
from immutables import Map

from trainer.exchange.northwind import CURRENCY, DECIMALS, HistoricOrder, History
from trainer.exchange.rows import Problem
from trainer.orders.engine import Command, Envelope, Recorded, handle
from trainer.orders.intake import (
    AddLine,
    ChangeHeader,
    CheckOrder,
    ConfirmOrder,
    CreateDraft,
    SubmitOrder,
    default_promise,
)
from trainer.orders.payment import ReceiveTransfer, RecordPayment
from trainer.orders.refusals import Refusal
from trainer.orders.settlement import ArchiveOrder, CompleteOrder, IssueInvoice, SettleBatch
from trainer.orders.shipping import (
    LabelPackage,
    PackageDelivered,
    PackPackage,
    PickPackage,
    ShipPackage,
    to_pick,
    weight_of,
)
from trainer.orders.stock import Allocate, ReceiveStock, suggested_rows
from trainer.orders.values import DAY, Minor, Moment, moment_of
from trainer.orders.world import Carrier, Company, Customer, Warehouse, World
from trainer.simulation import carriers

Deed = Callable[[], None]

COMPANY: Final = Company(name="Northwind Traders", locale="en_US", currency=CURRENCY)
WAREHOUSE: Final = Warehouse(warehouse="MAIN", name="Main warehouse")
THOUSAND: Final = 1_000 * 10**DECIMALS
LEAST_CREDIT: Final = 5 * THOUSAND
ARCHIVED_AFTER: Final = 90 * DAY
"""How long a closed batch stays on the desk before its orders go into the archive."""

# the working day: deliveries from suppliers come first, so that the promises can be kept
SUPPLIED_AT: Final = 6
OPENS_AT: Final = 9
SHIPPED_AT: Final = 14
CLOSED_AT: Final = 18


def play(history: History) -> tuple[World, list[Problem]]:
    """The opening world on the morning after the last date, and what the engine refused."""
    playing = _Playing(history)
    opening = moment_of(_last_day(history) + timedelta(days=1), OPENS_AT)
    playing.run(until=opening)
    products = {
        sku: msgspec.structs.replace(ware.product, sellable=not ware.discontinued)
        for sku, ware in history.wares.items()
    }
    # a sandbox numbers its own events from 1
    world = msgspec.structs.replace(playing.world, products=Map(products), now=opening, number=0)
    return world, playing.problems


class _Refused(Exception):
    """The engine would not do what the history says was done."""

    def __init__(self, command: Command, refusal: Refusal) -> None:
        sentence = refusal.says.format(**msgspec.structs.asdict(refusal))
        super().__init__(f"refused at {type(command).__name__}, {refusal.code}: {sentence}")


class _Playing:
    """A world, and what is still to happen in it."""

    def __init__(self, history: History) -> None:
        self.world = World(
            company=COMPANY,
            products=Map({sku: ware.product for sku, ware in history.wares.items()}),
            customers=_with_credit(history),
            carriers=_priced(history),
            warehouses=Map({WAREHOUSE.warehouse: WAREHOUSE}),
        )
        self.problems: list[Problem] = []
        self._due: list[tuple[Moment, int, HistoricOrder | None, Deed]] = []
        self._places = count()
        for day, wanted in _purchases(history).items():
            self._at(moment_of(day, SUPPLIED_AT), None, partial(self._supply, wanted))
            self._at(moment_of(day, CLOSED_AT), None, self._close_month)
        for order in history.orders:
            self._at(moment_of(order.ordered_on, OPENS_AT), order, partial(self._take, order))

    def run(self, until: Moment) -> None:
        """Do what is due until then, in the order of the clock; what is due later stays undone."""
        while self._due and self._due[0][0] <= until:
            at, _, order, deed = heapq.heappop(self._due)
            self.world = msgspec.structs.replace(self.world, now=at)
            try:
                deed()
            except _Refused as refused:
                if order is None:
                    raise
                # the order stays as far as it came; nothing later is planned for it
                row, found = order.row, f"OrderID “{order.order_id}”"
                self.problems.append(Problem(row.file, row.line, found, str(refused)))

    def _at(self, moment: Moment, order: HistoricOrder | None, deed: Deed) -> None:
        # the place keeps deeds of one moment in the order in which they were planned
        heapq.heappush(self._due, (moment, next(self._places), order, deed))

    def _supply(self, wanted: Counter[str]) -> None:
        for sku, quantity in wanted.items():
            self._do(ReceiveStock(sku=sku, warehouse=WAREHOUSE.warehouse, quantity=quantity))

    def _take(self, told: HistoricOrder) -> None:
        created = self._do(
            CreateDraft(
                customer_id=told.customer_id,
                customer_po_number=told.order_id,
                requested_delivery_date=told.required_on,
                carrier_code=told.carrier_code,
            )
        )
        number = created[0].event.order_number
        self._do(
            ChangeHeader(
                order_number=number,
                customer_po_number=told.order_id,
                requested_delivery_date=told.required_on,
                carrier_code=told.carrier_code,
                ship_to=told.ship_to,
            )
        )
        for line in told.lines:
            self._do(
                AddLine(
                    order_number=number,
                    sku=line.sku,
                    quantity=line.quantity,
                    unit_price=line.unit_price,
                    discount=line.discount,
                )
            )
        self._do(SubmitOrder(order_number=number, shipping_gross=told.freight))
        self._do(CheckOrder(order_number=number))
        promised = default_promise(self.world, self.world.orders[number])
        self._do(ConfirmOrder(order_number=number, promised_delivery_date=promised))
        if told.shipped_on:
            shipped_at = moment_of(told.shipped_on, SHIPPED_AT)
            self._at(shipped_at, told, partial(self._ship, told, number))

    def _ship(self, told: HistoricOrder, number: str) -> None:
        rows = suggested_rows(self.world, self.world.orders[number])
        self._do(Allocate(order_number=number, rows=rows))
        place = WAREHOUSE.warehouse
        picked = to_pick(self.world.orders[number], place)
        self._do(PickPackage(order_number=number, warehouse=place, rows=picked))
        order = self.world.orders[number]
        weight = weight_of(self.world, order, order.packages[0])
        self._do(PackPackage(order_number=number, package_number=1, weight=weight))
        self._do(
            LabelPackage(order_number=number, package_number=1, carrier_code=told.carrier_code)
        )
        (shipped,) = self._do(ShipPackage(order_number=number, package_number=1))
        self._do(IssueInvoice(order_number=number))
        for scan in carriers.react(shipped, self.world, seed=0):
            self._at(scan.at, told, partial(self._scan, told, number, scan))

    def _scan(self, told: HistoricOrder, number: str, scan: Envelope) -> None:
        (seen,) = self._handle(scan)
        if isinstance(seen.event, PackageDelivered):
            paid_at = self.world.now + self.world.policies.account_days * DAY
            self._at(paid_at, told, partial(self._collect, number))

    def _collect(self, number: str) -> None:
        order = self.world.orders[number]
        due = order.balance_due
        if due:
            remark = f"{number} / {order.customer_po_number}"
            transfer = ReceiveTransfer(customer_id=order.customer_id, amount=due, remark=remark)
            reference = self._do(transfer)[0].event.reference
            self._do(RecordPayment(order_number=number, reference=reference, amount=due))
        self._do(CompleteOrder(order_number=number))

    def _close_month(self) -> None:
        done = sorted(self.world.newest("completed"), key=lambda order: order.sequence)
        if done:
            received = sum(paper.claim for order in done for paper in order.documents)
            numbers = tuple(order.order_number for order in done)
            self._do(SettleBatch(order_numbers=numbers, received=received))
        for order in tuple(self.world.newest("settled")):
            if self.world.batches[order.batch_number].closed_at <= self.world.now - ARCHIVED_AFTER:
                years = self.world.policies.retention_years
                self._do(ArchiveOrder(order_number=order.order_number, retention_years=years))

    def _do(self, command: Command) -> list[Recorded]:
        number = self.world.number + 1
        return self._handle(
            Envelope(f"import-{number}", "import", "system", self.world.now, command)
        )

    def _handle(self, envelope: Envelope) -> list[Recorded]:
        answer = handle(self.world, envelope)
        if isinstance(answer, Refusal):
            raise _Refused(envelope.command, answer)
        self.world, recorded = answer
        return recorded


def _with_credit(history: History) -> Map[str, Customer]:
    """A limit that nothing in the history broke: all a customer ever bought, in full thousands."""
    bought: Counter[str] = Counter()
    for order in history.orders:
        bought[order.customer_id] += order.freight + sum(line.gross for line in order.lines)
    return Map(
        (name, msgspec.structs.replace(customer, credit_limit=max(LEAST_CREDIT, limit)))
        for name, customer in history.customers.items()
        for limit in [-(-bought[name] // THOUSAND) * THOUSAND]
    )


def _priced(history: History) -> Map[str, Carrier]:
    """New orders pay the median freight of their shipper's history; the old ones keep their own."""
    freights: dict[str, list[Minor]] = {code: [] for code in history.carriers}
    for order in history.orders:
        freights[order.carrier_code].append(order.freight)
    return Map(
        (code, msgspec.structs.replace(carrier, price=median_low(freights[code] or [0])))
        for code, carrier in history.carriers.items()
    )


def _purchases(history: History) -> dict[date, Counter[str]]:
    """What comes in on the first of every month: all that its orders take.

    The first delivery brings today's UnitsInStock on top. So every promise can be kept, and in the
    end there is what the open orders wait for, and UnitsInStock beside it.
    """
    first, last = history.orders[0].ordered_on.replace(day=1), _last_day(history)
    wanted: dict[date, Counter[str]] = {}
    while first <= last:
        wanted[first] = Counter()
        first = (first + timedelta(days=31)).replace(day=1)
    for order in history.orders:
        for line in order.lines:
            wanted[order.ordered_on.replace(day=1)][line.sku] += line.quantity
    for ware in history.wares.values():
        if ware.in_stock:
            next(iter(wanted.values()))[ware.product.sku] += ware.in_stock
    return wanted


def _last_day(history: History) -> date:
    return max(max(order.ordered_on, order.shipped_on or date.min) for order in history.orders)
