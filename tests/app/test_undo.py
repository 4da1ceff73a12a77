"""`hf import --undo`: everything is as if the import had never been, and nothing else is."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random

import pytest
from tests.app.serving import opened_for_serving
from tests.app.shop import DEFINITIONS, PRODUCTS, hf, order

from hundredfold.app import importing, work
from hundredfold.app.import_book import KEPT
from hundredfold.app.lock import WorkspaceLock, lock_or_server
from hundredfold.app.opened import OpenWorkspace
from hundredfold.app.workspace import Workspace
from hundredfold.errors import HundredfoldError, ImportFailed
from hundredfold.ingest.message import entry
from hundredfold.words.calendar import DAY, SECOND
from hundredfold.words.value import Number

PRESET = """
tables:
  - {kind: products, files: "*.csv", file: products.parquet, key: sku, columns: {sku: sku, category: category}}
"""


@pytest.fixture
def opened(shop):
    with _opened(shop) as found:
        yield found


def test_what_it_stored_does_not_count_any_more(opened, tmp_path):
    first = _import(opened, tmp_path, [order(1, "c1", "2026-01-01", 10.0), order(2, "c2", "2026-01-01", 5.0)])
    _import(opened, tmp_path, [order(3, "c1", "2026-01-02", 7.0)])

    said = work.undo_import(opened, run=first)

    assert (said["withdrawn"], said["returned"]) == (2, 0)
    assert list(_profiles(opened)) == ["c1"]
    assert _profiles(opened)["c1"]["total_purchase_value"] == Number(7_000_000)
    assert work.audit(opened)["mismatches"] == 0


def test_a_file_that_another_import_brought_too_stays(opened, tmp_path):
    messages = [order(n, "c1", "2026-01-01", 10.0) for n in range(5)]
    first, second = (_import(opened, tmp_path, messages) for _ in range(2))

    said = work.undo_import(opened, run=first)

    assert (said["withdrawn"], said["returned"]) == (5, 5)
    assert _profiles(opened)["c1"]["orders"] == Number(5_000_000)
    assert work.audit(opened)["mismatches"] == 0
    work.undo_import(opened, run=second)
    assert not _profiles(opened)


def test_imported_again_it_counts_again(opened, tmp_path):
    messages = [order(1, "c1", "2026-01-01", 10.0)]
    work.undo_import(opened, run=_import(opened, tmp_path, messages))

    _import(opened, tmp_path, messages)

    assert _profiles(opened)["c1"]["orders"] == Number(1_000_000)


def test_what_a_batch_has_moved_into_history_goes_from_there(opened, tmp_path):
    first = _import(opened, tmp_path, [order(n, "c1", "2026-01-01", 10.0) for n in range(4)])
    work.batch(opened)
    _import(opened, tmp_path, [order(7, "c2", "2026-01-01", 1.0)])

    work.undo_import(opened, run=first)

    assert list(_profiles(opened)) == ["c2"]
    work.batch(opened)
    assert opened.history.rows == 1 + 4  # what stays, and the markers of the first batch
    assert work.audit(opened)["mismatches"] == 0
    assert list(_profiles(opened)) == ["c2"]


def test_an_erasure_is_never_undone(opened, tmp_path):
    _import(opened, tmp_path, [order(1, "c1", "2026-01-01", 10.0)])
    gone = {"type": "delete", "userId": "c1", "ids": ["u:c1"], "positions": {"0": 9, "1": 9, "2": 9, "3": 9}}
    second = _import(opened, tmp_path, [gone | {"messageId": "d"}, order(2, "c2", "2026-01-01", 3.0)])

    assert work.undo_import(opened, run=second)["withdrawn"] == 1
    assert not _profiles(opened)


def test_what_another_import_brought_of_an_erased_customer_does_not_come_back(opened, tmp_path):
    messages = [order(1, "c1", "2026-01-01", 10.0)]
    first, _ = (_import(opened, tmp_path, messages) for _ in range(2))
    work.forget(opened, customer="c1", new_id=lambda: "d")

    assert work.undo_import(opened, run=first)["returned"] == 0
    assert not _profiles(opened)


def test_an_import_that_was_cut_off_can_be_undone(opened, tmp_path, monkeypatch):
    def breaks(self):
        raise ImportFailed("the disk is gone")

    with monkeypatch.context() as patched:
        patched.setattr(importing.Shelf, "end", breaks)
        with pytest.raises(ImportFailed):
            _import(opened, tmp_path, [order(1, "c1", "2026-01-01", 10.0)])
    _import(opened, tmp_path, [order(2, "c2", "2026-01-01", 10.0)])

    assert work.undo_import(opened, run=1)["withdrawn"] == 1
    assert list(_profiles(opened)) == ["c2"]


def test_a_lookup_table_is_as_before(opened, tmp_path):
    folder, mapping = opened.workspace.folder, tmp_path / "map.yaml"
    mapping.write_text(PRESET)
    runs = []
    for category in ("shoes", "boots"):
        (tmp_path / "p.csv").write_text(f"sku,category\ns1,{category}\n")
        runs.append(work.import_data(opened, path=str(tmp_path / "p.csv"), mapping=str(mapping))["run"])
    one, two = runs
    tables = [(folder / "products.parquet").read_bytes()]

    assert work.undo_import(opened, run=one)["lookups_kept"] == ["products.parquet"]
    assert (folder / "products.parquet").read_bytes() == tables[0]
    assert work.undo_import(opened, run=two)["lookups"] == ["products.parquet"]
    assert (folder / "products.parquet").read_bytes() != tables[0]


def test_a_server_answers_without_it_as_soon_as_it_is_undone(shop, tmp_path):
    with opened_for_serving(shop) as opened:
        first = _import(opened, tmp_path, [order(1, "c1", "2026-01-01", 10.0)])
        _import(opened, tmp_path, [order(2, "c2", "2026-01-01", 10.0)])

        work.undo_import(opened, run=first)

        assert list(_profiles(opened)) == ["c2"]
        assert work.audit(opened)["mismatches"] == 0


def test_a_restart_does_not_bring_it_back(shop, tmp_path):
    with _opened(shop) as opened:
        work.undo_import(opened, run=_import(opened, tmp_path, [order(1, "c1", "2026-01-01", 10.0)]))
    with _opened(shop) as opened:
        assert not _profiles(opened)


@pytest.mark.parametrize("run", [7, 2])
def test_what_is_no_import_cannot_be_undone(shop, tmp_path, run):
    with _opened(shop) as opened:
        _import(opened, tmp_path, [order(1, "c1", "2026-01-01", 10.0)])
        work.batch(opened)

    said = hf("import", "--undo", run, folder=shop)

    assert said.code != 0
    assert f"run {run} is no import" in said.err


def test_one_that_was_undone_cannot_be_undone_again(shop, tmp_path):
    with _opened(shop) as opened:
        run = _import(opened, tmp_path, [order(1, "c1", "2026-01-01", 10.0)])

    assert "run 1 is undone: 1 messages" in hf("import", "--undo", run, folder=shop).out
    assert "was undone at" in hf("import", "--undo", run, folder=shop).err


def test_one_of_long_ago_cannot_be_undone(shop, tmp_path):
    with _opened(shop) as opened:
        run = _import(opened, tmp_path, [order(1, "c1", "2026-01-01", 10.0)])
        opened.workspace.set_clock(opened.workspace.now() + KEPT + DAY)

        with pytest.raises(HundredfoldError, match="can be undone for 30 days"):
            work.undo_import(opened, run=run)


@pytest.mark.parametrize("arguments", [(), ("a.csv", "--undo", "1"), ("--undo", "1", "--source", "erp")])
def test_a_file_or_an_undo_is_wanted(shop, arguments):
    assert hf("import", *arguments, folder=shop).code == 2


@pytest.mark.parametrize("seed", range(6))
def test_any_past_is_as_if_the_undone_imports_had_never_been(tmp_path, seed):
    """Tracked and imported copies of few messages, erasures, batches, restarts: beside a life without those imports."""
    steps = _steps(Random(seed))
    undone = {step[1] for step in steps if step[0] == "undo"}

    assert undone
    assert _lived(tmp_path / "with", steps, frozenset()) == _lived(tmp_path / "without", steps, undone)


def _steps(random: Random) -> list[tuple]:
    steps: list[tuple] = []
    imports: list[int] = []
    for number in range(30):
        kinds = ("import", "track", "undo", "batch", "restart", "forget")
        kind = random.choices(kinds, (12, 6, 6, 3, 3, 1))[0]
        some = [_message(random) for _ in range(random.randint(1, 6))]
        match kind:
            case "import":
                imports.append(number)
                steps.append(("import", number, some))
            case "track":
                steps.append(("track", number, some))
            case "undo" if imports:
                steps.append(("undo", imports.pop(random.randrange(len(imports)))))
            case "forget":
                imports.clear()  # whose copy it was that an erasure has voided is another question
                steps.append(("forget", number, random.choice("ab")))
            case "batch" | "restart":
                steps.append((kind, number))
    return steps


def _message(random: Random) -> dict:
    """One of few, which sometimes says something else under the same id, and sometimes as somebody else."""
    number = random.randrange(12)
    said = order(number, random.choice("abc") if random.random() < 0.2 else "abc"[number % 3], "2026-01-01", number)
    said["properties"]["total"] = float(random.choice((number, number, 100)))
    return said | ({"receivedAt": "2026-01-02T00:00:00Z"} if random.random() < 0.1 else {})


def _lived(folder: Path, steps: list[tuple], left_out: frozenset[int]) -> dict:
    assert hf("init", folder).code == 0
    (folder / "products.csv").write_text(PRODUCTS)
    (folder / "definitions" / "shop.yaml").write_text(DEFINITIONS)
    clock = Workspace.open(folder).now()
    runs: dict[int, int] = {}
    with _opened(folder) as opened:
        work.apply(opened)
        # Only who was heard of at the door can be erased in both lives.
        for name in "ab":
            _track(opened, [{"type": "identify", "userId": name, "messageId": f"hello {name}"}])
    for at, step in enumerate(steps):
        with _opened(folder) as opened:
            opened.workspace.set_clock(clock + at * 60 * SECOND)
            match step:
                case ("import" | "undo", number, *_) if number in left_out:
                    pass
                case ("import", number, some):
                    runs[number] = _import(opened, folder, some)
                case ("track", _, some):
                    _track(opened, some)
                case ("undo", number):
                    work.undo_import(opened, run=runs[number])
                case ("batch", _):
                    work.batch(opened)
                case ("forget", number, name):
                    work.forget(opened, customer=name, new_id=lambda number=number: f"forget {number}")
    with _opened(folder) as opened:
        assert work.audit(opened)["mismatches"] == 0
        return _profiles(opened)


def _opened(folder: Path) -> OpenWorkspace:
    workspace = Workspace.open(folder)
    lock = lock_or_server(workspace.data, "a test", 1)
    assert isinstance(lock, WorkspaceLock)
    return OpenWorkspace(workspace, lock, holder="a test")


def _import(opened: OpenWorkspace, folder: Path, messages: list[dict]) -> int:
    path = folder / "messages.ndjson"
    path.write_text("".join(json.dumps(message) + "\n" for message in messages))
    return work.import_data(opened, path=str(path))["run"]


def _track(opened: OpenWorkspace, messages: list[dict]) -> None:
    with opened.guard:
        now, zone = opened.workspace.now(), opened.workspace.zone
        opened.log.append([entry(one, received=now, trust="server", source="web", zone=zone) for one in messages])
        opened.engine()


def _profiles(opened: OpenWorkspace) -> dict[str, dict]:
    with opened.clock_held():
        answers = opened.answers()
        names = answers.everybody().customers
        return {name: dict(answers.profile(name).values) for name in sorted(names)}
