"""The inbox: what came in by which way, what of it is still to do, what can be written back."""

from collections import Counter
from collections.abc import Mapping
from typing import Any, Final, get_args

from flask import request
from flask_babel import gettext

from trainer.orders.refusals import Refusal
from trainer.orders.world import Channel, Message, Order, World
from trainer.play.offers import offers
from trainer.play.preview import Effects
from trainer.web import actions
from trainer.web.words import word

TODO: Final = "todo"
"""The chip of what still asks for something."""


def messages_shown(messages: list[Message], todo: Mapping[str, str]) -> dict[str, Any]:
    """The messages that the address asks for, and the chips over them with their counts."""
    ways = Counter(message.channel for message in messages)
    chips = [
        ("", gettext("All"), len(messages)),
        (TODO, gettext("To do"), len(todo)),
        *((way, word(way), ways[way]) for way in get_args(Channel) if ways[way]),
    ]
    show = request.args.get("show", "")
    show = show if any(show == name for name, _words, _held in chips) else ""
    return {
        "chips": chips,
        "show": show,
        "messages": [
            message
            for message in messages
            if not show or (message.message_id in todo if show == TODO else message.channel == show)
        ],
    }


def replies(
    world: World,
    order: Order,
    message: Message,
    typed: Mapping[str, str],
    preview: Effects | Refusal | None = None,
) -> tuple[actions.Form, ...]:
    """The letters that fit the order a message is about, each as a form that comes back here."""
    return tuple(
        form._replace(
            version=0,
            hidden=(*form.hidden, ("reply_to", message.message_id)),
            preview=preview if mine else None,
            tried=mine,
        )
        for offer in offers(world, order)
        if offer.name == "notify_customer" and not offer.refusal
        for form in [actions.form_for(world, order, offer)]
        for mine in [form.sent("notify_customer", typed)]
    )
