"""Now and then a customer thinks again about a return that was agreed to, and writes so."""

from tests.builders import FIRST
from tests.simulation.test_wishes import SEEDS, due, under
from tests.simulation.test_wrong_returns import AGREED, RMA
from trainer.orders.engine import Command
from trainer.orders.intake import ReceiveMessage
from trainer.orders.return_way import CancelReturn, HandOverReturn
from trainer.orders.returns import DeliverReturn

KEEPS = f"keeps-{RMA}"


def coming(percent: int, seed: int) -> list[Command]:
    """What is to come of a return: parcels, and letters that call it off."""
    envelopes = due(seed, under(withdrawn_returns_percent=percent), *AGREED)
    return [
        it.command
        for it in envelopes
        if isinstance(it.command, HandOverReturn | DeliverReturn)
        or (isinstance(it.command, ReceiveMessage) and it.command.message_id == KEEPS)
    ]


def test_where_no_scenario_asks_for_it_the_goods_come() -> None:
    for seed in SEEDS:
        assert {type(it) for it in coming(0, seed)} == {HandOverReturn, DeliverReturn}


def test_so_many_of_a_hundred_write_that_they_keep_it_and_send_nothing() -> None:
    found = [coming(20, seed) for seed in SEEDS]
    letters = [them[0] for them in found if len(them) == 1]
    assert 25 <= len(letters) <= 55
    (letter,) = {it.body for it in letters if isinstance(it, ReceiveMessage)}
    assert RMA in letter
    assert all(len(them) == 2 for them in found if not isinstance(them[0], ReceiveMessage))


def test_whose_return_we_call_off_first_is_not_waited_for() -> None:
    world = under(withdrawn_returns_percent=100)
    off = CancelReturn(FIRST, RMA, "seller", "agreed to by mistake")
    before, after = due(7, world, *AGREED), due(7, world, *AGREED, off)
    assert KEEPS in {getattr(it.command, "message_id", "") for it in before}
    assert KEEPS not in {getattr(it.command, "message_id", "") for it in after}
