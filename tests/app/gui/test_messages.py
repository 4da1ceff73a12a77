"""The event debugger through the control API: what is stored, what one message did, what is tried out, what streams."""

from __future__ import annotations

import json
import random

import httpx
import pytest
from tests.app.gui.past_shop import Api, shop_served
from tests.app.serving import until
from tests.app.shop import order
from websockets.sync.client import connect

from hundredfold.app.gui.stream import past, tail
from hundredfold.log.history import Backwards

SUM = "total_purchase_value"
FURTHER = [order(number, f"d{number}", "2026-03-20T10:00:00Z", number) for number in range(30, 50)]


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """A shop for tests that take nothing away."""
    with shop_served(tmp_path_factory.mktemp("messages"), FURTHER) as served:
        yield served


def pages(api, first=None, **asked):
    """All messages that fit, page by page, and the pages; `first` is where they begin."""
    found, told, before = [], [], {} if first is None else {"before": first}
    while not told or told[-1]["next"] is not None:
        told.append(api.get("/messages", **asked, **before))
        before = {"before": told[-1]["next"]}
        found += told[-1]["messages"]
    return found, told


def one(api, message_id, **asked):
    return api.get("/messages/one", message_id=message_id, **asked)


def traced(detail):
    return {each["attribute"]: (each["without"], each["value"], each["changed"]) for each in detail["attributes"]}


def sent(api, customer, **properties):
    """The id of an order that was sent by the debugger."""
    message = {"type": "track", "event": "Order Completed", "userId": customer, "properties": properties}
    told = api.post("/messages/test", text=json.dumps(message), store=True)
    assert told["stored"]
    return told["message_id"]


# --- what is stored --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [1, 7, 200])
def test_pages_lead_through_log_and_history_to_the_first_message_and_tell_each_copy_once(admin, monkeypatch, size):
    monkeypatch.setattr(past, "LOOKED_AT", 8)
    monkeypatch.setattr(past, "_LEAST", 2)

    found, told = pages(admin, limit=size)

    places = [each["place"] for each in found]
    assert len(set(places)) == len(places)
    assert sum(page["looked"] for page in told) >= len(places)
    received = [each["received"] for each in found]
    assert received == sorted(received, reverse=True)
    imported = {f"m{n}" for n in [*range(1, 8), *range(30, 50)]} | {"i1", "i2", "p1"}
    assert {each["message_id"] for each in found if each["source"] == "import"} == imported


def test_filters_narrow_down_wherever_a_message_lies(admin, monkeypatch):
    monkeypatch.setattr(past, "LOOKED_AT", 5)

    def ids(**asked):
        return sorted(each["message_id"] for each in pages(admin, limit=3, source="import", **asked)[0])

    assert ids(kind="identify") == ["i1", "i2"]
    assert ids(event=["Order Updated", "Shoes"]) == ["m4", "p1"]
    assert ids(customer="anon-9") == ["p1"]
    assert ids(text="JOANA@shop.example") == ["i1"]
    assert ids(text='"total":1200.5') == ["m1"]
    assert pages(admin, source="nowhere")[0] == []


def test_pages_of_the_history_alone_are_the_same_whoever_else_reads_and_leave_out_who_was_erased(tmp_path, monkeypatch):
    begin = json.dumps({"upto": {str(partition): 1 << 40 for partition in range(4)}, "past": [1 << 62, 1 << 62]})
    with shop_served(tmp_path, FURTHER) as served:
        admin = Api(served, "admin", personal_data=True)
        whole = [each["place"] for each in pages(admin)[0]]
        admin.post("/batch")

        for kept, looked_at, size in ((3, 5, 4), (20_000, 4_000, 200)):
            monkeypatch.setattr(past, "KEPT", kept)
            monkeypatch.setattr(past, "LOOKED_AT", looked_at)
            first = admin.get("/messages", before=begin, limit=size)
            found, before = first["messages"], first["next"]
            while before is not None:
                page = admin.get("/messages", before=before, limit=size)
                assert admin.get("/messages", before=begin, limit=size)["messages"] == first["messages"]
                found, before = found + page["messages"], page["next"]
            assert sorted(each["place"] for each in found) == sorted(whole)
            received = [each["received"] for each in found]
            assert received == sorted(received, reverse=True)
        by_text = pages(admin, limit=3, text="maria@", first=begin)[0]
        assert [each["message_id"] for each in by_text] == ["i2"]

        # A page reads the stretches that may hold its messages, and no others.
        read, rows = [], Backwards.rows
        monkeypatch.setattr(Backwards, "rows", lambda self, number, of: read.append(number) or rows(self, number, of))
        (newest,) = admin.get("/messages", before=begin, limit=1, kind="track")["messages"]
        assert newest["place"] == next(each["place"] for each in found if each["kind"] == "track")
        assert 1 < len(read) < 8

        admin.post("/forget", customer="c17")
        assert "m1" not in {each["message_id"] for each in pages(admin, first=begin)[0]}


def test_a_filter_or_a_place_that_is_none_is_refused_in_words(admin, viewer):
    assert "there are track" in admin.get("/messages", status=422, kind="marker")["detail"]
    for place in ("x", "{}", '{"upto": 3, "past": null}', '{"upto": {"0": 1}, "past": [1]}'):
        assert admin.get("/messages", status=422, before=place)["code"] == "bad_place"
    assert viewer.get("/messages", status=403, customer="c17")["code"] == "not_allowed"
    assert viewer.get("/messages", status=403, text="joana")["code"] == "not_allowed"


def test_without_the_right_to_personal_data_no_id_no_payload_and_no_trait_is_told(viewer):
    assert {each["sent_id"] for each in viewer.get("/messages")["messages"]} == {None}
    detail = one(viewer, "i1")
    assert (detail["raw"], detail["customer_id"], detail["message"]["payload"]) == (None, None, None)
    assert (detail["attributes"], detail["fit"]["attributes"]) == ([], [])
    for secret in ("joana", "anon-9", "c17"):
        assert secret not in json.dumps(detail)


# --- what a message did ----------------------------------------------------------------------------------------------


def test_an_order_is_traced_to_the_attributes_that_it_updates_and_to_the_formulas_over_them(admin):
    detail = one(admin, "m1")

    assert (detail["fate"], detail["customer_id"], detail["since_batch"]) == ("counts", "c17", False)
    found = traced(detail)
    assert found[SUM] == (39, 1239.5, True)
    assert found["average"] == (39, 619.75, True)
    assert found["last_order_at"][2] is False
    average = next(each for each in detail["attributes"] if each["attribute"] == "average")
    assert (average["through"], average["names"], average["adds"]) == ("formula", [SUM, "orders"], 580.75)
    assert detail["fed"] is None


def test_what_does_not_count_says_why_and_changes_nothing(admin):
    updated, cancelled = one(admin, "m2"), one(admin, "m3")

    assert (updated["fate"], updated["by"]) == ("replaced", "m4")
    assert (cancelled["fate"], cancelled["by"]) == ("cancelled", "m5")
    assert traced(one(admin, "m5"))[SUM] == (1338.5, 1239.5, True)
    assert traced(one(admin, "m4"))[SUM] == (1241.5, 1239.5, True)


def test_others_whom_a_message_touches_are_told_with_what_differs(admin, viewer):
    sent(admin, "ana", order_id="t1", total=10)
    apart = {"type": "track", "event": "Order Completed", "anonymousId": "visitor"}
    text = json.dumps(apart | {"properties": {"order_id": "t2", "total": 5}})
    admin.post("/messages/test", text=text, store=True)
    link = json.dumps({"type": "identify", "userId": "ana", "anonymousId": "visitor"})
    linking = admin.post("/messages/test", text=link, store=True)["message_id"]
    joined = one(admin, linking)
    # An order of hers that comes once more, and later, from somebody else is his.
    shared = one(admin, sent(admin, "bob", order_id="t1", total=90))

    assert [(other["customer_id"], other["way"]) for other in joined["others"]] == [("visitor", "joined")]
    assert traced(joined["others"][0])[SUM] == (5, 15, True)
    assert traced(joined)[SUM] == (10, 15, True)
    assert [(other["customer_id"], other["way"]) for other in shared["others"]] == [("ana", "shares")]
    assert traced(shared["others"][0])[SUM] == (15, 5, True)
    assert {other["customer_id"] for other in one(viewer, linking)["others"]} == {None}
    assert one(admin, "m1")["others"] == []


def test_of_two_copies_one_counts_and_the_other_can_be_asked_for(admin):
    text = json.dumps(order(6, "c18", "2026-03-09T09:00:00Z", 0.1))
    assert admin.post("/messages/test", text=text, store=True)["message_id"] == "m6"

    first = one(admin, "m6")

    fates = {copy["source"]: one(admin, "m6", place=copy["place"])["fate"] for copy in first["copies"]}
    assert fates == {"import": "counts", "debugger": "duplicate"}
    assert first["message"]["source"] == "import"


def test_values_with_a_message_are_the_profiles_and_those_without_it_what_they_were_before(admin):
    chance = random.Random(7)
    for _ in range(12):
        customer, number = f"r{chance.randrange(3)}", f"q{chance.randrange(4)}"
        before = values(admin, customer)
        total = chance.choice([chance.randrange(1, 400), "12.5", "abc", None])
        message_id = sent(admin, customer, order_id=number, total=total)
        after = values(admin, customer)

        detail = until(lambda name=message_id: told_of(admin, name))

        assert detail["fate"] == "counts"
        found, fed = traced(detail), (detail["fed"] or {"changes": {}})["changes"]
        assert SUM in found
        for name, value in after.items():
            without, with_it, changed = found.get(name, (before.get(name, value), value, False))
            assert with_it == value, name
            assert (without, changed) == (before.get(name, without), value != without), name
            assert name in fed or not changed
            assert name not in fed or fed[name]["new"] == value


def told_of(api, message_id):
    """The trace of a message, as soon as the feed has told what it changed."""
    detail = one(api, message_id)
    return detail if detail["fed"] or not any(each["changed"] for each in detail["attributes"]) else None


def values(api, customer):
    """What a customer's profile says now; nothing for one who is not known."""
    answer = httpx.get(f"{api._url}/profiles/{customer}", headers=api._headers, timeout=60)
    return answer.json()["attributes"] if answer.status_code == 200 else {}


def test_a_message_says_how_it_was_read_and_how_it_got_its_time(admin):
    wrong = one(admin, sent(admin, "c-wrong", order_id="w1", total="a lot"))
    told = {each["attribute"]: each for each in wrong["fit"]["attributes"]}
    assert (told[SUM]["fits"], told["orders"]["fits"]) == (False, True)
    assert "type" in told[SUM]["read"][0]["detail"]
    assert (wrong["message"]["source"], wrong["message"]["trust"]) == ("debugger", "browser")
    assert wrong["timing"]["way"] == "received"
    row = next(each for each in admin.get("/messages", source="debugger")["messages"] if each["misfits"])
    assert row["message_id"] == wrong["message"]["message_id"]

    # What the door mended is told as far as it is stored.
    early = {"type": "track", "event": "Order Completed", "userId": "c-early", "messageId": "early"}
    early |= {"timestamp": "2026-03-01T10:00:00Z", "sentAt": "2026-03-01T10:00:05Z"}
    admin.post("/messages/test", text=json.dumps(early), store=True)
    assert (row["mended"], wrong["mended"]) == (["message_id"], ["message_id"])
    assert (one(admin, "early")["mended"], one(admin, "m1")["mended"]) == (["clock"], [])

    assert one(admin, sent(admin, "c-none", total=3))["fit"]["key_missing"] == "properties.order_id"
    assert admin.get("/messages/one", status=404, message_id="nobody's")["code"] == "not_found"


# --- what is tried out -----------------------------------------------------------------------------------------------


def test_a_dry_run_tells_what_would_be_and_stores_nothing(admin):
    text = '{"type": "track", "event": "Order Completed", "userId": "dry", "properties": {"total": NaN}}'

    told = admin.post("/messages/test", text=text)

    assert (told["stored"], told["mended"], told["refused"]) == (False, ["not_finite"], None)
    assert told["fit"]["key_missing"] == "properties.order_id"
    assert admin.get("/messages/one", status=404, message_id=told["message_id"])["code"] == "not_found"
    deletion = '{"type": "delete", "userId": "c17"}'
    for text, reason in (("{", "bad_json"), ("[]", "not_an_object"), (deletion, "not_allowed")):
        assert admin.post("/messages/test", text=text, store=False)["refused"]["reason"] == reason
    assert admin.get("/ingest/rejected") == []
    assert admin.post("/messages/test", text='{"type": "track"}', store=True)["refused"]["reason"] == "no_id"
    assert [each["source"] for each in admin.get("/ingest/rejected")] == ["debugger"]
    assert "event.tested" in {each["what"] for each in admin.get("/changes")}


# --- what is gone ----------------------------------------------------------------------------------------------------


def test_of_an_erased_customer_and_an_undone_import_only_the_fate_is_left(tmp_path):
    with shop_served(tmp_path) as served:
        admin = Api(served, "admin", personal_data=True)
        admin.post("/forget", customer="c17")

        assert {each["message_id"] for each in pages(admin, kind="track")[0]} == {"m6", "m7"}
        erased = one(admin, "m1")
        assert (erased["fate"], erased["raw"], erased["customer_id"], erased["attributes"]) == (
            "erased",
            None,
            None,
            [],
        )
        assert (erased["message"]["payload"], erased["message"]["sent_id"]) == (None, None)
        assert erased["fit"] is None

        run = max(each["number"] for each in admin.get("/runs")["runs"] if each["kind"] == "import")
        admin.post("/import/undo", run=run)

        withdrawn = until(lambda: detail if (detail := one(admin, "m6"))["fate"] == "withdrawn" else None)
        assert withdrawn["customer_id"] is None or not withdrawn["attributes"]
        assert pages(admin, kind="track")[0] == []


# --- what streams ----------------------------------------------------------------------------------------------------


class Stream:
    """A tab's WebSocket."""

    def __init__(self, served, api):
        self.socket = connect(served.url.replace("http", "ws") + "/api/v1/ws", additional_headers=api._headers)

    def say(self, **said):
        self.socket.send(json.dumps(said))

    def hear(self, name):
        """What the next thing said with this name is."""
        while name not in (said := json.loads(self.socket.recv(timeout=20))):
            pass
        return said[name]

    def begun(self, topic):
        self.say(subscribe=topic)
        assert self.hear("subscribed") == topic


def test_what_is_stored_is_streamed_to_whoever_wants_it(served, admin, viewer):
    mine, others = Stream(served, admin), Stream(served, viewer)
    with mine.socket, others.socket:
        mine.begun("messages?event=Order+Completed&customer=c%26live")
        others.begun("messages?source=debugger")

        sent(admin, "c-other", order_id="s0", total=1)
        wanted = sent(admin, "c&live", order_id="s1", total=2)

        record = mine.hear("record")
        assert [(each["message_id"], each["sent_id"]) for each in record["messages"]] == [(wanted, "c&live")]
        assert (record["left_out"], record["passed_by"]) == (0, 0)
        assert {each["sent_id"] for each in others.hear("record")["messages"]} == {None}
        others.say(subscribe="messages?text=c17")
        assert "personal data" in others.hear("error")
        others.say(subscribe="messages?colour=red")
        assert "there is no filter 'colour'" in others.hear("error")
        mine.say(unsubscribe="messages?event=Order+Completed&customer=c%26live")
        assert mine.hear("unsubscribed")


def test_a_burst_shows_as_many_as_can_be_read_and_tells_how_many_were_left_out(served, admin, monkeypatch):
    monkeypatch.setattr(tail, "EVERY", 0.6)
    monkeypatch.setattr(tail, "LOOKED_AT", 8)
    stream = Stream(served, admin)
    with stream.socket:
        stream.begun("messages?customer=burst")
        for number in range(30):
            sent(admin, "burst", order_id=f"b{number}", total=1)
        shown = left_out = passed_by = 0
        while shown + left_out + passed_by < 30:
            record = stream.hear("record")
            shown += len(record["messages"])
            left_out, passed_by = left_out + record["left_out"], passed_by + record["passed_by"]

    assert 0 < shown < 30
    assert len(pages(admin, customer="burst")[0]) == 30
