"""Carriers side by side, and in the lists from which one is chosen."""

from collections.abc import Iterator
from html import unescape

import msgspec
import pytest
from flask import Flask

from tests.builders import FIRST, company, order_delivered
from tests.story import given
from tests.web.deskhand import Deskhand
from trainer.orders.track_record import TrackRecord
from trainer.orders.world import World
from trainer.web import carriers
from trainer.web.actions import carrier_choices


@pytest.fixture(scope="module")
def app(demo: Flask) -> Flask:
    """The demo over a database of its own."""
    return demo


@pytest.fixture
def desk(app: Flask) -> Deskhand:
    """A fresh attempt at the first order."""
    return Deskhand(app, "ada").begin()


@pytest.fixture
def english(app: Flask) -> Iterator[None]:
    """Words without a page around them."""
    with app.test_request_context():
        yield


def test_the_page_tells_every_carrier_and_what_became_of_its_parcels(desk: Deskhand) -> None:
    page = unescape(desk.get("carriers").text)
    for row in carriers.rows(desk.world):
        assert row.carrier.name in page
        assert f"<small>{row.carrier.mode}" in page
    parcels = max(row.record.parcels for row in carriers.rows(desk.world))
    assert parcels >= 5
    assert f'data-label="Parcels">{parcels}</td>' in page
    assert "says of itself" not in page


def test_it_is_one_click_from_where_a_carrier_is_chosen(desk: Deskhand) -> None:
    link = f"/attempts/{desk.key}/carriers"
    assert link in desk.get("shipping").text
    assert link in desk.get("orders/new").text
    assert link in desk.get(f"orders/{desk.draft()}").text


def test_a_list_of_carriers_says_mode_price_and_record(english: None) -> None:
    world = given(order_delivered()).world
    told = dict(carrier_choices(world))
    code = world.orders[FIRST].packages[0].carrier_code
    # one parcel is no record
    assert "on time" not in str(told[code])
    assert f"({world.carriers[code].mode}, " in str(told[code])


def test_a_share_is_told_of_enough_parcels(english: None, monkeypatch: pytest.MonkeyPatch) -> None:
    world = company()
    record = TrackRecord("QUICK", on_time=9, late=1)
    every = {code: msgspec.structs.replace(record, carrier_code=code) for code in world.carriers}
    monkeypatch.setattr("trainer.web.actions.track_records", lambda _: every)
    assert all(str(told).endswith("· on time 90.0 % of 10") for _, told in carrier_choices(world))


def stating(world: World) -> World:
    """The same world, in which carriers say how often it goes wrong."""
    policies = msgspec.structs.replace(world.policies, mishaps_stated=True)
    return msgspec.structs.replace(
        world, company=msgspec.structs.replace(world.company, policies=policies)
    )


def test_where_the_company_asks_for_it_carriers_state_their_mishaps(english: None) -> None:
    assert [row.states for row in carriers.rows(company())] == ["", ""]
    told = [row.states for row in carriers.rows(stating(company()))]
    assert all(words.startswith("of 100 parcels late ") for words in told)
