"""A run as a file: evidence of what was done, which anybody can replay and judge again.

JSON lines: a head, the opening, every event and aside in the order they happened, and where it
led. It carries its own opening, so it reads the same in a later version and on another server.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

import msgspec

from trainer.orders import codec
from trainer.orders.engine import Recorded, Role
from trainer.play import asides as coding
from trainer.play.run import Aside, Course, Opening, Run, fingerprint
from trainer.training.checks import Cast
from trainer.training.scenario import Scenario, Variant
from trainer.training.scoring import Line, ledger, total

FORMAT: Final = 1
"""Of the file. What was written in an older one stays readable."""

_CAST: Final = msgspec.json.Decoder(Cast)
_LINES: Final = msgspec.json.Decoder(tuple[Line, ...])


class NotARun(Exception):
    """A file that is no run, or not a whole one: in which line, and what is wrong there."""

    def __init__(self, line: int, why: str) -> None:
        super().__init__(f"line {line}: {why}")


class Replayed(NamedTuple):
    """A run that was read and folded again, and what it had come to when it was written."""

    head: Mapping[str, Any]
    course: Course
    run: Run
    lines: tuple[Line, ...]
    was: tuple[Line, ...]
    same_world: bool
    """Whether world and progress are to the byte what they were."""

    @property
    def same(self) -> bool:
        """Whether the file leads where it says that it leads."""
        return self.same_world and self.lines == self.was


def written(
    course: Course,
    entries: list[Recorded],
    asides: list[tuple[str, Aside]],
    about: Mapping[str, str],
) -> Iterator[str]:
    """A run, line by line; `about` says whose it is, and when."""
    opening = course.opening
    variant = {"locale": opening.variant.locale, "seed": opening.variant.seed}
    yield _line({"run": FORMAT, "exercise": opening.scenario.id, **variant, **about})
    yield _line(
        {
            "scenario": msgspec.Raw(
                opening.scenario.model_dump_json(exclude_defaults=True).encode()
            ),
            "world": msgspec.Raw(codec.encode_world(opening.world)),
            "cast": opening.cast,
        }
    )
    waiting = list(asides)
    for entry in entries:
        while waiting and waiting[0][1].after < entry.number:
            yield _aside(*waiting.pop(0))
        head = [entry.number, entry.at, entry.actor, entry.role, entry.command_id]
        yield _line({"event": [*head, msgspec.Raw(codec.encode(entry.event))]})
    for command_id, aside in waiting:
        yield _aside(command_id, aside)
    run = course.replay(entries, asides)
    lines = ledger(course.judge, run.progress)
    yield _line({"end": fingerprint(run), "score": total(lines), "ledger": lines})


def _aside(command_id: str, aside: Aside) -> str:
    kind, body = coding.told(aside)
    return _line(
        {"aside": [aside.number, aside.after, aside.at, command_id, kind, msgspec.Raw(body)]}
    )


def _line(part: Any) -> str:
    return msgspec.json.encode(part).decode() + "\n"


class _Opening(msgspec.Struct):
    scenario: msgspec.Raw
    world: msgspec.Raw
    cast: msgspec.Raw


class _Entry(msgspec.Struct):
    """One of the three."""

    event: tuple[int, int, str, Role, str, msgspec.Raw] | None = None
    aside: tuple[int, int, int, str, str, msgspec.Raw] | None = None
    end: str | None = None
    ledger: msgspec.Raw = msgspec.Raw(b"[]")


def replayed(text: str) -> Replayed:
    """Read a run and fold it anew. Raises NotARun."""
    lines = text.splitlines()
    if len(lines) < 2:
        raise NotARun(len(lines) + 1, "the file was cut off")
    at = 1
    try:
        head = json.loads(lines[0])
        if not isinstance(head, dict) or head.get("run") != FORMAT:
            raise NotARun(1, f'wanted {{"run": {FORMAT}, …}}, the head of a recorded run')
        at = 2
        course = _course(head, msgspec.json.decode(lines[1], type=_Opening))
        run, end = course.start(), None
        for at, line in enumerate(lines[2:], 3):
            if end is not None:
                raise NotARun(at, "there is something after the end")
            part = msgspec.json.decode(line, type=_Entry)
            if part.event:
                number, when, actor, role, command_id, body = part.event
                event = codec.decode_event(bytes(body))
                entry = Recorded(number, when, actor, role, command_id, event)
                if entry.number != run.world.number + 1:
                    raise NotARun(at, f"event {entry.number}, wanted {run.world.number + 1}")
                run = course.after(run, entry)
            elif part.aside:
                number, after, when, command_id, kind, body = part.aside
                aside = coding.read(number, after, when, kind, bytes(body))
                if (number, after) != (run.asides + 1, run.world.number):
                    raise NotARun(at, f"aside {number} is not in its place")
                run = course.after_aside(run, aside, command_id)
            else:
                end, was = part.end, _LINES.decode(part.ledger)
        at = len(lines)
        if end is None:
            raise NotARun(at, "the end is missing: the file was cut off")
    except (ValueError, LookupError, TypeError, AttributeError, AssertionError) as wrong:
        # what was changed by hand may be read and still be nothing that can follow
        raise NotARun(at, (str(wrong) or type(wrong).__name__).splitlines()[0]) from None
    return Replayed(
        head, course, run, ledger(course.judge, run.progress), was, fingerprint(run) == end
    )


def _course(head: Mapping[str, Any], opening: _Opening) -> Course:
    found = Opening(
        scenario=Scenario.model_validate_json(bytes(opening.scenario)),
        variant=Variant(locale=head["locale"], seed=head["seed"]),
        world=codec.decode_world(bytes(opening.world)),
        cast=_CAST.decode(opening.cast),
    )
    return Course(opening=found, judge=found.judge())


def report(found: Replayed) -> Iterator[str]:
    """What a run came to, in lines: its score, each with what it cites, and whether it is so."""
    opening, world, who = found.course.opening, found.run.world, found.head.get("person")
    variant = f"{opening.variant.locale}, variant {opening.variant.seed}"
    yield f"{opening.scenario.id} ({variant}) by {who}"
    yield f"{world.number} events, {found.run.asides} refused tries, hints and answers"
    before = {(line.step, line.goal, line.tries): line.points for line in found.was}
    for line in found.lines:
        was = before.get((line.step, line.goal, line.tries), 0)
        cites = ", ".join([*map(str, line.events), *(f"try {number}" for number in line.tries)])
        yield (
            f"{line.points:5} of {line.possible:3}  {line.goal or f'hint at {line.step}'}"
            + (f" (event {cites})" if line.events else f" ({cites})" if cites else "")
            + (f", was {was}" if was != line.points else "")
        )
    yield f"{total(found.lines):5} points"
    if found.same:
        yield "The run leads where the file says."
    else:
        what = "its score" if found.same_world else "its events"
        yield f"The run does not lead where the file says: {what} came out differently."
