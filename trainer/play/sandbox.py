"""The one road into a sandbox: perform a command, and everything that follows from it.

Load what is new, decide, let the outside world do what has fallen due, append, judge. If somebody
else wrote first, decide again on the newer world. The runs that were used last stay folded in
memory; any process can rebuild any of them, so processes need not know each other.
"""

import gc
from collections import OrderedDict
from collections.abc import Callable
from random import uniform
from threading import Lock
from time import sleep
from typing import Final

import msgspec

from trainer.orders.clock import AdvanceClock, ClockAdvanced
from trainer.orders.differences import differences
from trainer.orders.echoes import echo
from trainer.orders.engine import (
    Command,
    Envelope,
    Events,
    Recorded,
    Role,
    decide,
    evolve,
    numbered,
)
from trainer.orders.refusals import Refusal, VersionConflict
from trainer.orders.values import Moment
from trainer.play.month import live_month
from trainer.play.ports import Conflict, Sandbox, Standing, Store
from trainer.play.preview import Effects, preview
from trainer.play.run import Aside, Course, Run, aside_of
from trainer.simulation.month import Mix
from trainer.training.checks import MonthLived, Refused
from trainer.training.deeds import GiveAnswer, HandIn
from trainer.training.judge import HintTaken
from trainer.training.scoring import ledger, next_hint, total

TRIES: Final = 20
"""How often a command is decided anew when others keep writing first."""
AT_ONCE: Final = 300
"""Happenings after which waiting stops early: nobody can take in more, and none waits for them."""
PAUSE: Final = 0.005
"""Seconds to wait at most before the first of them; each further wait may be twice as long."""
LONGEST_PAUSE: Final = 0.2
"""Seconds: no wait is longer, so whoever writes waits a few seconds at most for an answer."""


class Outcome(msgspec.Struct, frozen=True, gc=False):
    """What came of a command: where the run was, where it is, and why not if it was refused."""

    sandbox: Sandbox
    before: Run
    run: Run
    entries: tuple[Recorded, ...] = ()
    refused: Refused | None = None
    meanwhile: tuple[Recorded, ...] = ()
    """What others did first, while the command was on its way."""
    repeated: bool = False
    """True if this very command had been answered before; nothing was done a second time."""


class Desk:
    """Everything that can be done with sandboxes, over a store."""

    def __init__(self, store: Store, keep: int = 1_000) -> None:
        self.store = store
        self._keep = keep
        self._courses: dict[int, Course] = {}
        self._runs: OrderedDict[int, tuple[Sandbox, Run]] = OrderedDict()
        self._lock = Lock()

    def course(self, sandbox: Sandbox) -> Course:
        """Opening and judge of a sandbox, folded once per process."""
        return self.course_of(sandbox.opening_id)

    def course_of(self, opening_id: int) -> Course:
        """Opening and judge of whatever begins there."""
        course = self._courses.get(opening_id)
        if course is None:
            opening = self.store.opening(opening_id)
            course = Course(opening=opening, judge=opening.judge())
            self._courses[opening_id] = course
            gc.freeze()  # it stays: the collector need not walk through it again and again
        return course

    def run(self, sandbox: Sandbox) -> Run:
        """The run of a sandbox as it is stored; only what this process has not seen is read."""
        known = self._runs.get(sandbox.sandbox_id)
        course = self.course(sandbox)
        if known and known[0].opening_id != sandbox.opening_id:
            known = None  # it was regraded, and is judged by another rubric now
        if known is None or known[0].events > sandbox.events or known[0].asides > sandbox.asides:
            run = course.replay(*self._read(sandbox))
        elif (known[0].events, known[0].asides) == (sandbox.events, sandbox.asides):
            return known[1]
        else:
            new = self._read(sandbox, known[0].events, known[0].asides)
            run = course.replay(*new, run=known[1])
        self._remember(sandbox, run)
        return run

    def perform(
        self,
        sandbox: Sandbox,
        command: Command,
        *,
        actor: str,
        command_id: str,
        expected_version: int = 0,
        role: Role = "clerk",
    ) -> Outcome:
        """Do a command in a sandbox, once, whatever else is going on in it.

        The same command id again gets the answer it got, and has no second effect. Raises Conflict
        only if others write without a pause.
        """
        for tried in range(TRIES):
            run = self.run(sandbox)
            if command_id in run.answered:
                return self._repeated(sandbox, run, command_id)
            envelope = _envelope(run, command, actor, command_id, expected_version, role)
            try:
                sandbox, later, meanwhile = self._overtaken(sandbox, run, envelope)
                outcome = self._decided(sandbox, later, envelope)
                return msgspec.structs.replace(outcome, before=run, meanwhile=meanwhile)
            except Conflict:
                sandbox = self._looked_again(sandbox, tried)
        raise Conflict

    def preview(
        self,
        sandbox: Sandbox,
        command: Command,
        *,
        actor: str,
        expected_version: int = 0,
        role: Role = "clerk",
    ) -> Effects | Refusal:
        """What `perform` would do now. Nothing is written, noted or charged."""
        run = self.run(sandbox)
        envelope = _envelope(run, command, actor, "what-if", expected_version, role)
        asked = preview(run.world, envelope)
        return self._told(sandbox, run, asked) if isinstance(asked, VersionConflict) else asked

    def take_hint(self, sandbox: Sandbox, command_id: str) -> Outcome:
        """Take the next hint of the current step; nothing happens if there is none."""

        def taken(run: Run, course: Course) -> Aside | None:
            offer = next_hint(course.judge, run.progress)
            if offer is None:
                return None
            step, place, _hint = offer
            return HintTaken(run.asides + 1, run.world.number, run.world.now, step.id, place)

        return self._noted(sandbox, command_id, taken)

    def answer(self, sandbox: Sandbox, goal: str, text: str, command_id: str) -> Outcome:
        """Answer the question of a goal; nothing happens if it is decided already."""

        def said(run: Run, course: Course) -> Aside | None:
            judged = zip(course.judge.goals, run.progress.seen, strict=True)
            asked = any(it.id == goal and at.state == "open" for it, at in judged)
            return aside_of(run, GiveAnswer(goal, text)) if asked else None

        return self._noted(sandbox, command_id, said)

    def hand_in(self, sandbox: Sandbox, command_id: str) -> Outcome:
        """End the run: what is open by now is lost. A finished one is not ended again."""

        def ended(run: Run, course: Course) -> Aside | None:
            return None if course.judge.finished(run.progress) else aside_of(run, HandIn())

        return self._noted(sandbox, command_id, ended)

    def live_month(self, sandbox: Sandbox, measures: Mix, command_id: str) -> Outcome:
        """Run the month again with these measures; it is noted, and may reach goals. Raises
        NoSuchMonth.
        """

        def lived(run: Run, course: Course) -> Aside:
            return live_month(course, run, measures)

        return self._noted(sandbox, command_id, lived)

    def months(self, sandbox: Sandbox) -> list[MonthLived]:
        """The months that were run again, oldest first."""
        asides = self.store.asides(sandbox.sandbox_id)
        return [aside for _, aside in asides if isinstance(aside, MonthLived)]

    def _noted(
        self,
        sandbox: Sandbox,
        command_id: str,
        make: Callable[[Run, Course], Aside | None],
    ) -> Outcome:
        """Add what stands beside the events, once, to the run as it is by then."""
        for tried in range(TRIES):
            run = self.run(sandbox)
            course = self.course(sandbox)
            aside = None if command_id in run.answered else make(run, course)
            if aside is None:
                return Outcome(sandbox=sandbox, before=run, run=run, repeated=True)
            after = course.after_aside(run, aside, command_id)
            try:
                sandbox = self.store.note(sandbox, command_id, aside, standing(course, after))
            except Conflict:
                sandbox = self._looked_again(sandbox, tried)
                continue
            self._remember(sandbox, after)
            return Outcome(sandbox=sandbox, before=run, run=after)
        raise Conflict

    def at(self, sandbox: Sandbox, number: int) -> Run:
        """The run as it was right after an event; 0 is the opening."""
        course = self.course(sandbox)
        entries = self.store.events(sandbox.sandbox_id)[:number]
        asides = [
            pair
            for pair in self.store.asides(sandbox.sandbox_id)
            if pair[1].after < number or number == sandbox.events
        ]
        return course.replay(entries, asides)

    def _looked_again(self, sandbox: Sandbox, tried: int) -> Sandbox:
        """The sandbox as somebody else left it; the pause keeps many writers out of step."""
        sleep(uniform(0, min(PAUSE * 2**tried, LONGEST_PAUSE)))
        return self.store.find(sandbox.key)

    def _overtaken(
        self, sandbox: Sandbox, run: Run, envelope: Envelope
    ) -> tuple[Sandbox, Run, tuple[Recorded, ...]]:
        """What colleagues did first stands, whatever comes of the command itself."""
        course = self.course(sandbox)
        later, entries = overtaken(course, run, envelope)
        if entries:
            sandbox = self.store.append(sandbox, entries, standing(course, later))
            self._remember(sandbox, later)
        return sandbox, later, tuple(entries)

    def _decided(self, sandbox: Sandbox, run: Run, envelope: Envelope) -> Outcome:
        course = self.course(sandbox)
        answer = played(course, run, envelope)
        if isinstance(answer, VersionConflict):
            answer = self._told(sandbox, run, answer)
        if isinstance(answer, Refusal):
            refused = Refused(
                number=run.asides + 1,
                after=run.world.number,
                at=run.world.now,
                command=envelope.command,
                refusal=answer,
            )
            after = course.after_aside(run, refused, envelope.command_id)
            sandbox = self.store.note(
                sandbox, envelope.command_id, refused, standing(course, after)
            )
            self._remember(sandbox, after)
            return Outcome(sandbox=sandbox, before=run, run=after, refused=refused)
        after, entries = answer
        sandbox = self.store.append(sandbox, entries, standing(course, after))
        self._remember(sandbox, after)
        return Outcome(sandbox=sandbox, before=run, run=after, entries=tuple(entries))

    def _told(self, sandbox: Sandbox, run: Run, conflict: VersionConflict) -> VersionConflict:
        """The conflict with what has changed since; the older picture is folded once more."""
        number, world = conflict.order_number, self.course(sandbox).opening.world
        for entry in self.store.events(sandbox.sandbox_id):
            if number in world.orders and world.orders[number].version >= conflict.seen:
                break
            world = evolve(world, entry)
        seen = world.orders.get(number)
        if seen is None or seen.version != conflict.seen:
            return conflict
        changes = differences(seen, run.world.orders[number])
        return msgspec.structs.replace(conflict, changes=changes)

    def _repeated(self, sandbox: Sandbox, run: Run, command_id: str) -> Outcome:
        number = run.answered[command_id]
        outcome = Outcome(sandbox=sandbox, before=run, run=run, repeated=True)
        if number < 0:
            aside = self.store.asides(sandbox.sandbox_id, after=-number - 1)[0][1]
            refused = aside if isinstance(aside, Refused) else None
            return msgspec.structs.replace(outcome, refused=refused)
        later = self.store.events(sandbox.sandbox_id, after=number - 1)
        entries = tuple(entry for entry in later if entry.command_id == command_id)
        return msgspec.structs.replace(outcome, entries=entries)

    def _read(
        self, sandbox: Sandbox, events: int = 0, asides: int = 0
    ) -> tuple[list[Recorded], list[tuple[str, Aside]]]:
        """What `sandbox` has beyond these numbers; what others add meanwhile is left for later."""
        entries = self.store.events(sandbox.sandbox_id, after=events)
        waiting = self.store.asides(sandbox.sandbox_id, after=asides)
        return (
            [entry for entry in entries if entry.number <= sandbox.events],
            [pair for pair in waiting if pair[1].number <= sandbox.asides],
        )

    def _remember(self, sandbox: Sandbox, run: Run) -> None:
        with self._lock:
            self._runs[sandbox.sandbox_id] = (sandbox, run)
            self._runs.move_to_end(sandbox.sandbox_id)
            while len(self._runs) > self._keep:
                self._runs.popitem(last=False)


def _envelope(
    run: Run, command: Command, actor: str, command_id: str, expected_version: int, role: Role
) -> Envelope:
    """A command in somebody's hands, done after the time that an act takes."""
    return Envelope(
        command_id=command_id,
        actor=actor,
        role=role,
        at=run.world.now + run.world.policies.seconds_per_action,
        command=command,
        expected_version=expected_version,
    )


def overtaken(course: Course, run: Run, envelope: Envelope) -> tuple[Run, list[Recorded]]:
    """What happens while an act is on its way, where colleagues work in the same orders.

    Elsewhere nobody could come first, and what falls due meanwhile is no news to the act.
    """
    if not run.world.policies.colleagues or isinstance(envelope.command, AdvanceClock):
        return run, []
    return _fallen_due(course, run, envelope.at - 1)


def played(course: Course, run: Run, envelope: Envelope) -> tuple[Run, list[Recorded]] | Refusal:
    """A command and all that falls due while it is done, in the order of the clock.

    Waiting is the other way round: first what falls due on the way, then the moment waited for, or
    the moment by which so much has happened that somebody should look at it.
    """
    command = envelope.command
    if isinstance(command, AdvanceClock):
        answer = decide(run.world, envelope)
        if isinstance(answer, Refusal):
            return answer
        run, entries = _fallen_due(course, run, command.to, AT_ONCE)
        to = min(command.to, run.world.now) if run.agenda.ripe(command.to) else command.to
        arrived = msgspec.structs.replace(envelope, at=to)
        run, more = _joined(course, run, arrived, (ClockAdvanced(to=to),))
        return run, entries + more
    answer = decide(run.world, envelope)
    if isinstance(answer, Refusal):
        return answer
    run, entries = _joined(course, run, envelope, answer)
    run, more = _fallen_due(course, run, run.world.now)
    return run, entries + more


def _fallen_due(
    course: Course, run: Run, until: Moment, most: int | None = None
) -> tuple[Run, list[Recorded]]:
    """What is due by then; after `most` events only what is due at the same moment.

    What is refused is over, too; an answer that came twice or too late leaves a line.
    """
    entries: list[Recorded] = []
    while envelope := run.agenda.ripe(until):
        if most is not None and len(entries) >= most and envelope.at > run.world.now:
            break
        answer = decide(run.world, envelope)
        run = msgspec.structs.replace(run, agenda=run.agenda.without(envelope))
        if isinstance(answer, Refusal):
            said_again = echo(run.world, envelope, answer)
            answer = (said_again,) if said_again else ()
        run, more = _joined(course, run, envelope, answer)
        entries += more
    return run, entries


def _joined(
    course: Course, run: Run, envelope: Envelope, events: Events
) -> tuple[Run, list[Recorded]]:
    entries = []
    for event in events:
        entry = numbered(run.world, envelope, event)
        run = course.joined(run, entry, evolve(run.world, entry))
        entries.append(entry)
    return run, entries


def standing(course: Course, run: Run) -> Standing:
    """How a run stands, for the boards."""
    return Standing(
        score=total(ledger(course.judge, run.progress)),
        step=course.judge.current_step(run.progress),
        finished=course.judge.finished(run.progress),
        now=run.world.now,
    )
