"""Colleagues who work in the same orders, each at their own desk."""

from datetime import date
from functools import partial

import msgspec
import pytest

from tests.builders import (
    ARMCHAIR,
    EAST,
    FIRST,
    HERON,
    OTTER,
    SECOND,
    allocation,
    company,
    order_allocated,
    order_checked,
    order_confirmed,
    order_picked,
    order_submitted,
    picking,
    promise,
    transfer,
)
from tests.story import Story, given
from trainer.orders.backorders import PrioritiseOrder
from trainer.orders.engine import Command, Envelope, Recorded, handle
from trainer.orders.holds import PlaceHold, ReleaseHold
from trainer.orders.payment import ReceiveTransfer, RecordPayment
from trainer.orders.refusals import Refusal
from trainer.orders.remedies import CancelLineQuantity
from trainer.orders.service import AddNote
from trainer.orders.shipping import PackPackage, PickPackage
from trainer.orders.stock import Allocate, AllocationRow, ReleaseAllocation
from trainer.orders.values import DAY, HOUR, MINUTE, day_of, moment_of
from trainer.orders.world import Colleague, Habit, World
from trainer.simulation.background import under_way
from trainer.simulation.hours import in_hours
from trainer.simulation.words import words
from trainer.simulation.workmates import react

EVERYBODY: tuple[Colleague, ...] = ("warehouse", "clerk", "finance")


def beside(*there: Colleague) -> World:
    """The small company, where these colleagues are at work too."""
    world = company()
    policies = msgspec.structs.replace(world.policies, colleagues=there)
    firm = msgspec.structs.replace(world.company, policies=policies)
    return msgspec.structs.replace(world, company=firm)


def set_out(story: Story, seed: int = 7) -> list[Envelope]:
    """What the last event makes them do."""
    return list(react(story.entries[-1], story.world, seed))


def over_seeds(story: Story) -> list[Envelope]:
    """The same in sixty variants."""
    return [envelope for seed in range(60) for envelope in set_out(story, seed)]


def done(world: World, envelope: Envelope) -> tuple[World, list[Recorded]]:
    answer = handle(world, envelope)
    assert not isinstance(answer, Refusal), answer
    return answer


@pytest.mark.parametrize("happened", [order_allocated(), order_confirmed(), order_submitted()])
def test_nobody_else_is_there_unless_a_scenario_says_so(happened: tuple[Command, ...]) -> None:
    story = given(happened)
    assert not any(list(react(entry, story.world, 7)) for entry in story.entries)


def test_the_warehouse_picks_what_is_set_aside_and_packs_what_it_picked() -> None:
    story = given(order_allocated(), world=beside("warehouse"))
    (pick,) = set_out(story)
    assert isinstance(pick.command, PickPackage)
    assert (pick.actor, pick.role) == ("Marta Quinn (warehouse)", "clerk")
    assert 10 * MINUTE <= pick.at - story.world.now <= 90 * MINUTE
    world, (picked,) = done(story.world, pick)
    (pack,) = react(picked, world, 7)
    assert isinstance(pack.command, PackPackage)
    world, _ = done(world, pack)
    (parcel,) = world.orders[FIRST].packages
    assert (parcel.stage, parcel.weight) == ("packed", 2 * 12_000 + 250)


def test_whoever_picks_packs() -> None:
    story = given(order_picked(), world=beside("warehouse"))
    assert set_out(story) == []  # Ada picked it herself


def test_what_stands_still_is_not_picked_until_it_may_go_on() -> None:
    story = given(order_confirmed(), world=beside("warehouse"))
    story.and_(partial(allocation, FIRST), PlaceHold(FIRST, "manual", "wait"))
    assert set_out(story) == []
    (pick,) = set_out(story.and_(ReleaseHold(FIRST, "manual", "go on")))
    assert isinstance(pick.command, PickPackage)


def test_two_who_pick_the_same_do_not_pick_it_twice() -> None:
    story = given(order_allocated(), world=beside("warehouse"))
    (pick,) = set_out(story)
    story.and_(partial(picking, FIRST))
    assert isinstance(handle(story.world, pick), Refusal)
    assert len(story.world.orders[FIRST].packages) == 1


def test_what_is_given_back_meanwhile_is_picked_without_it() -> None:
    story = given(order_allocated(), world=beside("warehouse"))
    (old,) = set_out(story)
    (new,) = set_out(story.and_(ReleaseAllocation(FIRST, (AllocationRow(1, EAST, 1),))))
    assert isinstance(handle(story.world, old), Refusal)
    world, _ = done(story.world, new)
    assert world.orders[FIRST].packages[0].rows[0].quantity == 1


def test_the_accounts_book_most_transfers_that_name_an_order() -> None:
    story = given(order_confirmed(), partial(transfer, FIRST), world=beside("finance"))
    books = over_seeds(story)
    assert 25 < len(books) < 55
    assert all(isinstance(envelope.command, RecordPayment) for envelope in books)
    world, _ = done(story.world, books[0])
    assert world.orders[FIRST].balance_due == 0
    lost = given(ReceiveTransfer(OTTER, 500, "who knows what for"), world=beside("finance"))
    assert over_seeds(lost) == []


def used_to(*habits: Habit) -> World:
    """Everybody is there, some with habits of their own."""
    world = beside(*EVERYBODY)
    policies = msgspec.structs.replace(world.policies, habits=habits)
    firm = msgspec.structs.replace(world.company, policies=policies)
    return msgspec.structs.replace(world, company=firm)


def test_how_often_somebody_acts_is_a_scenarios_choice() -> None:
    for often in (0, 20, 100):
        world = used_to(Habit("finance", often), Habit("warehouse", often), Habit("clerk", often))
        found = {
            "finance": given(order_confirmed(), partial(transfer, FIRST), world=world),
            "warehouse": given(order_allocated(), world=world),
            "clerk": given(order_submitted(), world=world),
        }
        for who, story in found.items():
            name = words("en_US")[f"name_{who}"]
            acts = [e for e in over_seeds(story) if e.actor == name]
            assert abs(len(acts) - 60 * often // 100) < (12 if often == 20 else 1), (who, often)


def test_how_quickly_too() -> None:
    def picks(world: World) -> list[Envelope]:
        found = over_seeds(given(order_allocated(), world=world))
        return [envelope for envelope in found if isinstance(envelope.command, PickPackage)]

    quick, usual, slow = (picks(used_to(Habit("warehouse", pace=pace))) for pace in (200, 100, 50))
    assert usual == picks(beside(*EVERYBODY))
    assert max(e.at for e in quick) < max(e.at for e in usual) < max(e.at for e in slow)


def test_never_more_is_booked_than_is_due() -> None:
    story = given(order_confirmed(), world=beside("finance"))
    story.and_(ReceiveTransfer(OTTER, 10**6, f"{FIRST} / ours"))
    due = story.world.orders[FIRST].balance_due
    assert {envelope.command.amount for envelope in over_seeds(story)} == {due}


def test_the_other_clerk_is_rung_up_about_what_was_just_worked_on() -> None:
    kinds = set()
    for happened in (order_submitted(), order_confirmed(lines={ARMCHAIR: 3}), order_allocated()):
        story = given(happened, world=beside("clerk"))
        calls = over_seeds(story)
        assert 15 < len(calls) < 45  # every other time
        for envelope in calls:
            assert 0 <= envelope.at - story.world.now <= 12 * MINUTE
            done(story.world, envelope)
            kinds.add(type(envelope.command))
    assert kinds == {AddNote, PrioritiseOrder, PlaceHold, Allocate, CancelLineQuantity}


def test_nobody_is_rung_up_about_what_a_colleague_did() -> None:
    story = given(order_checked(), world=beside("clerk"))
    by_hand = Envelope("c-1", "Ada", "clerk", story.world.now, promise(FIRST, story.world))
    theirs = msgspec.structs.replace(by_hand, command_id="17:rung", actor="Theo")
    for envelope, expected in ((by_hand, True), (theirs, False)):
        world, entries = done(story.world, envelope)
        assert any(list(react(entries[-1], world, seed)) for seed in range(20)) is expected


def test_the_last_units_can_go_to_somebody_else() -> None:
    # fourteen armchairs: eight wait for one order, ten for the other
    first = order_confirmed(customer=HERON, lines={ARMCHAIR: 4})
    story = given(first, order_confirmed(SECOND, lines={ARMCHAIR: 12}), world=beside("clerk"))
    taken = [e for e in over_seeds(story) if isinstance(e.command, Allocate)]
    assert taken
    assert {envelope.command.order_number for envelope in taken} == {FIRST}
    before = story.world.available(ARMCHAIR)
    world, _ = done(story.world, taken[0])
    assert world.available(ARMCHAIR) == before - 4
    refused = handle(
        world, Envelope("x", "Ada", "clerk", world.now, allocation(SECOND, story.world))
    )
    assert isinstance(refused, Refusal)
    assert refused.code == "INSUFFICIENT_STOCK"


def test_whoever_stops_an_order_lets_it_go_on_by_themselves() -> None:
    story = given(order_submitted(), world=beside("clerk"))
    stop = next(e for e in over_seeds(story) if isinstance(e.command, PlaceHold))
    world, (stopped,) = done(story.world, stop)
    (goes_on,) = react(stopped, world, 7)
    assert 60 * MINUTE <= goes_on.at - stopped.at <= 180 * MINUTE
    world, _ = done(world, goes_on)
    assert not world.orders[FIRST].on_hold


@pytest.mark.parametrize(
    ("day", "hour", "wanted"),
    [(2, 9, (2, 9)), (2, 19, (3, 8)), (6, 20, (9, 8)), (7, 12, (9, 8)), (9, 5, (9, 8))],
)  # fmt: skip
def test_colleagues_work_in_working_hours(day: int, hour: int, wanted: tuple[int, int]) -> None:
    at = in_hours(moment_of(date(2026, 3, day), hour=hour))
    assert (day_of(at).day, at % DAY // HOUR) == wanted


def test_the_same_seed_makes_the_same_day() -> None:
    story = given(order_allocated(), world=beside(*EVERYBODY))

    def day(seed: int) -> list[Envelope]:
        return [e for entry in story.entries for e in react(entry, story.world, seed)]

    assert day(3) == day(3)
    assert len({tuple((e.command_id, e.at) for e in day(seed)) for seed in range(10)}) == 10


def test_they_go_on_with_what_lies_there_on_the_first_morning() -> None:
    third = order_confirmed("SO-10003", customer=HERON)
    happened = (order_picked(), order_allocated(SECOND), third)
    money = ReceiveTransfer(HERON, 700, "SO-10003 / ours")
    story = given(*happened, money, world=beside(*EVERYBODY))
    due = under_way(story.world, 7).due.values()
    theirs = {(e.actor, type(e.command), e.command.order_number) for e in due if "(" in e.actor}
    said = words("en_US")
    assert theirs == {
        (said["name_warehouse"], PackPackage, FIRST),
        (said["name_warehouse"], PickPackage, SECOND),
        (said["name_clerk"], Allocate, "SO-10003"),
        (said["name_finance"], RecordPayment, "SO-10003"),
    }
    assert all(e.command_id.startswith("0:") for e in due)
    alone = given(*happened, money)
    assert not any("(" in e.actor for e in under_way(alone.world, 7).due.values())


@pytest.mark.parametrize("locale", ["en_US", "zh_CN", "zh_TW"])
def test_they_speak_the_language_of_the_company(locale: str) -> None:
    said = words(locale)
    names = {said[f"name_{who}"] for who in EVERYBODY}
    assert len(names) == 3
    notes = {said[f"colleague_note_{place}"] for place in range(1, 5)}
    assert len(notes) == 4
    assert all("{contact}" in note for note in notes)
