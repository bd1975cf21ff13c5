"""JSON Schemas of authors' files, for editors that complete and check while one writes."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from trainer.orders.engine import commands
from trainer.training.checks import CHECKS
from trainer.training.course import Cases, Lessons, Plan
from trainer.training.deeds import DEEDS, WAIT
from trainer.training.quiz import Bank
from trainer.training.scenario import Scenario
from trainer.training.texts import Part

_DIALECT: Final = {"$schema": "https://json-schema.org/draft/2020-12/schema"}


def scenario_schema() -> dict[str, Any]:
    """The whole shape: each check and each command by its name, and `like` in place of the rest."""
    schema = Scenario.model_json_schema()
    shapes = schema["$defs"]
    for name, kind in CHECKS.items():
        shape = kind.model_json_schema(ref_template="#/$defs/{model}")
        shapes.update(shape.pop("$defs", {}))
        shapes[name] = shape
    shapes["Check"] = _one_of({name: {"$ref": f"#/$defs/{name}"} for name in CHECKS})
    known = (*commands(), *DEEDS, WAIT)
    shapes["Step"]["properties"]["solution"]["items"] = _one_of(
        {name: {"type": ["object", "null"]} for name in sorted(known)}
    )
    shapes["Text"]["required"] = ["en"]
    schema["properties"]["like"] = {"type": "string", "description": "The scenario it is like."}
    whole = schema.pop("required")
    schema["anyOf"] = [{"required": whole}, {"required": ["like", "id", "title", "brief"]}]
    return {**_DIALECT, **schema}


def _schema_of(shape: type[Part]) -> Callable[[], dict[str, Any]]:
    """That of a file which says all by itself."""
    return lambda: {**_DIALECT, **shape.model_json_schema()}


SCHEMAS: Final[Mapping[str, Callable[[], dict[str, Any]]]] = {
    "scenario": scenario_schema,
    "questions": _schema_of(Bank),
    "lessons": _schema_of(Lessons),
    "cases": _schema_of(Cases),
    "course": _schema_of(Plan),
}
"""By the name of the file; every other file of a chapter's folder is a scenario."""


def _one_of(named: dict[str, Any]) -> dict[str, Any]:
    """Exactly one of these keys."""
    return {
        "type": "object",
        "properties": named,
        "additionalProperties": False,
        "minProperties": 1,
        "maxProperties": 1,
    }
