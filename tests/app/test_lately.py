"""What the newest messages offer: nobody who has been erased, and nothing that only he has bought."""

from __future__ import annotations

from tests.app.serving import opened_for_serving
from tests.app.shop import hf, orders_of_march, shop_in

from hundredfold.app.gui.lately import lately


def test_nobody_who_was_erased_is_offered_nor_what_he_bought(tmp_path):
    orders = orders_of_march()
    for order in orders:
        if order["userId"] == "c3":
            order["properties"]["products"] = [{"sku": "only-c3", "price": 7, "quantity": 1}]
    folder = shop_in(tmp_path / "shop", orders)
    assert hf("batch", folder=folder).code == 0
    with opened_for_serving(folder) as opened:
        before = lately(opened, 10)
    assert ("c3" in before.quiet, "only-c3" in [good.sku for good in before.goods]) == (True, True)

    assert hf("forget", "c3", folder=folder).code == 0

    with opened_for_serving(folder) as opened:
        after = lately(opened, 10)
    assert set(after.quiet) == set(before.quiet) - {"c3"}
    assert "c3" not in {one.user for one in after.tracked} | set(after.lively)
    assert {good.sku for good in after.goods} == {"s1", "h1"}
