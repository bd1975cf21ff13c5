"""A small company with two warehouses, and its orders at every stage of their life.

Each `order_…` tells the whole way to its stage, so a test names the last thing that happened and
the one thing that matters to it.
"""

from datetime import date
from functools import partial
from typing import Any, Final

import msgspec
from immutables import Map

from trainer.orders.acquirer import fees_to_settle
from trainer.orders.engine import Command
from trainer.orders.intake import (
    AddLine,
    CheckOrder,
    ConfirmOrder,
    CreateDraft,
    GrantDiscount,
    SubmitOrder,
    default_promise,
)
from trainer.orders.payment import ReceiveTransfer, RecordPayment
from trainer.orders.settlement import (
    ArchiveOrder,
    CompleteOrder,
    IssueInvoice,
    SettleBatch,
    unsettled,
)
from trainer.orders.shipping import (
    LabelPackage,
    PackPackage,
    PickPackage,
    ScanPackage,
    ShipPackage,
    to_pick,
    weight_of,
)
from trainer.orders.stock import Allocate, suggested_rows
from trainer.orders.values import Address, moment_of
from trainer.orders.world import (
    Carrier,
    Company,
    Customer,
    Material,
    Message,
    Order,
    Policies,
    Price,
    Product,
    Request,
    RequestLine,
    StockLevel,
    Supplier,
    Warehouse,
    World,
)
from trainer.play.run import Opening
from trainer.training.checks import Cast, CastMember
from trainer.training.scenario import Scenario, Variant

Steps = tuple[Any, ...]

TODAY: Final = date(2026, 3, 2)
NOW: Final = moment_of(TODAY, hour=9)
ASKED: Final = date(2026, 3, 12)

ARMCHAIR: Final = "CRUNCHY-ARMCHAIR"
LAMP: Final = "SQUEAKY-LAMP"
DESK: Final = "WOBBLY-DESK"
STOOL: Final = "RETIRED-STOOL"

EAST: Final = "EAST"
WEST: Final = "WEST"

OTTER: Final = "C-OTTER"
"""Otter & Sons pay before anything leaves."""
HERON: Final = "C-HERON"
"""Heron Hotels buy on account, up to 1,000.00."""

KOI: Final = "C-KOI"
"""Koi Gardens of Kyoto pay before anything leaves, in yen, which have no cents."""
DUNE: Final = "C-DUNE"
"""Dune Lodges of Kuwait buy on account, up to 1,000.000 dinars of a thousand fils each."""

ON_ACCOUNT: Final = (HERON, DUNE)

TWIN: Final = "C-TWIN"
"""Heron Hotels once more, by mistake; up to 600.00 under this name, and all of it at once."""

LYNX: Final = "C-LYNX"
"""Lynx Lighting pay by card, before anything leaves; only some worlds have them."""

QUICK: Final = "QX"
"""A courier: two days, 12.00 a parcel, nothing above 30 kg."""
SLOW: Final = "SB"
"""A ship: twenty days, and it takes anything."""

BADGER: Final = "V-BADGER"
"""Sells armchairs and lamps, in five days to the day."""
MAGPIE: Final = "V-MAGPIE"
"""Sells anything in three days, half of the time; else two days early or late."""

FIRST: Final = "SO-10001"
SECOND: Final = "SO-10002"
MESSAGE: Final = "M-RUSH"

HOME: Final = Address("Olive Otter", "1 River Road", "Portsmouth", "03801", "US", "603-555-0101")
HOTEL: Final = Address("Hugo Heron", "9 Lake Lane", "Burlington", "05401", "US", "802-555-0199")

_PRODUCTS: Final = (
    Product(ARMCHAIR, "Crunchy armchair", 19_999, weight=12_000, daily_capacity=5),
    Product(LAMP, "Squeaky lamp", 1_995, pack_size=6, weight=800, tax_rate=1900),
    Product(
        DESK, "Wobbly desk", 25_050, weight=28_000, lead_time=14, daily_capacity=1,
        materials=(Material(LAMP, 2),),  # one on each side
    ),
    Product(STOOL, "Retired stool", 4_000, sellable=False),
)  # fmt: skip
_CUSTOMERS: Final = (
    Customer(OTTER, "Otter & Sons", "Olive Otter", "olive@otter.example", address=HOME),
    Customer(
        HERON, "Heron Hotels", "Hugo Heron", phone="802-555-0199", address=HOTEL,
        payment_terms="on_account", credit_limit=100_000,
    ),
    Customer(
        TWIN, "Heron Hotels Burlington", "Hugo Heron", "hugo@heron.example", "(802) 555-0199",
        address=HOTEL, payment_terms="on_account", credit_limit=60_000, one_delivery=True,
    ),
)  # fmt: skip
_CARRIERS: Final = (
    Carrier(
        QUICK,
        "Quicksilver",
        "courier",
        2,
        price=1_200,
        max_weight=30_000,
        collects=True,
        collection_fee=15,
    ),
    Carrier(SLOW, "Slow Boat", "sea", 20, price=400),
)
_SUPPLIERS: Final = (
    Supplier(BADGER, "Badger Timber", skus=(ARMCHAIR, LAMP)),
    Supplier(MAGPIE, "Magpie Trading", lead_time=3, reliability=50, spread_days=2),
)
_SHELVES: Final = {
    (ARMCHAIR, EAST): 10, (ARMCHAIR, WEST): 4, (LAMP, EAST): 60, (DESK, EAST): 3, (DESK, WEST): 3,
}  # fmt: skip


POLICIES: Final = Policies(four_eyes=("fraud", "address"), check_holds=("address", "fraud"))
"""Whom and where an order goes to is looked at twice."""


def company() -> World:
    """Monday morning, shelves filled, no order yet."""
    return World(
        company=Company("Crunchy Furniture", policies=POLICIES),
        now=NOW,
        products=Map((product.sku, product) for product in _PRODUCTS),
        customers=Map((customer.customer_id, customer) for customer in _CUSTOMERS),
        carriers=Map((carrier.carrier_code, carrier) for carrier in _CARRIERS),
        suppliers=Map((supplier.supplier_id, supplier) for supplier in _SUPPLIERS),
        warehouses=Map((code, Warehouse(code, code.title())) for code in (EAST, WEST)),
        stock=Map(
            ((sku, warehouse), StockLevel(sku, warehouse, on_hand=quantity, received=quantity))
            for (sku, warehouse), quantity in _SHELVES.items()
        ),
    )


TEMPLE: Final = Address("Kaori Koi", "3 Moss Lane", "Kyoto", "600-0001", "JP", "075-555-0142")
OASIS: Final = Address("Dana Dune", "8 Palm Street", "Kuwait City", "13001", "KW", "2555-0177")
_ABROAD: Final = (
    Customer(
        KOI, "Koi Gardens", "Kaori Koi", "kaori@koi.example", "075-555-0142", TEMPLE, currency="JPY"
    ),
    Customer(
        DUNE, "Dune Lodges", "Dana Dune", "dana@dune.example", "2555-0177", OASIS,
        payment_terms="on_account", credit_limit=1_000_000, currency="KWD",
    ),
)  # fmt: skip
_PRICES: Final = {
    ARMCHAIR: (Price("JPY", 29_801), Price("KWD", 61_505)),
    LAMP: (Price("JPY", 2_973, until=date(2026, 4, 30)), Price("KWD", 6_135)),
    DESK: (Price("JPY", 37_330),),  # nobody has asked for one in Kuwait
    QUICK: (Price("JPY", 1_790), Price("KWD", 3_695)),
    SLOW: (Price("JPY", 600), Price("KWD", 1_230)),
}


def abroad(world: World | None = None) -> World:
    """The same company with a customer in Kyoto and one in Kuwait, and prices for both."""
    world = world or company()
    replace = msgspec.structs.replace

    def priced(things: Map[str, Any]) -> Map[str, Any]:
        return Map(
            (code, replace(thing, prices=_PRICES.get(code, ()))) for code, thing in things.items()
        )

    return replace(
        world,
        products=priced(world.products),
        carriers=priced(world.carriers),
        customers=world.customers.update({who.customer_id: who for who in _ABROAD}),
    )


# --- orders at every stage ----------------------------------------------------------------------


def order_drafted(
    order: str = FIRST,
    *,
    customer: str = OTTER,
    lines: dict[str, int] | None = None,
    discount: int = 0,
    carrier: str = QUICK,
    message_id: str = "",
) -> Steps:
    """A draft of two armchairs, unless somebody wants something else."""
    return (
        CreateDraft(customer, f"PO-{order}", ASKED, carrier, message_id),
        *(AddLine(order, sku, quantity) for sku, quantity in (lines or {ARMCHAIR: 2}).items()),
        *((GrantDiscount(order, discount),) if discount else ()),
    )


def order_submitted(order: str = FIRST, **draft: Any) -> Steps:
    """Handed over for checking."""
    return (*order_drafted(order, **draft), SubmitOrder(order))


def order_checked(order: str = FIRST, **draft: Any) -> Steps:
    """Looked at."""
    return (*order_submitted(order, **draft), CheckOrder(order))


def order_confirmed(order: str = FIRST, **draft: Any) -> Steps:
    """Promised for the day a careful clerk would promise."""
    return (*order_checked(order, **draft), partial(promise, order))


def order_paid(order: str = FIRST, **draft: Any) -> Steps:
    """Whatever is due has come in and is booked."""
    return (*order_confirmed(order, **draft), partial(transfer, order), partial(booking, order))


def order_allocated(order: str = FIRST, **draft: Any) -> Steps:
    """Every unit set aside; paid if payment comes first."""
    until = order_confirmed if draft.get("customer") in ON_ACCOUNT else order_paid
    return (*until(order, **draft), partial(allocation, order))


def order_picked(order: str = FIRST, **draft: Any) -> Steps:
    """One parcel per warehouse."""
    return (*order_allocated(order, **draft), partial(picking, order))


def order_packed(order: str = FIRST, **draft: Any) -> Steps:
    """Weighed and closed."""
    return (*order_picked(order, **draft), partial(packing, order))


def order_labelled(order: str = FIRST, **draft: Any) -> Steps:
    """Every parcel has a tracking number."""
    return (*order_packed(order, **draft), partial(labelling, order))


def order_shipped(order: str = FIRST, **draft: Any) -> Steps:
    """Every parcel is out of our hands."""
    return (*order_labelled(order, **draft), partial(leaving, order))


def order_delivered(order: str = FIRST, **draft: Any) -> Steps:
    """Every parcel is signed for."""
    return (*order_shipped(order, **draft), partial(arriving, order))


def order_invoiced(order: str = FIRST, **draft: Any) -> Steps:
    """Delivered and invoiced; what was bought on account is paid now."""
    later = (partial(transfer, order), partial(booking, order))
    money = later if draft.get("customer") in ON_ACCOUNT else ()
    return (*order_delivered(order, **draft), IssueInvoice(order), *money)


def order_completed(order: str = FIRST, **draft: Any) -> Steps:
    """Nothing is left to do for the customer."""
    return (*order_invoiced(order, **draft), CompleteOrder(order))


def order_settled(order: str = FIRST, **draft: Any) -> Steps:
    """In a batch of its own."""
    return (*order_completed(order, **draft), partial(settling, order))


def order_archived(order: str = FIRST, **draft: Any) -> Steps:
    """Put away."""
    return (*order_settled(order, **draft), ArchiveOrder(order, 10))


# --- what is read off the world when its turn comes ---------------------------------------------


def promise(order: str, world: World) -> Command:
    """The careful clerk's date."""
    return ConfirmOrder(order, default_promise(world, world.orders[order]))


def transfer(order: str, world: World) -> Command:
    """What is due arrives at the bank."""
    due = world.orders[order]
    return ReceiveTransfer(due.customer_id, due.balance_due, order, due.currency)


def booking(order: str, world: World) -> Command:
    """The newest transfer, booked."""
    reference = max(world.transfers)
    return RecordPayment(order, reference, world.transfers[reference].unmatched)


def allocation(order: str, world: World) -> Command:
    """Every open unit that is there."""
    return Allocate(order, suggested_rows(world, world.orders[order]))


def picking(order: str, world: World) -> Steps:
    """A parcel in each warehouse that has something set aside."""
    return tuple(
        PickPackage(order, warehouse, rows)
        for warehouse in sorted(world.warehouses)
        if (rows := to_pick(world.orders[order], warehouse))
    )


def packing(order: str, world: World) -> Steps:
    """What is picked, at its weight."""
    found = world.orders[order]
    return tuple(
        PackPackage(order, parcel.package_number, weight_of(world, found, parcel))
        for parcel in found.packages
        if parcel.stage == "picked"
    )


def labelling(order: str, world: World) -> Steps:
    """What is packed, with the carrier the customer chose, or by sea if it is too heavy."""
    found = world.orders[order]
    limit = world.carriers[found.carrier_code].max_weight
    return tuple(
        LabelPackage(
            order, parcel.package_number, found.carrier_code if parcel.weight <= limit else SLOW
        )
        for parcel in found.packages
        if parcel.stage == "packed"
    )


def leaving(order: str, world: World) -> Steps:
    """What is labelled."""
    return tuple(
        ShipPackage(order, parcel.package_number)
        for parcel in world.orders[order].packages
        if parcel.stage == "labelled"
    )


def arriving(order: str, world: World) -> Steps:
    """What is on its way."""
    return tuple(
        ScanPackage(order, parcel.package_number, "delivered")
        for parcel in world.orders[order].packages
        if parcel.stage == "shipped"
    )


def settling(order: str, world: World) -> Command:
    """The order alone, at what its papers say."""
    found = world.orders[order]
    fee = fees_to_settle(world, found)
    return SettleBatch((order,), sum(it.claim for it in unsettled(world, found)) - fee, fee)


def papers(order: Order) -> int:
    """What the order's invoices add up to, less its credit notes."""
    return sum(document.claim for document in order.documents)


# --- an exercise --------------------------------------------------------------------------------


def words(text: str) -> dict[str, str]:
    """The same words in each language."""
    return {"en": text, "zh_Hans": text, "zh_Hant": text}


def goal(name: str, points: int, **check: dict[str, Any]) -> dict[str, Any]:
    """A goal with one check: `goal("signed", 50, order_is={…})`."""
    return {"id": name, "says": words(name), "why": words(name), "check": check, "points": points}


def step(name: str, *goals: dict[str, Any], hints: tuple[int, ...] = ()) -> dict[str, Any]:
    """A step with these goals, and a hint at each of these prices."""
    return {
        "id": name,
        "title": words(name),
        "say": words(name),
        "anchor": "order",
        "goals": goals,
        "hints": [{"says": words(f"hint {place}"), "price": p} for place, p in enumerate(hints)],
        "solution": [{"check_order": {}}],
    }


def exercise(*steps: dict[str, Any], standing: tuple[dict[str, Any], ...] = ()) -> Scenario:
    """A scenario about Olive Otter's rush order."""
    return Scenario.model_validate(
        {
            "format": 1,
            "id": "rush",
            "title": words("Rush"),
            "chapter": "1.3",
            "brief": words("One order"),
            "debrief": words("Done"),
            "cast": {"rush": {"subject": words("Order"), "body": words("{lines}")}},
            "steps": steps,
            "standing": standing,
        }
    )


WANTED: Final = Request(OTTER, f"PO-{FIRST}", (RequestLine(ARMCHAIR, 2),), ASKED, QUICK, HOME)
CAST: Final[Cast] = {"rush": CastMember(MESSAGE, WANTED)}


def opening(scenario: Scenario) -> Opening:
    """The small company, with the rush order in its inbox."""
    message = Message(MESSAGE, "email", "Olive Otter", "Order", "Two!", NOW, OTTER, request=WANTED)
    return Opening(
        scenario=scenario,
        variant=Variant(locale="en_US", seed=7),
        world=msgspec.structs.replace(company(), messages=Map({MESSAGE: message})),
        cast=CAST,
    )
