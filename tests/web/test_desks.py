"""The desk at which one sits, on the screen: what awaits it, handing over, each desk's view."""

import re

import pytest
from flask import Flask

from tests.web.deskhand import HTMX, Deskhand
from trainer.play.solution import Played, play
from trainer.web.forms import written


@pytest.fixture(scope="module")
def app(demo: Flask) -> Flask:
    """The demo over a database of its own."""
    return demo


@pytest.fixture
def ada(app: Flask) -> Deskhand:
    """Ada at a fresh attempt where work is divided among desks."""
    return begun(Deskhand(app, "ada"), "five-desks")


def begun(hand: Deskhand, exercise: str) -> Deskhand:
    reply = hand.client.post(f"/exercises/{exercise}/attempts", data={"csrf_token": hand.token})
    hand.key = reply.location.split("/attempts/")[1].split("/")[0]
    return hand


def solution(ada: Deskhand) -> list[Played]:
    return list(play(ada.desk.course(ada.sandbox)))


def until(ada: Deskhand, step: str) -> str:
    """The reference done up to a step; the number of its order."""
    number = ""
    for place, done in enumerate(solution(ada)):
        if done.step.id == step:
            break
        outcome = ada.desk.perform(
            ada.sandbox, done.command, actor="Ada", command_id=f"{ada.key}-{place}"
        )
        number = number or getattr(outcome.entries[0].event, "order_number", "")
    return number


def told(ada: Deskhand, path: str) -> str:
    """The words of a page, without its marks."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", ada.get(path).text))


def sit(ada: Deskhand, desk: str, **more: str) -> str:
    typed = {"desk": desk, "command_id": f"sit-{desk}", "csrf_token": ada.token, **more}
    reply = ada.client.post(f"/attempts/{ada.key}/desk", data=typed, follow_redirects=True)
    assert reply.status_code == 200
    return str(reply.text)


def test_the_bar_says_where_one_sits_and_the_menu_leads_there(ada: Deskhand) -> None:
    page = ada.get("orders").text
    assert re.search(r'class="bar-desk small"[^>]*>.*?Order desk</a>', page, re.S)
    assert f"/attempts/{ada.key}/desk" in page
    sit(ada, "finance")
    assert re.search(r'class="bar-desk small"[^>]*>.*?Finance</a>', ada.get("orders").text, re.S)


def test_where_one_desk_does_everything_there_is_nothing_of_it(app: Flask) -> None:
    ben = Deskhand(app, "ben").begin()
    number = ben.draft()
    page = ben.get(f"orders/{number}").text
    assert "bar-desk" not in page
    assert 'data-command="hand_over"' not in page
    assert "At other desks" not in page
    for path in ("desk", f"orders/{number}/desks"):
        assert ben.get(path).status_code == 404


def test_what_awaits_the_desk_stands_in_its_queue_and_what_was_handed_over_first(
    ada: Deskhand,
) -> None:
    number = until(ada, "money")
    ada.send("hand_over", order_numbers__0=number, desk="finance", note="342.30 to come")
    rows = re.findall(r'name="orders" value="([^"]+)"', ada.get("desk").text)
    assert number not in rows
    page = sit(ada, "finance")
    rows = re.findall(r'name="orders" value="([^"]+)"', page)
    assert rows[0] == number
    assert "342.30 to come" in page
    assert "money due · $" in told(ada, "desk")


def test_acts_of_other_desks_are_named_and_no_buttons(ada: Deskhand) -> None:
    number = until(ada, "money")
    page = ada.get(f"orders/{number}").text
    assert 'data-command="pick_package"' not in page
    assert 'data-command="record_payment"' not in page
    words = told(ada, f"orders/{number}")
    assert "At other desks Warehouse to be picked" in words
    assert "may do next: Pick into a parcel" in words
    assert "Finance money due" in words
    sit(ada, "warehouse")
    page = ada.get(f"orders/{number}").text
    assert 'data-command="pick_package"' in page
    assert 'data-command="change_delivery"' not in page


def test_an_act_that_is_sent_all_the_same_is_refused_with_whose_it_is(ada: Deskhand) -> None:
    number = until(ada, "money")
    reply = ada.send("issue_invoice", order_number=number, headers=HTMX)
    assert 'data-code="WRONG_DESK"' in reply.text
    assert "This is done at another desk (Finance); you sit at: Order desk." in reply.text


def test_the_same_order_is_seen_from_each_desk_side_by_side(ada: Deskhand) -> None:
    number = until(ada, "money")
    ada.send("hand_over", order_numbers__0=number, desk="finance", note="look here")
    page = ada.get(f"orders/{number}/desks").text
    names = re.findall(r'<h2 id="view-(\w+)"', page)
    assert names == ["order_desk", "warehouse", "finance", "after_sales", "supervision"]
    views = dict(zip(names, page.split('<section class="desk-view')[1:], strict=True))
    assert "you sit here" in views["order_desk"]
    assert "look here" in views["finance"]
    assert "never handed over to this desk" in views["warehouse"]
    assert "Pick into a parcel" in views["warehouse"]
    assert "Pick into a parcel" not in views["finance"]


def test_several_orders_go_with_one_note_from_the_queue(ada: Deskhand) -> None:
    rows = re.findall(r'name="orders" value="([^"]+)"', ada.get("desk").text)[:2]
    typed = {"orders": rows, "desk": "finance", "note": "both", "command_id": "two"}
    at = f"/attempts/{ada.key}/hand-overs"
    looked = ada.client.post(at, data=typed | {"csrf_token": ada.token, "preview": "1"})
    assert "It would do this. Nothing has happened yet." in looked.text
    assert looked.text.count(" checked>") == 2
    assert not any(ada.world.orders[number].hand_overs for number in rows)
    done = ada.client.post(at, data=typed | {"csrf_token": ada.token})
    assert done.status_code == 303
    assert [ada.world.orders[number].hand_overs[-1].note for number in rows] == ["both", "both"]
    assert "handed over (Order desk → Finance): both" in told(ada, f"orders/{rows[0]}")


def test_nothing_ticked_is_refused_and_a_desk_that_is_none_is_told_beside_the_field(
    ada: Deskhand,
) -> None:
    at, typed = f"/attempts/{ada.key}/hand-overs", {"csrf_token": ada.token, "command_id": "none"}
    nothing = ada.client.post(at, data=typed | {"desk": "finance"}, follow_redirects=True)
    assert 'data-code="MISSING_FIELD"' in nothing.text
    wrong = ada.client.post(at, data=typed | {"desk": "cellar"})
    assert wrong.status_code == 422
    assert "Choose one from the list." in wrong.text
    assert ada.client.post(f"/attempts/{ada.key}/desk", data=typed).status_code == 400


def test_moving_can_be_looked_at_first(ada: Deskhand) -> None:
    assert "It would do this. Nothing has happened yet." in sit(ada, "warehouse", preview="1")
    assert ada.world.seat == "order_desk"


def test_nobody_else_moves_somebody(app: Flask, ada: Deskhand) -> None:
    ben = Deskhand(app, "ben")
    typed = {"desk": "finance", "command_id": "x", "csrf_token": ben.token}
    assert ben.client.post(f"/attempts/{ada.key}/desk", data=typed).status_code in (403, 404)
    assert ada.world.seat == "order_desk"


def test_each_lost_point_says_what_the_note_left_out_and_which_hand_over_it_was(
    ada: Deskhand,
) -> None:
    number = until(ada, "goods")
    ada.send("hand_over", order_numbers__0=number, desk="warehouse", note="please")
    for place, done in enumerate(solution(ada)):
        if done.step.id in ("orders", "money"):
            continue
        if getattr(done.command, "desk", "") == "warehouse" and done.name == "hand_over":
            continue
        ada.desk.perform(ada.sandbox, done.command, actor="Ada", command_id=f"x{place}")
    words = told(ada, "score")
    assert re.search(r"Event \d+ · The note does not say how many pieces\. \(to be picked\)", words)
    assert "The note does not say by when. (to be picked)" in words
    assert "+20 / 28 Each desk got the order" in words


def test_what_a_note_left_out_is_said_at_once_and_stays_with_the_goal(ada: Deskhand) -> None:
    number = until(ada, "goods")
    for headers in (None, HTMX):
        reply = ada.send(
            "hand_over", headers, order_numbers__0=number, desk="warehouse", note="please"
        )
        page = reply.text if headers else ada.client.get(reply.location).text
        words = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))
        notice = words[words.index("points lost") :]
        assert "The note does not say by when. (to be picked)" in notice[:400]
    # where the notice leads to while the run goes on, too
    (goal,) = re.findall(r'score#line-([\w-]+)"><strong>\d+ points lost', page)
    score = ada.get("score").text
    assert f'id="line-{goal}"' in score
    assert len(re.findall(r"Event \d+ · The note does not say by when", score)) == 2


def test_the_supervisors_forms_are_filled_with_what_was_asked(ada: Deskhand) -> None:
    until(ada, "supervision")
    asked = [done for done in solution(ada) if done.name == "answer_goodwill"]
    other = asked[1].command.order_number  # type: ignore[union-attr]
    sit(ada, "supervision")
    page = ada.get(f"orders/{other}").text
    assert 'data-command="answer_goodwill"' in page
    reply = ada.send("answer_goodwill", **{
        name.replace(".", "__"): value
        for name, value in written(asked[1].command, "USD").items()  # type: ignore[arg-type]
    })  # fmt: skip
    assert reply.status_code == 303
    assert ada.world.orders[other].goodwill == 8_000


@pytest.mark.parametrize(("language", "word"), [("zh_Hans", "我的岗位"), ("zh_Hant", "我的職務")])
def test_all_of_it_is_there_in_chinese(ada: Deskhand, language: str, word: str) -> None:
    ada.client.post("/settings", data={"language": language, "csrf_token": ada.token, "back": "/"})
    page = ada.get("desk").text
    assert word in page
    ada.client.post("/settings", data={"language": "en", "csrf_token": ada.token, "back": "/"})
