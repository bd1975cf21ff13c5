"""What people write to the company: the customer's order in words, and the post of other days."""

from collections.abc import Iterator
from datetime import date
from random import Random
from typing import Final, NamedTuple

from babel.dates import format_date

from trainer.catalog.office import Life, Office
from trainer.orders.intake import ReceiveMessage
from trainer.orders.letters import amount_in_words
from trainer.orders.status import Label
from trainer.orders.values import DAY, MINUTE, Moment
from trainer.orders.world import Channel, Defect, Order, RequestLine, World
from trainer.training.scenario import LANGUAGE_OF


class _Letter(NamedTuple):
    """A message of an earlier day; what is said stands in the three languages side by side.

    Its sender is the customer of an order of that label, or somebody outside who is named here.
    """

    channel: Channel
    about: Label | None
    sender: tuple[str, str, str]
    subject: tuple[str, str, str]
    body: tuple[str, str, str]


_LANGUAGES: Final = ("en", "zh_Hans", "zh_Hant")
_GREETING: Final = ("Hello,", "您好：", "您好：")
_CUSTOMER: Final = ("{contact}\n{company}",) * 3

_LETTERS: Final = (
    _Letter(
        "email",
        "in_transit",
        _CUSTOMER,
        ("Where is {order}?", "{order} 到哪里了？", "{order} 到哪裡了？"),
        (
            "could you tell us when {order} (our number {po}) will be at our door?",
            "请问 {order}（我方采购单 {po}）预计什么时候送到？",
            "請問 {order}（我方採購單 {po}）預計什麼時候送到？",
        ),
    ),
    _Letter(
        "email",
        "archived",
        _CUSTOMER,
        ("Thank you", "感谢", "感謝"),
        (
            "{order} came quickly and well packed. Please pass our thanks on to the warehouse.",
            "{order} 到货很快，包装也很好。请代我们感谢仓库的同事。",
            "{order} 到貨很快，包裝也很好。請代我們感謝倉庫的同仁。",
        ),
    ),
    _Letter(
        "phone",
        "settled",
        _CUSTOMER,
        ("Copy of an invoice", "索取发票副本", "索取發票副本"),
        (
            "we need a copy of the invoice for {order}. (Noted by a colleague, who has sent it.)",
            "我们需要 {order} 的发票副本。（同事记录，已发送。）",
            "我們需要 {order} 的發票副本。（同仁記錄，已寄出。）",
        ),
    ),
    _Letter(
        "web",
        "pending_payment",
        _CUSTOMER,
        ("Transfer for {order} follows", "{order} 的款项即将汇出", "{order} 的款項即將匯出"),
        (
            "our accounts department pays {order} with its next run. Sorry for the wait.",
            "{order} 的款项将由我方财务在下一批付款中汇出，请稍候。",
            "{order} 的款項將由我方財務在下一批付款中匯出，請稍候。",
        ),
    ),
    _Letter(
        "email",
        "completed",
        _CUSTOMER,
        ("Our receiving hours", "我方收货时间", "我方收貨時間"),
        (
            "please note for later orders that our goods-in is open from 8:00 to 15:00.",
            "请在今后的订单中注意，我方收货时间为 8:00 至 15:00。",
            "日後的訂單請留意，我方收貨時間為 8:00 至 15:00。",
        ),
    ),
    _Letter(
        "email",
        None,
        ("Brightware Components", "明光电器供应部", "明光電器供應部"),
        ("News for spring", "春季供货通知", "春季供貨通知"),
        (
            "from April our lead times for lamps are two days shorter. The new list follows soon.",
            "自四月起，我司灯具交货期缩短两天。新的供货清单随后寄出。",
            "自四月起，本公司燈具交貨期縮短兩天。新的供貨清單隨後寄出。",
        ),
    ),
    _Letter(
        "email",
        None,
        ("Overland Freight", "通途物流", "通途貨運"),
        ("Collection times", "提货时间", "取件時間"),
        (
            "for the next two weeks our driver comes at 17:30 instead of 17:00.",
            "今后两周，司机提货时间由 17:00 改为 17:30。",
            "未來兩週，司機取件時間由 17:00 改為 17:30。",
        ),
    ),
    _Letter(
        "email",
        None,
        ("Facilities", "行政部", "行政部"),
        ("Fire drill", "消防演习", "消防演習"),
        (
            "next Thursday at 10:00 there is a fire drill of twenty minutes. Orders can wait.",
            "下周四 10:00 进行消防演习，约二十分钟，订单可以稍后处理。",
            "下週四 10:00 進行消防演習，約二十分鐘，訂單可以稍後處理。",
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
    place = _LANGUAGES.index(LANGUAGE_OF[office.world.company.locale])
    order = _some(office.world, office.chance, letter.about) if letter.about else None
    if letter.about and order is None:
        return
    who = office.world.customers[order.customer_id] if order else None
    known = {
        "order": order.order_number if order else "",
        "po": order.customer_po_number if order else "",
        "contact": who.contact if who else "",
        "company": who.company if who else "",
    }
    signed = letter.sender[place].format(**known)
    body = f"{_GREETING[place]}\n\n{letter.body[place]}\n\n{signed}".format(**known)
    sender = who.contact if who else signed
    office.do(
        ReceiveMessage(
            message_id=message_id,
            channel=letter.channel,
            sender=sender,
            subject=letter.subject[place].format(**known),
            body=body,
            customer_id=who.customer_id if who else "",
            order_number=known["order"],
        ),
        "customer" if who else "system",
        sender,
    )


def _some(world: World, chance: Random, label: Label) -> Order | None:
    """One of the newest orders of that label, as it is at that moment."""
    newest = [order for order, _ in zip(world.newest(label), range(5), strict=False)]
    return chance.choice(newest) if newest else None


# --- an order in words ------------------------------------------------------------------------

_PIECES: Final = {"en": "pcs", "zh_Hans": "件", "zh_Hant": "件"}
_LINE: Final = {"en": "- {goods}: {much}{price}", "zh": "- {goods}：{much}{price}"}
_GOODS: Final = {"en": "{name} ({sku})", "zh": "{name}（{sku}）"}
_AT: Final = {"en": " at {price} each", "zh_Hans": "，单价 {price}", "zh_Hant": "，單價 {price}"}
_VAGUE: Final = {
    "en": ("the usual quantity", "a few boxes"),
    "zh_Hans": ("老样子，跟上次差不多", "几箱"),
    "zh_Hant": ("跟平常差不多的量", "幾箱"),
}


def lines_in_words(
    world: World,
    lines: tuple[RequestLine, ...],
    defects: tuple[Defect, ...] = (),
    currency: str = "",
) -> str:
    """Product, SKU and quantity, one line each, as far as they are written; and a wrong price.

    A SKU that nobody has ever had stands alone, in place of the product.
    """
    language = LANGUAGE_OF[world.company.locale]
    script = language[:2]
    said = []
    for place, line in enumerate(lines):
        product = world.products.get(line.sku)
        goods = _GOODS[script].format(name=product.name, sku=line.sku) if product else line.sku
        much = f"{line.quantity} {_PIECES[language]}"
        if not line.quantity:
            ways = _VAGUE[language]
            much = ways[sum(map(ord, line.sku)) % len(ways)]
        price = "".join(
            _AT[language].format(price=amount_in_words(defect.price, currency))
            for defect in defects
            if defect.line == place and defect.price
        )
        said.append(_LINE[script].format(goods=goods, much=much, price=price))
    return "\n".join(said)


def date_in_words(day: date, locale: str) -> str:
    """`March 12, 2026`, `2026年3月12日`: the way it is written there."""
    return format_date(day, format="long", locale=LANGUAGE_OF[locale])
