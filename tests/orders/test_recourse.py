"""What a carrier or a supplier is liable for is claimed from them, and they answer."""

import pytest

from tests.builders import FIRST, order_delivered, order_shipped
from tests.orders.test_returns import LINES, RMA
from tests.orders.way import next_step
from tests.simulation.test_agenda import agenda_of
from tests.story import Happening, Story, given
from trainer.orders.costs import cost_of_service
from trainer.orders.currencies import known_tariff
from trainer.orders.invariants import violations
from trainer.orders.mishaps import OpenClaim, ResolveClaim, WriteOffPackage
from trainer.orders.recourse import (
    AnswerRecourse,
    GrantExceedsRecourse,
    NoRecourseOpen,
    NothingToRecover,
    RaiseRecourse,
    RecourseAnswered,
    RecourseOpen,
    RecourseRaised,
    RecourseThere,
)
from trainer.orders.refusals import RoleRequired
from trainer.orders.reports import Ask
from trainer.orders.returns import (
    AuthoriseReturn,
    CloseReturn,
    DeliverReturn,
    InspectReturn,
    ReceiveReturn,
    RequestReturn,
    ReturnStage,
)
from trainer.orders.settlement import ArchiveOrder
from trainer.orders.shipping import ScanPackage
from trainer.orders.world import ClaimRow, Liability, Order, ReturnRow

CLAIM, RECOURSE = "CLM-00001", "REC-00001"
OURS = RaiseRecourse(FIRST, CLAIM)


def claimed(liable: Liability = "carrier", shown: str = "a dent") -> Story:
    """Two armchairs had a dent, and were credited."""
    return given(
        order_delivered(lines=LINES),
        OpenClaim(FIRST, (ClaimRow(1, 2),), "not_as_described", shown),
        ResolveClaim(FIRST, CLAIM, "approved", liable, "as shown"),
    )


def says(granted: int, number: str = RECOURSE) -> AnswerRecourse:
    """The other side's letter."""
    return AnswerRecourse(FIRST, number, granted, "Quick", "Your claim", "We have looked.")


def of(story: Story) -> Order:
    """The order as it stands."""
    return story.world.orders[FIRST]


@pytest.mark.parametrize("liable", ["carrier", "supplier"])
def test_as_much_as_it_cost_us_is_claimed_and_the_customer_hears_nothing(liable: Liability) -> None:
    story = claimed(liable)
    credit, due, notices = of(story).credit, of(story).balance_due, of(story).notices
    (raised,) = story.when(OURS).events
    assert raised == RecourseRaised(FIRST, RECOURSE, CLAIM, liable, credit, shown=True)  # type: ignore[arg-type]
    story.and_(OURS)
    assert (of(story).credit, of(story).balance_due, of(story).notices) == (credit, due, notices)
    assert not of(story).after_sales_open
    assert violations(story.world) == []


@pytest.mark.parametrize("liable", ["customer", "seller"])
def test_who_is_not_liable_owes_nothing(liable: Liability) -> None:
    story = claimed(liable)
    refusal = story.when(OURS).refusal
    assert refusal == NothingToRecover(CLAIM, liable, of(story).credit)


def test_of_what_is_not_decided_nobody_owes_anything() -> None:
    story = given(
        order_delivered(lines=LINES), OpenClaim(FIRST, (ClaimRow(1, 2),), "wrong_item", "")
    )
    assert story.when(OURS).refusal == NothingToRecover(CLAIM, "undetermined", 0)
    assert isinstance(story.when(RaiseRecourse(FIRST, "7")).refusal, NothingToRecover)


def test_the_same_damage_is_claimed_once() -> None:
    story = claimed().and_(OURS)
    assert story.when(OURS).refusal == RecourseThere(CLAIM, RECOURSE, "awaited")
    story.and_(says(0))
    assert story.when(OURS).refusal == RecourseThere(CLAIM, RECOURSE, "denied")


def test_a_return_costs_its_credit_and_its_way_back() -> None:
    steps: tuple[Happening, ...] = (
        order_delivered(lines=LINES),
        RequestReturn(FIRST, (ReturnRow(1, 2),), "damaged_in_transit"),
        AuthoriseReturn(FIRST, RMA, "carrier"),
        DeliverReturn(FIRST, RMA),
        ReceiveReturn(FIRST, RMA, (ReturnRow(1, 2),)),
    )
    ask = RaiseRecourse(FIRST, RMA)
    early = given(*steps)
    assert early.when(ask).refusal == ReturnStage(
        rma_number=RMA, status="received", wanted="inspected / closed"
    )
    story = early.and_(InspectReturn(FIRST, RMA, 1, 2, "scrap"), CloseReturn(FIRST, RMA))
    (raised,) = story.when(ask).events
    freight = known_tariff(story.world.carriers[of(story).carrier_code], "")
    assert isinstance(raised, RecourseRaised)
    assert raised.amount == of(story).credit + freight
    assert not raised.shown


def test_a_return_of_which_more_may_come_is_not_claimed_by_half() -> None:
    story = given(
        order_delivered(lines=LINES),
        RequestReturn(FIRST, (ReturnRow(1, 2),), "damaged_in_transit"),
        AuthoriseReturn(FIRST, RMA, "carrier"),
        DeliverReturn(FIRST, RMA),
        ReceiveReturn(FIRST, RMA, (ReturnRow(1, 1),)),
        InspectReturn(FIRST, RMA, 1, 1, "scrap"),
    )
    ask = RaiseRecourse(FIRST, RMA)
    assert story.when(ask).refusal == ReturnStage(
        rma_number=RMA, status="partially_received", wanted="inspected / closed"
    )
    # what never comes is not waited for any longer
    assert story.and_(CloseReturn(FIRST, RMA)).when(ask).refusal is None


def test_a_lost_parcel_costs_what_was_in_it_and_its_freight() -> None:
    story = given(order_shipped(lines=LINES), ScanPackage(FIRST, 1, "lost"))
    assert isinstance(story.when(RaiseRecourse(FIRST, "1")).refusal, NothingToRecover)
    story.and_(WriteOffPackage(FIRST, 1, "nobody has it"))
    (raised,) = story.when(RaiseRecourse(FIRST, "1")).events
    assert isinstance(raised, RecourseRaised)
    freight = known_tariff(story.world.carriers[of(story).packages[0].carrier_code], "")
    assert raised.amount == sum(line.gross for line in of(story).lines) + freight


@pytest.mark.parametrize(("share", "outcome"), [(1, "accepted"), (2, "partly"), (0, "denied")])
def test_the_answer_says_how_much_they_make_good(share: int, outcome: str) -> None:
    story = claimed().and_(OURS)
    amount = of(story).recourses[0].amount
    granted = amount // share if share else 0
    (answered,) = story.when(says(granted), role="carrier").events
    assert isinstance(answered, RecourseAnswered)
    assert (answered.outcome, answered.granted) == (outcome, granted)
    due = of(story).balance_due
    story.and_(says(granted))
    assert (of(story).recourses[0].answer, of(story).balance_due) == (outcome, due)
    assert story.world.messages[answered.reply_id].order_number == FIRST
    total = cost_of_service(story.world, Ask(by="customer")).total
    assert (total.claimed_on, total.recovered) == (amount, granted)


def test_nobody_grants_more_than_was_claimed_or_what_was_not() -> None:
    story = claimed().and_(OURS)
    amount = of(story).recourses[0].amount
    for granted in (-1, amount + 1):
        refusal = story.when(says(granted), role="carrier").refusal
        assert refusal == GrantExceedsRecourse(RECOURSE, granted, amount)
    assert story.when(says(0, "REC-9"), role="carrier").refusal == NoRecourseOpen(FIRST, "REC-9")
    story.and_(says(1))
    assert isinstance(story.when(says(1), role="carrier").refusal, NoRecourseOpen)
    assert isinstance(story.when(says(1), role="clerk").refusal, RoleRequired)


def test_it_costs_the_same_whether_or_not_others_pay() -> None:
    story = claimed()
    before = cost_of_service(story.world, Ask(by="customer")).total
    story.and_(OURS, says(of(story).credit))
    after = cost_of_service(story.world, Ask(by="customer")).total
    assert (after.cost, after.spent) == (before.cost, before.spent)


def test_an_order_is_not_put_away_before_the_answer() -> None:
    story = claimed()
    while of(story).status != "settled":
        step = next_step(story.world, of(story))
        assert step is not None
        story.and_(step)
    away = ArchiveOrder(FIRST, 10)
    assert story.when(away).refusal is None
    story.and_(OURS)
    assert story.when(away).refusal == RecourseOpen(FIRST, RECOURSE, "carrier")
    assert story.and_(says(0)).when(away).refusal is None


def test_they_answer_within_a_week_and_evidence_helps() -> None:
    def answers(shown: str) -> list[float]:
        story = claimed(shown=shown).and_(OURS)
        amount, found = of(story).recourses[0].amount, []
        for seed in range(150):
            due = agenda_of(story.entries, story, seed).due.values()
            (sent,) = [e for e in due if isinstance(e.command, AnswerRecourse)]
            assert 1 <= (sent.at - story.world.now) / 86_400 <= 7
            assert story.when(sent.command, role=sent.role).refusal is None
            found.append(sent.command.granted / amount)
        return found

    shown, unshown = answers("a dent"), answers("")
    assert {0.0, 0.5, 1.0} == {round(it, 1) for it in shown} == {round(it, 1) for it in unshown}
    assert sum(shown) > 2 * sum(unshown)
