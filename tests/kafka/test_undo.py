"""An import into Kafka that is undone while the workspace serves: its customers leave the topic of profiles, too."""

from __future__ import annotations

from tests.app.shop import hf, order, write_lines
from tests.kafka.test_profiles import NEWEST, attributes, serving, shop

__all__ = ["shop"]


def test_an_undone_import_leaves_profiles_as_if_it_had_never_been(shop, tmp_path):
    wrong = [order(n, customer, "2026-03-05T10:00:00Z", 1000) for n, customer in ((7, "c1"), (8, "nobody"))]
    with serving(shop) as running:
        follower = running.follow(NEWEST)
        run = hf("import", write_lines(tmp_path / "wrong.ndjson", wrong), "--json", folder=shop).json["run"]
        running.send(order(3, "c1", "2026-03-04T10:00:00Z", 30))
        follower.until(lambda found: "nobody" in found and found["c1"]["values"]["orders"] == 3)

        said = hf("import", "--undo", run, "--json", folder=shop).json

        assert said["withdrawn"] == 2
        newest = follower.until(lambda found: "nobody" not in found and found["c1"]["values"]["orders"] == 2)
        assert sorted(newest) == ["c1", "žofie"]
        assert attributes(running, "c1")["total_purchase_value"] == 42.5
        assert hf("audit", "--all", "--json", folder=shop).json["mismatches"] == 0
    assert hf("batch", folder=shop).code == 0
    assert hf("profile", "c1", "--json", folder=shop).json["attributes"]["total_purchase_value"] == 42.5
