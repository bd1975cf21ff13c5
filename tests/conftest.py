"""What every test may ask for; the heavy things stand in tests/support."""

import os

import pytest
from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket

pytest_plugins = ["tests.support.browser", "tests.support.postgres"]


def pytest_xdist_auto_num_workers() -> int:
    """One worker more than cores: those with a browser wait for pages half of their time."""
    return (os.cpu_count() or 1) + 1


class Compiled(BytecodeCache):
    """Templates as they were compiled for the first app of a process: a run makes a hundred."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """What was kept of it; the bucket itself looks whether that is still its source."""
        if kept := self._kept.get(bucket.key):
            bucket.bytecode_from_string(kept)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep it."""
        self._kept[bucket.key] = bucket.bytecode_to_string()


Flask.jinja_options = {"bytecode_cache": Compiled()}


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "long: takes minutes, so it begins first and nobody waits")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """In any order, but for the longest: begun last, one would run while other workers are idle."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)
