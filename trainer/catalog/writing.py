"""The author's desk: a text looked at, changed in place, opened; with bounds for what is written
in a browser."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from trainer.catalog import fields as forms
from trainer.catalog.library import Library
from trainer.catalog.loader import Loaded, ScenarioErrors, load_text
from trainer.catalog.worlds import make_opening
from trainer.play.authoring import LARGEST_DRAFT, too_much
from trainer.play.run import Opening
from trainer.play.writing import Finding, Sound
from trainer.training.scenario import Variant


class WritingDesk:
    """Keeps the promises of `trainer.play.writing.Desk` over a folder of scenarios."""

    def __init__(self, folder: Path, library: Library) -> None:
        self._folder = folder
        self._library = library

    def look(self, text: str) -> tuple[Sound | None, Sequence[Finding]]:
        """A text as a scenario, or everything that is wrong with it."""
        loaded, findings = self._read(text)
        if loaded is None:
            return None, findings
        return Sound(loaded.scenario, loaded.digest, loaded.content.decode()), ()

    def _read(self, text: str) -> tuple[Loaded | None, Sequence[Finding]]:
        if len(text) > LARGEST_DRAFT:
            what = f"the text has {len(text):,} characters"
            return None, (Finding(1, 1, what, f"at most {LARGEST_DRAFT:,} are read here"),)
        try:
            loaded = load_text(text, self._folder)
        except ScenarioErrors as errors:
            return None, [Finding(it.line, it.column, it.what, it.cure) for it in errors.problems]
        except RecursionError:
            return None, (Finding(1, 1, "this is nested too deeply", "write it flatter"),)
        found = [
            Finding(
                _line(text, what.rpartition(".")[2]), 1, f"{what}: {count:,}",
                f"at most {most:,} can be had here; a file of the course may have more",
            )
            for what, count, most in too_much(loaded.scenario)
        ]  # fmt: skip
        if self.taken(loaded.scenario.id):
            what = f"the course has a scenario with the id {loaded.scenario.id}"
            found.append(Finding(_line(text, "id"), 1, what, "give this one another id"))
        return (None if found else loaded), found

    def _loaded(self, text: str) -> Loaded:
        loaded, findings = self._read(text)
        if loaded is None:
            raise ValueError(findings[0].what)
        return loaded

    def fields(self, text: str) -> Sequence[forms.Field]:
        """Its single values."""
        return forms.fields(text) if len(text) <= LARGEST_DRAFT else ()

    def changed(self, text: str, values: Mapping[str, str]) -> str:
        """Other values in their places."""
        return forms.changed(text, values)

    def opening(self, text: str, variant: Variant) -> Opening:
        """The world a variant begins with."""
        return make_opening(self._loaded(text).scenario, variant)

    def opening_id(self, text: str, variant: Variant) -> int:
        """The same, kept."""
        return self._library.opening_of(self._loaded(text), variant.locale, variant.seed)

    def files(self) -> Iterable[tuple[str, str]]:
        """What lies in the chapters' folders, by name."""
        for path in sorted(self._folder.glob("*/*.yaml")):
            if self._library.is_of_the_course(path.stem):
                yield path.stem, path.read_text("utf-8")

    def taken(self, scenario_id: str) -> bool:
        """Whether a file has that id."""
        return self._library.is_of_the_course(scenario_id)

    def published(self) -> None:
        """Look again at once."""
        self._library.look_again()


def _line(text: str, key: str) -> int:
    """The first line on which a key stands; the first of all if it stands nowhere by itself."""
    lines = enumerate(text.splitlines(), 1)
    return next((at for at, line in lines if line.strip().startswith(f"{key}:")), 1)
