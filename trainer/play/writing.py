"""What the authoring pages need of the catalog, so that they need not know it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

import msgspec

from trainer.play.run import Opening
from trainer.training.scenario import Scenario, Variant


class Finding(msgspec.Struct, frozen=True):
    """Something that is wrong with a text, and where."""

    line: int
    column: int
    what: str
    cure: str


class FormField(Protocol):
    """A single value of a text, as a form shows it."""

    path: str
    section: str
    value: str
    line: int
    long: bool


class Sound(msgspec.Struct, frozen=True):
    """A text without a fault: its scenario, and the fingerprint a proof is of."""

    scenario: Scenario
    digest: str
    content: str
    """Everything it says as JSON, with what it takes from the scenario it is like."""


class Desk(Protocol):
    """The author's desk."""

    def look(self, text: str) -> tuple[Sound | None, Sequence[Finding]]:
        """A text as a scenario; or everything that is wrong with it."""
        ...

    def fields(self, text: str) -> Sequence[FormField]:
        """Its single values, for forms."""
        ...

    def changed(self, text: str, values: Mapping[str, str]) -> str:
        """The text with other values in their places."""
        ...

    def opening(self, text: str, variant: Variant) -> Opening:
        """The world a variant of it begins with. Raises ValueError."""
        ...

    def opening_id(self, text: str, variant: Variant) -> int:
        """The same, kept, so that it can be tried."""
        ...

    def files(self) -> Iterable[tuple[str, str]]:
        """Scenarios one can begin a draft with: id and text of those that lie as files."""
        ...

    def taken(self, scenario_id: str) -> bool:
        """Whether a file of the course has that id."""
        ...

    def published(self) -> None:
        """Something was published: look again at once."""
        ...
