"""A customer's people on the pages: in their file, on their orders, in what is written to them."""

from html import unescape

import pytest
from flask import Flask

from tests.web.deskhand import Deskhand
from tests.web.test_customer_pages import Filed


@pytest.fixture(scope="module")
def app(demo: Flask) -> Flask:
    """The demo over a database of its own."""
    return demo


@pytest.fixture
def ada(app: Flask) -> Deskhand:
    """Ada at a fresh attempt."""
    return Deskhand(app, "ada").begin()


@pytest.fixture
def filed(ada: Deskhand) -> Filed:
    """The file of the customer who writes the first order."""
    return Filed(ada, ada.request.customer_id)


PIA = {
    "name": "Pia Pound", "role": "goods_in", "email": "pia@accounts.example", "phone": "",
}  # fmt: skip


def test_somebody_is_added_changed_made_the_main_one_and_taken_out(filed: Filed) -> None:
    main = filed.customer.contact
    assert 'data-command="remove_contact"' not in filed.page()
    assert filed.send("keep_contact", **PIA).status_code == 303
    (pia,) = filed.customer.contacts
    page = unescape(filed.page())
    assert f'id="contact-{pia.contact_number}"><dt>Goods-in</dt>' in page
    assert "<dt>Main contact</dt>" in page
    assert "Change contact: Pia Pound" in page
    number = {"contact_number": pia.contact_number}
    changed = filed.send("keep_contact", **PIA | {"role": "buyer"} | number)
    assert changed.status_code == 303
    assert [(it.name, it.role) for it in filed.customer.contacts] == [("Pia Pound", "buyer")]
    filed.send("make_main_contact", **number)
    assert filed.customer.contact == "Pia Pound"
    (former,) = filed.customer.contacts
    assert former.name == main
    filed.send("remove_contact", contact_number=former.contact_number)
    assert filed.customer.contacts == ()


def test_what_was_refused_comes_back_in_the_very_form(ada: Deskhand, filed: Filed) -> None:
    filed.send("keep_contact", **PIA)
    (pia,) = filed.customer.contacts
    typed = PIA | {"email": "at home", "contact_number": pia.contact_number}
    reply = filed.send("keep_contact", **typed)
    page = unescape(ada.client.get(reply.location).text)
    assert "INVALID_CONTACT" in page
    new, hers = page.split('data-command="keep_contact"')[1:3]
    assert 'value="at home"' not in new
    assert 'value="at home"' in hers
    empty = filed.send("keep_contact", **PIA | {"name": ""})
    assert empty.status_code == 422


def test_they_are_found_shown_on_the_order_and_written_to(ada: Deskhand, filed: Filed) -> None:
    filed.send("keep_contact", **PIA)
    assert filed.customer_id in ada.get("customers/", q="pia@accounts").text
    number = ada.submitted()
    assert "Goods-in · Pia Pound · pia@accounts.example" in ada.get(f"orders/{number}").text
    assert number in ada.get("orders", q="Pia Pound").text


def test_what_if_names_them_and_changes_nothing(filed: Filed) -> None:
    asked = filed.send("keep_contact", **PIA, preview="1")
    assert asked.status_code == 200
    assert "Nothing has happened yet" in asked.text
    assert "Pia Pound" in asked.text
    assert filed.customer.contacts == ()
