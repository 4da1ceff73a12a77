"""Rates are entered on the command line and by the API: they count at once, also where there were none before."""

from __future__ import annotations

import httpx
import pytest
from tests.app.serving import opened_for_serving, until
from tests.app.shop import hf, order, shop_in

from hundredfold.app.serving import in_background


@pytest.fixture
def shop(tmp_path):
    """One customer with 10 EUR and 20 USD."""
    dollars = order(2, "c1", "2026-03-02T10:00:00Z", 20)
    dollars["properties"]["currency"] = "USD"
    return shop_in(tmp_path / "shop", [order(1, "c1", "2026-03-01T10:00:00Z", 10), dollars], page="true")


def spent(folder):
    return hf("profile", "c1", "--json", folder=folder).json["attributes"]["total_purchase_value"]


def test_rates_are_set_listed_loaded_and_removed_by_command(shop, tmp_path):
    assert spent(shop) == 10

    tried = hf("rates", "set", "usd", "2026-03-01", "0.5", "--check", "--json", folder=shop).json
    assert (tried["added"], tried["written"], (shop / "rates.csv").exists()) == (1, False, False)
    assert hf("rates", "set", "usd", "2026-03-01", "0.5", folder=shop).code == 0
    assert spent(shop) == 20
    (tmp_path / "more.csv").write_text("date,currency,rate\n2026-03-01,USD,0.6\n2026-03-02,USD,0.8\n")
    loaded = hf("rates", "load", tmp_path / "more.csv", "--json", folder=shop).json
    assert (loaded["added"], loaded["corrected"]) == (1, 1)
    assert spent(shop) == 26
    assert hf("rates", "remove", "USD", "2026-03-02", folder=shop).code == 0
    assert spent(shop) == 22
    assert (shop / "rates.csv").read_text() == "date,currency,rate\n2026-03-01,USD,0.6\n"
    assert "rates: rates.csv\n" in (shop / "hundredfold.yaml").read_text()
    assert hf("rates", "list", folder=shop).out == "2026-03-01  USD  0.6\n"


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (("USX", "2026-03-01", "1"), "no currency has the code 'USX'"),
        (("EUR", "2026-03-01", "1"), "all money is kept in EUR"),
        (("USD", "1 March", "1"), "'1 March' is no day"),
        (("USD", "2026-03-01", "0"), "'0' is no rate"),
        (("USD", "2026-03-01", "NaN"), "'NaN' is no rate"),
    ],
)
def test_what_is_no_rate_is_refused(shop, line, told):
    refused = hf("rates", "set", *line, folder=shop)

    assert (refused.code, (shop / "rates.csv").exists()) == (1, False)
    assert told in refused.err


def test_a_file_in_which_something_would_be_lost_is_not_written(shop):
    (shop / "rates.csv").write_text("date,currency,rate,note\n2026-03-01,USD,0.5,bank\n")
    unnamed = hf("rates", "set", "USD", "2026-03-01", "0.6", folder=shop)
    assert "hundredfold.yaml does not name it" in unnamed.err
    settings = shop / "hundredfold.yaml"
    settings.write_text(settings.read_text().replace("rates: null", "rates: rates.csv"))

    refused = hf("rates", "set", "USD", "2026-03-01", "0.6", folder=shop)

    assert "has a column 'note'" in refused.err
    assert "0.5,bank" in (shop / "rates.csv").read_text()


def test_a_server_counts_with_new_rates_at_once_and_the_second_of_two_editors_is_told(shop):
    with opened_for_serving(shop) as opened, in_background(opened) as served:
        headers = {"Authorization": f"Bearer {served.token}"}
        with httpx.Client(base_url=f"{served.url}/api/v1", headers=headers, timeout=60) as api:
            seen = api.get("/settings/rates").json()
            assert (seen["file"], seen["version"], seen["counts"]) == (None, None, True)
            line = {"currency": "USD", "day": "2026-03-01", "rate": "0.5"}

            first = api.post("/settings/rates", json={"lines": [line], "version": None}).json()
            late = api.post("/settings/rates", json={"lines": [{**line, "rate": "0.7"}], "version": None})

            change = {"currency": "USD", "day": "2026-03-01", "before": None, "after": "0.5"}
            assert (first["changes"], first["written"]) == ([change], True)
            assert (late.status_code, late.json()["code"]) == (409, "changed_meanwhile")
            until(lambda: api.get("/settings/rates").json()["counts"])
            assert api.get("/profiles/c1").json()["attributes"]["total_purchase_value"] == 20
            assert hf("rates", "set", "USD", "2026-03-02", "0.8", folder=shop).code == 0  # the server does it
            until(lambda: api.get("/settings/rates").json()["counts"])
            assert api.get("/profiles/c1").json()["attributes"]["total_purchase_value"] == 26
            days = api.get("/settings/rates", params={"currency": "usd"}).json()["lines"]
            assert [(one["day"], one["rate"]) for one in days] == [("2026-03-02", "0.8"), ("2026-03-01", "0.5")]
            noted = [one for one in api.get("/changes").json() if one["what"] == "rates.changed"]
            assert [(one["object"], one["before"], one["after"]) for one in noted] == [
                ("USD 2026-03-02", None, "0.8"),
                ("USD 2026-03-01", None, "0.5"),
            ]
