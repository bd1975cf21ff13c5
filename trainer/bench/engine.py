"""The engine and its judge in memory: one order's life, worlds of any size, pauses."""

import gc
import tracemalloc
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from statistics import median
from time import perf_counter, thread_time

import msgspec

from trainer.bench import floors
from trainer.bench.course import PEERS_LIFE, commands_of, course_of, envelopes_of, grown, living
from trainer.bench.table import Row, Size, in_turns
from trainer.orders import codec, costs, reports, satisfaction
from trainer.orders.clock import AdvanceClock
from trainer.orders.engine import Envelope, Recorded, handle
from trainer.orders.refusals import Refusal
from trainer.orders.reports import Ask
from trainer.orders.search import Query, find_orders
from trainer.orders.values import DAY
from trainer.orders.world import World
from trainer.play.memory import MemoryStore
from trainer.play.preview import preview
from trainer.play.run import Course, Run
from trainer.play.sandbox import Desk, played
from trainer.simulation.background import UNDER_WAY
from trainer.training.judge import Progress


def measure(size: Size) -> Iterator[Row]:
    """The rows of the engine."""
    courses = [course_of(orders) for orders in size.worlds]
    gc.freeze()  # as the desk does with an opening
    with pauses() as longest:
        yield from _life(courses[0], size)
        yield from _growth(courses, size)
        yield from _pages([course.opening.world for course in courses], size)
        yield from _reports(courses[0].opening.world, size)
        yield from _previews(courses[0], size)
        yield from _memory(courses[0].opening.world, size)
        yield from _living(size)
    what = "longest pause of the garbage collector in all that, openings frozen"
    yield Row(what, longest() * 1e3, "ms", goal=5)


def _life(course: Course, size: Size) -> Iterator[Row]:
    envelopes = envelopes_of(course)
    entries = judged_life(course, envelopes)
    eight = tuple(
        {
            type(envelope.command): (world, progress, envelope)
            for world, progress, envelope in met(course, envelopes)
            if type(envelope.command) in PEERS_LIFE
        }.values()
    )
    records = floors.records(size.worlds[0])
    lived, shared, road, replayed, plain, floor = (
        seconds / size.lives * 1e3
        for seconds in in_turns(
            size.rounds,
            lambda: [judged_life(course, envelopes) for _ in range(size.lives)],
            lambda: [judged(course, w, p, (e,)) for _ in range(size.lives) for w, p, e in eight],
            whole_road(course, size.lives),
            lambda: [course.replay(entries) for _ in range(size.lives)],
            floors.lives(records, size.lives),
            floors.updates(records, size.lives),
            clock=thread_time,
        )
    )
    events = len(entries)
    yield Row(
        f"an order's life: {len(envelopes)} commands, {events} events, rubric re-checked",
        lived, "ms", floor,
    )  # fmt: skip
    yield Row("  one event of it, against one bare update", lived / events * 1e3, "µs",
              floor / floors.UPDATES * 1e3)  # fmt: skip
    # the goals are of a life of eight commands, which is what peers were measured by
    yield Row(f"  the {len(eight)} commands of it that a peer's life has", shared, "ms", plain,
              goal=0.25)  # fmt: skip
    yield Row(f"  the same, against {len(floors.GUARDS)} written plainly", shared, "ms", plain,
              goal=22, of="ratio")  # fmt: skip
    yield Row("  with agenda, ledger and a store in memory around it", road, "ms", floor)
    for name, seconds in _each(course, envelopes, size.rounds).items():
        yield Row(f"  {name}", seconds * 1e6, "µs")
    yield Row("commands decided, evolved and judged in a second", len(envelopes) / lived * 1e3, "")
    yield Row("events replayed in a second", events / replayed * 1e3, "")


def judged(
    course: Course, world: World, progress: Progress, envelopes: Sequence[Envelope]
) -> tuple[World, Progress, list[Recorded]]:
    """Decide and evolve every command, and re-check the rubric after each event."""
    entries = []
    for envelope in envelopes:
        answer = handle(world, envelope)
        assert not isinstance(answer, Refusal), answer
        world, recorded = answer
        for entry in recorded:
            progress = course.judge.after(progress, entry, world)
        entries += recorded
    return world, progress, entries


def judged_life(course: Course, envelopes: Sequence[Envelope]) -> list[Recorded]:
    """What the commands of a life lead to, from the opening on."""
    return judged(course, course.opening.world, course.judge.start(), envelopes)[2]


def met(
    course: Course, envelopes: Sequence[Envelope]
) -> Iterator[tuple[World, Progress, Envelope]]:
    """Each command of a life with the world and the progress it meets."""
    world, progress = course.opening.world, course.judge.start()
    for envelope in envelopes:
        yield world, progress, envelope
        world, progress, _ = judged(course, world, progress, (envelope,))


def whole_road(course: Course, lives: int) -> Callable[[], None]:
    """The same life by the road a click takes, over a store in memory."""
    commands = commands_of(course)

    def play() -> None:
        store = MemoryStore()
        opening_id = store.put_opening(course.opening, b"", "bench")
        desk = Desk(store)
        for person_id in range(lives):
            sandbox = store.open(person_id, opening_id)
            for place, command in enumerate(commands):
                done = desk.perform(sandbox, command, actor="bench", command_id=str(place))
                sandbox = done.sandbox

    return play


def _each(course: Course, envelopes: Sequence[Envelope], rounds: int) -> dict[str, float]:
    """Median seconds of each kind of command, with its events judged."""
    taken: dict[str, list[float]] = defaultdict(list)
    moments = tuple(met(course, envelopes))
    for _ in range(rounds):
        for world, progress, envelope in moments:
            began = perf_counter()
            judged(course, world, progress, (envelope,))
            taken[type(envelope.command).__name__].append(perf_counter() - began)
    return {name: median(seconds) for name, seconds in taken.items()}


def _growth(courses: Sequence[Course], size: Size) -> Iterator[Row]:
    """The same life in each world; the smallest one is the floor."""

    def lives(course: Course) -> Callable[[], object]:
        envelopes = envelopes_of(course)
        return lambda: [judged_life(course, envelopes) for _ in range(size.lives)]

    seconds = in_turns(size.rounds, *map(lives, courses), clock=thread_time)
    actions = [taken / size.lives / len(envelopes_of(courses[0])) * 1e6 for taken in seconds]
    for orders, action in zip(size.worlds, actions, strict=True):
        yield Row(f"an action in a world of {orders:,} orders", action, "µs", actions[0],
                  goal=1.2, of="ratio")  # fmt: skip


def _pages(worlds: Sequence[World], size: Size) -> Iterator[Row]:
    """The first page of the order list in each world; the smallest one is the floor.

    What is narrowed to a label has no goal: in a small world it does not fill a page.
    """
    for what, query, goal in (
        ("the first page of the list", Query(), 1.5),
        ("the first page of those in transit", Query(label="in_transit"), None),
    ):
        times = 10 * size.lives
        seconds = in_turns(
            size.rounds, *(_finding(world, query, times) for world in worlds), clock=thread_time
        )
        pages = [taken / times * 1e6 for taken in seconds]
        for orders, page in zip(size.worlds, pages, strict=True):
            yield Row(f"{what}, {orders:,} orders", page, "µs", pages[0], goal=goal, of="ratio")


def _reports(small: World, size: Size) -> Iterator[Row]:
    """Each report over one large world; the floor looks at each of its lines once."""
    world = grown(small, size.reported)
    asked: tuple[tuple[str, Callable[[], object]], ...] = (
        ("sales by month", lambda: reports.sales(world, Ask())),
        ("sales by product", lambda: reports.sales(world, Ask(by="product"))),
        ("customers", lambda: reports.customers(world, Ask())),
        ("order volume by day", lambda: reports.volume(world, Ask(by="day"))),
        ("lead time by stage", lambda: reports.lead_time(world, Ask())),
        ("on time, in full", lambda: reports.on_time_in_full(world, Ask())),
        ("backorders by product", lambda: reports.backorders(world, Ask(by="product"))),
        ("returns by product", lambda: reports.returns(world, Ask(by="product"))),
        ("cost of service by carrier", lambda: costs.cost_of_service(world, Ask(by="carrier"))),
        ("satisfaction by month", lambda: satisfaction.satisfaction(world, Ask())),
    )
    *taken, floor = in_turns(
        size.rounds,
        *(report for _, report in asked),
        lambda: floors.added_up(world),
        clock=thread_time,
    )
    slowest = max(taken)
    yield Row(f"the slowest report over {size.reported:,} orders", slowest * 1e3, "ms",
              floor * 1e3, goal=100)  # fmt: skip
    for (name, _), seconds in zip(asked, taken, strict=True):
        yield Row(f"  {name}", seconds * 1e3, "ms", floor * 1e3)


def _previews(course: Course, size: Size) -> Iterator[Row]:
    """What if, for every command of a life; the floor does the commands themselves."""
    moments = tuple(met(course, envelopes_of(course)))
    asked, done = in_turns(
        size.rounds,
        lambda: [preview(world, envelope) for world, _, envelope in moments],
        lambda: [handle(world, envelope) for world, _, envelope in moments],
        clock=thread_time,
    )
    yield Row("a preview, against the command itself", asked / len(moments) * 1e6, "µs",
              done / len(moments) * 1e6)  # fmt: skip


def _memory(small: World, size: Size) -> Iterator[Row]:
    """What a large world weighs once it has been read, and what a fork of it costs."""
    stored = codec.encode_world(grown(small, size.reported))
    gc.collect()
    tracemalloc.start()
    world = codec.decode_world(stored)
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    yield Row(f"a world of {size.reported:,} orders in memory", held / 2**20, "MB")
    yield Row("  as JSON", len(stored) / 2**20, "MB")
    order = next(world.newest())
    forked, floor = in_turns(
        size.rounds,
        lambda: [world.with_order(order) for _ in range(size.lives)],
        lambda: [msgspec.structs.replace(order) for _ in range(size.lives)],
        clock=thread_time,
    )
    yield Row("  a fork of it with one order changed", forked / size.lives * 1e6, "µs",
              floor / size.lives * 1e6)  # fmt: skip


def _living(size: Size) -> Iterator[Row]:
    """A day of waiting among so many orders under way; the floor changes a record per event."""
    opening = living(size.past)
    course = Course(opening=opening, judge=opening.judge())
    run = course.start()
    events = len(_a_day(course, run))
    day, floor = in_turns(
        size.rounds,
        lambda: [_a_day(course, run) for _ in range(size.lives)],
        floors.updates(floors.records(size.worlds[0]), size.lives * -(-events // floors.UPDATES)),
        clock=thread_time,
    )
    orders = sum(opening.world.count(label) for label in UNDER_WAY if label != "settled")
    yield Row(
        f"a day in a living world, {orders} open orders, {events} events",
        day / size.lives * 1e3, "ms", floor / size.lives * 1e3, goal=25,
    )  # fmt: skip


def _a_day(course: Course, run: Run) -> list[Recorded]:
    envelope = Envelope("day", "bench", "clerk", run.world.now, AdvanceClock(run.world.now + DAY))
    answer = played(course, run, envelope)
    assert not isinstance(answer, Refusal), answer
    return answer[1]


def _finding(world: World, query: Query, times: int) -> Callable[[], object]:
    return lambda: [find_orders(world, query) for _ in range(times)]


@contextmanager
def pauses() -> Iterator[Callable[[], float]]:
    """Listens to the garbage collector; what it yields says how long it stopped us at most."""
    began = longest = 0.0

    def listen(phase: str, _details: dict[str, int]) -> None:
        nonlocal began, longest
        if phase == "start":
            began = perf_counter()
        else:
            longest = max(longest, perf_counter() - began)

    gc.callbacks.append(listen)
    try:
        yield lambda: longest
    finally:
        gc.callbacks.remove(listen)
