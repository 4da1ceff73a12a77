"""What an undone import has stored does not come back from where raw messages lie: the tail and the history."""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest
from tests.live.shop import DEFINITIONS, NOW, order

from hundredfold.batch.process import keep_history, load_history
from hundredfold.definition.load import from_document
from hundredfold.ingest.message import entry
from hundredfold.live.engine import Engine
from hundredfold.live.setup import Setup, compiled
from hundredfold.log.embedded import EmbeddedLog
from hundredfold.log.history import History
from hundredfold.log.stored import STORED
from hundredfold.words.span import Span

ZONE = ZoneInfo("Europe/Lisbon")
CUSTOMERS = ("ana", "rui", "eva")


@pytest.fixture
def log(tmp_path):
    """An order of each customer by the tracking API, then one by an import, then one by the tracking API again."""
    log = EmbeddedLog(tmp_path / "log", reserve_bytes=0)
    for number, trust in enumerate(("server", "import", "server")):
        log.append(
            [
                entry(
                    {"messageId": f"{who}-{number}", **order(who, total=10.0**number)},
                    received=NOW, trust=trust, source="shop", zone=ZONE,
                )
                for who in CUSTOMERS
            ]
        )  # fmt: skip
    yield log
    log.close()


@pytest.fixture
def setup(log):
    """The workspace after the import was undone; the span lies around what came before and behind, too."""
    return replace(Setup(from_document(DEFINITIONS), ZONE), undone=(Span({}, dict(log.end())),))


def ids(table: pa.Table) -> list[str]:
    return sorted(table["message_id"].to_pylist())


def all_parts(engine: Engine) -> list[str]:
    return sorted(one for table in engine.raw.parts(STORED.names, 2) for one in ids(table))


STANDING = sorted(f"{who}-{number}" for who in CUSTOMERS for number in (0, 2))


def test_the_tail_is_read_without_it(log, setup, tmp_path):
    engine = Engine(setup, log, None, tmp_path / "seen", lambda: NOW)
    engine.catch_up()

    assert all_parts(engine) == STANDING
    assert ids(engine.raw.rows_of(engine.sids.codes([f"u:{who}" for who in CUSTOMERS]))) == STANDING


def test_a_history_that_was_made_before_the_undo_is_read_without_it(log, setup, tmp_path):
    history = History(tmp_path / "history", buckets=2)
    keep_history(log, history, log.end(), compiled(replace(setup, undone=())))
    engine = Engine(setup, log, history, tmp_path / "seen", lambda: NOW)
    load_history(engine, history)

    assert history.rows == 3 * len(CUSTOMERS)
    assert all_parts(engine) == STANDING
    assert ids(engine.raw.rows_of(engine.sids.codes([f"u:{who}" for who in CUSTOMERS]))) == STANDING
