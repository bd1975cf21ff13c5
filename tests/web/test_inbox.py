"""The inbox: by the way a message came, what is still to do, and letters written back from it."""

import re
from collections import Counter

import pytest
from flask import Flask

from tests.web.deskhand import Deskhand
from trainer.orders.service import CustomerNotified
from trainer.web.screens import todo


@pytest.fixture
def ada(demo: Flask) -> Deskhand:
    return Deskhand(demo, "ada").begin()


def chips(page: str) -> dict[str, int]:
    found = re.findall(r'class="view"[^>]*>([^<]+) <span>(\d+)</span>', page)
    return {words: int(held) for words, held in found}


def listed(page: str) -> int:
    return page.count('class="inbox-from"')


def test_chips_count_and_narrow_and_the_address_holds_it(ada: Deskhand) -> None:
    ways = Counter(message.channel for message in ada.world.messages.values())
    every = ways.total()
    told = chips(ada.get("inbox").text)
    assert told["All"] == every
    assert sorted(told.values()) == sorted([every, told["To do"], *ways.values()])
    for way, held in ways.items():
        assert listed(ada.get("inbox", show=way).text) == held
    assert listed(ada.get("inbox", show="todo").text) == told["To do"]
    assert listed(ada.get("inbox", show="fax").text) == every  # there is no such chip
    ada.submitted()
    assert chips(ada.get("inbox", show="todo").text)["To do"] == told["To do"] - 1


def test_an_empty_chip_says_so_and_leads_to_all(ada: Deskhand) -> None:
    for message_id in todo(ada.world):
        ada.send("decline_request", message_id=message_id, reason="We do not sell that.")
    done = ada.get("inbox", show="todo").text
    assert listed(done) == 0
    assert "Nothing of this kind here." in done


def test_what_came_in_is_found_by_sender_words_and_order(ada: Deskhand) -> None:
    every = list(ada.world.messages.values())
    one = every[-1]
    typed = f" {one.sender.upper()} "  # case and spaces are forgiven, as in every list
    page = ada.get("inbox", q=typed).text
    wanted = [it for it in every if one.sender.casefold() in f"{it.sender} {it.body}".casefold()]
    assert 0 < listed(page) == len(wanted)
    assert chips(page)["All"] == len(wanted)
    assert one.subject in ada.get("inbox", q=one.subject).text
    none = ada.get("inbox", q="nobody wrote this").text
    assert listed(none) == 0
    assert "No message matches “nobody wrote this” here." in none
    assert 'data-key="/"' in none


def test_a_long_inbox_has_pages_and_what_is_opened_is_on_the_one_shown(
    ada: Deskhand, monkeypatch: pytest.MonkeyPatch
) -> None:
    every = sorted(ada.world.messages.values(), key=lambda it: (-it.received_at, it.message_id))
    assert len(every) > 2
    monkeypatch.setattr(type(ada.world), "page", 2, raising=False)
    first = ada.get("inbox").text
    assert listed(first) == 2
    assert f"Page 1 of {-(-len(every) // 2)}" in first
    assert "page=2" in first
    last = ada.get("inbox", page=99).text
    assert listed(last) == 2 - len(every) % 2
    assert 'rel="next"' not in last
    opened = ada.get(f"inbox/{every[2].message_id}").text
    assert "Page 2 of" in opened
    assert 'class="inbox-on"' in opened


def test_a_letter_is_written_back_from_the_message_and_told_there(ada: Deskhand) -> None:
    message_id = next(iter(ada.desk.course(ada.sandbox).opening.cast.values())).message_id
    assert "Write back" not in ada.get(f"inbox/{message_id}").text  # there is no order to write of
    number = ada.submitted()
    page = ada.get(f"inbox/{message_id}").text
    assert "Write back" in page
    answer = ada.send(
        "notify_customer", order_number=number, template="order_received", channel="email",
        reply_to=message_id,
    )  # fmt: skip
    assert answer.status_code == 303
    assert f"/inbox/{message_id}?" in answer.location
    sent = [it.event for it in ada.desk.store.events(ada.sandbox.sandbox_id)]
    assert [it.template for it in sent if isinstance(it, CustomerNotified)] == ["order_received"]
    path, _, query = answer.location.partition("?")
    told = ada.client.get(f"{path}?{query}").text
    assert 'class="notice notice-done"' in told


def test_nobody_else_writes_from_it(ada: Deskhand) -> None:
    number = ada.submitted()
    message_id = next(iter(ada.desk.course(ada.sandbox).opening.cast.values())).message_id
    back = ada.get(f"inbox/{message_id}", at=1).text
    assert number
    assert "Write back" not in back


def test_a_wish_to_send_back_is_to_do_until_it_is_recorded(demo: Flask) -> None:
    hand = Deskhand(demo, "ada")
    begun = hand.client.post(
        "/exercises/return-request/attempts", data={"csrf_token": hand.token}
    ).location
    hand.key = begun.split("/attempts/")[1].split("/")[0]
    hand.client.post(
        f"/attempts/{hand.key}/clock",
        data={"csrf_token": hand.token, "until": "next", "command_id": "wait"},
    )
    assert [todo(hand.world)[name] for name in ("ask-first", "ask-second")] == ["do", "do"]
    page = hand.get("inbox", show="todo").text
    assert listed(page) == len(todo(hand.world))
    number = hand.world.messages["ask-first"].order_number
    asked = hand.client.get(f"/attempts/{hand.key}/inbox/ask-first").text
    assert "Record what they ask for at the order" in asked
    hand.send(
        "request_return", order_number=number, reason="changed_mind",
        rows__0__line_number=1, rows__0__quantity=2,
    )  # fmt: skip
    assert "ask-first" not in todo(hand.world)
