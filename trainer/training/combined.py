"""Checks made of checks: all of them, any, none, the first few; and what must hold at the end."""

from collections.abc import Callable, Iterable
from functools import cached_property
from itertools import repeat
from typing import ClassVar, Literal

import msgspec
from pydantic import Field, field_validator, model_validator

from trainer.orders.engine import Event, Recorded
from trainer.orders.world import World
from trainer.training.checks import (
    OPEN,
    Answered,
    Cast,
    Check,
    Happened,
    MonthLived,
    NamedCheck,
    Refused,
    Seen,
    from_cast,
    vocabulary,
)
from trainer.training.sentences import Sentence
from trainer.training.state import OrderHas, StockHas

State = Literal["open", "reached", "broken"]


class Several(Check):
    """Base of what is decided by several checks together; each of them remembers for itself."""

    checks: tuple[NamedCheck, ...] = Field(min_length=1, max_length=12)

    @field_validator("checks")
    @classmethod
    def _plain(cls, checks: tuple[Check, ...]) -> tuple[Check, ...]:
        for check in checks:
            if check.standing or not check.latched:
                raise ValueError(
                    Sentence("what is judged at the end cannot be part of another check")
                )
        return checks

    def members(self) -> tuple[str, ...]:
        """Everybody any of them is about."""
        return tuple(dict.fromkeys(who for check in self.checks for who in check.members()))

    def watches(self) -> tuple[type[Event], ...]:
        """What any of them watches."""
        return tuple(dict.fromkeys(kind for check in self.checks for kind in check.watches()))

    @cached_property
    def _blind(self) -> dict[type[Event], tuple[bool, ...]]:
        """Which parts do not watch a kind of event: asked at every event of every run."""
        watched = [frozenset(check.watches()) for check in self.checks]
        return {kind: tuple(kind not in kinds for kinds in watched) for kind in self.watches()}

    def verdict(self, states: tuple[State, ...]) -> State:
        """What the states of the parts come to."""
        raise NotImplementedError

    def see(self, seen: Seen, entry: Recorded, world: World, cast: Cast) -> Seen:
        """Each part that watches this kind is shown it."""
        blind = self._blind.get(type(entry.event), (True,) * len(self.checks))
        return self._with(seen, lambda check, part: check.see(part, entry, world, cast), blind)

    def see_try(self, seen: Seen, refused: Refused) -> Seen:
        """Each part is told."""
        return self._with(seen, lambda check, part: check.see_try(part, refused))

    def see_answer(self, seen: Seen, answered: Answered, world: World, cast: Cast) -> Seen:
        """Each part is told."""
        return self._with(seen, lambda check, part: check.see_answer(part, answered, world, cast))

    def see_month(self, seen: Seen, lived: MonthLived) -> Seen:
        """Each part is told."""
        return self._with(seen, lambda check, part: check.see_month(part, lived))

    def see_end(self, seen: Seen, number: int, world: World, cast: Cast) -> Seen:
        """Each part is told."""
        return self._with(seen, lambda check, part: check.see_end(part, number, world, cast))

    def _with(
        self,
        seen: Seen,
        shown: Callable[[Check, Seen], Seen],
        blind: Iterable[bool] = repeat(False),
    ) -> Seen:
        before = seen.parts or tuple(OPEN for _ in self.checks)
        parts = tuple(
            part if passed_over or part.state != "open" else shown(check, part)
            for check, part, passed_over in zip(self.checks, before, blind, strict=False)
        )
        if parts == before:
            return seen
        return Seen(
            state=self.verdict(tuple(part.state for part in parts)),
            events=tuple(sorted({number for part in parts for number in part.events})),
            tries=tuple(sorted({number for part in parts for number in part.tries})),
            order=next((part.order for part in reversed(parts) if part.order), ""),
            parts=parts,
        )


@vocabulary
class AllOf(Several):
    """Holds when every part does; one that is lost loses it."""

    def verdict(self, states: tuple[State, ...]) -> State:
        """The worst of them."""
        if "broken" in states:
            return "broken"
        return "open" if "open" in states else "reached"


@vocabulary
class AnyOf(Several):
    """Holds when one part does: there is more than one good way."""

    def verdict(self, states: tuple[State, ...]) -> State:
        """The best of them."""
        if "reached" in states:
            return "reached"
        return "open" if "open" in states else "broken"


@vocabulary
class SomeOf(Several):
    """Holds when so many of the parts do, whichever come first."""

    number: int = Field(ge=1, le=12)

    @model_validator(mode="after")
    def _possible(self) -> "SomeOf":
        if self.number > len(self.checks):
            raise ValueError(
                Sentence(
                    "there are {count} checks, and {number} are wanted",
                    count=len(self.checks),
                    number=self.number,
                )
            )
        return self

    def verdict(self, states: tuple[State, ...]) -> State:
        """Reached, or as long as enough can still be."""
        if states.count("reached") >= self.number:
            return "reached"
        return "broken" if len(states) - states.count("broken") < self.number else "open"


@vocabulary
class NoneOf(Several):
    """Costs all its points once one part is reached."""

    standing: ClassVar[bool] = True

    def verdict(self, states: tuple[State, ...]) -> State:
        """The other way round, and final."""
        return "broken" if "reached" in states else "open"


@vocabulary
class AtEnd(Check):
    """Holds as long as facts are what they should be, and must hold when the rest is decided."""

    latched: ClassVar[bool] = False

    order_has: OrderHas | None = None
    stock_has: StockHas | None = None
    happened: Happened | None = None
    """With `adds_up`: in all so many, and none beyond."""

    @model_validator(mode="after")
    def _one(self) -> "AtEnd":
        if [self.order_has, self.stock_has, self.happened].count(None) != 2:
            raise ValueError(
                Sentence("write one of order_has, stock_has and happened under at_end")
            )
        if self.happened and not self.happened.adds_up:
            raise ValueError(Sentence("write adds_up under happened: so many in all, and no more"))
        return self

    @property
    def fact(self) -> OrderHas | StockHas | Happened:
        """What must be so."""
        fact = self.order_has or self.stock_has or self.happened
        assert fact is not None
        return fact

    def members(self) -> tuple[str, ...]:
        """Whom it is about."""
        return self.fact.members()

    def watches(self) -> tuple[type[Event], ...]:
        """Whatever may change it."""
        return self.fact.watches()

    def see(self, seen: Seen, entry: Recorded, world: World, cast: Cast) -> Seen:
        """As it is now, for or against; what was too much stays too much."""
        now = self.fact.see(seen, entry, world, cast)
        if (
            self.happened
            and now is not seen
            and now.state == "open"
            and self._beyond(now, world, cast)
        ):
            return msgspec.structs.replace(now, state="broken")
        return now

    def _beyond(self, seen: Seen, world: World, cast: Cast) -> bool:
        (wanted,) = self.happened.adds_up.values() if self.happened else (None,)
        most = from_cast(wanted, world, cast) if wanted is not None else None
        return isinstance(most, int) and int(seen.trace[0]) > most
