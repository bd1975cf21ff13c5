"""Trade terms on the screens: written into a file, shown on the order, printed on its papers."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import msgspec
import pytest
from flask import Flask

from tests.web.deskhand import Deskhand
from tests.web.test_documents import enter, look
from trainer.exchange.papers import write_order
from trainer.orders.sscc import sscc
from trainer.orders.values import Address
from trainer.orders.world import Order


@pytest.fixture(scope="module")
def app(demo: Flask) -> Flask:
    """The demo over a database of its own."""
    return demo


@pytest.fixture(scope="module")
def _ada(app: Flask) -> Deskhand:
    return Deskhand(app, "ada")


@pytest.fixture
def ada(_ada: Deskhand) -> Deskhand:
    """Ada at a fresh attempt."""
    return _ada.begin()


TERMS = {
    "incoterm": "FCA",
    "incoterm_place": "Portsmouth",
    "bill_to.recipient": "Accounts",
    "bill_to.street": "7 Bank Street",
    "bill_to.city": "Concord",
    "bill_to.postal_code": "03301",
    "bill_to.country": "US",
}


def file(hand: Deskhand, **changes: str) -> Any:
    who = hand.request.customer_id
    typed = {"csrf_token": hand.token, "command_id": "terms-1", "customer_id": who}
    typed |= {"command": "set_trade_terms", **TERMS} | changes
    return hand.client.post(
        f"/attempts/{hand.key}/customers/{who}", data=typed, follow_redirects=True
    )


def test_terms_are_written_into_the_file_and_stand_on_the_next_order(ada: Deskhand) -> None:
    page = file(ada)
    assert page.status_code == 200
    assert "FCA Portsmouth" in page.text
    assert "7 Bank Street" in page.text
    assert "the buyer pays from there" in page.text
    number = ada.confirmed()
    there = ada.get(f"orders/{number}").text
    assert "FCA Portsmouth" in there
    assert "Accounts" in there
    assert "Delivery terms and invoice address" in there


def test_half_terms_are_refused_beside_their_field(ada: Deskhand) -> None:
    page = file(ada, incoterm_place="").text
    assert 'data-code="MISSING_FIELD"' in page
    assert ada.world.customers[ada.request.customer_id].incoterm == ""
    page = file(ada, command_id="terms-2", **{"bill_to.street": ""}).text
    assert 'data-code="MISSING_FIELD"' in page
    assert "form-error" in page or "field-error" in page or "aria-invalid" in page


def test_an_order_is_put_right_by_its_own_form(ada: Deskhand) -> None:
    number = ada.confirmed()
    typed = {name.replace(".", "__"): value for name, value in TERMS.items()}
    reply = ada.send("change_terms", order_number=number, **(typed | {"incoterm": "DAP"}))
    assert reply.status_code == 303, reply.text
    assert (ada.world.orders[number].incoterm, ada.world.orders[number].bill_to.city) == (
        "DAP", "Concord",
    )  # fmt: skip


def test_a_document_brings_its_terms(ada: Deskhand) -> None:
    asked = msgspec.structs.replace(
        ada.request,
        incoterm="DDP",
        incoterm_place="Boston",
        bill_to=Address("Head office", "1 Main Street", "Boston", "02101", "US"),
    )
    page = look(ada, write_order(ada.world, asked, ada.world.now))
    assert "DDP Boston" in page.text
    assert "Head office" in page.text
    number = enter(ada, page.text).location.split("/orders/")[1].split("?")[0]
    order = ada.world.orders[number]
    assert (order.incoterm, order.bill_to) == ("DDP", asked.bill_to)


@contextmanager
def by_terms(hand: Deskhand, order: Order) -> Iterator[None]:
    """The run in memory, with an order that was sold by terms of its own."""
    run, world = hand.desk.run(hand.sandbox), hand.world
    sold = msgspec.structs.replace(
        order,
        incoterm="DAP",
        incoterm_place="Boston",
        bill_to=Address("Head office", "1 Main Street", "Boston", "02101", "US"),
    )
    changed = msgspec.structs.replace(run, world=world.with_order(sold))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(hand.desk, "run", lambda sandbox: changed)
        yield


def test_waybill_and_invoice_say_who_pays_and_where_it_is_billed(ada: Deskhand) -> None:
    order = next(
        order
        for order in ada.world.newest()
        if any(parcel.tracking_number for parcel in order.packages)
        and any(paper.itemised for paper in order.documents)
    )
    parcel = next(p for p in order.packages if p.tracking_number)
    paper = next(p for p in order.documents if p.itemised)
    with by_terms(ada, order):
        waybill = ada.get(f"orders/{order.order_number}/waybills/{parcel.package_number}").text
        printed = ada.get(f"orders/{order.order_number}/papers/{paper.document_number}").text
    for page in (waybill, printed):
        assert "DAP Boston" in page
        assert "bear the risk to the named place" in page
    assert "1 Main Street" in printed
    assert ada.world.customers[order.customer_id].address.street not in printed.split("Bill to")[1]


def test_each_parcel_has_its_number(ada: Deskhand) -> None:
    file(ada)
    shipped = next(
        order
        for order in ada.world.newest()
        if any(parcel.tracking_number for parcel in order.packages) and order.documents
    )
    parcel = next(p for p in shipped.packages if p.tracking_number)
    code = sscc(ada.world, shipped, parcel)
    number = shipped.order_number
    for paper in ("packing-lists", "waybills"):
        page = ada.get(f"orders/{number}/{paper}/{parcel.package_number}").text
        assert code in page
        assert "Incoterms" not in page, "nothing was agreed"
    assert code in ada.get(f"orders/{number}").text
