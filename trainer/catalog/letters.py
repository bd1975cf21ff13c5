"""What people write to the company: the customer's order in words, and the post of other days."""

from collections.abc import Iterator
from datetime import date
from random import Random
from typing import Final, NamedTuple

from babel.dates import format_date

from trainer.catalog.office import Life, Office
from trainer.orders.engine import Role
from trainer.orders.intake import ReceiveMessage
from trainer.orders.status import Label
from trainer.orders.values import DAY, MINUTE, Address, Moment
from trainer.orders.world import Channel, Order, RequestLine, World
from trainer.training.scenario import LANGUAGE_OF


class _Letter(NamedTuple):
    """A message of an earlier day, in the three languages; about an order of that label, if any.

    The sender is the order's customer, or somebody outside who is named here.
    """

    channel: Channel
    about: Label | None
    sender: dict[str, str]
    subject: dict[str, str]
    body: dict[str, str]


def _said(en: str, zh_Hans: str, zh_Hant: str) -> dict[str, str]:  # noqa: N803 - language tags
    return {"en": en, "zh_Hans": zh_Hans, "zh_Hant": zh_Hant}


_NOBODY: Final = _said("", "", "")
_LETTERS: Final = (
    _Letter(
        "email",
        "in_transit",
        _NOBODY,
        _said("Where is {order}?", "{order} 到哪里了？", "{order} 到哪裡了？"),
        _said(
            "Hello,\n\ncould you tell us when {order} (our number {po}) will be at our door?\n\n{contact}\n{company}",
            "您好：\n\n请问 {order}（我方采购单 {po}）预计什么时候送到？\n\n{contact}\n{company}",
            "您好：\n\n請問 {order}（我方採購單 {po}）預計什麼時候送到？\n\n{contact}\n{company}",
        ),
    ),
    _Letter(
        "email",
        "archived",
        _NOBODY,
        _said("Thank you", "感谢", "感謝"),
        _said(
            "Hello,\n\n{order} came quickly and well packed. Please pass our thanks on to the warehouse.\n\n{contact}\n{company}",
            "您好：\n\n{order} 到货很快，包装也很好。请代我们感谢仓库的同事。\n\n{contact}\n{company}",
            "您好：\n\n{order} 到貨很快，包裝也很好。請代我們感謝倉庫的同仁。\n\n{contact}\n{company}",
        ),
    ),
    _Letter(
        "phone",
        "settled",
        _NOBODY,
        _said("Call: copy of an invoice", "来电：索取发票副本", "來電：索取發票副本"),
        _said(
            "{contact} of {company} called and asked for a copy of the invoice for {order}. A colleague has sent it.",
            "{company} 的 {contact} 来电，索取 {order} 的发票副本。同事已发送。",
            "{company} 的 {contact} 來電，索取 {order} 的發票副本。同事已寄出。",
        ),
    ),
    _Letter(
        "web",
        "pending_payment",
        _NOBODY,
        _said("Transfer for {order} follows", "{order} 的款项即将汇出", "{order} 的款項即將匯出"),
        _said(
            "Hello,\n\nour accounts department pays {order} with the next run. Sorry for the wait.\n\n{contact}\n{company}",
            "您好：\n\n{order} 的款项将由我方财务在下一批付款中汇出，请稍候。\n\n{contact}\n{company}",
            "您好：\n\n{order} 的款項將由我方財務在下一批付款中匯出，請稍候。\n\n{contact}\n{company}",
        ),
    ),
    _Letter(
        "email",
        "completed",
        _NOBODY,
        _said("Our receiving hours", "我方收货时间", "我方收貨時間"),
        _said(
            "Hello,\n\nplease note for later orders that our goods-in is open from 8:00 to 15:00.\n\n{contact}\n{company}",
            "您好：\n\n请在今后的订单中注意，我方收货时间为 8:00 至 15:00。\n\n{contact}\n{company}",
            "您好：\n\n日後的訂單請留意，我方收貨時間為 8:00 至 15:00。\n\n{contact}\n{company}",
        ),
    ),
    _Letter(
        "email",
        None,
        _said("Brightware Components", "明光电器供应部", "明光電器供應部"),
        _said("News for spring", "春季供货通知", "春季供貨通知"),
        _said(
            "Dear partners,\n\nfrom April our lead times for lamps are two days shorter. The new list follows by the end of the month.\n\nBrightware Components",
            "各位合作伙伴：\n\n自四月起，我司灯具交货期缩短两天。新的供货清单将于月底前寄出。\n\n明光电器供应部",
            "各位合作夥伴：\n\n自四月起，本公司燈具交貨期縮短兩天。新的供貨清單將於月底前寄出。\n\n明光電器供應部",
        ),
    ),
    _Letter(
        "email",
        None,
        _said("Overland Freight", "通途物流", "通途貨運"),
        _said("Collection times this week", "本周提货时间", "本週取件時間"),
        _said(
            "Good morning,\n\nthis week our driver comes at 17:30 instead of 17:00, in both warehouses.\n\nOverland Freight, dispatch",
            "早上好：\n\n本周司机到两个仓库提货的时间由 17:00 改为 17:30。\n\n通途物流 调度",
            "早安：\n\n本週司機到兩個倉庫取件的時間由 17:00 改為 17:30。\n\n通途貨運 調度",
        ),
    ),
    _Letter(
        "email",
        None,
        _said("Facilities", "行政部", "行政部"),
        _said("Fire drill on Thursday", "周四消防演习", "週四消防演習"),
        _said(
            "Dear all,\n\non Thursday at 10:00 there is a fire drill. It takes twenty minutes; no order needs to be moved for it.\n\nFacilities",
            "各位同事：\n\n周四 10:00 进行消防演习，约二十分钟，无需调整订单。\n\n行政部",
            "各位同仁：\n\n週四 10:00 進行消防演習，約二十分鐘，無需調整訂單。\n\n行政部",
        ),
    ),
)


def post(office: Office, until: Moment) -> Iterator[Life]:
    """The letters of the last workdays, each at a moment of its own."""
    for place, letter in enumerate(_LETTERS):
        # three days back there is always a workday left before today
        at = until - 3 * DAY - office.chance.randint(0, 9 * 24 * 60) * MINUTE
        yield _arrives(office, letter, f"letter-{place + 1}", office.at_work(at))


def _arrives(office: Office, letter: _Letter, message_id: str, at: Moment) -> Life:
    yield at
    language = LANGUAGE_OF[office.world.company.locale]
    order = _some(office.world, office.chance, letter.about) if letter.about else None
    if letter.about and order is None:
        return
    sender, known = letter.sender[language], {}
    role: Role = "system"
    if order:
        who = office.world.customers[order.customer_id]
        sender, role = who.contact, "customer"
        known = {
            "order": order.order_number,
            "po": order.customer_po_number,
            "contact": who.contact,
            "company": who.company,
        }
    office.do(
        ReceiveMessage(
            message_id=message_id,
            channel=letter.channel,
            sender=sender,
            subject=letter.subject[language].format(**known),
            body=letter.body[language].format(**known),
            customer_id=order.customer_id if order else "",
            order_number=order.order_number if order else "",
        ),
        role,
        sender,
    )


def _some(world: World, chance: Random, label: Label) -> Order | None:
    """One of the newest orders of that label, as it is at that moment."""
    newest = [order for order, _ in zip(world.newest(label), range(5), strict=False)]
    return chance.choice(newest) if newest else None


# --- an order in words ------------------------------------------------------------------------

_PIECES: Final = {"en": "pcs", "zh_Hans": "件", "zh_Hant": "件"}


def lines_in_words(world: World, lines: tuple[RequestLine, ...]) -> str:
    """Product, SKU and quantity, one line each."""
    language = LANGUAGE_OF[world.company.locale]
    unit = _PIECES[language]
    if language == "en":
        return "\n".join(
            f"- {world.products[line.sku].name} ({line.sku}): {line.quantity} {unit}"
            for line in lines
        )
    return "\n".join(
        f"- {world.products[line.sku].name}（{line.sku}）：{line.quantity} {unit}" for line in lines
    )


def date_in_words(day: date, locale: str) -> str:
    """`March 12, 2026`, `2026年3月12日`: the way it is written there."""
    return format_date(day, format="long", locale=LANGUAGE_OF[locale])


def address_in_words(address: Address) -> str:
    """The address in that country's order of words, with who takes it and their phone."""
    where, number = address.city, address.postal_code
    if address.country == "US":
        return f"{address.recipient}, {address.street}, {where} {number}, {address.phone}"
    call = "电话" if address.country == "CN" else "電話"
    return f"{number} {where}{address.street}，{address.recipient} 收，{call} {address.phone}"
