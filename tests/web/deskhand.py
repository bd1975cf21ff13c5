"""Somebody at the desk, for the web tests: signs in, begins, sends commands by plain requests."""

import re
from itertools import count
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from trainer.demo import DEMO
from trainer.orders.intake import default_promise
from trainer.play.ports import Sandbox
from trainer.play.sandbox import Desk

PASSWORDS = {account.username: account.password for account in DEMO}
HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}
_ids = count(1)


class Deskhand:
    """One person with a browser that knows no scripts."""

    def __init__(self, app: Flask, name: str) -> None:
        self.app = app
        self.client: FlaskClient = app.test_client()
        self.token = self._token(self.client.get("/login").text)
        typed = {"email": name, "password": PASSWORDS[name], "csrf_token": self.token}
        reply = self.client.post("/login", data=typed, follow_redirects=True)
        assert reply.status_code == 200, reply.text
        self.token = self._token(reply.text)
        self.key = ""

    def begin(self) -> "Deskhand":
        """A fresh attempt at the first order."""
        reply = self.client.post("/exercises/first-order/attempts", data={"csrf_token": self.token})
        assert reply.status_code == 303
        self.key = reply.location.split("/attempts/")[1].split("/")[0]
        return self

    @property
    def sandbox(self) -> Sandbox:
        """The attempt as it is stored."""
        return self.desk.store.find(self.key)

    @property
    def desk(self) -> Desk:
        """The desk of the app."""
        desk: Desk = self.app.extensions["desk"]
        return desk

    @property
    def world(self) -> Any:
        """The world of the attempt as it is now."""
        return self.desk.run(self.sandbox).world

    @property
    def request(self) -> Any:
        """What the customer of the exercise wants."""
        return self.desk.course(self.sandbox).opening.cast["first"].request

    def get(self, path: str = "", **query: Any) -> Any:
        """A page of the attempt."""
        return self.client.get(f"/attempts/{self.key}/{path}", query_string=query)

    def send(self, command: str, headers: Any = None, **fields: Any) -> Any:
        """A command's form; fields with dots are given as `rows__0__quantity`."""
        typed = {name.replace("__", "."): value for name, value in fields.items()}
        typed.setdefault("command_id", f"id-{next(_ids)}")
        typed |= {"command": command, "csrf_token": self.token}
        return self.client.post(f"/attempts/{self.key}/commands", data=typed, headers=headers)

    def draft(self, **changes: Any) -> str:
        """The order of the exercise's message, with nothing in it yet; its number."""
        asked = self.request
        fields = {
            "customer_id": asked.customer_id,
            "customer_po_number": asked.customer_po_number,
            "requested_delivery_date": asked.requested_delivery_date.isoformat(),
            "carrier_code": asked.carrier_code,
            "message_id": "msg-first",
        }
        reply = self.send("create_draft", **(fields | changes))
        assert reply.status_code == 303, reply.text
        return str(reply.location.split("/orders/")[1].split("?")[0])

    def submitted(self) -> str:
        """The order of the exercise's message, entered and submitted."""
        number = self.draft()
        for line in self.request.lines:
            self.send("add_line", order_number=number, sku=line.sku, quantity=line.quantity)
        self.send("submit_order", order_number=number)
        assert self.world.orders[number].status == "submitted"
        return number

    def confirmed(self) -> str:
        """The order of the exercise's message, promised for the earliest possible day."""
        number = self.submitted()
        self.send("check_order", order_number=number)
        order = self.world.orders[number]
        day = default_promise(self.world, order).isoformat()
        self.send("confirm_order", order_number=number, promised_delivery_date=day)
        assert self.world.orders[number].status == "confirmed"
        return number

    @staticmethod
    def _token(text: str) -> str:
        found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', text)
        assert found, text
        return found[1]
