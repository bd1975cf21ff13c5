"""Figures are the reports' own numbers, read and answered in the words people type."""

from datetime import date
from fractions import Fraction

import pytest
from pydantic import ValidationError

from tests.builders import company
from trainer.catalog.worlds import make_world
from trainer.orders import reports
from trainer.orders.search import Query, amount_of, every
from trainer.orders.values import day_of
from trainer.training.figures import FIGURES, FigureAsk, agrees, codes, read_answer
from trainer.training.scenario import WorldSpec


@pytest.fixture(scope="module")
def world():
    return make_world(WorldSpec(orders=120, days=60, products=12, customers=8), "en_US", 1)


def asked(name, **fields):
    wants = {"label": "awaiting_shipment", "sku": "X", "customer_id": "C-0001", "order": "first",
             "stage": "transit"}  # fmt: skip
    wanted = FIGURES[name].wants
    return FigureAsk(name=name, **({wanted: wants[wanted]} if wanted else {}), **fields)


@pytest.mark.parametrize("name", FIGURES)
def test_every_figure_can_be_read_in_every_world(world, name):
    assert asked(name).value(company()) is None or FIGURES[name].kind
    number = next(iter(world.orders))
    value = asked(name).value(world, {"first": (number,)})
    assert value is None or isinstance(value, Fraction | date | str)


def test_a_share_is_that_of_the_report(world):
    total = reports.on_time_in_full(world, reports.Ask()).total
    share = asked("on_time_in_full").value(world)
    assert share == Fraction(100 * total.both, total.due)
    assert 0 < share <= 100


def test_days_narrow_to_the_last_ones_without_today(world):
    ask = asked("orders_received", days=7)
    since = ask.report(world).since
    wanted = [o for o in world.orders.values() if since <= day_of(o.created_at) < day_of(world.now)]
    assert 0 < ask.value(world) == len(wanted) < asked("orders_received").value(world)


def test_the_value_of_the_list_leaves_out_what_was_called_off_unless_it_is_asked_for(world):
    found = every(world, Query())
    closed = [order for order in found if order.called_off]
    assert closed
    live = sum(amount_of(order) for order in found if not order.called_off)
    assert asked("orders_worth").value(world) == live
    assert asked("orders_worth", label="closed").value(world) == sum(map(amount_of, closed)) > 0


def test_a_customer_of_many_orders_counts_once(world):
    orders = [order for order in world.orders.values() if not order.called_off]
    customers = {order.customer_id for order in orders}
    assert len(orders) > asked("orders_customers").value(world) == len(customers)
    assert asked("orders_customers", customer_id=min(customers)).value(world) == 1


def test_a_code_is_one_of_those_to_choose_from(world):
    for name, figure in FIGURES.items():
        if figure.kind == "code" and (code := asked(name).value(world)):
            assert code in codes(world, name)


def test_what_means_nothing_alone_is_asked_for():
    with pytest.raises(ValidationError, match="units_available needs sku; add sku: here"):
        FigureAsk(name="units_available")


@pytest.mark.parametrize(
    ("kind", "typed", "value"),
    [
        ("count", "１，２３４", 1234),
        ("percent", "97.5 %", Fraction("97.5")),
        ("money", "$1,234.50", 123450),
        ("days", "-2.5", Fraction("-2.5")),
        ("days", "3 d 4 h", Fraction(76, 24)),
        ("days", "4天23小时", Fraction(119, 24)),
        ("days", "20 h 10 min", Fraction(1210, 1440)),
        ("days", "3 days and 12 hours", Fraction("3.5")),
        ("percent", "92,6 %", Fraction("92.6")),
        ("money", "1.234,50", 123450),
        ("count", "1 234", 1234),
        ("money", "−NT$21.26", -2126),
        ("date", "2026/03/02", date(2026, 3, 2)),
        ("code", " Ｃ-0001 ", "C-0001"),
    ],
)
def test_what_people_type_is_read(kind, typed, value):
    assert read_answer(kind, typed, "USD") == value


def test_yen_have_no_cents():
    assert read_answer("money", "JP¥ 1,200", "JPY") == 1200


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        ("count", "many"),
        ("date", "Monday"),
        ("money", ""),
        ("count", "12 or 13"),  # two numbers are no answer, and not 1213
        ("days", "3 d 4 h 5"),
        ("percent", "1.2.3"),
    ],
)
def test_what_is_no_answer_is_said_so(kind, typed):
    with pytest.raises(ValueError, match="write "):
        read_answer(kind, typed, "USD")


def test_what_is_read_off_the_screen_is_right_and_its_neighbour_is_not():
    third = Fraction(200, 3)  # shown as 66.7 %
    assert agrees("percent", Fraction("66.7"), third, Fraction(0))
    assert not agrees("percent", Fraction("66.8"), third, Fraction(0))
    assert agrees("percent", Fraction("67"), third, Fraction(1))
    assert not agrees("count", Fraction(4), Fraction(5), Fraction(0))
    assert not agrees("code", None, None, Fraction(0))
    assert agrees("date", date(2026, 3, 2), date(2026, 3, 2), Fraction(0))
