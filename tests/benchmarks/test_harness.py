"""The harness measures what it says it measures."""

import subprocess
import sys
import time

import numpy as np
import pytest
from benchmarks.harness import NAMES, Bar, BenchmarkFailed, alone, benchmark, result
from benchmarks.machine import machine
from benchmarks.measure import Meter, anonymous, cpu_seconds, tree
from benchmarks.table import table

BARS = (Bar("events_per_cpu_second", "events/CPU s", least=100), Bar("p99_ms", "ms", most=5))


def test_memory_that_is_taken_and_given_back_is_seen_at_its_peak():
    with Meter() as meter:
        block = np.ones(8_000_000)
        time.sleep(0.12)
        del block

    assert meter.measured.memory_peak - meter.measured.memory_before >= 60_000_000


def test_the_cpu_time_of_children_counts():
    busy = "import time\nwhile time.process_time() < 0.2: pass"

    with Meter() as meter:
        subprocess.run([sys.executable, "-c", busy], check=True)

    assert meter.measured.cpu >= 0.2
    assert meter.measured.wall >= 0.1


def test_another_process_is_measured_with_its_descendants():
    code = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'input()'], stdin=sys.stdin)"
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE) as parent:
        while len(tree(parent.pid)) < 2:
            time.sleep(0.01)

        family = tree(parent.pid)

        assert anonymous(parent.pid) > anonymous(family[1]) > 0
        assert cpu_seconds(parent.pid) >= 0
        parent.communicate(b"\n")
    assert anonymous(parent.pid) == 0


def test_a_contestant_runs_in_a_process_of_its_own_and_comes_back_measured():
    found = alone("benchmarks.fold:scatter", events=2_000, customers=100, attributes=10)

    assert found["attributes"] == 10
    assert set(found["measured"]) == {"cpu", "wall", "memory_before", "memory_peak", "load"}


def test_a_contestant_that_fails_says_why():
    with pytest.raises(BenchmarkFailed, match=r"(?s)fold:scatter ended with 1.*KeyError: 11"):
        alone("benchmarks.fold:scatter", events=10, customers=2, attributes=11)


def test_ratios_say_how_many_times_better_ours_is():
    ours, theirs = {"events_per_cpu_second": 400.0, "p99_ms": 4.0}, {"events_per_cpu_second": 100.0, "p99_ms": 2.0}

    found = result("x", ours, {"other": theirs}, BARS, quick=False)

    assert found["ratios"] == {"other": {"events_per_cpu_second": 4.0, "p99_ms": 0.5}}
    assert [bar["reached"] for bar in found["bars"]] == [True, True]


def test_a_figure_that_was_not_measured_neither_reaches_nor_misses_its_bar():
    found = result("x", {"p99_ms": 6.0}, {}, BARS, quick=True)

    assert [bar["reached"] for bar in found["bars"]] == [None, False]


def test_the_table_shows_figures_beside_bars_and_peers():
    ours, theirs = {"events_per_cpu_second": 4_123_456.0}, {"events_per_cpu_second": 1_000_000.0}

    rows = table([result("fold", ours, {"other": theirs}, BARS, quick=False)]).splitlines()

    assert rows[2] == (
        "| fold | events_per_cpu_second | 4,120,000 events/CPU s | ≥ 100 | reached | other 1,000,000 | other 4.12 x |"
    )
    assert rows[-1].startswith("Measured on ")


def test_the_machine_is_described():
    found = machine()

    assert found["cores"] >= 1
    assert found["memory_gib"] > 0
    assert {"numpy", "duckdb", "polars"} <= set(found["libraries"])


@pytest.mark.parametrize("name", NAMES)
def test_every_benchmark_can_be_run_by_its_name(name):
    module = benchmark(name)

    assert callable(module.run)
    assert all(isinstance(bar, Bar) for bar in module.BARS)


def test_an_unknown_benchmark_names_the_known_ones():
    with pytest.raises(LookupError, match="there are: fold, live"):
        benchmark("folding")
