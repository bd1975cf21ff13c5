"""What a document asks for, in its own words, and what that is in this company's numbers.

Each format is read into the same `Asked`; here customers, products, days and addresses are looked
up in the world, and everything that is wrong or doubtful is named with its place, all at once.
"""

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Final, NamedTuple, get_args
from unicodedata import normalize

import msgspec
from babel import Locale

from trainer.orders import documents as d
from trainer.orders.currencies import buys_in, stored, unit_price
from trainer.orders.intake import LARGEST
from trainer.orders.refusals import MissingField, Refusal
from trainer.orders.terms import wrong_terms
from trainer.orders.values import NO_ADDRESS, Address, Minor, day_of, exponent
from trainer.orders.world import Customer, Format, Incoterm, LineStatus, Product, World

MOST_LINES: Final = 500
"""More lines are no order that a person looks through."""

BY_THE_PIECE: Final = frozenset({"C62", "EA", "H87", "PCE", "NAR"})
"""The units of UN/ECE Recommendation 20 that count pieces (and PCE, as many still write it)."""

_TRADED: Final = """
2N 4L A23 A44 A45 A94 AMP ANN ATM B22 BAR BLD BLL BX CEL CEN CGM CLT CMK CMQ CMT CT CTM CUR D30
DAY DLT DMK DMQ DMT DPC DPT DRA DRL DZN DZP E49 E51 FOT FTK FTQ GLI GLL GRM GRO GWH HAR HGM HLT
HPA HTZ HUR INH INK INQ JOU KEL KGM KHZ KJO KMT KPA KTM KTN KVA KVT KWH KWT LBR LEF LM LPA LS LTR
MAH MBR MGM MHZ MIK MIL MIN MLT MMK MMQ MMT MON MPA MTK MTQ MTR MWH NEW NIU NMP NPR NPT ONZ OZA
OZI P1 PA PAL PF PFL PK PR PTD PTI PTL QAN QTD QTI QTL RM RO SEC SET SMI SQ ST STN TNE TPR VLT WEE
WTT XBG XBJ XBO XBX XCR XCS XCT XPA XPK XPP XPX XRO YDK YDQ YRD ZP ZZ
"""
UNITS: Final = BY_THE_PIECE.union(_TRADED.split())
"""The codes of UN/ECE Recommendation 20 (and packages of 21) that trade in goods uses."""

_CHANNELS: Final = """
AA AB AC AD AE AF AG AH AI AJ AK AL AM AN AO AP AQ AR AS AT AU AV AW CA EI EM EX FT FX GM IE IM
MA PB PS SW TE TG TL TM TT TX XF
"""
CHANNELS: Final = frozenset(_CHANNELS.split())
"""The means of communication of UN/EDIFACT 3155."""

_CLDR: Final = Locale("en")
CURRENCIES: Final = frozenset(_CLDR.currencies)
COUNTRIES: Final = frozenset(
    code for code in map(str, _CLDR.territories) if len(code) == 2 and code.isalpha()
)


class Spot(NamedTuple):
    """A value with its place."""

    text: str
    line: int
    column: int
    where: str

    def at(self, found: str = "", wanted: str = "") -> dict[str, object]:
        """The fields of a finding about it."""
        place = {"line": self.line, "column": self.column, "where": self.where}
        return place | {"found": (found or self.text)[:200], "wanted": wanted}


class AskedLine(msgspec.Struct):
    """A line of the document, with everything on it that says which product is meant."""

    spot: Spot
    quantity: Spot | None = None
    unit: Spot | None = None
    sku: Spot | None = None
    gtin: Spot | None = None
    buyers: Spot | None = None
    price: Spot | None = None
    per: Spot | None = None
    amount: Spot | None = None
    status: Spot | None = None
    """What a change document says it does with the line."""


class Asked(msgspec.Struct):
    """An order as the document words it."""

    format: Format
    spot: Spot
    number: Spot | None = None
    currency: Spot | None = None
    buyers: list[Spot] = []
    """Numbers, tax ids, e-mail addresses of the one who orders."""
    buyer_name: Spot | None = None
    day: Spot | None = None
    address: dict[str, Spot] = {}
    bill_to: dict[str, Spot] = {}
    incoterm: Spot | None = None
    incoterm_place: Spot | None = None
    lines: list[AskedLine] = []
    codes: list[tuple[Spot, str]] = []
    """Other codes of the document, each with the list it should stand on."""
    words: list[Spot] = []
    """Notes and charges, for a person to read."""
    faults: list[d.Fault] = []


LINE_STATUS: Final[dict[str, LineStatus]] = {
    "Added": "added", "Revised": "revised", "Cancelled": "cancelled", "NoStatus": "unchanged",
    "1": "added", "3": "revised", "2": "cancelled", "4": "unchanged",
}  # fmt: skip
"""The words of UBL, and the numbers of UN/EDIFACT 1229 that many write in their place."""

INCOTERMS: Final[dict[str, Incoterm]] = {term: term for term in get_args(Incoterm) if term}

LISTS: Final = {
    "line_status": ("LineStatusCode (Added, Cancelled, Revised, NoStatus)", frozenset(LINE_STATUS)),
    "unit": ("UN/ECE Rec 20 (C62, EA, KGM …)", UNITS),
    "currency": ("ISO 4217 (USD, EUR, CNY …)", CURRENCIES),
    "country": ("ISO 3166-1 (US, CN, TW …)", COUNTRIES),
    "channel": ("UN/EDIFACT 3155 (TE, EM, AL …)", CHANNELS),
}


def match(asked: Asked, world: World) -> d.Reading:
    """What the document asks for in this world's numbers, or everything that is wrong with it."""
    matching = Matching(asked, world)
    order = matching.order()
    faults = tuple(sorted(matching.faults, key=lambda f: (f.line, f.column)))
    cautions = tuple(sorted(matching.warnings, key=lambda w: (w.line, w.column)))
    return d.Reading(asked.format, None if faults else order, faults, cautions)


class Matching:
    """One document beside one world, collecting what there is to say."""

    def __init__(self, asked: Asked, world: World) -> None:
        self.asked, self.world = asked, world
        self.faults: list[d.Fault] = list(asked.faults)
        self.warnings: list[d.Caution] = []
        self.theirs = world.company.currency
        """The currency of the price list the buyer buys by."""
        self.by_gtin = {product.gtin: product for product in world.products.values()}

    def order(self) -> d.DocumentOrder | None:
        asked = self.asked
        number = self._needed(asked.number, asked.spot, "cbc:ID", "order_number")
        for spot, kind in asked.codes:
            self._code(spot, kind)
        customer = self._buyer()
        if customer:
            self.theirs = buys_in(self.world, customer.customer_id)
        self._currency(asked.currency)
        day = self._day()
        lines = self._lines()
        for words in asked.words:
            self.warnings.append(d.NotTakenOver(**words.at()))  # type: ignore[arg-type]
        if customer is None:
            return None
        ship_to = self._address(customer)
        term, place = self._terms(customer, ship_to)
        return d.DocumentOrder(
            format=asked.format,
            document_number=number,
            customer_id=customer.customer_id,
            lines=lines,
            requested_delivery_date=day,
            ship_to=ship_to,
            currency=asked.currency.text if asked.currency else "",
            incoterm=term,
            incoterm_place=place,
            bill_to=self._bill_to(customer),
        )

    def _needed(self, spot: Spot | None, near: Spot, element: str, column: str) -> str:
        if spot and spot.text:
            return spot.text
        name = element if self.asked.format == "UBL" else column
        self.fault(d.FieldMissing, spot or near._replace(where=name))
        return ""

    def fault(self, kind: type[d.Fault], spot: Spot, found: str = "", wanted: str = "") -> None:
        self.faults.append(kind(**spot.at(found, wanted)))  # type: ignore[arg-type]

    def warn(self, kind: type[d.Caution], spot: Spot, found: str = "", wanted: str = "") -> None:
        self.warnings.append(kind(**spot.at(found, wanted)))  # type: ignore[arg-type]

    def _code(self, spot: Spot, kind: str) -> bool:
        name, codes = LISTS[kind]
        if spot.text in codes:
            return True
        self.fault(d.UnknownCode, spot, wanted=name)
        return False

    def _currency(self, spot: Spot | None) -> None:
        if spot and self._code(spot, "currency") and spot.text != self.theirs:
            self.fault(d.OtherCurrency, spot, wanted=self.theirs)

    # --- who and when

    def _buyer(self) -> Customer | None:
        customers = self.world.customers
        keys = {spot.text.casefold(): spot for spot in self.asked.buyers if spot.text}
        for key in keys:
            for customer in customers.values():
                known = (customer.customer_id, customer.tax_id, customer.email)
                if key in [value.casefold() for value in known if value]:
                    return customer
        name = self.asked.buyer_name
        if name and name.text:
            same = [c for c in customers.values() if _plain(c.company) == _plain(name.text)]
            if len(same) == 1:
                self.warn(d.BuyerByName, name, wanted=same[0].customer_id)
                return same[0]
        spot = name or next(iter(self.asked.buyers), None)
        if spot and spot.text:
            self.fault(d.UnknownBuyer, spot)
        else:
            self._needed(None, self.asked.spot, "cac:BuyerCustomerParty", "customer")
        return None

    def _day(self) -> date:
        today = day_of(self.world.now)
        spot = self.asked.day
        if spot is None or not spot.text:
            self.warn(d.NoDate, spot or self.asked.spot, wanted=today.isoformat())
            return today
        text = normalize("NFKC", spot.text).replace("/", "-")
        try:
            # behind the day a time zone or a time may stand, and nothing else
            if text[10:11] not in ("", "T", "Z", "+", "-", " "):
                raise ValueError(text)
            day = date.fromisoformat(text[:10])
        except ValueError:
            self.fault(d.NotADay, spot)
            return today
        if day < today:
            self.warn(d.DatePassed, spot, day.isoformat(), today.isoformat())
            return today
        return day

    def _address(self, customer: Customer, known: Address | None = None) -> Address:
        """The document's address, with what it does not say from the customer's file, or from
        where we know to send it.
        """
        told = {name: spot for name, spot in self.asked.address.items() if spot.text}
        if not {"street", "city"} & told.keys():
            return customer.address
        home, first = known or customer.address, next(iter(told.values()))
        address = Address(**{name: spot.text for name, spot in told.items()})
        missing = [name for name in address.missing() if getattr(home, name)]
        if missing:
            self.warn(d.AddressCompleted, first, wanted=" / ".join(missing))
            address = msgspec.structs.replace(
                address, **{name: getattr(home, name) for name in missing}
            )
        if not address.country:
            address = msgspec.structs.replace(address, country=home.country)
        if address != home:
            self.warn(d.OtherAddress, first, f"{address.street}, {address.city}")
        return address

    def _terms(self, customer: Customer, ship_to: Address) -> tuple[Incoterm, str]:
        """The term and its place; what the document leaves out of the two is said."""
        spot, place = self.asked.incoterm, self.asked.incoterm_place
        if spot is None or not spot.text:
            return "", ""
        term = INCOTERMS.get(spot.text.upper())
        if term is None:
            self.warn(d.NoIncoterm, spot)
            return "", ""
        where = place.text if place else ""
        if not where:
            self.warn(d.PlaceTaken, spot, wanted=ship_to.city)
            where = ship_to.city
        known = f"{customer.incoterm} {customer.incoterm_place}".strip()
        if known and known != f"{term} {where}":
            self.warn(d.OtherTerms, spot, f"{term} {where}", known)
        return term, where

    def _bill_to(self, customer: Customer) -> Address:
        """Where the document wants its invoices, if that is not where the customer sits."""
        told = {name: spot for name, spot in self.asked.bill_to.items() if spot.text}
        if "street" not in told:
            return NO_ADDRESS
        address = Address(**{name: spot.text for name, spot in told.items()})
        if not address.recipient:
            address = msgspec.structs.replace(address, recipient=customer.company)
        if not address.country:
            address = msgspec.structs.replace(address, country=customer.address.country)
        refusal = wrong_terms("", "", address)
        if isinstance(refusal, MissingField):
            self.fault(d.FieldMissing, told["street"]._replace(where=f"bill_to {refusal.field}"))
        seat = customer.address
        same = (address.street, address.city) == (seat.street, seat.city)
        if same:  # said so, whatever the file says
            return seat if customer.bill_to != NO_ADDRESS else NO_ADDRESS
        if address == customer.bill_to:
            return address
        self.warn(d.OtherInvoiceAddress, told["street"], f"{address.street}, {address.city}")
        return address

    # --- what and how much

    def _lines(self) -> tuple[d.DocumentLine, ...]:
        asked = self.asked
        if not asked.lines:
            self._needed(None, asked.spot, "cac:OrderLine", "sku")
        if len(asked.lines) > MOST_LINES:
            self.fault(d.TooMuch, asked.spot, f"{len(asked.lines)} lines", f"{MOST_LINES} lines")
            return ()
        found: dict[str, d.DocumentLine] = {}
        for line in asked.lines:
            quantity, product = self._quantity(line), self._product(line)
            if product is None:
                continue
            self._price(line, product, quantity)
            earlier = found.get(product.sku)
            if earlier:
                self.warn(d.SameItemAgain, line.spot, product.sku, str(earlier.line))
                quantity += earlier.quantity
            place = earlier.line if earlier else line.spot.line
            found[product.sku] = d.DocumentLine(place, product.sku, quantity)
            if quantity % product.pack_size or quantity > LARGEST:
                spot = line.quantity or line.spot
                self.fault(d.NotWholePacks, spot, str(quantity), str(product.pack_size))
        return tuple(found.values())

    def _quantity(self, line: AskedLine, least: int = 1) -> int:
        unit = line.unit
        if unit and self._code(unit, "unit") and unit.text not in BY_THE_PIECE:
            self.fault(d.NotByThePiece, unit)
        if not self._needed(line.quantity, line.spot, "cbc:Quantity", "quantity"):
            return 0
        assert line.quantity
        number = _decimal(line.quantity.text)
        if number is None or number != number.to_integral_value() or not least <= number <= LARGEST:
            self.fault(d.NotAQuantity, line.quantity)
            return 0
        return int(number)

    def _product(self, line: AskedLine) -> Product | None:
        products = self.world.products
        by_sku = products.get(line.sku.text) if line.sku else None
        by_gtin = None
        if line.gtin and line.gtin.text:  # 12 and 14 digits are the same number, padded
            by_gtin = self.by_gtin.get(line.gtin.text.lstrip("0").zfill(13))
        if by_sku and by_gtin and by_sku.sku != by_gtin.sku:
            self.fault(d.ItemsDisagree, line.spot, by_sku.sku, by_gtin.sku)
            return None
        product = by_sku or by_gtin
        if product is None and line.buyers:  # some buyers write our number where theirs belongs
            product = products.get(line.buyers.text)
        if product is None:
            codes = [s for s in (line.sku, line.gtin, line.buyers) if s and s.text]
            if codes:
                self.fault(d.UnknownItem, codes[0], " / ".join(spot.text for spot in codes))
            else:
                self._needed(None, line.spot, "cac:SellersItemIdentification", "sku")
            return None
        if not product.sellable:
            spot = next(s for s in (line.sku, line.gtin, line.buyers) if s and s.text)
            self.fault(d.ItemNotSold, spot, product.sku)
            return None
        for code in (line.sku, line.buyers):
            if code and code.text and code.text != product.sku:
                self.warn(d.ItemMapped, code, wanted=product.sku)
        return product

    def _price(self, line: AskedLine, product: Product, quantity: int, agreed: Minor = 0) -> None:
        """Compare the document's price with what was agreed, or with the list's."""
        currency = self.theirs
        price, per = self._amount(line.price), self._amount(line.per) or Decimal(1)
        amount = self._amount(line.amount)
        list_price = agreed or unit_price(self.world, product, stored(self.world, currency))
        if isinstance(list_price, Refusal):
            self.fault(d.NoListPrice, line.spot, product.sku, currency)
            return
        if price is None:
            return
        assert line.price
        apiece = (price / per).scaleb(exponent(currency))
        net = list_price / (1 + Decimal(product.tax_rate) / 10_000)
        # the list's price includes tax; most documents leave it out
        if apiece != list_price and abs(apiece - net) > Decimal("0.5"):
            listed = Decimal(list_price).scaleb(-exponent(currency))
            self.warn(
                d.PriceDiffers,
                line.price,
                f"{price / per:f} {currency}",
                f"{listed:f} ({net.scaleb(-exponent(currency)):.{exponent(currency)}f}) {currency}",
            )
        if amount is not None and line.amount:
            reckoned = price / per * quantity
            if quantity and abs(reckoned - amount) >= Decimal(1).scaleb(-exponent(currency)):
                self.warn(d.SumDiffers, line.amount, wanted=f"{reckoned:.{exponent(currency)}f}")

    def _amount(self, spot: Spot | None) -> Decimal | None:
        if spot is None or not spot.text:
            return None
        amount = _decimal(spot.text)
        if amount is None or amount < 0:
            self.fault(d.NotAnAmount, spot)
            return None
        return amount


def _plain(name: str) -> str:
    return "".join(normalize("NFKC", name).casefold().split())


def _decimal(text: str) -> Decimal | None:
    try:
        number = Decimal(normalize("NFKC", text).strip())
    except InvalidOperation:
        return None
    # beyond twelve digits on either side it is no amount, and too long to be written out
    fits = number.is_zero() or -12 <= number.adjusted() < 12
    return number if number.is_finite() and fits else None
