"""A step points at a place on a screen: each such place is there, once, or this fails loudly."""

import re
from typing import get_args

import pytest
from flask import Flask, url_for

from tests.web.deskhand import Deskhand
from trainer.play.solution import play
from trainer.training.scenario import Scenario, Step
from trainer.web.screens import PLACES

ANCHORS = get_args(Step.model_fields["anchor"].annotation)


def begin(hand: Deskhand, scenario_id: str) -> None:
    begun = hand.client.post(f"/exercises/{scenario_id}/attempts", data={"csrf_token": hand.token})
    hand.key = begun.location.split("/attempts/")[1].split("/")[0]


def pointing_at(demo: Flask, anchor: str) -> Scenario:
    every = demo.extensions["library"].scenarios()
    return next(it for it in every if any(step.anchor == anchor for step in it.steps))


def found(page: str) -> list[str]:
    return re.findall(r'data-anchor="([\w-]+)"', page)


def test_every_anchor_has_a_place() -> None:
    assert sorted(PLACES) == sorted(ANCHORS)


@pytest.mark.parametrize("anchor", ANCHORS)
def test_the_place_a_step_points_at_is_on_its_screen(demo: Flask, anchor: str) -> None:
    hand = Deskhand(demo, "ada")
    begin(hand, pointing_at(demo, anchor).id)
    with demo.test_request_context():
        address = url_for(PLACES[anchor], key=hand.key)
    if anchor == "order":
        address = f"{address}/{min(hand.world.orders)}"
    page = hand.client.get(address, follow_redirects=True).text
    assert found(page).count(anchor) == 1, f"{address} has no data-anchor={anchor}"


def test_each_step_is_led_to_while_it_is_the_current_one(demo: Flask) -> None:
    hand = Deskhand(demo, "ben")
    begin(hand, "first-order")
    course, led = hand.desk.course(hand.sandbox), []
    for place, done in enumerate(list(play(course))):
        step = course.judge.current_step(hand.desk.run(hand.sandbox).progress)
        page = hand.client.get(f"/attempts/{hand.key}/", follow_redirects=True).text
        anchor = course.opening.scenario.steps[step].anchor
        if anchor == "order":
            assert f"/attempts/{hand.key}/orders/" in page
        else:
            assert anchor in found(page)
        led.append(step)
        hand.desk.perform(
            hand.sandbox,
            done.command,  # type: ignore[arg-type]
            actor="Ben",
            command_id=f"led-{place}",
        )
    assert set(led) == set(range(len(course.opening.scenario.steps)))


def test_the_coach_leads_to_the_very_message_and_then_to_the_very_order(demo: Flask) -> None:
    hand = Deskhand(demo, "ben").begin()
    [cast] = hand.desk.course(hand.sandbox).opening.cast.values()
    leads = re.compile(r'class="where" href="([^"]+)" data-show="([^"]+)"')
    [(address, commands)] = leads.findall(hand.get("orders").text)
    assert address == f"/attempts/{hand.key}/inbox/{cast.message_id}"
    told = f"create_draft~message_id={cast.message_id}"
    assert commands.split() == [told, "add_line", "submit_order"]
    number = hand.submitted()
    [(address, commands)] = leads.findall(hand.get("inbox").text)
    assert address == f"/attempts/{hand.key}/orders/{number}"
    assert commands.split()[0] == "notify_customer~template=order_received"


def led(demo: Flask, scenario_id: str, step_id: str) -> tuple[Deskhand, str, str]:
    """Ben when this step begins, where the coach leads, and to which form."""
    hand = Deskhand(demo, "ben")
    begin(hand, scenario_id)
    course = hand.desk.course(hand.sandbox)
    ids = [step.id for step in course.opening.scenario.steps]
    for place, done in enumerate(list(play(course))):
        if ids.index(step_id) == course.judge.current_step(hand.desk.run(hand.sandbox).progress):
            break
        act = {"actor": "Ben", "command_id": f"led-{place}"}
        hand.desk.perform(hand.sandbox, done.command, **act)  # type: ignore[arg-type]
    leads = re.compile(r'class="where" href="([^"]+)" data-show="([^"]+)"')
    [(address, commands)] = leads.findall(hand.get("orders").text)
    return hand, address, commands.split()[0]


def order_of(hand: Deskhand, name: str) -> str:
    message_id = hand.desk.course(hand.sandbox).opening.cast[name].message_id
    return str(hand.world.by_message[message_id][0])


def test_of_two_orders_it_leads_to_the_one_whose_turn_it_is(demo: Flask) -> None:
    hand, address, first = led(demo, "who-can-wait", "first-come")
    assert address.endswith(f"/orders/{order_of(hand, 'patient')}")
    assert first == "allocate"
    hand, address, first = led(demo, "who-can-wait", "take-over")
    assert address.endswith(f"/orders/{order_of(hand, 'urgent')}")
    assert first == "reallocate"
    page = hand.client.get(address).text
    assert 'data-show="reallocate"' in page, "the head of the order leads to the same"


def test_of_several_letters_it_leads_to_the_one_that_is_meant(demo: Flask) -> None:
    hand, address, first = led(demo, "return-request", "tell")
    assert first == "notify_customer~template=return_authorised"
    page = hand.client.get(address).text
    assert f'data-show="{first}"' in page
    assert 'name="template" value="return_authorised"' in page


def test_a_wish_is_read_where_it_was_written_then_done_on_its_own_order(demo: Flask) -> None:
    hand, address, _first = led(demo, "return-request", "record")
    course = hand.desk.course(hand.sandbox)
    step = course.opening.scenario.steps[0]
    leads = re.compile(r'class="where" href="([^"]+)" data-show="([^"]+)"')
    for place, done in enumerate(list(play(course))[: len(step.solution)]):
        number = done.command.order_number  # type: ignore[union-attr]
        [(address, told)] = leads.findall(hand.get("orders").text)
        message = hand.world.messages[address.rpartition("/")[2]]
        assert (message.order_number, bool(message.wish)) == (number, True), "the newest letter"
        [(address, told)] = leads.findall(hand.client.get(address).text)
        assert address.endswith(f"/orders/{number}")
        assert told.split()[0].startswith("request_return")
        [(again, _told)] = leads.findall(hand.client.get(address).text)
        assert again == address, "who is there stays there"
        act = {"actor": "Ben", "command_id": f"wish-{place}"}
        hand.desk.perform(hand.sandbox, done.command, **act)  # type: ignore[arg-type]


def test_where_a_letter_is_waited_for_it_leads_to_the_clock(demo: Flask) -> None:
    _hand, _address, first = led(demo, "crushed-on-the-way", "record")
    assert first == "advance_clock"
