"""A served app with demo people, for whole lessons in a real browser."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from flask import Flask

from tests.support.browser import serve
from tests.web.conftest import QUICK, few_variants
from trainer.app import create_app
from trainer.config import Settings
from trainer.demo import DEMO, prepare

__all__ = ["few_variants"]  # a fixture that each module here uses, too


class Served(NamedTuple):
    """An app, and where it listens."""

    app: Flask
    url: str


PASSWORDS = {account.username: account.password for account in DEMO}


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The demo, with its own database."""
    data: Path = tmp_path_factory.mktemp("journeys")
    settings = Settings.from_env({"TRAINER_DATA": str(data), "TRAINER_WORKERS": "1"})
    prepare(settings, **QUICK)
    app = create_app(settings, accounts=DEMO, **QUICK)
    with serve(app) as url:
        yield Served(app, url)
