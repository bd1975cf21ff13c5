"""The glossary's file, read once at the start."""

from pathlib import Path

import yaml

from trainer.training.glossary import Glossary, Term


def load_glossary(file: Path) -> Glossary:
    """The glossary of a file, empty where there is none. Raises ValueError if it is wrong."""
    if not file.is_file():
        return Glossary(())
    # libyaml's, where it is there: it takes a tenth of the time
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    content = yaml.load(file.read_text("utf-8"), Loader=loader)
    return Glossary(Term.model_validate(term) for term in content["terms"])
