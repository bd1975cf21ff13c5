"""Servers to be measured: started on a free port, asked what they have used, and stopped."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from time import monotonic, sleep
from typing import Final, NamedTuple

PATIENCE: Final = 60.0
_PROC: Final = Path("/proc")
_OURS: Final = "from trainer.cli import main; main()"
_BARE: Final = """
import sys
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels
Granian("trainer.bench.bare_app:application", address="127.0.0.1", port=int(sys.argv[1]),
        interface=Interfaces.WSGI, workers=1, blocking_threads=1, factory=True,
        log_level=LogLevels.warning).serve()
"""


class Server(NamedTuple):
    """A server that runs, and its processes."""

    port: int
    pid: int

    def seconds(self) -> float:
        """Processor time of all its processes so far."""
        ticks = 0
        for pid in self._family():
            after_name = (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
            ticks += int(after_name[11]) + int(after_name[12])
        return ticks / os.sysconf("SC_CLK_TCK")

    def memory(self) -> int:
        """Bytes of memory of all its processes, what they share counted once."""
        kilobytes = 0
        for pid in self._family():
            for line in (_PROC / str(pid) / "smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    kilobytes += int(line.split()[1])
        return kilobytes * 1024

    def ask(self, method: str, path: str, body: str = "", **headers: str) -> tuple[str, str]:
        """One request; the answer's cookie, if it sets one, and its body."""
        asked = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        if body:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        asked.request(method, path, body, headers)
        answer = asked.getresponse()
        text = answer.read().decode()
        asked.close()
        cookies = [value.partition(";")[0] for value in answer.headers.get_all("Set-Cookie", ())]
        return "; ".join(cookies), text

    def _family(self) -> list[int]:
        """The process that was started, and those that it has started."""
        family = [self.pid]
        for pid in family:
            children = _PROC / str(pid) / "task" / str(pid) / "children"
            family += map(int, children.read_text().split())
        return family


def ours(data: Path) -> AbstractContextManager[Server]:
    """The product as `trainer serve` serves it, with one worker."""
    return _started(data, _OURS, "serve", "--host", "127.0.0.1", "--port")


def bare(data: Path) -> AbstractContextManager[Server]:
    """The bare app, served in the same way."""
    return _started(data, _BARE)


@contextmanager
def _started(data: Path, *script: str) -> Iterator[Server]:
    """A server of this script, whose last argument is the port."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        port = found.getsockname()[1]
    inherited = {name: text for name, text in os.environ.items() if not name.startswith("TRAINER_")}
    started = subprocess.Popen(
        [sys.executable, "-c", *script, str(port)],
        env={**inherited, "TRAINER_DATA": str(data), "TRAINER_WORKERS": "1"},
        stdout=subprocess.DEVNULL,
    )
    try:
        _answers(port)
        yield Server(port, started.pid)
    finally:
        started.terminate()
        started.wait(PATIENCE)


def _answers(port: int) -> None:
    """Wait until somebody listens."""
    until = monotonic() + PATIENCE
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            if monotonic() > until:
                raise
            sleep(0.1)
        else:
            return
