"""Beginning an exercise, and beginning again: each attempt meets the next variant."""

from collections.abc import Sequence
from typing import Protocol

from trainer.play.example import next_seed, spoken
from trainer.play.ports import Sandbox, Store
from trainer.training.scenario import Locale, Scenario


class Shelf(Protocol):
    """Where exercises come from."""

    @property
    def problems(self) -> Sequence[object]:
        """What is wrong with scenarios that cannot be handed out, one line each."""
        ...

    def scenarios(self) -> tuple[Scenario, ...]:
        """Every exercise, in course order."""
        ...

    def scenario(self, scenario_id: str) -> Scenario:
        """One scenario. Raises NotFound."""
        ...

    def opening_id(self, scenario_id: str, locale: Locale, seed: int) -> int:
        """The stored opening of a variant."""
        ...


def start(
    store: Store, shelf: Shelf, *, person_id: int, scenario_id: str, language: str
) -> Sandbox:
    """A new sandbox for a person; an earlier one of the same exercise is kept and replaced.

    The world speaks the person's language if the scenario is made for it. Raises NotFound.
    """
    scenario = shelf.scenario(scenario_id)
    locale = spoken(scenario, language)
    seed = next_seed(scenario, locale, person_id, len(store.of_person(person_id)))
    return store.open(person_id, shelf.opening_id(scenario_id, locale, seed))


def restart(store: Store, sandbox: Sandbox) -> Sandbox:
    """The same opening again, from its beginning, for what it was: an attempt, a copy or a trial.

    The old run is kept.
    """
    return store.open(sandbox.person_id, sandbox.opening_id, sandbox.kind)
