"""Reads a value where a clerk would: `$rush.order_number`, `$clock.next`, `$world.messages.last`.

Solutions and scripts name what they mean by such paths, so that one of them fits every variant.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, timedelta
from functools import cache
from typing import Any, Final

import msgspec

from trainer.orders.acquirer import fees_to_settle
from trainer.orders.cash import payouts_of, short
from trainer.orders.customers import likely_duplicates
from trainer.orders.desks import EVERY
from trainer.orders.engine import Command, commands
from trainer.orders.hand_over_notes import to_tell
from trainer.orders.intake import default_promise
from trainer.orders.payment import refundable
from trainer.orders.promises import sooner
from trainer.orders.reallocation import suggested_taking
from trainer.orders.settlement import unsettled
from trainer.orders.shipping import to_pick, weight_of
from trainer.orders.stock import suggested_rows
from trainer.orders.store_credit import balance
from trainer.orders.world import Order, Request, World
from trainer.play.stops import next_morning
from trainer.simulation.agenda import Agenda
from trainer.training.checks import Cast, CastMember, entered, order_of
from trainer.training.deeds import DEEDS, Deed
from trainer.training.scenario import LANGUAGE_OF
from trainer.training.sentences import Sentence
from trainer.training.texts import Text

StepCommand = dict[str, Any]
Facts = dict[str, Any]

_IN_BRACES: Final = re.compile(r"\{(\$[^{}]+)\}")


class SolutionError(Exception):
    """A solution asks for a value that is not there; says which, where, and what there is.

    What there is is looked up by who reads it: a proof plays many commands that must fail.
    """

    def __init__(self, says: Sentence | Callable[[], Sentence]) -> None:
        super().__init__(says)
        self._says = says

    def says(self) -> Sentence:
        """What is wrong."""
        return self._says if isinstance(self._says, Sentence) else self._says()

    def __str__(self) -> str:
        return self.says()


def read_at(
    world: World, agenda: Agenda, cast: Cast, step_command: StepCommand
) -> tuple[str, Facts]:
    """The name of a command, and its fields as plain values with every $path looked up.

    Raises SolutionError.
    """
    name = name_of(step_command)
    fields = step_command[name] or {}
    try:
        return name, _read(world, agenda, cast, fields, set(_paths(fields)))
    except SolutionError as problem:
        told = problem

    def explained() -> Sentence:
        """Once more, with all there is, to say what there is instead."""
        try:
            _read(world, agenda, cast, fields, None)
        except SolutionError as problem:
            return about(name, problem.says())
        return about(name, told.says())

    raise SolutionError(explained)


def about(name: str, problem: object) -> Sentence:
    """What is wrong with what."""
    said = problem if isinstance(problem, Sentence) else str(problem)
    return Sentence("{name}: {problem}", name=name, problem=said)


def converted(name: str, fields: Facts) -> Command | Deed:
    """Plain fields as a command of the engine. Raises SolutionError."""
    try:
        wanted: Command | Deed = msgspec.convert({"type": name, **fields}, _kinds()[name])
    except msgspec.ValidationError as problem:
        raise SolutionError(about(name, problem)) from None
    unknown = [field for field in fields if field not in wanted.__struct_fields__]
    if unknown:
        known = ", ".join(wanted.__struct_fields__)
        says = Sentence("there is no field {field}; known are {fields}")
        raise SolutionError(about(name, says.about(field=unknown[0], fields=known)))
    return wanted


@cache
def _kinds() -> dict[str, Any]:
    return {**commands(), **DEEDS}


def _read(
    world: World, agenda: Agenda, cast: Cast, fields: Facts, paths: set[tuple[str, str]] | None
) -> Facts:
    """Plain values, looked up in what there is, or in no more than the paths begin with."""
    known: Facts = {"clock": _clock(world, agenda), "world": world}
    for name, member in cast.items():
        parts = None if paths is None else {part for whose, part in paths if whose == name}
        if parts is None or parts:
            known[name] = _asked(world, member) if _any(parts, *_ASKED) else {}
            known[name] |= _filed(world, member, parts) if _any(parts, *_FILED) else {}
            known[name] |= _ordered(world, cast, name, parts)
    return {field: _looked_up(value, known) for field, value in fields.items()}


def _paths(value: Any) -> Iterator[tuple[str, str]]:
    """The first two words of the paths that stand in a value: whose, and what of theirs."""
    if isinstance(value, list | tuple):
        for part in value:
            yield from _paths(part)
    elif isinstance(value, dict):
        yield from _paths(list(value.values()))
    elif isinstance(value, str):
        paths: list[str] = [value] if value.startswith("$") else _IN_BRACES.findall(value)
        for path in paths:
            whose, what, *_ = (*path[1:].partition(" ")[0].split("."), "")
            yield whose, what


def name_of(step_command: StepCommand) -> str:
    """The one key of a command as it is written."""
    return next(iter(step_command))


def _looked_up(value: Any, known: Facts) -> Any:
    if isinstance(value, list | tuple):
        return [_looked_up(part, known) for part in value]
    if isinstance(value, dict):
        if "en" in value and value.keys() <= Text.model_fields.keys():
            return _written(Text.model_validate(value), known)
        return {key: _looked_up(part, known) for key, part in value.items()}
    if isinstance(value, str) and value.startswith("$"):
        return _calculated(value, known)
    return value


def _written(text: Text, known: Facts) -> str:
    """Words in the language of the world, with each {$path} in them looked up."""
    words = text.in_(LANGUAGE_OF[known["world"].company.locale])
    return _IN_BRACES.sub(lambda found: str(_calculated(found[1], known)), words)


_SUM: Final = re.compile(r"(\$\S+) ([-+*/]) (\d+)")


def _calculated(text: str, known: Facts) -> Any:
    """A path, or a path and a whole number: units more or less, a part, days or seconds later."""
    found = _SUM.fullmatch(text)
    if not found:
        return _followed(text, known)
    value, number = _followed(found[1], known), int(found[3])
    if isinstance(value, str):
        if found[2] not in "+-":
            raise SolutionError(about(text, Sentence("days can only be added or taken off")))
        days = timedelta(days=number if found[2] == "+" else -number)
        return (date.fromisoformat(value) + days).isoformat()
    if not isinstance(value, int):
        raise SolutionError(about(text, Sentence("there is nothing to count with at this moment")))
    match found[2]:
        case "+":
            return value + number
        case "-":
            return value - number
        case "*":
            return value * number
    return value // number


def _followed(path: str, known: Facts) -> Any:
    """Down a path: key by key, row by row, fact by fact; `first` and `last` of many by their key.

    What is in the end is plain: a date is text, an address is its fields.
    """
    here: Any = known
    gone = "$"
    for part in path[1:].split("."):
        found = _under(here, part)
        if found is _NOTHING:
            says = Sentence("there is no {part} in {place}; {there}")
            raise SolutionError(about(path, says.about(part=part, place=gone, there=_there(here))))
        here = found
        gone = f"{gone}.{part}" if gone != "$" else f"${part}"
    return msgspec.to_builtins(here)


_NOTHING: Final = object()


def _under(here: Any, part: str) -> Any:
    if isinstance(here, list | tuple):
        ends = {"first": 0, "last": len(here) - 1}
        place = ends.get(part, int(part) if part.isdecimal() else -1)
        return here[place] if 0 <= place < len(here) else _NOTHING
    if isinstance(here, Mapping):
        if here and part in ("first", "last") and part not in here:
            return here[min(here) if part == "first" else max(here)]
        return here.get(part, _NOTHING)
    return getattr(here, part, _NOTHING) if isinstance(here, msgspec.Struct) else _NOTHING


def _there(here: Any) -> Sentence:
    """What there is instead, for the author."""
    if not here:
        return Sentence("it is empty at this moment")
    if isinstance(here, list | tuple):
        return Sentence("it has {rows} rows, counted from 0", rows=len(here))
    parts: Iterable[object] = ()
    if isinstance(here, Mapping):
        parts = sorted(map(str, here))
    elif isinstance(here, msgspec.Struct):
        parts = here.__struct_fields__
    if parts:
        return Sentence("there is {parts}", parts=", ".join(map(str, parts)))
    return Sentence("it is {value}, and has no parts", value=repr(here))


def facts(world: World, cast: Cast) -> dict[str, Facts]:
    """What can be read about each of the cast at this moment, by the words of the trade.

    First what their message says; once their order is entered, what the order says and what a
    careful clerk would enter next.
    """
    return {
        name: _asked(world, member) | _filed(world, member) | _ordered(world, cast, name)
        for name, member in cast.items()
    }


_ASKED: Final = ("message_id", *Request.__struct_fields__)


def _asked(world: World, member: CastMember) -> Facts:
    """What they wrote, and what they have said since; never what nobody has asked them."""
    message = world.messages[member.message_id]
    asked: Facts = msgspec.to_builtins(message.known)
    return {**asked, "message_id": member.message_id}


_FILED: Final = ("customer", "second_file")


def _filed(world: World, member: Any, parts: set[str] | None = None) -> Facts:
    """Their file as it stands now, and the other one that looks like it, if it is asked for."""
    standing = world.standing(member.request.customer_id)
    found: Facts = {"customer": world.customers[standing]}
    if _any(parts, "second_file") and (twins := likely_duplicates(world).get(standing)):
        found["second_file"] = twins[0]
    return found


def _ordered(world: World, cast: Cast, name: str, parts: set[str] | None = None) -> Facts:
    """All of it, or no more than what these parts need."""
    order = order_of(world, cast, name)
    if order is None:
        return {}
    found: Facts = {
        "order": order,
        "order_number": order.order_number,
        "total": order.total,
        "due": order.balance_due,
        "retention_years": world.policies.retention_years,
    }
    if _any(parts, "lines", "requested_delivery_date") and not (
        order.called_off or order.status == "draft"
    ):
        says = entered(world, cast, name)
        found["lines"] = msgspec.to_builtins(says.lines)
        found["requested_delivery_date"] = msgspec.to_builtins(says.requested_delivery_date)
    if order.lines and order.status in ("draft", "submitted"):
        if _any(parts, "promise"):
            found["promise"] = default_promise(world, order).isoformat()
        if _any(parts, "line_dates"):
            found["line_dates"] = msgspec.to_builtins(sooner(world, order))
    if _any(parts, "authorisation", "store_credit", "refundable", "transfer"):
        found |= _money(world, order)
    if _any(parts, "settling") and order.status == "completed":
        fee = fees_to_settle(world, order)
        claims = sum(paper.claim for paper in unsettled(world, order))
        found["settling"] = {"received": claims - fee, "fee": fee}
    if _any(parts, "payout"):
        for payout in payouts_of(world, order):
            found["payout"] = {"number": payout.payout_number, "missing": short(payout)}
    if _any(parts, "allocation", "taking", "picks", "parcels"):
        found |= _goods(world, order)
    if _any(parts, "to_tell"):
        found["to_tell"] = {desk: to_tell(world, order, desk) for desk in EVERY}
    if _any(parts, "shelves"):
        found["shelves"] = [_shelves(world, line.sku) for line in order.lines]
    return found


def _any(parts: set[str] | None, *names: str) -> bool:
    return parts is None or not parts.isdisjoint(names)


def _money(world: World, order: Order) -> Facts:
    """What a card has promised, what goes back, what can be redeemed; and the first transfer that
    names this order, while something is due and not yet booked.
    """
    found: Facts = {}
    for held in order.authorisations:
        if held.open:
            found["authorisation"] = {"number": held.authorisation_number, "amount": held.open}
    has = balance(world.customers[order.customer_id], world.now)
    if has and order.balance_due > 0:
        found["store_credit"] = min(has, order.balance_due)
    if refundable(order):
        found["refundable"] = refundable(order)
    transfers = sorted(world.transfers.items()) if order.balance_due > 0 else ()
    for _, transfer in transfers:
        if transfer.unmatched > 0 and order.order_number in transfer.remark.split():
            booked = {"reference": transfer.reference, "amount": transfer.unmatched}
            return {**found, "transfer": booked}
    return found


def _goods(world: World, order: Order) -> Facts:
    """What to set aside, what to pick where, what each parcel weighs."""
    found: Facts = {}
    if rows := suggested_rows(world, order):
        found["allocation"] = msgspec.to_builtins(rows)
    if taking := suggested_taking(world, order):
        found["taking"] = msgspec.to_builtins(taking)
    warehouses = sorted({row.warehouse for line in order.lines for row in line.allocations})
    picks = [(warehouse, to_pick(order, warehouse)) for warehouse in warehouses]
    found["picks"] = [
        {"warehouse": warehouse, "rows": msgspec.to_builtins(rows_there)}
        for warehouse, rows_there in picks
        if rows_there
    ]
    found["parcels"] = [
        {"package_number": parcel.package_number, "weight": weight_of(world, order, parcel)}
        for parcel in order.packages
    ]
    return found


def _shelves(world: World, sku: str) -> list[Facts]:
    """Where a product lies, the shelf with most to give first, as the inventory shows it."""
    levels = sorted(world.levels(sku), key=lambda level: (-level.available, level.warehouse))
    return [
        {
            "warehouse": level.warehouse,
            "on_hand": level.on_hand,
            "allocated": level.allocated,
            "available": level.available,
        }
        for level in levels
    ]


def _clock(world: World, agenda: Agenda) -> Facts:
    """This moment, the next morning, and the moment of what is due next, if anything is."""
    due, now = agenda.next(), world.now
    later: Facts = {"now": now, "tomorrow": next_morning(now)}
    return later | ({"next": due.at} if due else {})
