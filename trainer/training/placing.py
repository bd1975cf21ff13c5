"""Questions that are answered by putting things in place: steps in order, pairs together."""

from fractions import Fraction
from itertools import combinations
from typing import Literal, Self

from pydantic import Field, model_validator

from trainer.training.questions import (
    Answer,
    Asked,
    Fact,
    Form,
    Line,
    Question,
    Read,
    Samples,
    Verdict,
    distinct,
    each,
    letter,
    placed,
    plain,
    shuffled,
)
from trainer.training.sentences import Sentence
from trainer.training.texts import Part, Text


class Ordering(Question):
    """Steps to be put in order; each gets its number."""

    shape = "places"
    kind: Literal["ordering"]
    items: tuple[Text, ...] = Field(min_length=3, max_length=8)

    @model_validator(mode="after")
    def _told_apart(self) -> Self:
        distinct(Sentence("two items"), self.items)
        return self

    def draw(self, seed: int, fact: Fact | None = None) -> Asked:
        """The items in any order but the right one."""
        count = len(self.items)
        order = shuffled(count, seed, self.id, "items")
        if order == tuple(range(count)):
            order = (*order[1:], order[0])
        numbers = tuple(plain(str(number + 1)) for number in range(count))
        return Asked(
            self.ask,
            rows=tuple(self.items[place] for place in order),
            options=numbers,
            row_order=order,
            option_order=tuple(range(count)),
        )

    def read(self, asked: Asked, form: Form) -> Read:
        """The items in the order they were given."""
        numbers, errors = placed(asked, form)
        for one, other in combinations(numbers, 2):
            if numbers[one] == numbers[other]:
                errors[one] = errors[other] = "twice"
        if errors:
            return Read(None, errors)
        ranked = sorted(zip(numbers.values(), asked.row_order, strict=True))
        return Read([item for _, item in ranked], {})

    def judge(self, asked: Asked, answer: Answer) -> Verdict:
        """How many steps are followed by the one that follows: a shifted row is not all wrong."""
        follow = zip(answer or (), (answer or ())[1:], strict=False)
        return Verdict(Fraction(sum(b == a + 1 for a, b in follow), len(self.items) - 1))

    def explain(self, asked: Asked, answer: Answer) -> tuple[Line, ...]:
        """The right order, with the number each item was given."""
        lines = []
        for place, item in enumerate(self.items):
            says = _numbered(place + 1, item)
            if answer is None:
                lines.append(Line(says, "missed"))
                continue
            given = answer.index(place)
            mark: Literal["right", "wrong"] = "right" if given == place else "wrong"
            lines.append(Line(says, mark, yours=plain(str(given + 1))))
        return tuple(lines)

    def samples(self, asked: Asked) -> Samples:
        """The right order, the reverse, and all of them first."""
        last = len(self.items) - 1
        fields = [(f"answer-{shown}", item) for shown, item in enumerate(asked.row_order)]
        return Samples(
            {field: [letter(item)] for field, item in fields},
            {field: [letter(last - item)] for field, item in fields},
            {field: ["a"] for field, _ in fields},
        )


class Pair(Part):
    """Two things that belong together."""

    left: Text
    right: Text


class Matching(Question):
    """For each thing on the left, what belongs to it."""

    shape = "places"
    kind: Literal["matching"]
    pairs: tuple[Pair, ...] = Field(min_length=2, max_length=8)
    extra: tuple[Text, ...] = Field((), max_length=4)

    @model_validator(mode="after")
    def _told_apart(self) -> Self:
        distinct(Sentence("two on the left"), (pair.left for pair in self.pairs))
        distinct(Sentence("two on the right"), self._rights())
        return self

    def _rights(self) -> tuple[Text, ...]:
        return (*(pair.right for pair in self.pairs), *self.extra)

    def draw(self, seed: int, fact: Fact | None = None) -> Asked:
        """Both sides, each in an order of its own."""
        rights = self._rights()
        rows = shuffled(len(self.pairs), seed, self.id, "left")
        options = shuffled(len(rights), seed, self.id, "right")
        return Asked(
            self.ask,
            rows=tuple(self.pairs[place].left for place in rows),
            options=tuple(rights[place] for place in options),
            row_order=rows,
            option_order=options,
        )

    def read(self, asked: Asked, form: Form) -> Read:
        """For each pair in the file's order, the place of what was chosen."""
        chosen, errors = placed(asked, form)
        if errors:
            return Read(None, errors)
        of_pair = dict(zip(asked.row_order, chosen.values(), strict=True))
        return Read([of_pair[place] for place in range(len(self.pairs))], {})

    def judge(self, asked: Asked, answer: Answer) -> Verdict:
        """How many pairs are right."""
        right = sum(place == chosen for place, chosen in enumerate(answer or ()))
        return Verdict(Fraction(right, len(self.pairs)))

    def explain(self, asked: Asked, answer: Answer) -> tuple[Line, ...]:
        """Every pair, with what was chosen instead."""
        lines = []
        for place in asked.row_order:
            pair, chosen = self.pairs[place], answer[place] if answer else None
            says = _joined(pair)
            if chosen is None:
                lines.append(Line(says, "missed"))
            else:
                mark: Literal["right", "wrong"] = "right" if chosen == place else "wrong"
                lines.append(Line(says, mark, yours=self._rights()[chosen]))
        return tuple(lines)

    def samples(self, asked: Asked) -> Samples:
        """Each its own, each its neighbour's, and one left open."""
        count = len(self.pairs)
        fields = [(f"answer-{shown}", place) for shown, place in enumerate(asked.row_order)]
        key = {place: letter(shown) for shown, place in enumerate(asked.option_order)}
        right = {field: [key[place]] for field, place in fields}
        wrong = {field: [key[(place + 1) % count]] for field, place in fields}
        return Samples(right, wrong, {**right, "answer-0": [""]})


def _numbered(number: int, item: Text) -> Text:
    return each(lambda language: f"{number}. {item.in_(language)}")


def _joined(pair: Pair) -> Text:
    return each(lambda language: f"{pair.left.in_(language)} – {pair.right.in_(language)}")
