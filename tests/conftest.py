"""What every test may ask for; the heavy things stand in tests/support."""

import os

import pytest

pytest_plugins = ["tests.support.browser", "tests.support.postgres"]


def pytest_xdist_auto_num_workers() -> int:
    """One worker more than cores: those with a browser wait for pages half of their time."""
    return (os.cpu_count() or 1) + 1


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "long: takes minutes, so it begins first and nobody waits")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """In any order, but for the longest: begun last, one would run while other workers are idle."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)
