"""Customer files: kept right, reviewed, given credit, and merged when one customer has two."""

import msgspec
import pytest

from tests.builders import (
    FIRST,
    HERON,
    HOME,
    HOTEL,
    KOI,
    OTTER,
    SECOND,
    TWIN,
    abroad,
    company,
    order_archived,
    order_checked,
    order_completed,
    order_confirmed,
    order_delivered,
    order_drafted,
    order_paid,
    order_settled,
    order_submitted,
)  # fmt: skip
from tests.story import Story, given
from trainer.orders import codec
from trainer.orders.clock import AdvanceClock
from trainer.orders.currencies import in_use
from trainer.orders.customers import (
    AddCustomerNote,
    AlreadyReviewed,
    ChangeCurrency,
    CurrencyChanged,
    CurrencyInUse,
    CustomerOpened,
    CustomersMerged,
    FileIncomplete,
    FileMerged,
    InvalidContact,
    InvalidLimit,
    LikelyDuplicate,
    MergeCustomers,
    MergedWithItself,
    NoPriceList,
    NothingChanged,
    OpenCustomer,
    ReviewCustomer,
    SamePurchaseOrder,
    SetCreditLimit,
    SetTaxProfile,
    TaxProfileSet,
    UnknownCustomer,
    UpdateCustomer,
    due_for_review,
    likely_duplicates,
    orders_of,
)
from trainer.orders.engine import Command
from trainer.orders.holds import CreditLimitExceeded, HoldPlaced
from trainer.orders.intake import CreateDraft
from trainer.orders.invariants import violations
from trainer.orders.payment import IssueRefund, ReceiveTransfer, RecordPayment, TransferReceived
from trainer.orders.refusals import MissingField, MissingReason, Refusal
from trainer.orders.remedies import CancelOrder
from trainer.orders.settlement import IssueInvoice
from trainer.orders.store_credit import AgreeStoreCredit
from trainer.orders.tax_ids import InvalidTaxProfile
from trainer.orders.values import DAY, Address, day_of
from trainer.orders.world import Contact, World

RIGHT = UpdateCustomer(
    HERON, "Heron Hotels", "Hugo Heron", "hugo@heron.example", "802-555-0199", HOTEL
)
DUE = 41_198
EIN = "12-3456789"


def changed(**fields: object) -> UpdateCustomer:
    """The right file with something else in it."""
    return msgspec.structs.replace(RIGHT, **fields)


# --- what stands in it --------------------------------------------------------------------------


def test_a_file_says_what_was_written_last() -> None:
    after = given().when(changed(company="  Heron Hotels Ltd "))
    file = after.world.customers[HERON]
    assert (file.company, file.email, file.title) == (
        "Heron Hotels Ltd", "hugo@heron.example", "Heron Hotels Ltd",
    )  # fmt: skip
    assert file.credit_limit == 100_000


@pytest.mark.parametrize(
    ("command", "refusal"),
    [
        (changed(customer_id="C-0"), UnknownCustomer("C-0")),
        (changed(company=" "), MissingField("company")),
        (changed(contact=""), MissingField("contact")),
        (changed(email="", phone=" "), MissingField("email_or_phone")),
        (changed(email="hugo at heron"), InvalidContact("email", "hugo at heron")),
        (changed(email="hugo@heron"), InvalidContact("email", "hugo@heron")),
        (changed(phone="ext. 12"), InvalidContact("phone", "ext. 12")),
        (changed(address=Address("Hugo", "", "Burlington", "05401", "US", "1")),
         MissingField("street")),
    ],
)  # fmt: skip
def test_what_cannot_be_right_is_not_filed(command: Command, refusal: Refusal) -> None:
    assert given().when(command).refusal == refusal


def test_what_stands_there_already_is_no_change() -> None:
    assert given(RIGHT).when(changed(company="Heron Hotels ")).refusal == NothingChanged(HERON)


def test_an_order_keeps_the_address_it_was_given() -> None:
    moved = msgspec.structs.replace(RIGHT, address=HOME)
    after = given(order_drafted(customer=HERON), moved).world
    assert after.orders[FIRST].ship_to == HOTEL
    assert after.customers[HERON].address == HOME


def test_notes_stay_with_the_customer() -> None:
    after = given(AddCustomerNote(OTTER, "rings twice")).when(
        AddCustomerNote(OTTER, " no pallets ")
    )
    assert after.world.customers[OTTER].notes == ("rings twice", "no pallets")
    assert given().when(AddCustomerNote(OTTER, " ")).refusal == MissingField("note")


# --- a file more --------------------------------------------------------------------------------

MOLE = OpenCustomer(
    "Mole Motels", "Moira Mole", "moira@mole.example", "802-555-0111", HOTEL, "on_account", 50_000,
)  # fmt: skip


def opened(**fields: object) -> OpenCustomer:
    """Mole Motels with something else in their file."""
    return msgspec.structs.replace(MOLE, **fields)


def test_a_file_is_opened_and_takes_orders() -> None:
    story = given(opened(company=" Mole Motels ", currency="JPY"), world=abroad())
    file = story.world.customers["C-5001"]
    assert (file.company, file.payment_terms, file.credit_limit) == (
        "Mole Motels", "on_account", 50_000,
    )  # fmt: skip
    assert (file.currency, file.last_reviewed) == ("JPY", day_of(story.world.now))
    after = story.and_(order_drafted(customer="C-5001")).world
    assert after.orders[FIRST].currency == "JPY"
    assert violations(after) == []
    second = story.when(opened(company="Stoat Inns", contact="Sue", email="sue@stoat.example"))
    assert second.events[0] == CustomerOpened(
        "C-5002", "Stoat Inns", "Sue", "sue@stoat.example", "802-555-0111", HOTEL, "on_account",
        50_000,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("command", "refusal"),
    [
        (opened(company=""), MissingField("company")),
        (opened(email="", phone=""), MissingField("email_or_phone")),
        (opened(email="moira@mole"), InvalidContact("email", "moira@mole")),
        (opened(phone="12"), InvalidContact("phone", "12")),
        (opened(address=Address()), MissingField("recipient")),
        (opened(credit_limit=-1), InvalidLimit(-1)),
        (opened(currency="EUR"), NoPriceList("EUR")),
        (opened(tax_id="123"), InvalidTaxProfile("Mole Motels", "tax_id", "123", "tax_id_us")),
    ],
)
def test_a_file_that_cannot_be_right_is_not_opened(command: Command, refusal: Refusal) -> None:
    assert given().when(command).refusal == refusal


@pytest.mark.parametrize(
    "same",
    [
        {"email": "Olive@Otter.example"},
        {"company": "otter  & sons"},
        {"contact": "Olive Otter", "phone": "(603) 555 0101"},
    ],
    ids=["e-mail", "name", "contact and phone"],
)
def test_a_likely_duplicate_points_to_the_file_that_is_there(same: dict[str, str]) -> None:
    known = UpdateCustomer(
        OTTER, "Otter & Sons", "Olive Otter", "olive@otter.example", "603-555-0101", HOME
    )
    story = given(known)
    refused = story.when(opened(**same)).refusal
    assert refused == LikelyDuplicate(OTTER, "Otter & Sons", "Olive Otter")
    # another file than the one that looks like theirs is no answer
    assert story.when(opened(**same, despite=HERON)).refusal == refused
    assert story.when(opened(**same, despite=OTTER)).events


def test_a_merged_file_is_nobodys_likeness() -> None:
    story = given(MergeCustomers(TWIN, HERON))
    assert story.when(opened(email="hugo@heron.example")).events


# --- another currency ---------------------------------------------------------------------------


def test_a_currency_changes_while_nothing_is_open() -> None:
    after = given(world=abroad()).when(ChangeCurrency(HERON, "KWD"))
    assert after.events == (CurrencyChanged(HERON, "USD", "KWD"),)
    # a thousand dollars are not a thousand dinars
    assert (after.world.customers[HERON].currency, after.world.customers[HERON].credit_limit) == (
        "KWD", 0,
    )  # fmt: skip
    home = given(ChangeCurrency(KOI, "USD"), world=abroad()).world
    assert home.customers[KOI].currency == ""


@pytest.mark.parametrize(
    ("so_far", "orders", "unmatched", "credit"),
    [
        (order_drafted(), 1, 0, 0),
        (order_completed(), 1, 0, 0),
        ((*order_confirmed(), CancelOrder(FIRST, "why"), ReceiveTransfer(OTTER, 77, "?")),
         0, 77, 0),
        ((*order_paid(), CancelOrder(FIRST, "why")), 1, 0, 0),
        ((*order_paid(), CancelOrder(FIRST, "why"), AgreeStoreCredit(OTTER, "a call"),
          IssueRefund(FIRST, DUE, "why", "store_credit")), 0, 0, DUE),
    ],
    ids=["draft", "not settled", "unbooked", "to pay back", "store credit"],
)  # fmt: skip
def test_a_currency_stays_while_something_is_open(
    so_far: tuple[object, ...], orders: int, unmatched: int, credit: int
) -> None:
    story = given(*so_far, world=abroad())
    refused = story.when(ChangeCurrency(OTTER, "JPY")).refusal
    assert refused == CurrencyInUse(OTTER, "USD", orders, unmatched, credit)


def test_what_is_over_stays_in_what_it_was_paid_in() -> None:
    story = given(order_settled(), ChangeCurrency(OTTER, "JPY"), world=abroad())
    story.and_(order_paid(SECOND))
    assert (story.world.orders[FIRST].currency, story.world.orders[SECOND].currency) == ("", "JPY")
    assert violations(story.world) == []
    assert in_use(story.world)[:1] == ("USD",)


@pytest.mark.parametrize(
    ("command", "refusal"),
    [
        (ChangeCurrency("C-0", "JPY"), UnknownCustomer("C-0")),
        (ChangeCurrency(OTTER, "USD"), NothingChanged(OTTER)),
        (ChangeCurrency(OTTER, ""), NothingChanged(OTTER)),
        (ChangeCurrency(OTTER, "EUR"), NoPriceList("EUR")),
    ],
)
def test_a_currency_needs_a_price_list(command: Command, refusal: Refusal) -> None:
    assert given(world=abroad()).when(command).refusal == refusal


# --- who is invoiced ----------------------------------------------------------------------------


def strict(*happened: object) -> Story:
    """A story in a company that looks at tax profiles."""
    world = company()
    policies = msgspec.structs.replace(world.policies, tax_profiles="required")
    firm = msgspec.structs.replace(world.company, policies=policies)
    return given(*happened, world=msgspec.structs.replace(world, company=firm))


def test_a_tax_profile_is_written_as_offices_write_it() -> None:
    after = given().when(SetTaxProfile(OTTER, " Otter & Sons Inc. ", " １２-3456789 "))
    assert after.events == (TaxProfileSet(OTTER, "Otter & Sons Inc.", EIN),)
    file = after.world.customers[OTTER]
    assert (file.company, file.title, file.tax_id) == ("Otter & Sons", "Otter & Sons Inc.", EIN)


def test_a_title_that_is_the_company_s_name_follows_it() -> None:
    renamed = UpdateCustomer(OTTER, "Otter Ltd", "Olive", "olive@otter.example", address=HOME)
    after = given(SetTaxProfile(OTTER, "Otter & Sons", EIN), renamed).world.customers[OTTER]
    assert (after.title, after.tax_id) == ("Otter Ltd", EIN)
    own = given(SetTaxProfile(OTTER, "Otter Inc.", EIN), renamed).world.customers[OTTER]
    assert (own.title, own.tax_id) == ("Otter Inc.", EIN)


@pytest.mark.parametrize(
    ("command", "refusal"),
    [
        (SetTaxProfile("C-0", "Otter", EIN), UnknownCustomer("C-0")),
        (SetTaxProfile(OTTER, " ", EIN),
         InvalidTaxProfile("Otter & Sons", "invoice_title", "", "any_title")),
        (SetTaxProfile(OTTER, "Otter", ""),
         InvalidTaxProfile("Otter & Sons", "tax_id", "", "tax_id_us")),
        (SetTaxProfile(OTTER, "Otter", "123456789"),
         InvalidTaxProfile("Otter & Sons", "tax_id", "123456789", "tax_id_us")),
    ],
)  # fmt: skip
def test_a_tax_profile_that_cannot_be_right_is_not_filed(
    command: Command, refusal: Refusal
) -> None:
    assert given().when(command).refusal == refusal
    profile = SetTaxProfile(OTTER, "Otter", EIN)
    assert given(profile).when(profile).refusal == NothingChanged(OTTER)


def test_no_invoice_without_a_tax_profile() -> None:
    story = strict(order_delivered())
    refused = InvalidTaxProfile("Otter & Sons", "tax_id", "", "tax_id_us")
    assert story.when(IssueInvoice(FIRST)).refusal == refused
    # elsewhere nobody looks at it
    assert given(order_delivered()).when(IssueInvoice(FIRST)).order.documents[0].title == ""
    issued = story.and_(SetTaxProfile(OTTER, "Otter Inc.", EIN)).when(IssueInvoice(FIRST))
    paper = issued.order.documents[0]
    assert (paper.title, paper.tax_id) == ("Otter Inc.", EIN)
    later = story.and_(IssueInvoice(FIRST), SetTaxProfile(OTTER, "Otter LLC", EIN)).world
    assert later.orders[FIRST].documents == (paper,)


# --- reviews ------------------------------------------------------------------------------------


def test_a_review_is_due_again_after_the_company_s_days() -> None:
    world = given(RIGHT).world
    assert due_for_review(world, world.customers[HERON])
    story = given(RIGHT, ReviewCustomer(HERON))
    reviewed = story.world
    assert reviewed.customers[HERON].last_reviewed == day_of(reviewed.now)
    assert not due_for_review(reviewed, reviewed.customers[HERON])
    days = reviewed.policies.review_after_days
    for wait, due in ((days, False), (days + 1, True)):
        later = msgspec.structs.replace(reviewed, now=reviewed.now + wait * DAY)
        assert due_for_review(later, later.customers[HERON]) is due


def test_a_review_finds_what_is_missing() -> None:
    assert given().when(ReviewCustomer(HERON)).refusal == FileIncomplete(HERON, "email")
    assert given().when(ReviewCustomer(OTTER)).refusal == FileIncomplete(OTTER, "phone")


def test_one_review_a_day() -> None:
    story = given(RIGHT, ReviewCustomer(HERON))
    assert story.when(ReviewCustomer(HERON)).refusal == AlreadyReviewed(HERON)
    tomorrow = AdvanceClock(story.world.now + DAY)
    assert given(RIGHT, ReviewCustomer(HERON), tomorrow).when(ReviewCustomer(HERON)).events


# --- credit -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("limit", "reason", "refusal"),
    [
        (-1, "why", InvalidLimit(-1)),
        (50_000, " ", MissingReason()),
        (100_000, "why", NothingChanged(HERON)),
    ],
)
def test_a_limit_is_set_with_a_reason(limit: int, reason: str, refusal: Refusal) -> None:
    assert given().when(SetCreditLimit(HERON, limit, reason)).refusal == refusal
    after = given().when(SetCreditLimit(HERON, 70_000, "pays late"))
    assert after.world.customers[HERON].credit_limit == 70_000


def test_a_lower_limit_stops_the_next_promise() -> None:
    stopped = given(
        order_submitted(customer=HERON), SetCreditLimit(HERON, DUE - 1, "pays late")
    ).and_(*order_checked(customer=HERON)[len(order_submitted(customer=HERON)) :])
    assert isinstance(stopped.entries[-1].event, HoldPlaced)


# --- merging ------------------------------------------------------------------------------------

MERGE = MergeCustomers(TWIN, HERON)


def test_everything_follows_into_the_file_that_stands() -> None:
    owed = order_confirmed(customer=TWIN)
    money = ReceiveTransfer(TWIN, DUE, FIRST)
    story = given(owed, AddCustomerNote(TWIN, "back door"), money)
    after = story.when(MERGE)
    reference = next(iter(story.world.transfers))
    # Hugo is in both, but his e-mail only in the one that goes
    hugo = Contact("CT-00001", "Hugo Heron", "buyer", "hugo@heron.example", "(802) 555-0199")
    assert after.events == (CustomersMerged(TWIN, HERON, (FIRST,), (reference,), (hugo,)),)
    world = after.world
    assert world.orders[FIRST].customer_id == HERON
    assert world.orders[FIRST].version == story.world.orders[FIRST].version + 1
    assert world.exposure[HERON] == DUE
    assert not world.exposure.get(TWIN)
    assert world.by_po[HERON, f"PO-{FIRST}"] == FIRST
    assert (TWIN, f"PO-{FIRST}") not in world.by_po
    assert world.customers[HERON].notes == ("back door",)
    assert [order.order_number for order in orders_of(world, HERON)] == [FIRST]
    assert violations(world) == []
    booked = given(MERGE, world=story.world).when(RecordPayment(FIRST, reference, DUE))
    assert booked.events


def test_a_world_with_merged_files_is_read_as_it_was_stored() -> None:
    world = given(order_confirmed(customer=TWIN), MERGE).world
    stored = codec.decode_world(codec.encode_world(world))
    assert dict(stored.by_po) == dict(world.by_po)
    assert stored.customers[TWIN].merged_into == HERON
    assert violations(stored) == []


def test_the_duplicate_takes_nothing_more() -> None:
    story = given(MERGE)
    draft = CreateDraft(TWIN, "PO-9", day_of(story.world.now), "QX")
    for command in (draft, AddCustomerNote(TWIN, "x"), MERGE, MergeCustomers(HERON, TWIN)):
        assert story.when(command).refusal == FileMerged(TWIN, HERON)


def test_money_and_files_lead_to_the_file_that_stands_now() -> None:
    limit = SetCreditLimit(OTTER, 1, "tidy")
    story = given(MERGE, limit, MergeCustomers(HERON, OTTER))
    assert story.world.standing(TWIN) == OTTER
    received = story.when(ReceiveTransfer(TWIN, 5, "x")).events[0]
    assert isinstance(received, TransferReceived)
    assert received.customer_id == OTTER
    assert story.when(AddCustomerNote(TWIN, "x")).refusal == FileMerged(TWIN, OTTER)


def test_a_file_does_not_go_into_itself() -> None:
    assert given().when(MergeCustomers(OTTER, OTTER)).refusal == MergedWithItself(OTTER)


def test_a_merger_stays_within_the_limit() -> None:
    both = (
        order_confirmed(customer=HERON),
        order_confirmed(SECOND, customer=TWIN),
    )
    refused = given(both, SetCreditLimit(HERON, 2 * DUE - 1, "x")).when(MERGE)
    assert refused.refusal == CreditLimitExceeded(
        customer_id=HERON, open=DUE, requested=DUE, exposure=2 * DUE, limit=2 * DUE - 1
    )
    assert given(both, SetCreditLimit(HERON, 2 * DUE, "x")).when(MERGE).events
    # who owes nothing adds nothing, however much the other one owes
    low = SetCreditLimit(HERON, 0, "x")
    assert given(order_confirmed(customer=HERON), low).when(MERGE).events


def twice(world: World) -> Command:
    """The first order's purchase order once more, under the other name."""
    return CreateDraft(TWIN, f"PO-{FIRST}", day_of(world.now), "QX")


def test_one_purchase_order_under_both_names_is_cleared_up_first() -> None:
    story = given(order_drafted(customer=HERON), twice)
    assert story.when(MERGE).refusal == SamePurchaseOrder(f"PO-{FIRST}", FIRST, SECOND)
    for gone, stays in ((FIRST, SECOND), (SECOND, FIRST)):
        again = given(order_drafted(customer=HERON), twice, CancelOrder(gone, "entered twice"))
        world = again.and_(MERGE).world
        assert world.by_po[HERON, f"PO-{FIRST}"] == stays
        assert violations(world) == []


def test_what_both_carried_out_long_ago_may_stay() -> None:
    def renumbered(world: World) -> World:
        """Both orders under one purchase order number, as no desk would let them be entered."""
        order = msgspec.structs.replace(world.orders[SECOND], customer_po_number=f"PO-{FIRST}")
        by_po = world.by_po.delete((TWIN, f"PO-{SECOND}")).set((TWIN, f"PO-{FIRST}"), SECOND)
        orders = world.orders.set(SECOND, order)
        return msgspec.structs.replace(world, orders=orders, by_po=by_po)

    done = given(order_archived(customer=HERON), *order_archived(SECOND)).world
    done = renumbered(given(MergeCustomers(OTTER, TWIN), world=done).world)
    after = given(MERGE, world=done).world
    assert after.by_po[HERON, f"PO-{FIRST}"] == SECOND
    assert violations(after) == []


# --- likely duplicates --------------------------------------------------------------------------


def test_the_same_phone_however_it_is_written() -> None:
    assert likely_duplicates(company()) == {HERON: (TWIN,), TWIN: (HERON,)}


def test_two_firms_behind_one_number_are_two() -> None:
    another = UpdateCustomer(OTTER, "Otter", "Olive", "", "802-555-0199", HOME)
    assert OTTER not in likely_duplicates(given(another).world)


def test_merged_files_are_no_duplicates_any_more() -> None:
    assert likely_duplicates(given(MERGE).world) == {}


@pytest.mark.parametrize(
    "same",
    [changed(email="Olive@Otter.example", phone="1 2 3 4 5"), SetTaxProfile(HERON, "H", EIN)],
    ids=["email", "tax id"],
)
def test_the_same_mail_or_tax_id(same: Command) -> None:
    otter = UpdateCustomer(OTTER, "Otter", "Olive", "olive@otter.example", "603-555-0101", HOME)
    world = given(otter, SetTaxProfile(OTTER, "Otter", EIN), same).world
    assert OTTER in likely_duplicates(world)[HERON]
