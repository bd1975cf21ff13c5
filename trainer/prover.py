"""A proof in a process of its own: slow, hungry or endless, it is no harm to the server.

`python -m trainer.prover NUMBER` proves the draft of that proof, tells how far it is in the
database, stops when it is asked to, and has bounds of time and memory.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread
from time import monotonic
from typing import Final

from sqlalchemy.exc import DBAPIError

from trainer import paths
from trainer.catalog.certificate import as_markdown
from trainer.catalog.loader import ScenarioErrors, load_text
from trainer.catalog.proof import prove_all
from trainer.config import Settings
from trainer.play.authoring import ALIVE, LONGEST_PROOF
from trainer.play.ports import NotFound
from trainer.store.database import connect
from trainer.store.drafts import SqlDrafts

HEARTBEAT: Final = ALIVE / 6
"""Seconds between two signs of life."""
MEMORY: Final = 2 * 1024**3
"""Bytes of address space: a proof of the course takes a tenth."""


class Stopped(Exception):
    """Somebody does not want it any more, or it took too long."""


def start(settings: Settings, proof_id: int) -> None:
    """Begin the proof; it outlives the request, and even the server."""
    env = os.environ | {
        "TRAINER_DATABASE_URL": settings.database_url, "TRAINER_DATA": str(settings.data),
    }  # fmt: skip
    subprocess.Popen(
        [sys.executable, "-m", "trainer.prover", str(proof_id)],
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def prove(settings: Settings, proof_id: int) -> None:
    """Prove the draft of a proof, and write down what came of it."""
    engine = connect(settings.database_url, settings.sqlite_synchronous)
    drafts = SqlDrafts(engine)
    try:
        run = drafts.proof(proof_id)
        loaded = load_text(drafts.text(run.draft_id), paths.SCENARIOS)
        if loaded.digest != run.digest:
            drafts.end_proof(proof_id, "stopped", "The draft has changed meanwhile.")
            return
        began = monotonic()

        def told(done: int, _of: int, _scenario: str) -> None:
            if drafts.beat(proof_id, done) == "stopping":
                raise Stopped("It was stopped.")
            if monotonic() - began > LONGEST_PROOF:
                raise Stopped(f"It took longer than {LONGEST_PROOF} seconds.")

        with _alive(drafts, proof_id):
            [proof] = prove_all((loaded.scenario,), None, 1, told)
        drafts.end_proof(proof_id, "green" if proof.ok else "red", as_markdown([proof]))
    except Stopped as why:
        drafts.end_proof(proof_id, "stopped", str(why))
    except NotFound:  # thrown away meanwhile
        return
    except (ScenarioErrors, ValueError, MemoryError, RecursionError, ArithmeticError) as error:
        drafts.end_proof(proof_id, "broken", f"{type(error).__name__}: {error}"[:2_000])
    finally:
        engine.dispose()


@contextmanager
def _alive(drafts: SqlDrafts, proof_id: int) -> Iterator[None]:
    """Say from time to time that the proof goes on: a single variant can take minutes."""
    over = Event()

    def say() -> None:
        while not over.wait(HEARTBEAT):
            with suppress(DBAPIError):  # one sign that is lost is made up for by the next
                drafts.beat(proof_id)

    beating = Thread(target=say, daemon=True)
    beating.start()
    try:
        yield
    finally:
        over.set()
        beating.join()


def main() -> None:
    """The process."""
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (LONGEST_PROOF, LONGEST_PROOF + 10))
        os.nice(10)
    prove(Settings.from_env(), int(sys.argv[1]))


if __name__ == "__main__":
    main()
