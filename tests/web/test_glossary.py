"""The glossary's door."""

from collections.abc import Callable

from flask import Flask

from tests.web.conftest import Browser


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


def test_strangers_are_sent_to_the_door(app: Flask) -> None:
    reply = app.test_client().get("/glossary")
    assert reply.status_code == 302
    assert "/login" in reply.location
