"""A workspace with a made-up past is like one that was filled through the tracking API."""

import numpy as np
import pytest
from benchmarks.definitions import SMALL, document
from benchmarks.past import fill, later
from benchmarks.stored import SOURCE, table
from benchmarks.workload import ENDS, Workload

from hundredfold.app.auditing import audited
from hundredfold.app.lock import WorkspaceLock
from hundredfold.app.opened import OpenWorkspace
from hundredfold.app.workspace import Workspace
from hundredfold.definition.load import from_document
from hundredfold.ingest.decode import decode
from hundredfold.ingest.message import entry
from hundredfold.log.partition import partition_of
from hundredfold.words.calendar import DAY

WORKLOAD = Workload(events=600, customers=40, seed=3, buckets=2)


@pytest.fixture
def opened(tmp_path):
    workspace = Workspace.create(tmp_path / "shop")
    workspace.bring_into_force(from_document(document(SMALL)))
    workspace.set_clock(ENDS)
    fill(workspace, WORKLOAD)
    with OpenWorkspace(workspace, WorkspaceLock(workspace.data, "a test")) as opened:
        yield opened


def as_posted(row, received):
    return entry(decode(row["payload"]), received=received, trust="server", source=SOURCE, payload=row["payload"])


def test_a_row_is_what_the_door_makes_of_its_text():
    columns = WORKLOAD.in_order_of_time()
    zeros = np.zeros(len(columns), np.int64)

    rows = table(columns, zeros, zeros).to_pylist()

    for row in rows:
        own = as_posted(row, row["received"])
        stamps = {name: getattr(own, name) for name in row if name not in ("partition", "offset")}
        assert stamps == {name: value for name, value in row.items() if name in stamps}


def test_every_message_has_a_place_of_its_own_in_order_of_reception(opened):
    rows = [row for table in opened.raw_messages(opened.log.end()) for row in table.to_pylist()]

    places = {(row["partition"], row["offset"]): row for row in rows}
    assert len(places) == len(rows) == WORKLOAD.events
    assert opened.history.positions == opened.log.start() == opened.log.end()
    assert all(row["partition"] == partition_of(row["key"], 4) for row in rows)
    for (partition, offset), row in places.items():
        following = places.get((partition, offset + 1))
        assert following is None or row["received"] <= following["received"]


def test_the_audit_finds_nothing_wrong_and_a_message_posted_again_is_known(opened):
    first = next(opened.raw_messages(opened.log.end())).slice(0, 5).to_pylist()

    opened.log.append([as_posted(row, row["received"] + DAY) for row in first])
    found = audited(opened)

    assert (found["mismatches"], found["checked"]) == (0, len(WORKLOAD.active))
    assert len(opened.engine().seen) == WORKLOAD.events


def test_later_events_are_none_of_the_past():
    columns = later(1000, 40, first=1000)

    assert not np.isin(columns.number, np.arange(WORKLOAD.events)).any()
    assert not np.isin(columns.number, later(1000, 40).number).any()
    assert columns.time.max() < ENDS
