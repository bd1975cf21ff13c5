"""The order list: views, filters, files; the address says all of it."""

import csv
import re
from datetime import timedelta
from fractions import Fraction
from io import BytesIO, StringIO
from time import process_time
from unittest.mock import patch
from zipfile import ZipFile

import msgspec
import pytest
from flask import Flask

from tests.web.deskhand import Deskhand
from trainer.bench.course import grown
from trainer.orders.search import VIEWS, Query, amount_of, beside, counts, every, find_orders
from trainer.orders.status import ARRIVED, LABELS, label_of
from trainer.orders.values import day_of
from trainer.orders.world import World
from trainer.play.ports import MOST_VIEWS
from trainer.play.solution import question_of


@pytest.fixture(scope="module")
def app(demo: Flask) -> Flask:
    """The demo over a database of its own."""
    return demo


@pytest.fixture(scope="module")
def ada(app: Flask) -> Deskhand:
    """Ada at one attempt; nothing here changes it."""
    return Deskhand(app, "ada").begin()


def rows(page: str) -> list[str]:
    """The numbers on the page, in their order."""
    return re.findall(r"data-row>([^<]+)<", page)


def test_each_view_says_how_many_it_holds(ada: Deskhand) -> None:
    page = ada.get("orders").text
    held = counts(ada.world)
    assert held["all"] == len(ada.world.orders)
    for view in VIEWS:
        assert len(every(ada.world, Query(view=view))) == held[view]
    assert f"To review <span>{held['to_review']}</span>" in page
    late = ada.get("orders", view="late").text
    assert 'aria-current="true">Late' in late
    assert len(rows(late)) == min(held["late"], World.page)


def test_filters_are_chips_that_go_one_by_one(ada: Deskhand) -> None:
    order = next(ada.world.newest())
    page = ada.get(
        "orders", q=order.order_number, customer=order.customer_id, least="１", view="all"
    ).text
    assert rows(page) == [order.order_number]
    chips = re.findall(r'class="chip" href="([^"]+)"', page)
    assert len(chips) == 3
    assert sum("q=" in href for href in chips) == 2
    assert "Clear all" in page


def test_full_width_digits_and_spaces_are_forgiven(ada: Deskhand) -> None:
    number = next(ada.world.newest()).order_number
    wide = "".join(chr(ord(c) + 0xFEE0) for c in number)
    assert rows(ada.get("orders", q=f"　{wide[:4]} {wide[4:]} ").text) == [number]


def test_what_cannot_be_read_is_said(ada: Deskhand) -> None:
    page = ada.get("orders", least="much").text
    assert "“much” was left out" in page
    assert len(rows(page)) == World.page


@pytest.mark.parametrize(
    ("name", "typed"),
    [("since", "2026-W12-1"), ("until", "20260312"), ("least", "1,,,2"), ("most", "12,34")],
)
def test_what_only_a_machine_would_read_is_said_not_guessed(
    ada: Deskhand, name: str, typed: str
) -> None:
    page = ada.get("orders", **{name: typed}).text
    assert f"“{typed}” was left out" in page
    assert len(rows(page)) == World.page


def test_an_amount_is_a_range(ada: Deskhand) -> None:
    found = every(ada.world, Query(least=500, most=1500))
    assert found
    assert all(50_000 <= amount_of(order) <= 150_000 for order in found)
    assert len(found) < len(ada.world.orders)


@pytest.mark.parametrize("sort", ["customer", "status", "total", "due"])
def test_columns_sort_both_ways(ada: Deskhand, sort: str) -> None:
    up = ada.get("orders", sort=sort, dir="up").text
    assert 'aria-sort="ascending"' in up
    down = ada.get("orders", sort=sort).text
    assert 'aria-sort="descending"' in down
    assert rows(up) != rows(down)


def test_three_kinds_of_nothing(ada: Deskhand) -> None:
    searched = ada.get("orders", q="nobody sells that").text
    assert "No order matches “nobody sells that” here." in searched
    assert "Clear all filters" in searched
    empty = next(view for view, held in counts(ada.world).items() if not held)
    assert "all done" in ada.get("orders", view=empty).text


def test_the_file_holds_what_the_list_holds(ada: Deskhand) -> None:
    reply = ada.client.get(f"/attempts/{ada.key}/orders.csv?view=all&label=archived&sort=total")
    table = list(csv.reader(StringIO(reply.data.decode("utf-8-sig"))))
    wanted = every(ada.world, Query(label="archived", sort="total"))
    assert [row[0] for row in table[1:]] == [order.order_number for order in wanted]
    assert len(table) > World.page
    assert re.search(
        r"orders-all-filtered-\d{4}-\d\d-\d\d\.csv", reply.headers["Content-Disposition"]
    )
    book = ada.client.get(f"/attempts/{ada.key}/orders.xlsx?view=late")
    assert "xl/workbook.xml" in ZipFile(BytesIO(book.data)).namelist()


def test_what_the_exercise_asks_for_is_what_the_file_adds_up_to(app: Flask) -> None:
    hand = Deskhand(app, "ben")
    begun = hand.client.post("/exercises/out-of-the-list/attempts", data={"csrf_token": hand.token})
    hand.key = begun.location.split("/attempts/")[1].split("/")[0]
    yesterday = day_of(hand.world.now) - timedelta(days=1)
    month = {"since": f"{yesterday - timedelta(days=29)}", "until": f"{yesterday}"}

    def exported(**asked: str) -> list[dict[str, str]]:
        file = hand.client.get(f"/attempts/{hand.key}/orders.csv", query_string=asked).data
        return list(csv.DictReader(StringIO(file.decode("utf-8-sig"))))

    def added_up(rows: list[dict[str, str]]) -> Fraction:
        return sum((Fraction(row["Total"]) for row in rows), Fraction(0))

    wanted = {
        goal.id: question.figure.value(hand.world)
        for goal in hand.desk.course(hand.sandbox).opening.scenario.goals()
        if (question := question_of(goal.check))
    }
    all_of_it = exported(**month)
    rows = [row for row in all_of_it if row["Status"] != "Closed"]
    assert len(rows) > hand.world.page, "on one page it could be added up by eye"
    assert wanted == {
        "settled": 100 * added_up(exported(label="settled")),
        "month": 100 * added_up(rows),
        "customers": len({row["Customer"] for row in rows}),
    }


def test_an_order_knows_its_neighbours_in_the_list(ada: Deskhand) -> None:
    for query in (Query(), Query(label="archived"), Query(sort="total"), Query(view="late")):
        found = every(ada.world, query)
        for place in (0, len(found) // 2, len(found) - 1):
            before, after = beside(ada.world, query, found[place])
            assert before == (found[place - 1] if place else None)
            assert after == (found[place + 1] if place + 1 < len(found) else None)
    order = every(ada.world, Query(label="archived"))[1]
    page = ada.get(f"orders/{order.order_number}", label="archived").text
    assert 'data-key="j"' in page
    assert 'data-key="k"' in page
    assert f"/attempts/{ada.key}/orders?label=archived" in page


def test_all_of_a_list_can_be_chosen(ada: Deskhand) -> None:
    held = counts(ada.world)["all"]
    assert held > World.page
    typed = {"csrf_token": ada.token, "every": "1", "act": "check_order", "label": "archived"}
    page = ada.client.post(f"/attempts/{ada.key}/bulk", data=typed).text
    archived = len(every(ada.world, Query(label="archived")))
    assert f"0 / {min(archived, 200)}" in page
    assert "will be skipped" in page


def test_a_stranger_gets_no_file(app: Flask, ada: Deskhand) -> None:
    for ending in ("csv", "xlsx"):
        address = f"/attempts/{ada.key}/orders.{ending}"
        assert Deskhand(app, "ben").client.get(address).status_code == 404
        assert Deskhand(app, "ines").client.get(address).status_code == 200
        assert app.test_client().get(address).status_code == 302


def test_a_page_of_fifty_of_five_thousand_takes_less_than_a_tenth_of_a_second(
    app: Flask, ada: Deskhand
) -> None:
    world = grown(ada.world, 5_000)
    assert counts(world)["all"] == 5_000
    run = ada.desk.run(ada.sandbox)
    big = msgspec.structs.replace(run, world=world)
    with patch.object(World, "page", 50), patch("trainer.play.sandbox.Desk.run", return_value=big):
        for asked in ({}, {"view": "late"}, {"q": "ltd"}, {"sort": "total"}):
            took = []
            for _ in range(4):
                began = process_time()
                page = ada.get("orders", **asked).text
                took.append(process_time() - began)
            query = Query(view=asked.get("view", "all"), words=asked.get("q", ""))  # type: ignore[arg-type]
            assert len(rows(page)) == min(50, find_orders(world, query).total)
            print(asked, f"{min(took) * 1e3:.0f} ms")
            assert min(took) < 0.1, asked


def test_the_process_map_counts_what_the_lists_hold(app: Flask, ada: Deskhand) -> None:
    page = ada.get("process").text
    for label in LABELS:
        places = re.findall(rf'orders\?label={label}" aria-label="[^"]*\((\d+) orders?\)"', page)
        assert places == [str(ada.world.count(label))]
    address = f"/attempts/{ada.key}/process"
    assert Deskhand(app, "ben").client.get(address).status_code == 404
    assert Deskhand(app, "ines").client.get(address).status_code == 200


def test_what_is_late_stands_first_by_date_and_what_is_over_last(ada: Deskhand) -> None:
    found = every(ada.world, Query(sort="due", rising=True))
    over = [label_of(order) in ARRIVED for order in found]
    assert over == sorted(over)
    assert {True, False} == set(over)
    page = ada.get("orders", sort="due", dir="up").text
    told = re.findall(r'<small class="left[^"]*">([^<]+)</small>', page)
    assert told
    assert all(re.fullmatch(r"\d+ days? late|in \d+ days?|today", it) for it in told)


# --- views of one's own ---------------------------------------------------------------------------


def tabs(page: str) -> dict[str, int]:
    found = re.findall(r'view-own"[^>]*>.*?</svg> ([^<]+) <span>(\d+)</span>', page)
    return {name: int(held) for name, held in found}


def save(hand: Deskhand, **fields: str) -> str:
    answer = hand.client.post(
        f"/attempts/{hand.key}/views", data={"csrf_token": hand.token, **fields}
    )
    assert answer.status_code == 303
    return str(answer.location)


def test_a_view_is_saved_found_in_every_sandbox_and_removed(app: Flask, ada: Deskhand) -> None:
    ben = Deskhand(app, "ben").begin()
    assert "Save this view" not in ben.get("orders").text  # nothing is asked
    page = ben.get("orders", view="late", least="300", sort="due").text
    assert "Save this view" in page
    where = save(ben, name=" Late  and dear ", view="late", least="300", sort="due")
    assert "view=late" in where
    held = len(rows(ben.get("orders", view="late", least="300").text))
    assert held
    shown = ben.get("orders").text
    assert tabs(shown) == {"Late and dear": held}
    other = Deskhand(app, "ben").begin()
    assert list(tabs(other.get("orders").text)) == ["Late and dear"]
    assert tabs(ada.get("orders").text) == {}
    opened = other.get("orders", view="late", least="300", sort="due").text
    assert re.search(r'view-own"[^>]* aria-current="true"', opened)
    assert "Remove this view" in opened
    save(other, name="Late and dear", act="drop")
    assert tabs(other.get("orders").text) == {}


def test_a_view_without_a_name_or_without_room_is_not_saved(app: Flask) -> None:
    ben = Deskhand(app, "ben").begin()
    save(ben, name="  ", view="late")
    assert "a view needs a name" in ben.get("orders").text
    for number in range(MOST_VIEWS + 1):
        save(ben, name=f"number {number}", q="x")
    page = ben.get("orders").text
    assert "there is room for 5 views" in page
    assert len(tabs(page)) == MOST_VIEWS
    for number in range(MOST_VIEWS):
        save(ben, name=f"number {number}", act="drop")
