"""The last act taken back, copies of a run, the reference beside it: by plain requests."""

import re
from collections.abc import Callable
from html import unescape

import pytest
from flask import Flask

from tests.web.conftest import Browser
from tests.web.deskhand import Deskhand
from trainer.play.evidence import replayed
from trainer.play.ports import Sandbox
from trainer.play.sandbox import Desk
from trainer.play.solution import play
from trainer.training.scoring import total

Login = Callable[[str], Browser]


@pytest.fixture
def ada(demo: Flask) -> Deskhand:
    return Deskhand(demo, "ada").begin()


def post(hand: Deskhand, address: str, **fields: str):  # type: ignore[no-untyped-def]
    typed = {"csrf_token": hand.token, **fields}
    return hand.client.post(f"/attempts/{hand.key}/{address}", data=typed)


def key_of(answer) -> str:  # type: ignore[no-untyped-def]
    assert answer.status_code == 303
    return str(answer.location.split("/attempts/")[1].split("/")[0])


def finish(hand: Deskhand) -> Sandbox:
    """The whole solution, done by somebody quick."""
    desk: Desk = hand.desk
    course = desk.course(hand.sandbox)
    for place, done in enumerate(list(play(course))):
        desk.perform(
            hand.sandbox,
            done.command,
            actor="Ada",
            command_id=f"quick-{place}",  # type: ignore[arg-type]
        )
    return hand.sandbox


def test_free_practice_can_be_undone_and_asked_about(demo: Flask) -> None:
    hand = Deskhand(demo, "ada")
    begun = hand.client.post(
        "/exercises/short-of-stock/attempts", data={"csrf_token": hand.token}
    ).location
    hand.key = begun.split("/attempts/")[1].split("/")[0]
    assert f"/attempts/{hand.key}/questions" in hand.get("inbox").text
    waiting = next(it for it in hand.world.orders.values() if it.status == "confirmed")
    hand.send("place_hold", order_number=waiting.order_number, kind="manual", reason="ask first")
    assert hand.world.orders[waiting.order_number].on_hold
    assert "Undo (free)" in hand.get("inbox").text
    hand.key = key_of(post(hand, "undo"))
    assert not hand.world.orders[waiting.order_number].on_hold


def test_the_hints_of_a_step_that_is_over_are_free(ada: Deskhand) -> None:
    course = ada.desk.course(ada.sandbox)
    first, second = course.opening.scenario.steps[:2]
    assert "Its hints" not in ada.get("inbox").text
    for place, done in enumerate(list(play(course))):
        if course.judge.current_step(ada.desk.run(ada.sandbox).progress):
            break
        ada.desk.perform(
            ada.sandbox,
            done.command,
            actor="Ada",
            command_id=f"led-{place}",  # type: ignore[arg-type]
        )
    page = unescape(ada.get("inbox").text)
    assert all(hint.says.en in page for hint in first.hints)
    assert not any(hint.says.en in page for hint in second.hints)
    assert ada.desk.run(ada.sandbox).progress.hints == ()  # reading them is no hint taken


def test_the_last_act_is_taken_back(ada: Deskhand) -> None:
    assert "Undo" not in ada.get("inbox").text
    number = ada.draft()
    assert number in ada.world.orders
    assert "Undo (free)" in ada.get("inbox").text
    old = ada.key
    ada.key = key_of(post(ada, "undo"))
    assert number not in ada.world.orders
    ada.key, new = old, ada.key
    assert "This is an earlier attempt" in ada.get(f"orders/{number}").text
    ada.key = new
    assert post(ada, "undo").status_code == 303  # nothing left: told, not broken
    assert "nothing to take back" in ada.get("inbox").text


def test_an_undo_stays_with_the_order_that_was_looked_at(ada: Deskhand) -> None:
    number = ada.draft()
    ada.send("add_note", order_number=number, text="call them")
    page = f"/attempts/{ada.key}/orders/{number}"
    assert f'name="back" value="{page}"' in ada.get(f"orders/{number}").text
    gone = post(ada, "undo", back=page)
    assert gone.location.endswith(f"/orders/{number}")
    ada.key = key_of(gone)
    gone = post(ada, "undo", back=f"/attempts/{ada.key}/orders/{number}")
    assert number not in gone.location  # the order is taken back, too
    ada.key = key_of(gone)


def test_a_copy_goes_on_from_any_moment_and_counts_for_nothing(ada: Deskhand) -> None:
    ada.draft()
    attempt = ada.key
    ada.key = key_of(post(ada, "forks", at="1"))
    page = ada.get("inbox").text
    assert "This is a copy" in page
    assert ada.sandbox.kind == "fork"
    home = ada.client.get("/").text
    assert f"/attempts/{attempt}/" in home  # the attempt is the one to continue
    ada.key = key_of(post(ada, "restarts"))
    assert (ada.sandbox.kind, ada.sandbox.events) == ("fork", 0), "begun again, it is still a copy"
    ada.key = attempt
    assert not ada.sandbox.replaced


@pytest.mark.parametrize("at", ["-1", "999999", "x", ""])
def test_a_moment_that_never_was_is_the_nearest(ada: Deskhand, at: str) -> None:
    ada.draft()
    ada.key = key_of(post(ada, "forks", at=at))
    assert ada.sandbox.kind == "fork"


def test_the_reference_is_shown_when_the_run_is_finished(ada: Deskhand) -> None:
    ada.draft()
    assert "would give the rest away" in ada.get("reference").text
    hand = ada.begin()
    assert finish(hand).standing.finished
    page = hand.get("reference").text
    assert "what would you do differently" in page
    assert "You took" not in page  # asked first
    kept = post(hand, "reflections", text=" Check credit first <b> ")
    assert kept.location.endswith("/reference")
    page = hand.get("reference").text
    assert "You took" in page
    assert "Check credit first &lt;b&gt;" in page
    post(hand, "reflections", text="now I know better")
    assert "now I know better" not in hand.get("reference").text
    assert "act-alone" not in page  # the reference's own way is alike throughout
    # in step: at each moment the reference has done what the run has done
    acts = int(re.findall(r'name="moment" min="0" max="(\d+)"', page)[0])
    assert acts > 10
    for number in (0, 1, acts // 2, acts):
        shown = hand.get("reference", moment=number).text
        assert f"{number} / {acts}</output>" in shown
        beside = shown[shown.index('class="beside-two" data-moment') :]
        mine, theirs = re.findall(r"<p><strong>(.*?)</strong></p>", beside[:3000])[:2]
        assert mine == theirs
        assert ("nothing has been done yet" in mine) == (number == 0)
    assert "Undo" not in hand.get("inbox").text


def test_the_question_before_the_comparison_can_be_skipped(ada: Deskhand) -> None:
    finish(ada)
    post(ada, "reflections", text="half a thought", skip="1")
    page = ada.get("reference").text
    assert "You took" in page
    assert "half a thought" not in page


def test_the_reference_of_a_run_given_up_makes_the_next_one_aided(demo: Flask) -> None:
    hand, debriefs = Deskhand(demo, "ben").begin(), demo.extensions["debriefs"]
    given_up, me = hand.key, hand.sandbox.person_id
    finish(hand)
    post(hand, "reflections", skip="1")
    assert debriefs.watched(me, "first-order") is None  # what is finished is not helped by it
    hand.begin()
    given_up = hand.key
    live = key_of(post(hand, "restarts"))
    hand.key = given_up
    post(hand, "reflections", skip="1")
    assert debriefs.watched(me, "first-order") is not None
    hand.key = live
    finish(hand)
    assert "not unaided work" in hand.get("score").text


def test_the_file_of_a_copy_makes_the_attempt_that_goes_on_aided(demo: Flask) -> None:
    # omar has looked at nothing yet
    hand, debriefs = Deskhand(demo, "omar").begin(), demo.extensions["debriefs"]
    hand.draft()
    live, me = hand.key, hand.sandbox.person_id
    hand.key = key_of(post(hand, "forks"))
    post(hand, "hand-ins", command_id="the-copy-is-over")
    assert debriefs.watched(me, "first-order") is None
    assert "solution" in hand.get("run.jsonl").text
    assert debriefs.watched(me, "first-order") is not None
    hand.key = live
    finish(hand)
    assert "not unaided work" in hand.get("score").text


def test_nobody_says_it_before_the_end_or_for_another(demo: Flask, ada: Deskhand) -> None:
    assert post(ada, "reflections", text="x").status_code == 403
    finish(ada)
    stranger, teacher = Deskhand(demo, "ben"), Deskhand(demo, "ines")
    stranger.key = teacher.key = ada.key
    assert post(stranger, "reflections", text="x").status_code == 404
    assert post(teacher, "reflections", text="x").status_code == 403
    assert "You took" in teacher.get("reference").text


def test_what_a_hint_said_stays_paid_after_an_undo(ada: Deskhand) -> None:
    ada.draft()
    post(ada, "hints", command_id="h")
    ada.key = key_of(post(ada, "undo"))
    assert ada.sandbox.asides == 1
    assert len(ada.desk.run(ada.sandbox).progress.hints) == 1


def test_what_cost_most_is_listed_with_its_moment(ada: Deskhand) -> None:
    for _ in range(3):
        post(ada, "hints", command_id=f"h{_}")
    finish(ada)
    page = ada.get("debrief").text
    assert "What cost most" in page
    assert "Refused tries and hints" in page
    assert "data-play" in page


def test_who_may(demo: Flask, ada: Deskhand) -> None:
    ada.draft()
    stranger, teacher = Deskhand(demo, "ben"), Deskhand(demo, "ines")
    stranger.key = teacher.key = ada.key
    for address in ("undo", "forks"):
        assert post(stranger, address).status_code == 404
    assert stranger.get("reference").status_code == 404
    assert post(teacher, "undo").status_code == 403
    assert "act-alone" in teacher.get("reference").text
    teacher.key = key_of(post(teacher, "forks", at="1"))
    assert teacher.sandbox.person_id != ada.sandbox.person_id


def test_an_exam_has_neither_undo_nor_copies_before_it_is_handed_in(demo: Flask) -> None:
    hand = Deskhand(demo, "ben")
    exams = [it for it in demo.extensions["library"].scenarios() if it.mode == "exam"]
    begun = hand.client.post(f"/exercises/{exams[0].id}/attempts", data={"csrf_token": hand.token})
    hand.key = key_of(begun)
    assert "Undo" not in hand.get("orders").text
    assert post(hand, "forks", at="0").status_code == 403
    # begun again, it asks the same of other numbers; the one given up tells nothing either
    assert "Begin again on other numbers" in hand.get("score").text
    given_up, first = hand.key, hand.sandbox.opening_id
    hand.key = key_of(post(hand, "restarts"))
    assert hand.sandbox.opening_id != first
    live, hand.key = hand.key, given_up
    assert "would give the rest away" in hand.get("reference").text
    assert post(hand, "reflections", skip="1").status_code == 403
    hand.key = live
    post(hand, "hand-ins", command_id="end")
    assert post(hand, "forks", at="0").status_code == 303


def test_a_finished_run_is_saved_as_a_file_that_leads_there(demo: Flask, ada: Deskhand) -> None:
    address = f"/attempts/{ada.key}/run.jsonl"
    assert ada.client.get(address).status_code == 403, "it tells what is still to be found out"
    assert "Save the run" not in ada.get("debrief").text
    teacher = Deskhand(demo, "ines").client
    assert replayed(teacher.get(address).text).same
    finish(ada)
    assert address in ada.get("debrief").text
    answer = ada.client.get(address)
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=first-order-")
    found = replayed(answer.text)
    assert found.same
    assert total(found.lines) == ada.sandbox.standing.score > 0
    assert Deskhand(demo, "ben").client.get(address).status_code == 404
