"""The schema is what the models say, however it came to be; SQLite behaves as it was told."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from threading import Timer

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, inspect, select
from sqlalchemy.exc import IntegrityError, OperationalError

from trainer import store
from trainer.store.database import DatabaseUnreachable, connect, migrate, migrations
from trainer.store.records import Base, Role, User, sessions

# a room's tables are part of the schema once its module is read
for found in iter_modules(store.__path__):
    import_module(f"trainer.store.{found.name}")

ROLES = {"trainee", "instructor", "admin"}


def differences(engine: Engine) -> list[object]:
    """Where the database is not what the models say."""
    with engine.connect() as connection:
        options = {"compare_type": True, "compare_server_default": True}
        context = MigrationContext.configure(connection, opts=options)
        return compare_metadata(context, Base.metadata)


def tables(engine: Engine) -> set[str]:
    return set(inspect(engine).get_table_names())


def test_the_migrations_make_what_the_models_say(url: str) -> None:
    engine = connect(url)
    assert differences(engine) != []
    migrate(engine)
    assert differences(engine) == []
    engine.dispose()


def test_the_roles_are_there_from_the_first_day(engine: Engine) -> None:
    with engine.connect() as connection:
        assert set(connection.scalars(select(Role.name))) == ROLES


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("postgresql+psycopg://ann:secret@127.0.0.1:1/shop", "127.0.0.1:1/shop cannot be reached"),
        ("postgresql+psycopg://ann@127.0.0.1:1/shop?password=secret", "cannot be reached"),
        ("postgresql+psycopg://ann:p@secret@127.0.0.1:1/shop", "cannot be read"),
        ("postgresql+psycopg://ann:secret@127.0.0.1:port/shop", "cannot be read"),
        ("sqlite:////no/such/folder/trainer.db", "unable to open database file"),
    ],
)
def test_a_database_out_of_reach_is_told_in_a_sentence(url: str, says: str) -> None:
    with pytest.raises(DatabaseUnreachable, match=says) as told:
        migrate(connect(url))
    assert "secret" not in str(told.value)
    assert "\n" not in str(told.value)


def test_there_is_a_way_back_to_nothing_and_forth_again(engine: Engine) -> None:
    with migrations(engine) as config:
        command.downgrade(config, "base")
    assert tables(engine) == {"alembic_version"}
    migrate(engine)
    assert differences(engine) == []


def test_to_migrate_twice_changes_nothing(engine: Engine) -> None:
    migrate(engine)
    with engine.connect() as connection:
        assert connection.scalar(select(User.username).where(User.id == 1)) == "ada"


def test_a_migration_that_fails_leaves_nothing_behind(url: str) -> None:
    engine = connect(url)

    def fail_halfway() -> None:
        with migrations(engine) as config:
            command.upgrade(config, "head")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail_halfway()
    assert tables(engine) == set()
    migrate(engine)
    assert differences(engine) == []
    engine.dispose()


def test_four_that_start_at_once_make_one_schema(url: str) -> None:
    engines = [connect(url) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(migrate, engines))
    assert differences(engines[0]) == []
    for engine in engines:
        engine.dispose()


# --- SQLite -----------------------------------------------------------------------------------


@pytest.fixture
def sqlite(sqlite_url: str) -> Engine:
    engine = connect(sqlite_url)
    migrate(engine)
    return engine


def test_who_comes_while_another_begins_waits_for_it(tmp_path: Path) -> None:
    """SQLite itself refuses the switch to WAL at once, if somebody is about to write."""
    path = tmp_path / "trainer.db"
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    other.execute("CREATE TABLE begun (at INTEGER)")
    other.execute("BEGIN IMMEDIATE")
    done = Timer(0.3, other.rollback)
    done.start()
    engine = connect(f"sqlite:///{path}")
    with engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
    done.join()
    other.close()
    engine.dispose()


@pytest.mark.parametrize(("word", "number"), [("NORMAL", 1), ("FULL", 2)])
def test_sqlite_is_set_up_on_every_connection(tmp_path: Path, word: str, number: int) -> None:
    engine = connect(f"sqlite:///{tmp_path / 'trainer.db'}", word)
    with engine.connect() as first, engine.connect() as second:
        for connection in (first, second):
            settings = {
                name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
                for name in ("journal_mode", "foreign_keys", "busy_timeout", "synchronous")
            }
            assert settings == {
                "journal_mode": "wal",
                "foreign_keys": 1,
                "busy_timeout": 5000,
                "synchronous": number,
            }
    engine.dispose()


def test_who_has_read_may_still_write_after_somebody_else_did(sqlite: Engine) -> None:
    """A plain BEGIN would end here with “database is locked”, at once and for good."""
    session = sessions(sqlite)
    assert set(session.scalars(select(Role.name))) == ROLES
    with sqlite.begin() as other:
        other.exec_driver_sql("INSERT INTO role (name) VALUES ('guest')")
    session.add(Role(name="owner"))
    session.commit()
    assert set(session.scalars(select(Role.name))) == ROLES | {"guest", "owner"}
    session.remove()


def test_who_only_reads_stops_nobody(sqlite: Engine) -> None:
    session = sessions(sqlite)
    session.scalars(select(Role)).all()
    with sqlite.connect() as other:
        other.exec_driver_sql("PRAGMA busy_timeout = 0")
        other.exec_driver_sql("INSERT INTO role (name) VALUES ('guest')")
        other.commit()
    session.remove()


def test_who_writes_makes_other_writers_wait(sqlite: Engine) -> None:
    with sqlite.connect() as first, sqlite.connect() as second:
        second.exec_driver_sql("PRAGMA busy_timeout = 0")
        first.exec_driver_sql("INSERT INTO role (name) VALUES ('guest')")
        with pytest.raises(OperationalError, match="locked"):
            second.exec_driver_sql("INSERT INTO role (name) VALUES ('owner')")
        first.rollback()
        second.exec_driver_sql("INSERT INTO role (name) VALUES ('owner')")
        second.commit()
    assert set(sessions(sqlite).scalars(select(Role.name))) == ROLES | {"owner"}


def test_what_was_rolled_back_is_gone(sqlite: Engine) -> None:
    session = sessions(sqlite)
    session.add(Role(name="guest"))
    session.flush()
    session.rollback()
    session.add_all([Role(name="owner"), Role(name="owner")])
    with pytest.raises(IntegrityError):
        session.commit()
    session.remove()
    assert set(sessions(sqlite).scalars(select(Role.name))) == ROLES
