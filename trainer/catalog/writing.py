"""The author's desk: a text looked at, changed in place, opened; with bounds for what is written
in a browser."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path as Folder
from typing import ClassVar, TypeVar

from pydantic import BaseModel

from trainer.catalog import fields as forms
from trainer.catalog.beginnings import Beginnings, nothing
from trainer.catalog.cuts import Path
from trainer.catalog.library import Library
from trainer.catalog.loader import Loaded, ScenarioErrors, before, circle, load_text
from trainer.catalog.outline import Outline, altered, sign
from trainer.catalog.parts import located, said
from trainer.catalog.shapes import Known
from trainer.catalog.worlds import make_opening
from trainer.play.authoring import LARGEST_DRAFT, Piece, too_much
from trainer.play.reviewing import TRANSLATED, Pair, Wording
from trainer.play.run import Opening
from trainer.play.writing import Act, Finding, FormField, Group, Misfit, Sound
from trainer.training.scenario import Scenario, Variant
from trainer.training.sentences import Sentence
from trainer.training.texts import texts

Found = TypeVar("Found")


class WritingDesk:
    """What the desks have in common: texts within bounds, and their single values as forms."""

    _id: ClassVar[re.Pattern[str]]
    """Where the text says what it is called."""
    _model: ClassVar[type[BaseModel]]
    """What its parts are known by."""
    _beginnings: Beginnings
    """What more of them begins with."""
    _read_words: frozenset[Pair] | None = None

    def _within(
        self, text: str, load: Callable[[str], Found]
    ) -> tuple[Found | None, list[Finding]]:
        """What is loaded of a text of a reasonable size, or what is wrong with it."""
        if len(text) > LARGEST_DRAFT:
            what = Sentence("the text has {count} characters", count=f"{len(text):,}")
            return None, [
                Finding(
                    1, 1, what, Sentence("at most {most} are read here", most=f"{LARGEST_DRAFT:,}")
                )
            ]
        try:
            return load(text), []
        except ScenarioErrors as errors:
            return None, [Finding(it.line, it.column, it.what, it.cure) for it in errors.problems]
        except RecursionError:
            return None, [
                Finding(1, 1, Sentence("this is nested too deeply"), Sentence("write it flatter"))
            ]

    def copied(self, text: str) -> str:
        """Another id, so that the two are not taken for one."""
        return self._id.sub(lambda line: f"{line[1]}{line[2][:56]}-new", text)

    def fields(self, text: str) -> Sequence[FormField]:
        """Its single values."""
        return forms.fields(text) if len(text) <= LARGEST_DRAFT else ()

    def changed(self, text: str, values: Mapping[str, str]) -> str:
        """Other values in their places."""
        return forms.changed(text, values, self._optional(text))

    def _optional(self, text: str) -> Collection[Path]:
        """Values that can be left out, so that they are taken out when they are emptied."""
        return Known(self._model, said(text)).optional

    def outline(self, text: str) -> Sequence[Group]:
        """Its sections."""
        if len(text) > LARGEST_DRAFT:
            return ()
        return tuple(Outline(text, self._model, self._beginnings).groups())

    def wordings(self, text: str) -> Sequence[Wording]:
        """In all languages."""
        return forms.wordings(text) if len(text) <= LARGEST_DRAFT else ()

    def read(self) -> Collection[Pair]:
        """The words of the course."""
        if self._read_words is None:
            self._read_words = frozenset(_pairs(self._of_the_course()))
        return self._read_words

    def _of_the_course(self) -> Iterable[object]:
        """What the course has of this kind."""
        raise NotImplementedError

    def sign(self, text: str, path: str) -> str:
        """What stands there."""
        value = said(text) if len(text) <= LARGEST_DRAFT else None
        try:
            return sign(value, located(value, path))
        except Misfit:
            return ""

    def altered(self, text: str, act: Act) -> tuple[str, str]:
        """After an act."""
        if len(text) > LARGEST_DRAFT:
            raise Misfit
        return altered(text, act, self._model, self._beginnings)


class ScenarioDesk(WritingDesk):
    """Keeps the promises of `trainer.play.writing.ScenarioDesk` over a folder of scenarios."""

    _id = re.compile(r"^(id: *[\"']?)([\w-]+)", re.MULTILINE)
    _model = Scenario

    def __init__(self, folder: Folder, library: Library) -> None:
        self._folder = folder
        self._library = library
        self._beginnings = Beginnings(library.of_the_course)

    def look(self, text: str) -> tuple[Sound | None, Sequence[Finding]]:
        """A text as a scenario, or everything that is wrong with it."""
        loaded, findings = self._read(text)
        if loaded is None:
            return None, findings
        scenario, content = loaded.scenario, loaded.content.decode()
        piece = Piece(scenario.id, scenario.title.en, text, content, loaded.digest)
        return Sound(scenario, loaded.digest, len(scenario.variants()), (piece,)), ()

    def _of_the_course(self) -> Iterable[object]:
        return self._library.of_the_course()

    def begun(self, taken: Collection[str], language: str) -> str:
        """Nothing but a world of a usual size, and first words in the author's language."""
        names = (f"new-scenario-{number}" for number in range(1, len(taken) + 2))
        return nothing(next(it for it in names if it not in taken), language)

    def _read(self, text: str) -> tuple[Loaded | None, Sequence[Finding]]:
        loaded, found = self._within(text, lambda it: load_text(it, self._folder))
        if loaded is None:
            return None, found
        found += [
            Finding(
                _line(text, what.rpartition(".")[2]),
                1,
                Sentence("{what}: {count}", what=what, count=f"{count:,}"),
                Sentence(
                    "at most {most} can be had here; a file of the course may have more",
                    most=f"{most:,}",
                ),
            )
            for what, count, most in too_much(loaded.scenario)
        ]
        if self.taken(loaded.scenario.id):
            what = Sentence("the course has a scenario with the id {name}", name=loaded.scenario.id)
            found.append(Finding(_line(text, "id"), 1, what, Sentence("give this one another id")))
        found += (Finding(_line(text, "after"), 1, *it) for it in self._first(loaded.scenario))
        return (None if found else loaded), found

    def _first(self, scenario: Scenario) -> Iterator[tuple[Sentence, Sentence]]:
        """What is wrong with what should be finished first; also what was published counts."""
        after = {it.id: it.after for it in self._library.scenarios()}
        for name in scenario.after:
            if name not in after and name != scenario.id:
                cure = Sentence("write the id of one that can be practised")
                yield Sentence("there is no exercise {name}", name=name), cure
            elif scenario.id in before(name, lambda it: after.get(it, ())):
                yield circle(scenario.id)

    def _loaded(self, text: str) -> Loaded:
        loaded, findings = self._read(text)
        if loaded is None:
            raise ValueError(findings[0].what)
        return loaded

    def named(self, text: str) -> tuple[str, str]:
        """Its English title, or the one there is; its id."""
        values = {it.path: it.value for it in self.fields(text)}
        titles = (values.get(f"title.{language}") for language in ("en", *TRANSLATED))
        return next(filter(None, titles), ""), values.get("id", "")

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

    def taken(self, name: str) -> bool:
        """Whether a file has that id."""
        return self._library.is_of_the_course(name)

    def published(self) -> None:
        """Look again at once."""
        self._library.look_again()


def _line(text: str, key: str) -> int:
    """The first line on which a key stands; the first of all if it stands nowhere by itself."""
    lines = enumerate(text.splitlines(), 1)
    return next((at for at, line in lines if line.strip().startswith(f"{key}:")), 1)


def _pairs(parts: Iterable[object]) -> Iterator[Pair]:
    """The words of these in every language, beside the English ones."""
    for part in parts:
        for text in texts(part):
            wording = Wording("", text.model_dump(exclude_none=True))
            yield from filter(None, map(wording.pair, TRANSLATED))
