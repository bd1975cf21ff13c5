"""Stores in memory: for proofs, for tests, and as the plain statement of what a store promises."""

from collections.abc import Collection, Sequence
from fractions import Fraction
from secrets import token_urlsafe
from time import time

import msgspec

from trainer.orders.engine import Recorded
from trainer.play.grades import People
from trainer.play.pieces import Given, Line, Marks, Piece, Words, drawn
from trainer.play.ports import (
    IMPORTED,
    Conflict,
    Kind,
    NotFound,
    Sandbox,
    Standing,
    branched,
    moved,
)
from trainer.play.quiz import Answered, NewQuiz, Quiz, answered_by
from trainer.play.regrading import Who
from trainer.play.run import Aside, Opening
from trainer.training.questions import Answer
from trainer.training.quiz import Bank
from trainer.training.scenario import Scenario


class MemoryStore:
    """Keeps everything in dictionaries; keeps the promises of `ports.Store`."""

    def __init__(self) -> None:
        self._openings: dict[int, Opening] = {}
        self._named: dict[tuple[str, str, int], int] = {}
        self._sandboxes: dict[str, Sandbox] = {}
        self._events: dict[int, list[Recorded]] = {}
        self._asides: dict[int, list[tuple[str, Aside]]] = {}

    def opening(self, opening_id: int) -> Opening:
        """A stored opening."""
        try:
            return self._openings[opening_id]
        except KeyError:
            raise NotFound from None

    def put_opening(self, opening: Opening, content: bytes, digest: str) -> int:
        """Keep an opening, once per digest, locale and seed."""
        name = (digest, opening.variant.locale, opening.variant.seed)
        opening_id = self._named.setdefault(name, len(self._named) + 1)
        self._openings.setdefault(opening_id, opening)
        return opening_id

    def find_opening(self, digest: str, locale: str, seed: int) -> int | None:
        """The id of a stored opening."""
        return self._named.get((digest, locale, seed))

    def imported(self) -> dict[int, Scenario]:
        """Scenarios of imported openings."""
        return {
            opening_id: self._openings[opening_id].scenario
            for (digest, _, _), opening_id in self._named.items()
            if digest.startswith(IMPORTED)
        }

    def open(self, person_id: int, opening_id: int, kind: Kind = "attempt") -> Sandbox:
        """A new sandbox; earlier ones on the same scenario are replaced."""
        scenario = self.opening(opening_id).scenario.id
        for key, old in self._sandboxes.items():
            same = self._openings[old.opening_id].scenario.id == scenario
            attempt = old.kind == kind and not old.replaced
            if old.person_id == person_id and same and attempt:
                self._sandboxes[key] = msgspec.structs.replace(old, replaced=True)
        now = time()
        sandbox = Sandbox(
            sandbox_id=len(self._sandboxes) + 1,
            key=token_urlsafe(12),
            person_id=person_id,
            opening_id=opening_id,
            events=0,
            asides=0,
            opened_at=now,
            touched_at=now,
            standing=Standing(),
            progressed_at=now,
            kind=kind,
        )
        self._sandboxes[sandbox.key] = sandbox
        self._events[sandbox.sandbox_id] = []
        self._asides[sandbox.sandbox_id] = []
        return sandbox

    def branch(
        self,
        sandbox: Sandbox,
        person_id: int,
        *,
        events: int,
        asides: int,
        standing: Standing,
        undo: bool = False,
    ) -> Sandbox:
        """A copy of a run's beginning, in its place or beside it."""
        if undo:
            self._unmoved(sandbox)
            if self.find(sandbox.key).replaced:
                raise Conflict
            self._sandboxes[sandbox.key] = msgspec.structs.replace(
                sandbox, replaced=True, kind="undone"
            )
        else:
            for key, old in self._sandboxes.items():
                mine = old.person_id == person_id and old.kind == "fork"
                if mine and self._scenario(old) == self._scenario(sandbox):
                    self._sandboxes[key] = msgspec.structs.replace(old, replaced=True)
        made = branched(sandbox, person_id, token_urlsafe(12), time(), undo=undo)
        made = msgspec.structs.replace(
            made,
            sandbox_id=len(self._sandboxes) + 1,
            events=events,
            asides=asides,
            standing=standing,
            progressed_asides=asides,
        )
        self._sandboxes[made.key] = made
        self._events[made.sandbox_id] = self._events[sandbox.sandbox_id][:events]
        self._asides[made.sandbox_id] = self._asides[sandbox.sandbox_id][:asides]
        return made

    def _scenario(self, sandbox: Sandbox) -> str:
        return self._openings[sandbox.opening_id].scenario.id

    def find(self, key: str) -> Sandbox:
        """The sandbox of that key."""
        try:
            return self._sandboxes[key]
        except KeyError:
            raise NotFound from None

    def of_person(self, person_id: int) -> list[Sandbox]:
        """A person's sandboxes, newest first."""
        mine = [s for s in self._sandboxes.values() if s.person_id == person_id]
        return sorted(mine, key=lambda sandbox: -sandbox.sandbox_id)

    def finished(self, scenarios: Collection[str], but: Collection[int]) -> list[Sandbox]:
        """Finished attempts at these exercises, but for some."""
        return [
            it
            for it in self._sandboxes.values()
            if it.standing.finished and it.kind == "attempt" and self._scenario(it) in scenarios
            and it.sandbox_id not in but
        ]  # fmt: skip

    def events(self, sandbox_id: int, after: int = 0) -> list[Recorded]:
        """Events above a number."""
        return self._events[sandbox_id][after:]

    def asides(self, sandbox_id: int, after: int = 0) -> list[tuple[str, Aside]]:
        """Asides above a number."""
        return self._asides[sandbox_id][after:]

    def append(self, sandbox: Sandbox, entries: list[Recorded], standing: Standing) -> Sandbox:
        """Add events."""
        self._unmoved(sandbox)
        self._events[sandbox.sandbox_id].extend(entries)
        return self._moved(sandbox, sandbox.events + len(entries), sandbox.asides, standing)

    def note(self, sandbox: Sandbox, command_id: str, aside: Aside, standing: Standing) -> Sandbox:
        """Add an aside."""
        self._unmoved(sandbox)
        self._asides[sandbox.sandbox_id].append((command_id, aside))
        return self._moved(sandbox, sandbox.events, sandbox.asides + 1, standing)

    def _unmoved(self, sandbox: Sandbox) -> None:
        stored = self.find(sandbox.key)
        if (stored.events, stored.asides) != (sandbox.events, sandbox.asides):
            raise Conflict

    def _moved(self, sandbox: Sandbox, events: int, asides: int, standing: Standing) -> Sandbox:
        self._sandboxes[sandbox.key] = moved(
            self._sandboxes[sandbox.key], events, asides, standing, time()
        )
        return self._sandboxes[sandbox.key]


class MemoryQuizzes:
    """Keeps the promises of `quiz.QuizStore`."""

    def __init__(self) -> None:
        self._banks: dict[str, bytes] = {}
        self._quizzes: dict[str, Quiz] = {}
        self._answers: dict[int, list[Answered]] = {}

    def put_bank(self, digest: str, content: bytes) -> None:
        """Keep a bank."""
        self._banks.setdefault(digest, content)

    def bank(self, digest: str) -> Bank:
        """A kept bank."""
        try:
            return Bank.model_validate_json(self._banks[digest])
        except KeyError:
            raise NotFound from None

    def begin(self, new: NewQuiz) -> Quiz:
        """A new quiz."""
        now = time()
        quiz = Quiz(
            quiz_id=len(self._quizzes) + 1,
            key=token_urlsafe(12),
            **new._asdict(),
            answered=0,
            earned=Fraction(0),
            begun_at=now,
            touched_at=now,
        )
        self._quizzes[quiz.key] = quiz
        self._answers[quiz.quiz_id] = []
        return quiz

    def find(self, key: str) -> Quiz:
        """The quiz of that key."""
        try:
            return self._quizzes[key]
        except KeyError:
            raise NotFound from None

    def of_person(self, person_id: int) -> list[Quiz]:
        """A person's quizzes, newest first."""
        mine = [quiz for quiz in self._quizzes.values() if quiz.person_id == person_id]
        return sorted(mine, key=lambda quiz: -quiz.quiz_id)

    def answer(self, quiz: Quiz, answer: Answer, share: Fraction) -> Quiz:
        """Add an answer."""
        if self.find(quiz.key).answered != quiz.answered or quiz.finished:
            raise Conflict
        given = Answered(quiz.answered + 1, quiz.questions[quiz.answered], answer, share, time())
        self._answers[quiz.quiz_id].append(given)
        moved = answered_by(quiz, given)
        self._quizzes[quiz.key] = moved
        return moved

    def answers(self, quiz_id: int) -> list[Answered]:
        """The answers of a quiz."""
        return list(self._answers[quiz_id])


class MemoryPieces:
    """Keeps the promises of `pieces.PieceStore` beside a store in memory."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store
        self._looked_through: set[int] = set()
        self._pieces: list[Piece] = []
        self._marks: dict[int, list[Given]] = {}
        self._shown: dict[tuple[int, str, str], float] = {}
        self.trail: list[tuple[str, str, str]] = []
        """Action, before, after; the names that go with them are no part of the promise."""

    def unread(self, scenarios: Collection[str], limit: int) -> list[Sandbox]:
        """Finished attempts that nobody has looked through."""
        return self._store.finished(scenarios, self._looked_through)[:limit]

    def hand_over(self, sandbox: Sandbox, subject: str, written: Sequence[Words]) -> None:
        """Keep what was written."""
        self._looked_through.add(sandbox.sandbox_id)
        mine = {it.judged for it in self._pieces if it.sandbox_id == sandbox.sandbox_id}
        for it in written:
            if it.judged in mine:
                continue
            number = drawn({it.number for it in self._pieces if it.subject == subject})
            self._pieces.append(
                Piece(
                    len(self._pieces) + 1, number, subject, it.judged, sandbox.person_id,
                    sandbox.sandbox_id, sandbox.key, it.at, it.text, time(),
                )
            )  # fmt: skip

    def lines(self, people: People = None) -> list[Line]:
        """Every piece of these people."""
        return [
            Line(it.subject, it.number, it.person_id, it.made_at, it.given is not None)
            for it in self.pieces(people)
        ]

    def pieces(
        self,
        people: People = None,
        subject: str | None = None,
        *,
        number: int | None = None,
        sandbox_id: int | None = None,
    ) -> list[Piece]:
        """Pieces with the marks that count."""
        found = [
            msgspec.structs.replace(it, given=next(iter(self.history(it.piece_id)), None))
            for it in self._pieces
            if (people is None or it.person_id in people)
            and subject in (None, it.subject)
            and number in (None, it.number)
            and sandbox_id in (None, it.sandbox_id)
            and self._store.find(it.key).kind == "attempt"
        ]
        return sorted(found, key=lambda it: (it.subject, it.number))

    def mark(self, piece: Piece, marks: Marks, seen: int, who: Who) -> None:
        """Give marks in place of those that were seen."""
        given = self._marks.setdefault(piece.piece_id, [])
        live = given[-1] if given else None
        if seen != (live.number if live else 0):
            raise Conflict
        now, number = time(), sum(map(len, self._marks.values())) + 1
        if live:
            given[-1] = msgspec.structs.replace(live, ended_at=now)
        given.append(Given(number, marks, who.name, now))
        action, old = ("marks_changed", str(live.marks)) if live else ("marked", "")
        self.trail.append((action, old, str(marks)))

    def history(self, piece_id: int) -> list[Given]:
        """All marks a piece was given."""
        return self._marks.get(piece_id, [])[::-1]

    def show_names(self, person_id: int, room: str, subject: str, about: str, who: Who) -> None:
        """Somebody looks at the names."""
        self._shown[person_id, room, subject] = time()
        self.trail.append(("names_shown", "", ""))

    def names_shown(self, person_id: int) -> dict[tuple[str, str], float]:
        """When somebody last did so."""
        return {
            (room, subject): at
            for (person, room, subject), at in self._shown.items()
            if person == person_id
        }
