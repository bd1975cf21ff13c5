"""Carriers and suppliers answer what is claimed from them: the better it is shown, the better.

After some days, and with all of it, a half, or nothing; by seed and event number.
"""

from collections.abc import Iterator
from typing import Final

from trainer.orders.currencies import currency_of
from trainer.orders.engine import Envelope, Recorded
from trainer.orders.letters import amount_in_words
from trainer.orders.recourse import AnswerRecourse, RecourseRaised
from trainer.orders.values import DAY, MINUTE, Minor, day_of, moment_of
from trainer.orders.world import Order, World
from trainer.simulation.chance import between

_SAID: Final[dict[str, dict[str, str]]] = {
    "en_US": {
        "letter": "Hello,\n\n{body}\n\n{sender}",
        "subject": "Your claim {number} on order {order_number}",
        "all": "we have looked into it and make good all of it: {amount}.",
        "half": "we have looked into it and make good a part of it: {granted} of {amount}.",
        "nothing": (
            "we have looked into it, and cannot make good your {amount}: nothing shows that it "
            "happened with us."
        ),
    },
    "zh_CN": {
        "letter": "您好：\n\n{body}\n\n{sender}",
        "subject": "关于贵司就订单 {order_number} 提出的追偿 {number}",
        "all": "经核实，我方同意全额赔付 {amount}。",
        "half": "经核实，我方同意部分赔付：{amount} 中的 {granted}。",
        "nothing": "经核实，没有凭证显示损失由我方造成，{amount} 无法赔付。",
    },
    "zh_TW": {
        "letter": "您好：\n\n{body}\n\n{sender}",
        "subject": "關於貴公司就訂單 {order_number} 提出的追償 {number}",
        "all": "經查證，敝公司同意全額賠付 {amount}。",
        "half": "經查證，敝公司同意部分賠付：{amount} 中的 {granted}。",
        "nothing": "經查證，沒有憑證顯示損失由敝公司造成，{amount} 無法賠付。",
    },
}
SHOWN: Final = (60, 25)
UNSHOWN: Final = (10, 30)
"""Of a hundred claims how many are made good whole, and how many by half; the others not at all."""


def react(entry: Recorded, world: World, seed: int) -> Iterator[Envelope]:
    """In the morning, two to six days later. That a parcel is lost the carrier knows itself."""
    event = entry.event
    if not isinstance(event, RecourseRaised):
        return
    order = world.orders[event.order_number]
    known = event.shown or event.case_number.isdigit()
    whole, half = SHOWN if known else UNSHOWN
    drawn = between(1, 100, seed, entry.number, "recourse")
    granted, how = 0, "nothing"
    if drawn <= whole:
        granted, how = event.amount, "all"
    elif drawn <= whole + half:
        granted, how = max(event.amount // 2, 1), "half"
    if granted == event.amount:
        how = "all"
    days = between(2, 6, seed, entry.number, "recourse days")
    at = moment_of(day_of(entry.at), hour=10) + days * DAY
    yield Envelope(
        command_id=f"{entry.number}:recourse",
        actor=_party(world, order, event),
        role="carrier" if event.party == "carrier" else "system",
        # the seconds differ, so that two answers never come in one moment
        at=at + entry.number % MINUTE,
        command=_answer(world, order, event, granted, how),
    )


def _answer(
    world: World, order: Order, event: RecourseRaised, granted: Minor, how: str
) -> AnswerRecourse:
    said = _SAID.get(world.company.locale, _SAID["en_US"])
    currency, sender = currency_of(world, order), _party(world, order, event)
    number = event.recourse_number
    body = said[how].format(
        amount=amount_in_words(event.amount, currency), granted=amount_in_words(granted, currency)
    )
    return AnswerRecourse(
        order_number=order.order_number,
        recourse_number=number,
        granted=granted,
        sender=sender,
        subject=said["subject"].format(number=number, order_number=order.order_number),
        body=said["letter"].format(body=body, sender=sender),
    )


def _party(world: World, order: Order, event: RecourseRaised) -> str:
    """Who brought it, or who sold it to us."""
    if event.party == "carrier":
        brought = [it for it in order.packages if it.stage in ("delivered", "lost")]
        named = [it for it in brought if str(it.package_number) == event.case_number]
        parcel = (named or brought)[0]
        return world.carriers[parcel.carrier_code].name
    skus = {line.sku for line in order.lines}
    sellers = [it for _, it in sorted(world.suppliers.items()) if not it.skus or skus & {*it.skus}]
    return sellers[0].company if sellers else event.party
