"""Customers who ring up to order: what they want, and the talk in which they say it.

The talk has what real ones have: things said in passing, numbers that are no order, corrections at
once or later, a postcode spelt out. Only what stands in the end is what they want.
"""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import islice
from typing import Any, Final, NamedTuple

import msgspec

from trainer.orders.engine import Envelope
from trainer.orders.intake import ReceiveMessage
from trainer.orders.letters import MONTHS
from trainer.orders.values import DAY, MINUTE, Address, Moment, day_of
from trainer.orders.world import (
    Carrier,
    Customer,
    Order,
    Product,
    Request,
    RequestLine,
    Speaker,
    StockKey,
    Turn,
    World,
)
from trainer.simulation.chance import between
from trainer.simulation.hours import in_hours
from trainer.simulation.scripts import DATE, DAYS, DIGITS, lines_of

_DAYS: Final = 5
"""Calls come over so many days."""
_REGULARS: Final = 60
"""Whoever rings has ordered lately: one of so many orders is theirs."""
_ELSEWHERE: Final = 4
"""Of so many callers one wants this order somewhere else than all others."""
_BOX: Final = 250
"""Grams of the box."""


class _Talk(NamedTuple):
    """A call in the making: who may say what, always the same way for the same seed and number."""

    world: World
    request: Request
    seed: int
    number: int

    def drawn(self, low: int, high: int, what: str) -> int:
        """A number that is the same each time."""
        return between(low, high, self.seed, self.number, what)

    @property
    def locale(self) -> str:
        """The language they speak."""
        return self.world.company.locale

    def line(self, key: str, place: int = 0, **facts: Any) -> str:
        """One of the ways to say it, with the facts in it."""
        ways = lines_of(self.locale)[key]
        way = ways[(self.drawn(0, len(ways) - 1, key) + place) % len(ways)]
        return way.format(**facts)

    def us(self, key: str, place: int = 0, **facts: Any) -> Turn:
        """What we say."""
        return self.turn("us", self.line(key, place, **facts))

    def turn(self, speaker: Speaker, *said: str) -> Turn:
        """Some sentences in one breath."""
        text = ("" if self.locale.startswith("zh") else " ").join(said)
        return Turn(speaker, text[:1].upper() + text[1:])

    def name(self, product: Product) -> str:
        """The product as it stands within a sentence."""
        name = product.name
        plain = self.locale.startswith("en") and not name[:2].isupper()
        return name[:1].lower() + name[1:] if plain else name


def called(
    world: World, request: Request, message_id: str, seed: int, number: int
) -> ReceiveMessage:
    """The call as it lies in the inbox: who rang, and the talk word for word."""
    talk = _Talk(world, request, seed, number)
    customer = world.customers[request.customer_id]
    return ReceiveMessage(
        message_id=message_id,
        channel="phone",
        sender=customer.contact or customer.company,
        subject=talk.line("subject", company=customer.company),
        body=talk.line("note", phone=customer.phone or request.ship_to.phone),
        customer_id=customer.customer_id,
        request=request,
        turns=_in_turn(talk, _turns(talk, customer)),
    )


def _in_turn(talk: _Talk, turns: Iterator[Turn]) -> tuple[Turn, ...]:
    """Whoever speaks twice in a row has spoken once."""
    found: list[Turn] = []
    for turn in turns:
        if found and found[-1].speaker == turn.speaker:
            found[-1] = talk.turn(turn.speaker, found[-1].text, turn.text)
        else:
            found.append(turn)
    return tuple(found)


def _turns(talk: _Talk, customer: Customer) -> Iterator[Turn]:
    """From hello to goodbye."""
    request, world = talk.request, talk.world
    hello = talk.line("hello", contact=customer.contact, company=customer.company)
    yield talk.us("hello_us", us=world.company.name)
    yield talk.turn("caller", hello, talk.line("in_passing"))
    yield talk.us("po_us")
    yield talk.turn("caller", talk.line("po", po=request.customer_po_number))
    yield talk.us("first_us", po=request.customer_po_number)
    yield from _goods(talk)
    yield talk.us("date_us")
    day = spoken_date(request.requested_delivery_date, talk.locale)
    yield talk.turn("caller", _when(talk, day))
    yield talk.us("address_us", date=day)
    where = request.ship_to
    usual = where == customer.address
    yield talk.turn("caller",
        talk.line(
            "address" if usual else "elsewhere",
            recipient=where.recipient, street=where.street, city=where.city,
            spelt=spelt(where.postal_code, talk.locale), phone=where.phone,
        )
    )  # fmt: skip
    if not usual:
        ours = customer.address.street
        yield talk.us("elsewhere_us", street=where.street, city=where.city, usual=ours)
        yield talk.turn("caller", talk.line("elsewhere_yes"))
    yield talk.us("carrier_us")
    yield talk.turn(
        "caller", talk.line("carrier", carrier=world.carriers[request.carrier_code].name)
    )
    yield talk.us("end_us")
    yield talk.turn("caller", talk.line("end"))


def _goods(talk: _Talk) -> Iterator[Turn]:
    """Line by line; one of them is said wrong, and put right at once or after the last."""
    lines = talk.request.lines
    wrong_one = talk.drawn(0, len(lines) - 1, "wrong line")
    at_once = talk.drawn(0, 1, "at once") == 0
    for place, line in enumerate(lines):
        product = talk.world.products[line.sku]
        amount = _amount(talk, product, line.quantity)
        if place == wrong_one and at_once:
            wrong = _amount(talk, product, _slip(talk, product, line.quantity), "short_")
            amount = talk.line("slip", wrong=wrong, right=amount)
        elif place == wrong_one:
            amount = _amount(talk, product, _slip(talk, product, line.quantity))
        said = [
            talk.line(
                "next" if place else "first", place, product=talk.name(product), amount=amount
            )
        ]
        if place == 0:
            many = line.quantity * talk.drawn(5, 12, "many")
            said.append(talk.line("goods_in_passing", many=many))
        yield talk.turn("caller", *said)
        if line is not lines[-1] or not at_once:
            yield talk.us("line_us", place)
    if not at_once:
        yield from _put_right(talk, lines[wrong_one])


def _put_right(talk: _Talk, line: RequestLine) -> Iterator[Turn]:
    product = talk.world.products[line.sku]
    wrong = _amount(talk, product, _slip(talk, product, line.quantity), "short_")
    right = _amount(talk, product, line.quantity)
    yield talk.turn(
        "caller", talk.line("late_slip", product=talk.name(product), wrong=wrong, right=right)
    )
    yield talk.us("late_slip_us", right=_amount(talk, product, line.quantity, "short_"))


def _slip(talk: _Talk, product: Product, quantity: int) -> int:
    """A pack more or less than is meant."""
    less = quantity > product.pack_size and talk.drawn(0, 1, "less")
    return quantity - product.pack_size if less else quantity + product.pack_size


def _amount(talk: _Talk, product: Product, quantity: int, size: str = "") -> str:
    """`three boxes of 12, so 36`, and what is left of it when it is said for the second time."""
    pack = product.pack_size
    if pack == 1:
        pieces = "pieces" if quantity > 1 else "one_piece"
        return talk.line(f"{size}{pieces}", quantity=quantity)
    packs = quantity // pack
    if packs == 1:
        return talk.line(f"{size}one_pack", pack=pack)
    return talk.line(f"{size}packs", n=_spoken(packs, talk.locale), pack=pack, quantity=quantity)


def _spoken(number: int, locale: str) -> str:
    """Small numbers are words in English; in Chinese two is 两 here and 二 there, so a figure."""
    return DIGITS[locale][number] if number < 10 and locale == "en_US" else str(number)


def _when(talk: _Talk, day: str) -> str:
    """The day they want; every third caller names another one first."""
    if talk.drawn(0, 2, "other day"):
        return talk.line("date", date=day)
    wanted = talk.request.requested_delivery_date
    other = wanted + timedelta(days=1 if wanted.weekday() == 0 else -1)
    return talk.line("date_slip", wrong=spoken_date(other, talk.locale), date=day)


def spoken_date(day: date, locale: str) -> str:
    """`Thursday, March 12`, `3月12号周四`."""
    return DATE[locale].format(
        day=DAYS[locale][day.weekday()],
        month=MONTHS[day.month - 1],
        month_number=day.month,
        number=day.day,
    )


def spelt(code: str, locale: str) -> str:
    """A postcode figure by figure, in groups of three; what is no figure is said as it is."""
    said = [DIGITS[locale][int(sign)] if sign.isdigit() else sign for sign in code]
    if locale == "en_US":
        return ", ".join(said)
    groups = ("".join(said[place : place + 3]) for place in range(0, len(said), 3))
    return "，".join(groups)


# --- calls of the coming days -----------------------------------------------------------------


def coming(world: World, seed: int) -> Iterator[Envelope]:
    """The customers who ring up over the next days, where a scenario asks for so many."""
    calls = world.policies.calls
    if not calls:
        return
    regulars = [order for order in islice(world.newest(), _REGULARS) if not order.called_off]
    taken = set(world.by_po)
    for place in range(calls if regulars else 0):
        number = -1_000_000 - place
        wait = place * _DAYS * DAY // calls + between(10, 120, seed, number, "rings") * MINUTE
        at = in_hours(world.now + wait)
        request = _wanted(world, regulars, at, seed, number, taken)
        taken.add((request.customer_id, request.customer_po_number))
        call = called(world, request, f"call-{place + 1}", seed, number)
        yield Envelope(f"0:call-{place + 1}", call.sender, "customer", at, call)


def _wanted(
    world: World, regulars: list[Order], at: Moment, seed: int, number: int, taken: set[StockKey]
) -> Request:
    """Some whole packs of up to three products, on a workday a week or two later."""
    last = regulars[between(0, len(regulars) - 1, seed, number, "who")]
    customer = world.customers[world.standing(last.customer_id)]
    away = between(1, _ELSEWHERE, seed, number, "elsewhere") == 1
    carrier = world.carriers[last.carrier_code]
    day = day_of(at) + timedelta(days=carrier.transit_days + between(5, 10, seed, number, "day"))
    while day.weekday() >= 5:
        day += timedelta(days=1)
    return Request(
        customer_id=customer.customer_id,
        customer_po_number=_next_po(customer, last.customer_po_number, taken, seed, number),
        lines=_lines(world, carrier, seed, number),
        requested_delivery_date=day,
        carrier_code=carrier.carrier_code,
        ship_to=elsewhere(world, customer, seed, number) if away else customer.address,
    )


def elsewhere(world: World, customer: Customer, seed: int, number: int) -> Address:
    """Where they work this month: a town some other customer lives in, and a street there."""
    towns = [
        other.address
        for _, other in sorted(world.customers.items())
        if other.address.country == customer.address.country
        and other.address.city not in ("", customer.address.city)
        and re.search(r"\d", other.address.street)
    ]
    if not towns:
        return customer.address
    there = towns[between(0, len(towns) - 1, seed, number, "town")]
    house = str(between(11, 97, seed, number, "house"))
    return msgspec.structs.replace(
        there,
        recipient=customer.address.recipient,
        street=re.sub(r"\d+", house, there.street, count=1),
        phone=customer.address.phone,
    )


def _lines(world: World, carrier: Carrier, seed: int, number: int) -> tuple[RequestLine, ...]:
    """As much as goes into one parcel of that carrier."""
    wares = [p for _, p in sorted(world.products.items()) if p.sellable]
    count = between(1, 3, seed, number, "lines")
    first = between(0, len(wares) - 1, seed, number, "goods")
    step = between(1, max(len(wares) // 4, 1), seed, number, "step")
    chosen = dict.fromkeys(wares[(first + step * place) % len(wares)] for place in range(count))
    room = (carrier.max_weight - _BOX) // len(chosen)
    return tuple(
        RequestLine(
            ware.sku,
            ware.pack_size
            * min(
                between(2, 6, seed, number, ware.sku),
                max(room // (ware.weight * ware.pack_size), 1),
            ),
        )
        for ware in chosen
    )


def _next_po(customer: Customer, last: str, taken: set[StockKey], seed: int, number: int) -> str:
    """Their own numbers go on: the longest run of figures is what they count by."""
    runs = [*re.finditer(r"\d+", last)] or [*re.finditer(r"$", last)]
    counted = max(runs, key=lambda run: (len(run[0]), run.start()))
    count = int(counted[0] or 0) + between(10, 60, seed, number, "po")
    while True:
        po = f"{last[: counted.start()]}{count:0{len(counted[0])}d}{last[counted.end() :]}"
        if (customer.customer_id, po) not in taken:
            return po
        count += 1
