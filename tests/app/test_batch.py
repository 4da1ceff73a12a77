"""The batch covers everything before its marker, and no value shows the seam."""

from __future__ import annotations

import pytest
from tests.app.shop import hf, order, write_lines

from hundredfold.app.workspace import Workspace
from hundredfold.log.history import History


@pytest.fixture
def sold(shop, tmp_path):
    messages = [order(n, f"c{n % 3}", f"2026-03-{n + 1:02}T10:00:00Z", 10 * n) for n in range(1, 10)]
    assert hf("import", write_lines(tmp_path / "a.ndjson", messages), folder=shop).code == 0
    return shop


def profile(folder, customer="c1", *arguments):
    return hf("profile", customer, "--json", *arguments, folder=folder).json


@pytest.mark.parametrize("arguments", [(), ("--full",)])
def test_a_batch_covers_what_there_is_and_changes_no_value(sold, arguments):
    before = profile(sold)

    done = hf("batch", *arguments, "--json", folder=sold)

    assert done.code == 0, done.err
    assert done.json["customers"] == 3
    assert sum(done.json["covers"].values()) == done.json["events"] == 9
    after = profile(sold)
    assert after["attributes"] == before["attributes"]
    assert (before["batch"], before["parts"]) == (None, None)
    assert after["batch"]["covers"] == done.json["covers"]
    assert after["parts"]["orders"] == {"until_batch": 3, "since": 0}


def test_what_comes_after_the_batch_is_its_own_part(sold, tmp_path):
    hf("batch", folder=sold)

    hf("import", write_lines(tmp_path / "b.ndjson", [order(20, "c1", "2026-03-20", 2.5)]), folder=sold)

    found = profile(sold)
    assert found["attributes"]["total_purchase_value"] == 122.5
    assert found["parts"]["total_purchase_value"] == {"until_batch": 120.0, "since": 2.5}
    assert found["parts"]["last_order_at"]["since"] == "2026-03-20T00:00:00Z"
    assert "average" not in found["parts"]
    assert profile(sold, "c1", "--at", "2026-03-21")["parts"] is None


def test_batches_follow_each_other_and_the_audit_agrees(sold, tmp_path):
    for number in range(3):
        hf("import", write_lines(tmp_path / "b.ndjson", [order(30 + number, "c1", "2026-03-20", 1)]), folder=sold)
        assert hf("batch", "--json", folder=sold).json["events"] == 9 + number + 1

    runs = hf("runs", "--json", folder=sold).json["runs"]
    assert [run["kind"] for run in runs[:6]] == ["batch", "import"] * 3
    assert [run["number"] for run in runs] == list(range(len(runs), 0, -1))
    assert all(run["error"] is None and run["seconds"] >= 0 for run in runs)
    table = hf("runs", folder=sold).out
    assert all(run["started"] in table for run in runs)
    assert "error" not in table
    audited = hf("audit", "--all", "--json", folder=sold)
    assert (audited.code, audited.json["checked"]) == (0, 3), audited.out


def test_what_a_batch_covers_lies_in_history(sold):
    hf("batch", folder=sold)

    history = History(Workspace.open(sold).history_folder)
    assert sum(history.scan(bucket).num_rows for bucket in range(history.buckets)) == 9
    again = profile(sold, "c1", "--at", "2026-03-31")
    assert again["attributes"]["orders"] == 3


def test_spark_is_answered_clearly(sold):
    done = hf("batch", "--engine", "spark", "--json", folder=sold)

    assert done.code == 2
    assert "Spark" in done.json["error"]
