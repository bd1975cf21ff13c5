"""Proves questions: right answers are right, no wrong one is, nonsense is refused, in any draw."""

from collections.abc import Callable, Iterable, Iterator
from itertools import combinations, product
from typing import Final, NamedTuple

from trainer.orders.world import World
from trainer.play import proving
from trainer.training import arithmetic
from trainer.training.choosing import Choice, Choices
from trainer.training.filling import FillIn, Numeric
from trainer.training.measuring import Figure
from trainer.training.questions import LANGUAGES, Asked, Form, Question, letter
from trainer.training.sentences import Sentence
from trainer.training.texts import untranslated

SEEDS: Final = range(1, 31)
MOST_FAILURES: Final = 12
"""Of one question; what fails in one draw mostly fails in others, too."""


class QuestionProof(NamedTuple):
    """What was found out about a question."""

    question: str
    wrong: int
    """How many wrong answers were given."""
    failures: tuple[Sentence, ...]
    holes: tuple[str, ...]
    """Where English stands in for a language."""

    @property
    def ok(self) -> bool:
        """Whether it may be asked."""
        return not self.failures


def prove_questions(
    questions: Iterable[Question], world: World, told: Callable[[int], object] = lambda done: None
) -> list[QuestionProof]:
    """Prove each; `told` hears how many are done."""
    proofs: list[QuestionProof] = []
    for question in questions:
        told(len(proofs))
        proofs.append(prove_question(question, world))
    return proofs


def prove_question(question: Question, world: World) -> QuestionProof:
    """Prove a question; one about a figure, in this world."""
    holes = tuple(untranslated(question))
    fact = question.fact(world) if isinstance(question, Figure) else None
    if question.own_figure and fact is None:
        return QuestionProof(question.id, 0, (Sentence("no sandbox has this figure"),), holes)
    failures: dict[Sentence, int] = {}
    count = 0
    for seed in SEEDS:
        asked = question.draw(seed, fact)
        wrong = list(_wrong(question, asked))
        count += len(wrong)
        for failure in (*_samples(question, asked), *_judged(question, asked, wrong)):
            failures.setdefault(failure, seed)
    says = Sentence("{failure} (draw {draw})")
    drawn = tuple(says.about(failure=failure, draw=seed) for failure, seed in failures.items())
    return QuestionProof(question.id, count, drawn[:MOST_FAILURES], holes)


def _samples(question: Question, asked: Asked) -> Iterator[Sentence]:
    """What is wrong with its own right and invalid answer."""
    samples = question.samples(asked)
    right = question.read(asked, samples.right)
    if right.errors:
        yield Sentence("its right answer {answer} is refused", answer=_typed(samples.right))
    elif (share := question.judge(asked, right.answer).share) != 1:
        says = Sentence("its right answer {answer} earns {share}")
        yield says.about(answer=_typed(samples.right), share=str(share))
    if not question.read(asked, samples.invalid).errors:
        yield Sentence("nonsense is taken for an answer: {answer}", answer=_typed(samples.invalid))
    yield from _broken(question, asked, right.answer)
    yield from _broken(question, asked, None)


def _judged(question: Question, asked: Asked, wrong: list[Form]) -> Iterator[Sentence]:
    """What is wrong with how wrong answers are taken."""
    for form in wrong:
        read = question.read(asked, form)
        if read.errors:
            continue
        if question.judge(asked, read.answer).share == 1:
            yield Sentence("a wrong answer is right: {answer}", answer=_typed(form))
        elif form is wrong[0] and question.judge(asked, read.answer).share:
            yield Sentence("its wrong answer earns something: {answer}", answer=_typed(form))
        else:
            yield from _broken(question, asked, read.answer)
            yield from _unexplained(question, asked, read.answer)


def _wrong(question: Question, asked: Asked) -> Iterator[Form]:
    """Its own wrong answer, and then whatever else is not the right one."""
    samples = question.samples(asked)
    yield samples.wrong
    right, letters = samples.right, [letter(place) for place in range(len(asked.options))]
    match question:
        case Numeric():
            for sum_ in question.mistakes:
                worth = arithmetic.worth(sum_.answer, asked.given)
                yield {"answer": [arithmetic.written(worth)]}
        case FillIn():
            yield from (
                {"answer": [it]}
                for words in question.mistakes
                for it in sorted(words.answer.every())
            )
        case Figure():
            known = asked.fact.codes if asked.fact else ()
            yield from ({"answer": [it]} for it in known if [it] != right["answer"])
        case _ if question.shape == "places":
            for field, one in product(right, letters):
                if right[field] != [one]:
                    yield {**right, field: [one]}
            for one, other in combinations(right, 2):
                yield {**right, one: right[other], other: right[one]}
        case _:
            most = len(letters) if question.shape == "many" else 1
            for size in range(1, most + 1):
                for chosen in combinations(letters, size):
                    if set(chosen) != set(right["answer"]):
                        yield {"answer": chosen}


def _unexplained(question: Question, asked: Asked, answer: object) -> Iterator[Sentence]:
    """Wrong options, and mistakes an author foresaw, that are marked and not explained."""
    if isinstance(question, (Choice, Choices)):
        for line in question.explain(asked, answer):
            if line.mark == "wrong" and line.why is None:
                yield Sentence("“{option}” is wrong and does not say why", option=line.says.en)


def _broken(question: Question, asked: Asked, answer: object) -> Iterator[Sentence]:
    """Braces that were left standing in what is shown."""
    shown = [asked.ask, question.because(asked)]
    for line in question.explain(asked, answer):
        shown += [text for text in (line.says, line.why, line.yours) if text]
    for text, language in product(shown, LANGUAGES):
        if set(text.in_(language)) & set("{}"):
            says = Sentence("{language}: a name was not filled in: {text}")
            yield says.about(language=language, text=text.in_(language))


def _typed(form: Form) -> str:
    return " ".join(f"{name}={'+'.join(sent)}" for name, sent in form.items()) or "nothing"


def report(proofs: Iterable[QuestionProof]) -> str:
    """The proofs to keep, and to be told on a screen in the language of who reads it."""
    found = list(proofs)
    of, hole = Sentence("{name}: {problem}"), Sentence("{name}: English stands in for {place}")
    head = (Sentence("question"), Sentence("draws"), Sentence("wrong answers"))
    return proving.report(
        [of.about(name=it.question, problem=wrong) for it in found for wrong in it.failures],
        [hole.about(name=it.question, place=place) for it in found for place in it.holes],
        [(head, [(it.question, len(SEEDS), it.wrong) for it in found])],
    )


def as_markdown(proofs: Iterable[QuestionProof]) -> str:
    """The proofs to read."""
    lines = []
    for proof in proofs:
        verdict = "proven" if proof.ok else f"not proven, {len(proof.failures)} failures:"
        tried = f"{len(SEEDS)} draws, {proof.wrong} wrong answers"
        lines.append(f"{proof.question}: {tried} – {verdict}")
        lines += [f"  - {failure}" for failure in proof.failures]
        lines += [f"  (English stands in for {hole})" for hole in proof.holes]
    return "\n".join(lines)
