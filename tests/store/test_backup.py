"""A backup is of one moment, whatever is written meanwhile, and comes back whole."""

import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from threading import Event, Thread

import pytest
from alembic import command
from sqlalchemy import Engine, func, select

from tests.store.conftest import ADA, in_use
from tests.store.shop import DRAFT, as_json, content, note, opening
from trainer.play.changes import TERMINAL
from trainer.play.ports import Sandbox
from trainer.play.sandbox import Desk
from trainer.store import tables
from trainer.store.backup import BackupError, back_up, restore
from trainer.store.changes import SqlChanges
from trainer.store.database import connect, migrate, migrations
from trainer.store.events import SqlStore
from trainer.store.records import Base


def begun(engine: Engine) -> Sandbox:
    desk, scenario = Desk(SqlStore(engine)), content()
    opening_id = desk.store.put_opening(opening(scenario), as_json(scenario), "v1")
    sandbox = desk.store.open(ADA, opening_id)
    return desk.perform(sandbox, DRAFT, actor="ada", command_id="draft").sandbox


def rows(engine: Engine) -> dict[str, list[tuple[object, ...]]]:
    """Everything there is, table by table."""
    with engine.connect() as connection:
        return {
            table.name: sorted((tuple(row) for row in connection.execute(select(table))), key=repr)
            for table in Base.metadata.sorted_tables
        }


@pytest.fixture
def busy(engine: Engine) -> Iterator[Engine]:
    """A database in which somebody writes note after note."""
    sandbox, over, began = begun(engine), Event(), Event()

    def write() -> None:
        desk, at, number = Desk(SqlStore(engine)), sandbox, 0
        while not over.is_set():
            number += 1
            word = f"note {number}"
            at = desk.perform(at, note(word), actor="ada", command_id=word).sandbox
            if number > 20:
                began.set()

    writer = Thread(target=write)
    writer.start()
    assert began.wait(20)
    yield engine
    over.set()
    writer.join()


def test_a_backup_while_people_work_is_of_one_moment(busy: Engine, tmp_path: Path) -> None:
    for number in range(3):
        file = tmp_path / f"{number}.backup"
        counts = back_up(busy, file)
        with closing(sqlite3.connect(file)) as copy:
            said, there = copy.execute(
                "SELECT sandbox.events, (SELECT count(*) FROM event) FROM sandbox"
            ).fetchone()
        assert said == there == counts["event"] > 20
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert sorted(it.name for it in tmp_path.iterdir() if "backup" in it.name) == [
        "0.backup", "1.backup", "2.backup",
    ]  # fmt: skip


def test_what_is_restored_is_what_was_there(engine: Engine, tmp_path: Path) -> None:
    sandbox = begun(engine)
    SqlChanges(engine).add(TERMINAL, "role_changed", "Ada", old="trainee", new="admin")
    before, file = rows(engine), tmp_path / "a.backup"
    back_up(engine, file)
    desk = Desk(SqlStore(engine))
    desk.perform(sandbox, note("lost"), actor="ada", command_id="lost")
    with pytest.raises(BackupError, match="2 people"):
        restore(file, engine)
    assert rows(engine) != before
    restore(file, engine, overwrite=True)
    assert rows(engine) == before
    # and people go on: new rows get numbers that are free
    again = Desk(SqlStore(engine))
    assert again.perform(sandbox, note("on"), actor="ada", command_id="on").entries
    scenario = content("Another", "another")
    assert again.store.put_opening(opening(scenario), as_json(scenario), "v2") == 2


def test_a_backup_goes_from_one_kind_of_database_to_the_other(
    sqlite_url: str, postgres_url: str, tmp_path: Path
) -> None:
    with in_use(postgres_url) as postgres:
        begun(postgres)
        before = rows(postgres)
        back_up(postgres, tmp_path / "there.backup")
    embedded = connect(sqlite_url)
    restore(tmp_path / "there.backup", embedded)
    assert rows(embedded) == before
    embedded.dispose()


def test_a_backup_never_takes_the_place_of_a_file(engine: Engine, tmp_path: Path) -> None:
    file = tmp_path / "mine"
    file.write_text("letters")
    with pytest.raises(BackupError, match="is there already"):
        back_up(engine, file)
    assert file.read_text() == "letters"
    with pytest.raises(BackupError, match="cannot be written"):
        back_up(engine, tmp_path / "no" / "folder")
    with pytest.raises(BackupError, match="is no backup of ours"):
        restore(file, engine, overwrite=True)
    with pytest.raises(BackupError, match="There is no file"):
        restore(tmp_path / "nothing", engine, overwrite=True)


def test_an_older_backup_is_brought_up_to_date(engine: Engine, tmp_path: Path) -> None:
    file = tmp_path / "older"
    old = connect(f"sqlite:///{file}")
    migrate(old)
    with migrations(old) as config:
        command.downgrade(config, "0003")
    old.dispose()
    text = file.read_bytes()
    restore(file, engine, overwrite=True)
    with engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(tables.sandbox)) == 0
    assert file.read_bytes() == text


def test_a_newer_backup_is_refused(engine: Engine, tmp_path: Path) -> None:
    file = tmp_path / "newer"
    back_up(engine, file)
    with closing(sqlite3.connect(file)) as copy:
        copy.execute("UPDATE alembic_version SET version_num = '9999'")
        copy.commit()
    before = rows(engine)
    with pytest.raises(BackupError, match="newer version"):
        restore(file, engine, overwrite=True)
    assert rows(engine) == before
