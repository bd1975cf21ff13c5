"""Databases with the schema and two people in them, and the stores that promise the same."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine, insert

from trainer.play.memory import MemoryStore
from trainer.play.ports import Store
from trainer.store.database import connect, migrate
from trainer.store.events import SqlStore
from trainer.store.records import User

ADA, BEN = 1, 2


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'trainer.db'}"


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest) -> str:
    """An empty database, of each kind in turn."""
    return request.getfixturevalue(f"{request.param}_url")


@contextmanager
def in_use(url: str) -> Iterator[Engine]:
    """The database with its schema, Ada and Ben."""
    engine = connect(url)
    migrate(engine)
    people = [("ada", "Ada"), ("ben", "")]
    with engine.begin() as connection:
        connection.execute(
            insert(User),
            [
                {"email": f"{login}@example.org", "username": login, "name": name}
                | {"active": True, "fs_uniquifier": login}
                for login, name in people
            ],
        )
    yield engine
    engine.dispose()


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    with in_use(url) as engine:
        yield engine


@pytest.fixture
def sql(engine: Engine) -> SqlStore:
    return SqlStore(engine)


@pytest.fixture(params=["memory", "sqlite", "postgres"])
def store(request: pytest.FixtureRequest) -> Iterator[Store]:
    """Each store in turn; whatever one promises, all do."""
    if request.param == "memory":
        yield MemoryStore()
        return
    with in_use(request.getfixturevalue(f"{request.param}_url")) as engine:
        yield SqlStore(engine)
