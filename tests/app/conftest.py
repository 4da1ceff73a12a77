from __future__ import annotations

import pytest
from tests.app.shop import DEFINITIONS, PRODUCTS, hf


@pytest.fixture
def empty(tmp_path):
    """A new workspace without definitions."""
    folder = tmp_path / "shop"
    assert hf("init", folder, "--timezone", "Europe/Lisbon").code == 0
    return folder


@pytest.fixture
def shop(empty):
    """A workspace with definitions in force."""
    (empty / "products.csv").write_text(PRODUCTS)
    (empty / "definitions" / "shop.yaml").write_text(DEFINITIONS)
    assert hf("apply", folder=empty).code == 0
    return empty
