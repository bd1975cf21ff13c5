"""A solution is played in any world it is given, and says clearly when it cannot be."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import msgspec
import pytest
from immutables import Map

from trainer import paths
from trainer.catalog.loader import load_scenario
from trainer.catalog.worlds import make_opening
from trainer.orders import clock, intake
from trainer.orders.refusals import Refusal
from trainer.orders.shipping import PaymentRequired
from trainer.orders.stock import AllocationRow
from trainer.play.memory import MemoryStore
from trainer.play.reading import SolutionError, converted, facts
from trainer.play.run import Course, Run, fingerprint
from trainer.play.sandbox import Desk
from trainer.play.solution import Played, command, play, resolved, tried
from trainer.training.checks import order_of
from trainer.training.scenario import Locale, Scenario, Variant, WorldSpec
from trainer.training.scoring import ledger, total


@pytest.fixture(scope="module")
def first_order() -> Scenario:
    found = load_scenario(paths.SCENARIOS / "01-overview" / "first-order.yaml").scenario
    small = WorldSpec(orders=12, products=10, customers=6, variants=2)
    return found.model_copy(update={"world": small})


def course_of(scenario: Scenario, locale: Locale = "en_US", seed: int = 1) -> Course:
    opening = make_opening(scenario, Variant(locale=locale, seed=seed))
    return Course(opening=opening, judge=opening.judge())


@pytest.fixture(scope="module")
def course(first_order: Scenario) -> Course:
    return course_of(first_order)


@pytest.fixture(scope="module")
def solution(course: Course) -> list[Played]:
    return list(play(course))


def before(solution: list[Played], name: str) -> Run:
    """The run right before a command of the solution is done for the first time."""
    place = next(place for place, played in enumerate(solution) if played.name == name)
    return solution[place - 1].run


def read(course: Course, run: Run) -> dict[str, Any]:
    return facts(run.world, course.opening.cast)["first"]


@pytest.mark.parametrize("locale", ["en_US", "zh_CN", "zh_TW"])
@pytest.mark.parametrize("seed", [1, 2])
def test_one_solution_fits_every_variant(first_order: Scenario, locale: Locale, seed: int) -> None:
    course = course_of(first_order, locale, seed)
    played = list(play(course))
    assert not [it.answer for it in played if isinstance(it.answer, Refusal)]
    assert total(ledger(course.judge, played[-1].run.progress)) == 100


def test_step_by_step_in_the_order_of_the_scenario(solution: list[Played]) -> None:
    steps = list(dict.fromkeys(played.step.id for played in solution))
    assert steps[:3] == ["enter", "acknowledge", "check"]
    assert [played.name for played in solution if played.step.id == "enter"] == [
        "create_draft",
        "add_line",
        "add_line",
        "submit_order",
    ]


def test_before_entry_only_the_message_can_be_read(course: Course) -> None:
    asked = course.opening.cast["first"].request
    known = read(course, course.start())
    assert known["customer_id"] == asked.customer_id
    assert known["requested_delivery_date"] == asked.requested_delivery_date.isoformat()
    assert known["lines"][1] == {"sku": asked.lines[1].sku, "quantity": asked.lines[1].quantity}
    assert known["ship_to"]["city"] == asked.ship_to.city
    assert "order_number" not in known


def test_after_entry_the_order_can_be_read(course: Course, solution: list[Played]) -> None:
    run = before(solution, "confirm_order")
    order = order_of(run.world, course.opening.cast, "first")
    assert order
    known = read(course, run)
    assert (known["order_number"], known["total"]) == (order.order_number, order.total)
    assert known["promise"] == order.requested_delivery_date.isoformat()  # type: ignore[union-attr]
    assert "transfer" not in known
    assert known["picks"] == known["parcels"] == []


def test_transfer_can_be_read_from_its_arrival_until_it_is_booked(
    course: Course, solution: list[Played]
) -> None:
    known = read(course, before(solution, "record_payment"))
    assert known["transfer"] == {
        "reference": known["transfer"]["reference"],
        "amount": known["due"],
    }
    assert "transfer" not in read(course, before(solution, "allocate"))


def test_transfer_of_another_order_is_not_taken_for_ours(
    course: Course, solution: list[Played]
) -> None:
    run = before(solution, "record_payment")
    ours = read(course, run)["transfer"]["reference"]
    transfer = run.world.transfers[ours]
    # a longer number that begins with ours
    remark = transfer.remark.replace(" /", "0 /", 1)
    others = Map({ours: msgspec.structs.replace(transfer, remark=remark)})
    world = msgspec.structs.replace(run.world, transfers=others)
    assert "transfer" not in facts(world, course.opening.cast)["first"]


def test_goods_can_be_read_as_far_as_they_are(course: Course, solution: list[Played]) -> None:
    allocation = read(course, before(solution, "allocate"))["allocation"]
    assert [row["line_number"] for row in allocation] == [1, 2]
    (pick,) = read(course, before(solution, "pick_package"))["picks"]
    assert pick["warehouse"] == allocation[0]["warehouse"]
    assert [row["quantity"] for row in pick["rows"]] == [row["quantity"] for row in allocation]
    (parcel,) = read(course, before(solution, "pack_package"))["parcels"]
    assert parcel["package_number"] == 1
    assert parcel["weight"] > 250


def test_resolved_values_are_plain_and_the_command_is_the_engines(
    course: Course, solution: list[Played]
) -> None:
    run = before(solution, "allocate")
    step_command = {
        "allocate": {"order_number": "$first.order_number", "rows": "$first.allocation"}
    }
    name, fields = resolved(run, course, step_command)
    assert name == "allocate"
    assert msgspec.json.decode(msgspec.json.encode(fields)) == {
        "order_number": fields["order_number"],
        "rows": list(fields["rows"]),
    }
    wanted = command(run, course, step_command)
    assert wanted == converted(name, fields)
    assert isinstance(wanted.rows[0], AllocationRow)  # type: ignore[attr-defined]


def test_dates_and_lists_are_converted(course: Course, solution: list[Played]) -> None:
    (confirmed,) = [it.command for it in solution if it.name == "confirm_order"]
    assert isinstance(confirmed, intake.ConfirmOrder)
    assert isinstance(confirmed.promised_delivery_date, date)
    (settled,) = [it.command for it in solution if it.name == "settle_batch"]
    assert settled.order_numbers == (confirmed.order_number,)  # type: ignore[attr-defined]


def test_next_is_what_is_due_first(course: Course, solution: list[Played]) -> None:
    run = before(solution, "wait_until")
    due = run.agenda.next()
    assert due
    wanted = command(run, course, {"advance_clock": {"to": "$clock.next"}})
    assert wanted == clock.AdvanceClock(to=due.at)


WRONG = (
    (
        {"submit_order": {"order_number": "$first.order_number"}},
        "submit_order: $first.order_number: there is no order_number in $first; "
        "there is carrier_code, customer, customer_id, customer_po_number, lines, message_id, "
        "requested_delivery_date, ship_to",
    ),
    (
        {"submit_order": {"order_number": "$second.order_number"}},
        "submit_order: $second.order_number: there is no second in $; there is clock, first, world",
    ),
    (
        {"advance_clock": {"to": "$clock.next"}},
        "advance_clock: $clock.next: there is no next in $clock; there is now, tomorrow",
    ),
    (
        {"add_line": {"sku": "$first.lines.2.sku"}},
        "add_line: $first.lines.2.sku: there is no 2 in $first.lines; "
        "it has 2 rows, counted from 0",
    ),
    (
        {"add_line": {"sku": "$first.message_id.length"}},
        "add_line: $first.message_id.length: there is no length in $first.message_id; "
        "it is 'msg-first', and has no parts",
    ),
    (
        {"add_line": {"order_number": "SO-1", "sku": "LAMP"}},
        "add_line: Object missing required field `quantity`",
    ),
    (
        {"add_line": {"order_number": "SO-1", "sku": "LAMP", "quantity": "two"}},
        "add_line: Expected `int`, got `str` - at `$.quantity`",
    ),
    (
        {"check_order": {"order_number": "SO-1", "thoroughly": 1}},
        "check_order: there is no field thoroughly; known are order_number",
    ),
)


@pytest.mark.parametrize(("step_command", "said"), WRONG)
def test_what_is_not_there_is_said_clearly(
    course: Course, step_command: dict[str, Any], said: str
) -> None:
    with pytest.raises(SolutionError) as problem:
        command(course.start(), course, step_command)
    assert str(problem.value) == said


def test_no_day_to_count_from_is_said_clearly(course: Course, solution: list[Played]) -> None:
    """A promise that is not given yet is no number; a proof tries that too."""
    due = "$first.order.promised_delivery_date - 2"
    with pytest.raises(SolutionError, match="there is nothing to count with at this moment"):
        command(before(solution, "submit_order"), course, {"give_answer": {"text": due}})


def test_shelves_of_each_product_the_one_with_most_to_give_first(
    course: Course, solution: list[Played]
) -> None:
    run = before(solution, "allocate")
    shelves = read(course, run)["shelves"]
    lines = order_of(run.world, course.opening.cast, "first").lines
    assert len(shelves) == len(lines) == 2
    for line, lying in zip(lines, shelves, strict=True):
        free = [shelf["available"] for shelf in lying]
        assert free == sorted(free, reverse=True)
        assert sum(free) == run.world.available(line.sku)


def test_play_says_in_which_step_it_stopped(first_order: Scenario) -> None:
    course = course_of(first_order.model_copy(update={"steps": first_order.steps[1:]}))
    with pytest.raises(SolutionError, match=r"^step acknowledge: notify_customer: \$first\.order"):
        list(play(course))


def test_refused_try_is_a_try(course: Course, solution: list[Played]) -> None:
    (ship,) = [it.command for it in solution if it.name == "ship_package"]
    unpaid = _without(solution, "record_payment")
    run = course.start()
    for wanted in unpaid:
        if wanted is ship:
            break
        run, _ = tried(run, course, wanted)
    after, answer = tried(run, course, ship)
    assert isinstance(answer, PaymentRequired)
    assert after.world is run.world
    assert after.asides == run.asides + 1
    assert not course.judge.reached(after.progress, "no-refusals")


def _without(solution: list[Played], name: str) -> Iterator[Any]:
    return (played.command for played in solution if played.name != name)


def test_a_desk_with_a_store_comes_to_the_same_end(course: Course, solution: list[Played]) -> None:
    store = MemoryStore()
    desk = Desk(store)
    sandbox = store.open(1, store.put_opening(course.opening, b"", "digest"))
    for place, played in enumerate(solution):
        sandbox = desk.perform(
            sandbox, played.command, actor="clerk", command_id=f"try-{place}"
        ).sandbox
    assert fingerprint(desk.run(sandbox)) == fingerprint(solution[-1].run)
