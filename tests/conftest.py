"""How hard the property tests look: a quick profile that always looks at the same, a long one for the night that looks
at what has not been looked at."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, settings

_SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]
settings.register_profile("quick", max_examples=100, derandomize=True, deadline=None, suppress_health_check=_SLOW)
settings.register_profile("nightly", max_examples=2_000, deadline=None, suppress_health_check=_SLOW)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))


def _turn(item: pytest.Item) -> int:
    """Whether tests come first, as those of the one broker do, or last.

    The driver of browsers keeps an event loop going in its thread until the end, which later tests would meet.
    """
    path = item.path.as_posix()
    return -1 if "tests/kafka/" in path else int("tests/gui/" in path)


def pytest_itemcollected(item: pytest.Item) -> None:
    """Which tests run in one process: those of a file, and all that need the broker."""
    item.add_marker(pytest.mark.xdist_group("kafka" if _turn(item) < 0 else item.path.as_posix()))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """In which order tests run."""
    items.sort(key=_turn)
