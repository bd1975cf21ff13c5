"""What if: measures are chosen, the month is run again, and every run stays beside the others."""

import re
from collections.abc import Callable
from fractions import Fraction

import pytest
from flask import Flask

from tests.web.conftest import Browser
from tests.web.test_words import spoken
from trainer.web.months import _row

Login = Callable[[str], Browser]


@pytest.fixture
def page(login_as: Login, newcomer: str) -> tuple[Browser, str]:
    """An attempt at the exercise with a month, and the address of its page."""
    client = login_as(newcomer)
    begun = client.send("/exercises/where-to-spend/attempts")
    return client, f"{begun.location}month/"


def chosen(client: Browser, path: str, **fields: str) -> str:
    """The page after a run with these measures."""
    answer = client.send(f"{path}runs", command_id=f"run-{'-'.join(fields)}", **fields)
    return client.get(path).text if answer.status_code == 303 else answer.text


def test_a_run_stands_beside_the_month_as_it_was(page: tuple[Browser, str]) -> None:
    """And the next beside both, with what was chosen."""
    client, path = page
    assert "Run 1" not in client.get(path).text
    chosen(client, path, entry="1")
    text = chosen(client, path, packing="2", fast_carrier="1")
    heads = re.findall(r'<th scope="col">(.*?)</th>', text)
    assert [re.sub("<.*", "", head) for head in heads] == ["Figure", "As it was", "Run 2", "Run 1"]
    assert "More people at packing +2" in heads[2]
    assert "The fastest carrier" in heads[2]
    assert "month-better" in text


def test_a_share_differs_in_points_that_add_up(app: Flask) -> None:
    """From 18.75 to 86.92 percent: what is shown of both is 68.1 apart, and no 68 percent more."""
    with spoken(app, "en"):
        row = _row("Rate", [Fraction("18.75"), Fraction("86.92")], "percent", "USD", 1)
    assert [cell.shown for cell in row.cells] == ["18.8 %", "86.9 %"]
    assert row.cells[1].change == "+68.1 points"


def test_the_same_form_twice_is_one_run(page: tuple[Browser, str]) -> None:
    """Pressing twice does not make two."""
    client, path = page
    chosen(client, path, entry="1")
    assert "Run 2" not in chosen(client, path, entry="1")


def test_what_cannot_be_run_says_why(page: tuple[Browser, str]) -> None:
    """Nothing chosen, or two carriers; and nothing is noted."""
    client, path = page
    assert "Choose at least one measure." in chosen(client, path)
    both = chosen(client, path, fast_carrier="1", cheap_carrier="1")
    assert "choose one of the three" in both
    assert "Run 1" not in client.get(path).text


def test_the_budget_is_told_before_it_is_spent(page: tuple[Browser, str]) -> None:
    """At each change of the form; more than all may be tried, and is marked."""
    client, path = page
    assert "$4,100.00 left" in client.get(f"{path}budget?packing=1").text
    assert "beyond the budget" in client.get(f"{path}budget?packing=3&entry=1").text
    assert "beyond the budget</small>" in chosen(client, path, packing="3", entry="1")


def test_a_world_without_a_month_has_no_such_page(login_as: Login, newcomer: str) -> None:
    """Nor a way to it."""
    client = login_as(newcomer)
    begun = client.send("/exercises/read-the-figures/attempts")
    assert client.get(f"{begun.location}month/").status_code == 404
    assert f"{begun.location}month/" not in client.get(f"{begun.location}orders").text
