"""What was refused or held back: counted, found, mended and sent again, and told of what became of it."""

from __future__ import annotations

import asyncio
import json
from contextlib import closing

import pytest
from tests.door.shop import NOW, bearer, seconds, track

from hundredfold.app.door.assembly import Settings
from hundredfold.ingest.tracking_plan import parse_tracking_plan
from hundredfold.store.changes import FILE, Changes
from hundredfold.words.calendar import iso

PLAN = parse_tracking_plan("""
events:
  Order Completed: {mode: quarantine, properties: {total: {required: true, type: number}, sku: {required: true}}}
""")


class Desk:
    """Somebody who looks at what was kept back."""

    def __init__(self, shop, scope="write", personal_data=True):
        self.shop = shop
        self.headers = bearer(shop.token(scope, personal_data))

    def ask(self, method, path, **further):
        asked = self.shop.ask(method, f"/api/v1/ingest{path}", headers=self.headers, **further)
        return asyncio.run(asked)

    def get(self, path, **params):
        return self.ask("GET", path, params=params).json()

    def send(self, number, text, where="rejected"):
        text = text if isinstance(text, str) else json.dumps(text)
        return self.ask("POST", f"/{where}/{number}/send", json={"text": text})


def refuse(shop, *messages, key=None, **batch):
    asyncio.run(shop.send("/v1/batch", {"batch": list(messages), **batch}, key))


def test_reasons_are_counted_filtered_and_paged(shop):
    refuse(shop, *({"type": "track", "userId": "c1"} for _ in range(3)), {"type": "nothing"})
    refuse(shop, {"type": "track", "userId": "c2"}, key=shop.browser_key)
    desk = Desk(shop)

    counts = desk.get("/held-back")
    some = desk.get("/rejected", reason="no_event_name", source="backend", limit=2)
    rest = desk.get("/rejected", reason="no_event_name", source="backend", before=some[-1]["id"])

    told = [(one["reason"], one["source"], one["count"]) for one in counts["rejected_counts"]]
    assert told == [("no_event_name", "backend", 3), ("no_event_name", "web", 1), ("unknown_type", "backend", 1)]
    assert (counts["rejected"], counts["rejected_newest"], counts["quarantined"]) == (5, 5, 0)
    assert [[one["id"] for one in page] for page in (some, rest)] == [[3, 2], [1]]


@pytest.mark.parametrize(
    ("body", "reason", "path", "character"),
    [
        (b'{"type": "track", "userId": 1, "event": ""}', "no_event_name", "event", None),
        (b'{"type": "track", "userId": "c", "event": "E", "timestamp": "soon"}', "bad_time", "timestamp", None),
        (b'{"type": "page", "anonymousId": [1]}', "bad_id", "anonymousId", None),
        (b'{"type": "page"}', "no_id", "userId", None),
        ('{"é": 1, oops}'.encode(), "bad_json", None, 9),
    ],
)
def test_the_place_of_the_fault_is_told(shop, body, reason, path, character):
    wrap = body if reason == "bad_json" else b'{"batch": [' + body + b"]}"
    asyncio.run(shop.send("/v1/batch" if wrap != body else "/v1/track", wrap))

    (found,) = Desk(shop).get("/rejected")

    assert (found["reason"], found["path"], found["character"]) == (reason, path, character)
    assert found["whole"]


def test_a_mended_message_counts_when_it_happened_with_its_id_and_leaves_the_list(shop):
    wrong = track(7, event=None, timestamp="2026-11-22T08:00:00Z", sentAt="2026-11-22T09:00:00Z")
    refuse(shop, wrong)
    desk = Desk(shop)
    shop.now += seconds(86_400)

    begun = desk.get("/rejected/1/mend")
    mended = json.loads(begun["text"]) | {"event": "Order Completed"}
    told = desk.send(1, mended).json()

    # The sender's clock was an hour behind: at 8:00 by it, it was 9:00.
    assert begun["written"] == ["timestamp"]
    assert (told["accepted"], [one["what"] for one in told["fates"]]) == (True, ["stored"])
    row = shop.one()
    assert (row["message_id"], row["source"], iso(row["time"])) == ("m0007", "backend", "2026-11-22T09:00:00Z")
    assert row["received"] == NOW + seconds(86_400)
    assert desk.get("/rejected") == []


def test_a_message_of_an_address_of_its_type_is_given_type_and_time(shop):
    asyncio.run(shop.send("/v1/track", {"event": "Order Completed", "messageId": "m1"}))

    begun = Desk(shop).get("/rejected/1/mend")

    assert begun["written"] == ["type", "timestamp"]
    assert json.loads(begun["text"])["timestamp"] == iso(NOW)


def test_what_is_still_wrong_is_told_and_stays_once(shop):
    refuse(shop, track(1, event=None))
    desk = Desk(shop)

    wrong = [desk.send(1, track(1, event="", userId="c1")).json(), desk.send(1, "{oops").json()]

    assert [(one["accepted"], one["fates"][0]["what"], one["fates"][0]["reason"]) for one in wrong] == [
        (False, "refused", "no_event_name"),
        (False, "refused", "bad_json"),
    ]
    assert len(desk.get("/rejected")) == 1
    assert shop.stored() == []


def test_nobody_sends_statements_from_here(opened):
    shop = opened(erasure=lambda deletion: deletion)
    refuse(shop, track(1, event=None))
    desk = Desk(shop)

    told = [
        desk.send(1, {"type": kind, "userId": "c1", "anonymousId": "a1", "messageId": kind}).json()["fates"][0]
        for kind in ("delete", "unmerge")
    ]

    assert [(one["what"], one["reason"]) for one in told] == [("refused", "not_allowed")] * 2
    assert shop.stored() == []


def test_a_browsers_message_stays_a_browsers(shop):
    refuse(shop, track(1, event=None), key=shop.browser_key)

    Desk(shop).send(1, track(1))

    assert (shop.one()["source"], shop.one()["trust"]) == ("web", 2)


def test_a_mended_message_against_the_plan_is_held(opened):
    shop = opened(settings=Settings(plan=PLAN))
    refuse(shop, track(1, event=None))
    desk = Desk(shop)

    told = desk.send(1, track(1)).json()

    assert (told["accepted"], told["fates"][0]["what"]) == (True, "held")
    assert len(desk.get("/quarantine")) == 1


def test_what_is_held_back_is_mended_with_its_stamps_and_leaves_the_list(opened):
    shop = opened(settings=Settings(plan=PLAN))
    wrong = track(7, properties={"sku": "s"}, timestamp="2026-11-22T08:00:00Z")
    del wrong["messageId"]
    refuse(shop, wrong, sentAt="2026-11-22T09:00:00Z", key=shop.browser_key)
    desk = Desk(shop)
    shop.now += seconds(86_400)

    begun = desk.get("/quarantine/1/mend")
    still = desk.send(1, begun["text"], "quarantine").json()
    refused = desk.send(1, "{oops", "quarantine").json()
    waits = desk.get("/quarantine")
    mended = json.loads(begun["text"]) | {"properties": {"total": 1, "sku": "s"}}
    told = desk.send(1, mended, "quarantine").json()

    # The sender's clock was an hour behind, as its batch tells: at 8:00 by it, it was 9:00.
    assert (begun["written"], begun["whole"]) == (["messageId", "timestamp"], True)
    assert (still["accepted"], still["fates"][0]["what"]) == (False, "held")
    assert still["fates"][0]["against"] == [{"what": "missing", "path": "properties.total", "type": None}]
    assert (refused["accepted"], refused["fates"][0]["reason"]) == (False, "bad_json")
    assert [one["id"] for one in waits] == [1]
    assert (told["accepted"], told["fates"][0]["what"]) == (True, "stored")
    row = shop.one()
    assert (row["message_id"], row["source"], row["trust"]) == (waits[0]["message_id"], "web", 2)
    assert iso(row["time"]) == "2026-11-22T09:00:00Z"
    assert desk.get("/quarantine") == desk.get("/rejected") == []
    assert desk.send(1, mended, "quarantine").status_code == 404


def test_what_waits_is_counted_and_chosen_by_each_of_its_reasons(opened):
    shop = opened(settings=Settings(plan=PLAN))
    refuse(shop, track(1, properties={}), track(2, properties={"total": 1}), track(3, properties={"sku": "s"}))
    desk = Desk(shop, personal_data=False)

    counts = {one["reason"]: (one["count"], one["against"]) for one in desk.get("/held-back")["quarantined_counts"]}
    ids = desk.get("/quarantine/ids", reason="properties.sku is missing")

    missing = {"what": "missing", "type": None}
    assert counts == {
        "properties.sku is missing": (2, missing | {"path": "properties.sku"}),
        "properties.total is missing": (2, missing | {"path": "properties.total"}),
    }
    assert [one["id"] for one in desk.get("/quarantine", reason="properties.sku is missing")] == ids[::-1]
    assert {one["payload"] for one in desk.get("/quarantine")} == {None}


def test_who_released_discarded_and_mended_is_noted_without_ids(opened, tmp_path):
    shop = opened(settings=Settings(plan=PLAN))
    refuse(shop, *(track(number, properties={"sku": "s"}) for number in (1, 2, 4)), track(3, event=None))
    desk = Desk(shop)

    for way, number in (("replay", 1), ("discard", 2)):
        desk.ask("POST", f"/quarantine/{way}", json={"ids": [number]})
    desk.send(1, track(3, event="Viewed"))
    desk.send(3, track(4, event="Viewed"), "quarantine")

    with closing(Changes(tmp_path / "0" / "stores" / FILE)) as book:
        noted = [(one.what, one.object) for one in book.newest()]
    assert noted == [
        ("quarantine.mended", "properties.total is missing"),
        ("rejection.mended", "no_event_name"),
        ("quarantine.discarded", "1"),
        ("quarantine.released", "1"),
    ]
