"""A worked example: the reference run on numbers that are not the trainee's own, act by act."""

from collections.abc import Collection

from trainer.play.ports import Store
from trainer.play.run import Course
from trainer.play.solution import Played, play
from trainer.training.scenario import LOCALE_OF, Locale, Scenario, Variant


def spoken(scenario: Scenario, language: str) -> Locale:
    """The world's language for a person's: theirs, if the scenario is made for it."""
    wanted = LOCALE_OF.get(language, "en_US")
    return wanted if wanted in scenario.world.locales else scenario.world.locales[0]


def next_seed(scenario: Scenario, locale: Locale, person_id: int, earlier: int) -> int:
    """The seed of a person's next attempt, whatever they have begun so often before.

    Seeds follow each other from attempt to attempt and begin elsewhere for each person, so that
    neighbours in a class see other numbers.
    """
    seeds = [variant.seed for variant in scenario.variants() if variant.locale == locale]
    return seeds[(person_id + earlier) % len(seeds)]


def to_watch(
    store: Store, scenario: Scenario, person_id: int, language: str, met: Collection[int]
) -> Variant:
    """The variant that is shown: none that the person works on, nor the one they meet next.

    Where a scenario has no other, the next one is shown: its way is the same on any numbers.
    """
    locale = spoken(scenario, language)
    upcoming = next_seed(scenario, locale, person_id, len(store.of_person(person_id)))
    free = [
        it
        for it in scenario.variants()
        if it.locale == locale and it.seed not in met and it.seed != upcoming
    ]
    return free[-1] if free else Variant(locale=locale, seed=upcoming)


def worked(course: Course) -> tuple[Played, ...]:
    """The whole reference run, act by act. Raises SolutionError."""
    return tuple(play(course))
