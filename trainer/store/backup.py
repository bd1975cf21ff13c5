"""A backup is an SQLite file with the whole database in it, whatever the database is.

From SQLite it is taken with SQLite's own online backup, from PostgreSQL by copying every table in
one transaction that sees one moment; both while people go on working. So a backup needs no other
program, says by its schema's revision what it is, and may be restored into either kind.
"""

import contextlib
import os
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from alembic.script import ScriptDirectory
from sqlalchemy import Column, Connection, Engine, MetaData, func, insert, select, text
from sqlalchemy.exc import DBAPIError

from trainer.store.database import connect, migrate, migrations
from trainer.store.records import Base, User

ROWS: Final = 1_000


class BackupError(Exception):
    """It was not done; the text says why and what helps."""


# --- making one -----------------------------------------------------------------------------------


def back_up(engine: Engine, file: Path) -> dict[str, int]:
    """Write the database of this moment to a new file; how many rows of each table it holds.

    The file appears whole or not at all.
    """
    if file.exists():
        raise BackupError(f"{file} is there already; name a file that is not.")
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        if engine.dialect.name == "sqlite":
            _copied_online(engine, draft)
        else:
            _copied_by_rows(engine, draft)
        counts = _checked(draft)
        os.replace(draft, file)
    except OSError as problem:
        raise BackupError(f"{file} cannot be written: {problem.strerror}.") from None
    finally:
        for name in (draft, Path(f"{draft}-wal"), Path(f"{draft}-shm")):
            with contextlib.suppress(OSError):
                name.unlink()
    return counts


def _copied_online(engine: Engine, file: Path) -> None:
    os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))  # it holds passwords
    connection = engine.raw_connection()
    with contextlib.closing(sqlite3.connect(file)) as copy:
        try:
            driver: Any = connection.driver_connection
            driver.backup(copy)  # in one step: writers go on beside a reader, and it is one moment
        finally:
            connection.close()
        copy.execute("PRAGMA journal_mode = DELETE")  # one file, without companions


def _copied_by_rows(engine: Engine, file: Path) -> None:
    os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    copy = connect(f"sqlite:///{file}")
    try:
        migrate(copy)
        isolated = engine.connect().execution_options(isolation_level="REPEATABLE READ")
        with isolated as source:
            if _revision(source) != _newest():
                raise BackupError("The database is not up to date; start the server once first.")
            _copy_rows(source, copy)
        with copy.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.exec_driver_sql("PRAGMA journal_mode = DELETE")
    finally:
        copy.dispose()


def _checked(file: Path) -> dict[str, int]:
    """Whether SQLite finds the file sound, and nothing in it points nowhere."""
    with contextlib.closing(sqlite3.connect(file)) as copy:
        (sound,) = copy.execute("PRAGMA integrity_check").fetchone()
        loose = copy.execute("PRAGMA foreign_key_check").fetchall()
        if sound != "ok" or loose:
            raise BackupError(f"The copy is not sound ({sound}, {len(loose)} loose rows).")
        return {
            table.name: copy.execute(f'SELECT count(*) FROM "{table.name}"').fetchone()[0]
            for table in Base.metadata.sorted_tables
        }


# --- restoring one --------------------------------------------------------------------------------


def restore(file: Path, engine: Engine, *, overwrite: bool = False) -> dict[str, int]:
    """Put a backup in place of what is there; an older one is brought up to date first.

    Nobody may be working meanwhile: stop the server. Raises BackupError, and then nothing changed.
    """
    with _draft_of(file) as draft:
        migrate(engine)
        with engine.connect() as connection:
            people = connection.scalar(select(func.count()).select_from(User.__table__)) or 0
        if people and not overwrite:
            raise BackupError(
                f"There are {people} people in this database. To put the backup in their place, "
                "say --overwrite; all they have done since is lost."
            )
        if engine.dialect.name == "sqlite":
            _restored_online(draft, engine)
        else:
            _restored_by_rows(draft, engine)
        return _checked(draft)


@contextlib.contextmanager
def _draft_of(file: Path) -> Iterator[Path]:
    """A copy of the backup, brought up to date; the backup itself stays as it is."""
    if not file.is_file():
        raise BackupError(f"There is no file {file}.")
    place = TemporaryDirectory(prefix="trainer-restore-")
    draft = Path(place.name) / "draft.db"
    try:
        shutil.copyfile(file, draft)
        engine = connect(f"sqlite:///{draft}")
        try:
            with engine.connect() as connection:
                revision = _revision(connection)
            if revision not in _known():
                raise BackupError(
                    f"{file} is of a newer version of this program (schema {revision}; this one "
                    f"knows up to {_newest()}). Install that version, then restore."
                )
            migrate(engine)
            with engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
                connection.exec_driver_sql("PRAGMA journal_mode = DELETE")
        finally:
            engine.dispose()
        yield draft
    except (sqlite3.DatabaseError, DBAPIError):
        raise BackupError(f"{file} is no backup of ours.") from None
    except OSError as problem:
        raise BackupError(f"{file} cannot be read: {problem.strerror}.") from None
    finally:
        place.cleanup()


def _restored_online(draft: Path, engine: Engine) -> None:
    connection = engine.raw_connection()
    try:
        driver: Any = connection.driver_connection
        with contextlib.closing(sqlite3.connect(draft)) as source:
            source.backup(driver)
        driver.execute("PRAGMA journal_mode = WAL")
    finally:
        connection.close()


def _restored_by_rows(draft: Path, engine: Engine) -> None:
    source_engine = connect(f"sqlite:///{draft}")
    tables = ", ".join(f'"{table.name}"' for table in Base.metadata.sorted_tables)
    try:
        with source_engine.connect() as source, engine.begin() as target:
            target.execute(text(f"TRUNCATE {tables}"))
            _copy_into(source, target)
            for column in _numbered(Base.metadata):
                target.execute(
                    text(
                        f"SELECT setval(pg_get_serial_sequence('{column.table.name}', "
                        f"'{column.name}'), coalesce((SELECT max({column.name}) "
                        f"FROM {column.table.name}), 0) + 1, false)"
                    )
                )
    finally:
        source_engine.dispose()


def _numbered(metadata: MetaData) -> Iterator[Column[Any]]:
    """The columns that PostgreSQL counts up by itself."""
    for table in metadata.sorted_tables:
        column = table.autoincrement_column
        if column is not None:
            yield column


# --- rows -----------------------------------------------------------------------------------------


def _copy_rows(source: Connection, copy: Engine) -> None:
    with copy.begin() as target:
        # the migrations have put rows of their own there, such as the roles
        for table in reversed(Base.metadata.sorted_tables):
            target.execute(table.delete())
        _copy_into(source, target)


def _copy_into(source: Connection, target: Connection) -> None:
    """Every table, those that others point at first; some rows at a time."""
    for table in Base.metadata.sorted_tables:
        rows = source.execution_options(yield_per=ROWS).execute(select(table))
        for some in rows.mappings().partitions():
            target.execute(insert(table), [dict(row) for row in some])


# --- versions -------------------------------------------------------------------------------------


def _revision(connection: Connection) -> str:
    with contextlib.suppress(Exception):
        return str(connection.scalar(text("SELECT version_num FROM alembic_version")))
    raise sqlite3.DatabaseError("no alembic_version")


def _script() -> ScriptDirectory:
    engine = connect("sqlite://")
    with migrations(engine) as config:
        return ScriptDirectory.from_config(config)


def _known() -> set[str]:
    return {script.revision for script in _script().walk_revisions()}


def _newest() -> str:
    return str(_script().get_current_head())
