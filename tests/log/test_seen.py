"""The memory of duplicates, held against a plain dict."""

from __future__ import annotations

import threading

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.log.messages import digest

from hundredfold.errors import LogError
from hundredfold.log.seen import DUPLICATE, NEW, REPLACES, Seen

# Hashes that share their upper half, or all but the last bytes, must be told apart like any others.
HASHES = [
    bytes([a]) * 2 + bytes(b) + bytes([c]) * (14 - b) for a in (0, 7, 255) for b in (0, 4, 10) for c in (0, 3, 255)
]
CONTENTS = [bytes(16), bytes(15) + b"\x01", b"\x80" + bytes(15)]


def check(seen, copies):
    hashes, received, contents = zip(*copies, strict=True) if copies else ((), (), ())
    return seen.check(pa.array(hashes, pa.binary(16)), np.array(received, np.int64), pa.array(contents, pa.binary(16)))


class PlainSeen:
    """The same rule on a dict, one copy after the other."""

    def __init__(self):
        self.counting = {}

    def check(self, copies):
        least = {}
        for row, (hashed, *rank) in enumerate(copies):
            if hashed not in least or (*rank, row) < least[hashed]:
                least[hashed] = (*rank, row)
        verdicts, before = [], dict(self.counting)
        for hashed, (*rank, _) in least.items():
            self.counting[hashed] = min(self.counting.get(hashed, rank), rank)
        for row, (hashed, *rank) in enumerate(copies):
            is_least = least[hashed][-1] == row
            if is_least and hashed not in before:
                verdicts.append((NEW, False))
            elif is_least and rank < before[hashed]:
                verdicts.append((REPLACES, rank[1] != before[hashed][1]))
            else:
                verdicts.append((DUPLICATE, rank[1] != self.counting[hashed][1]))
        replaced = [(h, *before[h]) for n, (h, *_) in enumerate(copies) if verdicts[n][0] == REPLACES]
        return verdicts, replaced


copies = st.lists(
    st.tuples(st.sampled_from(HASHES), st.sampled_from([-(1 << 50), -2, -1, 0, 1, 1 << 33]), st.sampled_from(CONTENTS)),
    max_size=30,
)
chunks = st.lists(st.tuples(copies, st.sampled_from(["", "", "flush", "tidy", "snapshot"])), max_size=12)


@settings(max_examples=150, deadline=None)
@given(chunks=chunks, memory_rows=st.sampled_from([1, 8, 1_000]))
def test_any_chunks_are_judged_as_by_a_plain_dict(tmp_path_factory, chunks, memory_rows):
    folder = tmp_path_factory.mktemp("seen")
    seen, plain = Seen(folder / "0", memory_rows=memory_rows), PlainSeen()

    for n, (chunk, then) in enumerate(chunks):
        found = check(seen, chunk)

        expected, replaced = plain.check(chunk)
        assert list(zip(found.verdict.tolist(), found.conflict.tolist(), strict=True)) == expected
        assert [tuple(row.values()) for row in found.replaced.to_pylist()] == replaced
        assert len(seen) == len(plain.counting)
        if then == "snapshot":
            seen.snapshot(folder / f"snapshot-{n}")
            seen = Seen.open(folder / f"snapshot-{n}", folder / f"{n + 1}", memory_rows=memory_rows)
        elif then:
            getattr(seen, then)()

    hashes = pa.array(HASHES, pa.binary(16))
    for content in CONTENTS:
        for received in range(-2, 3):
            counts = seen.counting(
                hashes, np.full(len(HASHES), received), pa.array([content] * len(HASHES), pa.binary(16))
            )
            assert counts.tolist() == [plain.counting.get(h) == [received, content] for h in HASHES]


def test_of_many_random_ids_each_counts_once_over_runs_and_merges(tmp_path):
    rng = np.random.default_rng(5)
    seen = Seen(tmp_path / "seen", memory_rows=2_000)
    ids = rng.permutation(np.repeat(np.arange(20_000), 3))
    counted = np.zeros(20_000, int)
    table = pa.array([digest(f"m{n}") for n in range(20_000)], pa.binary(16))

    for chunk in np.split(ids, 60):
        same = np.zeros(len(chunk), np.int64)
        verdicts = seen.check(table.take(pa.array(chunk)), same, table.take(pa.array(chunk)))
        np.add.at(counted, chunk[verdicts.verdict == NEW], 1)
        assert not verdicts.conflict.any()
        assert verdicts.replaced.num_rows == 0
        seen.tidy()

    assert (counted == 1).all()
    assert len(seen) == 20_000
    assert len(seen._runs) <= 7


def test_merging_beside_checking_changes_no_verdict(tmp_path):
    seen, stop = Seen(tmp_path / "seen", memory_rows=500), threading.Event()

    def tidy():
        while not stop.is_set():
            seen.tidy()

    tidying = threading.Thread(target=tidy)
    tidying.start()
    for first in range(0, 20_000, 400):
        chunk = [(digest(f"m{n}"), n, CONTENTS[0]) for n in range(first, first + 400)]
        assert (check(seen, chunk).verdict == NEW).all()
        assert (check(seen, chunk).verdict == DUPLICATE).all()
    stop.set()
    tidying.join()

    assert len(seen) == 20_000


def test_a_snapshot_stays_as_it_was_while_work_goes_on(tmp_path):
    seen = Seen(tmp_path / "work", memory_rows=10)
    check(seen, [(digest(f"m{n}"), n, CONTENTS[0]) for n in range(100)])
    seen.snapshot(tmp_path / "one")
    check(seen, [(digest(f"m{n}"), n, CONTENTS[0]) for n in range(100, 200)])
    seen.flush()
    seen.tidy()

    again = Seen.open(tmp_path / "one", tmp_path / "again")

    assert (len(again), len(seen)) == (100, 200)
    assert check(again, [(digest("m50"), 50, CONTENTS[0]), (digest("m150"), 150, CONTENTS[0])]).verdict.tolist() == [
        1,
        0,
    ]


def test_a_snapshot_cut_off_by_a_crash_is_no_snapshot(tmp_path):
    seen = Seen(tmp_path / "work")
    check(seen, [(digest("m1"), 1, CONTENTS[0])])
    (tmp_path / "one.new").mkdir()
    (tmp_path / "one.new" / "run-000001.seen").write_bytes(b"torn")

    with pytest.raises(LogError, match="no snapshot"):
        Seen.open(tmp_path / "one", tmp_path / "again")
    seen.snapshot(tmp_path / "one")

    assert len(Seen.open(tmp_path / "one", tmp_path / "again")) == 1


def test_an_id_takes_at_most_forty_bytes_on_disk(tmp_path):
    rng = np.random.default_rng(1)
    seen = Seen(tmp_path / "seen", memory_rows=1 << 22)
    many = 1_000_000
    column = pa.FixedSizeBinaryArray.from_buffers(pa.binary(16), many, [None, pa.py_buffer(rng.bytes(16 * many))])
    seen.check(column, np.arange(many), column)

    seen.flush()

    size = sum(path.stat().st_size for path in (tmp_path / "seen").iterdir())
    assert size / many <= 40
