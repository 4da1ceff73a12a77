"""A workspace whose log is on Kafka, from the first import to the audit: nothing else is different."""

from __future__ import annotations

import shutil
from base64 import b64encode

import httpx
import pytest
from tests.app.serving import opened_for_serving
from tests.app.shop import DEFINITIONS, PRODUCTS, hf, order, write_lines

from hundredfold.app.lock import announced
from hundredfold.app.serving import in_background
from hundredfold.app.settings import with_setting


@pytest.fixture
def shop(broker, tmp_path):
    """A workspace on Kafka with definitions in force."""
    folder = tmp_path / "shop"
    assert hf("init", folder, "--timezone", "Europe/Lisbon").code == 0
    file = folder / "hundredfold.yaml"
    file.write_text(with_setting(file.read_text(), "log", f"kafka://{broker.address}/{broker.prefix()}"))
    (folder / "products.csv").write_text(PRODUCTS)
    (folder / "definitions" / "shop.yaml").write_text(DEFINITIONS)
    assert hf("kafka", "setup", folder=folder).code == 0
    assert hf("apply", folder=folder).code == 0
    return folder


def test_a_workspace_on_kafka_goes_through_everything(shop, tmp_path):
    first = [order(n, f"c{n % 7}", f"2026-03-{n + 1:02}T10:00:00Z", n) for n in range(1, 28)]
    assert hf("import", write_lines(tmp_path / "a.ndjson", first), "--json", folder=shop).json["stored"] == 27
    assert hf("import", tmp_path / "a.ndjson", "--json", folder=shop).json["duplicates"] == 27
    assert hf("batch", folder=shop).code == 0
    key = hf("token", "create", "--scope", "write", "--json", folder=shop).json["token"]
    basic = {"Authorization": "Basic " + b64encode(f"{key}:".encode()).decode()}

    with opened_for_serving(shop) as opened, in_background(opened) as served:
        assert announced(shop / "data").url == served.url
        for number in range(30, 60):
            message = order(number, f"c{number % 9}", "2026-04-02", number)
            assert httpx.post(f"{served.url}/v1/track", json=message, headers=basic).status_code == 200
        batch = hf("batch", "--json", folder=shop)
        profile = hf("profile", "c1", "--json", folder=shop).json
        audit = hf("audit", "--all", "--json", folder=shop)

    expected = sum(n for n in range(1, 28) if n % 7 == 1) + sum(n for n in range(30, 60) if n % 9 == 1)
    assert batch.code == 0
    assert batch.json["events"] == 57
    assert profile["attributes"]["total_purchase_value"] == expected
    assert (audit.code, audit.json["mismatches"]) == (0, 0)

    shutil.rmtree(shop / "data" / "log-mirror")
    assert hf("profile", "c1", "--json", folder=shop).json["attributes"] == profile["attributes"]
    assert hf("batch", "--full", folder=shop).code == 0
    assert hf("doctor", folder=shop).code == 0
    assert hf("audit", "--all", "--json", folder=shop).json["mismatches"] == 0
