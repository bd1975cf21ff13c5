"""The rules on the screen: written, tried, switched on, watched; refused where they cannot be."""

import html
import re
from typing import Any

import pytest
from flask import Flask

from tests.web.deskhand import Deskhand
from trainer.orders.rulebook import ACTS, TRIGGERS, Conditions
from trainer.web import automation


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


RULE = {
    "name": "Check what comes in",
    "place": "50",
    "trigger": "order_submitted",
    "action.act": "check_order",
}


def post(ada: Deskhand, command: str, **fields: Any) -> Any:
    """A form of the rule book, sent."""
    typed = {name.replace("__", "."): value for name, value in fields.items()}
    typed.setdefault("command_id", f"{command}-{len(typed)}-{ada.sandbox.events}")
    typed |= {"command": command, "csrf_token": ada.token}
    return ada.client.post(f"/attempts/{ada.key}/automation/", data=typed)


def wrote(ada: Deskhand, **changes: Any) -> str:
    """A rule, written and switched on; its number."""
    fields = RULE | {name.replace("__", "."): value for name, value in changes.items()}
    reply = post(ada, "write_rule", **fields)
    assert reply.status_code == 303, said(reply.text)
    number = str(reply.location.split("/automation/")[1].split("?")[0])
    assert post(ada, "switch_rule", rule_number=number, state="on").status_code == 303
    return number


def said(page: str) -> str:
    """What a page says, without its tags."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def page_of(ada: Deskhand, number: str) -> str:
    return said(ada.get(f"automation/{number}").text)


def test_the_page_stands_among_the_places(ada: Deskhand) -> None:
    page = ada.get("automation/").text
    assert 'aria-current="page"' in page
    assert "No rule yet." in page
    assert 'data-command="write_rule"' in page


def test_every_word_of_the_engine_can_be_chosen() -> None:
    assert set(automation.WHEN) == set(TRIGGERS)
    assert set(automation.THEN) == set(ACTS)
    assert set(automation.AND) == set(Conditions.__struct_fields__)


def test_a_rule_is_written_off_and_tried_before_it_is_switched_on(ada: Deskhand) -> None:
    number = ada.submitted()
    fields = RULE | {"conditions.total_at_least": "1.50", "conditions.payment_terms": "prepay"}
    reply = post(ada, "write_rule", **fields)
    assert ada.world.rules["R-1"].conditions == Conditions(
        total_at_least=150, payment_terms="prepay"
    )
    page = ada.client.get(reply.location).text
    text = said(page)
    assert "When an order is submitted and total at least $1.50 and payment: prepaid" in text
    assert "then check the order" in text
    assert "Try before switching on" in text
    assert f"It would have come to this: {number} checked: deliverable from" in text
    assert 'data-status="off"' in page
    assert ada.world.orders[number].checked_at == 0


def test_what_is_switched_on_acts_and_the_page_tells_it(ada: Deskhand) -> None:
    wrote(ada)
    number = ada.submitted()
    assert ada.world.orders[number].checked_at
    text = page_of(ada, "R-1")
    assert f"{number} · {number} checked: deliverable from" in text
    assert f"{number} submitted at" in text
    timeline = said(ada.get(f"orders/{number}").text)
    assert "Rule R-1 · Check what comes in" in timeline
    assert f"Rule R-1 “Check what comes in” acted on {number}" in timeline


def test_a_refusal_is_told_with_its_sentence_where_people_look(ada: Deskhand) -> None:
    wrote(ada, action__act="confirm_order")
    number = ada.submitted()
    why = f"Order {number} has not been checked since it was submitted."
    assert why in page_of(ada, "R-1")
    assert "Check the order first" in page_of(ada, "R-1")
    assert why in said(ada.get(f"orders/{number}").text)
    assert ada.world.rules["R-1"].refused == 1


def test_the_trial_shows_refusals_too(ada: Deskhand) -> None:
    number = ada.submitted()
    wrote(ada, action__act="confirm_order")
    would = f"It would have been refused: Order {number} has not been checked"
    assert would in page_of(ada, "R-1")
    assert "Nothing has set it off yet." in page_of(ada, "R-1")


@pytest.mark.parametrize(
    ("changes", "field", "error"),
    [
        ({"name": " "}, "name", "This is needed."),
        ({"name": "x" * 61}, "name",
         "A rule's name has 1 to 60 characters; this one has 61. Say in a few words"),
        ({"place": "a"}, "place", "Enter a whole number"),
        ({"place": "100"}, "place", "100 is not a place among the rules. Give the rule"),
        ({"trigger": ""}, "trigger", "This is needed."),
        ({"trigger": "sunrise"}, "trigger", "Choose one from the list."),
        ({"action.act": ""}, "action.act", "This is needed."),
        ({"action.act": "notify_customer"}, "action.template",
         "This action needs something more: message to the customer."),
        ({"action.act": "prioritise_order"}, "action.priority", "something more: priority."),
        ({"action.act": "add_note"}, "action.words", "something more: reason or note."),
        ({"trigger": "order_checked"}, "action.act", "waits for what it would do itself"),
        ({"conditions.total_at_least": "12,5x"}, "conditions.total_at_least", "such as 1234.50"),
        ({"conditions.total_at_least": "9", "conditions.total_at_most": "8"},
         "conditions.total_at_most", "No total is both at least $9.00 and at most $8.00."),
        ({"conditions.carrier_code": "NONE"}, "conditions.carrier_code",
         "No order can fulfil the condition “the delivery method”: NONE."),
        ({"conditions.customer": "old"}, "conditions.customer", "Choose one from the list."),
        ({"conditions.on_hold": "no", "conditions.hold": "credit"}, "conditions.on_hold",
         "No order can fulfil the condition “on hold”"),
    ],
)  # fmt: skip
def test_what_cannot_be_a_rule_is_said_beside_its_field(
    ada: Deskhand, changes: dict[str, str], field: str, error: str
) -> None:
    before = ada.sandbox.asides
    reply = post(ada, "write_rule", **(RULE | changes))
    assert reply.status_code == 422
    found = re.search(rf'name="{re.escape(field)}"[^>]*aria-describedby="([^"]*)"', reply.text)
    assert found, field
    beside = [part for part in found[1].split() if part.endswith("-error")]
    told = re.search(rf'id="{beside[0]}">(.*?)</p>', reply.text, re.DOTALL)
    assert told
    assert error in said(told[1])
    assert not ada.world.rules
    assert ada.sandbox.asides == before  # an unfinished rule is no try


def test_a_name_that_is_taken_says_so(ada: Deskhand) -> None:
    wrote(ada)
    reply = post(ada, "write_rule", **RULE)
    assert reply.status_code == 422
    assert "Another rule is called “Check what comes in” already." in said(reply.text)


def test_a_rule_in_chinese_has_chinese_marks(ada: Deskhand) -> None:
    wrote(ada, action__act="notify_customer", action__template="order_received")
    for language, told in (("zh-Hans", "通知客户：“"), ("zh-Hant", "通知客戶：「")):
        page = ada.client.get(
            f"/attempts/{ada.key}/automation/R-1", headers={"Accept-Language": language}
        )
        assert told in said(page.text)


def test_a_country_is_chosen_and_told_by_its_name(ada: Deskhand) -> None:
    page = ada.get("automation/").text
    there = next(iter(ada.world.customers.values())).address.country
    assert f'<option value="{there}">' in page
    assert f">{there}</option>" not in page
    wrote(ada, conditions__country=there)
    assert "ships to United States" in said(ada.get("automation/R-1").text)


def test_what_was_typed_comes_back(ada: Deskhand) -> None:
    reply = post(ada, "write_rule", **(RULE | {"place": "0", "conditions.in_stock": "yes"}))
    assert 'value="Check what comes in"' in reply.text
    assert '<option value="yes" selected>' in reply.text


def test_a_rule_is_changed_with_its_values_in_the_form(ada: Deskhand) -> None:
    wrote(ada, conditions__total_at_least="1,250.00", conditions__carrier_code="")
    page = ada.get("automation/R-1").text
    assert 'value="1250.00"' in page
    same_name = post(ada, "change_rule", rule_number="R-1", **(RULE | {"place": "7"}))
    assert same_name.status_code == 303
    changed = ada.world.rules["R-1"]
    assert (changed.place, changed.on, changed.conditions) == (7, False, Conditions())
    wrong = post(ada, "change_rule", rule_number="R-1", **(RULE | {"place": "0"}))
    assert wrong.status_code == 422
    assert "0 is not a place among the rules." in said(wrong.text)


def test_a_removed_rule_is_gone_from_the_list(ada: Deskhand) -> None:
    wrote(ada)
    reply = post(ada, "remove_rule", rule_number="R-1")
    assert reply.status_code == 303
    text = said(ada.client.get(reply.location).text)
    assert "Rule R-1 removed" in text
    assert "No rule yet." in text
    assert ada.get("automation/R-1").status_code == 404
    # what somebody else removed meanwhile is a refusal, and says so
    gone = post(ada, "switch_rule", rule_number="R-1", state="on", command_id="late")
    assert "There is no rule R-1." in said(ada.client.get(gone.location).text)
    changed = post(ada, "change_rule", rule_number="R-1", command_id="later", **RULE)
    assert "There is no rule R-1." in said(ada.client.get(changed.location).text)


def test_the_full_book_is_said(ada: Deskhand) -> None:
    for number in range(12):
        post(ada, "write_rule", **(RULE | {"name": f"Rule {number}", "command_id": f"n-{number}"}))
    reply = post(ada, "write_rule", **(RULE | {"name": "One more"}))
    assert reply.status_code == 303
    assert "There are 12 rules already." in said(ada.client.get(reply.location).text)


def test_a_form_sent_twice_writes_one_rule(ada: Deskhand) -> None:
    first = post(ada, "write_rule", command_id="once", **RULE)
    again = post(ada, "write_rule", command_id="once", **(RULE | {"name": "Check it"}))
    assert first.location.split("?")[0] == again.location.split("?")[0]
    assert list(ada.world.rules) == ["R-1"]


def test_nothing_but_rules_is_done_here(ada: Deskhand) -> None:
    assert post(ada, "archive_order", order_number="SO-10001").status_code == 400
    assert post(ada, "run_rule", rule_number="R-1").status_code == 400


def test_who_only_looks_sees_rules_and_no_forms(app: Flask, ada: Deskhand) -> None:
    wrote(ada)
    ines = Deskhand(app, "ines")
    ines.key = ada.key
    for path in ("automation/", "automation/R-1"):
        page = ines.get(path).text
        assert "Check what comes in" in page
        assert "data-command=" not in page
    refused = post(ines, "remove_rule", rule_number="R-1")
    assert refused.status_code == 403


def test_the_past_shows_the_rules_as_they_were(ada: Deskhand) -> None:
    wrote(ada)
    assert "No rule yet." in ada.get("automation/", at=0).text
    assert 'data-status="off"' in ada.get("automation/R-1", at=1).text


def test_rules_that_undo_each_other_are_seen_to_be_stopped(ada: Deskhand) -> None:
    wrote(ada, name="Let go", trigger="hold_placed", action__act="release_hold",
          action__words="no need")  # fmt: skip
    wrote(ada, name="Stop", trigger="hold_released", action__act="place_hold", action__words="wait")
    number = ada.submitted()
    ada.send("place_hold", order_number=number, kind="manual", reason="by hand")
    text = page_of(ada, "R-1")
    assert f"Rule R-1 was stopped on {number}: its own doing set it off again." in text
    assert "R-1 → R-2 → R-1" in text
