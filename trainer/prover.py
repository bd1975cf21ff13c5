"""A proof in a process of its own: slow, hungry or endless, it is no harm to the server.

`python -m trainer.prover NUMBER` proves the draft of that proof, tells how far it is in the
database, stops when it is asked to, and has bounds of time and memory.
"""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from threading import Event, Thread
from time import monotonic
from typing import Final

from sqlalchemy.exc import DBAPIError

from trainer import paths
from trainer.catalog import certificate, question_proof
from trainer.catalog.asking import load_questions
from trainer.catalog.loader import ScenarioErrors, load_text
from trainer.catalog.proof import prove_all
from trainer.catalog.worlds import make_world
from trainer.config import Settings
from trainer.play import proving
from trainer.play.authoring import ALIVE, LONGEST_PROOF, Kind
from trainer.play.ports import NotFound
from trainer.store.database import connect
from trainer.store.drafts import SqlDrafts
from trainer.training.scenario import WorldSpec
from trainer.training.sentences import Sentence

HEARTBEAT: Final = ALIVE / 6
"""Seconds between two signs of life."""
MEMORY: Final = 2 * 1024**3
"""Bytes of address space: a proof of the course takes a tenth."""


class Stopped(Exception):
    """Somebody does not want it any more, or it took too long."""

    def __init__(self, why: Sentence) -> None:
        super().__init__(why)
        self.why = why


def start(settings: Settings, proof_id: int) -> None:
    """Begin the proof; it outlives the request, and even the server."""
    env = os.environ | {
        "TRAINER_DATABASE_URL": settings.database_url, "TRAINER_DATA": str(settings.data),
    }  # fmt: skip
    process = subprocess.Popen(
        [sys.executable, "-m", "trainer.prover", str(proof_id)],
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    # somebody has to hear that it is over, or it stays in the list of processes
    Thread(target=process.wait, daemon=True).start()


def prove(settings: Settings, proof_id: int) -> None:
    """Prove the draft of a proof, and write down what came of it."""
    engine = connect(settings.database_url, settings.sqlite_synchronous)
    drafts = SqlDrafts(engine)
    try:
        run = drafts.proof(proof_id)
        kind, text = drafts.source(run.draft_id)
        began = monotonic()

        def told(done: int) -> None:
            if drafts.beat(proof_id, done) == "stopping":
                raise Stopped(Sentence("It was stopped."))
            if monotonic() - began > LONGEST_PROOF:
                long = Sentence("It took longer than {seconds} seconds.")
                raise Stopped(long.about(seconds=LONGEST_PROOF))

        with _alive(drafts, proof_id):
            ok, report = _PROOFS[kind](text, run.digest, told)
        drafts.end_proof(proof_id, "green" if ok else "red", report)
    except Stopped as stop:
        drafts.end_proof(proof_id, "stopped", proving.report([stop.why]))
    except NotFound:  # thrown away meanwhile
        return
    except (ScenarioErrors, ValueError, MemoryError, RecursionError, ArithmeticError) as error:
        says = Sentence("{name}: {problem}", name=type(error).__name__, problem=str(error)[:2_000])
        drafts.end_proof(proof_id, "broken", proving.report([says]))
    finally:
        engine.dispose()


Proof = Callable[[str, str, Callable[[int], None]], tuple[bool, str]]
"""Of a text, with the digest it must still have, and whom to tell: whether it holds, a report."""


def _scenario(text: str, digest: str, told: Callable[[int], None]) -> tuple[bool, str]:
    loaded = load_text(text, paths.SCENARIOS)
    _still(loaded.digest, digest)
    [proof] = prove_all((loaded,), None, 1, lambda done, _of, _name: told(done))
    return proof.ok, certificate.report(proof)


def _questions(text: str, digest: str, told: Callable[[int], None]) -> tuple[bool, str]:
    asked = load_questions(text, paths.SCENARIOS)
    _still(asked.digest, digest)
    world = make_world(WorldSpec(), "en_US", 1)
    proofs = question_proof.prove_questions(asked.bank.questions, world, told)
    return all(proof.ok for proof in proofs), question_proof.report(proofs)


_PROOFS: Final[Mapping[Kind, Proof]] = {"scenario": _scenario, "question": _questions}


def _still(digest: str, wanted: str) -> None:
    if digest != wanted:
        raise Stopped(Sentence("The draft has changed meanwhile."))


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
