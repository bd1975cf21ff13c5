"""Runs that are as good as the solution: whoever works like that must lose no point.

Two kinds. Harmless extra work: a draft nobody uses, a note before each command. And two commands
that follow each other done the other way round, where they are independent: both orders are
accepted, and both lead to the same world, right behind them and at the end of the solution. The
same world is one that differs in event numbers, in which line of an order was entered first, and
in moments by no more than the time that two acts take.

Nothing that anybody may ask for lies between the two: waiting moves past nothing, since time itself
may be judged, nothing moves behind the hand-in, and nothing past a month that is run again: the
next question may be about it. Nothing moves past a hand-over, which tells how things stand, and
nothing from desk to desk. And they stay as they are if one check names
something of each, as `happened_before` does with its first and its then, or `follows` with two
stages of its process, since that order is the lesson.
"""

from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple, get_args

import msgspec
from immutables import Map

from trainer.catalog.playing import Judged, Player
from trainer.orders.clock import AdvanceClock
from trainer.orders.engine import Event
from trainer.orders.hand_overs import HandOver, TakeDesk
from trainer.orders.refusals import Refusal, snake_case
from trainer.orders.values import Moment
from trainer.orders.world import Order, World
from trainer.play.reading import StepCommand
from trainer.play.run import Run
from trainer.play.solution import Played, parts_of
from trainer.training.checks import Cast, Check, What
from trainer.training.conduct import Follows
from trainer.training.deeds import HandIn, LiveMonth
from trainer.training.sentences import Sentence


class Equivalent(NamedTuple):
    """Another way to do the same, and how it was judged."""

    how: Sentence
    judged: Judged


def equivalents(
    player: Player, every: tuple[StepCommand, ...], solution: list[Played], runs: list[Run]
) -> Iterator[Equivalent]:
    """Every equivalent of a solution that works; `runs[place]` is the run before its command."""
    yield Equivalent(Sentence("harmless extra work"), _harmless(player, every))
    cast = player.course.opening.cast
    checks = [part for goal in player.course.judge.goals for part in parts_of(goal.check)]
    for place in range(len(solution) - 1):
        this, after = solution[place], solution[place + 1]
        if _stays(this) or _stays(after):
            continue
        seen = runs[place + 2].world
        if any(_demanded(check, this, after, seen, cast) for check in checks):
            continue
        met = sum(isinstance(it.answer, Refusal) for it in solution[place + 2 :])
        judged = _swapped(player, every, runs, place, met)
        if judged:
            yield Equivalent(
                Sentence("{name} before {other}", name=after.name, other=this.name), judged
            )


def _harmless(player: Player, every: tuple[StepCommand, ...]) -> Judged:
    """Where a note or a draft would be refused there is none: that would not be harmless."""
    drafts: list[StepCommand] = []
    notes: list[StepCommand] = []
    for name in player.course.opening.cast:
        notes.append({"add_note": {"order_number": f"${name}.order_number", "text": "…"}})
        drafts.append(
            {
                "create_draft": {
                    "customer_id": f"${name}.customer_id",
                    "customer_po_number": f"… {name}",
                    "requested_delivery_date": f"${name}.requested_delivery_date",
                    "carrier_code": f"${name}.carrier_code",
                }
            }
        )
    run = player.start
    for place, this in enumerate(every):
        for extra in (*(() if place else drafts), *notes):
            later, answer = player.after(run, extra)
            run = later if isinstance(answer, tuple) else run
        run, _ = player.after(run, this)
    return player.judged(run)


def _swapped(
    player: Player, every: tuple[StepCommand, ...], runs: list[Run], place: int, met: int
) -> Judged | None:
    """How it ends with the commands at a place and behind it the other way round, if they may; with
    as many refusals met on purpose as before.
    """
    run, first = player.after(runs[place], every[place + 1])
    if not isinstance(first, tuple):
        return None
    run, second = player.after(run, every[place])
    if not isinstance(second, tuple) or not same(run.world, runs[place + 2].world):
        return None
    judged = player.on(run, every[place + 2 :])
    alike = judged.undone == met and same(judged.run.world, runs[-1].world)
    return judged if alike else None


# --- what may not move ------------------------------------------------------------------------


def _stays(played: Played) -> bool:
    # what is handed over is what is open at that very moment
    return isinstance(played.command, AdvanceClock | HandIn | LiveMonth | HandOver | TakeDesk)


def _whats(check: Check) -> tuple[What, ...]:
    """What a check itself names."""
    named = (getattr(check, field) for field in type(check).model_fields)
    return tuple(what for what in named if isinstance(what, What))


def _demanded(check: Check, this: Played, after: Played, world: World, cast: Cast) -> bool:
    """Whether a check names something of each of the two."""
    ours, theirs = _named(check, this, world, cast), _named(check, after, world, cast)
    return any(x != y for x in ours for y in theirs)


def _named(check: Check, played: Played, world: World, cast: Cast) -> set[int]:
    """The places in a check at which it names what came of a command."""
    happened: list[Event] = []
    if not isinstance(played.answer, Refusal):
        happened = [entry.event for entry in played.answer]
    if isinstance(check, Follows):
        names = {snake_case(type(event).__name__) for event in happened}
        return {at for at, stage in enumerate(check.stages()) if names & set(stage)}
    return {
        at
        for at, what in enumerate(_whats(check))
        if any(what.fits(event, world, cast) for event in happened)
    }


# --- the same world ---------------------------------------------------------------------------


def same(one: Any, other: Any, slack: int | None = None) -> bool:
    """Equal apart from the number of events, and from moments by the time that two acts take."""
    if one is other:
        return True
    if type(one) is not type(other):
        return False
    if isinstance(one, World):
        slack = 2 * one.policies.seconds_per_action
        other = msgspec.structs.replace(other, number=one.number)
    elif isinstance(one, Order):
        other = _renumbered(other, one)
    if isinstance(one, msgspec.Struct):
        moments = _moments(type(one))
        return all(
            _close(getattr(one, name), getattr(other, name), slack or 0)
            if name in moments
            else same(getattr(one, name), getattr(other, name), slack)
            for name in one.__struct_fields__
        )
    if isinstance(one, Map):
        return len(one) == len(other) and all(
            key in other and same(value, other[key], slack) for key, value in one.items()
        )
    if isinstance(one, tuple):
        pairs = zip(one, other, strict=False)
        return len(one) == len(other) and all(same(x, y, slack) for x, y in pairs)
    return bool(one == other)


def _renumbered(order: Order, like: Order) -> Order:
    """The order with its lines counted as in another one: which was entered first is no matter."""
    ours = {line.sku: line.line_number for line in like.lines}
    numbers = {line.line_number: ours.get(line.sku, 0) for line in order.lines}
    if all(old == new for old, new in numbers.items()) or len(ours) != len(numbers):
        return order
    renumbered: Order = _counted(order, numbers)
    return renumbered


def _counted(value: Any, numbers: dict[int, int]) -> Any:
    if isinstance(value, tuple):
        parts = tuple(_counted(part, numbers) for part in value)
        if all(hasattr(part, "line_number") for part in parts):
            return tuple(sorted(parts, key=lambda part: part.line_number))
        return parts
    if not isinstance(value, msgspec.Struct):
        return value
    fields = ((name, getattr(value, name)) for name in value.__struct_fields__)
    return type(value)(
        **{
            name: numbers.get(field, field) if name == "line_number" else _counted(field, numbers)
            for name, field in fields
        }
    )


def _close(one: Moment | None, other: Moment | None, slack: int) -> bool:
    if not one or not other:  # 0 says that it has not happened
        return one == other
    return abs(one - other) <= slack


@cache
def _moments(kind: type[msgspec.Struct]) -> frozenset[str]:
    """The fields that hold a moment."""
    return frozenset(
        name
        for base in kind.__mro__
        for name, annotated in getattr(base, "__annotations__", {}).items()
        if annotated == Moment or Moment in get_args(annotated)
    )
