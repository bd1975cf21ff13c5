"""What every test may ask for; the heavy things stand in tests/support."""

import os

pytest_plugins = ["tests.support.browser", "tests.support.postgres"]


def pytest_xdist_auto_num_workers() -> int:
    """One worker more than cores: those with a browser wait for pages half of their time."""
    return (os.cpu_count() or 1) + 1
