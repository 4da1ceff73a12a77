"""How hard the property tests look: a quick profile that always looks at the same, a long one for the night that looks
at what has not been looked at."""

from __future__ import annotations

import inspect
import os

import httpx
import pytest
from hypothesis import HealthCheck, settings

_SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]
settings.register_profile("quick", max_examples=100, derandomize=True, deadline=None, suppress_health_check=_SLOW)
settings.register_profile("nightly", max_examples=2_000, deadline=None, suppress_health_check=_SLOW)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))

# Beside other tests and slow commands an answer may take its time: whoever names no limit of his own waits a minute.
patience = inspect.signature(httpx.request).parameters["timeout"].default
patience.connect = patience.read = patience.write = patience.pool = 60.0


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests of the broker come first, for they wait most; those in a browser last.

    The driver of browsers keeps an event loop going in its thread until the end, which later tests would meet.
    """
    items.sort(key=lambda item: ("tests/kafka/" not in item.path.as_posix(), "tests/gui/" in item.path.as_posix()))
