"""What may stand where in an author's text: words to choose from, what can be left out, what can
still be said, and what each of that begins with.
"""

from collections.abc import Mapping
from types import UnionType
from typing import Annotated, Any, Final, Literal, Union, get_args, get_origin

import msgspec
from pydantic import BaseModel

from trainer.catalog.cuts import Path
from trainer.orders.engine import commands, events, refusals
from trainer.orders.refusals import code_of
from trainer.orders.rulebook import Action, Conditions
from trainer.training.checks import CHECKS, Check, RuleStands, What
from trainer.training.deeds import DEEDS, WAIT, WaitUntil
from trainer.training.scenario import Happening, Step
from trainer.training.state import FACTS, OrderHas, StockHas
from trainer.training.texts import Text

COMMANDS: Final[Mapping[str, Any]] = {**commands(), **DEEDS, WAIT: WaitUntil}
"""What a solution is made of."""
_COMMAND: Final = object()
"""The shape of one of them under its name."""
_APART: Final = ("format", "like")
"""What is written in the text alone."""
_LISTS: Final = {
    "steps": "step", "goals": "goal", "standing": "goal", "hints": "hint", "solution": "command",
    "checks": "check", "cast": "member", "judged": "judged", "criteria": "criterion",
    "script": "happening", "questions": "question", "options": "option", "mistakes": "mistake",
    "promotions": "promotion", "pairs": "pair", "items": "item", "extra": "item",
}  # fmt: skip
"""What the items of a list are called."""
_ALWAYS: Final = ("cast", "steps", "script", "standing", "goals", "hints", "solution")
"""Lists that are shown before anything is in them."""
_CODES: Final = ("codes", "code")
"""Keys whose values are codes of refusals."""
STOCK: Final = ("on_hand", "allocated", "available", "quarantine", "in_repair", "written_off")
"""What `stock_has` can ask of goods."""


class Slot(msgspec.Struct, frozen=True):
    """A key that may stand in a group."""

    shape: Any
    needed: bool
    default: Any = None


class Facts(msgspec.Struct, frozen=True):
    """A group whose keys depend on what stands beside it."""

    kinds: dict[str, Any]


class Known:
    """All of that for one text."""

    def __init__(self, model: type[BaseModel], value: Any) -> None:
        self.words: dict[Path, tuple[str, ...]] = {}
        """What a single value can be chosen from."""
        self.optional: set[Path] = set()
        """Single values that may be left out."""
        self.slots: dict[Path, dict[str, Slot]] = {}
        """By their group: keys that do not stand there."""
        self.lists: dict[Path, str] = {}
        """Lists that have things in them, or could: the kind of those."""
        self.items: dict[Path, Slot] = {}
        """What each thing of such a list is."""
        cast = value.get("cast") if isinstance(value, dict) else None
        self.cast: tuple[str, ...] = tuple(cast) if isinstance(cast, dict) else ()
        self._look(model, value, ())

    def _look(self, shape: Any, value: Any, path: Path) -> None:
        shape = bare(shape, value)
        if value is None and _grouped(shape):
            value = {}
        if isinstance(value, dict):
            self._group(shape, value, path)
        elif isinstance(value, list):
            inner = get_args(shape)[:1] if get_origin(shape) is tuple else (shape,)
            one = _COMMAND if shape is _COMMAND else inner[0] if inner else Any
            for place, part in enumerate(value):
                self._look(one, part, (*path, place))
                if not isinstance(part, dict | list) and get_args(shape)[-1:] == (...,):
                    self.optional.add((*path, place))
        else:
            self.words[path] = self._words(shape, str(_last(path)))

    def _group(self, shape: Any, value: dict[str, Any], path: Path) -> None:
        slots = slots_of(shape, value)
        for key, slot in slots.items():
            if key in _APART:
                continue
            inside = (*path, key)
            listed = _LISTS.get(key)
            if listed and (key in value or key in _ALWAYS):
                self.lists[inside] = listed
                self.items[inside] = Slot(next(iter(get_args(slot.shape)), Any), True)
            if key in value:
                self._look(slot.shape, value[key], inside)
                if not slot.needed and not isinstance(value[key], dict | list):
                    self.optional.add(inside)
                if not listed and _words_in_a_row(slot.shape, value[key]):
                    self.slots.setdefault(path, {})[key] = slot
            elif inside not in self.lists and shape is not Text:  # a language is a field anyway
                self._open(path, key, slot)

    def _open(self, path: Path, key: str, slot: Slot) -> None:
        """What is not there; of a group that needs nothing, each of its keys by itself."""
        shape = bare(slot.shape, {})
        inner = {} if shape is Text else slots_of(shape, {})
        if inner and not any(it.needed for it in inner.values()):
            for name, part in inner.items():
                self._open((*path, key), name, part)
        else:
            self.slots.setdefault(path, {})[key] = slot

    def _words(self, shape: Any, name: str) -> tuple[str, ...]:
        if name == "order":
            return self.cast
        if name == "event":
            return tuple(sorted(events()))
        if name in _CODES:
            return tuple(sorted(code_of(it) for it in refusals().values()))
        return words_of(get_args(shape)[0] if get_origin(shape) is tuple else shape)


def _words_in_a_row(shape: Any, value: Any) -> bool:
    """Whether one more could follow."""
    shape = bare(shape, value)
    several = get_origin(shape) is tuple and get_args(shape)[-1:] == (...,)
    return several and isinstance(value, list) and not _grouped(bare(get_args(shape)[0], {}))


def _last(path: Path) -> str | int:
    return next((part for part in reversed(path) if isinstance(part, str)), "")


def bare(shape: Any, value: Any = None) -> Any:
    """A shape without what is said about it; of several, the one that such a value has."""
    while get_origin(shape) is Annotated:
        shape = get_args(shape)[0]
    if get_origin(shape) not in (Union, UnionType):
        return shape
    several = [bare(it, value) for it in get_args(shape) if it is not type(None)]
    if isinstance(value, dict):
        groups = [it for it in several if _grouped(it)]
        return next((it for it in groups if _is_kind(it, value)), next(iter(groups), Any))
    if isinstance(value, list):
        return next((it for it in several if get_origin(it) is tuple), Any)
    return several[0]


def _is_kind(shape: Any, value: dict[str, Any]) -> bool:
    """Whether it is the shape of that kind of question."""
    kind = getattr(shape, "model_fields", {}).get("kind")
    return kind is not None and value.get("kind") in get_args(kind.annotation)


def _grouped(shape: Any) -> bool:
    if isinstance(shape, Facts) or get_origin(shape) is dict:
        return True
    return isinstance(shape, type) and issubclass(shape, BaseModel | msgspec.Struct)


def slots_of(shape: Any, value: Mapping[str, Any]) -> dict[str, Slot]:
    """The keys that may stand in a group."""
    if shape is _COMMAND or shape is Check:
        named: Mapping[str, Any] = COMMANDS if shape is _COMMAND else CHECKS
        return {name: Slot(named[name], True) for name in value if name in named}
    if isinstance(shape, Facts):
        return {name: Slot(kind, False) for name, kind in shape.kinds.items()}
    if get_origin(shape) is dict:
        key, inner = get_args(shape)
        words = words_of(key)
        return {name: Slot(inner, False) for name in (*words, *value)}
    if not _grouped(shape):
        return {}
    if issubclass(shape, msgspec.Struct):
        return {
            field.name: Slot(field.type, field.required, _default(field.default))
            for field in msgspec.structs.fields(shape)
        }
    return {
        name: Slot(_shape(shape, name, field.annotation, value), field.is_required(),
                   _default(field.get_default()))
        for name, field in shape.model_fields.items()
    }  # fmt: skip


def _default(value: Any) -> Any:
    return value if isinstance(value, str | int | tuple) else None


def _shape(model: type[BaseModel], name: str, written: Any, value: Mapping[str, Any]) -> Any:
    """Some groups say more than their type does."""
    if (model is Step and name == "solution") or (model is Happening and name == "do"):
        return _COMMAND
    if name == "where":
        if model is What:
            kind = events().get(str(value.get("event")))
            return Facts(_fields(kind) if kind else {})
        if model in (OrderHas, StockHas):
            return Facts(dict.fromkeys(FACTS if model is OrderHas else STOCK, str | int))
        if model is RuleStands:
            return Facts(_fields(Conditions) | _fields(Action))
    return written


def _fields(kind: type[msgspec.Struct]) -> dict[str, Any]:
    left_out = ("order_number", "act")
    return {it.name: it.type for it in msgspec.structs.fields(kind) if it.name not in left_out}


def words_of(shape: Any) -> tuple[str, ...]:
    """The few words that a single value may be; none where it may be any."""
    shape = bare(shape)
    if shape is bool:
        return ("true", "false")
    if get_origin(shape) is Literal:
        return tuple(str(it) for it in get_args(shape))
    return ()


# --- what something begins with -----------------------------------------------------------------


def begun(slot: Slot, name: str, who: str) -> Any:
    """A value for a key that is new; `who` is the member of the cast it is about."""
    shape = bare(slot.shape)
    if shape is Text:
        return {"en": ""}
    if isinstance(shape, Facts):
        return {}
    if shape is Check:
        return {"order_is": begun(Slot(CHECKS["order_is"], True), name, who)}
    if get_origin(shape) is dict:
        few = words_of(get_args(shape)[0])[:1]
        return {key: begun(Slot(get_args(shape)[1], True), key, who) for key in few}
    if get_origin(shape) is tuple:
        if slot.default:
            return list(slot.default)
        one, *more = get_args(shape)
        return [
            begun(Slot(one, True), name, who) for _ in ([one] if more == [...] else [one, *more])
        ]
    if _grouped(shape):
        inner = slots_of(shape, {})
        return {key: begun(it, key, who) for key, it in inner.items() if it.needed}
    return _single(shape, slot.default, name, who)


def _single(shape: Any, default: Any, name: str, who: str) -> Any:
    words = words_of(shape)
    if shape is bool:
        return not default
    if name == "event":
        return "order_checked"
    if name in _CODES:
        return min(code_of(it) for it in refusals().values())
    if words:
        return next((it for it in words if it != default), words[0])
    if shape is int:
        return default if default is not None else 1
    if name == "order":
        return who
    return default or ""
