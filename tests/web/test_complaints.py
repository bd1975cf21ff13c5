"""A complaint on the screens: in the inbox, on its order, with its deadline and its answer."""

import pytest
from flask import Flask

from tests.web.deskhand import Deskhand
from trainer.orders.feedback import ReceiveComplaint


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


NUMBER = "CMP-00001"
TOLD = {"remedy": "apology", "text": "It leaves today."}


def complained(ada: Deskhand) -> str:
    """An order whose customer has just complained."""
    number = ada.submitted()
    command = ReceiveComplaint(number, "not_told", "Silence", "Nobody tells us anything.")
    outcome = ada.desk.perform(
        ada.sandbox, command, actor="Olive", command_id="moan", role="customer"
    )
    assert outcome.refused is None
    return number


def waited(ada: Deskhand, mornings: int) -> None:
    """That many mornings later."""
    for place in range(mornings):
        ada.client.post(
            f"/attempts/{ada.key}/clock",
            data={"csrf_token": ada.token, "until": "morning", "command_id": f"m-{place}"},
        )


def test_a_complaint_waits_in_the_inbox_and_on_its_order(ada: Deskhand) -> None:
    number = complained(ada)
    inbox = ada.get(f"inbox/complaint-{NUMBER}").text
    assert "Nobody tells us anything." in inbox
    assert "to answer" in inbox
    assert "Answer by Mar 3" in inbox
    assert f"/orders/{number}" in inbox
    page = ada.get(f"orders/{number}").text
    assert 'data-status="complaint_open"' in page
    assert "Answer by Mar 3" in page
    assert 'data-command="answer_complaint"' in page
    assert 'data-status="complaint_open"' in ada.get("orders").text


def test_the_answer_stands_on_the_order(ada: Deskhand) -> None:
    number = complained(ada)
    reply = ada.send("answer_complaint", order_number=number, complaint_number=NUMBER, **TOLD)
    assert reply.status_code == 303
    page = ada.client.get(reply.location).text
    assert "answered (apology): It leaves today." in page
    assert 'data-status="complaint_open"' not in page
    assert 'data-command="answer_complaint"' not in page
    assert "to answer" not in ada.get(f"inbox/complaint-{NUMBER}").text
    again = ada.send("answer_complaint", order_number=number, complaint_number=NUMBER, **TOLD)
    assert "ALREADY_ANSWERED" in ada.client.get(again.location).text


def test_an_overdue_answer_is_marked(ada: Deskhand) -> None:
    number = complained(ada)
    waited(ada, 2)
    page = ada.get(f"orders/{number}").text
    assert 'data-status="complaint_late"' in page
    assert "The answer was due by Mar 3" in page
    assert "The answer was due by Mar 3" in ada.get(f"inbox/complaint-{NUMBER}").text
    ada.send("answer_complaint", order_number=number, complaint_number=NUMBER, **TOLD)
    assert "answered late" in ada.get(f"orders/{number}").text


def test_a_remedy_is_chosen_never_filled_in(ada: Deskhand) -> None:
    number = complained(ada)
    reply = ada.send("answer_complaint", order_number=number, complaint_number=NUMBER, text="Hm")
    assert reply.status_code == 422
    assert ada.world.orders[number].complaints[0].open


# --- what we write to them ----------------------------------------------------------------------


def test_the_way_a_message_goes_is_chosen_and_its_words_can_be_read(ada: Deskhand) -> None:
    number = ada.submitted()
    customer = ada.world.customers[ada.world.orders[number].customer_id]
    page = ada.get(f"orders/{number}").text
    form = page[page.index('data-command="notify_customer"') :]
    assert f"text message to {customer.phone}" in form[: form.index("</form>")]
    tell = {"order_number": number, "template": "order_received", "channel": "sms"}
    reply = ada.send("notify_customer", **tell)
    page = ada.client.get(reply.location).text
    assert f"What was sent to {customer.phone}" in page
    assert f"Thank you, we have your order {ada.world.orders[number].customer_po_number}" in page
    again = ada.send("notify_customer", **tell | {"channel": "email"})
    assert "ALREADY_NOTIFIED" in ada.client.get(again.location).text
