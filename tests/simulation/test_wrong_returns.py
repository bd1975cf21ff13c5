"""Now and then something else lies in a return's parcel than was announced."""

from tests.builders import ARMCHAIR, FIRST, LAMP, order_delivered
from tests.orders.test_serials import told_apart
from tests.simulation.test_wishes import SEEDS, due, under
from tests.story import Happening
from trainer.orders.returns import AuthoriseReturn, DeliverReturn, RequestReturn
from trainer.orders.unexpected import ReportUnexpectedItem, ResolveUnexpectedItem
from trainer.orders.world import Content, ReturnRow

RMA = "RMA-00001"
AGREED: tuple[Happening, ...] = (
    order_delivered(lines={ARMCHAIR: 3, LAMP: 6}),
    RequestReturn(FIRST, (ReturnRow(1, 2),), "changed_mind"),
    AuthoriseReturn(FIRST, RMA, "customer"),
)


def parcels(percent: int, *then: Happening, seed: int) -> list[DeliverReturn]:
    """The return parcels on their way, where so many of a hundred hold something else."""
    world = under(wrong_returns_percent=percent)
    envelopes = due(seed, world, *AGREED, *then)
    return [e.command for e in envelopes if isinstance(e.command, DeliverReturn)]


def test_where_no_scenario_asks_for_it_it_never_happens() -> None:
    assert {parcels(0, seed=seed)[0] for seed in SEEDS} == {DeliverReturn(FIRST, RMA)}


def test_so_many_of_a_hundred_hold_something_else() -> None:
    sent = [parcels(20, seed=seed) for seed in SEEDS]
    wrong = [parcel.contents for (parcel,) in sent if parcel.contents]
    assert 25 <= len(wrong) <= 55
    assert all(sum(part.quantity for part in contents) == 2 for contents in wrong)
    skus = [part.sku for contents in wrong for part in contents]
    assert ARMCHAIR not in skus
    # about half of the time it is something they have of us, which can be accepted
    assert len(wrong) // 3 <= skus.count(LAMP) < len(wrong)


def test_what_was_sent_back_is_followed_by_what_was_announced() -> None:
    story: tuple[Happening, ...] = (
        DeliverReturn(FIRST, RMA, (Content(LAMP, 2),)),
        ReportUnexpectedItem(FIRST, RMA, LAMP, 2, "two lamps"),
        ResolveUnexpectedItem(FIRST, RMA, LAMP, 2, "send_back"),
    )
    first, second = parcels(0, *story, seed=1)
    assert first == second == DeliverReturn(FIRST, RMA)


def test_units_that_are_told_apart_are_seen_in_the_parcel() -> None:
    """They send any of those they have; whoever counts them reads the numbers off the goods."""
    found = set()
    for seed in SEEDS:
        envelopes = due(seed, told_apart(), *AGREED)
        (sent,) = [e.command for e in envelopes if isinstance(e.command, DeliverReturn)]
        (content,) = sent.contents
        assert (content.sku, content.quantity) == (ARMCHAIR, 2)
        assert len(set(content.serial_numbers)) == 2
        found |= set(content.serial_numbers)
    assert found == {"SN-000001", "SN-000002", "SN-000003"}
