"""What playing needs from a store; SQL keeps these promises, and memory for proofs and tests."""

from typing import Final, Literal, NamedTuple, Protocol

import msgspec

from trainer.orders.engine import Recorded
from trainer.play.run import Aside, Opening
from trainer.training.scenario import Scenario

IMPORTED: Final = "import-"
"""How the digest of an opening begins that no scenario file stands behind."""


class Conflict(Exception):
    """Somebody else wrote to this sandbox first; look again and decide anew."""


class NotFound(Exception):
    """There is no such sandbox, scenario or opening."""


class Standing(msgspec.Struct, frozen=True, gc=False):
    """How a sandbox stands, kept beside it so that boards need not replay it."""

    score: int = 0
    step: int = 0
    finished: bool = False
    now: int = 0


Kind = Literal["attempt", "fork", "undone", "trial"]
"""An attempt at an exercise; a copy of a run from some moment on, to try something else; what an
attempt was before its last act was taken back; an author's look at a draft. Only attempts count."""


class Sandbox(msgspec.Struct, frozen=True, gc=False):
    """One attempt of one person: its opening, and how many entries it has."""

    sandbox_id: int
    key: str
    """Names the sandbox in addresses; cannot be guessed."""
    person_id: int
    opening_id: int
    events: int
    asides: int
    opened_at: float
    """Seconds since 1970 of the real clock."""
    touched_at: float
    standing: Standing
    progressed_at: float = 0.0
    """When the person last got further: points earned, a step done."""
    progressed_asides: int = 0
    """How many asides there were by then."""
    replaced: bool = False
    """True once the person started over; the old run is kept."""
    kind: Kind = "attempt"


def moved(sandbox: Sandbox, events: int, asides: int, standing: Standing, at: float) -> Sandbox:
    """A sandbox after something was written; whether that was progress is said here alone."""
    before = sandbox.standing
    further = (standing.finished, standing.step, standing.score) > (
        before.finished,
        before.step,
        before.score,
    )
    return msgspec.structs.replace(
        sandbox,
        events=events,
        asides=asides,
        standing=standing,
        touched_at=at,
        progressed_at=at if further else sandbox.progressed_at,
        progressed_asides=asides if further else sandbox.progressed_asides,
    )


def branched(sandbox: Sandbox, person_id: int, key: str, at: float, *, undo: bool) -> Sandbox:
    """A sandbox that begins as another one did; what goes on in its place began when it began."""
    return msgspec.structs.replace(
        sandbox,
        key=key,
        person_id=person_id,
        opened_at=sandbox.opened_at if undo else at,
        touched_at=at,
        progressed_at=at,
        replaced=False,
        kind=sandbox.kind if undo else "fork",
    )


def was_aided(sandbox: Sandbox, watched_at: float | None) -> bool:
    """Whether its owner had watched the exercise being done before they last got further."""
    return watched_at is not None and watched_at < sandbox.progressed_at


class Store(Protocol):
    """Sandboxes and their histories.

    Each writing call is one transaction: when it returns, its entries survive a crash of the
    program; when it raises, nothing was written.
    """

    def opening(self, opening_id: int) -> Opening:
        """A stored opening, exactly as it was put. Raises NotFound."""
        ...

    def put_opening(self, opening: Opening, content: bytes, digest: str) -> int:
        """Keep an opening and the scenario text it was made from; the id of the same one if there
        is one for this scenario digest, locale and seed already."""
        ...

    def find_opening(self, digest: str, locale: str, seed: int) -> int | None:
        """The id of a stored opening."""
        ...

    def imported(self) -> dict[int, Scenario]:
        """The scenarios of openings that were brought in from outside, by the opening's id; the
        digest of such an opening begins with `IMPORTED`."""
        ...

    def open(self, person_id: int, opening_id: int, kind: Kind = "attempt") -> Sandbox:
        """A new sandbox: one row. An earlier sandbox of this person and kind on the same scenario
        is kept, and marked as replaced."""
        ...

    def find(self, key: str) -> Sandbox:
        """The sandbox of that key as it is stored now. Raises NotFound."""
        ...

    def of_person(self, person_id: int) -> list[Sandbox]:
        """A person's sandboxes, newest first, replaced ones included."""
        ...

    def events(self, sandbox_id: int, after: int = 0) -> list[Recorded]:
        """Stored events with a number above `after`, in order."""
        ...

    def asides(self, sandbox_id: int, after: int = 0) -> list[tuple[str, Aside]]:
        """Stored asides with a number above `after`, in order, with their command ids."""
        ...

    def append(self, sandbox: Sandbox, entries: list[Recorded], standing: Standing) -> Sandbox:
        """Add events after `sandbox.events`, and keep the standing. Raises Conflict if the sandbox
        has other events or asides by now than `sandbox` says."""
        ...

    def note(self, sandbox: Sandbox, command_id: str, aside: Aside, standing: Standing) -> Sandbox:
        """Add an aside after `sandbox.asides`, likewise."""
        ...

    def branch(
        self,
        sandbox: Sandbox,
        person_id: int,
        *,
        events: int,
        asides: int,
        standing: Standing,
        undo: bool = False,
    ) -> Sandbox:
        """A new sandbox that begins with the first so many entries of another one.

        A copy of somebody's run is a fork, whose it is now; an earlier fork of that person on the
        same scenario is replaced. With `undo` it goes on in the place of the other, which is kept
        as undone. Raises Conflict if the other has been replaced or written to meanwhile.
        """
        ...


class Debriefs(Protocol):
    """What is kept beside runs: what people said about them, and what they watched before."""

    def said(self, sandbox_id: int) -> str | None:
        """What was said about a run; empty if that was skipped, None if it was not asked yet."""
        ...

    def say(self, sandbox_id: int, text: str) -> None:
        """Keep it, once for a run."""
        ...

    def watched(self, person_id: int, scenario_id: str) -> float | None:
        """When a person first watched an exercise being done: from then on they are aided."""
        ...

    def watch(self, person_id: int, scenario_id: str) -> None:
        """Keep it; watching again changes nothing."""
        ...


MOST_VIEWS: Final = 5
"""So many views a person may save: each is counted whenever the list is shown."""


class SavedView(NamedTuple):
    """A view of the order list under a name of one's own."""

    name: str
    asks: str
    """As the address of the list says it: `view=late&sort=due`."""


class SavedViews(Protocol):
    """What people saved for themselves, for every sandbox."""

    def of(self, person_id: int) -> tuple[SavedView, ...]:
        """Somebody's views, the oldest first."""
        ...

    def save(self, person_id: int, view: SavedView) -> bool:
        """Keep it, in the place of one of the same name; whether there was room for one more."""
        ...

    def drop(self, person_id: int, name: str) -> None:
        """Let go of it."""
        ...
