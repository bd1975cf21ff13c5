"""What a person judges of a run: words that no machine can weigh, by criteria with levels.

It stands beside the 100 points of the goals and is no part of them: a proof needs no person.
"""

from typing import Final, Literal, Self, get_args

from pydantic import Field, field_validator, model_validator

from trainer.orders.engine import Event, events
from trainer.training.sentences import Sentence
from trainer.training.texts import Name, Part, Text

Deed = Literal[
    "complaint_answered", "wish_declined", "request_declined", "order_rejected",
    "return_rejected", "note_added", "handed_over", "reflection",
]  # fmt: skip
"""In which the trainee says something in words of their own; the reflection is said afterwards."""
DEEDS: Final[tuple[Deed, ...]] = get_args(Deed)


class Level(Part):
    """How well a criterion can be met, in words that two people would read alike."""

    points: int = Field(ge=0, le=20)
    says: Text


class Criterion(Part):
    """One thing to look for in the words."""

    id: Name
    says: Text
    levels: tuple[Level, ...] = Field(min_length=2, max_length=4)
    """The best first; the last is worth nothing."""

    @field_validator("levels")
    @classmethod
    def _falling(cls, levels: tuple[Level, ...]) -> tuple[Level, ...]:
        points = [level.points for level in levels]
        if points != sorted(set(points), reverse=True):
            raise ValueError(
                Sentence(
                    "the levels are worth {points}; "
                    "write the best first, each worth less than the one before",
                    points=", ".join(map(str, points)),
                )
            )
        if points[-1] != 0:
            raise ValueError(
                Sentence("the last level is worth {points}; give it 0 points", points=points[-1])
            )
        return levels

    @property
    def points(self) -> int:
        """What it is worth at best."""
        return self.levels[0].points


class About(Part):
    """Which words of the run: those of the last such deed about an order, or the reflection."""

    deed: Deed
    order: Name | None = None
    """Of the cast."""

    @property
    def event(self) -> type[Event] | None:
        """What happens when it is done; nothing in the run, for a reflection."""
        return None if self.deed == "reflection" else events()[self.deed]

    @model_validator(mode="after")
    def _of_somebody(self) -> Self:
        if self.deed == "reflection" and self.order:
            raise ValueError(Sentence("a reflection is about the whole run; delete order"))
        if self.deed != "reflection" and not self.order:
            raise ValueError(
                Sentence(
                    "{deed} is about an order; add order: with a name of the cast", deed=self.deed
                )
            )
        return self


class Judged(Part):
    """Words that a person marks, and what they look for in them."""

    id: Name
    says: Text
    """What it is: the answer to the complaint."""
    about: About
    criteria: tuple[Criterion, ...] = Field(min_length=1, max_length=8)

    @property
    def points(self) -> int:
        """What it is worth at best."""
        return sum(it.points for it in self.criteria)
