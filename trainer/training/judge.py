"""The judge: folds a run into what each check has seen, entry by entry, at any moment of it."""

from collections import defaultdict
from collections.abc import Callable
from typing import Any

import msgspec

from trainer.orders.engine import Event, OrderEvent, Recorded
from trainer.orders.intake import OrderRejected
from trainer.orders.remedies import OrderCancelled
from trainer.orders.status import LABELS, Label
from trainer.orders.world import World
from trainer.training.checks import OPEN, Answered, Cast, MonthLived, Refused, Seen
from trainer.training.scenario import Scenario

Asked = tuple[int, Callable[[Seen, Recorded, World, Cast], Seen], bool]
"""The place of a goal, what its check sees, and whether it is shown more once it is decided."""

_CALLED_OFF = (OrderCancelled, OrderRejected)


class HintTaken(msgspec.Struct, frozen=True, gc=False):
    """Help that was asked for: which hint of which step, and when."""

    number: int
    after: int
    at: int
    step: str
    hint: int


class HandedIn(msgspec.Struct, frozen=True, gc=False):
    """The trainee says that this is it, in its place: what is still open is lost."""

    number: int
    after: int
    at: int


class Progress(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """How far a run has come: one entry per goal of the rubric, and the hints that were taken."""

    seen: tuple[Seen, ...]
    hints: tuple[HintTaken, ...] = ()
    over: bool = False
    """Every goal is decided, or the run was handed in: nothing is won or lost any more."""
    handed_in: bool = False


class Judge:
    """Judges runs of one scenario with one cast; holds no state of any run."""

    def __init__(self, scenario: Scenario, cast: Cast) -> None:
        self.scenario = scenario
        self.cast = cast
        self.goals = scenario.goals()
        self._by_event: dict[type[Event], list[int]] = defaultdict(list)
        for place, goal in enumerate(self.goals):
            for kind in dict.fromkeys(goal.check.watches()):
                self._by_event[kind].append(place)
        self._asked: dict[tuple[type[Event], Label | None], tuple[Asked, ...]] = {}
        steps = (step for step, part in enumerate(scenario.steps) for _ in part.goals)
        self._step_of = dict(enumerate(steps))
        self._to_reach = [at for at, goal in enumerate(self.goals) if not goal.check.standing]

    def start(self) -> Progress:
        """Nothing seen yet."""
        return Progress(seen=tuple(OPEN for _ in self.goals))

    def after(self, progress: Progress, entry: Recorded, world: World) -> Progress:
        """Progress after an event; only open checks that watch this kind are asked.

        What an order decided, for better or worse, is open again when that order is called off:
        the one that takes its place can still earn everything.
        """
        was = seen = progress.seen
        kind, cast = type(entry.event), self.cast
        if progress.over and (progress.handed_in or kind not in _CALLED_OFF):
            return progress
        if kind in _CALLED_OFF:
            number = entry.event.order_number
            seen = tuple(OPEN if before.order == number else before for before in seen)
        moved: list[Seen] | None = None  # copied once, and only if something is to be changed
        for place, see, ever in self._who_is_asked(entry.event, world):
            before = seen[place]
            if ever or before.state == "open":
                now = see(before, entry, world, cast)
                if now is not before:
                    moved = moved or list(seen)
                    moved[place] = now
        if moved:
            seen = tuple(moved)
        if seen is was or seen == was:
            return progress
        return self._now(progress, seen)

    def _who_is_asked(self, event: Any, world: World) -> tuple[Asked, ...]:
        """The checks that an event is shown to: each kind under each label is looked up once."""
        kind = type(event)
        label = world.labels[event.order_number] if isinstance(event, OrderEvent) else None
        asked = self._asked.get((kind, label))
        if asked is None:
            asked = self._asked[kind, label] = tuple(
                (place, check.see, check.standing or not check.latched)
                for place in self._by_event.get(kind, ())
                for check in (self.goals[place].check,)
                if label is None or label in (check.at_labels() or LABELS)
            )
        return asked

    def _now(self, progress: Progress, seen: tuple[Seen, ...]) -> Progress:
        return Progress(seen=seen, hints=progress.hints, over=self._decided(seen))

    def after_try(self, progress: Progress, refused: Refused) -> Progress:
        """Progress after a refused try; once the run is finished, trying costs nothing more."""
        if progress.over:
            return progress
        judged = zip(self.goals, progress.seen, strict=True)
        return self._now(progress, tuple(goal.check.see_try(at, refused) for goal, at in judged))

    def after_answer(self, progress: Progress, answered: Answered, world: World) -> Progress:
        """Progress after an answer to a goal's question, in the world in which it was given."""
        if progress.over:
            return progress
        judged = zip(self.goals, progress.seen, strict=True)
        return self._now(
            progress,
            tuple(
                goal.check.see_answer(at, answered, world, self.cast)
                if goal.id == answered.goal
                else at
                for goal, at in judged
            ),
        )

    def after_month(self, progress: Progress, lived: MonthLived) -> Progress:
        """Progress after the month was run again; a decided goal is not asked any more."""
        if progress.over:
            return progress
        judged = zip(self.goals, progress.seen, strict=True)
        return self._now(
            progress,
            tuple(
                goal.check.see_month(at, lived) if at.state == "open" else at for goal, at in judged
            ),
        )

    def after_hand_in(self, progress: Progress, aside: HandedIn, world: World) -> Progress:
        """Progress once the trainee has said that this is it: what is open by now is lost."""
        if progress.over:
            return progress
        seen = []
        for goal, at in zip(self.goals, progress.seen, strict=True):
            if at.state == "open":
                at = goal.check.see_end(at, aside.number, world, self.cast)
                if at.state == "open" and not goal.check.standing:
                    at = msgspec.structs.replace(at, state="broken")
            seen.append(at)
        return msgspec.structs.replace(progress, seen=tuple(seen), over=True, handed_in=True)

    def after_hint(self, progress: Progress, taken: HintTaken) -> Progress:
        """Progress after help."""
        return msgspec.structs.replace(progress, hints=(*progress.hints, taken))

    def reached(self, progress: Progress, goal_id: str) -> bool:
        """Whether a goal is reached; a standing one while it is unbroken."""
        for goal, seen in zip(self.goals, progress.seen, strict=True):
            if goal.id == goal_id:
                return seen.state == ("open" if goal.check.standing else "reached")
        raise KeyError(goal_id)

    def finished(self, progress: Progress) -> bool:
        """Whether nothing is left to reach: every goal is decided one way or the other.

        Free practice has no goals and is never finished.
        """
        return progress.over

    def _decided(self, seen: tuple[Seen, ...]) -> bool:
        if self.scenario.mode == "exam":
            return False  # that it is over would tell that all is right
        for at in self._to_reach:  # a loop: it is asked after almost every event
            if seen[at].state == "open":
                return False
        return bool(self._to_reach)

    def current_step(self, progress: Progress) -> int:
        """The first step with an open goal; the number of steps when all are done."""
        place = self._open(progress)
        steps = self.scenario.steps
        return len(steps) if place is None else self._step_of.get(place, len(steps))

    def _open(self, progress: Progress) -> int | None:
        """The place of the first goal that is still to be reached."""
        for place in self._to_reach:
            if progress.seen[place].state == "open":
                return place
        return None
