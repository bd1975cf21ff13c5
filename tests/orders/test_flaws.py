"""The fourteen seeded flaws: each breaks its rule once it is met, and nothing before."""

from typing import NamedTuple

import msgspec
import pytest

from tests.builders import (
    ARMCHAIR,
    EAST,
    FIRST,
    HERON,
    LAMP,
    SECOND,
    Steps,
    company,
    order_allocated,
    order_archived,
    order_confirmed,
    order_delivered,
    order_labelled,
    order_shipped,
)
from tests.orders.walk import walked
from tests.story import Story, given
from trainer.orders.codec import decode_world, encode_world
from trainer.orders.engine import Command, Recorded, evolve
from trainer.orders.flaws import FLAWS
from trainer.orders.holds import PlaceHold
from trainer.orders.hunting import (
    AlreadyReported,
    FindingReported,
    NoSuchEvent,
    NoSuchLaw,
    NothingToHunt,
    ReportFinding,
    broken,
)
from trainer.orders.invariants import violations
from trainer.orders.laws import LAWS, readings
from trainer.orders.mishaps import OpenClaim
from trainer.orders.payment import IssueRefund, refundable
from trainer.orders.refusals import MissingReason
from trainer.orders.remedies import CancelledRow, CancelLineQuantity, CancelOrder
from trainer.orders.returns import (
    AuthoriseReturn,
    DeliverReturn,
    InspectReturn,
    ReceiveReturn,
    RequestReturn,
)
from trainer.orders.shipping import PickPackage, ShipPackage
from trainer.orders.stock import AdjustStock, Allocate, AllocationRow
from trainer.orders.world import ClaimRow, Hunt, PackageRow, ReturnRow, World

RMA = "RMA-00001"


def hunted(flaw: str = "", world: World | None = None) -> World:
    """The small company, whose system has a flaw."""
    return msgspec.structs.replace(world or company(), hunt=Hunt(flaw))


def asks(units: int) -> RequestReturn:
    """The customer wants to send some of the first line back."""
    return RequestReturn(FIRST, (ReturnRow(1, units),), "defective")


def sent_back(units: int, came: int) -> Steps:
    """Delivered, and some units of three announced, counted and inspected."""
    return (
        *order_delivered(lines={ARMCHAIR: 3}),
        asks(units),
        AuthoriseReturn(FIRST, RMA, "seller"),
        DeliverReturn(FIRST, RMA),
        ReceiveReturn(FIRST, RMA, (ReturnRow(1, came),)),
    )


def paid_back(world: World) -> Command:
    """All that can be paid back."""
    return IssueRefund(FIRST, refundable(world.orders[FIRST]), "defective")


def once_more(world: World) -> Command:
    """The same amount a second time."""
    return IssueRefund(FIRST, world.orders[FIRST].refunds[0].amount, "defective")


def more_than_is_free(world: World) -> Command:
    """All that lies there, set aside or not."""
    return Allocate(SECOND, (AllocationRow(1, EAST, world.level(ARMCHAIR, EAST).on_hand),))


def one_below(world: World) -> Command:
    """One unit less than is set aside."""
    level = world.level(ARMCHAIR, EAST)
    return AdjustStock(ARMCHAIR, EAST, level.allocated - 1 - level.on_hand, "counted again")


def some_off(units: int) -> Command:
    """Some units of the first line are not wanted after all."""
    return CancelLineQuantity(FIRST, (CancelledRow(1, units),), reason_code="changed_mind")


_judged = InspectReturn(FIRST, RMA, 1, 2, "scrap")
_twice = PickPackage(FIRST, EAST, (PackageRow(1, 2), PackageRow(1, 2)))


class Case(NamedTuple):
    """How a flaw is met: all is right before the last command."""

    before: Steps
    met_by: object
    right: bool = False
    """Whether a sound system does it too, and does it right."""


CASES = {
    "returned_again": Case((*sent_back(3, 3), InspectReturn(FIRST, RMA, 1, 3, "scrap")), asks(1)),
    "claims_apart": Case(
        sent_back(3, 3), OpenClaim(FIRST, (ClaimRow(1, 2),), "defective", "a photograph")
    ),
    "announced_credited": Case(sent_back(3, 2), _judged, right=True),
    "refunds_each_alone": Case((*sent_back(3, 2), _judged, paid_back), once_more),
    "refund_uncredited": Case(
        order_delivered(lines={ARMCHAIR: 3}), IssueRefund(FIRST, 5_000, "they asked")
    ),
    "refund_twice": Case((*sent_back(3, 2), _judged), paid_back, right=True),
    "rows_not_added_up": Case(order_allocated(lines={ARMCHAIR: 3}), _twice),
    "shipped_cancelled": Case(order_shipped(), CancelOrder(FIRST, reason_code="changed_mind")),
    "cancel_keeps_allocation": Case(order_allocated(), some_off(1), right=True),
    "allocated_again": Case(
        (*order_allocated(), *order_confirmed(SECOND, lines={ARMCHAIR: 12})), more_than_is_free
    ),
    "count_below_allocated": Case(order_allocated(), one_below),
    "discount_moves": Case(
        order_confirmed(lines={ARMCHAIR: 3, LAMP: 6}, discount=1_000), some_off(1), right=True
    ),
    "rounded_per_unit": Case(
        order_confirmed(lines={ARMCHAIR: 3}, discount=1_000), some_off(2), right=True
    ),
    "ships_on_hold": Case(
        (*order_labelled(), PlaceHold(FIRST, "manual", "wait")), ShipPackage(FIRST, 1)
    ),
}


def told(flaw: str, system: str) -> Story:
    """The story up to the moment at which the flaw is met, in some system."""
    return given(*CASES[flaw].before, world=hunted(system))


@pytest.mark.parametrize("flaw", FLAWS)
def test_a_flaw_breaks_its_rule_once_it_is_met(flaw: str) -> None:
    story = told(flaw, flaw)
    assert not violations(story.world)
    story.and_(CASES[flaw].met_by)
    number = story.world.number
    assert story.world.hunt
    assert {x.rule for x in story.world.hunt.breaches if x.number == number} & set(
        FLAWS[flaw].breaks[:1]
    )
    assert {x.rule for x in story.world.hunt.breaches} <= set(FLAWS[flaw].breaks)


@pytest.mark.parametrize("flaw", FLAWS)
def test_a_sound_system_refuses_it_or_does_it_right(flaw: str) -> None:
    case, story = CASES[flaw], told(flaw, "")
    met = case.met_by
    result = story.when(met)  # type: ignore[arg-type]
    assert (result.refusal is None) == case.right
    assert not violations(result.world)


@pytest.mark.parametrize("flaw", FLAWS)
def test_nothing_tells_a_flaw_before_it_is_met(flaw: str) -> None:
    sound, faulty = told(flaw, ""), told(flaw, flaw)
    assert sound.entries == faulty.entries
    whole = [given(*order_archived(), world=hunted(system)) for system in ("", flaw)]
    assert whole[0].entries == whole[1].entries
    assert not violations(whole[1].world)


@pytest.mark.parametrize("flaw", FLAWS)
def test_what_happened_is_replayed_by_a_system_without_the_flaw(flaw: str) -> None:
    story = told(flaw, flaw).and_(CASES[flaw].met_by)
    world = company()
    for entry in story.entries:
        world = evolve(world, entry)
    assert world == msgspec.structs.replace(story.world, hunt=None)
    assert violations(world)


@pytest.mark.parametrize("flaw", FLAWS)
def test_the_numbers_of_a_rule_tell_what_the_books_say(flaw: str) -> None:
    story = told(flaw, flaw)
    before = story.world
    story.and_(CASES[flaw].met_by)
    rule = FLAWS[flaw].breaks[0]
    event = story.entries[-1].event
    assert not all(reading.holds for reading in readings(story.world, rule, event))
    assert all(reading.holds for reading in readings(before, rule, event))


def test_each_rule_that_a_flaw_breaks_can_be_named() -> None:
    assert {rule for flaw in FLAWS.values() for rule in flaw.breaks} <= LAWS.keys()
    assert len(FLAWS) == len(CASES) == 14


@pytest.mark.parametrize("seed", range(4))
def test_what_rules_say_is_so_wherever_the_books_are_right(seed: int) -> None:
    walk = walked(seed, 150)
    world = walk.world
    for rule in LAWS:
        for order in world.orders.values():
            event = PlaceHold(order.order_number, "manual")  # anything about the order
            assert all(it.holds for it in readings(world, rule, event))  # type: ignore[arg-type]


# --- the hunt -----------------------------------------------------------------------------------


def shelf_too_small() -> Story:
    """Two armchairs are set aside, and the shelf is counted down to one."""
    return told("count_below_allocated", "count_below_allocated").and_(one_below)


def reported(story: Story, number: int, rule: str) -> str:
    """What was true of a finding."""
    (event,) = story.when(ReportFinding(number, rule, "it says so")).events
    assert isinstance(event, FindingReported)
    return event.verdict


def test_a_finding_is_compared_with_what_is_so() -> None:
    story = shelf_too_small()
    last = story.world.number
    assert reported(story, last, "I2") == "right"
    assert reported(story, last - 1, "I2") == "not_there"
    assert reported(story, last, "I3") == "another_rule"
    assert reported(story, last - 1, "I3") == "holds"


def test_a_rule_is_broken_once_for_each_thing_it_is_broken_for() -> None:
    story = shelf_too_small()
    first = story.world.number
    story.and_(AdjustStock(ARMCHAIR, EAST, -1, "and another one"))
    assert reported(story, first, "I2") == "right"
    assert reported(story, story.world.number, "I2") == "not_there"
    assert story.world.hunt
    assert len(story.world.hunt.breaches) == 1
    assert broken(story.world)[0][0] == "I2"


def test_a_finding_names_an_event_a_rule_and_a_reason() -> None:
    story = shelf_too_small()
    last = story.world.number
    for number in (0, last + 1):
        refusal = story.when(ReportFinding(number, "I2", "so")).refusal
        assert refusal == NoSuchEvent(requested=number, last=last)
    assert story.when(ReportFinding(last, "I99", "so")).refusal == NoSuchLaw("I99")
    assert story.when(ReportFinding(last, "I2", "  ")).refusal == MissingReason()


def test_nothing_is_reported_twice() -> None:
    story = shelf_too_small()
    last = story.world.number
    story.and_(ReportFinding(last, "I2", "one is missing"))
    again = story.when(ReportFinding(last, "I2", "I am sure")).refusal
    assert again == AlreadyReported(last, "I2")
    assert reported(story, last, "I3") == "another_rule"


def test_nobody_hunts_where_nothing_is_wrong_with_the_system() -> None:
    story = given(*order_confirmed())
    assert story.when(ReportFinding(1, "I2", "so")).refusal == NothingToHunt()


def test_a_world_that_is_hunted_in_is_stored_and_read() -> None:
    story = shelf_too_small().and_(ReportFinding(3, "I7", "perhaps"))
    read = decode_world(encode_world(story.world))
    assert read.hunt == story.world.hunt
    assert encode_world(read) == encode_world(story.world)
    assert b"hunt" not in encode_world(company())


def test_what_left_on_hold_is_seen_in_the_books_later() -> None:
    story = told("ships_on_hold", "ships_on_hold").and_(ShipPackage(FIRST, 1))
    assert [line.split()[0] for line in violations(story.world)] == ["I23"]
    held_after = given(*order_shipped(customer=HERON), PlaceHold(FIRST, "manual", "late"))
    assert not violations(held_after.world)


def test_entries_are_the_same_wherever_nobody_hunts() -> None:
    told_entries: list[Recorded] = given(*order_archived()).entries
    assert told_entries == given(*order_archived(), world=hunted()).entries
