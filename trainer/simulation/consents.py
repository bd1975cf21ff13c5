"""Customers say yes or no to what would cost them more: the more it is, the less they like it.
Who is asked for evidence of a damage mostly has some.

A higher price of what they ordered, or a repair that they have to pay for: whether they agree is a
matter of how much is asked, and of chance by seed and event number.
"""

from collections.abc import Iterator
from typing import Final

from trainer.orders.engine import Envelope, Recorded
from trainer.orders.evidence import EvidenceAsked, SendEvidence
from trainer.orders.price_changes import AnswerPriceRise, PriceRiseAsked
from trainer.orders.repair_quotes import AnswerRepairQuote, RepairQuoted
from trainer.orders.values import MINUTE, Minor
from trainer.orders.world import Order, World
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
        "repair_subject": "Re: the repair under {rma_number}",
        "repair_agreed": "that is all right. Please repair it, and send it back to us.",
        "repair_declined": (
            "that is too much for us. Please do not repair it, and send it back as it is."
        ),
        "evidence_subject": "Re: photos for {case_number}",
        "evidence": "here are the photos: the dent is easy to see, and the box had one as well.",
        "photo": "Photos: a dent in the goods, and one in the box.",
        "no_evidence": (
            "we are sorry, we have no photos: it is all unpacked, and the box is gone already."
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
        "repair_subject": "回复：关于 {rma_number} 的维修",
        "repair_agreed": "可以，请维修后寄回我方。",
        "repair_declined": "费用太高，不必维修，请原样寄回。",
        "evidence_subject": "回复：{case_number} 的照片",
        "evidence": "照片见附件：商品上的凹痕很明显，外箱也有同样的压痕。",
        "photo": "照片：商品有凹痕，外箱有压痕。",
        "no_evidence": "抱歉，没有拍照，商品已全部拆开，外箱也已丢弃。",
    },
    "zh_TW": {
        "letter": "您好：\n\n{body}\n\n{contact}",
        "rise_subject": "回覆：關於訂單 {order_number} 的價格",
        "rise_agreed": "雖有些為難，但原因我方理解：同意 {sku} 依新單價辦理，請繼續處理。",
        "rise_declined": (
            "{sku} 的新價格超出敝公司可負擔的範圍。當初是依雙方同意的價格下單，敝公司不同意調價，"
            "請依原約定履行。"
        ),
        "repair_subject": "回覆：關於 {rma_number} 的維修",
        "repair_agreed": "可以，請維修後寄回敝公司。",
        "repair_declined": "費用太高，不必維修，請原樣寄回。",
        "evidence_subject": "回覆：{case_number} 的照片",
        "evidence": "照片如附件：商品上的凹痕很明顯，外箱也有同樣的壓痕。",
        "photo": "照片：商品有凹痕，外箱有壓痕。",
        "no_evidence": "抱歉，沒有拍照，商品已全部拆開，外箱也已丟棄。",
    },
}


def willing(more: Minor, of: Minor) -> int:
    """In how many of a hundred cases somebody agrees to pay so much more on top of a price.

    Up to 2 % always, from 27 % never; every percent costs four of a hundred.
    """
    return _within(108 - 4 * _percent(more, of))


def worth_it(price: Minor, value: Minor) -> int:
    """In how many of a hundred cases somebody has repaired for a price what was worth a value.

    Up to a fifth of it always, from 70 % never; every percent costs two of a hundred.
    """
    return _within(140 - 2 * _percent(price, value))


def _percent(part: Minor, whole: Minor) -> int:
    return -(-part * 100 // whole) if whole else 100


def _within(chance: int) -> int:
    return min(max(chance, 0), 100)


def react(entry: Recorded, world: World, seed: int) -> Iterator[Envelope]:
    """One to five hours after our letter, in working hours."""
    match entry.event:
        case PriceRiseAsked(before=before, unit_price=price):
            chance = willing(price - before, before)
        case RepairQuoted(price=price, value=value):
            chance = worth_it(price, value)
        case EvidenceAsked():
            chance = 85  # some have thrown it all away
        case _:
            return
    agreed = between(1, 100, seed, entry.number, "agrees") <= chance
    # the seconds differ, so that two answers never come in one moment
    wait = between(60, 300, seed, entry.number, "consent") * MINUTE + entry.number % MINUTE
    order = world.orders[entry.event.order_number]
    yield Envelope(
        command_id=f"{entry.number}:consent",
        actor=_signs(world, order, entry.event),
        role="customer",
        at=in_hours(entry.at + wait),
        command=_word(world, order, entry.event, agreed),
    )


def _signs(world: World, order: Order, asked: PriceRiseAsked | RepairQuoted | EvidenceAsked) -> str:
    """Who was asked: of goods that came back whoever they have for it."""
    customer = world.customers[order.customer_id]
    meant = customer if isinstance(asked, PriceRiseAsked) else customer.addressed("after_sales")
    return meant.contact


def _word(
    world: World,
    order: Order,
    asked: PriceRiseAsked | RepairQuoted | EvidenceAsked,
    agreed: bool,
) -> AnswerPriceRise | AnswerRepairQuote | SendEvidence:
    """What they write back."""
    said = _SAID.get(world.company.locale, _SAID["en_US"])
    how = "agreed" if agreed else "declined"
    contact, number = _signs(world, order, asked), order.order_number
    if isinstance(asked, RepairQuoted):
        body = said["letter"].format(body=said[f"repair_{how}"], contact=contact)
        subject = said["repair_subject"].format(rma_number=asked.rma_number)
        return AnswerRepairQuote(number, asked.rma_number, asked.line_number, agreed, subject, body)
    if isinstance(asked, EvidenceAsked):
        case_number = asked.case_number
        evidence = said["photo"] if agreed else ""
        words = said["evidence"] if agreed else said["no_evidence"]
        subject = said["evidence_subject"].format(case_number=case_number)
        body = said["letter"].format(body=words, contact=contact)
        return SendEvidence(number, case_number, evidence, subject, body)
    words = said[f"rise_{how}"].format(sku=asked.sku)
    subject = said["rise_subject"].format(order_number=number)
    body = said["letter"].format(body=words, contact=contact)
    return AnswerPriceRise(number, asked.line_number, agreed, subject, body)
