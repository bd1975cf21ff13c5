"""What an order on paper asks for, and what its reader has to say about it.

A document is read whole: it yields either errors, all at once, each with its place, or a pure
value with named warnings. The formats themselves are read in `trainer/exchange`.
"""

from datetime import date
from typing import ClassVar

import msgspec

from trainer.orders.refusals import code_of_name
from trainer.orders.values import NO_ADDRESS, Address
from trainer.orders.world import ChangeRequest, Fact, Format, Incoterm, RequestLine


class Finding(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """Something in a document that somebody has to know of: where, what, what else, what to do."""

    says: ClassVar[str] = ""
    """What was found, with the finding's own fields in braces."""
    wants: ClassVar[str] = ""
    """What was wanted."""
    cure: ClassVar[str] = ""
    """What to do."""

    line: int
    column: int = 0
    where: str = ""
    """The element or column, as the document's own format calls it."""
    found: str = ""
    wanted: str = ""

    @property
    def code(self) -> str:
        """The stable name of this kind of finding."""
        return code_of_name(type(self).__name__)

    def told(self) -> str:
        """In one short line, for the record."""
        return f"{self.line}:{self.column} {self.code} {self.found or self.where}"[:120]


class Fault(Finding, frozen=True):
    """A reason not to take the document."""


class Caution(Finding, frozen=True):
    """The document is taken, and this goes with it."""


class DocumentLine(Fact, frozen=True):
    """A line as it will stand on the draft, with its place in the document."""

    line: int
    sku: str
    quantity: int


class DocumentOrder(Fact, frozen=True):
    """What the document asks for, in this company's own numbers."""

    format: Format
    document_number: str
    customer_id: str
    lines: tuple[DocumentLine, ...]
    requested_delivery_date: date
    ship_to: Address
    currency: str = ""
    """What its amounts are in; empty where it names none."""
    incoterm: Incoterm = ""
    incoterm_place: str = ""
    bill_to: Address = NO_ADDRESS
    """Its own terms; empty where it names none."""

    @property
    def wanted(self) -> tuple[RequestLine, ...]:
        """Its lines without their places."""
        return tuple(RequestLine(line.sku, line.quantity) for line in self.lines)


class DocumentChange(Fact, frozen=True):
    """What a change document asks, of which of our orders, and where in it each line stands."""

    order_number: str
    change: ChangeRequest
    places: tuple[int, ...] = ()
    """The document's line of each changed line."""


class Reading(Fact, frozen=True):
    """What came of reading a document: an order or a change of one, or faults; never both."""

    format: Format
    order: DocumentOrder | None = None
    faults: tuple[Fault, ...] = ()
    warnings: tuple[Caution, ...] = ()
    change: DocumentChange | None = None
    changes: bool = False
    """Whether it is about an order that is there."""


# --- faults -----------------------------------------------------------------------------------


class NotADocument(Fault, frozen=True):
    """Nothing that we read."""

    says = "This is no document that can be read here; it begins with “{found}”."
    wants = "A UBL order or its change (XML), or an order as CSV in UTF-8 or as XLSX."
    cure = "Ask for one of these, or enter the order by hand."


class NotWellFormed(Fault, frozen=True):
    """Cut off or damaged."""

    says = "From here on the file cannot be read: {found}."
    wants = "A complete file, as the sender's system wrote it."
    cure = "Ask for the file again."


class NotAWorkbook(Fault, frozen=True):
    """It begins like one, and no spreadsheet program could open it."""

    says = "This is no XLSX workbook, or a damaged one."
    wants = "A workbook as a spreadsheet program saves it, with the order on its first sheet."
    cure = "Open it there and save it as XLSX again, or as CSV in UTF-8."


class DeclarationNotAllowed(Fault, frozen=True):
    """Entities can name files of ours, or grow without end."""

    says = "The document brings a DOCTYPE of its own: “{found}”."
    wants = "XML without DOCTYPE and without entities, as every UBL document is."
    cure = "Do not use this file; ask the sender how it came about."


class TooMuch(Fault, frozen=True):
    """A limit is passed."""

    says = "The document is too large: {found}."
    wants = "At most {wanted}."
    cure = "Ask the sender to split the order."


class OtherDocument(Fault, frozen=True):
    """Well meant, and for somebody else."""

    says = "This document is of another kind: “{found}”."
    wants = "One of these: {wanted}."
    cure = "Orders, their changes and cancellations are read here, nothing else."


class OtherVersion(Fault, frozen=True):
    """Another grammar."""

    says = "The document says it is UBL {found}."
    wants = "UBL 2.0 or a later 2.x."
    cure = "Ask the sender for UBL 2."


class FieldMissing(Fault, frozen=True):
    """Without it nobody knows what is wanted."""

    says = "{where} is missing."
    wants = "A value in this place."
    cure = "Ask the sender to fill it in."


class NotAQuantity(Fault, frozen=True):
    """Pieces are counted in whole numbers."""

    says = "{where} is “{found}”."
    wants = "A whole number of pieces from 1 to 99,999."
    cure = "Ask the customer which quantity is meant."


class NotAnAmount(Fault, frozen=True):
    """A price nobody can read."""

    says = "{where} is “{found}”, which is no amount."
    wants = "An amount with a decimal point, such as 1234.50."
    cure = "Ask the sender for the price, or for a document without prices."


class NotADay(Fault, frozen=True):
    """A date nobody can read without guessing."""

    says = "{where} is “{found}”, which is no date."
    wants = "A date as year-month-day, such as 2026-03-12."
    cure = "Ask the customer which day is meant; do not guess which number is the month."


class UnknownCode(Fault, frozen=True):
    """A code that stands on no list."""

    says = "{where} is “{found}”, which is no code of {wanted}."
    wants = "A code of {wanted}."
    cure = "Ask the sender for the right code; their system must be corrected too."


class NotByThePiece(Fault, frozen=True):
    """A right unit, for something else."""

    says = "{where} counts in “{found}”."
    wants = "Pieces: C62, EA or H87. Everything here is sold by the piece."
    cure = "Ask the customer how many pieces are wanted."


class OtherCurrency(Fault, frozen=True):
    """Our prices for a customer are in one currency."""

    says = "{where} is {found}."
    wants = "{wanted}, the currency of our price list."
    cure = "Ask the customer whether our prices are agreed to."


class NoListPrice(Fault, frozen=True):
    """What has no price in their currency is not sold in it."""

    says = "“{found}” has no price in {wanted} today."
    wants = "A product on our {wanted} price list."
    cure = "Have the price set on the price list, or tell the customer we do not sell it there."


class UnknownBuyer(Fault, frozen=True):
    """Nobody in our files."""

    says = "There is no customer “{found}” in our files."
    wants = "The number, tax id, e-mail or exact name of a customer."
    cure = "Find out who is meant. Without a customer file there is no order."


class UnknownItem(Fault, frozen=True):
    """Nothing in our range."""

    says = "We have nothing under “{found}”."
    wants = "Our SKU, or the GTIN of a product in our range."
    cure = "Ask the customer which product is meant."


class ItemsDisagree(Fault, frozen=True):
    """One line, two products."""

    says = "“{found}” and “{wanted}” on this line are two different products."
    wants = "SKU and GTIN of the same product."
    cure = "Ask the customer which of the two is meant."


class ItemNotSold(Fault, frozen=True):
    """No longer in the range."""

    says = "{found} is not on sale."
    wants = "A product that is on sale."
    cure = "Tell the customer, and offer another product."


class NotWholePacks(Fault, frozen=True):
    """Half a pack."""

    says = "{where} is {found}."
    wants = "A multiple of the pack size {wanted}."
    cure = "Ask the customer which full number of packs is wanted."


class SeveralOrders(Fault, frozen=True):
    """One file, one order."""

    says = "{where} is “{found}”; the rows above say “{wanted}”."
    wants = "One order in one file."
    cure = "Split the table and enter each order by itself."


class NoSuchOrder(Fault, frozen=True):
    """A change of nothing."""

    says = "Customer {wanted} has no order with us under their number “{found}”."
    wants = "The order number of theirs that stands on one of our orders."
    cure = "If the order itself is still in the inbox, enter it first. Else ask which is meant."


class OrderOfAnother(Fault, frozen=True):
    """One customer does not change what another has ordered."""

    says = "“{found}” is another customer's order, not one of {wanted}."
    wants = "An order of the customer who writes."
    cure = "Change nothing. Ask the sender which order of their own they mean."


class NumbersDisagree(Fault, frozen=True):
    """Their number and ours, and two orders."""

    says = "The document names our order “{found}”, but their own number stands on {wanted}."
    wants = "Both numbers of the same order."
    cure = "Ask the customer which of the two orders is meant."


class NotASequence(Fault, frozen=True):
    """Which of several changes comes last nobody can tell."""

    says = "{where} is “{found}”."
    wants = "Which change of this order it is: 1 for the first, 2 for the next."
    cure = "Ask the sender; a later change takes the place of an earlier one."


class LineNotThere(Fault, frozen=True):
    """It changes what was never ordered."""

    says = "{found} stands on no line of order {wanted}."
    wants = "A product of the order, or the status Added for one that is new."
    cure = "Ask the customer whether the product is to be added, or which line is meant."


class LineTwice(Fault, frozen=True):
    """Two quantities for one product."""

    says = "{found} stands in the document before, in line {wanted}."
    wants = "Each product once, with the quantity that is wanted from now on."
    cure = "Ask the customer which of the two quantities holds."


# --- warnings ---------------------------------------------------------------------------------


class ItemMapped(Caution, frozen=True):
    """The buyer's own code says nothing to us."""

    says = "We do not know the buyer's code “{found}”; by its other code the product is {wanted}."
    cure = "Compare the product with the customer's description."


class PriceDiffers(Caution, frozen=True):
    """Somebody will ask for the difference."""

    says = "{where} is {found}; our list says {wanted}."
    cure = "The list price is entered. Agree on the price before you confirm."


class SumDiffers(Caution, frozen=True):
    """The sender's own arithmetic."""

    says = "{where} is {found}, but quantity × price is {wanted}."
    cure = "Quantities are entered, sums are not; tell the sender."


class DatePassed(Caution, frozen=True):
    """A wish that came too late."""

    says = "The requested date {found} is in the past."
    cure = "{wanted} is entered instead. Ask the customer which day is wanted now."


class NoDate(Caution, frozen=True):
    """No wish at all."""

    says = "No delivery date is asked for."
    cure = "{wanted} is entered. Ask the customer, or take the day that suits."


class SameItemAgain(Caution, frozen=True):
    """One product, one line."""

    says = "{found} stands in the document before, in line {wanted}."
    cure = "The quantities are added up on one line. Make sure that none was sent twice."


class OtherAddress(Caution, frozen=True):
    """Not where they usually have it sent."""

    says = "The goods are to go to “{found}”, not to the address in the customer's file."
    cure = "The document's address is entered. Ask if the customer is not known to send there."


class AddressCompleted(Caution, frozen=True):
    """Half an address from the document, the rest from the file."""

    says = "The delivery address does not say: {wanted}."
    cure = "This is taken from the customer's file. Check it before you submit."


class BuyerByName(Caution, frozen=True):
    """A name is not a number."""

    says = "Only the name “{found}” says who orders; it is taken as customer {wanted}."
    cure = "Make sure that it is this customer."


class NoIncoterm(Caution, frozen=True):
    """Freight and risk by words that nobody has defined."""

    says = "{where} is “{found}”, which is no Incoterm of 2020."
    cure = "It is not entered. Ask who pays the carrier how far, and which term says so."


class PlaceTaken(Caution, frozen=True):
    """A term without its place says nothing."""

    says = "“{found}” comes without the place it needs."
    cure = "{wanted}, where the goods go, is entered as the place. Ask if that is what is meant."


class OtherTerms(Caution, frozen=True):
    """Not what was agreed on with them."""

    says = "The document says {found}; the customer's file says {wanted}."
    cure = "The document's term is entered. Agree on who pays the carrier before you confirm."


class OtherInvoiceAddress(Caution, frozen=True):
    """Not where their invoices usually go."""

    says = "Invoices are to go to “{found}”, not to the address in the customer's file."
    cure = "The document's address is entered. Ask if the customer's accounts are not known there."


class LineNotNamed(Caution, frozen=True):
    """Silence about a line is no cancellation."""

    says = "The document does not name {found}, line {wanted} of the order."
    cure = "The line stays as it is. Ask the customer, should they have meant to drop it."


class AddedAlready(Caution, frozen=True):
    """So many more, or so many in all?"""

    says = "{found} is to be added, and {wanted} of it are on the order already."
    cure = "The document's quantity is taken as the whole. Ask the customer if it is meant on top."


class NumberUsedAgain(Caution, frozen=True):
    """By its number it is one that was answered; by what it asks it is not."""

    says = "Document {found} was answered already, and asked for something else then."
    cure = "Ask the customer for one with a number of its own; this one gets no second answer."


class NotTakenOver(Caution, frozen=True):
    """Words and charges that no field of a draft holds."""

    says = "{where} says “{found}”. This is not entered."
    cure = "Read it, and act on it yourself: a discount, a note, an answer."


def findings() -> tuple[type[Finding], ...]:
    """Every kind of finding there is."""
    return (*Fault.__subclasses__(), *Caution.__subclasses__())
