"""The workload has the properties that its page states; a benchmark on other data says nothing."""

import json

import numpy as np
import pyarrow.parquet as pq
from benchmarks.definitions import EVENTS, FAMILIES, SMALL, document
from benchmarks.peers_numpy import hits
from benchmarks.rules import grouped_by_family, rules, span
from benchmarks.workload import ENDS, STARTS, Workload

from benchmarks import brute, files

WORKLOAD = Workload(events=20_000, customers=2_000, buckets=4)
RULES = rules(document(), ENDS)


def test_there_are_200_attributes_of_which_25_are_windowed_and_10_keyed():
    keyed = [rule for rule in RULES if rule.keyed]
    windowed = [rule for rule in RULES if rule.window]

    assert (len(RULES), len(windowed), len(keyed)) == (200, 25, 10)
    assert not set(keyed) & set(windowed)


def test_the_attributes_share_60_different_families():
    assert len(grouped_by_family(RULES)) == len(FAMILIES) == 60


def test_the_page_says_how_many_families_are_of_which_kind():
    families = grouped_by_family(RULES)

    assert sum(family.events is None for family in families) == 20
    assert sum(bool(family.conditions) for family in families) == 34
    assert sum(any(rule.window for rule in found) for found in families.values()) == 15
    assert len({rule.family for rule in RULES if rule.keyed}) == 6


def test_an_event_hits_a_fifth_of_the_families():
    events = WORKLOAD.in_order_of_time()

    share = np.mean([hits(events, family).mean() for family in grouped_by_family(RULES)])

    assert 0.18 <= share <= 0.22


def test_the_small_workload_has_ten_lifetime_attributes():
    small = rules(document(SMALL), ENDS)

    assert len(small) == 10
    assert not any(rule.window or rule.keyed for rule in small)


def test_the_hand_checked_windows_are_whole_utc_days():
    day = 86_400_000_000
    june_30 = ENDS - ENDS % day

    assert span("today", ENDS) == (june_30, june_30 + day)
    assert span("30 days", ENDS) == (june_30 - 29 * day, june_30 + day)
    assert span("previous 30 days", ENDS) == (june_30 - 59 * day, june_30 - 29 * day)
    assert span("this month", ENDS) == (june_30 - 29 * day, june_30 + day)


def test_the_same_seed_gives_the_same_events_and_another_seed_others():
    again = Workload(events=20_000, customers=2_000, buckets=4).in_order_of_time()
    other = Workload(events=20_000, customers=2_000, buckets=4, seed=21).in_order_of_time()
    events = WORKLOAD.in_order_of_time()

    assert np.array_equal(events.amount, again.amount)
    assert not np.array_equal(events.amount, other.amount)


def test_every_event_is_there_once_and_most_customers_have_some():
    events = WORKLOAD.in_order_of_time()

    assert sorted(events.number.tolist()) == list(range(20_000))
    assert STARTS <= events.time.min() <= events.time.max() < ENDS
    assert np.all(np.diff(events.time) >= 0)
    assert len(np.unique(events.customer)) > 0.95 * 2_000


def test_the_parquet_files_hold_every_event_sorted_by_key_and_time(tmp_path):
    written = files.write_parquet(WORKLOAD, tmp_path)
    parts = [pq.ParquetFile(file).read() for file in sorted(tmp_path.rglob("*.parquet"))]

    assert written == sum(file.stat().st_size for file in tmp_path.rglob("*.parquet"))
    assert sum(part.num_rows for part in parts) == 20_000
    for part in parts:
        order = list(zip(part["key"].to_pylist(), part["time"].cast("int64").to_pylist(), strict=True))
        assert order == sorted(order)


def test_a_json_line_says_what_its_row_says():
    events = next(WORKLOAD.chunks(500))

    messages = [json.loads(line) for line in files.lines(events)]

    for message, event in zip(messages, brute.rows(events), strict=True):
        assert message["type"] == "track"
        assert message["event"] == event["event"]
        assert message["userId"] == f"c{event['customer']:07d}"
        assert message["properties"] == {c: event[c] for c in message["properties"]}
        assert set(message["properties"]) == set(event) - {"customer", "time", "event"}
    assert len({message["messageId"] for message in messages}) == 500


def test_a_line_has_its_time_in_iso_form():
    events = next(WORKLOAD.chunks(50))

    stamps = np.array([json.loads(line)["timestamp"].rstrip("Z") for line in files.lines(events)], "datetime64[us]")

    assert np.array_equal(stamps.astype(np.int64), events.time)


def test_the_more_frequent_names_come_first():
    counts = np.bincount(WORKLOAD.in_order_of_time().event, minlength=len(EVENTS))

    assert counts[0] > 2 * counts[9] > 2 * counts[29] > 0
