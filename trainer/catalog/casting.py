"""The customers a scenario names: who they are in this variant, and the order they write in."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

import msgspec

from trainer.catalog import trades
from trainer.catalog.history import Plan
from trainer.catalog.letters import date_in_words, lines_in_words
from trainer.catalog.office import Office
from trainer.catalog.places import COUNTRIES, buys
from trainer.catalog.plans import PoNumbers
from trainer.catalog.slips import slipped
from trainer.orders.currencies import buys_in, stored, tariff, unit_price
from trainer.orders.intake import ReceiveMessage
from trainer.orders.refusals import Refusal
from trainer.orders.stock import AdjustStock, ReceiveStock
from trainer.orders.values import MINUTE, Address, Minor, Moment, day_of, moment_of
from trainer.orders.world import (
    Carrier,
    Customer,
    Defect,
    Product,
    Request,
    RequestLine,
    World,
    as_written,
)
from trainer.simulation.calls import called, elsewhere
from trainer.simulation.words import address_in_words
from trainer.training.checks import Cast, CastMember
from trainer.training.scenario import LANGUAGE_OF, OrderRequest, Scenario

_BOX: Final = 250
"""Grams of an empty parcel."""

Reserved = Counter[str]
"""Units the cast will need, by SKU."""


def cast_of_the_past(
    scenario: Scenario, office: Office, numbers: dict[str, PoNumbers], today: date
) -> tuple[Cast, list[tuple[Plan, Moment]]]:
    """Those whose order was delivered before today: what they asked for, and when it arrived.

    Drawn by the office's chance in the world of its first day; nothing has happened yet.
    """
    cast: Cast = {}
    lives: list[tuple[Plan, Moment]] = []
    taken: set[str] = set()
    for name, wanted in scenario.cast.items():
        if not wanted.delivered_days_ago:
            continue
        arrived = _at_the_door(office, today, wanted.delivered_days_ago)
        customer = _whose(office, wanted, cast, taken)
        carrier = _carrier(office.world, wanted)
        request = Request(
            customer_id=customer.customer_id,
            customer_po_number=_po_numbers(office, numbers, customer).next(arrived),
            lines=_lines(office, wanted, customer, carrier),
            requested_delivery_date=day_of(arrived) + timedelta(days=office.chance.randint(0, 2)),
            carrier_code=carrier.carrier_code,
            ship_to=customer.address,
        )
        cast[name] = CastMember(message_id=f"msg-{name}", request=request)
        warehouses = sorted(office.world.warehouses)
        plan = Plan(
            at=arrived,
            until="signed",
            lately=0,
            customer=customer,
            customer_po_number=request.customer_po_number,
            lines=request.lines,
            discount=0,
            carrier=carrier,
            warehouse=office.chance.choice(warehouses),
            parcels=1,
            slack=0,
            reason="",
            message=_message(office, cast[name], wanted, ()),
        )
        lives.append((plan, arrived))
    return cast, lives


def _at_the_door(office: Office, today: date, days_ago: int) -> Moment:
    """Some time in that day's delivery hours; Friday's where it is a weekend."""
    day = today - timedelta(days=days_ago)
    while day.weekday() >= 5:
        day -= timedelta(days=1)
    return moment_of(day, hour=9) + office.chance.randint(0, 420) * MINUTE


def _whose(office: Office, wanted: OrderRequest, cast: Cast, taken: set[str]) -> Customer:
    """The customer of somebody further up, or somebody new."""
    same = cast.get(wanted.customer_of)
    customer = (
        office.world.customers[same.request.customer_id]
        if same
        else _customer(office, wanted, taken)
    )
    taken.add(customer.customer_id)
    return customer


def make_cast(
    scenario: Scenario, office: Office, numbers: dict[str, PoNumbers], today: date, past: Cast
) -> Cast:
    """Each named customer's request, and their message in the inbox this morning.

    `past` are those who have had theirs.
    """
    cast: Cast = dict(past)
    reserved: Reserved = Counter()
    taken = {member.request.customer_id for member in past.values()}
    # one for all: two orders that want the same product must not outbid each other's warehouse
    warehouse = office.chance.choice(sorted(office.world.warehouses))
    for place, (name, wanted) in enumerate(scenario.cast.items()):
        office.now = moment_of(today, hour=8, minute=5 + 50 * place // len(scenario.cast))
        if name in past:
            # what was delivered can be replaced
            _top_up(office, past[name].request.lines, warehouse, reserved)
            continue
        if wanted.repeats:
            cast[name] = CastMember(f"msg-{name}", cast[wanted.repeats].request)
            _send(office, cast[name], wanted)
            continue
        customer = _whose(office, wanted, cast, taken)
        carrier = _carrier(office.world, wanted)
        twin = cast.get(wanted.same_as)
        lines = twin.request.lines if twin else _lines(office, wanted, customer, carrier)
        meant = Request(
            customer_id=customer.customer_id,
            customer_po_number=_po_numbers(office, numbers, customer).next(office.now),
            lines=lines,
            requested_delivery_date=_date(office, wanted, carrier, today),
            carrier_code=carrier.carrier_code,
            ship_to=_ship_to(office, customer, wanted),
        )
        request, defects = slipped(office, wanted.defect, wanted.firm, meant, today)
        _lend(office, request)
        if wanted.credit != "enough":
            same = cast.get(wanted.customer_of)
            _limit(office, request, same.request if same else None, wanted)
        _keep_badly(office, customer.customer_id, wanted, today)
        if twin:
            _just_enough(office, lines, warehouse)
        else:
            _top_up(office, lines, warehouse, reserved)
        cast[name] = CastMember(message_id=f"msg-{name}", request=request)
        _send(office, cast[name], wanted, defects)
    return cast


def _send(
    office: Office, member: CastMember, wanted: OrderRequest, defects: tuple[Defect, ...] = ()
) -> None:
    message = _message(office, member, wanted, defects)
    office.do(message, "customer", message.sender)


def _ship_to(office: Office, customer: Customer, wanted: OrderRequest) -> Address:
    """Their address as it stands in the file, or where else they want this one order."""
    if not wanted.elsewhere:
        return customer.address
    there = elsewhere(office.world, customer, office.chance.getrandbits(32), number=0)
    if there == customer.address:
        raise ValueError("Nobody else lives in another town. Ask for more customers.")
    return there


def _po_numbers(office: Office, numbers: dict[str, PoNumbers], customer: Customer) -> PoNumbers:
    """The customer's own series; who has no past with us begins one."""
    if customer.customer_id not in numbers:
        numbers[customer.customer_id] = PoNumbers(office.chance)
    return numbers[customer.customer_id]


def _customer(office: Office, wanted: OrderRequest, taken: set[str]) -> Customer:
    """Somebody new with the terms that are wanted; if nobody has them, they are agreed on now."""
    home = office.world.company.currency
    theirs = "" if wanted.currency in (None, home) else wanted.currency
    everybody = [who for _, who in sorted(office.world.customers.items()) if who.currency == theirs]
    # a second file is nobody of its own
    everybody = [w for w in everybody if not w.customer_id.endswith("-2")] or everybody
    free = [who for who in everybody if who.customer_id not in taken] or everybody
    fitting = [who for who in free if who.payment_terms == wanted.payment_terms]
    customer = office.chance.choice(fitting or free)
    if customer.payment_terms != wanted.payment_terms:
        customer = msgspec.structs.replace(customer, payment_terms=wanted.payment_terms)
        _file(office, customer)
    if customer.tender != wanted.tender:
        customer = msgspec.structs.replace(customer, tender=wanted.tender)
        _file(office, customer)
    return customer


def _file(office: Office, customer: Customer) -> None:
    customers = office.world.customers.set(customer.customer_id, customer)
    office.world = msgspec.structs.replace(office.world, customers=customers)


def _carrier(world: World, wanted: OrderRequest) -> Carrier:
    carriers = (carrier for _, carrier in sorted(world.carriers.items()))
    return next(carrier for carrier in carriers if carrier.mode == wanted.carrier_mode)


def _lines(
    office: Office, wanted: OrderRequest, customer: Customer, carrier: Carrier
) -> tuple[RequestLine, ...]:
    """Whole packs of different products; each has its share of a parcel the carrier still takes."""
    fewest, most = wanted.packs
    room = (carrier.max_weight - _BOX) // wanted.lines
    able = [
        product
        for _, product in sorted(office.world.products.items())
        if product.sellable and _pack_weight(product) * fewest <= room
    ]
    if len(able) < wanted.lines:
        raise ValueError(
            f"{carrier.name} takes {carrier.max_weight} g; {wanted.lines} products of at least "
            f"{fewest} packs do not fit. Ask for fewer lines or packs, or another carrier_mode."
        )
    return tuple(
        RequestLine(
            sku=product.sku,
            quantity=product.pack_size
            * office.chance.randint(fewest, min(most, room // _pack_weight(product))),
        )
        for product in _chosen(office, wanted, customer, able)
    )


def _chosen(
    office: Office, wanted: OrderRequest, customer: Customer, able: list[Product]
) -> list[Product]:
    """Different products, mostly of the customer's trade; where a quantity is to be odd, one at
    least that comes in packs.
    """
    trade = buys(COUNTRIES[office.world.company.locale], customer.company)
    chosen = trades.wanted(office.chance, able, trade, wanted.lines)
    if "odd_quantity" in wanted.defect and all(product.pack_size == 1 for product in chosen):
        packed = [product for product in able if product.pack_size > 1]
        if not packed:
            raise ValueError("nothing here comes in packs of several; ask for more world.products")
        chosen[0] = office.chance.choice(packed)
    return chosen


def _pack_weight(product: Product) -> int:
    return product.weight * product.pack_size


def _date(office: Office, wanted: OrderRequest, carrier: Carrier, today: date) -> date:
    """A workday within the span, and late enough for handling and the way."""
    earliest = today + timedelta(days=office.world.policies.handling_days + carrier.transit_days)
    first, last = (today + timedelta(days=days) for days in wanted.due_in_days)
    days = [day for day in _days(first, last) if day >= earliest and day.weekday() < 5]
    if days:
        return office.chance.choice(days)
    # the span is too short for this carrier, or is a weekend
    return next(day for day in _days(max(earliest, last), date.max) if day.weekday() < 5)


def _days(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += timedelta(days=1)


def _lend(office: Office, request: Request) -> None:
    """Who buys on account is good for this order, whatever they owe already."""
    customer = office.world.customers[request.customer_id]
    if customer.payment_terms != "on_account":
        return
    needed = office.world.exposure.get(customer.customer_id, 0) + _worth(office.world, request)
    if needed > customer.credit_limit:
        _file(office, msgspec.structs.replace(customer, credit_limit=2 * needed))


def _limit(office: Office, request: Request, other: Request | None, wanted: OrderRequest) -> None:
    """A limit that this order breaks: by itself, or with the other one of the same customer."""
    customer = office.world.customers[request.customer_id]
    owed = office.world.exposure.get(customer.customer_id, 0)
    own = _worth(office.world, request)
    if wanted.credit == "together" and other:
        both = sorted((own, _worth(office.world, other)))
        room = both[1] + both[0] // 2
    else:
        room = own // 2
    _file(office, msgspec.structs.replace(customer, credit_limit=owed + room))


def _keep_badly(office: Office, customer_id: str, wanted: OrderRequest, today: date) -> None:
    """What is wrong with a customer's file: nobody has looked through it, or there are two."""
    customer = office.world.customers[customer_id]
    if wanted.review_overdue:
        days = office.world.policies.review_after_days + 40
        customer = msgspec.structs.replace(customer, last_reviewed=today - timedelta(days=days))
        _file(office, customer)
    if wanted.second_file:
        _file(office, second_file(customer))


def second_file(customer: Customer) -> Customer:
    """The file that somebody opened who did not look for the first one."""
    return msgspec.structs.replace(
        customer, customer_id=f"{customer.customer_id}-2", tax_id="", credit_limit=0,
        payment_terms="prepay", last_reviewed=None,
    )  # fmt: skip


def _worth(world: World, request: Request) -> Minor:
    """What a request comes to, by the price list its customer buys by."""
    currency = stored(world, buys_in(world, request.customer_id))
    freight = tariff(world, world.carriers[request.carrier_code], currency)
    assert not isinstance(freight, Refusal)
    for line in request.lines:
        price = unit_price(world, world.products[line.sku], currency)
        assert not isinstance(price, Refusal)
        freight += price * line.quantity
    return freight


def _top_up(
    office: Office, lines: tuple[RequestLine, ...], warehouse: str, reserved: Reserved
) -> None:
    """One warehouse holds it all, and of each product more than any other: one parcel will do."""
    for line in lines:
        reserved[line.sku] += line.quantity
        others = (
            level.available
            for level in office.world.levels(line.sku)
            if level.warehouse != warehouse
        )
        least = reserved[line.sku] + max(others, default=0)
        short = least - office.world.level(line.sku, warehouse).available
        if short > 0:
            pack = office.world.products[line.sku].pack_size
            office.do(
                ReceiveStock(sku=line.sku, warehouse=warehouse, quantity=-(-short // pack) * pack),
                "system",
            )


def _just_enough(office: Office, lines: tuple[RequestLine, ...], warehouse: str) -> None:
    """All that is free is what one of two needs, on one shelf."""
    for line in lines:
        for level in office.world.levels(line.sku):
            kept = line.quantity if level.warehouse == warehouse else 0
            if difference := kept - level.available:
                reason = "yearly stocktaking"
                office.do(AdjustStock(line.sku, level.warehouse, difference, reason), "system")


def _message(
    office: Office, member: CastMember, wanted: OrderRequest, defects: tuple[Defect, ...]
) -> ReceiveMessage:
    """The request in the customer's words; without any in the scenario, as they ring.

    What they write is what they mean, but for its defects.
    """
    request, world = member.request, office.world
    if wanted.subject is None or wanted.body is None:
        seed = office.chance.getrandbits(32)
        return called(world, request, member.message_id, seed, number=0)
    customer = world.customers[request.customer_id]
    language = LANGUAGE_OF[world.company.locale]
    currency = buys_in(world, request.customer_id)
    written = request
    for defect in defects:
        written = as_written(written, defect)
    known = {
        "company": customer.company,
        "contact": customer.contact,
        "po_number": request.customer_po_number,
        "lines": lines_in_words(world, written.lines, defects, currency),
        "date": date_in_words(written.requested_delivery_date, world.company.locale),
        "carrier": world.carriers[request.carrier_code].name,
        "address": address_in_words(written.ship_to),
        "us": world.company.name,
    }
    return ReceiveMessage(
        message_id=member.message_id,
        channel=wanted.channel,
        sender=customer.contact,
        subject=wanted.subject.in_(language).format(**known),
        body=wanted.body.in_(language).format(**known),
        customer_id=customer.customer_id,
        request=request,
        attached=wanted.document,
        defects=defects,
    )
