"""Settings for all tests."""

from pathlib import Path

import pytest
from hypothesis import settings

# The same examples in every run, and no time limit for one: a busy machine is no failure.
settings.register_profile("loansim", deadline=None, derandomize=True)
settings.load_profile("loansim")

HOURS = 3 * 60 * 60

LONGEST_FIRST = (
    "test_facts.py",
    "test_library.py",
    "dashboard/test_browser.py",
    "dashboard/test_whatif_browser.py",
    "test_site.py",
    "test_null_world.py",
    "dashboard/test_reading_pages.py",
    "sweeps/test_cluster.py",
    "sweeps/test_running.py",
)
"""Files that take a minute or more. They come first, so that no process is left with one of them
when the others are through."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long files first; long tests take as long as they need, within reason."""
    here = Path(__file__).parent
    places = {here / file: place for place, file in enumerate(LONGEST_FIRST)}
    items.sort(key=lambda item: places.get(item.path, len(places)))
    for item in items:
        if item.get_closest_marker("slow"):
            item.add_marker(pytest.mark.timeout(HOURS))
