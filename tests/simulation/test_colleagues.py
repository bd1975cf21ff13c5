"""The supervisor at the next desk: answers, in their own time, by the facts of that moment."""

import msgspec

from tests.builders import FIRST, OTTER, TODAY, order_submitted
from tests.simulation.test_agenda import agenda_of
from tests.story import given
from trainer.orders.engine import handle
from trainer.orders.holds import AnswerRelease, AskRelease, HoldReleased, PlaceHold, ReleaseDeclined
from trainer.orders.values import MINUTE
from trainer.orders.world import Habit
from trainer.simulation.agenda import follow
from trainer.simulation.colleagues import react
from trainer.simulation.words import words

STOP = PlaceHold(FIRST, "fraud", "odd address")
ASK = AskRelease(FIRST, "fraud", "I called them")


def test_a_question_is_answered_within_two_hours() -> None:
    waits = set()
    for seed in range(40):
        story = given(order_submitted(), STOP, ASK)
        answer = agenda_of(story.entries, story, seed).next()
        assert answer is not None
        assert isinstance(answer.command, AnswerRelease)
        assert answer.role == "supervisor"
        waits.add((answer.at - story.world.now) // MINUTE)
    assert 30 <= min(waits) < 50
    assert 100 < max(waits) <= 120


def test_a_slow_supervisor_takes_longer() -> None:
    story = given(order_submitted(), STOP, ASK)
    (usual,) = react(story.entries[-1], story.world, 7)
    policies = msgspec.structs.replace(story.world.policies, habits=(Habit("supervisor", pace=50),))
    firm = msgspec.structs.replace(story.world.company, policies=policies)
    (slow,) = react(story.entries[-1], msgspec.structs.replace(story.world, company=firm), 7)
    assert slow.at - story.world.now == 2 * (usual.at - story.world.now)


def test_a_hold_alone_asks_for_nothing() -> None:
    story = given(order_submitted(), STOP)
    assert agenda_of(story.entries, story).next() is None


def test_the_answer_is_what_the_facts_say_when_it_comes() -> None:
    story = given(order_submitted(), STOP, ASK)
    answer = agenda_of(story.entries, story).next()
    assert answer is not None
    # their order is an ordinary one: nothing about it looks odd
    world, entries = handle(story.world, answer)  # type: ignore[misc]
    assert isinstance(entries[0].event, HoldReleased)
    assert not follow(agenda_of(story.entries, story), entries[0], world, 7).due
    policies = msgspec.structs.replace(story.world.policies, large_order=0)
    customer = story.world.customers[OTTER]
    moved = msgspec.structs.replace(
        customer, address=msgspec.structs.replace(customer.address, street="2 Other Road")
    )
    odd = msgspec.structs.replace(
        story.world,
        company=msgspec.structs.replace(story.world.company, policies=policies),
        customers=story.world.customers.set(OTTER, moved),
    )
    world, entries = handle(odd, answer)  # type: ignore[misc]
    assert isinstance(entries[0].event, ReleaseDeclined)
    assert answer.actor in world.messages["colleague-1"].body
    # once somebody has looked, the same question is answered otherwise
    looked = msgspec.structs.replace(moved, last_reviewed=TODAY)
    reviewed = msgspec.structs.replace(odd, customers=odd.customers.set(OTTER, looked))
    _, entries = handle(reviewed, answer)  # type: ignore[misc]
    assert isinstance(entries[0].event, HoldReleased)


def test_the_supervisor_speaks_the_language_of_the_company() -> None:
    for locale in ("zh_CN", "zh_TW", "en_US"):
        said = words(locale)
        for kind in ("credit", "fraud", "address", "payment", "stock", "manual"):
            assert said[f"declined_{kind}"]
    assert words("zh_CN")["declined_credit"] != words("zh_TW")["declined_credit"]
