"""Cash that a carrier collects, on the pages that tell of its payout."""

from collections.abc import Callable

from flask import Flask

from tests.web.conftest import Browser, number
from tests.web.pupils import write


def test_the_carriers_letter_leads_to_the_orders_it_pays(
    app: Flask, newcomer: str, login_as: Callable[[str], Browser]
) -> None:
    sandbox = write(app, number(app, newcomer), "", exercise="cash-on-delivery")
    world = app.extensions["desk"].run(sandbox).world
    payout = next(iter(world.payouts.values()))
    mine, (row, *_rest) = login_as(newcomer), payout.rows
    letter = mine.get(f"/attempts/{sandbox.key}/inbox/payout-{payout.payout_number}").text
    assert f"/orders/{row.order_number}" in letter[letter.index('id="message"') :]
    assert "in no customer file" not in letter
    page = mine.get(f"/attempts/{sandbox.key}/orders/{row.order_number}").text
    told = page[page.index(f"Payout {payout.payout_number}") :]
    assert "Sent by the carrier" in told
    assert "Carrier's fee" in told
