"""The live workload is a constant: its bytes and its sums must not change with a library or a refactoring."""

import hashlib
import json

import pytest

from benchmarks import live, peers_dict, peers_quix, streaming

SUMS_OF_1000 = {
    "events": 1000,
    "purchases": 206,
    "value_total": 822069,
    "value_today": 37332,
    "value_7_days": 206246,
    "pages_today": 32,
    "categories": 747,
    "customers": 475,
}


@pytest.fixture(scope="module")
def stream():
    return streaming.stream(1000)


def test_the_control_sums_of_the_first_thousand_are_known(stream):
    assert streaming.control_sums(stream) == SUMS_OF_1000


@pytest.mark.parametrize(("shape", "begins"), [("segment", "2138d7b2e29f9422"), ("compact", "828b0dd1774cdf4e")])
def test_the_bytes_of_the_first_thousand_are_known(stream, shape, begins):
    text = "\n".join(streaming.lines(stream, shape))

    assert hashlib.sha256(text.encode()).hexdigest().startswith(begins)


def test_the_file_is_the_lines_each_ended(stream, tmp_path):
    streaming.write(stream, tmp_path / "out.ndjson")

    assert (tmp_path / "out.ndjson").read_text().splitlines() == streaming.lines(stream).to_list()


def test_a_later_part_of_the_stream_goes_on_with_its_numbers(stream):
    part = {name: column[900:] for name, column in stream.items()}

    assert streaming.lines(part, first=900).to_list() == streaming.lines(stream).to_list()[900:]


def test_a_purchase_has_a_value_and_a_page_view_has_none(stream):
    messages = [json.loads(line) for line in streaming.lines(stream)]

    assert [("value" in m["properties"]) for m in messages] == stream["bought"].tolist()
    assert {m["event"] for m in messages} == {"Order Completed", "Page Viewed"}


@pytest.mark.parametrize("contestant", [live.bare, live.ours])
def test_every_contestant_arrives_at_the_control_sums(contestant):
    from benchmarks.measure import Meter

    assert contestant(Meter(), events=1000)["sums"] == SUMS_OF_1000


def test_the_peer_with_a_document_per_customer_arrives_at_the_control_sums(stream):
    class State(dict):
        set = dict.__setitem__

    states = {}
    for line in streaming.lines(stream):
        message = json.loads(line)
        peers_quix.apply(message, states.setdefault(message["userId"], State()))

    documents = (json.loads(json.dumps(state["values"])) for state in states.values())

    assert peers_quix.sums(documents, int(stream["ms"].max() // streaming.DAY_MS)) == SUMS_OF_1000


def test_the_bare_engine_puts_late_events_into_their_days():
    late = '{"userId":"c1","event":"Order Completed","timestamp":"%s","properties":{"value":%s,"category":"cat01"}}'
    lines = [late % ("2026-01-09T10:00:00.000Z", "5.00"), late % ("2026-01-02T10:00:00.000Z", "7.25")]

    own = peers_dict.values(peers_dict.folded(lines), today=20_462)["c1"]  # 2026-01-09

    assert (own["value_last"], own["value_today"], own["value_7_days"]) == (500, 500, 500)
    assert own["value_total"] == 1225
