"""The first start: schema, roles, accounts."""

from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from trainer.app import create_app
from trainer.catalog.library import shelve
from trainer.config import Settings
from trainer.orders.world import World
from trainer.play.classroom import ClassStore
from trainer.store.database import connect, migrate
from trainer.store.events import SqlStore
from trainer.training.assignments import Kind, Terms
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


_ASKED: Final[tuple[tuple[Kind, str, int, int], ...]] = (
    ("exercise", "first-order", 2, 0),
    ("quiz", "01-overview", 5, 2),
    ("chapter", "2", 14, 0),
)
"""Kind, what, days until it is due, tries."""


def prepare(settings: Settings, **config: Any) -> tuple[Account, ...]:
    """Schema and demo accounts; safe to repeat. `config` is Flask's, for tests.

    Opening worlds are made when they are first met: that takes less than a tenth of a second, and
    each trainee of a class meets another one.
    """
    app = create_app(settings, **config)
    with app.app_context():
        for account in DEMO:
            # who is there already keeps what they changed
            accounts.add(account._asdict() | {"email": f"{account.username}@example.com"})
        _class(app.extensions["classes"])
    app.extensions["engine"].dispose()
    return DEMO


def _class(classes: ClassStore) -> None:
    """A class of the demo people, with something to do; made once, whatever became of it."""
    number = {it: accounts.datastore().find_user(username=it).id for it in ("ada", "ben", "ines")}
    if classes.of_person(number["ines"], teaches=True):
        return
    room = classes.create("Order desk, group A", number["ines"])
    classes.add(room.class_id, (number["ada"], number["ben"]))
    morning = datetime.now().replace(hour=9, minute=0, second=0, microsecond=0) - timedelta(days=1)
    for kind, what, days, tries in _ASKED:
        due = morning.replace(hour=17) + timedelta(days=days + 1)
        opens, due_at, closes = (it.timestamp() for it in (morning, due, due + timedelta(days=7)))
        classes.assign(room.class_id, kind, what, Terms(opens, due_at, closes, tries))


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
