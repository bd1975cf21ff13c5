"""Writing UBL 2.1: the answer to an order, what was sent, what is owed, what is credited.

Prices of this company include tax; UBL's do not. A paper's amount is fixed when it is issued, so
tax is taken out of the whole and the rest is shared out over the lines: nothing is rounded twice,
and lines, charges and tax add up to the amount to the cent. A line's price is given for the
invoiced quantity, so that quantity × price is exactly the line's amount.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Final, NamedTuple
from xml.sax.saxutils import escape, quoteattr

import msgspec

from trainer.exchange.asked import COUNTRIES, LINE_STATUS
from trainer.orders.changes import order_of
from trainer.orders.currencies import buys_in, currency_of, stored, unit_price
from trainer.orders.refusals import Refusal
from trainer.orders.sscc import sscc
from trainer.orders.values import (
    NO_ADDRESS,
    Address,
    Moment,
    day_of,
    exponent,
    split,
    tax_included,
    telescoped,
)
from trainer.orders.world import (
    AnsweredChange,
    AnsweredLine,
    ChangeAnswer,
    ChangedLine,
    ChangeRequest,
    Customer,
    Document,
    Order,
    OrderLine,
    Package,
    PackageRow,
    Product,
    Request,
    World,
)

SPACE: Final = "urn:oasis:names:specification:ubl:schema:xsd:"
PIECE: Final = "C62"
_NOT_IN_XML: Final = re.compile(r"[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\U00010000-\U0010FFFF]")

Node = str
"""A piece of XML, escaped; the empty one is left out."""


def _e(name: str, *inside: str, **attributes: str) -> Node:
    """An element around text or other elements; none around nothing."""
    text = "".join(inside)
    if not text:
        return ""
    more = "".join(f" {key}={quoteattr(value)}" for key, value in attributes.items())
    return f"<{name}{more}>{text}</{name}>"


def _t(name: str, text: object, **attributes: str) -> Node:
    """An element around somebody's words."""
    return _e(name, escape(_NOT_IN_XML.sub("", str(text)).strip()), **attributes)


def _document(kind: str, *inside: Node) -> bytes:
    spaces = (
        f'xmlns="{SPACE}{kind}-2" xmlns:cac="{SPACE}CommonAggregateComponents-2" '
        f'xmlns:cbc="{SPACE}CommonBasicComponents-2"'
    )
    body = _t("cbc:UBLVersionID", "2.1") + "".join(inside)
    text = f'<?xml version="1.0" encoding="UTF-8"?>\n<{kind} {spaces}>{body}</{kind}>\n'
    # one element a line: people read these, and errors are told by line
    return text.replace("><", ">\n<").encode()


# --- parts that several papers share ----------------------------------------------------------


class _Paper:
    """The order a paper is about, and how its parties, days and amounts are written."""

    def __init__(self, world: World, order: Order) -> None:
        self.world, self.order = world, order
        self.currency = currency_of(world, order)
        self.customer = world.customers[order.customer_id]

    def money(self, name: str, amount: int) -> Node:
        decimals = exponent(self.currency)
        written = f"{Decimal(amount).scaleb(-decimals):.{decimals}f}"
        return _t(name, written, currencyID=self.currency)

    def seller(self, around: str) -> Node:
        company = self.world.company.name
        return _e(around, _e("cac:Party", _e("cac:PartyName", _t("cbc:Name", company))))

    def buyer(self, around: str, paper: Document | None = None) -> Node:
        """The customer; for the tax office under the name and tax id the paper was issued to."""
        buyer = self.customer
        if paper:
            issued = bool(paper.title)
            # whoever pays it is whom it concerns
            buyer = msgspec.structs.replace(
                buyer.addressed("accounts_payable"),
                company=paper.title if issued else buyer.title,
                tax_id=paper.tax_id if issued else buyer.tax_id,
            )
        return _buyer(buyer, around)

    def billed(self, paper: Document | None = None) -> Node:
        """Who gets the invoices: the customer, at their accounts' address if they have one."""
        bill_to = self.order.bill_to
        if bill_to == NO_ADDRESS:
            return self.buyer("cac:AccountingCustomerParty", paper) if paper else ""
        return _billed(self.customer, bill_to, paper)

    def bought(self) -> Node:
        """Who bought it, beside whoever pays, where the two are at different addresses."""
        return "" if self.order.bill_to == NO_ADDRESS else self.buyer("cac:BuyerCustomerParty")

    def terms(self) -> Node:
        """By which term it is delivered, with its place."""
        return _terms(self.order.incoterm, self.order.incoterm_place)

    def order_reference(self) -> Node:
        """The customer's number, by which they find their order, and ours."""
        theirs = self.order.customer_po_number or self.order.order_number
        return _e(
            "cac:OrderReference",
            _t("cbc:ID", theirs),
            _t("cbc:SalesOrderID", self.order.order_number),
        )

    def item(self, line: OrderLine, taxed: bool = False, lot: PackageRow | None = None) -> Node:
        return _item(self.world.products[line.sku], line.tax_rate if taxed else None, lot)

    def quantity(self, name: str, quantity: int) -> Node:
        return _t(name, quantity, unitCode=PIECE)


def _day(name: str, at: Moment) -> Node:
    return _t(name, day_of(at).isoformat())


def _time(name: str, at: Moment) -> Node:
    return _t(name, datetime.fromtimestamp(at, UTC).strftime("%H:%M:%S"))


def _buyer(customer: Customer, around: str) -> Node:
    tax = _e(
        "cac:PartyTaxScheme",
        _t("cbc:CompanyID", customer.tax_id),
        _e("cac:TaxScheme", _t("cbc:ID", "VAT")),
    )
    party = _e(
        "cac:Party",
        _e("cac:PartyName", _t("cbc:Name", customer.company)),
        _address("cac:PostalAddress", customer.address),
        tax if customer.tax_id else "",
        _contact(customer.contact, customer.phone, customer.email),
    )
    return _e(around, _t("cbc:SupplierAssignedAccountID", customer.customer_id), party)


def _billed(customer: Customer, bill_to: Address, paper: Document | None = None) -> Node:
    """The customer as who pays: under the name the tax office knows, at their accounts' address."""
    name = paper.title if paper and paper.title else customer.title
    tax_id = paper.tax_id if paper and paper.title else customer.tax_id
    tax = _e(
        "cac:PartyTaxScheme",
        _t("cbc:CompanyID", tax_id),
        _e("cac:TaxScheme", _t("cbc:ID", "VAT")),
    )
    party = _e(
        "cac:Party",
        _e("cac:PartyName", _t("cbc:Name", bill_to.recipient if paper is None else name)),
        _address("cac:PostalAddress", bill_to),
        tax if tax_id else "",
        _contact(bill_to.recipient, bill_to.phone),
    )
    account = _t("cbc:SupplierAssignedAccountID", customer.customer_id)
    return _e("cac:AccountingCustomerParty", account, party)


def _terms(incoterm: str, place: str) -> Node:
    return _e(
        "cac:DeliveryTerms",
        _t("cbc:ID", incoterm, schemeID="INCOTERMS 2020"),
        _e("cac:DeliveryLocation", _t("cbc:Name", place)),
    )


def _contact(name: str, phone: str, mail: str = "") -> Node:
    return _e(
        "cac:Contact",
        _t("cbc:Name", name),
        _t("cbc:Telephone", phone),
        _t("cbc:ElectronicMail", mail),
    )


def _address(around: str, address: Address) -> Node:
    known = address.country in COUNTRIES
    country = _t("cbc:IdentificationCode" if known else "cbc:Name", address.country)
    return _e(
        around,
        _t("cbc:StreetName", address.street),
        _t("cbc:CityName", address.city),
        _t("cbc:PostalZone", address.postal_code),
        _e("cac:Country", country),
    )


def _receiver(address: Address) -> Node:
    return _e(
        "cac:DeliveryParty",
        _e("cac:PartyName", _t("cbc:Name", address.recipient)),
        _contact(address.recipient, address.phone),
    )


def _item(product: Product, tax_rate: int | None = None, lot: PackageRow | None = None) -> Node:
    return _e(
        "cac:Item",
        _t("cbc:Name", product.name),
        _e("cac:SellersItemIdentification", _t("cbc:ID", product.sku)),
        _e("cac:StandardItemIdentification", _t("cbc:ID", product.gtin, schemeID="0160"))
        if product.gtin
        else "",
        "" if tax_rate is None else _category("cac:ClassifiedTaxCategory", tax_rate),
        *(_instances(lot) if lot else ()),
    )


def _instances(row: PackageRow) -> Iterator[Node]:
    """What tells these units from others: each its serial number, all of them their lot."""
    lot = _e(
        "cac:LotIdentification",
        _t("cbc:LotNumberID", row.lot_number) if row.lot_number else "",
        _t("cbc:ExpiryDate", row.expires.isoformat()) if row.expires else "",
    )
    for serial in row.serial_numbers or ("",):
        yield _e("cac:ItemInstance", _t("cbc:SerialID", serial) if serial else "", lot)


def _category(around: str, rate: int) -> Node:
    """Standard rate, or zero rated; UNCL 5305."""
    percent = f"{Decimal(rate) / 100:f}"
    return _e(
        around,
        _t("cbc:ID", "S" if rate else "Z"),
        _t("cbc:Percent", percent),
        _e("cac:TaxScheme", _t("cbc:ID", "VAT")),
    )


# --- money on a paper -------------------------------------------------------------------------


class Row(NamedTuple):
    """A line on a paper: its units, and their amount with tax and without."""

    line: OrderLine
    quantity: int
    gross: int
    net: int


class TaxRow(NamedTuple):
    """What is taxed at one rate, and its tax."""

    rate: int
    net: int
    tax: int


class Sums(NamedTuple):
    """The rows of a paper, its freight, its taxes; they add up to the gross amount."""

    rows: tuple[Row, ...]
    freight_net: int
    freight_rate: int
    taxes: tuple[TaxRow, ...]
    amount: int
    fee: int = 0
    """Kept of a credit, untaxed."""
    goodwill: int = 0
    """Credited beyond what was supplied, so no tax comes back with it."""
    written_off: int = 0
    """Given up after a chargeback: no tax comes back with that either."""
    repairs: int = 0
    """Charged for repairs, untaxed as fees are."""
    clawback: int = 0
    """For a promotion that was lost; taxed as the freight is, since it makes goods dearer."""
    clawback_net: int = 0

    @property
    def freight(self) -> int:
        """With tax: what is left of the amount."""
        beside = self.goodwill + self.written_off + self.repairs - self.fee + self.clawback
        return self.amount - beside - sum(row.gross for row in self.rows)


def sums(
    parts: Iterable[tuple[OrderLine, int, int]],
    freight: int,
    told: dict[int, int] | None = None,
    freight_rate: int | None = None,
    fee: int = 0,
    goodwill: int = 0,
    written_off: int = 0,
    repairs: int = 0,
    clawback: int = 0,
) -> Sums:
    """Take the tax out of (line, units, gross) and freight, which is taxed as most goods are.

    `told` is what earlier papers of the kind were issued over, by rate: tax telescopes over them
    as amounts do, so that many small credit notes take back no cent more than was charged.
    """
    parts, told = list(parts), told or {}
    groups: dict[int, int] = {}
    for line, _, gross in parts:
        groups[line.tax_rate] = groups.get(line.tax_rate, 0) + gross
    if freight_rate is None:
        freight_rate = max(groups, key=lambda rate: (groups[rate], rate), default=0)
    elif freight:
        groups.setdefault(freight_rate, 0)  # credited as it was charged, whatever comes with it
    nets: dict[int, int] = {}
    freight_net, taxes = 0, []
    for rate in sorted(groups):
        members = [(line, gross) for line, _, gross in parts if line.tax_rate == rate]
        weights = [gross for _, gross in members] + [freight if rate == freight_rate else 0]
        before = told.get(rate, 0)
        tax = tax_included(before + sum(weights), rate) - tax_included(before, rate)
        shares = split(sum(weights) - tax, weights)
        nets |= {line.line_number: share for (line, _), share in zip(members, shares, strict=False)}
        freight_net += shares[-1]
        taxes.append(TaxRow(rate, sum(shares), tax))
    rows = tuple(Row(line, units, gross, nets[line.line_number]) for line, units, gross in parts)
    beside = goodwill + written_off + repairs - fee
    if fee or goodwill or written_off or repairs:
        untaxed = next((tax for tax in taxes if not tax.rate), TaxRow(0, 0, 0))
        taxes = [tax for tax in taxes if tax.rate]
        taxes.insert(0, TaxRow(0, untaxed.net + beside, 0))
    clawback_net = clawback
    if clawback:
        tax = tax_included(abs(clawback), freight_rate) * (1 if clawback > 0 else -1)
        clawback_net -= tax
        same = next((it for it in taxes if it.rate == freight_rate), TaxRow(freight_rate, 0, 0))
        taxes = [it for it in taxes if it is not same]
        taxes.append(TaxRow(freight_rate, same.net + clawback_net, same.tax + tax))
        taxes.sort()
    amount = sum(gross for _, _, gross in parts) + freight + beside + clawback
    apart = fee, goodwill, written_off, repairs, clawback, clawback_net
    return Sums(rows, freight_net, freight_rate, tuple(taxes), amount, *apart)


def document_sums(order: Order, paper: Document) -> Sums:
    """What a paper of the order was issued over; freight is what its lines do not explain."""
    before: dict[int, int] = {}
    told: dict[int, int] = {}
    for earlier in order.documents:
        if earlier.document_number == paper.document_number:
            break
        if earlier.kind == paper.kind:
            issued = document_sums(order, earlier)
            for tax in issued.taxes:
                told[tax.rate] = told.get(tax.rate, 0) + tax.net + tax.tax
            if issued.clawback:
                told[issued.freight_rate] -= issued.clawback
            for row in earlier.rows:
                before[row.line_number] = before.get(row.line_number, 0) + row.quantity
    parts = []
    for place, row in enumerate(paper.rows):
        line = order.line(row.line_number)
        assert line is not None
        if paper.amounts:
            parts.append((line, row.quantity, paper.amounts[place]))
            continue
        start = before.get(row.line_number, 0)
        gross = telescoped(line.gross, start + row.quantity, line.ordered)
        parts.append((line, row.quantity, gross - telescoped(line.gross, start, line.ordered)))
    apart = paper.fee, paper.goodwill, paper.written_off, paper.repairs
    clawback = paper.clawback if paper.kind == "invoice" else -paper.clawback
    beside = paper.goodwill + paper.written_off + paper.repairs - paper.fee + clawback
    freight = paper.amount - beside - sum(gross for _, _, gross in parts)
    later = paper.kind != "invoice" or (paper.clawback and not paper.rows)
    return sums(parts, freight, told, _freight_rate(order) if later else None, *apart, clawback)


def _freight_rate(order: Order) -> int | None:
    """The rate at which freight stands on the first invoice."""
    first = next((paper for paper in order.documents if paper.kind == "invoice"), None)
    return document_sums(order, first).freight_rate if first else None


def _tax_total(p: _Paper, taxes: Iterable[TaxRow]) -> Node:
    rows = [
        _e(
            "cac:TaxSubtotal",
            p.money("cbc:TaxableAmount", tax.net),
            p.money("cbc:TaxAmount", tax.tax),
            _category("cac:TaxCategory", tax.rate),
        )
        for tax in taxes
    ]
    return _e("cac:TaxTotal", p.money("cbc:TaxAmount", sum(tax.tax for tax in taxes)), *rows)


def _freight(p: _Paper, found: Sums) -> Node:
    code = _t("cbc:AllowanceChargeReasonCode", "FC")
    return _beside(p, "true", code, "Freight", found.freight_net, found.freight_rate)


def _fee(p: _Paper, found: Sums) -> Node:
    return _beside(p, "false", "", "Restocking fee", found.fee, 0)


def _repairs(p: _Paper, found: Sums) -> Node:
    return _beside(p, "true", "", "Repair", found.repairs, 0)


def _clawback(p: _Paper, found: Sums) -> Node:
    charged = "true" if found.clawback > 0 else "false"
    net, rate = abs(found.clawback_net), found.freight_rate
    return _beside(p, charged, "", "Promotion claw-back", net, rate)


def _given(p: _Paper, reason: str, amount: int) -> Node:
    given = "true" if amount > 0 else "false"  # or credit for goods took its place
    return _beside(p, given, "", reason, abs(amount), 0)


def _beside(p: _Paper, charged: str, code: Node, reason: str, amount: int, rate: int) -> Node:
    """An amount that belongs to no line: charged, or taken off; nothing where there is none."""
    if not amount:
        return ""
    return _e(
        "cac:AllowanceCharge",
        _t("cbc:ChargeIndicator", charged),
        code,
        _t("cbc:AllowanceChargeReason", reason),
        p.money("cbc:Amount", amount),
        _category("cac:TaxCategory", rate),
    )


def _total(p: _Paper, found: Sums) -> Node:
    lines = sum(row.net for row in found.rows)
    net = lines + found.freight_net - found.fee + found.goodwill + found.written_off + found.repairs
    net += found.clawback_net
    off = found.fee + max(-found.goodwill, 0) + max(-found.written_off, 0)
    off += max(-found.clawback_net, 0)
    on = found.freight_net + max(found.goodwill, 0) + max(found.written_off, 0) + found.repairs
    on += max(found.clawback_net, 0)
    if not found.rows:  # all of it stands in lines of its own
        lines, on, off = net, 0, 0
    return _e(
        "cac:LegalMonetaryTotal",
        p.money("cbc:LineExtensionAmount", lines),
        p.money("cbc:TaxExclusiveAmount", net),
        p.money("cbc:TaxInclusiveAmount", found.amount),
        p.money("cbc:AllowanceTotalAmount", off) if off else "",
        p.money("cbc:ChargeTotalAmount", on) if on else "",
        p.money("cbc:PayableAmount", found.amount),
    )


def _price(p: _Paper, row: Row) -> Node:
    return _e(
        "cac:Price",
        p.money("cbc:PriceAmount", row.net),
        p.quantity("cbc:BaseQuantity", row.quantity),
    )


# --- the papers -------------------------------------------------------------------------------


def write_order(world: World, asked: Request, issued: Moment) -> bytes:
    """An order as the customer's system would send it."""
    customer = world.customers[asked.customer_id]
    currency = buys_in(world, asked.customer_id)
    decimals = exponent(currency)
    rows, total = [], Decimal()
    for place, wanted in enumerate(asked.lines, 1):
        product = world.products[wanted.sku]
        listed = unit_price(world, product, stored(world, currency))
        if isinstance(listed, Refusal):
            raise ValueError(f"{product.sku} has no price in {currency} to write an order at")
        net = Decimal(listed).scaleb(-decimals) / (1 + Decimal(product.tax_rate) / 10_000)
        price = net.quantize(Decimal("0.0001"))
        amount = (price * wanted.quantity).quantize(Decimal(1).scaleb(-decimals))
        total += amount
        price_node = _e(
            "cac:Price",
            _t("cbc:PriceAmount", f"{price:f}", currencyID=currency),
            _t("cbc:BaseQuantity", 1, unitCode=PIECE),
        )
        rows.append(
            _e(
                "cac:OrderLine",
                _e(
                    "cac:LineItem",
                    _t("cbc:ID", place),
                    _t("cbc:Quantity", wanted.quantity, unitCode=PIECE),
                    _t("cbc:LineExtensionAmount", f"{amount:f}", currencyID=currency),
                    price_node,
                    _item(product),
                ),
            )
        )
    seller = _e("cac:Party", _e("cac:PartyName", _t("cbc:Name", world.company.name)))
    bill_to = customer.bill_to if asked.bill_to == NO_ADDRESS else asked.bill_to
    term = (asked.incoterm, asked.incoterm_place)
    return _document(
        "Order",
        _t("cbc:ID", asked.customer_po_number),
        _day("cbc:IssueDate", issued),
        _t("cbc:DocumentCurrencyCode", currency),
        _buyer(customer, "cac:BuyerCustomerParty"),
        _e("cac:SellerSupplierParty", seller),
        "" if bill_to == NO_ADDRESS else _billed(customer, bill_to),
        _e(
            "cac:Delivery",
            _address("cac:DeliveryAddress", asked.ship_to),
            _period("cac:RequestedDeliveryPeriod", asked.requested_delivery_date),
            _receiver(asked.ship_to),
        ),
        _terms(*(term if any(term) else (customer.incoterm, customer.incoterm_place))),
        _e(
            "cac:AnticipatedMonetaryTotal",
            _t("cbc:LineExtensionAmount", f"{total:f}", currencyID=currency),
            _t("cbc:PayableAmount", f"{total:f}", currencyID=currency),
        ),
        *rows,
    )


def write_change(world: World, asked: ChangeRequest, issued: Moment) -> bytes:
    """A change or the cancellation of an order as the customer's system would send it."""
    customer = world.customers[asked.customer_id]
    order = order_of(world, asked)
    currency = order.currency if order else ""
    reference = _e("cac:OrderReference", _t("cbc:ID", asked.customer_po_number))
    seller = _e("cac:Party", _e("cac:PartyName", _t("cbc:Name", world.company.name)))
    parties = (
        _buyer(customer, "cac:BuyerCustomerParty"),
        _e("cac:SellerSupplierParty", seller),
    )
    if asked.cancellation:
        return _document(
            "OrderCancellation",
            _t("cbc:ID", asked.document_number),
            _day("cbc:IssueDate", issued),
            _t("cbc:CancellationNote", asked.note or "–"),
            reference,
            *parties,
        )
    day = asked.requested_delivery_date
    period = _t("cbc:StartDate", day or ""), _t("cbc:EndDate", day or "")
    return _document(
        "OrderChange",
        _t("cbc:ID", asked.document_number),
        _day("cbc:IssueDate", issued),
        _t("cbc:SequenceNumberID", asked.sequence),
        _t("cbc:Note", asked.note),
        _t("cbc:DocumentCurrencyCode", currency or world.company.currency),
        reference,
        *parties,
        _e(
            "cac:Delivery",
            _address("cac:DeliveryAddress", asked.ship_to) if asked.ship_to else "",
            _e("cac:RequestedDeliveryPeriod", *period),
            _receiver(asked.ship_to) if asked.ship_to else "",
        ),
        *(
            _changed_line(world, place, line)
            for place, line in enumerate(asked.lines or _as_they_stand(order), 1)
        ),
    )


def _as_they_stand(order: Order | None) -> tuple[ChangedLine, ...]:
    """A change has a line at least: who means to change none names them all."""
    lines = order.lines if order else ()
    live = {line.sku: 0 for line in lines if line.live}
    for line in lines:
        if line.live:
            live[line.sku] += line.live
    return tuple(ChangedLine(sku, units, "unchanged") for sku, units in live.items())


_STATUS: Final = {told: code for code, told in LINE_STATUS.items() if code.isalpha()}


def _changed_line(world: World, place: int, line: ChangedLine) -> Node:
    product = world.products.get(line.sku)
    item = (
        _item(product)
        if product
        else _e(
            "cac:Item",
            _t("cbc:Name", line.sku),
            _e("cac:SellersItemIdentification", _t("cbc:ID", line.sku)),
        )
    )
    return _e(
        "cac:OrderLine",
        _e(
            "cac:LineItem",
            _t("cbc:ID", place),
            _t("cbc:LineStatusCode", _STATUS[line.status]),
            _t("cbc:Quantity", line.quantity, unitCode=PIECE),
            item,
        ),
    )


def write_answer(world: World, order: Order, told: AnsweredChange) -> bytes:
    """Our answer to a change document: how much of it stands, line by line, and why not all."""
    p, change = _Paper(world, order), told.change
    day = told.promised_delivery_date.isoformat() if told.promised_delivery_date else ""
    return _document(
        "OrderResponse",
        _t("cbc:ID", answer_number(order, told)),
        _t("cbc:SalesOrderID", order.order_number),
        _day("cbc:IssueDate", told.answered_at),
        _time("cbc:IssueTime", told.answered_at),
        _t("cbc:OrderResponseCode", _ANSWERS[told.answer]),
        _t("cbc:Note", told.why_not),
        _t("cbc:DocumentCurrencyCode", p.currency),
        p.order_reference(),
        _e(
            "cac:AdditionalDocumentReference",
            _t("cbc:ID", change.document_number),
            # UNCL 1001: a purchase order change request
            _t("cbc:DocumentTypeCode", 230),
            _t("cbc:DocumentType", "OrderCancellation" if change.cancellation else "OrderChange"),
        ),
        p.seller("cac:SellerSupplierParty"),
        p.buyer("cac:BuyerCustomerParty"),
        _e(
            "cac:Delivery",
            _address("cac:DeliveryAddress", told.ship_to),
            _e("cac:PromisedDeliveryPeriod", _t("cbc:StartDate", day), _t("cbc:EndDate", day)),
            _receiver(told.ship_to),
        ),
        *(
            _e(
                "cac:OrderLine",
                _e(
                    "cac:LineItem",
                    _t("cbc:ID", place),
                    # UNCL 1229: accepted as it is; changed; not accepted
                    _t("cbc:LineStatusCode", _line_answer(told, line)),
                    p.quantity("cbc:Quantity", line.stands),
                    _item(world.products[line.sku]),
                ),
            )
            for place, line in enumerate(told.lines, 1)
        ),
    )


_ANSWERS: Final[dict[ChangeAnswer, str]] = {
    "accepted": "AP",
    "conditional": "CA",
    "not_accepted": "RE",
}
"""UNCL 4343."""


def _line_answer(told: AnsweredChange, line: AnsweredLine) -> int:
    if line.stands == line.asked:
        return 5
    return 7 if told.answer == "not_accepted" else 3


def answer_number(order: Order, told: AnsweredChange) -> str:
    """The number of our answer to a change document: the order's, and which answer it is."""
    place = [it.change.key for it in order.changes].index(told.change.key) + 1
    return f"OR-{order.order_number}-{place}"


def write_response(
    world: World, order: Order, number: str = "", issued: Moment | None = None
) -> bytes:
    """Our word: what we deliver of what was asked, and when; the first is given at confirming."""
    issued = order.confirmed_at if issued is None else issued
    p = _Paper(world, order)
    promised, asked = order.promised_delivery_date, order.requested_delivery_date
    assert promised is not None
    live = [
        (line, line.live, telescoped(line.gross, line.live, line.ordered))
        for line in order.lines
        if line.live
    ]
    found = sums(live, order.shipping_gross)
    as_asked = (asked is None or promised <= asked) and all(
        not line.cancelled and line.first_price is None for line in order.lines
    )
    return _document(
        "OrderResponse",
        _t("cbc:ID", number or f"OR-{order.order_number}"),
        _t("cbc:SalesOrderID", order.order_number),
        _day("cbc:IssueDate", issued),
        _time("cbc:IssueTime", issued),
        # UNCL 4343: accepted; accepted with another day, price or fewer pieces
        _t("cbc:OrderResponseCode", "AP" if as_asked else "CA"),
        _t("cbc:DocumentCurrencyCode", p.currency),
        p.order_reference(),
        p.seller("cac:SellerSupplierParty"),
        p.buyer("cac:BuyerCustomerParty"),
        p.billed(),
        _e(
            "cac:Delivery",
            _address("cac:DeliveryAddress", order.ship_to),
            _period("cac:PromisedDeliveryPeriod", promised),
            _receiver(order.ship_to),
        ),
        p.terms(),
        _freight(p, found),
        _tax_total(p, found.taxes),
        _total(p, found),
        *(
            _e(
                "cac:OrderLine",
                _e(
                    "cac:LineItem",
                    _t("cbc:ID", row.line.line_number),
                    p.quantity("cbc:Quantity", row.quantity),
                    p.money("cbc:LineExtensionAmount", row.net),
                    _own_day(order, row.line),
                    _price(p, row),
                    p.item(row.line, taxed=True),
                ),
            )
            for row in found.rows
        ),
    )


def _own_day(order: Order, line: OrderLine) -> Node:
    """When a line comes, where the lines come on different days."""
    day = order.promise_of(line)
    if not order.split_dates or day is None:
        return ""
    return _e("cac:Delivery", _period("cac:PromisedDeliveryPeriod", day))


def _period(tag: str, day: date) -> Node:
    return _e(tag, _t("cbc:StartDate", day.isoformat()), _t("cbc:EndDate", day.isoformat()))


def write_despatch(world: World, order: Order, package: Package) -> bytes:
    """One parcel that has left: what is in it, who carries it, under which number."""
    p = _Paper(world, order)
    carrier = world.carriers.get(package.carrier_code)
    sent: dict[int, int] = {}
    for other in order.packages:
        if other.shipped_at and other.stage != "voided":
            for row in other.rows:
                if (other.shipped_at, other.package_number) <= (
                    package.shipped_at,
                    package.package_number,
                ):
                    sent[row.line_number] = sent.get(row.line_number, 0) + row.quantity
    shipment = _e(
        "cac:Shipment",
        _t("cbc:ID", f"{order.order_number}-{package.package_number}"),
        _t("cbc:GrossWeightMeasure", package.weight, unitCode="GRM") if package.weight else "",
        _t("cbc:TotalTransportHandlingUnitQuantity", 1, unitCode=PIECE),
        _e(
            "cac:ShipmentStage",
            _t("cbc:ID", 1),
            # UN/ECE Recommendation 19
            _t(
                "cbc:TransportModeCode", {"sea": 1, "air": 4}.get(carrier.mode, 3) if carrier else 3
            ),
            _e("cac:CarrierParty", _e("cac:PartyName", _t("cbc:Name", carrier.name)))
            if carrier
            else "",
        ),
        _e(
            "cac:Delivery",
            _t("cbc:TrackingID", package.tracking_number),
            _address("cac:DeliveryAddress", order.ship_to),
            _receiver(order.ship_to),
            p.terms(),
        ),
        _e("cac:TransportHandlingUnit", _t("cbc:ID", sscc(world, order, package), schemeID="SSCC")),
    )
    rows = []
    for place, row in enumerate(package.rows, 1):
        line = order.line(row.line_number)
        assert line is not None
        reference = _e(
            "cac:OrderLineReference", _t("cbc:LineID", line.line_number), p.order_reference()
        )
        left = max(line.live - sent[row.line_number], 0)
        rows.append(
            _e(
                "cac:DespatchLine",
                _t("cbc:ID", place),
                p.quantity("cbc:DeliveredQuantity", row.quantity),
                p.quantity("cbc:OutstandingQuantity", left) if left else "",
                reference,
                p.item(line, lot=row),
            )
        )
    return _document(
        "DespatchAdvice",
        _t("cbc:ID", f"DA-{order.order_number}-{package.package_number}"),
        _day("cbc:IssueDate", package.shipped_at),
        _time("cbc:IssueTime", package.shipped_at),
        p.order_reference(),
        p.seller("cac:DespatchSupplierParty"),
        p.buyer("cac:DeliveryCustomerParty"),
        shipment,
        *rows,
    )


def write_invoice(world: World, order: Order, paper: Document) -> bytes:
    """What is owed for what has left."""
    p, found = _Paper(world, order), document_sums(order, paper)
    days = world.policies.account_days if order.payment_terms == "on_account" else 0
    due = (day_of(paper.issued_at) + timedelta(days=days)).isoformat()
    return _document(
        "Invoice",
        _t("cbc:ID", paper.document_number),
        _day("cbc:IssueDate", paper.issued_at),
        _time("cbc:IssueTime", paper.issued_at),
        _t("cbc:DueDate", due),
        _t("cbc:InvoiceTypeCode", 380),
        _t("cbc:DocumentCurrencyCode", p.currency),
        p.order_reference(),
        p.seller("cac:AccountingSupplierParty"),
        p.billed(paper),
        p.bought(),
        _e(
            "cac:Delivery",
            _e(
                "cac:DeliveryLocation",
                _address("cac:Address", order.ship_to),
            ),
        ),
        p.terms(),
        *((_freight(p, found), _repairs(p, found), _clawback(p, found)) if found.rows else ()),
        _tax_total(p, found.taxes),
        _total(p, found),
        *_paper_lines(p, found, "cac:InvoiceLine", "cbc:InvoicedQuantity"),
        *(
            ()
            if found.rows
            else _without_goods(p, found, "cac:InvoiceLine", "cbc:InvoicedQuantity")
        ),
    )


def write_credit_note(world: World, order: Order, paper: Document) -> bytes:
    """What is taken back of the order's invoices."""
    p, found = _Paper(world, order), document_sums(order, paper)
    invoices = [other for other in order.documents if other.kind == "invoice"]
    return _document(
        "CreditNote",
        _t("cbc:ID", paper.document_number),
        _day("cbc:IssueDate", paper.issued_at),
        _time("cbc:IssueTime", paper.issued_at),
        _t("cbc:CreditNoteTypeCode", 381),
        _t("cbc:DocumentCurrencyCode", p.currency),
        p.order_reference(),
        *(
            _e(
                "cac:BillingReference",
                _e(
                    "cac:InvoiceDocumentReference",
                    _t("cbc:ID", invoice.document_number),
                    _day("cbc:IssueDate", invoice.issued_at),
                ),
            )
            for invoice in invoices
            if invoice.issued_at <= paper.issued_at
        ),
        p.seller("cac:AccountingSupplierParty"),
        p.billed(paper),
        p.bought(),
        p.terms(),
        *(
            (
                _freight(p, found),
                _fee(p, found),
                _given(p, "Goodwill", found.goodwill),
                _given(p, "Written off", found.written_off),
                _clawback(p, found),
            )
            if found.rows
            else ()
        ),
        _tax_total(p, found.taxes),
        _total(p, found),
        *_paper_lines(p, found, "cac:CreditNoteLine", "cbc:CreditedQuantity"),
        *(
            ()
            if found.rows
            else _without_goods(p, found, "cac:CreditNoteLine", "cbc:CreditedQuantity")
        ),
    )


def _without_goods(p: _Paper, found: Sums, around: str, quantity: str) -> Iterable[Node]:
    """A paper has a line at least: what is credited or charged, where no goods are."""
    parts = (
        ("Freight", found.freight_net, found.freight_rate),
        ("Restocking fee", -found.fee, 0),
        ("Repair", found.repairs, 0),
        ("Promotion claw-back", found.clawback_net, found.freight_rate),
        ("Goodwill", found.goodwill, 0),
        ("Written off", found.written_off, 0),
    )
    for place, (name, amount, rate) in enumerate((it for it in parts if it[1]), 1):
        yield _e(
            around,
            _t("cbc:ID", place),
            p.quantity(quantity, 1 if amount > 0 else -1),  # no price is below nothing
            p.money("cbc:LineExtensionAmount", amount),
            _e(
                "cac:Item",
                _t("cbc:Name", name),
                _category("cac:ClassifiedTaxCategory", rate),
            ),
            _e(
                "cac:Price",
                p.money("cbc:PriceAmount", abs(amount)),
                p.quantity("cbc:BaseQuantity", 1),
            ),
        )


def _paper_lines(p: _Paper, found: Sums, around: str, quantity: str) -> Iterable[Node]:
    for row in found.rows:
        yield _e(
            around,
            _t("cbc:ID", row.line.line_number),
            p.quantity(quantity, row.quantity),
            p.money("cbc:LineExtensionAmount", row.net),
            p.item(row.line, taxed=True),
            _price(p, row),
        )
