"""Checks over the whole run: they cost points, each time or by how far the run strayed.

A standing check has all its points until something takes some away. They are paid at the end.
"""

from typing import ClassVar, Final, Literal

import msgspec
from pydantic import Field, field_validator

from trainer.orders import clock, intake, service
from trainer.orders.engine import Event, OrderEvent, Recorded, events, refusals
from trainer.orders.refusals import code_of, snake_case
from trainer.orders.world import World
from trainer.training.checks import Cast, Check, Refused, Seen, What, about, vocabulary
from trainer.training.sentences import Sentence
from trainer.training.state import OrderHas
from trainer.training.texts import Name


@vocabulary
class NeverRefused(Check):
    """Holds while no try was refused; each refused one costs, down to nothing."""

    standing: ClassVar[bool] = True

    codes: tuple[str, ...] = ()
    """Codes that count; none named means all but VERSION_CONFLICT, which is nobody's mistake."""
    but: tuple[str, ...] = ()
    """Codes that do not count: what another goal asks to meet."""
    each: int = Field(2, ge=1, le=100)

    @field_validator("codes", "but")
    @classmethod
    def _known(cls, codes: tuple[str, ...]) -> tuple[str, ...]:
        known = {code_of(kind) for kind in refusals().values()}
        for code in codes:
            if code not in known:
                raise ValueError(Sentence("no refusal has the code {code}", code=code))
        return codes

    def see_try(self, seen: Seen, refused: Refused) -> Seen:
        """One more."""
        code = refused.refusal.code
        counts = code in self.codes if self.codes else code != "VERSION_CONFLICT"
        if not counts or code in self.but:
            return seen
        return msgspec.structs.replace(seen, state="broken", tries=(*seen.tries, refused.number))

    def lost(self, seen: Seen, *, over: bool) -> int:
        """Each try costs the same."""
        return self.each * len(seen.tries)


@vocabulary
class NeverHappened(Check):
    """Holds while an event has not happened to the order, or at all; each time costs."""

    standing: ClassVar[bool] = True

    order: Name | None = None
    what: What
    each: int = Field(100, ge=1, le=100)
    by_clerk: bool = False
    """True: only what the trainee did counts, not what others did."""

    def watches(self) -> tuple[type[Event], ...]:
        """That one kind."""
        return (self.what.kind,)

    def see(self, seen: Seen, entry: Recorded, world: World, cast: Cast) -> Seen:
        """One more."""
        if self.by_clerk and entry.role != "clerk":
            return seen
        if not about(entry.event, world, cast, self.order):
            return seen
        if not self.what.fits(entry.event, world, cast):
            return seen
        return msgspec.structs.replace(seen, state="broken", events=(*seen.events, entry.number))

    def lost(self, seen: Seen, *, over: bool) -> int:
        """Each time costs the same."""
        return self.each * len(seen.events)


@vocabulary
class Always(Check):
    """Holds while facts of the order are as they must be at every moment; once they are not, all
    its points are lost.
    """

    standing: ClassVar[bool] = True

    order_has: OrderHas

    def members(self) -> tuple[str, ...]:
        """Whom the facts are about."""
        return self.order_has.members()

    def watches(self) -> tuple[type[Event], ...]:
        """Whatever may change them."""
        return self.order_has.watches()

    def see(self, seen: Seen, entry: Recorded, world: World, cast: Cast) -> Seen:
        """Only from the moment on at which there is such an order."""
        if seen.state == "broken" or self.order_has.holds(world, cast) is not False:
            return seen
        return msgspec.structs.replace(seen, state="broken", events=(entry.number,))


@vocabulary
class Follows(Check):
    """Holds while what happens to the order follows the reference process.

    The process is a row of stages; a stage with several events wants them all, in any order. What
    is not part of the process does not count. The cost is that of the cheapest alignment: one for
    each event that is missing, and one for each that comes where the process has no place for it.
    """

    standing: ClassVar[bool] = True

    order: Name
    process: tuple[str | tuple[str, ...], ...] = Field(min_length=2, max_length=30)
    each: int = Field(2, ge=1, le=100)

    @field_validator("process")
    @classmethod
    def _known(
        cls, process: tuple[str | tuple[str, ...], ...]
    ) -> tuple[str | tuple[str, ...], ...]:
        for stage in process:
            for name in (stage,) if isinstance(stage, str) else stage:
                if name not in events() or not issubclass(events()[name], OrderEvent):
                    raise ValueError(Sentence("there is no event {name} of an order", name=name))
        if any(len(stage) > 6 for stage in process if not isinstance(stage, str)):
            raise ValueError(Sentence("a stage has at most 6 events; divide it"))
        return process

    def stages(self) -> tuple[tuple[str, ...], ...]:
        """Every stage as a group."""
        return tuple((stage,) if isinstance(stage, str) else stage for stage in self.process)

    def watches(self) -> tuple[type[Event], ...]:
        """What the process names."""
        names = dict.fromkeys(name for stage in self.stages() for name in stage)
        return tuple(events()[name] for name in names)

    def see(self, seen: Seen, entry: Recorded, world: World, cast: Cast) -> Seen:
        """One more step of the run, and whether it has strayed by now."""
        if not about(entry.event, world, cast, self.order):
            return seen
        trace = (*seen.trace, snake_case(type(entry.event).__name__))
        before = alignment(self.stages(), seen.trace, whole=False)
        strayed = alignment(self.stages(), trace, whole=False) > before
        return msgspec.structs.replace(
            seen,
            trace=trace,
            state="broken" if strayed else seen.state,
            events=(*seen.events, entry.number) if strayed else seen.events,
        )

    def lost(self, seen: Seen, *, over: bool) -> int:
        """By the cost of the alignment; what is still to come costs only at the end."""
        return self.each * alignment(self.stages(), seen.trace, whole=over)


def alignment(stages: tuple[tuple[str, ...], ...], trace: tuple[str, ...], *, whole: bool) -> int:
    """The least number of events to add or leave out until a trace is one of the process.

    Without `whole` the trace need only be a beginning of one.
    """
    start: tuple[int, frozenset[str]] = (0, frozenset())
    costs = _skipped(stages, {start: 0})
    for name in trace:
        later: dict[tuple[int, frozenset[str]], int] = {}
        for (stage, done), cost in costs.items():
            _keep(later, (stage, done), cost + 1)  # no place for it: it is left out
            if stage < len(stages) and name in stages[stage] and name not in done:
                _keep(later, _stepped(stages, stage, done | {name}), cost)
        costs = _skipped(stages, later)
    return costs[(len(stages), frozenset())] if whole else min(costs.values())


def _stepped(
    stages: tuple[tuple[str, ...], ...], stage: int, done: frozenset[str]
) -> tuple[int, frozenset[str]]:
    return (stage + 1, frozenset()) if len(done) == len(stages[stage]) else (stage, done)


def _skipped(
    stages: tuple[tuple[str, ...], ...], costs: dict[tuple[int, frozenset[str]], int]
) -> dict[tuple[int, frozenset[str]], int]:
    """The same, and where one may be when events of the process are left out."""
    found = dict(costs)
    todo = list(found)
    while todo:
        stage, done = todo.pop()
        if stage == len(stages):
            continue
        cost = found[(stage, done)] + 1
        for name in stages[stage]:
            if name not in done:
                after = _stepped(stages, stage, done | {name})
                if cost < found.get(after, cost + 1):
                    found[after] = cost
                    todo.append(after)
    return found


def _keep(
    costs: dict[tuple[int, frozenset[str]], int], at: tuple[int, frozenset[str]], cost: int
) -> None:
    if cost < costs.get(at, cost + 1):
        costs[at] = cost


_FREE: Final = (
    clock.ClockAdvanced,
    intake.DraftCreated,
    intake.LineAdded,
    service.NoteAdded,
)  # fmt: skip
"""Waiting, writing a draft and keeping a note are no detours."""


@vocabulary
class Efficient(Check):
    """Holds while no more was done than par and some to spare; each further act costs."""

    standing: ClassVar[bool] = True

    par: int = Field(ge=1, le=1_000)
    """Acts of the reference solution; proving says how many they are."""
    spare: int = Field(0, ge=0, le=1_000)
    each: int = Field(1, ge=1, le=100)

    def watches(self) -> tuple[type[Event], ...]:
        """Everything but what is free."""
        return tuple(kind for kind in events().values() if kind not in _FREE)

    def see(self, seen: Seen, entry: Recorded, world: World, cast: Cast) -> Seen:
        """One act is one command, whatever comes of it."""
        count, last = seen.trace or ("0", "")
        if entry.role != "clerk" or entry.command_id == last:
            return seen
        acts = int(count) + 1
        over = acts > self.par + self.spare
        state: Literal["open", "broken"] = "broken" if over else "open"
        return msgspec.structs.replace(
            seen,
            state=state,
            trace=(str(acts), entry.command_id),
            events=(*seen.events, entry.number) if over else seen.events,
        )

    def lost(self, seen: Seen, *, over: bool) -> int:
        """By the acts beyond what is spare."""
        return self.each * len(seen.events)
