"""What customers answer when we decline a change: they see it, insist once, call it off, complain.

How likely each is follows from what the change means to them: the price of what they did not want,
and the days between what they want and what they get. The rest is drawn from seed and event number.
"""

from collections.abc import Iterator
from typing import Any, Final

import msgspec

from trainer.orders.currencies import currency_of
from trainer.orders.engine import Command, Envelope, Recorded
from trainer.orders.feedback import ReceiveComplaint
from trainer.orders.intake import ReceiveMessage
from trainer.orders.letters import amount_in_words, day_in_words
from trainer.orders.values import MINUTE, Minor
from trainer.orders.wishes import WishDeclined, fulfilled
from trainer.orders.world import Order, Wish, World
from trainer.simulation.chance import between
from trainer.simulation.words import words

MOST: Final = 60
"""However much it means to them, some still see our point."""


def react(entry: Recorded, world: World, seed: int) -> Iterator[Envelope]:
    """The answer to our no, some hours later."""
    event = entry.event
    if not isinstance(event, WishDeclined):
        return
    order, message = world.orders[event.order_number], world.messages[event.message_id]
    wish = message.wish
    if wish is None or fulfilled(wish, order):
        return
    customer = world.customers[order.customer_id]
    yield Envelope(
        command_id=f"{entry.number}:no",
        actor=customer.contact,
        role="customer",
        at=entry.at + between(90, 480, seed, entry.number, "no") * MINUTE,
        command=_answer(entry, world, order, wish, seed),
    )


def meaning(order: Order, wish: Wish) -> int:
    """What the change means to them, from 0 to `MOST`.

    A point for each percent of the order's price that they did not want; six for each day between
    the day they wish for and the one they have, and for each day it was promised later than asked.
    """
    asked, promised = order.requested_delivery_date, order.promised_delivery_date
    points = 6 * max((promised - asked).days, 0) if asked and promised else 0
    match wish.kind:
        case "less":
            points += 100 * unwanted(order, wish) // max(order.total, 1)
        case "day" if wish.day and promised:
            points += 6 * abs((wish.day - promised).days)
        case "cancel":
            points = MOST
    return min(points, MOST)


def unwanted(order: Order, wish: Wish) -> Minor:
    """The price of what they did not want and get all the same."""
    line = order.line(wish.line_number)
    return line.gross * min(wish.quantity, line.live) // line.ordered if line else 0


def _answer(entry: Recorded, world: World, order: Order, wish: Wish, seed: int) -> Command:
    means, number = meaning(order, wish), entry.number
    drawn = between(1, 100, seed, number, "takes a no")
    if drawn <= 75 - means:
        return _letter(entry, world, order, wish, "no_accepted")
    may_insist = wish.kind != "cancel" and not wish.insisted
    if drawn <= 90 - means // 3 and may_insist:
        why = f"insist_{wish.kind}_{between(1, 2, seed, number, 'insists')}"
        again = msgspec.structs.replace(wish, insisted=True)
        return _letter(entry, world, order, wish, "insist", why, again)
    whole = all(line.cancellable == line.live for line in order.lines)
    if whole and wish.kind != "cancel" and between(0, 1, seed, number, "calls off"):
        return _letter(entry, world, order, wish, "wish_cancel", wish=Wish("cancel"))
    said, facts = words(world.company.locale), _facts(entry, world, order, wish)
    return ReceiveComplaint(
        order_number=order.order_number,
        reason="poor_service",
        subject=said["no_complaint_subject"].format(**facts),
        text=said["no_complaint_body"].format(**facts),
    )


def _letter(
    entry: Recorded,
    world: World,
    order: Order,
    asked: Wish,
    key: str,
    why: str = "",
    wish: Wish | None = None,
) -> ReceiveMessage:
    said, facts = words(world.company.locale), _facts(entry, world, order, asked)
    facts["why"] = said[why].format(**facts) if why else ""
    customer = world.customers[order.customer_id]
    return ReceiveMessage(
        message_id=f"{key.replace('_', '-')}-{entry.number}",
        channel="email",
        sender=customer.contact or customer.company,
        subject=said[f"{key}_subject"].format(**facts),
        body=said[f"{key}_body"].format(**facts),
        customer_id=order.customer_id,
        order_number=order.order_number,
        wish=wish,
    )


def _facts(entry: Recorded, world: World, order: Order, wish: Wish) -> dict[str, Any]:
    line, promised = order.line(wish.line_number), order.promised_delivery_date
    locale = world.company.locale
    return {
        "order_number": order.order_number,
        "po_number": order.customer_po_number,
        "contact": world.customers[order.customer_id].contact,
        "reason": entry.event.reason,
        "quantity": wish.quantity,
        "product": world.products[line.sku].name if line else "",
        "amount": amount_in_words(unwanted(order, wish), currency_of(world, order)),
        "day": day_in_words(wish.day, locale) if wish.day else "",
        "promised": day_in_words(promised, locale) if promised else "",
    }
