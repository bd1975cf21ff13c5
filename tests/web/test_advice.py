"""What to try next time: there is something to say about every goal that can lose points."""

from trainer.training.checks import CHECKS
from trainer.training.combined import Several
from trainer.web.advice import _BY_CHECK


def test_every_check_has_its_advice() -> None:
    single = {name for name, kind in CHECKS.items() if not issubclass(kind, Several)}
    assert single <= _BY_CHECK.keys()
