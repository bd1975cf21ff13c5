"""The glossary's files, read once at the start."""

from pathlib import Path
from typing import Any

import yaml

from trainer.training.glossary import Dialect, Glossary, Term


def load_glossary(file: Path) -> Glossary:
    """The glossary of a file, with `dialects.yaml` beside it; empty where there is none.

    Raises ValueError if one of them is wrong.
    """
    if not file.is_file():
        return Glossary(())
    return Glossary(
        map(Term.model_validate, _read(file)["terms"]),
        map(Dialect.model_validate, _read(file.with_name("dialects.yaml")).get("systems", ())),
    )


def _read(file: Path) -> dict[str, Any]:
    if not file.is_file():
        return {}
    # libyaml's, where it is there: it takes a tenth of the time
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    content: dict[str, Any] = yaml.load(file.read_text("utf-8"), Loader=loader)
    return content
