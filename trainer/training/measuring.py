"""Questions whose answer is read off the trainee's own sandbox."""

from fractions import Fraction
from typing import Final, Literal, Self

from pydantic import Field, model_validator

from trainer.orders.values import exponent
from trainer.orders.world import World
from trainer.training import arithmetic
from trainer.training.figures import FigureAsk, FigureName, Value, agrees, codes, read_answer
from trainer.training.filling import Typing
from trainer.training.questions import (
    Answer,
    Asked,
    Complaint,
    Fact,
    Form,
    Read,
    Samples,
    Verdict,
    fields_of,
    filled,
    folded,
    plain,
)
from trainer.training.sentences import Sentence
from trainer.training.texts import Text

_OF_A_FEW: Final = ("bottleneck", "most_returned_reason", "least_punctual_carrier")
"""Figures that are one of a few codes, which are offered; nobody knows them by heart."""


class Figure(Typing):
    """A figure of the sandbox the trainee worked in last."""

    own_figure = True
    kind: Literal["figure"]
    figure: FigureAsk
    tolerance: str = Field("0")

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if arithmetic.worth(self.tolerance, {}) < 0:
            raise ValueError(Sentence("the tolerance is below 0; write it without a minus"))
        if self.figure.order:
            raise ValueError(
                Sentence(
                    "a question cannot name an order of one exercise's cast; "
                    "ask for a figure that every sandbox has"
                )
            )
        fields_of(self.ask, (), "ask")
        # a code is named by the screens, which an explanation does not know
        fields_of(self.why, () if self.figure.name in _OF_A_FEW else {"answer"}, "why")
        return self

    def fact(self, world: World) -> Fact | None:
        """The figure in a world; None where there is nothing to measure."""
        asked = self.figure
        for name, known in (
            (asked.sku, world.products),
            (asked.customer_id, world.customers),
            (asked.carrier_code, world.carriers),
            (asked.warehouse, world.warehouses),
        ):
            if name and name not in known:
                return None
        value = asked.value(world)
        if value is None:
            return None
        few = codes(world, asked.name) if asked.name in _OF_A_FEW else ()
        return Fact(
            str(value),
            world.company.currency,
            _name_in(world, asked.name, str(value)),
            {code: _name_in(world, asked.name, code) for code in few},
        )

    def draw(self, seed: int, fact: Fact | None = None) -> Asked:
        """The figure comes with what is asked. Raises ValueError without one."""
        if fact is None:
            raise ValueError("there is no sandbox to ask about")
        return Asked(self.ask, fact=fact)

    def read(self, asked: Asked, form: Form) -> Read:
        """A code that is offered, else what was typed."""
        few = _fact(asked).codes
        if not few:
            return super().read(asked, form)
        sent = "".join(form.get("answer", ())[:1])
        if not sent:
            return Read(None, {"answer": "needed"})
        return Read(sent, {}) if sent in few else Read(None, {"answer": "not_a_choice"})

    def _complaint(self, asked: Asked, typed: str) -> Complaint | None:
        try:
            self._understood(typed, asked)
        except ValueError:
            return "not_a_date" if self.figure.kind == "date" else "not_a_number"
        return None

    def _understood(self, typed: str, asked: Asked) -> Value:
        return read_answer(self.figure.kind, typed, _fact(asked).currency)

    def _value(self, asked: Asked) -> Value:
        fact = _fact(asked)
        if self.figure.kind in ("code", "date"):
            # a date is written as it is typed
            return read_answer(self.figure.kind, fact.value, fact.currency)
        return Fraction(fact.value)

    def judge(self, asked: Asked, answer: Answer) -> Verdict:
        """Within the tolerance, and what the screen's rounding takes."""
        if answer is None:
            return Verdict(Fraction(0))
        value, given = self._value(asked), self._understood(answer, asked)
        if isinstance(value, str) and isinstance(given, str):
            known = {folded(value), folded(_fact(asked).name or value)}
            return Verdict(Fraction(folded(given) in known))
        tolerance = arithmetic.worth(self.tolerance, {})
        if self.figure.kind == "money":
            tolerance *= 10 ** exponent(_fact(asked).currency)
        return Verdict(Fraction(agrees(self.figure.kind, given, value, tolerance)))

    def because(self, asked: Asked) -> Text:
        """The explanation, with the figure in it."""
        return filled(self.why, {"answer": self.right_words(asked).en})

    def right_words(self, asked: Asked) -> Text:
        """The figure as it stands on the screen."""
        fact, kind = _fact(asked), self.figure.kind
        if kind in ("code", "date"):
            named = fact.name and not fact.codes
            return plain(f"{fact.value} {fact.name}" if named else fact.value)
        value = Fraction(fact.value)
        if kind == "money":
            places = exponent(fact.currency)
            amount = f"{float(value / 10**places):,.{places}f}".replace("-", "−")
            return plain(f"{amount} {fact.currency}")
        number = arithmetic.written(Fraction(round(value * 10), 10))
        return plain(f"{number} %" if kind == "percent" else number)

    def samples(self, asked: Asked) -> Samples:
        """The figure, another, and none."""
        fact, kind = _fact(asked), self.figure.kind
        if kind == "code":
            others = [code for code in fact.codes if code != fact.value]
            wrong = others[0] if others else "no-such-code"
            return Samples({"answer": [fact.value]}, {"answer": [wrong]}, {"answer": [""]})
        if kind == "date":
            wrong = "1999-01-01"
            return Samples({"answer": [fact.value]}, {"answer": [wrong]}, {"answer": ["soon"]})
        value = Fraction(fact.value)
        if kind == "money":
            value /= 10 ** exponent(fact.currency)
        far = value + 2 * arithmetic.worth(self.tolerance, {}) + 1_000
        return Samples(
            {"answer": [arithmetic.written(value)]},
            {"answer": [arithmetic.written(far)]},
            {"answer": ["many"]},
        )


def _fact(asked: Asked) -> Fact:
    assert asked.fact
    return asked.fact


def _name_in(world: World, figure: FigureName, code: str) -> str:
    """What a code stands for; nothing for those that are words of ours."""
    match figure:
        case "best_customer":
            return world.customers[code].company
        case "best_product" | "most_returned_product":
            return world.products[code].name
        case "least_punctual_carrier":
            return world.carriers[code].name
    return ""
