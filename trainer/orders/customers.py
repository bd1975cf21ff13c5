"""The customer file: who they are, how they are reached, what they may owe; one file for each.

Two files for one customer hide half of what they owe and half of what they were told, so a
duplicate is merged into the file that stands: everything that was under it follows.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final
from unicodedata import normalize

import msgspec

from trainer.orders.currencies import CurrencyMismatch, buys_in, named, priced_in, stored
from trainer.orders.engine import Answer, Command, Envelope, Event, decides, evolves
from trainer.orders.holds import CreditLimitExceeded
from trainer.orders.refusals import MissingField, MissingReason, Refusal
from trainer.orders.tax_ids import wrong_profile, wrong_tax_id
from trainer.orders.values import Address, Minor, Moment, day_of
from trainer.orders.world import BankTransfer, Contact, Customer, Order, PaymentTerms, World

# --- commands ---------------------------------------------------------------------------------


class OpenCustomer(Command, frozen=True):
    """Begin a file for a customer who is not known yet."""

    company: str
    contact: str
    email: str = ""
    phone: str = ""
    address: Address = Address()
    payment_terms: PaymentTerms = "prepay"
    credit_limit: Minor = 0
    currency: str = ""
    """What they will buy in, ISO 4217; empty for our own."""
    tax_id: str = ""
    despite: str = ""
    """A file that looks like theirs, and was found to be somebody else's."""


class UpdateCustomer(Command, frozen=True):
    """Write down who the customer is and how they are reached, as it is now."""

    customer_id: str
    company: str
    contact: str
    email: str = ""
    phone: str = ""
    address: Address = Address()


class SetTaxProfile(Command, frozen=True):
    """Write down under what name and tax id the customer is invoiced."""

    customer_id: str
    invoice_title: str
    tax_id: str


class AddCustomerNote(Command, frozen=True):
    """Keep what a customer needs or said for whoever serves them next."""

    customer_id: str
    text: str


class ReviewCustomer(Command, frozen=True):
    """Say that the file was looked through and is right."""

    customer_id: str


class SetCreditLimit(Command, frozen=True):
    """Change how much a customer may owe."""

    customer_id: str
    credit_limit: Minor
    reason: str


class ChangeCurrency(Command, frozen=True):
    """From now on the customer buys in another currency."""

    customer_id: str
    currency: str


class MergeCustomers(Command, frozen=True):
    """Put everything of a duplicate file into the file that stands."""

    customer_id: str
    into: str


# --- events -----------------------------------------------------------------------------------


class CustomerOpened(Event, frozen=True):
    """There is a file more."""

    says = "File {customer_id} opened: {company}, {contact}"
    customer_id: str
    company: str
    contact: str
    email: str = ""
    phone: str = ""
    address: Address = Address()
    payment_terms: PaymentTerms = "prepay"
    credit_limit: Minor = 0
    currency: str = ""
    tax_id: str = ""


class CustomerUpdated(Event, frozen=True):
    """The file reads differently."""

    says = "File of {customer_id} updated: {company}, {contact}"
    customer_id: str
    company: str
    contact: str
    email: str = ""
    phone: str = ""
    tax_id: str = ""
    address: Address = Address()


class TaxProfileSet(Event, frozen=True):
    """Invoices are made out to it from now on; those that were issued stay as they are."""

    says = "{customer_id} is invoiced as {invoice_title}, tax id {tax_id}"
    customer_id: str
    invoice_title: str
    tax_id: str


class CustomerNoteAdded(Event, frozen=True):
    """A word about the customer."""

    says = "Note on {customer_id}: {text}"
    customer_id: str
    text: str


class CustomerReviewed(Event, frozen=True):
    """Somebody looked through the file."""

    says = "File of {customer_id} reviewed"
    customer_id: str


class CreditLimitSet(Event, frozen=True):
    """They may owe another amount."""

    says = "Credit limit of {customer_id} set to {credit_limit}: {reason}"
    customer_id: str
    credit_limit: Minor
    reason: str


class CurrencyChanged(Event, frozen=True):
    """They buy in another currency; the credit limit was named in the old one, and is gone."""

    says = "{customer_id} buys in {wanted} from now on, not in {found}"
    customer_id: str
    found: str
    wanted: str


class CustomersMerged(Event, frozen=True):
    """One file instead of two; the event names all that moved."""

    says = "File {customer_id} merged into {into}"
    customer_id: str
    into: str
    order_numbers: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    contacts: tuple[Contact, ...] = ()
    """Whom the file that stands did not name: their people, and who was the main contact."""


# --- refusals ---------------------------------------------------------------------------------


class UnknownCustomer(Refusal, frozen=True):
    """No order without a customer file."""

    says = "There is no customer {customer_id}."
    cure = "Choose the customer from the list."
    customer_id: str


class FileMerged(Refusal, frozen=True):
    """What is merged is no longer written to: the next colleague would look in the other file."""

    says = "File {customer_id} was merged into {into}."
    cure = "Use file {into}; everything is there."
    customer_id: str
    into: str


class InvalidContact(Refusal, frozen=True):
    """Nobody can be reached there."""

    says = "“{value}” cannot be the {field} of a customer."
    cure = "Compare it with what the customer wrote, or ask them."
    field: str
    value: str


class LikelyDuplicate(Refusal, frozen=True):
    """A second file hides half of what a customer owes and was told."""

    says = "File {existing} may be the same customer: {company}, {contact}."
    cure = "Open {existing} and compare. If it is somebody else, say so in the form."
    existing: str
    company: str
    contact: str


class NoPriceList(Refusal, frozen=True):
    """Who buys in a currency in which nothing has a price cannot order anything."""

    says = "Nothing has a price in {currency}."
    cure = "Choose a currency of the price list."
    currency: str


class CurrencyInUse(Refusal, frozen=True):
    """Nothing is ever converted: what is open in the old currency could not be paid in the new."""

    says = "{customer_id} still has business in {currency}."
    sums = "open orders {orders} = 0, unbooked transfers {unmatched} = 0, store credit {credit} = 0"
    cure = "Settle or call off what is open in {currency} first; then change the currency."
    customer_id: str
    currency: str
    orders: int
    unmatched: Minor
    credit: Minor


class NothingChanged(Refusal, frozen=True):
    """An entry that says what is there already hides when it last changed."""

    says = "The file of {customer_id} says so already."
    cure = "If you have looked through it, record a review."
    customer_id: str


class FileIncomplete(Refusal, frozen=True):
    """A file that lacks something is not right, however long somebody looked at it."""

    says = "The file of {customer_id} has no {field}."
    cure = "Ask the customer, update the file, then record the review."
    customer_id: str
    field: str


class AlreadyReviewed(Refusal, frozen=True):
    """Once a day is enough."""

    says = "The file of {customer_id} has been reviewed today."
    cure = "Nothing more to do here."
    rests_on = ("review_after_days",)
    customer_id: str


class InvalidLimit(Refusal, frozen=True):
    """A limit of less than nothing cannot be kept."""

    says = "{requested} is not a credit limit."
    sums = "credit limit ≥ 0; you asked {requested}"
    cure = "Enter 0 if the customer must pay first."
    requested: Minor
    currency: str = ""


class MergedWithItself(Refusal, frozen=True):
    """It takes two."""

    says = "{customer_id} is the same file."
    cure = "Choose the file that stays; the one you opened goes into it."
    customer_id: str


class SamePurchaseOrder(Refusal, frozen=True):
    """The same order was entered under both names: merged, one of them would be lost from sight."""

    says = "Both files hold purchase order {customer_po_number}: {first} and {second}."
    cure = "Find out which of the two is real and call the other one off; then merge."
    customer_po_number: str
    first: str
    second: str


# --- looking ----------------------------------------------------------------------------------

_EMAIL: Final = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")
_NUMBERED_FROM: Final = 5000
"""Above the numbers of the files that a world begins with."""
_FINISHED: Final = ("completed", "settled", "archived")


def due_for_review(world: World, customer: Customer) -> bool:
    """Whether nobody has looked through the file for longer than the company's rule allows."""
    if customer.merged_into:
        return False
    if customer.last_reviewed is None:
        return True
    return (day_of(world.now) - customer.last_reviewed).days > world.policies.review_after_days


def orders_of(world: World, customer_id: str) -> Iterator[Order]:
    """A customer's orders, newest first."""
    return (order for order in world.newest() if order.customer_id == customer_id)


def likely_duplicates(world: World) -> dict[str, tuple[str, ...]]:
    """For each standing file the others with the same e-mail or tax id, or contact and phone."""
    holders: dict[str, list[str]] = {}
    for customer in _standing(world):
        for key in _marks(customer):
            holders.setdefault(key, []).append(customer.customer_id)
    found: dict[str, set[str]] = {}
    for same in holders.values():
        for one in same if len(same) > 1 else ():
            found.setdefault(one, set()).update(other for other in same if other != one)
    return {one: tuple(sorted(others)) for one, others in sorted(found.items())}


def looks_like(world: World, wanted: OpenCustomer) -> tuple[Customer, ...]:
    """The standing files that may be of whoever is to get a new one, a firm of that name too."""
    marks = {*_marks(wanted), f"company {_folded(wanted.company)}"}
    return tuple(
        customer
        for _, customer in sorted(world.customers.items())
        if not customer.merged_into
        and not marks.isdisjoint((*_marks(customer), f"company {_folded(customer.company)}"))
    )


def open_business(world: World, customer: Customer) -> CurrencyInUse | None:
    """What would be left over in the old currency if a customer's were another one now."""
    orders = sum(_unfinished(order) for order in orders_of(world, customer.customer_id))
    theirs = (t for t in world.transfers.values() if t.customer_id == customer.customer_id)
    # what is on its way back may still fail
    unmatched = sum(t.amount - t.matched if _under_way(t) else t.unmatched for t in theirs)
    credit = sum(credit.left for credit in customer.store_credits)
    if not (orders or unmatched or credit):
        return None
    return CurrencyInUse(
        customer_id=customer.customer_id,
        currency=named(world, customer.currency),
        orders=orders,
        unmatched=unmatched,
        credit=credit,
    )


def _under_way(transfer: BankTransfer) -> bool:
    return transfer.refund is not None and transfer.refund.under_way


def _unfinished(order: Order) -> bool:
    """Whether money may still move for an order: until it is settled something may come back."""
    if order.called_off:
        return bool(order.balance_due or order.refund_pending)
    return order.status not in ("settled", "archived")


def _standing(world: World) -> Iterable[Customer]:
    return (customer for customer in world.customers.values() if not customer.merged_into)


def _marks(customer: Customer | OpenCustomer) -> Iterator[str]:
    """What two customers do not share, in the way people write it."""
    if customer.email:
        yield f"email {customer.email.strip().casefold()}"
    # firms in one house may share a number, but hardly the person who answers it
    if digits := _digits(customer.phone):
        yield f"phone {digits} {_folded(customer.contact)}"
    if customer.tax_id:
        yield f"tax {_folded(customer.tax_id)}"


def _folded(text: str) -> str:
    return "".join(text.split()).casefold()


def _written(tax_id: str) -> str:
    """A tax id as offices write it, whatever keys it was typed with."""
    return "".join(normalize("NFKC", tax_id).split()).upper()


def _digits(phone: str) -> str:
    return "".join(letter for letter in phone if letter.isdigit())


# --- deciding ---------------------------------------------------------------------------------


def not_standing(world: World, customer_id: str) -> Refusal | None:
    """The refusal if there is no such file, or if it was merged into another."""
    customer = world.customers.get(customer_id)
    if customer is None:
        return UnknownCustomer(customer_id=customer_id)
    if customer.merged_into:
        return FileMerged(customer_id=customer_id, into=world.standing(customer_id))
    return None


@decides(OpenCustomer)
def open_customer(world: World, command: OpenCustomer, by: Envelope) -> Answer:
    """Somebody who can be reached, in a currency that has prices, and not a file once more."""
    refusal = _unreachable(command)
    if refusal:
        return refusal
    if named(world, command.currency) not in priced_in(world):
        return NoPriceList(currency=command.currency)
    if command.credit_limit < 0:
        return InvalidLimit(requested=command.credit_limit, currency=command.currency)
    wanted = Customer("", command.company, address=command.address, tax_id=_written(command.tax_id))
    if wanted.tax_id and (refusal := wrong_tax_id(world, wanted)):
        return refusal
    known = looks_like(world, command)
    if known and command.despite not in {customer.customer_id for customer in known}:
        first = known[0]
        return LikelyDuplicate(
            existing=first.customer_id, company=first.company, contact=first.contact
        )
    return (
        CustomerOpened(
            customer_id=f"C-{_NUMBERED_FROM + world.next_number('customer')}",
            company=command.company.strip(),
            contact=command.contact.strip(),
            email=command.email.strip(),
            phone=command.phone.strip(),
            address=command.address,
            payment_terms=command.payment_terms,
            credit_limit=command.credit_limit,
            currency=stored(world, command.currency),
            tax_id=wanted.tax_id,
        ),
    )


@decides(UpdateCustomer)
def update_customer(world: World, command: UpdateCustomer, by: Envelope) -> Answer:
    """A company, somebody to talk to, and a way to reach them that can be right."""
    refusal = not_standing(world, command.customer_id) or _unreachable(command)
    if refusal:
        return refusal
    before = world.customers[command.customer_id]
    updated = CustomerUpdated(
        customer_id=command.customer_id,
        company=command.company.strip(),
        contact=command.contact.strip(),
        email=command.email.strip(),
        phone=command.phone.strip(),
        tax_id=before.tax_id,
        address=command.address,
    )
    if _updated(before, updated) == before:
        return NothingChanged(customer_id=command.customer_id)
    return (updated,)


def _unreachable(command: OpenCustomer | UpdateCustomer) -> Refusal | None:
    for field in ("company", "contact"):
        if not getattr(command, field).strip():
            return MissingField(field=field)
    if refusal := misread(command.email.strip(), command.phone.strip()):
        return refusal
    missing = command.address.missing()
    return MissingField(field=missing[0]) if missing else None


def misread(email: str, phone: str) -> Refusal | None:
    """Why nobody can be reached by these."""
    if not email and not phone:
        return MissingField(field="email_or_phone")
    if email and not _EMAIL.fullmatch(email):
        return InvalidContact(field="email", value=email)
    if phone and len(_digits(phone)) < 5:
        return InvalidContact(field="phone", value=phone)
    return None


def same_person(one: Contact, other: Contact) -> bool:
    """Whether two entries are of one person: one e-mail, or one name and one telephone."""
    if one.email and _folded(one.email) == _folded(other.email):
        return True
    named = (_folded(one.name), _digits(one.phone)) == (_folded(other.name), _digits(other.phone))
    return named and bool(one.phone or not (one.email and other.email))


@decides(SetTaxProfile)
def set_tax_profile(world: World, command: SetTaxProfile, by: Envelope) -> Answer:
    """A title, and a tax id that can be one of their country."""
    refusal = not_standing(world, command.customer_id)
    if refusal:
        return refusal
    before = world.customers[command.customer_id]
    after = msgspec.structs.replace(
        before, invoice_title=command.invoice_title.strip(), tax_id=_written(command.tax_id)
    )
    if (after.title, after.tax_id) == (before.title, before.tax_id):
        return NothingChanged(customer_id=command.customer_id)
    return wrong_profile(world, after) or (
        TaxProfileSet(
            customer_id=command.customer_id, invoice_title=after.title, tax_id=after.tax_id
        ),
    )


@decides(AddCustomerNote)
def add_customer_note(world: World, command: AddCustomerNote, by: Envelope) -> Answer:
    """Anything but nothing."""
    refusal = not_standing(world, command.customer_id)
    if refusal is None and not command.text.strip():
        refusal = MissingField(field="note")
    return refusal or (
        CustomerNoteAdded(customer_id=command.customer_id, text=command.text.strip()),
    )


@decides(ReviewCustomer)
def review_customer(world: World, command: ReviewCustomer, by: Envelope) -> Answer:
    """Once a day, and only what is complete."""
    refusal = not_standing(world, command.customer_id)
    if refusal:
        return refusal
    customer = world.customers[command.customer_id]
    if customer.last_reviewed == day_of(max(by.at, world.now)):
        return AlreadyReviewed(customer_id=customer.customer_id)
    lacks = _lacks(customer)
    if lacks:
        return FileIncomplete(customer_id=customer.customer_id, field=lacks)
    return (CustomerReviewed(customer_id=customer.customer_id),)


def _lacks(customer: Customer) -> str:
    if not customer.contact:
        return "contact"
    if not customer.email:
        return "email"
    if not customer.phone:
        return "phone"
    return next(iter(customer.address.missing()), "")


@decides(SetCreditLimit)
def set_credit_limit(world: World, command: SetCreditLimit, by: Envelope) -> Answer:
    """Another limit, not below nothing, with a reason.

    It may go below what is owed: then nothing more is promised on account until they have paid.
    """
    refusal = not_standing(world, command.customer_id)
    if refusal:
        return refusal
    if command.credit_limit < 0:
        currency = world.customers[command.customer_id].currency
        return InvalidLimit(requested=command.credit_limit, currency=currency)
    if not command.reason.strip():
        return MissingReason()
    if command.credit_limit == world.customers[command.customer_id].credit_limit:
        return NothingChanged(customer_id=command.customer_id)
    return (
        CreditLimitSet(
            customer_id=command.customer_id,
            credit_limit=command.credit_limit,
            reason=command.reason,
        ),
    )


@decides(ChangeCurrency)
def change_currency(world: World, command: ChangeCurrency, by: Envelope) -> Answer:
    """Another one that has prices, while nothing is open in the one they buy in."""
    refusal = not_standing(world, command.customer_id)
    if refusal:
        return refusal
    found, wanted = buys_in(world, command.customer_id), named(world, command.currency)
    if found == wanted:
        return NothingChanged(customer_id=command.customer_id)
    if wanted not in priced_in(world):
        return NoPriceList(currency=wanted)
    return open_business(world, world.customers[command.customer_id]) or (
        CurrencyChanged(customer_id=command.customer_id, found=found, wanted=wanted),
    )


@decides(MergeCustomers)
def merge_customers(world: World, command: MergeCustomers, by: Envelope) -> Answer:
    """Two files that stand, no purchase order in both, and what is owed together within the limit.

    It looks at all orders, which no other rule does: once in the life of a duplicate.
    """
    gone, into = command.customer_id, command.into
    refusal = not_standing(world, gone) or not_standing(world, into)
    if refusal:
        return refusal
    if gone == into:
        return MergedWithItself(customer_id=gone)
    if buys_in(world, gone) != buys_in(world, into):
        return CurrencyMismatch(
            what=gone, found=buys_in(world, gone), about=into, wanted=buys_in(world, into)
        )
    moving = list(orders_of(world, gone))
    refusal = _in_both(world, moving, into) or _too_much(world, gone, into)
    if refusal:
        return refusal
    return (
        CustomersMerged(
            customer_id=gone,
            into=into,
            order_numbers=tuple(order.order_number for order in reversed(moving)),
            references=tuple(
                sorted(t.reference for t in world.transfers.values() if t.customer_id == gone)
            ),
            contacts=tuple(_new_people(world, world.customers[gone], world.customers[into])),
        ),
    )


def _new_people(world: World, gone: Customer, into: Customer) -> Iterator[Contact]:
    """Whom the file that stands does not have, in that role; their main contact as a buyer."""
    main = Contact(f"CT-{world.next_number('contact'):05d}", gone.contact, "buyer", gone.email,
                   gone.phone)  # fmt: skip
    stays = Contact("", into.contact, "buyer", into.email, into.phone)
    for it in (*gone.contacts, *((main,) if gone.contact else ())):
        there = (other for other in (stays, *into.contacts) if other.role == it.role)
        if not any(same_person(other, it) and _reached_so(other, it) for other in there):
            yield it


def _reached_so(one: Contact, other: Contact) -> bool:
    """Whether whoever reads the first entry reaches them in every way that the other names."""
    mail = not other.email or _folded(one.email) == _folded(other.email)
    return mail and (not other.phone or _digits(one.phone) == _digits(other.phone))


def _in_both(world: World, moving: list[Order], into: str) -> Refusal | None:
    """What both have carried out long ago may stay twice; what is still open may not."""
    for order in moving:
        number = order.customer_po_number
        other = world.orders.get(world.by_po.get((into, number), ""))
        if not number or other is None or order.called_off or other.called_off:
            continue
        if order.status not in _FINISHED or other.status not in _FINISHED:
            return SamePurchaseOrder(
                customer_po_number=number, first=other.order_number, second=order.order_number
            )
    return None


def _too_much(world: World, gone: str, into: str) -> Refusal | None:
    """A merger may not owe more than the file that stands is allowed to."""
    adds, owed = world.exposure.get(gone, 0), world.exposure.get(into, 0)
    limit = world.customers[into].credit_limit
    if not adds or owed + adds <= limit:
        return None
    return CreditLimitExceeded(
        customer_id=into, open=owed, requested=adds, exposure=owed + adds, limit=limit
    )


# --- evolving ---------------------------------------------------------------------------------


def filed(world: World, customer: Customer) -> World:
    """The world with this file in it."""
    customers = world.customers.set(customer.customer_id, customer)
    return msgspec.structs.replace(world, customers=customers)


def _updated(customer: Customer, event: CustomerUpdated) -> Customer:
    return msgspec.structs.replace(
        customer,
        company=event.company,
        contact=event.contact,
        email=event.email,
        phone=event.phone,
        tax_id=event.tax_id,
        address=event.address,
    )


@evolves(CustomerOpened)
def customer_opened(world: World, event: CustomerOpened, at: Moment) -> World:
    """The number is taken; who has just written a file down has looked at it."""
    customer = Customer(
        customer_id=event.customer_id,
        company=event.company,
        contact=event.contact,
        email=event.email,
        phone=event.phone,
        address=event.address,
        payment_terms=event.payment_terms,
        credit_limit=event.credit_limit,
        currency=event.currency,
        tax_id=event.tax_id,
        last_reviewed=day_of(at),
    )
    counters = world.counters.set("customer", world.next_number("customer"))
    return filed(msgspec.structs.replace(world, counters=counters), customer)


@evolves(CustomerUpdated)
def customer_updated(world: World, event: CustomerUpdated, at: Moment) -> World:
    """The file as it is now; orders keep the address they were given."""
    return filed(world, _updated(world.customers[event.customer_id], event))


@evolves(TaxProfileSet)
def tax_profile_set(world: World, event: TaxProfileSet, at: Moment) -> World:
    """A title that is the company's name goes on being it when that changes."""
    customer = world.customers[event.customer_id]
    title = None if event.invoice_title == customer.company else event.invoice_title
    profile = msgspec.structs.replace(customer, invoice_title=title, tax_id=event.tax_id)
    return filed(world, profile)


@evolves(CustomerNoteAdded)
def customer_note_added(world: World, event: CustomerNoteAdded, at: Moment) -> World:
    """One more note."""
    customer = world.customers[event.customer_id]
    notes = (*customer.notes, event.text)
    return filed(world, msgspec.structs.replace(customer, notes=notes))


@evolves(CustomerReviewed)
def customer_reviewed(world: World, event: CustomerReviewed, at: Moment) -> World:
    """Reviewed on that day."""
    customer = world.customers[event.customer_id]
    return filed(world, msgspec.structs.replace(customer, last_reviewed=day_of(at)))


@evolves(CreditLimitSet)
def credit_limit_set(world: World, event: CreditLimitSet, at: Moment) -> World:
    """The new limit."""
    customer = world.customers[event.customer_id]
    return filed(world, msgspec.structs.replace(customer, credit_limit=event.credit_limit))


@evolves(CurrencyChanged)
def currency_changed(world: World, event: CurrencyChanged, at: Moment) -> World:
    """The next order is in it; a limit of the old one says nothing in the new one."""
    customer = world.customers[event.customer_id]
    changed = msgspec.structs.replace(
        customer, currency=stored(world, event.wanted), credit_limit=0
    )
    return filed(world, changed)


@evolves(CustomersMerged)
def customers_merged(world: World, event: CustomersMerged, at: Moment) -> World:
    """All that was under the duplicate is under the file that stands, notes included."""
    gone, into = world.customers[event.customer_id], world.customers[event.into]
    world = world.moved_to(event.order_numbers, gone.customer_id, into.customer_id)
    transfers = world.transfers
    for reference in event.references:
        transfer = transfers[reference]
        moved = msgspec.structs.replace(transfer, customer_id=into.customer_id)
        transfers = transfers.set(reference, moved)
    world = msgspec.structs.replace(world, transfers=transfers)
    merged = msgspec.structs.replace(
        gone, merged_into=into.customer_id, notes=(), store_credits=(), contacts=()
    )
    kept = msgspec.structs.replace(
        into,
        notes=(*into.notes, *gone.notes),
        store_credits=(*into.store_credits, *gone.store_credits),
        contacts=(*into.contacts, *event.contacts),
    )
    if any(gone.contact_of(it.contact_number) is None for it in event.contacts):
        counters = world.counters.set("contact", world.next_number("contact"))
        world = msgspec.structs.replace(world, counters=counters)
    return filed(filed(world, merged), kept)
