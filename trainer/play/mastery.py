"""Evidence of skills read off attempts and quizzes, and cards for the questions that were met.

Rows are kept with how far an attempt or a quiz had come when it was read, so only what has moved
since is read again; a crash between an act and its evidence loses nothing.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any, Protocol

import msgspec

from trainer.play.ports import Sandbox
from trainer.play.quiz import Answered, Quiz, QuizStore
from trainer.play.run import Run
from trainer.play.sandbox import Desk
from trainer.training.checks import Seen
from trainer.training.judge import HintTaken
from trainer.training.mastery import Evidence
from trainer.training.quiz import Bank
from trainer.training.review import Memory, grade, reviewed
from trainer.training.scenario import Scenario


class Card(msgspec.Struct, frozen=True):
    """A question that comes back, and how it was answered last."""

    question: str
    chapter: str
    memory: Memory
    reviews: int
    seed: int
    """Of the draw that was answered last."""
    answer: Any
    share: Fraction


class MasteryStore(Protocol):
    """Evidence and cards by person. Each writing call is one transaction."""

    def read_so_far(self, person_id: int) -> Mapping[str, int]:
        """How far each attempt and quiz had come when its evidence was read, by key."""
        ...

    def keep(
        self, person_id: int, key: str, size: int, rows: Sequence[Evidence], cards: Sequence[Card]
    ) -> None:
        """The evidence of an attempt or a quiz instead of what was kept of it, and its cards."""
        ...

    def evidence(self, person_id: int) -> list[Evidence]:
        """All evidence of a person, oldest first."""
        ...

    def cards(self, person_id: int) -> dict[str, Card]:
        """A person's cards by question."""
        ...

    def answered(self, person_id: int, it: Card) -> bool:
        """Keep a card that was reviewed; False if another page was first."""
        ...


def settle(
    store: MasteryStore,
    desk: Desk,
    quizzes: QuizStore,
    person_id: int,
    helped: Callable[[Sandbox, Scenario], bool] = lambda _sandbox, _scenario: False,
) -> None:
    """Read what has moved since the last time.

    Copies of runs and trials of drafts are no evidence. What goes on after something was taken
    back is some, but not unaided; nor is an exercise that was watched first, as `helped` says.
    """
    known = store.read_so_far(person_id)
    met: set[int] = set()
    every = desk.store.of_person(person_id)
    again = {it.opening_id for it in every if it.kind == "undone"}
    for sandbox in reversed(every):
        if sandbox.kind != "attempt":
            if known.get(sandbox.key):  # it was one, until something was taken back
                store.keep(person_id, sandbox.key, 0, (), ())
            continue
        first = sandbox.opening_id not in met
        met.add(sandbox.opening_id)
        size = sandbox.events + sandbox.asides
        if first and size and known.get(sandbox.key) != size:
            scenario = desk.course(sandbox).opening.scenario
            rows = of_attempt(
                scenario,
                sandbox,
                desk.run(sandbox),
                aided=sandbox.opening_id in again or helped(sandbox, scenario),
            )
            store.keep(person_id, sandbox.key, size, rows, ())
    for quiz in reversed(quizzes.of_person(person_id)):
        done = known.get(quiz.key, 0)
        # an exam tells nothing before its end, nor do its cards
        if quiz.answered != done and (quiz.finished or quiz.mode == "practice"):
            bank, answers = quizzes.bank(quiz.digest), quizzes.answers(quiz.quiz_id)
            cards = cards_of(bank, quiz, answers, store.cards(person_id), done)
            rows = of_quiz(bank, quiz, answers)
            store.keep(person_id, quiz.key, quiz.answered, rows, cards)


def of_attempt(
    scenario: Scenario, sandbox: Sandbox, run: Run, *, aided: bool = False
) -> tuple[Evidence, ...]:
    """What the goals that are decided say of their skills. A guided exercise shows each step, so
    it helps with all; so does a lost goal of the same step, after which the rest is judged by what
    was done and not by what should have been."""
    if scenario.mode == "exam" and not run.progress.over:
        return ()
    rows = []
    seen = iter(run.progress.seen)
    for step in scenario.steps:
        judged = list(zip(step.goals, seen, strict=False))
        hints = [hint for hint in run.progress.hints if hint.step == step.id]
        strayed = any(at.state == "broken" for _, at in judged)
        for goal, at in judged:
            if at.state == "open":
                continue
            right = at.state == "reached"
            helped = aided or scenario.mode == "guided" or strayed or _hinted(hints, at)
            for skill in dict.fromkeys(goal.skills):
                rows.append(
                    Evidence(
                        skill=skill,
                        source="exercise",
                        place=scenario.id,
                        key=sandbox.key,
                        what=goal.id,
                        event=max(at.events, default=0),
                        unaided=not helped,
                        right=right,
                        # looking at it again later is no evidence
                        at=sandbox.progressed_at or sandbox.opened_at,
                    )
                )
    return tuple(rows)


def _hinted(hints: Iterable[HintTaken], at: Seen) -> bool:
    """Whether help of the step came before the goal was decided; without a moment, it did."""
    if at.events:
        return any(hint.after < max(at.events) for hint in hints)
    return any(hint.number < max(at.tries, default=hint.number + 1) for hint in hints)


def of_quiz(bank: Bank, quiz: Quiz, answers: Iterable[Answered]) -> tuple[Evidence, ...]:
    """What the answers of a quiz say: each is the first one to its draw."""
    return tuple(
        Evidence(
            skill=bank.question(given.question).skill,
            source="quiz",
            place=quiz.chapter,
            key=quiz.key,
            what=given.question,
            event=given.number,
            unaided=True,
            right=given.share == 1,
            at=given.at,
        )
        for given in answers
    )


def cards_of(
    bank: Bank, quiz: Quiz, answers: Iterable[Answered], known: Mapping[str, Card], done: int
) -> tuple[Card, ...]:
    """Cards of the answers after `done`. Questions about one's own figures make none: a figure
    is read off the screen, not remembered."""
    before, cards = quiz.begun_at, []
    for given in answers:
        took, before = given.at - before, given.at
        if given.number > done and not bank.question(given.question).own_figure:
            card = known.get(given.question)
            cards.append(
                Card(
                    question=given.question,
                    chapter=quiz.chapter,
                    memory=reviewed(
                        card.memory if card else None, grade(given.share, took), given.at
                    ),
                    reviews=card.reviews + 1 if card else 1,
                    seed=quiz.seed,
                    answer=given.answer,
                    share=given.share,
                )
            )
    return tuple(cards)


def due(cards: Mapping[str, Card], now: float) -> list[Card]:
    """What should be asked again, the longest overdue first."""
    ripe = [card for card in cards.values() if card.memory.due <= now]
    return sorted(ripe, key=lambda card: (card.memory.due, card.question))
