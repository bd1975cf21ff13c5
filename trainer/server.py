"""Serving: granian with as many processes as asked for, one thread each, and a clean stop."""

import os

from flask import Flask
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from trainer.config import Settings


def application() -> Flask:
    """The app of one server process; settings come from the environment, as everywhere."""
    from trainer.app import create_app
    from trainer.demo import DEMO

    shown = DEMO if os.environ.get("TRAINER_DEMO") == "1" else ()
    return create_app(Settings.from_env(), accounts=shown)


def run(settings: Settings, host: str, port: int, *, demo: bool) -> None:
    """Serve until stopped. Any number of processes may share a database."""
    os.environ["TRAINER_DEMO"] = "1" if demo else "0"
    Granian(
        "trainer.server:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=settings.workers,
        blocking_threads=1,
        factory=True,
        log_level=LogLevels.warning,
    ).serve()
