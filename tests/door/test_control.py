"""The control API: what was refused or held back, keys, and a declared scope on every route."""

from __future__ import annotations

import asyncio
from typing import Annotated

import pytest
from fastapi import APIRouter, WebSocket
from tests.door.shop import NOW, bearer, seconds, track

from hundredfold.app.door.access import Access, requires
from hundredfold.app.door.assembly import Settings
from hundredfold.app.door.control import control
from hundredfold.ingest.tracking_plan import parse_tracking_plan
from hundredfold.store.tokens import Grant

PLAN = """
events:
  Order Completed: {mode: quarantine, properties: {total: {required: true, type: number}}}
  Viewed: {mode: warn, properties: {sku: {required: true}}}
  Seen: {mode: observe, properties: {sku: {required: true}}}
"""


def ask(shop, method, path, token=None, **further):
    headers = {} if token is None else bearer(token)
    return asyncio.run(shop.ask(method, path, headers=headers, **further))


def replay(shop, token, *ids):
    """How many were released, and what became of each."""
    told = ask(shop, "POST", "/api/v1/ingest/quarantine/replay", token, json={"ids": list(ids)}).json()
    assert [fate["id"] for fate in told["fates"]] == list(ids)
    return told["count"], [fate["what"] for fate in told["fates"]]


def test_a_route_without_a_declared_scope_does_not_start(shop):
    inner = APIRouter()

    @inner.get("/forgotten")
    async def forgotten() -> int:
        return 1

    @inner.websocket("/talk")
    async def talk(socket: WebSocket) -> None:
        await socket.accept()

    outer = APIRouter(prefix="/inner")
    outer.include_router(inner)

    with pytest.raises(TypeError, match=r"/api/v1/inner/forgotten, /api/v1/inner/talk"):
        control(Access(shop.door.tokens), [outer])


def test_a_further_router_is_mounted_with_its_declarations(opened):
    router = APIRouter()

    @router.get("/whoami")
    async def whoami(grant: Annotated[Grant, requires("read", personal_data=True)]) -> str:
        return grant.id

    shop = opened(routers=[router])
    secret, grant = shop.door.tokens.create("api", "me", scope="read", personal_data=True)

    assert ask(shop, "GET", "/api/v1/whoami", secret).json() == grant.id
    assert ask(shop, "GET", "/api/v1/whoami", shop.token("admin")).status_code == 403
    assert "/api/v1/whoami" in ask(shop, "GET", "/openapi.json").json()["paths"]


def test_a_stranger_does_not_learn_which_addresses_there_are(shop):
    assert ask(shop, "GET", "/api/v1/nothing").status_code == 401
    assert ask(shop, "GET", "/api/v1/nothing", shop.token()).status_code == 404


def test_rejections_are_listed_and_personal_data_only_with_the_right_to_it(shop):
    asyncio.run(shop.send("/v1/batch", {"batch": [{"type": "track", "userId": "canary", "messageId": "m1"}]}))

    plain = ask(shop, "GET", "/api/v1/ingest/rejected", shop.token()).json()
    whole = ask(shop, "GET", "/api/v1/ingest/rejected", shop.token(personal_data=True)).json()

    assert (plain[0]["reason"], plain[0]["payload"], plain[0]["message_id"]) == ("no_event_name", None, None)
    assert "canary" in whole[0]["payload"]
    assert whole[0]["message_id"] == "m1"


def test_a_message_against_the_plan_waits_and_is_released_as_it_was_received(opened):
    shop = opened(settings=Settings(plan=parse_tracking_plan(PLAN)))
    batch = {"batch": [track(1), track(2, properties={"total": "37"})], "sentAt": "2026-11-22T10:01:00Z"}

    answer = asyncio.run(shop.send("/v1/batch", batch))

    assert [item["messageId"] for item in answer.json()["quarantined"]] == ["m0002"]
    assert [row["message_id"] for row in shop.stored()] == ["m0001"]
    token = shop.token("write", personal_data=True)
    (waiting,) = ask(shop, "GET", "/api/v1/ingest/quarantine", token).json()
    assert waiting["reasons"] == ["properties.total is no number"]
    shop.now += seconds(3600)
    assert waiting["against"] == [{"what": "type", "path": "properties.total", "type": "number"}]
    assert replay(shop, token, waiting["id"]) == (1, ["stored"])
    first, second = shop.stored()
    assert (second["message_id"], second["received"], second["time"]) == ("m0002", NOW, first["time"])
    assert ask(shop, "GET", "/api/v1/ingest/quarantine", token).json() == []
    assert replay(shop, token, waiting["id"]) == (0, ["gone"])


def test_what_waits_can_be_discarded(opened):
    shop = opened(settings=Settings(plan=parse_tracking_plan(PLAN)))
    asyncio.run(shop.send("/v1/track", track(properties={})))

    done = ask(shop, "POST", "/api/v1/ingest/quarantine/discard", shop.token("write"), json={"ids": [1]})

    assert done.json() == {"count": 1}
    assert len(shop.door.quarantine) == 0
    assert shop.stored() == []


def test_warned_and_observed_messages_are_stored_and_counted(opened):
    shop = opened(settings=Settings(plan=parse_tracking_plan(PLAN)))

    answer = asyncio.run(shop.send("/v1/batch", {"batch": [track(1, event="Viewed"), track(2, event="Seen")]}))

    assert [(item["index"], item["message"]) for item in answer.json()["warnings"]] == [
        (0, "properties.sku is missing")
    ]
    assert len(shop.stored()) == 2
    metrics = ask(shop, "GET", "/metrics").text
    assert 'hf_ingest_plan_violations_total{mode="observe"} 1.0' in metrics
    assert 'hf_ingest_plan_violations_total{mode="warn"} 1.0' in metrics


def test_keys_are_made_listed_and_closed(shop):
    admin = shop.token("admin")

    made = ask(shop, "POST", "/api/v1/tokens", admin, json={"kind": "server", "name": "erp"}).json()
    assert asyncio.run(shop.send("/v1/track", track(), made["token"])).status_code == 200
    listed = ask(shop, "GET", "/api/v1/tokens", admin).json()
    assert ask(shop, "DELETE", f"/api/v1/tokens/{made['id']}", admin).status_code == 204

    assert made["id"] in {known["id"] for known in listed}
    assert all("token" not in known for known in listed)
    assert asyncio.run(shop.send("/v1/track", track(), made["token"])).status_code == 401


def test_a_wrong_request_is_a_problem_document_without_its_values(shop):
    wrong = ask(shop, "POST", "/api/v1/tokens", shop.token("admin"), json={"kind": "canary", "name": ""})

    assert (wrong.status_code, wrong.headers["content-type"]) == (422, "application/problem+json")
    assert "kind" in wrong.json()["detail"]
    assert "canary" not in wrong.text


def test_large_answers_are_packed_for_whoever_takes_them_so(shop):
    admin = bearer(shop.token("admin"))

    def asked(path, encoding):
        return asyncio.run(shop.ask("GET", path, headers=admin | {"Accept-Encoding": encoding}))

    packed, plain = asked("/openapi.json", "gzip"), asked("/openapi.json", "identity")

    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert 5 * int(packed.headers["content-length"]) < int(plain.headers["content-length"])
    assert packed.json() == plain.json()
    assert "content-encoding" not in asked("/api/v1/ingest/rejected", "gzip").headers


def test_the_machine_pages_need_no_token(shop):
    assert ask(shop, "GET", "/healthz").json() == {"status": "ok"}
    assert ask(shop, "GET", "/readyz").status_code == 200
    assert "hf_ingest_waiting_bytes 0.0" in ask(shop, "GET", "/metrics").text


def test_what_is_wrong_is_said_by_the_machine_pages(opened):
    shop = opened(ready=lambda: ["the live side has not caught up"], alive=lambda: ["the scheduler stands still"])

    assert ask(shop, "GET", "/healthz").json()["detail"] == "the scheduler stands still"
    assert ask(shop, "GET", "/readyz").status_code == 503
