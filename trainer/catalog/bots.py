"""Named misconceptions: each plays the solution as somebody would who believes one wrong thing.

A bot is no fool in anything else. What it does too early and is refused it does again in its place;
what was accepted it does not do a second time. So it loses what its belief costs, and no more. It
has something to do only where the solution has the commands that its belief is about.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from typing import Any, Final, NamedTuple

import msgspec

from trainer.catalog.mutants import LATE, another
from trainer.catalog.playing import Move
from trainer.orders.refusals import Refusal
from trainer.orders.service import missing_for, told_already
from trainer.orders.stock import earliest_delivery_date
from trainer.orders.values import DAY, day_of
from trainer.orders.world import Order, World
from trainer.play.reading import StepCommand
from trainer.play.run import Run
from trainer.play.solution import Played, parts_of
from trainer.training.checks import Cast, Check, HappenedWithin, PromiseKept
from trainer.training.combined import AnyOf
from trainer.training.scenario import Goal
from trainer.training.sentences import Sentence

Plan = tuple[Move, ...]


class Way(NamedTuple):
    """A solution as it was played in one variant."""

    every: tuple[StepCommand, ...]
    solution: list[Played]
    runs: list[Run]
    """The run before each command, and the last one."""
    goals: tuple[Goal, ...]
    cast: Cast

    def moves(self) -> Plan:
        """The solution's own."""
        return tuple(Move(command, place) for place, command in enumerate(self.every))

    def places(self, *names: str) -> list[int]:
        """Where these commands stand."""
        return [at for at, played in enumerate(self.solution) if played.name in names]

    def whose(self, place: int) -> str:
        """The order that a command is about; empty if it is about none."""
        return getattr(self.solution[place].command, "order_number", "")

    def world(self, place: int) -> World:
        """The world in which a command is given."""
        return self.runs[place].world

    def order(self, place: int) -> Order:
        """The order that a command is about, as it stands when it is given."""
        return self.world(place).orders[self.whose(place)]

    def goes_on(self, place: int) -> bool:
        """Whether anything can be lost any more after a command."""
        return not self.runs[place + 1].progress.over

    def fields(self, place: int) -> dict[str, Any]:
        """A command's values as they were given."""
        found: dict[str, Any] = msgspec.to_builtins(self.solution[place].command)
        del found["type"]
        return found

    def with_(self, place: int, **changes: Any) -> Move:
        """A command with other values, in place of its own."""
        return Move({self.solution[place].name: {**self.fields(place), **changes}}, place)


class Bot(NamedTuple):
    """Somebody who believes one wrong thing."""

    name: str
    believes: Sentence
    plan: Callable[[Way], Plan | None]
    """What they do; None where there is nothing to be wrong about."""


# --- how they go about it ---------------------------------------------------------------------


def _early(way: Way, early: dict[int, list[int]]) -> Plan | None:
    """The solution, and before these places an attempt at those that come later."""
    plan: list[Move] = []
    for move in way.moves():
        plan += (Move(way.every[later], later) for later in early.get(move.place, ()))
        plan.append(move)
    return tuple(plan) if any(early.values()) else None


def _before(
    way: Way, late: tuple[str, ...], soon: tuple[str, ...], without: tuple[str, ...]
) -> Plan | None:
    """Each order's first `soon` at the place of its first `late`, with what leads there.

    What is skipped of it, `without`, and waiting are left for their own time.
    """
    early: dict[int, list[int]] = {}
    seen: set[str] = set()
    for first in way.places(*late):
        who = way.whose(first)
        last = next((at for at in way.places(*soon) if at > first and way.whose(at) == who), None)
        if last is None or who in seen:
            continue
        seen.add(who)
        between = (at for at in range(first + 1, last + 1) if way.whose(at) == who)
        early[first] = [at for at in between if way.solution[at].name not in without]
    return _early(way, early)


def _instead(way: Way, wrong: Iterable[Move]) -> Plan | None:
    """The solution with these in place of its own; what is refused is then done right."""
    by_place = {move.place: move for move in wrong}
    plan: list[Move] = []
    for move in way.moves():
        if move.place in by_place:
            plan.append(by_place[move.place])
        plan.append(move)
    return tuple(plan) if by_place else None


# --- what they believe ------------------------------------------------------------------------

_PAYING: Final = (
    "record_payment", "authorise_payment", "capture_payment", "redeem_store_credit",
)  # fmt: skip
_MONEY: Final = (
    "record_payment", "authorise_payment", "capture_payment", "redeem_store_credit",
    "issue_refund", "grant_discount", "settle_batch",
)  # fmt: skip


def _ships_before_payment(way: Way) -> Plan | None:
    return _before(way, _PAYING, ("ship_package",), _PAYING)


def _allocates_before_check(way: Way) -> Plan | None:
    return _before(way, ("check_order",), ("allocate", "reallocate"), ("notify_customer", *_PAYING))


def _promises_tomorrow(way: Way) -> Plan | None:
    wrong = []
    for at in way.places("confirm_order"):
        world = way.world(at)
        tomorrow = day_of(world.now) + timedelta(days=1)
        if earliest_delivery_date(world, way.order(at)) > tomorrow:
            wrong.append(way.with_(at, promised_delivery_date=tomorrow.isoformat()))
    return _instead(way, wrong)


def _refunds_before_inspection(way: Way) -> Plan | None:
    """With the amount that will be right; nothing on the screen offers it yet."""
    plan = list(way.moves())
    for refund in reversed(way.places("issue_refund")):
        goods = (at for at in way.places("receive_return", "inspect_return") if at < refund)
        first = next((at for at in goods if way.whose(at) == way.whose(refund)), None)
        if first is not None:
            plan.insert(first, way.with_(refund))
    return tuple(plan) if len(plan) > len(way.every) else None


def _tells_nobody(way: Way) -> Plan | None:
    silent = way.places("notify_customer")
    return tuple(m for m in way.moves() if m.place not in silent) if silent else None


def _tells_the_wrong_customer(way: Way) -> Plan | None:
    """Somebody to whom the same could be said, so that the screen lets it pass; where there is
    nobody more, nobody is told.
    """
    wrong: dict[int, Move] = {}
    told: set[tuple[str, str]] = set()
    places = way.places("notify_customer")
    for at in places:
        world, mine, template = way.world(at), way.order(at), way.fields(at)["template"]
        label = world.labels[mine.order_number]
        others = (
            it.order_number
            for it in (*world.newest(label), *world.newest())
            if it.customer_id != mine.customer_id
            and not missing_for(world, it, template)
            and not told_already(world, it, template)
            and (it.order_number, template) not in told
        )
        if number := next(others, ""):
            told.add((number, template))
            wrong[at] = way.with_(at, order_number=number)
    if not wrong:
        return None
    moves = (wrong.get(move.place, move) for move in way.moves())
    return tuple(move for move in moves if move.place in wrong or move.place not in places)


def _ignores_the_deadline(way: Way) -> Plan | None:
    """Lets a month pass before that on which the deadline counts."""
    for goal in way.goals:
        parts = list(parts_of(goal.check))
        # a promise that is kept by luck is only one of several ways out, and no deadline
        kinds = HappenedWithin if isinstance(goal.check, AnyOf) else PromiseKept | HappenedWithin
        deadlines = [part for part in parts if isinstance(part, kinds)]
        for part in deadlines or (parts if IGNORES_THE_DEADLINE in goal.catches else ()):
            place = _counts_at(way, goal, part)
            if place is not None:
                wait = Move({"advance_clock": {"to": way.world(place).now + LATE * DAY}})
                return (*way.moves()[:place], wait, *way.moves()[place:])
    return None


def _counts_at(way: Way, goal: Goal, check: Check) -> int | None:
    """The command that meets a deadline: what the check asks for, else sending the goods, else the
    first of the goal's own step.
    """
    if isinstance(check, HappenedWithin):
        for place, played in enumerate(way.solution):
            happened = () if isinstance(played.answer, Refusal) else played.answer
            world = way.world(place + 1)
            if any(check.what.fits(entry.event, world, way.cast) for entry in happened):
                return place
    sent = way.places("ship_package")
    own = (at for at, played in enumerate(way.solution) if goal in played.step.goals)
    return sent[0] if sent else next(own, None)


def _books_any_amount(way: Way) -> Plan | None:
    wrong = []
    for at in way.places(*_MONEY):
        for field in ("amount", "received"):
            amount = way.fields(at).get(field)
            if amount:
                wrong.append(way.with_(at, **{field: amount // 2}))
    return _instead(way, wrong)


def _enters_the_defaults(way: Way) -> Plan | None:
    """The first carrier of the list, a day in a week, one pack of each."""
    wrong = []
    for at in way.places("create_draft"):
        world, fields = way.world(at), way.fields(at)
        wrong.append(
            way.with_(
                at,
                carrier_code=another(world, "carrier_code", fields["carrier_code"]),
                requested_delivery_date=(day_of(world.now) + timedelta(days=7)).isoformat(),
            )
        )
    for at in way.places("add_line"):
        fields = way.fields(at)
        pack = way.world(at).products[fields["sku"]].pack_size
        if fields["quantity"] != pack:
            wrong.append(way.with_(at, quantity=pack))
    return _instead(way, wrong)


def _enters_it_twice(way: Way) -> Plan | None:
    """Once more, to be sure, when it is already submitted."""
    plan: list[Move] = []
    entering: list[Move] = []
    for move in way.moves():
        plan.append(move)
        name = way.solution[move.place].name
        if name in ("create_draft", "import_order"):
            entering.append(Move({name: way.fields(move.place)}))
        if name in ("submit_order", "import_order"):
            plan += entering if way.goes_on(move.place) else ()
            entering = []
    return tuple(plan) if len(plan) > len(way.every) else None


def _restocks_everything(way: Way) -> Plan | None:
    bad = (at for at in way.places("inspect_return") if way.fields(at)["disposition"] != "restock")
    return _instead(way, [way.with_(at, disposition="restock") for at in bad])


def _refunds_twice(way: Way) -> Plan | None:
    """The page was slow, so the button was pressed again."""
    paid = [at for at in way.places("issue_refund") if way.goes_on(at)]
    plan: list[Move] = []
    for move in way.moves():
        plan.append(move)
        if move.place in paid:
            plan.append(Move(way.with_(move.place).command))
    return tuple(plan) if paid else None


def _releases_alone(way: Way) -> Plan | None:
    plan: list[Move] = []
    for move in way.moves():
        if way.solution[move.place].name == "ask_release":
            plan.append(Move({"release_hold": way.fields(move.place)}, move.place))
        plan.append(move)
    return tuple(plan) if len(plan) > len(way.every) else None


def _blames_the_last(way: Way) -> Plan | None:
    """What comes to mind first is reported, too: the last thing that happened."""
    reports = way.places("report_finding")
    plan: list[Move] = []
    for move in way.moves():
        if move.place in reports:
            last, fields = way.world(move.place).number, way.fields(move.place)
            other = last if last != fields["event_number"] else last - 1
            plan.append(Move({"report_finding": {**fields, "event_number": other}}))
        plan.append(move)
    return tuple(plan) if reports else None


def _hands_over_silently(way: Way) -> Plan | None:
    handed = (at for at in way.places("hand_over") if way.fields(at)["note"])
    return _instead(way, [way.with_(at, note="") for at in handed])


_ANYWHERE: Final = ("hand_over", "take_desk", "advance_clock", "wait_until")


def _stays_at_one_desk(way: Way) -> Plan | None:
    """What comes first at the next desk is tried where they sit."""
    early: dict[int, list[int]] = {}
    for at in way.places("take_desk"):
        later = range(at + 1, len(way.every))
        first = next((it for it in later if way.solution[it].name not in _ANYWHERE), None)
        moved = (it for it in way.places("take_desk") if it > at)
        if first is not None and first < next(moved, len(way.every)):
            early[at] = [first]
    return _early(way, early)


IGNORES_THE_DEADLINE: Final = "ignores-the-deadline"

BOTS: Final[tuple[Bot, ...]] = (
    Bot("ships-before-payment", Sentence("the money will come"), _ships_before_payment),
    Bot("allocates-before-check", Sentence("first I secure the goods"), _allocates_before_check),
    Bot(
        "promises-tomorrow", Sentence("the customer wants to hear a good date"), _promises_tomorrow
    ),
    Bot(
        "refunds-before-inspection",
        Sentence("they say they sent it back"),
        _refunds_before_inspection,
    ),
    Bot("tells-nobody", Sentence("they will see when it arrives"), _tells_nobody),
    Bot(
        "tells-the-wrong-customer",
        Sentence("one order is like the other"),
        _tells_the_wrong_customer,
    ),
    Bot(IGNORES_THE_DEADLINE, Sentence("it can wait"), _ignores_the_deadline),
    Bot("books-any-amount", Sentence("the amount will be corrected later"), _books_any_amount),
    Bot("enters-the-defaults", Sentence("the form knows"), _enters_the_defaults),
    Bot("enters-it-twice", Sentence("better once too often"), _enters_it_twice),
    Bot("restocks-everything", Sentence("goods are goods"), _restocks_everything),
    Bot("refunds-twice", Sentence("nothing happened when I pressed"), _refunds_twice),
    Bot("releases-alone", Sentence("I know this customer"), _releases_alone),
    Bot(
        "blames-the-last",
        Sentence("it was right until the last thing that happened"),
        _blames_the_last,
    ),
    Bot("hands-over-silently", Sentence("they will find it in the system"), _hands_over_silently),
    Bot("stays-at-one-desk", Sentence("I do all of it from here"), _stays_at_one_desk),
)


def plans(way: Way) -> Iterator[tuple[Bot, Plan]]:
    """The bots that have something to do in a solution, and what they do from its beginning."""
    for bot in BOTS:
        plan = bot.plan(way)
        if plan is not None:
            yield bot, plan
