"""What the page on Kafka shows: the settings load, and its consumer reads what is published."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from tests.app.serving import opened_for_serving
from tests.app.shop import hf, order, write_lines
from tests.kafka.processes import shop_on

from hundredfold.app.serving import in_background
from hundredfold.app.settings import parse_settings

PAGE = (Path(__file__).parents[2] / "docs" / "kafka.md").read_text(encoding="utf-8")


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize("text", blocks("yml"))
def test_settings_on_the_page_load(text):
    parse_settings(text)


def test_the_consumer_on_the_page_reads_profiles(broker, tmp_path):
    (program,) = blocks("py")
    shop = shop_on(broker, tmp_path / "shop")
    orders = [order(number, "c1", "2026-03-02T10:00:00Z", 12.5) for number in range(2)]
    assert hf("import", write_lines(tmp_path / "a.ndjson", orders), folder=shop).code == 0
    topic = hf("kafka", "setup", "--json", folder=shop).json["topics"][-1]["name"]

    with opened_for_serving(shop) as opened, in_background(opened) as served:
        token, _ = served.tokens.create("api", "a reader", scope="read")
        line = [sys.executable, "-c", program, broker.address, topic, served.url, token]
        reader = subprocess.Popen(line, stdout=subprocess.PIPE, text=True)
        try:
            told = reader.stdout.readline()
        finally:
            reader.kill()
            reader.wait()
            reader.stdout.close()

    assert topic.endswith(".profiles")
    assert told.startswith("c1 ")
    assert "'orders': 2" in told
    assert "'spent': Decimal('25.000000')" in told
