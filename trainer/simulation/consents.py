"""Customers say yes or no to what would cost them more: the more it is, the less they like it.

Whether they agree is a matter of how much more is asked, and of chance by seed and event number.
"""

from collections.abc import Iterator
from typing import Final

from trainer.orders.engine import Envelope, Recorded
from trainer.orders.price_changes import AnswerPriceRise, PriceRiseAsked
from trainer.orders.values import MINUTE
from trainer.orders.world import World
from trainer.simulation.chance import between
from trainer.simulation.hours import in_hours

_SAID: Final[dict[str, dict[str, str]]] = {
    "en_US": {
        "letter": "Hello,\n\n{body}\n\n{contact}",
        "rise_subject": "Re: the price on your order {order_number}",
        "rise_agreed": (
            "we are not happy about it, but we see the reason: we agree to the new price of "
            "{sku}. Please go ahead."
        ),
        "rise_declined": (
            "that is more than we can pay for {sku}. We ordered at a price that you had agreed "
            "to, and we do not agree to another one. Please deliver as it was promised."
        ),
    },
    "zh_CN": {
        "letter": "您好：\n\n{body}\n\n{contact}",
        "rise_subject": "回复：关于订单 {order_number} 的价格",
        "rise_agreed": "虽有些为难，但原因我方理解：同意 {sku} 按新单价执行，请继续办理。",
        "rise_declined": (
            "{sku} 的新价格超出我方承受范围。当初是按双方认可的价格下单的，我方不同意调价，"
            "请按原约定履行。"
        ),
    },
    "zh_TW": {
        "letter": "您好：\n\n{body}\n\n{contact}",
        "rise_subject": "回覆：關於訂單 {order_number} 的價格",
        "rise_agreed": "雖有些為難，但原因我方理解：同意 {sku} 依新單價辦理，請繼續處理。",
        "rise_declined": (
            "{sku} 的新價格超出敝公司可負擔的範圍。當初是依雙方同意的價格下單，敝公司不同意調價，"
            "請依原約定履行。"
        ),
    },
}


def willing(more: int, of: int) -> int:
    """In how many of a hundred cases somebody agrees to pay so much more on top of a price.

    Up to 2 % always, from 27 % never; every percent costs four of a hundred.
    """
    percent = -(-more * 100 // of) if of else 100
    return min(max(108 - 4 * percent, 0), 100)


def react(entry: Recorded, world: World, seed: int) -> Iterator[Envelope]:
    """One to five hours after our letter, in working hours."""
    event = entry.event
    if not isinstance(event, PriceRiseAsked):
        return
    chance = willing(event.unit_price - event.before, event.before)
    agreed = between(1, 100, seed, entry.number, "price rise") <= chance
    said = _SAID.get(world.company.locale, _SAID["en_US"])
    contact = world.customers[world.orders[event.order_number].customer_id].contact
    body = said["rise_agreed" if agreed else "rise_declined"].format(sku=event.sku)
    # the seconds differ, so that two answers never come in one moment
    wait = between(60, 300, seed, entry.number, "consent") * MINUTE + entry.number % MINUTE
    yield Envelope(
        command_id=f"{entry.number}:consent",
        actor=contact,
        role="customer",
        at=in_hours(entry.at + wait),
        command=AnswerPriceRise(
            order_number=event.order_number,
            line_number=event.line_number,
            agreed=agreed,
            subject=said["rise_subject"].format(order_number=event.order_number),
            body=said["letter"].format(body=body, contact=contact),
        ),
    )
