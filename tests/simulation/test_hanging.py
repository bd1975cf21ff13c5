"""Of some parcels the carrier never says that they are there; the customer does."""

import msgspec

from tests.builders import FIRST, QUICK, order_labelled
from tests.story import Story, given
from trainer.orders.arrivals import ConfirmDelivery
from trainer.orders.clock import AdvanceClock
from trainer.orders.feedback import ReceiveComplaint
from trainer.orders.intake import ReceiveMessage
from trainer.orders.mishaps import RequestIntercept
from trainer.orders.shipping import PackageShipped, ScanPackage
from trainer.orders.values import HOUR, day_of
from trainer.simulation import carriers, hanging
from trainer.simulation.agenda import Agenda, follow


def shipped(percent: int, **mishaps: int) -> Story:
    """A parcel that has just left; of so many of a hundred nobody scans the delivery."""
    story = given(order_labelled())
    bad = msgspec.structs.replace(story.world.carriers[QUICK], **mishaps)
    firm = story.world.company
    rules = msgspec.structs.replace(
        firm.policies, scans_missing_percent=percent, customers_complain=True
    )
    world = msgspec.structs.replace(
        story.world,
        carriers=story.world.carriers.set(QUICK, bad),
        company=msgspec.structs.replace(firm, policies=rules),
    )
    return given(PackageShipped(FIRST, 1, QUICK), world=world)


def scans(story: Story) -> list[str]:
    return [
        envelope.command.tracking for envelope in carriers.react(story.entries[-1], story.world, 7)
    ]


def letters(story: Story) -> list[ReceiveMessage]:
    return [envelope.command for envelope in hanging.react(story.entries[-1], story.world, 7)]


def test_the_customer_writes_what_the_carrier_does_not_say() -> None:
    usual, silent = shipped(0), shipped(100)
    assert letters(usual) == []
    assert scans(silent) == scans(usual)[:-1]
    assert scans(usual)[-1] == "delivered"
    (letter,) = letters(silent)
    assert letter.order_number == FIRST
    package = silent.world.orders[FIRST].package(1)
    assert package is not None
    assert package.tracking_number in letter.body
    assert letter.arrival is not None
    assert letter.arrival.package_number == 1
    (envelope,) = hanging.react(silent.entries[-1], silent.world, 7)
    door = list(carriers.react(usual.entries[-1], usual.world, 7))[-1].at
    assert door + HOUR <= envelope.at <= door + 3 * HOUR
    assert letter.arrival.day == day_of(door)
    # what the letter says, a clerk can write down
    silent.and_(AdvanceClock(envelope.at), letter)
    said = ConfirmDelivery(FIRST, 1, letter.arrival.signed_by, letter.arrival.day, "customer_wrote")
    assert silent.when(said).refusal is None


def test_of_what_never_comes_nobody_writes() -> None:
    for mishap in ("lost_percent", "returned_percent"):
        story = shipped(100, **{mishap: 100})
        assert letters(story) == []
        assert scans(story)[-1] in ("lost", "returned_to_sender")


def test_where_money_is_taken_at_the_door_the_carrier_says_so() -> None:
    story = shipped(100)
    paid = PackageShipped(FIRST, 1, QUICK, to_collect=100)
    assert carriers.silent(paid, 1, story.world, 7) is False
    assert carriers.silent(PackageShipped(FIRST, 1, QUICK), 1, story.world, 7) is True


def test_about_a_parcel_that_was_turned_round_nobody_writes() -> None:
    story = shipped(100)
    agenda = follow(Agenda(), story.entries[-1], story.world, 7)
    assert any(isinstance(e.command, ReceiveMessage) for e in agenda.due.values())
    story.and_(RequestIntercept(FIRST, 1, "wrong address"))
    agenda = follow(agenda, story.entries[-1], story.world, 7)
    assert [e.command for e in agenda.due.values()] == [ScanPackage(FIRST, 1, "returned_to_sender")]


def test_who_has_said_that_it_is_there_does_not_ask_where_it_is() -> None:
    story = shipped(100)
    grumble = ReceiveComplaint(FIRST, "late_delivery", "Where is it?", "…")
    (letter,) = hanging.react(story.entries[-1], story.world, 7)
    complaint = msgspec.structs.replace(letter, command_id="1:complaint", command=grumble)
    agenda = Agenda().with_(complaint)
    story.and_(letter.command)
    assert not follow(agenda, story.entries[-1], story.world, 7).due
    # another order's complaint stays
    other = msgspec.structs.replace(
        complaint, command=msgspec.structs.replace(grumble, order_number="SO-9")
    )
    assert follow(Agenda().with_(other), story.entries[-1], story.world, 7).due
