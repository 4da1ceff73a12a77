"""The tracking API keeps Segment's contract: routes, keys, batches, limits, answers."""

from __future__ import annotations

import asyncio
import gzip
import json

import pytest
from tests.door.shop import NOW, basic, track

from hundredfold.app.door.assembly import Settings
from hundredfold.app.door.limits import Limits
from hundredfold.words.calendar import HOUR, MINUTE
from hundredfold.words.message import KINDS, TRUSTS

SINGLE = {
    "track": {"event": "Order Completed"},
    "identify": {"traits": {"email": "a@b.c"}},
    "page": {"name": "Home"},
    "screen": {"name": "Home"},
    "group": {"groupId": "g1"},
    "alias": {"previousId": "old"},
}


def run(coroutine):
    return asyncio.run(coroutine)


@pytest.mark.parametrize("route", [*SINGLE, *(name[0] for name in SINGLE)])
def test_every_route_takes_its_type(shop, route):
    kind = next(name for name in SINGLE if name.startswith(route) and (len(route) > 1 or name[0] == route))
    body = {**SINGLE[kind], "userId": "c1", "messageId": "m1"}

    answer = run(shop.send(f"/v1/{route}", body))

    assert (answer.status_code, answer.json()) == (200, {"success": True})
    row = shop.one()
    assert KINDS[row["kind"]] == row["payload"]["type"] == kind
    assert (row["source"], TRUSTS[row["trust"]], row["received"]) == ("backend", "server", NOW)


@pytest.mark.parametrize("route", ["batch", "b", "import", "batch/"])
def test_a_batch_is_stored_text_for_text(shop, route):
    text = b'{"type":"track",  "event": "Order Completed","userId":"c1","messageId":"m1","properties":{"total": 37.50}}'

    answer = run(shop.send(f"/v1/{route}", b'{"batch": [' + text + b"]}"))

    assert answer.json() == {"success": True}
    assert shop.one()["text"] == text


def test_a_type_that_contradicts_the_address_is_refused(shop):
    answer = run(shop.send("/v1/track", {**track(), "type": "page"}))

    assert (answer.status_code, answer.json()["code"]) == (400, "type_mismatch")
    assert shop.stored() == []


def test_what_is_said_of_a_batch_is_said_of_each_message(shop):
    own = {**track(1), "context": {"ip": "10.0.0.1"}}
    batch = {
        "batch": [own, track(2)],
        "context": {"ip": "10.0.0.9", "library": {"name": "x"}},
        "integrations": {"All": False},
        "sentAt": "2026-11-22T11:00:00Z",
    }

    run(shop.send("/v1/batch", batch))

    first, second = shop.stored()
    assert first["payload"]["context"] == {"ip": "10.0.0.1", "library": {"name": "x"}}
    assert second["payload"]["context"] == batch["context"]
    assert first["payload"]["integrations"] == {"All": False}
    assert {first["sent"], second["sent"]} == {NOW + HOUR}
    assert first["time"] == NOW - HOUR - MINUTE


def test_the_bad_events_of_a_batch_are_named_and_the_good_ones_stored(shop):
    batch = {"batch": [track(1), {"type": "track", "userId": "c", "messageId": "bad"}, 7, track(2), {"type": "page"}]}

    answer = run(shop.send("/v1/batch", batch))

    assert answer.status_code == 200
    assert [(item["index"], item["messageId"], item["reason"]) for item in answer.json()["rejected"]] == [
        (1, "bad", "no_event_name"),
        (2, None, "not_an_object"),
        (4, None, "no_id"),
    ]
    assert [row["message_id"] for row in shop.stored()] == ["m0001", "m0002"]
    kept = shop.door.rejections.newest()
    assert [(item.reason, item.source) for item in kept] == [
        ("no_id", "backend"),
        ("not_an_object", "backend"),
        ("no_event_name", "backend"),
    ]
    assert json.loads(kept[2].payload)["messageId"] == "bad"


def test_a_bare_nan_costs_nothing_but_itself(shop):
    text = json.dumps({"batch": [track(1, properties={"total": float("nan")}), track(2)]}).encode()
    assert b"NaN" in text

    answer = run(shop.send("/v1/batch", text))

    assert answer.json() == {"success": True}
    assert [row["payload"]["properties"].get("total") for row in shop.stored()] == [None, 37.5]
    metrics = run(shop.ask("GET", "/metrics")).text
    assert 'hf_ingest_mended_total{what="not_finite"} 1.0' in metrics


def test_a_message_without_an_id_gets_one_that_is_no_part_of_its_text(shop):
    run(shop.send("/v1/track", {"event": "Viewed", "userId": "c1"}))

    row = shop.one()
    assert row["message_id"] == "made-1"
    assert "messageId" not in row["payload"]


def test_the_browser_client_of_rudderstack_keeps_its_time_and_its_key_is_not_stored(shop):
    body = {
        **track(),
        "timestamp": None,
        "originalTimestamp": "2026-11-22T10:59:00Z",
        "sentAt": "2026-11-22T11:00:00Z",
        "userId": "",
        "anonymousId": "a1",
        "writeKey": shop.browser_key,
    }

    answer = run(shop.ask("POST", "/v1/track", content=json.dumps(body), headers={"Content-Type": "text/plain"}))

    assert answer.status_code == 200
    row = shop.one()
    assert (row["key"], row["time"], TRUSTS[row["trust"]], row["source"]) == ("a:a1", NOW - MINUTE, "browser", "web")
    assert shop.browser_key.encode() not in row["text"]


@pytest.mark.parametrize("how", ["colon", "bare", "body", "bearer and body", "unreadable basic and body"])
def test_a_write_key_is_taken_from_wherever_clients_put_it(shop, how):
    from base64 import b64encode

    key = shop.server_key
    body, headers = {"batch": [track()]}, {}
    match how:
        case "colon":
            headers = basic(key)
        case "bare":
            headers = {"Authorization": "Basic " + b64encode(key.encode()).decode()}
        case _:
            body["writeKey"] = key
            headers = {"b": {"Authorization": "Bearer x"}, "u": {"Authorization": "Basic %%%"}}.get(how[0], {})
            headers = {} if how == "body" else headers

    answer = run(shop.ask("POST", "/v1/batch", content=json.dumps(body), headers=headers))

    assert answer.status_code == 200
    assert len(shop.stored()) == 1


@pytest.mark.parametrize("key", [None, "wrong", "", "hfs_" + "A" * 43, "api", "revoked"])
def test_a_wrong_key_stores_nothing(shop, key):
    if key == "api":
        key = shop.token("admin", personal_data=True)
    if key == "revoked":
        key, grant = shop.door.tokens.create("server", "old")
        shop.door.tokens.revoke(grant.id)
    headers = {} if key is None else basic(key)

    answer = run(shop.ask("POST", "/v1/batch", content=json.dumps({"batch": [track()]}), headers=headers))

    assert (answer.status_code, answer.json()["code"]) == (401, "bad_key")
    assert answer.headers["content-type"] == "application/problem+json"
    assert shop.stored() == []


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "bad_json"),
        (b"not json", "bad_json"),
        (b"[]", "no_batch"),
        (b"{}", "no_batch"),
        (b'{"batch": {}}', "no_batch"),
        (b'{"batch": [], "context": 3}', "bad_batch"),
        (b'{"batch": [], "sentAt": "soon"}', "bad_time"),
        (b"[" * 100_000, "too_deep"),
        (b'{"batch": [' + b"{}," * 2500 + b"{}]}", "too_many"),
    ],
)
def test_a_body_that_is_bad_as_a_whole_is_answered_with_400_and_kept(shop, body, code):
    answer = run(shop.send("/v1/batch", body))

    problem = answer.json()
    assert (answer.status_code, problem["status"], problem["code"]) == (400, 400, code)
    assert problem["detail"] == problem["message"]
    assert [item.reason for item in shop.door.rejections.newest()] == [code]


def test_the_body_of_a_stranger_is_not_kept(shop):
    run(shop.ask("POST", "/v1/batch", content=b"nonsense"))

    assert shop.door.rejections.newest() == []


def test_an_event_of_32_kb_is_taken_and_a_larger_one_is_not(shop):
    def sized(number, size):
        body = track(number, properties={"text": ""})
        body["properties"]["text"] = "x" * (size - len(json.dumps(body).encode()))
        return body

    exact = run(shop.send("/v1/track", sized(1, 32 * 1024)))
    larger = run(shop.send("/v1/track", sized(2, 32 * 1024 + 1)))

    assert (exact.status_code, larger.status_code) == (200, 413)
    assert shop.one()["message_id"] == "m0001"


@pytest.mark.parametrize(("key", "limit"), [("server_key", 4 * 1024 * 1024), ("browser_key", 500 * 1024)])
def test_a_batch_may_be_as_large_as_its_key_allows(shop, key, limit):
    empty = b'{"batch": []}'

    fits = run(shop.send("/v1/batch", empty + b" " * (limit - len(empty)), key=getattr(shop, key)))
    not_any_more = run(shop.send("/v1/batch", empty + b" " * (limit - len(empty) + 1), key=getattr(shop, key)))

    assert (fits.status_code, not_any_more.status_code) == (200, 413)


def test_a_gzip_body_is_unpacked(shop):
    packed = gzip.compress(json.dumps({"batch": [track(n) for n in range(50)]}).encode())

    answer = run(shop.send("/v1/batch", packed, headers={"Content-Encoding": "gzip"}))

    assert answer.status_code == 200
    assert len(shop.stored()) == 50


def test_a_gzip_bomb_is_refused_and_costs_no_more_than_the_limit(shop):
    import tracemalloc

    bomb = gzip.compress(b"\0" * 300_000_000, 9)

    tracemalloc.start()
    answer = run(shop.send("/v1/batch", bomb, headers={"Content-Encoding": "gzip"}))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert answer.status_code == 413
    assert peak < 30_000_000


@pytest.mark.parametrize(
    "broken",
    [b"", b"plain", gzip.compress(b"{}")[:-4], gzip.compress(b'{"batch":[]}') * 2],
    ids=["nothing", "not packed", "cut short", "two in one"],
)
def test_a_broken_gzip_is_refused(shop, broken):
    answer = run(shop.send("/v1/batch", broken, headers={"Content-Encoding": "gzip"}))

    assert (answer.status_code, answer.json()["code"]) == (400, "bad_gzip")


def test_an_unknown_encoding_is_refused(shop):
    answer = run(shop.send("/v1/batch", b"{}", headers={"Content-Encoding": "br"}))

    assert answer.status_code == 415


def test_the_preflight_of_a_browser_is_answered_for_a_day(opened):
    asked = {
        "Origin": "https://shop.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization,x-retry-count,anonymousid,rsa-retry-attempt",
    }

    answer = run(opened().ask("OPTIONS", "/v1/t", headers=asked))

    allowed = {name.strip() for name in answer.headers["access-control-allow-headers"].split(",")}
    assert answer.status_code == 204
    assert allowed == {"authorization", "x-retry-count", "anonymousid", "rsa-retry-attempt"}
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["access-control-max-age"] == "86400"


def test_only_welcome_pages_may_send_with_a_browser_key(opened):
    shop = opened(settings=Settings(origins=("https://shop.example",)))

    welcome = run(shop.send("/v1/t", track(1), shop.browser_key, {"Origin": "https://shop.example"}))
    stranger = run(shop.send("/v1/t", track(2), shop.browser_key, {"Origin": "https://evil.example"}))

    assert (welcome.status_code, stranger.status_code) == (200, 403)
    assert welcome.headers["access-control-allow-origin"] == "https://shop.example"
    assert "access-control-allow-origin" not in stranger.headers
    assert len(shop.stored()) == 1


def test_other_methods_and_addresses_are_told_what_to_do(shop):
    wrong_method = run(shop.ask("GET", "/v1/batch"))
    wrong_address = run(shop.send("/v1/unknown", {}))

    assert (wrong_method.status_code, wrong_method.headers["allow"]) == (405, "POST, OPTIONS")
    assert (wrong_address.status_code, wrong_address.json()["code"]) == (404, "unknown_address")


def test_the_limits_can_be_set(opened):
    shop = opened(settings=Settings(limits=Limits(batch_events=2, event_bytes=200)))

    three = run(shop.send("/v1/batch", {"batch": [track(n) for n in range(3)]}))
    large = run(shop.send("/v1/batch", {"batch": [track(1, properties={"a": "x" * 200})]}))

    assert three.json()["code"] == "too_many"
    assert large.json()["rejected"][0]["reason"] == "too_large"
