"""The glossary's file, read once at the start."""

from pathlib import Path

import yaml

from trainer.training.glossary import Glossary, Term


def load_glossary(file: Path) -> Glossary:
    """The glossary of a file, empty where there is none. Raises ValueError if it is wrong."""
    if not file.is_file():
        return Glossary(())
    content = yaml.safe_load(file.read_text("utf-8"))
    return Glossary(Term.model_validate(term) for term in content["terms"])
