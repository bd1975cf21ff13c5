"""Pieces of writing that a person marks: handed over once a run is finished, without a name.

Who wrote a piece is known to the store alone. Those who mark it know its number, which is drawn: it
tells nothing of who handed in first.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from random import choice
from typing import Final, NamedTuple, Protocol

import msgspec

from trainer.orders.engine import Recorded
from trainer.orders.feedback import ComplaintAnswered
from trainer.orders.hand_overs import HandedOver
from trainer.orders.questions import RequestDeclined
from trainer.orders.returns import ReturnRejected
from trainer.orders.wishes import WishDeclined
from trainer.orders.world import Message, Order, World
from trainer.play.forking import own
from trainer.play.grades import People
from trainer.play.ports import Debriefs, Sandbox
from trainer.play.regrading import Who
from trainer.play.run import Course
from trainer.play.sandbox import Desk
from trainer.training.checks import orders_of
from trainer.training.judged import Judged

LONGEST: Final = 1_000
"""Characters of a comment."""


class Words(NamedTuple):
    """What somebody wrote in a run, and after which event it stands there."""

    judged: str
    text: str
    at: int | None = None
    """None for what was said about the run, and not in it."""


class Choice(msgspec.Struct, frozen=True):
    """The level that was chosen for a criterion."""

    criterion: str
    level: int
    """Its place among the levels of the criterion, from 0."""
    points: int
    possible: int
    comment: str = ""


class Marks(msgspec.Struct, frozen=True):
    """What somebody thinks of a piece."""

    choices: tuple[Choice, ...]
    comment: str = ""

    @property
    def points(self) -> int:
        """All of them."""
        return sum(it.points for it in self.choices)

    @property
    def possible(self) -> int:
        """All that could be had."""
        return sum(it.possible for it in self.choices)

    def __str__(self) -> str:
        """As the trail says it: `5/6 (cause 2, tone 3)`."""
        each = ", ".join(f"{it.criterion} {it.points}" for it in self.choices)
        return f"{self.points}/{self.possible} ({each})"


class Given(msgspec.Struct, frozen=True):
    """Marks that somebody gave; of a piece's marks the ones count that have not ended."""

    number: int
    marks: Marks
    by_name: str
    at: float
    ended_at: float | None = None


class Piece(msgspec.Struct, frozen=True):
    """Something that was written in a finished attempt."""

    piece_id: int
    number: int
    """By which it is known; one of its own within the exercise."""
    subject: str
    """The id of the exercise."""
    judged: str
    person_id: int
    sandbox_id: int
    key: str
    """Of the sandbox."""
    at: int | None
    text: str
    made_at: float
    given: Given | None = None


class Line(NamedTuple):
    """A piece as lists and counts need it."""

    subject: str
    number: int
    person_id: int
    made_at: float
    marked: bool


class PieceStore(Protocol):
    """Pieces and their marks. Each writing call is one transaction, its line in the trail
    included."""

    def unread(self, scenarios: Collection[str], limit: int) -> list[Sandbox]:
        """Finished attempts at these exercises that nobody has looked through for words."""
        ...

    def hand_over(self, sandbox: Sandbox, subject: str, written: Sequence[Words]) -> None:
        """Keep what was written in a run that has been looked through; again, what is new."""
        ...

    def lines(self, people: People = None) -> list[Line]:
        """Every piece of these people, by exercise and number."""
        ...

    def pieces(
        self,
        people: People = None,
        subject: str | None = None,
        *,
        number: int | None = None,
        sandbox_id: int | None = None,
    ) -> list[Piece]:
        """Pieces with the marks that count, by exercise and number."""
        ...

    def mark(self, piece: Piece, marks: Marks, seen: int, who: Who) -> None:
        """Give marks in place of those that were seen, 0 for none. Raises Conflict if somebody
        else has given others meanwhile."""
        ...

    def history(self, piece_id: int) -> list[Given]:
        """All marks a piece was given, the newest first."""
        ...

    def show_names(self, person_id: int, room: str, subject: str, about: str, who: Who) -> None:
        """Somebody looks at the names before all of a class's pieces are marked."""
        ...

    def names_shown(self, person_id: int) -> dict[tuple[str, str], float]:
        """When somebody last did so, by class and exercise."""
        ...


# --- found in a run -------------------------------------------------------------------------------


def said(course: Course, world: World, entries: Iterable[Recorded], judged: Judged) -> Words | None:
    """What a run says of what is judged, by its own person: the last word counts, and of hand-overs
    every note, since each is for somebody else.
    """
    about, found = judged.about, None
    for entry in entries:
        if type(entry.event) is not about.event or not own(entry) or entry.role != "clerk":
            continue
        if _is_about(course, world, entry, about.order or ""):
            text = _own_words(entry.event)
            if found and isinstance(entry.event, HandedOver):
                text = f"{found.text}\n{text}"
            found = Words(judged.id, text, entry.number)
    return found


def _is_about(course: Course, world: World, entry: Recorded, member: str) -> bool:
    cast = course.opening.cast
    if isinstance(entry.event, RequestDeclined):
        return entry.event.message_id == cast[member].message_id
    return getattr(entry.event, "order_number", "") in orders_of(world, cast, member)


def _own_words(event: object) -> str:
    """A letter has a frame that nobody wrote; the reason in it is the trainee's."""
    if isinstance(event, HandedOver):
        return event.note or "–"
    return str(getattr(event, "reason", "") or getattr(event, "text", ""))


def written(desk: Desk, debriefs: Debriefs, sandbox: Sandbox) -> Iterator[Words]:
    """Everything in a run that a person is to judge."""
    course = desk.course(sandbox)
    every = course.opening.scenario.judged
    if not every:
        return
    world, entries = desk.run(sandbox).world, desk.store.events(sandbox.sandbox_id)
    for judged in every:
        if judged.about.event is None:
            text = debriefs.said(sandbox.sandbox_id)
            found = Words(judged.id, text) if text else None
        else:
            found = said(course, world, entries, judged)
        if found:
            yield found


def drawn(taken: Collection[int]) -> int:
    """A number that nobody has."""
    room = max(99, 3 * len(taken))
    return choice([it for it in range(1, room + 1) if it not in taken])


# --- what it answers ------------------------------------------------------------------------------


class Context(NamedTuple):
    """What there is to know about a piece: the letter it answers, and the order as it stood."""

    world: World
    message: Message | None
    order: Order | None
    letter: str
    """As the customer reads it, where the words came in a letter of ours."""
    remedy: str
    respond_by: int
    """When a complaint was to be answered; 0 for anything else."""


def context(world: World, entry: Recorded) -> Context:
    """Around words that stand after an event, in the world right after it."""
    event = entry.event
    order = world.orders.get(getattr(event, "order_number", ""))
    message, letter, remedy, respond_by = None, "", "", 0
    match event:
        case ComplaintAnswered():
            message = world.messages.get(f"complaint-{event.complaint_number}")
            remedy = event.remedy
            complaint = order.complaint(event.complaint_number) if order else None
            respond_by = complaint.respond_by if complaint else 0
        case WishDeclined() | RequestDeclined():
            message, letter = world.messages.get(event.message_id), event.text
        case ReturnRejected() if order:
            message = _last_from(world, order)
    if message is None and order:
        message = world.messages.get(order.message_id)
    return Context(world, message, order, letter, remedy, respond_by)


def _last_from(world: World, order: Order) -> Message | None:
    """The customer's newest letter: what they ask for need not be known as a wish."""
    theirs = [
        it
        for it in world.messages.values()
        if it.order_number == order.order_number or it.customer_id == order.customer_id
    ]
    return max(
        theirs, key=lambda it: (it.received_at, it.order_number == order.order_number), default=None
    )


# --- without a name -------------------------------------------------------------------------------

COVER: Final = "▒▒▒"


def covered(text: str, names: Iterable[str]) -> str:
    """Words without the name of who wrote them: as a whole, in parts, and as their account's.

    A part of two letters may be a word; Chinese names are covered as wholes, and without the first
    sign where they have three.
    """
    parts = set()
    for name in names:
        parts |= {name, *(it for it in name.split() if len(it) > 2)}
        if re.fullmatch(r"[\u4e00-\u9fff]{3,4}", name):
            parts.add(name[1:])
    for part in sorted(parts, key=len, reverse=True):
        if len(part) > 1:
            edge = r"\b" if part.isascii() else ""
            text = re.sub(f"{edge}{re.escape(part)}{edge}", COVER, text, flags=re.IGNORECASE)
    return text
