"""The browser clients get the settings without which they would not send."""

from __future__ import annotations

import asyncio

from tests.door.shop import basic

from hundredfold.app.door.assembly import Settings


def get(shop, path, **further):
    return asyncio.run(shop.ask("GET", path, **further))


def test_analytics_js_is_told_where_to_send(shop):
    answer = get(shop, f"/v1/projects/{shop.browser_key}/settings", headers={"Origin": "https://shop.example"})

    own = answer.json()["integrations"]["Segment.io"]
    assert (own["apiKey"], own["apiHost"], own["protocol"]) == (shop.browser_key, "door/v1", "http")
    assert answer.headers["access-control-allow-origin"] == "*"


def test_the_address_behind_a_proxy_can_be_told(opened):
    shop = opened(settings=Settings(public_url="https://t.shop.example"))

    own = get(shop, f"/v1/projects/{shop.browser_key}/settings").json()["integrations"]["Segment.io"]

    assert (own["apiHost"], own["protocol"]) == ("t.shop.example/v1", "https")


def test_rudderstack_is_told_that_its_source_is_enabled(shop):
    by_query = get(shop, f"/sourceConfig/?p=web&v=3.34.1&writeKey={shop.browser_key}")
    by_header = get(shop, "/sourceConfig/", headers=basic(shop.browser_key))

    assert by_query.json() == by_header.json()
    source = by_query.json()["source"]
    assert (source["enabled"], source["writeKey"], source["destinations"]) == (True, shop.browser_key, [])


def test_an_unknown_key_gets_no_settings(shop):
    assert get(shop, "/v1/projects/wrong/settings").status_code == 404
    assert get(shop, f"/v1/projects/{shop.token()}/settings").status_code == 404
    assert get(shop, "/sourceConfig/?writeKey=wrong").status_code == 401
    assert get(shop, "/sourceConfig/").status_code == 401


def test_what_clients_report_on_themselves_is_taken_and_dropped(shop):
    assert asyncio.run(shop.ask("POST", "/v1/m", json={"series": []})).json() == {"success": True}
    assert shop.stored() == []
