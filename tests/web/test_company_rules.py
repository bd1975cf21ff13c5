"""The company's rules on one page: all that a policy decides, as this sandbox has it."""

import re

import msgspec
import pytest
from flask import Flask

from tests.web.deskhand import Deskhand
from trainer.orders.world import Policies
from trainer.web.company_rules import every

OF_CHANCE = {
    name for name in Policies.__struct_fields__ if name.endswith("_percent")
} - {"restocking_fee_percent"}  # fmt: skip
OF_THE_GAME = {
    "seconds_per_action", "payment_after_hours", "customers_complain", "customers_rate", "calls",
    "colleagues", "habits", "payment_after_minutes", "mishaps_stated", "first_desk",
}  # fmt: skip
"""How the world around the desk behaves: no rule of the company's."""
IN_OTHER_MONEY = {"large_orders", "refund_limits", "card_fees"}
CHANGED = {
    "return_excluded": ("lamps",), "four_eyes": ("credit",), "check_holds": ("address",),
    "allocation_order": "first_come", "sourcing": "nearest", "production": "manual",
    "backorder_fill": "automatic", "credit_check": "warn", "refunds": "gateway",
    "promotion_clawback": "keep",
    "payment_timing": "authorised", "store_credit": "never", "tax_profiles": "required",
    "goods_receipt": "manual", "partial_shipment": False, "backorder": False, "repair_quotes": True,
}  # fmt: skip


def told(app: Flask, **policies: object) -> str:
    with app.test_request_context():
        chapters = every(Policies(check_holds=("fraud",)), "USD") if not policies else every(
            msgspec.structs.replace(Policies(check_holds=("fraud",)), **policies), "USD"
        )  # fmt: skip
        return "\n".join(
            f"{rule.name}: {rule.says}" for found in chapters.values() for rule in found
        )


@pytest.mark.parametrize(
    "name", sorted({*Policies.__struct_fields__} - OF_CHANCE - OF_THE_GAME - IN_OTHER_MONEY)
)
def test_whatever_a_scenario_may_decide_is_told(app: Flask, name: str) -> None:
    usual = getattr(Policies(), name)
    other = CHANGED.get(name, 37)
    assert other != usual
    assert told(app, **{name: other}) != told(app), f"nothing on the page says {name}"


@pytest.mark.parametrize("moment", [None, 0])
def test_the_page_shows_them_as_the_sandbox_has_them(demo: Flask, moment: int | None) -> None:
    hand = Deskhand(demo, "ada").begin()
    page = hand.get("rules", **({} if moment is None else {"at": moment})).text
    days = hand.world.policies.return_window_days
    assert re.search(rf"Returns are taken</dt><dd>within {days} days of delivery", page)
    assert "All company rules" in hand.get("inventory").text


def test_a_rule_is_found_by_what_it_says(demo: Flask) -> None:
    hand = Deskhand(demo, "ada").begin()
    found = hand.get("rules", q="RETURNS are taken").text
    assert found.count("<dt>") == 1 + hand.get("rules", q="no such rule").text.count("<dt>")
    assert "Returns are taken</dt>" in found
    assert "Handling</dt>" not in found
    assert "No rule says" in hand.get("rules", q="no such rule").text
