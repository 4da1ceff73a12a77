"""Whatever is sent: an answer, never a fault, never a crash; and nothing of it in the running log."""

from __future__ import annotations

import asyncio
import gzip
import itertools
import json
import random
from copy import deepcopy

import httpx
from tests.door.shop import Shop, basic, track

HOSTILE = [
    None,
    True,
    0,
    -1,
    1.5,
    1e308,
    10**30,
    float("nan"),
    float("inf"),
    "",
    " ",
    "\0",
    "\ud800",
    "é" * 300,
    "x" * 40_000,
    "' OR 1=1 --",
    "<script>alert(1)</script>",
    "{{7*7}}",
    "../../etc/passwd",
    "2026-02-30T25:61:00Z",
    "9999-12-31T23:59:59Z",
    "1970-01-01",
    [],
    {},
    [[]],
    [None] * 50,
    {"": ""},
    {"__proto__": {"a": 1}},
]
KINDS = ["track", "identify", "page", "screen", "group", "alias", "unmerge", "delete", "profile", "marker", "x"]
FULL = {
    **track(),
    "anonymousId": "a1",
    "previousId": "p1",
    "groupId": "g1",
    "sentAt": "2026-11-22T10:00:00Z",
    "originalTimestamp": "2026-11-22T09:59:00Z",
    "receivedAt": "2026-11-22T09:59:30Z",
    "context": {"traits": {"email": "a@b.c"}, "page": {"url": "x"}},
    "integrations": {"All": True},
    "traits": {"address": {"country": "PT"}},
    "source": "crm",
    "covers_until": "2026-11-01",
    "values": {"points": 3},
    "properties": {"order_id": "o1", "total": 37.5, "products": [{"sku": "s", "price": 1, "quantity": 2}]},
    "writeKey": "k",
}


def places(value, at=()):
    """Every place in a JSON value, deepest last."""
    yield at
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in inner:
        yield from places(item, (*at, key))


def mutated(value, chance):
    """A message with one to four places changed: replaced, removed, doubled, nested, or swapped with another."""
    for _ in range(chance.randint(1, 4)):
        value = json.loads(json.dumps(value))
        at = chance.choice(list(places(value))[1:] or [()])
        if not at:
            break
        parent = value
        for key in at[:-1]:
            parent = parent[key]
        match chance.randrange(5):
            case 0 | 1:
                parent[at[-1]] = deepcopy(chance.choice(HOSTILE))
            case 2:
                del parent[at[-1]]
            case 3:
                for _ in range(chance.choice([1, 40, 400])):
                    parent[at[-1]] = {"a": parent[at[-1]]}
            case 4:
                parent[at[-1]] = [parent[at[-1]]] * chance.choice([2, 30])
    return value


def bytes_of(value, chance):
    text = json.dumps(value).encode()
    if chance.random() < 0.1:
        cut = chance.randrange(len(text) + 1)
        text = text[:cut] + chance.choice([b"", b"\xff", b"\0", b"NaN", b'"', b"}" * 3, b"\n"]) + text[cut:]
    return text


def request(chance):
    event = mutated({**FULL, "type": chance.choice(KINDS)}, chance)
    route = chance.choice(["batch", "batch", "b", "import", "track", "identify", "page", "a", "g", "s"])
    if route in ("batch", "b", "import"):
        batch = {
            "batch": [event, track(2), mutated(FULL, chance)],
            "sentAt": "2026-11-22T10:00:00Z",
            "context": {"a": 1},
        }
        event = mutated(batch, chance) if chance.random() < 0.2 else batch
    body = bytes_of(event, chance)
    headers = {}
    if chance.random() < 0.1:
        body, headers = gzip.compress(body), {"Content-Encoding": "gzip"}
        body = body[: chance.randrange(len(body))] if chance.random() < 0.3 else body
    return f"/v1/{route}", body, headers


def test_thousands_of_mutated_events_never_make_a_fault(opened):
    chance = random.Random(20261122)
    shop = opened(erasure=lambda entry: entry)
    keys = [shop.server_key, shop.browser_key]
    answers = {}

    async def flood():
        async with shop.client() as client:
            for _ in range(30):
                posts = []
                for _ in range(50):
                    path, body, headers = request(chance)
                    posts.append(client.post(path, content=body, headers={**basic(chance.choice(keys)), **headers}))
                for answer in await asyncio.gather(*posts):
                    answers[answer.status_code] = answers.get(answer.status_code, 0) + 1

    asyncio.run(flood())

    assert set(answers) <= {200, 400, 413}, answers
    assert answers[200] > 300 < answers[400]
    assert len(shop.stored()) > 1_000
    assert shop.lines.getvalue() == ""


def canaries(value, names):
    """The value with a text of its own in every leaf that may be any text."""
    if isinstance(value, dict):
        return {key: canaries(item, names) for key, item in value.items()}
    if isinstance(value, list):
        return [canaries(item, names) for item in value]
    return f"canary-{next(names)}"


def test_nothing_that_was_sent_is_ever_in_the_running_log(opened, capfd):
    names = itertools.count()
    kept = {"type", "timestamp", "sentAt", "originalTimestamp", "covers_until", "writeKey"}
    bodies = []
    for kind in KINDS:
        whole = {key: value if key in kept else canaries(value, names) for key, value in FULL.items()}
        bodies += [{**whole, "type": kind}, {**canaries(FULL, names), "type": kind}]

    class Failing:
        def submit(self, entries):
            raise RuntimeError(f"canary of {entries[0].key} in {entries[0].payload!r}")

    def refusing(entry):
        raise ValueError(f"canary {entry.key}")

    for shop in (opened(erasure=refusing), opened(Failing(), erasure=refusing)):
        for body in bodies:
            asyncio.run(shop.send("/v1/batch", {"batch": [body]}))
        asyncio.run(shop.send("/v1/canary-path", {}))
        asyncio.run(shop.ask("GET", "/api/v1/canary", headers={"Authorization": "Bearer canary"}))
        assert "canary" not in shop.lines.getvalue()
    assert '"event": "request failed"' in shop.lines.getvalue()
    assert "canary" not in "".join(capfd.readouterr())


def test_a_field_that_is_not_in_the_list_is_dropped_and_counted(tmp_path):
    shop = Shop(tmp_path)

    shop.door.site.logbook.info("stored", count=3, userId="canary", payload="canary")

    (line,) = shop.lines.getvalue().splitlines()
    assert json.loads(line) == {
        "time": "2026-11-22T10:00:00Z",
        "level": "info",
        "event": "stored",
        "count": 3,
        "dropped_fields": 2,
    }
    shop.close()


def test_a_fault_is_answered_without_its_text(opened):
    class Failing:
        def submit(self, entries):
            raise RuntimeError("canary")

    answer = asyncio.run(opened(Failing()).send("/v1/track", track()))

    assert isinstance(answer, httpx.Response)
    assert (answer.status_code, answer.json()["code"]) == (500, "fault")
    assert "canary" not in answer.text
