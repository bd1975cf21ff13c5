"""The first start: schema, roles, accounts, and opening worlds that need not be made in class."""

from typing import Final, NamedTuple

from trainer import paths
from trainer.app import create_app
from trainer.catalog.library import Library, shelve
from trainer.config import Settings
from trainer.orders.world import World
from trainer.store.database import connect, migrate
from trainer.store.events import SqlStore
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
