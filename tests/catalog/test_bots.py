"""Each misconception is one: it goes wrong where its belief is about something, nowhere else."""

from collections import Counter
from datetime import date
from typing import Any

import pytest

from trainer import paths
from trainer.catalog.bots import BOTS, Way, plans
from trainer.catalog.loader import load_all, load_scenario
from trainer.catalog.playing import ANEW, Move, Player
from trainer.catalog.worlds import make_opening
from trainer.orders.service import missing_for
from trainer.play.reading import converted
from trainer.play.run import Course
from trainer.play.solution import Played
from trainer.training.checks import HappenedBefore, HappenedWithin, What
from trainer.training.scenario import Scenario, Variant

Names = list[tuple[str, int]]


def way_of(path: str, **changes: Any) -> Way:
    found = load_scenario(paths.SCENARIOS / f"{path}.yaml").scenario
    scenario: Scenario = found.model_copy(update=changes)
    opening = make_opening(scenario, Variant(locale="en_US", seed=1))
    player = Player(Course(opening=opening, judge=opening.judge()))
    every = tuple(it for step in scenario.steps for it in step.solution)
    solution = list(player.solution(every))
    runs = [player.start, *(it.run for it in solution)]
    return Way(every, solution, runs, scenario.goals(), opening.cast)


@pytest.fixture(scope="module")
def first_order() -> Way:
    return way_of("01-overview/first-order")


@pytest.fixture(scope="module")
def who_can_wait() -> Way:
    return way_of("03-supply/who-can-wait")


def plan_of(bot: str, way: Way) -> tuple[Move, ...] | None:
    return {it.name: plan for it, plan in plans(way)}.get(bot)


def named(plan: tuple[Move, ...] | None) -> Names:
    assert plan is not None
    return [(next(iter(move.command)), move.place) for move in plan]


def values(plan: tuple[Move, ...] | None, name: str, field: str) -> list[Any]:
    assert plan is not None
    return [move.command[name][field] for move in plan if name in move.command]


def like(way: Way, *commands: tuple[str, dict[str, Any]]) -> Way:
    """A solution of these commands about the first order of a way; none is played."""
    number = way.solution[3].command.order_number
    solution = []
    for name, fields in commands:
        wanted = converted(name, {"order_number": number, **fields})
        played = Played(way.solution[0].step, name, wanted, (), way.runs[-1])
        solution.append(played)
    every = tuple({name: {"order_number": number, **fields}} for name, fields in commands)
    return way._replace(every=every, solution=solution, runs=[way.runs[-2]] * (len(commands) + 1))


def test_names_and_beliefs_are_each_bots_own() -> None:
    assert len({bot.name for bot in BOTS}) == len({bot.believes for bot in BOTS}) == len(BOTS)


def test_each_is_expected_in_two_scenarios_at_least() -> None:
    """That it is caught there, and only there, the proof of each scenario says."""
    loaded, _ = load_all(paths.SCENARIOS)
    where = Counter(
        bot
        for found in loaded
        for bot in {bot for goal in found.scenario.goals() for bot in goal.catches}
    )
    assert {bot.name: where[bot.name] for bot in BOTS if where[bot.name] < 2} == {}


def test_each_does_the_whole_solution_but_for_its_belief(first_order: Way) -> None:
    every = set(range(len(first_order.every)))
    for bot, plan in plans(first_order):
        left_out = every - {move.place for move in plan}
        told = set(first_order.places("notify_customer"))
        assert left_out == (told if bot.name == "tells-nobody" else set()), bot.name


def test_a_solution_without_the_commands_has_nothing_to_be_wrong_about(first_order: Way) -> None:
    bare = like(first_order, ("add_note", {"text": "!"}))
    assert list(plans(bare)) == []


def test_ships_before_the_money_is_in(first_order: Way) -> None:
    names = named(plan_of("ships-before-payment", first_order))
    paid = first_order.places("record_payment")[0]
    place = names.index(("record_payment", paid))
    assert [name for name, _ in names[place - 5 : place]] == [
        "allocate", "pick_package", "pack_package", "label_package", "ship_package",
    ]  # fmt: skip
    assert names[place + 1][0] == "allocate"


def test_allocates_before_the_check(who_can_wait: Way) -> None:
    names = [name for name, _ in named(plan_of("allocates-before-check", who_can_wait))]
    place = names.index("check_order")
    assert names[place - 2 : place] == ["confirm_order", "allocate"]


def test_promises_a_day_that_stock_cannot_hold(first_order: Way) -> None:
    plan = plan_of("promises-tomorrow", first_order)
    tomorrow, right = values(plan, "confirm_order", "promised_delivery_date")
    assert tomorrow == date(2026, 3, 3).isoformat()
    assert right == "$first.promise"


def test_tells_somebody_elses_customer_and_believes_it_done(first_order: Way) -> None:
    plan = plan_of("tells-the-wrong-customer", first_order)
    world = first_order.runs[-1].world
    mine = world.orders[first_order.solution[3].command.order_number]
    told = values(plan, "notify_customer", "order_number")
    assert len(told) == len(first_order.places("notify_customer"))
    assert all(world.orders[number].customer_id != mine.customer_id for number in told)
    for place, number in zip(first_order.places("notify_customer"), told, strict=True):
        met, template = first_order.world(place), first_order.fields(place)["template"]
        assert not missing_for(met, met.orders[number], template), "the screen lets it pass"


def test_tells_no_other_customer_the_same_twice() -> None:
    """The second time the screen would not let it pass; with nobody left, nobody is told."""
    way = way_of("02-orders/ways-in")
    plan = plan_of("tells-the-wrong-customer", way)
    told = values(plan, "notify_customer", "order_number")
    assert len({*told}) == len(told) == len(way.places("notify_customer")) == 3


def test_where_nobody_else_could_be_told_there_is_nothing_to_be_wrong_about(
    first_order: Way,
) -> None:
    """A return that nobody else has sent."""
    told = like(first_order, ("notify_customer", {"template": "return_authorised"}))
    assert plan_of("tells-the-wrong-customer", told) is None
    both = like(
        first_order,
        ("notify_customer", {"template": "return_authorised"}),
        ("notify_customer", {"template": "order_delivered"}),
    )
    assert named(plan_of("tells-the-wrong-customer", both)) == [("notify_customer", 1)]


def test_waits_a_month_where_the_deadline_counts(first_order: Way) -> None:
    names = [name for name, _ in named(plan_of("ignores-the-deadline", first_order))]
    assert names[names.index("ship_package") - 1] == "advance_clock"


def test_waits_before_what_is_asked_for_in_time(first_order: Way) -> None:
    told = next(goal for goal in first_order.goals if goal.id == "told-confirmed")
    assert isinstance(told.check, HappenedBefore)
    within = HappenedWithin(
        order="first", what=told.check.first, hours=8, after=What(event="order_confirmed")
    )
    way = first_order._replace(goals=(told.model_copy(update={"check": within}),))
    names = [name for name, _ in named(plan_of("ignores-the-deadline", way))]
    place = names.index("confirm_order")
    assert names[place : place + 3] == ["confirm_order", "advance_clock", "notify_customer"]


def test_where_no_goal_looks_at_the_clock_waiting_is_no_mistake(who_can_wait: Way) -> None:
    assert plan_of("ignores-the-deadline", who_can_wait) is None


def test_books_half_and_then_what_was_asked(first_order: Way) -> None:
    plan = plan_of("books-any-amount", first_order)
    half, right = values(plan, "record_payment", "amount")
    place = first_order.places("record_payment")[0]
    assert half == first_order.solution[place].command.amount // 2
    assert right == "$first.transfer.amount"


def test_enters_what_the_form_begins_with(first_order: Way) -> None:
    plan = plan_of("enters-the-defaults", first_order)
    draft = first_order.solution[0].command
    assert values(plan, "create_draft", "carrier_code")[0] != draft.carrier_code
    packs = {it.sku: it.pack_size for it in first_order.runs[0].world.products.values()}
    for wrong in (
        it for it in plan or () if isinstance(it.command.get("add_line", {}).get("quantity"), int)
    ):
        assert wrong.command["add_line"]["quantity"] == packs[wrong.command["add_line"]["sku"]]


def test_enters_it_once_more(first_order: Way) -> None:
    names = named(plan_of("enters-it-twice", first_order))
    place = names.index(("submit_order", 3))
    assert names[place + 1] == ("create_draft", ANEW)


def test_refunds_before_the_goods_are_seen(first_order: Way) -> None:
    row = {"line_number": 1, "quantity": 1}
    way = like(
        first_order,
        ("receive_return", {"rma_number": "RMA-1", "rows": [row]}),
        ("inspect_return", {"rma_number": "RMA-1", **row, "disposition": "scrap"}),
        ("issue_refund", {"amount": 500, "reason": "returned"}),
    )
    assert named(plan_of("refunds-before-inspection", way)) == [
        ("issue_refund", 2),
        ("receive_return", 0),
        ("inspect_return", 1),
        ("issue_refund", 2),
    ]
    assert named(plan_of("refunds-twice", way))[-2:] == [
        ("issue_refund", 2),
        ("issue_refund", ANEW),
    ]
    assert values(plan_of("restocks-everything", way), "inspect_return", "disposition") == [
        "restock",
        "scrap",
    ]
    assert values(plan_of("books-any-amount", way), "issue_refund", "amount") == [250, 500]


def test_once_all_is_decided_nobody_loses_by_doing_it_again(first_order: Way) -> None:
    end = first_order.runs[-1]
    way = like(first_order, ("issue_refund", {"amount": 500, "reason": "returned"}))
    assert plan_of("refunds-twice", way) is not None
    assert plan_of("refunds-twice", way._replace(runs=[way.runs[0], end])) is None
    over = first_order._replace(runs=[first_order.runs[0], *[end] * len(first_order.every)])
    assert plan_of("enters-it-twice", over) is None


def test_good_goods_may_be_restocked(first_order: Way) -> None:
    row = {"line_number": 1, "quantity": 1, "disposition": "restock"}
    way = like(first_order, ("inspect_return", {"rma_number": "RMA-1", **row}))
    assert plan_of("restocks-everything", way) is None


def test_releases_what_a_supervisor_is_to_release(first_order: Way) -> None:
    way = like(first_order, ("ask_release", {"kind": "credit", "reason": "known"}))
    assert named(plan_of("releases-alone", way)) == [("release_hold", 0), ("ask_release", 0)]
