"""Who was erased does not come back with tonight's file, whatever the file says by then."""

from __future__ import annotations

import json
from base64 import b64encode

import httpx
import pytest
from tests.app.serving import opened_for_serving
from tests.app.shop import hf, order, write_lines

from hundredfold.app import importing, work
from hundredfold.app.serving import in_background
from hundredfold.log.history import History


def orders(*, changed=""):
    """Three orders of ana's, one of ben's, and who ana's phone is; a nightly file may write them `changed`."""
    known = {"type": "identify", "userId": "ana", "anonymousId": "phone", "traits": {"email": f"ana{changed}@shop.pt"}}
    mine = [order(n, "ana", f"2026-03-0{n}", n, note=changed) for n in (1, 2, 3)]
    lines = [known, *mine, order(4, "ben", "2026-03-04", 4), {**order(5, "", "2026-03-05", 5), "anonymousId": "phone"}]
    for line in lines:
        if not line.get("userId"):
            line.pop("userId", None)
        if changed:  # a system without message ids: a changed row is another message
            line.pop("messageId", None)
    return lines


@pytest.fixture
def files(tmp_path):
    tonight, changed = tmp_path / "tonight.ndjson", tmp_path / "changed.ndjson"
    return write_lines(tonight, orders()), write_lines(changed, orders(changed="2"))


def gone(shop):
    told = [hf("profile", name, "--json", folder=shop) for name in ("ana", "phone")]
    return [(one.json["attributes"]["orders"], one.json["attributes"]["email"]) for one in told]


def test_neither_the_same_file_nor_a_changed_one_brings_an_erased_customer_back(shop, files):
    same, changed = files
    first = hf("import", same, "--json", folder=shop).json
    hf("batch", folder=shop)
    hf("forget", "phone", folder=shop)

    after = []
    for _ in range(2):
        for file in (same, changed):
            said = hf("import", file, "--json", folder=shop).json
            after.append((said["stored"], said["rejected"], said["reasons"]))
            assert gone(shop) == [(0, None), (0, None)]
        assert hf("batch", folder=shop).code == 0
        assert hf("audit", "--all", folder=shop).code == 0
        assert hf("batch", "--full", folder=shop).code == 0
        assert gone(shop) == [(0, None), (0, None)]

    assert (first["stored"], first["rejected"]) == (6, 0)
    # Of the changed file ben's order is another message, of the same fact.
    assert after == [(0, 5, {"erased": 5}), (1, 5, {"erased": 5}), (0, 5, {"erased": 5}), (0, 5, {"erased": 5})]
    history = History(shop / "data" / "history")
    payloads = b"".join(
        payload
        for bucket in range(history.buckets)
        for payload in history.scan(bucket, ["payload"])["payload"].to_pylist()
    )
    assert b"shop.pt" not in payloads
    assert b"o4" in payloads


def test_who_is_erased_while_the_file_is_being_imported_does_not_come_back_with_its_rest(shop, files, monkeypatch):
    same, changed = files
    hf("import", same, folder=shop)
    real, told = importing.import_path, {}

    def interrupted(*arguments, **given):
        told["forgotten"] = work.forget(opened, customer="ana", new_id=lambda: "erasure-1")
        return real(*arguments, **given)

    monkeypatch.setattr(importing, "import_path", interrupted)
    with opened_for_serving(shop) as opened:
        said = work.import_data(opened, path=str(changed))
    monkeypatch.undo()

    assert told["forgotten"]["ids"] == ["phone", "ana"]
    assert (said["stored"], said["duplicates"], said["rejected"], said["reasons"]) == (1, 0, 5, {"erased": 5})
    assert gone(shop) == [(0, None), (0, None)]
    assert hf("audit", "--all", folder=shop).code == 0


def test_only_the_tracking_api_makes_an_erased_customer_a_new_one(shop, files):
    same, changed = files
    hf("import", same, folder=shop)
    with opened_for_serving(shop) as opened, in_background(opened) as served:
        hf("forget", "ana", folder=shop)
        refused = hf("import", changed, "--json", folder=shop).json
        key = served.tokens.create("server", "test")[0]
        headers = {"Authorization": "Basic " + b64encode(f"{key}:".encode()).decode()}
        back = order(9, "ana", "2026-03-09", 9)
        assert httpx.post(f"{served.url}/v1/track", json=back, headers=headers).status_code == 200
        taken = hf("import", changed, "--json", folder=shop).json
        done = hf("refold", "--json", folder=shop).json
        found = hf("profile", "ana", "--json", folder=shop).json
        assert hf("audit", "--all", folder=shop).code == 0

    assert refused["reasons"] == {"erased": 5}
    # The phone has not been heard of again. Ana's old orders stay void: their keys went with her.
    assert (taken["stored"], taken["reasons"]) == (4, {"erased": 1})
    assert json.dumps(found["ids"]) == '["ana", "phone"]'
    assert (found["attributes"]["orders"], found["attributes"]["email"]) == (1, "ana2@shop.pt")
    assert done["differed"] == 0
