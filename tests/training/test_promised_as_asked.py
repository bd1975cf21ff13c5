"""The promise is judged against the day the customer asked for, and what could be held at all."""

from datetime import date, timedelta

import msgspec
import pytest

from trainer import paths
from trainer.catalog.loader import load_scenario
from trainer.catalog.worlds import make_opening
from trainer.orders.intake import ConfirmOrder
from trainer.orders.stock import earliest_delivery_date
from trainer.play.run import Course, Run
from trainer.play.solution import play, tried
from trainer.training.checks import Seen, order_of
from trainer.training.scenario import Variant, WorldSpec


@pytest.fixture(scope="module")
def checked() -> tuple[Course, Run]:
    """The first order, entered and checked, and nothing promised yet."""
    found = load_scenario(paths.SCENARIOS / "01-overview" / "first-order.yaml").scenario
    small = found.model_copy(update={"world": WorldSpec(orders=12, products=10, customers=6)})
    opening = make_opening(small, Variant(locale="en_US", seed=1))
    course = Course(opening=opening, judge=opening.judge())
    return course, next(it.run for it in play(course) if it.name == "check_order")


def promised(course: Course, run: Run, day: date) -> Seen:
    order = order_of(run.world, course.opening.cast, "first")
    assert order
    confirm = ConfirmOrder(order_number=order.order_number, promised_delivery_date=day)
    run, answer = tried(run, course, confirm)
    assert isinstance(answer, tuple)
    place = [goal.id for goal in course.judge.goals].index("date-as-asked")
    seen: Seen = run.progress.seen[place]
    assert seen.events == (answer[0].number,)
    return seen


def asking_for(course: Course, run: Run, day: date) -> Run:
    """The same run with an order that asks for that day."""
    order = order_of(run.world, course.opening.cast, "first")
    assert order
    asking = msgspec.structs.replace(order, requested_delivery_date=day)
    return msgspec.structs.replace(run, world=run.world.with_order(asking))


def earliest(course: Course, run: Run) -> date:
    order = order_of(run.world, course.opening.cast, "first")
    assert order
    return earliest_delivery_date(run.world, order)


def test_day_as_asked_or_before_is_as_asked(checked: tuple[Course, Run]) -> None:
    course, run = checked
    asked = course.opening.cast["first"].request.requested_delivery_date
    assert promised(course, run, asked).state == "reached"
    assert promised(course, run, earliest(course, run)).state == "reached"


def test_a_day_later_than_asked_is_late(checked: tuple[Course, Run]) -> None:
    course, run = checked
    asked = course.opening.cast["first"].request.requested_delivery_date
    assert promised(course, run, asked + timedelta(days=1)).state == "broken"


def test_first_possible_day_will_do_when_the_customer_asks_too_much(
    checked: tuple[Course, Run],
) -> None:
    course, run = checked
    possible = earliest(course, run)
    hurried = asking_for(course, run, possible - timedelta(days=2))
    assert promised(course, hurried, possible).state == "reached"
    assert promised(course, hurried, possible + timedelta(days=1)).state == "broken"


def test_a_day_that_was_entered_wrong_costs_at_the_entry_alone(
    checked: tuple[Course, Run],
) -> None:
    course, run = checked
    later = course.opening.cast["first"].request.requested_delivery_date + timedelta(days=7)
    assert promised(course, asking_for(course, run, later), later).state == "reached"
