"""Benchmarks of a workspace with years behind it run at their quick size, and measure what their bars ask for."""

import json
import os
import subprocess
import sys

import pytest
from benchmarks.harness import ROOT

NAMES = [
    "restart",
    "memory",
    "backfill",
    *(pytest.param(name, marks=pytest.mark.slow) for name in ("batch", "freshness")),
]


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    return tmp_path_factory.mktemp("benchmarks")


@pytest.mark.parametrize("name", NAMES)
def test_a_quick_run_measures_every_figure_that_has_a_bar(name, kept):
    command = [sys.executable, "-m", "benchmarks", name, "--quick"]

    done = subprocess.run(command, cwd=ROOT, env={**os.environ, "HF_BENCH_FOLDER": str(kept)}, capture_output=True)

    assert done.returncode == 0, done.stderr.decode()
    found = json.loads(done.stdout)
    assert {bar["figure"] for bar in found["bars"]} <= set(found["figures"])
    assert found["figures"].get("mismatches", 0) == 0
