"""A batch beside a server: the live side goes on meanwhile, and whoever is killed leaves nothing half done."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from base64 import b64encode
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

import httpx
import pytest
from tests.app.serving import gone, opened_for_serving, standing_still, until, worker_of
from tests.app.shop import HF, hf, order, write_lines

from hundredfold.app import work
from hundredfold.app.batching import batch_beside
from hundredfold.app.lock import announced
from hundredfold.app.opened import setup_of
from hundredfold.app.serving import in_background
from hundredfold.app.workspace import Workspace
from hundredfold.batch.process import apply_up_to
from hundredfold.errors import WorkspaceError
from hundredfold.live import snapshot
from hundredfold.live.engine import Engine
from hundredfold.live.manifest import Manifest, snapshots
from hundredfold.log.embedded import EmbeddedLog
from hundredfold.log.history import History


@pytest.fixture
def sold(shop, tmp_path):
    """A shop with some orders, of which a batch has covered the first."""
    write_lines(
        tmp_path / "a.ndjson", [order(n, f"c{n % 7}", f"2026-03-{n + 1:02}T10:00:00Z", n) for n in range(1, 28)]
    )
    assert hf("import", tmp_path / "a.ndjson", folder=shop).code == 0
    assert hf("batch", folder=shop).code == 0
    second = [order(n, f"c{n % 9}", "2026-04-02", n) for n in range(30, 60)]
    assert hf("import", write_lines(tmp_path / "b.ndjson", second), folder=shop).code == 0
    return shop


def canonical(folder: Path) -> dict[str, bytes]:
    """The files of a canonical snapshot but those that tell where raw messages lie, and which were seen."""
    assert Manifest.read(folder).canonical
    return {path.name: path.read_bytes() for path in folder.glob("*.arrow") if path.name != "tail.arrow"}


def made_here(folder: Path, scratch: Path) -> dict[str, bytes]:
    """The canonical files that the newest batch run makes in this process, from nothing."""
    workspace = Workspace.open(folder)
    run = json.loads(max(workspace.runs_folder.glob("*.json")).read_bytes())
    covers = {int(partition): offset for partition, offset in run["covers"].items()}
    with EmbeddedLog(workspace.log_folder, read_only=True) as log:
        engine = Engine(setup_of(workspace), log, None, scratch / "seen", lambda: run["cut"])
        apply_up_to(engine, log, covers)
        snapshot.write(engine, scratch / "snapshot", canonical=True)
    return canonical(scratch / "snapshot")


@pytest.mark.parametrize("full", [False, True])
def test_a_batch_beside_makes_the_state_that_one_in_the_process_makes(shop, tmp_path, full):
    messages = [order(n, f"c{n % 7}", f"2026-03-{n + 1:02}T10:00:00Z", n) for n in range(1, 28)]
    hf("import", write_lines(tmp_path / "a.ndjson", messages), folder=shop)

    with opened_for_serving(shop) as opened:
        done = work.batch(opened, full=full)
        after = work.profile(opened, "c1")

    assert (done["events"], done["customers"], done["full"]) == (27, 7, full)
    assert after["parts"]["orders"] == {"until_batch": 4, "since": 0}
    assert canonical(snapshots(shop / "data" / "snapshots")[-1]) == made_here(shop, tmp_path)
    assert not list((shop / "data" / "scratch").glob("beside*"))


def test_the_server_goes_on_while_a_batch_is_made_and_the_audit_agrees(sold):
    with opened_for_serving(sold) as opened, in_background(opened) as served:
        key, over = served.tokens.create("server", "test")[0], Event()
        posting = Thread(target=post_until, args=(over, served.url, key))
        posting.start()
        try:
            runs = [work.batch(opened, full=full) for full in (False, True, False)]
        finally:
            over.set()
            posting.join()
        audited = work.audit(opened)

    assert audited["mismatches"] == 0
    assert audited["checked"] == audited["customers"] > 9
    assert runs[0]["events"] < runs[1]["events"] < runs[2]["events"]
    history = History(Workspace.open(sold).history_folder)
    markers = 3 * len(runs[2]["covers"])  # of the batches before
    assert sum(history.positions.values()) == runs[2]["events"] + markers
    assert hf("audit", "--all", folder=sold).code == 0


def post_until(over: Event, url: str, key: str) -> None:
    headers = {"Authorization": "Basic " + b64encode(f"{key}:".encode()).decode()}
    number = 1_000
    with httpx.Client(headers=headers) as client:
        while not over.is_set():
            number += 1
            who, device = f"c{number % 11}", f"x{number % 23}"
            said = {"type": "identify", "userId": who, "anonymousId": device, "messageId": f"i{number}"}
            body = {"batch": [order(number, who, "2026-04-03", 1), said]}
            assert client.post(f"{url}/v1/batch", json=body).status_code == 200


def test_new_cut_points_are_told_to_the_live_side(shop, tmp_path):
    (shop / "definitions" / "tier.yaml").write_text("attributes: {rank: {formula: 'tier(total_purchase_value, 2)'}}\n")
    hf("apply", folder=shop)
    messages = [order(n, f"c{n}", "2026-03-01", n) for n in range(1, 5)]
    hf("import", write_lines(tmp_path / "a.ndjson", messages), folder=shop)
    told = []

    with opened_for_serving(shop) as opened:
        opened.serve_with(lambda engine: lambda: None, lambda: told.append("ranked"))
        work.batch(opened)
        ranks = [work.profile(opened, f"c{n}")["attributes"]["rank"] for n in (1, 4)]
        work.batch(opened)

    assert ranks == [1, 2]
    assert told == ["ranked"]


def test_a_second_batch_is_refused_while_one_runs(sold):
    with opened_for_serving(sold) as opened, standing_still(sold), running(opened) as first:
        until(lambda: worker_of(os.getpid()))
        with pytest.raises(WorkspaceError, match="a batch runs already"):
            work.batch(opened)
        (run, *_) = work.runs(opened.workspace)["runs"]
        assert "error" not in run
        opened.beside.stop()
    assert isinstance(first["error"], WorkspaceError)


@contextmanager
def running(opened):
    """A batch in a thread; what came of it is known behind the block."""
    found = {}

    def batch() -> None:
        try:
            found["done"] = work.batch(opened)
        except WorkspaceError as error:
            found["error"] = error

    thread = Thread(target=batch)
    thread.start()
    try:
        yield found
    finally:
        thread.join()


def test_a_batch_whose_process_is_killed_leaves_everything_as_it_was(sold):
    with opened_for_serving(sold) as opened:
        before = work.profile(opened, "c3")
        files = {path.name for path in (sold / "data" / "snapshots").iterdir()}
        with standing_still(sold), running(opened) as failed:
            os.kill(until(lambda: worker_of(os.getpid())), signal.SIGKILL)
        after = work.profile(opened, "c3")
        (run, *_) = work.runs(opened.workspace)["runs"]
        left = {path.name for path in (sold / "data" / "snapshots").iterdir()}
        again = work.batch(opened)
        audited = work.audit(opened)

    assert "ended before it was done" in str(failed["error"])
    assert run["error"] == str(failed["error"])
    assert (left, after["attributes"], after["batch"]) == (files, before["attributes"], before["batch"])
    assert not list((sold / "data" / "scratch").glob("beside*"))
    assert again["events"] == 57
    assert audited["mismatches"] == 0


@pytest.mark.parametrize("step", ["keep_history", "erase_from_history"])
def test_a_batch_that_fails_at_its_end_is_made_good_by_the_next(sold, tmp_path, monkeypatch, step):
    hf("forget", "c4", folder=sold)
    scratch = tmp_path / "scratch"
    with opened_for_serving(sold) as opened:
        cut = opened.now()
        covers = opened.log.mark("a", {}, time=cut)
        told = {"folder": str(sold), "cut": cut, "covers": {str(p): n for p, n in covers.items()}, "full": False}

        def killed(*_):
            raise KeyboardInterrupt

        with monkeypatch.context() as broken:
            broken.setattr(f"hundredfold.app.batching.{step}", killed)
            with pytest.raises(KeyboardInterrupt):
                batch_beside(told | {"scratch": str(scratch)}, lambda done, of: None)
        meanwhile = work.audit(opened)
        done = work.batch(opened)
        after = work.audit(opened)

    assert (meanwhile["mismatches"], after["mismatches"]) == (0, 0)
    assert done["events"] == sum(covers.values()) - len(covers)


def test_a_killed_server_takes_the_process_beside_it_along(sold, tmp_path):
    with (tmp_path / "server.log").open("wb") as log:
        server = subprocess.Popen([*HF, "-w", str(sold), "serve", "--port", "0"], stdout=log, stderr=log)
    try:
        found = until(lambda: announced(sold / "data"))
        with standing_still(sold):
            asked = subprocess.Popen([*HF, "-w", str(sold), "batch"], stderr=subprocess.PIPE, text=True)
            worker = until(lambda: worker_of(server.pid))
            server.kill()
            until(lambda: gone(worker))
            said = asked.communicate()[1]
    finally:
        server.kill()
        server.wait(30)

    assert (found.pid, asked.returncode) == (server.pid, 1)
    assert "does not answer" in said
    assert hf("batch", "--json", folder=sold).json["customers"] == 9
    assert hf("audit", "--all", folder=sold).code == 0
    batches = [run for run in hf("runs", "--json", folder=sold).json["runs"] if run["kind"] == "batch"]
    assert batches[1]["error"] == "the process ended before the run did"


def test_a_server_that_is_asked_to_stop_does_not_wait_for_a_batch(sold, tmp_path):
    with (tmp_path / "server.log").open("wb") as log:
        server = subprocess.Popen([*HF, "-w", str(sold), "serve", "--port", "0"], stdout=log, stderr=log)
    until(lambda: announced(sold / "data"))
    with standing_still(sold):
        asked = subprocess.Popen([*HF, "-w", str(sold), "batch"], stderr=subprocess.PIPE, text=True)
        until(lambda: worker_of(server.pid))
        began = time.monotonic()
        server.terminate()
        assert server.wait(30) == 0
        said = asked.communicate()[1]

    assert "ended before it was done" in said
    assert time.monotonic() - began < 15
