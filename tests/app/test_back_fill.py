"""A new definition is right for all history, and the old version answers until it is."""

from __future__ import annotations

from threading import Event

from tests.app.shop import DEFINITIONS, hf, order, write_lines

from hundredfold.app import work
from hundredfold.app.lock import WorkspaceLock, lock_or_server
from hundredfold.app.opened import OpenWorkspace
from hundredfold.app.workspace import Workspace

ADDED = DEFINITIONS + "  largest: {event: Order Completed, value: properties.total, aggregate: max}\n"


def test_the_old_version_answers_until_the_new_one_has_caught_up(shop, tmp_path, monkeypatch):
    messages = [order(n, "c1", f"2026-03-{n + 1:02}T10:00:00Z", 10 * n) for n in range(1, 6)]
    hf("import", write_lines(tmp_path / "a.ndjson", messages), folder=shop)
    may_go_on = Event()
    with opened_for_serving(shop) as opened:
        before = work.profile(opened, "c1")["attributes"]
        real = OpenWorkspace._started

        def held_up(self):
            may_go_on.wait(30)
            return real(self)

        monkeypatch.setattr(OpenWorkspace, "_started", held_up)
        (shop / "definitions" / "shop.yaml").write_text(ADDED)
        applied = work.apply(opened)
        meanwhile = work.profile(opened, "c1")["attributes"]
        later = write_lines(tmp_path / "b.ndjson", [order(9, "c1", "2026-03-20", 7)])
        work.import_data(opened, path=str(later))
        live = work.profile(opened, "c1")["attributes"]
        may_go_on.set()
        opened.filling.join(30)
        after = work.profile(opened, "c1")["attributes"]

    assert applied["added"] == ["attributes.largest"]
    assert meanwhile == before
    assert "largest" not in live
    assert live["total_purchase_value"] == before["total_purchase_value"] + 7
    assert after == live | {"largest": 50.0}


def opened_for_serving(folder) -> OpenWorkspace:
    workspace = Workspace.open(folder)
    lock = lock_or_server(workspace.data, "a test", 1)
    assert isinstance(lock, WorkspaceLock)
    opened = OpenWorkspace(workspace, lock, holder="a test")
    opened.serve_with(lambda engine: None)
    return opened
