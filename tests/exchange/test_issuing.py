"""A paper goes on saying what it said when it was issued, whatever becomes of its order (I26)."""

from collections.abc import Iterator

from immutables import Map

from tests.builders import (
    ARMCHAIR,
    FIRST,
    LAMP,
    company,
    order_confirmed,
    order_shipped,
)
from tests.orders.walk import opening, walked
from tests.story import Story, given
from trainer.exchange.issuing import labelled_after, outgoing, packed_after
from trainer.orders.engine import Recorded, evolve
from trainer.orders.remedies import CancelledRow, CancelLineQuantity
from trainer.orders.world import World

LINES = {ARMCHAIR: 3, LAMP: 6}


def history(entries: list[Recorded], until: int) -> dict[str, list[Recorded]]:
    found: dict[str, list[Recorded]] = {}
    for entry in entries:
        if entry.number <= until:
            found.setdefault(getattr(entry.event, "order_number", ""), []).append(entry)
    return found


def papers(entries: list[Recorded], worlds: Map[int, World], until: int) -> dict[str, bytes]:
    """Every paper issued up to an event, as it is written when it is asked for then."""
    known = history(entries, until)
    return {
        paper.number: paper.write(worlds[paper.after])
        for number, order in worlds[until].orders.items()
        for paper in outgoing(order, known.get(number, []))
    }


def moments(world: World, entries: list[Recorded]) -> Iterator[tuple[int, World]]:
    yield 0, world
    for entry in entries:
        world = evolve(world, entry)
        yield entry.number, world


def told(story: Story) -> dict[str, bytes]:
    worlds = Map(moments(company(), story.entries))
    return papers(story.entries, worlds, story.entries[-1].number)


def test_what_was_issued_on_a_walk_is_the_same_ever_after() -> None:
    met: dict[str, int] = {}
    for seed in range(16):
        walk = walked(seed, 300)
        worlds = Map(moments(opening(seed), walk.entries))
        last = walk.entries[-1].number
        before: dict[str, bytes] = {}
        for until in (last // 4, last // 2, 3 * last // 4, last):
            now = papers(walk.entries, worlds, until)
            changed = [number for number in before if now.get(number) != before[number]]
            assert not changed, (seed, until, changed)
            before = now
        for number in before:
            kind = number[:3] + ("R" if "-R" in number else "")
            met[kind] = met.get(kind, 0) + 1
    assert min(met[kind] for kind in ("OR-", "OR-R", "DA-", "INV")) > 5, met


def test_what_changes_a_promise_is_a_response_of_its_own() -> None:
    confirmed = given(order_confirmed(lines=LINES))
    first = told(confirmed)
    assert set(first) == {f"OR-{FIRST}"}
    later = confirmed.and_(CancelLineQuantity(FIRST, (CancelledRow(1, 2),), "less"))
    now = told(later)
    assert set(now) == {f"OR-{FIRST}", f"OR-{FIRST}-R2"}
    assert now[f"OR-{FIRST}"] == first[f"OR-{FIRST}"]
    assert b"AP<" in now[f"OR-{FIRST}"]
    assert b"CA<" in now[f"OR-{FIRST}-R2"]


def test_the_word_given_before_the_run_is_that_of_its_opening() -> None:
    story = given(order_confirmed(lines=LINES))
    (paper,) = outgoing(story.world.orders[FIRST], [])
    assert (paper.number, paper.after) == (f"OR-{FIRST}", 0)
    assert f"OR-{FIRST}".encode() in paper.write(story.world)


def test_a_parcels_papers_are_those_of_its_packing_and_its_label() -> None:
    story = given(order_shipped())
    known = history(story.entries, story.entries[-1].number)[FIRST]
    packed, labelled = packed_after(1, known), labelled_after(1, known)
    assert 0 < packed < labelled
    assert (packed_after(2, known), labelled_after(2, known)) == (0, 0)
