"""Checks of a hunt: what was reported is compared with what the world knows to be broken."""

from typing import ClassVar, Literal

import msgspec
from pydantic import Field

from trainer.orders.engine import Event, Recorded
from trainer.orders.hunting import FindingReported
from trainer.orders.world import World
from trainer.training.checks import Cast, Check, Seen, decided, vocabulary


@vocabulary
class FindingNames(Check):
    """Holds once a finding names a rule that is broken, or an event that broke one.

    After so many findings that do not, it is lost: who tries everything has found nothing.
    """

    what: Literal["rule", "event"]
    tries: int = Field(3, ge=1, le=20)

    def watches(self) -> tuple[type[Event], ...]:
        """What is reported."""
        return (FindingReported,)

    def see(self, seen: Seen, entry: Recorded, world: World, cast: Cast) -> Seen:
        """The engine knows what is true of it."""
        right = {"rule": "not_there", "event": "another_rule"}[self.what]
        if entry.event.verdict in ("right", right):
            return decided("reached", entry)
        cited = (*seen.events, entry.number)
        if len(cited) < self.tries:
            return msgspec.structs.replace(seen, events=cited)
        return msgspec.structs.replace(decided("broken", entry), events=cited)


@vocabulary
class NeverFalselyReported(Check):
    """Holds while nothing was reported that is not so; each time costs."""

    standing: ClassVar[bool] = True

    each: int = Field(100, ge=1, le=100)

    def watches(self) -> tuple[type[Event], ...]:
        """What is reported."""
        return (FindingReported,)

    def see(self, seen: Seen, entry: Recorded, world: World, cast: Cast) -> Seen:
        """Half right is not so."""
        if entry.event.verdict == "right":
            return seen
        return msgspec.structs.replace(seen, state="broken", events=(*seen.events, entry.number))

    def lost(self, seen: Seen, *, over: bool) -> int:
        """Each time costs the same."""
        return self.each * len(seen.events)
