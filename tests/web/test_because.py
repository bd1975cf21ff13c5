"""What a refusal stands on is read beside it, and a link leads to the very thing."""

import re
from typing import get_args

import pytest
from flask import Flask

from tests.orders.test_because import refused
from tests.web.deskhand import HTMX, Deskhand
from trainer.orders.because import Kind
from trainer.orders.engine import refusals
from trainer.orders.world import Policies
from trainer.web.because import NAMES, shown


@pytest.fixture(scope="module")
def app(demo: Flask) -> Flask:
    """The demo over a database of its own."""
    return demo


@pytest.fixture(scope="module")
def held(app: Flask) -> tuple[Deskhand, str]:
    """Ada, and an order of hers that she has stopped."""
    ada = Deskhand(app, "ada").begin()
    number = ada.confirmed()
    ada.send("place_hold", order_number=number, kind="address", reason="no house number")
    return ada, number


def links(page: str) -> list[tuple[str, str]]:
    """The links of the first list of facts, with their words."""
    found = page.split('class="because"')[1].split("</div>")[0]
    return re.findall(r'<a href="([^"]*)">([^<]*)</a>', found)


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "in place"])
def test_a_refused_try_says_what_is_in_the_way(
    held: tuple[Deskhand, str], headers: dict[str, str]
) -> None:
    ada, number = held
    again = {"order_number": number, "kind": "address", "reason": "again"}
    reply = ada.send("place_hold", headers=headers, **again)
    page = reply.text if headers else ada.client.get(reply.location).text
    assert 'data-code="ALREADY_ON_HOLD"' in page
    found = dict((words, href) for href, words in links(page.split('id="notice"')[1]))
    assert found[f"Order {number}"] == f"/attempts/{ada.key}/orders/{number}"
    assert found["Hold address"] == f"/attempts/{ada.key}/orders/{number}#hold-address"
    (event,) = [href for words, href in found.items() if words.startswith("Event")][-1:]
    assert 'id="hold-address"' in ada.client.get(found["Hold address"]).text
    assert ada.client.get(event).status_code == 200


def test_what_if_and_the_debrief_say_it_too(held: tuple[Deskhand, str]) -> None:
    ada, number = held
    fields = {"order_number": number, "kind": "address", "reason": "again", "preview": "1"}
    page = ada.send("place_hold", headers=HTMX, **fields).text
    assert any(words == "Hold address" for _, words in links(page.split('id="preview"')[1]))
    ada.send("place_hold", order_number=number, kind="address", reason="again")
    assert "Hold address" in ada.client.get(f"/attempts/{ada.key}/debrief").text


def test_every_rule_a_refusal_rests_on_has_its_place_on_the_page_of_rules(
    held: tuple[Deskhand, str],
) -> None:
    ada, _ = held
    page = ada.client.get(f"/attempts/{ada.key}/rules").text
    policies = {it for kind in refusals().values() for it in kind.rests_on}
    for policy in sorted(policies & set(Policies.__struct_fields__)):
        assert f'id="rule-{policy}"' in page, policy


def test_every_kind_of_thing_has_a_name() -> None:
    assert set(NAMES) == set(get_args(Kind))


def test_every_fact_of_the_walks_has_its_words_and_its_way(app: Flask) -> None:
    kinds = set()
    with app.test_request_context():
        for world, refusal, command in refused(range(0, 100, 2)):
            for fact in shown(refusal, world, "key", command):
                assert fact.name.strip()
                assert fact.href or fact.name.startswith("Carrier"), fact
                kinds.add(fact.name.split(" ")[0])
    assert len(kinds) > 18
