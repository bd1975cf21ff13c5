"""Colleagues at the other desks: who gets an order and not what they need asks back.

They ask within the hour, in working hours, by a message about that order. Only who is there asks
(`policies.colleagues`), and the supervisor, who always is.
"""

from collections.abc import Iterator
from typing import Final

from trainer.orders.desks import own
from trainer.orders.engine import Envelope, Recorded
from trainer.orders.hand_over_notes import missing
from trainer.orders.hand_overs import HandedOver
from trainer.orders.intake import ReceiveMessage
from trainer.orders.values import MINUTE
from trainer.orders.world import Colleague, Desk, World
from trainer.simulation.chance import between
from trainer.simulation.hours import in_hours
from trainer.simulation.words import words
from trainer.simulation.workmates import paced

_SITS: Final[dict[Desk, Colleague]] = {
    "order_desk": "clerk", "warehouse": "warehouse", "finance": "finance",
}  # fmt: skip
_SAID: Final[dict[str, dict[str, str]]] = {
    "en_US": {
        "subject": "{order_number}: one question",
        "body": "You have handed {order_number} over to me. Please tell me {lacks}.\n\n{sender}",
        "and": ", and ",
        "which_order": "which of the orders your note means",
        "how_many": "how many pieces it is about",
        "how_much": "how much money it is about",
        "by_when": "by when it has to be done",
        "which_case": "the number of the case",
        "which_hold": "which hold it is about",
    },
    "zh_CN": {
        "subject": "{order_number}：有一处要问",
        "body": "{order_number} 已交接到我这里。请告诉我：{lacks}。\n\n{sender}",
        "and": "；",
        "which_order": "交接说明指的是哪张订单",
        "how_many": "涉及多少件",
        "how_much": "涉及多少金额",
        "by_when": "最晚哪天要办好",
        "which_case": "对应的单号",
        "which_hold": "是哪一种挂起",
    },
    "zh_TW": {
        "subject": "{order_number}：有一處要問",
        "body": "{order_number} 已交接到我這裡。請告訴我：{lacks}。\n\n{sender}",
        "and": "；",
        "which_order": "交接說明指的是哪一張訂單",
        "how_many": "是多少件",
        "how_much": "是多少金額",
        "by_when": "最晚哪一天要辦好",
        "which_case": "對應的單號",
        "which_hold": "是哪一種暫緩",
    },
}


def react(entry: Recorded, world: World, seed: int) -> Iterator[Envelope]:
    """One message for all that a note leaves out."""
    event = entry.event
    if not isinstance(event, HandedOver) or not own(entry.command_id):
        return
    who = _SITS.get(event.desk)
    sits = event.desk == "supervision" or who in world.policies.colleagues
    order = world.orders[event.order_number]
    found = missing(world, order, event.desk, event.note, event.among) if sits else ()
    if not found:
        return
    said = _SAID.get(world.company.locale, _SAID["en_US"])
    name = "supervisor" if event.desk == "supervision" else f"name_{who}"
    sender = words(world.company.locale)[name]
    wait = between(10, 50, seed, entry.number, "asks back") * MINUTE
    lacks = said["and"].join(dict.fromkeys(said[one.lack] for one in found))
    number = event.order_number
    yield Envelope(
        command_id=f"{entry.number}:asks-back",
        actor=sender,
        role="system",
        at=in_hours(entry.at + paced(wait, world, who or "supervisor")),
        command=ReceiveMessage(
            message_id=f"hand-over-{entry.number}",
            channel="email",
            sender=sender,
            subject=said["subject"].format(order_number=number),
            body=said["body"].format(order_number=number, lacks=lacks, sender=sender),
            order_number=number,
        ),
    )
