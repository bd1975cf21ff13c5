"""What playing may rely on, whichever store it has: memory, SQLite, PostgreSQL."""

import msgspec
import pytest

from tests.store.conftest import ADA, BEN
from tests.store.shop import CHECK, DRAFT, LAMPS, SUBMIT, as_json, content, note, opening
from trainer.orders.refusals import UnknownOrder
from trainer.play.memory import MemoryStore
from trainer.play.ports import IMPORTED, Conflict, NotFound, Sandbox, Standing, Store
from trainer.play.run import fingerprint
from trainer.play.sandbox import Desk
from trainer.training.checks import Refused
from trainer.training.judge import HintTaken


@pytest.fixture
def sandbox(store: Store) -> Sandbox:
    """Ada's first attempt at the three lamps."""
    return store.open(ADA, put(store))


def put(store: Store, title: str = "", name: str = "three-lamps", seed: int = 1) -> int:
    """An opening of a scenario whose text is known by its title."""
    scenario = content(title or name, name)
    return store.put_opening(opening(scenario, seed), as_json(scenario), f"{name} {title}")


def perform(desk: Desk, sandbox: Sandbox, *commands: object) -> Sandbox:
    """One command after the other, by Ada."""
    for command in commands:
        sandbox = desk.perform(
            sandbox, command, actor="ada", command_id=f"{sandbox.events}-{sandbox.asides}"
        ).sandbox
    return sandbox


def perform_elsewhere(command: object) -> tuple[object, ...]:
    """The events a command leads to, made in another shop."""
    store = MemoryStore()
    return (
        Desk(store)
        .perform(store.open(ADA, put(store)), command, actor="ada", command_id="x")
        .entries
    )


# --- openings ---------------------------------------------------------------------------------


def test_an_opening_comes_back_as_it_was_put(store: Store) -> None:
    assert store.opening(put(store)) == opening(content("three-lamps"))


def test_an_opening_is_kept_once(store: Store) -> None:
    first = put(store)
    assert put(store) == first
    assert store.find_opening("three-lamps ", "zh_CN", 1) == first
    assert put(store, seed=2) != first
    assert store.find_opening("three-lamps ", "zh_CN", 3) is None
    assert store.find_opening("three-lamps ", "zh_TW", 1) is None


def test_an_attempt_keeps_its_scenario_though_the_file_changes(store: Store) -> None:
    attempt = store.open(ADA, put(store, title="As it was"))
    later = store.open(BEN, put(store, title="As it is now"))
    assert store.opening(attempt.opening_id).scenario.title.en == "As it was"
    assert store.opening(later.opening_id).scenario.title.en == "As it is now"


def test_what_was_brought_in_from_outside_is_listed_apart(store: Store) -> None:
    put(store)
    scenario = content("Northwind", "northwind")
    digest = f"{IMPORTED}{'0' * 64}"
    outside = store.put_opening(opening(scenario), as_json(scenario), digest)
    assert store.imported() == {outside: opening(scenario).scenario}


def test_what_is_not_there_is_not_found(store: Store) -> None:
    with pytest.raises(NotFound):
        store.opening(99)
    for key in ("no-such-key", "", "nul\0", "'; --", "键"):
        with pytest.raises(NotFound):
            store.find(key)
    with pytest.raises(NotFound):
        store.open(ADA, 99)


# --- sandboxes --------------------------------------------------------------------------------


def test_a_new_sandbox_is_empty_and_found_by_its_key(store: Store, sandbox: Sandbox) -> None:
    assert store.find(sandbox.key) == sandbox
    assert (sandbox.events, sandbox.asides, sandbox.standing) == (0, 0, Standing())
    assert (sandbox.person_id, sandbox.replaced) == (ADA, False)
    assert store.events(sandbox.sandbox_id) == []
    assert store.asides(sandbox.sandbox_id) == []


def test_starting_over_keeps_the_old_run(store: Store, sandbox: Sandbox) -> None:
    old = perform(Desk(store), sandbox, DRAFT, LAMPS)
    new = store.open(ADA, put(store, seed=2))
    assert new.key != old.key
    assert store.find(old.key) == msgspec.structs.replace(old, replaced=True)
    assert len(store.events(old.sandbox_id)) == 2
    assert not store.find(new.key).replaced


def test_starting_over_concerns_nobody_and_nothing_else(store: Store, sandbox: Sandbox) -> None:
    ben = store.open(BEN, sandbox.opening_id)
    other = store.open(ADA, put(store, name="one-chair"))
    store.open(ADA, sandbox.opening_id)
    assert store.find(sandbox.key).replaced
    assert not store.find(ben.key).replaced
    assert not store.find(other.key).replaced


def test_a_person_sees_their_own_newest_first(store: Store, sandbox: Sandbox) -> None:
    other = store.open(ADA, put(store, name="one-chair"))
    again = store.open(ADA, sandbox.opening_id)
    store.open(BEN, sandbox.opening_id)
    mine = store.of_person(ADA)
    assert [seen.key for seen in mine] == [again.key, other.key, sandbox.key]
    assert [seen.replaced for seen in mine] == [False, False, True]
    assert store.of_person(3) == []


# --- what happens in them ---------------------------------------------------------------------


def test_events_come_back_equal_and_in_order(store: Store, sandbox: Sandbox) -> None:
    desk = Desk(store)
    outcomes = []
    for number, command in enumerate((DRAFT, LAMPS, SUBMIT, note("小心轻放 🪔 'quoted'"))):
        outcome = desk.perform(sandbox, command, actor="徐 Ada", command_id=f"c{number}")
        sandbox = outcome.sandbox
        outcomes += outcome.entries
    assert store.events(sandbox.sandbox_id) == outcomes
    assert store.events(sandbox.sandbox_id, after=2) == outcomes[2:]
    assert store.events(sandbox.sandbox_id, after=4) == []


def test_asides_come_back_equal_and_in_order(store: Store, sandbox: Sandbox) -> None:
    desk = Desk(store)
    refused = desk.perform(sandbox, LAMPS, actor="ada", command_id="too-soon")
    hinted = desk.take_hint(refused.sandbox, "help")
    kept = store.asides(sandbox.sandbox_id)
    assert [command_id for command_id, _ in kept] == ["too-soon", "help"]
    assert kept[0][1] == refused.refused
    assert kept[0][1] == Refused(
        number=1, after=0, at=kept[0][1].at, command=LAMPS, refusal=UnknownOrder("SO-10001")
    )
    assert isinstance(kept[1][1], HintTaken)
    assert (kept[1][1],) == hinted.run.progress.hints
    assert store.asides(sandbox.sandbox_id, after=1) == kept[1:]


def test_the_answer_to_a_write_is_what_is_stored(store: Store, sandbox: Sandbox) -> None:
    desk = Desk(store)
    moved = perform(desk, sandbox, DRAFT, LAMPS)
    assert store.find(sandbox.key) == moved
    assert (moved.events, moved.asides) == (2, 0)
    noted = perform(desk, moved, LAMPS)  # a second line of lamps is refused
    assert store.find(sandbox.key) == noted
    assert (noted.events, noted.asides) == (2, 1)
    assert noted.touched_at > sandbox.touched_at
    done = perform(desk, noted, SUBMIT)
    assert store.find(sandbox.key) == done
    assert (done.standing.score, done.standing.finished) == (98, True)


@pytest.mark.parametrize("first", [LAMPS, DRAFT], ids=["an aside", "an event"])
def test_who_saw_an_older_sandbox_writes_nothing(
    store: Store, sandbox: Sandbox, first: object
) -> None:
    stale = sandbox
    moved = perform(Desk(store), sandbox, first)
    (entry,) = perform_elsewhere(DRAFT)
    hint = HintTaken(number=1, after=0, at=0, step="enter", hint=0)
    with pytest.raises(Conflict):
        store.append(stale, [entry], Standing(score=50))
    with pytest.raises(Conflict):
        store.note(stale, "late", hint, Standing(score=50))
    assert store.find(sandbox.key) == moved
    assert len(store.events(sandbox.sandbox_id)) == moved.events
    assert len(store.asides(sandbox.sandbox_id)) == moved.asides


def test_a_run_read_back_is_the_run_that_was_played(store: Store, sandbox: Sandbox) -> None:
    desk = Desk(store)
    moved = perform(desk, sandbox, LAMPS, DRAFT, LAMPS)
    moved = desk.take_hint(moved, "help").sandbox
    moved = perform(desk, moved, LAMPS, SUBMIT, CHECK, note("Three lamps"))
    played = desk.run(moved)

    rebuilt = Desk(store).run(store.find(sandbox.key))
    assert fingerprint(rebuilt) == fingerprint(played)
    assert rebuilt.answered == played.answered
    assert rebuilt.agenda == played.agenda

    course = desk.course(moved)
    replayed = course.replay(store.events(sandbox.sandbox_id), store.asides(sandbox.sandbox_id))
    assert fingerprint(replayed) == fingerprint(played)


def test_two_desks_take_turns_in_one_sandbox(store: Store, sandbox: Sandbox) -> None:
    here, there = Desk(store), Desk(store)
    begun = perform(here, sandbox, DRAFT)
    perform(there, begun, LAMPS)
    outcome = here.perform(begun, SUBMIT, actor="ada", command_id="behind")
    assert [entry.number for entry in outcome.entries] == [3]
    assert store.find(sandbox.key).events == 3


def test_the_same_command_twice_is_answered_twice_and_done_once(
    store: Store, sandbox: Sandbox
) -> None:
    first = Desk(store).perform(sandbox, DRAFT, actor="ada", command_id="once")
    again = Desk(store).perform(sandbox, DRAFT, actor="ada", command_id="once")
    assert again.repeated
    assert store.find(sandbox.key) == first.sandbox
    refused = Desk(store).perform(again.sandbox, DRAFT, actor="ada", command_id="refused")
    repeated = Desk(store).perform(again.sandbox, DRAFT, actor="ada", command_id="refused")
    assert repeated.refused == refused.refused
    assert store.find(sandbox.key).asides == refused.sandbox.asides
