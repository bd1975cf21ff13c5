"""Cards and store credit on the order's page and in the customer's file, by plain forms."""

from typing import Any

import pytest
from flask import Flask

from tests.web.deskhand import Deskhand
from trainer.orders.cards import AnswerAuthorisation
from trainer.orders.chargebacks import RaiseChargeback
from trainer.orders.engine import Command


@pytest.fixture(scope="module")
def app(demo: Flask) -> Flask:
    """The demo over a database of its own."""
    return demo


@pytest.fixture(scope="module")
def _ada(app: Flask) -> Deskhand:
    return Deskhand(app, "ada")


@pytest.fixture
def ada(_ada: Deskhand) -> Deskhand:
    """Ada at a fresh attempt of the exercise in which customers pay by card."""
    reply = _ada.client.post("/exercises/card-desk/attempts", data={"csrf_token": _ada.token})
    assert reply.status_code == 303
    _ada.key = reply.location.split("/attempts/")[1].split("/")[0]
    return _ada


def outside(ada: Deskhand, command: Command, name: str) -> None:
    """The gateway does this."""
    outcome = ada.desk.perform(ada.sandbox, command, actor="gateway", command_id=name, role="bank")
    assert outcome.refused is None


def order(ada: Deskhand, number: str) -> Any:
    """The order as it is now."""
    return ada.world.orders[number]


def page(ada: Deskhand, number: str) -> str:
    """Its page."""
    return str(ada.get(f"orders/{number}").text)


def money(amount: int) -> str:
    """As somebody types it."""
    return f"{amount / 100:.2f}"


def authorised(ada: Deskhand) -> tuple[str, str, int]:
    """A confirmed order for which the card is good: its number, the authorisation's, the total."""
    number = ada.confirmed()
    total = order(ada, number).total
    ada.send("authorise_payment", order_number=number, amount=money(total))
    (held,) = order(ada, number).authorisations
    key = held.authorisation_number
    outside(ada, AnswerAuthorisation(number, key, "authorised"), f"yes-{ada.key}")
    return number, key, total


def captured(ada: Deskhand) -> tuple[str, int]:
    """An order whose card was charged for all of it."""
    number, key, total = authorised(ada)
    ada.send("capture_payment", order_number=number, authorisation_number=key, amount=money(total))
    return number, total


def test_a_card_order_offers_the_card_and_not_the_bank(ada: Deskhand) -> None:
    number = ada.confirmed()
    shown = page(ada, number)
    assert 'data-command="authorise_payment"' in shown
    assert 'data-command="record_payment"' not in shown
    assert "prepaid · card" in shown
    assert "It holds for 3 days." in shown


def test_an_authorisation_is_shown_taken_and_given_up(ada: Deskhand) -> None:
    number, key, total = authorised(ada)
    shown = page(ada, number)
    assert f"<dt>{key}</dt><dd>authorised by the card" in shown
    assert 'class="part-on-card"' in shown
    assert "capture by" in shown
    ada.send("capture_payment", order_number=number, authorisation_number=key, amount="1.00")
    assert order(ada, number).authorised_open == total - 100
    assert 'data-command="void_authorisation"' in page(ada, number)
    ada.send("void_authorisation", order_number=number, authorisation_number=key)
    assert order(ada, number).authorised_open == 0
    assert "given up" in page(ada, number)


def test_too_much_is_refused_with_its_sum(ada: Deskhand) -> None:
    number, key, total = authorised(ada)
    reply = ada.send(
        "capture_payment", order_number=number, authorisation_number=key, amount=money(total + 1)
    )
    refused = ada.client.get(reply.location).text
    assert "left to capture" in refused
    assert "captured $0.00" in refused


def test_what_if_tells_of_the_card_and_does_nothing(ada: Deskhand) -> None:
    number, key, total = authorised(ada)
    before = ada.world.number
    reply = ada.client.post(
        f"/attempts/{ada.key}/commands",
        data={
            "csrf_token": ada.token, "command": "capture_payment", "command_id": "what-if",
            "order_number": number, "authorisation_number": key, "amount": money(total),
            "preview": "1",
        },
        follow_redirects=True,
    )  # fmt: skip
    assert "Nothing has happened yet." in reply.text
    assert "captured in full" in reply.text
    assert ada.world.number == before


def test_no_answer_is_asked_about(ada: Deskhand) -> None:
    number = ada.confirmed()
    ada.send("authorise_payment", order_number=number, amount="10.00")
    (held,) = order(ada, number).authorisations
    silence = AnswerAuthorisation(number, held.authorisation_number, "unanswered", True)
    outside(ada, silence, f"silence-{ada.key}")
    assert 'data-command="query_authorisation"' in page(ada, number)
    key = held.authorisation_number
    ada.send("query_authorisation", order_number=number, authorisation_number=key)
    assert order(ada, number).authorisations[0].status == "authorised"


def agreed(ada: Deskhand, customer_id: str) -> str:
    """The customer's consent, from the form of their file."""
    path = f"/attempts/{ada.key}/customers/{customer_id}"
    typed = {
        "csrf_token": ada.token, "command": "agree_store_credit", "customer_id": customer_id,
        "command_id": f"agrees-{ada.key}", "evidence": "by phone",
    }  # fmt: skip
    assert 'value="agree_store_credit"' in ada.client.get(path).text
    return str(ada.client.post(path, data=typed, follow_redirects=True).text)


def test_a_refund_becomes_store_credit_once_they_agree_and_only_once(ada: Deskhand) -> None:
    number, total = captured(ada)
    ada.send("cancel_order", order_number=number, reason="changed mind")
    assert 'name="way"' in page(ada, number)
    fields = {
        "order_number": number, "amount": money(total), "reason": "cancelled",
        "way": "store_credit",
    }  # fmt: skip
    reply = ada.send("issue_refund", **fields)
    assert "cannot go back this way" in ada.client.get(reply.location).text
    customer = order(ada, number).customer_id
    tries = ada.sandbox.asides
    silent = ada.client.post(
        f"/attempts/{ada.key}/customers/{customer}",
        data={
            "csrf_token": ada.token, "command": "agree_store_credit", "customer_id": customer,
            "command_id": f"silent-{ada.key}", "evidence": " ",
        },
    )  # fmt: skip
    assert silent.status_code == 422
    assert "This is needed." in silent.text
    assert ada.sandbox.asides == tries  # an empty field is no try
    assert "none was issued yet" in agreed(ada, customer)
    # the same form sent twice
    for _ in range(2):
        ada.send("issue_refund", command_id=f"double-{ada.key}", **fields)
    credits = ada.world.customers[customer].store_credits
    assert [credit.amount for credit in credits] == [total]
    shown = ada.client.get(f"/attempts/{ada.key}/customers/{customer}").text
    assert credits[0].credit_number in shown
    assert credits[0].credit_number in page(ada, number)


def test_a_refund_of_a_card_payment_goes_to_the_card(ada: Deskhand) -> None:
    number, total = captured(ada)
    ada.send("cancel_order", order_number=number, reason="changed mind")
    ada.send("issue_refund", order_number=number, amount=money(total), reason="cancelled")
    (refund,) = order(ada, number).refunds
    assert (refund.tender, refund.status) == ("card", "pending")
    assert "on its way back" in page(ada, number)


def test_store_credit_pays_the_next_order(ada: Deskhand) -> None:
    number, total = captured(ada)
    customer = order(ada, number).customer_id
    agreed(ada, customer)
    ada.send("cancel_order", order_number=number, reason="changed mind")
    ada.send(
        "issue_refund", order_number=number, amount=money(total), reason="cancelled",
        way="store_credit",
    )  # fmt: skip
    second = ada.confirmed()
    assert order(ada, second).customer_id == customer
    shown = page(ada, second)
    assert 'data-command="redeem_store_credit"' in shown
    assert "They have" in shown
    ada.send("redeem_store_credit", order_number=second, amount="1.00")
    assert order(ada, second).captured == 100
    assert 'class="part-redeemed"' in page(ada, second)


def test_a_chargeback_is_accepted_and_written_off_from_the_orders_page(ada: Deskhand) -> None:
    number, total = captured(ada)
    (held,) = order(ada, number).authorisations
    taken = RaiseChargeback(number, held.authorisation_number, total, "not_recognised")
    outside(ada, taken, "takes it back")
    (dispute,) = order(ada, number).chargebacks
    shown = page(ada, number)
    assert 'data-command="contest_chargeback"' in shown
    assert "Payment disputed" in shown
    assert "chargeback open" in shown
    assert "is lost unless it is contested by" in shown
    assert 'class="part-charged-back"' in shown
    key = {"order_number": number, "chargeback_number": dispute.chargeback_number}
    ada.send("contest_chargeback", evidence="", **key)
    assert order(ada, number).chargebacks == (dispute,)
    ada.send("accept_chargeback", reason="they are right", **key)
    assert order(ada, number).chargebacks[0].status == "accepted"
    assert 'data-command="write_off_chargeback"' in page(ada, number)
    ada.send("write_off_chargeback", order_number=number, reason="nobody will pay it")
    assert order(ada, number).balance_due == 0
    assert "Written off after a chargeback" in page(ada, number)
