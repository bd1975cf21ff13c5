"""Going on from another moment: a copy of a run from some event on, of the reference run from some
step on, and the last act taken back.

A run is never rewritten. Both make a new sandbox that begins with the same entries; replay being
exact, the world, the agenda and all chance in it are what they were at that moment.
"""

from collections.abc import Iterable, Sequence
from itertools import takewhile

import msgspec

from trainer.orders import desks
from trainer.orders.clock import ClockAdvanced
from trainer.orders.engine import Command, Recorded
from trainer.orders.hunting import FindingReported
from trainer.play.ports import Sandbox
from trainer.play.run import Aside
from trainer.play.sandbox import Desk, Outcome, standing
from trainer.play.solution import Played
from trainer.training.checks import Answered
from trainer.training.deeds import GiveAnswer, HandIn, LiveMonth
from trainer.training.judge import HandedIn, HintTaken


class NothingThere(Exception):
    """There is nothing to take back, or the exercise does not allow it."""


def own(entry: Recorded) -> bool:
    """Whether the person at the desk did it."""
    return desks.own(entry.command_id)


def act_of(entry: Recorded) -> str:
    """The act it belongs to: what was done to many orders at once is one act."""
    return entry.command_id.partition("/")[0]


def whole(entries: Sequence[Recorded], at: int) -> int:
    """The moment at which the act is complete that was under way right after event `at`."""
    at = min(max(at, 0), len(entries))
    while 0 < at < len(entries) and act_of(entries[at]) == act_of(entries[at - 1]):
        at += 1
    return at


def before_last_act(entries: Sequence[Recorded]) -> int | None:
    """How many events there were before the last thing the person did; None if they did nothing.

    What others did meanwhile goes with it: it would not have happened then.
    """
    last = next((entry for entry in reversed(entries) if own(entry)), None)
    if last is None:
        return None
    at = next(at for at, it in enumerate(entries) if act_of(it) == act_of(last))
    if isinstance(last.event, ClockAdvanced):  # what somebody waited for stands before it
        began = next((it.at for it in reversed(entries[:at]) if own(it)), 0)
        while at and not own(entries[at - 1]) and entries[at - 1].at > began:
            at -= 1
    return at


def fork(desk: Desk, sandbox: Sandbox, at: int, person_id: int) -> Sandbox:
    """A copy of a run as it was right after event `at`, to go on from there in another way.

    Raises NothingThere for one that may not be tried out beside itself.
    """
    course = desk.course(sandbox)
    if not can_fork(desk, sandbox):
        raise NothingThere
    entries = desk.store.events(sandbox.sandbox_id)
    at = whole(entries, at)
    # what was tried after it came later than the moment that is looked at
    kept = _kept(desk, sandbox, at if at == sandbox.events else at - 1)
    after = standing(course, course.replay(entries[:at], kept))
    return desk.store.branch(sandbox, person_id, events=at, asides=len(kept), standing=after)


def can_fork(desk: Desk, sandbox: Sandbox) -> bool:
    """Whether it may be tried out beside itself: neither an exam nor a hunt that is under way."""
    course = desk.course(sandbox)
    secret = course.judge.scenario.mode == "exam" or course.opening.world.hunt is not None
    return not secret or sandbox.standing.finished


def drill(
    desk: Desk,
    opening_id: int,
    solution: Iterable[Played],
    step_id: str,
    person_id: int,
    actor: str,
) -> Sandbox:
    """A copy of the reference run as it is where a step begins, to go on from there oneself.

    What comes before was done in the person's name, for rules of four eyes compare persons. It is a
    fork like any other, and counts for nothing.
    """
    sandbox = desk.store.open(person_id, opening_id, "fork")
    before = takewhile(lambda done: done.step.id != step_id, solution)
    for place, done in enumerate(before):
        sandbox = _done_again(desk, sandbox, done, actor, f"reference-{place}").sandbox
    return sandbox


def _done_again(desk: Desk, sandbox: Sandbox, done: Played, actor: str, command_id: str) -> Outcome:
    match done.command:
        case GiveAnswer(goal, text):
            return desk.answer(sandbox, goal, text, command_id)
        case LiveMonth(measures):
            return desk.live_month(sandbox, measures, command_id)
        case HandIn():
            return desk.hand_in(sandbox, command_id)
        case command:
            assert isinstance(command, Command)
            return desk.perform(sandbox, command, actor=actor, command_id=command_id)


def can_undo(desk: Desk, sandbox: Sandbox) -> bool:
    """Whether there is something to take back: in practice, while the exercise is under way.

    A finding is not taken back: what it told is known.
    """
    mode = desk.course(sandbox).judge.scenario.mode
    return (
        mode != "exam"
        and sandbox.events > 0
        and not (sandbox.replaced or sandbox.standing.finished)
        and not _reported_last(desk, sandbox)
    )


def _reported_last(desk: Desk, sandbox: Sandbox) -> bool:
    if desk.course(sandbox).opening.world.hunt is None:
        return False
    acts = (it for it in reversed(desk.store.events(sandbox.sandbox_id)) if own(it))
    return isinstance(getattr(next(acts, None), "event", None), FindingReported)


def undo(desk: Desk, sandbox: Sandbox) -> Sandbox:
    """The run as it was before its owner's last act; the other is kept as undone.

    Refused tries before that moment stay, and cost what they cost. Hints stay whenever they were
    taken, and so do answers that were wrong: what they told is known. Raises NothingThere, and
    Conflict if somebody wrote meanwhile.
    """
    entries = desk.store.events(sandbox.sandbox_id)
    at = before_last_act(entries) if can_undo(desk, sandbox) else None
    if at is None:
        raise NothingThere
    course = desk.course(sandbox)
    kept = _kept(desk, sandbox, at)
    run = course.replay(entries[:at], kept)
    made = desk.store.branch(
        sandbox,
        sandbox.person_id,
        events=at,
        asides=len(kept),
        standing=standing(course, run),
        undo=True,
    )
    right = _right_answers(desk, sandbox)
    for command_id, aside in desk.store.asides(sandbox.sandbox_id, after=len(kept)):
        if isinstance(aside, HintTaken) or (
            isinstance(aside, Answered) and aside.number not in right
        ):
            moved = msgspec.structs.replace(
                aside, number=run.asides + 1, after=run.world.number, at=run.world.now
            )
            run = course.after_aside(run, moved, command_id)
            made = desk.store.note(made, command_id, moved, standing(course, run))
    return made


def _right_answers(desk: Desk, sandbox: Sandbox) -> set[int]:
    """The numbers of the answers that reached their goals: the last to each that is reached."""
    goals, seen = desk.course(sandbox).judge.goals, desk.run(sandbox).progress.seen
    reached = {goal.id for goal, it in zip(goals, seen, strict=True) if it.state == "reached"}
    answers = (it for _id, it in desk.store.asides(sandbox.sandbox_id) if isinstance(it, Answered))
    return {number for goal, number in {it.goal: it.number for it in answers}.items()
            if goal in reached}  # fmt: skip


def _kept(desk: Desk, sandbox: Sandbox, until: int) -> list[tuple[str, Aside]]:
    """Tries, hints and answers until then; a run that goes on has not been handed in."""
    found = desk.store.asides(sandbox.sandbox_id)
    return list(
        takewhile(lambda it: it[1].after <= until and not isinstance(it[1], HandedIn), found)
    )
