"""Surplus: what stands at the dock beyond what was bought goes back to whoever brought it.

A count that takes in all the company takes sends the rest back by itself (`goods_receipt`). Where
less is taken, the surplus waits at the dock until it is counted in, within the company's tolerance,
or sent back with a reason and a letter.
"""

from typing import Final

import msgspec

from trainer.orders.engine import Answer, Command, Envelope, Event, decides, evolves
from trainer.orders.goods_receipt import at_the_dock
from trainer.orders.refusals import MissingField, MissingReason, Refusal, unexplained
from trainer.orders.values import Moment
from trainer.orders.world import ReplenishmentOrder, SentBack, SurplusReason, World

_SAID: Final[dict[str, dict[str, str]]] = {
    "en_US": {
        "letter": (
            "Hello {company},\n\nof {number} more stands at our dock than we take. We send back "
            "{quantity} × {name} ({sku}). {why}\n\n{us}"
        ),
        "more_than_ordered": "We have not ordered so many.",
        "no_room": "We have no room for them.",
        "no_demand": "Nobody has ordered them from us.",
    },
    "zh_CN": {
        "letter": (
            "{company}：您好！\n\n采购单 {number} 的到货超出我方收货数量，现退回 {name}（{sku}）"
            "{quantity} 件。{why}\n\n{us}"
        ),
        "more_than_ordered": "我方没有订购这么多。",
        "no_room": "我方仓库没有位置。",
        "no_demand": "目前没有客户需要。",
    },
    "zh_TW": {
        "letter": (
            "{company}：您好！\n\n採購單 {number} 的到貨超出敝公司收貨數量，現退回 {name}（{sku}）"
            "{quantity} 件。{why}\n\n{us}"
        ),
        "more_than_ordered": "敝公司沒有訂購這麼多。",
        "no_room": "敝公司倉庫沒有位置。",
        "no_demand": "目前沒有客戶需要。",
    },
}


class SendSurplusBack(Command, frozen=True):
    """Send back what stands at the dock beyond what was bought, with a letter to the supplier."""

    replenishment_number: str
    delivery_number: int
    quantity: int
    reason_code: SurplusReason = "other"
    reason: str = ""


class SurplusSentBack(Event, frozen=True):
    """So many fewer at the dock; they were never ours."""

    says = "{replenishment_number}: {quantity} × {sku} went back from the dock: {reason}"
    replenishment_number: str
    delivery_number: int
    sku: str
    quantity: int
    reason_code: SurplusReason = "other"
    reason: str = ""
    text: str = ""
    """Our letter to the supplier."""


class SurplusExceeded(Refusal, frozen=True):
    """What was bought is taken in; only what is beyond it goes back."""

    says = "Not so many of delivery {delivery_number} of {replenishment_number} are too many."
    sums = (
        "at most {most}: sound at the dock {there}, still to come {left}, of this delivery {here}; "
        "you asked {requested}"
    )
    cure = "Count in what was bought; call off first what is still to come and no longer wanted."
    replenishment_number: str
    delivery_number: int
    most: int
    there: int
    left: int
    here: int
    requested: int


def beyond(bought: ReplenishmentOrder) -> int:
    """Sound units at the dock that nobody has bought."""
    there = sum(brought.to_count for brought in bought.deliveries)
    return max(there - bought.left, 0)


@decides(SendSurplusBack)
def send_surplus_back(world: World, command: SendSurplusBack, by: Envelope) -> Answer:
    """What stands there and nobody bought, with a reason."""
    found = at_the_dock(world, command.replenishment_number, command.delivery_number)
    if isinstance(found, Refusal):
        return found
    bought, brought = found
    if command.quantity <= 0:
        return MissingField(field="quantity")
    if unexplained(command.reason_code, command.reason):
        return MissingReason()
    most = min(beyond(bought), brought.to_count)
    if command.quantity > most:
        return SurplusExceeded(
            replenishment_number=bought.replenishment_number,
            delivery_number=brought.delivery_number,
            most=most,
            there=sum(it.to_count for it in bought.deliveries),
            left=bought.left,
            here=brought.to_count,
            requested=command.quantity,
        )
    return (
        SurplusSentBack(
            replenishment_number=bought.replenishment_number,
            delivery_number=brought.delivery_number,
            sku=bought.sku,
            quantity=command.quantity,
            reason_code=command.reason_code,
            reason=command.reason,
            text=_letter(world, bought, command),
        ),
    )


def _letter(world: World, bought: ReplenishmentOrder, command: SendSurplusBack) -> str:
    said = _SAID.get(world.company.locale, _SAID["en_US"])
    why = (said.get(command.reason_code, ""), command.reason.strip())
    return said["letter"].format(
        company=world.suppliers[bought.supplier_id].company,
        number=bought.replenishment_number,
        quantity=command.quantity,
        name=world.products[bought.sku].name,
        sku=bought.sku,
        why=" ".join(filter(None, why)),
        us=world.company.name,
    )


@evolves(SurplusSentBack)
def surplus_sent_back(world: World, event: SurplusSentBack, at: Moment) -> World:
    """Off the dock; the shelf never had it."""
    bought = world.replenishments[event.replenishment_number]
    gone = SentBack(event.quantity, event.reason_code, event.reason, event.text)
    deliveries = tuple(
        msgspec.structs.replace(
            brought,
            surplus=brought.surplus + event.quantity,
            sent_back=(*brought.sent_back, gone),
        )
        if brought.delivery_number == event.delivery_number
        else brought
        for brought in bought.deliveries
    )
    return world.with_replenishment(msgspec.structs.replace(bought, deliveries=deliveries))
