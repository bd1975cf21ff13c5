"""The what-if month of a scenario: budget, measures on offer, and the check on what it came to."""

from fractions import Fraction
from typing import Annotated, Final, Literal, get_args

from pydantic import Field, model_validator

from trainer.orders.values import Minor, exponent
from trainer.simulation.month import STAGES, House, Measure, Mix, Stage, clash, most
from trainer.training.checks import Check, MonthLived, Seen, vocabulary
from trainer.training.figures import FIGURES, Kind, told
from trainer.training.sentences import Sentence
from trainer.training.texts import Part

MonthFigure = Literal[
    "on_time_in_full", "lead_time", "backorder_rate", "return_rate", "cost_per_parcel",
    "satisfaction_score", "complaints",
]  # fmt: skip
"""The figures of a month: the reports' own, and what a parcel cost to send."""
MONTH_FIGURES: Final[tuple[MonthFigure, ...]] = get_args(MonthFigure)

_HEIGHT: Final = {"USD": 1, "CNY": 7, "TWD": 32}
"""What costs one dollar there costs about so much here."""


class MonthSpec(Part):
    """How the company works in the month, and what may be changed for how much."""

    staff: dict[Stage, Annotated[int, Field(ge=1, le=9)]]
    """People at each desk."""
    minutes: dict[Stage, Annotated[int, Field(ge=1, le=480)]]
    """Their work for an order of two lines."""
    cover: int = Field(9, ge=1, le=60)
    """So many days' demand lies on a full shelf."""
    budget: int = Field(ge=1)
    """In dollars; about the same height in other currencies."""
    measures: dict[Measure, Annotated[int, Field(ge=0)]] = Field(min_length=2)
    """What each costs a month, likewise."""

    @model_validator(mode="after")
    def _a_choice(self) -> "MonthSpec":
        for name in ("staff", "minutes"):
            if missing := [stage for stage in STAGES if stage not in getattr(self, name)]:
                raise ValueError(
                    Sentence(
                        "{name} of {missing} is missing; add it here",
                        name=name,
                        missing=", ".join(missing),
                    )
                )
        every = sum(price * most(name) for name, price in self.measures.items())
        if every <= self.budget:
            raise ValueError(
                Sentence(
                    "all measures together cost {every}, and the budget is {budget}; "
                    "lower the budget, or nobody has to choose",
                    every=every,
                    budget=self.budget,
                )
            )
        return self

    def house(self) -> House:
        """The company as it is."""
        return House(staff=self.staff, minutes=self.minutes, cover=self.cover)

    def money(self, dollars: int, currency: str) -> Minor:
        """An amount of this file in minor units of a currency."""
        minor: int = 10 ** exponent(currency)
        return dollars * _HEIGHT.get(currency, 1) * minor

    def spent(self, mix: Mix) -> int:
        """What measures cost together, in dollars."""
        return sum(self.measures[name] * times for name, times in mix.items())

    def allows(self, mix: Mix) -> bool:
        """Whether these measures are on offer, and can be taken together."""
        on_offer = all(
            name in self.measures and 1 <= times <= most(name) for name, times in mix.items()
        )
        return on_offer and not clash(mix)


def kind_of(figure: MonthFigure) -> Kind:
    """What a figure of a month is counted in."""
    return "money" if figure == "cost_per_parcel" else FIGURES[figure].kind


@vocabulary
class MonthReaches(Check):
    """Holds once the month was run again with measures that bring a figure within bounds."""

    figure: MonthFigure
    at_least: str | None = Field(None, pattern=r"^-?\d+(\.\d+)?$")
    at_most: str | None = Field(None, pattern=r"^-?\d+(\.\d+)?$")
    within_budget: bool = True
    """False: whatever the measures cost."""

    @model_validator(mode="after")
    def _bounded(self) -> "MonthReaches":
        if self.at_least is None and self.at_most is None:
            raise ValueError(
                Sentence("a figure wants at_least, at_most or both; add one of them here")
            )
        return self

    @property
    def kind(self) -> Kind:
        """What the figure is counted in."""
        return kind_of(self.figure)

    def see_month(self, seen: Seen, lived: MonthLived) -> Seen:
        """A month that does not reach it costs nothing: it is there to be tried."""
        value = told(self.kind, lived.figures.get(self.figure, ""))
        if not isinstance(value, Fraction) or not (lived.within_budget or not self.within_budget):
            return seen
        good = (self.at_least is None or value >= Fraction(self.at_least)) and (
            self.at_most is None or value <= Fraction(self.at_most)
        )
        return Seen(state="reached", tries=(lived.number,)) if good else seen
