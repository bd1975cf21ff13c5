"""The customers' pages: found, read, kept right, merged; by plain forms."""

import re
from html import unescape
from typing import Any

import pytest
from flask import Flask

from tests.web.deskhand import Deskhand
from trainer.orders.payment import ReceiveTransfer


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


class Filed:
    """One customer's file in Ada's attempt."""

    def __init__(self, ada: Deskhand, customer_id: str) -> None:
        self.ada, self.customer_id = ada, customer_id

    @property
    def customer(self) -> Any:
        return self.ada.world.customers[self.customer_id]

    def page(self, **query: Any) -> str:
        return str(self.ada.get(f"customers/{self.customer_id}", **query).text)

    def send(self, command: str, **fields: Any) -> Any:
        typed = {name.replace("__", "."): value for name, value in fields.items()}
        return self.ada.client.post(
            f"/attempts/{self.ada.key}/customers/{self.customer_id}",
            data={
                "csrf_token": self.ada.token,
                "command": command,
                "command_id": f"{command}-{len(typed)}-{self.ada.world.number}",
                "customer_id": self.customer_id,
                **typed,
            },
        )

    def update(self, **changes: Any) -> Any:
        """The form of the file as it stands, with something changed."""
        page = self.page()
        form = page[page.index('data-command="update_customer"') :]
        form = form[: form.index("</form>")]
        found = re.findall(r'type="text" value="([^"]*)" id="[^"]*" name="([^"]+)"', form)
        fields = {name.replace(".", "__"): unescape(value) for value, name in found}
        hidden = re.findall(r'type="hidden" name="(address[^"]+)" value="([^"]*)"', form)
        fields |= {name.replace(".", "__"): unescape(value) for name, value in hidden}
        return self.send("update_customer", **fields | changes)


@pytest.fixture
def files(ada: Deskhand) -> list[Filed]:
    """Two files: those of the first customer on account, and of another one."""
    on_account = [c for _, c in sorted(ada.world.customers.items()) if c.payment_terms != "prepay"]
    return [Filed(ada, customer.customer_id) for customer in on_account[:2]]


def test_what_if_shows_what_a_file_would_be_and_changes_nothing(ada: Deskhand) -> None:
    filed = Filed(ada, min(ada.world.customers))
    was = filed.customer.credit_limit
    asked = filed.send("set_credit_limit", credit_limit="12,345", reason="pays late", preview="1")
    assert asked.status_code == 200
    assert "Nothing has happened yet" in asked.text
    assert "Credit limit</th>" in " ".join(asked.text.split()).replace(" <small", "</th>")
    assert "12,345" in asked.text
    assert 'value="pays late"' in asked.text
    assert filed.customer.credit_limit == was
    refused = filed.send("merge_customers", into=filed.customer_id, preview="1")
    assert "It would be refused." in refused.text
    assert ada.sandbox.asides == 0


def test_the_list_is_searched_and_narrowed(ada: Deskhand, files: list[Filed]) -> None:
    one = files[0].customer
    found = ada.get("customers/", q=one.company).text
    assert one.customer_id in found
    assert "No customer matches" in ada.get("customers/", q="nobody like that").text
    assert one.customer_id in ada.get("customers/", q=one.phone).text
    part = ada.client.get(
        f"/attempts/{ada.key}/customers/", query_string={"q": one.email},
        headers={"HX-Request": "true", "HX-Request-Type": "partial"},
    ).text  # fmt: skip
    assert part.lstrip().startswith('<div id="customer-list"')


def test_a_file_that_was_reviewed_is_no_longer_due(ada: Deskhand) -> None:
    listed = ada.get("customers/", view="review_due").text
    found = re.search(r"/customers/(C-[^?\"]+)", listed)
    assert found
    file = Filed(ada, found[1])
    assert 'data-status="review_due"' in file.page()
    assert file.customer_id in ada.get("customers/", view="review_due", q=file.customer_id).text
    assert file.send("review_customer").status_code == 303
    assert 'data-status="review_due"' not in file.page()
    again = file.send("review_customer")
    assert "ALREADY_REVIEWED" in ada.client.get(again.location).text


def test_what_stands_in_the_file_can_be_corrected(files: list[Filed]) -> None:
    file = files[0]
    before = file.customer
    assert file.update(company="Renamed & Co").status_code == 303
    after = file.customer
    assert after.company == "Renamed & Co"
    assert (after.email, after.address) == (before.email, before.address)
    assert "Renamed &amp; Co" in file.page()


def test_a_refused_entry_comes_back_with_what_was_typed(ada: Deskhand, files: list[Filed]) -> None:
    reply = files[0].update(email="at home")
    page = ada.client.get(reply.location).text
    assert "INVALID_CONTACT" in page
    assert 'value="at home"' in page


def test_a_tax_profile_is_corrected_in_the_file(ada: Deskhand, files: list[Filed]) -> None:
    file = files[0]
    typed = {"invoice_title": "Renamed Inc.", "tax_id": "98-7654321"}
    assert file.send("set_tax_profile", **typed).status_code == 303
    assert (file.customer.title, file.customer.tax_id) == ("Renamed Inc.", "98-7654321")
    assert "Renamed Inc." in file.page()
    reply = file.send("set_tax_profile", **typed | {"tax_id": "123"})
    page = ada.client.get(reply.location).text
    assert "INVALID_TAX_PROFILE" in page
    assert "9 digits, written 12-3456789" in page
    assert re.search(r'value="123"[^>]*name="tax_id"[^>]*aria-invalid="true"', page)


def test_an_amount_that_is_none_stands_beside_its_field(files: list[Filed]) -> None:
    reply = files[0].send("set_credit_limit", credit_limit="lots", reason="why")
    assert reply.status_code == 422
    assert "Enter an amount" in reply.text
    assert 'value="lots"' in reply.text


def test_a_limit_and_what_is_owed_stand_side_by_side(files: list[Filed]) -> None:
    file = files[0]
    file.send("set_credit_limit", credit_limit="1.00", reason="pays late")
    page = file.page()
    assert "<progress" in page
    owed = file.ada.world.exposure.get(file.customer_id, 0)
    assert ("above the limit" in page) is (owed > 100)


def test_duplicates_are_suggested_and_merged(ada: Deskhand, files: list[Filed]) -> None:
    gone, stays = files
    gone.send("add_customer_note", text="rings twice")
    gone.update(email=stays.customer.email)
    assert f"{stays.customer_id}</a>" in gone.page()
    assert 'data-status="likely_duplicate"' in stays.page()
    stays.send("set_credit_limit", credit_limit="90000000", reason="both files")
    numbers = [o.order_number for o in ada.world.newest() if o.customer_id == gone.customer_id]
    reply = gone.send("merge_customers", into=stays.customer_id)
    assert "merged into" in ada.client.get(reply.location).text
    assert all(ada.world.orders[n].customer_id == stays.customer_id for n in numbers)
    page = gone.page()
    assert 'data-command="' not in page.split('id="desk"')[1].split('id="coach"')[0]
    assert stays.customer_id in page
    assert "rings twice" in stays.page()
    assert f'value="{gone.customer_id}"' not in ada.get("orders/new").text


def test_a_file_only_does_what_its_forms_say(ada: Deskhand, files: list[Filed]) -> None:
    file = files[0]
    assert file.send("archive_order").status_code == 400
    assert file.send("review_customer", customer_id="C-OTHER").status_code == 400
    assert ada.get("customers/C-NOBODY").status_code == 404
    assert Filed(ada, "C-NOBODY").send("review_customer").status_code == 404


def test_the_past_can_be_looked_at_not_changed(files: list[Filed]) -> None:
    file = files[0]
    file.send("add_customer_note", text="rings twice")
    page = file.page(at=0)
    assert "rings twice" not in page
    assert 'data-command="add_customer_note"' not in page


def opening(ada: Deskhand, **fields: str) -> Any:
    """The form for a new file is sent, with something else in it."""
    usual = {
        "company": "Mole Motels", "contact": "Moira Mole", "email": "moira@mole.example",
        "phone": "", "address.recipient": "Moira Mole", "address.street": "1 Hill Road",
        "address.city": "Dover", "address.postal_code": "19901", "address.country": "US",
        "address.phone": "302-555-0111", "payment_terms": "on_account", "credit_limit": "1,200.50",
        "currency": ada.world.company.currency, "tax_id": "",
    }  # fmt: skip
    return ada.client.post(
        f"/attempts/{ada.key}/customers/new",
        data=usual | fields | {
            "csrf_token": ada.token,
            "command": "open_customer",
            "command_id": f"open-{ada.world.number}-{len(str(fields))}",
        },
    )  # fmt: skip


def test_a_file_is_opened_where_a_clerk_looks_for_it(ada: Deskhand) -> None:
    for path in ("customers/", "orders/new"):
        assert 'data-action="open-customer"' in ada.get(path).text
    form = ada.get("customers/new").text
    assert 'data-command="open_customer"' in form
    assert re.search(r'value="US"[^>]*name="address.country"', form)
    reply = opening(ada)
    assert reply.status_code == 303
    assert "/customers/C-5001" in reply.location
    file = ada.world.customers["C-5001"]
    assert (file.credit_limit, file.payment_terms, file.currency) == (120_050, "on_account", "")
    page = ada.client.get(reply.location).text
    assert "File C-5001 opened" in page
    assert "Mole Motels" in ada.get("orders/new").text


def test_a_likely_duplicate_is_shown_and_can_be_somebody_else(
    ada: Deskhand, files: list[Filed]
) -> None:
    known = files[0].customer
    page = ada.client.get(opening(ada, email=known.email).location).text
    assert "LIKELY_DUPLICATE" in page
    assert f"/customers/{known.customer_id}" in page
    assert 'name="despite"' in page
    assert 'value="1 Hill Road"' in page
    reply = opening(ada, email=known.email, despite=known.customer_id)
    assert "/customers/C-5001" in reply.location


@pytest.mark.parametrize(("field", "value"), [("email", "moira at home"), ("phone", "12")])
def test_a_bad_contact_is_told_beside_its_field(ada: Deskhand, field: str, value: str) -> None:
    page = ada.client.get(opening(ada, **{field: value}).location).text
    assert re.search(rf'name="{field}"[^>]*aria-invalid="true"', page)
    assert "cannot be the" in page
    assert not any(who.startswith("C-5") for who in ada.world.customers)


def test_what_is_missing_stands_beside_its_field(ada: Deskhand) -> None:
    reply = opening(ada, company="", credit_limit="much")
    assert reply.status_code == 422
    assert reply.text.count('aria-invalid="true"') == 2


def test_whose_letter_is_in_no_file_is_a_click_from_one(ada: Deskhand) -> None:
    letters = sorted(ada.world.messages.values(), key=lambda message: message.message_id)
    unknown = next(m for m in letters if not m.customer_id and m.channel != "bank")
    known = next(m for m in letters if m.customer_id)
    assert 'data-action="open-customer"' not in ada.get(f"inbox/{known.message_id}").text
    page = ada.get(f"inbox/{unknown.message_id}").text
    assert f"customers/new?message={unknown.message_id}" in page
    form = ada.get("customers/new", message=unknown.message_id).text
    assert f'value="{unknown.sender}"' in form
    assert 'class="message"' in form


def test_money_that_pays_nothing_is_sent_back_from_the_file(
    ada: Deskhand, files: list[Filed]
) -> None:
    file = files[0]
    stray = ReceiveTransfer(file.customer_id, 12_345, "for the garden")
    desk = ada.client.application.extensions["desk"]
    desk.perform(desk.store.find(ada.key), stray, actor="bank", command_id="stray", role="bank")
    reference = max(ada.world.transfers)
    page = file.page()
    assert "Money not booked" in page
    assert "for the garden" in page
    assert f'<option value="{reference}"' in page
    reply = file.send("return_transfer", reference=reference, reason="nobody knows it")
    assert "sent back: nobody knows it" in ada.client.get(reply.location).text
    assert ada.world.transfers[reference].unmatched == 0
    again = file.send("return_transfer", reference=reference, reason="once more, please")
    assert "NOTHING_TO_RETURN" in ada.client.get(again.location).text
    assert f'<option value="{reference}"' not in file.page()
