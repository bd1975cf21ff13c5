"""Going on from another moment, over each store: exactly what was, and nothing lost."""

import pytest

from tests.store.conftest import ADA, BEN
from tests.store.shop import CHECK, DRAFT, LAMPS, SUBMIT
from tests.store.test_contract import perform, put
from trainer.play.forking import NothingThere, before_last_act, fork, own, undo, whole
from trainer.play.ports import Conflict, Sandbox, Store
from trainer.play.run import fingerprint
from trainer.play.sandbox import Desk


@pytest.fixture
def desk(store: Store) -> Desk:
    return Desk(store)


@pytest.fixture
def run(store: Store, desk: Desk) -> Sandbox:
    """Ada's run: a refused try, then the order is entered and checked."""
    return perform(desk, store.open(ADA, put(store)), LAMPS, DRAFT, LAMPS, SUBMIT, CHECK)


def test_a_fork_is_the_run_as_it_was_at_every_moment(
    store: Store, desk: Desk, run: Sandbox
) -> None:
    for at in range(run.events + 1):
        made = fork(desk, run, at, ADA)
        there = whole(store.events(run.sandbox_id), at)
        assert (made.kind, made.events, made.opening_id) == ("fork", there, run.opening_id)
        fresh = Desk(store)
        assert fingerprint(fresh.run(store.find(made.key))) == fingerprint(fresh.at(run, there))
        assert store.find(made.key) == made


def test_the_same_acts_after_a_fork_come_to_the_same(store: Store, desk: Desk) -> None:
    run = perform(desk, store.open(ADA, put(store)), DRAFT, LAMPS)
    full = perform(desk, run, SUBMIT, CHECK)
    made = perform(desk, fork(desk, full, run.events, ADA), SUBMIT, CHECK)
    assert [entry.event for entry in store.events(made.sandbox_id)] == [
        entry.event for entry in store.events(full.sandbox_id)
    ]
    assert made.standing == full.standing


def test_a_fork_leaves_the_attempt_live_and_replaces_the_fork_before(
    store: Store, desk: Desk, run: Sandbox
) -> None:
    first, second = fork(desk, run, 1, ADA), fork(desk, run, 2, ADA)
    found = {it.key: (it.kind, it.replaced) for it in store.of_person(ADA)}
    assert found == {
        run.key: ("attempt", False),
        first.key: ("fork", True),
        second.key: ("fork", False),
    }
    again = store.open(ADA, run.opening_id)
    assert not store.find(second.key).replaced
    assert store.find(run.key).replaced
    assert again.kind == "attempt"


def test_whoever_teaches_can_show_it_in_a_copy_of_their_own(
    store: Store, desk: Desk, run: Sandbox
) -> None:
    made = fork(desk, run, 2, BEN)
    assert (made.person_id, made.kind) == (BEN, "fork")
    perform(desk, made, SUBMIT)
    assert store.find(run.key) == run


@pytest.fixture
def under_way(store: Store, desk: Desk) -> Sandbox:
    """Ada's run in the middle: a refused try, a draft, a line."""
    return perform(desk, store.open(ADA, put(store)), LAMPS, DRAFT, LAMPS)


def test_the_last_act_is_taken_back_and_kept(store: Store, desk: Desk, under_way: Sandbox) -> None:
    before = perform(Desk(store), store.open(BEN, under_way.opening_id), LAMPS, DRAFT)
    made = undo(desk, under_way)
    assert (made.kind, made.replaced, made.opened_at) == ("attempt", False, under_way.opened_at)
    assert (made.standing, made.asides) == (before.standing, under_way.asides)
    old = store.find(under_way.key)
    assert (old.kind, old.replaced, old.events) == ("undone", True, under_way.events)
    again = desk.run(made)
    assert fingerprint(again) == fingerprint(desk.at(under_way, made.events))
    # and once more, to the beginning
    first = undo(desk, made)
    assert first.events == 0
    with pytest.raises(NothingThere):
        undo(desk, first)
    assert perform(desk, first, DRAFT).events > 0


def test_two_tabs_take_back_one_act(store: Store, desk: Desk, under_way: Sandbox) -> None:
    undo(desk, under_way)
    with pytest.raises(Conflict):
        undo(Desk(store), under_way)
    assert len([it for it in store.of_person(ADA) if not it.replaced]) == 1


def test_what_is_finished_is_not_taken_back(desk: Desk, run: Sandbox) -> None:
    assert run.standing.finished
    with pytest.raises(NothingThere):
        undo(desk, run)


def test_what_others_do_is_nobodys_act(store: Store, run: Sandbox) -> None:
    entries = store.events(run.sandbox_id)
    assert all(own(entry) for entry in entries)
    assert before_last_act([]) is None
