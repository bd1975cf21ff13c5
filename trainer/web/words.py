"""How the engine's facts read on a screen: money, moments, days, statuses, whole sentences.

The engine keeps English sentences with fields in braces; here they are translated, and the fields
are written as people write them.
"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from functools import cache, lru_cache
from math import ceil
from secrets import token_urlsafe
from typing import Any, Final, get_args, get_type_hints

from babel import dates
from flask import Flask
from flask_babel import LazyString, get_locale, gettext, ngettext
from flask_babel import lazy_gettext as _l
from jinja2 import pass_context
from jinja2.runtime import Context

from trainer.orders.currencies import currency_of, in_use, stored, unit_price
from trainer.orders.documents import Finding
from trainer.orders.engine import Event, refusals
from trainer.orders.promises import PromiseBeforeAtp
from trainer.orders.refusals import IllegalState, Refusal, code_of
from trainer.orders.settlement import NotCompleted, NotSettled
from trainer.orders.values import MINUTE, exponent, half_up
from trainer.orders.world import Order, Product, World
from trainer.play.proving import KeptCell
from trainer.training.questions import FIELD
from trainer.training.scenario import LANGUAGE_OF
from trainer.training.sentences import Kept, Sentence
from trainer.training.texts import Text
from trainer.web.look import look

SYMBOLS: Final = {
    "CNY": "¥", "TWD": "NT$", "JPY": "JP¥", "KRW": "₩", "EUR": "€", "GBP": "£", "HKD": "HK$",
}  # fmt: skip
"""No two currencies of one world look the same: the yen says whose it is, the yuan is at home."""
ROUND: Final = frozenset({"TWD"})
"""Currencies whose small unit exists on paper only: it is shown when it is not zero."""

DESK_NAMES: Final[dict[str, LazyString]] = {
    "order_desk": _l("Order desk"),
    "warehouse": _l("Warehouse"),
    "finance": _l("Finance"),
    "after_sales": _l("After-sales"),
    "supervision": _l("Supervision"),
}
"""Where work is divided: what each desk is called."""
WORDS: Final[dict[str, LazyString]] = {
    # the course's labels of an order, and what it is in itself
    "draft": _l("draft"),
    "awaiting_confirmation": _l("awaiting confirmation"),
    "pending_payment": _l("pending payment"),
    "awaiting_shipment": _l("awaiting shipment"),
    "partly_shipped": _l("partly shipped"),
    "shipped": _l("shipped"),
    "in_transit": _l("in transit"),
    "signed": _l("signed for"),
    "completed": _l("completed"),
    "settled": _l("settled"),
    "archived": _l("archived"),
    "closed": _l("closed"),
    "submitted": _l("submitted"),
    "confirmed": _l("confirmed"),
    "cancelled": _l("cancelled"),
    # what an order that awaits shipment waits for
    "out_of_stock": _l("out of stock"),
    "being_made": _l("in production"),
    "being_prepared": _l("being prepared"),
    # badges beside the label
    "on_hold": _l("on hold"),
    "late": _l("late"),
    "exception": _l("delivery problem"),
    "after_sales_open": _l("after-sales open"),
    # production
    "planned": _l("planned"),
    "released": _l("released"),
    "in_progress": _l("in progress"),
    "done": _l("done"),
    "high": _l("high"),
    "normal": _l("normal"),
    "low": _l("low"),
    "to_warehouse": _l("the other warehouse"),
    # returns
    "return": _l("return"),
    "requested": _l("asked for"),
    "authorised": _l("authorised"),
    "arrived": _l("at the dock"),
    "received": _l("counted"),
    "inspected": _l("inspected"),
    "to_send_back": _l("to be sent back"),
    "to_inspect": _l("to be received and inspected"),
    "to_repair": _l("to be repaired"),
    "to_refund": _l("to be refunded"),
    "after_sale_over": _l("after-sales done"),
    "receipt_refused": _l("receipt refused"),
    "rejected": _l("rejected"),
    "came_late": _l("parcel here after its last day"),
    "partially_received": _l("partly counted"),
    "return_called_off": _l("return cancelled"),
    "take": _l("take it all the same"),
    "return_over": _l("return expired"),
    "expired": _l("return expired"),
    "partially_returned": _l("partly returned"),
    "returned": _l("returned"),
    "changed_mind": _l("changed mind"),
    "wrong_size": _l("wrong size"),
    "damaged_in_transit": _l("damaged in transit"),
    "defective": _l("defective"),
    "wrong_item": _l("wrong item"),
    "late_delivery": _l("came too late"),
    "duplicate_order": _l("ordered twice"),
    "found_cheaper": _l("found it cheaper"),
    "missing_parts": _l("parts are missing"),
    "not_as_described": _l("not as described"),
    "seller": _l("us"),
    "undetermined": _l("not determined yet"),
    "not_asked": _l("nobody has asked"),
    "asked": _l("the supervisor was asked"),
    "allowed": _l("the supervisor has allowed it"),
    "declined": _l("the supervisor has declined it"),
    "supplier": _l("the supplier"),
    "evidence_there": _l("the evidence is here"),
    "nothing_to_show": _l("they have nothing to show"),
    "recourse": _l("claim on others"),
    "claimed_on": _l("claimed from others"),
    "made_good": _l("made good by them"),
    "partly": _l("in part"),
    "grade_a": _l("A, as new"),
    "grade_b": _l("B, opened or used"),
    "grade_c": _l("C, damaged"),
    "grade_d": _l("D, not ours or beyond use"),
    "ungraded": _l("not graded"),
    "restock": _l("back on the shelf"),
    "restock_b_grade": _l("sold as B-grade"),
    "rework": _l("our own rework bench"),
    "in_rework": _l("in rework"),
    "b_grade": _l("B-grade"),
    "scrap": _l("scrap"),
    "return_to_vendor": _l("back to the supplier"),
    "credit_note": _l("credit note"),
    "in_repair": _l("in repair"),
    "repair": _l("repair"),
    "return_to_customer": _l("back to the customer"),
    "given_back": _l("with the customer again"),
    "send_back": _l("send it back to the customer"),
    "accept": _l("accept it in place of what was announced"),
    "apart": _l("kept apart"),
    "repaired": _l("repaired"),
    "beyond_repair": _l("beyond repair"),
    "unrepaired": _l("back as it is, not repaired"),
    "approved": _l("approved"),
    "denied": _l("denied"),
    "disputed": _l("disputed"),
    "claimed": _l("claimed"),
    "replaced": _l("replaced"),
    "lost": _l("lost"),
    "came_back": _l("came back"),
    "returned_to_sender": _l("returned to sender"),
    "order_response": _l("order response"),
    "despatch_advice": _l("despatch advice"),
    "packing_list": _l("packing list"),
    "waybill": _l("waybill"),
    # money
    "prepay": _l("prepaid"),
    "on_account": _l("on account"),
    "cash_on_delivery": _l("cash on delivery"),
    "cash": _l("cash"),
    "not_required": _l("nothing to pay"),
    "unpaid": _l("unpaid"),
    "partially_paid": _l("partly paid"),
    "paid": _l("paid"),
    "overpaid": _l("overpaid"),
    "partially_refunded": _l("partly refunded"),
    "refunded": _l("refunded"),
    "supervisor": _l("the supervisor"),
    "refund_pending": _l("refund under way"),
    "pending": _l("on its way back"),
    "unanswered": _l("no answer"),
    "succeeded": _l("paid back"),
    "failed": _l("failed"),
    "reversed": _l("come back from their bank"),
    # cards and store credit
    "transfer": _l("bank transfer"),
    "card": _l("card"),
    "store_credit": _l("store credit"),
    "original": _l("the way it came"),
    "authorized": _l("authorised on the card"),
    "authorisation": _l("authorisation"),
    "card_pending": _l("the card's bank is asked"),
    "card_unanswered": _l("no answer from the card's bank"),
    "card_authorised": _l("authorised by the card's bank"),
    "card_declined": _l("declined by the card's bank"),
    "card_voided": _l("given up"),
    "card_expired": _l("expired"),
    "card_captured": _l("captured in full"),
    "parcel": _l("parcel"),
    "money_in": _l("received money"),
    "on_card": _l("authorised on the card"),
    "redeemed": _l("paid with store credit"),
    "evidence": _l("evidence"),
    "partially_invoiced": _l("partly invoiced"),
    "invoiced": _l("invoiced"),
    "partially_credited": _l("partly credited"),
    "invoice": _l("invoice"),
    # goods
    "none": _l("not yet"),
    "open": _l("open"),
    "backordered": _l("backordered"),
    "in_production": _l("in production"),
    "allocated": _l("allocated"),
    "picked": _l("picked"),
    "packed": _l("packed"),
    "in_parcels": _l("in parcels"),
    "labelled": _l("labelled"),
    "voided": _l("voided"),
    "partially_shipped": _l("partly shipped"),
    "partially_delivered": _l("partly delivered"),
    "delivered": _l("delivered"),
    "label_created": _l("announced to the carrier"),
    "out_for_delivery": _l("out for delivery"),
    "fulfilment": _l("fulfilment"),
    "tracking": _l("tracking"),
    # what a command would change
    "label": _l("status"),
    # why something was called off, or the book of a shelf put right
    "no_stock_in_time": _l("no stock in time"),
    "price_error": _l("price error"),
    "no_credit": _l("no credit"),
    "suspected_fraud": _l("suspected fraud"),
    "other": _l("other, in words"),
    "no_longer_needed": _l("no longer needed"),
    "supplier_cannot_deliver": _l("the supplier cannot deliver"),
    "comes_too_late": _l("comes too late"),
    "bought_by_mistake": _l("bought by mistake"),
    "account_closed": _l("the account is closed"),
    "account_unknown": _l("there is no such account"),
    "name_mismatch": _l("the name does not belong to the account"),
    "card_closed": _l("the card is closed"),
    "more_than_ordered": _l("more than we ordered"),
    "no_room": _l("no room"),
    "no_demand": _l("nobody needs it"),
    "too_many": _l("sent back as too many"),
    "count_difference": _l("counting difference"),
    "damaged_goods": _l("damaged in the warehouse"),
    "expired_goods": _l("expired"),
    "lost_goods": _l("not to be found"),
    "found_goods": _l("found again"),
    "booking_error": _l("booked wrongly"),
    "ordered": _l("ordered"),
    "at_the_dock": _l("at the dock"),
    "partly_received": _l("partly received"),
    "closed_short": _l("closed short"),
    "customer_told": _l("told the customer"),
    "total": _l("total"),
    "on_hand": _l("on hand"),
    "available": _l("available"),
    "quarantine": _l("quarantine"),
    "settlement_batch": _l("settlement batch"),
    # where units and money are, in the pictures of an order
    "coming_back": _l("coming back"),
    "credited": _l("credited"),
    "shipping_credited": _l("shipping, credited"),
    "goodwill": _l("goodwill"),
    "written_off": _l("written off"),
    "charged_back": _l("taken back by the card’s bank"),
    "disputed_payment": _l("payment disputed"),
    "not_received": _l("nothing came"),
    "not_recognised": _l("they do not know the payment"),
    "goods_not_right": _l("the goods are not what was promised"),
    "accepted": _l("accepted"),
    "conditional": _l("accepted in part"),
    "not_accepted": _l("not accepted"),
    "dispute_open": _l("chargeback open"),
    "dispute_contested": _l("contested, with the bank"),
    "dispute_accepted": _l("accepted"),
    "dispute_won": _l("won"),
    "dispute_lost": _l("lost"),
    "won": _l("won by us"),
    "due": _l("due"),
    "credit_limit": _l("credit limit"),
    "owed": _l("owed to us"),
    "to_pay_back": _l("to pay back"),
    "paid_back": _l("paid back"),
    # holds
    "credit": _l("credit"),
    "fraud": _l("fraud"),
    "address": _l("address"),
    "payment": _l("payment"),
    "stock": _l("stock"),
    "manual": _l("manual"),
    "credit limit": _l("credit limit"),
    "the address is incomplete": _l("the address is incomplete"),
    "the message names another address": _l("the message names another address"),
    "city and postal code contradict the customer's file": _l(
        "city and postal code contradict the customer's file"
    ),
    "large first order to somewhere else": _l("large first order to somewhere else"),
    # who acts, how it came
    "clerk": _l("the order desk"),
    "customer": _l("the customer"),
    "carrier": _l("the carrier"),
    "bank": _l("the bank"),
    "system": _l("the system"),
    "email": _l("e-mail"),
    "phone": _l("phone"),
    "sms": _l("text message"),
    "web": _l("web shop"),
    "courier": _l("courier"),
    "road": _l("road"),
    "air": _l("air"),
    "sea": _l("sea"),
    # messages to customers
    "order_received": _l("We have received your order"),
    "order_confirmed": _l("Your order is confirmed"),
    "order_changed": _l("Part of your order is cancelled"),
    "order_shipped": _l("Your order is on its way"),
    "order_delayed": _l("Your order will be late"),
    "delay": _l("delay"),
    "order_delivered": _l("Your order has arrived"),
    "return_authorised": _l("You can send it back"),
    "return_rejected": _l("We cannot take it back"),
    "return_expired": _l("Your return is over"),
    "expired_return": _l("expired return"),
    "order_lost": _l("Your parcel is lost"),
    "lost_parcel": _l("parcel that is lost"),
    "order_came_back": _l("Your parcel has come back to us"),
    "returned_parcel": _l("parcel that came back undelivered"),
    "return_cancelled": _l("Your return is cancelled"),
    "cancelled_return": _l("return that we cancelled"),
    "parcel_sent_back": _l("Your parcel came too late"),
    "late_parcel": _l("parcel that came late and was sent back"),
    "credit_given": _l("We have taken something off your order"),
    "credit_without_goods": _l("credit for shipping, or goodwill"),
    "refund_sent": _l("Your money is on its way back"),
    "order_amended": _l("Your order is changed as agreed"),
    "order_cancelled": _l("Your order is cancelled"),
    "order_rejected": _l("We cannot take your order"),
    "amendment": _l("amendment"),
    "cancellation": _l("cancellation"),
    "rejection": _l("decision to decline it"),
    "authorised_return": _l("authorised return"),
    "rejected_return": _l("rejected return"),
    "sent_refund": _l("refund that was paid"),
    # what can be missing
    "line": _l("order line"),
    "order": _l("order"),
    "note": _l("note"),
    "quantity": _l("quantity"),
    "sku": _l("SKU"),
    "warehouse": _l("warehouse"),
    "difference": _l("difference"),
    "recipient": _l("recipient"),
    "street": _l("street"),
    "city": _l("city"),
    "postal_code": _l("postal code"),
    # what else a command would change
    "approval_asked": _l("approval asked for"),
    "badges": _l("badges"),
    "batch_number": _l("settlement batch number"),
    "bill_to": _l("bill-to address"),
    "captured": _l("captured"),
    "chargeback": _l("chargeback"),
    "checked": _l("checked"),
    "claim": _l("claim"),
    "collected": _l("collected at the door"),
    "credit_noted": _l("on credit notes"),
    "currency": _l("currency"),
    "declined_request": _l("letter that declines"),
    "due_day": _l("due day"),
    "exchange_for": _l("in exchange for"),
    "expected": _l("expected on"),
    "fees": _l("fees"),
    "goodwill_asked": _l("goodwill asked for"),
    "in_parcel": _l("in this parcel"),
    "incoterm": _l("delivery terms"),
    "incoterm_place": _l("place of the delivery terms"),
    "intercepted": _l("interception"),
    "last_reviewed": _l("last reviewed"),
    "letter": _l("message in the inbox"),
    "liability": _l("liability"),
    "line_discount": _l("discount on the line"),
    "made": _l("made"),
    "merged_into": _l("merged into"),
    "not_booked": _l("not booked yet"),
    "one_delivery": _l("wants one delivery"),
    "order_change": _l("change document"),
    "override_reason": _l("reason for the early date"),
    "signed_by": _l("signed for by"),
    "delivered_on": _l("delivered on"),
    "customer_phoned": _l("the customer told us by phone"),
    "customer_wrote": _l("the customer wrote to us"),
    "delivery_note_signed": _l("the customer sent the signed delivery note"),
    "parcel_tracking": _l("tracking of the parcel"),
    "payout": _l("carrier's payout"),
    "payout_booked": _l("payout booked"),
    "price_rise": _l("higher price"),
    "proceeds": _l("proceeds"),
    "promotion": _l("promotion"),
    "production_order": _l("production order"),
    "question": _l("question to the customer"),
    "recovered": _l("came back unopened"),
    "refund_approved": _l("refund approved"),
    "release_asked": _l("release asked for"),
    "repair_fees": _l("repairs"),
    "clawback": _l("claw-back of a promotion"),
    "repair_price": _l("price of the repair"),
    "repair_quote": _l("repair quote"),
    "replenishment_order": _l("order with a supplier"),
    "retain_until": _l("keep until"),
    "return_warehouse": _l("warehouse of the return"),
    "rma": _l("return"),
    "rule": _l("rule"),
    "rule_acted": _l("times it acted"),
    "rule_refused": _l("times it was refused"),
    "rule_state": _l("rule"),
    "switched_on": _l("switched on"),
    "switched_off": _l("switched off"),
    "satisfaction": _l("satisfaction"),
    "send_by": _l("to be sent by"),
    "serial_number": _l("serial number"),
    "serial_numbers": _l("serial numbers"),
    "set_aside": _l("set aside in the warehouse"),
    "shipping_credit": _l("shipping, credited"),
    "short": _l("short when promised"),
    "takes_store_credit": _l("takes store credit"),
    "task_note": _l("note on the task"),
    "tender": _l("means of payment"),
    "to_collect": _l("to collect at the door"),
    "tries": _l("tries"),
    "waits_for": _l("waits for"),
    "weight": _l("weight in grams"),
    "why_not": _l("why not"),
    "window_exception": _l("after the return window"),
    "unit_price": _l("unit price"),
    "shipping_gross": _l("shipping"),
    "promised_delivery_date": _l("promised delivery date"),
    "cancelled_quantity": _l("cancelled quantity"),
    "tracking_number": _l("tracking number"),
    "company": _l("company"),
    "contact": _l("contact"),
    "contact_role": _l("what they are there for"),
    "name": _l("name"),
    "buyer": _l("buyer"),
    "accounts_payable": _l("accounts payable"),
    "goods_in": _l("goods-in"),
    "after_sales": _l("after-sales"),
    "email_or_phone": _l("e-mail or phone"),
    "tax_id": _l("tax id"),
    "invoice_title": _l("invoice title"),
    "any_title": _l("the name that stands on their registration"),
    "tax_id_cn": _l("18 digits and letters, the last of which checks the others (GB 32100)"),
    "tax_id_tw": _l("8 digits, the last of which checks the others"),
    "tax_id_us": _l("9 digits, written 12-3456789"),
    "delivered_at": _l("delivery"),
    # in what an order can differ from its message
    "lines": _l("products and quantities"),
    "customer_po_number": _l("the customer's order number"),
    "requested_delivery_date": _l("the requested delivery date"),
    "carrier_code": _l("the delivery method"),
    "ship_to": _l("the address"),
    # about what a customer is asked
    "delivery_date": _l("delivery date"),
    "product": _l("product"),
    "price": _l("price"),
    # what a customer said to a higher price
    "awaited": _l("no answer yet"),
    "said_yes": _l("they agree"),
    "said_no": _l("they do not agree"),
    "used": _l("they agreed, and it is entered"),
    # rules of the house
    "on": _l("on"),
    "off": _l("off"),
    "total_at_least": _l("total at least"),
    "total_at_most": _l("total at most"),
    "customer_id": _l("customer file"),
    "payment_terms": _l("payment terms"),
    "country": _l("country"),
    "in_stock": _l("all in stock"),
    "hold": _l("open hold"),
    "priority": _l("priority"),
    "template": _l("message to the customer"),
    "words": _l("reason or note"),
    # complaints
    "complaint_open": _l("complaint open"),
    "complaint_late": _l("complaint overdue"),
    "complaint": _l("complaint"),
    "answer": _l("answer"),
    "not_told": _l("was told nothing"),
    "poor_service": _l("poor service"),
    "no_complaint": _l("no complaint"),
    "apology": _l("apology"),
    "explanation": _l("explanation"),
    "discount": _l("discount"),
    "replacement": _l("replacement"),
    "refund": _l("refund"),
    # tasks
    "task": _l("task"),
    "task_owner": _l("whose task"),
    "task_open": _l("task open"),
    "task_due": _l("task due"),
    "finance": _l("the accounts"),
    "finished": _l("finished"),
    "dropped": _l("dropped"),
    # customer files
    "review_due": _l("due for review"),
    "likely_duplicate": _l("perhaps a duplicate"),
    "merged": _l("merged"),
    # people's roles in the course
    "trainee": _l("trainee"),
    "instructor": _l("instructor"),
    "admin": _l("admin"),
}

WAREHOUSES: Final[dict[str, LazyString]] = {
    "EAST": _l("East warehouse"),
    "WEST": _l("West warehouse"),
    "NORTH": _l("North warehouse"),
    "SOUTH": _l("South warehouse"),
    "CENTRAL": _l("Central warehouse"),
    "MAIN": _l("Main warehouse"),
}
"""The warehouses that worlds are made with, by the codes under which data and events know them."""

STAGES: Final[dict[str, LazyString]] = {
    "submitted": _l("awaiting confirmation"),
    "confirmed": _l("confirmed (anything from pending payment to signed for)"),
    "cancelled": _l("closed"),
}
"""What an order is in itself, by the labels of the path on its page; the rest are labels too."""
_OF_ORDERS: Final = frozenset({IllegalState, NotCompleted, NotSettled})
"""Refusals whose status is an order's."""

_SPOKEN: Final = frozenset(
    {
        "kind",
        "template",
        "tracking",
        "status",
        "wanted",
        "priority",
        "state",
        "role",
        "requested",
        "field",
        "liability",
        "called_off_by",
        "party",
        "disposition",
        "grade",
        "allowed",
        "shape",
        "outcome",
        "remedy",
        "channel",
        "what",
        "place",
        "exception",
        "dispute",
        "change_answer",
        "tender",
        "owner",
        "about",
    }
)
"""Fields whose text may be one of our words; anything else is somebody's own text."""


MODES: Final[Mapping[str, Any]] = {
    "guided": _l("guided"), "faded": _l("less help"), "free": _l("on your own"), "exam": _l("exam"),
}  # fmt: skip
"""How much the coach says, as it is told on every screen."""


def init(app: Flask) -> None:
    """Offer all of it to the templates, each by its own name."""
    for write in (
        money,
        units,
        moment,
        clock,
        iso,
        day,
        since,
        real_clock,
        minutes_long,
        real_moment,
        htmllang,
        duration,
        share,
        kilos,
        days_left,
    ):
        app.add_template_filter(write)
    app.add_template_filter(currency_of)
    app.add_template_filter(price_in)
    app.add_template_filter(_anew(warehouse_name), "warehouse")
    app.add_template_global(in_use, "currencies")
    app.jinja_env.globals["MODES"] = MODES
    for speak in (word, label, sentence, cell, says, sums, wants, cure):
        app.add_template_filter(_anew(speak), speak.__name__)
    app.add_template_global(text)
    app.jinja_env.globals["DESK_NAMES"] = DESK_NAMES
    app.add_template_global(new_id)


def _anew(speak: Callable[..., Any]) -> Callable[..., Any]:
    """A filter that is asked at each reading.

    Without a context Jinja works out `"draft"|label` once, in the language of the first reader.
    """

    @pass_context
    def spoken(context: Context, *given: Any, **named: Any) -> Any:
        return speak(*given, **named)

    return spoken


def sentence(said: Sentence | Kept) -> str:
    """What is wrong with an author's text, in the page's language."""
    return _worded(said.sentence() if isinstance(said, Kept) else said).said(gettext)


def _worded(it: Sentence, quoted: bool = False) -> Sentence:
    """What a refusal or its cure names inside it, as the desk says it; keys of the text stay."""
    return it.about(**{name: _spoken(name, value, quoted) for name, value in it.values.items()})


def _spoken(name: str, value: object, quoted: bool) -> object:
    if isinstance(value, Sentence):
        return _worded(value, quoted=name in ("says", "cure"))
    if quoted and isinstance(value, str) and name in _SPOKEN | {"reason"}:
        return " / ".join(map(word, value.split(" / ")))
    return value


def cell(told: KeptCell) -> str:
    """A cell of a kept table: an id or a number as it is, sentences in the page's language."""
    if isinstance(told, tuple):
        return gettext(", ").join(map(cell, told))
    return sentence(told) if isinstance(told, Kept) else str(told)


def new_id() -> str:
    """A fresh id for a command, so that a form sent twice is done once."""
    return token_urlsafe(12)


def text(words: Text) -> str:
    """The scenario's words in the page's language."""
    return words.in_(look().language)


def word(value: str) -> str:
    """One of the engine's words in the page's language, as it stands inside a sentence."""
    known = WORDS.get(value)
    return str(known) if known is not None else value


def warehouse_name(code: str, world: World) -> str:
    """What people call a warehouse; where there is no word, what the world calls it."""
    if code in WAREHOUSES:
        return str(WAREHOUSES[code])
    return world.warehouses[code].name if code in world.warehouses else code


def label(value: str) -> str:
    """The same word on its own, as on a badge: with a capital where there are capitals."""
    spoken = word(value)
    return spoken[:1].upper() + spoken[1:]


def money(amount: int | None, currency: str) -> str:
    """An amount in minor units as it is written: −NT$1,234, $59.80, JP¥1,234; a dash for none."""
    if amount is None:
        return "–"
    decimals = exponent(currency)
    whole, rest = divmod(abs(amount), 10**decimals)
    shown = f"{whole:,}"
    if decimals and (rest or currency not in ROUND):
        shown = f"{shown}.{rest:0{decimals}}"
    return f"{'−' if amount < 0 else ''}{_symbol(currency)}{shown}"


def units(amount: int) -> str:
    """How many there are, with the thousands apart: 1,234."""
    return f"{amount:,}".replace("-", "−")


def price_in(product: Product, currency: str, world: World) -> int | None:
    """What a product costs today in a currency; none where the price list has nothing."""
    price = unit_price(world, product, stored(world, currency))
    return None if isinstance(price, Refusal) else price


def _symbol(currency: str) -> str:
    if currency == "USD":
        return "$" if look().language == "en" else "US$"
    return SYMBOLS.get(currency, f"{currency} ")


def moment(seconds: int) -> str:
    """A moment of the simulated clock: day and time, without the year."""
    return _formatted(int(seconds), "MMMd", "HH:mm", look().language)


def clock(seconds: int) -> str:
    """Only the time of a moment."""
    return _formatted(int(seconds), "", "HH:mm", look().language)


def iso(seconds: int) -> str:
    """A moment for machines: <time datetime>."""
    return datetime.fromtimestamp(int(seconds), UTC).strftime("%Y-%m-%dT%H:%M")


def real_clock(seconds: float) -> str:
    """The hour and minute of a moment of the real clock, where the server is."""
    return f"{datetime.fromtimestamp(seconds):%H:%M}"


def minutes_long(seconds: float) -> str:
    """How long there is, in minutes that have begun: 12 minutes; at least one."""
    whole = timedelta(minutes=max(ceil(seconds / 60), 1))
    return dates.format_timedelta(whole, "minute", threshold=1_000_000, locale=get_locale())


def real_moment(seconds: float) -> str:
    """A moment of the real clock, where the server is."""
    at = datetime.fromtimestamp(seconds)
    return f"{_day(at.date(), str(get_locale()))} {at:%H:%M}"


def htmllang(locale: str) -> str:
    """The lang attribute for words of a world's locale: zh_TW is written in zh-Hant."""
    return LANGUAGE_OF.get(locale, "en").replace("_", "-")


def day(value: date | int | None) -> str:
    """A calendar day, or the day of a moment; a dash for none."""
    if value is None:
        return "–"
    if isinstance(value, int):
        value = datetime.fromtimestamp(value, UTC).date()
    return _day(value, look().language)


def days_left(days: int) -> str:
    """How long there is until a day, or how long it is over."""
    if days < 0:
        return ngettext("%(num)s day late", "%(num)s days late", -days)
    return ngettext("in %(num)s day", "in %(num)s days", days) if days else gettext("today")


def month(value: date) -> str:
    """A month with its year."""
    return dates.format_skeleton("yMMM", value, locale=look().language)


def duration(seconds: int) -> str:
    """How long something takes, in its two largest units: 3 d 4 h, 5 h 20 min."""
    minutes = half_up(seconds, MINUTE)
    days, hours, minutes = minutes // 1440, minutes // 60 % 24, minutes % 60
    if days:
        return gettext("%(days)s d %(hours)s h", days=days, hours=hours)
    if hours:
        return gettext("%(hours)s h %(minutes)s min", hours=hours, minutes=minutes)
    return gettext("%(minutes)s min", minutes=minutes)


def kilos(order: Order, world: World) -> str:
    """What the goods of an order weigh, with one decimal, to hold against a carrier's limit."""
    grams = sum(world.products[line.sku].weight * line.live for line in order.lines)
    return f"{half_up(grams, 100) / 10:,.1f}"


def share(part: Fraction | None) -> str:
    """A part of a whole in percent, with one decimal; a dash where there is no whole."""
    if part is None:
        return "–"
    tenths = half_up(1000 * abs(part.numerator), part.denominator)
    return f"{'−' if part < 0 else ''}{tenths // 10}.{tenths % 10} %"


def since(seconds: int, now: int) -> str:
    """How long ago or how far ahead a moment is: 2 hours ago, in 3 days."""
    apart = timedelta(seconds=int(seconds) - int(now))
    # ten days are no two weeks: up to five weeks, days are counted as days
    whole = _DAYS if timedelta(days=5) <= abs(apart) < timedelta(days=35) else 0.85
    return dates.format_timedelta(apart, threshold=whole, add_direction=True, locale=get_locale())


_DAYS: Final = 5
"""Of a larger unit, so many must fit in before a length of time is told in it."""


# Lists show the same few days again and again, and CLDR's patterns take their time.
@lru_cache(4096)
def _formatted(seconds: int, days: str, hours: str, locale: str) -> str:
    at = datetime.fromtimestamp(seconds, UTC)
    time = dates.format_time(at, hours, locale=locale)
    return f"{dates.format_skeleton(days, at, locale=locale)} {time}" if days else time


@lru_cache(4096)
def _day(value: date, locale: str) -> str:
    return dates.format_date(value, "medium" if locale == "en" else "long", locale=locale)


# --- sentences ----------------------------------------------------------------------------------


def says(thing: Event | Refusal | Finding, world: World) -> str:
    """What happened, or the fact that stood in the way, as one sentence."""
    return _sentence(type(thing).says, thing, world)


def sums(thing: Refusal, world: World) -> str:
    """The inequality behind a refusal, with its numbers; one for each line that it names."""
    if isinstance(thing, PromiseBeforeAtp) and thing.lines:
        each = (
            gettext(
                "line %(line)s, %(sku)s: promised date ≥ %(earliest)s; you asked %(requested)s",
                line=it.line_number,
                sku=it.sku,
                earliest=day(it.earliest),
                requested=day(it.requested),
            )
            for it in thing.lines
        )
        return " · ".join(each)
    return _sentence(type(thing).sums, thing, world)


def wants(thing: Finding, world: World) -> str:
    """What a document should have said instead."""
    return _sentence(thing.wants, thing, world)


def cure(thing: Refusal | Finding, world: World) -> str:
    """What to do first."""
    return _sentence(type(thing).cure, thing, world)


def _sentence(template: str, thing: Event | Refusal | Finding, world: World) -> str:
    if not template:
        return ""
    said = gettext(template).format_map(_Fields(thing, world))
    # a hold of a kind may have no words of its own
    told = getattr(thing, "reason", "said") and getattr(thing, "note", "said")
    return said if told else _NO_WORDS.sub(r"\1", said)


_NO_WORDS: Final = re.compile(r"\s*[:：]\s*([.。]?)$")
"""A colon with nothing behind it."""


def refusal_sentence(code: str) -> str:
    """What a refusal says, with dots for its numbers; its code if the engine has it no more."""
    says = _refusals().get(code)
    return FIELD.sub("…", gettext(says)).replace("….", "…") if says else code


@cache
def _refusals() -> dict[str, str]:
    """What each refusal says, by its code."""
    return {code_of(kind): kind.says for kind in refusals().values() if kind.says}


_DAY_WRITTEN: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def _as_day(text: str) -> str:
    """A day as a refusal counts with it; what only looks like one was typed, and stays so."""
    try:
        return day(date.fromisoformat(text))
    except ValueError:
        return text


class _Fields(Mapping[str, str]):
    """A thing's fields as words; only those are written out that the sentence asks for."""

    def __init__(self, thing: Event | Refusal | Finding, world: World) -> None:
        self.thing, self.world = thing, world

    def __getitem__(self, name: str) -> str:
        value = getattr(self.thing, name)
        match value:
            case date():
                return day(value)
            case int() if name in _amounts(type(self.thing)):
                return money(value, currency_of(self.world, self.thing))
            case int():
                return f"{value:,}".replace("-", "−")
            case str() if _DAY_WRITTEN.fullmatch(value):
                return _as_day(value)
            case str() if name in ("desk", "came_from", "whose"):
                return " / ".join(str(DESK_NAMES.get(it, it)) for it in value.split(" / "))
            case str() if name in ("warehouse", "to_warehouse"):
                return warehouse_name(value, self.world)
            case str() if name == "carrier_code" and value in self.world.carriers:
                return self.world.carriers[value].name
            case str() if name == "customer_id" and value in self.world.customers:
                return self._customer(value)
            case str() if name == "reason":
                return self._reason(value)
            case str() if name in _SPOKEN:
                stages = STAGES if type(self.thing) in _OF_ORDERS else {}
                return " / ".join(str(stages.get(p) or word(p)) for p in value.split(" / "))
        return str(value)

    def _reason(self, words: str) -> str:
        """The name of the reason and what was said beside it; what is on no list is words alone."""
        code = getattr(self.thing, "reason_code", "other")
        said = (word(code),) if code != "other" else ()
        return " · ".join((*said, word(words)) if words else said)

    def _customer(self, customer_id: str) -> str:
        """Who it is, with their code: two files may bear one name. Of a file, its code alone."""
        if hasattr(self.thing, "company") or hasattr(self.thing, "into"):
            return customer_id
        return f"{self.world.customers[customer_id].company} ({customer_id})"

    def __iter__(self) -> Any:
        return iter(self.thing.__struct_fields__)

    def __len__(self) -> int:
        return len(self.thing.__struct_fields__)


@cache
def _amounts(kind: type) -> frozenset[str]:
    """The fields of a class that hold money."""
    hints = get_type_hints(kind, include_extras=True)
    return frozenset(name for name, hint in hints.items() if "money" in get_args(hint))
