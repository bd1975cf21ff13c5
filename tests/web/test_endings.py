"""What ends something asks first, and says with its numbers what comes of it."""

import re
from collections.abc import Callable

import pytest
from flask import Flask

from tests.web.conftest import Browser, number
from tests.web.pupils import work
from tests.web.test_classes import assign
from trainer.play.classroom import Classroom

Login = Callable[[str], Browser]


def endings(page: str) -> list[tuple[str, str]]:
    """Every question of a page: the button that does it, and what is said before."""
    found = re.findall(r'<details class="ending".*?</details>', page, re.DOTALL)
    words = [" ".join(re.sub(r"<[^>]+>", " ", it).split()) for it in found]
    return [(it.rpartition("Leave it as it is")[2], it) for it in words]


def said(page: str, verb: str, about: str = "") -> str:
    """What is said before a button's act."""
    return next(words for does, words in endings(page) if verb in does and about in words)


def test_a_class_says_who_is_concerned_before_it_ends_something(
    app: Flask, login_as: Login, room: Classroom, newcomer: str
) -> None:
    ines = login_as("ines")
    assign(ines, room)
    assign(ines, room, "quiz:01-overview")
    work(app, number(app, newcomer), skill=0.5)
    page = ines.get(f"/classes/{room.key}").text
    assert f"{room.code[:4]}-{room.code[4:]}" in said(page, "New code")
    assert "1 trainee." in said(page, "New code")
    assert "Trainees in it: 1, assignments: 2." in said(page, "Take out", "Take Ines")
    mine = said(page, "Take out", f"Take {newcomer.title()}")
    assert "Assignments: 2; of these they have under way: 0, done: 1." in mine
    addresses = set(re.findall(rf"/classes/{room.key}/assignments/[\w-]+(?=\")", page))
    told = {said(ines.get(it).text, "Withdraw") for it in addresses}
    assert any("People who are at work on it: 0; who have done it: 1." in it for it in told)


def test_to_lock_somebody_out_says_what_they_are_in(
    login_as: Login, room: Classroom, newcomer: str
) -> None:
    page = login_as("omar").get(f"/people?q={newcomer}").text
    words = said(page, "Lock out", f"Lock {newcomer.title()}")
    assert "Classes they learn in: 1, classes they teach: 0." in words


@pytest.mark.parametrize(
    ("path", "acts"),
    [
        ("/classes/{key}", ("New code", "Take out of the class")),
        ("/people?q={who}", ("Lock out",)),
    ],
)
def test_no_such_act_is_one_click_away(
    login_as: Login, room: Classroom, newcomer: str, path: str, acts: tuple[str, ...]
) -> None:
    page = login_as("omar").get(path.format(key=room.key, who=newcomer)).text
    outside = re.sub(r'<details class="ending".*?</details>', "", page, flags=re.DOTALL)
    for act in acts:
        assert act in page
        assert act not in outside
    assert "btn-danger" not in outside
