"""The one road into a sandbox, over the store in memory."""

from collections.abc import Callable

import pytest

from tests.builders import (
    FIRST,
    MESSAGE,
    OTTER,
    allocation,
    exercise,
    goal,
    labelling,
    leaving,
    opening,
    order_confirmed,
    order_drafted,
    order_submitted,
    packing,
    picking,
    step,
)  # fmt: skip
from tests.orders.way import next_step
from tests.story import Happening
from trainer.orders.clock import AdvanceClock, ClockAdvanced, ClockRunsForward
from trainer.orders.differences import Difference
from trainer.orders.engine import Command, Recorded
from trainer.orders.holds import PlaceHold
from trainer.orders.intake import CheckOrder, MessageReceived, ReceiveMessage
from trainer.orders.invariants import violations
from trainer.orders.payment import ReceiveTransfer, RecordPayment, TransferReceived
from trainer.orders.refusals import UnknownOrder, VersionConflict
from trainer.orders.service import AddNote, NoteAdded
from trainer.orders.shipping import PackageDelivered, PackageScanned
from trainer.orders.values import DAY, MINUTE
from trainer.play.memory import MemoryStore
from trainer.play.ports import Conflict, Sandbox, Standing
from trainer.play.run import Course, Run, fingerprint
from trainer.play.sandbox import TRIES, Desk, Outcome
from trainer.training.checks import Refused
from trainer.training.judge import HintTaken
from trainer.training.scenario import Scenario

RUSH = {"order": "rush"}
NOTE = AddNote(FIRST, "hello")
ADA, BEN = 1, 2


def rush() -> Scenario:
    """Enter it with a hint at hand, see it signed for, stay calm."""
    return exercise(
        step("enter", goal("entered", 50, entered_exactly=RUSH), hints=(5, 5)),
        step("deliver", goal("signed", 40, order_is={**RUSH, "label": "signed"})),
        standing=(goal("calm", 10, never_refused={}),),
    )


class Player:
    """Somebody at a desk, who does one thing after the other in one sandbox."""

    def __init__(self, store: MemoryStore | None = None) -> None:
        self.store = store or MemoryStore()
        self.desk = Desk(self.store)
        opened = self.store.put_opening(opening(rush()), b"rush", "digest")
        self.sandbox = self.store.open(ADA, opened)
        self.given = 0

    def does(self, command: Command, command_id: str = "", seen: int = 0) -> Outcome:
        """One command, with an id of its own unless it is given one."""
        self.given += 1
        outcome = self.desk.perform(
            self.sandbox,
            command,
            actor="Ada",
            command_id=command_id or f"ada-{self.given}",
            expected_version=seen,
            role="clerk" if "clerk" in command.roles else min(command.roles),
        )
        self.sandbox = outcome.sandbox
        return outcome

    def has_done(self, *happened: Happening) -> "Player":
        """All of this; a refusal in it is a mistake of the storyteller."""
        for each in happened:
            if isinstance(each, tuple):
                self.has_done(*each)
            elif isinstance(each, Command):
                assert self.does(each).refused is None
            elif callable(each):
                self.has_done(each(self.run.world))
        return self

    def waits(self, span: int) -> Outcome:
        """Time goes by."""
        return self.does(AdvanceClock(self.run.world.now + span))

    @property
    def run(self) -> Run:
        """The run as this desk knows it."""
        return self.desk.run(self.sandbox)


def kinds(entries: tuple[Recorded, ...]) -> list[type]:
    """What happened, without its fields."""
    return [type(entry.event) for entry in entries]


# --- doing --------------------------------------------------------------------------------------


def test_a_command_becomes_a_stored_event_two_minutes_later() -> None:
    player = Player().has_done(order_drafted(message_id=MESSAGE))
    before = player.run.world
    outcome = player.does(NOTE)
    assert kinds(outcome.entries) == [NoteAdded]
    assert outcome.run.world.now == before.now + 2 * MINUTE
    assert outcome.before.world is before
    assert player.store.events(player.sandbox.sandbox_id)[-1] == outcome.entries[0]


def test_the_standing_is_kept_beside_the_sandbox() -> None:
    player = Player().has_done(order_submitted(message_id=MESSAGE))
    assert player.sandbox.standing == Standing(
        score=50, step=1, finished=False, now=player.run.world.now
    )
    assert player.store.find(player.sandbox.key) == player.sandbox


def test_a_refused_try_is_kept_aside_and_takes_no_time() -> None:
    player = Player()
    before = player.run.world
    outcome = player.does(NOTE)
    assert outcome.refused == Refused(1, 0, before.now, NOTE, UnknownOrder(order_number=FIRST))
    assert outcome.run.world is before
    assert player.store.events(player.sandbox.sandbox_id) == []
    assert player.store.asides(player.sandbox.sandbox_id) == [("ada-1", outcome.refused)]
    assert outcome.run.progress.seen[2].tries == (1,)


def test_a_command_on_an_old_picture_is_refused() -> None:
    player = Player().has_done(order_submitted())
    version = player.run.world.orders[FIRST].version
    player.has_done(NOTE)
    outcome = player.does(PlaceHold(FIRST, "address", "no house number"), seen=version)
    assert outcome.refused is not None
    assert outcome.refused.refusal == VersionConflict(
        order_number=FIRST,
        seen=version,
        current=version + 1,
        changes=(Difference("text", "note", "", "hello"),),
    )


# --- the same command again ---------------------------------------------------------------------


def double_click(player: Player) -> tuple[Outcome, Outcome]:
    """The same payment twice."""
    player.has_done(order_confirmed(), ReceiveTransfer(OTTER, 90_000, FIRST))
    pay = RecordPayment(FIRST, "TR-70001", 20_000)
    return player.does(pay, "one click"), player.does(pay, "one click")


def test_a_double_click_has_one_effect_and_one_answer() -> None:
    player = Player()
    first, second = double_click(player)
    assert second.repeated
    assert not first.repeated
    # its own answer; what fell due meanwhile was the bank's
    own = tuple(entry for entry in first.entries if entry.command_id == "one click")
    assert (second.entries, second.refused) == (own, None)
    assert second.run is first.run
    assert player.run.world.orders[FIRST].captured == 20_000


def test_without_the_memory_of_answers_a_double_click_pays_twice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # a mutant: openfoodnetwork#6330, no idempotency key
    monkeypatch.setattr(Desk, "_repeated", lambda *_: pytest.fail("it was asked"))
    rightly = Course.joined

    def forgetful(course: Course, run: Run, *event: object) -> Run:
        after = rightly(course, run, *event)  # type: ignore[arg-type]
        return type(after)(after.world, after.agenda, after.progress, after.asides)

    monkeypatch.setattr(Course, "joined", forgetful)
    player = Player()
    double_click(player)
    assert player.run.world.orders[FIRST].captured == 40_000


def test_a_refused_command_again_is_the_same_refusal_and_one_try() -> None:
    player = Player()
    first, second = player.does(NOTE, "same"), player.does(NOTE, "same")
    assert second.repeated
    assert second.refused == first.refused
    assert len(player.store.asides(player.sandbox.sandbox_id)) == 1


def test_another_desk_knows_what_was_answered() -> None:
    player = Player().has_done(order_drafted())
    first = player.does(NOTE, "same")
    player.desk = Desk(player.store)
    second = player.does(NOTE, "same")
    assert second.repeated
    assert second.entries == first.entries


def test_waiting_twice_by_one_click_waits_once() -> None:
    player = Player()
    to = player.run.world.now + DAY
    player.does(AdvanceClock(to), "wait")
    assert player.does(AdvanceClock(to + DAY), "wait").repeated
    assert player.run.world.now == to


def test_a_customers_message_again_is_the_same_message() -> None:
    player = Player()
    message = ReceiveMessage("M-2", "email", "Olive", "Hi", "…")
    first, second = player.does(message, "same"), player.does(message, "same")
    assert second.repeated
    assert second.entries == first.entries
    assert player.sandbox.events == 1


# --- two at once --------------------------------------------------------------------------------


class Crowded(MemoryStore):
    """Somebody else writes just before each of the first appends and notes."""

    def __init__(self) -> None:
        super().__init__()
        self.others: list[Callable[[Sandbox], object]] = []

    def append(self, sandbox: Sandbox, entries: list[Recorded], standing: Standing) -> Sandbox:
        """After whoever is waiting."""
        while self.others:
            self.others.pop()(self.find(sandbox.key))
        return super().append(sandbox, entries, standing)


def test_two_at_once_lose_nothing_and_double_nothing() -> None:
    store = Crowded()
    player = Player(store).has_done(order_drafted())
    colleague = Desk(store)
    store.others.append(
        lambda sandbox: colleague.perform(
            sandbox, AddNote(FIRST, "from Ben"), actor="Ben", command_id="ben-1"
        )
    )
    outcome = player.does(NOTE)
    assert outcome.refused is None
    assert player.run.world.orders[FIRST].notes == ("from Ben", "hello")
    numbers = [entry.number for entry in store.events(player.sandbox.sandbox_id)]
    assert numbers == list(range(1, player.sandbox.events + 1))
    assert fingerprint(colleague.run(player.sandbox)) == fingerprint(player.run)


def test_who_loses_the_race_is_decided_on_the_newer_world() -> None:
    store = Crowded()
    player = Player(store).has_done(order_submitted())
    version = player.run.world.orders[FIRST].version
    store.others.append(
        lambda sandbox: Desk(store).perform(
            sandbox, CheckOrder(FIRST), actor="Ben", command_id="ben-1"
        )
    )
    outcome = player.does(CheckOrder(FIRST), seen=version)
    assert outcome.refused is not None
    assert outcome.refused.refusal.code == "VERSION_CONFLICT"


def test_the_same_click_in_two_tabs_has_one_effect() -> None:
    store = Crowded()
    player = Player(store).has_done(order_drafted())
    store.others.append(
        lambda sandbox: Desk(store).perform(sandbox, NOTE, actor="Ada", command_id="one click")
    )
    outcome = player.does(NOTE, "one click")
    assert outcome.repeated
    assert kinds(outcome.entries) == [NoteAdded]
    assert player.run.world.orders[FIRST].notes == ("hello",)


def test_a_desk_that_never_gets_a_turn_says_so() -> None:
    class Deaf(MemoryStore):
        """Always somebody else first."""

        asked = 0

        def note(self, *_: object) -> Sandbox:
            """Never."""
            self.asked += 1
            raise Conflict

    store = Deaf()
    with pytest.raises(Conflict):
        Player(store).does(NOTE)
    assert store.asked == TRIES


# --- time ---------------------------------------------------------------------------------------


def test_waiting_brings_the_customers_transfer_and_the_banks_word() -> None:
    player = Player().has_done(order_confirmed(message_id=MESSAGE))
    outcome = player.waits(DAY)
    assert kinds(outcome.entries) == [TransferReceived, MessageReceived, ClockAdvanced]
    assert [entry.role for entry in outcome.entries] == ["bank", "bank", "clerk"]
    assert player.run.world.transfers["TR-70001"].amount == 41_198


def test_waiting_too_little_brings_nothing() -> None:
    player = Player().has_done(order_confirmed())
    assert kinds(player.waits(60 * MINUTE).entries) == [ClockAdvanced]


def test_what_falls_due_while_somebody_works_happens_too() -> None:
    player = Player().has_done(order_confirmed())
    due = player.run.agenda.next()
    assert due is not None
    player.has_done(AdvanceClock(due.at - 2 * MINUTE))
    assert kinds(player.does(NOTE).entries) == [NoteAdded, TransferReceived]


def shipped() -> Player:
    """Paid by the customer's own transfer, and out of the house."""
    player = Player().has_done(order_confirmed(message_id=MESSAGE))
    player.waits(DAY)
    player.has_done(RecordPayment(FIRST, "TR-70001", 41_198))
    for brings_on in (allocation, picking, packing, labelling, leaving):
        player.has_done(brings_on(FIRST, player.run.world))
    return player


def test_waiting_brings_the_carriers_scans_in_order() -> None:
    outcome = shipped().waits(5 * DAY)
    assert kinds(outcome.entries) == [
        PackageScanned, PackageScanned, PackageDelivered, MessageReceived, ClockAdvanced,
    ]  # fmt: skip
    moments = [entry.at for entry in outcome.entries]
    assert moments == sorted(moments)
    assert outcome.run.progress.seen[1].state == "reached"


def test_waiting_in_steps_is_waiting_at_once() -> None:
    at_once, in_steps = shipped(), shipped()
    at_once.waits(5 * DAY)
    for _ in range(5):
        in_steps.waits(DAY)
    scans = [
        [
            (entry.event, entry.at)
            for entry in player.store.events(player.sandbox.sandbox_id)
            if isinstance(entry.event, PackageScanned | PackageDelivered)
        ]
        for player in (at_once, in_steps)
    ]
    assert scans[0] == scans[1]
    assert len(scans[0]) == 3


def test_time_does_not_run_back() -> None:
    outcome = Player().waits(-1)
    assert outcome.refused is not None
    assert outcome.refused.refusal == ClockRunsForward()


# --- help ---------------------------------------------------------------------------------------


def test_a_hint_is_kept_aside_with_its_place() -> None:
    player = Player().has_done(order_drafted())
    outcome = player.desk.take_hint(player.sandbox, "help")
    assert outcome.run.progress.hints == (
        HintTaken(1, player.sandbox.events, outcome.run.world.now, "enter", 0),
    )


def test_a_hint_is_taken_once_per_click_and_while_there_is_one() -> None:
    player = Player()
    sandbox = player.sandbox
    for click, repeated in (("a", False), ("a", True), ("b", False), ("c", True)):
        outcome = player.desk.take_hint(sandbox, click)
        assert outcome.repeated == repeated
        sandbox = outcome.sandbox
    assert [hint.hint for hint in outcome.run.progress.hints] == [0, 1]


# --- replay -------------------------------------------------------------------------------------


def whole_life() -> tuple[Player, dict[int, str]]:
    """From the message to the archive, with a refused try and a hint; and each moment's print."""
    player = Player()
    prints = {0: fingerprint(player.run)}

    def remember() -> None:
        prints[player.sandbox.events] = fingerprint(player.run)

    for command in order_drafted(message_id=MESSAGE):
        player.has_done(command)
        remember()
    player.does(AddNote(FIRST, " "))
    player.sandbox = player.desk.take_hint(player.sandbox, "help").sandbox
    while command := next_step(player.run.world, player.run.world.orders[FIRST]):
        player.has_done(command)
        remember()
    player.waits(30 * DAY)
    remember()
    return player, prints


def test_a_whole_life_replays_to_the_same_print_at_every_moment() -> None:
    player, prints = whole_life()
    assert player.run.world.orders[FIRST].status == "archived"
    assert violations(player.run.world) == []
    for number, print_ in prints.items():
        assert fingerprint(player.desk.at(player.sandbox, number)) == print_
    assert len(prints) > 15


def test_another_process_rebuilds_the_same_run() -> None:
    player, _ = whole_life()
    other = Desk(player.store).run(player.sandbox)
    assert fingerprint(other) == fingerprint(player.run)
    assert (other.asides, other.answered) == (player.run.asides, player.run.answered)
    assert other.agenda == player.run.agenda


def test_a_desk_reads_only_what_it_has_not_seen() -> None:
    player = Player().has_done(order_drafted())
    other = Desk(player.store)
    half = other.run(player.sandbox)
    player.has_done(NOTE)
    player.does(AddNote(FIRST, " "))
    assert fingerprint(other.run(player.sandbox)) == fingerprint(player.run)
    assert half.world.orders[FIRST].notes == ()


def test_a_desk_with_little_room_forgets_and_rebuilds() -> None:
    player = Player().has_done(order_drafted())
    small = Desk(player.store, keep=1)
    other = player.store.open(BEN, player.sandbox.opening_id)
    before = fingerprint(small.run(player.sandbox))
    assert fingerprint(small.run(other)) != before
    assert fingerprint(small.run(player.sandbox)) == before


def test_an_older_picture_of_the_sandbox_shows_the_older_run() -> None:
    player = Player().has_done(order_drafted())
    older = player.sandbox
    player.has_done(NOTE)
    assert player.desk.run(older).world.orders[FIRST].notes == ()


def test_the_moment_before_anything_is_the_opening() -> None:
    player, prints = whole_life()
    assert fingerprint(player.desk.at(player.sandbox, 0)) == prints[0]
    assert player.desk.at(player.sandbox, 0).progress.hints == ()


def test_a_try_after_the_last_event_belongs_to_the_last_moment() -> None:
    player = Player().has_done(order_drafted())
    player.does(AddNote(FIRST, " "))
    last = player.desk.at(player.sandbox, player.sandbox.events)
    assert last.progress.seen[2].tries == (1,)
    assert fingerprint(last) == fingerprint(player.run)
