"""Tasks on the screen: given at the order, found in the list, finished where they stand."""

from datetime import timedelta

import pytest
from flask import Flask

from tests.web.deskhand import Deskhand
from trainer.orders.values import day_of


@pytest.fixture(scope="module")
def app(demo: Flask) -> Flask:
    """The demo over a database of its own."""
    return demo


@pytest.fixture
def ada(app: Flask) -> Deskhand:
    """Ada at a fresh attempt."""
    return Deskhand(app, "ada").begin()


def assigned(ada: Deskhand, days: int = 0, owner: str = "trainee") -> str:
    """A draft with a task that is due in so many days; its order's number."""
    number = ada.draft()
    due = day_of(ada.world.now) + timedelta(days=days)
    reply = ada.send(
        "assign_task", order_number=number, text="ring about the gate", owner=owner,
        due=due.isoformat(),
    )  # fmt: skip
    assert reply.status_code == 303, reply.text
    return number


def test_a_task_is_given_at_the_order_and_stands_there(ada: Deskhand) -> None:
    number = ada.draft()
    page = ada.get(f"orders/{number}").text
    assert "Give a task" in page
    assert "I myself" in page
    assert "Grace Marlow (supervisor)" in page
    assert "(warehouse)" not in page  # nobody is there
    ada.send("assign_task", order_number=number, text="ring about the gate", owner="trainee",
             due=day_of(ada.world.now).isoformat())  # fmt: skip
    page = ada.get(f"orders/{number}").text
    assert page.count("ring about the gate") == 4  # banner, form, facts, timeline
    assert 'data-status="task_due"' in page


def test_what_is_wrong_with_it_stands_beside_the_field(ada: Deskhand) -> None:
    number = ada.draft()
    reply = ada.send("assign_task", order_number=number, text="", owner="nobody", due="soon")
    assert reply.status_code == 422
    assert "3 fields need another look." in reply.text


def test_the_list_has_a_view_of_what_is_due(ada: Deskhand) -> None:
    later = assigned(ada, days=2)
    assert 'data-status="task_open"' in ada.get("orders", q=later).text
    assert "view=tasks_due" not in ada.get("orders").text
    ada.send("assign_task", order_number=later, text="today", owner="trainee",
             due=day_of(ada.world.now).isoformat())  # fmt: skip
    page = ada.get("orders").text
    assert "view=tasks_due" in page
    view = ada.get("orders", view="tasks_due").text
    assert f'value="{later}"' in view
    assert ">1 order<" in view
    assert 'name="view" value="tasks_due"' in view


def test_it_is_finished_where_it_stands(ada: Deskhand) -> None:
    number = assigned(ada)
    (task,) = ada.world.orders[number].tasks
    assert "Finish a task" in ada.get(f"orders/{number}").text
    reply = ada.send(
        "finish_task", order_number=number, task_number=task.task_number, outcome="finished",
        note="they open at nine",
    )  # fmt: skip
    assert reply.status_code == 303
    page = ada.get(f"orders/{number}").text
    assert "is finished: they open at nine" in page
    assert "Finish a task" not in page
    assert 'data-status="task' not in page


def test_the_supervisor_answers_while_time_passes(ada: Deskhand) -> None:
    number = assigned(ada, days=5, owner="supervisor")
    ada.client.post(
        f"/attempts/{ada.key}/clock",
        data={"csrf_token": ada.token, "command_id": "wait-1", "until": "morning"},
    )
    (task,) = ada.world.orders[number].tasks
    assert not task.open or task.owner == "trainee"
    assert task.note
    assert "Grace Marlow" in ada.get(f"orders/{number}").text
