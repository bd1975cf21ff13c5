"""What can be demanded of a run. Each check is a fold: it sees entry after entry and remembers.

A check never looks at the whole run again, so judging an action costs the same at its end as at
its beginning. What was reached stays reached; what it cites are numbers of events or of refused
tries, so that every point can be shown in the run.
"""

from datetime import timedelta
from functools import cached_property
from typing import Annotated, Any, ClassVar, Final, Literal, TypeVar

import msgspec
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    field_validator,
    model_validator,
)

from trainer.orders import amendments, intake, promises, service, shipping
from trainer.orders.automation import RuleActed
from trainer.orders.engine import Event, OrderEvent, Recorded, events
from trainer.orders.refusals import Refusal, snake_case
from trainer.orders.rulebook import (
    Act,
    Action,
    Conditions,
    Rule,
    RuleChanged,
    RuleSwitched,
    RuleWritten,
    Trigger,
)
from trainer.orders.status import LABELS, Label
from trainer.orders.stock import earliest_delivery_date
from trainer.orders.values import HOUR, Minor, Moment, moment_of
from trainer.orders.world import Order, Request, RequestLine, World
from trainer.simulation.month import Measure
from trainer.training.sentences import Sentence
from trainer.training.texts import Name


class CastMember(msgspec.Struct, frozen=True, gc=False):
    """Somebody the scenario names, and what they asked for in this variant."""

    message_id: str
    request: Request


Cast = dict[str, CastMember]


class Refused(msgspec.Struct, frozen=True, gc=False):
    """A try that was refused, in its place: after which event it was made."""

    number: int
    after: int
    at: int
    command: Any
    refusal: Refusal


class Answered(msgspec.Struct, frozen=True, gc=False):
    """An answer to a goal's question, in its place, in the words it was typed in."""

    number: int
    after: int
    at: int
    goal: str
    text: str


class MonthLived(msgspec.Struct, frozen=True, gc=False):
    """The month run again with measures, in its place, and what it came to."""

    number: int
    after: int
    at: int
    measures: dict[Measure, int]
    spent: Minor
    within_budget: bool
    figures: dict[str, str]
    """Each figure of the month by its name: a fraction, a code, or nothing to measure."""


class Seen(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """What a check has seen so far, and what it would cite."""

    state: Literal["open", "reached", "broken"] = "open"
    events: tuple[int, ...] = ()
    tries: tuple[int, ...] = ()
    order: str = ""
    """The order it was seen on; if that order is called off, nothing was seen."""
    trace: tuple[str, ...] = ()
    """Names of what was seen, for checks that look at the order of things."""
    parts: "tuple[Seen, ...]" = ()
    """What each of several checks in one has seen."""


OPEN: Final = Seen()


class Check(BaseModel):
    """A demand on a run; its name in scenario files is the class's in snake_case."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    standing: ClassVar[bool] = False
    """True for what must never happen: it counts at the end, less for each time it happened."""
    latched: ClassVar[bool] = True
    """Once reached it stays reached; else it must still hold when everything else is decided."""
    handed_in: ClassVar[bool] = False
    """True where only handing in the run decides it."""

    def watches(self) -> tuple[type[Event], ...]:
        """The events this check wants to see; others are not shown to it."""
        return ()

    def at_labels(self) -> frozenset[Label] | None:
        """The labels of its order at which it has something to say, None for any.

        What happens to an order under another label is not shown to it.
        """
        return None

    def see(self, seen: Seen, entry: Recorded, world: World, cast: Cast) -> Seen:
        """What is known after an event, in the world after it.

        A check that is decided is not asked again, unless it is a standing one.
        """
        return seen

    def see_try(self, seen: Seen, refused: Refused) -> Seen:
        """What is known after a refused try."""
        return seen

    def see_answer(self, seen: Seen, answered: Answered, world: World, cast: Cast) -> Seen:
        """What is known after an answer to this goal's question."""
        return seen

    def see_month(self, seen: Seen, lived: MonthLived) -> Seen:
        """What is known after the month was run again."""
        return seen

    def see_end(self, seen: Seen, number: int, world: World, cast: Cast) -> Seen:
        """What is known when the run is handed in by the aside of that number."""
        return seen

    def lost(self, seen: Seen, *, over: bool) -> int:
        """Points that a standing check has cost so far, or in all once the run is over.

        All or nothing, where a check does not count.
        """
        return 100 if seen.state == "broken" else 0

    def members(self) -> tuple[str, ...]:
        """The names of the cast it is about."""
        who = getattr(self, "order", None)
        return (who,) if who else ()


CHECKS: Final[dict[str, type[Check]]] = {}
"""Every check by its name in scenario files; each room of checks adds its own."""
K = TypeVar("K", bound=type[Check])


def vocabulary(kind: K) -> K:
    """Register a check under its name."""
    CHECKS[snake_case(kind.__name__)] = kind
    return kind


def _one_named_check(value: Any) -> Any:
    if isinstance(value, Check):
        return value
    if not isinstance(value, dict) or len(value) != 1:
        raise ValueError(
            Sentence("write one check by its name: {known}", known=", ".join(sorted(CHECKS)))
        )
    ((name, fields),) = value.items()
    if name not in CHECKS:
        raise ValueError(
            Sentence(
                "no check is called {name}; known are {known}",
                name=name,
                known=", ".join(sorted(CHECKS)),
            )
        )
    return CHECKS[name].model_validate(fields or {})


def _by_its_name(check: Check) -> dict[str, Any]:
    """The check as it could have been written."""
    fields = check.model_dump(mode="json", exclude_defaults=True)
    return {snake_case(type(check).__name__): fields}


NamedCheck = Annotated[
    Check, BeforeValidator(_one_named_check), PlainSerializer(_by_its_name, dict[str, Any])
]
"""A check as authors write it: its name, and under it its fields."""


def orders_of(world: World, cast: Cast, name: str) -> tuple[str, ...]:
    """The orders that were entered for a member of the cast, in the order of entry."""
    return world.by_message.get(cast[name].message_id, ())


def order_of(world: World, cast: Cast, name: str) -> Order | None:
    """The order that stands for a member of the cast: the first that was not called off."""
    numbers = orders_of(world, cast, name)
    live = [n for n in numbers if not world.orders[n].called_off]
    return world.orders[(live or numbers)[0]] if numbers else None


class Bounds(BaseModel):
    """From and to, both included; one of them will do."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    at_least: int | None = None
    at_most: int | None = None

    def hold(self, value: Any) -> bool:
        """Whether a number lies between them; nothing else does."""
        if not isinstance(value, int):
            return False
        return (self.at_least is None or value >= self.at_least) and (
            self.at_most is None or value <= self.at_most
        )


Wanted = str | int | Bounds


def entered(world: World, cast: Cast, name: str) -> Request:
    """What a member of the cast asked for, with the goods and the day that stand in their order.

    One mistake costs once: a wrong quantity has cost what it costs at the entry, and from then on
    what was entered is what is to be made, sent and cut. Lines that came later are not meant.
    """
    request, order = cast[name].request, order_of(world, cast, name)
    if order is None or order.status == "draft":
        return request
    return msgspec.structs.replace(
        request,
        lines=_as_listed(order, request),
        requested_delivery_date=order.requested_delivery_date or request.requested_delivery_date,
    )


def _as_listed(order: Order, request: Request) -> tuple[RequestLine, ...]:
    """An order's lines in the order of the message, in whichever they were entered; what nobody
    asked for takes the places of what is missing.
    """
    found = [it for it in order.lines if not it.amendment and not it.exchange_for]
    asked = [line.sku for line in request.lines]
    others = [it for it in found if it.sku not in asked]
    listed = []
    for sku in asked:
        mine = next((it for it in found if it.sku == sku and it not in listed), None)
        if mine or others:
            listed.append(mine or others.pop(0))
    listed += [it for it in found if it not in listed]
    return tuple(RequestLine(line.sku, line.ordered) for line in listed)


def from_cast(value: Wanted, world: World, cast: Cast) -> Any:
    """A value, looked up in the cast where it begins with $: `$first.lines.0.sku`."""
    if not isinstance(value, str) or not value.startswith("$"):
        return value
    name, *path = value[1:].split(".")
    if path == ["second_file"] and name in cast:
        return _second_file(world, cast[name].request.customer_id)
    return reached(entered(world, cast, name) if name in cast else None, path)


def _second_file(world: World, customer_id: str) -> str | None:
    """The other file of the same firm: the one that is still there, or went into theirs."""
    standing = world.standing(customer_id)
    company = world.customers[standing].address.recipient
    return next(
        (
            other.customer_id
            for _, other in sorted(world.customers.items())
            if other.customer_id != standing and other.address.recipient == company
        ),
        None,
    )


def reached(here: Any, path: list[str]) -> Any:
    """What stands at the end of a path, row by row and field by field; None where nothing does."""
    for part in path:
        if isinstance(here, tuple):
            here = here[int(part)] if part.isdecimal() and int(part) < len(here) else None
        else:
            here = getattr(here, part, None)
    return here


def fits(value: Any, wanted: Wanted, world: World, cast: Cast) -> bool:
    """Whether a fact is what is wanted of it."""
    if type(wanted) is str:
        return bool(value == (from_cast(wanted, world, cast) if wanted[:1] == "$" else wanted))
    return wanted.hold(value) if isinstance(wanted, Bounds) else bool(value == wanted)


class What(BaseModel):
    """An event by its name, with the fields it must have."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    event: str
    where: dict[str, Wanted] = Field(default_factory=dict)

    @field_validator("event")
    @classmethod
    def _known(cls, name: str) -> str:
        if name not in events():
            raise ValueError(Sentence("there is no event {name}", name=name))
        return name

    @cached_property
    def kind(self) -> type[Event]:
        """The class of the event."""
        return events()[self.event]

    def fits(self, event: Event, world: World, cast: Cast) -> bool:
        """Whether an event is this one."""
        if type(event) is not self.kind:
            return False
        for path, wanted in self._wanted:  # noqa: SIM110 - a loop: asked of most events
            if not fits(reached(event, path), wanted, world, cast):
                return False
        return True

    @cached_property
    def _wanted(self) -> tuple[tuple[list[str], Wanted], ...]:
        """The paths of `where`, taken apart once: this is asked of every event of the kind."""
        return tuple((field.split("."), wanted) for field, wanted in self.where.items())


def about(event: Any, world: World, cast: Cast, name: str | None) -> bool:
    """Whether an event is about this message, an order for it, or what is made for that; anything,
    where none is named.

    Which customer was entered is `entered_exactly`'s to judge: one mistake costs once.
    """
    if name is None:
        return True
    message_id = cast[name].message_id
    number = getattr(event, "order_number", "")
    if not number:
        made = world.production.get(getattr(event, "production_number", ""))
        number = made.order_number if made else ""
    order = world.orders.get(number)
    if order is not None:
        return order.message_id == message_id
    # what was asked, answered and declined before there is an order
    return bool(getattr(event, "message_id", "") == message_id)


def decided(state: Literal["reached", "broken"], entry: Recorded) -> Seen:
    """Decided by an event, on the order it is about."""
    order = getattr(entry.event, "order_number", "")
    return Seen(state=state, events=(entry.number,), order=order)


def slower(world: World, cast: Cast, name: str, order: Order, *, parcels: bool = False) -> int:
    """Days by which the carrier that was entered takes longer than the one the customer asked for;
    with `parcels` also one that is on a label.

    One mistake costs once: that carrier has cost what it costs where it was chosen. Which one was
    agreed on later is no slip of the entry.
    """
    taken = {} if order.amendments else {order.carrier_code: None}
    if parcels:
        taken |= {it.carrier_code: None for it in order.packages if it.stage != "voided"}
    days = [world.carriers[code].transit_days for code in taken if code in world.carriers]
    asked = world.carriers.get(cast[name].request.carrier_code)
    return max(0, *(it - asked.transit_days for it in days)) if asked and days else 0


@vocabulary
class EnteredExactly(Check):
    """Holds when an order was submitted that says what the customer's message says."""

    order: Name

    def watches(self) -> tuple[type[Event], ...]:
        """Only a submitted order is entered; once goods have left, a wrong entry stays wrong."""
        return (intake.OrderSubmitted, amendments.DeliveryCorrected, shipping.PackageShipped)

    def see(self, seen: Seen, entry: Recorded, world: World, cast: Cast) -> Seen:
        """Compared by meaning: which customer, what, how many, when, where to, how."""
        if not about(entry.event, world, cast, self.order):
            return seen
        if isinstance(entry.event, shipping.PackageShipped):
            return decided("broken", entry)
        order = world.orders[entry.event.order_number]
        if differences(order, as_filed(cast[self.order].request, world)):
            return Seen(events=(entry.number,), order=order.order_number)
        return decided("reached", entry)


def as_filed(request: Request, world: World) -> Request:
    """What a customer asked for, under the file they are kept under now."""
    standing = world.standing(request.customer_id)
    return msgspec.structs.replace(request, customer_id=standing)


def differences(order: Order, request: Request) -> tuple[str, ...]:
    """In which fields an order differs from what the customer asked for."""
    found = []
    if order.customer_id != request.customer_id:
        found.append("customer")
    if {line.sku: line.ordered for line in order.lines} != {
        line.sku: line.quantity for line in request.lines
    }:
        found.append("lines")
    for field in ("customer_po_number", "requested_delivery_date", "carrier_code", "ship_to"):
        if getattr(order, field) != getattr(request, field):
            found.append(field)
    if order.discount:  # no message asks for one
        found.append("discount")
    return tuple(found)


@vocabulary
class OrderIs(Check):
    """Holds when the order has come as far as a label of the course's flow."""

    order: Name
    label: Label

    @cached_property
    def far_enough(self) -> frozenset[Label]:
        """The labels that are as far, or further; a cancelled order is nowhere."""
        return frozenset(LABELS[LABELS.index(self.label) :]) - {"closed"}

    def watches(self) -> tuple[type[Event], ...]:
        """Whatever happens to an order may move its label."""
        return tuple(kind for kind in events().values() if issubclass(kind, OrderEvent))

    def at_labels(self) -> frozenset[Label]:
        """Before it is far enough, nothing is decided."""
        return self.far_enough

    def see(self, seen: Seen, entry: Recorded, world: World, cast: Cast) -> Seen:
        """The label counts as it is after the event."""
        if world.labels[entry.event.order_number] not in self.far_enough:
            return seen
        if not about(entry.event, world, cast, self.order):
            return seen
        return decided("reached", entry)


@vocabulary
class Happened(Check):
    """Holds once an event has happened to the order, or at all, so many times; or so often that
    what it is about adds up.
    """

    order: Name | None = None
    what: What
    times: int = Field(1, ge=1, le=100)
    adds_up: dict[str, str | int] = Field(default_factory=dict, max_length=1)
    """A number of the event, and what it comes to in all: in one go, or in several."""

    @model_validator(mode="after")
    def _counted(self) -> "Happened":
        for field in self.adds_up:
            if not hasattr(self.what.kind, field.partition(".")[0]):
                raise ValueError(
                    Sentence("{event} has no {field}", event=self.what.event, field=field)
                )
        if self.adds_up and self.times > 1:
            raise ValueError(Sentence("write either times or adds_up"))
        return self

    def watches(self) -> tuple[type[Event], ...]:
        """That one kind."""
        return (self.what.kind,)

    def see(self, seen: Seen, entry: Recorded, world: World, cast: Cast) -> Seen:
        """Each time counts until there are enough; all of them are cited."""
        if not about(entry.event, world, cast, self.order):
            return seen
        if not self.what.fits(entry.event, world, cast):
            return seen
        now = decided("reached", entry)
        cited = (*seen.events, entry.number)
        enough, trace = len(cited) >= self.times, seen.trace
        for field, wanted in self.adds_up.items():
            so_far = int(seen.trace[0]) if seen.trace else 0
            total = so_far + (reached(entry.event, field.split(".")) or 0)
            enough, trace = total == from_cast(wanted, world, cast), (str(total),)
        state: Literal["open", "reached"] = "reached" if enough else "open"
        return msgspec.structs.replace(now, state=state, events=cited, trace=trace)


@vocabulary
class HappenedWithin(Check):
    """Holds when an event happened within so many hours of the customer's message, or of another
    event; too late is too late.
    """

    order: Name
    what: What
    hours: int = Field(ge=1, le=10_000)
    after: What | None = None
    delay: bool = False
    """True where a delay is told: what was promised for later can be told of later."""

    def watches(self) -> tuple[type[Event], ...]:
        """Both kinds."""
        return (self.what.kind, *([self.after.kind] if self.after else []))

    def see(self, seen: Seen, entry: Recorded, world: World, cast: Cast) -> Seen:
        """The clock starts with the first of the events that start it."""
        if not about(entry.event, world, cast, self.order):
            return seen
        if self.after and not seen.trace and self.after.fits(entry.event, world, cast):
            began_with = entry.event.order_number
            return msgspec.structs.replace(seen, trace=(str(entry.at),), order=began_with)
        if not self.what.fits(entry.event, world, cast):
            return seen
        began = world.messages[cast[self.order].message_id].received_at
        if self.after:
            if not seen.trace:
                return seen
            began = int(seen.trace[0])
        if self.delay:
            began = max(began, _behind_since(world, world.orders[entry.event.order_number]))
        late = entry.at - began > self.hours * HOUR
        return decided("broken" if late else "reached", entry)


def _behind_since(world: World, order: Order) -> Moment:
    """When it could first be known that a promise of an order will be missed; 0 if none will."""
    transit = timedelta(days=world.carriers[order.carrier_code].transit_days)
    for promised in service.broken_promises(world, order):
        return moment_of(promised - transit + timedelta(days=1))
    return 0


@vocabulary
class HappenedBefore(Check):
    """Holds when one thing happened to the order before another did; too late is too late. What
    came before `after` is neither.
    """

    order: Name
    first: What
    then: What
    after: What | None = None

    def watches(self) -> tuple[type[Event], ...]:
        """All kinds."""
        return (self.first.kind, self.then.kind, *([self.after.kind] if self.after else []))

    def see(self, seen: Seen, entry: Recorded, world: World, cast: Cast) -> Seen:
        """Decided by whichever comes first, and cites it."""
        if self.after and not seen.trace:
            if self.after.fits(entry.event, world, cast) and about(
                entry.event, world, cast, self.order
            ):
                began_with = entry.event.order_number
                return msgspec.structs.replace(seen, trace=(str(entry.at),), order=began_with)
            return seen
        in_time = self.first.fits(entry.event, world, cast)
        if not in_time and not self.then.fits(entry.event, world, cast):
            return seen
        if not about(entry.event, world, cast, self.order):
            return seen
        return decided("reached" if in_time else "broken", entry)


@vocabulary
class PromisedAsAsked(Check):
    """Holds when the promised day is the one the customer asked for, or the first possible one."""

    order: Name
    day: Literal["possible", "asked"] = "possible"
    """`asked` where the day asked for is possible to whoever first does what has to be done."""

    def watches(self) -> tuple[type[Event], ...]:
        """The promise."""
        return (intake.OrderConfirmed,)

    def see(self, seen: Seen, entry: Recorded, world: World, cast: Cast) -> Seen:
        """A day that is later than it had to be is later than asked."""
        if not about(entry.event, world, cast, self.order):
            return seen
        order = world.orders[entry.event.order_number]
        # the day that was entered: a wrong one has cost what it costs at the entry
        wanted = cast[self.order].request.requested_delivery_date
        asked = order.requested_delivery_date or wanted
        promised = entry.event.promised_delivery_date
        if self.day == "asked":
            days = slower(world, cast, self.order, order)
            late = promised > max(asked, wanted) + timedelta(days=days)
        else:
            late = promised > asked and promised > earliest_delivery_date(world, order)
        # a day that cannot be held is none that was asked for, whatever the reason
        return decided("broken" if late or order.override_reason else "reached", entry)


@vocabulary
class LinePromised(Check):
    """Holds when a line is promised in time: by the day asked for, or by the first day it can come.

    Whatever the rest of the order waits for; a day that cannot be held is in no time.
    """

    order: Name
    sku: str
    day: Literal["asked", "first"] = "asked"

    def watches(self) -> tuple[type[Event], ...]:
        """The promise for all of it, and the one for a line."""
        return (intake.OrderConfirmed, promises.LinePromised)

    def see(self, seen: Seen, entry: Recorded, world: World, cast: Cast) -> Seen:
        """A line with a day of its own is told after the order."""
        if not about(entry.event, world, cast, self.order):
            return seen
        order = world.orders[entry.event.order_number]
        sku = from_cast(self.sku, world, cast)
        line = next((line for line in order.lines if line.sku == sku), None)
        if line is None or order.override_reason or order.amendments:
            return seen
        promised = order.promise_of(line)
        possible = promises.earliest_of_lines(world, order)[line.line_number]
        asked = order.requested_delivery_date or cast[self.order].request.requested_delivery_date
        until = max(asked, possible) if self.day == "asked" else possible
        in_time = promised is not None and promised <= until
        return decided("reached", entry) if in_time else seen


@vocabulary
class PromiseKept(Check):
    """Holds when the whole order was delivered no later than promised, each line by its day."""

    order: Name
    any_carrier: bool = False
    """True where another goal judges which carrier the parcels went with."""

    def watches(self) -> tuple[type[Event], ...]:
        """The signature at the door."""
        return (shipping.PackageDelivered,)

    def see(self, seen: Seen, entry: Recorded, world: World, cast: Cast) -> Seen:
        """Judged when the last parcel is signed for."""
        if not about(entry.event, world, cast, self.order):
            return seen
        order = world.orders[entry.event.order_number]
        if promises.to_come(order):
            return seen
        # a date that was moved later is not a promise kept
        in_time = promises.kept(order) or promises.kept(
            order, slower(world, cast, self.order, order, parcels=self.any_carrier)
        )
        return decided("reached" if in_time else "broken", entry)


@vocabulary
class RuleStands(Check):
    """Holds when there is a rule that waits for this and does that, switched on if it is asked."""

    when: Trigger
    then: Act
    where: dict[str, str | int] = Field(default_factory=dict)
    """Conditions and parts of the action that the rule must name so; others it may have."""
    on: bool = False

    @field_validator("where")
    @classmethod
    def _known(cls, where: dict[str, str | int]) -> dict[str, str | int]:
        known = {*Conditions.__struct_fields__, *Action.__struct_fields__} - {"act"}
        for name in where:
            if name not in known:
                raise ValueError(
                    Sentence(
                        "a rule has no {name}; known are {known}",
                        name=name,
                        known=", ".join(sorted(known)),
                    )
                )
        return where

    def watches(self) -> tuple[type[Event], ...]:
        """Whatever makes a rule what it is."""
        return (RuleWritten, RuleChanged, RuleSwitched)

    def see(self, seen: Seen, entry: Recorded, world: World, cast: Cast) -> Seen:
        """The rule as it stands after the event."""
        rule = world.rules[entry.event.rule_number]
        if not self._fits(rule):
            return seen
        return Seen(state="reached", events=(entry.number,))

    def _fits(self, rule: Rule) -> bool:
        parts = ((name, getattr(rule.action, name)) for name in Action.__struct_fields__)
        named = dict(rule.conditions.named()) | {n: part for n, part in parts if part is not None}
        return (
            (rule.trigger, rule.action.act) == (self.when, self.then)
            and (rule.on or not self.on)
            and all(named.get(name) == value for name, value in self.where.items())
        )


@vocabulary
class ActedByRule(Check):
    """Holds once rules have done this to so many orders, or to that of a member of the cast."""

    then: Act
    orders: int = Field(1, ge=1, le=100)
    order: Name | None = None

    def watches(self) -> tuple[type[Event], ...]:
        """A rule that could act; a refused one did nothing."""
        return (RuleActed,)

    def see(self, seen: Seen, entry: Recorded, world: World, cast: Cast) -> Seen:
        """Each order counts once, however often and by whichever rule."""
        if world.rules[entry.event.rule_number].action.act != self.then:
            return seen
        if self.order is not None:
            mine = about(entry.event, world, cast, self.order)
            return decided("reached", entry) if mine else seen
        done = {
            trace.order_number
            for (number, _), trace in world.rule_traces.items()
            if trace.acted and number in world.rules and world.rules[number].action.act == self.then
        }
        state: Literal["open", "reached"] = "reached" if len(done) >= self.orders else "open"
        return Seen(state=state, events=(*seen.events, entry.number))
