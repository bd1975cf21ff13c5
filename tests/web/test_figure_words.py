"""Figures of a sandbox in words."""

from fractions import Fraction
from typing import get_args

import msgspec
import pytest
from flask import Flask

from trainer.catalog.worlds import make_world
from trainer.orders.values import DAY
from trainer.orders.world import World
from trainer.training.figures import FIGURES, FigureAsk, FigureName
from trainer.training.scenario import WorldSpec
from trainer.web.figures import NAMES, figure_name, figure_value


@pytest.fixture(scope="module")
def world() -> World:
    return make_world(WorldSpec(orders=120, days=60, products=12, customers=8), "en_US", 1)


def ask(name: str, **more: object) -> FigureAsk:
    return FigureAsk.model_validate({"name": name, **more})


def test_every_figure_of_a_whole_sandbox_has_a_name() -> None:
    whole = {n for n in get_args(FigureName) if FIGURES[n].wants in ("", "stage", "label")}
    assert set(NAMES) == whole


def test_each_is_written_out_in_its_own_kind(app: Flask, world: World) -> None:
    narrow = {"stage_days": {"stage": "packing"}, "orders_labelled": {"label": "archived"}}
    with app.test_request_context():
        for name in NAMES:
            asked = ask(name, **narrow.get(name, {}))
            value = figure_value(asked, world)
            assert value
            if (read := asked.value(world)) is None:
                assert value == "–"
            elif asked.kind == "percent":
                assert value.endswith(" %")
            elif asked.kind == "money":
                assert value.removeprefix("−").startswith("$")
            elif asked.kind == "days":
                assert value.endswith(" days")
            elif asked.kind == "count":
                assert value.replace(",", "") == str(read)


def test_codes_become_names(app: Flask, world: World) -> None:
    with app.test_request_context():
        for name, known in (
            ("best_customer", {it.company for it in world.customers.values()}),
            ("best_product", {it.name for it in world.products.values()}),
            ("least_punctual_carrier", {it.name for it in world.carriers.values()}),
        ):
            assert figure_value(ask(name), world) in known


def test_a_name_says_what_it_is_narrowed_to(app: Flask) -> None:
    with app.test_request_context():
        assert figure_name(ask("orders_received", days=7)) == "Orders received, last 7 days"
        assert "archived" in figure_name(ask("orders_labelled", label="archived"))
        assert figure_name(ask("stage_days", stage="packing")).startswith("picking and packing")


def test_the_stock_is_worth_its_list_prices_and_lasts_as_long_as_it_sells(world: World) -> None:
    lies = {(level.sku, level.warehouse): level.on_hand for level in world.stock.values()}
    worth = sum(n * world.products[sku].unit_price for (sku, _), n in lies.items())
    assert ask("stock_value").value(world) == worth > 0
    shipped = [
        row.quantity
        for order in world.orders.values()
        for package in order.packages
        if package.shipped_at > world.now - 7 * DAY
        for row in package.rows
    ]
    assert ask("stock_days", days=7).value(world) == Fraction(sum(lies.values()) * 7, sum(shipped))
    nothing = msgspec.structs.replace(world, orders=world.orders.__class__())
    assert ask("stock_days").value(nothing) is None
