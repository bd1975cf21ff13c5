"""A customer's people: beside the main contact of their file those for money, goods and complaints.

Letters go to whoever they concern, if the file names somebody; else to the main contact.
"""

import msgspec

from trainer.orders.customers import filed, misread, not_standing, same_person
from trainer.orders.engine import Answer, Command, Envelope, Event, decides, evolves
from trainer.orders.refusals import MissingField, Refusal
from trainer.orders.values import Moment
from trainer.orders.world import Contact, ContactRole, Customer, World

# --- commands ---------------------------------------------------------------------------------


class KeepContact(Command, frozen=True):
    """Write down one more of a customer's people, or one of them as they are now."""

    customer_id: str
    name: str
    role: ContactRole
    email: str = ""
    phone: str = ""
    contact_number: str = ""
    """Empty for somebody new."""


class RemoveContact(Command, frozen=True):
    """Take somebody out of the file who is not there any more."""

    customer_id: str
    contact_number: str


class MakeMainContact(Command, frozen=True):
    """From now on they are the main contact; who was it stays as a buyer."""

    customer_id: str
    contact_number: str


# --- events -----------------------------------------------------------------------------------


class ContactKept(Event, frozen=True):
    """The file names them."""

    says = "{name}, {role}, stands in the file of {customer_id} ({contact_number})"
    customer_id: str
    contact_number: str
    name: str
    role: ContactRole
    email: str = ""
    phone: str = ""


class ContactRemoved(Event, frozen=True):
    """Letters to them go to the main contact; what they were sent stays as it was."""

    says = "{name}, {role}, was taken out of the file of {customer_id} ({contact_number})"
    customer_id: str
    contact_number: str
    name: str
    role: ContactRole


class MainContactChanged(Event, frozen=True):
    """Two of their people have changed places."""

    says = "{name} is the main contact of {customer_id}, no longer {former}"
    customer_id: str
    contact_number: str
    name: str
    former: str
    former_number: str
    """Under which number they stand in the file from now on."""


# --- refusals ---------------------------------------------------------------------------------


class UnknownContact(Refusal, frozen=True):
    """Who is not in the file cannot be changed in it."""

    says = "The file of {customer_id} has no contact {contact_number}."
    cure = "Look at the contacts of the file; somebody may have been taken out meanwhile."
    customer_id: str
    contact_number: str


class ContactKnown(Refusal, frozen=True):
    """One person twice in a file is changed in one place and wrong in the other."""

    says = "{name} stands in the file of {customer_id} already, as {role}."
    cure = "Change the entry that is there."
    customer_id: str
    name: str
    role: ContactRole


# --- deciding ---------------------------------------------------------------------------------


@decides(KeepContact)
def keep_contact(world: World, command: KeepContact, by: Envelope) -> Answer:
    """Somebody with a name and a way to reach them, once in a role."""
    refusal = not_standing(world, command.customer_id)
    if refusal:
        return refusal
    customer = world.customers[command.customer_id]
    if command.contact_number and customer.contact_of(command.contact_number) is None:
        return UnknownContact(command.customer_id, command.contact_number)
    name, email, phone = command.name.strip(), command.email.strip(), command.phone.strip()
    if refusal := MissingField(field="name") if not name else misread(email, phone):
        return refusal
    number = command.contact_number or f"CT-{world.next_number('contact'):05d}"
    wanted = Contact(number, name, command.role, email, phone)
    for other in customer.contacts:
        # the entry itself, as it stands, is no change either
        if other == wanted or (
            other.contact_number != number
            and other.role == wanted.role
            and same_person(other, wanted)
        ):
            return ContactKnown(command.customer_id, other.name, other.role)
    return (ContactKept(command.customer_id, number, name, command.role, email, phone),)


@decides(RemoveContact)
def remove_contact(world: World, command: RemoveContact, by: Envelope) -> Answer:
    """Anybody but the main contact, who is in no list."""
    found = _found(world, command.customer_id, command.contact_number)
    if isinstance(found, Refusal):
        return found
    return (ContactRemoved(command.customer_id, found.contact_number, found.name, found.role),)


@decides(MakeMainContact)
def make_main_contact(world: World, command: MakeMainContact, by: Envelope) -> Answer:
    """Anybody in the list."""
    found = _found(world, command.customer_id, command.contact_number)
    if isinstance(found, Refusal):
        return found
    former = world.customers[command.customer_id].contact
    return (
        MainContactChanged(
            customer_id=command.customer_id,
            contact_number=found.contact_number,
            name=found.name,
            former=former,
            former_number=f"CT-{world.next_number('contact'):05d}" if former else "",
        ),
    )


def _found(world: World, customer_id: str, contact_number: str) -> Contact | Refusal:
    refusal = not_standing(world, customer_id)
    if refusal:
        return refusal
    found = world.customers[customer_id].contact_of(contact_number)
    return found or UnknownContact(customer_id, contact_number)


# --- evolving ---------------------------------------------------------------------------------


def _without(customer: Customer, contact_number: str) -> tuple[Contact, ...]:
    return tuple(it for it in customer.contacts if it.contact_number != contact_number)


def _counted(world: World) -> World:
    counters = world.counters.set("contact", world.next_number("contact"))
    return msgspec.structs.replace(world, counters=counters)


@evolves(ContactKept)
def contact_kept(world: World, event: ContactKept, at: Moment) -> World:
    """In their place, or at the end with the next number."""
    customer = world.customers[event.customer_id]
    kept = Contact(event.contact_number, event.name, event.role, event.email, event.phone)
    if customer.contact_of(event.contact_number) is None:
        world, contacts = _counted(world), (*customer.contacts, kept)
    else:
        contacts = tuple(
            kept if it.contact_number == kept.contact_number else it for it in customer.contacts
        )
    return filed(world, msgspec.structs.replace(customer, contacts=contacts))


@evolves(ContactRemoved)
def contact_removed(world: World, event: ContactRemoved, at: Moment) -> World:
    """One fewer."""
    customer = world.customers[event.customer_id]
    contacts = _without(customer, event.contact_number)
    return filed(world, msgspec.structs.replace(customer, contacts=contacts))


@evolves(MainContactChanged)
def main_contact_changed(world: World, event: MainContactChanged, at: Moment) -> World:
    """Who was the main contact is a buyer among the others."""
    customer = world.customers[event.customer_id]
    found = customer.contact_of(event.contact_number)
    assert found is not None
    contacts = _without(customer, event.contact_number)
    if event.former_number:
        former = Contact(
            event.former_number, customer.contact, "buyer", customer.email, customer.phone
        )
        world, contacts = _counted(world), (*contacts, former)
    changed = msgspec.structs.replace(
        customer, contact=found.name, email=found.email, phone=found.phone, contacts=contacts
    )
    return filed(world, changed)
