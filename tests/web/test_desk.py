"""The order desk's door: what may come in, what comes back, and who may ask."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from tests.web.deskhand import HTMX, Deskhand
from trainer.app import create_app
from trainer.config import Settings
from trainer.demo import DEMO, prepare
from trainer.orders.settlement import SettleBatch
from trainer.orders.values import day_of
from trainer.play.run import fingerprint
from trainer.web.forms import FormErrors, read


@pytest.fixture(scope="module")
def app(demo: Flask) -> Flask:
    """The demo over a database of its own."""
    return demo


@pytest.fixture(scope="module")
def _ada(app: Flask) -> Deskhand:
    return Deskhand(app, "ada")


@pytest.fixture
def ada(_ada: Deskhand) -> Deskhand:
    """Ada at a fresh attempt."""
    return _ada.begin()


def test_a_command_is_done_and_leads_back_to_the_order(ada: Deskhand) -> None:
    number, line = ada.draft(), ada.request.lines[0]
    reply = ada.send("add_line", order_number=number, sku=line.sku, quantity=line.quantity)
    assert reply.status_code == 303
    page = ada.client.get(reply.location)
    assert page.status_code == 200
    assert f'data-version="{ada.world.orders[number].version}"' in page.text
    assert 'class="notice notice-done"' in page.text


def test_what_is_chosen_as_it_was_by_default_is_the_same_here_and_in_a_replay(
    ada: Deskhand,
) -> None:
    number = ada.submitted()
    for priority in ("high", "normal"):
        ada.send("prioritise_order", order_number=number, priority=priority)
    here = ada.desk.run(ada.sandbox)
    assert here.world.orders[number].priority == "normal"
    assert fingerprint(here) == fingerprint(ada.desk.at(ada.sandbox, ada.sandbox.events))


def test_htmx_gets_the_parts_that_changed(ada: Deskhand) -> None:
    number = ada.submitted()
    reply = ada.send("check_order", headers=HTMX, order_number=number)
    assert reply.status_code == 200
    assert "<html" not in reply.text
    roots = re.findall(r'id="(order|notice|bar|coach)"([^>]*)', reply.text)
    assert [name for name, _ in roots] == ["order", "notice", "bar", "coach"]
    assert all(("hx-swap-oob" in rest) == (name != "order") for name, rest in roots)


def test_a_refusal_is_an_answer_with_its_inequality(ada: Deskhand) -> None:
    number = ada.submitted()
    ada.send("check_order", order_number=number)
    today = day_of(ada.world.now).isoformat()
    before = ada.sandbox.events
    reply = ada.send("confirm_order", order_number=number, promised_delivery_date=today)
    assert reply.status_code == 303
    page = ada.client.get(reply.location)
    assert 'data-code="PROMISE_BEFORE_ATP"' in page.text
    assert 'class="notice-sums"' in page.text
    assert '/glossary#atp"' in page.text, "the card of the word it is about"
    assert f'value="{today}"' in page.text, "what was typed is still there"
    assert ada.sandbox.events == before
    assert ada.sandbox.asides == 1


def test_forbidden_actions_stand_there_with_their_reason(ada: Deskhand) -> None:
    number = ada.submitted()
    page = ada.get(f"orders/{number}").text
    assert 'data-command="check_order"' in page
    later = page.split("action-later", 1)[1]
    assert 'data-command="confirm_order"' in later
    assert "has not been checked" in later


@pytest.mark.parametrize("headers", [None, HTMX])
def test_malformed_values_come_back_beside_their_fields(ada: Deskhand, headers: Any) -> None:
    number = ada.draft()
    reply = ada.send(
        "add_line", headers=headers, order_number=number, sku="", quantity="two <b>dozen</b>"
    )
    assert reply.status_code == 422
    form = reply.text.split('data-command="add_line"')[1].split("</form>")[0]
    assert 'aria-invalid="true"' in form
    assert "two &lt;b&gt;dozen&lt;/b&gt;" in form
    assert "Enter a whole number" in form
    assert ada.world.orders[number].lines == ()
    assert ada.sandbox.asides == 0, "a typing error is no try"


def test_numbers_are_read_the_way_people_type_them(ada: Deskhand) -> None:
    number = ada.draft()
    line = ada.request.lines[0]
    full_width = str(line.quantity).translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    ada.send("add_line", order_number=number, sku=line.sku, quantity=f" {full_width} ")
    assert ada.world.orders[number].lines[0].ordered == line.quantity


def test_a_double_click_does_it_once(ada: Deskhand) -> None:
    number = ada.draft()
    for _ in range(2):
        ada.send("add_note", order_number=number, text="once", command_id="same-intent")
    assert ada.world.orders[number].notes == ("once",)


def test_a_stale_tab_overwrites_nothing(ada: Deskhand) -> None:
    number = ada.submitted()
    stale = ada.world.orders[number].version
    ada.send("add_note", order_number=number, text="from the other tab", version=stale)
    hold = {"kind": "address", "reason": "from the stale tab"}
    reply = ada.send("place_hold", order_number=number, version=stale, **hold)
    assert 'data-code="VERSION_CONFLICT"' in ada.client.get(reply.location).text
    assert not ada.world.orders[number].on_hold


def test_a_note_from_a_stale_tab_is_left_all_the_same(ada: Deskhand) -> None:
    number = ada.draft()
    stale = ada.world.orders[number].version
    for text in ("from the other tab", "from the stale tab"):
        ada.send("add_note", order_number=number, text=text, version=stale)
    assert ada.world.orders[number].notes == ("from the other tab", "from the stale tab")


def test_strangers_are_sent_to_the_door_or_know_nothing_of_it(ada: Deskhand, app: Flask) -> None:
    number = ada.draft()
    nobody = app.test_client()
    reply = nobody.get(f"/attempts/{ada.key}/orders")
    assert reply.status_code == 302
    assert "/login" in reply.location
    ben = Deskhand(app, "ben")
    ben.key = ada.key
    for path in ("", "inbox", "orders", f"orders/{number}", "inventory", "score", "debrief"):
        assert ben.get(path).status_code == 404, path
    assert ben.send("add_note", order_number=number, text="hello").status_code == 404
    assert ben.client.post(f"/attempts/{ada.key}/clock", data=_form(ben)).status_code == 404
    assert ben.client.post(f"/attempts/{ada.key}/hints", data=_form(ben)).status_code == 404
    assert ben.client.post(f"/attempts/{ada.key}/restarts", data=_form(ben)).status_code == 404
    assert ada.world.orders[number].notes == ()


def test_an_instructor_looks_and_does_not_touch(ada: Deskhand, app: Flask) -> None:
    number = ada.draft()
    ines = Deskhand(app, "ines")
    ines.key = ada.key
    page = ines.get(f"orders/{number}")
    assert page.status_code == 200
    assert "data-command" not in page.text.split('id="order"')[1]
    assert "the run of Ada" in page.text
    assert ines.send("add_note", order_number=number, text="hello").status_code == 403
    assert ines.client.get("/class/").status_code == 200
    assert ada.client.get("/class/").status_code == 403


def test_without_a_token_nothing_is_done(ada: Deskhand) -> None:
    number = ada.draft()
    reply = ada.client.post(
        f"/attempts/{ada.key}/commands",
        data={"command": "add_note", "command_id": "x", "order_number": number, "text": "forged"},
    )
    assert reply.status_code == 400
    assert ada.world.orders[number].notes == ()


@pytest.mark.parametrize("command", ["", "destroy_company", "__class__"])
def test_a_command_that_does_not_exist_is_a_bad_request(ada: Deskhand, command: str) -> None:
    assert ada.send(command, order_number="SO-1").status_code == 400


@pytest.mark.parametrize("name", ["refused", "done", "waited", "at", "page"])
def test_numbers_beyond_all_bounds_are_no_numbers(ada: Deskhand, name: str) -> None:
    for value in ("9" * 30, "-1", "1e9", "٣"):
        assert ada.get("orders", **{"done": "1", name: value}).status_code == 200


def test_quantities_beyond_all_bounds_are_refused(ada: Deskhand) -> None:
    number, line = ada.draft(), ada.request.lines[0]
    ada.send("add_line", order_number=number, sku=line.sku, quantity="13800138000")
    assert ada.world.orders[number].lines == ()
    assert ada.get(f"orders/{number}").status_code == 200
    typed = {"rows__" + "9" * 5000 + "__quantity": "1", "version": "9" * 5000}
    assert ada.send("allocate", order_number=number, **typed).status_code in (303, 422)
    bad = ada.send("record_payment", order_number=number, reference="TR-1", amount="1e999999")
    assert bad.status_code == 422


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("1,234.50", 123_450), ("１２．５", 1_250), ("- 3", -300), (".5", 50), ("7.", 700),
        ("−3", -300),  # as our own pages print it
        ("²", None), ("10²", None), ("½", None), ("1_0", None), ("1e3", None), ("٣", None),
        ("12,50", None), ("0x1", None), ("--1", None), ("9" * 5_000, None), ("1.005", None),
    ],
)  # fmt: skip
def test_money_is_read_as_people_write_it_and_no_other_way(
    demo: Flask, typed: str, amount: int | None
) -> None:
    with demo.test_request_context():
        found = read("settle_batch", {"order_numbers.0": "SO-1", "received": typed}, "USD")
    if amount is None:
        assert isinstance(found, FormErrors)
        assert list(found.errors) == ["received"]
    else:
        assert found == SettleBatch(("SO-1",), amount)


@pytest.mark.parametrize("typed", ["1_0", "²", "٣", "1.0", "x", "9" * 5_000])
def test_a_quantity_is_digits_alone(demo: Flask, typed: str) -> None:
    line = {"order_number": "SO-1", "sku": "X", "quantity": typed}
    with demo.test_request_context():
        found = read("add_line", line, "USD")
    assert isinstance(found, FormErrors)
    assert list(found.errors) == ["quantity"]


@pytest.mark.parametrize(
    ("command", "fields"),
    [
        ("receive_replenishment", {"replenishment_number": "PUR-00001", "quantity": "1000"}),
        ("report_production", {"production_number": "MO-00001", "quantity": "1000"}),
        ("advance_clock", {"to": "1772500000"}),
        ("receive_transfer", {"customer_id": "C-1001", "amount": "1", "remark": "mine"}),
        ("receive_stock", {"sku": "X", "warehouse": "EAST", "quantity": "1000"}),
    ],
)
def test_nobody_prints_money_or_goods(ada: Deskhand, command: str, fields: Any) -> None:
    before = ada.sandbox
    assert ada.send(command, **fields).status_code == 400
    assert (ada.sandbox.events, ada.sandbox.asides) == (before.events, before.asides)


def test_an_order_that_does_not_exist_is_not_found(ada: Deskhand) -> None:
    assert ada.get("orders/SO-1").status_code == 404
    assert ada.get("inbox/no-such-message").status_code == 404
    assert ada.send("check_order", order_number="SO-1").status_code == 404


def test_the_list_is_searched_filtered_and_paged(ada: Deskhand) -> None:
    newest = next(ada.world.newest())
    assert newest.order_number in ada.get("orders").text
    words = f" {newest.order_number.lower()} "
    found = ada.get("orders", q=words).text
    assert found.count("<tr><td>") == 1
    assert ada.get("orders", q="no such words").text.count("<tr><td>") == 0
    archived = ada.get("orders", label="archived").text
    assert 'data-status="archived"' in archived.split("<tbody")[1]
    assert 'data-status="draft"' not in archived.split("<tbody")[1]
    day = day_of(newest.created_at)
    later = (day + timedelta(days=1)).isoformat()
    assert ada.get("orders", since=later).text.count("<tr><td>") == 0
    assert ada.get("orders", until=day.isoformat()).text.count("<tr><td>") == 30
    assert ada.get("orders", page="999").status_code == 200
    assert ada.get("orders", page="x", since="y", label="z").status_code == 200


def test_htmx_gets_the_list_alone(ada: Deskhand) -> None:
    reply = ada.client.get(f"/attempts/{ada.key}/orders", headers=HTMX)
    assert reply.text.lstrip().startswith('<div id="order-list"')


def test_the_address_can_show_any_moment(ada: Deskhand) -> None:
    number = ada.draft()
    ada.send("add_line", order_number=number, sku=ada.request.lines[0].sku, quantity=2)
    assert ada.get(f"orders/{number}", at=0).status_code == 404
    then = ada.get(f"orders/{number}", at=1)
    assert then.status_code == 200
    assert "data-command" not in then.text.split('id="order"')[1]
    assert ada.get("debrief", at=99).status_code == 200
    assert ada.get("debrief", at=-5).status_code == 200


def test_waiting_shows_what_happened_meanwhile(ada: Deskhand) -> None:
    number = ada.submitted()
    ada.send("check_order", order_number=number)
    asked = ada.request.requested_delivery_date.isoformat()
    ada.send("confirm_order", order_number=number, promised_delivery_date=asked)
    reply = ada.client.post(
        f"/attempts/{ada.key}/clock",
        data=_form(ada, until="next", back=f"/attempts/{ada.key}/inbox"),
    )
    assert reply.status_code == 303
    page = ada.client.get(reply.location).text
    assert number in page.split('class="notice notice-done"')[1].split("</div>")[0]
    bad = ada.client.post(f"/attempts/{ada.key}/clock", data=_form(ada, until="yesterday"))
    assert bad.status_code == 400


def test_going_back_never_leaves_the_desk(ada: Deskhand) -> None:
    for back in (
        "/a\r\nb",
        "//evil.example/",
        "https://evil.example/",
        f"/attempts/{ada.key}//evil.example",
    ):
        reply = ada.client.post(
            f"/attempts/{ada.key}/clock", data=_form(ada, until="hour", back=back)
        )
        assert reply.location.startswith(f"/attempts/{ada.key}/?")


def test_a_hint_costs_what_it_said(ada: Deskhand) -> None:
    page = ada.get("inbox").text
    price = ada.desk.course(ada.sandbox).opening.scenario.steps[0].hints[0].price
    assert f"(−{price} point" in page
    reply = ada.client.post(f"/attempts/{ada.key}/hints", data=_form(ada), headers=HTMX)
    assert 'class="hint" tabindex="-1" data-focus' in reply.text, "read at once by whoever listens"
    bar = reply.text.partition('id="bar"')[2]
    assert f"<strong>{ada.sandbox.standing.score}</strong>" in bar, "the score comes along"
    assert ada.sandbox.asides == 1
    # a page from before only sees it: the next one costs more than that page says
    shown = re.search(r'name="shown" value="([^"]+)"', page)
    assert shown
    stale = _form(ada, shown=shown[1], command_id="from-the-other-tab")
    reply = ada.client.post(f"/attempts/{ada.key}/hints", data=stale, headers=HTMX)
    assert reply.text.count('class="hint"') == 1
    assert ada.sandbox.asides == 1
    ada.submitted()
    goal = ada.desk.course(ada.sandbox).opening.scenario.steps[0].goals[0]
    assert ada.sandbox.standing.score == goal.points - price
    ledger = ada.get("score").text
    assert "Hint taken" in ledger


def test_a_wrong_entry_is_named_and_can_be_entered_again(ada: Deskhand) -> None:
    number = ada.draft(customer_po_number="NOT-THEIRS")
    for line in ada.request.lines:
        ada.send("add_line", order_number=number, sku=line.sku, quantity=line.quantity)
    ada.send("submit_order", order_number=number)
    page = ada.get(f"orders/{number}").text
    assert "not as the message says: the customer&#39;s order number." in page
    assert 'data-action="enter"' not in ada.get("inbox/msg-first").text
    ada.send("cancel_order", order_number=number, reason="wrong number")
    assert 'data-action="enter"' in ada.get("inbox/msg-first").text
    ada.submitted()
    goal = ada.desk.course(ada.sandbox).opening.scenario.steps[0].goals[0]
    assert ada.sandbox.standing.score == goal.points


def test_some_units_are_called_off_and_the_rest_goes_on(ada: Deskhand) -> None:
    number = ada.confirmed()
    line = ada.world.orders[number].lines[0]
    page = ada.client.get(f"/attempts/{ada.key}/orders/{number}").text
    assert 'value="cancel_line_quantity"' in page
    rows = {"rows.0.line_number": "1", "rows.0.quantity": str(line.ordered + 1)}
    reply = ada.send(
        "cancel_line_quantity", headers=HTMX, order_number=number, reason="fewer", **rows
    )
    assert f"you asked {line.ordered + 1}" in reply.text
    # the panel is still open, with what was typed
    panel = reply.text.split("Cancel part of the order")[0].rsplit("<details", 1)[1]
    assert panel.startswith(' class="action" open')
    assert '<details class="action-more" open' in reply.text
    assert f'value="{line.ordered + 1}"' in reply.text
    rows["rows.0.quantity"] = "1"
    ada.send("cancel_line_quantity", order_number=number, reason="fewer", **rows)
    order = ada.world.orders[number]
    assert (order.status, order.lines[0].cancelled) == ("confirmed", 1)
    page = ada.client.get(f"/attempts/{ada.key}/orders/{number}").text
    assert "1 cancelled" in page
    assert "Part of your order is cancelled" in page


@pytest.mark.parametrize("headers", [None, HTMX], ids=["plain", "htmx"])
def test_what_if_shows_what_would_happen_and_does_nothing(ada: Deskhand, headers: Any) -> None:
    number = ada.confirmed()
    before = ada.sandbox
    fields = {"order_number": number, "reason": "asked by phone"}
    reply = ada.send("cancel_order", headers=headers, preview="1", **fields)
    assert reply.status_code == 200
    assert "It would do this." in reply.text
    assert f"{number} cancelled: asked by phone" in reply.text
    assert 'value="asked by phone"' in reply.text
    refused = ada.send(
        "archive_order", headers=headers, preview="1", order_number=number, retention_years="10"
    )
    assert "It would be refused." in refused.text
    malformed = ada.send("archive_order", preview="1", order_number=number, retention_years="x")
    assert malformed.status_code == 422
    assert (ada.sandbox.events, ada.sandbox.asides) == (before.events, before.asides)


def test_what_if_is_asked_before_there_is_an_order(ada: Deskhand) -> None:
    asked, before = ada.request, ada.sandbox
    fields = {
        "customer_id": asked.customer_id, "customer_po_number": asked.customer_po_number,
        "requested_delivery_date": asked.requested_delivery_date.isoformat(),
        "carrier_code": asked.carrier_code, "message_id": "msg-first",
    }  # fmt: skip
    reply = ada.send("create_draft", preview="1", **fields)
    assert reply.status_code == 200
    assert "Nothing has happened yet" in reply.text
    assert f'value="{asked.customer_po_number}"' in reply.text, "what was typed stays"
    refused = ada.send("create_draft", preview="1", **fields | {"customer_id": "C-0"})
    assert "It would be refused." in refused.text
    assert (ada.sandbox.events, ada.sandbox.asides) == (before.events, before.asides)


def test_a_comma_is_no_decimal_point(ada: Deskhand) -> None:
    number = ada.draft()
    typed = {"order_number": number, "reference": "TR-1"}
    assert ada.send("record_payment", amount="393,10", **typed).status_code == 422
    assert ada.send("record_payment", amount="1,393.10", **typed).status_code == 303


def test_an_error_opens_its_own_panel(ada: Deskhand) -> None:
    number = ada.submitted()
    ada.send("check_order", order_number=number)
    asked = ada.request.requested_delivery_date.isoformat()
    ada.send("confirm_order", order_number=number, promised_delivery_date=asked)
    reply = ada.send("allocate", headers=HTMX, order_number=number, rows__0__quantity="many")
    assert reply.status_code == 422
    panel = reply.text.split('data-command="allocate"')[0].rsplit("<details", 1)[1]
    assert " open" in panel.split(">")[0]


def test_starting_over_keeps_the_old_run(ada: Deskhand) -> None:
    number = ada.draft()
    old = ada.key
    reply = ada.client.post(f"/attempts/{old}/restarts", data=_form(ada))
    assert reply.status_code == 303
    assert old not in reply.location
    assert ada.get(f"orders/{number}").status_code == 200, "the old run can be read"
    late = ada.send("add_note", order_number=number, text="written in the other tab")
    assert late.status_code == 409
    assert "Another page has begun anew" in late.text
    assert "written in the other tab" in late.text, "nothing typed is lost"
    assert not ada.world.orders[number].notes
    part = ada.send("add_note", headers=HTMX, order_number=number, text="late")
    assert (part.status_code, part.headers["HX-Retarget"]) == (409, "#toasts")
    empty = ada.send("check_order", order_number=number)
    assert (empty.status_code, empty.location) == (303, f"/attempts/{old}/"), "the page says why"


def test_a_broken_scenario_file_stops_that_scenario_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "scenarios" / "01-overview"
    folder.mkdir(parents=True)
    (folder / "broken.yaml").write_text("format: 1\nid: broken\ntitel: oops\n", "utf-8")
    monkeypatch.setattr("trainer.paths.SCENARIOS", folder.parent)
    settings = Settings.from_env({"TRAINER_DATA": str(tmp_path / "data")})
    prepare(settings)
    broken = create_app(settings, accounts=DEMO)
    page = Deskhand(broken, "ines").client.get("/").text
    assert "broken.yaml:3:1" in page
    assert "titel" in page
    assert "broken.yaml" not in Deskhand(broken, "ada").client.get("/").text


def _form(hand: Deskhand, **fields: str) -> dict[str, str]:
    return {"csrf_token": hand.token, "command_id": "only-once", **fields}


def test_a_hold_is_of_the_kind_that_was_chosen(ada: Deskhand) -> None:
    number = ada.submitted()
    assert '<option value="fraud"' in ada.get(f"orders/{number}").text
    nothing = ada.send("place_hold", order_number=number, kind="", reason="odd")
    assert nothing.status_code == 422
    assert "field-error" in nothing.text
    ada.send("place_hold", order_number=number, kind="fraud", reason="odd")
    (hold,) = ada.world.orders[number].holds
    assert (hold.kind, hold.owner) == ("fraud", "clerk")
    ada.send("release_hold", order_number=number, kind="fraud", reason="all clear")
    assert not ada.world.orders[number].on_hold
