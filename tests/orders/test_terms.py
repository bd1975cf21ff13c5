"""Trade terms: from the file or the document onto the order, and fixed once papers say them."""

import msgspec
import pytest

from tests.builders import (
    ARMCHAIR,
    ASKED,
    FIRST,
    HERON,
    HOME,
    HOTEL,
    OTTER,
    QUICK,
    SECOND,
    company,
    order_confirmed,
    order_drafted,
    order_invoiced,
    order_shipped,
)
from tests.story import given
from trainer.orders.customers import NothingChanged
from trainer.orders.intake import ImportOrder
from trainer.orders.refusals import MissingField
from trainer.orders.terms import ChangeTerms, SetTradeTerms, TermsChanged, TermsOnPaper
from trainer.orders.values import Address
from trainer.orders.world import RequestLine

ACCOUNTS = Address("Otter Accounts", "7 Bank Street", "Concord", "03301", "US")
AGREED = SetTradeTerms(OTTER, "FCA", "Portsmouth", ACCOUNTS)
ENTERED = ImportOrder("UBL", OTTER, f"PO-{FIRST}", ASKED, QUICK, lines=(RequestLine(ARMCHAIR, 2),))


def test_a_file_without_terms_gives_an_order_without() -> None:
    order = given(order_drafted()).world.orders[FIRST]
    assert (order.incoterm, order.incoterm_place, order.bill_to) == ("", "", Address())


def test_an_order_takes_the_terms_of_its_customers_file() -> None:
    story = given(AGREED, order_drafted())
    order = story.world.orders[FIRST]
    assert (order.incoterm, order.incoterm_place, order.bill_to) == ("FCA", "Portsmouth", ACCOUNTS)
    story.and_(SetTradeTerms(OTTER, "DAP", "Boston"), order_drafted(SECOND))
    assert story.world.orders[FIRST].incoterm == "FCA", "an order keeps its own"
    assert story.world.orders[SECOND].bill_to == Address()
    assert story.when(SetTradeTerms(OTTER, "DAP", "Boston")).refusal == NothingChanged(
        customer_id=OTTER
    )


@pytest.mark.parametrize(
    ("terms", "field"),
    [(("FCA", " "), "incoterm_place"), (("", "Portsmouth"), "incoterm"),
     (("", "", Address("Accounts", "", "Concord", "03301")), "street"),
     (("", "", Address("Accounts", "7 Bank Street", "Concord")), "postal_code")],
)  # fmt: skip
def test_half_terms_are_none(terms: tuple[str, ...], field: str) -> None:
    story = given(order_drafted())
    missing = MissingField(field=field)
    assert story.when(SetTradeTerms(OTTER, *terms)).refusal == missing  # type: ignore[arg-type]
    assert story.when(ChangeTerms(FIRST, *terms)).refusal == missing  # type: ignore[arg-type]


def test_an_address_that_is_their_own_is_no_other() -> None:
    seat = company().customers[OTTER].address
    assert seat == HOME
    story = given(SetTradeTerms(OTTER, "DAP", "Boston", seat))
    assert story.world.customers[OTTER].bill_to == Address()
    nowhere = Address(country="US")
    assert (
        given(order_drafted(), ChangeTerms(FIRST, bill_to=nowhere)).world.orders[FIRST].bill_to
        == Address()
    )
    bare = msgspec.structs.replace(ACCOUNTS, country="")
    story = given(order_drafted(), ChangeTerms(FIRST, bill_to=bare))
    assert story.world.orders[FIRST].bill_to == ACCOUNTS


def test_a_document_goes_before_the_file() -> None:
    bare = given(AGREED, ENTERED)
    assert not any(isinstance(entry.event, TermsChanged) for entry in bare.entries)
    assert bare.world.orders[FIRST].incoterm == "FCA"
    own = msgspec.structs.replace(ENTERED, incoterm="DAP", incoterm_place="Boston")
    order = given(AGREED, own).world.orders[FIRST]
    assert (order.incoterm, order.incoterm_place, order.bill_to) == ("DAP", "Boston", ACCOUNTS)
    seat = msgspec.structs.replace(ENTERED, bill_to=HOME)
    assert given(AGREED, seat).world.orders[FIRST].bill_to == Address()
    half = msgspec.structs.replace(ENTERED, incoterm="DAP")
    assert given(AGREED).when(half).refusal == MissingField(field="incoterm_place")


def test_terms_are_put_right_until_papers_say_them() -> None:
    right = ChangeTerms(FIRST, "DDP", "Boston", ACCOUNTS)
    story = given(order_confirmed(), right)
    assert story.world.orders[FIRST].bill_to == ACCOUNTS
    shipped = given(order_shipped(customer=HERON))
    assert shipped.when(right).refusal == TermsOnPaper(order_number=FIRST, papers=0, shipped=2)
    invoiced = given(order_invoiced(customer=HERON))
    refusal = invoiced.when(right).refusal
    assert isinstance(refusal, TermsOnPaper)
    assert refusal.papers == 1


def test_what_goes_elsewhere_still_goes_there() -> None:
    story = given(AGREED, msgspec.structs.replace(ENTERED, ship_to=HOTEL))
    order = story.world.orders[FIRST]
    assert (order.ship_to, order.bill_to) == (HOTEL, ACCOUNTS)
