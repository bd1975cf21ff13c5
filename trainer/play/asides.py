"""Asides as JSON and back: refused tries, hints, answers, months, the hand-in."""

from typing import Final

import msgspec

from trainer.orders import codec
from trainer.orders.values import Minor
from trainer.play.run import Aside
from trainer.simulation.month import Measure
from trainer.training.checks import Answered, MonthLived, Refused
from trainer.training.judge import HandedIn, HintTaken


class _Try(msgspec.Struct):
    """The body of a refused try."""

    command: msgspec.Raw
    refusal: msgspec.Raw


class _Help(msgspec.Struct):
    """The body of a hint that was taken."""

    step: str
    hint: int


class _Said(msgspec.Struct):
    """The body of an answer."""

    goal: str
    text: str


class _Month(msgspec.Struct):
    """The body of a month that was run again."""

    measures: dict[Measure, int]
    spent: Minor
    within_budget: bool
    figures: dict[str, str]


_TRY: Final = msgspec.json.Decoder(_Try)
_HELP: Final = msgspec.json.Decoder(_Help)
_SAID: Final = msgspec.json.Decoder(_Said)
_MONTH: Final = msgspec.json.Decoder(_Month)


def told(aside: Aside) -> tuple[str, bytes]:
    """Of which kind an aside is, and what it says beside its place in the run."""
    body: _Try | _Help | _Said | _Month | dict[str, str]
    match aside:
        case Refused():
            command, refusal = codec.encode(aside.command), codec.encode(aside.refusal)
            kind, body = "refused", _Try(msgspec.Raw(command), msgspec.Raw(refusal))
        case HintTaken():
            kind, body = "hint", _Help(aside.step, aside.hint)
        case Answered():
            kind, body = "answer", _Said(aside.goal, aside.text)
        case MonthLived():
            kind = "month"
            body = _Month(aside.measures, aside.spent, aside.within_budget, aside.figures)
        case HandedIn():
            kind, body = "hand_in", {}
    return kind, msgspec.json.encode(body)


def read(number: int, after: int, at: int, kind: str, body: str | bytes) -> Aside:
    """The aside that was told. Raises msgspec.ValidationError if it is none."""
    match kind:
        case "hint":
            taken = _HELP.decode(body)
            return HintTaken(number, after, at, taken.step, taken.hint)
        case "answer":
            said = _SAID.decode(body)
            return Answered(number, after, at, said.goal, said.text)
        case "month":
            month = _MONTH.decode(body)
            return MonthLived(number, after, at, **msgspec.structs.asdict(month))
        case "hand_in":
            return HandedIn(number, after, at)
    tried = _TRY.decode(body)
    command = codec.decode_command(bytes(tried.command))
    return Refused(number, after, at, command, codec.decode_refusal(bytes(tried.refusal)))
