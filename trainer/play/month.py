"""Running the month again: the same demand, other measures, and what it comes to."""

from fractions import Fraction

from trainer.orders.costs import cost_of_service
from trainer.orders.reports import Ask, lead_time
from trainer.orders.values import DAY
from trainer.orders.world import World
from trainer.play.run import Course, Run
from trainer.simulation.month import Mix, lived_again
from trainer.training.checks import MonthLived
from trainer.training.figures import FigureAsk, written
from trainer.training.month import MONTH_FIGURES

Figures = dict[str, str]


class NoSuchMonth(Exception):
    """The scenario has no month to run again, or does not offer these measures."""


def figures_of(world: World) -> Figures:
    """What a month came to: the reports' figures over all its orders, the stage that took most of
    the time, and the mean days in each.
    """
    names = (*(name for name in MONTH_FIGURES if name != "cost_per_parcel"), "bottleneck")
    found = {name: written(FigureAsk.model_validate({"name": name}).value(world)) for name in names}
    cost = cost_of_service(world, Ask()).total
    # what is still in the house has cost nothing yet, so it does not count here
    found["cost_per_parcel"] = written(Fraction(cost.spent, cost.parcels)) if cost.parcels else ""
    for row in lead_time(world, Ask()).rows:
        found[row.stage] = written(Fraction(row.seconds, row.orders * DAY))
    return found


def before(course: Course) -> Figures:
    """The month as it was: what the opening world looks back on."""
    return _kept(course, {})


def live_month(course: Course, run: Run, measures: Mix) -> MonthLived:
    """The month with these measures, as it is noted in a run. Raises NoSuchMonth."""
    month = course.opening.scenario.month
    if month is None or not month.allows(measures):
        raise NoSuchMonth
    spent = month.spent(measures)
    return MonthLived(
        number=run.asides + 1,
        after=run.world.number,
        at=run.world.now,
        measures=dict(sorted(measures.items())),
        spent=month.money(spent, course.opening.world.company.currency),
        within_budget=spent <= month.budget,
        figures=_kept(course, measures),
    )


def _kept(course: Course, measures: Mix) -> Figures:
    """The same measures make the same month, so each is lived once."""
    key = tuple(sorted(measures.items()))
    if key not in course.months:
        opening = course.opening
        world = opening.world
        if measures:
            assert opening.scenario.month
            house = opening.scenario.month.house()
            world = lived_again(world, house, measures, opening.variant.seed)
        course.months[key] = figures_of(world)
    return course.months[key]
