"""Scenarios and questions written in the browser: drafts, proofs that run beside the server,
frozen versions.

A draft can be anything; what is published has been proven, letter for letter as it stands.
"""

from collections.abc import Iterator, Sequence
from typing import Final, Literal, NamedTuple, Protocol

import msgspec

from trainer.play.regrading import Who
from trainer.training.scenario import Scenario

LARGEST_DRAFT: Final = 200_000
"""Characters. The longest scenario of the course has 40,000."""
ALIVE: Final = 60.0
"""Seconds after which a proof that says nothing is taken for interrupted."""
LONGEST_PROOF: Final = 600
"""Seconds a proof may take."""
PROOFS_AT_ONCE: Final = 2
"""Proofs of all authors that run side by side; one for each author."""

Kind = Literal["scenario", "question"]
"""What is written: a scenario; or questions, as many as their file has."""
ProofState = Literal["running", "green", "red", "stopping", "stopped", "broken"]


class Draft(msgspec.Struct, frozen=True):
    """A scenario, or a file of questions, that is being written."""

    draft_id: int
    key: str
    kind: Kind
    author_id: int
    author: str
    title: str
    """As it was when it was saved last; for lists."""
    name: str
    """The id it says; of several questions, the first one's."""
    text: str
    saves: int
    """How often it was saved: whoever saves says on which it is based."""
    saved_at: float


class ProofRun(msgspec.Struct, frozen=True):
    """A proof of a draft as it stood at some moment."""

    proof_id: int
    draft_id: int
    digest: str
    state: ProofState
    done: int
    total: int
    report: str
    beat_at: float

    def going(self, now: float) -> bool:
        """Whether it is still at work."""
        return self.state in ("running", "stopping") and now - self.beat_at < ALIVE

    def interrupted(self, now: float) -> bool:
        """Whether it ended without a word: the server was stopped, or it needed too much."""
        return self.state in ("running", "stopping") and not self.going(now)


class Piece(NamedTuple):
    """What is published by itself: a scenario, or one question of a draft."""

    name: str
    """Its id."""
    title: str
    text: str
    content: str
    """Everything it says as JSON, with what it takes from the scenario it is like."""
    digest: str


class Version(msgspec.Struct, frozen=True):
    """A scenario or a question as it was published; never changed."""

    version_id: int
    key: str
    kind: Kind
    name: str
    number: int
    title: str
    text: str
    digest: str
    author_id: int
    author: str
    published_at: float
    withdrawn: bool


class Stale(Exception):
    """Somebody, perhaps oneself in another tab, saved meanwhile."""


class Busy(Exception):
    """As many proofs are running as may."""


class Drafts(Protocol):
    """Drafts, their proofs, and what was published. Each writing call is one transaction."""

    def create(self, kind: Kind, author: int, text: str, title: str, name: str) -> Draft:
        """A new draft."""
        ...

    def draft(self, key: str) -> Draft:
        """The draft of that key. Raises NotFound."""
        ...

    def drafts(self, kind: Kind) -> list[Draft]:
        """All drafts of a kind, the last saved first, without their text."""
        ...

    def save(self, draft: Draft, text: str, title: str, name: str) -> Draft:
        """Another text. Raises Stale if it was saved since `draft` was read."""
        ...

    def drop(self, draft_id: int) -> None:
        """Throw a draft away."""
        ...

    def begin_proof(self, draft: Draft, digest: str, total: int) -> ProofRun:
        """A new proof of a draft. Raises Busy."""
        ...

    def proof(self, proof_id: int) -> ProofRun:
        """A proof as it stands now. Raises NotFound."""
        ...

    def last_proof(self, draft_id: int) -> ProofRun | None:
        """The newest proof of a draft."""
        ...

    def proven(self, digest: str) -> bool:
        """Whether this very text has a green proof."""
        ...

    def beat(self, proof_id: int, done: int | None = None) -> ProofState:
        """Tell that a proof goes on, and how far it is; what is wanted of it."""
        ...

    def end_proof(self, proof_id: int, state: ProofState, report: str = "") -> None:
        """What came of a proof."""
        ...

    def publish(self, kind: Kind, pieces: Sequence[Piece], who: Who, why: str) -> list[Version]:
        """A new version of each, frozen, and a line of the trail; what stands on the shelf already
        as it is gets none."""
        ...

    def versions(self, kind: Kind, name: str | None = None) -> list[Version]:
        """Versions of one thing, newest first; or the newest of each, by title."""
        ...

    def version(self, key: str) -> Version:
        """The version of that key. Raises NotFound."""
        ...

    def withdraw(self, kind: Kind, name: str, who: Who, why: str, *, withdrawn: bool) -> None:
        """Take it from the shelf, or put it back, with a line of the trail; what was begun on it
        goes on. Nothing happens where it is so already."""
        ...


_MOST: Final = {
    "world.orders": 2_000,
    "world.customers": 400,
    "world.products": 200,
    "world.variants": 60,
    "steps": 30,
    "goals": 80,
    "hints of a step": 6,
    "commands of the solution": 400,
    "script": 100,
    "cast": 40,
}
"""What a draft may ask of the server, so that nobody waits for it: files may have more."""


def too_much(scenario: Scenario) -> Iterator[tuple[str, int, int]]:
    """What of a draft is more than the server does for one: what, how much, and how much may be."""
    world = scenario.world
    counted = {
        "world.orders": world.orders,
        "world.customers": world.customers,
        "world.products": world.products,
        "world.variants": len(scenario.variants()),
        "steps": len(scenario.steps),
        "goals": len(scenario.goals()),
        "hints of a step": max((len(step.hints) for step in scenario.steps), default=0),
        "commands of the solution": sum(len(step.solution) for step in scenario.steps),
        "script": len(scenario.script),
        "cast": len(scenario.cast),
    }
    for what, count in counted.items():
        if count > _MOST[what]:
            yield what, count, _MOST[what]


MOST_QUESTIONS: Final = 60
"""In one draft. The largest file of the course has 19."""
