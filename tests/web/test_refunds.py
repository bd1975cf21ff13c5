"""A refund through the gateway on the order's page: its state, and what can be done about it."""

import re

import pytest
from flask import Flask

from tests.web.deskhand import Deskhand
from trainer.orders.approvals import ApproveRefund
from trainer.orders.engine import Command
from trainer.orders.payment import ReceiveTransfer, refundable
from trainer.orders.refunds import AnswerRefund, ReverseRefund
from trainer.web.screens import todo


@pytest.fixture(scope="module")
def app(demo: Flask) -> Flask:
    """The demo over a database of its own."""
    return demo


@pytest.fixture(scope="module")
def _ada(app: Flask) -> Deskhand:
    return Deskhand(app, "ada")


@pytest.fixture
def ada(_ada: Deskhand) -> Deskhand:
    """Ada at a fresh attempt of the exercise in which money goes through the gateway."""
    reply = _ada.client.post("/exercises/money-back/attempts", data={"csrf_token": _ada.token})
    assert reply.status_code == 303
    _ada.key = reply.location.split("/attempts/")[1].split("/")[0]
    return _ada


def outside(ada: Deskhand, command: Command, name: str) -> None:
    """Somebody at the bank does this."""
    outcome = ada.desk.perform(ada.sandbox, command, actor="bank", command_id=name, role="bank")
    assert outcome.refused is None


def allowed(ada: Deskhand, number: str, amount: int) -> None:
    """The supervisor approves a refund."""
    outcome = ada.desk.perform(
        ada.sandbox, ApproveRefund(number, amount), actor="Sue", command_id=f"allows {number}",
        role="supervisor",
    )  # fmt: skip
    assert outcome.refused is None


def cancelled(ada: Deskhand) -> str:
    """A paid order that was cancelled, and nothing paid back yet."""
    number = ada.confirmed()
    order = ada.world.orders[number]
    outside(ada, ReceiveTransfer(order.customer_id, order.balance_due, number), "pays")
    reference = max(ada.world.transfers)
    amount = f"{order.balance_due / 100:.2f}"
    ada.send("record_payment", order_number=number, reference=reference, amount=amount)
    ada.send("cancel_order", order_number=number, reason="changed mind")
    assert refundable(ada.world.orders[number]) == order.total
    return number


def asked(ada: Deskhand) -> tuple[str, str]:
    """Its refund of a part, which the gateway has yet to answer."""
    number = cancelled(ada)
    ada.send("issue_refund", order_number=number, amount="10.00", reason="cancelled")
    (refund,) = ada.world.orders[number].refunds
    return number, refund.refund_number


def amount_in(ada: Deskhand, number: str, command: str) -> str:
    """What stands in the amount of a form of an order's page."""
    page = ada.get(f"orders/{number}").text
    form = page.split(f'name="command" value="{command}"', 1)[1].split("</form>", 1)[0]
    found = re.search(r'value="([^"]*)"[^>]* name="amount"', form)
    assert found
    return found[1]


def test_what_is_due_stands_in_the_form_but_not_in_an_exam(
    ada: Deskhand, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = ada.confirmed()
    order = ada.world.orders[number]
    outside(ada, ReceiveTransfer(order.customer_id, order.balance_due, number), "due")
    due = f"{order.balance_due / 100:.2f}"
    assert amount_in(ada, number, "record_payment") == due
    reference = max(ada.world.transfers)
    ada.send("record_payment", order_number=number, reference=reference, amount=due)
    ada.send("cancel_order", order_number=number, reason="changed mind")
    assert amount_in(ada, number, "issue_refund") == ""  # above the limit there is a choice
    assert amount_in(ada, number, "ask_approval") == due
    ada.send("ask_approval", order_number=number, amount=due, reason="all of it")
    allowed(ada, number, refundable(ada.world.orders[number]))
    assert amount_in(ada, number, "issue_refund") == due
    wrong = ada.send("issue_refund", order_number=number, amount="lots", reason="x")
    assert 'value="lots"' in wrong.text  # what was typed stays
    monkeypatch.setattr("trainer.web.screens._telling", lambda seen: False)
    assert amount_in(ada, number, "issue_refund") == ""


def test_a_refund_is_under_way_until_the_gateway_has_answered(ada: Deskhand) -> None:
    number, refund = asked(ada)
    page = ada.get(f"orders/{number}").text
    assert f"<dt>{refund}</dt><dd>on its way back" in page
    assert "refund under way" in page
    assert 'class="part-pending"' in page
    assert 'data-command="retry_refund"' not in page


def returned(ada: Deskhand) -> tuple[str, str, str]:
    """A refund that the customer's bank has sent back, with the bank's letter."""
    number, refund = asked(ada)
    outside(ada, AnswerRefund(number, refund, "succeeded", tries=1), f"paid {number}")
    back = ReverseRefund(
        number, refund, "account_closed", "Harbor Bank", "Payment returned", "It is closed."
    )
    outside(ada, back, f"back {number}")
    (found,) = ada.world.orders[number].refunds
    return number, refund, found.letter_id


def test_money_that_came_back_is_tried_again_from_the_banks_letter(ada: Deskhand) -> None:
    number, refund, letter = returned(ada)
    assert todo(ada.world)[letter] == "do"
    page = ada.get(f"inbox/{letter}").text
    article = page[page.index('id="message"') :]
    assert f"/orders/{number}" in article
    assert "The money is owed again." in article
    assert 'data-command="retry_refund"' in article
    assert 'data-command="issue_refund"' in article
    assert 'data-command="notify_customer"' in article
    order = ada.get(f"orders/{number}").text
    assert "came back: the account is closed" in order
    assert f"/inbox/{letter}" in order
    reply = ada.send("retry_refund", order_number=number, refund_number=refund, reply_to=letter)
    assert f"/inbox/{letter}" in reply.location
    assert ada.world.orders[number].refunds[0].status == "pending"
    assert letter not in todo(ada.world)
    assert 'data-command="retry_refund"' not in ada.get(f"inbox/{letter}").text


def test_or_it_goes_another_way_and_what_is_wrong_is_said_beside_the_letter(ada: Deskhand) -> None:
    number, _, letter = returned(ada)
    wrong = ada.send(
        "issue_refund", order_number=number, amount="lots", reason="x", reply_to=letter
    )
    assert wrong.status_code == 422
    assert 'id="message"' in wrong.text
    assert 'value="lots"' in wrong.text
    asked_first = ada.send(
        "issue_refund", order_number=number, amount="10.00", reason="new account", preview="1",
        reply_to=letter,
    )  # fmt: skip
    assert "Nothing has happened yet" in asked_first.text
    assert 'value="new account"' in asked_first.text
    ada.send(
        "issue_refund", order_number=number, amount="10.00", reason="new account", reply_to=letter
    )
    assert [it.status for it in ada.world.orders[number].refunds] == ["reversed", "pending"]


def test_a_letter_of_anybody_else_offers_no_refund(ada: Deskhand) -> None:
    *_, letter = returned(ada)
    for message in ada.world.messages.values():
        if message.message_id != letter:
            assert 'data-command="retry_refund"' not in ada.get(f"inbox/{message.message_id}").text


def test_a_failed_refund_can_be_tried_again(ada: Deskhand) -> None:
    number, refund = asked(ada)
    outside(ada, AnswerRefund(number, refund, "failed"), "no")
    assert 'data-command="retry_refund"' in ada.get(f"orders/{number}").text
    ada.send("retry_refund", order_number=number, refund_number=refund)
    page = ada.get(f"orders/{number}").text
    assert "2 tries" in page
    assert [r.status for r in ada.world.orders[number].refunds] == ["pending"]


@pytest.mark.parametrize("moved", [True, False])
def test_a_refund_without_an_answer_is_asked_about_first(ada: Deskhand, moved: bool) -> None:
    number, refund = asked(ada)
    outside(ada, AnswerRefund(number, refund, "unanswered", moved), f"silence-{moved}")
    reply = ada.send("retry_refund", order_number=number, refund_number=refund)
    refused = ada.client.get(reply.location).text
    assert "nobody knows whether it went through" in refused
    assert 'data-command="query_refund"' in ada.get(f"orders/{number}").text
    ada.send("query_refund", order_number=number, refund_number=refund)
    wanted = "succeeded" if moved else "failed"
    assert [r.status for r in ada.world.orders[number].refunds] == [wanted]


def test_much_goes_back_once_a_supervisor_has_let_it(ada: Deskhand) -> None:
    number = cancelled(ada)
    total = ada.world.orders[number].total
    whole = f"{total / 100:.2f}"
    reply = ada.send("issue_refund", order_number=number, amount=whole, reason="cancelled")
    assert "only with a supervisor" in ada.client.get(reply.location).text
    assert 'data-command="ask_approval"' in ada.get(f"orders/{number}").text
    ada.send("ask_approval", order_number=number, amount=whole, reason="all was cancelled")
    page = ada.get(f"orders/{number}").text
    assert "asked for" in page
    assert 'data-command="ask_approval"' not in page
    allowed(ada, number, total)
    ada.send("issue_refund", order_number=number, amount=whole, reason="cancelled")
    assert ada.world.orders[number].refund_pending == total
