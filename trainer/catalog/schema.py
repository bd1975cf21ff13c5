"""A JSON Schema of scenario files, for editors that complete and check while one writes."""

from typing import Any

from trainer.orders.engine import commands
from trainer.training.checks import CHECKS
from trainer.training.deeds import DEEDS, WAIT
from trainer.training.scenario import Scenario


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
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def _one_of(named: dict[str, Any]) -> dict[str, Any]:
    """Exactly one of these keys."""
    return {
        "type": "object",
        "properties": named,
        "additionalProperties": False,
        "minProperties": 1,
        "maxProperties": 1,
    }
