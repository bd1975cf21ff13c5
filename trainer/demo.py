"""The first start: schema, roles, accounts, and opening worlds that need not be made in class."""

from collections.abc import Iterator
from typing import Final, NamedTuple

from trainer import paths
from trainer.app import create_app
from trainer.catalog.library import Library, shelve
from trainer.config import Settings
from trainer.orders.world import World
from trainer.play.changes import TERMINAL
from trainer.play.ports import NotFound
from trainer.play.regrading import apply, trial
from trainer.play.sandbox import Desk
from trainer.play.tally import tally
from trainer.store.changes import SqlChanges
from trainer.store.database import connect, migrate
from trainer.store.events import SqlStore
from trainer.store.grades import SqlGrades
from trainer.web import accounts


class Account(NamedTuple):
    """Somebody who can sign in."""

    role: str
    username: str
    password: str
    name: str


DEMO: Final = (
    Account("trainee", "ada", "ada-learns", "Ada"),
    Account("trainee", "ben", "ben-learns", "Ben"),
    Account("instructor", "ines", "ines-teaches", "Ines"),
    Account("admin", "omar", "omar-manages", "Omar"),
)


def prepare(settings: Settings) -> tuple[Account, ...]:
    """Schema, demo accounts and the first opening of each exercise; safe to repeat."""
    app = create_app(settings)
    with app.app_context():
        for account in DEMO:
            # who is there already keeps what they changed
            accounts.add(account._asdict() | {"email": f"{account.username}@example.com"})
    engine = connect(settings.database_url, settings.sqlite_synchronous)
    library = Library(paths.SCENARIOS, SqlStore(engine))
    for scenario in library.scenarios():
        for locale in scenario.world.locales:
            library.opening_id(scenario.id, locale, 1)
    engine.dispose()
    return DEMO


def add_account(
    settings: Settings, *, username: str, email: str, name: str, role: str, password: str
) -> str:
    """Make an account; empty, or what stood in the way."""
    typed = {"username": username, "email": email, "name": name, "role": role}
    with create_app(settings).app_context():
        problems = accounts.add(typed | {"password": password})
        return next((f"{field}: {words}" for field, words in problems.items()), "")


def shelve_world(settings: Settings, world: World, name: str) -> str:
    """Keep an imported world as an exercise; the sentence that says where to find it."""
    engine = connect(settings.database_url, settings.sqlite_synchronous)
    migrate(engine)
    scenario = shelve(SqlStore(engine), world, name)
    engine.dispose()
    return f"Kept in {settings.data} as the exercise “{scenario.title.en}”."


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
