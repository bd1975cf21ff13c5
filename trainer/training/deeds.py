"""What a trainee does beside the order system: answer a question, wait, run a month again, and hand
in the run."""

from typing import Final

import msgspec

from trainer.simulation.month import Measure


class GiveAnswer(msgspec.Struct, frozen=True, tag="give_answer", tag_field="type", gc=False):
    """An answer to the question of a goal, in the words it is typed in."""

    goal: str
    text: str = ""


class HandIn(msgspec.Struct, frozen=True, tag="hand_in", tag_field="type", gc=False):
    """This is it: what is still open is lost."""


class LiveMonth(msgspec.Struct, frozen=True, tag="live_month", tag_field="type", gc=False):
    """Run the month again with these measures: how many more people, or 1."""

    measures: dict[Measure, int] = {}


class WaitUntil(msgspec.Struct, frozen=True, tag="wait_until", tag_field="type", gc=False):
    """Wait step by step until facts of an order are so, or an event has happened.

    In a solution alone: what it comes to is the clock moved on to that moment.
    """

    order: str = ""
    where: dict[str, str | int | dict[str, int]] = {}
    event: str = ""


Deed = GiveAnswer | HandIn | LiveMonth
DEEDS: Final[dict[str, type[Deed]]] = {
    "give_answer": GiveAnswer,
    "hand_in": HandIn,
    "live_month": LiveMonth,
}
WAIT: Final = "wait_until"
