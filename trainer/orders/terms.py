"""Trade terms: who pays the carrier how far, and where invoices go if not to the customer's seat.

A customer's file holds what was agreed once and for all; an order takes it from there when it is
opened, or from the document it came as. Once papers say it, it stays.
"""

import msgspec

from trainer.orders.customers import NothingChanged, not_standing
from trainer.orders.engine import (
    Answer,
    Command,
    Envelope,
    Event,
    OrderCommand,
    OrderEvent,
    changed,
    decides,
    evolves,
)
from trainer.orders.refusals import IllegalState, MissingField, Refusal
from trainer.orders.values import NO_ADDRESS, WITHOUT_POSTAL_CODE, Address, Moment
from trainer.orders.world import Incoterm, Order, World


class SetTradeTerms(Command, frozen=True):
    """Write down what was agreed with a customer on freight, and where their invoices go."""

    customer_id: str
    incoterm: Incoterm = ""
    incoterm_place: str = ""
    bill_to: Address = NO_ADDRESS


class ChangeTerms(OrderCommand, frozen=True):
    """Put right by which terms one order is delivered, and where its invoices go."""

    incoterm: Incoterm = ""
    incoterm_place: str = ""
    bill_to: Address = NO_ADDRESS


class TradeTermsSet(Event, frozen=True):
    """The next order is by these terms; those that are there keep theirs."""

    says = "Trade terms of {customer_id} written down: {incoterm} {incoterm_place}"
    customer_id: str
    incoterm: Incoterm = ""
    incoterm_place: str = ""
    bill_to: Address = NO_ADDRESS


class TermsChanged(OrderEvent, frozen=True):
    """The order is by other terms."""

    says = "Terms of {order_number} put right: {incoterm} {incoterm_place}"
    incoterm: Incoterm = ""
    incoterm_place: str = ""
    bill_to: Address = NO_ADDRESS


class TermsOnPaper(Refusal, frozen=True):
    """What stands on a paper is not changed behind its back."""

    says = "The terms of order {order_number} stand on papers that have gone out."
    sums = "invoices and credit notes {papers}, shipped {shipped}; both must be 0"
    cure = "Leave them; agree on other terms for the next order."
    order_number: str
    papers: int
    shipped: int


def wrong_terms(incoterm: str, place: str, bill_to: Address) -> Refusal | None:
    """A term without its place is half a term; an invoice without an address finds nobody."""
    if incoterm and not place.strip():
        return MissingField(field="incoterm_place")
    if place.strip() and not incoterm:
        return MissingField(field="incoterm")
    if bill_to == NO_ADDRESS:
        return None
    wanted = ["recipient", "street", "city"]
    if bill_to.country not in WITHOUT_POSTAL_CODE:
        wanted.append("postal_code")
    missing = [name for name in wanted if not getattr(bill_to, name).strip()]
    return MissingField(field=missing[0]) if missing else None


def billed(bill_to: Address, seat: Address) -> Address:
    """No address of its own where it is the seat, or says nothing but the country."""
    if bill_to == Address(country=bill_to.country):
        return NO_ADDRESS
    if not bill_to.country:
        bill_to = msgspec.structs.replace(bill_to, country=seat.country)
    return NO_ADDRESS if bill_to == seat else bill_to


@decides(SetTradeTerms)
def set_trade_terms(world: World, command: SetTradeTerms, by: Envelope) -> Answer:
    """Whole terms or none, and something that is not in the file yet."""
    refusal = not_standing(world, command.customer_id)
    if refusal:
        return refusal
    customer = world.customers[command.customer_id]
    bill_to = billed(command.bill_to, customer.address)
    refusal = wrong_terms(command.incoterm, command.incoterm_place, bill_to)
    if refusal:
        return refusal
    after = (command.incoterm, command.incoterm_place.strip(), bill_to)
    if after == (customer.incoterm, customer.incoterm_place, customer.bill_to):
        return NothingChanged(customer_id=command.customer_id)
    return (TradeTermsSet(command.customer_id, *after),)


@decides(ChangeTerms)
def change_terms(world: World, order: Order, command: ChangeTerms, by: Envelope) -> Answer:
    """Whole terms or none, as long as nothing has left and no paper says otherwise."""
    if order.status not in ("draft", "submitted", "confirmed"):
        return IllegalState(
            order_number=order.order_number,
            status=order.status,
            wanted="draft / submitted / confirmed",
        )
    shipped = sum(line.shipped for line in order.lines)
    if order.documents or shipped:
        return TermsOnPaper(
            order_number=order.order_number, papers=len(order.documents), shipped=shipped
        )
    bill_to = billed(command.bill_to, world.customers[order.customer_id].address)
    return wrong_terms(command.incoterm, command.incoterm_place, bill_to) or (
        TermsChanged(order.order_number, command.incoterm, command.incoterm_place.strip(), bill_to),
    )


@evolves(TradeTermsSet)
def trade_terms_set(world: World, event: TradeTermsSet, at: Moment) -> World:
    """The file says so."""
    customer = msgspec.structs.replace(
        world.customers[event.customer_id],
        incoterm=event.incoterm,
        incoterm_place=event.incoterm_place,
        bill_to=event.bill_to,
    )
    customers = world.customers.set(event.customer_id, customer)
    return msgspec.structs.replace(world, customers=customers)


@evolves(TermsChanged)
def terms_changed(world: World, order: Order, event: TermsChanged, at: Moment) -> World:
    """The order says so."""
    return world.with_order(
        changed(
            order,
            incoterm=event.incoterm,
            incoterm_place=event.incoterm_place,
            bill_to=event.bill_to,
        )
    )
