"""What an act earned or cost stands at the act, with the goal that says why."""

import re
from typing import Any

import pytest
from flask import Flask

from tests.journeys.walker import PlainWalker, walk
from tests.web.deskhand import HTMX, Deskhand
from trainer.play.solution import command

EARNED = re.compile(r'score#line-([\w-]+)"><strong>([+]?\d+) points( lost)?</strong>')


class Reader(PlainWalker):
    """Walks, and remembers the page that came last."""

    text = ""

    def _read(self, reply: Any) -> None:
        self.text = reply.text
        super()._read(reply)


def told(page: str) -> dict[str, int]:
    """The points that a page's notice tells of, by goal."""
    found = re.search(r'<ul class="notice-earned">.*?</ul>', page, re.DOTALL)
    return (
        {goal: int(points) * (-1 if lost else 1) for goal, points, lost in EARNED.findall(found[0])}
        if found
        else {}
    )


@pytest.fixture
def ada(demo: Flask) -> Deskhand:
    return Deskhand(demo, "ada").begin()


def test_what_the_notices_told_is_the_score(ada: Deskhand) -> None:
    walker, sum_of, quiet = Reader(ada.client, f"/attempts/{ada.key}/inbox"), {}, 0
    for _done in walk(walker, ada.desk, ada.key):
        now = told(walker.text)
        assert not now.keys() & sum_of.keys()
        sum_of |= now
        quiet += not now
    standing = ada.desk.store.find(ada.key).standing
    assert (sum(sum_of.values()), standing.finished) == (standing.score, True)
    assert quiet > 0  # most acts move nothing, and say nothing of it
    page = ada.get("score").text
    assert all(f'id="line-{goal}"' in page for goal in sum_of)


def test_a_refused_try_says_what_it_cost(ada: Deskhand) -> None:
    number = ada.draft()
    known = {goal.id for goal in ada.desk.course(ada.sandbox).opening.scenario.standing}
    for headers in (None, HTMX):
        reply = ada.send(
            "confirm_order", headers, order_number=number, promised_delivery_date="2030-01-01"
        )
        page = reply.text if headers else ada.client.get(reply.location).text
        (lost,) = told(page).items()
        assert lost[0] in known
        assert "points lost</strong></a> Goal: " in page  # the goal is not what happened
        assert lost[1] < 0


def test_an_exam_under_way_tells_nothing(demo: Flask) -> None:
    ben = Deskhand(demo, "ben")
    reply = ben.client.post("/exercises/return-exam/attempts", data={"csrf_token": ben.token})
    ben.key = reply.location.split("/attempts/")[1].split("/")[0]
    course, sandbox = ben.desk.course(ben.sandbox), ben.sandbox
    for number, wanted in enumerate(course.opening.scenario.steps[0].solution):
        deed: Any = command(ben.desk.run(sandbox), course, wanted)
        done = ben.desk.perform(sandbox, deed, actor="clerk", command_id=f"did-{number}")
        sandbox = done.sandbox
    assert sandbox.standing.score > 0
    page = ben.get("orders", done=sandbox.events, waited=0).text
    assert 'class="notice notice-done"' in page
    assert "notice-earned" not in page
