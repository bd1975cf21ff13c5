"""The first start: schema, roles, accounts, and opening worlds that need not be made in class."""

from typing import Final, NamedTuple

from flask import Flask
from flask_security import hash_password

from trainer import paths
from trainer.app import create_app
from trainer.catalog.library import Library, shelve
from trainer.config import Settings
from trainer.orders.world import World
from trainer.store.database import connect, migrate
from trainer.store.events import SqlStore


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
            _add(app, account, f"{account.username}@example.com")
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
    app = create_app(settings)
    with app.app_context():
        if len(password) < 8:
            return "The password is too short: use 8 characters or more."
        if not _add(app, Account(role, username, password, name), email):
            return f"There is already an account {username} or {email}."
    return ""


def _add(app: Flask, account: Account, email: str) -> bool:
    """Make the account unless somebody has that name or address already."""
    people = app.extensions["security"].datastore
    if people.find_user(username=account.username) or people.find_user(email=email):
        return False
    people.create_user(
        email=email,
        username=account.username,
        name=account.name,
        password=hash_password(account.password),
        roles=[account.role],
    )
    people.commit()
    return True


def shelve_world(settings: Settings, world: World, name: str) -> str:
    """Keep an imported world as an exercise; the sentence that says where to find it."""
    engine = connect(settings.database_url, settings.sqlite_synchronous)
    migrate(engine)
    scenario = shelve(SqlStore(engine), world, name)
    engine.dispose()
    return f"Kept in {settings.data} as the exercise “{scenario.title.en}”."
