"""Erasures are completed at their acceptance; Segment's webhook is believed by its signature alone."""

from __future__ import annotations

import asyncio
import hmac
import json

import pytest
from msgspec import structs
from tests.door.shop import NOW, track

from hundredfold.app.door.assembly import Settings
from hundredfold.app.door.tracking import Webhook
from hundredfold.words.calendar import MINUTE
from hundredfold.words.message import TRUSTS

SECRET = b"shared"


def signed(body, secret=SECRET):
    return {"X-Signature": hmac.new(secret, body, "sha1").hexdigest()}


@pytest.fixture
def listening(opened):
    return opened(settings=Settings(webhook=Webhook(SECRET)))


def post(shop, body, headers):
    return asyncio.run(shop.ask("POST", "/v1/webhook/segment", content=body, headers=headers))


def test_a_forwarded_message_keeps_the_time_that_segment_has_corrected(listening):
    body = json.dumps(
        track(
            timestamp="2026-11-22T09:59:00Z",
            originalTimestamp="2026-11-22T12:59:00Z",
            sentAt="2026-11-22T13:00:00Z",
            receivedAt="2026-11-22T09:59:30Z",
            version=1,
        )
    ).encode()

    answer = post(listening, body, signed(body))

    assert answer.status_code == 200
    row = listening.one()
    assert (row["time"], row["sent"], row["received"]) == (NOW - MINUTE, None, NOW)
    assert (row["source"], TRUSTS[row["trust"]]) == ("segment", "server")


@pytest.mark.parametrize(
    "headers", [{}, {"X-Signature": ""}, signed(b"other"), signed(b"{}", b"wrong"), {"X-Signature": "é"}]
)
def test_a_wrong_signature_is_not_believed(listening, headers):
    body = json.dumps(track()).encode()
    raw = {name.encode(): value.encode() for name, value in headers.items()}

    answer = post(listening, body, raw)

    assert (answer.status_code, answer.json()["code"]) == (401, "bad_signature")
    assert listening.stored() == []


def test_without_a_secret_there_is_no_webhook(shop):
    assert post(shop, b"{}", signed(b"{}")).status_code == 404


def test_a_signed_nonsense_is_refused_and_kept(listening):
    for body in (b"[]", b"nonsense", b'{"type":"track"}'):
        assert post(listening, body, signed(body)).status_code == 400

    assert len(listening.door.rejections) == 3


def test_without_the_live_side_a_deletion_is_refused_loudly(shop):
    answer = asyncio.run(shop.send("/v1/batch", {"batch": [{"type": "delete", "userId": "c1", "messageId": "d1"}]}))

    assert answer.json()["rejected"][0]["reason"] == "not_available"


def test_a_deletion_is_completed_when_everything_before_it_is_durable(opened):
    seen = []

    def erasure(entry):
        end = dict(shop.log.end())
        seen.append((entry.key, sum(end.values())))
        payload = json.dumps({**json.loads(entry.payload), "ids": [entry.key], "positions": end}).encode()
        return structs.replace(entry, payload=payload)

    shop = opened(erasure=erasure)
    batch = [track(1), track(2), {"type": "delete", "userId": "c1", "messageId": "x1"}, track(3)]

    answer = asyncio.run(shop.send("/v1/batch", {"batch": batch}))

    assert answer.json() == {"success": True}
    assert seen == [("u:c1", 2)]
    deletion = shop.stored()[-1]["payload"]
    assert deletion["ids"] == ["u:c1"]
    assert len(shop.stored()) == 4
