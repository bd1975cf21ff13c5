"""A living opening world: what is under way on the first morning goes on."""

from datetime import timedelta
from functools import partial

from tests.builders import (
    ARMCHAIR,
    DESK,
    FIRST,
    HERON,
    OTTER,
    leaving,
    order_checked,
    order_confirmed,
    order_labelled,
    order_shipped,
)
from tests.orders.test_promises import CHAIRS, DESKS, SPLIT
from tests.simulation.test_customers import asking
from tests.simulation.test_wishes import under
from tests.story import Happening, Story, given
from trainer.orders.clock import AdvanceClock
from trainer.orders.engine import Envelope
from trainer.orders.expiry import ExpireOrder
from trainer.orders.feedback import ReceiveComplaint
from trainer.orders.mishaps import InterceptRequested
from trainer.orders.payment import ReceiveTransfer
from trainer.orders.remedies import CancelOrder
from trainer.orders.settlement import IssueInvoice
from trainer.orders.shipping import ScanPackage
from trainer.orders.stock import ReceiveStock
from trainer.orders.values import DAY, HOUR, day_of
from trainer.orders.world import World
from trainer.simulation import carriers
from trainer.simulation.agenda import follow
from trainer.simulation.background import under_way

DUE = 41_198


def begun(story: Story, seed: int = 7) -> list[Envelope]:
    """What goes on of a world in which all this happened before the first morning."""
    return sorted(under_way(story.world, seed).due.values(), key=lambda envelope: envelope.at)


def test_a_parcel_on_the_road_gets_the_scans_it_has_not_had() -> None:
    story = given(order_shipped())
    scans = [envelope.command.tracking for envelope in begun(story)]
    assert scans == ["in_transit", "out_for_delivery", "delivered"]
    left = begun(story.and_(ScanPackage(FIRST, 1, "in_transit")))
    assert [envelope.command.tracking for envelope in left] == ["out_for_delivery", "delivered"]
    assert begun(story.and_(ScanPackage(FIRST, 1, "delivered"))) == []


def test_what_should_have_come_long_ago_comes_within_days_and_in_order() -> None:
    story = given(order_shipped(), AdvanceClock(given().world.now + 30 * DAY))
    for seed in range(20):
        moments = [envelope.at for envelope in begun(story, seed)]
        assert moments == sorted(set(moments))
        assert story.world.now < moments[0]
        assert moments[-1] <= story.world.now + 3 * DAY


def test_a_promise_on_prepaid_terms_is_paid_once() -> None:
    story = given(order_confirmed())
    (pays,) = begun(story)
    assert pays.command == ReceiveTransfer(OTTER, DUE, f"{FIRST} / PO-{FIRST}")
    (rest,) = begun(story.and_(ReceiveTransfer(OTTER, DUE - 98, f"{FIRST} / x")))
    assert rest.command.amount == 98
    assert begun(story.and_(ReceiveTransfer(OTTER, 98, f"{FIRST} / x"))) == []


def test_on_account_they_pay_what_was_invoiced() -> None:
    story = given(order_shipped(customer=HERON))
    assert not any(isinstance(e.command, ReceiveTransfer) for e in begun(story))
    invoiced = begun(story.and_(IssueInvoice(FIRST)))[-1]
    assert invoiced.command == ReceiveTransfer(HERON, DUE, f"{FIRST} / PO-{FIRST}")
    assert invoiced.at == story.world.now + 14 * DAY


def test_what_is_promised_and_short_is_made() -> None:
    story = given(order_confirmed(lines={ARMCHAIR: 17}))
    have = story.world.available(ARMCHAIR)
    (made,) = (e for e in begun(story) if not isinstance(e.command, ReceiveTransfer))
    assert isinstance(made.command, ReceiveStock)
    assert (made.command.sku, made.command.quantity) == (ARMCHAIR, 17 - have)


def test_whoever_is_promised_a_day_complains_if_it_passes() -> None:
    story = given(order_confirmed(customer=HERON), world=asking(customers_complain=True))
    (complains,) = begun(story)
    assert isinstance(complains.command, ReceiveComplaint)
    assert begun(given(order_confirmed(customer=HERON))) == []
    later = AdvanceClock(story.world.now + 30 * DAY)  # they have said so long ago
    assert begun(story.and_(later)) == []


def test_who_was_promised_parts_complains_about_each_day_that_passes() -> None:
    lines = {ARMCHAIR: 2, DESK: 10}
    world = asking(customers_complain=True)
    story = given(order_checked(lines=lines), SPLIT, world=world)
    missed = [e for e in begun(story) if isinstance(e.command, ReceiveComplaint)]
    assert [day_of(e.at) - timedelta(days=1) for e in missed] == [CHAIRS, DESKS]


def after(story: Story, happening: Happening) -> list[Envelope]:
    """What is still due once something more has happened."""
    agenda = under_way(story.world, 7)
    story.and_(happening)
    return list(follow(agenda, story.entries[-1], story.world, 7).due.values())


def test_nobody_pays_for_what_was_called_off_meanwhile() -> None:
    assert after(given(order_confirmed()), CancelOrder(FIRST, "no")) == []


def test_a_parcel_turned_round_is_not_delivered() -> None:
    turned = InterceptRequested(FIRST, 1, "gone astray")
    assert all(carriers.brings(envelope, turned) for envelope in begun(given(order_shipped())))


def test_causes_of_the_past_are_no_causes_of_the_run() -> None:
    story = given(order_labelled(), partial(leaving, FIRST))
    old = set(under_way(story.world, 7).due)
    agenda = under_way(story.world, 7)
    for entry in story.entries:
        new = set(follow(agenda, entry, story.world, 7).due) - old
        assert not any(command_id.startswith("0:") for command_id in new)
    assert all(command_id.startswith("0:") for command_id in old)
    assert len(old) == 3


def living(**rules: int) -> World:
    return under(unpaid_expiry_hours=72, auto_signoff_days=5, **rules)


def of_the_system(story: Story, seed: int = 7) -> list[Envelope]:
    return [envelope for envelope in begun(story, seed) if envelope.actor == "system"]


def test_what_was_promised_before_the_opening_expires_too() -> None:
    story = given(order_confirmed(), AdvanceClock(given().world.now + 9 * DAY), world=living())
    (expiry,) = of_the_system(story)
    assert isinstance(expiry.command, ExpireOrder)
    assert expiry.command.reason == "not paid within 72 hours"
    assert expiry.at == story.world.now + 72 * HOUR  # the rule is of today
    paid = ReceiveTransfer(OTTER, DUE, f"{FIRST} / x")
    agenda = under_way(story.world, 7)
    story.and_(paid)
    left = follow(agenda, story.entries[-1], story.world, 7)
    assert f"0:expiry-{FIRST}" in agenda.due
    assert f"0:expiry-{FIRST}" not in left.due


def test_one_in_ten_of_the_past_forgets_to_pay_where_orders_expire() -> None:
    forgot = [
        seed for seed in range(100) if not _pays(given(order_confirmed(), world=living()), seed)
    ]
    assert 3 <= len(forgot) <= 20
    assert all(_pays(given(order_confirmed()), seed) for seed in forgot)


def _pays(story: Story, seed: int) -> bool:
    return any(isinstance(e.command, ReceiveTransfer) for e in begun(story, seed))


def test_a_silent_parcel_of_the_past_is_signed_for() -> None:
    story = given(order_shipped(), ScanPackage(FIRST, 1, "out_for_delivery"), world=living())
    (signed,) = of_the_system(story)
    assert signed.command == ScanPackage(FIRST, 1, "delivered")
    assert signed.at == story.world.now + 5 * DAY
    assert of_the_system(given(order_shipped(), world=living())) == []
