"""Lessons read are kept by person, once each."""

from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import Engine, func, select

from tests.store.conftest import ADA, BEN
from trainer.store.lessons import LessonsRead
from trainer.store.tables import lesson_read


def test_each_person_has_their_own(engine: Engine) -> None:
    lessons = LessonsRead(engine)
    assert lessons.of(ADA) == frozenset()
    lessons.add(ADA, "1.1")
    lessons.add(ADA, "6.2a")
    lessons.add(BEN, "1.2")
    assert lessons.of(ADA) == {"1.1", "6.2a"}
    assert lessons.of(BEN) == {"1.2"}


def test_two_presses_at_once_are_one_reading(engine: Engine) -> None:
    lessons = LessonsRead(engine)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: lessons.add(ADA, "1.1"), range(8)))
    with engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(lesson_read)) == 1


def test_the_first_time_stands(engine: Engine) -> None:
    lessons = LessonsRead(engine)
    lessons.add(ADA, "1.1")
    with engine.connect() as connection:
        first = connection.scalar(select(lesson_read.c.read_at))
    lessons.add(ADA, "1.1")
    with engine.connect() as connection:
        assert connection.scalar(select(lesson_read.c.read_at)) == first
