"""Settings for all tests."""

import pytest
from hypothesis import settings

# The same examples in every run, and no time limit for one: a busy machine is no failure.
settings.register_profile("loansim", deadline=None, derandomize=True)
settings.load_profile("loansim")

HOURS = 3 * 60 * 60


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long tests take as long as they need, within reason; others what pyproject.toml allows."""
    for item in items:
        if item.get_closest_marker("slow"):
            item.add_marker(pytest.mark.timeout(HOURS))
