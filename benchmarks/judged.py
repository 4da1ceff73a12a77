"""Profiles as a server answered them, against the audit of the raw messages: row by row, in a process of its own.

python -m benchmarks.judged WORKSPACE FILE    FILE has one answer of `/api/v1/profiles/ID` a line
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from benchmarks.client import Connection, get
from benchmarks.harness import ROOT, BenchmarkFailed
from benchmarks.shop import READY, Shop
from hundredfold.app.documents import plain, read_json
from hundredfold.app.workspace import Workspace
from hundredfold.audit import Run, Setting, audit
from hundredfold.batch.run import RunBook
from hundredfold.ingest.message import moment
from hundredfold.ingest.sent import as_sent
from hundredfold.log.embedded import EmbeddedLog
from hundredfold.log.history import History
from hundredfold.log.stored import STORED
from hundredfold.words.message import Message

SHOWN: Final = 5
"""How many differences are shown."""


def judged(one: Shop, customers: Sequence[str]) -> dict[str, Any]:
    """What the audit says of customers' profiles as the shop's server gives them now: how many, how many are wrong.

    Nothing may be sent meanwhile.
    """
    file = one.folder / "answers.ndjson"
    connection = Connection("127.0.0.1", one.port)
    with file.open("wb") as out:
        for customer in customers:
            status, body, _ = connection.ask(get(f"/api/v1/profiles/{customer}", one.token))
            if status != READY:
                raise BenchmarkFailed(f"a profile was answered {status}: {body[:200]!r}")
            out.write(body + b"\n")
    connection.close()
    line = [sys.executable, "-m", "benchmarks.judged", str(one.folder), str(file)]
    done = subprocess.run(line, capture_output=True, text=True, check=False, cwd=ROOT)
    if done.returncode:
        raise BenchmarkFailed(f"the audit ended with {done.returncode}: {done.stderr.strip()[-2000:]}")
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def compared(workspace: Workspace, answers: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The answers that are not what the messages of their customer say."""
    owner = {key: n for n, answer in enumerate(answers) for key in _keys(answer)}
    own: dict[int, list[Message]] = defaultdict(list)
    for table in _stored(workspace, list(owner)):
        for key, message in zip(table["key"].to_pylist(), as_sent(table), strict=True):
            own[owner[key]].append(message)
    definitions = workspace.in_force().definitions
    setting = Setting(workspace.zone, workspace.settings.currency, workspace.settings.shared_over)
    runs = [Run(run.cut, run.published, run.tiers) for run in RunBook(workspace.runs_folder).runs()]
    for n, answer in enumerate(answers):
        at = moment(answer["at"], "at")
        assert at is not None
        (truth,) = audit(own[n], definitions, setting, at=at, runs=runs).values()
        said, values = answer["attributes"], {name: plain(value) for name, value in truth.values.items()}
        other = [name for name in sorted(said.keys() | values.keys()) if said.get(name) != values.get(name)]
        if other or sorted(answer["ids"]) != sorted(key[2:] for key in truth.ids):
            yield {name: [str(said.get(name)), str(values.get(name))] for name in other}


def _keys(answer: dict[str, Any]) -> list[str]:
    """The sent ids of the customer of an answer, which does not say whether an id is a user's or an anonymous one."""
    return [f"{space}:{one}" for one in answer["ids"] for space in "ua"]


def _stored(workspace: Workspace, keys: list[str]) -> Iterator[pa.Table]:
    """All stored messages of some sent ids: the history's, bucket by bucket, then the log's behind it."""
    history = History(workspace.history_folder)
    for bucket in range(history.buckets):
        own = [key for key in keys if history.bucket_of(key) == bucket]
        yield history.rows_of(own, STORED.names)
    wanted = pa.array(keys, pa.string())
    for table in EmbeddedLog(workspace.log_folder, read_only=True).read(history.positions):
        yield table.filter(pc.is_in(table["key"], wanted))


def main() -> None:
    """Compare, and print how many were checked and what differs."""
    folder, file = map(Path, sys.argv[1:])
    answers = [read_json(line) for line in file.read_bytes().splitlines()]
    wrong = list(compared(Workspace.open(folder), answers))
    print(json.dumps({"checked": len(answers), "mismatches": len(wrong), "examples": wrong[:SHOWN]}))


if __name__ == "__main__":
    main()
