"""Who does what where work is divided among desks, and that no move makes anybody two people."""

from typing import Any

import msgspec
import pytest
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st

from tests.builders import FIRST, HERON, company, order_confirmed, order_paid, order_submitted
from tests.orders.test_refunds import CANCEL, DUE
from tests.story import Happening, Story, envelope_of, given
from trainer.orders import codec
from trainer.orders.allowances import AnswerGoodwill, AskGoodwill, GiveGoodwill
from trainer.orders.approvals import ApproveRefund, AskApproval, RefundApproved
from trainer.orders.automation import RunRule
from trainer.orders.clock import AdvanceClock
from trainer.orders.desks import DESKS, EVERY, WrongDesk, desks_of
from trainer.orders.engine import Command, Envelope, Recorded, commands, handle
from trainer.orders.hand_overs import (
    DeskIsYours,
    DeskTaken,
    HandedOver,
    HandOver,
    NoDesks,
    TakeDesk,
)
from trainer.orders.holds import (
    AnswerRelease,
    AskRelease,
    HoldPlaced,
    HoldReleased,
    OwnRequest,
    ReleaseHold,
    SamePerson,
)
from trainer.orders.intake import CheckOrder
from trainer.orders.invariants import violations
from trainer.orders.payment import IssueRefund, OwnApproval, RecordPayment, RefundRequested
from trainer.orders.refunds import AnswerRefund, RetryRefund
from trainer.orders.refusals import ArchivedReadOnly, MissingField, Refusal, UnknownOrder
from trainer.orders.rulebook import Action, Rule
from trainer.orders.service import AddNote
from trainer.orders.shipping import PickPackage
from trainer.orders.values import MINUTE
from trainer.orders.world import Desk, Order, World


def divided(world: World, **rules: Any) -> World:
    """The same company, its work divided among five desks."""
    policies = msgspec.structs.replace(world.policies, desks=True, **rules)
    firm = msgspec.structs.replace(world.company, policies=policies)
    return msgspec.structs.replace(world, company=firm)


def at_desks(*happened: Happening, world: World | None = None, **rules: Any) -> Story:
    """A story up to here as anybody did it; from here on, each desk does its own part."""
    story = given(*happened, world=world)
    story.world = divided(story.world, **rules)
    return story


def of(story: Story) -> Order:
    """The order as it stands."""
    return story.world.orders[FIRST]


# --- the table --------------------------------------------------------------------------------


def test_every_command_that_a_person_gives_has_a_desk_and_no_other() -> None:
    ours = {name for name, kind in commands().items() if kind.roles & {"clerk", "supervisor"}}
    assert set(DESKS) == ours
    assert all(whose and set(whose) <= set(EVERY) for whose in DESKS.values())


def test_what_only_a_supervisor_may_is_done_at_the_supervisors_desk() -> None:
    for kind in commands().values():
        if "supervisor" in kind.roles and "clerk" not in kind.roles:
            assert desks_of(kind) == ("supervision",)


def test_everybody_can_wait_note_and_hand_over() -> None:
    for desk in EVERY:
        story = at_desks(order_submitted(), first_desk=desk)
        other = next(it for it in EVERY if it != desk)
        for command in (
            AddNote(FIRST, "they rang"),
            AdvanceClock(story.world.now + 60),
            HandOver(other, (FIRST,), "see there"),
            TakeDesk(other),
        ):
            assert story.when(command).refusal is None


# --- the guard --------------------------------------------------------------------------------


def test_a_command_of_another_desk_is_refused_and_says_whose_it_is() -> None:
    story = at_desks(order_confirmed())
    refusal = story.when(RecordPayment(FIRST, "TR-1", 100)).refusal
    assert refusal == WrongDesk("order_desk", "finance")
    assert refusal.code == "WRONG_DESK"
    assert "Hand the order over" in refusal.cure


def test_without_desks_everybody_does_everything() -> None:
    story = given(order_submitted())
    assert story.when(CheckOrder(FIRST)).refusal is None
    assert story.when(HandOver("warehouse", (FIRST,), "go")).refusal == NoDesks()
    assert story.when(TakeDesk("warehouse")).refusal == NoDesks()


@pytest.mark.parametrize(
    ("role", "command_id"), [("system", "told"), ("clerk", "7:pick-EAST"), ("supervisor", "told")]
)
def test_only_the_trainees_own_commands_are_bound(role: Any, command_id: str) -> None:
    story = at_desks(order_submitted(), first_desk="finance")
    envelope = envelope_of(story.world, CheckOrder(FIRST))
    theirs = msgspec.structs.replace(envelope, role=role, command_id=command_id)
    assert not isinstance(handle(story.world, theirs), WrongDesk)
    assert isinstance(handle(story.world, envelope), WrongDesk)


def test_a_rule_acts_at_whatever_desk_somebody_sits() -> None:
    story = at_desks(order_submitted(), first_desk="finance")
    rule = Rule("R-1", "check", "order_submitted", Action("check_order"), on=True)
    rules = story.world.rules.set("R-1", rule)
    story.world = msgspec.structs.replace(story.world, rules=rules)
    happened = story.when(RunRule("R-1", FIRST, "order_submitted", 1)).events
    assert [type(event).__name__ for event in happened] == ["RuleActed", "OrderChecked"]


def test_one_sits_where_the_scenario_says_and_then_where_one_sat_down() -> None:
    story = at_desks(order_paid(), first_desk="warehouse")
    assert story.world.seat == "warehouse"
    assert story.when(TakeDesk("finance")).events == (DeskTaken("finance"),)
    story.and_(TakeDesk("finance"))
    assert story.world.seat == "finance"
    assert story.when(TakeDesk("finance")).refusal == DeskIsYours("finance")
    assert isinstance(story.when(PickPackage(FIRST, "EAST", ())).refusal, WrongDesk)
    again = codec.decode_world(codec.encode_world(story.world))
    assert again.seat == "finance"
    assert codec.encode_world(again) == codec.encode_world(story.world)


def test_a_world_without_desks_is_stored_as_it_always_was() -> None:
    stored = codec.encode_world(given(order_paid()).world)
    names = (b'"desk"', b'"desks"', b'"first_desk"', b'"hand_overs"', b'"refund_approved_by"')
    assert not any(name in stored for name in names)


# --- handing over -----------------------------------------------------------------------------


def test_each_order_keeps_who_had_it_and_what_was_said() -> None:
    story = at_desks(order_paid())
    (told,) = story.when(HandOver("warehouse", (FIRST,), " 2 by Friday ")).events
    assert told == HandedOver(FIRST, "order_desk", "warehouse", "2 by Friday", by="Ada")
    before = of(story).version
    story.and_(HandOver("warehouse", (FIRST,), "2 by Friday"))
    (on,) = of(story).hand_overs
    assert (on.came_from, on.desk, on.note, on.by) == (
        "order_desk", "warehouse", "2 by Friday", "Ada",
    )  # fmt: skip
    assert of(story).version == before + 1
    assert story.world.seat == "order_desk"
    assert violations(story.world) == []


def test_an_empty_note_is_taken_and_a_name_that_stands_twice_counts_once() -> None:
    story = at_desks(order_paid())
    told = story.when(HandOver("finance", (FIRST, FIRST))).events
    assert told == (HandedOver(FIRST, "order_desk", "finance", by="Ada"),)


def test_nothing_is_handed_to_oneself_or_that_is_not_there() -> None:
    story = at_desks(order_paid())
    assert story.when(HandOver("order_desk", (FIRST,), "x")).refusal == DeskIsYours("order_desk")
    assert story.when(HandOver("finance", (), "x")).refusal == MissingField(field="order")
    assert story.when(HandOver("finance", ("SO-0",), "x")).refusal == UnknownOrder("SO-0")
    away = msgspec.structs.replace(of(story), status="archived")
    story.world = story.world.with_order(away)
    refusal = story.when(HandOver("finance", (FIRST,), "x")).refusal
    assert refusal == ArchivedReadOnly(FIRST)


# --- P12 --------------------------------------------------------------------------------------

HELD = HoldPlaced(FIRST, "fraud", "odd", placed_by="Bob", owner="supervisor")
ASKED = AskRelease(FIRST, "fraud", "I rang them")
RELEASE = ReleaseHold(FIRST, "fraud", "it is fine")
ANSWER = AnswerRelease(FIRST, "fraud", "fine", "not yet", "It stays", "Not yet.")


def as_(story: Story, actor: str, command: Command) -> Any:
    """What somebody gets who sits where the trainee sits."""
    envelope = msgspec.structs.replace(envelope_of(story.world, command, role="clerk"), actor=actor)
    answer = handle(story.world, envelope)
    if isinstance(answer, Refusal):
        return answer
    story._on(*answer)
    return answer[1]


def test_at_the_supervisors_desk_one_decides_what_others_asked_as_a_supervisor() -> None:
    story = at_desks(order_submitted(), HELD)
    as_(story, "Ben", ASKED)
    assert isinstance(as_(story, "Ada", RELEASE), Refusal)
    story.and_(TakeDesk("supervision"))
    (entry,) = as_(story, "Ada", RELEASE)
    assert isinstance(entry.event, HoldReleased)
    assert (entry.actor, entry.role) == ("Ada", "supervisor")


def test_what_one_asked_for_stays_ones_own_at_every_desk() -> None:
    story = at_desks(order_submitted(), HELD)
    as_(story, "Ada", ASKED)
    story.and_(TakeDesk("supervision"))
    assert as_(story, "Ada", RELEASE) == OwnRequest(FIRST, "Ada")
    assert as_(story, "Ada", ANSWER) == OwnRequest(FIRST, "Ada")
    assert as_(story, "Bob", RELEASE) == SamePerson(FIRST, "fraud", "Bob")


def test_a_no_to_a_release_needs_no_letter_of_its_own() -> None:
    limit = HoldPlaced(FIRST, "credit", "too much", placed_by="Bob", owner="supervisor")
    story = at_desks(order_submitted(customer=HERON), limit)
    heron = msgspec.structs.replace(story.world.customers[HERON], credit_limit=0)
    customers = story.world.customers.set(HERON, heron)
    story.world = msgspec.structs.replace(story.world, customers=customers)
    as_(story, "Ben", AskRelease(FIRST, "credit", "they will pay"))
    story.and_(TakeDesk("supervision"))
    (entry,) = as_(story, "Ada", AnswerRelease(FIRST, "credit", "fine", "not before they pay"))
    told = entry.event
    assert (told.sender, told.subject, told.text) == ("Ada", FIRST, "not before they pay")
    assert violations(story.world) == []


def much_owed() -> Story:
    """Much is owed to somebody who called all of it off, and somebody in finance has asked."""
    story = at_desks(
        order_paid(), CANCEL, refunds="gateway", refund_limit=10_000, first_desk="finance"
    )
    as_(story, "Bob", AskApproval(FIRST, DUE, "all was cancelled"))
    return story


def test_who_approves_money_does_not_pay_it_out() -> None:
    story = much_owed()
    story.and_(TakeDesk("supervision"))
    (entry,) = as_(story, "Ada", ApproveRefund(FIRST, DUE))
    assert entry.event == RefundApproved(FIRST, DUE, "Ada")
    story.and_(TakeDesk("finance"))
    refund = IssueRefund(FIRST, DUE, "cancelled")
    assert as_(story, "Ada", refund) == OwnApproval(FIRST, "Ada")
    # what the limit lets go anyway needs nobody
    assert not isinstance(as_(story, "Ada", IssueRefund(FIRST, 10_000, "x")), Refusal)
    assert not isinstance(as_(story, "Bob", IssueRefund(FIRST, DUE - 10_000, "x")), Refusal)


def test_a_second_try_is_a_payment_too() -> None:
    story = much_owed()
    story.and_(TakeDesk("supervision"))
    as_(story, "Ada", ApproveRefund(FIRST, DUE))
    story.and_(TakeDesk("finance"))
    as_(story, "Bob", IssueRefund(FIRST, DUE, "cancelled"))
    story.and_(AnswerRefund(FIRST, "RF-1-1", "failed"))
    assert as_(story, "Ada", RetryRefund(FIRST, "RF-1-1")) == OwnApproval(FIRST, "Ada")
    assert not isinstance(as_(story, "Bob", RetryRefund(FIRST, "RF-1-1")), Refusal)


def test_without_desks_an_approval_names_nobody() -> None:
    story = given(order_paid(), CANCEL, world=_limited())
    story.and_(AskApproval(FIRST, DUE, "all was cancelled"))
    assert story.when(ApproveRefund(FIRST, DUE)).events == (RefundApproved(FIRST, DUE),)


def _limited() -> World:
    world = company()
    policies = msgspec.structs.replace(world.policies, refunds="gateway", refund_limit=10_000)
    firm = msgspec.structs.replace(world.company, policies=policies)
    return msgspec.structs.replace(world, company=firm)


_FOUR_EYES = (
    ASKED, RELEASE, ANSWER,
    AskGoodwill(FIRST, 5_000, "the wait"), GiveGoodwill(FIRST, 5_000, "the wait"),
    AnswerGoodwill(FIRST, "for the wait", "too much"),
    AskApproval(FIRST, DUE, "cancelled"), ApproveRefund(FIRST, DUE),
    IssueRefund(FIRST, DUE, "cancelled"), CANCEL,
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@drawn(
    st.lists(
        st.tuples(st.sampled_from(("Ada", "Ben")), st.sampled_from((*EVERY, *_FOUR_EYES * 2))),
        max_size=40,
    ),
    st.booleans(),
)
def test_no_change_of_desks_lets_one_person_ask_and_approve(
    moves: list[tuple[str, Any]], held: bool
) -> None:
    """P12: two people move between the desks at random, and ask, answer and pay as they like."""
    odd = (HELD,) if held else ()
    story = at_desks(
        order_paid(), *odd, refunds="gateway", refund_limit=10_000, goodwill_limit=1_000
    )
    asked: dict[str, str] = {}
    approved = ""
    for actor, move in moves:
        if isinstance(move, str):
            as_(story, actor, TakeDesk(move))  # type: ignore[arg-type]
            continue
        if (desk := desks_of(type(move))[-1]) != story.world.seat and actor == "Ada":
            as_(story, actor, TakeDesk(desk))
        answer = as_(story, actor, move)
        if isinstance(answer, Refusal):
            continue
        for entry in answer:
            match type(entry.event).__name__:
                case "ReleaseAsked" | "GoodwillAsked" | "ApprovalAsked" as what:
                    asked[what] = actor
                case "HoldReleased":
                    assert actor != asked.get("ReleaseAsked")
                case "GoodwillGiven":
                    assert entry.event.amount <= 1_000 or actor != asked.get("GoodwillAsked")
                case "RefundApproved":
                    assert actor != asked.get("ApprovalAsked")
                    approved = actor
                case "RefundRequested":
                    assert isinstance(entry.event, RefundRequested)
                    assert actor != approved


def test_the_property_reaches_what_it_is_about() -> None:
    """Two people can do all of it: it is no property of nothing ever happening."""
    done: list[Recorded] = []
    story = much_owed()
    story.and_(TakeDesk("supervision"))
    done += as_(story, "Ada", ApproveRefund(FIRST, DUE))
    story.and_(TakeDesk("finance"))
    done += as_(story, "Bob", IssueRefund(FIRST, DUE, "cancelled"))
    assert [type(entry.event).__name__ for entry in done] == ["RefundApproved", "RefundRequested"]


def test_moving_keeps_the_person() -> None:
    desks: tuple[Desk, ...] = ("finance", "after_sales", "supervision")
    story = at_desks(order_submitted(), HELD)
    as_(story, "Ada", ASKED)
    for desk in desks:
        as_(story, "Ada", TakeDesk(desk))
    assert as_(story, "Ada", ANSWER) == OwnRequest(FIRST, "Ada")


def test_a_desk_is_taken_in_its_own_time() -> None:
    story = at_desks(order_submitted())
    envelope = Envelope("told", "Ada", "clerk", story.world.now + 2 * MINUTE, TakeDesk("finance"))
    world, (entry,) = handle(story.world, envelope)  # type: ignore[misc]
    assert (entry.role, world.seat, world.now) == ("clerk", "finance", envelope.at)
