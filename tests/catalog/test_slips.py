"""What is wrong with an order as it is written shows in its words, and hides what is meant."""

from datetime import timedelta
from typing import Any

import pytest

from tests.catalog.test_worlds import asks, scenario
from trainer.catalog.letters import _VAGUE
from trainer.catalog.worlds import TODAY, make_opening
from trainer.orders.clock import AdvanceClock
from trainer.orders.currencies import unit_price
from trainer.orders.engine import Command
from trainer.orders.intake import (
    AddLine,
    ChangeHeader,
    CheckOrder,
    ConfirmOrder,
    CreateDraft,
    RejectOrder,
    SubmitOrder,
    default_promise,
)
from trainer.orders.invariants import violations
from trainer.orders.letters import amount_in_words
from trainer.orders.questions import AskCustomer, DeclineRequest
from trainer.orders.refusals import Refusal
from trainer.orders.service import NotifyCustomer
from trainer.orders.values import DAY
from trainer.orders.world import TOPICS, Defect, Message
from trainer.play.reading import facts
from trainer.play.run import Course, Opening, Run
from trainer.play.solution import tried
from trainer.training.checks import CHECKS as KNOWN
from trainer.training.checks import Check, differences
from trainer.training.scenario import LANGUAGE_OF, Locale, Variant

LOCALES = ("en_US", "zh_CN", "zh_TW")
SIZE: dict[str, Any] = {"orders": 12, "days": 30, "products": 16, "customers": 8}
SEEDS = range(1, 7)


def opened(locale: Locale, seed: int, *slips: str, **wanted: Any) -> Opening:
    cast = {"first": asks(defect=list(slips), lines=4, **wanted)}
    return make_opening(scenario(cast, **SIZE), Variant(locale=locale, seed=seed))


def message_of(opening: Opening) -> Message:
    return opening.world.messages["msg-first"]


def slip_of(opening: Opening) -> Defect:
    (defect,) = message_of(opening).defects
    return defect


everywhere = pytest.mark.parametrize(
    ("locale", "seed"), [(locale, seed) for locale in LOCALES for seed in SEEDS]
)


@everywhere
def test_no_street_and_no_postal_code_of_a_place_we_do_not_know(locale: Locale, seed: int) -> None:
    opening = opened(locale, seed, "missing_address")
    message, meant = message_of(opening), opening.cast["first"].request
    file = opening.world.customers[meant.customer_id].address
    assert meant.ship_to.missing() == ()
    assert meant.ship_to.city != file.city
    assert meant.ship_to.city in message.body
    assert meant.ship_to.street not in message.body
    assert meant.ship_to.postal_code not in message.body.split()
    assert file.street not in message.body


@everywhere
def test_a_day_that_is_over_or_that_nobody_can_reach(locale: Locale, seed: int) -> None:
    opening = opened(locale, seed, "impossible_date")
    day, meant = slip_of(opening).day, opening.cast["first"].request
    assert day is not None
    fastest = min(carrier.transit_days for carrier in opening.world.carriers.values())
    handling = opening.world.policies.handling_days
    assert day < TODAY + timedelta(days=handling + fastest)
    assert str(day.day) in message_of(opening).body
    if slip_of(opening).firm:
        assert TODAY <= day == meant.requested_delivery_date
    else:
        assert meant.requested_delivery_date > TODAY + timedelta(days=handling + fastest)


@everywhere
def test_a_product_that_cannot_be_entered(locale: Locale, seed: int) -> None:
    opening = opened(locale, seed, "unknown_sku")
    slip, meant, world = slip_of(opening), opening.cast["first"].request, opening.world
    line = meant.lines[slip.line]
    there = world.products.get(slip.sku)
    assert there is None or not there.sellable
    assert world.products[line.sku].sellable
    assert slip.sku in message_of(opening).body
    assert line.sku not in message_of(opening).body
    assert world.products[line.sku].name not in message_of(opening).body


@everywhere
def test_a_price_that_is_not_the_lists(locale: Locale, seed: int) -> None:
    opening = opened(locale, seed, "wrong_price")
    slip, world = slip_of(opening), opening.world
    sku = opening.cast["first"].request.lines[slip.line].sku
    listed = unit_price(world, world.products[sku], "")
    assert not isinstance(listed, Refusal)
    assert 0 < slip.price < listed
    assert amount_in_words(slip.price, world.company.currency) in message_of(opening).body


@everywhere
def test_a_quantity_that_is_no_number_of_packs(locale: Locale, seed: int) -> None:
    opening = opened(locale, seed, "odd_quantity")
    slip, meant = slip_of(opening), opening.cast["first"].request
    line = meant.lines[slip.line]
    pack = opening.world.products[line.sku].pack_size
    assert slip.quantity % pack
    assert line.quantity % pack == 0
    assert f"{slip.quantity} " in message_of(opening).body


@everywhere
def test_a_quantity_that_is_no_number(locale: Locale, seed: int) -> None:
    opening = opened(locale, seed, "vague_quantity")
    line = opening.cast["first"].request.lines[slip_of(opening).line]
    said = message_of(opening).body.split(line.sku)[1].strip(" )）:：")
    assert not said[0].isdigit()
    assert said.startswith(tuple(_VAGUE[LANGUAGE_OF[locale]]))


def test_slips_differ_between_seeds() -> None:
    skus = {slip_of(opened("en_US", seed, "unknown_sku")).sku for seed in SEEDS}
    firm = {slip_of(opened("en_US", seed, "wrong_price")).firm for seed in range(1, 20)}
    past = {slip_of(opened("en_US", seed, "impossible_date")).day < TODAY for seed in range(1, 20)}
    assert len(skus) > 3
    assert firm == past == {True, False}
    assert all(slip_of(opened("en_US", s, "wrong_price", firm=True)).firm for s in SEEDS)


ALL = tuple(TOPICS)


@pytest.mark.parametrize("locale", LOCALES)
def test_what_they_mean_cannot_be_read_before_they_were_asked(locale: Locale) -> None:
    opening = opened(locale, 2, *ALL)
    course = Course(opening=opening, judge=opening.judge())
    run, meant = course.start(), opening.cast["first"].request
    read = facts(run.world, opening.cast)["first"]
    assert read["ship_to"].get("street", "") == ""
    for slip in message_of(opening).defects:
        line = read["lines"][slip.line]
        if slip.slip in ("unknown_sku", "odd_quantity", "vague_quantity"):
            assert line != {
                "sku": meant.lines[slip.line].sku,
                "quantity": meant.lines[slip.line].quantity,
            }
    for about in dict.fromkeys(TOPICS.values()):
        run = does(course, run, AskCustomer("msg-first", about))
    run = does(course, run, AdvanceClock(run.world.now + 3 * DAY))
    read = facts(run.world, opening.cast)["first"]
    assert read["ship_to"]["street"] == meant.ship_to.street
    assert [line["quantity"] for line in read["lines"]] == [x.quantity for x in meant.lines]
    assert [line["sku"] for line in read["lines"]] == [x.sku for x in meant.lines]
    assert read["requested_delivery_date"] == meant.requested_delivery_date.isoformat()
    replies = [m for m in run.world.messages.values() if m.reply_to == "msg-first"]
    assert len(replies) == 5
    assert any(meant.ship_to.street in reply.body for reply in replies)
    assert violations(run.world) == []


def does(course: Course, run: Run, command: Command) -> Run:
    """The run after a command that must not be refused."""
    run, answer = tried(run, course, command)
    assert not isinstance(answer, Refusal), answer
    return run


# --- three ways to answer an order that cannot be taken as it is --------------------------------


def course_of(opening: Opening, **check: Any) -> Course:
    """The same opening with a goal of one check."""
    (name, fields), *_ = check.items()
    goal = opening.scenario.steps[0].goals[0]
    asked: Check = KNOWN[name].model_validate(fields)
    step = opening.scenario.steps[0].model_copy(
        update={"goals": (goal.model_copy(update={"check": asked}),)}
    )
    changed = opening.scenario.model_copy(update={"steps": (step,)})
    again = Opening(
        scenario=changed, variant=opening.variant, world=opening.world, cast=opening.cast
    )
    return Course(opening=again, judge=again.judge())


def entered(course: Course, run: Run) -> tuple[Run, str]:
    """The order as it is known by now, submitted and checked."""
    known = run.world.messages["msg-first"].known
    assert known is not None
    draft = CreateDraft(
        known.customer_id, known.customer_po_number, known.requested_delivery_date,
        known.carrier_code, "msg-first",
    )  # fmt: skip
    run = does(course, run, draft)
    number = next(run.world.newest()).order_number
    for line in known.lines:
        run = does(course, run, AddLine(number, line.sku, line.quantity))
    head = (known.customer_po_number, known.requested_delivery_date, known.carrier_code)
    run = does(course, run, ChangeHeader(number, *head, known.ship_to))
    run = does(course, run, SubmitOrder(number))
    return does(course, run, CheckOrder(number)), number


def happens(event: str, **where: Any) -> dict[str, Any]:
    return {"happened": {"order": "first", "what": {"event": event, "where": where}}}


def test_it_can_be_accepted_once_it_is_clear() -> None:
    opening = opened("en_US", 3, "missing_address", "odd_quantity")
    course = course_of(opening, entered_exactly={"order": "first"})
    run = course.start()
    for about in ("address", "quantity"):
        run = does(course, run, AskCustomer("msg-first", about))
    run = does(course, run, AdvanceClock(run.world.now + 2 * DAY))
    run, number = entered(course, run)
    assert differences(run.world.orders[number], opening.cast["first"].request) == ()
    assert course.judge.reached(run.progress, "done")


@pytest.mark.parametrize("seed", SEEDS)
def test_it_can_be_accepted_on_another_day_and_they_are_told(seed: int) -> None:
    opening = opened("zh_CN", seed, "impossible_date", firm=True)
    course = course_of(opening, **happens("customer_notified", template="order_confirmed"))
    run, number = entered(course, course.start())
    asked = opening.cast["first"].request.requested_delivery_date
    promise = default_promise(run.world, run.world.orders[number])
    assert promise > asked
    run = does(course, run, ConfirmOrder(number, promise))
    run = does(course, run, NotifyCustomer(number, "order_confirmed"))
    assert course.judge.reached(run.progress, "done")


def test_it_can_be_declined_as_an_order_with_a_reason() -> None:
    opening = opened("zh_TW", 1, "wrong_price", firm=True)
    course = course_of(opening, **happens("order_rejected"))
    run, number = entered(course, course.start())
    run = does(course, run, RejectOrder(number, "They do not agree with our list price."))
    assert course.judge.reached(run.progress, "done")


def test_it_can_be_declined_before_it_is_entered() -> None:
    opening = opened("en_US", 1, "unknown_sku")
    course = course_of(opening, **happens("request_declined"))
    run = does(course, course.start(), DeclineRequest("msg-first", "No longer made."))
    assert course.judge.reached(run.progress, "done")
    assert "No longer made." in run.world.messages["msg-first"].declined


def test_a_question_to_somebody_else_is_not_about_this_order() -> None:
    cast = {"first": asks(defect="missing_address"), "other": asks()}
    opening = make_opening(scenario(cast, **SIZE), Variant(locale="en_US", seed=1))
    course = course_of(opening, **happens("customer_asked", about="address"))
    run = does(course, course.start(), AskCustomer("msg-other", "address"))
    assert not course.judge.reached(run.progress, "done")
    run = does(course, run, AskCustomer("msg-first", "address"))
    assert course.judge.reached(run.progress, "done")
