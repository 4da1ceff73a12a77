"""An import tells of money without a rate: on the command line, before it and after it; and not when there is one."""

from __future__ import annotations

import httpx
import pytest
from tests.app.serving import opened_for_serving, until
from tests.app.shop import DEFINITIONS, PRODUCTS, hf

from hundredfold.app.serving import in_background
from hundredfold.app.settings import with_setting

ORDERS = """\
order_id,customer_id,date,total,currency
1,c1,2026-03-01,10,EUR
2,c1,2026-03-02,20,USD
3,c1,2026-02-02,30,USD
4,c2,2026-02-03,40,GBP
5,c2,2026-02-04,50,
"""


@pytest.fixture
def shop(tmp_path):
    folder = tmp_path / "shop"
    assert hf("init", folder, "--timezone", "Europe/Lisbon").code == 0
    settings = folder / "hundredfold.yaml"
    settings.write_text(with_setting(with_setting(settings.read_text(), "rates", "rates.csv"), "page", "true"))
    (folder / "rates.csv").write_text("date,currency,rate\n2026-03-01,USD,0.5\n")
    (folder / "products.csv").write_text(PRODUCTS)
    (folder / "definitions" / "shop.yaml").write_text(DEFINITIONS)
    assert hf("apply", folder=folder).code == 0
    return folder


def test_the_command_tells_of_money_without_a_rate_and_what_to_do(shop, tmp_path):
    (tmp_path / "orders.csv").write_text(ORDERS)
    (tmp_path / "map.yaml").write_text(
        "{kind: orders, order_id: order_id, userId: customer_id, timestamp: date, total: total, currency: currency}"
    )

    said = hf("import", tmp_path / "orders.csv", "--map", tmp_path / "map.yaml", folder=shop)

    told = " ".join(said.out.split())
    assert "rows without a rate: 1 in GBP, from 2026-02-03 on" in told
    assert "rows without a rate: 1 in USD, from 2026-02-02 on" in told
    assert "Give their currencies rates" in told
    assert hf("profile", "c1", "--json", folder=shop).json["attributes"]["total_purchase_value"] == 20


def test_the_preview_and_the_finished_import_tell_of_it_until_there_is_a_rate(shop):
    lacking = [
        {"currency": "GBP", "rows": 1, "since": "2026-02-03"},
        {"currency": "USD", "rows": 1, "since": "2026-02-02"},
    ]
    with opened_for_serving(shop) as opened, in_background(opened) as served:
        headers = {"Authorization": f"Bearer {served.token}"}
        with httpx.Client(base_url=f"{served.url}/api/v1", headers=headers, timeout=60) as api:
            upload = api.post("/uploads", json={"name": "o.csv", "size": len(ORDERS)}).json()["id"]
            api.put(f"/uploads/{upload}/content", params={"at": 0}, content=ORDERS.encode())
            mapping = api.post(f"/uploads/{upload}/guess", json={}).json()["mapping"]

            tried = api.post(f"/uploads/{upload}/preview", json={"mapping": mapping}).json()
            job = api.post("/imports", json={"upload": upload, "mapping": mapping}).json()["id"]
            done = until(lambda: (one := api.get(f"/imports/{job}").json())["state"] == "done" and one)

            assert tried["unpriced"] == done["counts"]["unpriced"] == lacking
    (shop / "rates.csv").write_text("date,currency,rate\n2026-02-01,USD,0.5\n2026-02-04,GBP,2\n")
    assert hf("apply", folder=shop).code == 0
    with opened_for_serving(shop) as opened, in_background(opened) as served:
        headers = {"Authorization": f"Bearer {served.token}"}
        (later,) = httpx.get(f"{served.url}/api/v1/imports", headers=headers, timeout=60).json()
    assert later["counts"]["unpriced"] == lacking[:1]  # pounds have a rate from the next day on only
    assert hf("profile", "c1", "--json", folder=shop).json["attributes"]["total_purchase_value"] == 35
