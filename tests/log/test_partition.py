from __future__ import annotations

import zlib

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from hundredfold.log.partition import partition_of, partitions_of


def test_a_key_keeps_its_partition_for_ever():
    assert [partition_of(key, 16) for key in ("u:c1", "a:c1", "", "u:São")] == [
        zlib.crc32(key.encode()) % 16 for key in ("u:c1", "a:c1", "", "u:São")
    ]
    assert partition_of("123456789", 1 << 32) == 0xCBF43926


@given(keys=st.lists(st.text(max_size=40)), partitions=st.integers(1, 64), first=st.integers(0, 5))
def test_a_column_is_split_as_its_keys_one_by_one(keys, partitions, first):
    column = pa.array(keys, pa.string()).slice(first)

    found = partitions_of(pa.chunked_array([column, column]), partitions)

    assert found.tolist() == [partition_of(key, partitions) for key in keys[first:]] * 2
