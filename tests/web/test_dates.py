"""Days are written as the reader writes them; 2026-11-27 is for files and for fields to type in."""

import re
from collections import deque
from collections.abc import Callable, Iterator
from html import unescape

import pytest
from flask import Flask

from tests.web.conftest import Browser
from tests.web.test_words import YUAN, spoken
from trainer.orders.returns import ReturnWindowClosed
from trainer.play.solution import play
from trainer.web import words

Login = Callable[..., Browser]

MOST = 90
"""Pages of a desk that are looked at: every place, then orders and messages as they are linked."""
WRITTEN = re.compile(r"(?<![\w-])\d{4}-\d{2}-\d{2}(?![\w-])", re.ASCII)
FIELDS = re.compile(r"<(script|style|textarea|pre|code)\b.*?</\1>", re.DOTALL)


def pages(browser: Browser, first: str) -> Iterator[tuple[str, str]]:
    """Pages of a desk by their addresses, nearest first."""
    root, waiting, seen = first.rsplit("/", 1)[0], deque([first]), {first}
    while waiting and len(seen) - len(waiting) < MOST:
        address = waiting.popleft()
        answer = browser.get(address)
        if answer.mimetype != "text/html":
            continue
        yield address, answer.text
        for link in map(unescape, re.findall(r'href="([^"#]+)', answer.text)):
            if link.startswith(root) and "?" not in link and link not in seen:
                seen.add(link)
                waiting.append(link)


def stray(page: str) -> list[str]:
    """The lines of a page that write a day as a machine does."""
    lines = re.sub(r"<[^>]+>", "\n", FIELDS.sub("", page)).splitlines()
    return [line.strip() for line in lines if WRITTEN.search(line)]


@pytest.mark.parametrize("tongue", ["en", "zh_Hans"])
@pytest.mark.parametrize("exercise", ["keep-them-posted", "efficiency-and-satisfaction"])
def test_no_page_of_a_desk_writes_a_day_as_a_machine_does(
    app: Flask, login_as: Login, newcomer: str, exercise: str, tongue: str
) -> None:
    browser = login_as(newcomer)
    browser.send("/settings", language=tongue)
    key = browser.send(f"/exercises/{exercise}/attempts").location.split("/")[2]
    desk = app.extensions["desk"]
    if exercise == "keep-them-posted":  # letters and refusals are there once things were done
        for place, done in enumerate(play(desk.course(desk.store.find(key)))):
            desk.perform(desk.store.find(key), done.command, actor="x", command_id=f"d{place}")
    looked_at = dict(pages(browser, f"/attempts/{key}/inbox"))
    assert len(looked_at) > 20
    assert {address: found for address, page in looked_at.items() if (found := stray(page))} == {}


def test_a_refusal_counts_with_days_as_people_write_them(app: Flask) -> None:
    refusal = ReturnWindowClosed(
        order_number="SO-1", delivered="2026-03-02", window=14, last="2026-03-16",
        today="2026-03-20",
    )  # fmt: skip
    with spoken(app, "en"):
        assert "delivered Mar 2, 2026 + 14 days = Mar 16, 2026" in words.sums(refusal, YUAN)


def test_it_would_be_noticed() -> None:
    assert stray("<p>Due on <b>2026-11-27</b></p>") == ["2026-11-27"]
    kept = '<input value="2026-11-27"><time datetime="2026-11-27">27 Nov</time> PO-2026-11-27'
    assert stray(kept) == []
