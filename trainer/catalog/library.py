"""The library: the scenarios of a folder, and the opening worlds that are handed out."""

from pathlib import Path
from threading import Lock

from trainer.catalog.loader import Loaded, Problem, load_all
from trainer.catalog.worlds import make_opening
from trainer.play.ports import NotFound, Store
from trainer.play.run import Opening
from trainer.training.scenario import Locale, Scenario, Variant


class Library:
    """Scenarios as they are on the shelf; a broken file is a problem, not the end."""

    def __init__(self, folder: Path, store: Store) -> None:
        loaded, problems = load_all(folder)
        self._loaded: dict[str, Loaded] = {found.scenario.id: found for found in loaded}
        self._store = store
        self._making = Lock()
        self.problems: tuple[Problem, ...] = tuple(problems)

    def scenarios(self) -> tuple[Scenario, ...]:
        """Every sound scenario, in course order."""
        sound = (found.scenario for found in self._loaded.values())
        return tuple(sorted(sound, key=lambda scenario: (scenario.chapter, scenario.id)))

    def scenario(self, scenario_id: str) -> Scenario:
        """One scenario. Raises NotFound."""
        return self._found(scenario_id).scenario

    def opening_id(self, scenario_id: str, locale: Locale, seed: int) -> int:
        """The opening of a variant: the stored one, or made now and stored. Raises NotFound."""
        found = self._found(scenario_id)
        stored = self._store.find_opening(found.digest, locale, seed)
        if stored is not None:
            return stored
        with self._making:
            variant = Variant(locale=locale, seed=seed)
            made = make_opening(found.scenario, variant)
            opening = Opening(
                scenario=found.scenario, variant=variant, world=made.world, cast=made.cast
            )
            return self._store.put_opening(opening, found.content, found.digest)

    def _found(self, scenario_id: str) -> Loaded:
        try:
            return self._loaded[scenario_id]
        except KeyError:
            raise NotFound(scenario_id) from None
