"""A run: everything about a sandbox at one moment, folded from its opening world and its entries.

World, agenda, progress and the command ids that were answered all come from the same two lists:
events, which changed the world, and asides (refused tries, hints, answers), which did not. So a
run can be rebuilt anywhere, stopped at any moment, and forked, and the result is the same.
"""

from collections import deque
from collections.abc import Iterable
from hashlib import sha256
from typing import Final

import msgspec
from immutables import Map

from trainer.orders import codec
from trainer.orders.engine import Recorded, evolve
from trainer.orders.world import World
from trainer.play.scripting import at_the_opening, set_going
from trainer.simulation.agenda import Agenda, follow
from trainer.simulation.background import under_way
from trainer.simulation.workday import planned
from trainer.training.checks import Answered, Cast, MonthLived, Refused
from trainer.training.deeds import GiveAnswer, HandIn
from trainer.training.judge import HandedIn, HintTaken, Judge, Progress
from trainer.training.scenario import Scenario, Variant

Aside = Refused | HintTaken | Answered | HandedIn | MonthLived

_NO_COMMANDS: Final[Map[str, int]] = Map()


class Opening(msgspec.Struct, frozen=True):
    """What all runs of one variant begin with; made once, stored, shared by all who meet it."""

    scenario: Scenario
    variant: Variant
    world: World
    cast: Cast

    def judge(self) -> Judge:
        """The judge of runs that begin here."""
        return Judge(self.scenario, self.cast)


class Run(msgspec.Struct, frozen=True, gc=False):
    """A sandbox at one moment."""

    world: World
    agenda: Agenda
    progress: Progress
    asides: int = 0
    answered: Map[str, int] = _NO_COMMANDS
    """Command ids that were answered: number of the first event, or minus the number of the try."""
    scripted: int = 0
    """Parts of the script that have been set going, as bits."""


class Course(msgspec.Struct, frozen=True):
    """The fixed surroundings of a run: where it began, and who judges it."""

    opening: Opening
    judge: Judge
    months: dict[tuple[tuple[str, int], ...], dict[str, str]] = msgspec.field(default_factory=dict)
    """Figures of the months that were run again here, by their measures; kept for speed alone."""

    def start(self) -> Run:
        """The run before anything was done."""
        opening = self.opening
        living = opening.scenario.world.living
        agenda = under_way(opening.world, opening.variant.seed) if living else Agenda()
        if opening.world.hunt is not None:
            agenda = Agenda(due=agenda.due.update(planned(opening.world, opening.variant.seed)))
        if opening.scenario.script:
            agenda = at_the_opening(opening.scenario, agenda, opening.world, opening.cast)
        return Run(world=opening.world, agenda=agenda, progress=self.judge.start())

    def after(self, run: Run, entry: Recorded) -> Run:
        """The run after a stored event."""
        return self.joined(run, entry, evolve(run.world, entry))

    def joined(self, run: Run, entry: Recorded, world: World) -> Run:
        """The run after an event whose world is already known."""
        answered = run.answered
        if entry.command_id not in answered:
            answered = answered.set(entry.command_id, entry.number)
        opening, scripted = self.opening, run.scripted
        agenda = follow(run.agenda, entry, world, opening.variant.seed)
        if opening.scenario.script:
            agenda, scripted = set_going(
                opening.scenario, agenda, entry, world, opening.cast, scripted
            )
        return Run(
            world=world,
            agenda=agenda,
            progress=self.judge.after(run.progress, entry, world),
            asides=run.asides,
            answered=answered,
            scripted=scripted,
        )

    def after_aside(self, run: Run, aside: Aside, command_id: str = "") -> Run:
        """The run after a refused try, a hint, an answer, a month or the hand-in."""
        match aside:
            case Refused():
                progress = self.judge.after_try(run.progress, aside)
            case HintTaken():
                progress = self.judge.after_hint(run.progress, aside)
            case Answered():
                progress = self.judge.after_answer(run.progress, aside, run.world)
            case MonthLived():
                progress = self.judge.after_month(run.progress, aside)
            case HandedIn():
                progress = self.judge.after_hand_in(run.progress, aside, run.world)
        answered = run.answered.set(command_id, -aside.number) if command_id else run.answered
        return msgspec.structs.replace(
            run, progress=progress, asides=aside.number, answered=answered
        )

    def replay(
        self,
        entries: Iterable[Recorded],
        asides: Iterable[tuple[str, Aside]] = (),
        run: Run | None = None,
    ) -> Run:
        """The run after all these, from the opening or from `run` on.

        Asides come with their command ids, and fall in after the event they followed.
        """
        run = run or self.start()
        waiting = deque(asides)
        for entry in entries:
            while waiting and waiting[0][1].after < entry.number:
                command_id, aside = waiting.popleft()
                run = self.after_aside(run, aside, command_id)
            run = self.after(run, entry)
        for command_id, aside in waiting:
            run = self.after_aside(run, aside, command_id)
        return run


def aside_of(run: Run, deed: GiveAnswer | HandIn) -> Answered | HandedIn:
    """An answer or the hand-in, in its place in a run."""
    place = (run.asides + 1, run.world.number, run.world.now)
    if isinstance(deed, HandIn):
        return HandedIn(*place)
    return Answered(*place, deed.goal, deed.text)


def fingerprint(run: Run) -> str:
    """A hash over world and progress: equal for equal runs, wherever they were folded."""
    digest = sha256(codec.encode_world(run.world))
    digest.update(msgspec.json.encode(run.progress.seen))
    digest.update(msgspec.json.encode(run.progress.hints))
    return digest.hexdigest()
