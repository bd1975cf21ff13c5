"""The company's own rules about returns: not taken back, kept of a credit, given for kindness."""

import msgspec
import pytest

from tests.builders import ARMCHAIR, FIRST, LAMP, company, order_delivered
from tests.story import Story, given
from trainer.orders.invariants import violations
from trainer.orders.mishaps import ClaimApproved, GoodwillLimit, OpenClaim, ResolveClaim
from trainer.orders.payment import IssueRefund, refundable
from trainer.orders.returns import (
    AuthoriseReturn,
    CloseReturn,
    DeliverReturn,
    FinishRepair,
    InspectReturn,
    ReceiveReturn,
    RequestReturn,
    RestockingFeeCharged,
    ReturnExcluded,
)
from trainer.orders.settlement import (
    CompleteOrder,
    CreditNoteIssued,
    IssueCreditNote,
    IssueInvoice,
    SettleBatch,
)
from trainer.orders.world import ClaimRow, Liability, ReturnReason, ReturnRow, World

RMA = "RMA-00001"


def ruled(**policies: object) -> World:
    """The company with rules of its own, and lamps in a category."""
    world = company()
    rules = msgspec.structs.replace(world.policies, **policies)
    lamp = msgspec.structs.replace(world.products[LAMP], category="lamps")
    return msgspec.structs.replace(
        world,
        company=msgspec.structs.replace(world.company, policies=rules),
        products=world.products.set(LAMP, lamp),
    )


def asked(
    world: World, line: int = 1, units: int = 2, reason: ReturnReason = "wrong_size"
) -> Story:
    """Three armchairs and six lamps were delivered, and somebody wants to send some back."""
    lines = {ARMCHAIR: 3, LAMP: 6}
    wish = RequestReturn(FIRST, (ReturnRow(line, units),), reason)
    return given(order_delivered(lines=lines), IssueInvoice(FIRST), wish, world=world)


def counted(world: World, liability: Liability = "customer", units: int = 2) -> Story:
    """The armchairs are back."""
    return asked(world, units=units).and_(
        AuthoriseReturn(FIRST, RMA, liability), DeliverReturn(FIRST, RMA),
        ReceiveReturn(FIRST, RMA, (ReturnRow(1, units),)),
    )  # fmt: skip


def test_some_goods_are_not_taken_back_because_of_a_changed_mind() -> None:
    world = ruled(return_excluded=("lamps",))
    agreed = AuthoriseReturn(FIRST, RMA, "customer")
    assert asked(world, line=2).when(agreed).refusal == ReturnExcluded("lamps", "wrong_size")
    assert asked(world, line=1).when(agreed).refusal is None
    assert asked(world, line=2, reason="defective").when(agreed).refusal is None


def test_what_comes_back_at_the_customers_cost_costs_them_a_part_of_the_credit() -> None:
    story = counted(ruled(restocking_fee_percent=15))
    after = story.when(InspectReturn(FIRST, RMA, 1, 2, "restock"))
    assert after.events[1:] == (RestockingFeeCharged(FIRST, RMA, 6_000),)  # of 399.98
    order = after.order
    assert (order.credit, order.fees, refundable(order)) == (39_998, 6_000, 33_998)
    assert violations(after.world) == []


def test_a_fault_of_ours_costs_them_nothing() -> None:
    story = counted(ruled(restocking_fee_percent=15), liability="seller")
    after = story.when(InspectReturn(FIRST, RMA, 1, 2, "restock"))
    assert (len(after.events), after.order.fees) == (1, 0)


@pytest.mark.parametrize("steps", [(3,), (1, 2), (2, 1), (1, 1, 1)])
def test_small_steps_come_to_the_same_fee_as_one(steps: tuple[int, ...]) -> None:
    story = counted(ruled(restocking_fee_percent=15), units=3)
    story.and_(*(InspectReturn(FIRST, RMA, 1, units, "restock") for units in steps))
    assert story.world.orders[FIRST].fees == 9_000


def test_what_the_workshop_gives_up_is_credited_less_the_fee() -> None:
    story = counted(ruled(restocking_fee_percent=15), units=1)
    story.and_(InspectReturn(FIRST, RMA, 1, 1, "repair"))
    assert story.world.orders[FIRST].fees == 0
    story.and_(FinishRepair(FIRST, RMA, 1, 1, "beyond_repair"))
    assert story.world.orders[FIRST].fees == 3_000


def test_the_fee_stands_on_the_credit_note_and_the_money_comes_out_even() -> None:
    story = counted(ruled(restocking_fee_percent=15)).and_(
        InspectReturn(FIRST, RMA, 1, 2, "restock"), CloseReturn(FIRST, RMA),
        IssueRefund(FIRST, 33_998, "two back"),
    )  # fmt: skip
    (note,) = story.when(IssueCreditNote(FIRST)).events
    assert isinstance(note, CreditNoteIssued)
    assert (note.amount, note.fee, note.amounts) == (33_998, 6_000, (39_998,))
    story.and_(IssueCreditNote(FIRST), CompleteOrder(FIRST))
    order = story.world.orders[FIRST]
    assert order.balance_due == 0
    story.and_(SettleBatch((FIRST,), order.captured - order.refunded))
    assert violations(story.world) == []


def test_kindness_has_a_budget() -> None:
    world = ruled(goodwill_limit=20_000)
    story = given(
        order_delivered(lines={ARMCHAIR: 3}),
        OpenClaim(FIRST, (ClaimRow(1, 1),), "changed_mind", "a photo"), world=world,
    )  # fmt: skip
    number = story.world.orders[FIRST].claims[0].claim_number
    kind = ResolveClaim(FIRST, number, "approved", "customer", "we like them")
    (granted,) = story.when(kind).events
    assert isinstance(granted, ClaimApproved)
    story.and_(kind, OpenClaim(FIRST, (ClaimRow(1, 1),), "changed_mind", "another"))
    again = msgspec.structs.replace(
        kind, claim_number=story.world.orders[FIRST].claims[1].claim_number
    )
    assert story.when(again).refusal == GoodwillLimit(FIRST, 19_999, 19_999, 20_000)
    ours = msgspec.structs.replace(again, liability="seller")
    assert story.when(ours).refusal is None
