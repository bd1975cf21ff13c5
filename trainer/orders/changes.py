"""Customers' change documents: what one asks of an order beside what stands, and our answer to it.

A document changes nothing by itself: whoever has it does with the order what can be done, by the
commands there are, and says then how much of it that was. The answer is true: it is compared with
the order as it stands when it goes out, and what stood then goes along.
"""

from collections.abc import Iterator
from datetime import date
from typing import Literal, NamedTuple

from trainer.orders.engine import (
    Answer,
    Envelope,
    OrderCommand,
    OrderEvent,
    changed,
    decides,
    evolves,
)
from trainer.orders.refusals import MissingReason, Refusal
from trainer.orders.stock import earliest_delivery_date
from trainer.orders.values import Address, Moment
from trainer.orders.world import (
    AnsweredChange,
    AnsweredLine,
    ChangeAnswer,
    ChangeRequest,
    Message,
    Order,
    World,
)


class AnswerChange(OrderCommand, frozen=True):
    """Tell the customer's system how much of their change document stands on the order now."""

    answer: ChangeAnswer
    reason: str = ""
    message_id: str = ""
    """The message it came with."""
    change: ChangeRequest | None = None
    """The document itself, if it came without a message."""


class ChangeAnswered(OrderEvent, frozen=True):
    """They know what became of their document."""

    says = "Change document {document_number} of {order_number} answered: {change_answer}"
    document_number: str
    change_answer: ChangeAnswer
    change: ChangeRequest
    lines: tuple[AnsweredLine, ...] = ()
    promised_delivery_date: date | None = None
    ship_to: Address = Address()
    why_not: str = ""
    """What of it is not possible, and why; empty where all of it stands."""
    message_id: str = ""


class UnknownChange(Refusal, frozen=True):
    """Nobody has asked for it, or for another order."""

    says = "No change document here is about order {order_number}."
    cure = "Look for the document in the inbox; it names the customer's order number."
    order_number: str


class ChangeAnsweredAlready(Refusal, frozen=True):
    """They have had their answer."""

    says = "Change document {document_number} of order {order_number} was answered already."
    cure = "Keep to what was said; what else is to change needs a new document of theirs."
    order_number: str
    document_number: str


class AnswerNotTrue(Refusal, frozen=True):
    """Their system books what we answer."""

    says = "That is not what order {order_number} says: it has {met} of {asked} things asked for."
    sums = "accepted: {met} = {asked}; conditional: {met} < {asked}; not accepted: {met} = 0"
    cure = "Carry out what can be done first; then answer what is true."
    order_number: str
    asked: int
    met: int


# --- asked against what stands ----------------------------------------------------------------


class Point(NamedTuple):
    """One thing a change document asks for, beside what stands, and how near it can still come.

    Goods that are in a parcel or gone can be called off no more; how many that are stands here.
    """

    what: Literal["quantity", "day", "address"]
    stands: int | date | Address | None
    asked: int | date | Address
    nearest: int | date | Address | None
    sku: str = ""
    shipped: int = 0
    packed: int = 0
    labelled: int = 0
    new: bool = True
    """Whether the document means to change this; some name what stays as well."""

    @property
    def met(self) -> bool:
        """Whether it stands as it is asked for."""
        return self.stands == self.asked

    @property
    def out_of_reach(self) -> bool:
        """Whether the order cannot be made what is asked for any more."""
        return not self.met and self.nearest != self.asked


OPEN = ("draft", "submitted", "confirmed")


def points(world: World, order: Order, change: ChangeRequest) -> tuple[Point, ...]:
    """All that a change document asks for, line by line, then when, then where."""
    return (
        *_quantities(order, change),
        *_day(world, order, change),
        *_address(order, change),
    )


def _quantities(order: Order, change: ChangeRequest) -> Iterator[Point]:
    asked = {line.sku: line for line in change.lines}
    wanted = {sku: line.quantity for sku, line in asked.items()}
    if change.cancellation:
        wanted = {line.sku: 0 for line in order.lines}
    for sku, quantity in wanted.items():
        lines = [line for line in order.lines if line.sku == sku]
        stands = sum(line.live for line in lines)
        fixed = sum(line.live - line.cancellable for line in lines)
        labelled = _in_parcels(order, sku, "labelled")
        yield Point(
            "quantity",
            stands,
            quantity,
            max(quantity, fixed) if order.status in OPEN else stands,
            sku=sku,
            shipped=sum(line.shipped for line in lines),
            packed=_in_parcels(order, sku, "picked", "packed"),
            labelled=labelled,
            new=change.cancellation or asked[sku].status != "unchanged",
        )


def _in_parcels(order: Order, sku: str, *stages: str) -> int:
    lines = {line.line_number for line in order.lines if line.sku == sku}
    return sum(
        row.quantity
        for parcel in order.packages
        if parcel.stage in stages
        for row in parcel.rows
        if row.line_number in lines
    )


def _day(world: World, order: Order, change: ChangeRequest) -> Iterator[Point]:
    asked = change.requested_delivery_date
    if asked is None:
        return
    stands = order.promised_delivery_date or order.requested_delivery_date
    nearest: date | None = asked
    if _settled(order):
        nearest = stands
    elif order.status == "confirmed" and stands is not None:
        earliest = earliest_delivery_date(world, order)
        if asked < earliest:
            nearest = min(stands, earliest, key=lambda day: abs(day - asked))
    yield Point("day", stands, asked, nearest, "", *_gone(order))


def _address(order: Order, change: ChangeRequest) -> Iterator[Point]:
    asked = change.ship_to
    if asked is not None:
        nearest = order.ship_to if _settled(order) else asked
        yield Point("address", order.ship_to, asked, nearest, "", *_gone(order))


def _settled(order: Order) -> bool:
    """Whether nothing can be said any more of when and where: it is labelled, or has left."""
    waits = any(line.live > line.shipped for line in order.lines)
    labelled = any(parcel.stage == "labelled" for parcel in order.packages)
    return order.status not in OPEN or labelled or not waits


def _gone(order: Order) -> tuple[int, int, int]:
    """What has left of it, and what is in parcels that say where they go already."""
    skus = {line.sku for line in order.lines}
    labelled = sum(_in_parcels(order, sku, "labelled") for sku in skus)
    return sum(line.shipped for line in order.lines), 0, labelled


def count(found: tuple[Point, ...]) -> tuple[int, int]:
    """How many things are asked for, and how many of them stand; what was to stay is neither."""
    asked = [point for point in found if point.new or not point.met]
    return len(asked), sum(point.met for point in asked)


def fitting(world: World, order: Order, change: ChangeRequest, done: bool = False) -> ChangeAnswer:
    """The answer that is true of the order as it stands; `done` is whether some of it was done."""
    asked, met = count(points(world, order, change))
    if met == asked:
        return "accepted"
    return "conditional" if met or done else "not_accepted"


# --- which order, and whether it was answered -------------------------------------------------


def order_of(world: World, change: ChangeRequest) -> Order | None:
    """The order a change document is about, by its customer's own number."""
    key = (world.standing(change.customer_id), change.customer_po_number)
    return world.orders.get(world.by_po.get(key, ""))


def answered(order: Order, change: ChangeRequest) -> AnsweredChange | None:
    """Our answer to a change document, if it has gone out."""
    return next((it for it in order.changes if it.change.key == change.key), None)


def open_change(message: Message, world: World) -> bool:
    """Whether a message brought a change document that nobody has answered."""
    order = order_of(world, message.change) if message.change else None
    return bool(message.change and order and answered(order, message.change) is None)


@decides(AnswerChange)
def answer_change(world: World, order: Order, command: AnswerChange, by: Envelope) -> Answer:
    """Once, to whoever asked it of this order, and nothing that the order does not bear out."""
    message = world.messages.get(command.message_id)
    change = message.change if message else command.change
    number = order.order_number
    if change is None or order_of(world, change) is not order:
        return UnknownChange(order_number=number)
    if answered(order, change):
        return ChangeAnsweredAlready(order_number=number, document_number=change.document_number)
    found = points(world, order, change)
    asked, met = count(found)
    true = {"accepted": met == asked, "conditional": met < asked, "not_accepted": not met and asked}
    if not true[command.answer]:
        return AnswerNotTrue(order_number=number, asked=asked, met=met)
    reason = command.reason.strip()
    if command.answer != "accepted" and not reason:
        return MissingReason()
    return (
        ChangeAnswered(
            order_number=number,
            document_number=change.document_number,
            change_answer=command.answer,
            change=change,
            lines=tuple(
                AnsweredLine(point.sku, point.asked, point.stands)  # type: ignore[arg-type]
                for point in found
                if point.what == "quantity"
            ),
            promised_delivery_date=order.promised_delivery_date,
            ship_to=order.ship_to,
            why_not=reason,
            message_id=command.message_id,
        ),
    )


@evolves(ChangeAnswered)
def change_answered(world: World, order: Order, event: ChangeAnswered, at: Moment) -> World:
    """It lies with the order, for whoever asks what was said."""
    told = AnsweredChange(
        change=event.change,
        answer=event.change_answer,
        answered_at=at,
        lines=event.lines,
        promised_delivery_date=event.promised_delivery_date,
        ship_to=event.ship_to,
        why_not=event.why_not,
        message_id=event.message_id,
    )
    return world.with_order(changed(order, changes=(*order.changes, told)))
