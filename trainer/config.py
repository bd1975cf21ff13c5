"""What can be set from outside: every TRAINER_* variable, read once, checked, then frozen."""

import contextlib
import os
import secrets
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import platformdirs

T = TypeVar("T")


class ConfigError(ValueError):
    """A setting is not usable; the text names each variable, what was found and what was wanted."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """How this installation runs."""

    data: Path
    host: str
    port: int
    workers: int
    sqlite_synchronous: str
    # kept out of logs and error pages: one may hold a password, the other signs the cookies
    database_url: str = field(repr=False)
    secret_key: str = field(repr=False)

    @classmethod
    def from_env(cls, environ: Mapping[str, str] = os.environ) -> "Settings":
        """Read the variables; all wrong ones are told at once, before anything is written."""
        wrong: list[str] = []

        def read(name: str, parse: Callable[[str], T], default: T) -> T:
            text = environ.get(name, "").strip()
            if not text:  # empty is how compose files and shells say "not set"
                return default
            try:
                return parse(text)
            except ValueError as error:
                wrong.append(f"{name}: {error}")
                return default

        data = read("TRAINER_DATA", _folder, _default_folder())
        host = read("TRAINER_HOST", _host, "127.0.0.1")
        port = read("TRAINER_PORT", _whole_number(1, 65535), 8000)
        workers = read("TRAINER_WORKERS", _whole_number(1, 64), min(4, os.cpu_count() or 1))
        synchronous = read("TRAINER_SQLITE_SYNCHRONOUS", _one_of("NORMAL", "FULL"), "NORMAL")
        sqlite = f"sqlite:///{(data / 'trainer.db').as_posix()}"
        database_url = read("TRAINER_DATABASE_URL", _database_url, sqlite)
        secret_key = read("TRAINER_SECRET_KEY", _secret_key, "")
        if wrong:
            raise ConfigError("\n".join(wrong))

        try:
            data.mkdir(mode=0o700, parents=True, exist_ok=True)
            secret_key = secret_key or kept_secret(data / "secret_key")
        except OSError as error:
            raise ConfigError(
                f"TRAINER_DATA: found {data}, where nothing can be written ({error.strerror}); "
                "wanted a folder that this user may write to."
            ) from error
        return cls(
            data=data,
            host=host,
            port=port,
            workers=workers,
            sqlite_synchronous=synchronous,
            database_url=database_url,
            secret_key=secret_key,
        )


def kept_secret(path: Path) -> str:
    """The key in the file; the first to ask makes it, and all who ask at once get the same one."""
    if not path.exists():
        handle, draft = tempfile.mkstemp(dir=path.parent, prefix=path.name)  # made with mode 0600
        try:
            with os.fdopen(handle, "w", encoding="ascii") as file:
                file.write(secrets.token_urlsafe(48))
            # a link appears whole or, if another process was faster, not at all
            with contextlib.suppress(FileExistsError):
                os.link(draft, path)
        finally:
            os.unlink(draft)
    return path.read_text("ascii")


def _default_folder() -> Path:
    return Path(platformdirs.user_data_dir("order-trainer", appauthor=False))


def _folder(text: str) -> Path:
    path = Path(text).expanduser().absolute()
    if path.exists() and not path.is_dir():
        raise ValueError(f"found {text}, which is a file; wanted a folder, existing or not.")
    return path


def _host(text: str) -> str:
    if any(character in text for character in "/ \t"):
        raise ValueError(f"found {text!r}; wanted a host name or an IP address alone.")
    return text


def _whole_number(low: int, high: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not (text.isascii() and text.isdecimal() and low <= int(text) <= high):
            raise ValueError(f"found {text!r}; wanted a whole number from {low} to {high}.")
        return int(text)

    return parse


def _one_of(*words: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if text.upper() not in words:
            raise ValueError(f"found {text!r}; wanted {' or '.join(words)}.")
        return text.upper()

    return parse


def _database_url(text: str) -> str:
    scheme, colon, rest = text.partition("://")
    if not colon or scheme not in {"sqlite", "postgres", "postgresql", "postgresql+psycopg"}:
        found = f"{scheme}://…" if colon else "no address"  # never the rest: it may hold a password
        raise ValueError(
            f"found {found}; wanted sqlite:///file or postgresql://user@host/database."
        )
    # the one PostgreSQL driver that is installed
    return text if scheme == "sqlite" else f"postgresql+psycopg://{rest}"


def _secret_key(text: str) -> str:
    if len(text) < 16:
        raise ValueError(f"found {len(text)} characters; wanted 16 or more, hard to guess.")
    return text
