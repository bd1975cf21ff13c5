"""What runs out by itself is shown with the moment at which it will."""

from tests.builders import FIRST, OTTER, order_confirmed, order_delivered, order_paid, order_shipped
from tests.simulation.test_wishes import under
from tests.story import Happening, given
from trainer.orders.clock import AdvanceClock
from trainer.orders.engine import evolve
from trainer.orders.payment import ReceiveTransfer
from trainer.orders.returns import AuthoriseReturn, RequestReturn, ReturnWindowClosed
from trainer.orders.shipping import ScanPackage
from trainer.orders.values import DAY, HOUR, MINUTE
from trainer.orders.world import ReturnRow, World
from trainer.simulation.agenda import Agenda, follow
from trainer.simulation.deadlines import Deadline, deadlines

RULES = under(unpaid_expiry_hours=72, auto_signoff_days=5)


def shown(*happened: Happening, world: World = RULES) -> tuple[Deadline, ...]:
    """What stands on the order's page after all of this."""
    agenda, after = Agenda(), world
    for entry in given(*happened, world=world).entries:
        after = evolve(after, entry)
        agenda = follow(agenda, entry, after, 7)
    return deadlines(after.orders[FIRST], after, agenda)


def test_the_time_to_pay() -> None:
    now = given(order_confirmed()).world.now
    assert shown(order_confirmed()) == (Deadline("pay", now + 72 * HOUR),)
    assert shown(order_paid()) == ()
    assert shown(order_confirmed(), ReceiveTransfer(OTTER, 41_198, f"{FIRST} / x")) == ()
    assert shown(order_confirmed(), world=under()) == ()


def test_half_an_hour_to_pay() -> None:
    now = given(order_confirmed()).world.now
    for rules, minutes in (
        (under(unpaid_expiry_minutes=30), 30),
        (under(unpaid_expiry_hours=1, unpaid_expiry_minutes=30), 90),
    ):
        assert shown(order_confirmed(), world=rules) == (Deadline("pay", now + minutes * MINUTE),)


def test_a_silent_parcel() -> None:
    steps = (*order_shipped(), ScanPackage(FIRST, 1, "out_for_delivery"))
    now = given(*steps).world.now
    assert shown(*steps) == (Deadline("sign_off", now + 5 * DAY, 1),)


def test_a_parcel_in_trouble_is_not_signed_for_by_silence() -> None:
    assert shown(order_shipped(), ScanPackage(FIRST, 1, "exception")) == ()


def test_the_return_window_ends_when_the_guard_says_so() -> None:
    (window,) = shown(order_delivered(), world=under())
    asks = RequestReturn(FIRST, (ReturnRow(1, 1),), "changed_mind")
    authorise = AuthoriseReturn(FIRST, "RMA-00001", "customer")
    in_time = given(order_delivered(), asks, AdvanceClock(window.at - HOUR))
    assert not window.over(in_time.world.now)
    assert in_time.when(authorise).refusal is None
    too_late = in_time.and_(AdvanceClock(window.at))
    assert window.over(too_late.world.now)
    assert isinstance(too_late.when(authorise).refusal, ReturnWindowClosed)


def test_timers_of_another_order_are_not_shown() -> None:
    assert shown(order_paid(), order_confirmed("SO-10002")) == ()
