"""Asking a customer from the inbox: the form, the thread, what is refused, and no secrets."""

import pytest
from flask import Flask

from tests.web.deskhand import Deskhand


@pytest.fixture(scope="module")
def app(demo: Flask) -> Flask:
    """The demo over a database of its own."""
    return demo


@pytest.fixture
def ada(app: Flask) -> Deskhand:
    """Ada at an order in which something is missing."""
    hand = Deskhand(app, "ada")
    reply = hand.client.post(
        "/exercises/something-is-missing/attempts", data={"csrf_token": hand.token}
    )
    hand.key = reply.location.split("/attempts/")[1].split("/")[0]
    return hand


def pages(ada: Deskhand) -> str:
    """All that can be opened before there is an order."""
    paths = ("inbox/msg-first", "orders/new?message=msg-first", "inventory", "score", "debrief")
    return "".join(ada.client.get(f"/attempts/{ada.key}/{path}").text for path in paths)


def waits(ada: Deskhand) -> None:
    """Until something happens."""
    typed = {"csrf_token": ada.token, "until": "next", "command_id": f"wait-{ada.world.number}"}
    assert ada.client.post(f"/attempts/{ada.key}/clock", data=typed).status_code == 303


def test_what_they_mean_stands_nowhere_before_they_say_it(ada: Deskhand) -> None:
    street = ada.request.ship_to.street
    assert street not in pages(ada)
    ada.send("ask_customer", message_id="msg-first", about="address")
    assert street not in pages(ada)
    waits(ada)
    assert street in ada.get("inbox/msg-first").text
    assert street in ada.client.get(f"/attempts/{ada.key}/orders/new?message=msg-first").text


def test_question_and_answer_stand_below_the_message(ada: Deskhand) -> None:
    page = ada.get("inbox/msg-first").text
    assert "Ask the customer" in page
    assert "Decline the request" in page
    reply = ada.send("ask_customer", message_id="msg-first", about="quantity")
    assert reply.status_code == 303
    assert reply.location.split("?")[0].endswith("/inbox/msg-first")
    page = ada.client.get(reply.location).text
    assert "Our question" in page
    assert "No answer yet." in page
    assert ">asked</span>" in page
    waits(ada)
    page = ada.get("inbox/re-1-msg-first").text
    assert "Our question" in page
    assert "No answer yet." not in page
    assert ">to enter</span>" in page
    assert ada.world.messages["re-1-msg-first"].body.splitlines()[-1] in page


def test_the_same_question_again_is_refused_on_the_page(ada: Deskhand) -> None:
    ada.send("ask_customer", message_id="msg-first", about="price")
    reply = ada.send("ask_customer", message_id="msg-first", about="price")
    page = ada.client.get(reply.location).text
    assert "no answer has come yet" in page
    assert len(ada.world.messages["msg-first"].questions) == 1


def test_what_to_ask_about_has_to_be_chosen(ada: Deskhand) -> None:
    reply = ada.send("ask_customer", message_id="msg-first", about="")
    assert reply.status_code == 422
    assert "This is needed." in reply.text
    assert ada.send("ask_customer", message_id="nobody", about="price").status_code == 404


def test_declining_needs_a_reason_and_ends_it(ada: Deskhand) -> None:
    reply = ada.send("decline_request", message_id="msg-first", reason="")
    assert reply.status_code == 422
    ada.send("decline_request", message_id="msg-first", reason="We do not go so far.")
    page = ada.get("inbox/msg-first").text
    assert "Our answer" in page
    assert "We do not go so far." in page
    assert 'name="about"' not in page
    assert ">to enter</span>" not in page


@pytest.mark.parametrize(
    ("language", "words"),
    [("zh_Hans", ("询问客户", "婉拒此单")), ("zh_Hant", ("詢問客戶", "婉拒此單"))],
)
def test_in_chinese(ada: Deskhand, language: str, words: tuple[str, ...]) -> None:
    ada.client.set_cookie("look", f"{language}.light.16")
    page = ada.get("inbox/msg-first").text
    assert [word for word in words if word not in page] == []
