"""A shop with one customer, one product and one exercise: the least a store is asked to keep."""

import json
from datetime import date
from typing import Any

from immutables import Map

from trainer.orders.intake import AddLine, CheckOrder, CreateDraft, SubmitOrder
from trainer.orders.service import AddNote
from trainer.orders.values import Address, moment_of
from trainer.orders.world import (
    Carrier,
    Company,
    Customer,
    Message,
    Product,
    Request,
    RequestLine,
    StockLevel,
    Warehouse,
    World,
)
from trainer.play.run import Opening
from trainer.training.checks import CastMember
from trainer.training.scenario import Scenario, Variant

HOME = Address("徐小姐", "南京西路 1 号", "上海", "200040", "中国", "021-5555")
REQUEST = Request("C-1", "PO-7", (RequestLine("LAMP", 3),), date(2026, 3, 12), "SWIFT", HOME)
ORDER = "SO-10001"
DRAFT = CreateDraft("C-1", "PO-7", date(2026, 3, 12), "SWIFT", "M-1")
LAMPS = AddLine(ORDER, "LAMP", 3)
SUBMIT, CHECK = SubmitOrder(ORDER), CheckOrder(ORDER)


def words(text: str) -> dict[str, str]:
    return {"en": text, "zh_Hans": text, "zh_Hant": text}


def content(title: str = "Three lamps · 三盏灯", name: str = "three-lamps") -> dict[str, Any]:
    """The scenario as its file says it."""
    entered = {
        "id": "entered",
        "says": words("The order says what the customer said"),
        "check": {"entered_exactly": {"order": "xu"}},
        "points": 90,
        "why": words("Else the wrong goods arrive"),
    }
    calm = {
        "id": "calm",
        "says": words("Nothing was refused"),
        "check": {"never_refused": {"each": 2}},
        "points": 10,
        "why": words("Every refused try costs time"),
    }
    step = {
        "id": "enter",
        "title": words("Enter it"),
        "say": words("Enter the order"),
        "anchor": "inbox",
        "goals": [entered],
        "hints": [{"says": words("Look at the message"), "price": 1}],
        "solution": [{"create_draft": {"customer_id": "C-1"}}],
    }
    return {
        "format": 1,
        "id": name,
        "title": words(title),
        "chapter": "1.1",
        "brief": words("One order"),
        "debrief": words("Well done"),
        "cast": {"xu": {"subject": words("Order"), "body": words("{lines}")}},
        "steps": [step],
        "standing": [calm],
    }


def as_json(scenario: dict[str, Any]) -> bytes:
    return json.dumps(scenario, ensure_ascii=False).encode()


def opening(scenario: dict[str, Any] | None = None, seed: int = 1) -> Opening:
    """The shop in the morning, with Miss Xu's order in the inbox."""
    message = Message("M-1", "email", "徐小姐", "订单", "三盏灯", 0, "C-1", request=REQUEST)
    world = World(
        company=Company("灯与影", "zh_CN", "CNY"),
        now=moment_of(date(2026, 3, 2), 9),
        products=Map({"LAMP": Product("LAMP", "台灯", 9900, tax_rate=1300)}),
        customers=Map({"C-1": Customer("C-1", "徐记", address=HOME)}),
        carriers=Map({"SWIFT": Carrier("SWIFT", "迅达", "courier", 2, price=1200)}),
        warehouses=Map({"EAST": Warehouse("EAST", "东仓")}),
        stock=Map({("LAMP", "EAST"): StockLevel("LAMP", "EAST", on_hand=20, received=20)}),
        messages=Map({"M-1": message}),
    )
    return Opening(
        scenario=Scenario.model_validate(scenario or content()),
        variant=Variant(locale="zh_CN", seed=seed),
        world=world,
        cast={"xu": CastMember("M-1", REQUEST)},
    )


def note(text: str) -> AddNote:
    """Something that can be done to Miss Xu's order any number of times."""
    return AddNote(ORDER, text)
