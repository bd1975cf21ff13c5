"""What every test may ask for; the heavy things stand in tests/support."""

pytest_plugins = ["tests.support.browser", "tests.support.postgres"]
