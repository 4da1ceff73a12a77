from __future__ import annotations

import pytest
from tests.live.shop import Shop


@pytest.fixture
def opened(tmp_path):
    """Opens shops that are closed after the test; each has told of its start."""
    shops = []

    def open_shop(**further):
        shop = Shop(tmp_path / str(len(shops)), **further)
        shops.append(shop)
        shop.settle()
        return shop

    yield open_shop
    for shop in shops:
        shop.close()


@pytest.fixture
def shop(opened):
    return opened()
