"""The timeline says what an event changed: from what, to what."""

import re

from flask import Flask
from msgspec.structs import asdict

from tests.web.deskhand import Deskhand
from trainer.web.alterations import alterations


def test_a_changed_line_and_head_tell_what_they_said_before(demo: Flask) -> None:
    hand = Deskhand(demo, "ada").begin()
    number = hand.draft()
    line = hand.request.lines[0]
    hand.send("add_line", order_number=number, sku=line.sku, quantity=line.quantity)
    more = 2 * line.quantity
    hand.send("change_line", order_number=number, line_number="1", quantity=more)
    order = hand.world.orders[number]
    other = next(code for code in hand.world.carriers if code != order.carrier_code)
    head = {
        "order_number": number, "customer_po_number": "PO-OTHER", "carrier_code": other,
        "requested_delivery_date": str(order.requested_delivery_date),
        **{f"ship_to.{name}": value for name, value in asdict(order.ship_to).items()},
    }  # fmt: skip
    hand.send("change_header", **head)
    events = [
        it for it in hand.desk.store.events(hand.sandbox.sandbox_id)
        if getattr(it.event, "order_number", "") == number
    ]  # fmt: skip
    with demo.test_request_context():
        found = [
            (it.field, it.before, it.after)
            for altered in alterations(events, None, hand.world).values()
            for it in altered
        ]
    names = {code: carrier.name for code, carrier in hand.world.carriers.items()}
    assert found == [
        ("quantity", str(line.quantity), str(more)),
        ("customer_po_number", order.customer_po_number, "PO-OTHER"),
        ("carrier_code", names[order.carrier_code], names[other]),
    ]
    page = hand.get(f"orders/{number}").text
    assert re.search(r'class="altered">[Qq]uantity: \d+ → \d+<', page)
