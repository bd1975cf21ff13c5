"""What we write to customers: one text per template, in the language of the world they live in.

The words of a message are part of what happened: they are written when it is sent, and stay.
"""

from datetime import date
from typing import Final

from trainer.orders.currencies import currency_of
from trainer.orders.status import due_day
from trainer.orders.values import exponent
from trainer.orders.world import (
    ContactRole,
    Customer,
    NoticeChannel,
    Order,
    OrderLine,
    Request,
    Return,
    Topic,
    World,
)

_BODIES: Final[dict[str, dict[str, str]]] = {
    "en_US": {
        "email": "Hello {contact},\n\n{body}\n\n{us}",
        "sms": "{us}: {body}",
        "order_received": (
            "thank you, we have your order {po_number} and keep it as {order_number}. "
            "It comes to {total}."
        ),
        "order_confirmed": "your order {order_number} is confirmed; it will be with you by {day}.",
        "order_changed": (
            "part of your order {order_number} is cancelled. What you pay now comes to {total}."
        ),
        "order_shipped": "your order {order_number} is on its way. Tracking: {tracking}.",
        "order_delayed": (
            "we are sorry: your order {order_number} will not be complete by {day}. "
            "We will tell you as soon as it is on its way."
        ),
        "part_delayed": (
            "we are sorry: a part of your order {order_number} that we promised for {day} will be "
            "late. We will tell you as soon as it is on its way."
        ),
        "parcel_shipped": (
            "parcel {parcel} of your order {order_number} is on its way. Tracking: {tracking}."
        ),
        "parcel_delivered": (
            "parcel {parcel} of your order {order_number} has arrived. "
            "If anything is not right, tell us."
        ),
        "by_line": "\n\nIt comes in parts:\n{lines}",
        "order_delivered": (
            "your order {order_number} has arrived. If anything is not right, tell us."
        ),
        "return_authorised": (
            "you can send us what you told us about of order {order_number}. Please write the "
            "number {rma_number} on the parcel; once we have looked at it, we write to you again."
        ),
        "return_expired": (
            "we had agreed to take back what return {rma_number} of order {order_number} is about, "
            "and nothing has come by {send_by}. The return is over; if you still want to send "
            "something back, please tell us, and we look at it anew."
        ),
        "order_lost": (
            "we are sorry: the carrier cannot find the parcel of your order {order_number} "
            "(tracking {tracking}). You do not lose by it: we send it once more, or you get your "
            "money back."
        ),
        "parcel_lost": (
            "we are sorry: the carrier cannot find parcel {parcel} of your order {order_number} "
            "(tracking {tracking}). You do not lose by it: we send what was in it once more, or "
            "you get your money back for it."
        ),
        "order_came_back": (
            "your order {order_number} could not be handed over, and its parcel has come back to "
            "us (tracking {tracking}). Please tell us where and when it reaches you, and we send "
            "it once more."
        ),
        "parcel_came_back": (
            "parcel {parcel} of your order {order_number} could not be handed over and has come "
            "back to us (tracking {tracking}). Please tell us where and when it reaches you, and "
            "we send it once more."
        ),
        "return_cancelled": (
            "we have to take back what we agreed to for your return {rma_number} of order "
            "{order_number}: please do not send the goods. {reason}\n\nThey stay yours, and if "
            "there is another way in which we can help, please tell us."
        ),
        "parcel_sent_back": (
            "your parcel for return {rma_number} of order {order_number} has come after the last "
            "day we had agreed on, {send_by}. We are sorry: we cannot take it, and it is on its "
            "way to you again, unopened. {reason}"
        ),
        "return_rejected": (
            "we have looked into your return {rma_number} of order {order_number}, and we are "
            "sorry: under our terms we cannot take it back. {reason}\n\nIf there is another way in "
            "which we can help, please write to us."
        ),
        "credit_given": (
            "we are sorry for the trouble with your order {order_number}. We have taken {allowed} "
            "off it in all; what you have paid beyond the rest, we pay back to you."
        ),
        "refund_sent": (
            "for your order {order_number} we have paid {refunded} back in all, the way you paid."
        ),
        "order_amended": (
            "we have changed your order {order_number} as agreed. It comes to {total} and will be "
            "with you by {day}."
        ),
        "order_cancelled": (
            "your order {po_number} (our number {order_number}) is cancelled; nothing more of it "
            "will be delivered. {money}"
        ),
        "clawback": (
            " You now keep less than the {threshold} of goods from which our promotion {code} "
            "applies, so we have to charge {clawback} of it again; this is counted in."
        ),
        "owed_back": "We pay {owed} back to you.",
        "nothing_due": "There is nothing left to pay for it.",
        "order_rejected": (
            "thank you for your order {po_number} (our number {order_number}). We are sorry: we "
            "cannot take it. {reason}"
        ),
        "declined": (
            "thank you for your message about your order {po_number}. We have looked for a way, "
            "but we are sorry: we cannot make this change. {reason}\n\n"
            "Your order {order_number} stays as confirmed{by_day}. If there is another way in "
            "which we can help, please write to us."
        ),
        "by_day": ", for {day}",
    },
    "zh_CN": {
        "email": "{contact}：\n\n您好！{body}\n\n{us}",
        "sms": "【{us}】{body}",
        "order_received": "已收到贵司采购单 {po_number}，订单号 {order_number}，金额 {total}。",
        "order_confirmed": "订单 {order_number} 已确认，将于{day}前送达。",
        "order_changed": "订单 {order_number} 已取消部分商品，现应付 {total}。",
        "order_shipped": "订单 {order_number} 已发货，运单号 {tracking}。",
        "order_delayed": "非常抱歉，订单 {order_number} 无法在{day}前全部送达，发货后立即告知。",
        "part_delayed": (
            "非常抱歉，订单 {order_number} 中承诺{day}送达的部分无法准时送达，发货后立即通知。"
        ),
        "parcel_shipped": "订单 {order_number} 的包裹 {parcel} 已发货，运单号 {tracking}。",
        "parcel_delivered": (
            "订单 {order_number} 的包裹 {parcel} 已送达，如有问题请随时联系我们。"
        ),
        "by_line": "\n\n分批送达：\n{lines}",
        "order_delivered": "订单 {order_number} 已送达，如有问题请随时联系我们。",
        "return_authorised": (
            "订单 {order_number} 的退货申请已获批准，请在包裹上注明退货授权号 {rma_number} 后寄回。"
            "我们检验后会再与您联系。"
        ),
        "return_expired": (
            "订单 {order_number} 的退货 {rma_number} 截至{send_by}未收到货物，该退货已失效。"
            "如仍需退货，请再与我们联系，我们会重新审核。"
        ),
        "order_lost": (
            "非常抱歉，订单 {order_number} 的包裹（运单号 {tracking}）承运商未能找到。"
            "您不会因此受损：我们将补发，或为您退款。"
        ),
        "parcel_lost": (
            "非常抱歉，订单 {order_number} 的包裹 {parcel}（运单号 {tracking}）承运商未能找到。"
            "您不会因此受损：其中的商品我们将补发，或为您退款。"
        ),
        "order_came_back": (
            "订单 {order_number} 未能投递成功，包裹（运单号 {tracking}）已退回我方。"
            "请告知方便收货的地址和时间，我们将再次发货。"
        ),
        "parcel_came_back": (
            "订单 {order_number} 的包裹 {parcel}（运单号 {tracking}）未能投递成功，已退回我方。"
            "请告知方便收货的地址和时间，我们将再次发货。"
        ),
        "return_cancelled": (
            "订单 {order_number} 的退货 {rma_number} 我们此前已同意，现需取消，请勿寄出商品。"
            "{reason}\n\n商品仍归您所有；如需其他协助，请随时联系我们。"
        ),
        "parcel_sent_back": (
            "订单 {order_number} 的退货 {rma_number} 的包裹在约定的最后一天{send_by}之后才到达。"
            "非常抱歉，我们无法接收，包裹未拆封，已寄还给您。{reason}"
        ),
        "return_rejected": (
            "订单 {order_number} 的退货申请 {rma_number} 我们已仔细核对，非常抱歉，"
            "按照退货条款无法受理。{reason}\n\n如需其他协助，请随时联系我们。"
        ),
        "credit_given": (
            "订单 {order_number} 给您添了麻烦，非常抱歉。我方已为该订单减免共 {allowed}，"
            "多付的部分将退还给您。"
        ),
        "refund_sent": "订单 {order_number} 已按原付款方式退款，累计 {refunded}。",
        "order_amended": ("订单 {order_number} 已按约定变更，金额合计 {total}，将于{day}前送达。"),
        "order_cancelled": (
            "贵司采购单 {po_number}（订单号 {order_number}）已取消，不再发货。{money}"
        ),
        "clawback": (
            "由于您保留的商品不足 {threshold}，不再符合促销 {code} 的条件，"
            "已优惠的 {clawback} 须补收，上述金额已计入。"
        ),
        "owed_back": "我方将退还 {owed}。",
        "nothing_due": "无须再付款。",
        "order_rejected": (
            "感谢贵司采购单 {po_number}（订单号 {order_number}）。非常抱歉，我方无法承接。{reason}"
        ),
        "declined": (
            "感谢您就采购单 {po_number} 来信。我们已尽力协调，但非常抱歉，此次变更无法办理。"
            "{reason}\n\n订单 {order_number} 仍按原确认内容执行{by_day}。"
            "如需其他协助，请随时联系我们。"
        ),
        "by_day": "，承诺送达日{day}",
    },
    "zh_TW": {
        "email": "{contact} 您好：\n\n{body}\n\n{us}",
        "sms": "【{us}】{body}",
        "order_received": "已收到貴公司採購單 {po_number}，訂單編號 {order_number}，金額 {total}。",
        "order_confirmed": "訂單 {order_number} 已確認，將於{day}前送達。",
        "order_changed": "訂單 {order_number} 已取消部分商品，目前應付 {total}。",
        "order_shipped": "訂單 {order_number} 已出貨，託運單號 {tracking}。",
        "order_delayed": "非常抱歉，訂單 {order_number} 無法在{day}前全部送達，出貨後立即通知。",
        "part_delayed": (
            "非常抱歉，訂單 {order_number} 中承諾{day}送達的部分無法準時送達，出貨後立即通知。"
        ),
        "parcel_shipped": "訂單 {order_number} 的包裹 {parcel} 已出貨，託運單號 {tracking}。",
        "parcel_delivered": (
            "訂單 {order_number} 的包裹 {parcel} 已送達，如有問題請隨時與我們聯絡。"
        ),
        "by_line": "\n\n分批送達：\n{lines}",
        "order_delivered": "訂單 {order_number} 已送達，如有問題請隨時與我們聯絡。",
        "return_authorised": (
            "訂單 {order_number} 的退貨申請已核准，請在包裹上註明退貨授權編號 {rma_number} 後寄回。"
            "我們檢驗後會再與您聯絡。"
        ),
        "return_expired": (
            "訂單 {order_number} 的退貨 {rma_number} 至{send_by}仍未收到商品，該退貨已失效。"
            "如仍需退貨，請再與我們聯絡，我們會重新審核。"
        ),
        "order_lost": (
            "非常抱歉，訂單 {order_number} 的包裹（託運單號 {tracking}）貨運業者未能找到。"
            "您不會因此受損：我們將補寄，或為您退款。"
        ),
        "parcel_lost": (
            "非常抱歉，訂單 {order_number} 的包裹 {parcel}（託運單號 {tracking}）貨運業者未能找到。"
            "您不會因此受損：其中的商品我們將補寄，或為您退款。"
        ),
        "order_came_back": (
            "訂單 {order_number} 未能投遞成功，包裹（託運單號 {tracking}）已退回我方。"
            "請告知方便收貨的地址與時間，我們將再次出貨。"
        ),
        "parcel_came_back": (
            "訂單 {order_number} 的包裹 {parcel}（託運單號 {tracking}）未能投遞成功，已退回我方。"
            "請告知方便收貨的地址與時間，我們將再次出貨。"
        ),
        "return_cancelled": (
            "訂單 {order_number} 的退貨 {rma_number} 我們先前已同意，現需取消，請勿寄出商品。"
            "{reason}\n\n商品仍歸您所有；如需其他協助，請隨時與我們聯絡。"
        ),
        "parcel_sent_back": (
            "訂單 {order_number} 的退貨 {rma_number} 的包裹在約定的最後一天{send_by}之後才送達。"
            "非常抱歉，我們無法收下，包裹未拆封，已寄還給您。{reason}"
        ),
        "return_rejected": (
            "訂單 {order_number} 的退貨申請 {rma_number} 我們已仔細核對，非常抱歉，"
            "依退貨條款無法受理。{reason}\n\n如需其他協助，請隨時與我們聯絡。"
        ),
        "credit_given": (
            "訂單 {order_number} 造成您的困擾，非常抱歉。我方已就該訂單折讓共 {allowed}，"
            "溢付的部分將退還給您。"
        ),
        "refund_sent": "訂單 {order_number} 已依原付款方式退款，累計 {refunded}。",
        "order_amended": ("訂單 {order_number} 已依約定變更，金額合計 {total}，將於{day}前送達。"),
        "order_cancelled": (
            "貴公司採購單 {po_number}（訂單編號 {order_number}）已取消，不再出貨。{money}"
        ),
        "clawback": (
            "由於您保留的商品未達 {threshold}，不再符合促銷 {code} 的條件，"
            "已折抵的 {clawback} 須補收，上述金額已計入。"
        ),
        "owed_back": "我方將退還 {owed}。",
        "nothing_due": "無須再付款。",
        "order_rejected": (
            "感謝貴公司採購單 {po_number}（訂單編號 {order_number}）。"
            "非常抱歉，我方無法承接。{reason}"
        ),
        "declined": (
            "感謝您就採購單 {po_number} 來信。我們已盡力協調，但非常抱歉，此次變更無法辦理。"
            "{reason}\n\n訂單 {order_number} 仍依原確認內容執行{by_day}。"
            "如需其他協助，請隨時與我們聯絡。"
        ),
        "by_day": "，承諾送達日{day}",
    },
}


def letter(
    world: World,
    order: Order,
    customer: Customer,
    template: str,
    channel: NoticeChannel,
    about: str = "",
) -> str:
    """The message as the customer reads it; a text message has no room for more than its body."""
    said = _BODIES.get(world.company.locale, _BODIES["en_US"])
    facts = _Facts(world, order, template, about)
    split = order.split_dates
    partly = template == "order_delayed" and split
    words = "part_delayed" if partly else f"parcel_{template[6:]}" if facts.parcel else template
    body = said[words].format_map(facts)
    if order.promotion and order.clawback and template in _WITH_CLAWBACK:
        body += said["clawback"].format(
            code=order.promotion.code,
            threshold=amount_in_words(order.promotion.threshold, currency_of(world, order)),
            clawback=amount_in_words(order.clawback, currency_of(world, order)),
        )
    if channel == "sms":
        body = body[:1].upper() + body[1:]
    elif split and template in ("order_confirmed", "order_amended"):
        body += said["by_line"].format(lines=_line_by_line(world, order))
    return said[channel].format(contact=customer.contact, body=body, us=world.company.name)


class _Facts(dict[str, str]):
    """What a letter may say of an order, each worked out only where the letter says it."""

    def __init__(self, world: World, order: Order, template: str, about: str) -> None:
        self.world, self.order, self.template, self.about = world, order, template, about

    def __missing__(self, name: str) -> str:
        """The fact of that name."""
        return str(getattr(self, name))

    def _money(self, amount: int) -> str:
        return amount_in_words(amount, currency_of(self.world, self.order))

    def _day(self, day: date | None) -> str:
        return day_in_words(day, self.world.company.locale) if day else ""

    @property
    def parcel(self) -> str:
        """Which parcel it is about, where the order is more than this one."""
        return _parcel_meant(self.order, self.template, self.about)

    @property
    def order_number(self) -> str:
        """Ours."""
        return self.order.order_number

    @property
    def po_number(self) -> str:
        """The customer's."""
        return self.order.customer_po_number

    @property
    def total(self) -> str:
        """What the order comes to by now."""
        return self._money(self.order.total - self.order.credit)

    @property
    def day(self) -> str:
        """The day promised; of a delay the day that is missed."""
        if self.template != "order_delayed":
            return self._day(self.order.promised_delivery_date)
        return self._day(date.fromisoformat(self.about) if self.about else due_day(self.order))

    @property
    def tracking(self) -> str:
        """The numbers of the parcels that have left; of one of them where it is about that one."""
        one = self.about if self.template in _TRACKED else ""
        return ", ".join(
            package.tracking_number
            for package in self.order.packages
            if package.shipped_at
            and package.tracking_number
            and one in ("", str(package.package_number))
        )

    @property
    def back(self) -> Return | None:
        """The return it is about."""
        return _return_meant(self.order, self.template)

    @property
    def rma_number(self) -> str:
        """The return's number."""
        return self.back.rma_number if self.back else ""

    @property
    def send_by(self) -> str:
        """Until when to send it back."""
        return self._day(self.back.send_by if self.back else None)

    @property
    def reason(self) -> str:
        """Why not, in the words the customer reads."""
        return self.back.why_not if self.back else self.order.why_not

    @property
    def money(self) -> str:
        """What we owe them, or that nobody owes anything."""
        said = _BODIES.get(self.world.company.locale, _BODIES["en_US"])
        due = self.order.balance_due
        return said["owed_back"].format(owed=self._money(-due)) if due < 0 else said["nothing_due"]

    @property
    def allowed(self) -> str:
        """Credit for which nothing comes back."""
        return self._money(self.order.shipping_credit + self.order.goodwill)

    @property
    def refunded(self) -> str:
        """What has gone back by now."""
        return self._money(self.order.refunded)


def _parcel_meant(order: Order, template: str, about: str) -> str:
    """The parcel that a message is about, where the order is more than this one."""
    package = order.package(int(about)) if template in _BY_PARCEL and about else None
    if package is None:
        return ""
    whole = sum(row.quantity for row in package.rows) >= sum(line.live for line in order.lines)
    return "" if whole else about


_WITH_CLAWBACK: Final = ("order_changed", "order_amended", "refund_sent")
_TRACKED: Final = ("order_shipped", "order_lost", "order_came_back")
_BY_PARCEL: Final = (*_TRACKED, "order_delivered")


def _line_by_line(world: World, order: Order) -> str:
    """What comes when, where it does not all come on one day."""
    told = []
    for line in order.lines:
        day = order.promise_of(line)
        if line.live and day:
            goods = f"{world.products[line.sku].name} ({line.sku}) × {line.live}"
            told.append(f"{goods}: {day_in_words(day, world.company.locale)}")
    return "\n".join(told)


def _return_meant(order: Order, template: str) -> Return | None:
    """The newest return that a message can be about; None where it is about none."""
    if template == "parcel_sent_back":
        late = [back for back in order.returns if back.late_parcel == "sent_back"]
        return late[-1] if late else None
    if template == "return_cancelled":
        ours = [b for b in order.returns if b.status == "cancelled" and b.why_not]
        return ours[-1] if ours else None
    ended = {"return_rejected": "rejected", "return_expired": "expired"}.get(template)
    meant = [b for b in order.returns if (b.status == ended if ended else b.liability)]
    return meant[-1] if meant else None


def declining(world: World, order: Order, customer: Customer, reason: str) -> str:
    """A friendly no: thanks, the reason in our own words, and what stays."""
    said = _BODIES.get(world.company.locale, _BODIES["en_US"])
    day = order.promised_delivery_date
    body = said["declined"].format(
        order_number=order.order_number,
        po_number=order.customer_po_number,
        reason=reason,
        by_day=said["by_day"].format(day=day_in_words(day, world.company.locale)) if day else "",
    )
    return said["email"].format(contact=customer.contact, body=body, us=world.company.name)


MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip


def day_in_words(day: date, locale: str) -> str:
    """`March 12, 2026`, `2026年3月12日`: as one writes it."""
    if locale == "en_US":
        return f"{MONTHS[day.month - 1]} {day.day}, {day.year}"
    return f"{day.year}年{day.month}月{day.day}日"


def amount_in_words(amount: int, currency: str) -> str:
    """`123456` in CNY → `CNY 1,234.56`, the way banks write it in every language."""
    decimals = exponent(currency)
    whole, rest = divmod(abs(amount), 10**decimals)
    sign = "-" if amount < 0 else ""
    return f"{currency} {sign}{whole:,}" + (f".{rest:0{decimals}d}" if decimals else "")


_QUESTIONS: Final[dict[str, dict[Topic, str]]] = {
    "en_US": {
        "address": (
            "thank you for your order {po_number}. So that it finds its way: to which street and "
            "number shall it go, and what is the postal code?"
        ),
        "delivery_date": (
            "thank you for your order {po_number}. We have a question about the day you name: on "
            "which day do you need the goods?"
        ),
        "product": (
            "thank you for your order {po_number}. We want to send the right goods: which product "
            "do you mean, and under which SKU of our current list?"
        ),
        "price": (
            "thank you for your order {po_number}. A question about the price: may we enter "
            "the order at the prices of our list?"
        ),
        "quantity": (
            "thank you for your order {po_number}. How many pieces of each product shall we send? "
            "We deliver whole packs."
        ),
    },
    "zh_CN": {
        "address": "感谢贵司采购单 {po_number}。为准确送达，请告知收货地址的街道、门牌号和邮编。",
        "delivery_date": "感谢贵司采购单 {po_number}。关于交货日期想确认一下：请问哪天需要到货？",
        "product": "感谢贵司采购单 {po_number}。为避免发错货，请确认所需商品及其现行 SKU。",
        "price": "感谢贵司采购单 {po_number}。关于价格想确认一下：请问能否按我方价目表录入？",
        "quantity": "感谢贵司采购单 {po_number}。请确认每种商品各需多少件，我方按整包发货。",
    },
    "zh_TW": {
        "address": "感謝貴公司採購單 {po_number}。為準確送達，請告知路名、門牌與郵遞區號。",
        "delivery_date": "感謝貴公司採購單 {po_number}。想確認一下交貨日期：請問哪天需要到貨？",
        "product": "感謝貴公司採購單 {po_number}。為避免出錯貨，請確認所需商品及其現行 SKU。",
        "price": "感謝貴公司採購單 {po_number}。想確認一下價格：請問可否依我方價目表輸入？",
        "quantity": "感謝貴公司採購單 {po_number}。請確認每項商品各需多少件，我方以整包出貨。",
    },
}
_NOT_TAKEN: Final[dict[str, str]] = {
    "en_US": (
        "thank you for your order {po_number}. We are sorry: we cannot take it as it is. {reason}"
        "\n\nIf there is another way in which we can help, please write to us."
    ),
    "zh_CN": (
        "感谢贵司采购单 {po_number}。非常抱歉，我方无法承接此单。{reason}\n\n"
        "如需其他协助，请随时联系我们。"
    ),
    "zh_TW": (
        "感謝貴公司採購單 {po_number}。非常抱歉，我方無法承接此單。{reason}\n\n"
        "如需其他協助，請隨時與我們聯絡。"
    ),
}


def asking(world: World, request: Request, about: Topic) -> str:
    """Our question to somebody who wrote in an order."""
    said = _QUESTIONS.get(world.company.locale, _QUESTIONS["en_US"])
    return _to_sender(world, request, said[about].format(po_number=request.customer_po_number))


def not_taking(world: World, request: Request, reason: str) -> str:
    """A friendly no to an order that was not entered."""
    said = _NOT_TAKEN.get(world.company.locale, _NOT_TAKEN["en_US"])
    body = said.format(po_number=request.customer_po_number, reason=reason)
    return _to_sender(world, request, body)


def _to_sender(world: World, request: Request, body: str) -> str:
    said = _BODIES.get(world.company.locale, _BODIES["en_US"])
    contact = world.customers[request.customer_id].contact
    return said["email"].format(contact=contact, body=body, us=world.company.name)


_MORE: Final[dict[str, str]] = {
    "en_US": (
        "about your order {order_number}: we have to ask {price} a piece for {name} ({sku}) "
        "instead of {before}. {reason}\n\nFor your {quantity} pieces that is {delta} more. Nothing "
        "changes without your word: do you agree to this price?"
    ),
    "zh_CN": (
        "关于订单 {order_number}：{name}（{sku}）的单价须由 {before} 调整为 {price}。{reason}\n\n"
        "按 {quantity} 件计，共增加 {delta}。未经贵司同意，我方不会变更价格。请问是否同意该价格？"
    ),
    "zh_TW": (
        "關於訂單 {order_number}：{name}（{sku}）的單價須由 {before} 調整為 {price}。{reason}\n\n"
        "以 {quantity} 件計，共增加 {delta}。未經貴公司同意，我方不會變更價格。請問是否同意此價格？"
    ),
}


_SHOW_US: Final[dict[str, str]] = {
    "en_US": (
        "about {case_number} of your order {order_number}: we are sorry that something is not "
        "right. So that we can decide, please send us photos of the goods and of the packaging."
    ),
    "zh_CN": (
        "关于订单 {order_number} 的 {case_number}：商品有问题，非常抱歉。"
        "为便于处理，请提供商品和包装的照片。"
    ),
    "zh_TW": (
        "關於訂單 {order_number} 的 {case_number}：商品有問題，非常抱歉。"
        "為便於處理，請提供商品和包裝的照片。"
    ),
}


def asking_evidence(world: World, order: Order, case_number: str) -> str:
    """Our letter that asks what a damage looks like."""
    said = _SHOW_US.get(world.company.locale, _SHOW_US["en_US"])
    body = said.format(order_number=order.order_number, case_number=case_number)
    return _to_customer(world, order, body, "after_sales")


def asking_more(world: World, order: Order, line: OrderLine, price: int, reason: str) -> str:
    """Our letter that asks for consent to a higher price of a line."""
    currency = currency_of(world, order)
    body = _MORE.get(world.company.locale, _MORE["en_US"]).format(
        order_number=order.order_number,
        sku=line.sku,
        name=world.products[line.sku].name,
        quantity=line.ordered,
        before=amount_in_words(line.unit_price, currency),
        price=amount_in_words(price, currency),
        delta=amount_in_words((price - line.unit_price) * line.ordered, currency),
        reason=reason,
    )
    return _to_customer(world, order, body)


_QUOTED: Final[dict[str, str]] = {
    "en_US": (
        "we have looked at what came back under {rma_number} of your order {order_number}: "
        "{quantity} × {name} ({sku}). The damage is not covered by us. We can repair it for "
        "{price} in all. Shall we? If not, you get the goods back as they are, at no charge."
    ),
    "zh_CN": (
        "订单 {order_number} 退回的 {quantity} 件{name}（{sku}，退货授权号 {rma_number}）已检验，"
        "该损坏不属我方责任。维修费用合计 {price}，请问是否同意维修？"
        "如不同意，货物将原样免费寄还。"
    ),
    "zh_TW": (
        "訂單 {order_number} 退回的 {quantity} 件{name}（{sku}，退貨授權編號 {rma_number}）已檢驗，"
        "該損壞不屬我方責任。維修費用合計 {price}，請問是否同意維修？"
        "如不同意，商品將原樣免費寄還。"
    ),
}


def quoting_repair(
    world: World, order: Order, line: OrderLine, units: int, price: int, rma_number: str
) -> str:
    """Our letter that says what a repair would cost."""
    body = _QUOTED.get(world.company.locale, _QUOTED["en_US"]).format(
        order_number=order.order_number,
        rma_number=rma_number,
        sku=line.sku,
        name=world.products[line.sku].name,
        quantity=units,
        price=amount_in_words(price, currency_of(world, order)),
    )
    return _to_customer(world, order, body, "after_sales")


def _to_customer(world: World, order: Order, body: str, role: ContactRole | None = None) -> str:
    said = _BODIES.get(world.company.locale, _BODIES["en_US"])
    customer = world.customers[order.customer_id]
    contact = (customer.addressed(role) if role else customer).contact
    return said["email"].format(contact=contact, body=body, us=world.company.name)
