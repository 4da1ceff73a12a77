from __future__ import annotations

import pytest
from tests.app.shop import hf, shop_in


@pytest.fixture
def empty(tmp_path):
    """A new workspace without definitions."""
    folder = tmp_path / "shop"
    assert hf("init", folder, "--timezone", "Europe/Lisbon").code == 0
    return folder


@pytest.fixture
def shop(tmp_path):
    """A workspace with definitions in force."""
    return shop_in(tmp_path / "shop")
