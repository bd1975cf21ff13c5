"""Where goods come from, on the screen: the forms of the inventory and of the production page."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from secrets import token_urlsafe
from typing import Any, Final, NamedTuple

from flask import render_template
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from trainer.orders.currencies import currency_of, in_use
from trainer.orders.refusals import Refusal, snake_case
from trainer.orders.search import folded
from trainer.orders.stock import booked, made_on, set_aside
from trainer.orders.values import day_of
from trainer.orders.world import (
    ProductionOrder,
    PurchaseReason,
    ReplenishmentOrder,
    ReworkOutcome,
    StockLevel,
    StockReason,
    SupplierDelivery,
    SurplusReason,
    World,
)
from trainer.play.preview import Effects
from trainer.web import screens
from trainer.web.actions import NOTE, TITLES, Field, Form, Row, any_product, in_packs, one_of
from trainer.web.forms import written
from trainer.web.rules import rules
from trainer.web.screens import Screen
from trainer.web.words import warehouse_name

PAGES: Final[dict[str, str]] = {
    "cycle_count": "inventory",
    "adjust_stock": "inventory",
    "transfer_stock": "inventory",
    "place_replenishment": "inventory",
    "set_list_price": "inventory",
    "finish_rework": "inventory",
    "clear_b_grade": "inventory",
    "cancel_replenishment": "inventory",
    "post_goods_receipt": "inventory",
    "create_production": "production",
    "release_production": "production",
    "start_production": "production",
    "finish_production": "production",
    "cancel_production": "production",
}
"""The page on which a command of supply is given, and to which its answer leads back."""

Typed = Mapping[str, str]
_ROW_HEADS: Final = (_l("Order"), _l("Line"), _l("Allocated"), _l("Quantity"))


def page_of(name: str, typed: Typed) -> str:
    """The page of a command, none if it is about an order: a line can ask for its own making."""
    return "" if typed.get("order_number") else PAGES.get(name, "")


_NOTHING: Final[Typed] = {}


class Told(NamedTuple):
    """A command that was sent and stays on the page: as it was typed, what is wrong, what if."""

    command: str = ""
    typed: Typed = _NOTHING
    errors: Typed = _NOTHING
    preview: Effects | Refusal | None = None

    def about(self, form: Form) -> bool:
        """Whether it was sent by this form."""
        mine = self.command == form.command and not self.typed.get("order_number")
        return mine and all(self.typed.get(name) == value for name, value in form.hidden)


def refused(seen: Screen) -> Told:
    """What was refused, with its values."""
    found = screens.notice(seen)["refused"]
    if not found:
        return Told()
    name = snake_case(type(found.command).__name__)
    return Told(name, written(found.command, currency_of(seen.world, found.command)))


def inventory_forms(seen: Screen, told: Told) -> list[Form]:
    """Counting, correcting, moving, selling off and buying."""
    if not seen.acting:
        return []
    world = seen.world
    sku, warehouse = any_product(world), _warehouse(world, "warehouse", _l("Warehouse"))
    quantity, reason = Field("quantity", _l("Quantity"), "number"), Field("reason", _l("Reason"))
    why = (one_of("reason_code", _l("Reason"), StockReason), NOTE)
    lot = lot_field(world)
    wanted: dict[str, tuple[Field, ...]] = {
        "cycle_count": (sku, warehouse, *lot, Field("counted", _l("Counted"), "number"), *why),
        "adjust_stock": (
            sku,
            warehouse,
            *lot,
            Field("difference", _l("Difference"), "number",
                  help=_l("Less than the book says: -2; more: 2.")),
            *why,
        ),
        "transfer_stock": (
            sku,
            warehouse._replace(label=_l("From warehouse")),
            _warehouse(world, "to_warehouse", _l("To warehouse")),
            quantity,
        ),
    }  # fmt: skip
    wanted |= _not_as_new(world, warehouse, quantity, reason)
    if world.suppliers:
        whole = quantity._replace(help=_l("In pieces; whole packs only."))
        packs = tuple((code, in_packs(world.products[code])) for code in sorted(world.products))
        bought = sku._replace(choices=(sku.choices[0], *packs))
        wanted["place_replenishment"] = (_supplier(world), bought, whole, warehouse)
    _, *others = in_use(world)
    if others:
        wanted["set_list_price"] = (
            sku,
            Field("currency", _l("Currency"), "choice",
                  choices=(("", _l("choose …")), *((code, code) for code in others))),
            Field("amount", _l("Price of a piece, tax included"), "money"),
            Field("since", _l("Valid from"), "date"),
            Field("until", _l("Valid until"), "date"),
        )  # fmt: skip
    return list(_made(seen, wanted, told))


def _not_as_new(
    world: World, warehouse: Field, quantity: Field, reason: Field
) -> dict[str, tuple[Field, ...]]:
    """What is to be done with goods that came back and are not as new, while there are any."""
    wanted: dict[str, tuple[Field, ...]] = {}
    if benched := _standing(world, lambda level: level.in_rework):
        outcome = one_of("outcome", _l("What has become of it"), ReworkOutcome)
        wanted["finish_rework"] = (benched, warehouse, quantity, outcome)
    if used := _standing(world, lambda level: level.b_grade):
        less = _l("Less than the list price; 0 for what is given away.")
        price = Field("price", _l("Price of a piece, tax included"), "money", help=less)
        wanted["clear_b_grade"] = (used, warehouse, quantity, price, reason)
    return wanted


def _standing(world: World, count: Callable[[StockLevel], int]) -> Field | None:
    """The products of which some stand there, with how many in which warehouse."""
    there: dict[str, list[str]] = defaultdict(list)
    for (sku, code), level in sorted(world.stock.items()):
        if units := count(level):
            there[sku].append(f"{warehouse_name(code, world)}: {units}")
    if not there:
        return None
    names = ((sku, f"{sku} · {', '.join(places)}") for sku, places in there.items())
    return Field("sku", _l("Product"), "choice", choices=(("", _l("choose …")), *names))


def production_forms(seen: Screen, told: Told) -> list[Form]:
    """Planning for the shelf."""
    if not seen.acting:
        return []
    fields = (
        any_product(seen.world),
        Field("quantity", _l("Quantity"), "number"),
        _warehouse(seen.world, "warehouse", _l("Warehouse")),
        Field("due", _l("Ready on"), "date", help=_l("Not before the day the capacity allows.")),
    )
    return list(_made(seen, {"create_production": fields}, told))


def _made(seen: Screen, wanted: Mapping[str, tuple[Field, ...]], told: Told) -> Iterator[Form]:
    for name, fields in wanted.items():
        form = _tried(_form(name, fields), told)
        if form.tried and name in ("cycle_count", "adjust_stock"):
            rows = _rows(seen.world, told.typed)
            form = form._replace(heads=_ROW_HEADS if rows else (), rows=rows)
        yield form


def _form(name: str, fields: tuple[Field, ...], *hidden: tuple[str, str]) -> Form:
    return Form(
        command=name,
        command_id=token_urlsafe(12),
        title=TITLES[name][0],
        verb=TITLES[name][1],
        version=0,
        fields=fields,
        hidden=hidden,
    )


def _tried(form: Form, told: Told) -> Form:
    """The form with what was typed in it, if it was this one."""
    if not told.about(form):
        return form
    fields = (
        f._replace(value=told.typed.get(f.name, ""), error=told.errors.get(f.name, ""))
        for f in form.fields
    )
    return form._replace(
        fields=tuple(fields), errors=len(told.errors), preview=told.preview, tried=True
    )


def _rows(world: World, typed: Typed) -> tuple[Row, ...]:
    """Whose units lie on the shelf that was counted: theirs may be the ones that are missing."""
    rows = []
    shelf = (typed.get(name, "") for name in ("sku", "warehouse", "lot_number"))
    there = set_aside(world, *shelf)
    for place, (order, line, quantity) in enumerate(there):
        rows.append(
            Row(
                cells=(order.order_number, line.line_number, quantity),
                hidden=(
                    (f"rows.{place}.order_number", order.order_number),
                    (f"rows.{place}.line_number", str(line.line_number)),
                ),
                field=Field(
                    f"rows.{place}.quantity",
                    _l("Units of %(number)s that are missing", number=order.order_number),
                    "number",
                ),
            )
        )
    return tuple(rows)


def lot_field(world: World) -> tuple[Field, ...]:
    """Which lot was counted; asked only where goods are kept in lots."""
    numbers = sorted({lot.lot_number for level in world.stock.values() for lot in level.lots})
    if not numbers:
        return ()
    choices = (("", _l("all lots of the shelf")), *((number, number) for number in numbers))
    return (Field("lot_number", _l("Lot"), "choice", choices=choices),)


def _warehouse(world: World, name: str, label: Any) -> Field:
    places = sorted(world.warehouses.values(), key=lambda place: place.warehouse)
    names = (
        (it.warehouse, f"{warehouse_name(it.warehouse, world)} ({it.warehouse})") for it in places
    )
    return Field(name, label, "choice", choices=(("", _l("choose …")), *names))


def _supplier(world: World) -> Field:
    sellers = sorted(world.suppliers.values(), key=lambda seller: seller.supplier_id)
    names = (
        (
            seller.supplier_id,
            _l("%(name)s (%(days)s days, %(percent)s%% on the day)", name=seller.company,
               days=seller.lead_time,
               percent=seller.reliability if seller.spread_days else 100),
        )
        for seller in sellers
    )  # fmt: skip
    return Field("supplier_id", _l("Supplier"), "choice", choices=(("", _l("choose …")), *names))


# --- what the pages show ------------------------------------------------------------------------

STEPS: Final[dict[str, tuple[str, ...]]] = {
    "planned": ("release_production", "cancel_production"),
    "released": ("start_production", "cancel_production"),
    "in_progress": ("finish_production", "cancel_production"),
}


def steps(seen: Screen, made: ProductionOrder, told: Told) -> list[Form]:
    """What can be done with a production order; what has made something is not cancelled."""
    if not seen.acting:
        return []
    names = [n for n in STEPS.get(made.status, ()) if (n == "finish_production") <= (made.made > 0)]
    return [
        _about(name, ("production_number", made.production_number), told)
        for name in names
        if not (name == "cancel_production" and made.made)
    ]


def _about(name: str, number: tuple[str, str], told: Told) -> Form:
    reason: tuple[Field, ...] = ()
    if name == "cancel_replenishment":
        reason = (one_of("reason_code", _l("Reason"), PurchaseReason), NOTE)
    elif name.startswith("cancel"):
        reason = (Field("reason", _l("Reason")),)
    return _tried(_form(name, reason, number), told)


def production(seen: Screen, words: str, told: Told) -> dict[str, Any]:
    """The production page: what is planned, in work and done, and what a day can hold."""
    world = seen.world
    orders = [
        world.production[number]
        for number in sorted(world.production, reverse=True)
        if _about_words(world, world.production[number], folded(words))
    ]
    busy = {sku for sku in world.making} | {sku for sku, bits in world.backorders.items() if bits}
    capacity = []
    for sku in sorted(busy):
        waiting = sum(x.open for o in world.waiting(sku) for x in o.lines if x.sku == sku)
        capacity.append((world.products[sku], booked(world, sku), waiting, made_on(world, sku, 1)))
    return {
        "productions": [(made, steps(seen, made, told)) for made in orders],
        "q": words,
        "kept": (("looked_for", words),) if words else (),
        "capacity": capacity,
        "by_hand": world.policies.production == "manual",
        "forms": production_forms(seen, told),
    }


def _about_words(world: World, made: ProductionOrder, words: str) -> bool:
    """Whether a production order is looked for: by its number, product or customer's order."""
    said = (made.production_number, made.sku, world.products[made.sku].name, made.order_number)
    return not words or any(words in folded(text or "") for text in said)


def purchases(seen: Screen, told: Told) -> list[Any]:
    """What was bought, newest first, with the form that calls it off."""
    world = seen.world
    found = []
    for number in sorted(world.replenishments, reverse=True):
        bought = world.replenishments[number]
        free = bought.open and bought.stage != "at_the_dock"
        form = _called_off(bought, told) if free and seen.acting else None
        found.append((bought, world.suppliers[bought.supplier_id], form))
    return found


def at_the_dock(seen: Screen, told: Told) -> list[tuple[ReplenishmentOrder, Form]]:
    """What suppliers have brought and nobody has counted, with the forms for it."""
    if not seen.acting:
        return []
    return [
        (bought, form)
        for _, bought in sorted(seen.world.replenishments.items())
        for brought in bought.deliveries
        if brought.open
        for form in _at_the_dock(seen.world, bought, brought, told)
    ]


def _at_the_dock(
    world: World, bought: ReplenishmentOrder, brought: SupplierDelivery, told: Told
) -> Iterator[Form]:
    """What stands there is counted; once all that was bought is in, the rest may go back."""
    yield _receipt(world, bought, brought, told)
    if brought.to_count and not bought.left:
        fields = (
            Field("quantity", _l("Pieces that go back"), "number"),
            one_of("reason_code", _l("Reason"), SurplusReason),
            NOTE,
        )
        form = _form(
            "send_surplus_back",
            fields,
            ("replenishment_number", bought.replenishment_number),
            ("delivery_number", str(brought.delivery_number)),
        )
        says = _l("All that was bought is here. The supplier gets a letter about what goes back.")
        yield _tried(form._replace(note=says), told)


def _receipt(
    world: World, bought: ReplenishmentOrder, brought: SupplierDelivery, told: Told
) -> Form:
    """What the note says stands in the form's title, what stands at the dock beside its fields."""
    fields = (
        Field("quantity", _l("Sound, in pieces"), "number"),
        Field("damaged", _l("Damaged, in pieces"), "number", value="0",
              help=_l("What is damaged goes back with the driver.")),
    )  # fmt: skip
    form = _form(
        "post_goods_receipt",
        fields,
        ("replenishment_number", bought.replenishment_number),
        ("delivery_number", str(brought.delivery_number)),
    )
    pack = world.products[bought.sku].pack_size
    packs, loose = divmod(brought.to_count + brought.to_reject, pack)
    seen = Markup(" ").join(
        (
            _l("The delivery note says %(announced)s pieces.", announced=brought.announced),
            _lying(pack, packs, loose),
            _l("Damaged among them: %(damaged)s.", damaged=brought.to_reject),
        )
    )
    return _tried(form._replace(note=seen), told)


def _lying(pack: int, packs: int, loose: int) -> Any:
    """What stands at the dock, as one sees it: whole packs and what is loose."""
    if pack == 1:
        return _l("Pieces at the dock: %(loose)s.", loose=loose + packs)
    return _l(
        "At the dock stand: packs of %(pack)s: %(packs)s; loose pieces: %(loose)s.",
        packs=packs,
        pack=pack,
        loose=loose,
    )


def _called_off(bought: ReplenishmentOrder, told: Told) -> Form:
    form = _about(
        "cancel_replenishment", ("replenishment_number", bought.replenishment_number), told
    )
    if not bought.received:
        return form
    return form._replace(title=_l("Close it short"), verb=_l("Close it short"))


def coming(world: World, sku: str) -> tuple[int, int]:
    """Units of a SKU that are bought, and that are being made."""
    bought = sum(order.left for order in world.on_order(sku))
    return bought, booked(world, sku)


def page(seen: Screen, name: str, told: Told | None = None, words: str = "") -> str:
    """A page of supply, with what was typed and is wrong, or what it would do."""
    around = screens.surroundings(seen, name)
    if name == "production":
        shown = production(seen, words, told or refused(seen))
        return render_template("pages/production.html", **(around | shown))
    return render_template("pages/inventory.html", **(around | inventory(seen, words, told)))


def inventory(seen: Screen, words: str, told: Told | None = None) -> dict[str, Any]:
    """The inventory page: the stock, what is coming, and what can be done about it."""
    world, told = seen.world, told or refused(seen)
    return {
        "products": screens.products(world, words),
        "q": words,
        "kept": (("looked_for", words),) if words else (),
        "screen": seen,
        "world": world,
        "coming": coming,
        "purchases": purchases(seen, told),
        "dock": at_the_dock(seen, told),
        "rules": rules(world.policies),
        "today": day_of(world.now),
        "forms": inventory_forms(seen, told),
    }
