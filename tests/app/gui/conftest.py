"""Who asks the server that a test module has as its `served`."""

from __future__ import annotations

import pytest
from tests.app.gui.past_shop import Api


@pytest.fixture(scope="module")
def admin(served):
    return Api(served, "admin", personal_data=True)


@pytest.fixture(scope="module")
def viewer(served):
    return Api(served, "read", personal_data=False)
