"""A refusal is an answer: the fact in the way, its numbers, and what to do about it.

Each guard of the engine answers with one of these classes, which stand beside their guard in the
room of the part of an order's life they belong to; the general ones stand here.
"""

import re
from datetime import date
from functools import cache
from typing import ClassVar

import msgspec

from trainer.orders.differences import Difference


@cache
def snake_case(name: str) -> str:
    """`PaymentRequired` → `payment_required`, the tag of commands, events and refusals alike."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


class Refusal(
    msgspec.Struct, frozen=True, tag=snake_case, tag_field="type", omit_defaults=True, gc=False
):
    """Why a command was not done. The world did not change."""

    says: ClassVar[str] = ""
    """One sentence for people, with the refusal's own fields in braces."""
    sums: ClassVar[str] = ""
    """The inequality behind it with its numbers, where there is one."""
    cure: ClassVar[str] = ""
    """What to do first."""
    rests_on: ClassVar[tuple[str, ...]] = ()
    """What it follows from beside what its fields name: a rule of the company (`Policies`), what
    the command is about, a part of the customer's file."""

    @property
    def code(self) -> str:
        """The stable name of this refusal in records, rubrics and reports."""
        return code_of(type(self))


def code_of(refusal: type[Refusal]) -> str:
    """`PaymentRequired` → `PAYMENT_REQUIRED`."""
    return code_of_name(refusal.__name__)


def code_of_name(name: str) -> str:
    """The same for any class that people meet by its code."""
    return snake_case(name).upper()


class UnknownOrder(Refusal, frozen=True):
    """There is no such order in this sandbox."""

    says = "There is no order {order_number}."
    cure = "Search the order list for its number."
    order_number: str


class ArchivedReadOnly(Refusal, frozen=True):
    """What is in the archive is kept as it was."""

    says = "Order {order_number} is in the archive and can only be read."
    cure = "Open a new order if the customer needs something else."
    order_number: str


class VersionConflict(Refusal, frozen=True):
    """Somebody was faster; deciding on an old picture would overwrite their work."""

    says = "Order {order_number} has changed since you opened it."
    sums = "you saw version {seen}; it is now version {current}"
    cure = "Look at the order as it is now, then decide again."
    order_number: str
    seen: int
    current: int
    changes: tuple[Difference, ...] = ()
    """What is not as it was; nobody knows if the version that was seen never was."""


class RoleRequired(Refusal, frozen=True):
    """The act belongs to somebody else."""

    says = "This is not yours to do: it belongs to {wanted}, and you act as {role}."
    cure = "Wait for the one whose part it is; advance the clock if nothing else is open."
    role: str
    wanted: str


class IllegalState(Refusal, frozen=True):
    """The order is at another stage of its life."""

    says = "Order {order_number} is {status}; this is possible only while it is {wanted}."
    cure = "Look at the status path to see which step comes next."
    order_number: str
    status: str
    wanted: str


class MissingField(Refusal, frozen=True):
    """Something is needed that is not there."""

    says = "Missing: {field}."
    cure = "Fill it in; if it is a number, above zero. Ask whoever knows it."
    field: str


class MissingReason(Refusal, frozen=True):
    """An exception without a reason cannot be explained later."""

    says = "A reason is needed."
    cure = "Say in a few words why."


def unexplained(reason_code: str, words: str) -> bool:
    """Whether a reason is missing: what is on no list has to be said in words."""
    return reason_code == "other" and not words.strip()


class UnknownLine(Refusal, frozen=True):
    """There is no such line on this order."""

    says = "Order {order_number} has no line {line_number}."
    cure = "Look at the lines of the order."
    order_number: str
    line_number: int


class DateInThePast(Refusal, frozen=True):
    """Nobody can deliver yesterday."""

    says = "{requested} is in the past."
    sums = "delivery date ≥ today {today}; you entered {requested}"
    cure = "Read the date in the customer's message again."
    requested: date
    today: date
