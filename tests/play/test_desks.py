"""The same order seen from each desk, and what awaits whom."""

import msgspec

from tests.builders import (
    FIRST,
    SECOND,
    order_allocated,
    order_archived,
    order_confirmed,
    order_settled,
    order_submitted,
)
from tests.orders.test_desks import as_, at_desks, much_owed
from trainer.orders.hand_overs import HandOver
from trainer.orders.holds import AnswerRelease, AskRelease, HoldPlaced
from trainer.play.desks import acts, counts, elsewhere, looked_through, queue, views
from trainer.play.offers import offers
from trainer.web.forms import read

THIRD = "SO-10003"


def test_each_desk_sees_its_own_part_of_one_order() -> None:
    story = at_desks(order_allocated())
    story.and_(HandOver("warehouse", (FIRST,), "2"))
    seen = {view.desk: view for view in views(story.world, story.world.orders[FIRST])}
    assert [it.what for it in seen["warehouse"].matters] == ["to_pick"]
    assert seen["warehouse"].handed is not None
    assert "pick_package" in {offer.name for offer in seen["warehouse"].acts}
    assert seen["finance"].matters == ()
    assert seen["finance"].handed is None
    assert "pick_package" not in {offer.name for offer in seen["finance"].acts}


def test_what_may_be_done_at_a_desk_depends_on_no_chair() -> None:
    story = at_desks(order_allocated())
    order = story.world.orders[FIRST]
    there = acts(story.world, order, "warehouse")
    sitting = msgspec.structs.replace(story.world, desk="after_sales")
    assert acts(sitting, order, "warehouse") == there


def test_at_other_desks_stands_what_awaits_them_and_what_they_may_do() -> None:
    story = at_desks(order_allocated())
    order = story.world.orders[FIRST]
    found = elsewhere(story.world, order, offers(story.world, order))
    matters, names = found["warehouse"]
    assert [it.what for it in matters] == ["to_pick"]
    assert "pick_package" in {offer.name for offer in names}
    assert "order_desk" not in found
    alone = msgspec.structs.replace(story.world.company, policies=msgspec.structs.replace(
        story.world.policies, desks=False,
    ))  # fmt: skip
    everybody = msgspec.structs.replace(story.world, company=alone)
    assert elsewhere(everybody, order, offers(everybody, order)) == {}


def test_a_queue_begins_with_what_was_handed_over_and_ends_with_what_can_lie() -> None:
    story = at_desks(order_settled(), order_confirmed(SECOND), order_confirmed(THIRD))
    story.world = msgspec.structs.replace(story.world, desk="finance")
    story.and_(HandOver("order_desk", (THIRD,), "allocate 2"))
    found = looked_through(story.world)
    waiting = queue(found, "order_desk")
    assert [it.order.order_number for it in waiting] == [THIRD, SECOND, FIRST]
    assert [it.others for it in waiting] == [("finance",), ("finance",), ()]
    assert counts(found) == {
        "order_desk": 3, "warehouse": 0, "finance": 2, "after_sales": 0, "supervision": 0,
    }  # fmt: skip


def test_what_is_in_the_archive_awaits_nobody() -> None:
    assert looked_through(at_desks(order_archived()).world) == []


def test_the_supervisor_is_offered_a_question_of_a_colleague_either_way() -> None:
    held = HoldPlaced(FIRST, "fraud", "odd", placed_by="Bob", owner="supervisor")
    story = at_desks(order_submitted(), held)
    as_(story, "Bob", AskRelease(FIRST, "fraud", "I rang them"))
    names = [offer.name for offer in acts(story.world, story.world.orders[FIRST], "supervision")]
    assert names == ["answer_release", "release_hold"]
    story.world = msgspec.structs.replace(story.world, desk="supervision")
    typed = {"order_number": FIRST, "kind": "fraud", "granting": "fine", "declining": "not yet"}
    command = read("answer_release", typed, "USD")
    assert command == AnswerRelease(FIRST, "fraud", "fine", "not yet")
    (entry,) = as_(story, "Ada", command)
    assert entry.role == "supervisor"


def test_what_is_to_be_paid_back_is_approved_or_declined() -> None:
    story = much_owed()
    names = [offer.name for offer in acts(story.world, story.world.orders[FIRST], "supervision")]
    assert names == ["approve_refund", "decline_refund"]
