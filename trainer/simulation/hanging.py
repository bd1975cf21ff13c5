"""Parcels that are there and of which their carrier never says so: the customer writes.

As often as the scenario says; never where money is taken at the door: of that the carrier tells.
"""

from collections.abc import Iterator
from typing import Final

from trainer.orders.engine import Envelope, Event, Recorded
from trainer.orders.feedback import ReceiveComplaint
from trainer.orders.intake import MessageReceived, ReceiveMessage
from trainer.orders.letters import day_in_words
from trainer.orders.shipping import PackageShipped
from trainer.orders.values import HOUR, MINUTE, day_of
from trainer.orders.world import Arrival, World
from trainer.simulation import carriers
from trainer.simulation.chance import between

_SAID: Final[dict[str, dict[str, str]]] = {
    "en_US": {
        "subject": "{order_number}: the parcel is here",
        "body": (
            "Hello,\n\nthe parcel {tracking_number} of our order {po_number} has been here since "
            "{day}; {contact} signed for it. The carrier's page still says that it is on its way."
            "\n\n{contact}"
        ),
    },
    "zh_CN": {
        "subject": "{order_number}：包裹已收到",
        "body": (
            "您好：\n\n采购单 {po_number} 的包裹 {tracking_number} 已于{day}送达，"
            "由 {contact} 签收。"
            "承运商的网页上仍显示在途。\n\n{contact}"
        ),
    },
    "zh_TW": {
        "subject": "{order_number}：包裹已收到",
        "body": (
            "您好：\n\n採購單 {po_number} 的包裹 {tracking_number} 已於{day}送達，"
            "由 {contact} 簽收。"
            "貨運業者的網頁上仍顯示在途。\n\n{contact}"
        ),
    },
}


def react(entry: Recorded, world: World, seed: int) -> Iterator[Envelope]:
    """Their message, some hours after it has come to their door."""
    event = entry.event
    if not isinstance(event, PackageShipped) or not carriers.silent(
        event, entry.number, world, seed
    ):
        return
    carrier = world.carriers[event.carrier_code]
    tracking, door = carriers.way_of(carrier, entry.at, entry.number, seed)[-1]
    if tracking != "delivered":
        return
    order, locale = world.orders[event.order_number], world.company.locale
    package, customer = order.package(event.package_number), world.customers[order.customer_id]
    assert package is not None
    said = _SAID.get(locale, _SAID["en_US"])
    body = said["body"].format(
        tracking_number=package.tracking_number,
        po_number=order.customer_po_number,
        day=day_in_words(day_of(door), locale),
        contact=customer.contact,
    )
    yield Envelope(
        command_id=f"{entry.number}:there",
        actor=customer.contact,
        role="customer",
        at=door + HOUR + between(0, 90, seed, entry.number, "there") * MINUTE,
        command=ReceiveMessage(
            message_id=_letter(order.order_number, event.package_number),
            channel="email",
            sender=customer.contact,
            subject=said["subject"].format(order_number=order.order_number),
            body=body,
            customer_id=order.customer_id,
            order_number=order.order_number,
            arrival=Arrival(event.package_number, customer.contact, day_of(door)),
        ),
    )


def _letter(order_number: str, package_number: int) -> str:
    return f"there-{package_number}-{order_number}"


def turned_round(envelope: Envelope, order_number: str, package_number: int) -> bool:
    """Whether this is the message about a parcel that does not come any more."""
    letter = _letter(order_number, package_number)
    return isinstance(envelope.command, ReceiveMessage) and envelope.command.message_id == letter


def content(envelope: Envelope, event: Event, world: World) -> bool:
    """Whether this is what they meant to say about parcels of which they have just written."""
    command = envelope.command
    if not isinstance(event, MessageReceived) or not isinstance(command, ReceiveComplaint):
        return False
    if command.order_number != event.order_number or command.reason != "late_delivery":
        return False
    order = world.orders[command.order_number]
    return all(line.shipped == line.live for line in order.lines) and all(
        package.stage == "delivered"
        or _letter(order.order_number, package.package_number) in world.messages
        for package in order.packages
        if package.left
    )
