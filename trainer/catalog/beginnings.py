"""What is added to a scenario begins as the course's own do: with their steps, orders, checks and
commands, about somebody of this cast.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from typing import Any, Final

import msgspec
from pydantic import BaseModel

from trainer.catalog.shapes import COMMANDS, Slot, begun, slots_of
from trainer.orders.engine import commands
from trainer.orders.refusals import snake_case
from trainer.play.writing import Choice
from trainer.training.checks import CHECKS
from trainer.training.scenario import OrderRequest, Scenario, Step

MODEL: Final = "first-order"
"""The scenario whose steps can be taken over."""
_ORDINALS: Final = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth")
_PATH: Final = re.compile(r"\$([A-Za-z0-9_-]+)")
_PEOPLE: Final = ("order", "customer_of", "same_as", "repeats")
_ORDERS: Final[dict[str, Callable[[OrderRequest], bool]]] = {
    "email": lambda it: it.channel == "email" and not (it.defect or it.document),
    "phone": lambda it: it.channel == "phone" and it.body is None,
    "defect": lambda it: bool(it.defect),
    "delivered": lambda it: it.delivered_days_ago > 0 and not it.defect,
}
"""What kinds of orders a cast can have, and how one of the course is known."""
EMPTY: Final = "empty"
NOTHING: Final = """\
format: 1
id: {id}
title:
{title}
chapter: "1.3"
mode: guided
minutes: 15
brief:
{brief}
debrief:
{debrief}

world:
  locales: [en_US, zh_CN, zh_TW]
  variants: 4
  orders: 60
  days: 60
  products: 20
  warehouses: 1
  customers: 12

cast: {{}}

steps: []

script: []

standing: []
"""
"""A scenario of which all is still to be written."""
TITLES: Final = {"en": "New scenario", "zh_Hans": "新场景", "zh_Hant": "新情境"}
"""To be written over; whatever else is to be said stands empty, so that it is missed."""


def nothing(id_: str, language: str) -> str:
    """A scenario that says nothing yet, in the language of who writes it; the English words, on
    which the others lean, are missing beside them."""
    mine = language if language in TITLES else "en"
    missing = "" if mine == "en" else '\n  en: ""'
    title, blank = f"  {mine}: {TITLES[mine]}{missing}", f'  {mine}: ""{missing}'
    return NOTHING.format(id=id_, title=title, brief=blank, debrief=blank)


class Beginnings:
    """Begins things; the scenarios are asked for once, when it is first needed."""

    def __init__(self, scenarios: Callable[[], Iterable[Scenario]]) -> None:
        self._of = scenarios

    @cached_property
    def _scenarios(self) -> list[Scenario]:
        return sorted(self._of(), key=lambda it: (it.id != MODEL, it.chapter))

    def kinds(self, of: str, place: str) -> tuple[Choice, ...]:
        """What can be chosen from when such a thing is added at a place."""
        match of:
            case "step":
                return (Choice(EMPTY), *(Choice(it.id, it.title) for it in self._steps.values()))
            case "member":
                return tuple(map(Choice, self._members))
            case "goal" | "check":
                return self._kinds_of_checks(place == "standing", of == "check")
            case "command":
                return tuple(map(Choice, sorted(COMMANDS)))
            case "happening":  # what others do in the course stands first
                every = sorted(commands(), key=lambda it: (it not in self._happenings, it))
                return tuple(map(Choice, every))
        return ()

    def _kinds_of_checks(self, standing: bool, part: bool) -> tuple[Choice, ...]:
        """Those of its kind first, the usual ones before others."""
        every = sorted(
            CHECKS, key=lambda it: (CHECKS[it].standing != standing, -self._uses[it], it)
        )
        return tuple(Choice(it) for it in every if standing or part or not CHECKS[it].standing)

    def one(self, of: str, kind: str, scenario: dict[str, Any], beside: Any, who: str) -> Any:
        """A new thing; `beside` is what stands in its list already. Raises LookupError."""
        match of:
            case "step":
                return self._step(kind, scenario, who)
            case "member":
                return written(self._members[kind])
            case "goal":
                return self._goal(kind, scenario, who)
            case "check":
                return self.check(kind, who)
            case "command":
                return {kind: self._command(kind, who)}
            case "happening":
                return self._happening(kind, who)
            case "promotion":
                codes = {it.get("promotion_code") for it in beside or () if isinstance(it, dict)}
                code = next(
                    it for n in range(1, len(codes) + 2) if (it := f"OFFER-{n}") not in codes
                )
                return {"promotion_code": code, "name": {"en": ""}, "order": who}
            case _:
                return {"says": {"en": ""}, "price": min(len(beside or ()) + 1, 3)}

    def name(self, cast: Iterable[str]) -> str:
        """For a new member of the cast."""
        taken = set(cast)
        numbered = (f"customer-{it}" for it in range(len(_ORDINALS) + 1, len(taken) + 10))
        return next(it for it in (*_ORDINALS, *numbered) if it not in taken)

    # --- steps and orders

    @cached_property
    def _steps(self) -> dict[str, Step]:
        steps = (it.steps for it in self._scenarios if it.id == MODEL)
        return {step.id: step for step in next(steps, ())}

    @cached_property
    def _members(self) -> dict[str, OrderRequest]:
        every = [it for scenario in self._scenarios for it in scenario.cast.values()]
        alone = [
            it for it in every if not (it.customer_of or it.same_as or it.repeats or it.currency)
        ]
        found = {kind: next(filter(known, alone), None) for kind, known in _ORDERS.items()}
        return {kind: it for kind, it in found.items() if it}

    def _step(self, kind: str, scenario: dict[str, Any], who: str) -> dict[str, Any]:
        steps = _rows(scenario, "steps")
        if kind == EMPTY:
            nothing: dict[str, Any] = {"title": {"en": ""}, "say": {"en": ""}, "anchor": "order"}
            begun = {"id": free("step", steps), **nothing}
            return begun | {"goals": [], "hints": [], "solution": []}
        step = about(written(self._steps[kind]), who)
        step["id"] = free(kind, steps, kind)
        goals = list(_goals(scenario))
        for goal in step["goals"]:
            goal["id"] = free(goal["id"], goals, goal["id"])
        return dict(step)

    def _goal(self, kind: str, scenario: dict[str, Any], who: str) -> dict[str, Any]:
        goals = list(_goals(scenario))
        points = [it.get("points") for it in goals]
        left = 100 - sum(it for it in points if isinstance(it, int))
        return {
            "id": free("goal", goals),
            "says": {"en": ""},
            "check": self.check(kind, who),
            "points": max(left, 0),
            "why": {"en": ""},
        }

    # --- checks and commands, as the course says them most often

    def check(self, kind: str, who: str) -> dict[str, Any]:
        """A check by its name, with what it needs."""
        found = self._checks.get(kind)
        if found is None:
            return {kind: begun(Slot(CHECKS[kind], True), kind, who)}
        return {kind: about(found, who)}

    def _command(self, kind: str, who: str) -> Any:
        found = self._commands.get(kind)
        if found is not None:
            return about(found, who)
        slots = slots_of(COMMANDS[kind], {})
        return {
            name: begun(slot, name, who) or f"${who}.{name}"
            for name, slot in slots.items()
            if slot.needed
        }

    def _happening(self, kind: str, who: str) -> Any:
        found = self._happenings.get(kind)
        if found is not None:
            return about(found, who)
        role = min(commands()[kind].roles)
        return {"after_hours": 1, "role": role, "do": {kind: self._command(kind, who)}}

    @cached_property
    def _uses(self) -> Counter[str]:
        """How often the course has each check: what is asked most often stands first."""
        goals = (goal for it in self._scenarios for goal in it.goals())
        return Counter(snake_case(type(goal.check).__name__) for goal in goals)

    @cached_property
    def _checks(self) -> dict[str, Any]:
        checks = (written(goal)["check"] for it in self._scenarios for goal in it.goals())
        return _usual(check for check in checks if isinstance(check, dict))

    @cached_property
    def _commands(self) -> dict[str, Any]:
        return _usual(it for one in self._scenarios for step in one.steps for it in step.solution)

    @cached_property
    def _happenings(self) -> dict[str, Any]:
        """What others do in the course, by the command."""
        every = (written(it) for one in self._scenarios for it in one.script)
        return _usual({next(iter(it["do"])): it} for it in every)


def written(part: BaseModel) -> Any:
    """As it stands in its file, in values of its own."""
    return msgspec.json.decode(part.model_dump_json(exclude_unset=True))


def _usual(named: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """Of each name the first with the keys that it has most often."""
    every: dict[str, list[Any]] = {}
    for one in named:
        for name, given in one.items():
            every.setdefault(name, []).append(given)
    return {name: _most_alike(rows) for name, rows in every.items()}


def _most_alike(rows: list[Any]) -> Any:
    keys = [tuple(it) if isinstance(it, dict) else () for it in rows]
    [(usual, _times)] = Counter(keys).most_common(1)
    return rows[keys.index(usual)]


def about(value: Any, who: str, key: str = "") -> Any:
    """The same about somebody else."""
    if isinstance(value, dict):
        return {name: about(it, who, name) for name, it in value.items()}
    if isinstance(value, list | tuple):
        return [about(it, who, key) for it in value]
    if not isinstance(value, str):
        return value
    if key in _PEOPLE:
        return who
    return _PATH.sub(lambda it: it[0] if it[1] in ("clock", "world") else f"${who}", value)


def referring(old: str, new: str) -> Callable[[str, Any], Any]:
    """A single value under its key, with another name for a member of the cast."""

    def refers(key: str, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        if key in _PEOPLE:
            return new if value == old else value
        if not (value.startswith("$") or "{$" in value):
            return value
        return _PATH.sub(lambda it: f"${new}" if it[1] == old else it[0], value)

    return refers


def _rows(scenario: dict[str, Any], key: str) -> list[dict[str, Any]]:
    rows = scenario.get(key)
    return [it for it in rows if isinstance(it, dict)] if isinstance(rows, list) else []


def _goals(scenario: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for step in _rows(scenario, "steps"):
        yield from _rows(step, "goals")
    yield from _rows(scenario, "standing")


def free(stem: str, rows: Iterable[dict[str, Any]], wished: str = "") -> str:
    """An id that none of these has."""
    taken = {it.get("id") for it in rows}
    if wished and wished not in taken:
        return wished
    return next(it for n in range(1, len(taken) + 2) if (it := f"{stem}-{n}") not in taken)
