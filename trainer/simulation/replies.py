"""Customers answer what we ask about their order: what they meant, or that it stands there.

The answer to a slip of theirs is the request behind the message; whether they stand by a day or a
price was settled when they wrote.
"""

from collections.abc import Iterator
from typing import Final

from trainer.orders.engine import Envelope, Recorded
from trainer.orders.letters import day_in_words
from trainer.orders.questions import AnswerQuestion, CustomerAsked
from trainer.orders.values import MINUTE
from trainer.orders.world import Message, Request, Topic, World
from trainer.simulation.chance import between
from trainer.simulation.hours import in_hours
from trainer.simulation.words import address_in_words

_SAID: Final[dict[str, dict[str, str]]] = {
    "en_US": {
        "letter": "Hello,\n\n{body}\n\n{contact}",
        "subject": "Re: {subject}",
        "as_written": (
            "about {about}: it is as I wrote in my message. Please enter it just like that."
        ),
        "list_price": "we wrote no price because we know yours: by your list, please.",
        "address": "you are right, that was missing. Please send it to:\n{address}",
        "day": "sorry, I was in the wrong line of the calendar. We need it on {day}.",
        "firm_day": (
            "we know that it is tight, but {day} is the day on which we need it. If you cannot "
            "hold it, tell us the first day that you can."
        ),
        "product": "sorry, that number is from an old list. We mean the {name}, SKU {sku}.",
        "price": "that was the price of last year. Your list price is all right, please go ahead.",
        "firm_price": (
            "our budget ends at the price we wrote. At your list price we do not want the order; "
            "please decline it."
        ),
        "quantity": "you are right, that was not clear. Please send us:\n{lines}",
        "line": "- {name} ({sku}): {quantity} pieces",
    },
    "zh_CN": {
        "letter": "您好：\n\n{body}\n\n{contact}",
        "subject": "回复：{subject}",
        "as_written": "关于{about}，以我上封来信为准，请照此录入。",
        "list_price": "信中没写价格，就是按贵司价目表执行。",
        "address": "您说得对，地址没写全。请送到：\n{address}",
        "day": "抱歉，日期写错了，我方需要在 {day} 到货。",
        "firm_day": "时间确实紧，但我方就是需要 {day} 到货。如果做不到，请告知贵司最早哪天能送达。",
        "product": "抱歉，那是旧目录上的编号。我方要的是{name}，SKU 为 {sku}。",
        "price": "那是去年的价格，按贵司价目表执行即可，请继续办理。",
        "firm_price": "我方预算只到信中写的价格。若按价目表价格，我方就不订了，请婉拒此单。",
        "quantity": "您说得对，数量没写清楚。请按以下数量发货：\n{lines}",
        "line": "- {name}（{sku}）：{quantity} 件",
    },
    "zh_TW": {
        "letter": "您好：\n\n{body}\n\n{contact}",
        "subject": "回覆：{subject}",
        "as_written": "關於{about}，以我上封來信為準，請照此輸入。",
        "list_price": "信中沒寫價格，就是依貴公司價目表。",
        "address": "您說得對，地址沒寫完整。請送到：\n{address}",
        "day": "抱歉，日期寫錯了，敝公司需要在 {day} 到貨。",
        "firm_day": (
            "時間確實很趕，但敝公司就是需要 {day} 到貨。如果做不到，請告知貴公司最快哪天能送達。"
        ),
        "product": "抱歉，那是舊目錄上的編號。敝公司要的是{name}，SKU 為 {sku}。",
        "price": "那是去年的價格，依貴公司價目表即可，請繼續辦理。",
        "firm_price": "敝公司預算只到信中所寫的價格。若依價目表價格，敝公司就不訂了，請婉拒此單。",
        "quantity": "您說得對，數量沒寫清楚。請依以下數量出貨：\n{lines}",
        "line": "- {name}（{sku}）：{quantity} 件",
    },
}
_ABOUT: Final[dict[str, dict[Topic, str]]] = {
    "en_US": {
        "address": "the address", "delivery_date": "the day", "product": "the goods",
        "quantity": "the quantities",
    },
    "zh_CN": {
        "address": "收货地址", "delivery_date": "交货日期", "product": "商品",
        "quantity": "数量",
    },
    "zh_TW": {
        "address": "收貨地址", "delivery_date": "交貨日期", "product": "商品",
        "quantity": "數量",
    },
}  # fmt: skip


def react(entry: Recorded, world: World, seed: int) -> Iterator[Envelope]:
    """One to five hours after a question, in working hours."""
    event = entry.event
    if not isinstance(event, CustomerAsked):
        return
    message = world.messages[event.message_id]
    said = _SAID.get(world.company.locale, _SAID["en_US"])
    body = _answer(world, message, event.about)
    # the seconds differ, so that two answers never come in one moment
    wait = between(60, 300, seed, entry.number, "reply") * MINUTE + entry.number % MINUTE
    yield Envelope(
        command_id=f"{entry.number}:reply",
        actor=message.sender,
        role="customer",
        at=in_hours(entry.at + wait),
        command=AnswerQuestion(
            message_id=message.message_id,
            about=event.about,
            subject=said["subject"].format(subject=message.subject),
            body=said["letter"].format(body=body, contact=message.sender),
        ),
    )


def _answer(world: World, message: Message, about: Topic) -> str:
    """What was wrong is put right, all of it that they were asked about."""
    said = _SAID.get(world.company.locale, _SAID["en_US"])
    request = message.request
    asked = [defect for defect in message.defects if defect.topic == about]
    if not asked or request is None:
        if about == "price":
            return said["list_price"]
        topics = _ABOUT.get(world.company.locale, _ABOUT["en_US"])
        return said["as_written"].format(about=topics[about])
    first = asked[0]
    match about:
        case "address":
            return said["address"].format(address=address_in_words(request.ship_to))
        case "delivery_date":
            day = day_in_words(request.requested_delivery_date, world.company.locale)
            return said["firm_day" if first.firm else "day"].format(day=day)
        case "price":
            return said["firm_price" if first.firm else "price"]
        case "product":
            product = world.products[request.lines[first.line].sku]
            return said["product"].format(name=product.name, sku=product.sku)
        case "quantity":
            lines = (_line(world, request, defect.line) for defect in asked)
            return said["quantity"].format(lines="\n".join(lines))


def _line(world: World, request: Request, place: int) -> str:
    line = request.lines[place]
    said = _SAID.get(world.company.locale, _SAID["en_US"])["line"]
    return said.format(name=world.products[line.sku].name, sku=line.sku, quantity=line.quantity)
