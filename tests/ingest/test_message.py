"""One message becomes an entry: what is refused and why, what is stamped, what its hash leaves out."""

from __future__ import annotations

import json
import unicodedata
from hashlib import blake2b
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hundredfold.errors import MessageRejected
from hundredfold.ingest.decode import decode, encode
from hundredfold.ingest.message import canonical, content_hash, entry, id_hash
from hundredfold.words.calendar import DAY, HOUR, MINUTE, SECOND, epoch_time, parse_time
from hundredfold.words.message import KINDS, TRUSTS

NOW = parse_time("2026-11-22T10:00:00Z")
TRACK = {"type": "track", "event": "Order Completed", "userId": "c17", "messageId": "m1"}


def made(trust="server", **fields):
    message = {name: value for name, value in {**TRACK, **fields}.items() if value is not ...}
    return entry(message, received=NOW, trust=trust, source="shop")


def reason(trust="server", **fields):
    with pytest.raises(MessageRejected) as refused:
        made(trust, **fields)
    return refused.value.reason


@pytest.mark.parametrize(
    ("expected", "fields"),
    [
        ("unknown_type", {"type": "marker"}),
        ("unknown_type", {"type": "Track"}),
        ("unknown_type", {"type": 7}),
        ("unknown_type", {"type": ...}),
        ("no_id", {"userId": ...}),
        ("no_id", {"userId": None}),
        ("no_id", {"userId": "", "anonymousId": ""}),
        ("bad_id", {"userId": 1.5}),
        ("bad_id", {"userId": True}),
        ("bad_id", {"userId": ["c17"]}),
        ("bad_id", {"userId": "x" * 257}),
        ("bad_id", {"userId": "é" * 129}),
        ("bad_id", {"userId": 10**256}),
        ("bad_json", {"userId": 10**5000}),
        ("bad_id", {"userId": "a\tb"}),
        ("bad_id", {"userId": "a\x85b"}),
        ("bad_id", {"anonymousId": "a\x00b"}),
        ("bad_message_id", {"messageId": "m" * 257}),
        ("bad_message_id", {"messageId": {"m": 1}}),
        ("no_message_id", {"messageId": ...}),
        ("bad_time", {"timestamp": "yesterday"}),
        ("bad_time", {"timestamp": "1899-12-31"}),
        ("bad_time", {"timestamp": True}),
        ("bad_time", {"timestamp": {}}),
        ("bad_time", {"sentAt": "soon"}),
        ("bad_time", {"timestamp": "1901-01-01", "sentAt": "2200-01-01"}),
        ("no_event_name", {"event": ...}),
        ("no_event_name", {"event": ""}),
        ("no_event_name", {"event": 7}),
        ("bad_event_name", {"event": "x" * 257}),
        ("too_large", {"properties": {"text": "x" * 32 * 1024}}),
        ("no_previous_id", {"type": "alias"}),
        ("no_id", {"type": "alias", "userId": ..., "anonymousId": "a", "previousId": "b"}),
        ("no_previous_id", {"type": "unmerge"}),
        ("no_id", {"type": "delete", "userId": ...}),
        ("bad_profile", {"type": "profile", "source": "crm", "values": {}}),
        ("bad_profile", {"type": "profile", "covers_until": "2026-01-01", "values": {}}),
        ("bad_profile", {"type": "profile", "source": "crm", "covers_until": "2026-01-01", "values": [1]}),
        (
            "bad_profile",
            {"type": "profile", "source": "crm", "covers_until": "2026-01-01", "values": {"a": {"value": 1}}},
        ),
        ("bad_time", {"type": "profile", "source": "crm", "covers_until": "x", "values": {}}),
    ],
)
def test_a_message_that_does_not_say_what_it_must_is_refused_with_its_reason(expected, fields):
    assert reason(**fields) == expected


@pytest.mark.parametrize("kind", ["unmerge", "delete", "profile"])
def test_browser_keys_may_not_state_what_only_servers_know(kind):
    fields = {"type": kind, "anonymousId": "a", "source": "crm", "covers_until": "2026-01-01", "values": {"points": 3}}

    assert reason("browser", **fields) == "not_allowed"
    assert made("server", **fields).kind == made("import", **fields).kind == KINDS.index(kind)


@pytest.mark.parametrize(
    ("fields", "key"),
    [
        ({"userId": "c17", "anonymousId": "a1"}, "u:c17"),
        ({"userId": None, "anonymousId": "c17"}, "a:c17"),
        ({"userId": "", "anonymousId": "c17"}, "a:c17"),
        ({"userId": 17}, "u:17"),
        ({"userId": -5}, "u:-5"),
        ({"userId": "Jose\u0301"}, "u:José"),
        ({"userId": "é" * 128}, "u:" + "é" * 128),
        ({"userId": " c 17\u00a0"}, "u: c 17\u00a0"),
        ({"type": "alias", "previousId": "old"}, "u:c17"),
        ({"type": "unmerge", "anonymousId": "old"}, "u:c17"),
    ],
)
def test_the_sent_id_is_the_user_else_the_anonymous_id_in_nfc(fields, key):
    assert made(**fields).key == key


@pytest.mark.parametrize(
    ("trust", "fields", "time", "flagged"),
    [
        ("browser", {}, NOW, False),
        ("browser", {"timestamp": None}, NOW, False),
        ("browser", {"sentAt": "2026-11-22T08:00:00Z"}, NOW, False),
        ("browser", {"timestamp": "2026-11-22T09:00:00Z"}, NOW - HOUR, False),
        ("server", {"timestamp": "2026-11-22T11:59:00Z", "sentAt": "2026-11-22T12:00:00Z"}, NOW - MINUTE, False),
        ("server", {"timestamp": "1971-01-01T00:00:00Z", "sentAt": "1971-01-01T00:00:05Z"}, NOW - 5 * SECOND, False),
        ("server", {"timestamp": "2026-11-22T10:10:00Z"}, NOW + 10 * MINUTE, False),
        ("server", {"timestamp": "2026-11-22T10:10:00.000001Z"}, NOW, True),
        ("server", {"timestamp": "2026-11-23T10:00:00Z", "sentAt": "2026-11-22T10:00:00Z"}, NOW, True),
        ("server", {"timestamp": 1795341540}, NOW - MINUTE, False),
        ("server", {"timestamp": 1795341540000}, NOW - MINUTE, False),
        ("import", {}, NOW, False),
        ("import", {"timestamp": "2026-11-23T10:00:00Z"}, NOW + DAY, False),
        ("import", {"timestamp": "2026-11-21T10:00:00Z", "sentAt": "2026-11-22T12:00:00Z"}, NOW - DAY, False),
    ],
)
def test_the_event_time_follows_the_rule_of_its_trust(trust, fields, time, flagged):
    got = made(trust, **fields)

    assert (got.time, got.flagged, TRUSTS[got.trust], got.received) == (time, flagged, trust, NOW)


def test_a_time_without_zone_is_local_time():
    message = {**TRACK, "timestamp": "2026-11-22 11:00"}

    got = entry(message, received=NOW, trust="server", source="shop", zone=ZoneInfo("Europe/Berlin"))

    assert got.time == NOW


def test_the_sent_time_of_the_batch_holds_where_the_message_has_none():
    message = {**TRACK, "timestamp": "2026-11-22T11:00:00Z"}
    batch = NOW + HOUR

    without = entry(message, received=NOW, trust="server", source="shop", sent=batch)
    with_own = entry(
        {**message, "sentAt": "2026-11-22T11:00:01Z"}, received=NOW, trust="server", source="shop", sent=batch
    )

    assert (without.time, without.sent) == (NOW, batch)
    assert (with_own.time, with_own.sent) == (NOW - SECOND, batch + SECOND)


def test_a_profile_message_stands_at_its_covers_until_under_the_name_of_its_system():
    values = {"points": 120, "first_order": {"value": 9.5, "at": "2020-05-01"}, "tier": None}

    got = made(type="profile", source="crm", covers_until="2026-11-01T00:00:00Z", values=values)

    assert (got.time, got.source, got.flagged) == (parse_time("2026-11-01"), "crm", False)


def test_thirty_two_levels_are_allowed_and_thirty_three_are_not():
    nested = {"type": "identify", "userId": "c", "messageId": "m", "traits": {}}
    for _ in range(30):
        nested["traits"] = {"a": nested["traits"]}

    assert entry(nested, received=NOW, trust="server", source="shop").kind == 1

    nested["traits"] = {"a": nested["traits"]}
    with pytest.raises(MessageRejected) as refused:
        entry(nested, received=NOW, trust="server", source="shop")
    assert refused.value.reason == "too_deep"


def test_many_small_objects_beside_each_other_are_not_deep():
    assert made(properties={"products": [{"sku": str(i)} for i in range(100)]}).kind == 0


def test_the_payload_is_the_text_as_sent():
    text = b'{"type": "track",  "event":"Order Completed", "userId":"c17", "messageId":"m1", "a": 1.50}'

    got = entry(decode(text), received=NOW, trust="server", source="shop", payload=text)

    assert got.payload == text


@pytest.mark.parametrize(
    "text",
    [
        b'{"type":"track",\n"event":"Order Completed",\r\n"userId":"c17","messageId":"m1"}',
        b'{"type":"track","event":"x","event":"Order Completed","userId":"c17","messageId":"m1"}',
        b'{"type":"track","event":"Order Completed","userId":"c17","messageId":"m1","p":{"a":1,"a":2}}',
        b'{"type":"track","event":"Order Completed","userId":"c17","messageId":"m1","p":{"a":1,"\\u0061":"\\u0022"}}',
        b'{"type":"track","event":"Order Completed","userId":"c17","messageId":"m0","messageId":"m1"}',
    ],
)
def test_a_stored_text_has_no_line_breaks_and_no_key_twice(text):
    got = entry(decode(text), received=NOW, trust="server", source="shop", payload=text)

    assert b"\n" not in got.payload
    assert b"\r" not in got.payload
    pairs = []
    json.loads(got.payload, object_pairs_hook=lambda found: pairs.append([key for key, _ in found]) or dict(found))
    assert all(len(keys) == len(set(keys)) for keys in pairs)
    assert decode(got.payload) == decode(text)


def test_a_resend_has_the_same_content_and_a_correction_another():
    first = {**TRACK, "sentAt": "2026-11-22T10:00:00Z", "properties": {"total": 17.0}, "writeKey": "k"}
    again = {
        "messageId": "m2",
        "properties": {"total": 17},
        "event": "Order Completed",
        "type": "track",
        "userId": "c17",
    }
    other = {**first, "properties": {"total": 18}}

    assert content_hash(first) == content_hash(again) != content_hash(other)
    assert content_hash(first) == blake2b(canonical(first), digest_size=16).digest()


def test_the_hashes_are_pinned_because_they_are_stored_for_years():
    message = {**TRACK, "properties": {"total": 17.0, "tiny": 1e-7, "name": "José", "list": [None, True, "a\n"]}}

    assert (
        canonical(message)
        == (
            '{"event":"Order Completed","properties":{"list":[null,true,"a\\n"],"name":"José","tiny":1e-07,"total":17},'
            '"type":"track","userId":"c17"}'
        ).encode()
    )
    assert id_hash("m1").hex() == blake2b(b"m1", digest_size=16).hexdigest()


TYPED = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(TYPED),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(TYPED), inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(st.text("abcd", min_size=1), JSON, max_size=5))
def test_the_fast_canonical_text_is_the_plain_one(content):
    plain = plain_content(content)

    assert canonical(content) == plain
    assert canonical(decode(encode(content))) == plain


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (17.0, "17"),
        (-0.0, "0"),
        ([1.0, 2.50, 3.0], "[1,2.5,3]"),
        ([1.0, 1e-5], "[1,1e-05]"),
        (1e15, "1000000000000000"),
        (1e22, "10000000000000000000000"),
        (1.5e300, str(int(1.5e300))),
        (0.0001, "0.0001"),
        (0.00001, "1e-05"),
        (0.000012345, "1.2345e-05"),
        (5e-324, "5e-324"),
        (float("nan"), "null"),
        ([1.0, float("inf")], "[1,null]"),
        (2**64 + 1, "18446744073709551617"),
        ("1.0,", '"1.0,"'),
        ("a.0}", '"a.0}"'),
        ("note e5, 0.00001 and 1e-7}", '"note e5, 0.00001 and 1e-7}"'),
        ({"b.0": 1.0, "a": {"e1": []}}, '{"a":{"e1":[]},"b.0":1}'),
    ],
)
def test_a_number_has_one_spelling_and_a_text_keeps_its_own(value, text):
    assert canonical({"v": value}) == f'{{"v":{text}}}'.encode()


IDS = (
    st.none()
    | st.text(TYPED, max_size=6)
    | st.integers()
    | st.sampled_from(["c17", "é" * 128, "x" * 257, "a\tb", "e\u0301"])
)
TIMES = st.none() | st.sampled_from(
    ["2026-11-22T09:00:00Z", "2026-11-22 11:00", "2026-12-01", "soon", 1795341540, 1.5e12]
)
MESSAGES = st.fixed_dictionaries(
    {"type": st.sampled_from(["track", "track", "identify", "page", "marker"]), "messageId": IDS, "userId": IDS},
    optional={
        "anonymousId": IDS,
        "event": st.text(TYPED, max_size=4),
        "timestamp": TIMES,
        "sentAt": TIMES,
        "originalTimestamp": TIMES,
        "writeKey": JSON,
        "properties": JSON,
    },
)
LAYOUTS = st.sampled_from([(",", ":"), (", ", ": "), (",\n", ":\r\n")])


@given(MESSAGES, LAYOUTS, st.booleans(), st.sampled_from(["browser", "server", "import"]))
def test_every_message_becomes_what_the_rules_say(message, layout, escaped, trust):
    text = json.dumps(message, separators=layout, ensure_ascii=escaped).encode()
    expected = by_the_rules(json.loads(text), trust)

    try:
        got = entry(decode(text), received=NOW, trust=trust, source="shop", payload=text, message_id="made")
    except MessageRejected:
        assert expected is None
        return

    assert (got.key, got.message_id, got.time, got.sent, got.flagged) == expected
    assert got.hash == blake2b(got.message_id.encode(), digest_size=16).digest()
    assert got.content == blake2b(plain_content(json.loads(text)), digest_size=16).digest()
    assert decode(got.payload) == decode(text)
    assert got.payload in (text.replace(b"\r", b" ").replace(b"\n", b" "), encode(message))


def by_the_rules(message, trust):
    """Semantics 1, S1 and S2, step by step: key, message id, time, sent, flagged; None for a message refused."""
    ids = {name: one_id(message.get(name)) for name in ("userId", "anonymousId", "messageId")}
    times = {name: one_time(message.get(name)) for name in ("timestamp", "sentAt")}
    user, anonymous = ids["userId"], ids["anonymousId"]
    event = message.get("event")
    if "refused" in ids.values() or "refused" in times.values() or message["type"] == "marker":
        return None
    if (user is None and anonymous is None) or (message["type"] == "track" and not event):
        return None
    time, flagged = times["timestamp"], False
    if time is None:
        time = NOW
    elif trust != "import":
        time = time if times["sentAt"] is None else NOW - (times["sentAt"] - time)
        flagged = time > NOW + 10 * MINUTE
        time = NOW if flagged else time
    key = f"a:{anonymous}" if user is None else f"u:{user}"
    return key, ids["messageId"] or "made", time, times["sentAt"], flagged


def one_id(value):
    if value is None or value == "":
        return None
    text = unicodedata.normalize("NFC", str(value))
    controls = any(unicodedata.category(character) == "Cc" for character in text)
    return "refused" if controls or len(text.encode()) > 256 else text


def one_time(value):
    if value is None:
        return None
    time = parse_time(value) if isinstance(value, str) else epoch_time(value)
    return "refused" if time is None else time


def plain_content(message):
    stamps = ("messageId", "sentAt", "receivedAt", "originalTimestamp", "writeKey")
    content = {name: plain_number(value) for name, value in message.items() if name not in stamps}
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def plain_number(value):
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, list):
        return [plain_number(item) for item in value]
    return {key: plain_number(item) for key, item in value.items()} if isinstance(value, dict) else value
