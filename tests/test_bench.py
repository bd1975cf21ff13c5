"""The bench, small: every part prints its rows, and each ratio is over a floor of the same run.

How long anything took is never asked here.
"""

from functools import cache
from typing import Literal

import pytest

from trainer.bench import measure, run_bench
from trainer.bench.course import commands_of, course_of, envelopes_of, grown, long_life
from trainer.bench.engine import judged_life
from trainer.bench.table import HEADER, Row, Size, in_turns
from trainer.orders.invariants import violations
from trainer.orders.refusals import Refusal
from trainer.play.solution import tried

SMALL = Size(
    rounds=1, lives=1, worlds=(30, 60), reported=40, past=60, events=60, attempts=3, fresh=1,
    sandboxes=3, edits=4, customers=5, orders=12, connections=2, requests=4, members=3,
    listed=60, turns=1,
)  # fmt: skip


@cache
def rows_of(part: str) -> tuple[Row, ...]:
    """What a part measures, once for all tests."""
    return tuple(measure(part, SMALL))


def row_of(part: str, what: str) -> Row:
    (row,) = (row for row in rows_of(part) if row.what.startswith(what))
    return row


def test_it_prints_a_table_with_a_line_for_each_row():
    first, header, title, *lines = run_bench(["world"], SMALL)
    assert first.startswith("Python 3.")
    assert header == HEADER
    assert title == "— world —"
    assert [line[:66].rstrip() for line in lines] == [row.what for row in rows_of("world")]
    assert len({len(line[:126]) for line in lines}) == 1, "the columns stand below each other"


@pytest.mark.xdist_group("bench")
@pytest.mark.parametrize(
    ("part", "what"),
    [
        ("engine", "  the 8 commands of it that a peer's life has"),
        ("engine", "  the same, against 8 written plainly"),
        ("engine", "an action in a world of 60 orders"),
        ("engine", "the first page of the list, 60 orders"),
        ("engine", "the slowest report over 40 orders"),
        ("engine", "a day in a living world"),
        ("store", "an order's life, durable, NORMAL"),
        ("store", "an order's life, durable, FULL"),
        ("store", "start of an attempt"),
        ("store", "rebuild of"),
        ("store", "memory of 3 live attempts"),
        ("world", "a world of 5 customers and 12 orders"),
        ("http", "an action over HTTP: leave a note"),
        ("http", "an action over HTTP: allocate"),
        ("http", "a full page of 30 orders"),
        ("http", "the board of a class of 3"),
        ("http", "a page of the list in a world of 60 orders, searched"),
    ],
)
def test_what_has_a_goal_is_measured_beside_a_floor(part: str, what: str):
    row = row_of(part, what)
    assert row.goal is not None
    assert row.floor is not None
    if row.floor:  # the memory of three attempts may be less than a page
        assert row.ratio == row.value / row.floor


@pytest.mark.xdist_group("bench")
def test_the_smallest_world_is_the_floor_of_the_larger_ones():
    small, large = (row_of("engine", f"an action in a world of {n} orders") for n in (30, 60))
    assert small.ratio == 1
    assert large.floor == small.value


@pytest.mark.xdist_group("bench")
def test_one_seed_makes_one_world_in_any_process():
    assert row_of("world", "  worlds that differ").value == 0


@pytest.mark.parametrize(
    ("of", "goal", "met"),
    [("value", 3.0, True), ("value", 2.9, False), ("ratio", 1.5, True), ("ratio", 1.4, False)],
)
def test_a_goal_is_for_the_value_or_for_the_ratio(of: Literal["value", "ratio"], goal, met):
    row = Row("what", 3.0, "ms", floor=2.0, goal=goal, of=of)
    assert row.met is met
    assert row.line().endswith("yes" if met else "NO")


def test_without_a_goal_nothing_is_met_or_missed():
    assert Row("what", 3.0, "ms").met is None


def test_subjects_are_measured_turn_about():
    order: list[str] = []
    clock = iter(range(100))
    seconds = in_turns(
        2, lambda: order.append("a"), lambda: order.append("b"), clock=lambda: float(next(clock))
    )
    assert order == ["a", "b", "a", "b"]
    assert seconds == [1.0, 1.0]


def test_the_long_life_is_accepted_and_as_long_as_asked():
    course = course_of()
    run = course.start()
    for command in long_life(course, 60):
        run, answer = tried(run, course, command)
        assert not isinstance(answer, Refusal), answer
    assert run.world.number in (59, 60)
    assert course.judge.finished(run.progress)


def test_a_life_without_agenda_is_the_same_life():
    course = course_of()
    entries = judged_life(course, envelopes_of(course))
    run = course.start()
    for command in commands_of(course):
        run, _ = tried(run, course, command)
    assert [entry.number for entry in entries] == list(range(1, run.world.number + 1))
    assert course.replay(entries).progress == run.progress


def test_a_grown_world_has_its_indexes_in_order():
    world = grown(course_of().opening.world, 300)
    assert len(world.orders) == len(world.sequence) == 300
    assert not [broken for broken in violations(world) if broken.startswith("I22")]
    assert world.next_number("order") == 301
