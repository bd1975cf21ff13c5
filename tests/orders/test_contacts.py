"""A customer's people: kept, changed, taken out, one of them the main one; who is written to."""

import msgspec
import pytest

from tests.builders import FIRST, HERON, OTTER, TWIN, order_delivered, order_shipped
from tests.story import Story, given
from trainer.orders import codec
from trainer.orders.contacts import (
    ContactKept,
    ContactKnown,
    ContactRemoved,
    KeepContact,
    MainContactChanged,
    MakeMainContact,
    RemoveContact,
    UnknownContact,
)
from trainer.orders.customers import (
    FileMerged,
    InvalidContact,
    MergeCustomers,
    UnknownCustomer,
    UpdateCustomer,
)
from trainer.orders.evidence import AskEvidence
from trainer.orders.invariants import violations
from trainer.orders.letters import letter
from trainer.orders.refusals import MissingField
from trainer.orders.returns import RequestReturn
from trainer.orders.service import (
    CONCERNS,
    TEMPLATES,
    CustomerNotified,
    NotifyCustomer,
    Template,
    addressee,
    channel_for,
)
from trainer.orders.values import Address
from trainer.orders.world import Contact, ContactRole, Customer, NoticeChannel, ReturnRow

PIA = KeepContact(OTTER, "Pia Pound", "accounts_payable", "pia@otter.example")
GUS = KeepContact(OTTER, "Gus Gate", "goods_in", phone="802-555-0188")
ANN = KeepContact(OTTER, "Ann Again", "after_sales", "ann@otter.example", "802-555-0177")


def people(story: Story, customer_id: str = OTTER) -> list[tuple[str, str, str]]:
    return [
        (it.contact_number, it.name, it.role) for it in story.world.customers[customer_id].contacts
    ]


def test_people_are_kept_changed_and_taken_out() -> None:
    story = given(PIA, GUS)
    first = ContactKept(OTTER, "CT-00001", "Pia Pound", "accounts_payable", "pia@otter.example")
    assert story.entries[0].event == first
    assert people(story) == [
        ("CT-00001", "Pia Pound", "accounts_payable"), ("CT-00002", "Gus Gate", "goods_in")
    ]  # fmt: skip
    story.and_(KeepContact(OTTER, "Pia Penny", "buyer", "pia@otter.example", "", "CT-00001"))
    assert people(story)[0] == ("CT-00001", "Pia Penny", "buyer")
    story.and_(RemoveContact(OTTER, "CT-00001"))
    assert story.entries[-1].event == ContactRemoved(OTTER, "CT-00001", "Pia Penny", "buyer")
    # who comes later has a number that nobody had
    story.and_(ANN)
    assert people(story) == [
        ("CT-00002", "Gus Gate", "goods_in"), ("CT-00003", "Ann Again", "after_sales")
    ]  # fmt: skip
    assert violations(story.world) == []
    stored = codec.decode_world(codec.encode_world(story.world))
    assert stored.customers[OTTER] == story.world.customers[OTTER]


def test_it_takes_a_file_a_name_and_a_way_to_reach_them() -> None:
    story = given(PIA, MergeCustomers(TWIN, HERON))
    for command, refusal in (
        (msgspec.structs.replace(PIA, customer_id="C-0"), UnknownCustomer("C-0")),
        (msgspec.structs.replace(PIA, customer_id=TWIN), FileMerged(TWIN, HERON)),
        (msgspec.structs.replace(GUS, name=" "), MissingField(field="name")),
        (msgspec.structs.replace(GUS, phone=""), MissingField(field="email_or_phone")),
        (msgspec.structs.replace(GUS, phone="none"), InvalidContact("phone", "none")),
        (msgspec.structs.replace(GUS, email="at home"), InvalidContact("email", "at home")),
        (msgspec.structs.replace(GUS, contact_number="CT-9"), UnknownContact(OTTER, "CT-9")),
        (RemoveContact(OTTER, "CT-9"), UnknownContact(OTTER, "CT-9")),
        (MakeMainContact(OTTER, "CT-9"), UnknownContact(OTTER, "CT-9")),
        # what stands there already, and the same person once more
        (
            msgspec.structs.replace(PIA, contact_number="CT-00001"),
            ContactKnown(OTTER, "Pia Pound", "accounts_payable"),
        ),
        (
            msgspec.structs.replace(PIA, name="P. Pound", email="PIA@otter.example"),
            ContactKnown(OTTER, "Pia Pound", "accounts_payable"),
        ),
    ):
        assert story.when(command).refusal == refusal, command
    # in another role they may stand once more
    assert story.when(msgspec.structs.replace(PIA, role="buyer")).refusal is None


def test_two_change_places() -> None:
    before = given().world.customers[OTTER]
    story = given(PIA, MakeMainContact(OTTER, "CT-00001"))
    assert story.entries[-1].event == MainContactChanged(
        OTTER, "CT-00001", "Pia Pound", before.contact, "CT-00002"
    )
    after = story.world.customers[OTTER]
    assert (after.contact, after.email, after.phone) == ("Pia Pound", "pia@otter.example", "")
    assert after.contacts == (
        Contact("CT-00002", before.contact, "buyer", before.email, before.phone),
    )
    assert violations(story.world) == []


@pytest.mark.parametrize(
    ("role", "template"),
    [("goods_in", "order_shipped"), ("accounts_payable", "refund_sent"),
     ("after_sales", "return_authorised")],
)  # fmt: skip
def test_a_letter_goes_to_whom_it_concerns(role: ContactRole, template: Template) -> None:
    file = Customer(
        OTTER, "Otter Office", "Olive", "olive@otter.example", "1",
        contacts=(Contact("CT-1", "Right", role, "right@otter.example"),
                  Contact("CT-2", "Buyer", "buyer", "buyer@otter.example", "2")),
    )  # fmt: skip
    assert addressee(file, template, "email").email == "right@otter.example"
    # who has no telephone is not reached by it
    assert addressee(file, template, "sms").phone == "1"
    for other in TEMPLATES:
        if CONCERNS.get(other) != role:
            assert addressee(file, other, "email") == file


def test_where_nobody_else_is_named_all_is_as_it_was() -> None:
    for customer in given().world.customers.values():
        for template in TEMPLATES:
            for channel in ("email", "sms"):
                assert addressee(customer, template, channel) is customer
            usual: NoticeChannel = "email" if customer.email else "sms"
            assert channel_for(customer, template) == usual


def test_the_letter_greets_whom_it_reaches() -> None:
    story = given(order_shipped(), KeepContact(OTTER, "Gus Gate", "goods_in", "gus@otter.example"))
    (told,) = story.when(NotifyCustomer(FIRST, "order_shipped")).events
    assert isinstance(told, CustomerNotified)
    assert told.recipient == "gus@otter.example"
    assert "Gus Gate" in told.text
    world, order = story.world, story.world.orders[FIRST]
    main = letter(world, order, world.customers[OTTER], "order_shipped", "email", "1")
    assert told.text == main.replace(world.customers[OTTER].contact, "Gus Gate")
    # taken out, and the next letter reaches the main contact; what was sent stays as it was
    story.and_(told, RemoveContact(OTTER, "CT-00001"))
    assert story.world.orders[FIRST].told == (("order_shipped", "1"),)
    assert addressee(story.world.customers[OTTER], "order_delivered").contact != "Gus Gate"


def test_goods_in_is_reached_at_the_only_way_there_is() -> None:
    story = given(order_shipped(), GUS)
    file = story.world.customers[OTTER]
    assert channel_for(file, "order_shipped") == "sms"
    (told,) = story.when(NotifyCustomer(FIRST, "order_shipped", "sms")).events
    assert isinstance(told, CustomerNotified)
    assert told.recipient == "802-555-0188"


def test_after_sales_is_asked_and_answers() -> None:
    from tests.orders.test_evidence import ruled

    story = given(
        order_delivered(), ANN, RequestReturn(FIRST, (ReturnRow(1, 1),), "defective"),
        AskEvidence(FIRST, "RMA-00001"), world=ruled(damage_evidence=True),
    )  # fmt: skip
    asked = story.entries[-1].event
    assert asked.recipient == "ann@otter.example"
    assert "Ann Again" in asked.text


def test_a_merged_file_keeps_nobody_back() -> None:
    """Nor a way to reach them: Hugo's e-mail stands in the twin's file alone."""
    pound = KeepContact(TWIN, "Pia Pound", "accounts_payable", "pia@heron.example")
    story = given(pound, MergeCustomers(TWIN, HERON))
    assert people(story, HERON) == [
        ("CT-00001", "Pia Pound", "accounts_payable"), ("CT-00002", "Hugo Heron", "buyer")
    ]  # fmt: skip
    assert story.world.customers[HERON].contacts[1].email == "hugo@heron.example"
    assert people(story, TWIN) == []
    other = UpdateCustomer(TWIN, "Heron Hotels", "Hanna", "hanna@heron.example", address=_home())
    story = given(
        pound, other, MergeCustomers(TWIN, HERON), KeepContact(HERON, "X", "buyer", "x@x.example")
    )
    assert people(story, HERON) == [
        ("CT-00001", "Pia Pound", "accounts_payable"),
        ("CT-00002", "Hanna", "buyer"),
        ("CT-00003", "X", "buyer"),
    ]
    assert violations(story.world) == []


def test_who_is_in_both_files_is_in_one_afterwards() -> None:
    both = [
        KeepContact(who, "Pia Pound", "accounts_payable", "pia@heron.example")
        for who in (TWIN, HERON)
    ]
    mailed = UpdateCustomer(
        HERON, "Heron Hotels", "Hugo", "hugo@heron.example", "802-555-0199", _home()
    )
    story = given(*both, mailed, MergeCustomers(TWIN, HERON))
    assert people(story, HERON) == [("CT-00002", "Pia Pound", "accounts_payable")]


def _home() -> Address:
    return given().world.customers[TWIN].address
