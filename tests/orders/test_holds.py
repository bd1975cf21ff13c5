"""Holds: what stops an order, and what lets it go on."""

from functools import partial

import msgspec
import pytest

from tests.builders import (
    ARMCHAIR,
    ASKED,
    FIRST,
    HERON,
    HOME,
    HOTEL,
    OTTER,
    POLICIES,
    SECOND,
    company,
    order_allocated,
    order_checked,
    order_confirmed,
    order_drafted,
    order_labelled,
    order_picked,
    order_submitted,
    promise,
)  # fmt: skip
from tests.story import given
from trainer.orders.customers import ReviewCustomer, UpdateCustomer
from trainer.orders.engine import OrderCommand
from trainer.orders.holds import (
    AlreadyAsked,
    AlreadyOnHold,
    AnswerRelease,
    AskRelease,
    CreditLimitExceeded,
    HoldPlaced,
    HoldReleased,
    NoSuchHold,
    NothingAsked,
    OrderOnHold,
    PlaceHold,
    ReleaseAsked,
    ReleaseDeclined,
    ReleaseHold,
    SamePerson,
    YoursToRelease,
    credit_short,
)
from trainer.orders.intake import ChangeHeader, CheckOrder, ConfirmOrder, OrderChecked, SubmitOrder
from trainer.orders.payment import ReceiveTransfer, RecordPayment
from trainer.orders.refusals import IllegalState, MissingReason, RoleRequired
from trainer.orders.shipping import LabelPackage, PackPackage, PickPackage, ShipPackage, VoidPackage
from trainer.orders.world import Company, HoldKind, Order, PackageRow

STOP = PlaceHold(FIRST, "manual", "the customer called")
GO = ReleaseHold(FIRST, "manual", "all clear")


def test_a_hold_stands_until_it_is_released() -> None:
    story = given(order_submitted())
    held = story.when(STOP)
    assert held.events == (
        HoldPlaced(FIRST, "manual", "the customer called", placed_by="Ada", owner="clerk"),
    )
    assert held.order.on_hold
    free = story.and_(STOP).when(GO)
    assert free.events == (HoldReleased(FIRST, "manual", "all clear"),)
    assert not free.order.on_hold
    assert free.order.holds[0].released_at == free.world.now


def test_a_draft_needs_no_hold() -> None:
    assert given(order_drafted()).when(STOP).refusal == IllegalState(
        order_number=FIRST, status="draft", wanted="submitted / confirmed"
    )


@pytest.mark.parametrize(
    "command", [PlaceHold(FIRST, "manual", " "), ReleaseHold(FIRST, "manual", "")]
)
def test_neither_stopping_nor_going_on_without_a_reason(command: OrderCommand) -> None:
    assert given(order_submitted(), STOP).when(command).refusal == MissingReason()


def test_the_kind_of_a_hold_is_its_reason() -> None:
    after = given(order_submitted()).when(PlaceHold(FIRST, "address"))
    assert (after.order.holds[0].kind, after.order.holds[0].reason) == ("address", "")


def test_one_hold_of_a_kind_is_enough() -> None:
    story = given(order_submitted(), STOP)
    assert story.when(STOP).refusal == AlreadyOnHold(order_number=FIRST, kind="manual")
    assert story.when(PlaceHold(FIRST, "fraud", "odd")).refusal is None


def test_a_released_hold_can_be_placed_again() -> None:
    assert given(order_submitted(), STOP, GO).when(STOP).refusal is None


def test_only_an_open_hold_is_released() -> None:
    nothing = NoSuchHold(order_number=FIRST, kind="manual")
    assert given(order_submitted()).when(GO).refusal == nothing
    assert given(order_submitted(), STOP, GO).when(GO).refusal == nothing


def test_one_released_hold_leaves_the_other() -> None:
    after = given(order_submitted(), STOP, PlaceHold(FIRST, "fraud", "odd")).when(GO)
    assert [hold.kind for hold in after.order.holds if hold.open] == ["fraud"]


def test_a_credit_hold_stays_while_its_cause_does() -> None:
    story = given(order_checked(customer=HERON, lines={ARMCHAIR: 5}))
    assert story.when(ReleaseHold(FIRST, "credit", "please")).refusal == CreditLimitExceeded(
        customer_id=HERON, open=0, requested=101_195, exposure=101_195, limit=100_000
    )


def test_where_credit_only_warns_the_check_says_so_and_nothing_stops() -> None:
    world = company()
    rules = msgspec.structs.replace(world.policies, credit_check="warn")
    lenient = msgspec.structs.replace(
        world, company=msgspec.structs.replace(world.company, policies=rules)
    )
    story = given(order_submitted(customer=HERON, lines={ARMCHAIR: 5}), world=lenient)
    (checked,) = story.when(CheckOrder(FIRST)).events
    assert isinstance(checked, OrderChecked)
    assert checked.findings == ("credit",)
    story.and_(CheckOrder(FIRST), partial(promise, FIRST))
    assert story.world.orders[FIRST].status == "confirmed"


def test_a_credit_hold_counts_what_the_customer_owes_already() -> None:
    story = given(
        order_confirmed(customer=HERON), order_checked(SECOND, customer=HERON, lines={ARMCHAIR: 3})
    )
    assert story.when(ReleaseHold(SECOND, "credit", "please")).refusal == CreditLimitExceeded(
        customer_id=HERON, open=41_198, requested=61_197, exposure=102_395, limit=100_000
    )


def test_a_payment_lets_the_credit_hold_go() -> None:
    story = given(
        order_confirmed(customer=HERON),
        order_checked(SECOND, customer=HERON, lines={ARMCHAIR: 3}),
        ReceiveTransfer(HERON, 41_198, FIRST),
        RecordPayment(FIRST, "TR-70001", 41_198),
    )
    assert story.when(ReleaseHold(SECOND, "credit", "paid")).refusal is None


def test_a_promised_order_is_not_counted_against_itself() -> None:
    story = given(order_confirmed(customer=HERON, lines={ARMCHAIR: 4}))
    assert credit_short(story.world, story.world.orders[FIRST]) is None


def test_prepaid_orders_need_no_credit() -> None:
    prepaid = Order(order_number="A", sequence=1, customer_id=OTTER, created_at=0)
    assert credit_short(company(), prepaid) is None


def test_nothing_is_promised_picked_packed_or_shipped_on_hold() -> None:
    refusal = OrderOnHold(order_number=FIRST, kind="manual", reason="the customer called")
    for until, command in (
        (order_checked(), ConfirmOrder(FIRST, ASKED)),
        (order_allocated(), PickPackage(FIRST, "EAST", (PackageRow(1, 1),))),
        (order_picked(), PackPackage(FIRST, 1, 500)),
        (order_labelled(), ShipPackage(FIRST, 1)),
    ):
        assert given(until, STOP).when(command).refusal == refusal


def test_on_hold_a_parcel_can_be_labelled_and_unpacked() -> None:
    story = given(order_labelled(), STOP)
    assert story.when(LabelPackage(FIRST, 1, "QX")).refusal is None
    assert story.when(VoidPackage(FIRST, 1)).refusal is None


# --- four eyes ------------------------------------------------------------------------------------

ODD = PlaceHold(FIRST, "fraud", "odd address")
ASK = AskRelease(FIRST, "fraud", "I called them")
ANSWER = AnswerRelease(FIRST, "fraud", "fine", "not yet", "It stays", "Review them first.")


def test_a_hold_remembers_who_placed_it_and_whose_it_is() -> None:
    holds = given(order_submitted(), STOP, ODD).world.orders[FIRST].holds
    assert [(hold.kind, hold.placed_by, hold.owner) for hold in holds] == [
        ("manual", "Ada", "clerk"),
        ("fraud", "Ada", "supervisor"),
    ]


def test_who_placed_it_cannot_release_it() -> None:
    release = ReleaseHold(FIRST, "fraud", "all clear")
    story = given(order_submitted(), ODD)
    same = SamePerson(order_number=FIRST, kind="fraud", actor="Ada")
    assert story.when(release, role="clerk").refusal == same
    assert story.when(release, role="supervisor").refusal is None


def test_another_clerk_cannot_either() -> None:
    placed = HoldPlaced(FIRST, "fraud", "odd", placed_by="Bob", owner="supervisor")
    refused = given(order_submitted(), placed).when(
        ReleaseHold(FIRST, "fraud", "all clear"), role="clerk"
    )
    assert refused.refusal == RoleRequired(role="clerk", wanted="supervisor")


def test_a_clerk_asks_once() -> None:
    story = given(order_submitted(), ODD)
    assert story.when(ASK).events == (ReleaseAsked(FIRST, "fraud", "I called them", "Ada"),)
    again = AlreadyAsked(order_number=FIRST, kind="fraud")
    assert story.and_(ASK).when(ASK).refusal == again


def test_nobody_asks_for_what_they_may_do_themselves() -> None:
    refused = given(order_submitted(), STOP).when(AskRelease(FIRST, "manual", "please"))
    assert refused.refusal == YoursToRelease(order_number=FIRST, kind="manual")


def test_an_answer_needs_a_question() -> None:
    refused = given(order_submitted(), ODD).when(ANSWER)
    assert refused.refusal == NothingAsked(order_number=FIRST, kind="fraud")


def test_a_supervisor_does_not_answer_their_own_hold() -> None:
    placed = HoldPlaced(FIRST, "fraud", "odd", placed_by="Grace", owner="supervisor")
    refused = given(order_submitted(), placed, ASK).when(ANSWER)
    assert refused.refusal == SamePerson(order_number=FIRST, kind="fraud", actor="Grace")


def elsewhere(lines: dict[str, int]) -> tuple[object, ...]:
    """A new customer's prepaid order that is to go to somebody else's town."""
    header = ChangeHeader(FIRST, f"PO-{FIRST}", ASKED, "SB", HOTEL)
    return (*order_drafted(lines=lines), header, SubmitOrder(FIRST))


def test_a_check_stops_a_large_first_order_to_elsewhere() -> None:
    checked = given(elsewhere({ARMCHAIR: 6})).when(CheckOrder(FIRST))
    assert checked.events[1:] == (
        HoldPlaced(
            FIRST, "fraud", "large first order to somewhere else",
            placed_by="Ada", owner="supervisor",
        ),
    )  # fmt: skip
    small = given(elsewhere({ARMCHAIR: 2})).when(CheckOrder(FIRST))
    assert len(small.events) == 1


def test_a_customer_who_bought_before_is_no_stranger() -> None:
    story = given(order_confirmed())
    header = ChangeHeader(SECOND, f"PO-{SECOND}", ASKED, "SB", HOTEL)
    story.and_(order_drafted(SECOND, lines={ARMCHAIR: 6}), header, SubmitOrder(SECOND))
    assert len(story.when(CheckOrder(SECOND)).events) == 1


def test_a_check_stops_a_postal_code_that_is_another_towns() -> None:
    wrong = msgspec.structs.replace(HOME, postal_code="99999")
    header = ChangeHeader(FIRST, f"PO-{FIRST}", ASKED, "SB", wrong)
    checked = given(order_drafted(), header, SubmitOrder(FIRST)).when(CheckOrder(FIRST))
    assert [hold.kind for hold in checked.order.holds] == ["address"]


def test_a_check_stops_for_nothing_where_nobody_asks_for_it() -> None:
    world = company()
    plain = msgspec.structs.replace(world, company=Company("Plain"))
    assert len(given(elsewhere({ARMCHAIR: 6}), world=plain).when(CheckOrder(FIRST)).events) == 1


def test_a_check_stops_for_the_same_doubt_once() -> None:
    story = given(elsewhere({ARMCHAIR: 6}), CheckOrder(FIRST))
    story.and_(ReleaseHold(FIRST, "fraud", "known to me"))
    assert len(story.when(CheckOrder(FIRST)).events) == 1


def test_the_supervisor_lets_go_what_somebody_has_looked_at() -> None:
    story = given(elsewhere({ARMCHAIR: 6}), CheckOrder(FIRST), ASK)
    stays = story.when(ANSWER)
    assert isinstance(stays.events[0], ReleaseDeclined)
    assert stays.order.on_hold
    assert not stays.order.holds[0].asked_at
    (message,) = [m for m in stays.world.messages.values() if m.order_number == FIRST]
    assert (message.sender, message.body) == ("Grace", "Review them first.")
    file = UpdateCustomer(
        OTTER, "Otter & Sons", "Olive Otter", "olive@otter.example", "603-555-0101", HOME
    )
    gone = story.and_(file, ReviewCustomer(OTTER)).when(ANSWER)
    assert gone.events == (HoldReleased(FIRST, "fraud", "fine"),)


def test_credit_is_looked_at_again_before_the_supervisor_lets_go() -> None:
    policies = msgspec.structs.replace(POLICIES, four_eyes=("credit",))
    firm = msgspec.structs.replace(company(), company=Company("Firm", policies=policies))
    story = given(
        order_confirmed(customer=HERON),
        order_checked(SECOND, customer=HERON, lines={ARMCHAIR: 3}),
        AskRelease(SECOND, "credit", "they will pay"),
        world=firm,
    )
    answer = AnswerRelease(SECOND, "credit", "fine", "owes too much", "It stays", "Wait.")
    assert isinstance(story.when(answer).events[0], ReleaseDeclined)
    story.and_(ReceiveTransfer(HERON, 41_198, FIRST), RecordPayment(FIRST, "TR-70001", 41_198))
    assert isinstance(story.when(answer).events[0], HoldReleased)


@pytest.mark.parametrize(("kind", "goes"), [("payment", False), ("stock", True), ("manual", True)])
def test_each_kind_of_hold_has_its_own_cause(kind: HoldKind, goes: bool) -> None:
    placed = HoldPlaced(FIRST, kind, "wait", placed_by="Ada", owner="supervisor")
    story = given(order_confirmed(), placed, AskRelease(FIRST, kind, "please"))
    answer = AnswerRelease(FIRST, kind, "fine", "not yet", "It stays", "Wait.")
    assert isinstance(story.when(answer).events[0], HoldReleased) == goes
