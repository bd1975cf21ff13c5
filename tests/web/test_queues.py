"""The shipping and returns boards, and invoices with settlement: by plain requests."""

import re

import pytest
from flask import Flask

from tests.web.deskhand import Deskhand
from trainer.bench.course import grown
from trainer.orders.mishaps import ReceiveBack
from trainer.play import queues
from trainer.play.queues import on_the_way_out, steps
from trainer.play.solution import play
from trainer.training.deeds import Deed
from trainer.web import queues as board


@pytest.fixture
def ada(demo: Flask) -> Deskhand:
    return Deskhand(demo, "ada").begin()


def fields_of(page: str, command: str) -> dict[str, str]:
    """What the first form of a command would send as it stands."""
    form = re.search(rf'<form[^>]*data-command="{command}".*?</form>', page, re.S)
    assert form, command
    sent = dict(re.findall(r'<input[^>]*name="([^"]+)" value="([^"]*)"', form[0]))
    for name, value in re.findall(r'<input[^>]*value="([^"]*)"[^>]* name="([^"]+)"', form[0]):
        sent.setdefault(value, name)
    for name, options in re.findall(
        r'<select[^>]* name="([^"]+)"[^>]*>(.*?)</select>', form[0], re.S
    ):
        chosen = re.search(r'value="([^"]*)" selected', options) or re.search(
            'value="([^"]*)"', options
        )
        sent[name] = chosen[1] if chosen else ""
    return sent


def test_a_step_is_taken_on_its_card_and_told_on_the_board(ada: Deskhand) -> None:
    found = on_the_way_out(ada.world)
    card, command = next(
        (it, step.name)
        for parcels in found.values()
        for it in parcels
        for step in steps(ada.world, it)
        if not step.refusal
    )
    number = card.order.order_number
    form = next(
        it for it in re.findall(r"<form.*?</form>", ada.get("shipping").text, re.S)
        if f'data-command="{command}"' in it and f'value="{number}"' in it
    )  # fmt: skip
    sent = fields_of(form, command)
    assert sent["board"] == "shipping"
    answer = ada.client.post(f"/attempts/{ada.key}/commands", data=sent)
    assert answer.status_code == 303
    assert f"/attempts/{ada.key}/shipping?done=" in answer.location
    assert 'class="notice notice-done"' in ada.client.get(answer.location).text
    after = on_the_way_out(ada.world)
    assert [it.order.order_number for it in after[card.stage]].count(number) < [
        it.order.order_number for it in found[card.stage]
    ].count(number)


def test_the_boards_are_read_by_others_and_at_other_moments_without_a_form(
    demo: Flask, ada: Deskhand
) -> None:
    ines = Deskhand(demo, "ines")
    assert 'name="board"' in ada.get("shipping").text
    for place in ("shipping", "returns", "invoices"):
        past = ada.client.get(f"/attempts/{ada.key}/{place}?at=0").text
        others = ines.client.get(f"/attempts/{ada.key}/{place}").text
        for page in (past, others):
            assert 'class="pane desk-main"' in page
            assert 'name="board"' not in page
            assert 'name="orders"' not in page


def test_empty_columns_say_what_would_come_there(ada: Deskhand) -> None:
    page = ada.get("returns").text
    assert "What customers want to send back comes here." in page


def test_only_the_cards_that_are_shown_are_asked_what_comes_next(
    ada: Deskhand, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = grown(ada.world, 5_000)

    def nobody(*_about: object) -> None:
        raise AssertionError("asked of a card that may not be shown")

    monkeypatch.setattr(queues, "offers", nobody)
    found = on_the_way_out(world)
    assert sum(map(len, found.values())) > 20 * len(found)
    queues.on_the_way_back(world)


def test_a_long_column_shows_its_first_cards_and_all_when_asked(
    ada: Deskhand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(board, "MOST", 1)
    found = on_the_way_out(ada.world)
    stage, held = next((it, len(cards)) for it, cards in found.items() if len(cards) > 1)

    def column(page: str) -> str:
        part = re.search(rf'id="queue-{stage}".*?</section>', page, re.S)
        assert part
        return part[0]

    first = column(ada.get("shipping").text)
    assert first.count('class="queue-card"') == 1
    assert f"Show all {held}" in first
    every = column(ada.get("shipping", all=stage).text)
    assert every.count('class="queue-card"') == held
    assert "Show the first 1" in every
    assert column(ada.get("shipping", all="nothing").text).count('class="queue-card"') == 1


def a_card(ada: Deskhand, command: str) -> tuple[str, str]:
    """The first order whose card offers a command as its step, and the column it stands in."""
    return next(
        (it.order.order_number, stage)
        for stage, held in on_the_way_out(ada.world).items()
        for it in held
        for step in steps(ada.world, it)
        if step.name == command and not step.refusal
    )


def test_a_board_looks_the_same_after_a_step(ada: Deskhand) -> None:
    number, stage = a_card(ada, "allocate")
    found = ada.get("shipping", all=stage, q=number.lower()).text
    assert found.count('class="queue-card"') == 1
    assert "1 card matches" in found
    assert "Nothing of this matches." in found
    sent = fields_of(found, "allocate")
    asked = ada.client.post(f"/attempts/{ada.key}/commands", data={**sent, "preview": "1"})
    assert asked.text.count('class="queue-card"') == 1
    assert f'name="in_full" value="{stage}"' in asked.text
    answer = ada.client.post(f"/attempts/{ada.key}/commands", data=sent)
    assert f"/shipping?all={stage}&q={number.lower()}&done=" in answer.location
    after = ada.client.get(answer.location).text
    assert 'class="notice notice-done"' in after
    assert set(re.findall(r'class="queue-order"><a [^>]*>([^<]+)', after)) == {number}
    assert ada.get("shipping", q="no such order").text.count('class="queue-card"') == 0


def test_what_is_wrong_in_a_cards_form_is_told_on_its_card(ada: Deskhand) -> None:
    number, _stage = a_card(ada, "allocate")
    sent = fields_of(ada.get("shipping", q=number).text, "allocate")
    field = next(name for name in sent if name.endswith(".quantity"))
    answer = ada.client.post(f"/attempts/{ada.key}/commands", data={**sent, field: "many"})
    assert answer.status_code == 422
    assert '<h1 id="shipping-title">' in answer.text
    card = next(it for it in answer.text.split('class="queue-card"') if 'value="many"' in it)
    assert number in card
    assert '<details class="action" open>' in card
    assert "field-error" in card
    # of a card that has gone meanwhile, the order's own page tells it
    gone = {**sent, field: "many", "order_number": next(
        it.order_number for it in ada.world.orders.values() if it.status == "archived"
    )}  # fmt: skip
    page = ada.client.post(f"/attempts/{ada.key}/commands", data=gone).text
    assert 'id="order"' in page
    assert 'id="shipping-title"' not in page


def test_what_is_refused_stays_as_it_was_typed(ada: Deskhand) -> None:
    number, _stage = a_card(ada, "allocate")
    sent = fields_of(ada.get("shipping").text, "allocate")
    sent = {**sent, "order_number": number}
    field = next(name for name in sent if name.endswith(".quantity"))
    answer = ada.client.post(f"/attempts/{ada.key}/commands", data={**sent, field: "99999"})
    assert "refused=" in answer.location
    page = ada.client.get(answer.location).text
    assert 'value="99999"' in page


def test_a_parcel_in_trouble_has_its_next_step(demo: Flask) -> None:
    hand = begun(demo, "came-back")
    course = hand.desk.course(hand.sandbox)
    for place, done in enumerate(list(play(course))):
        if isinstance(done.command, ReceiveBack):
            break
        hand.desk.perform(hand.sandbox, done.command, actor="A", command_id=f"t-{place}")  # type: ignore[arg-type]
    (card,) = on_the_way_out(hand.world)["in_trouble"]
    page = hand.get("shipping").text
    part = page[page.index('id="queue-in_trouble"') :]
    assert 'data-command="receive_back"' in part
    sent = fields_of(part, "receive_back")
    assert sent["order_number"] == card.order.order_number
    answer = hand.client.post(f"/attempts/{hand.key}/commands", data=sent)
    assert f"/attempts/{hand.key}/shipping?done=" in answer.location
    assert on_the_way_out(hand.world)["in_trouble"] == []


def begun(app: Flask, exercise: str) -> Deskhand:
    """Ada in an exercise of that name."""
    hand = Deskhand(app, "ada")
    sent = hand.client.post(f"/exercises/{exercise}/attempts", data={"csrf_token": hand.token})
    hand.key = sent.location.split("/attempts/")[1].split("/")[0]
    return hand


def test_lines_say_what_is_available_and_what_came_back(demo: Flask, ada: Deskhand) -> None:
    number = ada.submitted()
    line = ada.world.orders[number].lines[0]
    free = ada.world.available(line.sku)
    page = ada.get(f"orders/{number}").text
    assert f"<small>{free} available</small>" in page
    assert ">Returned</th>" not in page
    hand = begun(demo, "return-to-the-cent")
    for place, done in enumerate(list(play(hand.desk.course(hand.sandbox)))):
        if not isinstance(done.command, Deed):
            hand.desk.perform(hand.sandbox, done.command, actor="A", command_id=f"b-{place}")
    back = next(it for it in hand.world.orders.values() if any(line.returned for line in it.lines))
    page = hand.get(f"orders/{back.order_number}").text
    lines = page[page.index('id="order-lines"') :]
    lines = lines[: lines.index("</table>")]
    assert ">Returned</th>" in lines
    heads = lines[: lines.index("</thead>")].count("<th ")
    assert lines[: lines.index("</tbody>")].count("<td") == heads * len(back.lines)
    assert f'colspan="{heads - 1}"' in lines


# --- invoices and settlement ----------------------------------------------------------------------


def test_papers_are_listed_found_and_summed(ada: Deskhand) -> None:
    papers = [d for it in ada.world.orders.values() for d in it.documents]
    page = ada.get("invoices").text
    assert f"{len(papers)} papers" in page
    newest = max(papers, key=lambda it: (it.issued_at, it.document_number))
    assert newest.document_number in page
    found = ada.get("invoices", q=newest.document_number.lower()).text
    assert "1 paper" in found
    assert "No paper matches." in ada.get("invoices", q="no such").text
    assert ada.get("invoices", page="99").status_code == 200


def test_several_orders_are_settled_in_one_batch(demo: Flask, ada: Deskhand) -> None:
    course = ada.desk.course(ada.sandbox)
    for place, done in enumerate(list(play(course))):
        if type(done.command).__name__ == "SettleBatch":
            break
        ada.desk.perform(ada.sandbox, done.command, actor="Ada", command_id=f"q-{place}")  # type: ignore[arg-type]
    waiting = [it for it in ada.world.orders.values() if it.status == "completed"][-2:]
    assert waiting
    total = sum(d.claim for it in waiting for d in it.documents)
    page = ada.get("invoices").text
    assert all(f'name="orders" value="{it.order_number}"' in page for it in waiting)

    def settle(received: str, command_id: str):  # type: ignore[no-untyped-def]
        sent = {
            "csrf_token": ada.token, "command_id": command_id, "received": received,
            "orders": [it.order_number for it in waiting],
        }  # fmt: skip
        return ada.client.post(f"/attempts/{ada.key}/invoices", data=sent)

    unread = settle("much", "s0")
    assert unread.status_code == 422
    assert 'value="much"' in unread.text
    assert unread.text.count("checked") >= len(waiting)
    refused = settle(f"{(total + 100) / 100:.2f}", "s1")
    assert "refused=" in refused.location
    done = settle(f"{total / 100:.2f}", "s2")
    assert "done=" in done.location
    assert {ada.world.orders[it.order_number].status for it in waiting} == {"settled"}
    assert "Closed batches" in ada.get("invoices").text
    nothing = ada.client.post(
        f"/attempts/{ada.key}/invoices",
        data={"csrf_token": ada.token, "command_id": "s3", "received": "1"},
    )
    assert nothing.status_code in (303, 422)
