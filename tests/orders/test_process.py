"""What holds over histories, whatever their states: P1 to P13 of the engine's reference, §2.2.

`PROVEN` says where each is proven; what had no test of its own stands here.
"""

from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from importlib import import_module
from random import Random
from threading import Condition, Thread, current_thread
from typing import Any, Final

import hypothesis
import msgspec
import pytest
from hypothesis import strategies as st

from tests.builders import (
    ARMCHAIR,
    EAST,
    FIRST,
    HERON,
    LAMP,
    SECOND,
    allocation,
    exercise,
    goal,
    opening,
    order_allocated,
    order_delivered,
    order_drafted,
    order_paid,
    order_submitted,
    step,
)  # fmt: skip
from tests.orders.rules import broken_by
from tests.orders.test_refunds import ruled
from tests.orders.walk import Walk, walked
from tests.orders.way import next_step
from tests.story import Story, envelope_of, given
from trainer.orders import codec
from trainer.orders.approvals import ApproveRefund, AskApproval
from trainer.orders.engine import Command, OrderCommand, Recorded, decide, handle, record
from trainer.orders.holds import (
    AnswerRelease,
    AskRelease,
    HoldPlaced,
    OwnRequest,
    PlaceHold,
    ReleaseHold,
    SamePerson,
)
from trainer.orders.invariants import violations
from trainer.orders.mishaps import OpenClaim, ResolveClaim
from trainer.orders.payment import IssueRefund, refundable
from trainer.orders.refusals import Refusal
from trainer.orders.remedies import CancelledRow, CancelLineQuantity, CancelOrder
from trainer.orders.returns import (
    AuthoriseReturn,
    DeliverReturn,
    InspectReturn,
    ReceiveReturn,
    RequestReturn,
)
from trainer.orders.service import AddNote, CustomerNotified, NotifyCustomer
from trainer.orders.stock import Allocate, AllocationRow
from trainer.orders.world import ClaimRow, Order, ReturnRow, World
from trainer.play.memory import MemoryStore
from trainer.play.ports import Sandbox, Standing
from trainer.play.run import Run, fingerprint
from trainer.play.sandbox import Desk, Outcome

HERE: Final = "tests.orders.test_process"
PROVEN: Final[dict[str, tuple[str, str]]] = {
    "P1": ("tests.orders.test_properties", "test_events_replay_from_json_to_the_same_world"),
    "P2": (HERE, "test_a_refused_command_leaves_the_whole_world_as_it_was"),
    "P3": ("tests.play.test_sandbox", "test_a_double_click_has_one_effect_and_one_answer"),
    "P4": ("tests.play.test_sandbox", "test_who_loses_the_race_is_decided_on_the_newer_world"),
    "P5": (HERE, "test_nothing_leads_out_of_an_end"),
    "P6": (HERE, "test_every_event_says_who_as_what_when_and_why"),
    "P7": (HERE, "test_orders_that_share_nothing_do_not_notice_each_other"),
    "P8": (HERE, "test_two_at_work_come_to_what_one_after_the_other_would"),
    "P9": (HERE, "test_in_any_number_of_steps_it_comes_to_the_same"),
    "P10": (HERE, "test_nobody_is_told_the_same_thing_twice"),
    "P11": (
        "tests.play.test_preview",
        "test_on_every_walk_a_preview_tells_what_the_command_then_did",
    ),
    "P12": (HERE, "test_another_role_makes_nobody_a_second_person"),
    "P13": ("tests.orders.test_properties", "test_no_order_is_ever_in_a_dead_end"),
}


@pytest.mark.parametrize("rule", [f"P{number}" for number in range(1, 14)])
def test_a_rule_of_histories_is_proven_somewhere(rule: str) -> None:
    module, name = PROVEN[rule]
    assert callable(getattr(import_module(module), name))


@cache
def walks() -> tuple[Walk, ...]:
    """A few walks about each theme."""
    return tuple(walked(seed, 300) for seed in range(24))


# --- P2, P5, P6, P10: over walks ----------------------------------------------------------------


def test_a_refused_command_leaves_the_whole_world_as_it_was() -> None:
    """P2, asked of every command of a walk in the world it led to."""
    refused = 0
    for walk in walks()[:3]:
        before = codec.encode_world(walk.world)
        for envelope in walk.tried:
            refused += isinstance(handle(walk.world, envelope), Refusal)
        assert codec.encode_world(walk.world) == before
    assert refused > 600


def test_nothing_leads_out_of_an_end() -> None:
    """P5, cancelled and archived: whatever is tried, they stay what they are."""
    met: Counter[str] = Counter()
    for walk in walks():
        ends = [o for o in walk.world.newest() if o.status in ("cancelled", "archived")][:2]
        for order in ends:
            for envelope in walk.tried:
                if not isinstance(envelope.command, OrderCommand):
                    continue
                command = msgspec.structs.replace(envelope.command, order_number=order.order_number)
                answer = handle(
                    walk.world,
                    msgspec.structs.replace(envelope, command=command, expected_version=0),
                )
                if isinstance(answer, Refusal):
                    continue
                after = answer[0].orders[order.order_number]
                met[order.status] += 1
                assert after.status in (order.status, "archived")
    # a cancelled order still takes notes, refunds and papers; an archived one takes nothing
    assert met["cancelled"] > 50
    assert met["archived"] == 0


def test_every_event_says_who_as_what_when_and_why() -> None:
    """P6, each in its place, with its cause; and the rule sees what lacks one of them."""
    for walk in walks():
        last = 0
        for number, entry in enumerate(walk.entries, start=1):
            assert entry.number == number
            assert entry.at >= last
            assert entry.actor
            assert entry.role
            assert entry.command_id
            last = entry.at
    story = given(order_submitted())
    world, (entry,) = record(
        story.world, envelope_of(story.world, HOLD), (HoldPlaced(FIRST, "manual", "stop"),)
    )
    assert list(broken_by(story.world, entry, world)) == []
    for wrong in ({"actor": ""}, {"command_id": ""}, {"at": 0}, {"number": 99}, {"role": ""}):
        broken = broken_by(story.world, msgspec.structs.replace(entry, **wrong), world)
        assert "P6" in " ".join(broken), wrong
    silent = msgspec.structs.replace(entry, event=HoldPlaced(FIRST, "manual", " "))
    assert "P6" in " ".join(broken_by(story.world, silent, world))


HOLD: Final = PlaceHold(FIRST, "manual", "stop")


def test_nobody_is_told_the_same_thing_twice() -> None:
    """P10, at most one message per order, template and recipient."""
    told: Counter[tuple[Any, ...]] = Counter()
    for walk in walks():
        for entry in walk.entries:
            if isinstance(entry.event, CustomerNotified):
                about = entry.event
                told[walk.seed, about.order_number, about.template, about.about] += 1
    assert len(told) > 4
    assert set(told.values()) == {1}
    story = given(order_submitted(), NotifyCustomer(FIRST, "order_received"))
    again = envelope_of(story.world, NotifyCustomer(FIRST, "order_received"))
    world, (entry,) = record(story.world, again, (story.entries[-1].event,))
    assert "P10" in " ".join(broken_by(story.world, entry, world))


# --- P7: commutation ----------------------------------------------------------------------------

LIVES: Final = {
    FIRST: order_drafted(FIRST, lines={ARMCHAIR: 2}),
    SECOND: order_drafted(SECOND, customer=HERON, lines={LAMP: 6}),
}


def lived(turns: Sequence[str], lives: dict[str, Any] = LIVES) -> World:
    """Both orders drafted, then each brought on when it is its turn, all at one moment."""
    story = given(*lives.values())
    for number in turns:
        command = next_step(story.world, story.world.orders[number])
        if command is not None:
            result = story.when(command, at=story.world.now)
            assert result.refusal is None, result.refusal
            story._on(result.world, result.entries)
    return story.world


def facts(world: World) -> tuple[Any, ...]:
    """What two orders led to, whatever numbers their papers got."""
    return (
        {key: level for key, level in world.stock.items()},
        dict(world.exposure), dict(world.labels), dict(world.counters), world.now, world.number,
        [_bare(order) for order in world.newest()],
        sorted((t.customer_id, t.amount, t.matched) for t in world.transfers.values()),
        sorted(batch.total for batch in world.batches.values()),
    )  # fmt: skip


def _bare(order: Order) -> Order:
    """An order without the numbers of common series."""
    return msgspec.structs.replace(
        order,
        batch_number="",
        payments=tuple(msgspec.structs.replace(p, reference="") for p in order.payments),
        packages=tuple(msgspec.structs.replace(p, tracking_number="") for p in order.packages),
        documents=tuple(msgspec.structs.replace(d, document_number="") for d in order.documents),
    )


def merges(steps: int, many: int) -> Iterator[tuple[str, ...]]:
    """So many ways in which two lives of so many steps can be mixed."""
    for seed in range(many):
        turns = [FIRST] * steps + [SECOND] * steps
        Random(seed).shuffle(turns)
        yield tuple(turns)


def test_orders_that_share_nothing_do_not_notice_each_other() -> None:
    """P7: in whatever order their commands come, both end where each would alone."""
    one_after_the_other = lived((FIRST,) * 16 + (SECOND,) * 16)
    assert {order.status for order in one_after_the_other.newest()} == {"archived"}
    for turns in merges(16, 12):
        mixed = lived(turns)
        assert facts(mixed) == facts(one_after_the_other)
        assert violations(mixed) == []


def test_orders_that_want_the_same_units_do_notice_each_other() -> None:
    """P7, or the test above would hold of anything."""
    wants = [order_paid(number, lines={ARMCHAIR: 8}) for number in (FIRST, SECOND)]
    first = given(*wants, lambda w: allocation(FIRST, w), lambda w: allocation(SECOND, w))
    other = given(*wants, lambda w: allocation(SECOND, w), lambda w: allocation(FIRST, w))
    assert facts(first.world) != facts(other.world)


# --- P8: serialisability ------------------------------------------------------------------------


class Turns:
    """Lets one of several go on at a time, in the order that was drawn."""

    def __init__(self, drawn: Sequence[str]) -> None:
        self.drawn, self.alive = deque(drawn), sorted(set(drawn))
        self.running, self.changed = "", Condition()

    def wait(self, who: str) -> None:
        """Stop here until it is one's turn."""
        with self.changed:
            if self.running == who:
                self.running = ""
                self.changed.notify_all()
            self.changed.wait_for(lambda: not self.running and self._next() == who, timeout=20)
            if self.drawn:
                self.drawn.popleft()
            self.running = who

    def over(self, who: str) -> None:
        """Nothing more will come from there."""
        with self.changed:
            self.alive.remove(who)
            self.running = ""
            self.changed.notify_all()

    def _next(self) -> str:
        while self.drawn and self.drawn[0] not in self.alive:
            self.drawn.popleft()
        return self.drawn[0] if self.drawn else self.alive[0]


class Slow(MemoryStore):
    """One store for all; whoever wants to write stops first."""

    wait: Callable[[], None] = staticmethod(lambda: None)

    def append(self, sandbox: Sandbox, entries: list[Recorded], standing: Standing) -> Sandbox:
        self.wait()
        return super().append(sandbox, entries, standing)

    def note(self, sandbox: Sandbox, command_id: str, aside: Any, standing: Standing) -> Sandbox:
        self.wait()
        return super().note(sandbox, command_id, aside, standing)


BOTH_WANT_TEN: Final = {
    "Ada": (
        Allocate(FIRST, (AllocationRow(1, EAST, 10),)),
        AddNote(FIRST, "set aside"),
        CancelLineQuantity(FIRST, (CancelledRow(1, 4),), "fewer wanted"),
    ),
    "Ben": (
        Allocate(SECOND, (AllocationRow(1, EAST, 4),)),
        CancelOrder(FIRST, "changed mind"),
        IssueRefund(FIRST, 30_000, "changed mind"),
    ),
}


def begun() -> tuple[Slow, Sandbox]:
    """Two paid orders for ten armchairs; there are ten in the east."""
    store = Slow()
    scenario = exercise(step("enter", goal("entered", 100, entered_exactly={"order": "rush"})))
    sandbox = store.open(1, store.put_opening(opening(scenario), b"two", "two"))
    desk = Desk(store)
    lives = (order_paid(lines={ARMCHAIR: 10}), order_paid(SECOND, lines={ARMCHAIR: 10}))
    for happened in lives:
        for each in happened:
            command = each if isinstance(each, Command) else each(desk.run(sandbox).world)
            sandbox = done(desk, sandbox, "story", f"s-{sandbox.events}", command).sandbox
    return store, sandbox


def done(desk: Desk, sandbox: Sandbox, who: str, command_id: str, command: Command) -> Outcome:
    role = "clerk" if "clerk" in command.roles else min(command.roles)
    return desk.perform(sandbox, command, actor=who, command_id=command_id, role=role)


def at_once(drawn: Sequence[str]) -> tuple[Run, list[str]]:
    """Two at desks of their own, reading and writing as drawn; in what order they were heard."""
    store, sandbox = begun()
    turns = Turns(drawn)
    store.wait = lambda: turns.wait(current_thread().name)  # type: ignore[method-assign]

    def works(who: str) -> None:
        desk = Desk(store)
        for number, command in enumerate(BOTH_WANT_TEN[who]):
            turns.wait(who)
            done(desk, sandbox, who, f"{who}-{number}", command)
        turns.over(who)

    threads = [Thread(target=works, args=(who,), name=who) for who in BOTH_WANT_TEN]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    store.wait = lambda: None  # type: ignore[method-assign]
    run = Desk(store).run(store.find(sandbox.key))
    heard = [(a.after, 1, a.number, name) for name, a in store.asides(sandbox.sandbox_id)]
    events = store.events(sandbox.sandbox_id)
    first = {entry.command_id: entry.number for entry in reversed(events)}
    heard += [(number, 0, 0, name) for name, number in first.items()]
    return run, [name for *_, name in sorted(heard) if name[:3] in BOTH_WANT_TEN]


def one_by_one(heard: list[str]) -> Run:
    """The same commands, one after the other at one desk."""
    store, sandbox = begun()
    desk = Desk(store)
    for name in heard:
        who, number = name.split("-")
        sandbox = done(desk, sandbox, who, name, BOTH_WANT_TEN[who][int(number)]).sandbox
    return desk.run(sandbox)


def test_two_at_work_come_to_what_one_after_the_other_would() -> None:
    """P8: reads and writes are mixed at will, and the end is that of some serial order."""
    ends = set()
    for seed in range(24):
        drawn = ["Ada"] * 6 + ["Ben"] * 6
        Random(seed).shuffle(drawn)
        run, heard = at_once(drawn)
        assert sorted(heard) == [f"{who}-{n}" for who in ("Ada", "Ben") for n in range(3)]
        assert fingerprint(run) == fingerprint(one_by_one(heard))
        assert violations(run.world) == []
        ends.add(fingerprint(run))
    # they did get into each other's way
    assert len(ends) > 3


# --- P9: split invariance -----------------------------------------------------------------------

RMA: Final = "RMA-00001"
Draft = dict[str, Any]


def cancels(steps: Sequence[int], draft: Draft) -> Story:
    return given(
        order_allocated(**draft),
        *(CancelLineQuantity(FIRST, (CancelledRow(1, n),), "fewer wanted") for n in steps),
    )


def agreed(units: int, draft: Draft) -> Story:
    return given(
        order_delivered(**draft),
        RequestReturn(FIRST, (ReturnRow(1, units),), "changed_mind"),
        AuthoriseReturn(FIRST, RMA, "customer"),
        DeliverReturn(FIRST, RMA),
    )


def receives(steps: Sequence[int], draft: Draft) -> Story:
    units = sum(steps)
    counted = (ReceiveReturn(FIRST, RMA, (ReturnRow(1, n),)) for n in steps)
    return agreed(units, draft).and_(*counted, InspectReturn(FIRST, RMA, 1, units, "restock"))


def inspects(steps: Sequence[int], draft: Draft) -> Story:
    units = sum(steps)
    counted = agreed(units, draft).and_(ReceiveReturn(FIRST, RMA, (ReturnRow(1, units),)))
    return counted.and_(*(InspectReturn(FIRST, RMA, 1, n, "restock") for n in steps))


def returns(steps: Sequence[int], draft: Draft) -> Story:
    story = given(order_delivered(**draft))
    for place, n in enumerate(steps, start=1):
        rma = f"RMA-{place:05d}"
        story.and_(
            RequestReturn(FIRST, (ReturnRow(1, n),), "changed_mind"),
            AuthoriseReturn(FIRST, rma, "customer"),
            DeliverReturn(FIRST, rma),
            ReceiveReturn(FIRST, rma, (ReturnRow(1, n),)),
            InspectReturn(FIRST, rma, 1, n, "restock"),
        )
    return story


def claims(steps: Sequence[int], draft: Draft) -> Story:
    story = given(order_delivered(**draft))
    for place, n in enumerate(steps, start=1):
        story.and_(
            OpenClaim(FIRST, (ClaimRow(1, n),), "defective", "a photo"),
            ResolveClaim(FIRST, f"CLM-{place:05d}", "approved", "supplier", "seen"),
        )
    return story


def refunds(steps: Sequence[int], draft: Draft) -> Story:
    story = given(order_paid(**draft), CancelOrder(FIRST, "changed mind"))
    whole = refundable(story.world.orders[FIRST])
    parts = [whole * n // sum(steps) for n in steps[:-1]]
    for amount in (*parts, whole - sum(parts)):
        story.and_(IssueRefund(FIRST, amount, "cancelled"))
    return story


def counted(story: Story) -> tuple[Any, ...]:
    """Quantities and money, of the order and of the shelves."""
    assert violations(story.world) == []
    order = story.world.orders[FIRST]
    money = (order.credit, order.captured, order.refunded, order.balance_due, refundable(order))
    return order.lines, money, sorted(dict(story.world.stock).items())


@st.composite
def splits(draw: st.DrawFn) -> tuple[tuple[int, ...], Draft]:
    """An order, and how some units of its first line, or all, are dealt with: in which steps."""
    ordered = draw(st.integers(1, 9), "ordered")
    rest = draw(st.integers(1, ordered), "dealt with")
    steps = []
    while rest:
        steps.append(draw(st.integers(1, rest)))
        rest -= steps[-1]
    discount = draw(st.integers(0, 9_999), "discount")
    lines = {ARMCHAIR: ordered, **draw(st.sampled_from(({}, {LAMP: 6}, {LAMP: 12})))}
    return tuple(steps), {"lines": lines, "discount": discount}


@pytest.mark.parametrize("act", [cancels, receives, inspects, returns, claims, refunds])
@hypothesis.settings(max_examples=40, deadline=None)
@hypothesis.given(split=splits())
def test_in_any_number_of_steps_it_comes_to_the_same(
    act: Callable[[Sequence[int], Draft], Story], split: tuple[tuple[int, ...], Draft]
) -> None:
    """P9: the same quantities and the same money as at once."""
    steps, draft = split
    assert counted(act(steps, draft)) == counted(act((sum(steps),), draft))


# --- P12: four eyes -----------------------------------------------------------------------------


def by(story: Story, command: Command, actor: str, role: str) -> Refusal | tuple[Any, ...]:
    """The answer to somebody in a role."""
    envelope = envelope_of(story.world, command)
    return decide(story.world, msgspec.structs.replace(envelope, actor=actor, role=role))


def test_another_role_makes_nobody_a_second_person() -> None:
    """P12: who stopped it does not release it, and who asked does not answer."""
    odd = HoldPlaced(FIRST, "fraud", "odd", placed_by="Ada", owner="supervisor")
    release = ReleaseHold(FIRST, "fraud", "all clear")
    answer = AnswerRelease(FIRST, "fraud", "fine", "not yet", "It stays", "Not yet.")
    story = given(order_submitted(), odd)
    assert by(story, release, "Ada", "supervisor") == SamePerson(FIRST, "fraud", "Ada")
    assert not isinstance(by(story, release, "Grace", "supervisor"), Refusal)

    theirs = msgspec.structs.replace(odd, placed_by="Bob")
    story = given(order_submitted(), theirs, AskRelease(FIRST, "fraud", "I called them"))
    assert by(story, answer, "Ada", "supervisor") == OwnRequest(FIRST, "Ada")
    assert not isinstance(by(story, answer, "Grace", "supervisor"), Refusal)

    much = ruled(refund_limit=10_000)
    story = given(order_paid(), CancelOrder(FIRST, "changed mind"), world=much)
    story.and_(AskApproval(FIRST, 41_198, "all was cancelled"))
    approve = ApproveRefund(FIRST, 41_198)
    assert by(story, approve, "Ada", "supervisor") == OwnRequest(FIRST, "Ada")
    assert not isinstance(by(story, approve, "Grace", "supervisor"), Refusal)
