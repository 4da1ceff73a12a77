"""Benchmarks of a workspace with years behind it, and those on Kafka, run at their quick size, and measure what their
bars ask for.
"""

import json
import os
import subprocess
import sys

import pytest
from benchmarks.broker import SCRIPT
from benchmarks.harness import ROOT

NAMES = [
    "restart",
    "memory",
    "backfill",
    "segments-full",
    "segments-live",
    "segment-expiry",
    "clv",
    "churn",
    "complements",
    "microsegments",
    "kafka-live",
    *(
        pytest.param(name, marks=pytest.mark.slow)
        for name in ("model-rescore", "batch", "freshness", "kafka-freshness", "publish")
    ),
    "kafka-ingest",
    *(
        pytest.param(name, marks=pytest.mark.slow)
        for name in ("gui-ready", "gui-first-load", "gui-pixel", "gui-buy", "gui-preview")
    ),
]
ON_KAFKA = {"kafka-live", "kafka-freshness", "kafka-ingest", "publish"}
NO_BROKER_HERE = 69
"""The script's exit code where Java or Maven is missing."""


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    return tmp_path_factory.mktemp("benchmarks")


@pytest.mark.parametrize("name", NAMES)
def test_a_quick_run_measures_every_figure_that_has_a_bar(name, kept):
    if name in ON_KAFKA:
        must_have_a_broker()
    command = [sys.executable, "-m", "benchmarks", name, "--quick"]

    done = subprocess.run(command, cwd=ROOT, env={**os.environ, "HF_BENCH_FOLDER": str(kept)}, capture_output=True)

    assert done.returncode == 0, done.stderr.decode()
    found = json.loads(done.stdout)
    assert {bar["figure"] for bar in found["bars"]} <= set(found["figures"])
    assert found["figures"].get("mismatches", 0) == 0


def must_have_a_broker():
    done = subprocess.run([SCRIPT, "install"], capture_output=True, text=True)
    if done.returncode == NO_BROKER_HERE and os.environ.get("HF_REQUIRE_KAFKA") != "1":
        pytest.skip(done.stderr.strip())
    assert done.returncode == 0, done.stderr
