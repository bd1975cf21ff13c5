"""A class that works at once: accounts, attempts with a paid order, and what each trainee asks."""

import re
from collections.abc import Sequence
from itertools import takewhile
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
from trainer.play.run import Opening
from trainer.play.sandbox import Desk
from trainer.store.classes import Classes
from trainer.store.database import connect
from trainer.store.events import SqlStore
from trainer.store.records import User
from trainer.web.forms import written

_PASSWORD: Final = "bench-and-floor"
_TEACHER: Final = "teacher"
_FORM: Final = {"Content-Type": "application/x-www-form-urlencoded", "HX-Request": "true"}


class Trainee(NamedTuple):
    """Somebody who is signed in."""

    person_id: int
    cookie: str
    token: str


class Classroom:
    """The trainees of a server and their attempts, which are made behind its back."""

    def __init__(self, data: Path, people: int) -> None:
        settings = Settings.from_env({"TRAINER_DATA": str(data)})
        problem = demo.add_account(
            settings,
            username="first",
            email="first@example.com",
            name="First",
            role="trainee",
            password=_PASSWORD,
        )
        assert not problem, problem
        self._engine = connect(settings.database_url)
        self._store = SqlStore(self._engine)
        self._classes = Classes(self._engine)
        self._course = course_of()
        self._opening_id = self._opened(self._course.opening)
        self._people = self._enrolled(people)
        self._teacher = self._teaching(settings)
        self._trainees: list[Trainee] = []

    def sign_in(self, server: Server) -> None:
        """Everybody signs in."""
        for person_id, name in self._people.items():
            self._trainees.append(_signed_in(server, person_id, name))
        self._instructor = _signed_in(server, self._teacher, _TEACHER)

    def notes(self, count: int) -> list[list[Ask]]:
        """Everybody leaves so many notes, on one open order after the other."""
        numbers = [
            o.order_number for o in self._course.opening.world.newest() if o.status != "archived"
        ]
        commands = [AddNote(numbers[place % len(numbers)], "Call first") for place in range(count)]
        return [_asks(trainee, self._paid(trainee).key, commands) for trainee in self._trainees]

    def moves(self, count: int) -> list[list[Ask]]:
        """Everybody allocates stock and thinks better of it, so many times in all."""
        found = next(c for c in commands_of(self._course) if isinstance(c, Allocate))
        back = ReleaseAllocation(order_number=found.order_number, rows=found.rows)
        commands = [back if place % 2 else found for place in range(count)]
        return [_asks(trainee, self._paid(trainee).key, commands) for trainee in self._trainees]

    def pages(self, count: int) -> list[list[Ask]]:
        """Everybody looks at the first page of their order list so many times."""
        return [
            [Ask("GET", f"/attempts/{self._paid(who).key}/orders", {"Cookie": who.cookie})] * count
            for who in self._trainees
        ]

    def long_list(self, orders: int, asked: str, count: int) -> list[list[Ask]]:
        """Everybody looks at a page of the order list of a world with so many orders."""
        opening_id = self._opened(course_of(orders).opening, f"-{orders}")
        keys = {who: self._store.open(who.person_id, opening_id).key for who in self._trainees}
        return [
            [Ask("GET", f"/attempts/{key}/orders{asked}", {"Cookie": who.cookie})] * count
            for who, key in keys.items()
        ]

    def board(self, members: int, count: int) -> list[list[Ask]]:
        """The board of a class of so many, each with an attempt that has come half the way."""
        room = self._classes.create("Bench", self._teacher)
        people = self._enrolled(members, "member")
        self._classes.add(room.class_id, people)
        for person_id, name in people.items():
            self._paid(Trainee(person_id, name, ""))
        ask = Ask("GET", f"/class/?class={room.key}", {"Cookie": self._instructor.cookie})
        return [[ask] * count for _ in self._trainees]

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    def _opened(self, opening: Opening, suffix: str = "") -> int:
        loaded = exercise()
        return self._store.put_opening(opening, loaded.content, loaded.digest + suffix)

    def _teaching(self, settings: Settings) -> int:
        """The account of an instructor."""
        problem = demo.add_account(
            settings,
            username=_TEACHER,
            email=f"{_TEACHER}@example.com",
            name="Teacher",
            role="instructor",
            password=_PASSWORD,
        )
        assert not problem, problem
        with self._engine.connect() as connection:
            return connection.execute(select(User.id).where(User.username == _TEACHER)).scalar_one()

    def _enrolled(self, people: int, named: str = "trainee") -> dict[int, str]:
        """Accounts with the first one's password; to hash it for each would take long."""
        known = select(User.password).where(User.username == "first")
        with self._engine.begin() as connection:
            password = connection.scalar(known)
            return {
                connection.execute(
                    insert(User)
                    .values(
                        email=f"{name}@example.com",
                        username=name,
                        name=name.title(),
                        password=password,
                        active=True,
                        fs_uniquifier=name,
                    )
                    .returning(User.id)
                ).scalar_one(): name
                for name in (f"{named}{place}" for place in range(people))
            }

    def _paid(self, trainee: Trainee) -> Sandbox:
        """A new attempt in which the order is paid and waits for its goods."""
        sandbox = self._store.open(trainee.person_id, self._opening_id)
        desk = Desk(self._store)
        for command in takewhile(lambda c: not isinstance(c, Allocate), commands_of(self._course)):
            done = desk.perform(sandbox, command, actor="", command_id=uuid4().hex)
            sandbox = done.sandbox
        return sandbox


def _signed_in(server: Server, person_id: int, name: str) -> Trainee:
    cookie, page = server.ask("GET", "/login")
    form = {"email": name, "password": _PASSWORD, "csrf_token": _token(page)}
    cookie, _ = server.ask("POST", "/login", urlencode(form), Cookie=cookie)
    _, page = server.ask("GET", "/", Cookie=cookie)
    return Trainee(person_id, cookie, _token(page))


def _asks(trainee: Trainee, key: str, commands: Sequence[Command]) -> list[Ask]:
    """The form of each command, as htmx sends it."""
    headers = {**_FORM, "Cookie": trainee.cookie}
    return [
        Ask("POST", f"/attempts/{key}/commands", headers, urlencode(_form(trainee, command)))
        for command in commands
    ]


def _form(trainee: Trainee, command: Command) -> dict[str, str]:
    return {
        "csrf_token": trainee.token,
        "command": snake_case(type(command).__name__),
        "command_id": uuid4().hex,
        **written(command, "USD"),
    }


def _token(page: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found, page
    return found[1]
