"""Backup, restore, tally and regrade from the terminal."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.web.pupils import work
from trainer.app import create_app
from trainer.cli import main
from trainer.config import Settings
from trainer.web import accounts

Run = Callable[..., str]


@pytest.fixture
def terminal(tmp_path: Path) -> Run:
    """A terminal in a data folder of its own."""

    def run(*words: str, code: int = 0, data: str = "data") -> str:
        done = CliRunner().invoke(main, words, env={"TRAINER_DATA": str(tmp_path / data)})
        assert done.exit_code == code, done.output
        return done.output

    return run


@pytest.fixture
def pupil(tmp_path: Path) -> None:
    """Somebody who has worked there."""
    app = create_app(Settings.from_env({"TRAINER_DATA": str(tmp_path / "data")}))
    with app.app_context():
        typed = {"name": "Ada", "username": "ada", "email": "ada@example.com", "role": "trainee"}
        assert accounts.add(typed | {"password": "ada-learns"}) == {}
        person = app.extensions["security"].datastore.find_user(username="ada")
        work(app, person.id, skill=0.5, seed=2)
    app.extensions["engine"].dispose()


def test_a_backup_comes_back_in_another_place(terminal: Run, pupil: None, tmp_path: Path) -> None:
    file = str(tmp_path / "friday.backup")
    assert "1 people, 1 attempts" in terminal("backup", file)
    assert "is there already" in terminal("backup", file, code=1)
    assert "Restored 1 people" in terminal("restore", file, data="elsewhere")
    assert "say --overwrite" in terminal("restore", file, code=1)
    assert "Restored 1 people" in terminal("restore", file, "--overwrite")
    assert "There is no file" in terminal("restore", str(tmp_path / "none"), code=1)


def test_what_has_moved_is_counted_once(terminal: Run, pupil: None) -> None:
    assert terminal("tally") == "1 attempts counted.\n"
    assert terminal("tally") == "0 attempts counted.\n"
    assert terminal("tally", "--again") == "1 attempts counted.\n"


def test_a_regrade_wants_a_reason_and_an_exercise(terminal: Run, pupil: None) -> None:
    told = terminal("regrade", "first-order")
    assert "1 runs, 1 have today's goals already, 0 would get another score." in told
    assert "say why" in terminal("regrade", "first-order", "--apply", code=1)
    done = terminal("regrade", "first-order", "--apply", "--reason", "fairer")
    assert "0 runs judged anew" in done
    assert "There is no exercise nothing." in terminal("regrade", "nothing")
