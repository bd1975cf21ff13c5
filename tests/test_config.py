"""Settings: what stands in the environment, and what is said when it cannot be used."""

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from trainer.config import ConfigError, Settings, kept_secret


def settings(tmp_path: Path, **variables: str) -> Settings:
    return Settings.from_env({"TRAINER_DATA": str(tmp_path / "data"), **variables})


def test_nothing_set_is_a_working_setup(tmp_path: Path) -> None:
    ours = settings(tmp_path)
    assert (ours.host, ours.port, ours.sqlite_synchronous) == ("127.0.0.1", 8000, "NORMAL")
    assert ours.database_url == f"sqlite:///{tmp_path}/data/trainer.db"
    assert ours.workers >= 1
    assert ours.data.is_dir()


def test_the_folder_is_the_users_own_unless_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("platformdirs.user_data_dir", lambda name, appauthor: str(tmp_path / name))
    assert Settings.from_env({}).data == tmp_path / "order-trainer"


def test_every_variable_is_heard(tmp_path: Path) -> None:
    ours = settings(
        tmp_path,
        TRAINER_HOST="0.0.0.0",
        TRAINER_PORT="8080",
        TRAINER_WORKERS="3",
        TRAINER_SQLITE_SYNCHRONOUS="full",
        TRAINER_SECRET_KEY="correct horse battery staple",
        TRAINER_DATABASE_URL="sqlite:////srv/x.db",
    )
    assert (ours.host, ours.port, ours.workers) == ("0.0.0.0", 8080, 3)
    assert ours.sqlite_synchronous == "FULL"
    assert ours.secret_key == "correct horse battery staple"
    assert ours.database_url == "sqlite:////srv/x.db"


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_postgresql_is_reached_by_the_driver_we_have(tmp_path: Path, scheme: str) -> None:
    ours = settings(tmp_path, TRAINER_DATABASE_URL=f"{scheme}://ines:secret@db/trainer?sslmode=x")
    assert ours.database_url == "postgresql+psycopg://ines:secret@db/trainer?sslmode=x"


def test_an_empty_variable_is_not_set(tmp_path: Path) -> None:
    assert settings(tmp_path, TRAINER_PORT=" ").port == 8000


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("TRAINER_PORT", "80a", "found '80a'; wanted a whole number from 1 to 65535."),
        ("TRAINER_PORT", "65536", "found '65536'; wanted a whole number from 1 to 65535."),
        ("TRAINER_PORT", "8０80", "found '8０80'; wanted a whole number from 1 to 65535."),
        ("TRAINER_WORKERS", "-1", "found '-1'; wanted a whole number from 1 to 64."),
        ("TRAINER_SQLITE_SYNCHRONOUS", "OFF", "found 'OFF'; wanted NORMAL or FULL."),
        ("TRAINER_HOST", "http://x", "found 'http://x'; wanted a host name or an IP address"),
        ("TRAINER_DATABASE_URL", "mysql://x", "found mysql://…; wanted sqlite:///file or"),
        ("TRAINER_DATABASE_URL", "trainer.db", "found no address; wanted sqlite:///file or"),
        ("TRAINER_SECRET_KEY", "short", "found 5 characters; wanted 16 or more"),
        ("TRAINER_DATA", __file__, "which is a file; wanted a folder"),
    ],
)
def test_a_wrong_value_says_where_what_and_what_instead(
    tmp_path: Path, name: str, value: str, sentence: str
) -> None:
    with pytest.raises(ConfigError) as told:
        settings(tmp_path, **{name: value})
    assert str(told.value).startswith(f"{name}: ")
    assert sentence in str(told.value)


def test_all_wrong_values_are_told_at_once_and_nothing_is_written(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as told:
        settings(tmp_path, TRAINER_PORT="x", TRAINER_WORKERS="y")
    assert [line.split(":")[0] for line in str(told.value).splitlines()] == [
        "TRAINER_PORT",
        "TRAINER_WORKERS",
    ]
    assert not (tmp_path / "data").exists()


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ConfigError, match=r"TRAINER_DATA: found .*nothing can be written"):
        Settings.from_env({"TRAINER_DATA": str(tmp_path / "file" / "data")})


def test_the_secret_is_kept_and_only_the_owner_may_read_it(tmp_path: Path) -> None:
    ours = settings(tmp_path)
    assert len(ours.secret_key) >= 48
    assert settings(tmp_path).secret_key == ours.secret_key
    assert stat.S_IMODE(os.stat(ours.data / "secret_key").st_mode) == 0o600
    assert [path.name for path in ours.data.iterdir()] == ["secret_key"]


def test_all_who_start_at_once_agree_on_the_secret(tmp_path: Path) -> None:
    for round_ in range(20):
        path = tmp_path / str(round_)
        with ThreadPoolExecutor(8) as pool:
            assert len(set(pool.map(kept_secret, [path] * 8))) == 1


def test_secrets_do_not_print(tmp_path: Path) -> None:
    ours = settings(
        tmp_path,
        TRAINER_DATABASE_URL="postgresql://ines:hunter2@db/x",
        TRAINER_SECRET_KEY="correct horse battery staple",
    )
    assert "hunter2" not in repr(ours)
    assert "horse" not in repr(ours)
