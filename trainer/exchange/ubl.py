"""Reading a UBL 2.x order or change: safely, with the place of every value, into what it asks for.

Expat tells line and column of each element. A DOCTYPE ends the reading at once, so there are no
entities to expand and no files to fetch; size, depth and number of elements have limits.
"""

from typing import Any, Final
from xml.parsers import expat

import msgspec

from trainer.exchange.asked import Asked, AskedLine, Spot
from trainer.exchange.changes import AskedChange
from trainer.orders import documents as d

DEEPEST: Final = 40
MOST_ELEMENTS: Final = 60_000
KINDS: Final = {
    f"urn:oasis:names:specification:ubl:schema:xsd:{kind}-2": kind
    for kind in ("Order", "OrderChange", "OrderCancellation")
}
"""The documents of customers that are read, by their namespace."""
PREFIXES: Final = {
    "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2": "cbc",
    "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2": "cac",
}
PERIOD: Final = "cac:Delivery/cac:RequestedDeliveryPeriod"
WORDS: Final = (
    "cbc:Note",
    "cac:DeliveryTerms/cbc:SpecialTerms",
    "cac:AllowanceCharge",
    "cac:OrderLine/cbc:Note",
    "cac:OrderLine/cac:LineItem/cac:AllowanceCharge",
)
"""What a person has to read."""


class Element(msgspec.Struct):
    """An element with its place."""

    name: str
    line: int
    column: int
    attributes: dict[str, str]
    text: str = ""
    children: list["Element"] = []

    def all(self, path: str) -> list["Element"]:
        """The elements at a path below this one."""
        found = [self]
        for name in path.split("/"):
            found = [child for element in found for child in element.children if child.name == name]
        return found

    def spot(self, path: str) -> Spot | None:
        """The first value at a path."""
        found = self.all(path)
        return found[0].here() if found else None

    def here(self, where: str = "") -> Spot:
        """Its value and place."""
        return Spot(self.text.strip(), self.line, self.column, where or self.name)

    def attribute(self, path: str, name: str) -> Spot | None:
        """An attribute of the first element at a path."""
        found = self.all(path)
        if not found or name not in found[0].attributes:
            return None
        value = found[0].attributes[name].strip()
        return found[0].here(f"{found[0].name}/@{name}")._replace(text=value)


class Refused(Exception):
    """Reading ends here, with these faults."""

    def __init__(self, *faults: d.Fault) -> None:
        super().__init__(*(fault.told() for fault in faults))
        self.faults = faults


class _Tree:
    """What expat tells, as elements."""

    def __init__(self) -> None:
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.open: list[Element] = []
        self.root: Element | None = None
        self.count = 0

    def _place(self) -> dict[str, Any]:
        return {
            "line": self.parser.CurrentLineNumber,
            "column": self.parser.CurrentColumnNumber + 1,
        }

    def _doctype(self, name: str, *_: Any) -> None:
        raise Refused(d.DeclarationNotAllowed(**self._place(), found=f"<!DOCTYPE {name}"))

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        space, _, local = name.rpartition(" ")
        prefix = PREFIXES.get(space)
        called = f"{prefix}:{local}" if prefix else local
        self.count += 1
        if len(self.open) >= DEEPEST:
            raise Refused(self._much(f"{DEEPEST + 1} levels", f"{DEEPEST} levels"))
        if self.count > MOST_ELEMENTS:
            raise Refused(self._much(f"{self.count} elements", f"{MOST_ELEMENTS} elements"))
        element = Element(called, **self._place(), attributes=attributes)
        if self.open:
            self.open[-1].children.append(element)
        else:
            self.root = element
            if KINDS.get(space) != local:
                raise Refused(self._other(space, local))
        self.open.append(element)

    def _other(self, space: str, local: str) -> d.Fault:
        """Where the name is right, it is the namespace that is not."""
        known = next((urn for urn, kind in KINDS.items() if kind == local), "")
        found = f'{local} xmlns="{space}"'[:200] if known else local
        wanted = f'{local} xmlns="{known}"' if known else " / ".join(KINDS.values())
        return d.OtherDocument(**self._place(), where=local, found=found, wanted=wanted)

    def _much(self, found: str, wanted: str) -> d.Fault:
        return d.TooMuch(**self._place(), found=found, wanted=wanted)

    def _end(self, name: str) -> None:
        self.open.pop()

    def _text(self, text: str) -> None:
        self.open[-1].text += text


def tree(data: bytes) -> Element:
    """The document's elements. Raises Refused."""
    builder = _Tree()
    try:
        builder.parser.Parse(data, True)
    except (expat.ExpatError, LookupError, ValueError) as error:
        line = getattr(error, "lineno", 1) or 1
        column = getattr(error, "offset", 0) + 1
        words = expat.ErrorString(error.code) if isinstance(error, expat.ExpatError) else str(error)
        raise Refused(d.NotWellFormed(line=line, column=column, found=words)) from error
    assert builder.root
    return builder.root


def read_ubl(root: Element) -> Asked:
    """What a UBL order asks for, in its own words."""
    asked = Asked(format="UBL", spot=root.here(), number=root.spot("cbc:ID"))
    read_head(asked, root)
    for path in WORDS:
        asked.words += [_charge(element) for element in root.all(path)]
    asked.lines = [_line(line) for line in root.all("cac:OrderLine")]
    return asked


def read_change(root: Element) -> AskedChange:
    """What a UBL order change or cancellation asks for, in its own words."""
    cancelling = root.name == "OrderCancellation"
    asked = AskedChange(
        format="UBL",
        spot=root.here(),
        number=root.spot("cbc:ID"),
        cancellation=cancelling,
        sequence=root.spot("cbc:SequenceNumberID"),
        order_number=root.spot("cac:OrderReference/cbc:ID"),
        our_number=root.spot("cac:OrderReference/cbc:SalesOrderID"),
        note=root.spot("cbc:CancellationNote" if cancelling else "cbc:Note"),
    )
    read_head(asked, root)
    if asked.day is None:  # some write it on each line
        days = root.all(f"cac:OrderLine/cac:LineItem/{PERIOD}/cbc:EndDate")
        asked.day = days[0].here() if len({day.text.strip() for day in days}) == 1 else None
        asked.words += [day.here() for day in days] if asked.day is None else []
    for path in (*WORDS, "cac:DeliveryTerms/cbc:ID"):
        asked.words += [_charge(element) for element in root.all(path) if path != "cbc:Note"]
    asked.lines = [_line(line) for line in root.all("cac:OrderLine")]
    return asked


def read_head(asked: Asked, root: Element) -> None:
    """What every document of a customer says: who writes, when and where to, in which currency."""
    version = root.spot("cbc:UBLVersionID")
    if version and not version.text.startswith("2."):
        asked.faults.append(d.OtherVersion(**version.at()))  # type: ignore[arg-type]
    asked.currency = root.spot("cbc:DocumentCurrencyCode") or root.attribute(
        "cac:OrderLine/cac:LineItem/cac:Price/cbc:PriceAmount", "currencyID"
    )
    _buyer(asked, root)
    _delivery(asked, root)
    _terms(asked, root)
    _codes(asked, root)


def _charge(element: Element) -> Spot:
    if element.name != "cac:AllowanceCharge":
        return element.here()
    kind = element.spot("cbc:ChargeIndicator")
    reason = element.spot("cbc:AllowanceChargeReason")
    amount = element.spot("cbc:Amount")
    sign = "+" if kind and kind.text == "true" else "−"
    words = f"{sign}{amount.text if amount else '?'} {reason.text if reason else ''}".strip()
    return element.here()._replace(text=words)


def _buyer(asked: Asked, root: Element) -> None:
    party = "cac:BuyerCustomerParty/cac:Party"
    for path in (
        "cac:BuyerCustomerParty/cbc:SupplierAssignedAccountID",
        f"{party}/cac:PartyIdentification/cbc:ID",
        f"{party}/cac:PartyTaxScheme/cbc:CompanyID",
        f"{party}/cac:PartyLegalEntity/cbc:CompanyID",
        f"{party}/cac:Contact/cbc:ElectronicMail",
    ):
        asked.buyers += [element.here() for element in root.all(path)]
    asked.buyer_name = (
        root.spot(f"{party}/cac:PartyName/cbc:Name")
        or root.spot(f"{party}/cac:PartyLegalEntity/cbc:RegistrationName")
    )  # fmt: skip


def _delivery(asked: Asked, root: Element) -> None:
    asked.day = root.spot(f"{PERIOD}/cbc:EndDate") or root.spot(f"{PERIOD}/cbc:StartDate")
    places = root.all("cac:Delivery/cac:DeliveryAddress") or root.all(
        "cac:Delivery/cac:DeliveryLocation/cac:Address"
    )
    if not places:
        return
    place, party = places[0], "cac:BuyerCustomerParty"
    told = {
        "recipient": root.spot("cac:Delivery/cac:DeliveryParty/cac:PartyName/cbc:Name")
        or root.spot(f"{party}/cac:DeliveryContact/cbc:Name")
        or root.spot(f"{party}/cac:Party/cac:Contact/cbc:Name"),
        "phone": root.spot("cac:Delivery/cac:DeliveryParty/cac:Contact/cbc:Telephone")
        or root.spot(f"{party}/cac:DeliveryContact/cbc:Telephone")
        or root.spot(f"{party}/cac:Party/cac:Contact/cbc:Telephone"),
    } | _place(place)
    asked.address = {name: spot for name, spot in told.items() if spot}


def _terms(asked: Asked, root: Element) -> None:
    """Who pays the carrier how far, and where the invoices go."""
    terms, there = "cac:DeliveryTerms", "cac:DeliveryTerms/cac:DeliveryLocation"
    asked.incoterm = root.spot(f"{terms}/cbc:ID")
    asked.incoterm_place = (
        root.spot(f"{there}/cac:Address/cbc:CityName")
        or root.spot(f"{there}/cbc:Name")
        or root.spot(f"{there}/cbc:Description")
        or root.spot(f"{there}/cbc:ID")
    )
    party = "cac:AccountingCustomerParty/cac:Party"
    places = root.all(f"{party}/cac:PostalAddress")
    if not places:
        return
    told = {
        "recipient": root.spot(f"{party}/cac:PartyName/cbc:Name")
        or root.spot(f"{party}/cac:PartyLegalEntity/cbc:RegistrationName"),
        "phone": root.spot(f"{party}/cac:Contact/cbc:Telephone"),
    } | _place(places[0])
    asked.bill_to = {name: spot for name, spot in told.items() if spot}


def _place(place: Element) -> dict[str, Spot | None]:
    return {
        "street": _street(place),
        "city": place.spot("cbc:CityName"),
        "postal_code": place.spot("cbc:PostalZone"),
        "country": place.spot("cac:Country/cbc:IdentificationCode")
        or place.spot("cac:Country/cbc:Name"),
    }


def _street(place: Element) -> Spot | None:
    """Street and number as one line, the rest of it behind."""
    street = place.spot("cbc:StreetName") or place.spot("cac:AddressLine/cbc:Line")
    if street is None:
        return None
    number = place.spot("cbc:BuildingNumber")
    more = place.spot("cbc:AdditionalStreetName")
    words = " ".join(spot.text for spot in (street, number) if spot)
    return street._replace(text=f"{words}, {more.text}" if more else words)


def _codes(asked: Asked, element: Element) -> None:
    """Codes that stand anywhere in the document, and currencies that differ from the order's."""
    kinds = {"cbc:IdentificationCode": "country", "cbc:ChannelCode": "channel"}
    if element.name in kinds:
        asked.codes.append((element.here(), kinds[element.name]))
    currency = element.attributes.get("currencyID", "").strip()
    if currency and asked.currency and currency != asked.currency.text:
        spot = element.here(f"{element.name}/@currencyID")._replace(text=currency)
        asked.codes.append((spot, "currency"))
    for child in element.children:
        _codes(asked, child)


def _line(element: Element) -> AskedLine:
    item = "cac:LineItem/cac:Item"
    discounted = element.all("cac:LineItem/cac:AllowanceCharge")
    gtin = element.spot(f"{item}/cac:StandardItemIdentification/cbc:ID")
    return AskedLine(
        spot=element.here(),
        quantity=element.spot("cac:LineItem/cbc:Quantity"),
        unit=element.attribute("cac:LineItem/cbc:Quantity", "unitCode"),
        sku=element.spot(f"{item}/cac:SellersItemIdentification/cbc:ID"),
        gtin=gtin,
        buyers=element.spot(f"{item}/cac:BuyersItemIdentification/cbc:ID"),
        price=element.spot("cac:LineItem/cac:Price/cbc:PriceAmount"),
        per=element.spot("cac:LineItem/cac:Price/cbc:BaseQuantity"),
        amount=None if discounted else element.spot("cac:LineItem/cbc:LineExtensionAmount"),
        status=element.spot("cac:LineItem/cbc:LineStatusCode"),
    )
