"""What a released version has stored is opened for ever after; what a newer one has stored is refused untouched."""

from __future__ import annotations

import json
import sqlite3
import struct
import tarfile
import zlib
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest
from tests.app.shop import hf

from hundredfold.app.formats import FORMATS
from hundredfold.errors import LogError
from hundredfold.live.columns import write_columns
from hundredfold.log.embedded import EmbeddedLog
from hundredfold.log.frame import HEADER_BYTES, MAGIC
from hundredfold.words.message import KINDS

FIXTURES = Path(__file__).parents[1] / "fixtures"
RELEASED = sorted(FIXTURES.glob("workspace-*.tar.gz"))


def unpacked(archive, folder):
    with tarfile.open(archive) as files:
        files.extractall(folder, filter="data")
    return folder


@pytest.fixture(params=RELEASED, ids=lambda path: path.name)
def released(request, tmp_path):
    """A workspace as a released version has left it."""
    return unpacked(request.param, tmp_path / "shop")


@pytest.fixture
def newest(tmp_path):
    """The same of the newest released format."""
    return unpacked(RELEASED[-1], tmp_path / "shop")


def test_the_profiles_of_a_released_format_are_what_they_were(released, request):
    name = request.node.callspec.params["released"].name
    kept = json.loads((FIXTURES / name.replace("workspace", "profiles").replace(".tar.gz", ".json")).read_bytes())

    found = {
        customer: hf("profile", customer, "--at", kept["at"], "--json", folder=released).json["attributes"]
        for customer in kept["profiles"]
    }

    assert found == kept["profiles"]


def test_a_released_format_is_audited_and_goes_on(released, tmp_path):
    checked = hf("migrate", "--check", "--json", folder=released)
    before = hf("audit", "--all", "--json", folder=released)
    again = {"type": "track", "event": "Order Completed", "messageId": "later", "userId": "c1",
             "timestamp": "2026-05-30T00:00Z", "properties": {"order_id": "later", "total": 1}}  # fmt: skip
    (tmp_path / "later.ndjson").write_text(json.dumps(again))

    stored = hf("import", tmp_path / "later.ndjson", "--json", folder=released).json["stored"]
    batch = hf("batch", folder=released)
    after = hf("audit", "--all", "--json", folder=released)

    # Older snapshots are no hindrance: the state is built again without them.
    assert (checked.code, checked.json["older"]) == (3, ["snapshot"])
    assert (stored, batch.code) == (1, 0)
    assert [said.json["mismatches"] for said in (before, after)] == [0, 0]
    assert after.json["checked"] == after.json["customers"] > 5


def test_the_fixture_holds_every_kind_of_message(released):
    with EmbeddedLog(released / "data" / "log", read_only=True) as log:
        kinds = {kind for table in log.read(log.start()) for kind in table["kind"].to_pylist()}

    assert kinds == set(range(len(KINDS)))
    assert all(path.stat().st_size < 200_000 for path in RELEASED)


def test_every_format_lies_in_the_newest_fixture_and_is_written_as_it_is_told(newest):
    said = hf("migrate", "--check", "--json", folder=newest).json

    assert {one["name"]: one["found"] for one in said["formats"]} == {
        one.name: [RAISED.get(one.name, one.version)] if one.name not in ("backup", *YOUNGER) else [] for one in FORMATS
    }


def test_an_import_of_before_there_was_a_record_of_it_cannot_be_undone(tmp_path):
    folder = unpacked(FIXTURES / "workspace-0.1.0.tar.gz", tmp_path / "shop")

    assert "is no import that can be undone" in hf("import", "--undo", 1, folder=folder).err


# --- newer than the program knows ------------------------------------------------------------------------------------


def in_json(*names, field):
    def plant(folder):
        path = sorted(folder.glob("/".join(names)))[-1]
        told = json.loads(path.read_bytes())
        path.write_text(json.dumps(told | {field: 99}))

    return plant


def in_segment(folder):
    path = folder / "data" / "log" / "segment-000000000000.log"
    content = bytearray(path.read_bytes())
    content[7] = 99
    path.write_bytes(content)


def in_frame(folder, which=0):
    """A whole frame with a version of its own, its checksum right."""
    path = folder / "data" / "log" / "segment-000000000000.log"
    content = bytearray(path.read_bytes())
    (partitions,) = struct.unpack_from("<I", content, 8)
    at = -1
    for _ in range(which + 1):
        at = content.index(MAGIC, at + 1)
    struct.pack_into("<H", content, at + 4, 99)
    check = zlib.crc32(content[at : at + HEADER_BYTES - 4])
    check = zlib.crc32(content[at + HEADER_BYTES : at + HEADER_BYTES + 8 * partitions], check)
    struct.pack_into("<I", content, at + HEADER_BYTES - 4, check)
    path.write_bytes(content)


def in_duplicates(folder):
    path = sorted(folder.glob("data/snapshots/*/seen/*.seen"))[-1]
    content = bytearray(path.read_bytes())
    content[7] = 99
    path.write_bytes(content)


def in_store(folder):
    database = sqlite3.connect(folder / "data" / "store" / "quarantine.sqlite")
    database.execute("PRAGMA user_version = 99")
    database.close()


def in_load(folder):
    (folder / "data" / "sources").mkdir(exist_ok=True)
    (folder / "data" / "sources" / "erp.json").write_text('{"format": 99, "loads": []}')


def in_day(folder):
    (folder / "data" / "days").mkdir()
    note = {"day": json.dumps({"format": 99, "held": {}})}
    write_columns(folder / "data" / "days" / "00000000000000000007.arrow", [{"key": np.empty(0, np.uint64)}], note)


YOUNGER = ("source", "day")
"""Formats that came behind the newest release."""
RAISED = {"snapshot": 2, "batch run": 1}
"""What the newest release wrote of formats that were raised behind it."""
PLANTED = {
    "log segment": in_segment,
    "log frame": in_frame,
    "history": in_json("data/history/history.json", field="version"),
    "snapshot": in_json("data/snapshots/*/snapshot.json", field="format"),
    "duplicates": in_duplicates,
    "definitions": in_json("data/in-force/definitions.json", field="format"),
    "batch run": in_json("data/runs/*.json", field="format"),
    "import": in_json("data/imports/*/import.json", field="format"),
    "source": in_load,
    "day": in_day,
    "store": in_store,
}


def content(folder):
    return {
        path.relative_to(folder): sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file() and path.name != "lock" and "sqlite-" not in path.name
    }


def test_a_newer_version_of_every_format_is_planted():
    assert set(PLANTED) == {one.name for one in FORMATS} - {"backup"}  # which has a test of its own


@pytest.mark.parametrize("name", PLANTED)
def test_what_is_newer_is_refused_by_name_and_nothing_is_changed(newest, name):
    PLANTED[name](newest)
    before = content(newest)

    said = [hf(*command, folder=newest) for command in (["profile", "c1"], ["batch"], ["audit"], ["migrate"])]
    checked = hf("migrate", "--check", "--json", folder=newest)

    assert [one.code for one in said] == [1] * 4
    assert all("99" in one.err and name in one.err and "Nothing was changed" in one.err for one in said)
    assert (checked.code, checked.json["newer"]) == (1, [name])
    assert content(newest) == before


def test_a_newer_frame_behind_older_ones_is_not_taken_for_a_torn_end(newest):
    in_frame(newest, which=2)
    before = content(newest)

    with pytest.raises(LogError, match="log frame format 99"):
        EmbeddedLog(newest / "data" / "log")

    assert content(newest) == before


# --- older than it reads ---------------------------------------------------------------------------------------------


def test_snapshots_of_an_older_format_are_rebuilt(newest):
    for path in newest.glob("data/snapshots/*/snapshot.json"):
        path.write_text(json.dumps(json.loads(path.read_bytes()) | {"format": 1}))
    old = {path.name for path in (newest / "data" / "snapshots").iterdir()}

    checked = hf("migrate", "--check", "--json", folder=newest)
    done = hf("migrate", "--json", folder=newest)
    again = hf("migrate", "--check", "--json", folder=newest)

    assert (checked.code, checked.json["older"]) == (3, ["snapshot"])
    assert (done.code, set(done.json["migrated"])) == (0, old)
    assert (again.code, again.json["older"]) == (0, [])
    assert old.isdisjoint({path.name for path in (newest / "data" / "snapshots").iterdir()})
    assert hf("audit", "--all", folder=newest).code == 0
