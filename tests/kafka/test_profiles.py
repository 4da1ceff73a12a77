"""Profiles on a real broker, read by a stock consumer that knows the product's registry and nothing else of it."""

from __future__ import annotations

import json
from base64 import b64encode
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal

import httpx
import pytest
from tests.app.serving import opened_for_serving
from tests.app.shop import DEFINITIONS, PRODUCTS, hf, order, write_lines
from tests.kafka.consuming import Follower, avro, stock_registry

from hundredfold.app import work
from hundredfold.app.serving import in_background

BATCH, NEWEST = "profiles.batch", "profiles"


@pytest.fixture
def shop(broker, tmp_path):
    """A workspace whose log is on the broker, with three customers and a batch run that covers two of them."""
    folder, prefix = tmp_path / "shop", broker.prefix()
    assert hf("init", folder).code == 0
    (folder / "products.csv").write_text(PRODUCTS)
    (folder / "definitions" / "shop.yaml").write_text(DEFINITIONS)
    said = (folder / "hundredfold.yaml").read_text()
    text = said.replace("log: embedded", f"log: kafka://{broker.address}/{prefix}")
    (folder / "hundredfold.yaml").write_text(text)
    assert hf("kafka", "setup", folder=folder).code == 0
    assert hf("apply", folder=folder).code == 0
    orders = [order(1, "c1", "2026-03-02T10:00:00Z", 12.5), order(2, "žofie", "2026-03-03T10:00:00Z", -0.000001)]
    orders.append({"type": "identify", "messageId": "i1", "userId": "c1", "anonymousId": "x1", "traits": {"email": ""}})
    assert hf("import", write_lines(tmp_path / "a.ndjson", orders), folder=folder).code == 0
    return folder


class Shop:
    """The shop while it serves: sends events, and has followers of its topics."""

    def __init__(self, folder, opened, served):
        self.folder, self.opened, self.served = folder, opened, served
        self.servers, _, self.prefix = opened.workspace.settings.log.removeprefix("kafka://").partition("/")
        secret, _ = served.tokens.create("server", "shop")
        self.behind = {"Authorization": "Basic " + b64encode(f"{secret}:".encode()).decode()}
        token, _ = served.tokens.create("api", "a stock consumer", scope="read")
        self.registry = stock_registry(served.url, token)
        self.followers = []

    def send(self, message):
        kind = message["type"]
        assert httpx.post(f"{self.served.url}/v1/{kind}", json=message, headers=self.behind).status_code == 200

    def follow(self, name, read=None, schema=None):
        topic = self.prefix + name
        self.followers.append(Follower(self.servers, topic, read or avro(self.registry, topic, schema)))
        return self.followers[-1]


@contextmanager
def serving(folder):
    with opened_for_serving(folder) as opened, in_background(opened) as served:
        shop = Shop(folder, opened, served)
        try:
            yield shop
        finally:
            for follower in shop.followers:
                follower.close()
            shop.registry.__exit__()


def shown(values):
    """Values as `hf profile --json` has them."""

    def plain(value):
        match value:
            case Decimal():
                return float(value)
            case datetime():
                return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
            case list():
                return [plain(item) for item in value]
            case _:
                return value

    return {name: plain(value) for name, value in values.items()}


def attributes(shop, customer):
    return json.loads(json.dumps(work.profile(shop.opened, customer)["attributes"], default=float))


def test_a_stock_consumer_reads_every_topic_of_profiles(shop):
    done = hf("batch", "--json", folder=shop).json
    assert done["kafka"] == {"profiles": 2, "removed": 0, "too_large": 0}

    with serving(shop) as running:
        batch = running.follow(BATCH).until(lambda found: len(found) == 2)
        follower = running.follow(NEWEST)
        follower.until(lambda found: len(found) == 2)
        running.send(order(3, "c1", "2026-03-04T10:00:00Z", 30))
        newest = follower.until(lambda found: found["c1"]["values"]["orders"] == 2)

        for customer, profile in newest.items():
            assert shown(profile["values"]) == attributes(running, customer)
        assert sorted(newest) == ["c1", "žofie"]
        assert newest["c1"]["ids"] == ["c1", "x1"]
        assert newest["žofie"]["values"]["total_purchase_value"] == Decimal("-0.000001")
        assert batch["c1"]["values"]["total_purchase_value"] == Decimal("12.5")
        assert batch["c1"]["covers"] == done["covers"]
        assert batch["c1"]["run"] == batch["c1"]["at"] == newest["c1"]["run"]
        assert batch["c1"]["at"] <= batch["c1"]["published"] < newest["c1"]["at"]
        assert sum(newest["c1"]["covers"].values()) == sum(done["covers"].values()) + 4 + 1  # markers, and the order
        assert not newest["c1"]["anonymous"]
        assert "hf_published_total" in httpx.get(f"{running.served.url}/metrics").text


def test_an_attribute_more_is_read_by_readers_of_both_schemas(shop):
    assert hf("batch", folder=shop).code == 0
    with serving(shop) as running:
        running.follow(NEWEST).until(lambda found: len(found) == 2)
    text = DEFINITIONS + "  smallest: {event: Order Completed, value: properties.total, aggregate: min}\n"
    (shop / "definitions" / "shop.yaml").write_text(text)
    assert hf("apply", folder=shop).code == 0
    assert hf("batch", folder=shop).code == 0

    with serving(shop) as running:
        for name in (BATCH, NEWEST):
            fresh = running.follow(name).until(lambda found: "smallest" in found.get("c1", {"values": ()})["values"])
            assert fresh["c1"]["values"]["smallest"] == Decimal("12.5")
            subject = f"{running.prefix}{name}-value"
            old, new = (running.registry.get_version(subject, version) for version in (1, "latest"))
            assert new.version == 2
            assert running.registry.lookup_schema(subject, new.schema).version == 2
            for version, known in ((old, False), (new, True)):
                follower = running.follow(name, schema=version.schema.schema_str)
                read = follower.until(lambda found, it=follower: it.records >= 4 and len(found) == 2)
                assert all(("smallest" in profile["values"]) == known for profile in read.values())


def test_new_definitions_reach_everybody_while_it_is_served_and_nobody_changes(shop):
    with serving(shop) as running:
        follower = running.follow(NEWEST)
        follower.until(lambda found: len(found) == 2)
        text = DEFINITIONS + "  smallest: {event: Order Completed, value: properties.total, aggregate: min}\n"
        (shop / "definitions" / "shop.yaml").write_text(text)

        work.apply(running.opened)

        follower.until(lambda found: all("smallest" in profile["values"] for profile in found.values()))


def test_who_is_erased_leaves_both_topics(shop):
    assert hf("batch", folder=shop).code == 0
    with serving(shop) as running:
        followers = [running.follow(BATCH), running.follow(NEWEST)]
        for follower in followers:
            follower.until(lambda found: len(found) == 2)
        work.forget(running.opened, customer="c1", new_id=lambda: "d1")
        for follower in followers:
            follower.until(lambda found: list(found) == ["žofie"])


def test_what_happened_while_nobody_published_is_made_up_for(shop):
    assert hf("batch", folder=shop).code == 0
    with serving(shop) as running:
        running.follow(NEWEST).until(lambda found: len(found) == 2)
    assert hf("forget", "žofie", folder=shop).code == 0
    with serving(shop) as running:
        running.send(order(3, "c9", "2026-03-04T10:00:00Z", 1))
        running.follow(BATCH).until(lambda found: list(found) == ["c1"])
        running.follow(NEWEST).until(lambda found: sorted(found) == ["c1", "c9"])


def test_a_run_that_was_not_whole_in_its_topic_is_published_at_the_next_start(shop, monkeypatch):
    with monkeypatch.context() as broken:
        broken.setattr("hundredfold.publish.outlet.Outlet.settle", lambda *_: False)
        said = hf("batch", folder=shop)
    assert said.code == 1
    assert "did not reach their topic" in said.err

    with serving(shop) as running:
        follower = running.follow(BATCH)
        follower.until(lambda found: len(found) == 2 and follower.records == 4)


def test_everybody_comes_however_many_are_taken_together(shop, tmp_path):
    orders = [order(10 + n, f"d{n}", "2026-03-05T10:00:00Z", n) for n in range(3000)]
    assert hf("import", write_lines(tmp_path / "b.ndjson", orders), folder=shop).code == 0
    assert hf("batch", folder=shop).code == 0
    with serving(shop) as running:
        for name in (BATCH, NEWEST):
            found = running.follow(name).until(lambda found: len(found) == 3002)
            assert {found[f"d{n}"]["values"]["total_purchase_value"] for n in range(3000)} == set(range(3000))


def test_json_is_a_switch(shop):
    path = shop / "hundredfold.yaml"
    path.write_text(path.read_text().replace("form: avro", "form: json"))
    assert hf("batch", folder=shop).code == 0
    with serving(shop) as running:
        for name in (BATCH, NEWEST):
            found = running.follow(name, json.loads).until(lambda found: len(found) == 2)
            assert found["c1"]["values"] == attributes(running, "c1")


def test_a_profile_that_no_record_can_hold_is_left_out_and_told(shop, tmp_path):
    """It must not keep everybody else's from their topic."""
    path = shop / "hundredfold.yaml"
    path.write_text(path.read_text().replace("kafka: {}", "kafka: {message.max.bytes: 4000}"))
    huge = [order(10 + n, "c1", "2026-03-05", 1, comment=f"{n}" + "x" * 100) for n in range(80)]
    assert hf("import", write_lines(tmp_path / "b.ndjson", huge), folder=shop).code == 0
    comments = "  comments: {event: Order Completed, value: properties.comment, aggregate: unique_list}\n"
    (shop / "definitions" / "shop.yaml").write_text(DEFINITIONS + comments)
    assert hf("apply", folder=shop).code == 0

    assert hf("batch", "--json", folder=shop).json["kafka"] == {"profiles": 1, "removed": 0, "too_large": 1}


def test_an_attribute_of_another_kind_is_refused_by_name(shop):
    assert hf("batch", folder=shop).code == 0
    text = DEFINITIONS.replace("average: {formula: total_purchase_value / orders}", "average: {formula: \"'much'\"}")
    (shop / "definitions" / "shop.yaml").write_text(text)
    assert hf("apply", folder=shop).code == 0

    said = hf("batch", folder=shop)

    assert said.code == 1
    assert "`values.average` was decimal and is now null or string" in said.err
