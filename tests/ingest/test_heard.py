"""Who sends: each message is counted once for its source, and a source is stale when it is quiet for unusually long."""

from __future__ import annotations

from itertools import pairwise

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hundredfold.ingest.heard import MOST, WEEK, Senders
from hundredfold.words.calendar import DAY, HOUR, MINUTE, QUARTER
from hundredfold.words.message import KINDS, TRUSTS

MONDAY = 20_412 * DAY


def chunk(*messages):
    """Stored messages as (kind, source, trust, received)."""
    kinds, sources, trusts, received = zip(*messages, strict=True) if messages else ((), (), (), ())
    return pa.table(
        {
            "kind": pa.array([KINDS.index(kind) for kind in kinds], pa.uint8()),
            "source": pa.array(sources, pa.string()),
            "trust": pa.array([TRUSTS.index(trust) for trust in trusts], pa.uint8()),
            "received": pa.array(received, pa.int64()),
        }
    )


def heard(*messages):
    senders = Senders()
    senders.take(chunk(*messages))
    return senders.sources


def sent(source, *times):
    return [("track", source, "server", time) for time in times]


messages = st.lists(
    st.tuples(
        st.sampled_from(("track", "identify", "profile")),
        st.sampled_from(("shop", "till", "crm")),
        st.sampled_from(TRUSTS),
        st.integers(MONDAY - 9 * DAY, MONDAY),
    ),
    max_size=40,
)


@given(messages, st.integers(0, 40))
def test_however_messages_come_in_chunks_the_same_is_known(found, cut):
    whole, parts = Senders(), Senders()
    whole.take(chunk(*found))
    parts.take(chunk(*found[:cut]))
    parts.take(chunk(*found[cut:]))

    for one, other in ((whole, parts), (parts, whole)):
        for name, known in one.sources.items():
            assert (known.count, known.last, known.ways, known.quiet_until()) == (
                other.sources[name].count,
                other.sources[name].last,
                other.sources[name].ways,
                other.sources[name].quiet_until(),
            )
    for name, known in whole.sources.items():
        own = [received for _, source, _, received in found if source == name]
        days = range(MONDAY - 6 * DAY, MONDAY + 2 * DAY, DAY)
        assert known.count == len(own)
        if known.last >= MONDAY - DAY:
            bounds = list(days)
            expected = [sum(a <= at < b for at in own) for a, b in pairwise(bounds)]
            assert known.within(bounds) == expected


def test_markers_and_deletions_are_nobodys_messages():
    found = heard(("marker", "batch", "server", MONDAY), ("delete", "shop", "server", MONDAY))

    assert found == {}


def test_how_a_source_sends_is_told():
    found = heard(
        ("track", "shop", "import", MONDAY), ("track", "shop", "browser", MONDAY), ("profile", "crm", "server", MONDAY)
    )

    assert (found["shop"].ways, found["crm"].ways) == ({"import", "browser"}, {"topic"})


@pytest.mark.parametrize(
    ("pauses", "quiet"),
    [([HOUR, HOUR], 2 * HOUR), ([HOUR, 10 * HOUR], 20 * HOUR), ([QUARTER, QUARTER], HOUR), ([HOUR], None), ([], None)],
)
def test_a_source_may_be_quiet_for_twice_its_longest_pause_and_an_hour_in_any_case(pauses, quiet):
    times = [MONDAY]
    for pause in pauses:
        times.append(times[-1] + pause)

    known = heard(*sent("shop", *times))["shop"]

    assert known.quiet_until() == (None if quiet is None else times[-1] + quiet)


def test_what_a_source_did_before_the_week_is_not_usual_any_more():
    newest = MONDAY + WEEK
    known = heard(*sent("shop", MONDAY, *(newest - n * HOUR for n in range(3))))["shop"]

    assert known.count == 4
    assert known.quiet_until() == newest + 2 * HOUR


def test_one_import_has_no_usual_pause():
    known = heard(*(("track", "import", "import", MONDAY + n * MINUTE // 60) for n in range(100)))["import"]

    assert known.quiet_until() is None


def test_too_many_sources_are_counted_together():
    senders = Senders()
    senders.take(chunk(*(("track", f"s{n}", "server", MONDAY) for n in range(MOST + 3))))

    assert len(senders.sources) == MOST
    assert senders.unnamed == 3
