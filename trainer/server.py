"""Serving: granian with as many processes as asked for, one thread each, and a clean stop."""

import os
import socket

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


class CannotListen(Exception):
    """The address cannot be listened on; the text says why, and what to do."""


def address_of(host: str, port: int) -> str:
    """The IP address of a host name, once nobody else listens there. Raises CannotListen.

    Asked before serving, since two servers may share a port without noticing each other, and
    then answer in turns.
    """
    try:
        family, _, _, _, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except OSError as problem:
        raise CannotListen(f"{host} is no address of this machine ({problem.strerror}).") from None
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(place)
        except OSError as problem:
            raise CannotListen(
                f"Cannot listen on {host}, port {port} ({problem.strerror}). "
                "Is it running already? Stop it, or choose another with --port."
            ) from None
    return str(place[0])


def run(settings: Settings, host: str, port: int, *, demo: bool) -> None:
    """Serve until stopped. Any number of processes may share a database. Raises CannotListen."""
    address = address_of(host, port)
    os.environ["TRAINER_DEMO"] = "1" if demo else "0"
    Granian(
        "trainer.server:application",
        address=address,
        port=port,
        interface=Interfaces.WSGI,
        workers=settings.workers,
        blocking_threads=1,
        factory=True,
        log_level=LogLevels.warning,
    ).serve()
