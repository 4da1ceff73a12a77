"""States on a real broker: a stock consumer's records and later events give what counts now, as the page shows it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pyarrow as pa
from tests.app.serving import until
from tests.app.shop import DEFINITIONS, PRODUCTS, hf, order, write_lines
from tests.kafka.processes import shop_on
from tests.kafka.test_profiles import BATCH, attributes, serving

from hundredfold.app import work
from hundredfold.app.opened import setup_of
from hundredfold.words.value import to_json

PAGE = (Path(__file__).parents[2] / "docs" / "kafka.md").read_text(encoding="utf-8")


def current(*given):
    """What the function on the page returns."""
    (program,) = re.findall(r"^```python\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
    page = {}
    exec(compile(program, "page", "exec"), page)
    return page["current"](*given)


def test_records_and_later_events_are_as_good_as_the_history(broker, tmp_path):
    shop = shop_on(broker, tmp_path / "shop", definitions="{}", profiles="{form: avro, state: true}")
    (shop / "products.csv").write_text(PRODUCTS)
    (shop / "definitions" / "shop.yaml").write_text(DEFINITIONS)
    assert hf("apply", folder=shop).code == 0
    said = [order(1, "c1", "2026-03-02T10:00:00Z", 12.5), order(2, "žofie", "2026-03-03T10:00:00Z", -0.000001)]
    said.append({"type": "identify", "messageId": "i1", "userId": "c1", "anonymousId": "x1", "traits": {"email": ""}})
    assert hf("import", write_lines(tmp_path / "a.ndjson", said), folder=shop).code == 0
    assert hf("batch", folder=shop).code == 0

    with serving(shop) as running:
        records = running.follow(BATCH).until(lambda found: len(found) == 2)
        running.send(order(3, "c1", "2026-03-04T10:00:00Z", 30))
        running.send(order(4, "žofie", "2026-03-01T10:00:00Z", 5))

        until(lambda: all(attributes(running, customer)["orders"] == 2 for customer in records))

        at = running.opened.workspace.now()
        covers = {int(partition): offset for partition, offset in records["c1"]["covers"].items()}
        later = pa.concat_tables(running.opened.log.read(covers))
        found = current(records.values(), later, setup_of(running.opened.workspace), at, {})
        for customer, values in zip(records, found, strict=True):
            now = work.profile(running.opened, customer, at=at)["attributes"]
            assert {name: to_json(value) for name, value in values.items()} == json.loads(
                json.dumps(now, default=float)
            )
            assert values["orders"] != records[customer]["values"]["orders"]
