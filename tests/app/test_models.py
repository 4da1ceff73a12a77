"""Predictive models from the definition to the profile: trained by the batch, right at once, and audited."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from tests.app.shop import hf, order, shop_in, write_lines

from hundredfold.app.door.language import answering, spoken
from hundredfold.app.models import models_of
from hundredfold.app.workspace import Workspace
from hundredfold.predict.models.rfm import Rfm
from hundredfold.words.model import Report

MODELS = """\
attributes:
  usual_wait: {event: Order Completed, aggregate: mean_gap}
  longest_wait: {event: Order Completed, aggregate: max_gap}
  orders_of_month: {event: Order Completed, aggregate: count, window: 30 days}
  cell:
    model: rfm
    inputs: {recency: last_order_at, frequency: orders, money: total_purchase_value}
    options: {cells: 4}
  stage:
    model: lifecycle
    inputs: {recency: last_order_at, frequency: orders, interval: usual_wait, longest: longest_wait}
  lately: {model: rfm, inputs: {recency: last_order_at, frequency: orders_of_month, money: average}}
  told: {formula: "concat(stage, ' ', cell)"}
segments:
  gone: {where: "stage = 'lapsed'"}
"""


def bought(customers: int = 40, begin: datetime | None = None) -> list[dict]:
    """Orders of a year of some customers, some of whom stopped coming; of 2025 unless it begins on another day."""
    random, found = Random(7), []
    for customer in range(customers):
        day = random.randrange(200)
        while day < 360 and (not found or random.random() < 0.9):
            found.append((day, f"c{customer}", random.randrange(5, 200)))
            day += random.randrange(5, 60)
    if begin is not None:
        times = [((begin + timedelta(days=day)).isoformat(), who, total) for day, who, total in found]
    else:
        times = [(f"2025-{1 + day // 30:02}-{1 + day % 28:02}T10:00:00Z", who, total) for day, who, total in found]
    return [order(n, who, time, total) for n, (time, who, total) in enumerate(times)]


@pytest.fixture
def shop(tmp_path):
    """A shop with models, after a batch."""
    folder = shop_in(tmp_path / "shop", bought(), files={"definitions/models.yaml": MODELS})
    assert hf("batch", folder=folder).code == 0
    return folder


def values(shop, customer: str, *further: object) -> dict:
    return hf("profile", customer, "--json", *further, folder=shop).json["attributes"]


def test_a_batch_trains_the_models_and_the_audit_agrees_for_everybody(shop):
    told = values(shop, "c3")

    assert told["cell"].count("-") == 2
    assert told["stage"] == "lapsed"
    assert told["told"] == f"lapsed {told['cell']}"
    assert hf("audit", "--all", folder=shop).code == 0
    run = json.loads(max((shop / "data" / "runs").glob("*.json")).read_bytes())
    assert len(run["models"]) == 3


def test_whoever_moves_is_scored_again_at_once_and_the_audit_agrees(shop, tmp_path):
    before = values(shop, "c3")
    lines = write_lines(tmp_path / "now.ndjson", [order(900, "c3", "2026-11-01T10:00:00Z", 5000)])
    assert hf("import", lines, folder=shop).code == 0

    after = values(shop, "c3")

    assert after["cell"] != before["cell"]
    assert after["cell"].endswith("-4")
    assert hf("audit", "--all", folder=shop).code == 0


def test_before_the_first_run_scores_are_null_and_nobody_is_in_a_segment_of_them(shop):
    assert values(shop, "c3", "--at", "2025-12-31")["stage"] is None


def listed(shop) -> dict:
    return {one["attribute"]: one for one in hf("models", "--json", folder=shop).json["models"]}


def test_the_list_has_every_name_and_reason_whole(tmp_path):
    name = "cell_of_recency_frequency_and_money"
    long = MODELS.replace("  cell:", f"  {name}:").replace(" cell)", f" {name})")
    shop = shop_in(tmp_path / "few", bought(3), files={"definitions/models.yaml": long})
    assert hf("batch", folder=shop).code == 0

    shown = hf("models", folder=shop).out

    assert all(name in shown for name in listed(shop))
    assert all(f"{name}: {one['why']}" in shown for name, one in listed(shop).items())


def test_a_training_that_fails_leaves_the_version_before_with_the_reason(shop, monkeypatch):
    first = listed(shop)["cell"]

    def fails(self, past, options, before=None):
        raise ZeroDivisionError

    monkeypatch.setattr(Rfm, "train", fails)
    assert hf("batch", folder=shop).code == 0

    second = listed(shop)["cell"]
    assert second["on"]
    assert second["trained"] == first["trained"] == first["run"] < second["run"]
    assert second["why"].startswith("the training failed with ZeroDivisionError.")
    assert values(shop, "c3")["cell"] is not None
    assert hf("audit", "--all", folder=shop).code == 0


def test_a_model_that_does_not_beat_its_baseline_is_off_and_says_so(shop, monkeypatch):
    real = Rfm.train

    def worse(self, past, options, before=None):
        return replace(real(self, past, options, before), report=Report("log loss", 0.5, 0.4, "the share of all", 38))

    monkeypatch.setattr(Rfm, "train", worse)
    assert hf("batch", folder=shop).code == 0

    found = listed(shop)["cell"]
    assert not found["on"]
    assert found["why"].startswith("it does not beat the share of all: log loss 0.5 against 0.4.")
    assert values(shop, "c3")["cell"] is None
    assert hf("audit", "--all", folder=shop).code == 0


def test_too_little_data_leaves_scores_null_and_says_what_is_needed(tmp_path):
    folder = shop_in(tmp_path / "shop", bought(5), files={"definitions/models.yaml": MODELS})
    assert "no batch has run" in listed(folder)["cell"]["why"]
    assert hf("batch", folder=folder).code == 0

    assert values(folder, "c3")["cell"] is None
    assert "at least 20 are needed" in listed(folder)["cell"]["why"]
    with answering(b"pt-PT"):
        (told,) = [one.why for one in models_of(Workspace.open(folder), spoken) if one.attribute == "cell"]
    assert told == "5 clientes já compraram, e são precisos pelo menos 20. Importe um histórico mais longo."


WRONG = {
    "{model: rmf, inputs: {}}": "no model is called 'rmf'. Did you mean `rfm`?",
    "{model: rfm, inputs: {recency: last_order_at, frequency: orders, mony: average}}": "has no role `mony`",
    "{model: rfm, inputs: {recency: last_order_at, frequency: orders}}": "needs an attribute for the role `money`",
    "{model: rfm, inputs: {recency: orders, frequency: orders, money: average}}": "the role `recency` takes a time",
    "{model: rfm, inputs: {recency: last_order, frequency: orders, money: average}}": "is called `last_order`",
    "{model: rfm, inputs: {recency: last_order_at, frequency: again, money: average}}": "go in a circle",
    "{model: rfm, inputs: {recency: last_order_at, frequency: orders, money: average}, options: {cells: 1}}": (
        "cells is 1; expected a whole number from 2 to 10"
    ),
}


def test_whatever_is_wrong_with_a_model_is_told_with_the_next_step(tmp_path):
    folder = shop_in(tmp_path / "shop")

    for written, told in WRONG.items():
        text = f'attributes:\n  cell: {written}\n  again: {{formula: "length(cell)"}}\n'
        (folder / "definitions" / "models.yaml").write_text(text)
        found = hf("apply", folder=folder)
        assert found.code == 1
        assert told in " ".join(found.err.split()), found.err


def test_what_foresees_learns_from_what_customers_were(tmp_path):
    asks = """\
attributes:
  since: {event: Order Completed, value: timestamp, aggregate: min}
  wait:
    model: next_order
    inputs: {first_order: since, last_order: last_order_at, orders: orders}
    options: {horizon_days: 60}
  hour_of_order: {formula: hour(last_order_at)}
  best_hour: {model: send_hour, inputs: {reacted: last_order_at, hour: hour_of_order}, options: {horizon_days: 100}}
"""
    a_year_ago = datetime.now(UTC) - timedelta(days=361)  # the cut is when the batch runs
    # Somebody with two ids: at an earlier time he is put together of cells that only these attributes ask for.
    both = {"messageId": "both", "type": "identify", "userId": "c3", "anonymousId": "a3", "timestamp": str(a_year_ago)}
    first = order(9_000, "c3", str(a_year_ago), 20) | {"userId": None, "anonymousId": "a3"}
    sent = [*bought(700, a_year_ago), both, first]
    folder = shop_in(tmp_path / "shop", sent, files={"definitions/models.yaml": asks})

    assert hf("batch", folder=folder).code == 0

    run = json.loads(max((folder / "data" / "runs").glob("*.json")).read_bytes())
    assert [one["why"] for one in run["models"].values()] == [None, None]
    assert min(one["report"]["customers"] for one in run["models"].values()) >= 50
    assert hf("audit", "--sample", "50", folder=folder).code == 0
