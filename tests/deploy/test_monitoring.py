"""The alert rules and the dashboard name only what a running server tells."""

from __future__ import annotations

import json
import re
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from ruamel.yaml import YAML
from tests.app.serving import opened_for_serving
from tests.app.shop import hf, order, write_lines

from hundredfold.app import work
from hundredfold.app.serving import in_background

ROOT = Path(__file__).parents[2]
RULES = YAML(typ="safe").load((ROOT / "deploy" / "prometheus" / "rules.yml").read_text(encoding="utf-8"))
DASHBOARD = json.loads((ROOT / "deploy" / "grafana" / "hundredfold.json").read_bytes())
ALERTS = [rule for group in RULES["groups"] for rule in group["rules"]]
EXPRESSIONS = [rule["expr"] for rule in ALERTS] + [
    target["expr"] for panel in DASHBOARD["panels"] for target in panel["targets"]
]
SUFFIXES = {"counter": ("_total",), "histogram": ("_bucket", "_sum", "_count"), "gauge": ("",)}


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """What /metrics says of a server with a batch, a backup and a snapshot behind it: its text."""
    folder = tmp_path_factory.mktemp("metrics") / "shop"
    (folder.parent / "d.yaml").write_text("attributes: {orders: {event: Order Completed, aggregate: count}}")
    hf("init", folder)
    (folder.parent / "d.yaml").rename(folder / "definitions" / "d.yaml")
    hf("apply", folder=folder)
    hf("import", write_lines(folder / "a.ndjson", [order(1, "c1", "2026-03-01", 1)]), folder=folder)
    hf("batch", folder=folder)
    hf("backup", folder.parent / "backup", folder=folder)
    with opened_for_serving(folder) as opened, in_background(opened) as served:
        assert work.profile(opened, "c1")["attributes"] == {"orders": 1}
        return httpx.get(f"{served.url}/metrics").text


@pytest.fixture(scope="module")
def metrics(told):
    """The names that can be asked for."""
    return {family.name + suffix for family in text_string_to_metric_families(told) for suffix in SUFFIXES[family.type]}


def named(expression):
    return set(re.findall(r"\bhf_\w+", expression))


def test_every_metric_that_is_asked_for_is_told(metrics):
    asked = {name for expression in EXPRESSIONS for name in named(expression)}
    asked |= {name for variable in DASHBOARD["templating"]["list"] for name in named(str(variable.get("query")))}

    assert asked - metrics == set()
    assert len(asked) > 15
    assert named('rate(hf_nobody_total{a="b"}[5m])') - metrics == {"hf_nobody_total"}


def test_what_is_to_be_seen_is_on_the_dashboard():
    shown = set().union(*map(named, EXPRESSIONS))

    assert shown >= {
        "hf_ingest_messages_total", "hf_live_lag_seconds", "hf_live_flush_seconds_bucket", "hf_audit_mismatches_total",
        "hf_ingest_rejected_total", "hf_memory_bytes", "hf_snapshot_age_seconds", "hf_run_seconds",
    }  # fmt: skip


def test_a_server_tells_of_its_memory_its_snapshot_and_its_runs(told):
    found = {
        (sample.name, *sorted(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(told)
        for sample in family.samples
    }

    assert found["hf_memory_bytes", "anonymous"] > 10_000_000
    assert found["hf_state_bytes", "duplicates"] > 100_000
    assert 0 <= found["hf_snapshot_age_seconds",] < 600
    assert found["hf_runs", "batch", "done"] == 1
    assert 0 <= found["hf_run_age_seconds", "batch"] < 600
    assert (found["hf_run_failed", "batch"], found["hf_run_failed", "backup"]) == (0, 0)


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_an_expression_is_balanced(expression):
    open_ones = []
    for character in re.sub(r'"[^"]*"', '""', expression):
        if character in "([{":
            open_ones.append(character)
        elif character in ")]}":
            assert "([{".index(open_ones.pop()) == ")]}".index(character)
    assert open_ones == []
    # What only grows is asked for its growth.
    for counter in re.findall(r"\bhf_\w+_(?:total|bucket)\b", expression):
        assert re.search(rf"(rate|increase)\({counter}\b", expression)


def test_every_alert_says_what_it_means_and_how_urgent_it_is():
    assert len({rule["alert"] for rule in ALERTS}) == len(ALERTS) > 8
    for rule in ALERTS:
        assert set(rule) <= {"alert", "expr", "for", "labels", "annotations"}
        assert rule["labels"]["severity"] in ("page", "ticket")
        assert set(rule["annotations"]) == {"summary", "description"}
        assert re.fullmatch(r"\d+[smhd]", rule.get("for", "1m"))


def test_the_dashboard_takes_any_prometheus():
    (source, _) = DASHBOARD["templating"]["list"]
    panels = DASHBOARD["panels"]

    assert (source["name"], source["type"], source["query"]) == ("datasource", "datasource", "prometheus")
    for panel in panels:
        assert {"id", "type", "title", "gridPos", "targets", "fieldConfig", "options"} <= set(panel)
        assert panel["datasource"] == {"type": "prometheus", "uid": "${datasource}"}
        assert all(target["datasource"] == panel["datasource"] for target in panel["targets"])
    assert len({panel["id"] for panel in panels}) == len(panels)
    places = [(p["gridPos"]["x"], p["gridPos"]["y"]) for p in panels]
    assert len(set(places)) == len(places)
    assert all(x + 8 <= 24 for x, _ in places)
