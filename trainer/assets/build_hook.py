"""Hatchling's door to build.py: an install fills static/vendor before anything is packed."""

import runpy
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

# by path: at this moment trainer is not installed, and `build` is somebody else's package
assets = runpy.run_path(str(Path(__file__).with_name("build.py")))


class Hook(BuildHookInterface[Any]):
    """Asks for npm only when there is something to fetch.

    pip runs a hook twice per build; the stamp makes the second time cheap.
    """

    def dependencies(self) -> list[str]:
        return list(assets["requirements"]())

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        try:
            assets["build"]()
        except assets["AssetError"] as error:
            self.app.abort(str(error))  # the sentence alone, not a stack trace around it
