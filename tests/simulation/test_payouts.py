"""Carriers pass on what they collected, in time, with a list, and make good what they forgot."""

import msgspec

from tests.builders import FIRST, HERON, QUICK, SECOND, order_delivered, order_shipped
from tests.orders.test_cash import DUE, FEE, at_the_door, sold
from tests.story import Story, given
from trainer.orders.cash import ClaimShortfall, PayOutCash, PayShortfall
from trainer.orders.engine import Envelope
from trainer.orders.intake import ReceiveMessage
from trainer.orders.settlement import IssueInvoice
from trainer.orders.shipping import ScanPackage
from trainer.orders.values import day_of
from trainer.orders.world import World
from trainer.simulation import carriers, customers, payouts


def strict(**policies: int) -> World:
    world = at_the_door()
    rules = msgspec.structs.replace(world.policies, **policies)
    return msgspec.structs.replace(
        world, company=msgspec.structs.replace(world.company, policies=rules)
    )


def last(story: Story, seed: int = 7) -> list[Envelope]:
    return list(payouts.react(story.entries[-1], story.world, seed))


def test_a_carrier_pays_out_some_mornings_after_it_first_collected() -> None:
    story = sold(*order_delivered(customer=HERON))
    (payout,) = last(story)
    assert payout.command == PayOutCash(QUICK)
    assert (day_of(payout.at) - day_of(story.entries[-1].at)).days == 3
    # the second parcel of those days comes with the same payout
    story.and_(*order_delivered(SECOND, customer=HERON))
    assert last(story) == []


def test_its_list_comes_as_a_letter() -> None:
    story = sold(*order_delivered(customer=HERON), PayOutCash(QUICK))
    (advice,) = last(story)
    assert isinstance(advice.command, ReceiveMessage)
    assert "USD 411.98, our fee USD 6.18" in advice.command.body
    assert "USD 405.80" in advice.command.subject


def test_some_carriers_take_their_fee_twice_and_pay_when_asked() -> None:
    story = given(*order_delivered(customer=HERON), world=strict(payout_short_percent=100))
    (payout,) = last(story)
    assert payout.command == PayOutCash(QUICK, fees_twice=True)
    story.and_(payout.command)
    assert story.world.payouts["CP-00001"].received == DUE - 2 * FEE
    (rest,) = last(story.and_(ClaimShortfall("CP-00001", FEE)))
    assert rest.command == PayShortfall("CP-00001")


def test_nobody_transfers_what_was_paid_at_the_door() -> None:
    story = sold(*order_delivered(customer=HERON))
    story.and_(IssueInvoice(FIRST))
    assert list(customers.react(story.entries[-1], story.world, 7)) == []


def test_parcels_that_are_to_be_paid_can_be_refused() -> None:
    def way(world: World) -> list[str]:
        story = given(*order_shipped(customer=HERON), world=world)
        scans = carriers.react(story.entries[-1], story.world, 7)
        return [scan.command.tracking for scan in scans if isinstance(scan.command, ScanPackage)]

    assert way(strict())[-1] == "delivered"
    assert way(strict(refused_percent=100))[-1] == "returned_to_sender"
