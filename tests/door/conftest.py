from __future__ import annotations

import pytest
from tests.door.shop import Shop


@pytest.fixture
def opened(tmp_path):
    """Opens shops that are closed after the test."""
    shops = []

    def open_shop(log=None, **further):
        shop = Shop(tmp_path / str(len(shops)), log, **further)
        shops.append(shop)
        return shop

    yield open_shop
    for shop in shops:
        shop.close()


@pytest.fixture
def shop(opened):
    return opened()
