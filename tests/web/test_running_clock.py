"""The clock that runs: at a pace, second by second, until somebody should look or pauses it."""

import msgspec
import pytest
from flask import Flask

from tests.web.deskhand import Deskhand
from trainer.orders.clock import AdvanceClock
from trainer.orders.engine import Recorded
from trainer.orders.feedback import ReceiveComplaint
from trainer.orders.remedies import OrderCancelled
from trainer.orders.values import HOUR, MINUTE, moment_of
from trainer.play.stops import expired, running_out
from trainer.play.stops import promised as promised_today
from trainer.simulation.deadlines import deadlines

HTMX = {"HX-Request": "true"}


@pytest.fixture(scope="module")
def app(demo: Flask) -> Flask:
    """The demo over a database of its own."""
    return demo


@pytest.fixture
def ada(app: Flask) -> Deskhand:
    """Ada at a fresh attempt."""
    return Deskhand(app, "ada").begin()


def post(ada: Deskhand, path: str, headers=HTMX, **fields):  # type: ignore[no-untyped-def]
    data = {"csrf_token": ada.token, "back": f"/attempts/{ada.key}/inbox", **fields}
    return ada.client.post(f"/attempts/{ada.key}/clock/{path}", data=data, headers=headers)


def test_it_is_started_and_paused_by_a_button(ada: Deskhand) -> None:
    assert 'hx-trigger="load delay:1s"' not in ada.get("inbox").text
    running = post(ada, "run", pace="15").text
    assert 'hx-trigger="load delay:1s"' in running
    assert 'data-key="p"' in running
    paused = post(ada, "run", pace="0").text
    assert 'hx-trigger="load delay:1s"' not in paused
    assert "Let the clock run" in paused


def test_a_second_moves_it_by_its_pace_and_asks_on(ada: Deskhand) -> None:
    before = ada.world.now
    reply = post(ada, "tick", pace="15", command_id="t-1")
    assert ada.world.now == before + 15 * MINUTE
    assert reply.text.startswith("\n<form") or "clock-ticker" in reply.text
    assert 'name="pace" value="15"' in reply.text
    post(ada, "tick", pace="15", command_id="t-1")  # the same second again
    assert ada.world.now == before + 15 * MINUTE


def test_it_stops_at_a_message_at_its_moment(ada: Deskhand) -> None:
    number = ada.confirmed()
    due = ada.desk.run(ada.sandbox).agenda.next()
    assert due is not None
    ada.desk.perform(ada.sandbox, AdvanceClock(due.at), actor="Ada", command_id="pays")
    notice = ada.desk.run(ada.sandbox).agenda.next()
    assert notice is not None
    reply = post(ada, "tick", pace="60", command_id="t-2")
    assert ada.world.now == notice.at
    assert reply.headers["HX-Redirect"].startswith(f"/attempts/{ada.key}/inbox?done=")
    assert number in ada.world.orders


def test_it_stops_when_an_answer_is_due(ada: Deskhand) -> None:
    number = ada.submitted()
    moan = ReceiveComplaint(number, "not_told", "Silence", "Nobody tells us anything.")
    ada.desk.perform(ada.sandbox, moan, actor="Olive", command_id="moan", role="customer")
    respond_by = ada.world.orders[number].complaints[0].respond_by
    ada.desk.perform(
        ada.sandbox, AdvanceClock(respond_by - HOUR // 2), actor="Ada", command_id="nearly"
    )
    assert "HX-Redirect" not in post(ada, "tick", pace="5", command_id="t-3").headers
    # the clock may halt on the way, where much happens at once
    ticks = (post(ada, "tick", pace="60", command_id=f"t-{n}") for n in range(4, 7))
    assert any("HX-Redirect" in tick.headers for tick in ticks)
    assert respond_by - HOUR < ada.world.now <= respond_by + HOUR


def test_it_stops_on_the_morning_of_a_promised_day(ada: Deskhand) -> None:
    number = ada.confirmed()
    promised = ada.world.orders[number].promised_delivery_date
    assert promised is not None
    morning = moment_of(promised, hour=9)
    ada.desk.perform(ada.sandbox, AdvanceClock(morning - HOUR), actor="Ada", command_id="eve")
    stopped = post(ada, "tick", pace="60", command_id="t-7")
    assert ada.world.now == morning
    assert "HX-Redirect" in stopped.headers
    post(ada, "tick", pace="5", command_id="t-8")
    assert not any(promised_today(ada.world, morning))


def test_it_stops_while_an_order_can_still_be_paid_and_when_it_expired(ada: Deskhand) -> None:
    reply = ada.client.post("/exercises/busy-desk/attempts", data={"csrf_token": ada.token})
    ada.key = reply.location.split("/attempts/")[1].split("/")[0]
    run = ada.desk.run(ada.sandbox)
    pays = [deadline.at for order in run.world.newest("pending_payment")
            for deadline in deadlines(order, run.world, run.agenda)]  # fmt: skip
    later = msgspec.structs.replace(run.world, now=min(pays) - 4 * HOUR)
    assert running_out(later, run.agenda, later.now - HOUR)
    assert not running_out(later, run.agenda, later.now)
    gone = OrderCancelled(next(run.world.newest("pending_payment")).order_number, "not paid")
    assert expired([Recorded(1, 1, "system", "system", "x", gone)])
    assert not expired([Recorded(1, 1, "Ada", "clerk", "x", gone)])


def test_only_known_paces_and_without_a_script_the_page_comes_back(ada: Deskhand) -> None:
    for path, pace in (("run", "7"), ("run", "x"), ("tick", "0"), ("tick", "")):
        assert post(ada, path, pace=pace, command_id="t-5").status_code == 400
    assert post(ada, "run", headers={}, pace="15").status_code == 303
    assert post(ada, "tick", headers={}, pace="15", command_id="t-6").status_code == 303


def test_free_practice_begins_at_the_inbox_of_a_living_world(ada: Deskhand) -> None:
    reply = ada.client.post("/exercises/busy-desk/attempts", data={"csrf_token": ada.token})
    ada.key = reply.location.split("/attempts/")[1].split("/")[0]
    assert ada.get("").location == f"/attempts/{ada.key}/inbox"
    assert ada.desk.run(ada.sandbox).agenda.next() is not None
    # there is no score to look at, but the same world can be begun again from there
    assert f'class="bar-score" href="/attempts/{ada.key}/score"' in ada.get("inbox").text
    score = ada.get("score").text
    assert f'action="/attempts/{ada.key}/restarts"' in score
    assert "Free practice has no score" in score
    assert 'id="ledger"' not in score
