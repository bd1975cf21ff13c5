"""What a trainee does beside the order system: answer a question, wait, and hand in the run."""

from typing import Final

import msgspec


class GiveAnswer(msgspec.Struct, frozen=True, tag="give_answer", tag_field="type", gc=False):
    """An answer to the question of a goal, in the words it is typed in."""

    goal: str
    text: str = ""


class HandIn(msgspec.Struct, frozen=True, tag="hand_in", tag_field="type", gc=False):
    """This is it: what is still open is lost."""


class WaitUntil(msgspec.Struct, frozen=True, tag="wait_until", tag_field="type", gc=False):
    """Wait step by step until facts of an order are so, or an event has happened.

    In a solution alone: what it comes to is the clock moved on to that moment.
    """

    order: str = ""
    where: dict[str, str | int | dict[str, int]] = {}
    event: str = ""


Deed = GiveAnswer | HandIn
DEEDS: Final[dict[str, type[Deed]]] = {"give_answer": GiveAnswer, "hand_in": HandIn}
WAIT: Final = "wait_until"
