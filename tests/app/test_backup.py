"""A backup taken while a shop is served is the shop at one position; restored, it goes on from there exactly."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
from base64 import b64encode
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

import httpx
import pyarrow.parquet as pq
import pytest
from tests.app.serving import gone, opened_for_serving, until
from tests.app.shop import HF, hf, order, write_lines

from hundredfold.app import work
from hundredfold.app.backed_up import Manifest
from hundredfold.app.backup.copying import copied, unfinished
from hundredfold.app.serving import in_background
from hundredfold.app.workspace import Workspace
from hundredfold.errors import WorkspaceError
from hundredfold.log.embedded import EmbeddedLog


@pytest.fixture
def sold(shop, tmp_path):
    """A shop with orders, of which a batch has covered the first, and with a token."""
    first = [order(n, f"c{n % 7}", f"2026-03-{n + 1:02}T10:00:00Z", n) for n in range(1, 28)]
    second = [order(n, f"c{n % 9}", "2026-04-02", n) for n in range(30, 60)]
    for messages in (first, second):
        assert hf("import", write_lines(tmp_path / "a.ndjson", messages), folder=shop).code == 0
        if messages is first:
            assert hf("batch", folder=shop).code == 0
    assert hf("token", "create", "--scope", "read", folder=shop).code == 0
    return shop


@contextmanager
def flowing(served):
    """Orders come in as long as the block runs; gives how many were acknowledged."""
    key, over, acknowledged = served.tokens.create("server", "test")[0], Event(), []

    def post() -> None:
        headers = {"Authorization": "Basic " + b64encode(f"{key}:".encode()).decode()}
        with httpx.Client(headers=headers) as client:
            number = 1_000
            while not over.wait(0.02):
                number += 1
                batch = [order(number, f"c{number % 11}", "2026-04-03", 1)]
                assert client.post(f"{served.url}/v1/batch", json={"batch": batch}).status_code == 200
                acknowledged.append(number)

    thread = Thread(target=post)
    thread.start()
    try:
        until(lambda: len(acknowledged) > 5)
        yield acknowledged
    finally:
        over.set()
        thread.join()


def test_what_was_backed_up_while_events_flow_is_the_shop_at_that_position(sold, tmp_path):
    with opened_for_serving(sold) as opened, in_background(opened) as served, flowing(served) as acknowledged:
        before = len(acknowledged)
        taken = work.backup(opened, to=str(tmp_path / "one"))
        during = len(acknowledged)
        work.batch(opened)
        again = work.backup(opened, to=str(tmp_path / "two"))
        until(lambda: len(acknowledged) > during + 20)

    for backup, name in ((taken, "one"), (again, "two")):
        said = hf("restore", tmp_path / name, "--json", folder=tmp_path / f"from-{name}")
        assert (said.code, said.json["position"]) == (0, backup["position"])
        with EmbeddedLog(tmp_path / f"from-{name}" / "data" / "log", read_only=True) as log:
            assert {str(partition): end for partition, end in log.end().items()} == backup["position"]
        audited = hf("audit", "--all", "--json", folder=tmp_path / f"from-{name}").json
        assert (audited["mismatches"], audited["checked"] - audited["customers"]) == (0, 0)
    # Not one that was acknowledged before is missing, and the position tells of them all.
    orders = {name: all_orders(tmp_path / f"from-{name}") for name in ("one", "two")}
    assert 57 + before <= orders["one"] <= 57 + during + 1
    assert orders["two"] > orders["one"]
    assert hf("audit", "--all", folder=sold).code == 0


def all_orders(folder):
    assert hf("profiles", "--to", folder / "all.parquet", folder=folder).code == 0
    return sum(pq.read_table(folder / "all.parquet")["orders"].to_pylist())


def test_a_restored_shop_is_the_same_and_goes_on_as_the_first_would(sold, tmp_path):
    assert hf("backup", tmp_path / "b", folder=sold).code == 0
    more = write_lines(tmp_path / "more.ndjson", [order(n, "c1", "2026-04-05", 1) for n in range(55, 70)])

    assert hf("restore", tmp_path / "b", folder=tmp_path / "r").code == 0
    same = hf("profile", "c1", "--json", folder=sold).json, hf("profile", "c1", "--json", folder=tmp_path / "r").json
    told = [hf("import", more, "--json", folder=folder).json for folder in (sold, tmp_path / "r")]
    batches = [hf("batch", "--json", folder=folder).json for folder in (sold, tmp_path / "r")]

    assert same[0]["attributes"] == same[1]["attributes"]
    assert same[0]["parts"] == same[1]["parts"]
    assert [(one["stored"], one["duplicates"]) for one in told] == [(10, 5)] * 2
    assert batches[0]["covers"] == batches[1]["covers"]
    assert all(hf("audit", "--all", folder=folder).code == 0 for folder in (sold, tmp_path / "r"))
    tokens = [hf("token", "list", "--json", folder=folder).json for folder in (sold, tmp_path / "r")]
    assert tokens[0] == tokens[1]
    # Nothing that the restored one has done has touched the backup, whose files it may share.
    assert hf("restore", tmp_path / "b", folder=tmp_path / "r2").code == 0


def test_the_command_goes_through_the_server_and_says_what_is_in_it(sold, tmp_path):
    with opened_for_serving(sold) as opened, in_background(opened):
        said = hf("backup", tmp_path / "b", "--json", folder=sold)
        runs = hf("runs", "--json", folder=sold).json["runs"]
        open_files = {path.name for path in (sold / "data" / "scratch").rglob("*")}

    assert said.code == 0
    assert said.json["files"] == len(Manifest.read(tmp_path / "b").files)
    assert sum(said.json["position"].values()) == 57 + 4
    assert "personal data" in said.err
    assert "tokens" in said.err
    assert (tmp_path / "b").stat().st_mode & 0o777 == 0o700
    assert (runs[0]["kind"], runs[0]["error"], runs[0]["files"]) == ("backup", None, said.json["files"])
    assert "staged" not in open_files
    assert not unfinished(tmp_path / "b").exists()


def test_files_that_never_change_are_shared_on_one_disk_and_those_that_do_are_not(sold, tmp_path):
    hf("backup", tmp_path / "b", folder=sold)

    files = Manifest.read(tmp_path / "b").files
    shared = {name for name in files if (tmp_path / "b" / "workspace" / name).samefile(sold / name)}

    assert shared == {name for name, note in files.items() if note.fixed}
    assert any(name.startswith("data/history/bucket=") for name in shared)
    assert not any(name.startswith(("data/log/", "data/store/", "data/in-force/", "definitions/")) for name in shared)


def test_another_disk_gets_copies(sold, tmp_path, monkeypatch):
    def other_disk(*_):
        raise OSError(18, "Invalid cross-device link")

    plain = copied
    monkeypatch.setattr("hundredfold.app.backup.writing.copied", lambda *a, link=False, **k: plain(*a, **k))
    monkeypatch.setattr("hundredfold.app.backup.fixing.os.link", other_disk)

    assert hf("backup", tmp_path / "b", folder=sold).code == 0
    monkeypatch.undo()
    files = Manifest.read(tmp_path / "b").files
    shutil.rmtree(sold / "data")

    assert all((tmp_path / "b" / "workspace" / name).stat().st_nlink == 1 for name in files)
    assert hf("restore", tmp_path / "b", folder=tmp_path / "r").code == 0
    assert hf("audit", "--all", folder=tmp_path / "r").code == 0


def test_what_people_wrote_is_in_it_and_what_is_only_scratch_is_not(sold, tmp_path):
    (sold / ".git").mkdir()
    (sold / ".git" / "HEAD").write_text("x")
    (sold / "plans").mkdir()
    (sold / "plans" / "plan.yaml").write_text("events: {}")
    os.mkfifo(sold / "pipe")
    (sold / "data" / "scratch" / "left").mkdir(parents=True)
    (sold / "data" / "scratch" / "left" / "over").write_text("x")
    (sold / "data" / "later-kind").mkdir()
    (sold / "data" / "later-kind" / "state.json").write_text("{}")

    hf("backup", tmp_path / "b", folder=sold)

    names = set(Manifest.read(tmp_path / "b").files)
    assert {"hundredfold.yaml", "definitions/shop.yaml", "products.csv", "plans/plan.yaml"} <= names
    assert {"data/store/tokens.sqlite", "data/runs.ndjson", "data/later-kind/state.json"} <= names
    assert not [name for name in names if "scratch" in name or ".git/" in name or name.endswith(("lock", "pipe"))]


def test_a_torn_end_of_the_log_is_not_in_it(sold, tmp_path):
    with opened_for_serving(sold) as opened:
        (segment,) = (sold / "data" / "log").glob("segment-*.log")
        whole = segment.read_bytes()
        with segment.open("ab") as file:
            file.write(b"half a group that is just being written")
        work.backup(opened, to=str(tmp_path / "b"))

    assert (tmp_path / "b" / "workspace" / "data" / "log" / segment.name).read_bytes() == whole


@pytest.mark.parametrize("what", ["full", "file", "inside", "itself"])
def test_a_backup_never_goes_where_something_is(sold, tmp_path, what):
    target = {"full": tmp_path / "full", "file": tmp_path / "file", "inside": sold / "b", "itself": sold}[what]
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine").write_text("mine")
    (tmp_path / "file").write_text("mine")

    said = hf("backup", target, folder=sold)

    assert said.code == 1
    assert str(target) in said.err
    assert [path.name for path in (tmp_path / "full").iterdir()] == ["mine"]
    assert not (sold / "b").exists()


def test_a_second_backup_into_the_same_folder_is_refused(sold, tmp_path):
    first = hf("backup", tmp_path / "b", folder=sold)
    before = Manifest.read(tmp_path / "b")

    second = hf("backup", tmp_path / "b", folder=sold)

    assert (first.code, second.code) == (0, 1)
    assert "is not empty" in second.err
    assert Manifest.read(tmp_path / "b") == before


# --- what goes wrong -------------------------------------------------------------------------------------------------


@pytest.fixture
def backup(sold, tmp_path):
    hf("backup", tmp_path / "b", folder=sold)
    shutil.rmtree(sold)  # a hard link would be damaged with the backup
    return tmp_path / "b"


def damaged(path):
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.unlink()
    path.write_bytes(content)


def cut_off(path):
    path.write_bytes(path.read_bytes()[:-1])


DAMAGE = {
    "a log segment is damaged": (lambda b: damaged(one(b, "data/log/segment-*.log")), "damaged"),
    "a part of history is cut off": (lambda b: cut_off(one(b, "data/history/*/part-*.parquet")), "damaged"),
    "a store is missing": (lambda b: one(b, "data/store/tokens.sqlite").unlink(), "tokens.sqlite is missing"),
    "definitions were edited": (lambda b: one(b, "definitions/*.yaml").write_text("{}"), "shop.yaml is damaged"),
    "the manifest is damaged": (lambda b: damaged(b / "backup.json"), "backup.json is damaged"),
    "the manifest is missing": (lambda b: (b / "backup.json").unlink(), "is no backup"),
    "a file leads out": (lambda b: leading_out(b), "leads out of the backup"),
    "it is newer": (lambda b: newer(b), "backup format 99"),
}


def one(backup, pattern):
    return sorted((backup / "workspace").glob(pattern))[0]


def leading_out(backup):
    found = Manifest.read(backup)
    note = found.files["hundredfold.yaml"]
    Manifest(found.program, found.made, found.position, {**found.files, "../../mine": note}).write(backup)


def newer(backup):
    told = json.loads((backup / "backup.json").read_bytes())
    (backup / "backup.json").write_text(json.dumps(told | {"format": 99}))


@pytest.mark.parametrize("what", DAMAGE)
def test_a_damaged_backup_is_refused_and_nothing_is_half_restored(backup, tmp_path, what):
    damage, expected = DAMAGE[what]
    damage(backup)

    said = hf("restore", backup, folder=tmp_path / "r")

    assert said.code == 1
    assert expected in said.err
    assert "Nothing was" in said.err or "Name the folder" in said.err
    assert not (tmp_path / "r").exists()
    assert not unfinished(tmp_path / "r").exists()


def test_a_workspace_that_is_there_is_never_overwritten(sold, tmp_path):
    hf("backup", tmp_path / "b", folder=sold)
    before = {path: path.read_bytes() for path in sold.rglob("*") if path.is_file()}

    said = hf("restore", tmp_path / "b", folder=sold)

    assert said.code == 1
    assert "is not empty" in said.err
    assert {path: path.read_bytes() for path in sold.rglob("*") if path.is_file()} == before


def test_a_backup_that_is_killed_leaves_nothing_and_hinders_nobody(sold, tmp_path):
    (sold / "large.bin").write_bytes(os.urandom(1 << 20) * 256)
    target = tmp_path / "b"
    taking = subprocess.Popen([*HF, "-w", str(sold), "backup", str(target)], stderr=subprocess.PIPE)
    until(lambda: list(unfinished(target).rglob("large.bin")))
    taking.kill()
    taking.communicate()
    there = target.exists()
    (sold / "large.bin").unlink()

    assert not there
    assert hf("audit", "--all", folder=sold).code == 0
    assert hf("backup", target, folder=sold).code == 0
    assert not unfinished(target).exists()
    assert hf("restore", target, folder=tmp_path / "r").code == 0
    assert hf("audit", "--all", folder=tmp_path / "r").code == 0


def test_the_process_beside_a_server_is_killed_and_the_server_goes_on(sold, tmp_path):
    (sold / "large.bin").write_bytes(os.urandom(1 << 20) * 256)
    target, failed = tmp_path / "b", []
    with opened_for_serving(sold) as opened:

        def take() -> None:
            with pytest.raises(WorkspaceError, match="ended before it was done") as raised:
                work.backup(opened, to=str(target))
            failed.append(raised)

        taking = Thread(target=take)
        taking.start()
        until(lambda: list(unfinished(target).rglob("large.bin")))
        child = opened.copying._child
        assert child is not None
        os.kill(child.pid, signal.SIGKILL)
        taking.join()
        (sold / "large.bin").unlink()
        (run, *_) = work.runs(opened.workspace)["runs"]
        left = (target.exists(), unfinished(target).exists(), (sold / "data" / "scratch" / "staged").exists())
        done = work.backup(opened, to=str(target))
        audited = work.audit(opened)

    assert failed
    assert gone(child.pid)
    assert "ended before it was done" in run["error"]
    assert left == (False, False, False)
    assert done["files"] > 0
    assert audited["mismatches"] == 0


def test_a_batch_that_publishes_while_files_are_fixed_costs_another_attempt_only(sold, tmp_path, monkeypatch):
    """The files of a published history are deleted when the next one is there: then all is taken anew."""
    from hundredfold.app.backup import fixing

    with opened_for_serving(sold) as opened:
        history = fixing._Taking._history
        attempts = []

        def overtaken(taking):
            attempts.append(1)
            if len(attempts) == 1:
                for path in Path(Workspace.open(sold).history_folder).glob("*/part-*.parquet"):
                    path.rename(path.with_suffix(".gone"))
                with pytest.raises(FileNotFoundError):
                    history(taking)
                for path in Path(Workspace.open(sold).history_folder).glob("*/part-*.gone"):
                    path.rename(path.with_suffix(".parquet"))
                raise FileNotFoundError("part")
            return history(taking)

        monkeypatch.setattr(fixing._Taking, "_history", overtaken)
        done = work.backup(opened, to=str(tmp_path / "b"))

    assert len(attempts) == 2
    assert done["files"] == len(Manifest.read(tmp_path / "b").files)
    assert hf("restore", tmp_path / "b", folder=tmp_path / "r").code == 0
    assert hf("audit", "--all", folder=tmp_path / "r").code == 0


def test_a_file_of_history_that_is_really_missing_is_told(sold, tmp_path):
    with opened_for_serving(sold) as opened:
        sorted((sold / "data" / "history").glob("*/part-*.parquet"))[0].unlink()

        with pytest.raises(WorkspaceError, match=r"was not taken.*part-.*hf doctor"):
            work.backup(opened, to=str(tmp_path / "b"))

    assert not (tmp_path / "b").exists()
