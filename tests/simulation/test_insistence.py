"""What customers answer to our no: they see it, insist once, call it off, or complain."""

from collections import Counter
from datetime import timedelta
from functools import partial

import pytest

from tests.builders import ASKED, EAST, FIRST, LAMP, allocation, order_confirmed
from tests.simulation.test_agenda import agenda_of
from tests.simulation.test_wishes import under
from tests.story import Story, given
from trainer.orders.engine import Envelope, evolve, handle
from trainer.orders.feedback import ReceiveComplaint
from trainer.orders.intake import ReceiveMessage
from trainer.orders.refusals import Refusal
from trainer.orders.remedies import CancelledRow, CancelLineQuantity, CancelOrder
from trainer.orders.service import AddNote
from trainer.orders.shipping import PickPackage
from trainer.orders.values import HOUR, MINUTE
from trainer.orders.wishes import DeclineWish, fulfilled, open_wish
from trainer.orders.world import PackageRow, Wish
from trainer.simulation.agenda import Agenda, follow
from trainer.simulation.insistence import MOST, meaning, react, unwanted
from trainer.simulation.words import words

SEEDS = range(200)
LESS = Wish("less", 1, 1)


def declined(wish: Wish = LESS, lamps: int = 12) -> Story:
    """A customer who has read our no."""
    said = ReceiveMessage("M-1", "email", "Olive", "Change", "Please.", "", FIRST, wish=wish)
    world = under(changes_percent=1)
    story = given(order_confirmed(lines={LAMP: lamps}), world=world)
    return story.and_(said, DeclineWish(FIRST, "M-1", "It is packed already."))


def answers(story: Story) -> list[Envelope]:
    """What they answer, in two hundred variants."""
    return [each for seed in SEEDS for each in react(story.entries[-1], story.world, seed)]


def kinds(story: Story) -> Counter[str]:
    """How often they see it, insist, call it off or complain."""
    return Counter(
        "complains" if isinstance(each.command, ReceiveComplaint)
        else each.command.message_id.rsplit("-", 1)[0]
        for each in answers(story)
    )  # fmt: skip


def test_every_answer_comes_once_and_the_same_each_time() -> None:
    story = declined()
    assert len(answers(story)) == len(SEEDS)
    assert answers(story) == answers(story)
    assert set(kinds(story)) == {"no-accepted", "insist", "wish-cancel", "complains"}
    waits = {each.at - story.world.now for each in answers(story)}
    assert min(waits) >= 90 * MINUTE
    assert max(waits) <= 8 * HOUR


def test_the_more_it_costs_them_the_fewer_see_it() -> None:
    little, much = declined(Wish("less", 1, 1), 30), declined(Wish("less", 1, 6))
    order = little.world.orders[FIRST]
    assert meaning(order, Wish("less", 1, 1)) < 10
    assert meaning(much.world.orders[FIRST], Wish("less", 1, 6)) > 40
    assert kinds(little)["no-accepted"] > 110
    assert kinds(much)["no-accepted"] < 80
    assert kinds(much)["complains"] > kinds(little)["complains"]


def test_days_count_too() -> None:
    story = given(order_confirmed())
    order = story.world.orders[FIRST]
    promised = order.promised_delivery_date
    assert promised is not None
    late = 6 * max((promised - ASKED).days, 0)
    in_days = [Wish("day", day=promised + timedelta(days=days)) for days in (1, 3, 40)]
    assert [meaning(order, wish) for wish in in_days] == [late + 6, late + 18, MOST]
    assert meaning(order, Wish("cancel")) == MOST


def test_who_insists_says_why_and_insists_once() -> None:
    story = declined()
    again = next(e for e in answers(story) if "insist" in _id(e))
    story.and_(again.command)
    message = story.world.messages[_id(again)]
    assert message.wish == Wish("less", 1, 1, insisted=True)
    assert open_wish(message, story.world)
    assert "It is packed already." in message.body
    assert "{" not in message.body
    story.and_(DeclineWish(FIRST, message.message_id, "Still no."))
    assert "insist" not in kinds(story)
    assert kinds(story)["complains"] > 0


def test_what_they_would_have_to_pay_stands_in_the_letter() -> None:
    story = declined(Wish("less", 1, 6))
    price = unwanted(story.world.orders[FIRST], Wish("less", 1, 6))
    bodies = [each.command.body for each in answers(story) if "insist" in _id(each)]
    assert any(f"USD {price / 100:,.2f}" in body for body in bodies)


def test_who_calls_it_off_wants_all_of_it_cancelled() -> None:
    story = declined()
    off = next(e for e in answers(story) if "wish-cancel" in _id(e))
    story.and_(off.command)
    wish = story.world.messages[_id(off)].wish
    assert wish == Wish("cancel")
    assert not fulfilled(wish, story.world.orders[FIRST])
    story.and_(CancelOrder(FIRST, "they asked"))
    assert fulfilled(wish, story.world.orders[FIRST])
    refused_again = declined(Wish("cancel"))
    assert set(kinds(refused_again)) == {"no-accepted", "complains"}


def test_nobody_calls_off_what_is_in_a_parcel() -> None:
    said = ReceiveMessage("M-1", "email", "Olive", "Change", "Please.", "", FIRST, wish=LESS)
    story = given(
        order_confirmed(lines={LAMP: 12}), partial(allocation, FIRST),
        PickPackage(FIRST, EAST, (PackageRow(1, 6),)), said, DeclineWish(FIRST, "M-1", "Too late."),
    )  # fmt: skip
    assert set(kinds(story)) == {"no-accepted", "insist", "complains"}


def test_what_was_done_after_all_is_not_insisted_on() -> None:
    for seed in SEEDS:
        story = declined()
        (answer,) = react(story.entries[-1], story.world, seed)
        if "insist" in _id(answer):
            break
    assert answer.command_id in agenda_of(story.entries, declined(), seed).due
    story.and_(CancelLineQuantity(FIRST, (CancelledRow(1, 1),), "as they wish"))
    kept = agenda_of_under(story, seed)
    assert answer.command_id not in kept


def test_a_complaint_about_our_answer_outlives_a_note() -> None:
    for seed in SEEDS:
        story = declined(Wish("less", 1, 6))
        (answer,) = react(story.entries[-1], story.world, seed)
        if isinstance(answer.command, ReceiveComplaint):
            break
    story.and_(AddNote(FIRST, "they were cross"))
    assert answer.command_id in agenda_of_under(story, seed)
    assert not isinstance(handle(story.world, answer), Refusal)


@pytest.mark.parametrize("locale", ["en_US", "zh_CN", "zh_TW"])
def test_they_write_in_the_language_of_the_company(locale: str) -> None:
    said = words(locale)
    keys = [f"{key}_{part}" for key in ("no_accepted", "insist", "wish_cancel", "no_complaint")
            for part in ("subject", "body")]  # fmt: skip
    keys += [f"insist_{kind}_{place}" for kind in ("less", "day") for place in (1, 2)]
    assert all(said[key] for key in keys)
    assert len({words(other)["insist_body"] for other in ("en_US", "zh_CN", "zh_TW")}) == 3


def _id(envelope: Envelope) -> str:
    return getattr(envelope.command, "message_id", "")


def agenda_of_under(story: Story, seed: int) -> set[str]:
    """What is still on the agenda where customers change their minds."""
    world, agenda = under(changes_percent=1), Agenda()
    for entry in story.entries:
        world = evolve(world, entry)
        agenda = follow(agenda, entry, world, seed)
    return set(agenda.due)
