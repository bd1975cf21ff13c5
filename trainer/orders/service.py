"""Talking with customers: notifications from templates, each sent once; notes for colleagues."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final, Literal, get_args

from trainer.orders.engine import (
    Answer,
    Envelope,
    OrderCommand,
    OrderEvent,
    changed,
    decides,
    evolves,
)
from trainer.orders.letters import letter
from trainer.orders.refusals import MissingField, Refusal
from trainer.orders.values import Moment, day_of
from trainer.orders.world import (
    ContactRole,
    Customer,
    NoticeChannel,
    Order,
    Package,
    Stage,
    Tracking,
    World,
)

Template = Literal[
    "order_received", "order_confirmed", "order_changed", "order_shipped", "order_delayed",
    "order_delivered", "return_authorised", "return_rejected", "return_expired",
    "return_cancelled", "order_lost", "order_came_back", "parcel_sent_back", "credit_given",
    "refund_sent",
    "order_amended", "order_cancelled", "order_rejected",
]  # fmt: skip
TEMPLATES: Final[tuple[Template, ...]] = get_args(Template)


class NotifyCustomer(OrderCommand, frozen=True):
    """Tell the customer how things stand, from a template."""

    template: Template
    channel: NoticeChannel = "email"


class AddNote(OrderCommand, frozen=True):
    """Leave a word for colleagues; it stands beside whatever they did in the meantime."""

    on_any_version = True
    text: str


class CustomerNotified(OrderEvent, frozen=True):
    """The customer knows."""

    says = "Told the customer of {order_number} ({channel}): {template}"
    template: Template
    recipient: str
    channel: NoticeChannel = "email"
    text: str = ""
    about: str = ""
    """Which parcel, broken promise or units called off it tells of, where there can be more."""


class NoteAdded(OrderEvent, frozen=True):
    """A word for colleagues."""

    says = "Note on {order_number}: {text}"
    text: str


class AlreadyNotified(Refusal, frozen=True):
    """Twice the same message makes a customer doubt both."""

    says = "The customer of order {order_number} already has the message “{template}”."
    cure = "Nothing more to do here."
    order_number: str
    template: str


class TemplateFieldMissing(Refusal, frozen=True):
    """A message about something that has not happened is a false one."""

    says = "The message “{template}” needs {field}, and there is none for order {order_number}."
    cure = "Send it when that has happened; if a contact is missing, update the customer's file."
    order_number: str
    template: str
    field: str


def missing_for(world: World, order: Order, template: Template) -> str:
    """What a template would have to name that the order does not have; empty if nothing."""
    match template:
        case "order_received":
            return "" if order.status != "draft" else "order_total"
        case "order_confirmed":
            return "" if order.promised_delivery_date else "promised_delivery_date"
        case "order_changed":
            return "" if any(line.cancelled for line in order.lines) else "cancelled_quantity"
        case "order_shipped":
            return "" if happenings(world, order, template) else "tracking_number"
        case "order_delayed":
            return "" if behind(world, order) else "delay"
        case "order_delivered":
            return "" if happenings(world, order, template) else "delivery_date"
        case "order_lost":
            return "" if happenings(world, order, template) else "lost_parcel"
        case "order_came_back":
            return "" if happenings(world, order, template) else "returned_parcel"
        case "return_authorised":
            return "" if _occasions(order, template) else "authorised_return"
        case "return_rejected":
            return "" if _occasions(order, template) else "rejected_return"
        case "return_expired":
            return "" if _occasions(order, template) else "expired_return"
        case "return_cancelled":
            return "" if _occasions(order, template) else "cancelled_return"
        case "parcel_sent_back":
            return "" if _occasions(order, template) else "late_parcel"
        case "credit_given":
            return "" if order.allowances else "credit_without_goods"
        case "refund_sent":
            there = any(refund.status == "succeeded" for refund in order.refunds)
            return "" if there else "sent_refund"
        case "order_amended":
            return "" if order.amendments else "amendment"
        case "order_cancelled":
            # of a draft that was thrown away nobody outside has heard
            heard = order.called_off and order.submitted_at and not order.why_not
            return "" if heard else "cancellation"
        case "order_rejected":
            return "" if order.why_not else "rejection"


def _occasions(order: Order, template: Template) -> int:
    """How often there has been something to say with it; most things happen to an order once."""
    match template:
        case "return_authorised":
            return sum(1 for back in order.returns if back.liability)
        case "return_rejected":
            return sum(1 for back in order.returns if back.status == "rejected")
        case "return_expired":
            over = (b.status == "expired" or b.late_parcel != "none" for b in order.returns)
            return sum(over)
        case "return_cancelled":
            ours = (b.status == "cancelled" and bool(b.why_not) for b in order.returns)
            return sum(ours)
        case "parcel_sent_back":
            return sum(1 for back in order.returns if back.late_parcel == "sent_back")
        case "credit_given":
            return order.allowances
        case "refund_sent":
            return sum(refund.arrived for refund in order.refunds)
        case "order_amended":
            return order.amendments
    return 1


CONCERNS: Final[Mapping[str, ContactRole]] = {
    **dict.fromkeys(("credit_given", "refund_sent"), "accounts_payable"),
    **dict.fromkeys(
        ("order_shipped", "order_delayed", "order_delivered", "order_lost", "order_came_back"),
        "goods_in",
    ),
    **dict.fromkeys(
        ("return_authorised", "return_rejected", "return_expired", "return_cancelled",
         "parcel_sent_back"),
        "after_sales",
    ),
}  # fmt: skip
"""Whom a letter concerns, if not the main contact."""
PER_EVENT: Final[frozenset[str]] = frozenset(
    {
        "order_shipped", "order_delivered", "order_lost", "order_came_back", "order_delayed",
        "order_changed",
    }
)  # fmt: skip
"""Messages that say what they are about, so that each parcel, delay and change has its own."""


def happenings(world: World, order: Order, template: Template) -> tuple[str, ...]:
    """What a message that can go out again has to tell, the oldest first, told or not."""
    match template:
        case "order_shipped":
            # one that came back is no news any more, and its tracking number leads nowhere
            left = (p for p in order.packages if p.shipped_at and p.stage != "came_back")
            return tuple(str(package.package_number) for package in left)
        case "order_delivered":
            there = (p for p in order.packages if p.stage == "delivered")
            return tuple(str(package.package_number) for package in there)
        case "order_lost":
            lost = (p for p in order.packages if _is(p, "lost", "lost"))
            return tuple(str(package.package_number) for package in lost)
        case "order_came_back":
            # what we had turned round ourselves is no news to whoever asked for it
            came = (p for p in order.packages if _is(p, "came_back", "returned_to_sender"))
            return tuple(str(p.package_number) for p in came if not p.intercepted)
        case "order_delayed":
            return tuple(day.isoformat() for day in broken_promises(world, order))
        case "order_changed":
            cancelled = sum(line.cancelled for line in order.lines)
            return (str(cancelled),) if cancelled else ()
    return ()


def _is(package: Package, stage: Stage, tracking: Tracking) -> bool:
    """Whether the carrier says so of a parcel, or we have acted on it."""
    return package.stage == stage or (package.stage == "shipped" and package.tracking == tracking)


def untold(world: World, order: Order, template: Template) -> tuple[str, ...]:
    """What of that the customer does not know, the oldest first.

    A letter of before says not what it was about, and told all there was: nothing follows it.
    """
    told = _told(order, template)
    if order.notices.count(template) > len(told):
        return ()
    return tuple(it for it in happenings(world, order, template) if it not in told)


def knows_of_delay(order: Order, day: date) -> bool:
    """Whether the customer was told that this day is missed."""
    told = _told(order, "order_delayed")
    return day.isoformat() in told or order.notices.count("order_delayed") > len(told)


def _told(order: Order, template: Template) -> list[str]:
    """What the customer was told of in letters that say what they are about."""
    return [about for about_what, about in order.told if about_what == template]


def told_already(world: World, order: Order, template: Template) -> bool:
    """Whether the customer has this message, as often as there was reason for it."""
    if template in PER_EVENT:
        return template in order.notices and not untold(world, order, template)
    return order.notices.count(template) >= max(_occasions(order, template), 1)


def behind(world: World, order: Order) -> bool:
    """Whether the promise is broken, or will be: something is not there, and cannot be in time."""
    return bool(broken_promises(world, order))


def broken_promises(world: World, order: Order) -> tuple[date, ...]:
    """The promised days that are missed, or will be, the earliest first."""
    carrier = world.carriers.get(order.carrier_code)
    today, transit = day_of(world.now), timedelta(days=carrier.transit_days if carrier else 0)
    broken: set[date] = set()
    for line in order.lines:
        promised = order.promise_of(line)
        if promised is None or line.delivered >= line.live:
            continue
        if (today + transit if line.shipped < line.live else today) > promised:
            broken.add(promised)
    return tuple(sorted(broken))


def addressee(customer: Customer, template: str, channel: NoticeChannel | None = None) -> Customer:
    """The file as the letter reads it: with whom it concerns as its contact."""
    role = CONCERNS.get(template)
    return customer.addressed(role, channel) if role else customer


def channel_for(customer: Customer, template: str) -> NoticeChannel:
    """The way to whom it concerns that their file names; e-mail first."""
    return "email" if addressee(customer, template).email else "sms"


@decides(NotifyCustomer)
def notify_customer(world: World, order: Order, command: NotifyCustomer, by: Envelope) -> Answer:
    """Once, and only what is true."""
    file = world.customers[order.customer_id]
    customer = addressee(file, command.template, command.channel)
    recipient = customer.email if command.channel == "email" else customer.phone
    field = missing_for(world, order, command.template)
    if not field and not recipient:
        field = "email" if command.channel == "email" else "phone"
    if field:
        return TemplateFieldMissing(
            order_number=order.order_number, template=command.template, field=field
        )
    if told_already(world, order, command.template):
        return AlreadyNotified(order_number=order.order_number, template=command.template)
    about = next(iter(untold(world, order, command.template)), "")
    return (
        CustomerNotified(
            order_number=order.order_number,
            template=command.template,
            recipient=recipient,
            channel=command.channel,
            text=letter(world, order, customer, command.template, command.channel, about),
            about=about,
        ),
    )


@decides(AddNote)
def add_note(world: World, order: Order, command: AddNote, by: Envelope) -> Answer:
    """Anything but nothing."""
    if not command.text.strip():
        return MissingField(field="note")
    return (NoteAdded(order_number=order.order_number, text=command.text),)


@evolves(CustomerNotified)
def customer_notified(world: World, order: Order, event: CustomerNotified, at: Moment) -> World:
    """Sent."""
    told = (*order.told, (event.template, event.about)) if event.about else order.told
    return world.with_order(changed(order, notices=(*order.notices, event.template), told=told))


@evolves(NoteAdded)
def note_added(world: World, order: Order, event: NoteAdded, at: Moment) -> World:
    """Pinned to the order."""
    return world.with_order(changed(order, notes=(*order.notes, event.text)))
