"""Checks of how things stand: an order, a shelf, a figure, an answer, a refusal met."""

from collections.abc import Callable
from fractions import Fraction
from typing import Any, ClassVar, Final, Literal

import msgspec
from pydantic import Field, field_validator, model_validator

from trainer.orders.engine import Event, OrderEvent, Recorded, events, refusals
from trainer.orders.refusals import code_of
from trainer.orders.status import (
    fulfilment_status,
    invoice_status,
    payment_status,
    return_status,
)
from trainer.orders.store_credit import balance
from trainer.orders.world import Order, World
from trainer.training.checks import (
    Answered,
    Cast,
    Check,
    MonthLived,
    Refused,
    Seen,
    Wanted,
    entered,
    fits,
    order_of,
    orders_of,
    vocabulary,
)
from trainer.training.figures import FigureAsk, Named, Value, agrees, read_answer, told
from trainer.training.sentences import Sentence
from trainer.training.texts import Name

Fact = Callable[[Order, World], Any]


def _units(name: str) -> Fact:
    return lambda order, world: sum(getattr(line, name) for line in order.lines)


def _papers(kind: str) -> Fact:
    return lambda order, world: sum(paper.amount for paper in order.documents if paper.kind == kind)


def _own(name: str) -> Fact:
    return lambda order, world: getattr(order, name)


def _moved(order: Order) -> int:
    """Days by which the promise is another one than it was at first."""
    first, now = order.first_promise, order.promised_delivery_date
    return (now - first).days if first and now else 0


def _all_with_theirs(order: Order) -> bool:
    """Whether every parcel that has a label goes with the order's own carrier."""
    return all(
        parcel.carrier_code in ("", order.carrier_code)
        for parcel in order.packages
        if parcel.stage != "voided"
    )


FACTS: Final[dict[str, Fact]] = {
    "label": lambda order, world: world.labels[order.order_number],
    "status": _own("status"),
    "payment_status": lambda order, world: payment_status(order),
    "fulfilment_status": fulfilment_status,
    "return_status": lambda order, world: return_status(order),
    "invoice_status": lambda order, world: invoice_status(order),
    "priority": _own("priority"),
    "carrier_code": _own("carrier_code"),
    "carrier_kept": lambda order, world: "yes" if _all_with_theirs(order) else "no",
    "on_hold": lambda order, world: "yes" if order.on_hold else "no",
    "total": _own("total"),
    "captured": _own("captured"),
    "authorised": _own("authorised_open"),
    "redeemable": lambda order, world: min(
        balance(world.customers[order.customer_id], world.now), max(order.balance_due, 0)
    ),
    "refunded": _own("refunded"),
    "refund_pending": _own("refund_pending"),
    "credit": _own("credit"),
    "balance_due": _own("balance_due"),
    "clawback": _own("clawback"),
    "invoiced": _papers("invoice"),
    "credited": _papers("credit_note"),
    "lines": lambda order, world: len(order.lines),
    "ordered": _units("ordered"),
    "cancelled": _units("cancelled"),
    "open": _units("open"),
    "allocated": _units("allocated"),
    "shipped": _units("shipped"),
    "delivered": _units("delivered"),
    "returned": _units("returned"),
    "parcels": lambda order, world: sum(1 for p in order.packages if p.stage != "voided"),
    "claims": lambda order, world: len(order.claims),
    "complaints_open": lambda order, world: sum(1 for c in order.complaints if c.open),
    "amendments": _own("amendments"),
    "promise_moved": lambda order, world: _moved(order),
    "satisfaction": _own("satisfaction"),
}
"""What can be asked of an order; amounts in minor units, the rest in units, days or words."""
UNITS: Final = (
    "ordered", "cancelled", "open", "allocated", "shipped", "delivered", "returned",
)  # fmt: skip
"""Those that count units, and so can be asked of one product of it."""


@vocabulary
class OrderHas(Check):
    """Holds once facts of the order are what they should be, all at the same moment."""

    order: Name
    line: int | None = Field(None, ge=1, le=6)
    """Which product of the message, from 1: then units of that product alone count."""
    where: dict[str, Wanted] = Field(min_length=1)
    """A number, a word, bounds, or the name of another fact: `{captured: total}`."""

    @field_validator("where")
    @classmethod
    def _known(cls, where: dict[str, Wanted]) -> dict[str, Wanted]:
        for name in where:
            if name not in FACTS:
                raise ValueError(
                    Sentence(
                        "an order has no {name}; known are {known}",
                        name=name,
                        known=", ".join(sorted(FACTS)),
                    )
                )
        return where

    @model_validator(mode="after")
    def _counted(self) -> "OrderHas":
        for name in self.where if self.line else ():
            if name not in UNITS:
                raise ValueError(
                    Sentence(
                        "one product of an order has no {name}; known are {known}",
                        name=name,
                        known=", ".join(UNITS),
                    )
                )
        return self

    def watches(self) -> tuple[type[Event], ...]:
        """Whatever happens to an order."""
        return tuple(kind for kind in events().values() if issubclass(kind, OrderEvent))

    def holds(self, world: World, cast: Cast) -> bool | None:
        """Whether it is so now; None while there is no such order."""
        order = order_of(world, cast, self.order)
        if order is None:
            return None
        return all(self._fits(order, world, cast, *pair) for pair in self.where.items())

    def _fits(self, order: Order, world: World, cast: Cast, name: str, wanted: Wanted) -> bool:
        if isinstance(wanted, str) and wanted in FACTS:
            wanted = self._fact(order, world, cast, wanted)
        return fits(self._fact(order, world, cast, name), wanted, world, cast)

    def _fact(self, order: Order, world: World, cast: Cast, name: str) -> Any:
        if self.line is None:
            return FACTS[name](order, world)
        asked = entered(world, cast, self.order).lines
        sku = asked[self.line - 1].sku if len(asked) >= self.line else ""
        return sum(getattr(line, name) for line in order.lines if line.sku == sku)

    def see(self, seen: Seen, entry: Recorded, world: World, cast: Cast) -> Seen:
        """Asked when something happened to this very order."""
        order = order_of(world, cast, self.order)
        if order is None or entry.event.order_number != order.order_number:
            return seen
        holds = self.holds(world, cast)
        return _standing(seen, entry.number, order.order_number) if holds else _not(seen)


def _standing(seen: Seen, number: int, order: str = "") -> Seen:
    """Reached, and it stays cited by the event that brought it about."""
    return seen if seen.state == "reached" else Seen("reached", (number,), seen.tries, order)


def _not(seen: Seen) -> Seen:
    return Seen(tries=seen.tries) if seen.state == "reached" else seen


@vocabulary
class StockHas(Check):
    """Holds once a product of the order's message lies as it should, over all warehouses."""

    order: Name
    line: int = Field(1, ge=1, le=6)
    """Which product of the message, from 1."""
    where: dict[str, Wanted] = Field(min_length=1)

    @field_validator("where")
    @classmethod
    def _known(cls, where: dict[str, Wanted]) -> dict[str, Wanted]:
        known = (
            "on_hand", "allocated", "available", "quarantine", "in_repair", "written_off",
            "in_rework", "b_grade",
        )  # fmt: skip
        for name in where:
            if name not in known:
                raise ValueError(
                    Sentence(
                        "stock has no {name}; known are {known}", name=name, known=", ".join(known)
                    )
                )
        return where

    def watches(self) -> tuple[type[Event], ...]:
        """Goods move by many events."""
        return tuple(events().values())

    def holds(self, world: World, cast: Cast) -> bool:
        """Whether it is so now."""
        sku = cast[self.order].request.lines[self.line - 1].sku
        levels = world.levels(sku)
        return all(
            fits(sum(getattr(level, name) for level in levels), wanted, world, cast)
            for name, wanted in self.where.items()
        )

    def see(self, seen: Seen, entry: Recorded, world: World, cast: Cast) -> Seen:
        """Asked after every event."""
        return _standing(seen, entry.number) if self.holds(world, cast) else _not(seen)


@vocabulary
class RefusedWith(Check):
    """Holds once a try was refused for this reason: some things are understood by meeting them."""

    code: str

    @field_validator("code")
    @classmethod
    def _known(cls, code: str) -> str:
        if code not in {code_of(kind) for kind in refusals().values()}:
            raise ValueError(Sentence("no refusal has the code {code}", code=code))
        return code

    def see_try(self, seen: Seen, refused: Refused) -> Seen:
        """The first of them."""
        if seen.state != "open" or refused.refusal.code != self.code:
            return seen
        return Seen("reached", tries=(refused.number,))


@vocabulary
class AnswerIs(Check):
    """Holds when the question of the goal was answered with the figure, as it stood then."""

    figure: FigureAsk
    tolerance: str = Field("0", pattern=r"^\d+(\.\d+)?$")
    """In the units it is typed in; what the screen rounds is forgiven without it."""
    tries: int = Field(3, ge=1, le=20)
    """Wrong answers after which it is lost."""
    in_month: bool = False
    """True where it is the figure of the month that was run again last."""

    def members(self) -> tuple[str, ...]:
        """Whose order the figure is about."""
        return (self.figure.order,) if self.figure.order else ()

    def value(self, seen: Seen, world: World, cast: Cast) -> Value:
        """What is right at this moment."""
        if self.in_month:
            return told(self.figure.kind, seen.trace[0]) if seen.trace else None
        return self.figure.value(world, named(world, cast))

    def see_month(self, seen: Seen, lived: MonthLived) -> Seen:
        """The figure asked for, as it is in that month."""
        if not self.in_month or self.figure.name not in lived.figures:
            return seen
        return msgspec.structs.replace(seen, trace=(lived.figures[self.figure.name],))

    def see_answer(self, seen: Seen, answered: Answered, world: World, cast: Cast) -> Seen:
        """Right, or one try less."""
        if seen.state != "open":
            return seen
        kind, tries = self.figure.kind, (*seen.tries, answered.number)
        try:
            answer = read_answer(kind, answered.text, world.company.currency)
        except ValueError:
            answer = None
        if agrees(kind, answer, self.value(seen, world, cast), Fraction(self.tolerance)):
            return Seen("reached", tries=(answered.number,))
        state: Literal["broken", "open"] = "broken" if len(tries) >= self.tries else "open"
        return msgspec.structs.replace(seen, state=state, tries=tries)


@vocabulary
class FigureIs(Check):
    """Holds when a figure lies within bounds at the moment the run is handed in."""

    handed_in: ClassVar[bool] = True

    figure: FigureAsk
    at_least: str | None = Field(None, pattern=r"^-?\d+(\.\d+)?$")
    at_most: str | None = Field(None, pattern=r"^-?\d+(\.\d+)?$")

    @model_validator(mode="after")
    def _bounded(self) -> "FigureIs":
        if self.at_least is None and self.at_most is None:
            raise ValueError(
                Sentence("a figure wants at_least, at_most or both; add one of them here")
            )
        if self.figure.kind in ("code", "date"):
            raise ValueError(
                Sentence("{name} is no number; ask for it with answer_is", name=self.figure.name)
            )
        return self

    def members(self) -> tuple[str, ...]:
        """Whose order the figure is about."""
        return (self.figure.order,) if self.figure.order else ()

    def see_end(self, seen: Seen, number: int, world: World, cast: Cast) -> Seen:
        """Money is compared in minor units, everything else as it is shown."""
        value = self.figure.value(world, named(world, cast))
        good = isinstance(value, Fraction) and (
            (self.at_least is None or value >= Fraction(self.at_least))
            and (self.at_most is None or value <= Fraction(self.at_most))
        )
        return msgspec.structs.replace(seen, state="reached" if good else "broken", tries=(number,))


def named(world: World, cast: Cast) -> Named:
    """The orders of the cast, the one that stands for each member first."""
    found = {}
    for name in cast:
        order = order_of(world, cast, name)
        numbers = orders_of(world, cast, name)
        found[name] = (order.order_number, *numbers) if order else ()
    return found
