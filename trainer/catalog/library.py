"""The library: the scenarios of a folder, and the opening worlds that are handed out."""

import re
from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path
from threading import Lock
from time import monotonic
from typing import Final, Protocol

from trainer.catalog.loader import Loaded, Problem, load_all, parse_content
from trainer.catalog.worlds import make_opening
from trainer.orders import codec
from trainer.orders.world import World
from trainer.play.authoring import Kind
from trainer.play.ports import IMPORTED, NotFound, Store
from trainer.play.run import Opening
from trainer.training.scenario import Locale, Scenario, Variant

LOOK_AGAIN: Final = 2.0
"""Seconds after which it is looked up whether something was published."""


class Published(Protocol):
    """Scenarios and questions that were written here and published."""

    def stamp(self) -> object:
        """Something that is another thing once something was published or withdrawn."""
        ...

    def contents(self, kind: Kind) -> Iterable[tuple[bytes, str]]:
        """What the newest version of each says that is not withdrawn, and its digest."""
        ...


class Library:
    """Scenarios as they are on the shelf; a broken file is a problem, not the end."""

    def __init__(self, folder: Path, store: Store, published: Published | None = None) -> None:
        loaded, problems = load_all(folder)
        self._loaded: dict[str, Loaded] = {found.scenario.id: found for found in loaded}
        self._published = published
        self._authored: dict[str, Loaded] = {}
        self._stamp: object = None
        self._looked = -LOOK_AGAIN
        self._store = store
        self._making = Lock()
        self.problems: tuple[Problem, ...] = tuple(problems)

    def scenarios(self) -> tuple[Scenario, ...]:
        """Every sound scenario in course order, then the imported ones."""
        every = self._every()

        def steps(name: str, *on: str) -> int:  # what builds on another stands after it
            first = [it for it in every[name].scenario.after if it in every and it not in on]
            return max((1 + steps(it, name, *on) for it in first), default=0)

        in_order = sorted(every, key=lambda name: (every[name].scenario.chapter, steps(name), name))
        return (*(every[name].scenario for name in in_order), *self._store.imported().values())

    def scenario(self, scenario_id: str) -> Scenario:
        """One scenario. Raises NotFound."""
        found = self._every().get(scenario_id)
        if found:
            return found.scenario
        for scenario in self._store.imported().values():
            if scenario.id == scenario_id:
                return scenario
        raise NotFound(scenario_id)

    def opening_id(self, scenario_id: str, locale: Locale, seed: int) -> int:
        """The opening of a variant: the stored one, or made now and stored. Raises NotFound."""
        found = self._every().get(scenario_id)
        if found is None:
            return self._imported_id(scenario_id)
        return self.opening_of(found, locale, seed)

    def opening_of(self, found: Loaded, locale: Locale, seed: int) -> int:
        """The opening of a variant of a scenario that need not be on the shelf."""
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

    def of_the_course(self) -> Iterator[Scenario]:
        """What lies in the chapters' folders."""
        return (self._loaded[name].scenario for name in sorted(self._loaded))

    def is_of_the_course(self, scenario_id: str) -> bool:
        """Whether a file has that id."""
        return scenario_id in self._loaded

    def _every(self) -> dict[str, Loaded]:
        """The files and what was published since; other processes publish, too, so that is looked
        up again every few seconds."""
        if self._published is None:
            return self._loaded
        if monotonic() - self._looked >= LOOK_AGAIN:
            self._looked = monotonic()
            stamp = self._published.stamp()
            if stamp != self._stamp:
                self._authored = dict(_read(self._published.contents("scenario")))
                self._stamp = stamp
        return self._authored | self._loaded

    def look_again(self) -> None:
        """Something was published here: who did it sees it at once."""
        self._looked = -LOOK_AGAIN

    def _imported_id(self, scenario_id: str) -> int:
        """The newest import of that name."""
        for opening_id, scenario in reversed(self._store.imported().items()):
            if scenario.id == scenario_id:
                return opening_id
        raise NotFound(scenario_id)


def _read(contents: Iterable[tuple[bytes, str]]) -> Iterator[tuple[str, Loaded]]:
    for content, digest in contents:
        try:
            scenario = parse_content(content)
        except ValueError:  # of an older day; its attempts go on
            continue
        yield scenario.id, Loaded(scenario=scenario, content=content, digest=digest)


def shelve(store: Store, world: World, name: str) -> Scenario:
    """Keep a world as free practice under a name; a newer one of the same name goes before it."""
    scenario = practice(world, name)
    locale = scenario.world.locales[0]
    opening = Opening(
        scenario=scenario, variant=Variant(locale=locale, seed=1), world=world, cast={}
    )
    content = scenario.model_dump_json().encode()
    # the rules it is played by belong to it: the same history may come again under others
    world_digest = sha256(codec.encode_world(world) + content).hexdigest()
    store.put_opening(opening, content, f"{IMPORTED}{world_digest}"[:64])
    return scenario


def practice(world: World, name: str) -> Scenario:
    """The scenario of a world without a task."""
    slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "world"
    orders, waiting = len(world.orders), world.count("awaiting_shipment")
    return Scenario.model_validate(
        {
            "format": 1,
            "id": f"practice-{slug}"[:60],
            "title": {
                "en": f"Free practice: {world.company.name}",
                "zh_Hans": f"自由练习：{world.company.name}",
                "zh_Hant": f"自由練習：{world.company.name}",
            },
            "chapter": "6.3",
            "minutes": 60,
            "brief": {
                "en": f"{orders} real orders, {waiting} of them waiting to be shipped. No task and "
                "no score: work as you like.",
                "zh_Hans": f"{orders} 张真实订单，其中 {waiting} 张待发货。"
                "没有任务，也不计分，可自由操作。",
                "zh_Hant": f"{orders} 張真實訂單，其中 {waiting} 張待出貨。"
                "沒有任務，也不計分，可自由操作。",
            },
            "debrief": {"en": "Well done.", "zh_Hans": "做得好。", "zh_Hant": "做得好。"},
            "world": {"locales": [world.company.locale], "variants": 1, "living": True},
        }
    )
