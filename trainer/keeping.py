"""What is done to a whole installation from the terminal: counting attempts, judging them anew."""

from collections.abc import Iterator

from trainer import paths
from trainer.catalog.library import Library
from trainer.config import Settings
from trainer.play.changes import TERMINAL
from trainer.play.ports import NotFound
from trainer.play.regrading import apply, trial
from trainer.play.sandbox import Desk
from trainer.play.tally import tally
from trainer.store.changes import SqlChanges
from trainer.store.database import connect
from trainer.store.events import SqlStore
from trainer.store.grades import SqlGrades


def count_up(settings: Settings, *, again: bool) -> int:
    """Count every attempt that has changed since it was counted, or every one; how many."""
    engine = connect(settings.database_url, settings.sqlite_synchronous)
    desk, grades = Desk(SqlStore(engine)), SqlGrades(engine)
    waiting = grades.uncounted(2**31 - 1, again=again)
    for at in range(0, len(waiting), 100):
        some = waiting[at : at + 100]
        grades.keep([(it, tally(desk.store, desk.course(it), it)) for it in some])
    engine.dispose()
    return len(waiting)


def judge_anew(settings: Settings, exercise: str, reason: str) -> Iterator[str]:
    """Regrade an exercise, in lines; with a reason it is done, without only told."""
    engine = connect(settings.database_url, settings.sqlite_synchronous)
    desk, grades = Desk(SqlStore(engine)), SqlGrades(engine)
    try:
        scenario = Library(paths.SCENARIOS, desk.store).scenario(exercise)
    except NotFound:
        yield f"There is no exercise {exercise}."
        return
    runs = grades.uncounted(2**31 - 1, subject=exercise, again=True)
    found = trial(desk, runs, scenario)
    names = grades.names({run.person_id for run in runs})
    for moved in found.moved:
        lines = ", ".join(f"{it.goal or 'hints'} {it.was} → {it.now}" for it in moved.lines)
        was, now = moved.sandbox.standing.score, moved.standing.score
        yield f"{names[moved.sandbox.person_id]} {moved.sandbox.key}: {was} → {now} ({lines})"
    for refused in found.refused:
        yield f"{names[refused.sandbox.person_id]} {refused.sandbox.key}: {refused.why}"
    yield (
        f"{found.looked_at} runs, {found.same} have today's goals already, "
        f"{sum(it.moves for it in found.moved)} would get another score."
    )
    if reason:
        done, left = apply(
            desk,
            SqlChanges(engine),
            found,
            scenario,
            lambda it: f"{names[it.person_id]} · {exercise} · {it.key}",
            who=TERMINAL,
            reason=reason,
        )
        yield f"{done} runs judged anew; {left} went on meanwhile and were left."
    engine.dispose()
