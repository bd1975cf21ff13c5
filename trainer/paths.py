"""Where the files are that are not Python: beside the package in a checkout, else inside it."""

from pathlib import Path
from typing import Final, Literal

_PACKAGE: Final = Path(__file__).parent
_INSTALLED: Final = (_PACKAGE / "_data").is_dir()

ROOT: Final = _PACKAGE / "_data" if _INSTALLED else _PACKAGE.parent
TEMPLATES: Final = ROOT / "templates"
STATIC: Final = ROOT / "static"
SCENARIOS: Final = ROOT / "scenarios"
VENDOR: Final = STATIC / "vendor"


def assets_state() -> Literal["current", "missing", "stale"]:
    """Whether static/vendor is what this code asks for; the cure is `python -m trainer.assets`."""
    if not (VENDOR / "STAMP").is_file():
        return "missing"
    if _INSTALLED:
        return "current"  # packed together with the code; the lock stayed at home
    from trainer.assets import build  # here only: a wheel does not carry it

    return "current" if build.current(VENDOR) else "stale"
