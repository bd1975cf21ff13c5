"""The engine: where the database is, how SQLite is to behave, and how the schema comes to be."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic, sleep
from typing import Any, Final

from alembic import command
from alembic.config import Config
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

NEEDS_NO_LOCK: Final = ("SELECT", "PRAGMA", "BEGIN")
MIGRATING: Final = 7_251_034
"""Any number, but the same in every process: the name of PostgreSQL's lock."""
UNREADABLE: Final = (
    "The address of the database cannot be read; "
    "write @, : and / in its password as %40, %3A and %2F."
)


class DatabaseUnreachable(Exception):
    """There is no way to the database; the text says so in a sentence without a password."""


def connect(url: str, synchronous: str = "NORMAL") -> Engine:
    """The engine for a database.

    `synchronous` is SQLite's: with NORMAL what was committed survives the death of the program,
    with FULL the loss of power too.
    """
    # a server that was restarted costs one question, not a failed request
    engine = create_engine(_read(url), pool_pre_ping=not url.startswith("sqlite"))
    if engine.dialect.name == "sqlite":
        _settle(engine, synchronous)
    return engine


def _read(url: str) -> URL:
    try:
        read = make_url(url)
    except (ArgumentError, ValueError):
        raise DatabaseUnreachable(UNREADABLE) from None
    if "@" in (read.host or ""):  # the rest of a password
        raise DatabaseUnreachable(UNREADABLE)
    return read


def _reach(engine: Engine) -> Connection:
    try:
        return engine.connect()
    except DBAPIError as error:
        address = engine.url.set(query={}).render_as_string()
        reason = str(error.orig).strip().partition("\n")[0]
        raise DatabaseUnreachable(f"The database {address} cannot be reached: {reason}") from error


def _write_ahead(driver: sqlite3.Connection) -> None:
    """The switch to WAL; of several that make it at once SQLite refuses all but one, and waits for
    nobody, whatever the timeout.
    """
    given_up = monotonic() + 60
    while True:
        try:
            driver.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or monotonic() > given_up:
                raise
            sleep(0.02)
        else:
            return


def _settle(engine: Engine, synchronous: str) -> None:
    @event.listens_for(engine, "connect")
    def settle(driver: sqlite3.Connection, _record: Any) -> None:
        driver.isolation_level = None  # the driver begins nothing by itself; `lock` does
        # first: the next one may have to wait for somebody who is making the whole schema
        driver.execute("PRAGMA busy_timeout = 60000")
        _write_ahead(driver)
        driver.execute("PRAGMA busy_timeout = 5000")
        driver.execute(f"PRAGMA synchronous = {synchronous}")
        driver.execute("PRAGMA foreign_keys = ON")

    @event.listens_for(engine, "before_cursor_execute")
    def lock(_connection: Connection, cursor: Any, statement: str, *_rest: Any) -> None:
        """Begin a transaction when it first writes, and with the write lock.

        SQLite refuses at once to let a transaction write that has read, if somebody else wrote in
        between; one that begins with the lock waits for its turn instead. What is read before that
        is what is committed at that moment, as in PostgreSQL.
        """
        if not cursor.connection.in_transaction and not statement.startswith(NEEDS_NO_LOCK):
            cursor.execute("BEGIN IMMEDIATE")


def migrate(engine: Engine) -> None:
    """Bring the schema up to date; of several processes that start at once, one does it.

    The first to go to the database: if there is no way to it, raises DatabaseUnreachable.
    """
    with migrations(engine) as config:
        command.upgrade(config, "head")


@contextmanager
def migrations(engine: Engine) -> Iterator[Config]:
    """Alembic on this database: alone, and in one transaction that holds all or nothing."""
    config = Config()
    config.set_main_option("script_location", "trainer.store:migrations")
    config.set_main_option("path_separator", "os")
    with _reach(engine) as connection:
        if engine.dialect.name == "sqlite":
            connection.detach()  # its settings are its own, and end with it
            connection.exec_driver_sql("PRAGMA busy_timeout = 60000")
            # a table that is rebuilt must not take along the rows that point at it
            connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({MIGRATING})")
        config.attributes["connection"] = connection
        yield config
        connection.commit()
