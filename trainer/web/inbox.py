"""The inbox: what came in by which way, what of it is still to do, what can be written back."""

from collections import Counter
from collections.abc import Mapping
from typing import Any, Final, get_args

from flask import request
from flask_babel import gettext

from trainer.orders.approvals import AskApproval
from trainer.orders.arrivals import ConfirmDelivery
from trainer.orders.payment import IssueRefund
from trainer.orders.refunds import RetryRefund
from trainer.orders.refusals import Refusal
from trainer.orders.search import folded
from trainer.orders.service import NotifyCustomer
from trainer.orders.world import Channel, Message, Order, World
from trainer.play.offers import Offer, offers
from trainer.play.preview import Effects
from trainer.web import actions
from trainer.web.forms import FormErrors
from trainer.web.paging import page_wanted
from trainer.web.words import word

TODO: Final = "todo"
"""The chip of what still asks for something."""


def messages_shown(world: World, todo: Mapping[str, str], opened: str = "") -> dict[str, Any]:
    """A page of the messages that the address asks for, and the chips over them with their counts.

    A message that is opened from elsewhere is on the page that is shown.
    """
    words = request.args.get("q", "")[:200]
    messages = [it for it in _newest_first(world) if folded(words) in _said(it)]
    ways = Counter(message.channel for message in messages)
    chips = [
        ("", gettext("All"), len(messages)),
        (TODO, gettext("To do"), sum(it.message_id in todo for it in messages)),
        *((way, word(way), ways[way]) for way in get_args(Channel) if ways[way]),
    ]
    show = request.args.get("show", "")
    show = show if any(show == name for name, _words, _held in chips) else ""
    held = [
        message
        for message in messages
        if not show or (message.message_id in todo if show == TODO else message.channel == show)
    ]
    pages = max(-(-len(held) // world.page), 1)
    here = next((at for at, it in enumerate(held) if it.message_id == opened), 0) // world.page + 1
    page = min(page_wanted() if "page" in request.args else here, pages)
    return {
        "chips": chips,
        "show": show,
        "q": words,
        "messages": held[(page - 1) * world.page : page * world.page],
        "page": page,
        "pages": pages,
    }


def _newest_first(world: World) -> list[Message]:
    return sorted(world.messages.values(), key=lambda it: (-it.received_at, it.message_id))


def _said(message: Message) -> str:
    """What can be found of a message: who sent it, its words, the order it is about."""
    asked = message.request.customer_po_number if message.request else ""
    parts = (message.sender, message.subject, message.body, message.order_number, asked)
    return folded("\n".join((*parts, *(turn.text for turn in message.turns))))


def replies(
    world: World,
    order: Order,
    message: Message,
    sent: FormErrors | None = None,
    preview: Effects | Refusal | None = None,
) -> tuple[actions.Form, ...]:
    """What fits the order a message is about, each as a form that comes back here.

    What can be done about money that came back, or a parcel that is there; and letters.
    """
    made = []
    for offer in offers(world, order):
        if offer.refusal or not _fits(message, offer):
            continue
        form = actions.form_for(world, order, offer)
        if sent and form.sent(sent.command, sent.values):
            form = actions.form_for(world, order, offer, sent.values, sent.errors, preview)
        back = ("reply_to", message.message_id)
        made.append(form._replace(version=0, hidden=(*form.hidden, back)))
    made.sort(key=lambda form: form.command == "notify_customer")
    return tuple(made)


def _fits(message: Message, offer: Offer) -> bool:
    match offer.command:
        case NotifyCustomer():
            return True
        case RetryRefund(refund_number=number):
            return number == message.refund_number
        case IssueRefund() | AskApproval():
            return bool(message.refund_number)
        case ConfirmDelivery(package_number=place):
            return message.arrival is not None and message.arrival.package_number == place
    return False
