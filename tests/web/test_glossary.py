"""The glossary's door."""

import re
from collections.abc import Callable

from flask import Flask

from tests.web.conftest import Browser
from tests.web.deskhand import Deskhand


def test_every_term_can_be_read_and_searched(login_as: Callable[[str], Browser]) -> None:
    ada = login_as("ada")
    page = ada.get("/glossary")
    assert page.status_code == 200
    assert 'id="prepay"' in page.text
    found = ada.get("/glossary?q=quarantine")
    assert 'id="quarantine"' in found.text
    assert 'id="prepay"' not in found.text
    nothing = ada.get("/glossary?q=zebra")
    assert "No term matches “zebra”." in nothing.text


def test_a_term_says_what_other_systems_call_it(login_as: Callable[[str], Browser]) -> None:
    ada = login_as("ada")
    found = ada.get("/glossary?q=batch")
    assert 'id="lot"' in found.text
    assert "SAP" in found.text
    assert '<span lang="en">batch</span>' in found.text
    sent = ada.get("/glossary?q=customer shipment").text
    assert 'id="shipment"' in sent
    assert 'Tryton <span lang="en">Customer Shipment</span>' in sent


def test_an_order_stands_somewhere_in_every_system(demo: Flask) -> None:
    ada = Deskhand(demo, "ada").begin()
    page = ada.get(f"orders/{ada.submitted()}").text
    told = page.split('class="why-label dialects"')[1].split("</details>")[0]
    heads = re.findall(r'<th scope="col" lang="[^"]+">([^<]+)</th>', told)
    assert heads == ["SAP", "Odoo", "Shopify", "Tryton", "有赞"]
    label, *others = re.findall(r"<tr><th scope=\"row\">.*?</tr>", told)
    cells = re.findall(r"<td[^>]*>([^<]+)</td>", label)
    assert cells == ["not yet confirmed", "Quotation Sent", "–", "Quotation", "待接单"]
    assert others


def works_with(hand: Deskhand, dialect: str) -> None:
    """Chosen in the settings."""
    chosen = {"dialect": dialect, "back": "/", "csrf_token": hand.token}
    assert hand.client.post("/settings", data=chosen).status_code == 303


def test_states_are_shown_in_the_words_of_the_system_one_works_with(demo: Flask) -> None:
    ada = Deskhand(demo, "ada").begin()
    number = ada.submitted()
    ours = ada.get(f"orders/{number}").text
    for system, word, tongue in (("Odoo", "Quotation Sent", "en"), ("Youzan", "待接单", "zh-Hans")):
        works_with(ada, system)
        badge = f'<span lang="{tongue}" title="Awaiting confirmation">{word}</span>'
        for page in (f"orders/{number}", "orders"):
            assert badge in ada.get(page).text
        assert badge not in ours
    works_with(ada, "Shopify")
    # Shopify does not tell that apart, so it is told in our words; money it does
    title = ada.get(f"orders/{number}").text.split("</h1>")[0]
    assert "</svg>Awaiting confirmation</span>" in title
    assert '<span lang="en" title="Unpaid">payment pending</span>' in title
    works_with(ada, "none such")
    assert "Odoo" not in ada.get("orders").text
    works_with(ada, "ours")


def test_strangers_are_sent_to_the_door(app: Flask) -> None:
    reply = app.test_client().get("/glossary")
    assert reply.status_code == 302
    assert "/login" in reply.location
