"""The Northwind files: customers, products, shippers and past orders, as checked facts.

What the engine has no place for is left out by intention: suppliers, employees, regions, fax
numbers, contact titles, packaging texts, units on order and reorder levels.
"""

from collections.abc import Callable, Iterator
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Final, TypeVar

import msgspec

from trainer.exchange.rows import Folder, HistoryError, Problem, Row
from trainer.orders.values import Address, Minor, exponent
from trainer.orders.world import Carrier, Customer, Product

T = TypeVar("T")

CURRENCY: Final = "USD"
DECIMALS: Final = exponent(CURRENCY)
TRANSIT_DAYS: Final = 3
"""The files tell when goods left and never when they arrived; so every shipper takes three days."""

COLUMNS: Final = {
    "categories.csv": ("CategoryID", "CategoryName"),
    "products.csv": (
        "ProductID", "ProductName", "CategoryID", "UnitPrice", "UnitsInStock", "Discontinued",
    ),
    "customers.csv": (
        "CustomerID", "CompanyName", "ContactName", "Address", "City", "PostalCode", "Country",
        "Phone",
    ),
    "shippers.csv": ("ShipperID", "CompanyName"),
    "orders.csv": (
        "OrderID", "CustomerID", "OrderDate", "RequiredDate", "ShippedDate", "ShipVia", "Freight",
        "ShipName", "ShipAddress", "ShipCity", "ShipPostalCode", "ShipCountry",
    ),
    "order_details.csv": ("OrderID", "ProductID", "UnitPrice", "Quantity", "Discount"),
}  # fmt: skip


class Line(msgspec.Struct, frozen=True):
    """A line of a historic order; `exact` is its value before the discount was rounded."""

    order_id: str
    sku: str
    quantity: int
    unit_price: Minor
    discount: Minor
    exact: Decimal

    @property
    def gross(self) -> Minor:
        """What the line costs in whole minor units."""
        return self.unit_price * self.quantity - self.discount


class HistoricOrder(msgspec.Struct, frozen=True):
    """An order as the history tells it, with the row it stands on."""

    row: Row
    order_id: str
    customer_id: str
    carrier_code: str
    ordered_on: date
    required_on: date
    shipped_on: date | None
    freight: Minor
    ship_to: Address
    lines: tuple[Line, ...] = ()


class Ware(msgspec.Struct, frozen=True):
    """A product with what the files know of its stock."""

    product: Product
    in_stock: int
    discontinued: bool


class History(msgspec.Struct, frozen=True):
    """Everything usable in the files, and what is to be said about the rest."""

    wares: dict[str, Ware]
    customers: dict[str, Customer]
    carriers: dict[str, Carrier]
    orders: tuple[HistoricOrder, ...]
    read: dict[str, int]
    used: dict[str, int]
    problems: list[Problem]

    @property
    def lines(self) -> Iterator[Line]:
        """Every line of every order."""
        return (line for order in self.orders for line in order.lines)


def read_files(path: Path) -> History:
    """Read the six files, each row checked. Raises HistoryError if nothing can be imported."""
    reader = _Reader(Folder(path))
    orders = reader.complete_orders()
    if not orders:
        raise HistoryError(
            "orders.csv",
            "; ".join(["no order that can be used", *map(str, reader.folder.problems[:3])]),
            "at least one order with a customer, a shipper and a line that are known",
        )
    return History(
        wares=reader.wares,
        customers=reader.customers,
        carriers={carrier.carrier_code: carrier for carrier in reader.shippers.values()},
        orders=tuple(sorted(orders.values(), key=lambda order: order.ordered_on)),
        read={file: reader.folder.read[file] for file in COLUMNS},
        used={
            "categories.csv": len(reader.categories),
            "products.csv": len(reader.wares),
            "customers.csv": len(reader.customers),
            "shippers.csv": len(reader.shippers),
            "orders.csv": len(orders),
            "order_details.csv": len(reader.lines),
        },
        problems=reader.folder.problems,
    )


class _Reader:
    """Reads the files in the order in which they name each other."""

    def __init__(self, folder: Folder) -> None:
        self.folder = folder
        self.categories = self._table("categories.csv", _id, lambda row: row.text("CategoryName"))
        self.wares = self._table("products.csv", _sku, self._ware)
        self.customers = self._table("customers.csv", _id, _customer)
        self.shippers = self._table("shippers.csv", _id, _carrier)
        self.orders = self._table("orders.csv", _id, self._order)
        self.lines = self._table("order_details.csv", _line_key, self._line)

    def complete_orders(self) -> dict[str, HistoricOrder]:
        """The orders with their lines; one without any is no order."""
        by_order: dict[str, list[Line]] = {}
        for line in self.lines.values():
            by_order.setdefault(line.order_id, []).append(line)
        for name, order in self.orders.items():
            if name not in by_order:
                why = order.row.unusable("OrderID", "has no line that can be used")
                self.folder.trouble(order.row, why)
        return {
            name: msgspec.structs.replace(order, lines=tuple(by_order[name]))
            for name, order in self.orders.items()
            if name in by_order
        }

    def _table(
        self, file: str, key: Callable[[Row], str], parse: Callable[[Row], T]
    ) -> dict[str, T]:
        return self.folder.table(file, COLUMNS[file], key, parse)

    def _ware(self, row: Row) -> Ware:
        product = Product(
            sku=_sku(row),
            name=row.text("ProductName"),
            unit_price=row.money("UnitPrice", DECIMALS),
            category=self.categories.get(row.cells["CategoryID"], ""),
        )
        ware = Ware(product, row.whole("UnitsInStock"), bool(row.whole("Discontinued")))
        if not product.category:
            why = row.unusable("CategoryID", "is unknown; imported without a category")
            self.folder.trouble(row, why)
        return ware

    def _order(self, row: Row) -> HistoricOrder:
        customer = _known(self.customers, row, "CustomerID", "customer")
        carrier = _known(self.shippers, row, "ShipVia", "shipper")
        ordered_on = row.day("OrderDate")
        return HistoricOrder(
            row=row,
            order_id=row.text("OrderID"),
            customer_id=customer.customer_id,
            carrier_code=carrier.carrier_code,
            ordered_on=ordered_on,
            required_on=_not_before(ordered_on, row, "RequiredDate"),
            shipped_on=(
                _not_before(ordered_on, row, "ShippedDate") if row.cells["ShippedDate"] else None
            ),
            freight=row.money("Freight", DECIMALS),
            ship_to=_deliverable(
                row,
                Address(
                    recipient=row.cells["ShipName"],
                    street=row.cells["ShipAddress"],
                    city=row.cells["ShipCity"],
                    postal_code=row.cells["ShipPostalCode"],
                    country=row.cells["ShipCountry"],
                    # the order knows no telephone, and no carrier delivers without one
                    phone=customer.phone,
                ),
            ),
        )

    def _line(self, row: Row) -> Line:
        order = _known(self.orders, row, "OrderID", "order")
        if _sku(row) not in self.wares:
            raise row.unusable("ProductID", "is no product that can be used")
        quantity = row.whole("Quantity", least=1)
        price, discount = row.money("UnitPrice", DECIMALS), row.share("Discount")
        taken_off = (price * quantity * discount).quantize(Decimal(1), ROUND_HALF_UP)
        return Line(
            order_id=order.order_id,
            sku=_sku(row),
            quantity=quantity,
            unit_price=price,
            discount=int(taken_off),
            exact=row.number("UnitPrice") * quantity * (1 - discount),
        )


def _id(row: Row) -> str:
    return row.text(COLUMNS[row.file][0])


def _sku(row: Row) -> str:
    # with zeros in front the lists sort as people count
    return f"NW-{row.text('ProductID'):0>3}"


def _line_key(row: Row) -> str:
    # a product stands once on an order; the engine refuses a second line of it
    return f"{row.text('OrderID')} / {_sku(row)}"


def _known(table: dict[str, T], row: Row, column: str, what: str) -> T:
    found = table.get(row.text(column))
    if found is None:
        raise row.unusable(column, f"is no {what} that can be used")
    return found


def _not_before(ordered_on: date, row: Row, column: str) -> date:
    day = row.day(column)
    if day < ordered_on:
        raise row.unusable(column, f"is before the order date {ordered_on}")
    return day


def _deliverable(row: Row, address: Address) -> Address:
    missing = address.missing()
    if missing:
        column = COLUMNS[row.file][0]
        raise row.unusable(column, f"has an address without {', '.join(missing)}")
    return address


def _customer(row: Row) -> Customer:
    address = Address(
        recipient=row.text("CompanyName"),
        street=row.cells["Address"],
        city=row.cells["City"],
        postal_code=row.cells["PostalCode"],
        country=row.cells["Country"],
        phone=row.cells["Phone"],
    )
    return Customer(
        customer_id=_id(row),
        company=row.text("CompanyName"),
        contact=row.cells["ContactName"],
        phone=row.cells["Phone"],
        address=_deliverable(row, address),
        payment_terms="on_account",
    )


def _carrier(row: Row) -> Carrier:
    name = row.text("CompanyName")
    initials = "".join(word[0] for word in name.split() if word[0].isalpha()).upper()
    return Carrier(
        carrier_code=f"{initials}-{_id(row)}", name=name, mode="road", transit_days=TRANSIT_DAYS
    )
