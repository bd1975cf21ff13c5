"""A class that works at once: accounts, attempts with a paid order, and what each trainee asks."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import urlencode
from uuid import uuid4

from sqlalchemy import insert, select

from trainer import demo
from trainer.bench.course import commands_of, course_of, exercise
from trainer.bench.load import Ask
from trainer.bench.servers import Server
from trainer.config import Settings
from trainer.orders.engine import Command
from trainer.orders.refusals import snake_case
from trainer.orders.service import AddNote
from trainer.orders.stock import Allocate, ReleaseAllocation
from trainer.play.ports import Sandbox
from trainer.play.sandbox import Desk
from trainer.store.database import connect
from trainer.store.events import SqlStore
from trainer.store.records import User
from trainer.web.forms import written

_FORM: Final = {"Content-Type": "application/x-www-form-urlencoded", "HX-Request": "true"}


class Trainee(NamedTuple):
    """Somebody who is signed in."""

    person_id: int
    cookie: str
    token: str


class Classroom:
    """The trainees of a server, and their attempts, which are opened behind its back."""
