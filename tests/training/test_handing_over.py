"""How well an order goes from desk to desk: what each lapse costs, and what it cites."""

from functools import partial
from typing import Any

from tests.builders import (
    CAST,
    FIRST,
    MESSAGE,
    SECOND,
    allocation,
    order_allocated,
    order_confirmed,
    order_shipped,
)
from tests.orders.test_desks import divided
from tests.story import Happening, given
from trainer.orders.amendments import AddToOrder
from trainer.orders.backorders import PrioritiseOrder
from trainer.orders.engine import Command, Envelope, evolve, handle
from trainer.orders.hand_over_notes import to_tell
from trainer.orders.hand_overs import HandOver, TakeDesk
from trainer.orders.refusals import Refusal
from trainer.orders.service import AddNote
from trainer.orders.settlement import IssueInvoice
from trainer.orders.shipping import PickPackage, to_pick
from trainer.orders.world import World
from trainer.training.checks import OPEN, Seen
from trainer.training.handing_over import HandedOverWell, Loss, losses

CHECK = HandedOverWell(order="rush", each=3)
WORKED = PrioritiseOrder(FIRST, "high")
AGAIN = PrioritiseOrder(FIRST, "low")
"""Something of the order desk's that leaves the order where it was."""


def pick(world: World) -> Command:
    """Everything that lies set aside."""
    (warehouse,) = {row.warehouse for row in world.orders[FIRST].lines[0].allocations}
    return PickPackage(FIRST, warehouse, to_pick(world.orders[FIRST], warehouse))


def whole(world: World) -> Command:
    """A note that says what the warehouse has to know."""
    day = world.orders[FIRST].promised_delivery_date
    return HandOver("warehouse", (FIRST,), f"2 armchairs, there by {day}")


def seen(*happened: Happening, before: Any = order_allocated) -> tuple[Seen, int]:
    """What the check has seen of this, done where work is divided, and the events before."""
    story = given(before(message_id=MESSAGE))
    story.world = world = divided(story.world)
    begun = len(story.entries)
    story.and_(*happened)
    found = OPEN
    for entry in story.entries[begun:]:
        world = evolve(world, entry)
        found = CHECK.see(found, entry, world, CAST)
    return found, begun


def lapses(*happened: Happening, before: Any = order_allocated) -> list[str]:
    """What was lacking, in one word each."""
    return [loss.lack for loss in losses(seen(*happened, before=before)[0])]


def test_a_note_that_says_it_all_costs_nothing() -> None:
    found, _ = seen(whole, TakeDesk("warehouse"), pick)
    assert (found.state, losses(found), CHECK.lost(found, over=True)) == ("open", (), 0)


def test_each_thing_that_is_left_out_costs_and_cites_the_hand_over() -> None:
    found, begun = seen(HandOver("warehouse", (FIRST,), "please"))
    at = begun + 1
    assert losses(found) == (Loss(at, "how_many", "to_pick"), Loss(at, "by_when", "to_pick"))
    assert (found.state, found.events) == ("broken", (at,))
    assert CHECK.lost(found, over=False) == 6


def test_a_desk_that_has_nothing_to_do_is_the_wrong_one() -> None:
    assert lapses(HandOver("finance", (FIRST,), "2 armchairs")) == ["nothing_there"]


def test_who_leaves_the_order_where_nobody_goes_on_with_it_pays_once() -> None:
    assert lapses(WORKED, TakeDesk("warehouse"), pick) == ["left_behind"]


def test_who_still_has_something_to_do_there_may_go_and_come_back() -> None:
    moves = (WORKED, TakeDesk("warehouse"), TakeDesk("order_desk"), AGAIN)
    assert lapses(*moves, before=order_confirmed) == []


def test_half_done_work_is_not_taken_along_without_a_word() -> None:
    found = lapses(WORKED, TakeDesk("finance"), IssueInvoice(FIRST), before=_shipped_in_part)
    assert found == ["not_handed_over"]


def _shipped_in_part(**draft: Any) -> Any:
    """One parcel has left, and more was ordered since: two desks have something to do."""

    def more(world: World) -> Command:
        day = world.orders[FIRST].promised_delivery_date
        assert day is not None
        return AddToOrder(FIRST, world.orders[FIRST].lines[0].sku, 1, day, "they rang")

    return (*order_shipped(**draft), more)


def test_handed_to_one_desk_and_gone_on_with_at_another() -> None:
    def unpaid(**draft: Any) -> Any:
        return (*order_confirmed(**draft), partial(allocation, FIRST))

    def due(world: World) -> Command:
        return HandOver("finance", (FIRST,), to_tell(world, world.orders[FIRST], "finance"))

    assert lapses(WORKED, due, TakeDesk("warehouse"), pick, before=unpaid) == ["not_handed_over"]


def test_the_wrong_desk_costs_once_wherever_the_order_goes_on() -> None:
    moves = (WORKED, HandOver("finance", (FIRST,), "x"), TakeDesk("warehouse"), pick)
    assert lapses(*moves) == ["nothing_there"]


def test_notes_and_looking_cost_nothing_at_any_desk() -> None:
    note = AddNote(FIRST, "they rang")
    assert lapses(note, TakeDesk("warehouse"), note, TakeDesk("finance"), note) == []


def test_another_order_is_none_of_its_business() -> None:
    def both(**draft: Any) -> Any:
        return (order_allocated(**draft), order_allocated(SECOND))

    assert lapses(HandOver("warehouse", (SECOND,), ""), before=both) == []


def test_what_colleagues_do_is_theirs() -> None:
    story = given(order_allocated(message_id=MESSAGE))
    world = divided(story.world)
    envelope = Envelope("9:x", "Marta", "clerk", world.now, HandOver("warehouse", (FIRST,)))
    answer = handle(world, envelope)
    assert not isinstance(answer, Refusal)
    assert CHECK.see(OPEN, answer[1][0], answer[0], CAST) is OPEN
